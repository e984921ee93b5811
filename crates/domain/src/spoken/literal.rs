//! An expression that is known to be a time, read by itself: what "first week of
//! october 2014" or "um halb 4" means at a reference instant, to the grain in
//! which it was said.

use jiff::{
    ToSpan, ZonedDateTime,
    civil::{Date, DateTime, Time as CivilTime},
};

use super::{
    clock::{DAY, decided, end_after, part_hours},
    days::{Almanac, Problem, Stretch, add_days, seconds_span},
    grammar::{Layer, read},
    tree::{Clock, Day, Half, Item, Length, Limit, Part, Shade, Time, Unit, Which},
};
use crate::language::Language;

/// The smallest unit in which a time was said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grain {
    /// To the second.
    Second,
    /// To the minute.
    Minute,
    /// To the hour.
    Hour,
    /// A day.
    Day,
    /// A week from Monday.
    Week,
    /// A calendar month.
    Month,
    /// A quarter of a year.
    Quarter,
    /// A calendar year.
    Year,
}

/// Which side of [`When::from`] is meant, where the time has one end only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Everything from there on.
    After,
    /// Everything before.
    Before,
}

/// What an expression means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct When {
    /// The beginning (the limit, for a time with one end), as wall time in the reference's zone.
    pub from: DateTime,
    /// The end of a stretch, not included; absent for a single time of its grain.
    pub to: Option<DateTime>,
    /// The smallest unit that was said.
    pub grain: Grain,
    /// Present where the time has one end only.
    pub direction: Option<Direction>,
}

/// There is no time in the text, or none that exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotUnderstood;

impl std::fmt::Display for NotUnderstood {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("no time was understood")
    }
}

impl std::error::Error for NotUnderstood {}

impl From<Problem> for NotUnderstood {
    fn from(_: Problem) -> Self {
        Self
    }
}

impl From<jiff::Error> for NotUnderstood {
    fn from(_: jiff::Error) -> Self {
        Self
    }
}

/// What `text` means at `reference`, as wall time in the reference's zone.
///
/// Any text is accepted; at most 2,000 characters of it are read.
pub fn literal_when(
    text: &str,
    reference: &ZonedDateTime,
    language: Language,
) -> Result<When, NotUnderstood> {
    let said = read(text, language, Layer::Literal);
    let now = reference.datetime();
    let reader = Reader {
        now,
        offset_minutes: i64::from(reference.offset().seconds()) / 60,
        almanac: Almanac { today: now.date(), layer: Layer::Literal, language },
        language,
    };
    reader.read(&said.items)
}

/// What was collected from the items.
#[derive(Default)]
struct Found<'a> {
    days: Vec<&'a Day>,
    day_limit: Option<Limit>,
    times: Vec<Time>,
    moment: Option<(Length, Option<Limit>)>,
    now: bool,
    soon: bool,
}

struct Reader {
    now: DateTime,
    offset_minutes: i64,
    almanac: Almanac,
    language: Language,
}

impl Reader {
    fn read(&self, items: &[Item]) -> Result<When, NotUnderstood> {
        let mut found = Found::default();
        for item in items {
            match item {
                Item::Day(day) => found.days.push(day),
                Item::DayLimit(limit, day) => {
                    found.days.push(day);
                    found.day_limit = Some(*limit);
                }
                Item::Time(time) => found.times.push(*time),
                Item::Moment { length, limit } => found.moment = Some((*length, *limit)),
                Item::Now => found.now = true,
                Item::Anytime { soon } => found.soon |= *soon,
                Item::Span { from, to } => return self.span(from, to),
                Item::Word(_) => {}
            }
        }
        if let Some((length, limit)) = found.moment {
            return self.moment(length, limit);
        }
        if found.days.is_empty() && found.times.is_empty() {
            return match (found.now, found.soon) {
                (true, _) => Ok(When::point(self.now, Unit::Second)),
                (_, true) => Ok(When::open(self.now, Unit::Second, Direction::After)),
                _ => Err(NotUnderstood),
            };
        }
        if found.times.is_empty() {
            return self.days_alone(&found);
        }
        let stretch = match found.days.is_empty() {
            true => None,
            false => Some(self.stretch(&found.days)?),
        };
        let when = self.times(&found.times, stretch)?;
        match found.day_limit {
            // "by 2 pm tomorrow", "until Friday at noon"
            Some(limit) if when.direction.is_none() => self.limited(limit, when),
            _ => Ok(when),
        }
    }

