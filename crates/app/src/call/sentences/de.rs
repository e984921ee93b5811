//! German. Callers are addressed with "Sie".

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
        Sentence::Free { offer, service, spoken } => format!(
            "{} ist frei, {service} bei {}. Soll ich das eintragen?",
            capital(&when(offer.start, *spoken)),
            offer.staff
        ),
        Sentence::Offers { because, offers, spoken } => {
            let times = times(offers, *spoken);
            match because {
                None | Some(Because::Choose) => format!("Frei wäre {times}. Was passt Ihnen?"),
                Some(Because::Taken) => format!("Da ist leider nichts frei. Möglich wäre {times}."),
                Some(Because::JustTaken) => {
                    format!("Dieser Termin wurde gerade vergeben. Frei wäre noch {times}.")
                }
                Some(Because::RowTaken) => {
                    format!("Alle Termine gehen so leider nicht. Der erste könnte {times} sein.")
                }
                Some(Because::Expired) => format!("Das Angebot ist abgelaufen. Frei wäre jetzt {times}."),
            }
        }
        Sentence::NothingFree => "Da ist leider nichts frei. Wann würde es Ihnen sonst passen?".into(),
        Sentence::Confirmed { start, service, staff, reference, spoken } => format!(
            "Gebucht: {}, {service} bei {staff}. Ihre Terminnummer ist {}.",
            when(*start, *spoken),
            speak_in_pairs(reference)
        ),
        Sentence::Provisional { start, reference, reachable: true, spoken, .. } => format!(
            "Vorgemerkt: {}, aber noch nicht bestätigt. Wir melden uns in wenigen Minuten, Ihre Terminnummer ist {}.",
            when(*start, *spoken),
            speak_in_pairs(reference)
        ),
        Sentence::Provisional { start, reference, reachable: false, ring_again, spoken } => format!(
            "Vorgemerkt: {}, aber noch nicht bestätigt. Unter welcher Nummer erreichen wir Sie? Sonst rufen Sie bitte ab {} wieder an, mit der Terminnummer {}.",
            when(*start, *spoken),
            time(*ring_again, *spoken),
            speak_in_pairs(reference)
        ),
        Sentence::Series { count, every_weeks, first, last, staff, reference, firm, reachable, spoken } => {
            let row = format!(
                "{} Termine bei {staff}, {} ab {} bis {}",
                number(*count),
                rhythm(*every_weeks),
                when(*first, *spoken),
                day(*last, *spoken)
            );
            let reference = speak_in_pairs(reference);
            match (firm, reachable) {
                (true, _) => format!("Gebucht: {row}. Die Terminnummer des ersten ist {reference}."),
                (false, true) => format!(
                    "Vorgemerkt: {row}, aber noch nicht bestätigt. Wir melden uns in wenigen Minuten, die Terminnummer des ersten ist {reference}."
                ),
                (false, false) => format!(
                    "Vorgemerkt: {row}, aber noch nicht bestätigt. Unter welcher Nummer erreichen wir Sie? Die Terminnummer des ersten ist {reference}."
                ),
            }
        }
        Sentence::Moved { start, staff, spoken } => {
            format!("Verschoben auf {}, bei {staff}. Die Terminnummer bleibt.", when(*start, *spoken))
        }
        Sentence::Found { appointments, spoken } => match appointments {
            [one] => format!(
                "Ihr Termin ist am {}, {} bei {}. Was kann ich für Sie tun?",
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
                format!("Ich sehe diese Termine: {}. Um welchen geht es?", listed(&several, "und"))
            }
        },
        Sentence::NoSuchAppointment => {
            "Unter diesen Angaben finde ich keinen Termin. Soll Sie jemand zurückrufen?".into()
        }
        Sentence::TooManyGuesses => {
            "Dazu kann ich Ihnen am Telefon nichts mehr sagen. Soll Sie jemand zurückrufen?".into()
        }
        Sentence::Cancelled { start, spoken } => {
            format!("Abgesagt: Ihr Termin am {}. Möchten Sie einen neuen?", when(*start, *spoken))
        }
        Sentence::CancelNoted { start, spoken } => format!(
            "Notiert: Die Absage für {} ist auf dem Weg, Sie müssen nichts weiter tun.",
            when(*start, *spoken)
        ),
        Sentence::TooLate { wish, latest, spoken } => format!(
            "{} ging das leider nur bis {}. Soll Sie jemand zurückrufen?",
            match wish {
                Change::Cancel => "Absagen",
                Change::Reschedule => "Verschieben",
                Change::Book => "Buchen",
            },
            when(*latest, *spoken)
        ),
        Sentence::AppointmentOver => {
            "Dieser Termin lässt sich nicht mehr ändern. Soll Sie jemand zurückrufen?".into()
        }
        Sentence::NotSettledYet => {
            "Dieser Termin ist noch nicht bestätigt. Bitte versuchen Sie es in ein paar Minuten noch einmal."
                .into()
        }
        Sentence::CallBackNoted { due, spoken } => {
            format!("Notiert. Wir rufen Sie zurück, spätestens {}.", when(*due, *spoken))
        }
        Sentence::Business { address, opening, spoken } => {
            let place =
                address.map(|address| format!(" Sie finden uns hier: {address}.")).unwrap_or_default();
            match opening {
                Some(one) if one.contains(spoken.now) => {
                    format!("Wir haben heute bis {} geöffnet.{place}", time(one.to, *spoken))
                }
                Some(one) => format!("Wir öffnen wieder am {}.{place}", when(one.from, *spoken)),
                None => format!("Wir haben zurzeit geschlossen.{place}"),
            }
        }
        Sentence::AiDisclosure { company } => {
            format!("Guten Tag, hier ist die KI-Assistentin von {company}. Was kann ich für Sie tun?")
        }
        Sentence::HoursToday { openings: [], .. } => "Heute ist geschlossen.".into(),
        Sentence::HoursToday { openings, spoken } => {
            let times: Vec<String> = openings
                .iter()
                .map(|one| format!("von {} bis {}", time(one.from, *spoken), time(one.to, *spoken)))
                .collect();
            format!("Heute ist {} geöffnet.", listed(&times, "und"))
        }
        Sentence::FromMemory => "Ich kann gerade nicht nachsehen, entschuldigen Sie. Zuletzt galt:".into(),
        Sentence::PutThrough => "Gern, ich verbinde Sie.".into(),
        Sentence::NobodyThere => "Gerade ist leider niemand zu sprechen. Soll Sie jemand zurückrufen?".into(),
        Sentence::OnlyInACall => "Das geht nur während eines Anrufs.".into(),
        Sentence::UnknownFunction => "Das kann ich leider nicht für Sie erledigen.".into(),
        Sentence::NotNow => {
            "Das klappt gerade leider nicht. Bitte versuchen Sie es in ein paar Minuten noch einmal.".into()
        }
    }
}

