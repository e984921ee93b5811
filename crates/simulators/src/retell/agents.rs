//! Voice agents.

use std::collections::BTreeMap;

use axum::{
    Json,
    extract::Path,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{
    engines::Kind,
    failure::Failure,
    filter::Filter,
    page::{Page, Paging, Place, page},
    request::{Account, Body, Params},
    rules,
    versions::{Fields, Lineage, Reference, Version, patch},
    workspace::{THINGS_AT_MOST, Workspace},
};

/// An agent with everything that was made of it.
pub(super) struct Agent {
    pub(super) lineage: Lineage,
    pub(super) created_ms: i64,
    /// Names from the dashboard that point at versions.
    pub(super) tags: BTreeMap<String, Tag>,
}

/// What a name points at.
#[derive(Clone, Default)]
pub(super) struct Tag {
    /// `None` exists without pointing anywhere and leads to the latest version.
    pub(super) version: Option<u32>,
    /// Brought along into every call that was resolved by this name.
    pub(super) dynamic_variables: Map<String, Value>,
}

/// A tag's name with the variables that it brings.
pub(super) type NamedTag = (String, Map<String, Value>);

impl Agent {
    /// The version that a reference leads to, with the tag that led there.
    pub(super) fn resolve(&self, reference: &Reference) -> Result<(&Version, Option<NamedTag>), Failure> {
        let version = match reference {
            Reference::Number(number) => self.lineage.get(*number).ok_or(Failure::Missing)?,
            Reference::Latest => self.lineage.latest(),
            Reference::LatestPublished => self.lineage.latest_published().ok_or(Failure::Missing)?,
            Reference::Tag(name) => {
                let tag = self.tags.get(name).ok_or(Failure::Missing)?;
                let version = match tag.version {
                    Some(number) => self.lineage.get(number).ok_or(Failure::Missing)?,
                    None => self.lineage.latest(),
                };
                return Ok((version, Some((name.clone(), tag.dynamic_variables.clone()))));
            }
        };
        Ok((version, None))
    }

    pub(super) fn to_json(&self, id: &str, version: &Version) -> Value {
        let mut fields = version.fields.clone();
        for (name, default) in defaults() {
            fields.entry(name).or_insert(default);
        }
        let tags: Vec<&String> = self
            .tags
            .iter()
            .filter(|(_, tag)| tag.version == Some(version.number))
            .map(|(name, _)| name)
            .collect();
        let fixed = json!({ "agent_id": id, "version": version.number,
            "is_published": version.published.is_some(), "base_version": version.base, "assigned_tags": tags,
            "version_title": version.title, "version_description": version.description,
            "last_modification_timestamp": version.modified_ms });
        fields.extend(fixed.as_object().cloned().unwrap_or_default());
        Value::Object(fields)
    }
}

/// What a field is where nobody set it. The zone is a trap for callers elsewhere.
fn defaults() -> [(&'static str, Value); 10] {
    [
        ("language", json!("en-US")),
        ("timezone", json!("America/Los_Angeles")),
        ("webhook_timeout_ms", json!(10_000)),
        ("max_call_duration_ms", json!(3_600_000)),
        ("end_call_after_silence_ms", json!(600_000)),
        ("interruption_sensitivity", json!(1)),
        ("responsiveness", json!(1)),
        ("data_storage_setting", json!("everything")),
        ("post_call_analysis_model", json!("gpt-4.1")),
        ("pii_config", json!({ "mode": "post_call", "categories": [] })),
    ]
}

const FIXED: [&str; 8] = [
    "agent_id",
    "channel",
    "version",
    "is_published",
    "base_version",
    "assigned_tags",
    "last_modification_timestamp",
    "opt_out_sensitive_data_storage",
];

/// Takes what a client may set; titles stand beside the fields.
pub(super) fn split(mut changes: Fields) -> (Fields, Titles) {
    for name in FIXED {
        changes.remove(name);
    }
    let mut text = |name: &str| changes.remove(name).map(|value| value.as_str().map(str::to_owned));
    let titles = Titles { title: text("version_title"), description: text("version_description") };
    (changes, titles)
}

/// Outside, whether it was named at all; inside, what it was set to.
pub(super) struct Titles {
    title: Option<Option<String>>,
    description: Option<Option<String>>,
}

impl Titles {
    pub(super) fn set(self, version: &mut Version) {
        if let Some(title) = self.title {
            version.title = title;
        }
        if let Some(description) = self.description {
            version.description = description;
        }
    }
}

/// Completes the engine that an agent names with its version, and refuses one
/// that does not exist.
fn bind_engine(workspace: &mut Workspace, fields: &mut Fields) -> Result<(), Failure> {
    let Some(engine) = fields.get_mut("response_engine") else {
        return Err(Failure::bad("response_engine is required"));
    };
    if engine.get("type") == Some(&json!("custom-llm")) {
        return match engine.get("llm_websocket_url").and_then(Value::as_str) {
            Some(_) => Ok(()),
            None => Err(Failure::bad("llm_websocket_url is required")),
        };
    }
    let Some((kind, id)) = Kind::of(engine) else {
        return Err(Failure::bad("response_engine names no engine"));
    };
    let lineage = workspace.engines(kind).get(id).ok_or(Failure::Missing)?;
    let number = match Reference::read(engine.get("version"))? {
        Reference::Number(number) => lineage.get(number).ok_or(Failure::Missing)?.number,
        _ => lineage.latest().number,
    };
    engine["version"] = json!(number);
    Ok(())
}

pub(super) async fn create(account: Account, Body(body): Body) -> Result<Response, Failure> {
    let (changes, titles) = split(body);
    let mut fields = Fields::new();
    patch(&mut fields, changes);
    if !fields.contains_key("voice_id") {
        return Err(Failure::bad("voice_id is required"));
    }
    rules::agent(&fields)?;
    let now = account.now_ms();
    let made = account.with(|workspace| {
        if workspace.agents.len() >= THINGS_AT_MOST {
            return Err(Failure::bad("too many agents"));
        }
        bind_engine(workspace, &mut fields)?;
        let mut lineage = Lineage::new(fields, now);
        titles.set(lineage.draft(None)?);
        let id = workspace.id("agent");
        let agent = Agent { lineage, created_ms: now, tags: BTreeMap::new() };
        let made = agent.to_json(&id, agent.lineage.latest());
        workspace.agents.insert(id, agent);
        Ok(made)
    })?;
    Ok((StatusCode::CREATED, Json(made)).into_response())
}

#[derive(Deserialize)]
pub(super) struct Versioned {
    pub(super) version: Option<String>,
}

impl Versioned {
    fn reference(&self) -> Reference {
        Reference::from_text(self.version.as_deref().unwrap_or_default())
    }
}

pub(super) async fn get(
    account: Account,
    Path(id): Path<String>,
    Params(wanted): Params<Versioned>,
) -> Result<Json<Value>, Failure> {
    account.with(|workspace| {
        let agent = workspace.agents.get(&id).ok_or(Failure::Missing)?;
        let (version, _) = agent.resolve(&wanted.reference())?;
        Ok(Json(agent.to_json(&id, version)))
    })
}

/// The draft that a request means.
pub(super) fn draft_number(agent: &Agent, wanted: &Versioned) -> Result<Option<u32>, Failure> {
    match wanted.reference() {
        Reference::Latest => Ok(None),
        other => agent.resolve(&other).map(|(version, _)| Some(version.number)),
    }
}

pub(super) async fn update(
    account: Account,
    Path(id): Path<String>,
    Params(wanted): Params<Versioned>,
    Body(body): Body,
) -> Result<Json<Value>, Failure> {
    let (changes, titles) = split(body);
    let now = account.now_ms();
    account.with(|workspace| {
        let agent = workspace.agents.get_mut(&id).ok_or(Failure::Missing)?;
        let number = draft_number(agent, &wanted)?;
        let draft = agent.lineage.draft(number)?;
        let (number, mut fields) = (draft.number, draft.fields.clone());
        let names_engine = changes.contains_key("response_engine");
        patch(&mut fields, changes);
        rules::agent(&fields)?;
        if names_engine {
            bind_engine(workspace, &mut fields)?;
        }
        let agent = workspace.agents.get_mut(&id).ok_or(Failure::Missing)?;
        let draft = agent.lineage.draft(Some(number))?;
        draft.fields = fields;
        draft.modified_ms = now;
        titles.set(draft);
        let agent = workspace.agents.get(&id).ok_or(Failure::Missing)?;
        let version = agent.lineage.get(number).ok_or(Failure::Missing)?;
        Ok(Json(agent.to_json(&id, version)))
    })
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Listing {
    filter_criteria: AgentFilter,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct AgentFilter {
    channel: Option<Filter>,
    /// Part of a name in any case, or of an id.
    query: Option<String>,
    is_transfer_agent: Option<Filter>,
}

/// Summaries: no version, no configuration, no word about what is published.
pub(super) async fn list(
    account: Account,
    Params(paging): Params<Paging>,
    body: Body,
) -> Result<Json<Page<Value>>, Failure> {
    let Listing { filter_criteria: filter } = body.read()?;
    let query = filter.query.as_deref().unwrap_or_default().to_lowercase();
    let all = account.with(|workspace| {
        let summaries = workspace.agents.iter().map(|(id, agent)| {
            let fields = &agent.lineage.latest().fields;
            let name = fields.get("agent_name").and_then(Value::as_str).unwrap_or_default();
            let is_transfer = fields.get("is_transfer_agent").and_then(Value::as_bool).unwrap_or(false);
            let fits = filter.channel.as_ref().is_none_or(|channel| channel.fits(Some(&json!("voice"))))
                && filter.is_transfer_agent.as_ref().is_none_or(|wanted| wanted.fits(Some(&json!(is_transfer))))
                && (name.to_lowercase().contains(&query) || id.contains(&query));
            let at = agent.lineage.modified_ms().max(agent.created_ms);
            let tags: Map<String, Value> =
                agent.tags.iter().map(|(name, tag)| (name.clone(), tag_json(tag))).collect();
            let summary = json!({ "agent_id": id, "agent_name": name, "channel": "voice", "is_suspended": false,
                "is_transfer_agent": is_transfer, "tags": tags, "user_modified_timestamp": at });
            fits.then(|| (Place { at, id: id.clone() }, summary))
        });
        summaries.flatten().collect()
    });
    page(all, &paging).map(Json)
}

fn tag_json(tag: &Tag) -> Value {
    let mut shown = json!({ "dynamic_variables": tag.dynamic_variables });
    if let Some(version) = tag.version {
        shown["version"] = json!(version);
    }
    shown
}

/// Deletes all its versions. Numbers that name it keep doing so.
pub(super) async fn delete(account: Account, Path(id): Path<String>) -> Result<StatusCode, Failure> {
    account.with(|workspace| workspace.agents.remove(&id)).ok_or(Failure::Missing)?;
    Ok(StatusCode::NO_CONTENT)
}
