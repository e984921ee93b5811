use std::{fmt, str::FromStr};

use jiff::{
    Timestamp,
    civil::{DateTime, Weekday},
    tz::TimeZone,
};

/// Longest rule that is read, in bytes. The longest sensible one (every day of
/// the year by number) stays below.
pub const MAX_RULE_LENGTH: usize = 2_000;

/// A recurrence rule of RFC 5545, section 3.3.10, as far as appointments need it:
/// days, weeks, months and years. A series has one time of day, so parts below
/// the day (`BYHOUR`, `FREQ=HOURLY`) are refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The period that is counted.
    pub frequency: Frequency,
    /// Every how many periods, at least 1.
    pub interval: u16,
    /// When it ends.
    pub end: End,
    /// Weekdays, with their place in the month or year where that is given.
    pub by_day: Vec<NthWeekday>,
    /// Days of the month, 1 to 31, or -1 to -31 from its end.
    pub by_month_day: Vec<i8>,
    /// Days of the year, 1 to 366, or -1 to -366 from its end.
    pub by_year_day: Vec<i16>,
    /// ISO weeks, 1 to 53, or -1 to -53 from the end of the year.
    pub by_week_no: Vec<i8>,
    /// Months, 1 to 12.
    pub by_month: Vec<u8>,
    /// Which of the days of one period remain, 1 to 366, or negative from its end.
    pub by_set_pos: Vec<i16>,
    /// First day of the week.
    pub week_start: Weekday,
}

/// The period of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Frequency {
    /// Every day.
    Daily,
    /// Every week.
    Weekly,
    /// Every month.
    Monthly,
    /// Every year.
    Yearly,
}

/// When a rule ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// It does not.
    Never,
    /// After so many occurrences, at least 1, counted from the start and before
    /// single dates are taken out.
    Count(u32),
    /// After this instant, which still belongs to it.
    Until(Timestamp),
}

/// A weekday, or one of those in a month or year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NthWeekday {
    /// `None`: each; 1: the first; -1: the last. Never 0.
    pub nth: Option<i16>,
    /// The weekday.
    pub weekday: Weekday,
}

/// Why a text is no rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RuleError {
    /// Longer than [`MAX_RULE_LENGTH`].
    TooLong,
    /// `FREQ` is missing.
    NoFrequency,
    /// A part that is not `NAME=VALUE`, or a name that is not known or not
    /// supported.
    UnknownPart(String),
    /// A part that stands twice.
    Repeated(&'static str),
    /// A value that the part cannot have.
    BadValue(&'static str),
    /// Parts that exclude each other, or a part that this frequency excludes.
    Contradiction(&'static str, &'static str),
}

impl fmt::Display for RuleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong => write!(f, "the rule is longer than {MAX_RULE_LENGTH} characters"),
            Self::NoFrequency => f.write_str("the rule has no FREQ"),
            Self::UnknownPart(part) => write!(f, "{part:?} is no part of a rule"),
            Self::Repeated(part) => write!(f, "{part} stands twice"),
            Self::BadValue(part) => write!(f, "the value of {part} is not allowed"),
            Self::Contradiction(one, other) => write!(f, "{one} does not go with {other}"),
        }
    }
}

impl std::error::Error for RuleError {}

impl Rule {
    /// Every `interval` weeks on the weekday of its start, `count` times.
    /// Zero counts as one.
    pub fn every_weeks(interval: u16, count: u32) -> Self {
        Self { interval: interval.max(1), end: End::Count(count.max(1)), ..Self::plain(Frequency::Weekly) }
    }

    fn plain(frequency: Frequency) -> Self {
        Self {
            frequency,
            interval: 1,
            end: End::Never,
            by_day: Vec::new(),
            by_month_day: Vec::new(),
            by_year_day: Vec::new(),
            by_week_no: Vec::new(),
            by_month: Vec::new(),
            by_set_pos: Vec::new(),
            week_start: Weekday::Monday,
        }
    }

