//! What stands outside: Retell, which holds the phone calls, Cal.com, which may
//! hold the calendar, and whoever delivers mails.
//!
//! Their words stay here: an event type leaves this crate as a service's number,
//! a booking as what happened to an appointment. An error says what to do next.

pub mod calcom;
pub mod mail;
pub mod resilience;
pub mod retell;
pub mod transport;
