//! Components that conversation flows share. They have no versions: a change is
//! everywhere at once.

use axum::{
    Json,
    extract::Path,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use super::{
    failure::Failure,
    page::{Page, Paging, Place, page},
    request::{Account, Body, Params},
    rules,
    versions::{Fields, patch},
    workspace::{THINGS_AT_MOST, Workspace},
};

/// A component, with what nobody interprets.
pub(super) struct Component {
    fields: Fields,
    modified_ms: i64,
}

/// What a client may not set.
const FIXED: [&str; 3] =
    ["conversation_flow_component_id", "linked_conversation_flow_ids", "user_modified_timestamp"];

fn check(fields: &Fields) -> Result<(), Failure> {
    if fields.get("name").and_then(Value::as_str).is_none() {
        return Err(Failure::bad("name is required"));
    }
    if fields.get("nodes").is_none_or(|nodes| !nodes.is_array()) {
        return Err(Failure::bad("nodes is required"));
    }
    rules::engine(fields)
}

/// The flows whose latest version uses a component.
fn linked(workspace: &Workspace, id: &str) -> Vec<String> {
    let uses = |fields: &Fields| {
        let nodes = fields.get("nodes").and_then(Value::as_array).into_iter().flatten();
        nodes.into_iter().any(|node| node.get("component_id").and_then(Value::as_str) == Some(id))
    };
    let flows = workspace.flows.iter().filter(|(_, flow)| uses(&flow.latest().fields));
    flows.map(|(flow, _)| flow.clone()).collect()
}

fn shown(workspace: &Workspace, id: &str, component: &Component) -> Value {
    let mut fields = component.fields.clone();
    fields.insert("conversation_flow_component_id".into(), json!(id));
    fields.insert("linked_conversation_flow_ids".into(), json!(linked(workspace, id)));
    fields.insert("user_modified_timestamp".into(), json!(component.modified_ms));
    Value::Object(fields)
}

fn settable(mut fields: Fields) -> Fields {
    fields.retain(|name, _| !FIXED.contains(&name.as_str()));
    fields
}

pub(super) async fn create(account: Account, Body(body): Body) -> Result<Response, Failure> {
    let mut fields = Fields::new();
    patch(&mut fields, settable(body));
    check(&fields)?;
    let component = Component { fields, modified_ms: account.now_ms() };
    let made = account.with(|workspace| {
        if workspace.components.len() >= THINGS_AT_MOST {
            return Err(Failure::bad("too many components"));
        }
        let id = workspace.id("conversation_flow_component");
        let made = shown(workspace, &id, &component);
        workspace.components.insert(id, component);
        Ok(made)
    })?;
    Ok((StatusCode::CREATED, Json(made)).into_response())
}

pub(super) async fn get(account: Account, Path(id): Path<String>) -> Result<Json<Value>, Failure> {
    account.with(|workspace| {
        let component = workspace.components.get(&id).ok_or(Failure::MissingFlow)?;
        Ok(Json(shown(workspace, &id, component)))
    })
}

pub(super) async fn update(
    account: Account,
    Path(id): Path<String>,
    Body(changes): Body,
) -> Result<Json<Value>, Failure> {
    let now = account.now_ms();
    account.with(|workspace| {
        let component = workspace.components.get_mut(&id).ok_or(Failure::MissingFlow)?;
        let mut fields = component.fields.clone();
        patch(&mut fields, settable(changes));
        check(&fields)?;
        *component = Component { fields, modified_ms: now };
        let component = workspace.components.get(&id).ok_or(Failure::MissingFlow)?;
        Ok(Json(shown(workspace, &id, component)))
    })
}

pub(super) async fn list(
    account: Account,
    Params(paging): Params<Paging>,
) -> Result<Json<Page<Value>>, Failure> {
    let all = account.with(|workspace| {
        let components = workspace.components.iter();
        components
            .map(|(id, one)| (Place { at: one.modified_ms, id: id.clone() }, shown(workspace, id, one)))
            .collect()
    });
    page(all, &paging).map(Json)
}

/// Flows that use it keep naming it.
pub(super) async fn delete(account: Account, Path(id): Path<String>) -> Result<StatusCode, Failure> {
    account.with(|workspace| workspace.components.remove(&id)).ok_or(Failure::MissingFlow)?;
    Ok(StatusCode::NO_CONTENT)
}
