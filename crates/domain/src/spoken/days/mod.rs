//! Looks days up in the calendar: which dates "der letzte Samstag im Monat" are, seen from today.

mod combine;
mod inside;
mod named;

use jiff::{
    Span, ToSpan,
    civil::{Date, Weekday},
};

use super::{
    grammar::Layer,
    tree::{Day, Length, Unit, Which},
};
use crate::language::Language;

/// Dates `[from, to)` and the unit in which they were named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stretch {
    pub(super) from: Date,
    pub(super) to: Date,
    pub(super) grain: Unit,
}

/// Why there are no dates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Problem {
    /// No such day exists, or it lies outside the calendar.
    NoSuchDay,
    /// What was said contradicts itself ("Freitag, den 4." where the 4th is a Thursday).
    Contradiction,
    /// A habit without a day ("unter der Woche").
    NoDay,
}

type Found = Result<Stretch, Problem>;

/// Today, and how to read what people disagree about.
#[derive(Clone, Copy, Debug)]
pub(super) struct Almanac {
    pub(super) today: Date,
    pub(super) layer: Layer,
    pub(super) language: Language,
}

pub(super) fn add_days(date: Date, days: i32) -> Result<Date, Problem> {
    date.checked_add(Span::new().try_days(days).map_err(|_| Problem::NoSuchDay)?)
        .map_err(|_| Problem::NoSuchDay)
}

fn add_months(date: Date, months: i32) -> Result<Date, Problem> {
    date.checked_add(Span::new().try_months(months).map_err(|_| Problem::NoSuchDay)?)
        .map_err(|_| Problem::NoSuchDay)
}

/// Monday is 0.
pub(super) fn weekday_number(date: Date) -> u8 {
    u8::try_from(date.weekday().to_monday_zero_offset()).unwrap_or(0)
}

fn civil_weekday(weekday: u8) -> Weekday {
    Weekday::from_monday_zero_offset(i8::try_from(weekday.min(6)).unwrap_or(0)).unwrap_or(Weekday::Monday)
}

fn year_number(year: i32) -> Result<i16, Problem> {
    i16::try_from(year).map_err(|_| Problem::NoSuchDay)
}

fn date(year: i32, month: u8, day: u8) -> Result<Date, Problem> {
    let month = i8::try_from(month).map_err(|_| Problem::NoSuchDay)?;
    let day = i8::try_from(day).map_err(|_| Problem::NoSuchDay)?;
    Date::new(year_number(year)?, month, day).map_err(|_| Problem::NoSuchDay)
}

impl Stretch {
    pub(super) fn day(date: Date) -> Found {
        Ok(Self { from: date, to: add_days(date, 1)?, grain: Unit::Day })
    }

    /// How many days, 0 for an empty one.
    pub(super) fn days(self) -> i32 {
        (self.to - self.from).get_days().max(0)
    }

    pub(super) fn is_one_day(self) -> bool {
        self.days() == 1
    }

    pub(super) fn contains(self, date: Date) -> bool {
        self.from <= date && date < self.to
    }

    /// What both share.
    pub(super) fn cut(self, other: Self) -> Option<Self> {
        let from = self.from.max(other.from);
        let to = self.to.min(other.to);
        (from < to).then_some(Self { from, to, grain: self.grain.min(other.grain) })
    }
}

impl Almanac {
    fn literal(self) -> bool {
        self.layer == Layer::Literal
    }

    /// The same calendar on another day.
    pub(super) fn seen_from(self, today: Date) -> Self {
        Self { today, ..self }
    }

