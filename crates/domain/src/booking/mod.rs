//! Appointments: their words, their references, and the offers that lead to them.

mod offer;
mod reference;
mod repeat;
mod status;

pub use offer::{OFFERS_AT_MOST, choose_offers, nearest_offers};
pub use reference::{Reference, speak_in_pairs};
pub use repeat::{APPOINTMENTS_AT_MOST, Repeat, WEEKS_AT_MOST};
pub use status::{AppointmentStatus, Calendar};
