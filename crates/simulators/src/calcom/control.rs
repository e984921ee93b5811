//! What a test sets and sees besides the API.

use axum::{Json, extract::State, http::StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Calcom, account::Body, answer::Failure};

/// `PUT /_sim/account`. What is left out stays as it is.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Changes {
    /// Whose account; may be left out where there is only one.
    key: Option<String>,
    requests_per_minute: Option<u32>,
    double_booking: Option<bool>,
    webhook_duplicates: Option<u32>,
    webhook_losses: Option<u32>,
    webhook_delay_ms: Option<u64>,
}

fn refused(message: impl Into<String>) -> (StatusCode, Json<Value>) {
    (StatusCode::BAD_REQUEST, Json(json!({ "status": "error", "message": message.into() })))
}

pub(super) async fn put_account(
    State(calcom): State<Calcom>,
    body: Result<Body, Failure>,
) -> Result<StatusCode, (StatusCode, Json<Value>)> {
    let Body(fields) = body.map_err(|_| refused("the body is not a JSON object"))?;
    let changes: Changes =
        serde_json::from_value(Value::Object(fields)).map_err(|error| refused(error.to_string()))?;
    let key = match (changes.key, &calcom.options.keys[..]) {
        (Some(key), keys) if keys.contains(&key) => key,
        (None, [only]) => only.clone(),
        _ => return Err(refused("name the account's key")),
    };
    calcom.with(&key, |account| {
        let settings = &mut account.settings;
        settings.requests_per_minute = changes.requests_per_minute.unwrap_or(settings.requests_per_minute);
        settings.double_booking = changes.double_booking.unwrap_or(settings.double_booking);
        settings.webhook_duplicates = changes.webhook_duplicates.unwrap_or(settings.webhook_duplicates);
        settings.webhook_losses = changes.webhook_losses.unwrap_or(settings.webhook_losses);
        settings.webhook_delay_ms = changes.webhook_delay_ms.unwrap_or(settings.webhook_delay_ms);
    });
    Ok(StatusCode::NO_CONTENT)
}

/// What became of the webhooks.
pub(super) async fn delivered(State(calcom): State<Calcom>) -> Json<Value> {
    Json(json!({ "deliveries": calcom.delivered.entries() }))
}
