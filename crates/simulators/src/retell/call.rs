//! Plays a scripted call the way Retell runs a real one: the number's agent
//! speaks first, functions are posted with the growing transcript and a
//! signature, the answer's sentence is spoken, call events follow.

use std::time::Duration;

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};
use tokio::time::Instant;

use super::{
    Retell,
    api::{failure, now},
    script::{Act, Called, Played, Script, Step, Turn},
    signature::sign,
};

/// Retell's own default is 120 s; tools that answer calls set 10.
const TIMEOUT_MS: u64 = 10_000;

/// Steps of one call at most.
const STEPS_AT_MOST: usize = 200;

pub(super) async fn play(State(retell): State<Retell>, Json(script): Json<Script>) -> Response {
    let key = match (&script.key, &retell.keys[..]) {
        (Some(key), keys) if keys.contains(key) => key.clone(),
        (None, [only]) => only.clone(),
        _ => return failure(StatusCode::UNAUTHORIZED, "name the workspace's key"),
    };
    if script.steps.len() > STEPS_AT_MOST {
        return failure(StatusCode::BAD_REQUEST, "too many steps");
    }
    match Line::pick_up(retell, key, &script) {
        Ok(line) => Json(line.talk(script.steps).await).into_response(),
        Err(why) => failure(StatusCode::UNPROCESSABLE_ENTITY, why),
    }
}

/// A call under way.
struct Line {
    retell: Retell,
    key: String,
    call: Value,
    tools: Vec<Value>,
    begin_message: String,
    webhook_url: Option<String>,
    played: Played,
    last: Value,
    tool_calls: usize,
}

