//! Cal.com, API v2: bookings, with its habits. A conflict is a 400 with an
//! English sentence, there is no idempotency key, a wrong `cal-api-version`
//! silently reaches an older controller with other shapes.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use axum::{
    Json, Router,
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{clock::SimClock, faults::Controls};

const BOOKINGS_VERSION: &str = "2024-08-13";

/// What can be booked at the stand-in.
#[derive(Clone, Debug)]
pub struct EventType {
    /// Its number.
    pub id: i64,
    /// How long a booking takes.
    pub length_minutes: u32,
    /// How many bookings fit at the same time.
    pub hosts: usize,
}

/// How a stand-in is set up.
#[derive(Clone, Default)]
pub struct Options {
    /// Its time.
    pub clock: SimClock,
    /// API keys that are accepted; each is an account of its own.
    pub keys: Vec<String>,
    /// What can be booked; the same for every account.
    pub event_types: Vec<EventType>,
}

#[derive(Clone)]
struct Booking {
    id: i64,
    uid: String,
    key: String,
    event_type: i64,
    start: Timestamp,
    end: Timestamp,
    status: &'static str,
    attendee: Value,
    metadata: Value,
    created_at: Timestamp,
    reason: Option<String>,
}

#[derive(Clone)]
struct Calcom {
    options: Arc<Options>,
    bookings: Arc<Mutex<Vec<Booking>>>,
}

/// The stand-in's endpoints with `/_sim` beside them.
pub fn router(options: Options) -> Router {
    let calcom = Calcom { options: Arc::new(options), bookings: Arc::default() };
    let bookings = Arc::clone(&calcom.bookings);
    let endpoints = Router::new()
        .route("/v2/bookings", post(create).get(list))
        .route("/v2/bookings/{uid}", get(find))
        .route("/v2/bookings/{uid}/cancel", post(cancel))
        .route("/v2/me", get(me))
        .with_state(calcom);
    Controls::default().around(endpoints, move || {
        bookings.lock().expect("no holder of the bookings panics").clear();
    })
}

fn failure(status: StatusCode, code: &str, message: &str) -> Response {
    let details =
        json!({ "message": message, "error": status.canonical_reason(), "statusCode": status.as_u16() });
    let body = json!({ "status": "error", "path": "/v2",
        "error": { "code": code, "message": message, "details": details } });
    (status, Json(body)).into_response()
}

fn refused(message: &str) -> Response {
    failure(StatusCode::BAD_REQUEST, "BadRequestException", message)
}

impl Calcom {
    fn account(&self, headers: &HeaderMap) -> Result<String, Box<Response>> {
        headers
            .get("authorization")
            .and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "))
            .filter(|key| self.options.keys.iter().any(|known| known == key))
            .map(str::to_owned)
            .ok_or_else(|| {
                Box::new(failure(StatusCode::UNAUTHORIZED, "UnauthorizedException", "Invalid API Key"))
            })
    }
}

fn is_current(headers: &HeaderMap) -> bool {
    headers.get("cal-api-version").is_some_and(|version| version == BOOKINGS_VERSION)
}

impl Booking {
    fn to_json(&self) -> Value {
        let mut booking = json!({
            "id": self.id, "uid": self.uid, "title": "Termin", "description": "", "status": self.status,
            "hosts": [{ "id": 1, "name": "Host", "email": "host@example.com", "username": "host", "timeZone": "Europe/Berlin" }],
            "start": self.start.to_string(), "end": self.end.to_string(),
            "duration": self.end.duration_since(self.start).as_mins(),
            "eventType": { "id": self.event_type, "slug": format!("event-{}", self.event_type) },
            "eventTypeId": self.event_type, "location": "", "absentHost": false,
            "createdAt": self.created_at.to_string(), "updatedAt": self.created_at.to_string(),
            "attendees": [self.attendee], "bookingFieldsResponses": {}, "metadata": self.metadata,
        });
        if let Some(reason) = &self.reason {
            booking["cancellationReason"] = json!(reason);
        }
        booking
    }

    fn is_live(&self) -> bool {
        matches!(self.status, "accepted" | "pending")
    }
}

#[derive(Deserialize)]
struct Create {
    start: Option<String>,
    #[serde(rename = "eventTypeId")]
    event_type_id: Option<i64>,
    attendee: Option<Value>,
    #[serde(default)]
    metadata: BTreeMap<String, Value>,
}

