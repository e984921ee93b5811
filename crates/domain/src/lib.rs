//! What AskPro knows about calendars, callers and promises, as pure functions.
//!
//! Everything comes in as an argument: working hours, appointments, policies,
//! the time of the call, random bytes. Nothing here reads a clock, the
//! environment, a file, a socket or a database, and nothing is async; therefore
//! nothing here can fail for a reason outside its arguments. What is expected
//! (a taken slot, an unclear date) is an outcome, not an error.

pub mod access;
pub mod actor;
pub mod availability;
pub mod booking;
pub mod breaker;
pub mod business;
pub mod calendar;
pub mod call;
pub mod identity;
pub mod ids;
pub mod language;
pub mod limits;
pub mod money;
pub mod phone;
pub mod policy;
pub mod recurrence;
pub mod secret;
pub mod service_match;
pub mod sign_in;
mod sound;
pub mod spoken;
