//! The stand-ins from outside, over HTTP.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod agents;
mod bookings;
mod callers;
mod faults;
mod limits;
mod numbers;
mod sdks;
mod slots;
mod stage;
mod webhooks;
