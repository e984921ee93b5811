//! Every sentence with samples, beside a file that people read as a whole.

use askpro_domain::{booking::Reference, calendar::zone};

use super::*;

/// Rewrites the file instead of comparing with it.
const WRITE: &str = "ASKPRO_WRITE_SENTENCES";

#[test]
fn every_sentence_reads_as_it_was_reviewed() {
    let berlin = zone("Europe/Berlin").expect("the zone is bundled");
    let at = |text: &str| text.parse::<Timestamp>().expect("a sample is a time");
    let spoken = Spoken { zone: &berlin, now: at("2026-11-23T09:00:00+01:00") };
    let (friday, monday) = (at("2026-11-27T14:30:00+01:00"), at("2026-11-30T09:00:00+01:00"));
    let reference = Reference::parse("K7M2XW").expect("a sample is a reference");
    let names: Vec<String> =
        ["Herrenhaarschnitt", "Bartpflege", "Färben mit Schnitt"].map(str::to_owned).to_vec();
    let offers = [
        Offer { start: friday, staff: "Anna" },
        Offer { start: at("2026-11-27T15:00:00+01:00"), staff: "Ben" },
        Offer { start: monday, staff: "Anna" },
    ];
    let agreed = [friday, monday].map(|start| Agreed {
        start,
        is_firm: start == friday,
        service: "Herrenhaarschnitt",
        staff: "Anna",
    });
    let branches = ["Mitte".to_owned(), "Nord".to_owned()];
    let starts = [friday, monday];
    let open = Interval::new(at("2026-11-23T08:00:00+01:00"), at("2026-11-23T12:00:00+01:00"));
    let later = Interval::new(at("2026-11-23T13:30:00+01:00"), at("2026-11-23T18:00:00+01:00"));
    let openings = [open, later];
    let series = |firm, reachable, every_weeks| Sentence::Series {
        count: 6,
        every_weeks,
        first: friday,
        last: at("2027-01-01T14:30:00+01:00"),
        staff: "Anna",
        reference: &reference,
        firm,
        reachable,
        spoken,
    };
    let provisional = |reachable| Sentence::Provisional {
        start: friday,
        reference: &reference,
        reachable,
        ring_again: at("2026-11-23T09:10:00+01:00"),
        spoken,
    };
    let offered = |because| Sentence::Offers { because, offers: &offers, spoken };
    let missing = |missing| Sentence::Missing(missing, spoken);
    let business = |opening, address| Sentence::Business { address, opening, spoken };
    let too_late = |wish| Sentence::TooLate { wish, latest: at("2026-11-22T14:30:00+01:00"), spoken };

    let all: Vec<(&str, Sentence<'_>)> = vec![
        ("ai disclosure", Sentence::AiDisclosure { company: "Salon Sommer" }),
        ("service", missing(Missing::Service(&[]))),
        ("service, with names", missing(Missing::Service(&names))),
        ("service, not found", missing(Missing::OtherService(&names))),
        ("one of several services", missing(Missing::OneService(&names[..2]))),
        ("when", missing(Missing::When)),
        ("when, not understood", missing(Missing::WhenUnclear)),
        ("when, over", missing(Missing::WhenPast)),
        ("when, corrected", missing(Missing::WhenCorrected(friday))),
        ("name", missing(Missing::Name)),
        ("caller's name", missing(Missing::CallerName)),
        ("number", missing(Missing::Phone)),
        ("person", missing(Missing::Staff)),
        ("branch", missing(Missing::Branch(&branches))),
        ("reference", missing(Missing::Reference)),
        ("which appointment", missing(Missing::WhichAppointment(&starts))),
        ("how many", missing(Missing::Repeat)),
        ("fewer", missing(Missing::FewerAppointments(20))),
        (
            "free",
            Sentence::Free {
                offer: Offer { start: friday, staff: "Anna" },
                service: "Herrenhaarschnitt",
                spoken,
            },
        ),
        ("offers", offered(None)),
        ("offers, to choose", offered(Some(Because::Choose))),
        ("offers, taken", offered(Some(Because::Taken))),
        ("offers, just taken", offered(Some(Because::JustTaken))),
        ("offers, expired", offered(Some(Because::Expired))),
        ("offers, row taken", offered(Some(Because::RowTaken))),
        ("nothing free", Sentence::NothingFree),
        (
            "confirmed",
            Sentence::Confirmed {
                start: friday,
                service: "Herrenhaarschnitt",
                staff: "Anna",
                reference: &reference,
                spoken,
            },
        ),
        ("provisional", provisional(true)),
        ("provisional, without a number", provisional(false)),
        ("series", series(true, true, 1)),
        ("series, provisional", series(false, true, 2)),
        ("series, provisional, without a number", series(false, false, 3)),
        ("move, provisional", Sentence::MoveNoted { start: monday, reachable: true, spoken }),
        (
            "move, provisional, without a number",
            Sentence::MoveNoted { start: monday, reachable: false, spoken },
        ),
        ("moved", Sentence::Moved { start: monday, staff: "Anna", spoken }),
        ("found one", Sentence::Found { appointments: &agreed[..1], spoken }),
        ("found one, provisional", Sentence::Found { appointments: &agreed[1..], spoken }),
        ("found several", Sentence::Found { appointments: &agreed, spoken }),
        ("found nothing", Sentence::NoSuchAppointment),
        ("too many guesses", Sentence::TooManyGuesses),
        ("cancelled", Sentence::Cancelled { start: friday, spoken }),
        ("cancellation noted", Sentence::CancelNoted { start: friday, spoken }),
        ("too late to cancel", too_late(Change::Cancel)),
        ("too late to move", too_late(Change::Reschedule)),
        ("too late to book", too_late(Change::Book)),
        ("over", Sentence::AppointmentOver),
        ("not settled yet", Sentence::NotSettledYet),
        ("call-back, another day", Sentence::CallBackNoted { due: friday, spoken }),
        ("call-back", Sentence::CallBackNoted { due: at("2026-11-23T11:00:00+01:00"), spoken }),
        ("business, open", business(Some(open), Some("Lindenstraße 12, Berlin"))),
        (
            "business, opens later",
            business(Some(Interval::new(monday, monday + jiff::SignedDuration::from_hours(1))), None),
        ),
        ("business, closed", business(None, None)),
        ("hours today", Sentence::HoursToday { openings: &openings, spoken }),
        ("hours today, closed", Sentence::HoursToday { openings: &[], spoken }),
        ("from memory", Sentence::FromMemory),
        ("put through", Sentence::PutThrough),
        ("nobody there", Sentence::NobodyThere),
        ("only in a call", Sentence::OnlyInACall),
        ("unknown function", Sentence::UnknownFunction),
        ("not now", Sentence::NotNow),
        ("no calendar now", Sentence::NoCalendarNow),
    ];
    let mut text = String::new();
    for (name, sentence) in &all {
        let (german, english) = (say(Language::De, sentence), say(Language::En, sentence));
        for said in [&german, &english] {
            assert!(said.chars().count() <= 300 && said.ends_with(['.', '?', ':']), "{name}: {said}");
            assert!(!said.contains("  ") && !said.contains(['{', '}', '\n']), "{name}: {said}");
        }
        text.push_str(&format!("{name}\n  de  {german}\n  en  {english}\n\n"));
    }
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/src/call/sentences/reviewed.txt");
    #[expect(
        clippy::disallowed_methods,
        reason = "not the program's configuration: how a person rewrites the file"
    )]
    let is_rewritten = std::env::var_os(WRITE).is_some();
    if is_rewritten {
        std::fs::write(file, &text).expect("the file can be written");
    }
    let reviewed = std::fs::read_to_string(file).unwrap_or_default();
    for (said, known) in text.lines().zip(reviewed.lines()) {
        assert_eq!(said, known, "set {WRITE}=1 to rewrite the file, then read it as a whole");
    }
    assert_eq!(text.lines().count(), reviewed.lines().count(), "set {WRITE}=1 to rewrite the file");
}
