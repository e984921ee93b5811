//! Cal.com's own shapes, as far as we read or write them. Unknown fields are
//! passed over, missing ones are absent.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

#[derive(Serialize)]
pub(super) struct CreateBooking<'a> {
    pub(super) start: Timestamp,
    #[serde(rename = "eventTypeId")]
    pub(super) event_type_id: i64,
    pub(super) attendee: Attendee<'a>,
    pub(super) metadata: BTreeMap<&'a str, String>,
}

#[derive(Serialize)]
pub(super) struct Attendee<'a> {
    pub(super) name: &'a str,
    #[serde(rename = "timeZone")]
    pub(super) time_zone: &'a str,
    pub(super) language: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) email: Option<&'a str>,
    #[serde(rename = "phoneNumber", skip_serializing_if = "Option::is_none")]
    pub(super) phone_number: Option<&'a str>,
}

#[derive(Deserialize)]
pub(super) struct Envelope<T> {
    pub(super) data: T,
}

/// A booking at Cal.com.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
pub struct Booking {
    /// Its id there; changes when it is moved.
    pub uid: String,
    /// Where it stands there.
    pub status: BookingStatus,
    /// Start.
    pub start: Timestamp,
    /// End.
    pub end: Timestamp,
    /// Ours among it: the appointment's id.
    #[serde(default)]
    pub metadata: BTreeMap<String, serde_json::Value>,
    /// The booking that took its place when it was moved.
    #[serde(rename = "rescheduledToUid", default)]
    pub moved_to: Option<String>,
    /// When it was made there.
    #[serde(rename = "createdAt", default)]
    pub created_at: Option<Timestamp>,
}

impl Booking {
    /// Whether it takes up time there.
    pub fn is_live(&self) -> bool {
        matches!(self.status, BookingStatus::Accepted | BookingStatus::Pending)
    }

    /// The value under a metadata key, where it is text.
    pub fn metadata(&self, key: &str) -> Option<&str> {
        self.metadata.get(key).and_then(serde_json::Value::as_str)
    }
}

/// Where a booking stands at Cal.com.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum BookingStatus {
    /// It stands.
    Accepted,
    /// Its host must still agree.
    Pending,
    /// Called off.
    Cancelled,
    /// Its host said no.
    Rejected,
    /// A word we do not know.
    #[serde(other)]
    Unknown,
}
