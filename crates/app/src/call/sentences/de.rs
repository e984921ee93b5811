//! German. Callers are addressed with "Sie".

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
        Sentence::Free { offer, service, spoken } => format!(
            "Das ist frei: {}, {service} bei {}. Soll ich den Termin buchen?",
            when(offer.start, *spoken),
            offer.staff
        ),
        Sentence::Offers { because, offers, spoken } => {
            let times = times(offers, *spoken);
            match because {
                None | Some(Because::Choose) => format!("Frei wäre {times}. Was passt Ihnen?"),
                Some(Because::Taken) => format!("Diese Zeit ist leider nicht frei. Ginge es {times}?"),
                Some(Because::JustTaken) => {
                    format!("Diese Uhrzeit ist leider gerade vergeben worden. Ginge es {times}?")
                }
                Some(Because::RowTaken) => {
                    format!("So sind leider nicht alle Termine frei. Ginge der erste {times}?")
                }
                Some(Because::Expired) => {
                    format!("Ich habe noch einmal nachgesehen: Frei wäre jetzt {times}. Was passt Ihnen?")
                }
            }
        }
        Sentence::NothingFree => "Da ist leider nichts frei. Wann würde es Ihnen sonst passen?".into(),
        Sentence::Confirmed { start, service, staff, reference, spoken } => format!(
            "Gebucht: {}, {service} bei {staff}. Ihre Terminnummer ist {}.",
            when(*start, *spoken),
            speak_in_pairs(reference)
        ),
        Sentence::Provisional { start, reference, reachable, ring_again, spoken } => {
            let kept = format!(
                "Vorgemerkt, aber noch nicht bestätigt: {}, Terminnummer {}.",
                when(*start, *spoken),
                speak_in_pairs(reference)
            );
            if *reachable {
                format!("{kept} {IF_NOT}")
            } else {
                let again = time(*ring_again, *spoken);
                format!(
                    "{kept} Unter welcher Telefonnummer erreichen wir Sie, oder rufen Sie ab {again} wieder an?"
                )
            }
        }
        Sentence::Series { count, every_weeks, first, last, staff, reference, firm, reachable, spoken } => {
            let row = format!(
                "{} Termine bei {staff}, {} um {}, ab {} bis {}",
                number(*count),
                rhythm(*every_weeks),
                time(*first, *spoken),
                day(*first, *spoken),
                day(*last, *spoken)
            );
            let reference = format!("Die Terminnummer für den ersten ist {}.", speak_in_pairs(reference));
            match (firm, reachable) {
                (true, _) => format!("Gebucht: {row}. {reference}"),
                (false, true) => {
                    format!("Vorgemerkt, aber noch nicht bestätigt: {row}. {reference} {IF_NOT}")
                }
                (false, false) => {
                    format!("Vorgemerkt, aber noch nicht bestätigt: {row}. {reference} {WHICH_NUMBER}")
                }
            }
        }
        Sentence::MoveNoted { start, reachable, spoken } => format!(
            "Noch nicht bestätigt: die Verschiebung auf {}. {}",
            when(*start, *spoken),
            if *reachable { IF_NOT } else { WHICH_NUMBER }
        ),
        Sentence::Moved { start, staff, spoken } => {
            format!("Verschoben auf {}, bei {staff}. Ihre Terminnummer bleibt gleich.", when(*start, *spoken))
        }
        Sentence::Found { appointments, spoken } => match appointments {
            [one] if one.is_firm => format!(
                "Ihr Termin ist am {}, {} bei {}. Möchten Sie daran etwas ändern?",
                when(one.start, *spoken),
                one.service,
                one.staff
            ),
            [one] => format!(
                "Vorgemerkt, aber noch nicht bestätigt: {}, {} bei {}.",
                when(one.start, *spoken),
                one.service,
                one.staff
            ),
            several => {
                let several: Vec<String> = several
                    .iter()
                    .take(SPOKEN_AT_MOST)
                    .map(|one| {
                        let doubt = if one.is_firm { "" } else { ", noch nicht bestätigt" };
                        format!("{} am {}{doubt}", one.service, when(one.start, *spoken))
                    })
                    .collect();
                format!("Ihre nächsten Termine: {}. Um welchen geht es?", listed(&several, "und"))
            }
        },
        Sentence::NoSuchAppointment => format!("Dazu finde ich leider keinen Termin. {CALL_BACK}"),
        Sentence::TooManyGuesses => format!("Da komme ich leider nicht weiter. {CALL_BACK}"),
        Sentence::Cancelled { start, spoken } => {
            format!("Abgesagt: Ihr Termin am {}. Möchten Sie einen neuen?", when(*start, *spoken))
        }
        Sentence::CancelNoted { start, spoken } => {
            format!("Notiert: Ihre Absage für {}. Sie müssen nichts weiter tun.", when(*start, *spoken))
        }
        Sentence::TooLate { wish, latest, spoken } => format!(
            "Zum {} ist es leider zu spät, das ging nur bis {}. {CALL_BACK}",
            match wish {
                Change::Cancel => "Absagen",
                Change::Reschedule => "Verschieben",
                Change::Book => "Buchen",
            },
            near(*latest, *spoken, "")
        ),
        Sentence::AppointmentOver => format!("Dieser Termin lässt sich nicht mehr ändern. {CALL_BACK}"),
        Sentence::NotSettledYet => {
            "Verschieben geht erst, wenn der Termin bestätigt ist. Bitte rufen Sie in ein paar Minuten noch einmal an.".into()
        }
        Sentence::CallBackNoted { due, spoken } => {
            format!("Notiert. Wir rufen Sie spätestens {} zurück.", near(*due, *spoken, "am "))
        }
        Sentence::Business { address, opening, spoken } => {
            let place = address.map(|address| format!(" Unsere Adresse ist {address}.")).unwrap_or_default();
            match opening {
                Some(one) if one.contains(spoken.now) => {
                    format!("Wir haben jetzt geöffnet, bis {}.{place}", time(one.to, *spoken))
                }
                Some(one) => format!("Wir öffnen {} wieder.{place}", near(one.from, *spoken, "am ")),
                None => format!("Wir haben zurzeit geschlossen.{place}"),
            }
        }
        Sentence::AiDisclosure { company } => {
            format!("Guten Tag, hier ist die KI-Assistentin von {company}. Was kann ich für Sie tun?")
        }
        Sentence::HoursToday { openings: [], .. } => "Heute haben wir geschlossen.".into(),
        Sentence::HoursToday { openings, spoken } => {
            let times: Vec<String> = openings
                .iter()
                .map(|one| format!("von {} bis {}", time(one.from, *spoken), time(one.to, *spoken)))
                .collect();
            format!("Heute haben wir {} geöffnet.", listed(&times, "und"))
        }
        Sentence::FromMemory => "Ich kann gerade nicht nachsehen. Soweit ich weiß:".into(),
        Sentence::PutThrough => "Gern, ich versuche, Sie zu verbinden.".into(),
        Sentence::NobodyThere => format!("Gerade ist leider niemand zu sprechen. {CALL_BACK}"),
        Sentence::OnlyInACall | Sentence::UnknownFunction => {
            format!("Das kann ich leider nicht für Sie erledigen. {CALL_BACK}")
        }
        Sentence::NoCalendarNow => format!("Ich komme gerade leider nicht an unseren Kalender. {CALL_BACK}"),
        Sentence::NotNow => {
            "Das klappt gerade leider nicht. Bitte rufen Sie in ein paar Minuten noch einmal an.".into()
        }
    }
}

