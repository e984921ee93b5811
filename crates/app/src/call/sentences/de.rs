//! German. Callers are addressed with "Sie".

use askpro_domain::{
    booking::speak_in_pairs,
    language::Language,
    spoken::{say_date, say_instant, say_time},
};
use jiff::Timestamp;

use super::{Because, Missing, Offer, Sentence, Spoken, listed, offered};

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
        Sentence::PutThrough => "Gern, ich verbinde Sie.".into(),
        Sentence::NobodyThere => "Gerade ist leider niemand zu sprechen. Soll Sie jemand zurückrufen?".into(),
        Sentence::OnlyInACall => "Das geht nur während eines Anrufs.".into(),
        Sentence::NoSeries => {
            "Ich kann nur einzelne Termine eintragen. Soll ich mit dem ersten anfangen?".into()
        }
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
