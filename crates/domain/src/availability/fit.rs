use jiff::{SignedDuration, Timestamp, ToSpan, tz::TimeZone};

use super::{
    Person, ServiceTimes,
    free::last_date,
    occupancy,
    working::{DateLimit, LocalDay, shifts},
};
use crate::calendar::Interval;

/// Why a start that somebody names cannot be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Misfit {
    /// It lies before now plus the service's notice.
    TooSoon {
        /// The first moment that would do.
        earliest: Timestamp,
    },
    /// It lies beyond the service's booking horizon.
    TooFarAhead,
    /// The person does not work then, or not for long enough.
    NotWorking,
    /// The person is occupied.
    Occupied {
        /// The first busy time in the way.
        by: Interval,
    },
}

/// Whether one person can serve at exactly `start`. The rules are those of
/// [`free_slots`](super::free_slots) but for the grid: a time that was agreed on
/// need not be one that would be offered.
pub fn fit<Id>(
    start: Timestamp,
    now: Timestamp,
    zone: &TimeZone,
    service: &ServiceTimes,
    person: &Person<Id>,
) -> Result<(), Misfit> {
    let minutes = |count: u32| SignedDuration::from_mins(i64::from(count));
    let earliest = now.saturating_add(minutes(service.min_notice_minutes)).unwrap_or(now);
    if start < earliest {
        return Err(Misfit::TooSoon { earliest });
    }
    if !DateLimit::new(last_date(now, zone, service), zone).allows(start.as_second()) {
        return Err(Misfit::TooFarAhead);
    }
    let end = start.saturating_add(minutes(service.total_minutes())).unwrap_or(start);
    let date = zone.to_datetime(start).date();
    // Clock changes can carry the wall times of a date over midnight.
    let works = [-1, 0, 1].into_iter().any(|days| {
        let day = LocalDay::new(date.saturating_add(days.days()), zone);
        shifts(person, &day, zone).any(|shift| shift.from <= start.as_second() && end.as_second() <= shift.to)
    });
    if !works || end <= start {
        return Err(Misfit::NotWorking);
    }
    let pieces = occupancy(start, service);
    let in_the_way = person.busy.iter().filter(|busy| pieces.iter().any(|piece| piece.overlaps(**busy)));
    match in_the_way.min() {
        Some(by) => Err(Misfit::Occupied { by: *by }),
        None => Ok(()),
    }
}
