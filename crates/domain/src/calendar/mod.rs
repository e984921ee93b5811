//! Intervals of instants, and local wall time in a zone.

mod interval;
mod zone;

pub use interval::{Interval, joined};
pub use zone::{ZONE_DATA_VERSION, ZoneError, local_to_instant, zone};