    /// The dates of one day expression.
    pub(super) fn find(self, day: &Day) -> Found {
        match day {
            Day::Relative { unit, count } => self.unit(*unit, *count),
            Day::Shift { length, from } => self.shift(*length, from.as_deref()),
            Day::Following { unit, count } => self.following(*unit, *count),
            Day::Within(length) => {
                let end = self.moved(self.today, *length)?;
                Ok(Stretch { from: self.today, to: add_days(end, 1)?, grain: Unit::Day })
            }
            Day::Weekday { weekday, which, more_weeks } => {
                let weeks = match which {
                    Which::AfterNext => 1,
                    Which::Last => -1,
                    _ => 0,
                };
                let ahead = (i32::from(*weekday) - i32::from(weekday_number(self.today))).rem_euclid(7);
                // Today's own name is the day in a week, and gone by a week ago.
                let ahead = if ahead == 0 && *which != Which::Last { 7 } else { ahead };
                // As an English expression "next Wednesday" is the one of the next calendar week.
                if *which == Which::Next && self.literal() && self.language == Language::En {
                    let monday = self.unit(Unit::Week, 1)?.from;
                    return Stretch::day(add_days(monday, i32::from(*weekday) + 7 * more_weeks)?);
                }
                Stretch::day(add_days(self.today, ahead + 7 * (weeks + more_weeks))?)
            }
            Day::NthWeekdayFromNow { weekday, count } => {
                let ahead = (i32::from(*weekday) - i32::from(weekday_number(self.today))).rem_euclid(7);
                let first = if *count > 0 && ahead == 0 { 7 } else { ahead };
                let weeks = if *count > 0 { count - 1 } else { *count };
                Stretch::day(add_days(self.today, first + 7 * weeks)?)
            }
            Day::Date { year, month, day, which } => self.date(*year, *month, *day, *which),
            // The fifteenth in the four months that were long in Rome before Caesar, else the thirteenth.
            Day::Ides { month } => {
                let day = if matches!(month, 3 | 5 | 7 | 10) { 15 } else { 13 };
                self.date(None, Some(*month), Some(day), Which::Bare)
            }
            Day::Holiday { holiday, which, year, after } => self.holiday(*holiday, *which, *year, *after),
            Day::Nth { count, counted, within } => self.nth(*count, *counted, within),
            Day::NthAfter { count, weekday, after } => {
                let after = self.find(after)?;
                if *count < 0 {
                    let last = after
                        .from
                        .nth_weekday(-1, civil_weekday(*weekday))
                        .map_err(|_| Problem::NoSuchDay)?;
                    return Stretch::day(add_days(last, 7 * (count + 1))?);
                }
                let first = self.next_weekday(add_days(after.to, -1)?, *weekday)?;
                Stretch::day(add_days(first, 7 * (count - 1))?)
            }
            Day::Closest { count, what, to } => {
                // Close to a date of this year, gone by or not.
                let to = match **to {
                    Day::Date { year: None, month: Some(month), day: Some(day), .. } => {
                        date(i32::from(self.today.year()), month, day)?
                    }
                    ref to => self.find(to)?.from,
                };
                self.closest(*count, *what, to)
            }
            Day::NextAfter { length, day } => self.seen_from(self.moved(self.today, *length)?).find(day),
            Day::Edge { edge, of } => self.edge_to_come(*edge, of),
            Day::CalendarWeek { week, year } => self.calendar_week(*week, *year),
            Day::WeekOf(day) => self.seen_from(self.find(day)?.from).unit(Unit::Week, 0),
            Day::WeekBeside { before, of } => {
                let day = self.find(of)?.from;
                // The week before a Sunday or Monday ends with it, or right before it.
                let anchor = match (before, weekday_number(day)) {
                    (true, 0 | 6) => add_days(day, -1)?,
                    (true, _) => add_days(day, -7)?,
                    (false, _) => add_days(day, 7)?,
                };
                self.seen_from(anchor).unit(Unit::Week, 0)
            }
            Day::Gap(first, last) => {
                let first = self.find(first)?;
                let last = self.seen_from(first.to).find(last)?;
                if last.from <= first.to {
                    return Err(Problem::Contradiction);
                }
                Ok(Stretch { from: first.to, to: last.from, grain: Unit::Day })
            }
            Day::RestOf(whole) => {
                let whole = self.find(whole)?;
                let from = whole.from.max(self.today);
                // As an expression the rest of a week ends before its Sunday.
                let to = match whole.grain {
                    Unit::Week if self.literal() => add_days(whole.to, -1)?,
                    _ => whole.to,
                };
                Ok(Stretch { from, to, grain: Unit::Day })
            }
            Day::Quarter { quarter, year } => self.quarter(*quarter, *year),
            Day::Season { season, which, year } => self.season(*season, *which, *year),
            Day::Weekend { which } => self.weekend(*which),
            Day::HolidayWeekend(day) => {
                let day = self.find(day)?;
                // The Saturday before a holiday up to Wednesday, else the one that follows it.
                let back = match weekday_number(day.from) {
                    6 => 1,
                    5 => 0,
                    early @ 0..=2 => i32::from(early) + 2,
                    late => i32::from(late) - 5,
                };
                let saturday = add_days(day.from, -back)?;
                let monday = add_days(saturday, 2)?;
                Ok(Stretch { from: saturday.min(day.from), to: monday.max(day.to), grain: Unit::Day })
            }
            Day::Workdays => Err(Problem::NoDay),
            Day::Range(first, last) => self.range(first, last),
            Day::RunFrom { from, length } => {
                let from = self.find(from)?.from;
                let end = self.moved(from, *length)?;
                // As an expression the last day is counted as a whole one, too.
                let to = if self.literal() { add_days(end, 1)? } else { end };
                Ok(Stretch { from, to, grain: Unit::Day })
            }
            Day::Impossible => Err(Problem::NoSuchDay),
            Day::Unknowable => Err(Problem::NoDay),
        }
    }

