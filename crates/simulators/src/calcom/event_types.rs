//! Event types: what can be booked, and under which conditions.

use axum::{Json, response::Response};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    EventType,
    account::{Account, Body, Caller, Fields, Id, Params, THINGS_AT_MOST},
    answer::{Failure, created, success},
};

const VERSION: &str = "2024-06-14";

/// How far ahead slots are looked for where no window is set.
const HORIZON_DAYS: i64 = 365;

/// An event type as the stand-in reads it; everything else is kept as it came.
#[derive(Clone)]
pub(super) struct Bookable {
    pub(super) id: i64,
    pub(super) title: String,
    pub(super) slug: String,
    /// Minutes.
    pub(super) length: i64,
    /// Other lengths that may be asked for.
    pub(super) lengths: Vec<i64>,
    /// How many bookings fit at the same time.
    pub(super) hosts: usize,
    /// Minutes from one start to the next; the length where nothing is said.
    pub(super) interval: Option<i64>,
    pub(super) notice: SignedDuration,
    pub(super) before: SignedDuration,
    pub(super) after: SignedDuration,
    pub(super) schedule: Option<i64>,
    /// Days ahead.
    window: Option<i64>,
    pub(super) needs_confirmation: bool,
    pub(super) can_be_cancelled: bool,
    pub(super) can_be_moved: bool,
    needs_code: bool,
    questions: Vec<Question>,
    rest: Fields,
}

/// A field that a booker fills in.
#[derive(Clone, Debug, Deserialize)]
struct Question {
    #[serde(rename = "type")]
    kind: String,
    slug: Option<String>,
    #[serde(default)]
    required: bool,
}

fn minutes(count: i64) -> SignedDuration {
    SignedDuration::from_mins(count)
}

impl Bookable {
    /// One that was set up with the stand-in.
    pub(super) fn set_up(kind: &EventType) -> Self {
        Self::new(kind.id, i64::from(kind.length_minutes), kind.hosts)
    }

    fn new(id: i64, length: i64, hosts: usize) -> Self {
        Self {
            id,
            title: format!("Event {id}"),
            slug: format!("event-{id}"),
            length,
            lengths: Vec::new(),
            hosts,
            interval: None,
            notice: SignedDuration::ZERO,
            before: SignedDuration::ZERO,
            after: SignedDuration::ZERO,
            schedule: None,
            window: None,
            needs_confirmation: false,
            can_be_cancelled: true,
            can_be_moved: true,
            needs_code: false,
            questions: Vec::new(),
            rest: Fields::new(),
        }
    }

