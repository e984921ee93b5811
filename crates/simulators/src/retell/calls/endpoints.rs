//! The endpoints of calls. Nothing rings here: a call that was registered is held
//! when a script takes it up (`POST /_sim/calls` with its id).

use axum::{
    Json,
    extract::Path,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{
    criteria::Criteria,
    record::{Brought, Call, Detail, Direction, Line, Status, Storage},
};
use crate::retell::{
    failure::Failure,
    numbers::drawn,
    page::{Page, Paging, Place, page},
    request::{Account, Body},
    rules::is_e164,
    versions::{Fields, Reference},
    workspace::Workspace,
};

/// Metadata of a call at most, in bytes of JSON.
const METADATA_BYTES_AT_MOST: usize = 50_000;

/// How long a token for a web call or for listening is good.
const TOKEN_MS: i64 = 30_000;

fn with_call<T>(
    account: &Account,
    id: &str,
    work: impl FnOnce(&mut Call) -> Result<T, Failure>,
) -> Result<T, Failure> {
    account.with(|workspace| work(workspace.calls.get_mut(id).ok_or(Failure::Missing)?))
}

pub(in crate::retell) async fn get(account: Account, Path(id): Path<String>) -> Result<Json<Value>, Failure> {
    with_call(&account, &id, |call| Ok(Json(call.to_json(Detail::Full))))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Listing {
    filter_criteria: Option<Value>,
    include_total: bool,
    #[serde(flatten)]
    paging: Paging,
}

/// The list, whose items are slimmer than a call: without its transcripts.
pub(in crate::retell) async fn list(account: Account, body: Body) -> Result<Json<Page<Value>>, Failure> {
    let listing: Listing = body.read()?;
    let criteria = Criteria::read(listing.filter_criteria.as_ref())?;
    let all: Vec<(Place, Value)> = account.with(|workspace| {
        let calls = workspace.calls.all().filter(|call| criteria.fit(call));
        calls
            .map(|call| {
                let place = Place { at: call.start_ms.unwrap_or(call.created_ms), id: call.id.clone() };
                (place, call.to_json(Detail::Item))
            })
            .collect()
    });
    let total = listing.include_total.then_some(all.len());
    let mut page = page(all, &listing.paging)?;
    page.total = total;
    Ok(Json(page))
}

fn metadata(value: &Value) -> Result<Option<Value>, Failure> {
    if value.to_string().len() > METADATA_BYTES_AT_MOST {
        return Err(Failure::bad(format!("metadata holds at most {METADATA_BYTES_AT_MOST} bytes")));
    }
    Ok(Some(value.clone()).filter(|value| !value.is_null()))
}

/// Variables are strings and nothing else.
pub(in crate::retell) fn variables(value: Option<&Value>) -> Result<Fields, Failure> {
    match value {
        None | Some(Value::Null) => Ok(Map::new()),
        Some(Value::Object(fields)) if fields.values().all(Value::is_string) => Ok(fields.clone()),
        Some(_) => Err(Failure::bad("dynamic variables are text values under their names")),
    }
}

/// A later setting may keep less of a call, never more.
fn stricter(call: &mut Call, value: &Value) -> Result<(), Failure> {
    let wanted = value.as_str().and_then(Storage::parse);
    let wanted = wanted.ok_or_else(|| Failure::bad("data_storage_setting is unknown"))?;
    if wanted < call.storage {
        return Err(Failure::bad("data_storage_setting can only become stricter"));
    }
    call.storage = wanted;
    Ok(())
}

pub(in crate::retell) async fn update(
    account: Account,
    Path(id): Path<String>,
    Body(changes): Body,
) -> Result<Json<Value>, Failure> {
    with_call(&account, &id, |call| {
        if !call.is_over() {
            return Err(Failure::bad("only ended calls can be updated here"));
        }
        let kept = changes.get("metadata").map(metadata).transpose()?;
        if let Some(setting) = changes.get("data_storage_setting") {
            stricter(call, setting)?;
        }
        if let Some(kept) = kept {
            call.metadata = kept;
        }
        if let Some(Value::Object(attributes)) = changes.get("custom_attributes") {
            call.custom_attributes.extend(attributes.clone());
        }
        Ok(Json(call.to_json(Detail::Full)))
    })
}

pub(in crate::retell) async fn update_live(
    account: Account,
    Path(id): Path<String>,
    Body(changes): Body,
) -> Result<Json<Value>, Failure> {
    let empty = Map::new();
    let part = |name: &str| changes.get(name).and_then(Value::as_object).unwrap_or(&empty).clone();
    let (overrides, control) = (part("fields_to_override"), part("call_control"));
    with_call(&account, &id, |call| {
        if call.status != Status::Ongoing {
            return Err(Failure::bad("the call is not ongoing"));
        }
        let added = variables(overrides.get("override_dynamic_variables"))?;
        let kept = overrides.get("metadata").map(metadata).transpose()?;
        if let Some(setting) = overrides.get("data_storage_setting") {
            stricter(call, setting)?;
        }
        call.variables.extend(added);
        if let Some(kept) = kept {
            call.metadata = kept;
        }
        if let Some(context) = control.get("additional_context").and_then(Value::as_str) {
            call.transcript.inject(context);
        }
        Ok(Json(json!({ "success": true })))
    })
}

pub(in crate::retell) async fn stop(account: Account, Path(id): Path<String>) -> Result<StatusCode, Failure> {
    let now = account.now_ms();
    with_call(&account, &id, |call| {
        if call.is_over() {
            return Err(Failure::bad("the call has ended"));
        }
        call.end("manual_stopped", now);
        Ok(StatusCode::NO_CONTENT)
    })
}

pub(in crate::retell) async fn delete(
    account: Account,
    Path(id): Path<String>,
) -> Result<StatusCode, Failure> {
    account.with(|workspace| {
        let call = workspace.calls.get(&id).ok_or(Failure::Missing)?;
        if call.status == Status::Ongoing {
            return Err(Failure::bad("an ongoing call cannot be deleted"));
        }
        workspace.calls.remove(&id);
        Ok(StatusCode::NO_CONTENT)
    })
}

/// Counts what it costs elsewhere: the analysis is made anew.
pub(in crate::retell) async fn rerun_analysis(
    account: Account,
    Path(id): Path<String>,
) -> Result<Json<Value>, Failure> {
    with_call(&account, &id, |call| {
        if !call.is_over() {
            return Err(Failure::bad("the call has not ended"));
        }
        call.analysis.get_or_insert_with(Map::new).insert("call_summary".into(), json!("Analysed again."));
        Ok(Json(call.to_json(Detail::Full)))
    })
}

fn ice_servers() -> Value {
    json!([{ "urls": ["stun:stun.example.com:3478"] }])
}

pub(in crate::retell) async fn listen_live(
    account: Account,
    Path(id): Path<String>,
) -> Result<Json<Value>, Failure> {
    let expires_at = account.now_ms() + TOKEN_MS;
    with_call(&account, &id, |call| {
        if call.status != Status::Ongoing {
            return Err(Failure::bad("the call is not ongoing"));
        }
        Ok(Json(json!({ "access_token": format!("listen_{id}"), "participant_id": format!("listener_{id}"),
            "room_name": id, "expires_at": expires_at, "transport": "gateway", "ice_servers": ice_servers() })))
    })
}

pub(in crate::retell) async fn take_over_live(
    account: Account,
    Path(id): Path<String>,
    Body(body): Body,
) -> Result<Json<Value>, Failure> {
    if body.get("participant_id").and_then(Value::as_str) != Some(format!("listener_{id}").as_str()) {
        return Err(Failure::bad("participant_id is not a listener of this call"));
    }
    let now = account.now_ms();
    with_call(&account, &id, |call| {
        if call.status != Status::Ongoing {
            return Err(Failure::bad("the call is not ongoing"));
        }
        call.end("call_take_over", now);
        Ok(Json(json!({ "success": true })))
    })
}

/// Reads what every kind of new call may bring along.
pub(super) fn brought(body: &Fields) -> Result<Brought, Failure> {
    Ok(Brought {
        metadata: body.get("metadata").map(metadata).transpose()?.flatten(),
        variables: variables(body.get("retell_llm_dynamic_variables"))?,
        sip_headers: variables(body.get("custom_sip_headers"))?,
        overrides: body.get("agent_override").cloned().unwrap_or_default(),
    })
}

pub(super) fn text<'b>(body: &'b Fields, name: &str) -> Result<&'b str, Failure> {
    body.get(name).and_then(Value::as_str).ok_or_else(|| Failure::bad(format!("{name} is required")))
}

