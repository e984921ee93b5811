//! The resilience policy and the client, against a transport that is played by
//! hand and in time that is moved.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod client;
mod nonsense;
mod policy;
mod stage;
