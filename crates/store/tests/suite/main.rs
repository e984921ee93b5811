//! The store's promises, each kept on both databases.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod answers;
mod budgets;
mod jobs;
mod keys;
mod migrations;
mod occupancy;
mod outage;
mod record;
mod walls;
