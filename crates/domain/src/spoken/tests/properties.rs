//! What must hold for every time and every text.

use jiff::{Timestamp, ToSpan, civil::Time, tz::TimeZone};
use proptest::prelude::*;

use crate::calendar::{local_to_instant, zone};
use crate::language::Language;
use crate::spoken::{CallersWhen, Window, callers_when, literal_when, say_instant, say_window};

const ZONES: [&str; 5] =
    ["Europe/Berlin", "Europe/Vienna", "Europe/London", "America/New_York", "Asia/Kolkata"];

fn languages() -> impl Strategy<Value = Language> {
    prop_oneof![Just(Language::De), Just(Language::En)]
}

fn zones() -> impl Strategy<Value = TimeZone> {
    (0..ZONES.len()).prop_map(|index| zone(ZONES[index]).expect("bundled"))
}

/// Any second of the years 2020 to 2039.
fn moments() -> impl Strategy<Value = Timestamp> {
    (1_577_836_800_i64..2_208_988_800).prop_map(|second| Timestamp::from_second(second).expect("in range"))
}

/// A wall time so many days and minutes after today's midnight, if it is to come and has a name of its own.
fn instant(now: Timestamp, zone: &TimeZone, days: i64, minutes: i64) -> Option<Timestamp> {
    let today = zone.to_datetime(now).date();
    let local = today
        .checked_add(days.days())
        .ok()?
        .to_datetime(Time::midnight())
        .checked_add(minutes.minutes())
        .ok()?;
    let instant = local_to_instant(local, zone)?;
    // A time in a gap is another time; the second of two equal hours has no name.
    (instant >= now && zone.to_datetime(instant) == local).then_some(instant)
}

fn has_a_name(window: &Window, now: Timestamp, zone: &TimeZone) -> bool {
    let named = |at: Timestamp| {
        let local = zone.to_datetime(at);
        local.second() == 0 && local_to_instant(local, zone) == Some(at)
    };
    (window.from == now || named(window.from)) && window.to.is_none_or(named)
}

fn only(when: CallersWhen) -> Option<(Window, bool)> {
    match when {
        CallersWhen::Windows { windows, exact } if windows.len() == 1 => Some((windows[0], exact)),
        _ => None,
    }
}

/// What holds for every answer.
fn sound(when: &CallersWhen, now: Timestamp) -> bool {
    let CallersWhen::Windows { windows, exact } = when else { return true };
    let each = windows.iter().all(|window| {
        let minute =
            window.to.is_some_and(|to| to.duration_since(window.from) == jiff::SignedDuration::from_mins(1));
        window.from >= now && window.to.is_none_or(|to| window.from < to) && (!exact || minute)
    });
    let apart = |to: Timestamp, next: Timestamp| if *exact { to <= next } else { to < next };
    let ordered = windows.windows(2).all(|pair| pair[0].to.is_some_and(|to| apart(to, pair[1].from)));
    !windows.is_empty() && each && ordered
}

