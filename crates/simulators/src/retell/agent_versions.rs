//! Versions of an agent: a draft is forked together with its engine, and both are
//! published in place.

use axum::{
    Json,
    extract::Path,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use super::{
    agents::{Versioned, draft_number, split},
    engines::Kind,
    failure::Failure,
    page::{Page, Paging, Place, page},
    request::{Account, Body, Params},
    versions::{Reference, Version},
};

/// A new draft of the agent, and with it one of its engine.
pub(super) async fn create(
    account: Account,
    Path(id): Path<String>,
    Body(body): Body,
) -> Result<Response, Failure> {
    let Reference::Number(base) =
        body.get("base_version").map_or(Ok(Reference::Latest), |base| Reference::read(Some(base)))?
    else {
        return Err(Failure::bad("base_version is required and a whole number"));
    };
    let now = account.now_ms();
    let made = account.with(|workspace| {
        let agent = workspace.agents.get_mut(&id).ok_or(Failure::Missing)?;
        let number = agent.lineage.fork(base, None, now)?;
        let mut engine =
            agent.lineage.draft(Some(number))?.fields.get("response_engine").cloned().unwrap_or_default();
        if let Some((kind, engine_id)) = Kind::of(&engine) {
            let engine_id = engine_id.to_owned();
            if let Some(lineage) = workspace.engines(kind).get_mut(&engine_id) {
                let from = engine.get("version").and_then(Value::as_u64).and_then(|n| u32::try_from(n).ok());
                let from =
                    from.filter(|from| lineage.get(*from).is_some()).unwrap_or(lineage.latest().number);
                engine["version"] = json!(lineage.fork(from, Some(number), now)?);
            }
        }
        let agent = workspace.agents.get_mut(&id).ok_or(Failure::Missing)?;
        agent.lineage.draft(Some(number))?.fields.insert("response_engine".into(), engine);
        let agent = workspace.agents.get(&id).ok_or(Failure::Missing)?;
        let version = agent.lineage.get(number).ok_or(Failure::Missing)?;
        Ok(agent.to_json(&id, version))
    })?;
    Ok((StatusCode::CREATED, Json(made)).into_response())
}

pub(super) async fn list(
    account: Account,
    Path(id): Path<String>,
    Params(paging): Params<Paging>,
) -> Result<Json<Page<Value>>, Failure> {
    let all = account.with(|workspace| {
        let agent = workspace.agents.get(&id).ok_or(Failure::Missing)?;
        Ok(agent.lineage.versions().map(version_summary).collect())
    })?;
    page(all, &paging).map(Json)
}

fn version_summary(version: &Version) -> (Place, Value) {
    let mut summary = json!({ "version": version.number, "is_published": version.published.is_some(),
        "last_modification_timestamp": version.modified_ms });
    if let Some(base) = version.base {
        summary["base_version"] = json!(base);
    }
    if let Some(title) = &version.title {
        summary["version_title"] = json!(title);
    }
    if let Some(description) = &version.description {
        summary["version_description"] = json!(description);
    }
    (Place { at: i64::from(version.number), id: String::new() }, summary)
}

pub(super) async fn delete(
    account: Account,
    Path(id): Path<String>,
    Params(wanted): Params<Versioned>,
) -> Result<StatusCode, Failure> {
    let Some(number) = wanted.version.as_deref().and_then(|version| version.parse().ok()) else {
        return Err(Failure::bad("version is required and a whole number"));
    };
    account
        .with(|workspace| workspace.agents.get_mut(&id).ok_or(Failure::Missing)?.lineage.remove(number))?;
    Ok(StatusCode::NO_CONTENT)
}

/// Publishes a draft in place, and the engine's version with it. No new draft is made.
pub(super) async fn publish(
    account: Account,
    Path(id): Path<String>,
    Body(body): Body,
) -> Result<StatusCode, Failure> {
    let Some(Reference::Number(number)) =
        body.get("version").map(|version| Reference::read(Some(version))).transpose()?
    else {
        return Err(Failure::bad("version is required and a whole number"));
    };
    let (_, titles) = split(body);
    let now = account.now_ms();
    account.with(|workspace| {
        let agent = workspace.agents.get_mut(&id).ok_or(Failure::Missing)?;
        let published = agent.lineage.publish(number, now)?;
        titles.set(published);
        let engine = published.fields.get("response_engine").cloned().unwrap_or_default();
        if let Some((kind, engine_id)) = Kind::of(&engine)
            && let Some(lineage) = workspace.engines(kind).get_mut(engine_id)
            && let Some(version) =
                engine.get("version").and_then(Value::as_u64).and_then(|n| u32::try_from(n).ok())
        {
            // An engine's version that is gone is left to be noticed in the next call.
            let _ = lineage.publish(version, now);
        }
        Ok(StatusCode::OK)
    })
}

/// Drops what no longer exists from a draft: here, an engine's version.
pub(super) async fn repair(
    account: Account,
    Path(id): Path<String>,
    Params(wanted): Params<Versioned>,
) -> Result<Json<Value>, Failure> {
    account.with(|workspace| {
        let agent = workspace.agents.get_mut(&id).ok_or(Failure::Missing)?;
        let number = draft_number(agent, &wanted)?;
        let draft = agent.lineage.draft(number)?;
        let (number, mut engine) =
            (draft.number, draft.fields.get("response_engine").cloned().unwrap_or_default());
        if let Some((kind, engine_id)) = Kind::of(&engine) {
            let engine_id = engine_id.to_owned();
            let version = engine.get("version").and_then(Value::as_u64).and_then(|n| u32::try_from(n).ok());
            if let Some(lineage) = workspace.engines(kind).get(&engine_id)
                && version.is_none_or(|version| lineage.get(version).is_none())
            {
                engine["version"] = json!(lineage.latest().number);
            }
        }
        let agent = workspace.agents.get_mut(&id).ok_or(Failure::Missing)?;
        agent.lineage.draft(Some(number))?.fields.insert("response_engine".into(), engine);
        let agent = workspace.agents.get(&id).ok_or(Failure::Missing)?;
        let version = agent.lineage.get(number).ok_or(Failure::Missing)?;
        Ok(Json(agent.to_json(&id, version)))
    })
}
