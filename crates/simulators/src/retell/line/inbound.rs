//! Before an agent answers: which one, in which version, and what the number's
//! own webhook says to it.

use std::time::Duration;

use serde_json::{Value, json};

use super::{
    script::{Inbound, Script},
    send::{Outgoing, send},
};
use crate::retell::{
    Retell,
    calls::variables,
    failure::Failure,
    numbers::drawn,
    versions::{Fields, Reference},
};

const TIMEOUT: Duration = Duration::from_secs(10);

/// After the first attempt.
const RETRIES: u32 = 3;

/// Between attempts, doubling; the caller hears it ring meanwhile.
const PAUSE_FIRST: Duration = Duration::from_millis(100);

/// Who takes the call, with what.
#[derive(Debug, Default)]
pub(super) struct Answering {
    pub(super) agent: Option<(String, Reference)>,
    pub(super) variables: Fields,
    pub(super) metadata: Option<Value>,
    pub(super) overrides: Value,
    pub(super) inbound: Option<Inbound>,
    /// No agent takes it: it goes here, or nowhere.
    pub(super) diverted: Option<Diverted>,
}

#[derive(Debug)]
pub(super) struct Diverted {
    pub(super) to: Option<String>,
    pub(super) reason: &'static str,
}

/// Asks the number who answers.
pub(super) async fn answering(
    retell: &Retell,
    key: &str,
    script: &Script,
    number: &str,
    call_id: &str,
) -> Result<Answering, Failure> {
    let draw = script.draw.unwrap_or_else(|| retell.draw());
    let (agent, webhook, diverted) = retell.with(key, |workspace| {
        let one = workspace.numbers.get(number).ok_or_else(|| Failure::bad("no such number"))?;
        let agent = drawn(&one.inbound, draw).map(|agent| (agent.agent_id.clone(), agent.reference()));
        let reason = if workspace.settings.outage_mode {
            Some("outage_mode")
        } else {
            (!workspace.has_room()).then_some("no_concurrency_fallback")
        };
        let diverted = reason.map(|reason| Diverted { to: one.fallback.clone(), reason });
        Ok((agent, one.inbound_webhook_url.clone(), diverted))
    })?;
    let mut answering = Answering { agent, diverted, ..Answering::default() };
    if answering.diverted.is_none()
        && let Some(url) = webhook
    {
        ask(retell, key, script, (number, call_id), url, &mut answering).await;
    }
    if answering.agent.is_none() && answering.diverted.is_none() {
        return Err(Failure::bad("the number has no inbound agent"));
    }
    Ok(answering)
}

async fn ask(
    retell: &Retell,
    key: &str,
    script: &Script,
    (number, call_id): (&str, &str),
    url: String,
    answering: &mut Answering,
) {
    let mut asked = json!({ "from_number": script.from_number.as_deref().unwrap_or("anonymous"),
        "to_number": number, "call_id": call_id });
    if let Some((agent_id, reference)) = &answering.agent {
        asked["agent_id"] = json!(agent_id);
        let version =
            retell.with(key, |workspace| workspace.cast(agent_id, reference).map(|cast| cast.version));
        if let Ok(version) = version {
            asked["agent_version"] = json!(version);
        }
    }
    if !script.sip_headers.is_empty() {
        let lower = script.sip_headers.iter().map(|(name, value)| (name.to_lowercase(), value.clone()));
        asked["custom_sip_headers"] = Value::Object(lower.collect());
    }
    let body = json!({ "event": "call_inbound", "event_timestamp": retell.now_ms(), "call_inbound": asked });
    let outgoing = Outgoing::post(url, body.to_string(), TIMEOUT);
    let mut inbound = Inbound::default();
    let mut pause = PAUSE_FIRST;
    for attempt in 0..=RETRIES {
        if attempt > 0 {
            tokio::time::sleep(pause).await;
            pause *= 2;
        }
        let answer = send(retell, key, &outgoing).await;
        inbound.attempts = attempt + 1;
        inbound.status = answer.status;
        if answer.is_success() {
            inbound.rejected = !obey(answer.body.get("call_inbound"), answering);
            break;
        }
    }
    if inbound.rejected {
        answering.diverted = Some(Diverted { to: None, reason: "rejected" });
    }
    answering.inbound = Some(inbound);
}

/// Takes over what was answered; false where the call is not to be taken.
fn obey(said: Option<&Value>, answering: &mut Answering) -> bool {
    let Some(said) = said.and_then(Value::as_object) else { return true };
    // Beside something that cannot be read nothing counts, a rejection neither.
    let Ok(brought) = variables(said.get("dynamic_variables")) else { return true };
    if said.get("reject") == Some(&json!(true)) {
        return false;
    }
    if let Some(agent_id) = said.get("override_agent_id").and_then(Value::as_str) {
        answering.agent = Some((agent_id.to_owned(), Reference::Latest));
    }
    if let (Some(version), Some((_, reference))) = (said.get("override_agent_version"), &mut answering.agent)
    {
        match Reference::read(Some(version)) {
            Ok(wanted) => *reference = wanted,
            Err(_) => return false,
        }
    }
    answering.variables = brought;
    answering.metadata = said.get("metadata").cloned();
    answering.overrides = said.get("agent_override").cloned().unwrap_or_default();
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_true_rejects_and_an_unreadable_sibling_voids_it() {
        for (said, is_taken) in [
            (json!({}), true),
            (json!({ "reject": false }), true),
            (json!({ "reject": "true" }), true),
            (json!({ "reject": 1 }), true),
            (json!({ "reject": true }), false),
            (json!({ "reject": true, "dynamic_variables": { "count": 1 } }), true),
            (json!({ "override_agent_version": -1 }), true),
        ] {
            assert_eq!(obey(Some(&said), &mut Answering::default()), is_taken, "{said}");
        }
        assert!(obey(None, &mut Answering::default()));
    }

    #[test]
    fn an_agent_and_a_version_can_be_named() {
        let mut answering =
            Answering { agent: Some(("own".into(), Reference::Number(1))), ..Answering::default() };
        let said = json!({ "override_agent_version": "latest_published", "dynamic_variables": { "a": "b" } });
        assert!(obey(Some(&said), &mut answering));
        assert_eq!(answering.agent, Some(("own".into(), Reference::LatestPublished)));
        let said = json!({ "override_agent_id": "other", "override_agent_version": 3 });
        assert!(obey(Some(&said), &mut answering));
        assert_eq!(answering.agent, Some(("other".into(), Reference::Number(3))));
    }
}
