//! When a caller wants it, from the three fields that a model fills in as it
//! likes: `when`, `date`, `time`. Fields that agree are one wish; fields that
//! contradict each other are asked about.

use askpro_domain::{
    calendar::local_to_instant,
    language::Language,
    spoken::{CallersWhen, Window, callers_when},
};
use jiff::{
    SignedDuration, Timestamp,
    civil::{Date, Time},
};

use super::{Arguments, wish::Place};

/// When it is wished.
#[derive(Debug)]
pub(super) enum WhenMeant {
    /// Acceptable starts; `exact` where each window is one clock time.
    Windows { windows: Vec<Window>, exact: bool },
    /// The year was a model's mistake; this start may be meant.
    Corrected(Timestamp),
    /// The day is over.
    Past,
    /// No day was named.
    Missing,
    /// It was not understood, contradicts itself, or does not exist.
    Unclear,
}

/// A date this much in the past is a day that is over; an older one is a model
/// that does not know the year.
const LATELY_DAYS: i32 = 31;

/// Days looked through when a clock time is set into a longer stretch.
const DAYS_AT_MOST: usize = 62;

/// A time of day as a model writes it.
enum Clock {
    /// Unmistakable: `14:30`.
    Plain(Time),
    /// Words, or an hour that the half of the day does not follow from.
    Words(String),
}

/// Reads `when`, `date` and `time`, relative to the moment of the call.
pub(super) fn when_meant(arguments: &Arguments, place: &Place, now: Timestamp) -> WhenMeant {
    let (mut when, mut date, time) = (arguments.text("when"), arguments.text("date"), arguments.text("time"));
    if date.is_none() {
        let is_written =
            |text: &str| matches!(split_date(text), Some((_, Some(rest))) if digits(&rest).is_some());
        if when.as_deref().is_some_and(is_written) {
            date = when.take();
        } else if let Some((day, rest)) = when.as_deref().and_then(leading_date) {
            (date, when) = (Some(day), rest);
        }
    }
    let (day, rest) = match date.as_deref().map(split_date) {
        Some(Some((day, rest))) => (Some(day), rest),
        _ => (None, None),
    };
    let clock = time.or(rest).map(|text| Clock::read(&text, place.language));
    match day {
        Some(day) => on_date(day, clock, when.as_deref(), place, now),
        None => {
            let words: Vec<String> = [date, when].into_iter().flatten().collect();
            in_words(&words.join(" "), clock, place, now)
        }
    }
}

/// The day is written out; the other fields say when on it.
fn on_date(day: Date, clock: Option<Clock>, when: Option<&str>, place: &Place, now: Timestamp) -> WhenMeant {
    let today = place.zone.to_datetime(now).date();
    if day < today {
        return in_the_past(day, clock, place, now);
    }
    // Said together with its date a wrong weekday or another day shows.
    let said = when.map(|words| about(day, words, place, now));
    match (said, clock) {
        (Some(Some(WhenMeant::Windows { windows, exact: true })), None | Some(Clock::Words(_))) => {
            WhenMeant::Windows { windows, exact: true }
        }
        (Some(Some(WhenMeant::Windows { windows, exact: true })), Some(Clock::Plain(time))) => {
            if windows.iter().all(|window| place.zone.to_datetime(window.from).time() == time) {
                WhenMeant::Windows { windows, exact: true }
            } else {
                WhenMeant::Unclear
            }
        }
        (Some(None), None) => WhenMeant::Unclear,
        (Some(Some(WhenMeant::Missing | WhenMeant::Unclear)), _) => WhenMeant::Unclear,
        (_, Some(Clock::Plain(time))) => at_time(day, time, place, now),
        (_, Some(Clock::Words(words))) => about(day, &words, place, now).unwrap_or(WhenMeant::Unclear),
        (Some(Some(narrowed)), None) => narrowed,
        (None, None) => whole(day, place, now),
    }
}

/// A model that does not know the year writes an old one; the day and month are
/// the caller's. What was the other day is simply over.
fn in_the_past(day: Date, clock: Option<Clock>, place: &Place, now: Timestamp) -> WhenMeant {
    let today = place.zone.to_datetime(now).date();
    if (today - day).get_days() <= LATELY_DAYS {
        return WhenMeant::Past;
    }
    let corrected = (today.year()..=today.year() + 1)
        .filter_map(|year| Date::new(year, day.month(), day.day()).ok())
        .find(|date| *date >= today);
    let time = match clock {
        Some(Clock::Plain(time)) => time,
        _ => Time::midnight(),
    };
    corrected
        .and_then(|date| instant(date, time, place))
        .filter(|start| *start > now)
        .map_or(WhenMeant::Unclear, WhenMeant::Corrected)
}

