//! Cal.com, API v2. `contracts/calcom-v2.md` has the facts.

mod client;
mod error;
mod signature;
mod wire;

pub use client::{Client, NewBooking, PUBLIC_BASE, Page, Which};
pub use error::Error;
pub use signature::{SIGNATURE_HEADER, sign, verify};
pub use wire::{Booking, BookingStatus, EventType, Host, Me, Webhook};

/// Under this key every booking carries the id of our appointment, so that it is
/// found again after a time-out.
pub const METADATA_KEY: &str = "askpro_appointment";
