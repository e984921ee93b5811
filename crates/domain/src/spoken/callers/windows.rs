//! From what is wished to windows of instants.

use jiff::{
    Timestamp, ToSpan,
    civil::{Date, Time as CivilTime},
    tz::TimeZone,
};

use super::{
    CallersWhen, Window,
    clauses::{Clause, Wish},
};
use crate::{
    calendar::local_to_instant,
    language::Language,
    spoken::{
        clock::{DAY, callers_time, decided, end_after, part_hours},
        days::{Almanac, Problem, Stretch, add_days, is_weekday, seconds},
        grammar::Layer,
        tree::{Clock, Day, Fuzz, Half, Limit, Part, Time},
    },
};

/// Parts of the day on every day without an end are written out this far.
pub(super) const OPEN_DAYS: i32 = 28;

/// Longest stretch whose days are gone through one by one.
pub(super) const DAYS_MAX: i32 = 800;

/// Furthest year that is taken for a wish, counted from this one.
const YEARS_AHEAD_MAX: i16 = 10;

/// How far an hour said loosely ("gegen drei") reaches to either side, in seconds.
const LOOSE: i32 = 30 * 60;

const MINUTE: i32 = 60;

/// Reads wishes at one moment in one zone.
pub(super) struct Reader<'a> {
    pub(super) now: Timestamp,
    pub(super) zone: &'a TimeZone,
    pub(super) language: Language,
    pub(super) today: Date,
    pub(super) almanac: Almanac,
}

/// Seconds of one day, `[from, to)`, or one point of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Hours {
    pub(super) from: i32,
    pub(super) to: i32,
    pub(super) exact: bool,
}

/// Windows before they are joined.
pub(super) type Windows = Vec<(Window, bool)>;

impl<'a> Reader<'a> {
    pub(super) fn new(now: Timestamp, zone: &'a TimeZone, language: Language) -> Self {
        let today = zone.to_datetime(now).date();
        Self { now, zone, language, today, almanac: Almanac { today, layer: Layer::Callers, language } }
    }

    pub(super) fn windows(&self, wish: &Wish) -> CallersWhen {
        let mut found: Windows = Vec::new();
        let mut needs_date = wish.clauses.is_empty();
        let mut impossible = false;
        let informative = |clause: &&Clause| {
            clause.has_days() || !clause.times.is_empty() || clause.moment.is_some() || clause.span.is_some()
        };
        let some_day = wish.clauses.iter().any(|clause| informative(&clause));
        for clause in &wish.clauses {
            // "egal wann, aber am Dienstag": with anything else said, any time is no wish of its own.
            if clause.anytime && !informative(&clause) {
                if !some_day {
                    found.push((Window { from: self.now, to: None }, false));
                }
                continue;
            }
            match self.clause(clause) {
                Ok(mut windows) => found.append(&mut windows),
                Err(Problem::NoSuchDay) => impossible = true,
                Err(Problem::Contradiction | Problem::NoDay) => needs_date = true,
            }
        }
        let said_something = !found.is_empty();
        let found = self.without(found, &wish.excluded);
        let windows = self.to_come(found);
        if windows.is_empty() {
            return match () {
                () if impossible => CallersWhen::NotUnderstood,
                () if needs_date => CallersWhen::NeedsDate,
                () if said_something => CallersWhen::NotUnderstood,
                () => CallersWhen::NeedsDate,
            };
        }
        let exact = windows.iter().all(|(_, exact)| *exact);
        CallersWhen::Windows { windows: joined(windows, exact), exact }
    }