    /// "from Monday 6 pm to Wednesday noon"
    fn span(&self, from: &(Day, Clock), to: &(Day, Clock)) -> Result<When, NotUnderstood> {
        let first = self.almanac.find(&from.0)?;
        let both = self.almanac.find(&Day::Range(Box::new(from.0.clone()), Box::new(to.0.clone())))?;
        let last = Stretch { from: add_days(both.to, -1)?, ..both };
        let start = self.at(from.1, None, Some(first))?;
        let end = one_more(self.at(to.1, None, Some(last))?, to.1.grain)?;
        Ok(When::stretch(start, end, from.1.grain.min(to.1.grain)))
    }

    fn stretch(&self, days: &[&Day]) -> Result<Stretch, NotUnderstood> {
        let days: Vec<Day> = days.iter().map(|day| (*day).clone()).collect();
        // "in 3 years" names a month when a time is looked for in it.
        self.almanac.combine(&days)?.into_iter().min_by_key(|stretch| stretch.from).ok_or(NotUnderstood)
    }

    /// "in half an hour", "7 minutes ago": to the next smaller unit.
    fn moment(&self, length: Length, limit: Option<Limit>) -> Result<When, NotUnderstood> {
        let grain = smaller(length.unit);
        let at = self.later(length)?;
        match limit {
            Some(Limit::Until) => Ok(When::stretch(self.now, at.truncated(grain)?, Unit::Second)),
            Some(_) => Ok(When::open(at.truncated(grain)?, grain, Direction::After)),
            None => Ok(When::point(at.truncated(grain)?, grain)),
        }
    }

    fn later(&self, length: Length) -> Result<DateTime, NotUnderstood> {
        if length.unit < Unit::Day {
            return Ok(self.now.checked_add(seconds_span(length))?);
        }
        Ok(self.almanac.moved(self.now.date(), length)?.to_datetime(self.now.time()))
    }

    fn days_alone(&self, found: &Found<'_>) -> Result<When, NotUnderstood> {
        if let ([day], None) = (found.days.as_slice(), found.day_limit) {
            match day {
                Day::Shift { length, from: None } => return self.moment(*length, None),
                Day::Within(length) => return self.moment(*length, Some(Limit::Until)),
                Day::Following { unit, count } if *unit < Unit::Day => return self.units(*unit, *count),
                Day::Relative { unit, count } if *unit < Unit::Day => {
                    let start = self.now.truncated(*unit)?;
                    let from = start.checked_add(seconds_span(Length { count: *count, unit: *unit }))?;
                    return Ok(When::point(from, *unit));
                }
                Day::Weekend { which } => return self.weekend(*which),
                _ => {}
            }
        }
        if let Some(when) = self.nth_weekend(found)? {
            return Ok(when);
        }
        let stretch = self.stretch(&found.days)?;
        let several = found.days.iter().any(|day| {
            matches!(
                day,
                Day::Edge { .. }
                    | Day::Range(..)
                    | Day::Season { .. }
                    | Day::Following { .. }
                    | Day::RunFrom { .. }
                    | Day::RestOf(_)
            )
        });
        let long_holiday = matches!(found.days.as_slice(), [Day::Holiday { .. }]) && !stretch.is_one_day();
        let from = midnight(stretch.from);
        // "two days after tomorrow" is as exact as "in two days": to the hour. From a named day it is a day.
        let hours = match found.days.as_slice() {
            [Day::Shift { length: Length { unit: Unit::Day, .. }, from: Some(from) }] => {
                matches!(**from, Day::Relative { .. })
            }
            _ => false,
        };
        let when = if hours {
            When::point(from, Unit::Hour)
        } else if several || long_holiday {
            When::stretch(from, midnight(stretch.to), stretch.grain)
        } else {
            When::point(from, stretch.grain)
        };
        match found.day_limit {
            Some(limit) => self.limited(limit, when),
            None => Ok(when),
        }
    }

    /// The sides of something that has been read.
    fn limited(&self, limit: Limit, when: When) -> Result<When, NotUnderstood> {
        let grain = when.grain;
        let open = |from, direction| Ok(When { from, to: None, grain, direction: Some(direction) });
        match limit {
            Limit::After | Limit::From => open(when.from, Direction::After),
            Limit::Before | Limit::Until => open(when.from, Direction::Before),
            // "by the end of the month" includes it, "by Friday" ends where Friday begins.
            Limit::By => Ok(When::stretch(self.now, when.to.unwrap_or(when.from), Unit::Second)),
        }
    }

    /// "next 3 minutes", "last 2 hours".
    fn units(&self, unit: Unit, count: i32) -> Result<When, NotUnderstood> {
        let start = self.now.truncated(unit)?;
        let moved = |count: i32| start.checked_add(seconds_span(Length { count, unit }));
        let (from, to) = if count < 0 { (moved(count)?, start) } else { (moved(1)?, moved(count + 1)?) };
        Ok(When::stretch(from, to, unit))
    }

    /// As an expression a weekend begins on Friday evening.
    fn weekend(&self, which: Which) -> Result<When, NotUnderstood> {
        Self::weekend_from(self.almanac.find(&Day::Weekend { which })?)
    }

