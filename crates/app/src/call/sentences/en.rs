//! English, for callers in Germany.

use askpro_domain::{
    booking::speak_in_pairs,
    language::Language,
    policy::Change,
    spoken::{say_date, say_instant, say_time},
};
use jiff::Timestamp;

use super::{Because, Day, Missing, Offer, SPOKEN_AT_MOST, Sentence, Spoken, listed, offered};

pub(super) fn say(sentence: &Sentence<'_>) -> String {
    match sentence {
        Sentence::Missing(missing, spoken) => ask(*missing, *spoken),
        Sentence::Free { offer, service, spoken } => {
            format!(
                "{} is free, {service} with {}. Shall I book it?",
                when(offer.start, *spoken),
                offer.staff
            )
        }
        Sentence::Offers { because, offers, spoken } => {
            let times = times(offers, *spoken);
            match because {
                None | Some(Because::Choose) => format!("We have {times}. Which suits you?"),
                Some(Because::Taken) => format!("Sorry, that time is not free. How about {times}?"),
                Some(Because::JustTaken) => {
                    format!("Sorry, that time has just been taken. How about {times}?")
                }
                Some(Because::RowTaken) => {
                    format!("Sorry, not all of these are free. Could the first one be on {times}?")
                }
                Some(Because::Expired) => {
                    format!("I have checked again: we now have {times}. Which suits you?")
                }
            }
        }
        Sentence::NothingFree => "Nothing is free then, sorry. When else would suit you?".into(),
        Sentence::Confirmed { start, service, staff, reference, spoken } => format!(
            "Booked: {}, {service} with {staff}. Your booking reference is {}.",
            when(*start, *spoken),
            speak_in_pairs(reference)
        ),
        Sentence::Provisional { start, reference, reachable, ring_again, spoken } => {
            let kept = format!(
                "Held for you, but not confirmed yet: {}, booking reference {}.",
                when(*start, *spoken),
                speak_in_pairs(reference)
            );
            if *reachable {
                format!("{kept} {IF_NOT}")
            } else {
                let again = time(*ring_again, *spoken);
                format!("{kept} What phone number can we reach you on, or will you call again after {again}?")
            }
        }
        Sentence::Series { count, every_weeks, first, last, staff, reference, firm, reachable, spoken } => {
            let row = format!(
                "{} appointments with {staff}, {} at {}, from {} to {}",
                number(*count),
                rhythm(*every_weeks),
                time(*first, *spoken),
                day(*first, *spoken),
                day(*last, *spoken)
            );
            let reference =
                format!("The booking reference for the first one is {}.", speak_in_pairs(reference));
            match (firm, reachable) {
                (true, _) => format!("Booked: {row}. {reference}"),
                (false, true) => format!("Held for you, but not confirmed yet: {row}. {reference} {IF_NOT}"),
                (false, false) => {
                    format!("Held for you, but not confirmed yet: {row}. {reference} {WHICH_NUMBER}")
                }
            }
        }
        Sentence::MoveNoted { start, reachable, spoken } => format!(
            "Not confirmed yet: the move to {}. {}",
            when(*start, *spoken),
            if *reachable { IF_NOT } else { WHICH_NUMBER }
        ),
        Sentence::Moved { start, staff, spoken } => {
            format!(
                "Moved to {}, with {staff}. Your booking reference stays the same.",
                when(*start, *spoken)
            )
        }
        Sentence::Found { appointments, spoken } => match appointments {
            [one] if one.is_firm => format!(
                "Your appointment is on {}, {} with {}. Would you like to change anything?",
                when(one.start, *spoken),
                one.service,
                one.staff
            ),
            [one] => format!(
                "Held for you, but not confirmed yet: {}, {} with {}.",
                when(one.start, *spoken),
                one.service,
                one.staff
            ),
            several => {
                let several: Vec<String> = several
                    .iter()
                    .take(SPOKEN_AT_MOST)
                    .map(|one| {
                        let doubt = if one.is_firm { "" } else { ", not confirmed yet" };
                        format!("{} on {}{doubt}", one.service, when(one.start, *spoken))
                    })
                    .collect();
                format!("Your next appointments: {}. Which one do you mean?", listed(&several, "and"))
            }
        },
        Sentence::NoSuchAppointment => {
            format!("I am afraid I cannot find an appointment for that. {CALL_BACK}")
        }
        Sentence::TooManyGuesses => format!("I am afraid I cannot help any further with that. {CALL_BACK}"),
        Sentence::Cancelled { start, spoken } => {
            format!("Cancelled: your appointment on {}. Would you like a new one?", when(*start, *spoken))
        }
        Sentence::CancelNoted { start, spoken } => format!(
            "Noted: your cancellation for {}. There is nothing else you need to do.",
            when(*start, *spoken)
        ),
        Sentence::TooLate { wish, latest, spoken } => format!(
            "Sorry, it is too late to {} that: it was possible until {}. {CALL_BACK}",
            match wish {
                Change::Cancel => "cancel",
                Change::Reschedule => "move",
                Change::Book => "book",
            },
            near(*latest, *spoken, "")
        ),
        Sentence::AppointmentOver => format!("That appointment can no longer be changed. {CALL_BACK}"),
        Sentence::NotSettledYet => {
            "I can only move it once it is confirmed. Please call again in a few minutes.".into()
        }
        Sentence::CallBackNoted { due, spoken } => {
            format!("Noted. We will call you back by {}.", near(*due, *spoken, ""))
        }
        Sentence::Business { address, opening, spoken } => {
            let place = address.map(|address| format!(" Our address is {address}.")).unwrap_or_default();
            match opening {
                Some(one) if one.contains(spoken.now) => {
                    format!("We are open now, until {}.{place}", time(one.to, *spoken))
                }
                Some(one) => format!("We open again {}.{place}", near(one.from, *spoken, "on ")),
                None => format!("We are closed at the moment.{place}"),
            }
        }
        Sentence::AiDisclosure { company } => {
            format!("Hello, this is the AI assistant of {company}. What can I do for you?")
        }
        Sentence::HoursToday { openings: [], .. } => "We are closed today.".into(),
        Sentence::HoursToday { openings, spoken } => {
            let times: Vec<String> = openings
                .iter()
                .map(|one| format!("from {} to {}", time(one.from, *spoken), time(one.to, *spoken)))
                .collect();
            format!("We are open today {}.", listed(&times, "and"))
        }
        Sentence::FromMemory => "I cannot look it up right now. As far as I know:".into(),
        Sentence::PutThrough => "Of course, I will try to put you through.".into(),
        Sentence::NobodyThere => format!("Nobody can take your call right now, sorry. {CALL_BACK}"),
        Sentence::OnlyInACall | Sentence::UnknownFunction => {
            format!("I am afraid I cannot do that for you. {CALL_BACK}")
        }
        Sentence::NoCalendarNow => format!("I am sorry, I cannot get to our calendar right now. {CALL_BACK}"),
        Sentence::NotNow => {
            "Sorry, that is not working right now. Please call again in a few minutes.".into()
        }
    }
}