/// The way on after a refusal.
const CALL_BACK: &str = "Sollen wir Sie zurückrufen?";

/// What follows where the calendar of record refuses after all: a person rings.
const IF_NOT: &str = "Falls es nicht klappt, rufen wir Sie an.";

/// A question stands at the end: callers answer at once.
const WHICH_NUMBER: &str = "Unter welcher Telefonnummer erreichen wir Sie?";

fn ask(missing: Missing<'_>, spoken: Spoken<'_>) -> String {
    match missing {
        Missing::Service([]) => "Wofür möchten Sie einen Termin?".into(),
        Missing::Service(names) => {
            format!("Wofür möchten Sie einen Termin, zum Beispiel {}?", listed(names, "oder"))
        }
        Missing::OtherService([]) => "Das finde ich bei uns nicht. Wofür möchten Sie einen Termin?".into(),
        Missing::OtherService(names) => format!(
            "Das finde ich bei uns nicht. Wofür möchten Sie einen Termin, zum Beispiel {}?",
            listed(names, "oder")
        ),
        Missing::OneService(names) => format!("Meinen Sie {}?", listed(names, "oder")),
        Missing::When => "Welcher Tag und welche Uhrzeit passen Ihnen?".into(),
        Missing::WhenUnclear => {
            "Das habe ich leider nicht verstanden. Sagen Sie bitte Tag und Uhrzeit, zum Beispiel Freitag um 15 Uhr.".into()
        }
        Missing::WhenPast => "Das ist schon vorbei. Welcher Tag und welche Uhrzeit passen Ihnen?".into(),
        Missing::Branch(names) => {
            format!("Diesen Standort finde ich nicht. Meinen Sie {}?", listed(names, "oder"))
        }
        Missing::WhenCorrected(start) => format!("Meinen Sie {}?", when(start, spoken)),
        Missing::Name => "Auf welchen Namen darf ich den Termin buchen?".into(),
        Missing::CallerName => "Wie ist Ihr Name, bitte?".into(),
        Missing::Phone => WHICH_NUMBER.into(),
        Missing::Staff => {
            "Beim Namen bin ich nicht sicher. Bei wem möchten Sie den Termin, oder ist Ihnen das egal?".into()
        }
        Missing::Reference => {
            "Sagen Sie mir bitte Ihre Terminnummer und Ihren Namen. Ohne Terminnummer rufen wir Sie gern zurück.".into()
        }
        Missing::WhichAppointment(starts) => {
            let starts: Vec<String> =
                starts.iter().take(SPOKEN_AT_MOST).map(|start| when(*start, spoken)).collect();
            format!("Welchen Termin meinen Sie: {}?", listed(&starts, "oder"))
        }
        Missing::Repeat => "Wie viele Termine möchten Sie, und wie oft, zum Beispiel jede Woche?".into(),
        Missing::FewerAppointments(most) => {
            format!("Auf einmal gehen höchstens {most} Termine. Wie viele dürfen es sein?")
        }
    }
}