fn ask(missing: Missing<'_>, spoken: Spoken<'_>) -> String {
    match missing {
        Missing::Service([]) => "Um welche Leistung geht es?".into(),
        Missing::Service(names) => {
            format!("Um welche Leistung geht es, zum Beispiel {}?", listed(names, "oder"))
        }
        Missing::OneService(names) => format!("Meinen Sie {}?", listed(names, "oder")),
        Missing::When => "Welcher Tag und welche Uhrzeit passen Ihnen?".into(),
        Missing::WhenUnclear => {
            "Das habe ich nicht verstanden. Welcher Tag und welche Uhrzeit passen Ihnen?".into()
        }
        Missing::WhenPast => "Das ist schon vorbei. Welcher Tag und welche Uhrzeit passen Ihnen?".into(),
        Missing::Reference => "Wie lauten Ihre Terminnummer und Ihr Name, bitte?".into(),
        Missing::WhichAppointment(starts) => {
            let starts: Vec<String> =
                starts.iter().take(SPOKEN_AT_MOST).map(|start| when(*start, spoken)).collect();
            format!("Welchen Termin meinen Sie: {}?", listed(&starts, "oder"))
        }
        Missing::Repeat => "Wie viele Termine sollen es sein, und alle wie viel Wochen?".into(),
        Missing::FewerAppointments(most) => {
            format!("Auf einmal gehen höchstens {most} Termine. Wie viele dürfen es sein?")
        }
        Missing::Branch(names) => {
            format!("Diese Filiale finde ich nicht. Meinen Sie {}?", listed(names, "oder"))
        }
        Missing::WhenCorrected(start) => format!("Meinen Sie {}?", when(start, spoken)),
        Missing::Name => "Auf welchen Namen darf ich den Termin eintragen?".into(),
        Missing::CallerName => "Wie ist Ihr Name, bitte?".into(),
        Missing::Phone => "Unter welcher Nummer erreichen wir Sie?".into(),
        Missing::Staff => {
            "Diesen Namen finde ich bei uns nicht. Zu wem möchten Sie, oder ist es egal?".into()
        }
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
        |date, today| say_date(date, today, Language::De),
        |at| format!("um {}", time(at, spoken)),
    )
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
