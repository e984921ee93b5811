//! An agent's own tool: where a function is, and how it wants to be called.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Map, Value, json};

use super::send::Outgoing;
use crate::retell::versions::Fields;

/// Where a tool says nothing.
const TIMEOUT_DEFAULT_MS: u64 = 120_000;

/// What of an answer reaches the model, in characters.
pub(super) const RESULT_CHARACTERS_AT_MOST: usize = 15_000;

/// A custom tool.
#[derive(Clone, Debug)]
pub(super) struct Tool {
    pub(super) name: String,
    url: String,
    method: Method,
    headers: Fields,
    query: Fields,
    /// Arguments that are fixed in the tool's definition.
    constants: Fields,
    args_at_root: bool,
    timeout: Duration,
    pub(super) retries: u32,
    pub(super) speaks_afterwards: bool,
    /// Said while the function runs, where the words are fixed.
    pub(super) filler: Option<String>,
    /// Variable name → path in the answer.
    pub(super) response_variables: Fields,
}

/// The custom tools of an engine: of a prompt and its states, or of a flow.
pub(super) fn tools(engine: &Fields) -> Vec<Tool> {
    let states = engine.get("states").and_then(Value::as_array).into_iter().flatten();
    let in_states = states.filter_map(|state| state.get("tools"));
    [engine.get("general_tools"), engine.get("tools")]
        .into_iter()
        .flatten()
        .chain(in_states)
        .filter_map(Value::as_array)
        .flatten()
        .filter(|tool| tool.get("type") == Some(&json!("custom")))
        .filter_map(Tool::read)
        .collect()
}

impl Tool {
    fn read(value: &Value) -> Option<Self> {
        let text = |name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
        let flag = |name: &str, absent: bool| value.get(name).and_then(Value::as_bool).unwrap_or(absent);
        let object = |name: &str| value.get(name).and_then(Value::as_object).cloned().unwrap_or_default();
        let properties = value.pointer("/parameters/properties").and_then(Value::as_object);
        let constants = properties
            .into_iter()
            .flatten()
            .filter_map(|(name, property)| Some((name.clone(), property.get("const")?.clone())))
            .collect();
        let is_fixed = text("execution_message_type").as_deref() == Some("static_text");
        let filler = text("execution_message_description")
            .filter(|_| is_fixed && flag("speak_during_execution", false));
        Some(Self {
            name: text("name")?,
            url: text("url")?,
            method: text("method").and_then(|method| method.parse().ok()).unwrap_or(Method::POST),
            headers: object("headers"),
            query: object("query_params"),
            constants,
            args_at_root: flag("args_at_root", false),
            timeout: Duration::from_millis(
                value.get("timeout_ms").and_then(Value::as_u64).unwrap_or(TIMEOUT_DEFAULT_MS),
            ),
            retries: value
                .get("max_retry")
                .and_then(Value::as_u64)
                .and_then(|n| u32::try_from(n).ok())
                .unwrap_or(0),
            speaks_afterwards: flag("speak_after_execution", true),
            filler,
            response_variables: object("response_variables"),
        })
    }

    /// The arguments with those that the definition fixes.
    pub(super) fn complete(&self, arguments: Value, variables: &Fields) -> Value {
        if self.constants.is_empty() {
            return arguments;
        }
        let mut complete = arguments.as_object().cloned().unwrap_or_default();
        for (name, value) in &self.constants {
            let value = value.as_str().map_or_else(|| value.clone(), |text| json!(filled(text, variables)));
            complete.insert(name.clone(), value);
        }
        Value::Object(complete)
    }