    /// What the grammar of single parts cannot see.
    fn check(&self) -> Result<(), RuleError> {
        use Frequency::{Daily, Monthly, Weekly, Yearly};
        let frequency = self.frequency;
        let name = frequency.word();
        if !self.by_month_day.is_empty() && frequency == Weekly {
            return Err(RuleError::Contradiction("BYMONTHDAY", name));
        }
        if !self.by_year_day.is_empty() && frequency != Yearly {
            return Err(RuleError::Contradiction("BYYEARDAY", name));
        }
        if !self.by_week_no.is_empty() && frequency != Yearly {
            return Err(RuleError::Contradiction("BYWEEKNO", name));
        }
        if self.by_day.iter().any(|day| day.nth.is_some()) {
            if matches!(frequency, Daily | Weekly) {
                return Err(RuleError::Contradiction("a numbered BYDAY", name));
            }
            if !self.by_week_no.is_empty() {
                return Err(RuleError::Contradiction("a numbered BYDAY", "BYWEEKNO"));
            }
            let most = if frequency == Monthly || !self.by_month.is_empty() { 5 } else { 53 };
            if self.by_day.iter().any(|day| day.nth.is_some_and(|nth| nth.abs() > most)) {
                return Err(RuleError::BadValue("BYDAY"));
            }
        }
        let days_chosen = self.by_day.is_empty()
            && self.by_month_day.is_empty()
            && self.by_year_day.is_empty()
            && self.by_week_no.is_empty()
            && self.by_month.is_empty();
        if !self.by_set_pos.is_empty() && days_chosen {
            return Err(RuleError::Contradiction("BYSETPOS", "no other BY part"));
        }
        Ok(())
    }
}

impl Frequency {
    fn word(self) -> &'static str {
        match self {
            Self::Daily => "DAILY",
            Self::Weekly => "WEEKLY",
            Self::Monthly => "MONTHLY",
            Self::Yearly => "YEARLY",
        }
    }
}

/// Reads the value of an `RRULE` property, without its name. Letters may be
/// small. `UNTIL` must be an instant in UTC, because a series starts at a time
/// of day in a zone.
impl FromStr for Rule {
    type Err = RuleError;

    fn from_str(text: &str) -> Result<Self, RuleError> {
        if text.len() > MAX_RULE_LENGTH {
            return Err(RuleError::TooLong);
        }
        let text = text.to_ascii_uppercase();
        let mut parts = Parts::default();
        for part in text.split(';') {
            let unknown = || RuleError::UnknownPart(part.chars().take(40).collect());
            let (name, value) = part.split_once('=').ok_or_else(unknown)?;
            let at = NAMES.iter().position(|known| *known == name).ok_or_else(unknown)?;
            if parts.0[at].replace(value).is_some() {
                return Err(RuleError::Repeated(NAMES[at]));
            }
        }
        let frequency = match parts.value("FREQ").ok_or(RuleError::NoFrequency)? {
            "DAILY" => Frequency::Daily,
            "WEEKLY" => Frequency::Weekly,
            "MONTHLY" => Frequency::Monthly,
            "YEARLY" => Frequency::Yearly,
            _ => return Err(RuleError::BadValue("FREQ")),
        };
        let rule = Self {
            interval: parts.single("INTERVAL", number)?.unwrap_or(1),
            end: match (parts.single("COUNT", number)?, parts.single("UNTIL", utc)?) {
                (Some(_), Some(_)) => return Err(RuleError::Contradiction("COUNT", "UNTIL")),
                (Some(count), None) => End::Count(count),
                (None, Some(until)) => End::Until(until),
                (None, None) => End::Never,
            },
            by_day: parts.list("BYDAY", nth_weekday)?,
            by_month_day: parts.list("BYMONTHDAY", |text| signed(text, 31))?,
            by_year_day: parts.list("BYYEARDAY", |text| signed(text, 366))?,
            by_week_no: parts.list("BYWEEKNO", |text| signed(text, 53))?,
            by_month: parts.list("BYMONTH", |text| number(text).filter(|month| *month <= 12))?,
            by_set_pos: parts.list("BYSETPOS", |text| signed(text, 366))?,
            week_start: parts.single("WKST", weekday)?.unwrap_or(Weekday::Monday),
            ..Self::plain(frequency)
        };
        rule.check()?;
        Ok(rule)
    }
}

const NAMES: [&str; 11] = [
    "FREQ",
    "INTERVAL",
    "COUNT",
    "UNTIL",
    "BYDAY",
    "BYMONTHDAY",
    "BYYEARDAY",
    "BYWEEKNO",
    "BYMONTH",
    "BYSETPOS",
    "WKST",
];

/// Values in the order of [`NAMES`].
#[derive(Default)]
struct Parts<'a>([Option<&'a str>; NAMES.len()]);

impl<'a> Parts<'a> {
    fn value(&self, name: &str) -> Option<&'a str> {
        NAMES.iter().position(|known| *known == name).and_then(|at| self.0[at])
    }

    fn single<T>(&self, name: &'static str, read: fn(&str) -> Option<T>) -> Result<Option<T>, RuleError> {
        self.value(name).map(|value| read(value).ok_or(RuleError::BadValue(name))).transpose()
    }

    fn list<T>(&self, name: &'static str, read: fn(&str) -> Option<T>) -> Result<Vec<T>, RuleError> {
        let Some(value) = self.value(name) else { return Ok(Vec::new()) };
        value.split(',').map(|item| read(item).ok_or(RuleError::BadValue(name))).collect()
    }
}