/// Everything is in words; a written clock time narrows it.
fn in_words(words: &str, clock: Option<Clock>, place: &Place, now: Timestamp) -> WhenMeant {
    match (words.is_empty(), clock) {
        (true, None) => WhenMeant::Missing,
        (true, Some(Clock::Plain(time))) => spoken(&clock_phrase(time, place.language), place, now),
        (true, Some(Clock::Words(time))) => spoken(&time, place, now),
        (false, None) => spoken(words, place, now),
        (false, Some(Clock::Plain(time))) => match spoken(words, place, now) {
            WhenMeant::Windows { windows, exact: true } => {
                let agree = windows.iter().all(|window| place.zone.to_datetime(window.from).time() == time);
                if agree { WhenMeant::Windows { windows, exact: true } } else { WhenMeant::Unclear }
            }
            WhenMeant::Windows { windows, exact: false } => set_into(&windows, time, place),
            other => other,
        },
        (false, Some(Clock::Words(time))) => match spoken(words, place, now) {
            WhenMeant::Windows { windows, exact: true } => WhenMeant::Windows { windows, exact: true },
            _ => spoken(&format!("{words} {time}"), place, now),
        },
    }
}

/// One clock time on each day of the windows.
fn set_into(windows: &[Window], time: Time, place: &Place) -> WhenMeant {
    let mut starts = Vec::new();
    for window in windows {
        let mut day = place.zone.to_datetime(window.from).date();
        for _ in 0..DAYS_AT_MOST {
            let Some(start) = instant(day, time, place) else { break };
            if window.to.is_some_and(|to| start >= to) {
                break;
            }
            if start >= window.from {
                starts.push(minute_from(start));
            }
            let Ok(next) = day.tomorrow() else { break };
            day = next;
        }
    }
    if starts.is_empty() { WhenMeant::Unclear } else { WhenMeant::Windows { windows: starts, exact: true } }
}

/// Words about one day; `None` where they say nothing about it in either language.
fn about(day: Date, words: &str, place: &Place, now: Timestamp) -> Option<WhenMeant> {
    let whole_day = whole(day, place, now);
    let mut last = None;
    for language in languages(place.language) {
        let dated = match language {
            Language::De => format!("am {}.{}.{} {words}", day.day(), day.month(), day.year()),
            Language::En => format!("{}-{:02}-{:02} {words}", day.year(), day.month(), day.day()),
        };
        let read = read(&dated, language, place, now);
        match (&read, &whole_day) {
            (WhenMeant::Windows { windows, .. }, WhenMeant::Windows { windows: whole, .. })
                if windows == whole => {}
            (WhenMeant::Windows { .. }, _) => return Some(read),
            _ => last = last.or(Some(read)),
        }
    }
    last
}

/// What the words mean in the call's language, else in the other one: a model
/// writes English in a German call.
fn spoken(words: &str, place: &Place, now: Timestamp) -> WhenMeant {
    let [own, other] = languages(place.language);
    match read(words, own, place, now) {
        understood @ WhenMeant::Windows { .. } => understood,
        not => match read(words, other, place, now) {
            understood @ WhenMeant::Windows { .. } => understood,
            _ => not,
        },
    }
}

fn read(words: &str, language: Language, place: &Place, now: Timestamp) -> WhenMeant {
    match callers_when(words, now, &place.zone, language) {
        CallersWhen::Windows { windows, exact } => WhenMeant::Windows { windows, exact },
        CallersWhen::NeedsDate => WhenMeant::Missing,
        CallersWhen::NotUnderstood => WhenMeant::Unclear,
    }
}

fn languages(own: Language) -> [Language; 2] {
    match own {
        Language::De => [Language::De, Language::En],
        Language::En => [Language::En, Language::De],
    }
}

fn at_time(day: Date, time: Time, place: &Place, now: Timestamp) -> WhenMeant {
    match instant(day, time, place) {
        Some(start) if start > now => WhenMeant::Windows { windows: vec![minute_from(start)], exact: true },
        Some(_) => WhenMeant::Past,
        None => WhenMeant::Unclear,
    }
}

fn whole(day: Date, place: &Place, now: Timestamp) -> WhenMeant {
    let bounds = || {
        let from = instant(day, Time::midnight(), place)?.max(now);
        let to = instant(day.tomorrow().ok()?, Time::midnight(), place)?;
        Some(Window { from, to: Some(to) })
    };
    bounds().map_or(WhenMeant::Unclear, |window| WhenMeant::Windows { windows: vec![window], exact: false })
}

fn minute_from(start: Timestamp) -> Window {
    Window { from: start, to: start.checked_add(SignedDuration::from_mins(1)).ok() }
}

fn instant(date: Date, time: Time, place: &Place) -> Option<Timestamp> {
    local_to_instant(date.to_datetime(time), &place.zone)
}