    /// The request, with the call so far unless the tool wants bare arguments.
    pub(super) fn request(
        &self,
        call: &Value,
        arguments: &Value,
        variables: &Fields,
        timeout_ms: Option<u64>,
    ) -> Outgoing {
        let pairs = |fields: &Fields| -> Vec<(String, String)> {
            fields.iter().map(|(name, value)| (name.clone(), filled(&as_text(value), variables))).collect()
        };
        let mut query = pairs(&self.query);
        let has_body = matches!(self.method, Method::POST | Method::PUT | Method::PATCH);
        let body = if !has_body {
            let empty = Map::new();
            let given = arguments.as_object().unwrap_or(&empty);
            query.extend(given.iter().map(|(name, value)| (name.clone(), as_text(value))));
            None
        } else if self.args_at_root {
            Some(arguments.to_string())
        } else {
            Some(json!({ "name": self.name, "call": call, "args": arguments }).to_string())
        };
        Outgoing {
            method: self.method.clone(),
            url: filled(&self.url, variables),
            query,
            headers: pairs(&self.headers),
            body,
            timeout: timeout_ms.map_or(self.timeout, Duration::from_millis),
        }
    }
}

fn as_text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Replaces `{{name}}` by a variable's value; an unknown one stays as it is.
pub(super) fn filled(text: &str, variables: &Fields) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        out.push_str(before);
        let Some((name, behind)) = after.split_once("}}") else {
            out.push_str("{{");
            rest = after;
            continue;
        };
        match variables.get(name.trim()).and_then(Value::as_str) {
            Some(value) => out.push_str(value),
            None => out.push_str(&format!("{{{{{name}}}}}")),
        }
        rest = behind;
    }
    out.push_str(rest);
    out
}

/// What stands at a path such as `user.name` or `slots.0.start`.
pub(super) fn at_path<'v>(value: &'v Value, path: &str) -> Option<&'v Value> {
    let path = path.trim_start_matches("$.");
    path.split(['.', '[', ']']).filter(|part| !part.is_empty()).try_fold(value, |value, part| match value {
        Value::Array(list) => list.get(part.parse::<usize>().ok()?),
        other => other.get(part),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tool(value: Value) -> Tool {
        let engine = json!({ "general_tools": [value] });
        tools(engine.as_object().unwrap()).remove(0)
    }

    #[test]
    fn variables_fill_text_and_unknown_ones_stay() {
        let variables = json!({ "name": "Anna" });
        let variables = variables.as_object().unwrap();
        assert_eq!(
            filled("Hallo {{name}}, {{ name }} {{other}} {{", variables),
            "Hallo Anna, Anna {{other}} {{"
        );
    }

    #[test]
    fn bare_arguments_carry_no_call() {
        let call = json!({ "call_id": "c" });
        let usual = tool(json!({ "type": "custom", "name": "f", "url": "http://x" }));
        let body = usual.request(&call, &json!({ "a": 1 }), &Map::new(), None).body.unwrap();
        assert!(body.contains("call_id"));
        let bare = tool(json!({ "type": "custom", "name": "f", "url": "http://x", "args_at_root": true }));
        let body = bare.request(&call, &json!({ "a": 1 }), &Map::new(), None).body.unwrap();
        assert_eq!(body, "{\"a\":1}");
    }

    #[test]
    fn a_method_without_a_body_has_its_arguments_in_the_query() {
        let tool = tool(json!({ "type": "custom", "name": "f", "url": "http://x", "method": "GET",
            "query_params": { "call": "{{call_id}}" } }));
        let variables = json!({ "call_id": "call_9" });
        let request = tool.request(&Value::Null, &json!({ "n": 2 }), variables.as_object().unwrap(), None);
        assert_eq!(request.body, None);
        assert_eq!(request.query, [("call".into(), "call_9".into()), ("n".into(), "2".into())]);
    }

    #[test]
    fn paths_lead_into_answers() {
        let answer = json!({ "user": { "name": "Anna" }, "slots": [{ "start": "9" }] });
        assert_eq!(at_path(&answer, "user.name"), Some(&json!("Anna")));
        assert_eq!(at_path(&answer, "$.slots[0].start"), Some(&json!("9")));
        assert_eq!(at_path(&answer, "slots.3.start"), None);
    }
}
