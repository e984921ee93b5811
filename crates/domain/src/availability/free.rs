use std::ops::RangeInclusive;

use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};

use super::{
    Person, Query, ServiceTimes, Slot,
    occupancy::{Piece, pieces},
    working::{DateLimit, LocalDay, Shift, shifts},
};
use crate::calendar::Interval;

/// Furthest booking horizon that is looked at, in days: ten years. A larger
/// value in a service counts as this one, which bounds the work of one question.
pub const MAX_HORIZON_DAYS: u32 = 3_660;

/// Every start that can be offered, ascending by start, then person.
///
/// A start is offered where
/// - it lies on the grid of one working time (`opening + k * slot interval`, in
///   elapsed minutes), and the service from first to last minute lies in that
///   working time; working times are not joined, even where they touch;
/// - none of the pieces of [`occupancy`](super::occupancy) meets busy time of
///   that person; buffers may reach outside working time and before `now`;
/// - `start >= now + min notice`, `query.from <= start < query.to`, and the local
///   date of the start is at most `booking_horizon_days` after that of `now`.
///
/// There is one slot per person and start; people are not pooled. A service
/// without a minute has no slots.
pub fn free_slots<Id: Copy + Ord>(
    query: &Query,
    now: Timestamp,
    service: &ServiceTimes,
    people: &[Person<Id>],
) -> Vec<Slot<Id>> {
    let Some(window) = Window::new(query, now, service) else { return Vec::new() };
    let total = i64::from(service.total_minutes()) * 60;
    let step = i64::from(service.slot_interval_minutes.max(1)) * 60;
    let pieces = pieces(service);
    let dates = window.dates(query);
    let days: Vec<LocalDay> = dates
        .start()
        .series(1.day())
        .take_while(|date| date <= dates.end())
        .map(|date| LocalDay::new(date, &query.zone))
        .collect();

    let mut slots = Vec::new();
    for person in people {
        let busy = joined(&person.busy);
        for day in &days {
            for shift in shifts(person, day, &query.zone) {
                let starts = Starts { shift, total, step, pieces: &pieces, busy: &busy };
                starts.collect(&window, |start| slots.extend(slot(person.id, start, total)));
            }
        }
    }
    slots.sort_unstable();
    slots.dedup();
    slots
}

fn slot<Id>(person: Id, start: i64, total: i64) -> Option<Slot<Id>> {
    let end = Timestamp::from_second(start.checked_add(total)?).ok()?;
    Some(Slot { start: Timestamp::from_second(start).ok()?, end, person })
}

/// The starts that a question admits, before anybody's calendar is looked at.
/// Starts fall on whole seconds, so bounds are rounded up to one.
#[derive(Clone, Debug)]
pub(super) struct Window {
    pub(super) first: i64,
    pub(super) end: i64,
    pub(super) limit: DateLimit,
    last_date: Date,
}

impl Window {
    /// `None` where nothing can be offered whatever the calendars say.
    pub(super) fn new(query: &Query, now: Timestamp, service: &ServiceTimes) -> Option<Self> {
        if query.from >= query.to || service.total_minutes() == 0 {
            return None;
        }
        let earliest = second_at_or_after(now) + i64::from(service.min_notice_minutes) * 60;
        let last_date = last_date(now, &query.zone, service);
        let limit = DateLimit::new(last_date, &query.zone);
        let first = second_at_or_after(query.from).max(earliest);
        let end = second_at_or_after(query.to).min(limit.refused_from());
        (first < end).then_some(Self { first, end, limit, last_date })
    }

    /// Local dates whose working times can hold an admitted start, with a day to
    /// spare on both sides: clock changes can carry a wall time over midnight.
    pub(super) fn dates(&self, query: &Query) -> RangeInclusive<Date> {
        let date_of = |second: i64| match Timestamp::from_second(second) {
            Ok(instant) => query.zone.to_datetime(instant).date(),
            Err(_) => Date::MAX,
        };
        let first = date_of(self.first).yesterday().unwrap_or(Date::MIN);
        first..=date_of(self.end - 1).min(self.last_date).saturating_add(1.day())
    }
}

/// The last local date within the service's booking horizon.
pub(super) fn last_date(now: Timestamp, zone: &TimeZone, service: &ServiceTimes) -> Date {
    let horizon = i64::from(service.booking_horizon_days.min(MAX_HORIZON_DAYS));
    zone.to_datetime(now).date().saturating_add(horizon.days())
}

fn second_at_or_after(instant: Timestamp) -> i64 {
    instant.as_second() + i64::from(instant.subsec_nanosecond() > 0)
}

/// Busy time as ascending, separate stretches of whole seconds. Rounding
/// outwards changes no answer, because starts and pieces are whole seconds.
pub(super) fn joined(busy: &[Interval]) -> Vec<Shift> {
    let mut stretches: Vec<Shift> = busy
        .iter()
        .filter(|interval| !interval.is_empty())
        .map(|interval| Shift {
            from: interval.from.as_second() - i64::from(interval.from.subsec_nanosecond() < 0),
            to: second_at_or_after(interval.to),
        })
        .collect();
    stretches.sort_unstable_by_key(|stretch| stretch.from);
    stretches.dedup_by(|next, last| {
        let joins = next.from <= last.to;
        if joins {
            last.to = last.to.max(next.to);
        }
        joins
    });
    stretches
}

/// The candidate starts of one working time.
struct Starts<'a> {
    shift: Shift,
    total: i64,
    step: i64,
    pieces: &'a [Piece],
    busy: &'a [Shift],
}

impl Starts<'_> {
    fn collect(&self, window: &Window, mut found: impl FnMut(i64)) {
        let last = (self.shift.to - self.total).min(window.end - 1);
        let mut start = self.on_grid(window.first);
        // Both move forward only: one pass over the busy time of this shift per piece.
        let mut cursors: Vec<usize> = self
            .pieces
            .iter()
            .map(|piece| self.busy.partition_point(|busy| busy.to <= start + piece.from))
            .collect();
        while start <= last {
            match self.blocked_until(start, &mut cursors) {
                Some(free_from) => start = self.on_grid(free_from),
                None => {
                    if window.limit.allows(start) {
                        found(start);
                    }
                    start += self.step;
                }
            }
        }
    }

    /// The first grid start at or after `second`.
    fn on_grid(&self, second: i64) -> i64 {
        let ahead = (second - self.shift.from).max(0);
        self.shift.from + (ahead + self.step - 1) / self.step * self.step
    }

    /// If a piece meets busy time: the earliest start that leaves that busy time behind.
    fn blocked_until(&self, start: i64, cursors: &mut [usize]) -> Option<i64> {
        for (piece, cursor) in self.pieces.iter().zip(cursors) {
            while self.busy.get(*cursor).is_some_and(|busy| busy.to <= start + piece.from) {
                *cursor += 1;
            }
            if let Some(busy) = self.busy.get(*cursor)
                && busy.from < start + piece.to
            {
                return Some(busy.to - piece.from);
            }
        }
        None
    }
}
