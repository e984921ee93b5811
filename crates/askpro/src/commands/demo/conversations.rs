//! The conversations: what callers say, which functions the agent's model calls,
//! and what must stand in the calendar at the end. The expected times are worked
//! out here from the calendar alone, not by what is shown.

use askpro_domain::calendar::{local_to_instant, zone};
use jiff::{
    Timestamp, ToSpan,
    civil::{Date, Time, Weekday},
};
use serde_json::{Value, json};

use super::businesses::Cast;

/// Which of the three businesses is called.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum Business {
    Salon,
    Physio,
    Vet,
}

/// An appointment that must stand at the end.
#[derive(Clone, Debug)]
pub(super) struct Expected {
    pub(super) customer: &'static str,
    pub(super) service: &'static str,
    /// `None` where the caller takes whatever is offered instead.
    pub(super) start: Option<Timestamp>,
}

/// What is done to the providers while it plays.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Trouble {
    Nothing,
    /// Cal.com answers bookings with an error until the call is over.
    CalcomDown,
}

/// One conversation: a call, or two at the same time.
pub(super) struct Conversation {
    pub(super) name: &'static str,
    pub(super) about: &'static str,
    pub(super) language: &'static str,
    pub(super) business: Business,
    pub(super) trouble: Trouble,
    /// Caller's number and the call's steps.
    pub(super) calls: Vec<(Option<&'static str>, Vec<Value>)>,
    pub(super) expected: Vec<Expected>,
    /// The status words that the booking functions must have answered, in any order.
    pub(super) answers: &'static [&'static str],
}

/// The next day after today that is not a Sunday, with how a caller names it.
fn next_open_day(today: Date) -> (Date, String) {
    let tomorrow = today.saturating_add(1.day());
    if tomorrow.weekday() == Weekday::Sunday {
        (tomorrow.saturating_add(1.day()), "am Montag".into())
    } else {
        (tomorrow, "morgen".into())
    }
}

fn next_weekday(today: Date, weekday: Weekday) -> Date {
    let mut date = today.saturating_add(1.day());
    while date.weekday() != weekday {
        date = date.saturating_add(1.day());
    }
    date
}

fn hour_in_german(hour: i8) -> &'static str {
    match hour {
        9 => "neun",
        10 => "zehn",
        11 => "elf",
        14 | 2 => "zwei",
        15 | 3 => "drei",
        _ => "vier",
    }
}

fn hour_in_english(hour: i8) -> &'static str {
    match hour {
        14 => "two",
        15 => "three",
        _ => "four",
    }
}

