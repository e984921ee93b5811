//! Webhooks: signed over the body alone, without a time and without an id, sent
//! once and not repeated. They can be lost or come twice.

use std::time::Duration;

use axum::{Json, extract::Path, response::Response};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

use super::{
    Calcom,
    account::{Body, Caller, Fields, Id},
    answer::{Failure, created, iso, success},
    bookings::Booking,
};
use crate::journal::Delivered;

/// Webhooks of an account at most.
const WEBHOOKS_AT_MOST: usize = 1_000;

const TIMEOUT: Duration = Duration::from_secs(10);

/// Further deliveries of one event at most, and the longest delay.
const DUPLICATES_AT_MOST: u32 = 20;
const DELAY_AT_MOST_MS: u64 = 60_000;

/// Events that can be subscribed to.
const TRIGGERS: [&str; 21] = [
    "BOOKING_CREATED",
    "BOOKING_PAYMENT_INITIATED",
    "BOOKING_PAID",
    "BOOKING_RESCHEDULED",
    "BOOKING_REQUESTED",
    "BOOKING_CANCELLED",
    "BOOKING_REJECTED",
    "BOOKING_NO_SHOW_UPDATED",
    "FORM_SUBMITTED",
    "MEETING_ENDED",
    "MEETING_STARTED",
    "RECORDING_READY",
    "INSTANT_MEETING",
    "RECORDING_TRANSCRIPTION_GENERATED",
    "OOO_CREATED",
    "AFTER_HOSTS_CAL_VIDEO_NO_SHOW",
    "AFTER_GUESTS_CAL_VIDEO_NO_SHOW",
    "FORM_SUBMITTED_NO_EVENT",
    "ROUTING_FORM_FALLBACK_HIT",
    "DELEGATION_CREDENTIAL_ERROR",
    "WRONG_ASSIGNMENT_REPORT",
];

/// Events that the stand-in sends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Trigger {
    Created,
    Requested,
    Rescheduled,
    Cancelled,
    Rejected,
    NoShowUpdated,
}

impl Trigger {
    fn word(self) -> &'static str {
        match self {
            Self::Created => "BOOKING_CREATED",
            Self::Requested => "BOOKING_REQUESTED",
            Self::Rescheduled => "BOOKING_RESCHEDULED",
            Self::Cancelled => "BOOKING_CANCELLED",
            Self::Rejected => "BOOKING_REJECTED",
            Self::NoShowUpdated => "BOOKING_NO_SHOW_UPDATED",
        }
    }
}

/// Where events go.
#[derive(Clone)]
pub(super) struct Webhook {
    url: String,
    triggers: Vec<String>,
    is_active: bool,
    secret: Option<String>,
    /// Of one event type only.
    event_type: Option<i64>,
}

impl Webhook {
    fn set(&mut self, changes: &Fields) -> Result<(), Failure> {
        if let Some(url) = changes.get("subscriberUrl").and_then(Value::as_str) {
            if !url.starts_with("http://") && !url.starts_with("https://") {
                return Err(Failure::bad("subscriberUrl must be a URL address"));
            }
            self.url = url.to_owned();
        }
        if let Some(triggers) = changes.get("triggers").and_then(Value::as_array) {
            let words: Vec<String> = triggers.iter().filter_map(Value::as_str).map(str::to_owned).collect();
            if words.iter().any(|word| !TRIGGERS.contains(&word.as_str())) {
                return Err(Failure::bad("each value in triggers must be one of the known triggers"));
            }
            self.triggers = words;
        }
        if let Some(is_active) = changes.get("active").and_then(Value::as_bool) {
            self.is_active = is_active;
        }
        if let Some(secret) = changes.get("secret") {
            self.secret = secret.as_str().filter(|secret| !secret.is_empty()).map(str::to_owned);
        }
        Ok(())
    }

    fn to_json(&self, id: &str) -> Value {
        json!({ "id": id, "subscriberUrl": self.url, "triggers": self.triggers, "active": self.is_active,
            "secret": self.secret, "eventTypeId": self.event_type, "payloadTemplate": null })
    }
}

