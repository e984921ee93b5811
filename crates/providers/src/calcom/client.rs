use std::{collections::BTreeMap, sync::Arc};

use askpro_domain::secret::Secret;
use http::{HeaderValue, Method, header, request::Builder};
use jiff::{SignedDuration, Timestamp};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::json;

use super::{
    METADATA_KEY,
    error::Error,
    wire::{Attendee, Booking, CreateBooking, Envelope, EventType, Listed, Me, OneOrMany, Slots, Webhook},
};
use crate::{
    resilience::{Asked, Line, Terms},
    transport::Request,
};

/// Cal.com's public address.
pub const PUBLIC_BASE: &str = "https://api.cal.com";

/// A wrong version silently selects another controller with other shapes, so it
/// is named at every request, for each resource its own.
const BOOKINGS: Option<&str> = Some("2024-08-13");
const SLOTS: Option<&str> = Some("2024-09-04");
const EVENT_TYPES: Option<&str> = Some("2024-06-14");
/// Account and webhooks have none.
const UNVERSIONED: Option<&str> = None;

/// Bookings looked through when one is searched by its start; a minute of one
/// event type holds no more.
const FOUND_AT_MOST: u32 = 100;

/// Bookings in a page; the most that Cal.com gives.
const PAGE: u32 = 250;

/// What we want to be told about.
const TRIGGERS: [&str; 5] =
    ["BOOKING_CREATED", "BOOKING_REQUESTED", "BOOKING_RESCHEDULED", "BOOKING_CANCELLED", "BOOKING_REJECTED"];

/// A booking to be made.
#[derive(Clone, Debug)]
pub struct NewBooking {
    /// The appointment's id, under which the booking is found again.
    pub appointment: String,
    /// Cal.com's number of the event type.
    pub event_type_id: i64,
    /// Start.
    pub start: Timestamp,
    /// The customer's name.
    pub name: String,
    /// IANA zone of the customer.
    pub zone: String,
    /// `de` or `en`.
    pub language: &'static str,
    /// E-mail address, by the connection's rule; never an invented one.
    pub email: Option<String>,
    /// E.164.
    pub phone: Option<String>,
}

/// Which bookings of an account.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Which {
    /// Those that take up time from `from` to `to`.
    Live {
        /// Those that start then or later.
        from: Timestamp,
        /// Those that end then or earlier.
        to: Timestamp,
    },
    /// Those of any status that were changed there since, by that clock.
    ChangedSince(Timestamp),
}

/// Some of an account's bookings.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Page {
    /// Those that can be read.
    pub bookings: Vec<Booking>,
    /// How many could not be read.
    pub unreadable: u32,
    /// Where the next page begins; `None` after the last.
    pub next: Option<u32>,
}

/// Speaks with Cal.com for one connection.
#[derive(Clone)]
pub struct Client {
    line: Arc<Line>,
    key: Secret,
}

impl Client {
    /// A client on a connection's line.
    pub fn new(line: Arc<Line>, key: Secret) -> Self {
        Self { line, key }
    }

    /// Makes a booking. Not repeated here: a POST that timed out may have been
    /// carried out.
    pub async fn create_booking(&self, terms: Terms, new: &NewBooking) -> Result<Booking, Error> {
        let body = CreateBooking {
            start: new.start,
            event_type_id: new.event_type_id,
            attendee: Attendee {
                name: &new.name,
                time_zone: &new.zone,
                language: new.language,
                email: new.email.as_deref(),
                phone_number: new.phone.as_deref(),
            },
            metadata: BTreeMap::from([(METADATA_KEY, new.appointment.clone())]),
        };
        self.change(terms, BOOKINGS, "/v2/bookings", &body, data).await
    }

