//! The program as it is run: real processes, real HTTP, real signatures, and the
//! plug pulled in the middle.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod command_line;
mod contention;
mod demo;
mod keys;
mod migrations;
mod office;
mod record;
mod verify;
