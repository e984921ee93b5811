use std::{collections::BTreeMap, time::Duration};

use askpro_domain::secret::Secret;
use jiff::{SignedDuration, Timestamp};
use reqwest::{Method, RequestBuilder, header};
use serde::de::DeserializeOwned;
use serde_json::json;

use super::{
    METADATA_KEY,
    error::{Error, from_answer},
    wire::{Attendee, Booking, CreateBooking, Envelope},
};

/// Cal.com's public address.
const PUBLIC_BASE: &str = "https://api.cal.com";

/// A wrong version silently selects another controller with other shapes, so it
/// is named at every request.
const BOOKINGS_VERSION: &str = "2024-08-13";

/// Bookings looked through when one is searched by its start; a minute of one
/// event type holds no more.
const FOUND_AT_MOST: u32 = 100;

/// No answer that we read is longer; what is longer is not one.
const ANSWER_BYTES_AT_MOST: usize = 1 << 20;

/// How long connecting may take.
const CONNECT_PATIENCE: Duration = Duration::from_secs(2);

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
    http: reqwest::Client,
    base: String,
    key: Secret,
}

impl Client {
    /// A client that shares `http`'s connections. `base` is the root without `/v2`.
    pub fn new(http: reqwest::Client, base: Option<&str>, key: Secret) -> Self {
        let base = base.unwrap_or(PUBLIC_BASE).trim_end_matches('/').to_owned();
        Self { http, base, key }
    }

    /// The connections that all clients share. Redirects are not followed: an
    /// API does not redirect, and a redirect could lead a key astray.
    pub fn http() -> Result<reqwest::Client, reqwest::Error> {
        // Installed once per process; a second time it reports that it is there.
        let _ = rustls::crypto::ring::default_provider().install_default();
        reqwest::Client::builder()
            .connect_timeout(CONNECT_PATIENCE)
            .redirect(reqwest::redirect::Policy::none())
            .pool_max_idle_per_host(32)
            .user_agent(concat!("AskPro/", env!("CARGO_PKG_VERSION")))
            .build()
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
        let request = self.request(Method::POST, "/v2/bookings").json(&body);
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
        let request = self.request(Method::GET, "/v2/bookings").query(&[
            ("eventTypeId", event_type_id.to_string()),
            ("afterStart", after.to_string()),
            ("beforeEnd", before.to_string()),
            ("take", FOUND_AT_MOST.to_string()),
        ]);
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
        let request = self.request(Method::GET, &format!("/v2/bookings/{uid}"));
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
        let request = self
            .request(Method::POST, &format!("/v2/bookings/{uid}/reschedule"))
            .json(&json!({ "start": start }));
        self.answer::<Envelope<Booking>>(request, patience).await.map(|envelope| envelope.data)
    }

    /// Calls a booking off.
    pub async fn cancel_booking(&self, patience: Duration, uid: &str, reason: &str) -> Result<(), Error> {
        let request = self
            .request(Method::POST, &format!("/v2/bookings/{uid}/cancel"))
            .json(&json!({ "cancellationReason": reason }));
        self.answer::<serde_json::Value>(request, patience).await.map(drop)
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http
            .request(method, format!("{}{path}", self.base))
            .header("cal-api-version", BOOKINGS_VERSION)
            .header(header::ACCEPT, "application/json")
            .bearer_auth(self.key.expose())
    }

    async fn answer<T: DeserializeOwned>(
        &self,
        request: RequestBuilder,
        patience: Duration,
    ) -> Result<T, Error> {
        let mut response = request.timeout(patience).send().await.map_err(|error| lost(&error))?;
        let status = response.status().as_u16();
        let retry_after = response
            .headers()
            .get(header::RETRY_AFTER)
            .and_then(|value| value.to_str().ok()?.trim().parse().ok())
            .map(Duration::from_secs);
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| lost(&error))? {
            body.extend_from_slice(&chunk);
            if body.len() > ANSWER_BYTES_AT_MOST {
                return Err(Error::Unknown);
            }
        }
        if !(200..300).contains(&status) {
            let error = from_answer(status, retry_after, &body);
            tracing::debug!(status, %error, "Cal.com did not do it");
            return Err(error);
        }
        // A success that cannot be read may still have taken effect.
        serde_json::from_slice(&body).map_err(|_| Error::Unknown)
    }
}

fn lost(error: &reqwest::Error) -> Error {
    if error.is_connect() { Error::Unreachable } else { Error::Unknown }
}
