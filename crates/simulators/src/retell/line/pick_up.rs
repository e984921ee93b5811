//! From the ringing to the agent: who takes the call, in which version, with what.

use serde_json::{Value, json};

use super::{
    Line,
    inbound::answering,
    line,
    script::{Inbound, Played, Script, Step, WebCall},
};
use crate::retell::{
    Retell,
    calls::{Brought, Call, Direction, Line as Over, Status},
    failure::Failure,
    versions::{Reference, patch},
    workspace::Cast,
};

/// What came of ringing.
pub(super) enum PickedUp {
    Talk(Box<Line>, Vec<Step>),
    Diverted(Box<Played>),
}

/// Changes for this call alone, over the agent and its engine.
fn overridden(cast: &mut Cast, overrides: &Value) {
    let part = |name: &str| overrides.get(name).and_then(Value::as_object).cloned().unwrap_or_default();
    patch(&mut cast.agent, part("agent"));
    patch(&mut cast.engine, part(if cast.is_flow { "conversation_flow" } else { "retell_llm" }));
}

/// The sentence that an engine begins with; `None` leaves the first word to the caller.
pub(super) fn begin_message(cast: &Cast) -> Option<String> {
    let engine = &cast.engine;
    if engine.get("start_speaker").and_then(Value::as_str) == Some("user") {
        return None;
    }
    let text = if cast.is_flow {
        let start = engine.get("start_node_id");
        let nodes = engine.get("nodes").and_then(Value::as_array)?;
        let node = nodes.iter().find(|node| start.is_none() || node.get("id") == start)?;
        node.pointer("/instruction/text")?
    } else {
        engine.get("begin_message")?
    };
    text.as_str().filter(|text| !text.is_empty()).map(str::to_owned)
}

/// Finds the agent that takes the call.
pub(super) async fn pick_up(retell: Retell, key: String, mut script: Script) -> Result<PickedUp, Failure> {
    if let Some(language) = &script.language {
        script.dynamic_variables.entry("language").or_insert_with(|| json!(language));
    }
    match (script.to_number.clone(), script.web_call.clone(), script.call_id.clone()) {
        (Some(number), None, None) => rung(retell, key, script, number).await,
        (None, Some(web), None) => {
            let (call_id, cast) = from_a_browser(&retell, &key, &script, &web)?;
            Ok(talk(line(retell, key, call_id, cast, script)))
        }
        (None, None, Some(call_id)) => {
            let cast = taken_up(&retell, &key, &script, &call_id)?;
            Ok(talk(line(retell, key, call_id, cast, script)))
        }
        _ => Err(Failure::bad("name one of to_number, web_call and call_id")),
    }
}

fn talk((line, steps): (Line, Vec<Step>)) -> PickedUp {
    PickedUp::Talk(Box::new(line), steps)
}

/// A call to a number, which may lead elsewhere than to an agent.
async fn rung(retell: Retell, key: String, script: Script, number: String) -> Result<PickedUp, Failure> {
    let now = retell.now_ms();
    let call_id = retell.with(&key, |workspace| workspace.calls.new_id(now));
    let answering = answering(&retell, &key, &script, &number, &call_id).await?;
    let diverted = |to: Option<String>, reason: &str, inbound: Option<Inbound>| {
        let disconnection_reason = Some(reason.to_owned());
        let played = Played { forwarded_to: to, disconnection_reason, inbound, ..Played::default() };
        Ok(PickedUp::Diverted(Box::new(played)))
    };
    if let Some(elsewhere) = answering.diverted {
        return diverted(elsewhere.to, elsewhere.reason, answering.inbound);
    }
    let (agent_id, reference) = answering.agent.ok_or(Failure::Missing)?;
    let over = Over::Phone {
        direction: Direction::Inbound,
        from: script.from_number.clone().unwrap_or_else(|| "anonymous".into()),
        to: number,
    };
    let mut variables = script.dynamic_variables.clone();
    variables.extend(answering.variables);
    let brought = Brought {
        metadata: answering.metadata.or_else(|| script.metadata.clone()),
        variables,
        sip_headers: script.sip_headers.clone(),
        overrides: answering.overrides,
    };
    let cast = match begin(&retell, &key, call_id.clone(), over, (&agent_id, &reference), brought) {
        Ok(cast) => cast,
        // An override that leads nowhere costs the call.
        Err(_) if answering.inbound.as_ref().is_some_and(Inbound::was_heard) => {
            return diverted(None, "rejected", answering.inbound);
        }
        Err(failure) => return Err(failure),
    };
    let (mut line, steps) = line(retell, key, call_id, cast, script);
    line.played.inbound = answering.inbound;
    Ok(talk((line, steps)))
}

fn from_a_browser(
    retell: &Retell,
    key: &str,
    script: &Script,
    web: &WebCall,
) -> Result<(String, Cast), Failure> {
    let reference = Reference::read(web.agent_version.as_ref())?;
    let now = retell.now_ms();
    let (call_id, access_token) =
        retell.with(key, |workspace| (workspace.calls.new_id(now), workspace.id("web")));
    let brought = Brought {
        metadata: script.metadata.clone(),
        variables: script.dynamic_variables.clone(),
        ..Brought::default()
    };
    let over = Over::Web { access_token };
    let cast = begin(retell, key, call_id.clone(), over, (&web.agent_id, &reference), brought)?;
    Ok((call_id, cast))
}

/// Holds a call that the API registered.
fn taken_up(retell: &Retell, key: &str, script: &Script, call_id: &str) -> Result<Cast, Failure> {
    let now = retell.now_ms();
    retell.with(key, |workspace| {
        let call = workspace.calls.get_mut(call_id).ok_or(Failure::Missing)?;
        if call.status != Status::Registered {
            return Err(Failure::bad("the call is not registered any more"));
        }
        call.begin(now);
        call.variables.extend(script.dynamic_variables.clone());
        let (agent_id, version) = (call.agent_id.clone(), Reference::Number(call.agent_version));
        let overrides = call.overrides.clone();
        let mut cast = workspace.cast(&agent_id, &version)?;
        overridden(&mut cast, &overrides);
        Ok(cast)
    })
}

/// Begins a call with this agent and notes it.
fn begin(
    retell: &Retell,
    key: &str,
    call_id: String,
    over: Over,
    (agent_id, reference): (&str, &Reference),
    brought: Brought,
) -> Result<Cast, Failure> {
    let now = retell.now_ms();
    retell.with(key, |workspace| {
        let mut cast = workspace.cast(agent_id, reference)?;
        overridden(&mut cast, &brought.overrides);
        let mut call = Call::new(call_id, over, &cast, brought, now);
        call.begin(now);
        workspace.calls.add(call);
        Ok(cast)
    })
}