    pub(super) fn clause(&self, clause: &Clause) -> Result<Windows, Problem> {
        if let Some((length, limit)) = clause.moment
            && !clause.has_days()
        {
            return self.moment(seconds(length), limit);
        }
        if let Some((from, to)) = &clause.span {
            return self.span(from, to);
        }
        if clause.times.contains(&Time::Impossible) {
            return Err(Problem::NoSuchDay);
        }
        if !clause.has_days() {
            return self.time_alone(&clause.times);
        }
        let mut stretches = match clause.days.is_empty() {
            true => None,
            false => Some(self.almanac.combine(&clause.days)?),
        };
        let (mut first, mut end) = (self.today, None);
        for (limit, day) in &clause.limits {
            match limit {
                Limit::After => first = first.max(self.limit_day(day, clause)?.to),
                Limit::From => first = first.max(self.limit_day(day, clause)?.from),
                Limit::Before | Limit::Until | Limit::By => {}
            }
        }
        for (limit, day) in &clause.limits {
            let at = self.limit_day(day, clause)?;
            // "frühestens am Vierten, spätestens am Zwölften": the end is the next of its kind after the beginning.
            let at = match day {
                Day::Weekday { .. } | Day::Date { year: None, .. } if at.to <= first => {
                    self.almanac.seen_from(first).find(day)?
                }
                _ => at,
            };
            match limit {
                Limit::After | Limit::From => {}
                Limit::Before => end = Some(end.map_or(at.from, |end: Date| end.min(at.from))),
                Limit::Until | Limit::By => end = Some(end.map_or(at.to, |end: Date| end.min(at.to))),
            }
        }
        if let (None, Some(windows)) = (&stretches, self.limit_with_clock(clause, first, end)?) {
            return Ok(windows);
        }
        if let Some(stretches) = &mut stretches
            && !clause.limits.is_empty()
        {
            stretches.retain_mut(|stretch| {
                stretch.from = stretch.from.max(first);
                stretch.to = end.map_or(stretch.to, |end| stretch.to.min(end));
                stretch.from < stretch.to
            });
        }
        let Some(stretches) = stretches else { return self.open_stretch(first, end, &clause.times) };
        let mut windows = Vec::new();
        for stretch in stretches {
            if clause.times.is_empty() {
                windows.push((self.whole(stretch.from, Some(stretch.to))?, false));
            } else {
                self.each_day(stretch, &clause.times, &mut windows)?;
            }
        }
        Ok(windows)
    }

    /// The day of a limit, inside the week or month said with it ("nächste Woche ab Mittwoch").
    fn limit_day(&self, day: &Day, clause: &Clause) -> Result<Stretch, Problem> {
        if is_weekday(day) || matches!(day, Day::Date { month: None, .. }) {
            let mut days = clause.days.clone();
            days.retain(|day| !is_weekday(day));
            days.push(day.clone());
            if let Ok(found) = self.almanac.combine(&days)
                && let [found] = found.as_slice()
            {
                return Ok(*found);
            }
        }
        self.almanac.find(day)
    }

    /// "ab Donnerstag 15 Uhr", "bis Freitag um zwölf": the limit is an instant.
    fn limit_with_clock(
        &self,
        clause: &Clause,
        first: Date,
        end: Option<Date>,
    ) -> Result<Option<Windows>, Problem> {
        let [(limit, _)] = clause.limits.as_slice() else { return Ok(None) };
        let Some(hours) = self.hours(&clause.times) else { return Ok(None) };
        let clock = clause.times.iter().all(|time| match time {
            Time::At { fuzz, .. } => *fuzz == Fuzz::Exact,
            Time::Part { .. } => true,
            // "from Thursday at three onwards"
            Time::Limit { limit: Limit::From, .. } => *limit == Limit::From,
            _ => false,
        });
        let [hours] = hours.as_slice() else { return Ok(None) };
        if !clock {
            return Ok(None);
        }
        let window = match (limit, end) {
            (Limit::From, _) => Window { from: self.instant(first, hours.from)?, to: None },
            (Limit::After, _) => return Ok(None),
            (Limit::Before, Some(end)) => Window { from: self.now, to: Some(self.instant(end, hours.from)?) },
            (_, Some(end)) => {
                // "bis Freitag Mittag" ends at twelve, "bis Freitag Abend" with the evening.
                let midday =
                    clause.times.iter().any(|time| matches!(time, Time::Part { part: Part::Midday, .. }));
                let to = if hours.exact || midday { hours.from } else { hours.to };
                Window { from: self.now, to: Some(self.instant(add_days(end, -1)?, to)?) }
            }
            _ => return Ok(None),
        };
        Ok(Some(vec![(window, false)]))
    }

    fn open_stretch(&self, first: Date, end: Option<Date>, times: &[Time]) -> Result<Windows, Problem> {
        if times.is_empty() {
            return Ok(vec![(self.whole(first, end)?, false)]);
        }
        let to = match end {
            Some(end) => end,
            None => add_days(first, OPEN_DAYS)?,
        };
        let mut windows = Vec::new();
        let grain = crate::spoken::tree::Unit::Day;
        self.each_day(Stretch { from: first, to, grain }, times, &mut windows)?;
        Ok(windows)
    }

    /// "von Montag 18 Uhr bis Mittwoch 12 Uhr"
    fn span(&self, from: &(Day, Clock), to: &(Day, Clock)) -> Result<Windows, Problem> {
        let first = self.almanac.find(&from.0)?.from;
        let last = self.almanac.find(&Day::Range(Box::new(from.0.clone()), Box::new(to.0.clone())))?.to;
        let from = self.instant(first, callers_time(from.1, None))?;
        let to = self.instant(add_days(last, -1)?, callers_time(to.1, None))?;
        if to <= from {
            return Err(Problem::Contradiction);
        }
        Ok(vec![(Window { from, to: Some(to) }, false)])
    }