/// Words of both languages in any order are likelier to reach the far corners than letters are.
fn word_salad() -> impl Strategy<Value = String> {
    const WORDS: &str = "heute morgen übermorgen montag dienstag nächsten übernächsten letzten woche monat jahr in drei \
        acht vierzehn tagen um gegen kurz vor nach bis ab zwischen und oder nicht außer aber nee lieber halb viertel \
        dreiviertel uhr 14 30 15. 3. 2026 1430 14:30 9.15 31.2. 99 früh mittags abends nachmittags märz mai anfang \
        mitte ende ostern weihnachten kw 53 frau herr jahre alt euro am im den der , . - / : ; spätestens frühestens \
        egal so bald wie möglich stunde minuten ersten dritten rum tomorrow monday next last this coming friday \
        at half past quarter to noon midnight am pm a the of week month year in two from until between and or not \
        but wait no early late morning afternoon third fifth closest easter christmas ago hence ish days 2/15 \
        999999999 0 0171 twenty five o'clock q3 18q4 eom rest of all every after before weekend Tag Quartal 12/31/99";
    let words: Vec<&str> = WORDS.split_whitespace().collect();
    proptest::collection::vec(proptest::sample::select(words), 0..24).prop_map(|words| words.join(" "))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_instant_read_back_is_that_instant(
        now in moments(), zone in zones(), language in languages(), days in 0_i64..800, minutes in 0_i64..1_440,
    ) {
        let Some(start) = instant(now, &zone, days, minutes) else { return Ok(()) };
        let said = say_instant(start, &zone, now, language);
        let read = only(callers_when(&said, now, &zone, language));
        prop_assert_eq!(read.map(|(window, exact)| (window.from, exact)), Some((start, true)), "{}", said);
    }

    #[test]
    fn a_window_read_back_is_that_window(
        now in moments(), zone in zones(), language in languages(), days in 0_i64..500, length in prop_oneof![Just(0_i64), 0_i64..60],
        start in prop_oneof![Just(0_i64), 0_i64..96], end in prop_oneof![Just(0_i64), 0_i64..97], open in any::<bool>(), from_now in any::<bool>(),
    ) {
        // From any quarter of an hour to any other, of the same day or another; or without an end.
        let from = if from_now { Some(now) } else { instant(now, &zone, days, start * 15) };
        let to = instant(now, &zone, days + length, end * 15);
        let (Some(from), Some(to)) = (from, to) else { return Ok(()) };
        // A minute is an instant.
        if to.duration_since(from) <= jiff::SignedDuration::from_mins(1) {
            return Ok(());
        }
        let to = (!open).then_some(to);
        let window = Window { from, to };
        let said = say_window(&window, &zone, now, language);
        let read = only(callers_when(&said, now, &zone, language));
        prop_assert_eq!(read, Some((window, false)), "{}", said);
    }

    #[test]
    fn no_text_is_too_strange(text in "\\PC{0,300}|[\\x00-\\x7f]{0,300}|.{0,200}", now in moments(), zone in zones(), language in languages()) {
        prop_assert!(sound(&callers_when(&text, now, &zone, language), now), "{:?}", text);
        let _ = literal_when(&text, &now.to_zoned_datetime(zone), language);
    }

    #[test]
    fn no_order_of_words_is_too_strange(text in word_salad(), now in moments(), zone in zones(), language in languages()) {
        let when = callers_when(&text, now, &zone, language);
        prop_assert!(sound(&when, now), "{:?}: {:?}", text, when);
        if let CallersWhen::Windows { windows, .. } = &when {
            // Whatever the reader can produce, it reads back; only wall times that stand twice on
            // the clock or in seconds (so many hours from now) have no name of their own.
            for window in windows.iter().filter(|window| has_a_name(window, now, &zone)) {
                let said = say_window(window, &zone, now, language);
                let read = only(callers_when(&said, now, &zone, language)).map(|(window, _)| window);
                prop_assert_eq!(read, Some(*window), "{:?} was said {:?}", text, said);
            }
        }
        let _ = literal_when(&text, &now.to_zoned_datetime(zone), language);
    }
}

#[test]
fn the_ends_of_the_calendar_are_no_trap() {
    let zone = zone("Europe/Berlin").expect("bundled");
    for now in [Timestamp::MIN, Timestamp::MAX, Timestamp::UNIX_EPOCH] {
        for language in [Language::De, Language::En] {
            for text in [
                "heute",
                "in 5000 jahren",
                "vor 5000 jahren",
                "übermorgen um zehn",
                "in 9999 years",
                "next year",
                "nach ostern",
                "kw 53",
                "last christmas",
                "the week of 31.12.9999",
                "egal wann",
                "in 5000 stunden",
                "the second closest monday to 1.1.9000",
                "letzten 5000 wochen",
                "übernächstes jahr abends",
            ] {
                let when = callers_when(text, now, &zone, language);
                assert!(sound(&when, now), "{text}: {when:?}");
                let _ = literal_when(text, &now.to_zoned_datetime(zone.clone()), language);
                let _ = say_instant(now, &zone, Timestamp::UNIX_EPOCH, language);
            }
        }
    }
}

#[test]
fn a_megabyte_is_read_as_fast_as_its_beginning() {
    let zone = zone("Europe/Berlin").expect("bundled");
    let now: Timestamp = "2025-11-18T10:20:00+01:00".parse().expect("valid");
    for piece in [
        "morgen oder ",
        "1",
        "nicht ",
        "the the ",
        "von ",
        "\u{308}",
        "ä",
        ", ",
        "zwischen drei ",
        "a week on ",
    ] {
        let text = piece.repeat(1_000_000 / piece.len());
        let before = std::time::Instant::now();
        for language in [Language::De, Language::En] {
            let _ = callers_when(&text, now, &zone, language);
            let _ = literal_when(&text, &now.to_zoned_datetime(zone.clone()), language);
        }
        // Generous for a debug build on a busy machine; quadratic time would take minutes.
        assert!(before.elapsed() < std::time::Duration::from_secs(3), "{piece:?}: {:?}", before.elapsed());
    }
}
