//! The endpoints under which agents and numbers are made and read.

use axum::{
    Json,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::Retell;

pub(super) fn failure(status: StatusCode, message: &str) -> Response {
    (status, Json(json!({ "status": "error", "message": message }))).into_response()
}

/// What Retell says when something does not exist: mostly 422.
fn missing() -> Response {
    failure(StatusCode::UNPROCESSABLE_ENTITY, "cannot find requested asset under given api key")
}

#[expect(
    clippy::disallowed_methods,
    reason = "a stand-in plays the outside world, which has a clock of its own"
)]
pub(super) fn now() -> Timestamp {
    Timestamp::now()
}

/// The workspace key of a request.
pub(super) fn key(retell: &Retell, headers: &HeaderMap) -> Result<String, Box<Response>> {
    headers
        .get("authorization")
        .and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "))
        .filter(|key| retell.keys.iter().any(|known| known == key))
        .map(str::to_owned)
        .ok_or_else(|| Box::new(failure(StatusCode::UNAUTHORIZED, "Invalid API Key")))
}

macro_rules! key_or_return {
    ($retell:expr, $headers:expr) => {
        match key(&$retell, &$headers) {
            Ok(key) => key,
            Err(refusal) => return *refusal,
        }
    };
}

fn merged(mut base: Value, fields: &Value) -> Value {
    if let (Value::Object(base), Value::Object(fields)) = (&mut base, fields) {
        for (name, value) in fields {
            base.insert(name.clone(), value.clone());
        }
    }
    base
}

pub(super) async fn create_engine(
    State(retell): State<Retell>,
    headers: HeaderMap,
    Json(body): Json<Value>,
) -> Response {
    let key = key_or_return!(retell, headers);
    let engine = retell.with(&key, |workspace| {
        let id = format!("llm_{:026x}", workspace.engines.len() + 1);
        let fixed = json!({ "llm_id": id, "version": 0, "is_published": false,
            "last_modification_timestamp": now().as_millisecond() });
        let engine = merged(body, &fixed);
        workspace.engines.insert(id, engine.clone());
        engine
    });
    (StatusCode::CREATED, Json(engine)).into_response()
}

pub(super) async fn get_engine(
    State(retell): State<Retell>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Response {
    let key = key_or_return!(retell, headers);
    retell
        .with(&key, |workspace| workspace.engines.get(&id).cloned())
        .map_or_else(missing, |one| Json(one).into_response())
}

pub(super) async fn create_agent(
    State(retell): State<Retell>,
    headers: HeaderMap,
    Json(body): Json<Value>,
) -> Response {
    let key = key_or_return!(retell, headers);
    if body.get("response_engine").is_none() || body.get("voice_id").is_none() {
        return failure(StatusCode::BAD_REQUEST, "response_engine and voice_id are required");
    }
    let agent = retell.with(&key, |workspace| {
        let id = format!("agent_{:026x}", workspace.agents.len() + 1);
        let fixed = json!({ "agent_id": id, "version": 0, "is_published": false, "base_version": null,
            "last_modification_timestamp": now().as_millisecond() });
        let agent = merged(body, &fixed);
        workspace.agents.insert(id, agent.clone());
        agent
    });
    (StatusCode::CREATED, Json(agent)).into_response()
}

pub(super) async fn get_agent(
    State(retell): State<Retell>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Response {
    let key = key_or_return!(retell, headers);
    retell
        .with(&key, |workspace| workspace.agents.get(&id).cloned())
        .map_or_else(missing, |one| Json(one).into_response())
}

pub(super) async fn import_number(
    State(retell): State<Retell>,
    headers: HeaderMap,
    Json(body): Json<Value>,
) -> Response {
    let key = key_or_return!(retell, headers);
    let Some(number) = body.get("phone_number").and_then(Value::as_str).map(str::to_owned) else {
        return failure(StatusCode::BAD_REQUEST, "phone_number is required");
    };
    let weights = body.get("inbound_agents").and_then(Value::as_array);
    let sum: f64 = weights.into_iter().flatten().filter_map(|agent| agent.get("weight")?.as_f64()).sum();
    if weights.is_some_and(|list| !list.is_empty()) && (sum - 1.0).abs() > 1e-6 {
        return failure(StatusCode::BAD_REQUEST, "the weights of inbound_agents must sum to 1");
    }
    let fixed =
        json!({ "phone_number_type": "custom", "last_modification_timestamp": now().as_millisecond() });
    let stored = merged(body, &fixed);
    retell.with(&key, |workspace| workspace.numbers.insert(number, stored.clone()));
    (StatusCode::CREATED, Json(stored)).into_response()
}

pub(super) async fn get_number(
    State(retell): State<Retell>,
    headers: HeaderMap,
    Path(number): Path<String>,
) -> Response {
    let key = key_or_return!(retell, headers);
    retell
        .with(&key, |workspace| workspace.numbers.get(&number).cloned())
        .map_or_else(missing, |one| Json(one).into_response())
}

pub(super) async fn get_call(
    State(retell): State<Retell>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Response {
    let key = key_or_return!(retell, headers);
    retell
        .with(&key, |workspace| workspace.calls.get(&id).cloned())
        .map_or_else(missing, |one| Json(one).into_response())
}

pub(super) async fn key_info(State(retell): State<Retell>, headers: HeaderMap) -> Response {
    let key = key_or_return!(retell, headers);
    let tail: String = key.chars().rev().take(4).collect();
    Json(json!({ "org_name": format!("workspace {tail}"), "api_key_name": null, "org_id": tail }))
        .into_response()
}
