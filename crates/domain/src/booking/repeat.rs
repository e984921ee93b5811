//! A row of appointments at the same time of day, every so many weeks.

use jiff::{Timestamp, ToSpan, civil::DateTime, tz::TimeZone};

use crate::calendar::local_to_instant;

/// How many appointments, and how far apart.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Repeat {
    count: u8,
    every_weeks: u8,
}

/// The most appointments that one wish may ask for.
pub const APPOINTMENTS_AT_MOST: u8 = 20;

/// The most weeks between two of them.
pub const WEEKS_AT_MOST: u8 = 12;

/// Numbers as they are said, from one on.
const NUMBERS: [&[&str]; 20] = [
    &["ein", "eine", "einen", "eins", "einmal", "one", "once"],
    &["zwei", "zwo", "zweimal", "two", "twice"],
    &["drei", "dreimal", "three"],
    &["vier", "viermal", "four"],
    &["fünf", "fuenf", "fünfmal", "five"],
    &["sechs", "sechsmal", "six"],
    &["sieben", "siebenmal", "seven"],
    &["acht", "achtmal", "eight"],
    &["neun", "neunmal", "nine"],
    &["zehn", "zehnmal", "ten"],
    &["elf", "elfmal", "eleven"],
    &["zwölf", "zwoelf", "zwölfmal", "twelve"],
    &["dreizehn", "thirteen"],
    &["vierzehn", "fourteen"],
    &["fünfzehn", "fuenfzehn", "fifteen"],
    &["sechzehn", "sixteen"],
    &["siebzehn", "seventeen"],
    &["achtzehn", "eighteen"],
    &["neunzehn", "nineteen"],
    &["zwanzig", "twenty"],
];

/// Words for one week.
const WEEKLY: [&str; 10] =
    ["weekly", "week", "wöchentlich", "woechentlich", "woche", "wochen", "weeks", "7", "1", "jede"];

/// Words for two weeks without a number that says so: fourteen days are two weeks.
const FORTNIGHTLY: [&str; 9] = [
    "biweekly",
    "fortnightly",
    "fortnight",
    "zweiwöchentlich",
    "zweiwoechentlich",
    "vierzehntägig",
    "vierzehntaegig",
    "14tägig",
    "zweiwöchig",
];

/// Words after which every second one is meant.
const SECOND: [&str; 7] = ["other", "second", "2nd", "zweite", "zweiten", "zweiter", "alternate"];

/// Words that say another unit: a month is no number of weeks.
const OTHER_UNITS: [&str; 10] = [
    "monat",
    "monate",
    "monatlich",
    "month",
    "months",
    "monthly",
    "täglich",
    "taeglich",
    "daily",
    "jährlich",
];

impl Repeat {
    /// So many appointments, so many weeks apart. `None` out of bounds: from one
    /// to [`APPOINTMENTS_AT_MOST`], and from one to [`WEEKS_AT_MOST`].
    pub fn new(count: u64, every_weeks: u64) -> Option<Self> {
        let count = u8::try_from(count).ok().filter(|n| (1..=APPOINTMENTS_AT_MOST).contains(n))?;
        let every_weeks = u8::try_from(every_weeks).ok().filter(|n| (1..=WEEKS_AT_MOST).contains(n))?;
        Some(Self { count, every_weeks })
    }

    /// How many.
    pub fn count(self) -> u8 {
        self.count
    }

    /// Weeks from one to the next.
    pub fn every_weeks(self) -> u8 {
        self.every_weeks
    }

    /// A number as a model writes it or a caller says it: `6`, `sechs`, `sechsmal`, `six times`.
    pub fn read_count(text: &str) -> Option<u64> {
        let lower = text.trim().to_lowercase();
        words(&lower).find_map(number)
    }