fn clock_phrase(time: Time, language: Language) -> String {
    match language {
        Language::De => format!("um {}:{:02} Uhr", time.hour(), time.minute()),
        Language::En => format!("at {}:{:02}", time.hour(), time.minute()),
    }
}

impl Clock {
    /// Only what cannot be misread is plain. "3:00" is not: at a hairdresser it
    /// is in the afternoon, and the grammar of spoken times knows that.
    fn read(text: &str, language: Language) -> Self {
        let text = text.trim();
        let phrase = |hour: i8, minute: i8| match language {
            Language::De => format!("um {hour}:{minute:02} Uhr"),
            Language::En => format!("at {hour}:{minute:02}"),
        };
        match digits(text) {
            Some((hour, minute)) if (7..24).contains(&hour) => {
                Time::new(hour, minute, 0, 0).map_or_else(|_| Self::Words(text.into()), Self::Plain)
            }
            Some((hour, minute)) => Self::Words(phrase(hour, minute)),
            None => Self::Words(text.into()),
        }
    }
}

/// Hour and minute of `14:30`, `14.30 Uhr`, `14:30:00+01:00`, `1430` or `14`. An
/// offset is passed over, because a model makes it up.
fn digits(text: &str) -> Option<(i8, i8)> {
    let text = text.trim_end_matches("Uhr").trim_end();
    let split = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (head, tail) = text.split_at(split);
    let (hour, minute, rest) = match (head.len(), tail.strip_prefix([':', '.'])) {
        (1 | 2, Some(rest)) => (head, rest.get(..2)?, rest.get(2..)?),
        (1 | 2, None) if tail.is_empty() => (head, "00", ""),
        (3 | 4, None) if tail.is_empty() => (&head[..head.len() - 2], &head[head.len() - 2..], ""),
        _ => return None,
    };
    let minute: i8 = minute.parse().ok().filter(|minute| (0..60).contains(minute))?;
    let hour: i8 = hour.parse().ok().filter(|hour| (0..24).contains(hour))?;
    // Only a time written with its seconds may have an offset: "13:30-14:00" is a range.
    let Some(seconds) = rest.strip_prefix(':') else {
        return (rest.is_empty() || rest == "Z").then_some((hour, minute));
    };
    seconds.get(..2).filter(|two| two.bytes().all(|b| b.is_ascii_digit()))?;
    let rest = seconds.get(2..)?;
    let rest = rest
        .strip_prefix('.')
        .map_or(rest, |fraction| fraction.trim_start_matches(|c: char| c.is_ascii_digit()));
    let is_offset = |text: &str| {
        text.strip_prefix(['+', '-']).is_some_and(|offset| {
            offset.len() >= 4 && offset.bytes().all(|b| b.is_ascii_digit() || b == b':')
        })
    };
    (rest.is_empty() || rest == "Z" || is_offset(rest)).then_some((hour, minute))
}

/// A date and what stands behind it: `2026-11-28`, `2026-11-28T14:30:00+01:00`, `28.11.2026`.
fn split_date(text: &str) -> Option<(Date, Option<String>)> {
    let text = text.trim();
    let (date, rest) = match text.split_once(['T', ' ']) {
        Some((date, rest)) => (date, Some(rest.trim().to_owned()).filter(|rest| !rest.is_empty())),
        None => (text, None),
    };
    Some((plain_date(date)?, rest))
}

/// A date at the beginning of words: the date, and the words behind it.
fn leading_date(text: &str) -> Option<(String, Option<String>)> {
    let text = text.trim().trim_start_matches("am ").trim_start_matches("on ");
    let (day, rest) = match text.split_once([' ', 'T']) {
        Some((day, rest)) => (day, Some(rest.trim().to_owned()).filter(|rest| !rest.is_empty())),
        None => (text, None),
    };
    plain_date(day.trim_end_matches(','))?;
    Some((day.trim_end_matches(',').to_owned(), rest))
}