    fn set(&mut self, changes: &Fields) -> Result<(), Failure> {
        let whole = |name: &str| match changes.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => match value.as_i64().filter(|number| (0..=100_000).contains(number)) {
                Some(number) => Ok(Some(number)),
                None => Err(Failure::bad(format!("{name} must be a number"))),
            },
        };
        let text = |name: &str| changes.get(name).and_then(Value::as_str).map(str::to_owned);
        if let Some(length) = whole("lengthInMinutes")? {
            if length == 0 {
                return Err(Failure::bad("lengthInMinutes must not be less than 1"));
            }
            self.length = length;
        }
        if let Some(lengths) = changes.get("lengthInMinutesOptions").and_then(Value::as_array) {
            self.lengths = lengths.iter().filter_map(Value::as_i64).collect();
        }
        self.title = text("title").unwrap_or(std::mem::take(&mut self.title));
        self.slug = text("slug").unwrap_or(std::mem::take(&mut self.slug));
        if changes.contains_key("slotInterval") {
            self.interval = whole("slotInterval")?.filter(|minutes| *minutes > 0);
        }
        if let Some(notice) = whole("minimumBookingNotice")? {
            self.notice = minutes(notice);
        }
        if let Some(before) = whole("beforeEventBuffer")? {
            self.before = minutes(before);
        }
        if let Some(after) = whole("afterEventBuffer")? {
            self.after = minutes(after);
        }
        if changes.contains_key("scheduleId") {
            self.schedule = whole("scheduleId")?;
        }
        if let Some(window) = changes.get("bookingWindow") {
            let is_off = window.get("disabled") == Some(&json!(true));
            self.window = window.get("value").and_then(Value::as_i64).filter(|_| !is_off);
        }
        if let Some(policy) = changes.get("confirmationPolicy") {
            self.needs_confirmation = policy.get("type") == Some(&json!("always"));
        }
        let flag = |name: &str| changes.get(name).and_then(Value::as_bool);
        if let Some(needs_code) = flag("requiresBookerEmailVerification") {
            self.needs_code = needs_code;
        }
        if let Some(disabled) = flag("disableCancelling") {
            self.can_be_cancelled = !disabled;
        }
        if let Some(disabled) = changes.get("disableRescheduling").and_then(|one| one.get("disabled")) {
            self.can_be_moved = disabled != &json!(true);
        }
        if let Some(questions) = changes.get("bookingFields") {
            self.questions = serde_json::from_value(questions.clone())
                .map_err(|error| Failure::bad(format!("bookingFields: {error}")))?;
        }
        self.rest.extend(changes.clone());
        Ok(())
    }

    /// How long a booking takes that may name a length of its own.
    pub(super) fn length_for(&self, wanted: Option<i64>) -> Result<SignedDuration, Failure> {
        match wanted {
            None => Ok(minutes(self.length)),
            Some(_) if self.lengths.is_empty() => Err(Failure::bad(
                "Can't specify 'lengthInMinutes' because event type does not have multiple possible lengths. Please, remove the 'lengthInMinutes' field from the request.",
            )),
            Some(wanted) if self.lengths.contains(&wanted) => Ok(minutes(wanted)),
            Some(_) => Err(Failure::bad("lengthInMinutes is not one of the event type's lengths")),
        }
    }

    /// Whether a booker gave everything that is asked: an e-mail address or a phone
    /// number in any case, and more where the fields say so.
    pub(super) fn check_answers(
        &self,
        email: Option<&str>,
        phone: Option<&str>,
        answers: &Fields,
        code: Option<&str>,
    ) -> Result<(), Failure> {
        if email.is_none() && phone.is_none() {
            return Err(Failure::bad(
                "attendee.email must be an email or attendee.phoneNumber must be a phone number",
            ));
        }
        if self.needs_code && code.is_none() {
            return Err(Failure::bad("email_verification_required"));
        }
        for question in self.questions.iter().filter(|question| question.required) {
            let slug = question.slug.as_deref().unwrap_or_default();
            let is_given = match question.kind.as_str() {
                "name" => true,
                "email" => email.is_some(),
                "phone" if slug.is_empty() || slug == "attendeePhoneNumber" => phone.is_some(),
                _ => answers.get(slug).is_some_and(|answer| !answer.is_null()),
            };
            if !is_given {
                return Err(Failure::bad(format!("responses - {{{slug}}}error_required_field")));
            }
        }
        Ok(())
    }

    /// Whether a start is neither too soon nor too far away.
    pub(super) fn admits(&self, start: Timestamp, now: Timestamp) -> bool {
        let ahead = start.duration_since(now);
        let furthest = SignedDuration::from_hours(24 * self.window.unwrap_or(HORIZON_DAYS));
        ahead >= self.notice && ahead <= furthest
    }

    fn to_json(&self) -> Value {
        let mut shown = self.rest.clone();
        let window =
            self.window.map(|days| json!([{ "type": "calendarDays", "value": days, "rolling": true }]));
        let fixed = json!({ "id": self.id, "ownerId": 1, "title": self.title, "slug": self.slug,
            "lengthInMinutes": self.length, "slotInterval": self.interval,
            "minimumBookingNotice": self.notice.as_mins(), "beforeEventBuffer": self.before.as_mins(),
            "afterEventBuffer": self.after.as_mins(), "scheduleId": self.schedule,
            "bookingWindow": window.unwrap_or_else(|| json!([])),
            "requiresBookerEmailVerification": self.needs_code,
            "users": [{ "id": 1, "name": "Host", "username": "host" }] });
        shown.extend(fixed.as_object().cloned().unwrap_or_default());
        let defaults = json!({ "description": "", "locations": [], "hidden": false, "price": 0, "currency": "usd",
            "metadata": {}, "bookingFields": [{ "type": "name", "slug": "name", "required": true },
            { "type": "email", "slug": "email", "required": false },
            { "type": "phone", "slug": "attendeePhoneNumber", "required": false }],
            "confirmationPolicy": { "disabled": true } });
        for (name, value) in defaults.as_object().into_iter().flatten() {
            shown.entry(name.clone()).or_insert_with(|| value.clone());
        }
        if !self.lengths.is_empty() {
            shown.insert("lengthInMinutesOptions".into(), json!(self.lengths));
        }
        Value::Object(shown)
    }

    /// As the older controller shows it.
    fn to_older_json(&self) -> Value {
        json!({ "id": self.id, "title": self.title, "slug": self.slug, "length": self.length,
            "requiresConfirmation": self.needs_confirmation })
    }
}