/// The way on after a refusal.
const CALL_BACK: &str = "Would you like us to call you back?";

/// What follows where the calendar of record refuses after all: a person rings.
const IF_NOT: &str = "If it does not work out, we will call you.";

/// A question stands at the end: callers answer at once.
const WHICH_NUMBER: &str = "What phone number can we reach you on?";

fn ask(missing: Missing<'_>, spoken: Spoken<'_>) -> String {
    match missing {
        Missing::Service([]) => "What would you like to book?".into(),
        Missing::Service(names) => {
            format!("What would you like to book, for example {}?", listed(names, "or"))
        }
        Missing::OtherService([]) => "I cannot find that here. What would you like to book?".into(),
        Missing::OtherService(names) => format!(
            "I cannot find that here. What would you like to book, for example {}?",
            listed(names, "or")
        ),
        Missing::OneService(names) => format!("Do you mean {}?", listed(names, "or")),
        Missing::When => "Which day and time suit you?".into(),
        Missing::WhenUnclear => {
            "Sorry, I did not catch that. Please tell me the day and time, for example Friday at 3 pm.".into()
        }
        Missing::WhenPast => "That time has already passed. Which day and time suit you?".into(),
        Missing::Branch(names) => {
            format!("I cannot find that location. Do you mean {}?", listed(names, "or"))
        }
        Missing::WhenCorrected(start) => format!("Do you mean {}?", when(start, spoken)),
        Missing::Name => "What name shall I book it under?".into(),
        Missing::CallerName => "What is your name, please?".into(),
        Missing::Phone => WHICH_NUMBER.into(),
        Missing::Staff => {
            "I am not sure who you mean. Who would you like to see, or does it not matter?".into()
        }
        Missing::Reference => {
            "Please tell me your booking reference and your name. Without a reference we can call you back."
                .into()
        }
        Missing::WhichAppointment(starts) => {
            let starts: Vec<String> =
                starts.iter().take(SPOKEN_AT_MOST).map(|start| when(*start, spoken)).collect();
            format!("Which appointment do you mean: {}?", listed(&starts, "or"))
        }
        Missing::Repeat => {
            "How many appointments would you like, and how often, for example every week?".into()
        }
        Missing::FewerAppointments(most) => {
            format!("I can book at most {most} appointments at a time. How many would you like?")
        }
    }
}

/// A time on a near day by that day's name, else with its date behind `on`.
fn near(start: Timestamp, spoken: Spoken<'_>, on: &str) -> String {
    let named = |day: &str| format!("{day} at {}", time(start, spoken));
    match Day::of(start, spoken) {
        Day::Yesterday => named("yesterday"),
        Day::Today => named("today"),
        Day::Tomorrow => named("tomorrow"),
        Day::Other => format!("{on}{}", when(start, spoken)),
    }
}

fn when(start: Timestamp, spoken: Spoken<'_>) -> String {
    say_instant(start, spoken.zone, spoken.now, Language::En)
}

fn time(start: Timestamp, spoken: Spoken<'_>) -> String {
    say_time(spoken.zone.to_datetime(start).time(), Language::En)
}

fn day(start: Timestamp, spoken: Spoken<'_>) -> String {
    let date = |at| spoken.zone.to_datetime(at).date();
    say_date(date(start), date(spoken.now), Language::En)
}

/// A number of appointments: the small ones in words.
fn number(count: u8) -> String {
    const WORDS: [&str; 12] =
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];
    match count.checked_sub(1).and_then(|at| WORDS.get(usize::from(at))) {
        Some(word) => (*word).to_owned(),
        None => count.to_string(),
    }
}

fn rhythm(weeks: u8) -> String {
    match weeks {
        1 => "every week".into(),
        weeks => format!("every {} weeks", number(weeks)),
    }
}

fn times(offers: &[Offer<'_>], spoken: Spoken<'_>) -> String {
    offered(
        offers,
        spoken,
        "or",
        |date, today| say_date(date, today, Language::En),
        |at| format!("at {}", time(at, spoken)),
    )
}