/// Registers a call, and gives it as it is shown.
fn registered(
    workspace: &mut Workspace,
    line: Line,
    (agent_id, reference): (&str, &Reference),
    brought: Brought,
    now_ms: i64,
) -> Result<Value, Failure> {
    let cast = workspace.cast(agent_id, reference)?;
    let id = workspace.calls.new_id(now_ms);
    let call = Call::new(id, line, &cast, brought, now_ms);
    let shown = call.to_json(Detail::Full);
    workspace.calls.add(call);
    Ok(shown)
}

pub(in crate::retell) async fn create_phone_call(
    account: Account,
    Body(body): Body,
) -> Result<Response, Failure> {
    let from = text(&body, "from_number")?;
    let brought = brought(&body)?;
    let now = account.now_ms();
    let draw = account.retell.draw();
    let shown = account.with(|workspace| {
        let key = body.get("idempotency_key").and_then(Value::as_str);
        if let Some(call) = key.and_then(|key| workspace.calls.made_under(key, now)) {
            return Ok(call.to_json(Detail::Full));
        }
        let shown = outbound(workspace, from, &body, brought, draw, now)?;
        if let (Some(key), Some(id)) = (key, shown["call_id"].as_str()) {
            workspace.calls.note_key(key, id, now);
        }
        Ok(shown)
    })?;
    Ok((StatusCode::CREATED, Json(shown)).into_response())
}

