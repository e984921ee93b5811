//! Bookings: a repeated request makes a second one, and a move makes another.

mod change;
mod create;
mod list;
mod record;

pub(super) use change::{cancel, confirm, decline, get, mark_absent, reschedule};
pub(super) use create::create;
pub(super) use list::list;
pub(super) use record::{Booking, is_taken};

/// What the current controller answers to.
const VERSION: &str = "2024-08-13";
