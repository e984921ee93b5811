//! English, for callers in Germany.

use askpro_domain::{
    booking::speak_in_pairs,
    language::Language,
    policy::Change,
    spoken::{say_date, say_instant, say_time},
};
use jiff::Timestamp;

use super::{Because, Missing, Offer, SPOKEN_AT_MOST, Sentence, Spoken, listed, offered};

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
                Some(Because::Taken) => format!("That time is not free, sorry. We have {times}."),
                Some(Because::JustTaken) => {
                    format!("That time has just been taken, sorry. We still have {times}.")
                }
                Some(Because::RowTaken) => {
                    format!("Not all of these are free, sorry. The first one could be {times}.")
                }
                Some(Because::Expired) => format!("That offer has run out. We now have {times}."),
            }
        }
        Sentence::NothingFree => "Nothing is free then, sorry. When else would suit you?".into(),
        Sentence::Confirmed { start, service, staff, reference, spoken } => format!(
            "Booked: {}, {service} with {staff}. Your reference is {}.",
            when(*start, *spoken),
            speak_in_pairs(reference)
        ),
        Sentence::Provisional { start, reference, reachable: true, spoken, .. } => format!(
            "Reserved: {}, but not confirmed yet. We will get back to you within minutes, your reference is {}.",
            when(*start, *spoken),
            speak_in_pairs(reference)
        ),
        Sentence::Provisional { start, reference, reachable: false, ring_again, spoken } => format!(
            "Reserved: {}, but not confirmed yet. What number can we reach you on? Otherwise please ring again after {}, with the reference {}.",
            when(*start, *spoken),
            time(*ring_again, *spoken),
            speak_in_pairs(reference)
        ),
        Sentence::Series { count, every_weeks, first, last, staff, reference, firm, reachable, spoken } => {
            let row = format!(
                "{} appointments with {staff}, {} from {} to {}",
                number(*count),
                rhythm(*every_weeks),
                when(*first, *spoken),
                day(*last, *spoken)
            );
            let reference = speak_in_pairs(reference);
            match (firm, reachable) {
                (true, _) => format!("Booked: {row}. The reference of the first is {reference}."),
                (false, true) => format!(
                    "Reserved: {row}, but not confirmed yet. We will get back to you within minutes, the reference of the first is {reference}."
                ),
                (false, false) => format!(
                    "Reserved: {row}, but not confirmed yet. What number can we reach you on? The reference of the first is {reference}."
                ),
            }
        }
        Sentence::Moved { start, staff, spoken } => {
            format!("Moved to {}, with {staff}. Your reference stays the same.", when(*start, *spoken))
        }
        Sentence::Found { appointments, spoken } => match appointments {
            [one] => format!(
                "Your appointment is on {}, {} with {}. What can I do for you?",
                when(one.start, *spoken),
                one.service,
                one.staff
            ),
            several => {
                let several: Vec<String> = several
                    .iter()
                    .take(SPOKEN_AT_MOST)
                    .map(|one| format!("{}, {}", when(one.start, *spoken), one.service))
                    .collect();
                format!("I can see these appointments: {}. Which one is it about?", listed(&several, "and"))
            }
        },
        Sentence::NoSuchAppointment => {
            "I cannot find an appointment with these details. Shall somebody ring you back?".into()
        }
        Sentence::TooManyGuesses => {
            "I cannot tell you more about that on the phone. Shall somebody ring you back?".into()
        }
        Sentence::Cancelled { start, spoken } => {
            format!("Cancelled: your appointment on {}. Would you like a new one?", when(*start, *spoken))
        }
        Sentence::CancelNoted { start, spoken } => format!(
            "Noted: the cancellation for {} is on its way, there is nothing else you need to do.",
            when(*start, *spoken)
        ),
        Sentence::TooLate { wish, latest, spoken } => format!(
            "{} was possible until {}, sorry. Shall somebody ring you back?",
            match wish {
                Change::Cancel => "Cancelling",
                Change::Reschedule => "Moving it",
                Change::Book => "Booking",
            },
            when(*latest, *spoken)
        ),
        Sentence::AppointmentOver => {
            "That appointment can no longer be changed. Shall somebody ring you back?".into()
        }
        Sentence::NotSettledYet => {
            "That appointment is not confirmed yet. Please try again in a few minutes.".into()
        }
        Sentence::CallBackNoted { due, spoken } => {
            format!("Noted. Somebody will ring you back by {}.", when(*due, *spoken))
        }
        Sentence::Business { address, opening, spoken } => {
            let place = address.map(|address| format!(" You find us at {address}.")).unwrap_or_default();
            match opening {
                Some(one) if one.contains(spoken.now) => {
                    format!("We are open until {} today.{place}", time(one.to, *spoken))
                }
                Some(one) => format!("We open again on {}.{place}", when(one.from, *spoken)),
                None => format!("We are closed at the moment.{place}"),
            }
        }
        Sentence::AiDisclosure { company } => {
            format!("Hello, this is the AI assistant of {company}. What can I do for you?")
        }
        Sentence::HoursToday { openings: [], .. } => "It is closed today.".into(),
        Sentence::HoursToday { openings, spoken } => {
            let times: Vec<String> = openings
                .iter()
                .map(|one| format!("from {} to {}", time(one.from, *spoken), time(one.to, *spoken)))
                .collect();
            format!("It is open today {}.", listed(&times, "and"))
        }
        Sentence::FromMemory => "I cannot look it up right now, sorry. This is the latest I have:".into(),
        Sentence::PutThrough => "Of course, I will put you through.".into(),
        Sentence::NobodyThere => {
            "Nobody can take your call right now, sorry. Shall somebody ring you back?".into()
        }
        Sentence::OnlyInACall => "That works only during a phone call.".into(),
        Sentence::UnknownFunction => "I am afraid I cannot do that for you.".into(),
        Sentence::NotNow => "That is not working right now, sorry. Please try again in a few minutes.".into(),
    }
}

fn ask(missing: Missing<'_>, spoken: Spoken<'_>) -> String {
    match missing {
        Missing::Service([]) => "What would you like to book?".into(),
        Missing::Service(names) => {
            format!("What would you like to book, for example {}?", listed(names, "or"))
        }
        Missing::OneService(names) => format!("Do you mean {}?", listed(names, "or")),
        Missing::When => "Which day and time suit you?".into(),
        Missing::WhenUnclear => "I did not catch that. Which day and time suit you?".into(),
        Missing::WhenPast => "That is over already. Which day and time suit you?".into(),
        Missing::Reference => "What are your reference and your name, please?".into(),
        Missing::WhichAppointment(starts) => {
            let starts: Vec<String> =
                starts.iter().take(SPOKEN_AT_MOST).map(|start| when(*start, spoken)).collect();
            format!("Which appointment do you mean: {}?", listed(&starts, "or"))
        }
        Missing::Repeat => "How many appointments shall it be, and every how many weeks?".into(),
        Missing::FewerAppointments(most) => {
            format!("I can book {most} appointments at once at most. How many shall it be?")
        }
        Missing::Branch(names) => format!("I cannot find that branch. Do you mean {}?", listed(names, "or")),
        Missing::WhenCorrected(start) => format!("Do you mean {}?", when(start, spoken)),
        Missing::Name => "What name shall I book it under?".into(),
        Missing::CallerName => "What is your name, please?".into(),
        Missing::Phone => "What number can we reach you on?".into(),
        Missing::Staff => {
            "I cannot find that name here. Who would you like to see, or does it not matter?".into()
        }
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