/// `2026-11-28` or `28.11.2026`, nothing before or behind it.
fn plain_date(text: &str) -> Option<Date> {
    if text.len() == 10 && text.as_bytes()[4] == b'-' {
        return text.parse().ok();
    }
    let mut parts = text.split('.').map(|part| part.trim().parse::<i16>());
    let (day, month, year) = (parts.next()?.ok()?, parts.next()?.ok()?, parts.next()?.ok()?);
    let is_whole = parts.next().is_none() && year >= 1000;
    is_whole.then(|| Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use askpro_domain::{
        business::Branch,
        calendar::zone,
        ids::{BranchId, CompanyId, SeededChance},
        policy::Policy,
    };
    use serde_json::{Value, json};

    use super::*;

    fn berlin() -> Place {
        let (chance, now) = (SeededChance::new(1), Timestamp::UNIX_EPOCH);
        let branch = Branch {
            id: BranchId::new(now, &chance),
            company: CompanyId::new(now, &chance),
            name: "Mitte".into(),
            zone: "Europe/Berlin".into(),
            language: Language::De,
            phone: None,
            address: None,
            policy: Policy::NONE,
            revision: 1,
        };
        Place { branch, zone: zone("Europe/Berlin").unwrap(), language: Language::De }
    }

    /// The reading on Monday 2026-11-23 at 09:00 as `MM-DDTHH:MM` of an exact
    /// start, `MM-DDTHH:MM..` of a stretch, or a word.
    fn reading(arguments: Value) -> String {
        let (place, now) = (berlin(), "2026-11-23T08:00:00Z".parse().unwrap());
        let local = |at: Timestamp| place.zone.to_datetime(at).strftime("%m-%dT%H:%M").to_string();
        match when_meant(&Arguments::new(arguments), &place, now) {
            WhenMeant::Windows { windows, exact } => {
                format!("{}{}", local(windows[0].from), if exact { "" } else { ".." })
            }
            WhenMeant::Corrected(start) => format!("corrected {}", local(start)),
            WhenMeant::Past => "past".into(),
            WhenMeant::Missing => "missing".into(),
            WhenMeant::Unclear => "unclear".into(),
        }
    }

    #[test]
    fn fields_that_agree_are_one_wish_and_contradictions_are_asked_about() {
        let cases = [
            (json!({ "when": "morgen um 15 Uhr", "time": "15:00" }), "11-24T15:00"),
            (json!({ "when": "Dienstag um 9 Uhr", "time": "09:00" }), "11-24T09:00"),
            (json!({ "when": "Freitag 14 Uhr", "time": "14:00:00" }), "11-27T14:00"),
            (json!({ "when": "Freitag um 16 Uhr", "time": "16:15" }), "unclear"),
            (json!({ "when": "Freitag", "time": "16:15" }), "11-27T16:15"),
            (json!({ "when": "morgen nachmittag", "time": "15:30" }), "11-24T15:30"),
            (json!({ "when": "Mittwoch um 15 Uhr", "date": "2. Dezember", "time": "15:00" }), "12-02T15:00"),
            (json!({ "date": "2026-11-26", "when": "um 15 Uhr" }), "11-26T15:00"),
            (json!({ "date": "2026-11-26", "when": "nachmittags" }), "11-26T13:00.."),
            (json!({ "date": "2026-11-26T15:00:00+01:00" }), "11-26T15:00"),
            (json!({ "date": "2026-11-26 15:00" }), "11-26T15:00"),
            (json!({ "when": "2026-11-26T15:00:00+01:00" }), "11-26T15:00"),
            (json!({ "date": "2026-11-27", "when": "Samstag um 9 Uhr", "time": "09:00" }), "unclear"),
            (json!({ "date": "2026-11-26" }), "11-26T00:00.."),
            (json!({ "date": "26.11.2026", "time": "halb drei" }), "11-26T14:30"),
            (json!({ "date": "2026-11-26", "time": "3 pm" }), "11-26T15:00"),
            (json!({ "date": "2026-11-26", "time": "15" }), "11-26T15:00"),
            (json!({ "date": "2026-11-26", "time": "1500" }), "11-26T15:00"),
            (json!({ "date": "2026-11-26", "time": "3:00" }), "11-26T15:00"),
            (json!({ "date": "2026-11-26", "time": "kuckuck" }), "unclear"),
            (json!({ "when": "tomorrow at 3 pm" }), "11-24T15:00"),
            (json!({ "time": "15:00" }), "11-23T15:00"),
            (json!({ "date": "2023-11-27", "time": "10:00" }), "corrected 11-27T10:00"),
            (json!({ "when": "27.11.2025 um 10 Uhr" }), "corrected 11-27T00:00"),
            (json!({ "date": "2026-11-20", "time": "10:00" }), "past"),
            (json!({ "date": "2026-11-23", "time": "08:00" }), "past"),
            (json!({}), "missing"),
        ];
        for (arguments, expected) in cases {
            assert_eq!(reading(arguments.clone()), expected, "{arguments}");
        }
    }

    #[test]
    fn only_what_cannot_be_misread_is_a_plain_time() {
        for (text, expected) in [
            ("14:30", Some((14, 30))),
            ("14.30 Uhr", Some((14, 30))),
            ("14:30:00+01:00", Some((14, 30))),
            ("14:30:00.000Z", Some((14, 30))),
            ("9", Some((9, 0))),
            ("0930", Some((9, 30))),
            ("13:30-16:00", None),
            ("14:30+99", None),
            ("-5:30", None),
            ("25:00", None),
            ("14:75", None),
            ("2:30 PM", None),
            ("14:3", None),
        ] {
            assert_eq!(digits(text), expected, "{text}");
        }
    }
}