    /// How many weeks a rhythm means: `weekly`, `jede Woche`, `alle zwei Wochen`,
    /// `every other week`, `14-tägig`, `2`. `None` where it is no number of weeks.
    pub fn read_rhythm(text: &str) -> Option<u64> {
        let lower = text.trim().to_lowercase();
        let said: Vec<&str> = words(&lower).collect();
        if said.iter().any(|word| OTHER_UNITS.contains(word)) {
            return None;
        }
        let counts_days = said.iter().any(|word| {
            matches!(*word, "tage" | "tagen" | "days" | "day" | "tag" | "tägig" | "taegig" | "tägige")
        });
        if said.iter().any(|word| FORTNIGHTLY.contains(word) || SECOND.contains(word)) {
            return (!counts_days || said.iter().any(|word| FORTNIGHTLY.contains(word))).then_some(2);
        }
        let number = said.iter().find_map(|word| number(word));
        match (number, counts_days) {
            (Some(days), true) => (days > 0 && days % 7 == 0).then_some(days / 7),
            (None, true) => None,
            (Some(weeks), false) => Some(weeks),
            (None, false) => said.iter().any(|word| WEEKLY.contains(word)).then_some(1),
        }
    }

    /// The starts, the first one included, at the same wall time in `zone`. A date
    /// beyond the calendar's end is left out, so a full row has [`Self::count`] of them.
    pub fn starts(self, first: DateTime, zone: &TimeZone) -> Vec<Timestamp> {
        (0..i64::from(self.count))
            .filter_map(|turn| {
                let weeks = turn * i64::from(self.every_weeks);
                local_to_instant(first.checked_add(weeks.weeks()).ok()?, zone)
            })
            .collect()
    }

    /// The rule by RFC 5545, without `RRULE:`.
    pub fn rule(self) -> String {
        format!("FREQ=WEEKLY;INTERVAL={};COUNT={}", self.every_weeks, self.count)
    }
}

fn words(lower: &str) -> impl Iterator<Item = &str> {
    lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).take(16)
}

fn number(word: &str) -> Option<u64> {
    word.parse().ok().or_else(|| {
        let position = NUMBERS.iter().position(|names| names.contains(&word))?;
        u64::try_from(position + 1).ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::zone;

    #[test]
    fn rhythms_are_read_as_they_are_said() {
        for (text, weeks) in [
            ("weekly", Some(1)),
            ("wöchentlich", Some(1)),
            ("jede Woche", Some(1)),
            ("every week", Some(1)),
            ("alle zwei Wochen", Some(2)),
            ("every 2 weeks", Some(2)),
            ("every other week", Some(2)),
            ("jede zweite Woche", Some(2)),
            ("biweekly", Some(2)),
            ("14-tägig", Some(2)),
            ("alle 14 Tage", Some(2)),
            ("vierzehntägig", Some(2)),
            ("alle drei Wochen", Some(3)),
            ("3", Some(3)),
            ("alle 10 Tage", None),
            ("every other day", None),
            ("monatlich", None),
            ("jeden Monat", None),
            ("every 3 months", None),
            ("", None),
            ("irgendwann", None),
        ] {
            assert_eq!(Repeat::read_rhythm(text), weeks, "{text}");
        }
        assert_eq!(Repeat::read_count("sechs"), Some(6));
        assert_eq!(Repeat::read_count("6 Termine"), Some(6));
        assert_eq!(Repeat::read_count("viele"), None);
    }

    #[test]
    fn bounds_hold() {
        assert!(Repeat::new(20, 12).is_some());
        for (count, weeks) in [(0, 1), (21, 1), (3, 0), (3, 13), (u64::MAX, u64::MAX)] {
            assert_eq!(Repeat::new(count, weeks), None);
        }
    }

    #[test]
    fn the_wall_time_stays_across_a_clock_change() {
        let berlin = zone("Europe/Berlin").unwrap();
        let starts = Repeat::new(3, 1).unwrap().starts("2026-10-15T09:00".parse().unwrap(), &berlin);
        let local: Vec<String> =
            starts.iter().map(|at| berlin.to_datetime(*at).strftime("%m-%dT%H:%M").to_string()).collect();
        assert_eq!(local, ["10-15T09:00", "10-22T09:00", "10-29T09:00"]);
        assert_eq!(starts[2].duration_since(starts[1]).as_hours(), 7 * 24 + 1);
    }
}