/// The event type that a request means, by number or by slug.
pub(super) fn find<'a>(
    account: &'a Account,
    id: Option<i64>,
    slug: Option<&str>,
) -> Result<&'a Bookable, Failure> {
    match (id, slug) {
        (Some(id), _) => account
            .event_types
            .get(&id)
            .ok_or_else(|| Failure::missing(format!("Event type with id {id} not found."))),
        (None, Some(slug)) => account
            .event_types
            .values()
            .find(|one| one.slug == slug)
            .ok_or_else(|| Failure::missing(format!("Event type with slug {slug} not found."))),
        (None, None) => Err(Failure::bad("eventTypeId must be a number")),
    }
}

fn shown(caller: &Caller, one: &Bookable) -> Value {
    if caller.speaks(VERSION) { one.to_json() } else { one.to_older_json() }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Wanted {
    event_slug: Option<String>,
}

/// The list, which is not paged.
pub(super) async fn list(caller: Caller, Params(wanted): Params<Wanted>) -> Json<Value> {
    let all: Vec<Value> = caller.with(|account| {
        let fits = |one: &&Bookable| wanted.event_slug.as_ref().is_none_or(|slug| *slug == one.slug);
        account.event_types.values().filter(fits).map(|one| shown(&caller, one)).collect()
    });
    if caller.speaks(VERSION) {
        return success(json!(all));
    }
    success(json!({ "eventTypeGroups": [{ "eventTypes": all }] }))
}

pub(super) async fn get(caller: Caller, Id(id): Id) -> Result<Json<Value>, Failure> {
    caller.with(|account| find(account, Some(id), None).map(|one| success(shown(&caller, one))))
}

pub(super) async fn create(caller: Caller, Body(body): Body) -> Result<Response, Failure> {
    if !caller.speaks(VERSION) {
        return Err(Failure::bad("length must be a number"));
    }
    for name in ["lengthInMinutes", "title", "slug"] {
        if !body.contains_key(name) {
            return Err(Failure::bad(format!("{name} is required")));
        }
    }
    let id = caller.calcom.next_id();
    let mut made = Bookable::new(id, 30, 1);
    made.set(&body)?;
    caller.with(|account| {
        if account.event_types.len() >= THINGS_AT_MOST {
            return Err(Failure::bad("too many event types"));
        }
        if account.event_types.values().any(|one| one.slug == made.slug) {
            return Err(Failure::bad("User already has an event type with this slug."));
        }
        let answer = created(made.to_json());
        account.event_types.insert(id, made);
        Ok(answer)
    })
}

pub(super) async fn update(caller: Caller, Id(id): Id, Body(changes): Body) -> Result<Json<Value>, Failure> {
    caller.with(|account| {
        let mut changed = find(account, Some(id), None)?.clone();
        changed.set(&changes)?;
        let answer = success(shown(&caller, &changed));
        account.event_types.insert(id, changed);
        Ok(answer)
    })
}

pub(super) async fn delete(caller: Caller, Id(id): Id) -> Result<Json<Value>, Failure> {
    caller.with(|account| {
        let gone = find(account, Some(id), None)?.clone();
        account.event_types.remove(&id);
        Ok(success(
            json!({ "id": id, "lengthInMinutes": gone.length, "slug": gone.slug, "title": gone.title }),
        ))
    })
}
