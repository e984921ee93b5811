//! Cal.com's own shapes, as far as we read or write them. Unknown fields are
//! passed over; what we can do without may be missing, null or of another type.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, de::DeserializeOwned};
use serde_json::Value;

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

/// A list with what is left of it.
#[derive(Deserialize)]
pub(super) struct Listed {
    pub(super) data: Vec<Value>,
    #[serde(default, deserialize_with = "lenient")]
    pub(super) pagination: Pagination,
}

#[derive(Deserialize, Default)]
pub(super) struct Pagination {
    #[serde(rename = "hasNextPage", default, deserialize_with = "lenient")]
    pub(super) has_next_page: bool,
}

/// One thing, or the row of them that a recurring booking's id stands for.
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum OneOrMany<T> {
    One(T),
    Many(Vec<T>),
}

impl<T> OneOrMany<T> {
    pub(super) fn first(self) -> Option<T> {
        match self {
            Self::One(one) => Some(one),
            Self::Many(many) => many.into_iter().next(),
        }
    }
}

/// A field that we can do without: whatever it holds that is not what we expect
/// counts as absent.
fn lenient<'de, D: Deserializer<'de>, T: DeserializeOwned + Default>(deserializer: D) -> Result<T, D::Error> {
    Ok(serde_json::from_value(Value::deserialize(deserializer)?).unwrap_or_default())
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
    #[serde(default, deserialize_with = "lenient")]
    pub metadata: BTreeMap<String, Value>,
    /// The booking that took its place when it was moved.
    #[serde(rename = "rescheduledToUid", default, deserialize_with = "lenient")]
    pub moved_to: Option<String>,
    /// When it was made there.
    #[serde(rename = "createdAt", default, deserialize_with = "lenient")]
    pub created_at: Option<Timestamp>,
    /// When it was last changed there, by that clock.
    #[serde(rename = "updatedAt", default, deserialize_with = "lenient")]
    pub updated_at: Option<Timestamp>,
    /// What was booked.
    #[serde(rename = "eventType", default, deserialize_with = "lenient")]
    event_type: Option<EventTypeRef>,
    /// The same in older words.
    #[serde(rename = "eventTypeId", default, deserialize_with = "lenient")]
    event_type_id: Option<i64>,
    /// Whose time it takes.
    #[serde(default, deserialize_with = "lenient")]
    pub hosts: Vec<Host>,
}

#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
struct EventTypeRef {
    id: i64,
}

/// A person at Cal.com.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
pub struct Host {
    /// As people call them.
    #[serde(default, deserialize_with = "lenient")]
    pub name: String,
}

impl Booking {
    /// Whether it takes up time there.
    pub fn is_live(&self) -> bool {
        matches!(self.status, BookingStatus::Accepted | BookingStatus::Pending)
    }

    /// The value under a metadata key, where it is text.
    pub fn metadata(&self, key: &str) -> Option<&str> {
        self.metadata.get(key).and_then(Value::as_str)
    }

    /// Cal.com's number of what was booked, where it says so.
    pub fn event_type_id(&self) -> Option<i64> {
        self.event_type.as_ref().map(|one| one.id).or(self.event_type_id)
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

/// What can be booked.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
pub struct EventType {
    /// Its number.
    pub id: i64,
    /// As people call it.
    #[serde(default, deserialize_with = "lenient")]
    pub title: String,
    /// How long it takes, in minutes.
    #[serde(rename = "lengthInMinutes")]
    pub length_minutes: u32,
    /// Whether its host must agree to each booking.
    #[serde(rename = "confirmationPolicy", default, deserialize_with = "lenient")]
    confirmation: Option<ConfirmationPolicy>,
    /// Whether a booker must type a code from an e-mail: then nobody books by phone.
    #[serde(rename = "requiresBookerEmailVerification", default, deserialize_with = "lenient")]
    pub needs_code: bool,
}

#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
struct ConfirmationPolicy {
    #[serde(rename = "type")]
    kind: String,
}

impl EventType {
    /// Whether its host must agree to each booking.
    pub fn needs_confirmation(&self) -> bool {
        self.confirmation.as_ref().is_some_and(|policy| policy.kind == "always")
    }
}

/// Whose key it is.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
pub struct Me {
    /// The account's number.
    pub id: i64,
    /// IANA zone of the account.
    #[serde(rename = "timeZone", default, deserialize_with = "lenient")]
    pub zone: Option<String>,
}

/// Where Cal.com sends its events.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
pub struct Webhook {
    /// Its id: a number or a text, by the version of the server.
    pub id: Value,
    /// Where to.
    #[serde(rename = "subscriberUrl", default, deserialize_with = "lenient")]
    pub url: String,
    /// Whether anything is sent.
    #[serde(default, deserialize_with = "lenient")]
    pub active: bool,
}

/// Free starts by local date.
pub(super) type Slots = BTreeMap<String, Vec<Slot>>;

#[derive(Deserialize)]
pub(super) struct Slot {
    pub(super) start: Timestamp,
}
