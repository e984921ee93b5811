//! The only place that speaks to the `rrule` crate.
//!
//! The crate carries a zone database of its own and leaves out local times that
//! a clock change removes. So it is given the local time as if it were UTC,
//! which has neither gaps nor overlaps, and what it returns is turned into
//! instants here, with the one zone database and the one reading of odd times
//! that the rest of the product has.
//!
//! It is asked for days only: which days of which periods the months, month days
//! and weekdays admit. Three things are decided here, because version 0.14 is
//! wrong or silent about them: numbered weekdays that a month or year does not
//! have (it answers with another Sunday for a missing 53rd, and loses the first
//! Monday where every Monday is asked for too), places among the days of a
//! period, and the end of a rule, which is an instant or a count of what remains.

use chrono::{Datelike, TimeZone as _, Timelike};
use jiff::{
    Timestamp, ToSpan,
    civil::{Date, DateTime, Weekday},
    tz::TimeZone,
};
use rrule::{NWeekday, RRule, RRuleSet, Tz};

use super::{End, Frequency, Rule};
use crate::calendar::local_to_instant;

/// How far a series is followed: to the end of this many calendar years after
/// that of its start. Nobody books further ahead, and the search for the next
/// day of a rule that hardly ever applies must end somewhere.
pub const MAX_YEARS: i16 = 20;

/// The years in which a series may start.
const START_YEARS: std::ops::RangeInclusive<i16> = 1900..=2500;

/// A rule with its start and the dates that were taken out.
#[derive(Clone, Debug)]
pub struct Series {
    /// Local time of the first occurrence, in whole seconds.
    pub start: DateTime,
    /// The zone whose wall clock the series keeps.
    pub zone: TimeZone,
    /// The rule.
    pub rule: Rule,
    /// Local times taken out. Each removes the occurrence at exactly its instant;
    /// taken out ones still count for [`End::Count`].
    pub excluded: Vec<DateTime>,
}

/// One appointment of a series.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Occurrence {
    /// Its place in the rule, from 0, with those counted that were taken out.
    pub number: u32,
    /// The wall time that was agreed; it may not exist on that day.
    pub local: DateTime,
    /// The instant that it means.
    pub at: Timestamp,
}

/// The occurrences that were asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expansion {
    /// Ascending.
    pub occurrences: Vec<Occurrence>,
    /// Whether there are more which the limit cut off.
    pub more: bool,
}

/// Why a series cannot be followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExpansionError {
    /// The start is not the rule's first occurrence. RFC 5545 leaves open what
    /// such a series is, so it is refused rather than guessed.
    StartNotInRule,
    /// The start is outside the years 1900 to 2500.
    StartOutOfRange,
    /// The rule was put together by hand with values that no text could give.
    InvalidRule,
}

impl std::fmt::Display for ExpansionError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::StartNotInRule => "the start is not an occurrence of the rule",
            Self::StartOutOfRange => "the start is not between the years 1900 and 2500",
            Self::InvalidRule => "the rule has values out of range",
        })
    }
}

impl std::error::Error for ExpansionError {}

impl Series {
    /// The occurrences with `from <= instant < to`, at most the first `limit`.
    pub fn between(
        &self,
        from: Option<Timestamp>,
        to: Option<Timestamp>,
        limit: usize,
    ) -> Result<Expansion, ExpansionError> {
        let excluded: Vec<Timestamp> =
            self.excluded.iter().filter_map(|local| local_to_instant(*local, &self.zone)).collect();
        let mut found = Expansion { occurrences: Vec::new(), more: false };
        self.each(|occurrence| {
            if to.is_some_and(|to| occurrence.at >= to) {
                return Going::Stop;
            }
            if from.is_some_and(|from| occurrence.at < from) || excluded.contains(&occurrence.at) {
                return Going::On;
            }
            if found.occurrences.len() == limit {
                found.more = true;
                return Going::Stop;
            }
            found.occurrences.push(occurrence);
            Going::On
        })?;
        Ok(found)
    }