    /// "in einer halben Stunde", "innerhalb der nächsten Stunde".
    fn moment(&self, seconds: i64, limit: Option<Limit>) -> Result<Windows, Problem> {
        let at = self.now.checked_add(seconds.seconds()).map_err(|_| Problem::NoSuchDay)?;
        Ok(match limit {
            Some(_) => vec![(Window { from: self.now, to: Some(at) }, false)],
            None => vec![(point(at), true)],
        })
    }

    /// A clock time alone is its next occurrence; anything looser needs a day.
    fn time_alone(&self, times: &[Time]) -> Result<Windows, Problem> {
        let hours = self.hours(times).ok_or(Problem::NoDay)?;
        let is_clock = times.iter().any(|time| matches!(time, Time::At { .. }));
        if !is_clock {
            return Err(Problem::NoDay);
        }
        let mut windows = Vec::new();
        for hours in hours {
            for ahead in 0..2 {
                let date = add_days(self.today, ahead)?;
                let to = self.instant(date, hours.to)?;
                if self.instant(date, hours.from)? >= self.now || (!hours.exact && to > self.now) {
                    windows.push(self.window(date, hours)?);
                    break;
                }
            }
        }
        Ok(windows)
    }

    fn each_day(&self, stretch: Stretch, times: &[Time], windows: &mut Windows) -> Result<(), Problem> {
        let hours = self.hours(times).unwrap_or_default();
        let mut date = stretch.from.max(self.today);
        let days = Stretch { from: date, ..stretch }.days().min(DAYS_MAX);
        if days == 0 {
            // Over: kept, so that it counts as said and gone.
            for hours in hours {
                windows.push(self.window(stretch.from, hours)?);
            }
            return Ok(());
        }
        for _ in 0..days {
            for hours in &hours {
                let hours = if date == self.today { self.still_to_come(*hours, times)? } else { *hours };
                windows.push(self.window(date, hours)?);
            }
            date = add_days(date, 1)?;
        }
        Ok(())
    }

    /// "heute um sieben" in the afternoon is the evening, the only seven that is left.
    /// Other hours that are over were meant as said: better asked about than guessed.
    fn still_to_come(&self, hours: Hours, times: &[Time]) -> Result<Hours, Problem> {
        let open =
            times.iter().any(|time| matches!(time, Time::At { clock, .. } if clock.half != Half::Fixed));
        let hinted = times.iter().any(|time| matches!(time, Time::Part { .. }));
        let seven = (7 * 3_600..8 * 3_600).contains(&hours.from);
        if hours.exact && open && !hinted && seven && self.instant(self.today, hours.from)? < self.now {
            return Ok(Hours { from: hours.from + DAY / 2, to: hours.to + DAY / 2, exact: true });
        }
        Ok(hours)
    }

    // Times of day

    /// The hours of a day that the times allow: clock times if there are any, else parts
    /// and stretches, cut by limits. `None` where they leave nothing.
    pub(super) fn hours(&self, times: &[Time]) -> Option<Vec<Hours>> {
        let part = times.iter().find_map(|time| match time {
            Time::Part { part, .. } => Some(*part),
            _ => None,
        });
        let mut points = Vec::new();
        let mut stretches = Vec::new();
        let (mut first, mut end) = (0, DAY);
        let mut limited = false;
        for time in times {
            match time {
                Time::At { clock, fuzz } => points.push(loose(callers_time(*clock, part), *fuzz)),
                Time::Between { from, to, .. } => stretches.push(between(*from, *to, part)),
                Time::Part { .. } | Time::Impossible => {}
                Time::Limit { limit, clock } => {
                    let at = callers_time(*clock, part);
                    limited = true;
                    match limit {
                        Limit::After | Limit::From => first = first.max(at),
                        Limit::Before | Limit::Until | Limit::By => {
                            // "nachmittags bis fünf", "nach drei bis sieben": the end comes after the beginning.
                            let at = if at <= first && clock.half != Half::Fixed { at + DAY / 2 } else { at };
                            end = end.min(at);
                        }
                    }
                }
                Time::RunFrom { from, .. } => points.push(loose(callers_time(*from, part), Fuzz::Exact)),
            }
        }
        if !points.is_empty() {
            return Some(points);
        }
        if stretches.is_empty() {
            for time in times {
                if let Time::Part { part, shade } = time {
                    let (from, to) = part_hours(*part, *shade, Layer::Callers, self.language);
                    // "abends ab fünf": a limit that lies outside the part has the last word.
                    stretches.push(Hours { from, to, exact: false });
                }
            }
        }
        if stretches.is_empty() {
            stretches.push(Hours { from: 0, to: DAY, exact: false });
        }
        let cut: Vec<Hours> = stretches
            .iter()
            .map(|hours| Hours { from: hours.from.max(first), to: hours.to.min(end), exact: false })
            .filter(|hours| hours.from < hours.to)
            .collect();
        if cut.is_empty() && limited && first < end {
            return Some(vec![Hours { from: first, to: end, exact: false }]);
        }
        (!cut.is_empty()).then_some(cut)
    }