    /// The live bookings of an event type that start at `start` and carry this
    /// appointment's id, oldest first. One that cannot be read might be it, so
    /// then the answer counts as none.
    pub async fn find_bookings(
        &self,
        terms: Terms,
        event_type_id: i64,
        start: Timestamp,
        end: Timestamp,
        appointment: &str,
    ) -> Result<Vec<Booking>, Error> {
        let margin = SignedDuration::from_mins(1);
        let after = start.checked_sub(margin).unwrap_or(start);
        let before = end.checked_add(margin).unwrap_or(end);
        // Times and numbers need no escaping in a query.
        let path = format!(
            "/v2/bookings?eventTypeId={event_type_id}&afterStart={after}&beforeEnd={before}&take={FOUND_AT_MOST}"
        );
        let found: Vec<Booking> = self.read(terms, BOOKINGS, &path, data).await?;
        let mut ours: Vec<Booking> = found
            .into_iter()
            .filter(|booking| booking.start == start && booking.metadata(METADATA_KEY) == Some(appointment))
            .filter(Booking::is_live)
            .collect();
        ours.sort_by_key(|booking| booking.created_at);
        Ok(ours)
    }

    /// A page of the account's bookings, in a lasting order.
    pub async fn bookings(&self, terms: Terms, which: Which, skip: u32) -> Result<Page, Error> {
        let filter = match which {
            Which::Live { from, to } => {
                format!("status=upcoming,unconfirmed&afterStart={from}&beforeEnd={to}&sortStart=asc")
            }
            Which::ChangedSince(since) => format!("afterUpdatedAt={since}&sortUpdatedAt=asc"),
        };
        let path = format!("/v2/bookings?{filter}&take={PAGE}&skip={skip}");
        let listed: Listed = self.read(terms, BOOKINGS, &path, json_of).await?;
        let count = u32::try_from(listed.data.len()).unwrap_or(PAGE);
        let bookings: Vec<Booking> =
            listed.data.into_iter().filter_map(|one| serde_json::from_value(one).ok()).collect();
        let read = u32::try_from(bookings.len()).unwrap_or(PAGE);
        // A page that says there is more and holds nothing would be asked for ever.
        let next = (listed.pagination.has_next_page && count > 0).then(|| skip.saturating_add(count));
        Ok(Page { bookings, unreadable: count - read, next })
    }

