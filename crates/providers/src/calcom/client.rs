use std::{collections::BTreeMap, sync::Arc, time::Duration};

use askpro_domain::secret::Secret;
use http::{HeaderValue, Method, header, request::Builder};
use jiff::{SignedDuration, Timestamp};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::json;

use super::{
    METADATA_KEY,
    error::{Error, from_answer},
    wire::{Attendee, Booking, CreateBooking, Envelope},
};
use crate::transport::{Lost, Request, Transport};

/// Cal.com's public address.
const PUBLIC_BASE: &str = "https://api.cal.com";

/// A wrong version silently selects another controller with other shapes, so it
/// is named at every request.
const BOOKINGS_VERSION: &str = "2024-08-13";

/// Bookings looked through when one is searched by its start; a minute of one
/// event type holds no more.
const FOUND_AT_MOST: u32 = 100;

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

/// Speaks with Cal.com for one connection.
#[derive(Clone)]
pub struct Client {
    transport: Arc<dyn Transport>,
    base: String,
    key: Secret,
}

impl Client {
    /// A client that speaks through `transport`. `base` is the root without `/v2`.
    pub fn new(transport: Arc<dyn Transport>, base: Option<&str>, key: Secret) -> Self {
        let base = base.unwrap_or(PUBLIC_BASE).trim_end_matches('/').to_owned();
        Self { transport, base, key }
    }

    /// Makes a booking. Not repeated here: a POST that timed out may have been
    /// carried out.
    pub async fn create_booking(&self, patience: Duration, new: &NewBooking) -> Result<Booking, Error> {
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
        let request = with_body(self.request(Method::POST, "/v2/bookings"), &body);
        self.answer::<Envelope<Booking>>(request, patience).await.map(|envelope| envelope.data)
    }

    /// The live bookings of an event type that start at `start` and carry this
    /// appointment's id, oldest first.
    pub async fn find_bookings(
        &self,
        patience: Duration,
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
        let request = without_body(self.request(Method::GET, &path));
        let found: Envelope<Vec<Booking>> = self.answer(request, patience).await?;
        let mut ours: Vec<Booking> = found
            .data
            .into_iter()
            .filter(|booking| booking.start == start && booking.metadata(METADATA_KEY) == Some(appointment))
            .filter(Booking::is_live)
            .collect();
        ours.sort_by_key(|booking| booking.created_at);
        Ok(ours)
    }

    /// One booking, as it stands there; `None` where there is none of that id.
    pub async fn booking(&self, patience: Duration, uid: &str) -> Result<Option<Booking>, Error> {
        let request = without_body(self.request(Method::GET, &format!("/v2/bookings/{uid}")));
        match self.answer::<Envelope<Booking>>(request, patience).await {
            Ok(envelope) => Ok(Some(envelope.data)),
            Err(Error::Refused { status: 404 }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Gives a booking another start. Cal.com makes a new booking with a new id and
    /// calls the old one off. Not repeated here: it may have been carried out.
    pub async fn reschedule_booking(
        &self,
        patience: Duration,
        uid: &str,
        start: Timestamp,
    ) -> Result<Booking, Error> {
        let path = format!("/v2/bookings/{uid}/reschedule");
        let request = with_body(self.request(Method::POST, &path), &json!({ "start": start }));
        self.answer::<Envelope<Booking>>(request, patience).await.map(|envelope| envelope.data)
    }

    /// Calls a booking off.
    pub async fn cancel_booking(&self, patience: Duration, uid: &str, reason: &str) -> Result<(), Error> {
        let path = format!("/v2/bookings/{uid}/cancel");
        let request = with_body(self.request(Method::POST, &path), &json!({ "cancellationReason": reason }));
        self.answer::<serde_json::Value>(request, patience).await.map(drop)
    }

    fn request(&self, method: Method, path: &str) -> Builder {
        let mut bearer = HeaderValue::try_from(format!("Bearer {}", self.key.expose()))
            .unwrap_or(HeaderValue::from_static("Bearer"));
        bearer.set_sensitive(true);
        http::Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.base))
            .header("cal-api-version", BOOKINGS_VERSION)
            .header(header::ACCEPT, "application/json")
            .header(header::AUTHORIZATION, bearer)
    }

    async fn answer<T: DeserializeOwned>(
        &self,
        request: http::Result<Request>,
        patience: Duration,
    ) -> Result<T, Error> {
        // An address that is none: nothing was sent.
        let request = request.map_err(|_| Error::Unreachable)?;
        let reply = tokio::time::timeout(patience, self.transport.send(request))
            .await
            .map_err(|_| Error::Unknown)?
            .map_err(|lost| if lost == Lost::NotSent { Error::Unreachable } else { Error::Unknown })?;
        let status = reply.status().as_u16();
        let retry_after = reply
            .headers()
            .get(header::RETRY_AFTER)
            .and_then(|value| value.to_str().ok()?.trim().parse().ok())
            .map(Duration::from_secs);
        if !reply.status().is_success() {
            let error = from_answer(status, retry_after, reply.body());
            tracing::debug!(status, %error, "Cal.com did not do it");
            return Err(error);
        }
        // A success that cannot be read may still have taken effect.
        serde_json::from_slice(reply.body()).map_err(|_| Error::Unknown)
    }
}

fn without_body(request: Builder) -> http::Result<Request> {
    request.body(Vec::new())
}

fn with_body(request: Builder, body: &impl Serialize) -> http::Result<Request> {
    let bytes = serde_json::to_vec(body).expect("maps with text keys and no own serialiser become JSON");
    request.header(header::CONTENT_TYPE, "application/json").body(bytes)
}
