//! The outside's promises: requests in, answers out, through the real router on
//! both databases, with moved time.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod api;
mod arguments;
mod away;
mod bodies;
mod booking;
mod browser;
mod by_document;
mod by_hand;
mod calcom;
mod calls;
mod changes;
mod circuit;
mod console;
mod cost;
mod hostile;
mod inbound;
mod limits;
mod mail;
mod other_functions;
mod passkeys;
mod people;
mod rights;
mod scene;
mod second_factor;
mod series;
mod sign_in;
mod signatures;
mod sync;
mod two_companies;
mod webhook;
