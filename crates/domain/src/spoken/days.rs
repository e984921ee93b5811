//! Looks days up in the calendar: which dates "der letzte Samstag im Monat" are, seen from today.

use jiff::{
    Span, ToSpan,
    civil::{Date, Weekday},
};

use super::{
    grammar::Layer,
    holiday::Holiday,
    tree::{Counted, Day, Edge, Length, Recurring, Season, Unit, Which},
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

    fn seen_from(self, today: Date) -> Self {
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

    fn holiday(self, holiday: Holiday, which: Which, year: Option<i32>, after: Option<Length>) -> Found {
        let holiday = match holiday {
            Holiday::FathersDay if self.literal() => {
                Holiday::Nth { nth: 3, weekday: Weekday::Sunday, month: 6, plus: 0 }
            }
            holiday => holiday,
        };
        let in_year = |year: i32| -> Found {
            let (first, last) = holiday.days(year_number(year)?).ok_or(Problem::NoSuchDay)?;
            // As an expression Easter and Christmas are their first day.
            let two_days = (last - first).get_days() <= 1;
            let last = if self.literal() && two_days { first } else { last };
            Ok(Stretch { from: first, to: add_days(last, 1)?, grain: Unit::Day })
        };
        if let Some(year) = year {
            return in_year(year);
        }
        let from = match after {
            Some(length) => self.moved(self.today, length)?,
            None => self.today,
        };
        let this_year = i32::from(from.year());
        if which == Which::Last {
            return (this_year - 2..=this_year)
                .rev()
                .filter_map(|year| in_year(year).ok())
                .find(|days| days.to <= from)
                .ok_or(Problem::NoSuchDay);
        }
        let more = i32::from(which == Which::AfterNext);
        // A stretch over the new year may have begun last year.
        let year = (this_year - 1..=this_year + 2)
            .find(|year| in_year(*year).is_ok_and(|days| days.to > from))
            .ok_or(Problem::NoSuchDay)?;
        in_year(year + more)
    }

    fn nth(self, count: i32, counted: Counted, within: &Day) -> Found {
        let whole = self.find(within)?;
        let found = self.nth_in(count, counted, whole)?;
        if self.literal() || found.to > self.today {
            return Ok(found);
        }
        // "am letzten Samstag im Monat" where that is over: of the next one that bears the name.
        match within {
            Day::Relative { unit, count: 0 } => self.nth_in(count, counted, self.unit(*unit, 1)?),
            Day::Date { year: None, .. } => {
                self.nth_in(count, counted, self.seen_from(whole.to).find(within)?)
            }
            _ => Ok(found),
        }
    }

    fn nth_in(self, count: i32, counted: Counted, whole: Stretch) -> Found {
        if count == 0 {
            return Err(Problem::NoSuchDay);
        }
        let found = match counted {
            Counted::Weekday(weekday) => {
                let date = match count > 0 {
                    true => {
                        add_days(self.next_weekday(add_days(whole.from, -1)?, weekday)?, 7 * (count - 1))?
                    }
                    false => {
                        let last = whole
                            .to
                            .nth_weekday(-1, civil_weekday(weekday))
                            .map_err(|_| Problem::NoSuchDay)?;
                        add_days(last, 7 * (count + 1))?
                    }
                };
                Stretch::day(date)?
            }
            Counted::Weekend => {
                let saturday = self.nth_in(count, Counted::Weekday(5), whole)?.from;
                let saturday = if add_days(saturday, 2)? > whole.to && count < 0 {
                    add_days(saturday, -7)?
                } else {
                    saturday
                };
                return Ok(Stretch { from: saturday, to: add_days(saturday, 2)?, grain: Unit::Day });
            }
            // The weeks of a month are those that begin in it, counted from the end those that also end in it.
            Counted::Unit(Unit::Week) => {
                let monday = match count > 0 {
                    true => add_days(self.next_weekday(add_days(whole.from, -1)?, 0)?, 7 * (count - 1))?,
                    false => {
                        let last = self.seen_from(whole.to).unit(Unit::Week, 0)?.from;
                        add_days(last, 7 * count)?
                    }
                };
                return Ok(Stretch { from: monday, to: add_days(monday, 7)?, grain: Unit::Week });
            }
            Counted::Unit(unit) => {
                let start = if count > 0 { whole.from } else { add_days(whole.to, -1)? };
                let count = if count > 0 { count - 1 } else { count + 1 };
                self.seen_from(start).unit(unit, count)?
            }
        };
        if whole.contains(found.from) { Ok(found) } else { Err(Problem::NoSuchDay) }
    }

    fn closest(self, count: i32, what: Recurring, to: Date) -> Found {
        let mut dates: Vec<Date> = match what {
            Recurring::Weekday(weekday) => {
                let ahead = (i32::from(weekday) - i32::from(weekday_number(to))).rem_euclid(7);
                (-60..60).filter_map(|week| add_days(to, ahead + 7 * week).ok()).collect()
            }
            Recurring::Holiday(holiday) => {
                let years = (to.year() - 20).max(-9_000)..(to.year() + 20).min(9_000);
                years.filter_map(|year| holiday.days(year)).map(|(first, _)| first).collect()
            }
        };
        dates.sort_by_key(|date| (*date - to).get_days().abs());
        let nth = usize::try_from(count.max(1) - 1).unwrap_or(0);
        Stretch::day(*dates.get(nth).ok_or(Problem::NoSuchDay)?)
    }

    /// An edge of a stretch, of the next such stretch where this one's is over.
    fn edge_to_come(self, edge: Edge, of: &Day) -> Found {
        let found = self.edge(edge, self.find(of)?)?;
        match of {
            Day::Relative { unit, count: 0 } if found.to <= self.today && !self.literal() => {
                self.edge(edge, self.unit(*unit, 1)?)
            }
            Day::Date { year: None, .. } if found.to <= self.today && !self.literal() => {
                self.edge(edge, self.seen_from(self.find(of)?.to).find(of)?)
            }
            _ => Ok(found),
        }
    }

    fn edge(self, edge: Edge, whole: Stretch) -> Found {
        let month = |first: i32, last: i32| -> Found {
            let to = if last == 12 { whole.to } else { add_months(whole.from, last)? };
            Ok(Stretch { from: add_months(whole.from, first)?, to, grain: Unit::Month })
        };
        let days = |first: i32, last: i32| -> Found {
            Ok(Stretch {
                from: add_days(whole.from, first)?,
                to: add_days(whole.from, last)?,
                grain: Unit::Day,
            })
        };
        match (whole.grain, edge) {
            (Unit::Week, Edge::Start) => days(0, if self.literal() { 3 } else { 2 }),
            (Unit::Week, Edge::Middle) => days(1, 4),
            // A caller's week ends with work, a calendar's with Sunday.
            (Unit::Week, Edge::End) => {
                if self.literal() {
                    days(4, 7)
                } else {
                    days(3, 5)
                }
            }
            (Unit::Month, Edge::Start) => days(0, 10),
            (Unit::Month, Edge::Middle) => days(10, 20),
            (Unit::Month, Edge::End) => {
                Ok(Stretch { from: add_days(whole.from, 20)?, to: whole.to, grain: Unit::Day })
            }
            // "Ende des Jahres" is no month of autumn to a caller.
            (Unit::Year, Edge::Start) if !self.literal() => month(0, 2),
            (Unit::Year, Edge::End) if !self.literal() => month(10, 12),
            (Unit::Year, Edge::Start) => month(0, 3),
            (Unit::Year, Edge::Middle) => month(4, 8),
            (Unit::Year, Edge::End) => month(8, 12),
            // Thirds of anything else.
            _ => {
                let third = (whole.days() / 3).max(1);
                match edge {
                    Edge::Start => days(0, third),
                    Edge::Middle => days(third, (whole.days() - third).max(third + 1)),
                    Edge::End => {
                        Ok(Stretch { from: add_days(whole.to, -third)?, to: whole.to, grain: Unit::Day })
                    }
                }
            }
        }
    }

    fn calendar_week(self, week: u8, year: Option<i32>) -> Found {
        let week = i8::try_from(week).map_err(|_| Problem::NoSuchDay)?;
        let monday = |year: i32| -> Result<Date, Problem> {
            let iso = jiff::civil::ISOWeekDate::new(year_number(year)?, week, Weekday::Monday);
            Ok(iso.map_err(|_| Problem::NoSuchDay)?.date())
        };
        let this_year = i32::from(self.today.iso_week_date().year());
        let monday = match year {
            Some(year) => monday(year)?,
            // Week 53 exists in some years only; a year without it has no such week.
            None => match monday(this_year) {
                Ok(date) if add_days(date, 7)? > self.today => date,
                Ok(_) => monday(this_year + 1)?,
                Err(problem) => return Err(problem),
            },
        };
        Ok(Stretch { from: monday, to: add_days(monday, 7)?, grain: Unit::Week })
    }

    fn quarter(self, quarter: u8, year: Option<i32>) -> Found {
        let first = |year: i32| date(year, 3 * (quarter - 1) + 1, 1);
        let this_year = i32::from(self.today.year());
        let from = match year {
            Some(year) => first(year)?,
            None if self.literal() || add_months(first(this_year)?, 3)? > self.today => first(this_year)?,
            None => first(this_year + 1)?,
        };
        Ok(Stretch { from, to: add_months(from, 3)?, grain: Unit::Quarter })
    }

    /// Astronomical seasons for expressions; callers mean whole months (meteorological seasons).
    fn season(self, season: Season, which: Which, year: Option<i32>) -> Found {
        let in_year = |season: Season, year: i32| -> Found {
            let (from, to) = match (season, self.literal()) {
                (Season::Spring, true) => (date(year, 3, 20)?, date(year, 6, 22)?),
                (Season::Summer, true) => (date(year, 6, 21)?, date(year, 9, 24)?),
                (Season::Autumn, true) => (date(year, 9, 23)?, date(year, 12, 22)?),
                (Season::Winter | Season::Any, true) => (date(year, 12, 21)?, date(year + 1, 3, 21)?),
                (Season::Spring, false) => (date(year, 3, 1)?, date(year, 6, 1)?),
                (Season::Summer, false) => (date(year, 6, 1)?, date(year, 9, 1)?),
                (Season::Autumn, false) => (date(year, 9, 1)?, date(year, 12, 1)?),
                (Season::Winter | Season::Any, false) => (date(year, 12, 1)?, date(year + 1, 3, 1)?),
            };
            Ok(Stretch { from, to, grain: Unit::Day })
        };
        if let Some(year) = year {
            return in_year(season, year);
        }
        let this_year = i32::from(self.today.year());
        if season == Season::Any {
            // Of all seasons the one that holds today, and from there.
            let mut all = Vec::new();
            for year in this_year - 1..=this_year + 1 {
                for season in [Season::Spring, Season::Summer, Season::Autumn, Season::Winter] {
                    let found = in_year(season, year)?;
                    all.push(Stretch {
                        to: if self.literal() { add_days(found.to, -1)? } else { found.to },
                        ..found
                    });
                }
            }
            let current = all.iter().position(|found| found.to > self.today).ok_or(Problem::NoSuchDay)?;
            let index = match which {
                Which::Last => current.checked_sub(1),
                Which::Next | Which::Coming => Some(current + 1),
                _ => Some(current),
            };
            return index.and_then(|index| all.get(index)).copied().ok_or(Problem::NoSuchDay);
        }
        let years = this_year - 2..=this_year + 2;
        match which {
            Which::Last => {
                years.rev().filter_map(|year| in_year(season, year).ok()).find(|found| found.to <= self.today)
            }
            Which::Next | Which::AfterNext => {
                let more = usize::from(which == Which::AfterNext);
                years
                    .filter_map(|year| in_year(season, year).ok())
                    .filter(|found| found.from > self.today)
                    .nth(more)
            }
            _ => years.filter_map(|year| in_year(season, year).ok()).find(|found| found.to > self.today),
        }
        .ok_or(Problem::NoSuchDay)
    }

    fn weekend(self, which: Which) -> Found {
        let this = add_days(self.unit(Unit::Week, 0)?.from, 5)?;
        let saturday = match which {
            Which::Last => add_days(this, -7)?,
            // "nächstes Wochenende" on a Saturday is not the one that has begun.
            Which::Next if self.today >= this || self.literal() => add_days(this, 7)?,
            Which::AfterNext if self.today >= this => add_days(this, 14)?,
            Which::AfterNext => add_days(this, 7)?,
            _ => this,
        };
        Ok(Stretch { from: saturday, to: add_days(saturday, 2)?, grain: Unit::Day })
    }

    fn range(self, first: &Day, last: &Day) -> Found {
        let first = self.find(first)?;
        // The end is the next of its kind after the beginning ("Freitag bis Montag").
        let last = match last {
            Day::Weekday { which: Which::Bare, .. }
            | Day::Date { year: None, .. }
            | Day::Holiday { year: None, .. } => self.seen_from(first.from).find(last)?,
            _ => self.find(last)?,
        };
        if last.to <= first.from {
            return Err(Problem::Contradiction);
        }
        Ok(Stretch { from: first.from, to: last.to, grain: first.grain.min(last.grain) })
    }

    // Several expressions for one time

    /// All dates that fit everything that was said side by side: "nächste Woche" and
    /// "Freitag" are the Friday of that week, "Freitag" and "den 28." must agree,
    /// "Montag, Dienstag" are two days.
    pub(super) fn combine(self, days: &[Day]) -> Result<Vec<Stretch>, Problem> {
        if let [day] = days
            && *day != Day::Workdays
        {
            return Ok(vec![self.find(day)?]);
        }
        let mut weekdays: Vec<&Day> = Vec::new();
        let mut rest: Vec<&Day> = Vec::new();
        for day in days {
            if is_weekday(day) { weekdays.push(day) } else { rest.push(day) }
        }
        if rest.is_empty() {
            if weekdays.contains(&&Day::Workdays) {
                return Err(Problem::NoDay);
            }
            return weekdays.into_iter().map(|day| self.find(day)).collect();
        }
        // "in drei Wochen am Mittwoch": the week in which that day lies.
        let rest: Vec<(&Day, Found)> = rest
            .into_iter()
            .map(|day| {
                let is_weeks =
                    matches!(day, Day::Shift { length: Length { unit: Unit::Week | Unit::Month, .. }, .. });
                let found = self.find(day);
                let found = match (is_weeks && !weekdays.is_empty(), found) {
                    (true, Ok(found)) => self.seen_from(found.from).unit(Unit::Week, 0),
                    (_, found) => found,
                };
                (day, found)
            })
            .collect();
        let mut period: Option<Stretch> = None;
        let mut singles: Vec<&Day> = Vec::new();
        for (day, found) in &rest {
            let needs_period = matches!(day, Day::Date { month: None, day: Some(_), .. });
            match found {
                Ok(found) if !found.is_one_day() => {
                    period = Some(match period {
                        Some(other) => other.cut(*found).ok_or(Problem::Contradiction)?,
                        None => *found,
                    });
                }
                Ok(_) => singles.push(day),
                // "am 31. nächsten Monat" may exist only there.
                Err(_) if needs_period => singles.push(day),
                Err(problem) => return Err(*problem),
            }
        }
        let fits_weekday = |date: Date| weekdays.is_empty() || weekdays.iter().any(|day| falls_on(day, date));
        if singles.is_empty() {
            let period = period.ok_or(Problem::NoSuchDay)?;
            return self.weekdays_in(&weekdays, period);
        }
        singles.into_iter().map(|day| self.single(day, period, &fits_weekday)).collect()
    }

    fn weekdays_in(self, weekdays: &[&Day], period: Stretch) -> Result<Vec<Stretch>, Problem> {
        if weekdays.is_empty() {
            return Ok(vec![period]);
        }
        let mut found = Vec::new();
        let mut date = period.from;
        // No stretch that is named by words is longer than a few years.
        for _ in 0..period.days().min(1_500) {
            if weekdays.iter().any(|day| falls_on(day, date)) {
                found.push(Stretch::day(date)?);
            }
            date = add_days(date, 1)?;
        }
        if found.is_empty() { Err(Problem::Contradiction) } else { Ok(found) }
    }

    /// One day that must lie in the period and fall on the weekday that were said with it.
    fn single(self, day: &Day, period: Option<Stretch>, fits: &dyn Fn(Date) -> bool) -> Found {
        let accept = |date: Date| fits(date) && period.is_none_or(|period| period.contains(date));
        if let Ok(found) = self.find(day)
            && accept(found.from)
        {
            return Ok(found);
        }
        if let (
            Some(period),
            Day::Date { month: None, day: Some(_), .. } | Day::Holiday { .. } | Day::Date { year: None, .. },
        ) = (period, day)
            && let Ok(found) = self.seen_from(period.from).find(day)
            && accept(found.from)
        {
            return Ok(found);
        }
        // As an expression "Sunday, Feb 10" is the nearest year (or month) in which that is so.
        if self.literal()
            && let Day::Date { year: None, month, day: Some(number), .. } = day
        {
            let candidates = (0..12 * 28).flat_map(|step| [step, -step]).filter_map(|months| {
                let first = add_months(self.today.first_of_month(), months).ok()?;
                (month.is_none_or(|month| i8::try_from(month) == Ok(first.month())))
                    .then(|| Date::new(first.year(), first.month(), i8::try_from(*number).ok()?).ok())?
            });
            if let Some(date) = candidates.into_iter().find(|date| accept(*date)) {
                return Stretch::day(date);
            }
        }
        Err(Problem::Contradiction)
    }
}

/// A weekday that only says which days of something else.
pub(super) fn is_weekday(day: &Day) -> bool {
    matches!(
        day,
        Day::Weekday { which: Which::Bare | Which::This | Which::Coming | Which::Next, more_weeks: 0, .. }
            | Day::Workdays
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