    // Instants

    fn instant(&self, date: Date, seconds: i32) -> Result<Timestamp, Problem> {
        let date = add_days(date, seconds.div_euclid(DAY))?;
        // Nobody books so far ahead: something was misheard.
        if date.year() > self.today.year() + YEARS_AHEAD_MAX {
            return Err(Problem::NoSuchDay);
        }
        let rest = seconds.rem_euclid(DAY);
        let part = |value: i32| i8::try_from(value).unwrap_or(0);
        let time = CivilTime::new(part(rest / 3_600), part(rest / 60 % 60), part(rest % 60), 0)
            .map_err(|_| Problem::NoSuchDay)?;
        local_to_instant(date.to_datetime(time), self.zone).ok_or(Problem::NoSuchDay)
    }

    pub(super) fn window(&self, date: Date, hours: Hours) -> Result<(Window, bool), Problem> {
        let from = self.instant(date, hours.from)?;
        if hours.exact {
            return Ok((point(from), true));
        }
        Ok((Window { from, to: Some(self.instant(date, hours.to)?) }, false))
    }

    fn whole(&self, from: Date, to: Option<Date>) -> Result<Window, Problem> {
        let to = match to {
            Some(to) => Some(self.instant(to, 0)?),
            None => None,
        };
        Ok(Window { from: self.instant(from, 0)?, to })
    }

    /// Cuts off what lies before now.
    fn to_come(&self, windows: Windows) -> Windows {
        windows
            .into_iter()
            .filter_map(|(window, exact)| {
                if exact {
                    return (window.from >= self.now).then_some((window, exact));
                }
                let from = window.from.max(self.now);
                window.to.is_none_or(|to| from < to).then_some((Window { from, ..window }, exact))
            })
            .collect()
    }
}

/// A clock time as hours of the day.
fn loose(at: i32, fuzz: Fuzz) -> Hours {
    let (from, to) = match fuzz {
        Fuzz::Exact => return Hours { from: at, to: at + MINUTE, exact: true },
        Fuzz::Around => (at - LOOSE, at + LOOSE),
        Fuzz::JustBefore => (at - LOOSE, at),
        Fuzz::JustAfter => (at, at + LOOSE),
    };
    Hours { from: from.max(0), to, exact: false }
}

fn between(from: Clock, to: Clock, part: Option<Part>) -> Hours {
    let mut start = callers_time(from, part);
    let end = match decided(to, part.filter(|_| to.half != Half::Fixed)) {
        Some(end) if end > start => end,
        Some(end) if from.half != Half::Fixed && start >= DAY / 2 && end > start - DAY / 2 => {
            // "von 6 bis 14 Uhr": the beginning cannot be the evening.
            start -= DAY / 2;
            end
        }
        _ => end_after(start, to),
    };
    Hours { from: start, to: end, exact: false }
}

fn point(at: Timestamp) -> Window {
    Window { from: at, to: at.checked_add(1.minute()).ok() }
}

/// In order, with windows that touch joined (points stay points).
fn joined(mut windows: Windows, exact: bool) -> Vec<Window> {
    windows.sort_by_key(|(window, _)| window.from);
    let mut joined: Vec<Window> = Vec::with_capacity(windows.len());
    for (window, _) in windows {
        match joined.last_mut() {
            // Clock times stay what they are, a minute apart as well; the same one said twice is one.
            Some(before) if exact && window.from != before.from => joined.push(window),
            Some(before) if before.to.is_none_or(|to| window.from <= to) => {
                before.to = match (before.to, window.to) {
                    (Some(one), Some(other)) => Some(one.max(other)),
                    _ => None,
                };
            }
            _ => joined.push(window),
        }
    }
    joined
}