    fn each(&self, mut visit: impl FnMut(Occurrence) -> Going) -> Result<(), ExpansionError> {
        let start = self.start.with().subsec_nanosecond(0).build().unwrap_or(self.start);
        if !START_YEARS.contains(&start.year()) {
            return Err(ExpansionError::StartOutOfRange);
        }
        if !may_contain(&self.rule, start) {
            return Err(ExpansionError::StartNotInRule);
        }
        let admitted = admitted_days(&self.rule, start)?;
        let mut dates = admitted
            .into_iter()
            .map_while(|date| from_chrono(&date))
            .take_while(|local| local.year() <= start.year() + MAX_YEARS)
            .peekable();
        let (mut period, mut count) = (Vec::new(), 0);
        while let Some(first) = dates.next() {
            let begin = period_of(&self.rule, first.date());
            period.clear();
            period.push(first);
            while let Some(next) = dates.next_if(|next| period_of(&self.rule, next.date()) == begin) {
                period.push(next);
            }
            period.retain(|local| has_its_number(&self.rule, local.date()));
            for (place, local) in period.iter().enumerate() {
                if *local < start || !is_chosen(&self.rule, place, period.len()) {
                    continue;
                }
                if count == 0 && *local != start {
                    return Err(ExpansionError::StartNotInRule);
                }
                if self.rule.end == End::Count(count) {
                    return Ok(());
                }
                let Some(at) = local_to_instant(*local, &self.zone) else { return Ok(()) };
                if matches!(self.rule.end, End::Until(until) if at > until) {
                    return Ok(());
                }
                if let Going::Stop = visit(Occurrence { number: count, local: *local, at }) {
                    return Ok(());
                }
                count += 1;
            }
        }
        // Without an occurrence the start is none either.
        if count == 0 { Err(ExpansionError::StartNotInRule) } else { Ok(()) }
    }
}

enum Going {
    On,
    Stop,
}

/// Whether the start has the month, day and weekday that the rule asks for. A
/// rule that fails here is mostly one that never applies (30 February), for
/// which the crate would search thousands of years.
fn may_contain(rule: &Rule, start: DateTime) -> bool {
    let (day, length) = (start.day(), start.date().days_in_month());
    let one_of_month_days = |day_of_month: &i8| *day_of_month == day || *day_of_month == day - length - 1;
    (rule.by_month.is_empty() || rule.by_month.contains(&(start.month() as u8)))
        && (rule.by_day.is_empty() || rule.by_day.iter().any(|by| by.weekday == start.weekday()))
        && (rule.by_month_day.is_empty() || rule.by_month_day.iter().any(one_of_month_days))
}

/// First day of the period in which a day lies.
fn period_of(rule: &Rule, day: Date) -> Date {
    match rule.frequency {
        Frequency::Daily => day,
        Frequency::Weekly => {
            let back = day.weekday().since(rule.week_start);
            day.saturating_sub(i64::from(back).days())
        }
        Frequency::Monthly => day.first_of_month(),
        Frequency::Yearly => day.first_of_year(),
    }
}

/// Whether a day is one of the numbered weekdays asked for: counted in the month
/// where the rule speaks of months, else in the year.
fn has_its_number(rule: &Rule, day: Date) -> bool {
    let in_year = rule.frequency == Frequency::Yearly && rule.by_month.is_empty();
    let (place, length) = if in_year {
        (day.day_of_year(), day.days_in_year())
    } else {
        (i16::from(day.day()), i16::from(day.days_in_month()))
    };
    let from_begin = (place - 1) / 7 + 1;
    let from_end = -((length - place) / 7 + 1);
    let fits = |nth: i16| nth == from_begin || nth == from_end;
    rule.by_day.is_empty()
        || rule.by_day.iter().any(|by| by.weekday == day.weekday() && by.nth.is_none_or(fits))
}