    fn weekend_from(weekend: Stretch) -> Result<When, NotUnderstood> {
        let friday = add_days(weekend.from, -1)?;
        Ok(When::stretch(friday.at(18, 0, 0, 0), midnight(weekend.to), Unit::Hour))
    }

    /// "last weekend of October"
    fn nth_weekend(&self, found: &Found<'_>) -> Result<Option<When>, NotUnderstood> {
        match found.days.as_slice() {
            [day @ (Day::Nth { counted: super::tree::Counted::Weekend, .. } | Day::HolidayWeekend(_))] => {
                Ok(Some(Self::weekend_from(self.almanac.find(day)?)?))
            }
            _ => Ok(None),
        }
    }

    fn times(&self, times: &[Time], stretch: Option<Stretch>) -> Result<When, NotUnderstood> {
        let part = times.iter().find_map(|time| match time {
            Time::Part { part, shade } => Some((*part, *shade)),
            _ => None,
        });
        let hint = part.map(|(part, _)| part);
        let limits: Vec<(Limit, Clock)> = times
            .iter()
            .filter_map(|time| match time {
                Time::Limit { limit, clock } => Some((*limit, *clock)),
                _ => None,
            })
            .collect();
        // "later than 9:30 but before 11:00"
        if let [(Limit::After | Limit::From, from), (Limit::Before | Limit::Until | Limit::By, to)] =
            limits.as_slice()
        {
            return self.between(*from, *to, hint, stretch);
        }
        for time in times {
            match time {
                Time::Impossible => return Err(NotUnderstood),
                Time::At { clock, .. } => {
                    let at = self.at(*clock, hint, stretch)?;
                    return Ok(When::point(at, clock.grain));
                }
                Time::Between { from, to, .. } => return self.between(*from, *to, hint, stretch),
                Time::RunFrom { from, length } => {
                    let start = self.at(*from, hint, stretch)?;
                    let end = start.checked_add(seconds_span(*length))?;
                    let grain = from.grain.min(length.unit);
                    return Ok(When::stretch(start, one_more(end, grain)?, grain));
                }
                Time::Limit { limit, clock } => {
                    let at = self.at(*clock, hint, stretch)?;
                    return self.limited(*limit, When::point(at, clock.grain));
                }
                Time::Part { .. } => {}
            }
        }
        let (part, shade) = part.ok_or(NotUnderstood)?;
        self.part(part, shade, stretch)
    }

    fn part(&self, part: Part, shade: Shade, stretch: Option<Stretch>) -> Result<When, NotUnderstood> {
        let (from, to) = part_hours(part, shade, Layer::Literal, self.language);
        let date = match stretch {
            Some(stretch) => stretch.from,
            None if at(self.now.date(), to)? <= self.now => add_days(self.now.date(), 1)?,
            None => self.now.date(),
        };
        Ok(When::stretch(at(date, from)?, at(date, to)?, Unit::Hour))
    }

    fn between(
        &self,
        from: Clock,
        to: Clock,
        hint: Option<Part>,
        stretch: Option<Stretch>,
    ) -> Result<When, NotUnderstood> {
        // A zone behind the end holds for both, and is applied to both at last.
        let zone = Clock { offset: to.offset.or(from.offset), ..from };
        let (from, to) = (Clock { offset: None, ..from }, Clock { offset: None, ..to });
        let start = self.at(from, hint, stretch)?;
        let start_seconds = seconds_of(start);
        let end = decided(to, hint).unwrap_or_else(|| end_after(start_seconds, to));
        let mut end = at(start.date(), end)?;
        if end <= start {
            end = end.checked_add(1.day())?;
        }
        let grain = from.grain.min(to.grain);
        Ok(When::stretch(self.zoned(start, zone)?, self.zoned(one_more(end, to.grain)?, zone)?, grain))
    }