/// Registers a call from one of the workspace's numbers.
pub(super) fn outbound(
    workspace: &mut Workspace,
    from: &str,
    body: &Fields,
    brought: Brought,
    draw: f64,
    now_ms: i64,
) -> Result<Value, Failure> {
    let to = text(body, "to_number")?;
    let may_be_odd = body.get("ignore_e164_validation") == Some(&json!(true));
    if !is_e164(to) && !may_be_odd {
        return Err(Failure::bad("to_number must be in E.164"));
    }
    if workspace.settings.outage_mode {
        return Err(Failure::bad("the workspace is in outage mode; no call goes out"));
    }
    if !workspace.has_room() {
        return Err(Failure::Busy);
    }
    let number = workspace.numbers.get(from).ok_or(Failure::Missing)?;
    if number.kind != "custom" && !to.starts_with("+1") {
        return Err(Failure::bad("a bought number calls within the US only"));
    }
    let overridden = body.get("override_agent_id").and_then(Value::as_str);
    let (agent_id, reference) = match (overridden, drawn(&number.outbound, draw)) {
        (Some(agent), _) => (agent.to_owned(), Reference::read(body.get("override_agent_version"))?),
        (None, Some(agent)) => (agent.agent_id.clone(), agent.reference()),
        (None, None) => return Err(Failure::bad("the number has no outbound agent")),
    };
    let line = Line::Phone { direction: Direction::Outbound, from: from.to_owned(), to: to.to_owned() };
    registered(workspace, line, (&agent_id, &reference), brought, now_ms)
}

/// For telephony of one's own: Retell is told of a call that exists.
pub(in crate::retell) async fn register(account: Account, Body(body): Body) -> Result<Response, Failure> {
    let agent_id = text(&body, "agent_id")?;
    let reference = Reference::read(body.get("agent_version"))?;
    let given = |name: &str| body.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let direction = match given("direction").as_str() {
        "outbound" => Direction::Outbound,
        _ => Direction::Inbound,
    };
    let line = Line::Phone { direction, from: given("from_number"), to: given("to_number") };
    let (brought, now) = (brought(&body)?, account.now_ms());
    let shown =
        account.with(|workspace| registered(workspace, line, (agent_id, &reference), brought, now))?;
    Ok((StatusCode::CREATED, Json(shown)).into_response())
}

/// A web call answers with what a browser needs to join, not with the call.
pub(in crate::retell) async fn create_web_call(
    account: Account,
    Body(body): Body,
) -> Result<Response, Failure> {
    let agent_id = text(&body, "agent_id")?;
    let reference = Reference::read(body.get("agent_version"))?;
    let (brought, now) = (brought(&body)?, account.now_ms());
    let joined = account.with(|workspace| {
        if !workspace.has_room() {
            return Err(Failure::Busy);
        }
        let access_token = workspace.id("web");
        let line = Line::Web { access_token: access_token.clone() };
        let shown = registered(workspace, line, (agent_id, &reference), brought, now)?;
        Ok(json!({ "call_id": shown["call_id"], "access_token": access_token, "expires_at": now + TOKEN_MS,
            "ice_servers": ice_servers(), "transport": "gateway" }))
    })?;
    Ok((StatusCode::CREATED, Json(joined)).into_response())
}