/// A time on a near day by that day's name, else with its date behind `on`.
fn near(start: Timestamp, spoken: Spoken<'_>, on: &str) -> String {
    let named = |day: &str| format!("{day} um {}", time(start, spoken));
    match Day::of(start, spoken) {
        Day::Yesterday => named("gestern"),
        Day::Today => named("heute"),
        Day::Tomorrow => named("morgen"),
        Day::Other => format!("{on}{}", when(start, spoken)),
    }
}

fn when(start: Timestamp, spoken: Spoken<'_>) -> String {
    say_instant(start, spoken.zone, spoken.now, Language::De)
}

fn time(start: Timestamp, spoken: Spoken<'_>) -> String {
    say_time(spoken.zone.to_datetime(start).time(), Language::De)
}

fn day(start: Timestamp, spoken: Spoken<'_>) -> String {
    let date = |at| spoken.zone.to_datetime(at).date();
    say_date(date(start), date(spoken.now), Language::De)
}

/// A number of appointments: the small ones in words.
fn number(count: u8) -> String {
    const WORDS: [&str; 12] =
        ["ein", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn", "elf", "zwölf"];
    match count.checked_sub(1).and_then(|at| WORDS.get(usize::from(at))) {
        Some(word) => (*word).to_owned(),
        None => count.to_string(),
    }
}

fn rhythm(weeks: u8) -> String {
    match weeks {
        1 => "jede Woche".into(),
        weeks => format!("alle {} Wochen", number(weeks)),
    }
}

fn times(offers: &[Offer<'_>], spoken: Spoken<'_>) -> String {
    offered(
        offers,
        spoken,
        "oder",
        |date, today| format!("am {}", say_date(date, today, Language::De)),
        |at| format!("um {}", time(at, spoken)),
    )
}