    /// One booking, as it stands there; `None` where there is none of that id.
    pub async fn booking(&self, terms: Terms, uid: &str) -> Result<Option<Booking>, Error> {
        let path = format!("/v2/bookings/{uid}");
        match self.read(terms, BOOKINGS, &path, data::<OneOrMany<Booking>>).await {
            Ok(found) => Ok(found.first()),
            Err(Error::Refused { status: 404 }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Gives a booking another start. Cal.com makes a new booking with a new id and
    /// calls the old one off. Not repeated here: it may have been carried out.
    pub async fn reschedule_booking(
        &self,
        terms: Terms,
        uid: &str,
        start: Timestamp,
    ) -> Result<Booking, Error> {
        let path = format!("/v2/bookings/{uid}/reschedule");
        self.change(terms, BOOKINGS, &path, &json!({ "start": start }), data).await
    }

    /// Calls a booking off.
    pub async fn cancel_booking(&self, terms: Terms, uid: &str, reason: &str) -> Result<(), Error> {
        let path = format!("/v2/bookings/{uid}/cancel");
        let body = json!({ "cancellationReason": reason });
        // An answer about something else does not say that this booking is gone.
        let gone: Booking = self.change(terms, BOOKINGS, &path, &body, data).await?;
        if gone.is_live() { Err(Error::Unknown) } else { Ok(()) }
    }

    /// Agrees to a booking that waits for its host.
    pub async fn confirm_booking(&self, terms: Terms, uid: &str) -> Result<Booking, Error> {
        self.change(terms, BOOKINGS, &format!("/v2/bookings/{uid}/confirm"), &json!({}), data).await
    }

    /// Free starts of an event type, ascending. Cal.com widens what is asked to
    /// whole days; what lies outside is left out here.
    pub async fn slots(
        &self,
        terms: Terms,
        event_type_id: i64,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<Vec<Timestamp>, Error> {
        let path = format!("/v2/slots?eventTypeId={event_type_id}&start={from}&end={to}");
        let by_date: Slots = self.read(terms, SLOTS, &path, data).await?;
        let mut starts: Vec<Timestamp> = by_date
            .into_values()
            .flatten()
            .map(|slot| slot.start)
            .filter(|start| (from..to).contains(start))
            .collect();
        starts.sort_unstable();
        Ok(starts)
    }

    /// What can be booked in this account.
    pub async fn event_types(&self, terms: Terms) -> Result<Vec<EventType>, Error> {
        self.read(terms, EVENT_TYPES, "/v2/event-types", data).await
    }

    /// Whose key it is: the cheapest question, for a trial.
    pub async fn me(&self, terms: Terms) -> Result<Me, Error> {
        self.read(terms, UNVERSIONED, "/v2/me", data).await
    }

    /// Where this account sends its events.
    pub async fn webhooks(&self, terms: Terms) -> Result<Vec<Webhook>, Error> {
        self.read(terms, UNVERSIONED, "/v2/webhooks", data).await
    }

    /// Has events sent to `url`, signed with `secret`.
    pub async fn subscribe(&self, terms: Terms, url: &str, secret: &Secret) -> Result<Webhook, Error> {
        let body =
            json!({ "subscriberUrl": url, "triggers": TRIGGERS, "active": true, "secret": secret.expose() });
        self.change(terms, UNVERSIONED, "/v2/webhooks", &body, data).await
    }

    async fn read<T>(
        &self,
        terms: Terms,
        version: Option<&'static str>,
        path: &str,
        read: impl Fn(&[u8]) -> Option<T>,
    ) -> Result<T, Error> {
        let request = self.request(Method::GET, version, path).body(Vec::new());
        self.ask(terms, request, true, read).await
    }

    async fn change<T>(
        &self,
        terms: Terms,
        version: Option<&'static str>,
        path: &str,
        body: &impl Serialize,
        read: impl Fn(&[u8]) -> Option<T>,
    ) -> Result<T, Error> {
        let bytes = serde_json::to_vec(body).expect("maps with text keys and no own serialiser become JSON");
        let request = self
            .request(Method::POST, version, path)
            .header(header::CONTENT_TYPE, "application/json")
            .body(bytes);
        self.ask(terms, request, false, read).await
    }

    fn request(&self, method: Method, version: Option<&'static str>, path: &str) -> Builder {
        let mut bearer = HeaderValue::try_from(format!("Bearer {}", self.key.expose()))
            .unwrap_or(HeaderValue::from_static("Bearer"));
        bearer.set_sensitive(true);
        let request = http::Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.line.base()))
            .header(header::ACCEPT, "application/json")
            .header(header::AUTHORIZATION, bearer);
        match version {
            Some(version) => request.header("cal-api-version", version),
            None => request,
        }
    }

    async fn ask<T>(
        &self,
        terms: Terms,
        request: http::Result<Request>,
        is_idempotent: bool,
        read: impl Fn(&[u8]) -> Option<T>,
    ) -> Result<T, Error> {
        // An address that is none: nothing was sent.
        let request = request.map_err(|_| Error::Unreachable)?;
        self.line.ask(terms, &Asked { request, is_idempotent }, read).await.map_err(|failure| {
            let error = Error::from(failure);
            tracing::debug!(%error, "Cal.com did not do it");
            error
        })
    }
}

fn json_of<T: DeserializeOwned>(body: &[u8]) -> Option<T> {
    serde_json::from_slice(body).ok()
}

fn data<T: DeserializeOwned>(body: &[u8]) -> Option<T> {
    json_of::<Envelope<T>>(body).map(|envelope| envelope.data)
}
