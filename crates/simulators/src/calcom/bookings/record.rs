//! A booking as it is kept, and as it is shown.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::calcom::{
    account::{Account, Fields},
    answer::iso,
    event_types::Bookable,
};

/// Where a booking stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::calcom) enum Status {
    Accepted,
    /// Its host must still agree.
    Pending,
    Cancelled,
    Rejected,
}

impl Status {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Pending => "pending",
            Self::Cancelled => "cancelled",
            Self::Rejected => "rejected",
        }
    }

    /// In webhooks and at the older controller.
    pub(in crate::calcom) fn upper_case(self) -> String {
        self.word().to_uppercase()
    }
}

/// Who comes.
#[derive(Clone)]
pub(in crate::calcom) struct Attendee {
    pub(in crate::calcom) name: String,
    pub(in crate::calcom) zone: String,
    pub(in crate::calcom) email: Option<String>,
    pub(in crate::calcom) phone: Option<String>,
    pub(in crate::calcom) language: String,
    pub(super) absent: bool,
}

/// A booking.
#[derive(Clone)]
pub(in crate::calcom) struct Booking {
    pub(in crate::calcom) id: i64,
    pub(in crate::calcom) uid: String,
    pub(in crate::calcom) event_type: i64,
    pub(in crate::calcom) title: String,
    pub(in crate::calcom) slug: String,
    pub(in crate::calcom) start: Timestamp,
    pub(in crate::calcom) end: Timestamp,
    pub(in crate::calcom) status: Status,
    pub(in crate::calcom) attendee: Attendee,
    pub(in crate::calcom) metadata: Fields,
    pub(in crate::calcom) answers: Fields,
    pub(super) guests: Vec<Value>,
    pub(super) location: Value,
    pub(super) created_at: Timestamp,
    pub(super) updated_at: Timestamp,
    pub(in crate::calcom) cancellation_reason: Option<String>,
    pub(in crate::calcom) rescheduling_reason: Option<String>,
    pub(in crate::calcom) rescheduled_by: Option<String>,
    /// The booking that it took the place of.
    pub(in crate::calcom) from_uid: Option<String>,
    /// The booking that took its place.
    pub(in crate::calcom) to_uid: Option<String>,
    pub(super) absent_host: bool,
    /// How often its calendar entry was changed.
    pub(in crate::calcom) sequence: u32,
}

impl Booking {
    pub(super) fn is_live(&self) -> bool {
        matches!(self.status, Status::Accepted | Status::Pending)
    }

    pub(super) fn touch(&mut self, now: Timestamp) {
        self.updated_at = now;
        self.sequence += 1;
    }

    pub(super) fn to_json(&self) -> Value {
        let mut attendee = json!({ "name": self.attendee.name, "timeZone": self.attendee.zone,
            "language": self.attendee.language, "absent": self.attendee.absent });
        if let Some(email) = &self.attendee.email {
            attendee["email"] = json!(email);
            attendee["displayEmail"] = json!(email);
        }
        if let Some(phone) = &self.attendee.phone {
            attendee["phoneNumber"] = json!(phone);
        }
        let mut booking = json!({
            "id": self.id, "uid": self.uid, "title": self.title, "description": "", "status": self.status.word(),
            "hosts": [{ "id": 1, "name": "Host", "email": "host@example.com", "displayEmail": "host@example.com",
                "username": "host", "timeZone": "Europe/Berlin" }],
            "start": iso(self.start), "end": iso(self.end),
            "duration": self.end.duration_since(self.start).as_mins(),
            "eventType": { "id": self.event_type, "slug": self.slug }, "eventTypeId": self.event_type,
            "location": self.location, "absentHost": self.absent_host, "createdAt": iso(self.created_at),
            "updatedAt": iso(self.updated_at), "attendees": [attendee], "guests": self.guests,
            "bookingFieldsResponses": self.answers, "metadata": self.metadata, "icsUid": format!("{}@cal.example", self.uid),
        });
        for (name, text) in [
            ("cancellationReason", &self.cancellation_reason),
            ("reschedulingReason", &self.rescheduling_reason),
            ("rescheduledByEmail", &self.rescheduled_by),
            ("rescheduledFromUid", &self.from_uid),
            ("rescheduledToUid", &self.to_uid),
        ] {
            if let Some(text) = text {
                booking[name] = json!(text);
            }
        }
        booking
    }

    /// As the older controller shows it: other names, other case.
    pub(super) fn to_older_json(&self) -> Value {
        json!({ "id": self.id, "uid": self.uid, "title": self.title, "description": "",
            "startTime": iso(self.start), "endTime": iso(self.end), "status": self.status.upper_case(),
            "attendees": [{ "name": self.attendee.name, "email": self.attendee.email, "timeZone": self.attendee.zone }],
            "eventType": { "id": self.event_type, "slug": self.slug }, "metadata": self.metadata })
    }
}

/// Whether an event type has nobody left for a stretch, its buffers included.
/// Each event type has hosts of its own here.
pub(in crate::calcom) fn is_taken(
    account: &Account,
    bookable: &Bookable,
    start: Timestamp,
    end: Timestamp,
    except: Option<&str>,
) -> bool {
    let from = start.checked_sub(bookable.before).unwrap_or(start);
    let to = end.checked_add(bookable.after).unwrap_or(end);
    let count = account
        .bookings
        .iter()
        .filter(|other| other.event_type == bookable.id && other.is_live())
        .filter(|other| except != Some(other.uid.as_str()))
        .filter(|other| other.start < to && from < other.end)
        .count();
    count >= bookable.hosts
}

/// Length of a booking, never negative.
pub(in crate::calcom) fn length(booking: &Booking) -> SignedDuration {
    booking.end.duration_since(booking.start)
}