async fn create(State(calcom): State<Calcom>, headers: HeaderMap, Json(body): Json<Create>) -> Response {
    let key = match calcom.account(&headers) {
        Ok(key) => key,
        Err(refusal) => return *refusal,
    };
    if !is_current(&headers) {
        // The older controller knows other fields.
        return refused("responses must be an object");
    }
    let text = |value: &Option<Value>, name: &str| {
        value.as_ref().and_then(|value| value.get(name)).and_then(Value::as_str).map(str::to_owned)
    };
    let Some(start) = body.start.as_deref().filter(|start| start.ends_with('Z')).and_then(|s| s.parse().ok())
    else {
        return refused("start must be a valid ISO 8601 date string");
    };
    let (Some(name), Some(zone)) = (text(&body.attendee, "name"), text(&body.attendee, "timeZone")) else {
        return refused("attendee.name and attendee.timeZone must be strings");
    };
    let (email, phone) = (text(&body.attendee, "email"), text(&body.attendee, "phoneNumber"));
    if email.is_none() && phone.is_none() {
        return refused("attendee.email must be an email or attendee.phoneNumber must be a phone number");
    }
    if body.metadata.len() > 50
        || body.metadata.iter().any(|(key, value)| {
            key.len() > 40 || value.as_str().is_none_or(|text| text.chars().count() > 500)
        })
    {
        return refused("metadata must have at most 50 keys of 40 characters and string values of 500");
    }
    let Some(event) = calcom.options.event_types.iter().find(|event| Some(event.id) == body.event_type_id)
    else {
        let id = body.event_type_id.unwrap_or_default();
        return failure(
            StatusCode::NOT_FOUND,
            "NotFoundException",
            &format!("Event type with id {id} not found."),
        );
    };
    let start: Timestamp = start;
    if start <= calcom.options.clock.now() {
        return refused("Attempting to book a meeting in the past.");
    }
    let end = start + SignedDuration::from_mins(i64::from(event.length_minutes));
    let mut bookings = calcom.bookings.lock().expect("no holder of the bookings panics");
    let at_the_same_time = bookings
        .iter()
        .filter(|other| other.key == key && other.event_type == event.id && other.is_live())
        .filter(|other| other.start < end && start < other.end)
        .count();
    if at_the_same_time >= event.hosts {
        return refused("User either already has booking at this time or is not available");
    }
    let id = i64::try_from(bookings.len()).unwrap_or(i64::MAX) + 1;
    let booking = Booking {
        id,
        uid: format!("bk{id:010}"),
        key,
        event_type: event.id,
        start,
        end,
        status: "accepted",
        attendee: json!({ "name": name, "timeZone": zone, "email": email, "displayEmail": email,
            "phoneNumber": phone, "absent": false, "language": text(&body.attendee, "language") }),
        metadata: json!(body.metadata),
        created_at: calcom.options.clock.now(),
        reason: None,
    };
    let answer = json!({ "status": "success", "data": booking.to_json() });
    bookings.push(booking);
    (StatusCode::CREATED, Json(answer)).into_response()
}

#[derive(Deserialize)]
struct Wanted {
    #[serde(rename = "eventTypeId")]
    event_type_id: Option<i64>,
    #[serde(rename = "afterStart")]
    after_start: Option<Timestamp>,
    #[serde(rename = "beforeEnd")]
    before_end: Option<Timestamp>,
    take: Option<usize>,
    skip: Option<usize>,
}

async fn list(State(calcom): State<Calcom>, headers: HeaderMap, Query(wanted): Query<Wanted>) -> Response {
    let key = match calcom.account(&headers) {
        Ok(key) => key,
        Err(refusal) => return *refusal,
    };
    let bookings = calcom.bookings.lock().expect("no holder of the bookings panics");
    let found: Vec<Value> = bookings
        .iter()
        .filter(|one| one.key == key)
        .filter(|one| wanted.event_type_id.is_none_or(|id| one.event_type == id))
        .filter(|one| wanted.after_start.is_none_or(|after| one.start >= after))
        .filter(|one| wanted.before_end.is_none_or(|before| one.end <= before))
        .map(Booking::to_json)
        .collect();
    let (skip, take) = (wanted.skip.unwrap_or(0), wanted.take.unwrap_or(100).clamp(1, 250));
    let page: Vec<&Value> = found.iter().skip(skip).take(take).collect();
    if !is_current(&headers) {
        return Json(json!({ "status": "success", "data": { "bookings": page, "nextCursor": null } }))
            .into_response();
    }
    let remaining = found.len().saturating_sub(skip + page.len());
    Json(json!({ "status": "success", "data": page, "pagination": {
        "totalItems": found.len(), "remainingItems": remaining, "returnedItems": page.len(), "itemsPerPage": take,
        "currentPage": skip / take + 1, "totalPages": found.len().div_ceil(take), "hasNextPage": remaining > 0,
        "hasPreviousPage": skip > 0 } }))
    .into_response()
}

async fn find(State(calcom): State<Calcom>, headers: HeaderMap, Path(uid): Path<String>) -> Response {
    let key = match calcom.account(&headers) {
        Ok(key) => key,
        Err(refusal) => return *refusal,
    };
    let bookings = calcom.bookings.lock().expect("no holder of the bookings panics");
    match bookings.iter().find(|one| one.key == key && one.uid == uid) {
        Some(booking) => Json(json!({ "status": "success", "data": booking.to_json() })).into_response(),
        None => not_found(&uid),
    }
}

fn not_found(uid: &str) -> Response {
    failure(
        StatusCode::NOT_FOUND,
        "NotFoundException",
        &format!("Booking with uid={uid} was not found in the database"),
    )
}

#[derive(Deserialize, Default)]
struct Cancel {
    #[serde(rename = "cancellationReason")]
    reason: Option<String>,
}

async fn cancel(
    State(calcom): State<Calcom>,
    headers: HeaderMap,
    Path(uid): Path<String>,
    body: Option<Json<Cancel>>,
) -> Response {
    let key = match calcom.account(&headers) {
        Ok(key) => key,
        Err(refusal) => return *refusal,
    };
    let mut bookings = calcom.bookings.lock().expect("no holder of the bookings panics");
    let Some(booking) = bookings.iter_mut().find(|one| one.key == key && one.uid == uid) else {
        return not_found(&uid);
    };
    if !booking.is_live() {
        return refused("Can't cancel booking because it has been cancelled already");
    }
    booking.status = "cancelled";
    booking.reason = body.and_then(|Json(body)| body.reason);
    Json(json!({ "status": "success", "data": booking.to_json() })).into_response()
}

async fn me(State(calcom): State<Calcom>, headers: HeaderMap) -> Response {
    match calcom.account(&headers) {
        Ok(_) => Json(
            json!({ "status": "success", "data": { "id": 1, "username": "host", "email": "host@example.com",
            "timeFormat": 24, "defaultScheduleId": 1, "weekStart": "Monday", "timeZone": "Europe/Berlin" } }),
        )
        .into_response(),
        Err(refusal) => *refusal,
    }
}