/// A whole number above 0 in plain digits.
fn number<T: FromStr + PartialEq + Default>(text: &str) -> Option<T> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let value = digits.then(|| text.parse::<T>().ok())??;
    (value != T::default()).then_some(value)
}

/// A whole number from 1 to `most`, or the same from the end with a minus.
fn signed<T: TryFrom<i32>>(text: &str, most: i32) -> Option<T> {
    let (sign, digits) = match text.as_bytes().first()? {
        b'-' => (-1, &text[1..]),
        b'+' => (1, &text[1..]),
        _ => (1, text),
    };
    let value: u16 = number(digits)?;
    let value = i32::from(value);
    (value <= most).then(|| T::try_from(sign * value).ok())?
}

fn weekday(text: &str) -> Option<Weekday> {
    WEEKDAYS.iter().find(|(name, _)| *name == text).map(|(_, weekday)| *weekday)
}

const WEEKDAYS: [(&str, Weekday); 7] = [
    ("MO", Weekday::Monday),
    ("TU", Weekday::Tuesday),
    ("WE", Weekday::Wednesday),
    ("TH", Weekday::Thursday),
    ("FR", Weekday::Friday),
    ("SA", Weekday::Saturday),
    ("SU", Weekday::Sunday),
];

fn nth_weekday(text: &str) -> Option<NthWeekday> {
    let split = text.len().checked_sub(2).filter(|at| text.is_char_boundary(*at))?;
    let (nth, name) = text.split_at(split);
    let weekday = weekday(name)?;
    if nth.is_empty() {
        return Some(NthWeekday { nth: None, weekday });
    }
    Some(NthWeekday { nth: Some(signed(nth, 53)?), weekday })
}

/// `20261224T170000Z`.
fn utc(text: &str) -> Option<Timestamp> {
    let digits = text.strip_suffix('Z')?;
    let shape = digits.len() == 15
        && digits
            .bytes()
            .enumerate()
            .all(|(at, byte)| if at == 8 { byte == b'T' } else { byte.is_ascii_digit() });
    if !shape {
        return None;
    }
    let local = DateTime::strptime("%Y%m%dT%H%M%S", digits).ok()?;
    TimeZone::UTC.to_timestamp(local).ok()
}

/// The canonical text; reading it gives the same rule.
impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fn list<T>(
            f: &mut fmt::Formatter<'_>,
            name: &str,
            items: &[T],
            write: impl Fn(&mut fmt::Formatter<'_>, &T) -> fmt::Result,
        ) -> fmt::Result {
            for (at, item) in items.iter().enumerate() {
                if at == 0 {
                    write!(f, ";{name}=")?;
                } else {
                    f.write_str(",")?;
                }
                write(f, item)?;
            }
            Ok(())
        }
        let day = |weekday: Weekday| WEEKDAYS[weekday.to_monday_zero_offset() as usize].0;
        write!(f, "FREQ={}", self.frequency.word())?;
        if self.interval != 1 {
            write!(f, ";INTERVAL={}", self.interval)?;
        }
        match self.end {
            End::Never => {}
            End::Count(count) => write!(f, ";COUNT={count}")?,
            End::Until(until) => {
                write!(f, ";UNTIL={}", TimeZone::UTC.to_datetime(until).strftime("%Y%m%dT%H%M%SZ"))?;
            }
        }
        list(f, "BYMONTH", &self.by_month, |f, month| write!(f, "{month}"))?;
        list(f, "BYWEEKNO", &self.by_week_no, |f, week| write!(f, "{week}"))?;
        list(f, "BYYEARDAY", &self.by_year_day, |f, day| write!(f, "{day}"))?;
        list(f, "BYMONTHDAY", &self.by_month_day, |f, day| write!(f, "{day}"))?;
        list(f, "BYDAY", &self.by_day, |f, numbered| {
            numbered.nth.map_or(Ok(()), |nth| write!(f, "{nth}"))?;
            f.write_str(day(numbered.weekday))
        })?;
        list(f, "BYSETPOS", &self.by_set_pos, |f, place| write!(f, "{place}"))?;
        if self.week_start != Weekday::Monday {
            write!(f, ";WKST={}", day(self.week_start))?;
        }
        Ok(())
    }
}
