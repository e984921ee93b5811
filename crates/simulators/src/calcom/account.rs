//! What lies under one API key, and how a request gets there.

use std::collections::BTreeMap;

use axum::{
    body::to_bytes,
    extract::{FromRequest, FromRequestParts, Path, Query, Request, State},
    http::{HeaderValue, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use jiff::{SignedDuration, Timestamp};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::{
    Calcom, answer::Failure, bookings::Booking, event_types::Bookable, schedules::Schedule,
    slots::Reservation, webhooks::Webhook,
};

/// Fields that are kept without being interpreted.
pub(super) type Fields = Map<String, Value>;

/// Requests per key and minute that Cal.com takes.
const REQUESTS_PER_MINUTE: u32 = 120;
const WINDOW: SignedDuration = SignedDuration::from_secs(60);

/// The longest body that is read, in bytes.
const BODY_BYTES_AT_MOST: usize = 1 << 20;

/// Things of one kind in an account at most.
pub(super) const THINGS_AT_MOST: usize = 50_000;

/// Everything under one key.
pub(super) struct Account {
    pub(super) event_types: BTreeMap<i64, Bookable>,
    pub(super) schedules: BTreeMap<i64, Schedule>,
    pub(super) bookings: Vec<Booking>,
    pub(super) reservations: BTreeMap<String, Reservation>,
    pub(super) webhooks: BTreeMap<String, Webhook>,
    pub(super) settings: Settings,
    window: Option<(Timestamp, u32)>,
}

/// What a test sets (`PUT /_sim/account`).
#[derive(Clone)]
pub(super) struct Settings {
    pub(super) requests_per_minute: u32,
    /// Two requests for one slot both succeed, as they may where they are concurrent.
    pub(super) double_booking: bool,
    /// How often each webhook is delivered again.
    pub(super) webhook_duplicates: u32,
    /// How many of the next webhooks are lost.
    pub(super) webhook_losses: u32,
    pub(super) webhook_delay_ms: u64,
}

impl Account {
    pub(super) fn new(event_types: BTreeMap<i64, Bookable>) -> Self {
        let settings = Settings {
            requests_per_minute: REQUESTS_PER_MINUTE,
            double_booking: false,
            webhook_duplicates: 0,
            webhook_losses: 0,
            webhook_delay_ms: 0,
        };
        let schedule = Schedule::always();
        Self {
            event_types,
            schedules: BTreeMap::from([(schedule.id, schedule)]),
            bookings: Vec::new(),
            reservations: BTreeMap::new(),
            webhooks: BTreeMap::new(),
            settings,
            window: None,
        }
    }

    /// Counts a request: what is left of its minute, or `None` where that was used up.
    fn count(&mut self, now: Timestamp) -> (Option<u32>, Timestamp) {
        let (began, used) = match self.window {
            Some((began, used)) if now.duration_since(began) < WINDOW => (began, used),
            _ => (now, 0),
        };
        self.window = Some((began, used.saturating_add(1)));
        let ends = began.checked_add(WINDOW).unwrap_or(now);
        (self.settings.requests_per_minute.checked_sub(used + 1), ends)
    }
}

/// A request with a valid key.
pub(super) struct Caller {
    pub(super) calcom: Calcom,
    pub(super) key: String,
    version: Option<String>,
}

impl Caller {
    pub(super) fn with<T>(&self, work: impl FnOnce(&mut Account) -> T) -> T {
        self.calcom.with(&self.key, work)
    }

    /// Whether the request names this version. Without it, or with another one, an
    /// older controller answers, in other shapes and without a word about it.
    pub(super) fn speaks(&self, version: &str) -> bool {
        self.version.as_deref() == Some(version)
    }

    pub(super) fn now(&self) -> Timestamp {
        self.calcom.options.clock.now()
    }
}

fn key_of(parts: &axum::http::HeaderMap) -> Option<&str> {
    parts.get("authorization")?.to_str().ok()?.strip_prefix("Bearer ")
}

impl FromRequestParts<Calcom> for Caller {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, calcom: &Calcom) -> Result<Self, Failure> {
        let key = key_of(&parts.headers)
            .filter(|key| calcom.options.keys.iter().any(|known| known == key))
            .ok_or_else(Failure::key)?;
        let version = parts.headers.get("cal-api-version").and_then(|value| value.to_str().ok());
        Ok(Self { calcom: calcom.clone(), key: key.to_owned(), version: version.map(str::to_owned) })
    }
}

/// A JSON object; no body at all is an empty one.
pub(super) struct Body(pub(super) Fields);

impl<S: Send + Sync> FromRequest<S> for Body {
    type Rejection = Failure;

    async fn from_request(request: Request, _: &S) -> Result<Self, Failure> {
        let bytes =
            to_bytes(request.into_body(), BODY_BYTES_AT_MOST).await.map_err(|_| Failure::too_large())?;
        if bytes.is_empty() {
            return Ok(Self(Fields::new()));
        }
        serde_json::from_slice(&bytes).map(Self).map_err(|error| Failure::bad(error.to_string()))
    }
}

impl Body {
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).and_then(Value::as_str)
    }
}

/// The number in an address.
pub(super) struct Id(pub(super) i64);

impl<S: Send + Sync> FromRequestParts<S> for Id {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let number = Path::<i64>::from_request_parts(parts, state).await;
        number
            .map(|Path(number)| Self(number))
            .map_err(|_| Failure::bad("Validation failed (numeric string is expected)"))
    }
}

/// The query.
pub(super) struct Params<T>(pub(super) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Params<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        Query::try_from_uri(&parts.uri)
            .map(|Query(params)| Self(params))
            .map_err(|error| Failure::bad(error.body_text()))
    }
}

/// Around every endpoint: the limit of the key, its headers, and dressed refusals.
pub(super) async fn guard(State(calcom): State<Calcom>, request: Request, next: Next) -> Response {
    let path = request.uri().path_and_query().map_or_else(String::new, |path| path.as_str().to_owned());
    let key = key_of(request.headers())
        .filter(|key| calcom.options.keys.iter().any(|known| known == key))
        .map(str::to_owned);
    let now = calcom.options.clock.now();
    let counted = key
        .map(|key| calcom.with(&key, |account| (account.count(now), account.settings.requests_per_minute)));
    let response = match counted {
        Some(((None, _), _)) => Failure::throttled().into_response(),
        _ => next.run(request).await,
    };
    let mut response = match response.extensions().get::<Failure>() {
        Some(failure) => failure.dressed(&path, now, &calcom.next_id().to_string()),
        None => response,
    };
    if let Some(((left, ends), limit)) = counted {
        let mut set = |name: &'static str, value: i64| {
            response.headers_mut().insert(name, HeaderValue::from(value));
        };
        set("x-ratelimit-limit-default", i64::from(limit));
        set("x-ratelimit-remaining-default", i64::from(left.unwrap_or(0)));
        set("x-ratelimit-reset-default", ends.duration_since(now).as_secs().max(0));
    }
    response
}