/// Lower-case hexadecimal HMAC-SHA256 of the body alone; without a secret, a word.
fn signature(secret: Option<&str>, body: &[u8]) -> String {
    let Some(secret) = secret else { return "no-secret-provided".into() };
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("HMAC takes keys of any length");
    mac.update(body);
    mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The event's own shape, which is not that of a booking in the API.
fn payload(trigger: Trigger, booking: &Booking, old: Option<&Booking>) -> Value {
    if trigger == Trigger::NoShowUpdated {
        return json!({ "message": "no-show updated", "bookingUid": booking.uid,
            "attendees": [{ "email": booking.attendee.email, "noShow": true }] });
    }
    let person = &booking.attendee;
    let mut attendee = json!({ "name": person.name, "email": person.email, "timeZone": person.zone,
        "language": { "locale": person.language } });
    if let Some(phone) = &person.phone {
        attendee["phoneNumber"] = json!(phone);
    }
    let mut payload = json!({ "type": booking.slug, "title": booking.title, "eventTitle": booking.title,
        "startTime": iso(booking.start), "endTime": iso(booking.end), "uid": booking.uid, "bookingId": booking.id,
        "eventTypeId": booking.event_type, "attendees": [attendee], "metadata": booking.metadata,
        "organizer": { "id": 1, "name": "Host", "email": "host@example.com", "username": "host",
            "timeZone": "Europe/Berlin", "language": { "locale": "de" } },
        "responses": { "name": { "label": "name", "value": person.name },
            "email": { "label": "email", "value": person.email } },
        "userFieldsResponses": booking.answers, "location": "", "description": "", "additionalNotes": "",
        "length": booking.end.duration_since(booking.start).as_mins(), "status": booking.status.upper_case(),
        "price": 0, "currency": "usd", "destinationCalendar": [], "iCalUID": format!("{}@cal.example", booking.uid),
        "iCalSequence": booking.sequence });
    match trigger {
        Trigger::Cancelled => {
            payload["cancellationReason"] = json!(booking.cancellation_reason);
            payload["cancelledBy"] = json!("host@example.com");
        }
        Trigger::Rejected => payload["rejectionReason"] = json!(booking.cancellation_reason),
        _ => {}
    }
    if let Some(old) = old {
        payload["rescheduleUid"] = json!(old.uid);
        payload["rescheduleId"] = json!(old.id);
        payload["rescheduleStartTime"] = json!(iso(old.start));
        payload["rescheduleEndTime"] = json!(iso(old.end));
        payload["rescheduledBy"] = json!(booking.rescheduled_by);
    }
    payload
}

impl Calcom {
    /// Sends an event to everybody who subscribed to it, beside the request that
    /// caused it.
    pub(super) fn announce(&self, key: &str, trigger: Trigger, booking: &Booking, old: Option<&Booking>) {
        let (targets, settings) = self.with(key, |account| {
            let is_for = |webhook: &&Webhook| {
                webhook.is_active
                    && webhook.triggers.iter().any(|word| word == trigger.word())
                    && webhook.event_type.is_none_or(|id| id == booking.event_type)
            };
            let targets: Vec<Webhook> = account.webhooks.values().filter(is_for).cloned().collect();
            let settings = account.settings.clone();
            if settings.webhook_losses > 0 && !targets.is_empty() {
                account.settings.webhook_losses -= 1;
                return (Vec::new(), settings);
            }
            (targets, settings)
        });
        let body = json!({ "triggerEvent": trigger.word(), "createdAt": iso(self.options.clock.now()),
            "payload": payload(trigger, booking, old) })
        .to_string();
        let delay = Duration::from_millis(settings.webhook_delay_ms.min(DELAY_AT_MOST_MS));
        for webhook in targets {
            let (calcom, body) = (self.clone(), body.clone());
            let copies = settings.webhook_duplicates.min(DUPLICATES_AT_MOST) + 1;
            tokio::spawn(async move {
                tokio::time::sleep(delay).await;
                for _ in 0..copies {
                    calcom.deliver(trigger, &webhook, body.clone()).await;
                }
            });
        }
    }

    async fn deliver(&self, trigger: Trigger, webhook: &Webhook, body: String) {
        let sent = self
            .http
            .post(&webhook.url)
            .timeout(TIMEOUT)
            .header("content-type", "application/json")
            .header("x-cal-signature-256", signature(webhook.secret.as_deref(), body.as_bytes()))
            .header("x-cal-webhook-version", "2021-10-20")
            .body(body)
            .send()
            .await;
        let status = sent.map_or(0, |response| response.status().as_u16());
        self.delivered.add(Delivered {
            at: self.options.clock.now(),
            event: trigger.word(),
            url: webhook.url.clone(),
            status,
        });
    }
}

fn not_found(id: &str) -> Failure {
    Failure::missing(format!("Webhook ({id}) not found"))
}

fn make(caller: &Caller, body: &Fields, event_type: Option<i64>) -> Result<Response, Failure> {
    for name in ["subscriberUrl", "triggers", "active"] {
        if !body.contains_key(name) {
            return Err(Failure::bad(format!("{name} is required")));
        }
    }
    let mut webhook =
        Webhook { url: String::new(), triggers: Vec::new(), is_active: true, secret: None, event_type };
    webhook.set(body)?;
    let id = format!("wh{:010}", caller.calcom.next_id());
    caller.with(|account| {
        if account.webhooks.len() >= WEBHOOKS_AT_MOST {
            return Err(Failure::bad("too many webhooks"));
        }
        let answer = created(webhook.to_json(&id));
        account.webhooks.insert(id, webhook);
        Ok(answer)
    })
}

fn listed(caller: &Caller, event_type: Option<i64>) -> Json<Value> {
    let all: Vec<Value> = caller.with(|account| {
        let of_it = |webhook: &Webhook| event_type.is_none() || webhook.event_type == event_type;
        let webhooks = account.webhooks.iter().filter(|(_, webhook)| of_it(webhook));
        webhooks.map(|(id, webhook)| webhook.to_json(id)).collect()
    });
    success(json!(all))
}

pub(super) async fn create(caller: Caller, Body(body): Body) -> Result<Response, Failure> {
    make(&caller, &body, None)
}

pub(super) async fn create_for(
    caller: Caller,
    Id(event_type): Id,
    Body(body): Body,
) -> Result<Response, Failure> {
    make(&caller, &body, Some(event_type))
}

pub(super) async fn list(caller: Caller) -> Json<Value> {
    listed(&caller, None)
}

pub(super) async fn list_for(caller: Caller, Id(event_type): Id) -> Json<Value> {
    listed(&caller, Some(event_type))
}

/// Removes every webhook of an event type.
pub(super) async fn delete_all_for(caller: Caller, Id(event_type): Id) -> Json<Value> {
    caller.with(|account| account.webhooks.retain(|_, webhook| webhook.event_type != Some(event_type)));
    Json(json!({ "status": "success" }))
}

pub(super) async fn get(caller: Caller, Path(id): Path<String>) -> Result<Json<Value>, Failure> {
    caller.with(|account| {
        account.webhooks.get(&id).map(|webhook| success(webhook.to_json(&id))).ok_or_else(|| not_found(&id))
    })
}

pub(super) async fn update(
    caller: Caller,
    Path(id): Path<String>,
    Body(changes): Body,
) -> Result<Json<Value>, Failure> {
    caller.with(|account| {
        let mut changed = account.webhooks.get(&id).ok_or_else(|| not_found(&id))?.clone();
        changed.set(&changes)?;
        let answer = success(changed.to_json(&id));
        account.webhooks.insert(id, changed);
        Ok(answer)
    })
}

pub(super) async fn delete(caller: Caller, Path(id): Path<String>) -> Result<Json<Value>, Failure> {
    caller.with(|account| {
        let gone = account.webhooks.remove(&id).ok_or_else(|| not_found(&id))?;
        Ok(success(gone.to_json(&id)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_covers_the_body_and_nothing_else() {
        let body = "{\"triggerEvent\":\"BOOKING_CREATED\",\"createdAt\":\"2026-01-01T00:00:00.000Z\",\"payload\":{\"uid\":\"bk_1\",\"title\":\"Prüfung\"}}";
        assert_eq!(
            signature(Some("whsec_test"), body.as_bytes()),
            "2194cc1f9933496f6edb3835b4d3a0106356b87f266af4bf064435ffa9c5838b"
        );
        assert_eq!(signature(None, body.as_bytes()), "no-secret-provided");
    }
}
