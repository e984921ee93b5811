use jiff::{
    Timestamp,
    civil::{Date, Time},
    tz::TimeZone,
};

use super::{Person, WorkingTime};
use crate::calendar::local_to_instant;

const MINUTE: i64 = 60;
const DAY_MINUTES: u16 = 1440;

/// A local date with what is needed to turn its wall-clock minutes into instants.
#[derive(Clone, Debug)]
pub(super) struct LocalDay {
    pub(super) date: Date,
    /// Instant of midnight in seconds, where no clock change falls on this day
    /// or its closing midnight: then minutes can simply be added. Most days.
    even_from: Option<i64>,
}

impl LocalDay {
    /// Looks the day up in the zone.
    pub(super) fn new(date: Date, zone: &TimeZone) -> Self {
        Self { date, even_from: even_midnight(date, zone) }
    }

    /// The instant, in seconds, of a wall-clock minute of this day; `None` beyond
    /// the calendar or for a minute above 1440.
    fn instant(&self, minute: u16, zone: &TimeZone) -> Option<i64> {
        if minute > DAY_MINUTES {
            return None;
        }
        if let Some(midnight) = self.even_from {
            return Some(midnight + i64::from(minute) * MINUTE);
        }
        let (date, minute) =
            if minute == DAY_MINUTES { (self.date.tomorrow().ok()?, 0) } else { (self.date, minute) };
        let time = Time::new((minute / 60) as i8, (minute % 60) as i8, 0, 0).ok()?;
        local_to_instant(date.to_datetime(time), zone).map(Timestamp::as_second)
    }
}

/// Midnight in seconds if the 24 hours from it are plain ones.
fn even_midnight(date: Date, zone: &TimeZone) -> Option<i64> {
    let midnight = date.to_datetime(Time::midnight());
    let next = date.tomorrow().ok()?.to_datetime(Time::midnight());
    let from = zone.to_ambiguous_timestamp(midnight);
    let to = zone.to_ambiguous_timestamp(next);
    if from.is_ambiguous() || to.is_ambiguous() {
        return None;
    }
    let from = from.compatible().ok()?.as_second();
    let to = to.compatible().ok()?;
    if to.as_second() - from != i64::from(DAY_MINUTES) * MINUTE {
        return None;
    }
    // Two changes that cancel each other within one day would still be 24 hours long.
    let quiet = zone.preceding(to).next().is_none_or(|change| change.timestamp().as_second() < from);
    quiet.then_some(from)
}

/// A working time as instants, in seconds, `[from, to)`; never empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Shift {
    pub(super) from: i64,
    pub(super) to: i64,
}

/// The working times of a person on one local date. Each bound becomes an
/// instant on its own, and what is empty afterwards (a night shift inside the
/// hour that a clock change removes) is left out.
pub(super) fn shifts<'a, Id>(
    person: &'a Person<Id>,
    day: &'a LocalDay,
    zone: &'a TimeZone,
) -> impl Iterator<Item = Shift> + 'a {
    times_on(person, day.date).iter().filter_map(move |time| {
        let from = day.instant(time.from, zone)?;
        let to = day.instant(time.to, zone)?;
        (from < to).then_some(Shift { from, to })
    })
}

fn times_on<Id>(person: &Person<Id>, date: Date) -> &[WorkingTime] {
    match person.overrides.iter().find(|special| special.date == date) {
        Some(special) => &special.times,
        None => &person.hours.0[date.weekday().to_monday_zero_offset() as usize],
    }
}

/// Which starts are early enough for the booking horizon, counted in local dates.
#[derive(Clone, Debug)]
pub(super) struct DateLimit {
    last: Date,
    /// Starts before this are on an allowed date without looking.
    sure_before: i64,
    /// Starts from this on are on a later date without looking.
    refused_from: i64,
    zone: TimeZone,
}

impl DateLimit {
    /// Starts on `last` and before are allowed.
    pub(super) fn new(last: Date, zone: &TimeZone) -> Self {
        const DAY: i64 = 86_400;
        let day = LocalDay::new(last, zone);
        let (sure_before, refused_from) = match (day.even_from, last.tomorrow()) {
            // A plain day followed by a plain day: the date changes once, at midnight.
            (Some(midnight), Ok(next)) if LocalDay::new(next, zone).even_from.is_some() => {
                (midnight + DAY, midnight + DAY)
            }
            // Otherwise clocks may be put back over midnight, and the date with them.
            (_, Ok(next)) => match local_to_instant(next.to_datetime(Time::midnight()), zone) {
                Some(midnight) => (midnight.as_second() - 2 * DAY, midnight.as_second() + 2 * DAY),
                None => (i64::MAX, i64::MAX),
            },
            (_, Err(_)) => (i64::MAX, i64::MAX),
        };
        Self { last, sure_before, refused_from, zone: zone.clone() }
    }

    /// Whether a start, in seconds, lies on an allowed local date.
    pub(super) fn allows(&self, start: i64) -> bool {
        if start < self.sure_before {
            return true;
        }
        start < self.refused_from
            && Timestamp::from_second(start)
                .is_ok_and(|start| self.zone.to_datetime(start).date() <= self.last)
    }

    /// Whether what is allowed ends at one instant, so that nothing needs a look.
    pub(super) fn is_one_instant(&self) -> bool {
        self.sure_before == self.refused_from
    }

    /// First start that needs no look because it is refused anyway.
    pub(super) fn refused_from(&self) -> i64 {
        self.refused_from
    }
}
