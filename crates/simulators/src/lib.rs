//! Stand-ins for Retell and Cal.com.
//!
//! Written from the contracts alone: they share no type with the clients, or one
//! mistake would hide the other. They keep state, sign what they send, keep a
//! journal of every request, and can be broken on purpose (`PUT /_sim/faults`).
//! Faults never touch `/_sim`.

pub mod calcom;
mod clock;
mod faults;
mod journal;
pub mod retell;
mod serve;

pub use clock::SimClock;
pub use journal::Entry;
pub use serve::{Running, serve};