pub(super) fn conversations(cast: &Cast, now: Timestamp) -> Vec<Conversation> {
    let berlin = zone("Europe/Berlin").expect("the bundled zone data hold Berlin");
    let today = berlin.to_datetime(now).date();
    let at =
        |date: Date, hour: i8| local_to_instant(date.to_datetime(Time::constant(hour, 0, 0, 0)), &berlin);
    let [cut, physio, shave, vet] = cast.hours;
    let [jonas, english, first, second, vet_caller] = cast.callers;

    let (day, day_in_words) = next_open_day(today);
    let when = format!("{day_in_words} um {}", hour_in_german(cut));
    let plain = Conversation {
        name: "plain, German",
        about: "a haircut, asked for and booked",
        language: "de",
        business: Business::Salon,
        trouble: Trouble::Nothing,
        calls: vec![(
            Some("+4915112345601"),
            vec![
                json!({ "caller": format!("Guten Tag, {jonas} hier. Ich hätte gern einen Termin zum Haareschneiden, {when}.") }),
                json!({ "function": "check_availability", "args": { "service": "Haare schneiden", "when": when } }),
                json!({ "caller": "Ja, gern." }),
                json!({ "function": "book_appointment", "args": { "slot_id": "$/data/slots/0/slot_id", "customer_name": jonas } }),
                json!({ "caller": "Wunderbar, vielen Dank. Tschüss!" }),
            ],
        )],
        expected: vec![Expected { customer: jonas, service: "Herrenhaarschnitt", start: at(day, cut) }],
        answers: &["confirmed"],
    };

    let tuesday = next_weekday(today, Weekday::Tuesday);
    let when = format!("next Tuesday at {}", hour_in_english(physio));
    let plain_english = Conversation {
        name: "plain, English",
        about: "physiotherapy for an English-speaking caller",
        language: "en",
        business: Business::Physio,
        trouble: Trouble::Nothing,
        calls: vec![(
            None,
            vec![
                json!({ "caller": format!("Hello, do you speak English? I need a physiotherapy appointment, {when}.") }),
                json!({ "function": "check_availability", "args": { "service": "physiotherapy", "when": when } }),
                json!({ "caller": format!("Perfect. My name is {english}, and my number is 0151 12345602.") }),
                json!({ "function": "book_appointment", "args": { "slot_id": "$/data/slots/0/slot_id",
                    "customer_name": english, "customer_phone": "0151 12345602" } }),
                json!({ "caller": "Thank you, goodbye." }),
            ],
        )],
        expected: vec![Expected {
            customer: english,
            service: "Krankengymnastik",
            start: at(tuesday, physio),
        }],
        answers: &["confirmed"],
    };

    let friday = next_weekday(today, Weekday::Friday);
    let when = format!("am {}.{}. um {}", friday.day(), friday.month(), hour_in_german(shave));
    let race = |caller: &'static str, number: &'static str| {
        (
            Some(number),
            vec![
                json!({ "caller": format!("Hallo, {caller}. Eine Rasur, {when}, geht das?") }),
                json!({ "function": "check_availability", "args": { "service": "Rasur", "when": when } }),
                json!({ "meet": "the same slot", "callers": 2 }),
                json!({ "caller": "Ja, bitte." }),
                // Retell repeats the request twice, at the same moment.
                json!({ "function": "book_appointment", "retries": 2,
                    "args": { "slot_id": "$/data/slots/0/slot_id", "customer_name": caller } }),
                json!({ "caller": "Dann nehme ich den ersten davon.", "only_after": "alternatives" }),
                json!({ "function": "book_appointment", "only_after": "alternatives",
                    "args": { "slot_id": "$/data/slots/0/slot_id", "customer_name": caller } }),
                json!({ "caller": "Danke, bis dann." }),
            ],
        )
    };
    let contended = Conversation {
        name: "two callers, one slot",
        about: "both ask at the same moment, and every request is sent three times",
        language: "de",
        business: Business::Salon,
        trouble: Trouble::Nothing,
        calls: vec![race(first, "+4915112345603"), race(second, "+4915112345604")],
        expected: vec![
            Expected { customer: first, service: "Bartrasur", start: None },
            Expected { customer: second, service: "Bartrasur", start: None },
        ],
        answers: &["confirmed", "alternatives", "confirmed"],
    };

    let thursday = next_weekday(today, Weekday::Thursday);
    let when = format!("am {}.{}. um {} Uhr", thursday.day(), thursday.month(), vet);
    let down = Conversation {
        name: "Cal.com is down",
        about: "kept as provisional during the call, confirmed afterwards",
        language: "de",
        business: Business::Vet,
        trouble: Trouble::CalcomDown,
        calls: vec![(
            Some("+4915112345605"),
            vec![
                json!({ "caller": format!("Guten Tag, hier ist {vet_caller}. Unser Kater muss zur Untersuchung, am besten {when}.") }),
                json!({ "function": "check_availability", "args": { "service": "Untersuchung", "when": when } }),
                json!({ "caller": "Ja, bitte eintragen." }),
                json!({ "function": "book_appointment", "args": { "slot_id": "$/data/slots/0/slot_id", "customer_name": vet_caller } }),
                json!({ "caller": "Gut, dann warte ich. Auf Wiederhören." }),
            ],
        )],
        expected: vec![Expected {
            customer: vet_caller,
            service: "Vorsorgeuntersuchung",
            start: at(thursday, vet),
        }],
        answers: &["provisional"],
    };
    vec![plain, plain_english, contended, down]
}