    /// The unit that holds today, or one so many away.
    pub(super) fn unit(self, unit: Unit, count: i32) -> Found {
        let today = self.today;
        let (from, to) = match unit {
            Unit::Second | Unit::Minute | Unit::Hour | Unit::Day => {
                return Stretch::day(add_days(today, count)?);
            }
            Unit::Week => {
                let monday = add_days(today, 7 * count - i32::from(weekday_number(today)))?;
                (monday, add_days(monday, 7)?)
            }
            Unit::Month => {
                let first = add_months(today.first_of_month(), count)?;
                (first, add_months(first, 1)?)
            }
            Unit::Quarter => {
                let into = i32::from((today.month() - 1) % 3);
                let first = add_months(today.first_of_month(), 3 * count - into)?;
                (first, add_months(first, 3)?)
            }
            Unit::Year => {
                let first = add_months(today.first_of_year(), 12 * count)?;
                (first, add_months(first, 12)?)
            }
        };
        Ok(Stretch { from, to, grain: unit })
    }

    /// A date moved by a length; the last of a month stays inside the shorter month.
    pub(super) fn moved(self, from: Date, length: Length) -> Result<Date, Problem> {
        match length.unit {
            Unit::Second | Unit::Minute | Unit::Hour => Ok(from),
            Unit::Day => add_days(from, length.count),
            Unit::Week => add_days(from, 7 * length.count),
            Unit::Month => add_months(from, length.count),
            Unit::Quarter => add_months(from, 3 * length.count),
            Unit::Year => add_months(from, 12 * length.count),
        }
    }

    fn shift(self, length: Length, from: Option<&Day>) -> Found {
        let base = match from {
            Some(day) => self.find(day)?,
            None => Stretch::day(self.today)?,
        };
        // "drei Tage nach Ostern" counts from the last day of it, "vor" from the first.
        let anchor = if length.count > 0 && !self.literal() { add_days(base.to, -1)? } else { base.from };
        let date = self.moved(anchor, length)?;
        // A year is not exact to the day: an expression names the month.
        if length.unit == Unit::Year && self.literal() {
            return self.seen_from(date).unit(Unit::Month, 0);
        }
        Stretch::day(date)
    }

    /// The next so many units after the present one; the past ones where negative.
    fn following(self, unit: Unit, count: i32) -> Found {
        if count < 0 {
            let first = self.unit(unit, count)?;
            return Ok(Stretch { to: self.unit(unit, 0)?.from, ..first });
        }
        let first = self.unit(unit, 1)?;
        Ok(Stretch { to: self.unit(unit, count)?.to, ..first })
    }

