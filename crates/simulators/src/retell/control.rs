//! What a person sets in Retell's dashboard, set here by a test.

use axum::{extract::State, http::StatusCode};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{Retell, agents::Tag, calls, failure::Failure, request::Body};

/// `PUT /_sim/workspace`. What is left out stays as it is.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Changes {
    /// Whose workspace; may be left out where there is only one.
    key: Option<String>,
    org_name: Option<String>,
    /// Calls at the same time, from now on enforced.
    concurrency_limit: Option<u32>,
    outage_mode: Option<bool>,
    /// Where events of agents without an address of their own go.
    webhook_url: Option<String>,
    tags: Vec<TagChange>,
}

/// A name that points at a version. There is no API that could set it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TagChange {
    agent_id: String,
    tag: String,
    version: Option<u32>,
    #[serde(default)]
    dynamic_variables: Map<String, Value>,
}

pub(super) async fn put_workspace(State(retell): State<Retell>, body: Body) -> Result<StatusCode, Failure> {
    let changes: Changes = body.read()?;
    let key = retell.key(changes.key.as_deref())?;
    retell.with(&key, |workspace| {
        for change in changes.tags {
            let agent = workspace.agents.get_mut(&change.agent_id).ok_or(Failure::Missing)?;
            if let Some(number) = change.version {
                agent.lineage.get(number).ok_or(Failure::Missing)?;
            }
            let dynamic_variables = calls::variables(Some(&Value::Object(change.dynamic_variables)))?;
            agent.tags.insert(change.tag, Tag { version: change.version, dynamic_variables });
        }
        let settings = &mut workspace.settings;
        settings.org_name = changes.org_name.or(settings.org_name.take());
        settings.concurrency_limit = changes.concurrency_limit.or(settings.concurrency_limit);
        settings.webhook_url = changes.webhook_url.or(settings.webhook_url.take());
        settings.outage_mode = changes.outage_mode.unwrap_or(settings.outage_mode);
        Ok(StatusCode::NO_CONTENT)
    })
}

/// `POST /_sim/meetings`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Meeting {
    name: String,
    callers: usize,
}

/// Comes to a meeting of scripted callers and answers when all are there. So a test
/// does something in the middle of a call, and the call waits for it.
pub(super) async fn meet(State(retell): State<Retell>, body: Body) -> Result<StatusCode, Failure> {
    let meeting: Meeting = body.read()?;
    retell.meeting(&meeting.name, meeting.callers)?.wait().await;
    Ok(StatusCode::NO_CONTENT)
}
