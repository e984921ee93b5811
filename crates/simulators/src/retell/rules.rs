//! What Retell demands of the fields it interprets. A field that is not named here
//! is kept as it came.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{failure::Failure, versions::Fields};

/// Fields of an agent with the bounds of their numbers.
const AGENT_BOUNDS: &[(&str, f64, f64)] = &[
    ("voice_speed", 0.5, 2.0),
    ("voice_temperature", 0.0, 2.0),
    ("volume", 0.0, 2.0),
    ("interruption_sensitivity", 0.0, 1.0),
    ("responsiveness", 0.0, 1.0),
    ("max_call_duration_ms", 60_000.0, 7_200_000.0),
    ("end_call_after_silence_ms", 10_000.0, f64::MAX),
    ("begin_message_delay_ms", 0.0, 5_000.0),
    ("ring_duration_ms", 5_000.0, 300_000.0),
    ("data_storage_retention_days", 1.0, 730.0),
];

/// Events that an agent can send.
pub(super) const EVENTS: [&str; 8] = [
    "call_started",
    "call_ended",
    "call_analyzed",
    "transcript_updated",
    "transfer_started",
    "transfer_bridged",
    "transfer_cancelled",
    "transfer_ended",
];

/// Kinds of tools. The two that booked at Cal.com are gone.
const TOOLS: [&str; 12] = [
    "end_call",
    "transfer_call",
    "agent_swap",
    "press_digit",
    "send_sms",
    "custom",
    "code",
    "extract_dynamic_variable",
    "bridge_transfer",
    "cancel_transfer",
    "mcp",
    "integration_app",
];

fn within(fields: &Fields, bounds: &[(&str, f64, f64)]) -> Result<(), Failure> {
    for (name, low, high) in bounds {
        match fields.get(*name) {
            None | Some(Value::Null) => {}
            Some(value) if value.as_f64().is_some_and(|number| (*low..=*high).contains(&number)) => {}
            Some(_) => return Err(Failure::bad(format!("{name} is not a number within its bounds"))),
        }
    }
    Ok(())
}

fn one_of(fields: &Fields, name: &str, words: &[&str]) -> Result<(), Failure> {
    match fields.get(name) {
        None | Some(Value::Null) => Ok(()),
        Some(value) if value.as_str().is_some_and(|word| words.contains(&word)) => Ok(()),
        Some(_) => Err(Failure::bad(format!("{name} must be one of {}", words.join(", ")))),
    }
}

/// Checks an agent's fields, on creation and on change.
pub(super) fn agent(fields: &Fields) -> Result<(), Failure> {
    within(fields, AGENT_BOUNDS)?;
    one_of(
        fields,
        "data_storage_setting",
        &["everything", "everything_except_pii", "basic_attributes_only"],
    )?;
    let events = fields.get("webhook_events").and_then(Value::as_array);
    if events.into_iter().flatten().any(|event| !event.as_str().is_some_and(|word| EVENTS.contains(&word))) {
        return Err(Failure::bad("webhook_events has an unknown event"));
    }
    let languages = match fields.get("language") {
        Some(Value::Array(many)) => many.clone(),
        Some(one) => vec![one.clone()],
        None => Vec::new(),
    };
    if languages.iter().any(|one| one.as_str().is_none_or(|word| word == "multi")) {
        return Err(Failure::bad("language is a locale or a list of locales"));
    }
    match fields.get("voice_id") {
        None | Some(Value::String(_)) => Ok(()),
        Some(_) => Err(Failure::bad("voice_id must be a string")),
    }
}

/// Checks a prompt engine or a flow.
pub(super) fn engine(fields: &Fields) -> Result<(), Failure> {
    within(fields, &[("model_temperature", 0.0, 1.0)])?;
    one_of(fields, "start_speaker", &["user", "agent"])?;
    let set = |name: &str| fields.get(name).is_some_and(|value| !value.is_null());
    if set("model") && set("s2s_model") {
        return Err(Failure::bad("model and s2s_model exclude each other"));
    }
    tools(fields.get("general_tools"))?;
    tools(fields.get("tools"))?;
    for state in fields.get("states").and_then(Value::as_array).into_iter().flatten() {
        tools(state.get("tools"))?;
    }
    Ok(())
}

/// Checks tools that are offered at the same time.
fn tools(list: Option<&Value>) -> Result<(), Failure> {
    let list = match list {
        None | Some(Value::Null) => return Ok(()),
        Some(Value::Array(list)) => list,
        Some(_) => return Err(Failure::bad("tools must be a list")),
    };
    let mut names = BTreeSet::new();
    for tool in list {
        let kind = tool.get("type").and_then(Value::as_str).unwrap_or_default();
        if !TOOLS.contains(&kind) {
            return Err(Failure::bad(format!("there is no tool type {kind:?}")));
        }
        let name = tool.get("name").and_then(Value::as_str).unwrap_or_default();
        let is_name = (1..=64).contains(&name.len())
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-');
        if !is_name {
            return Err(Failure::bad(format!("{name:?} is no name of a tool")));
        }
        if !names.insert(name) {
            return Err(Failure::bad(format!("two tools are called {name}")));
        }
        if kind == "custom" {
            custom_tool(name, tool)?;
        }
    }
    Ok(())
}

fn custom_tool(name: &str, tool: &Value) -> Result<(), Failure> {
    if tool.get("url").and_then(Value::as_str).is_none_or(str::is_empty) {
        return Err(Failure::bad(format!("the tool {name} needs a url")));
    }
    let bounded = |field: &str, low: u64, high: u64| match tool.get(field) {
        None | Some(Value::Null) => true,
        Some(value) => value.as_u64().is_some_and(|number| (low..=high).contains(&number)),
    };
    if !bounded("timeout_ms", 1_000, 600_000) {
        return Err(Failure::bad(format!("timeout_ms of {name} must be from 1000 to 600000")));
    }
    if !bounded("max_retry", 0, 5) {
        return Err(Failure::bad(format!("max_retry of {name} must be from 0 to 5")));
    }
    match tool.get("method").and_then(Value::as_str) {
        None | Some("GET" | "POST" | "PUT" | "PATCH" | "DELETE") => Ok(()),
        Some(_) => Err(Failure::bad(format!("the method of {name} is unknown"))),
    }
}

/// A phone number as it names itself: a plus and 8 to 15 digits.
pub(super) fn is_e164(number: &str) -> bool {
    number.strip_prefix('+').is_some_and(|digits| {
        (8..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
    })
}
