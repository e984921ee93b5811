use askpro_app::calls::{Call, Filter, FunctionCall};
use askpro_domain::{access::Reach, call::CallOutcome, ids::CallId};
use axum::{
    Json,
    extract::{Path, State, rejection::PathRejection},
    response::{IntoResponse, Response},
};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    list::{Paging, page},
    params::{Params, time},
};
use crate::{problem::Problem, routes::Permit, web::Web};

/// What the list can be narrowed by. Times are RFC 3339 with an offset.
#[derive(Debug, Deserialize)]
pub(super) struct Wanted {
    from: Option<String>,
    to: Option<String>,
    outcome: Option<String>,
}

/// Calls, the latest first.
pub(super) async fn list(
    State(web): State<Web>,
    permit: Permit,
    Params(paging): Params<Paging>,
    Params(wanted): Params<Wanted>,
) -> Result<Response, Problem> {
    let chance = web.app.chance.as_ref();
    let scope = paging.scope(&permit, chance)?;
    let filter = Filter {
        id: None,
        from: time(wanted.from.as_deref(), "from", chance)?,
        to: time(wanted.to.as_deref(), "to", chance)?,
        outcome: match wanted.outcome.as_deref() {
            Some(word) => Some(
                CallOutcome::parse(word)
                    .ok_or_else(|| Problem::invalid(chance, "outcome", "There is no such outcome."))?,
            ),
            None => None,
        },
        after: paging.after(read_cursor, chance)?,
    };
    let limit = paging.limit();
    let rows = web
        .app
        .list_calls(scope, filter, limit + 1)
        .await
        .map_err(|failure| Problem::from_failure(chance, &failure))?;
    Ok(page(rows, limit, cursor, call))
}

/// One call with its functions.
pub(super) async fn find(
    State(web): State<Web>,
    permit: Permit,
    id: Result<Path<String>, PathRejection>,
) -> Result<Response, Problem> {
    let chance = web.app.chance.as_ref();
    let (call_found, functions) =
        found(&web, &permit, id).await?.ok_or_else(|| Problem::not_found(chance))?;
    let mut shown = call(&call_found);
    shown["functions"] = functions.iter().map(function).collect();
    Ok(Json(shown).into_response())
}

/// Why somebody reads what was said.
#[derive(Debug, Deserialize)]
pub(super) struct Reading {
    reason: Option<String>,
}

/// The longest reason that is kept, in characters.
const REASON_AT_MOST: usize = 500;

/// What was said in a call. Who may see all companies must say why.
pub(super) async fn transcript(
    State(web): State<Web>,
    permit: Permit,
    id: Result<Path<String>, PathRejection>,
    Params(reading): Params<Reading>,
) -> Result<Response, Problem> {
    let chance = web.app.chance.as_ref();
    let reason = reading
        .reason
        .map(|reason| reason.trim().chars().take(REASON_AT_MOST).collect::<String>())
        .filter(|reason| !reason.is_empty());
    if permit.reach == Reach::Everywhere && reason.is_none() {
        return Err(Problem::invalid(chance, "reason", "Say why you read it: it stands on record."));
    }
    let (call, _) = found(&web, &permit, id).await?.ok_or_else(|| Problem::not_found(chance))?;
    let reader = permit.actor.clone();
    let text = web
        .app
        .read_transcript(call.company, call.id, reader, reason)
        .await
        .map_err(|failure| Problem::from_failure(chance, &failure))?
        .ok_or_else(|| Problem::not_found(chance))?;
    let spoken: Value = serde_json::from_str(&text).unwrap_or(Value::String(text));
    Ok(Json(json!({ "call_id": call.id.to_string(), "transcript": spoken })).into_response())
}

async fn found(
    web: &Web,
    permit: &Permit,
    id: Result<Path<String>, PathRejection>,
) -> Result<Option<(Call, Vec<FunctionCall>)>, Problem> {
    let chance = web.app.chance.as_ref();
    let id = id.ok().and_then(|Path(id)| CallId::parse(&id)).ok_or_else(|| Problem::not_found(chance))?;
    for scope in permit.scopes() {
        let found =
            web.app.find_call(scope, id).await.map_err(|failure| Problem::from_failure(chance, &failure))?;
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}

fn cursor(one: &Call) -> String {
    format!("{}_{}", one.started_at.as_microsecond(), one.id)
}

fn read_cursor(text: &str) -> Option<(Timestamp, CallId)> {
    let (start, id) = text.split_once('_')?;
    Some((Timestamp::from_microsecond(start.parse().ok()?).ok()?, CallId::parse(id)?))
}

fn call(one: &Call) -> Value {
    let told = &one.told;
    json!({
        "id": one.id.to_string(),
        "company_id": one.company.to_string(),
        "branch_id": told.branch.map(|id| id.to_string()),
        "connection_id": one.connection.as_str(),
        "provider_call_id": one.provider_call_id,
        "stage": one.stage.word(),
        "outcome": one.outcome.word(),
        "call_type": told.call_type,
        "direction": told.direction,
        "agent_id": told.agent_id,
        "agent_version": told.agent_version,
        "from_number": told.from_number,
        "to_number": told.to_number,
        "started_at": one.started_at.to_string(),
        "ended_at": told.ended_at.map(|at| at.to_string()),
        "duration_ms": told.duration_ms,
        "disconnection_reason": told.disconnection_reason,
        "transfer": told.transfer,
        // Thousandths of a US cent are told as what people can add up.
        "cost_us_cents": told.cost_millicents.map(cents),
        "latency_p50_ms": told.latency_p50_ms,
        "latency_p95_ms": told.latency_p95_ms,
        "sentiment": told.sentiment,
        "successful": told.successful,
    })
}

#[expect(clippy::cast_precision_loss, reason = "a call costs far less than 2^53 thousandths of a cent")]
fn cents(millicents: i64) -> f64 {
    millicents as f64 / 1_000.0
}

fn function(one: &FunctionCall) -> Value {
    json!({
        "function": one.function,
        "tool_call_id": one.tool_call_id,
        "status": one.status,
        "error_id": one.error_id,
        "at": one.at.to_string(),
        "ms": one.duration_ms,
    })
}