/// Whether a place, from 0, among the days of one period is asked for.
fn is_chosen(rule: &Rule, place: usize, days: usize) -> bool {
    let (place, days) = (place as i16, days as i16);
    rule.by_set_pos.is_empty() || rule.by_set_pos.iter().any(|by| *by == place + 1 || *by == place - days)
}

/// The days that months, month days and weekdays admit, from the beginning of
/// the period of the start; numbers and places are left out. What the rule does
/// not say is as in the start.
fn admitted_days(rule: &Rule, start: DateTime) -> Result<RRuleSet, ExpansionError> {
    let (mut months, mut month_days) = (rule.by_month.clone(), rule.by_month_day.clone());
    let mut weekdays: Vec<Weekday> = rule.by_day.iter().map(|by| by.weekday).collect();
    let no_days = weekdays.is_empty() && month_days.is_empty() && rule.by_year_day.is_empty();
    let frequency = match rule.frequency {
        Frequency::Daily => rrule::Frequency::Daily,
        Frequency::Weekly => rrule::Frequency::Weekly,
        Frequency::Monthly => rrule::Frequency::Monthly,
        Frequency::Yearly => rrule::Frequency::Yearly,
    };
    match rule.frequency {
        Frequency::Weekly if weekdays.is_empty() => weekdays.push(start.weekday()),
        Frequency::Yearly if no_days && !rule.by_week_no.is_empty() => weekdays.push(start.weekday()),
        Frequency::Monthly if no_days => month_days.push(start.day()),
        Frequency::Yearly if no_days => {
            month_days.push(start.day());
            if months.is_empty() {
                months.push(start.month() as u8);
            }
        }
        _ => {}
    }
    let months: Vec<chrono::Month> =
        months.into_iter().filter_map(|month| chrono::Month::try_from(month).ok()).collect();
    let parts = RRule::new(frequency)
        .interval(rule.interval)
        .week_start(weekday(rule.week_start))
        .by_month(&months)
        .by_weekday(weekdays.into_iter().map(|day| NWeekday::Every(weekday(day))).collect())
        .by_month_day(month_days)
        .by_year_day(rule.by_year_day.clone())
        .by_week_no(rule.by_week_no.clone());
    let begin = period_of(rule, start.date()).to_datetime(start.time());
    let begin = to_chrono(begin).ok_or(ExpansionError::StartOutOfRange)?;
    // The limit bounds the search between two days.
    Ok(parts.build(begin).map_err(|_| ExpansionError::InvalidRule)?.limit())
}

fn weekday(weekday: Weekday) -> rrule::Weekday {
    match weekday {
        Weekday::Monday => rrule::Weekday::Mon,
        Weekday::Tuesday => rrule::Weekday::Tue,
        Weekday::Wednesday => rrule::Weekday::Wed,
        Weekday::Thursday => rrule::Weekday::Thu,
        Weekday::Friday => rrule::Weekday::Fri,
        Weekday::Saturday => rrule::Weekday::Sat,
        Weekday::Sunday => rrule::Weekday::Sun,
    }
}

fn to_chrono(local: DateTime) -> Option<chrono::DateTime<Tz>> {
    let part = |value: i8| u32::try_from(value).ok();
    Tz::UTC
        .with_ymd_and_hms(
            i32::from(local.year()),
            part(local.month())?,
            part(local.day())?,
            part(local.hour())?,
            part(local.minute())?,
            part(local.second())?,
        )
        .single()
}

fn from_chrono(date: &chrono::DateTime<Tz>) -> Option<DateTime> {
    let part = |value: u32| i8::try_from(value).ok();
    DateTime::new(
        i16::try_from(date.year()).ok()?,
        part(date.month())?,
        part(date.day())?,
        part(date.hour())?,
        part(date.minute())?,
        part(date.second())?,
        0,
    )
    .ok()
}
