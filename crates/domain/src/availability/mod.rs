//! Which starts are free: working hours, buffers, notice, horizon, grid and
//! what is already occupied.
//!
//! [`free_slots`] answers from plain intervals. [`occupancy`] says what a booked
//! start takes from the person; both follow one definition, so that a start is
//! offered exactly when what it would take is still free. [`bits`] gives the same
//! answers from an index, for questions that must cost microseconds.

pub mod bits;
mod fit;
mod free;
mod occupancy;
mod opening;
mod working;

pub use fit::{Misfit, fit};
pub use free::{MAX_HORIZON_DAYS, free_slots};
pub use occupancy::occupancy;
pub use opening::Opening;

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde::{Deserialize, Serialize};

use crate::calendar::Interval;

/// Minutes since local midnight, 0 to 1440; 1440 is the next midnight.
pub type MinuteOfDay = u16;

/// Wall-clock working time of one day, `[from, to)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkingTime {
    /// Opening.
    pub from: MinuteOfDay,
    /// Closing.
    pub to: MinuteOfDay,
}

/// Working times of each weekday, Monday first; an empty list is a closed day.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WeeklyHours(pub [Vec<WorkingTime>; 7]);

/// What applies on one local date in place of the weekly hours; an empty list is closed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HoursOverride {
    /// The local date.
    pub date: Date,
    /// The working times of that date.
    pub times: Vec<WorkingTime>,
}

/// One stretch of a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Segment {
    /// Its length, at least 1.
    pub minutes: u32,
    /// Whether the person is occupied; `false` is waiting time (colour taking
    /// effect) in which somebody else can be served.
    pub staff_needed: bool,
}

/// What availability needs to know of a service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceTimes {
    /// The stretches in order; a plain service has one.
    pub segments: Vec<Segment>,
    /// Kept free before the first minute of the whole service, in minutes;
    /// there are no buffers around waiting time inside it.
    pub buffer_before_minutes: u32,
    /// Kept free after the last minute of the whole service, in minutes.
    pub buffer_after_minutes: u32,
    /// Distance of offered starts, in elapsed minutes from the start of each
    /// working time; at least 1.
    pub slot_interval_minutes: u32,
    /// Shortest time between now and an offered start, in minutes.
    pub min_notice_minutes: u32,
    /// Last local date offered, counted from the local date of now; 0 is today only.
    pub booking_horizon_days: u32,
}

impl ServiceTimes {
    /// Minutes from the first to the last minute of the service: waiting time
    /// included, buffers not. Stops at [`u32::MAX`].
    pub fn total_minutes(&self) -> u32 {
        self.segments.iter().fold(0, |total, segment| total.saturating_add(segment.minutes))
    }
}

/// A person who can be booked.
#[derive(Clone, Debug)]
pub struct Person<Id> {
    /// Who.
    pub id: Id,
    /// Weekly working times.
    pub hours: WeeklyHours,
    /// Dates on which other times apply.
    pub overrides: Vec<HoursOverride>,
    /// What already occupies the person; may overlap, be unsorted and lie
    /// outside working time. Buffers of other appointments are already in it.
    pub busy: Vec<Interval>,
}

/// The range of starts that is asked for.
#[derive(Clone, Debug)]
pub struct Query {
    /// First acceptable start.
    pub from: Timestamp,
    /// First start that is too late.
    pub to: Timestamp,
    /// Zone of working hours and dates.
    pub zone: TimeZone,
}

/// A start that can be offered for one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Slot<Id> {
    /// Start of the service, without buffers.
    pub start: Timestamp,
    /// End of the service, without buffers.
    pub end: Timestamp,
    /// The person.
    pub person: Id,
}
