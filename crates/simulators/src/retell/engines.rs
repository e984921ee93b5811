//! Response engines: prompts with tools (`retell-llm`) and conversation flows.
//! They differ in their words and in how they say that something is missing.

use axum::{
    Json,
    extract::Path,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    failure::Failure,
    page::{Page, Paging, Place, page},
    request::{Account, Body, Params},
    rules,
    versions::{Fields, Lineage, Reference, Version, patch},
    workspace::{THINGS_AT_MOST, Workspace},
};

/// Which of the two.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    Llm,
    Flow,
}

impl Kind {
    pub(super) const ALL: [Self; 2] = [Self::Llm, Self::Flow];

    /// The word in addresses and in an agent's `response_engine.type`.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Llm => "retell-llm",
            Self::Flow => "conversation-flow",
        }
    }

    /// The field that holds its id.
    pub(super) fn id_field(self) -> &'static str {
        match self {
            Self::Llm => "llm_id",
            Self::Flow => "conversation_flow_id",
        }
    }

    fn id_prefix(self) -> &'static str {
        match self {
            Self::Llm => "llm",
            Self::Flow => "conversation_flow",
        }
    }

    fn missing(self) -> Failure {
        match self {
            Self::Llm => Failure::Missing,
            Self::Flow => Failure::MissingFlow,
        }
    }

    /// Reads the engine that an agent names.
    pub(super) fn of(response_engine: &Value) -> Option<(Self, &str)> {
        let word = response_engine.get("type")?.as_str()?;
        let kind = Self::ALL.into_iter().find(|kind| kind.word() == word)?;
        Some((kind, response_engine.get(kind.id_field())?.as_str()?))
    }
}

#[derive(Deserialize)]
pub(super) struct Versioned {
    version: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Deletion {
    #[serde(default)]
    force_delete: bool,
}

fn to_json(kind: Kind, id: &str, version: &Version) -> Value {
    let mut fields = version.fields.clone();
    fields.insert(kind.id_field().to_owned(), json!(id));
    fields.insert("version".to_owned(), json!(version.number));
    fields.insert("last_modification_timestamp".to_owned(), json!(version.modified_ms));
    // A flow does not say whether it is published.
    if kind == Kind::Llm {
        fields.insert("is_published".to_owned(), json!(version.published.is_some()));
        for (name, default) in [("start_speaker", json!("agent")), ("model_temperature", json!(0))] {
            fields.entry(name).or_insert(default);
        }
        if !fields.contains_key("s2s_model") {
            fields.entry("model").or_insert_with(|| json!("gpt-4.1"));
        }
    }
    Value::Object(fields)
}

/// What a client may not set.
fn without_fixed(mut fields: Fields, kind: Kind) -> Fields {
    for name in [kind.id_field(), "version", "is_published", "last_modification_timestamp"] {
        fields.remove(name);
    }
    fields
}

pub(super) async fn create(kind: Kind, account: Account, Body(fields): Body) -> Result<Response, Failure> {
    let mut kept = Fields::new();
    patch(&mut kept, without_fixed(fields, kind));
    if kind == Kind::Flow {
        if kept.get("nodes").is_none_or(|nodes| !nodes.is_array()) {
            return Err(Failure::bad("nodes is required"));
        }
        if !kept.contains_key("start_speaker") {
            return Err(Failure::bad("start_speaker is required"));
        }
    }
    rules::engine(&kept)?;
    let now = account.now_ms();
    let made = account.with(|workspace| {
        if workspace.engines(kind).len() >= THINGS_AT_MOST {
            return Err(Failure::bad("too many engines"));
        }
        let id = workspace.id(kind.id_prefix());
        let lineage = Lineage::new(kept, now);
        let made = to_json(kind, &id, lineage.latest());
        workspace.engines(kind).insert(id, lineage);
        Ok(made)
    })?;
    Ok((StatusCode::CREATED, Json(made)).into_response())
}

pub(super) async fn get(
    kind: Kind,
    account: Account,
    Path(id): Path<String>,
    Params(wanted): Params<Versioned>,
) -> Result<Json<Value>, Failure> {
    account.with(|workspace| {
        let lineage = workspace.engines(kind).get(&id).ok_or_else(|| kind.missing())?;
        let version = match Reference::from_text(wanted.version.as_deref().unwrap_or_default()) {
            Reference::Number(number) => lineage.get(number).ok_or_else(|| kind.missing())?,
            Reference::Latest => lineage.latest(),
            Reference::LatestPublished => lineage.latest_published().ok_or_else(|| kind.missing())?,
            Reference::Tag(_) => return Err(Failure::bad("version must be a whole number")),
        };
        Ok(Json(to_json(kind, &id, version)))
    })
}

pub(super) async fn update(
    kind: Kind,
    account: Account,
    Path(id): Path<String>,
    Params(wanted): Params<Versioned>,
    Body(changes): Body,
) -> Result<Json<Value>, Failure> {
    let number = match wanted.version.as_deref().map(Reference::from_text) {
        None | Some(Reference::Latest) => None,
        Some(Reference::Number(number)) => Some(number),
        Some(_) => return Err(Failure::bad("version must be a whole number")),
    };
    let now = account.now_ms();
    account.with(|workspace| {
        let lineage = workspace.engines(kind).get_mut(&id).ok_or_else(|| kind.missing())?;
        let draft = lineage.draft(number).map_err(|failure| match failure {
            Failure::Missing => kind.missing(),
            other => other,
        })?;
        let mut fields = draft.fields.clone();
        patch(&mut fields, without_fixed(changes, kind));
        rules::engine(&fields)?;
        draft.fields = fields;
        draft.modified_ms = now;
        Ok(Json(to_json(kind, &id, draft)))
    })
}

/// Each engine once, in its latest version.
pub(super) async fn list(
    kind: Kind,
    account: Account,
    Params(paging): Params<Paging>,
) -> Result<Json<Page<Value>>, Failure> {
    let all = account.with(|workspace| {
        let engines = workspace.engines(kind).iter();
        engines
            .map(|(id, lineage)| {
                let place = Place { at: lineage.modified_ms(), id: id.clone() };
                (place, to_json(kind, id, lineage.latest()))
            })
            .collect()
    });
    page(all, &paging).map(Json)
}

fn is_used(workspace: &Workspace, kind: Kind, id: &str) -> bool {
    workspace.agents.values().flat_map(|agent| agent.lineage.versions()).any(|version| {
        let engine = version.fields.get("response_engine").unwrap_or(&Value::Null);
        Kind::of(engine) == Some((kind, id))
    })
}

pub(super) async fn delete(
    kind: Kind,
    account: Account,
    Path(id): Path<String>,
    Params(deletion): Params<Deletion>,
) -> Result<StatusCode, Failure> {
    account.with(|workspace| {
        if !workspace.engines(kind).contains_key(&id) {
            return Err(kind.missing());
        }
        if !deletion.force_delete && is_used(workspace, kind, &id) {
            return Err(Failure::bad("an agent still uses this response engine"));
        }
        workspace.engines(kind).remove(&id);
        Ok(StatusCode::NO_CONTENT)
    })
}