    fn next_weekday(self, after: Date, weekday: u8) -> Result<Date, Problem> {
        after.nth_weekday(1, civil_weekday(weekday)).map_err(|_| Problem::NoSuchDay)
    }

    fn date(self, year: Option<i32>, month: Option<u8>, day: Option<u8>, which: Which) -> Found {
        let this_year = i32::from(self.today.year());
        match (year, month, day) {
            (Some(year), Some(month), Some(day)) => Stretch::day(date(year, month, day)?),
            (None, Some(month), Some(day)) => {
                // A caller who says 29 February means one soon; the calendar may have none.
                let years = if self.literal() { 8 } else { 1 };
                let found = (this_year..=this_year + years)
                    .filter_map(|year| date(year, month, day).ok())
                    .find(|date| *date >= self.today)
                    .ok_or(Problem::NoSuchDay)?;
                Stretch::day(found)
            }
            (_, None, Some(day)) => {
                let found = (0..12)
                    .filter_map(|ahead| {
                        let first = add_months(self.today.first_of_month(), ahead).ok()?;
                        Date::new(first.year(), first.month(), i8::try_from(day).ok()?).ok()
                    })
                    .find(|date| *date >= self.today)
                    .ok_or(Problem::NoSuchDay)?;
                Stretch::day(found)
            }
            (year, Some(month), None) => {
                let first = |year: i32| date(year, month, 1);
                let first = match (year, which) {
                    (Some(year), _) => first(year)?,
                    (None, Which::Last) => {
                        let this = first(this_year)?;
                        if add_months(this, 1)? <= self.today { this } else { first(this_year - 1)? }
                    }
                    (None, _) => {
                        let this = first(this_year)?;
                        let over = add_months(this, 1)? <= self.today;
                        // "nächsten März" in March is the one of next year.
                        let passed = over || (which == Which::Next && this <= self.today);
                        let more = i32::from(passed) + i32::from(which == Which::AfterNext);
                        first(this_year + more)?
                    }
                };
                Ok(Stretch { from: first, to: add_months(first, 1)?, grain: Unit::Month })
            }
            (Some(year), None, None) => {
                let first = date(year, 1, 1)?;
                Ok(Stretch { from: first, to: add_months(first, 12)?, grain: Unit::Year })
            }
            (None, None, None) => Err(Problem::NoSuchDay),
        }
    }

    fn range(self, first: &Day, last: &Day) -> Found {
        let first = self.find(first)?;
        // The end is the next of its kind after the beginning ("Freitag bis Montag").
        let last = match last {
            Day::Weekday { which: Which::Bare | Which::Every, .. }
            | Day::Date { year: None, .. }
            | Day::Holiday { year: None, .. } => self.seen_from(first.from).find(last)?,
            _ => self.find(last)?,
        };
        if last.to <= first.from {
            return Err(Problem::Contradiction);
        }
        Ok(Stretch { from: first.from, to: last.to, grain: first.grain.min(last.grain) })
    }
}

/// A weekday that only says which days of something else.
pub(super) fn is_weekday(day: &Day) -> bool {
    matches!(
        day,
        Day::Weekday {
            which: Which::Bare | Which::Every | Which::This | Which::Coming | Which::Next,
            more_weeks: 0,
            ..
        } | Day::Workdays
    )
}

fn falls_on(day: &Day, date: Date) -> bool {
    match day {
        Day::Weekday { weekday, .. } => weekday_number(date) == *weekday,
        Day::Workdays => weekday_number(date) < 5,
        _ => false,
    }
}

/// Seconds of a length below a day.
pub(super) fn seconds(length: Length) -> i64 {
    let each = match length.unit {
        Unit::Second => 1,
        Unit::Minute => 60,
        Unit::Hour => 3_600,
        _ => 86_400,
    };
    i64::from(length.count) * each
}

/// A span of whole seconds, for civil arithmetic.
pub(super) fn seconds_span(length: Length) -> Span {
    seconds(length).seconds()
}