    /// The next time the clock shows this: inside the stretch, or from now on.
    fn at(
        &self,
        clock: Clock,
        hint: Option<Part>,
        stretch: Option<Stretch>,
    ) -> Result<DateTime, NotUnderstood> {
        let (first, limit) = match stretch {
            Some(stretch) => (stretch.from, midnight(stretch.from)),
            None => (self.now.date(), self.now),
        };
        // A part of the day without a day, or of today: the next time that it comes round.
        if hint.is_some() && stretch.is_none_or(|stretch| stretch.from == self.now.date()) {
            let said = literal_time(clock, hint).ok_or(NotUnderstood)?;
            let today = self.now.date();
            let found = at(today, said)?;
            let over =
                found < self.now && found.truncated(clock.grain)? != self.now.truncated(clock.grain)?;
            return self.zoned(if over { at(add_days(today, 1)?, said)? } else { found }, clock);
        }
        // In German digits with a colon are the time as written.
        let open = match clock.half {
            Half::Fixed => false,
            Half::Digital => self.language == Language::En,
            Half::Open => true,
        };
        let said = literal_time(clock, hint).unwrap_or(clock.seconds() % DAY);
        let said = if open && hint.is_none() { clock.seconds() % (DAY / 2) } else { said };
        let steps: &[i32] = if open && hint.is_none() { &[0, DAY / 2] } else { &[0] };
        for day in 0..2 {
            for step in steps {
                let candidate = self.zoned(at(add_days(first, day)?, said + step)?, clock)?;
                // On a named day a full hour may be the first of it; by itself it must come.
                let not_over = candidate >= limit
                    || (stretch.is_none()
                        && candidate.truncated(clock.grain)? == limit.truncated(clock.grain)?);
                // Nobody names midnight "twelve" or one at night "one" when a day is named.
                if not_over && !(stretch.is_some() && open && hint.is_none() && candidate.hour() == 0) {
                    return Ok(candidate);
                }
            }
        }
        Err(NotUnderstood)
    }

    /// A time in a zone of its own, as wall time of the reference.
    fn zoned(&self, at: DateTime, clock: Clock) -> Result<DateTime, NotUnderstood> {
        match clock.offset {
            Some(offset) => Ok(at.checked_add((self.offset_minutes - i64::from(offset)).minutes())?),
            None => Ok(at),
        }
    }
}

impl When {
    fn point(from: DateTime, grain: Unit) -> Self {
        Self { from, to: None, grain: public(grain), direction: None }
    }

    fn stretch(from: DateTime, to: DateTime, grain: Unit) -> Self {
        Self { from, to: Some(to), grain: public(grain), direction: None }
    }

    fn open(from: DateTime, grain: Unit, direction: Direction) -> Self {
        Self { from, to: None, grain: public(grain), direction: Some(direction) }
    }
}

fn public(unit: Unit) -> Grain {
    match unit {
        Unit::Second => Grain::Second,
        Unit::Minute => Grain::Minute,
        Unit::Hour => Grain::Hour,
        Unit::Day => Grain::Day,
        Unit::Week => Grain::Week,
        Unit::Month => Grain::Month,
        Unit::Quarter => Grain::Quarter,
        Unit::Year => Grain::Year,
    }
}

/// As an expression twelve "in the afternoon" is the midnight behind it.
fn literal_time(clock: Clock, part: Option<Part>) -> Option<i32> {
    let said = decided(clock, part)?;
    let twelve = clock.half != Half::Fixed
        && (clock.hour, clock.grain) == (12, Unit::Hour)
        && part == Some(Part::Afternoon);
    Some(if twelve { said + DAY / 2 } else { said })
}

/// How exact a length is that was said in a unit: "in a week" names a day, "in 7 days" an hour.
fn smaller(unit: Unit) -> Unit {
    match unit {
        Unit::Second | Unit::Minute => Unit::Second,
        Unit::Hour => Unit::Minute,
        Unit::Day => Unit::Hour,
        Unit::Week | Unit::Month => Unit::Day,
        Unit::Quarter | Unit::Year => Unit::Month,
    }
}

trait Truncated: Sized {
    /// The beginning of the unit in which it lies.
    fn truncated(self, unit: Unit) -> Result<Self, NotUnderstood>;
}

impl Truncated for DateTime {
    fn truncated(self, unit: Unit) -> Result<Self, NotUnderstood> {
        let time = self.time();
        Ok(match unit {
            Unit::Second => self.date().at(time.hour(), time.minute(), time.second(), 0),
            Unit::Minute => self.date().at(time.hour(), time.minute(), 0, 0),
            Unit::Hour => self.date().at(time.hour(), 0, 0, 0),
            Unit::Month => midnight(self.date().first_of_month()),
            Unit::Year => midnight(self.date().first_of_year()),
            Unit::Day | Unit::Week | Unit::Quarter => midnight(self.date()),
        })
    }
}

fn midnight(date: Date) -> DateTime {
    date.to_datetime(CivilTime::midnight())
}

/// So many seconds after midnight; a whole day and more reaches into the next.
fn at(date: Date, seconds: i32) -> Result<DateTime, NotUnderstood> {
    Ok(midnight(date).checked_add(i64::from(seconds).seconds())?)
}

fn seconds_of(at: DateTime) -> i32 {
    (i32::from(at.hour()) * 60 + i32::from(at.minute())) * 60 + i32::from(at.second())
}

/// The end of a stretch includes the unit that was said last.
fn one_more(end: DateTime, grain: Unit) -> Result<DateTime, NotUnderstood> {
    Ok(end.checked_add(seconds_span(Length { count: 1, unit: grain }))?)
}
