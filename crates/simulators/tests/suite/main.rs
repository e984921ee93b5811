//! The stand-ins from outside, over HTTP.

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
