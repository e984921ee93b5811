//! Reading back: instants and windows as phrases that are heard without doubt, and
//! that the callers' layer reads as what they were.
//!
//! Where German would leave the half of the day open ("um 3 Uhr") the part of the
//! day is said with it. The second of two equal hours in autumn has no phrase of
//! its own; nobody can book it by name.

mod de;
mod en;

use jiff::{
    Timestamp, ToSpan,
    civil::{Date, DateTime, Time},
    tz::TimeZone,
};

use super::callers::Window;
use crate::language::Language;

/// A date as it is said: "Freitag, den 28. November" or "Friday, November 28". The
/// year is added where it is not the next such day counted from `today`.
pub fn say_date(date: Date, today: Date, language: Language) -> String {
    let year = spoken_year(date, today);
    match language {
        Language::De => de::date(date, year),
        Language::En => en::date(date, year),
    }
}

/// A time of day as it is said: "14:30 Uhr", "15 Uhr", "3 Uhr nachts" or "2:30 pm". Seconds are not said.
pub fn say_time(time: Time, language: Language) -> String {
    match language {
        Language::De => de::time(time),
        Language::En => en::time(time),
    }
}

/// An instant as wall time in `zone`: "Freitag, den 28. November um 14:30 Uhr" or
/// "Friday, November 28 at 2:30 pm". Seconds are not said.
pub fn say_instant(start: Timestamp, zone: &TimeZone, now: Timestamp, language: Language) -> String {
    let local = zone.to_datetime(start);
    let today = zone.to_datetime(now).date();
    let date = say_date(local.date(), today, language);
    let time = say_time(local.time(), language);
    match language {
        Language::De => format!("{date} um {time}"),
        Language::En => format!("{date} at {time}"),
    }
}

/// A window of starts: "Freitag, den 28. November nachmittags", "heute bis 12 Uhr",
/// "ab dem 3. Dezember", "from December 1 to December 7". A window of a minute is
/// said as the instant. What lies before `now` is not said.
pub fn say_window(window: &Window, zone: &TimeZone, now: Timestamp, language: Language) -> String {
    let phrases = Phrases { today: zone.to_datetime(now).date(), language };
    let starts_now = window.from <= now;
    let from = zone.to_datetime(window.from.max(now));
    let Some(to) = window.to else {
        return match starts_now {
            true => phrases.any_time(),
            false => phrases.open(from),
        };
    };
    if to.duration_since(window.from) == jiff::SignedDuration::from_mins(1) {
        return say_instant(window.from, zone, now, language);
    }
    let to = zone.to_datetime(to);
    // The last day that belongs to it: midnight is the end of the day before.
    let last = if is_midnight(to) { to.date().yesterday().unwrap_or(to.date()) } else { to.date() };
    match (from.date() == last, starts_now) {
        (true, _) => phrases.in_one_day(from, to, starts_now),
        (false, true) => phrases.until(to, last),
        (false, false) => phrases.over_days(from, to, last),
    }
}

struct Phrases {
    today: Date,
    language: Language,
}

impl Phrases {
    fn any_time(&self) -> String {
        match self.language {
            Language::De => "jederzeit".to_owned(),
            Language::En => "any time".to_owned(),
        }
    }

    fn open(&self, from: DateTime) -> String {
        let date = self.short_date(from.date());
        let time = (!is_midnight(from)).then(|| say_time(from.time(), self.language));
        match (self.language, time) {
            (Language::De, None) => format!("ab dem {date}"),
            (Language::De, Some(time)) => format!("ab dem {date} um {time}"),
            (Language::En, None) => format!("from {date} onwards"),
            (Language::En, Some(time)) => format!("from {date} at {time} onwards"),
        }
    }

    fn until(&self, to: DateTime, last: Date) -> String {
        let date = self.short_date(last);
        let time = (!is_midnight(to)).then(|| say_time(to.time(), self.language));
        match (self.language, time) {
            (Language::De, None) => format!("bis zum {date}"),
            (Language::De, Some(time)) => format!("bis zum {date} um {time}"),
            (Language::En, None) => format!("until {date}"),
            (Language::En, Some(time)) => format!("until {date} at {time}"),
        }
    }

    fn over_days(&self, from: DateTime, to: DateTime, last: Date) -> String {
        let (first, end) = (self.short_date(from.date()), self.short_date(last));
        if is_midnight(from) && is_midnight(to) {
            return match self.language {
                Language::De => format!("vom {first} bis zum {end}"),
                Language::En => format!("from {first} to {end}"),
            };
        }
        // Midnight with a time at the other end is said as the beginning of its day.
        let end = self.short_date(to.date());
        let (start, stop) = (self.limit_time(from.time()), self.limit_time(to.time()));
        match self.language {
            Language::De => format!("vom {first} um {start} bis zum {end} um {stop}"),
            Language::En => format!("from {first} at {start} to {end} at {stop}"),
        }
    }

    fn in_one_day(&self, from: DateTime, to: DateTime, starts_now: bool) -> String {
        let date = match (starts_now, self.language) {
            (true, Language::De) => "heute".to_owned(),
            (true, Language::En) => "today".to_owned(),
            (false, language) => say_date(from.date(), self.today, language),
        };
        let whole_start = starts_now || is_midnight(from);
        let end = is_midnight(to);
        let (start, stop) = (self.limit_time(from.time()), self.limit_time(to.time()));
        if whole_start && end {
            return date;
        }
        if let (false, Some(part)) = (starts_now, self.part(from, to)) {
            return format!("{date} {part}");
        }
        match (self.language, whole_start, end) {
            (Language::De, true, _) => format!("{date} bis {stop}"),
            (Language::De, _, true) => format!("{date} ab {start}"),
            (Language::De, ..) => format!("{date} zwischen {start} und {stop}"),
            (Language::En, true, _) => format!("{date} until {stop}"),
            (Language::En, _, true) => format!("{date} from {start}"),
            (Language::En, ..) => format!("{date} between {start} and {stop}"),
        }
    }

    /// The name of a part of the day, where the window is exactly that.
    fn part(&self, from: DateTime, to: DateTime) -> Option<&'static str> {
        let hours = (from.hour(), to.hour());
        let full = from.minute() == 0 && from.second() == 0 && to.minute() == 0 && to.second() == 0;
        let parts: &[((i8, i8), &str)] = match self.language {
            Language::De => &de::PARTS,
            Language::En => &en::PARTS,
        };
        parts.iter().find(|(part, _)| full && *part == hours).map(|(_, name)| *name)
    }

    /// A time of day as the end of a stretch.
    fn limit_time(&self, time: Time) -> String {
        match self.language {
            Language::De => de::limit_time(time),
            Language::En => en::time(time),
        }
    }

    /// Without the weekday: "28. November", "November 28".
    fn short_date(&self, date: Date) -> String {
        let year = spoken_year(date, self.today);
        match self.language {
            Language::De => de::short_date(date, year),
            Language::En => en::short_date(date, year),
        }
    }
}

fn is_midnight(at: DateTime) -> bool {
    at.time() == Time::midnight()
}

/// The year, where the day and month alone would be heard as another date.
fn spoken_year(date: Date, today: Date) -> Option<i16> {
    let next_year = today.checked_add(1.year()).unwrap_or(Date::MAX);
    let obvious = today <= date && date < next_year;
    (!obvious).then(|| date.year())
}