impl Line {
    /// Finds the agent that the number resolves to.
    fn pick_up(retell: Retell, key: String, script: &Script) -> Result<Self, &'static str> {
        let found = retell.with(&key, |workspace| -> Result<_, &'static str> {
            let number = workspace.numbers.get(&script.to_number).ok_or("no such number")?;
            let agent_id =
                number["inbound_agents"][0]["agent_id"].as_str().ok_or("the number has no inbound agent")?;
            let agent = workspace.agents.get(agent_id).ok_or("the number's agent does not exist")?;
            let engine_id = agent["response_engine"]["llm_id"].as_str().unwrap_or_default();
            let engine = workspace.engines.get(engine_id).ok_or("the agent's engine does not exist")?;
            Ok((agent.clone(), engine.clone(), workspace.calls.len()))
        });
        let (agent, engine, calls) = found?;
        let call_id = format!("call_{:x}{calls:011x}", now().as_millisecond());
        let call = json!({
            "call_id": call_id, "call_type": "phone_call", "agent_id": agent["agent_id"], "agent_version": agent["version"],
            "call_status": "ongoing", "direction": "inbound", "to_number": script.to_number,
            "from_number": script.from_number.clone().unwrap_or_else(|| "anonymous".into()),
            "start_timestamp": now().as_millisecond(), "transcript": "", "transcript_object": [],
            "transcript_with_tool_calls": [], "retell_llm_dynamic_variables": script.dynamic_variables,
        });
        retell.with(&key, |workspace| workspace.calls.insert(call_id.clone(), call.clone()));
        Ok(Self {
            retell,
            key,
            call,
            tools: engine["general_tools"].as_array().cloned().unwrap_or_default(),
            begin_message: engine["begin_message"].as_str().unwrap_or_default().to_owned(),
            webhook_url: agent["webhook_url"].as_str().map(str::to_owned),
            played: Played { call_id, ..Played::default() },
            last: Value::Null,
            tool_calls: 0,
        })
    }

    async fn talk(mut self, steps: Vec<Step>) -> Played {
        self.event("call_started").await;
        let greeting = std::mem::take(&mut self.begin_message);
        if !greeting.is_empty() {
            self.say("agent", greeting);
        }
        for step in steps {
            if step.only_after.is_some_and(|status| self.last["status"] != json!(status)) {
                continue;
            }
            match step.act {
                Act::Caller { caller } => self.say("user", caller),
                Act::Agent { agent } => self.say("agent", agent),
                Act::Meet { meet, callers } => {
                    self.retell.meeting(&meet, callers).wait().await;
                }
                Act::Function { function, args, retries } => {
                    self.call_function(function, args, retries).await
                }
            }
        }
        self.call["call_status"] = json!("ended");
        self.call["end_timestamp"] = json!(now().as_millisecond());
        self.call["disconnection_reason"] = json!("user_hangup");
        self.event("call_ended").await;
        self.call["call_analysis"] = json!({ "call_successful": true, "user_sentiment": "Neutral" });
        self.event("call_analyzed").await;
        let (key, id, call) = (self.key.clone(), self.played.call_id.clone(), self.call.clone());
        self.retell.with(&key, |workspace| workspace.calls.insert(id, call));
        self.played
    }

    fn say(&mut self, role: &'static str, text: String) {
        let speaker = if role == "agent" { "Agent" } else { "User" };
        let transcript =
            format!("{}{speaker}: {text}\n", self.call["transcript"].as_str().unwrap_or_default());
        self.call["transcript"] = json!(transcript);
        let words: Vec<Value> = text
            .split_whitespace()
            .enumerate()
            .map(|(index, word)| {
                let start = f64::from(u32::try_from(index).unwrap_or(0)) * 0.3;
                json!({ "word": word, "start": start, "end": start + 0.25 })
            })
            .collect();
        let utterance = json!({ "role": role, "content": text, "words": words });
        for list in ["transcript_object", "transcript_with_tool_calls"] {
            if let Some(list) = self.call[list].as_array_mut() {
                list.push(utterance.clone());
            }
        }
        self.played.turns.push(Turn { role, text });
    }

    async fn call_function(&mut self, name: String, arguments: Value, retries: u32) {
        let arguments = self.filled(arguments);
        self.tool_calls += 1;
        let tool_call_id = format!("tool_call_{}_{}", &self.played.call_id, self.tool_calls);
        self.note(json!({ "role": "tool_call_invocation", "tool_call_id": tool_call_id, "name": name,
            "arguments": arguments.to_string() }));
        let tool = self.tools.iter().find(|tool| tool["name"] == json!(name)).cloned().unwrap_or(Value::Null);
        let Some(url) = tool["url"].as_str().map(str::to_owned) else { return };
        let timeout = Duration::from_millis(tool["timeout_ms"].as_u64().unwrap_or(TIMEOUT_MS));
        let body = json!({ "name": name, "call": self.call, "args": arguments }).to_string();

        let mut again = tokio::task::JoinSet::new();
        for _ in 0..retries.min(10) {
            let (retell, key, url, body) = (self.retell.clone(), self.key.clone(), url.clone(), body.clone());
            again.spawn(async move { post(&retell, &key, &url, body, timeout).await });
        }
        let (http_status, answer, ms) = post(&self.retell, &self.key, &url, body, timeout).await;
        let mut retried = Vec::new();
        while let Some(Ok((_, answer, _))) = again.join_next().await {
            retried.push(answer);
        }
        self.note(
            json!({ "role": "tool_call_result", "tool_call_id": tool_call_id, "content": answer.to_string(),
            "successful": (200..300).contains(&http_status) }),
        );
        let sentence = answer["say"].as_str().unwrap_or_default().to_owned();
        self.played.functions.push(Called {
            name,
            after_turns: self.played.turns.len(),
            http_status,
            ms,
            status: answer["status"].as_str().map(str::to_owned),
            answer: answer.clone(),
            retried,
        });
        self.last = answer;
        // Anything but an answer with a sentence is silence on the phone.
        self.say("agent", sentence);
    }

    fn note(&mut self, entry: Value) {
        if let Some(list) = self.call["transcript_with_tool_calls"].as_array_mut() {
            list.push(entry);
        }
    }

    /// Replaces `$/…` by what the last answer holds there.
    fn filled(&self, value: Value) -> Value {
        match value {
            Value::String(text) => match text.strip_prefix('$') {
                Some(pointer) if pointer.starts_with('/') => {
                    self.last.pointer(pointer).cloned().unwrap_or(Value::Null)
                }
                _ => Value::String(text),
            },
            Value::Object(fields) => {
                fields.into_iter().map(|(name, value)| (name, self.filled(value))).collect()
            }
            other => other,
        }
    }

    async fn event(&mut self, event: &str) {
        let Some(url) = self.webhook_url.clone() else { return };
        let body = json!({ "event": event, "event_timestamp": now().as_millisecond(), "call": self.call })
            .to_string();
        let (status, _, _) = post(&self.retell, &self.key, &url, body, Duration::from_secs(10)).await;
        self.played.webhooks.insert(event.to_owned(), json!(status));
    }
}

/// Posts a signed body; status 0 is no answer in time.
async fn post(retell: &Retell, key: &str, url: &str, body: String, timeout: Duration) -> (u16, Value, u64) {
    let begun = Instant::now();
    let signature = sign(key, body.as_bytes(), now().as_millisecond());
    let sent = retell
        .http
        .post(url)
        .timeout(timeout)
        .header("content-type", "application/json")
        .header("x-retell-signature", signature)
        .body(body)
        .send()
        .await;
    let (status, answer) = match sent {
        Ok(response) => {
            let status = response.status().as_u16();
            let text = response.text().await.unwrap_or_default();
            (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
        }
        Err(_) => (0, Value::Null),
    };
    (status, answer, u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX))
}
