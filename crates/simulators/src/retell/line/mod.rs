//! Plays a scripted call the way Retell runs a real one: the number's agent
//! speaks first, functions are posted with the growing transcript and a
//! signature, the answer's sentence is spoken, call events follow.

mod events;
mod functions;
mod inbound;
mod pick_up;
mod script;
mod send;
mod tool;

use std::time::Duration;

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use serde_json::{Map, Value, json};

use self::{
    events::Events,
    pick_up::{PickedUp, begin_message, pick_up},
    script::{Act, PAUSE_AT_MOST_MS, Played, Script, Step, Turn},
    send::Outgoing,
    tool::{Tool, filled, tools},
};
use super::{
    Retell,
    calls::{Call, Detail, Direction, Line as Over, Role, Status},
    failure::Failure,
    request::Body,
    versions::Fields,
    workspace::Cast,
};

/// Steps of one call at most.
const STEPS_AT_MOST: usize = 200;

pub(super) async fn play(State(retell): State<Retell>, body: Body) -> Result<Response, Failure> {
    let script: Script = body.read()?;
    if script.steps.len() > STEPS_AT_MOST {
        return Err(Failure::bad("too many steps"));
    }
    let key = retell.key(script.key.as_deref())?;
    let played = match pick_up(retell, key, script).await? {
        PickedUp::Talk(line, steps) => line.talk(steps).await,
        PickedUp::Diverted(played) => *played,
    };
    Ok(Json(played).into_response())
}

/// A call under way.
struct Line {
    retell: Retell,
    key: String,
    call_id: String,
    begin_message: Option<String>,
    greeting_interrupted_after: Option<usize>,
    tools: Vec<Tool>,
    events: Events,
    played: Played,
    /// What the last function answered.
    last: Value,
    /// The request of each function, to be sent again late; `None` where there is no such tool.
    sent: Vec<Option<Outgoing>>,
    reason: String,
    analysis: Map<String, Value>,
}

fn line(retell: Retell, key: String, call_id: String, cast: Cast, script: Script) -> (Line, Vec<Step>) {
    let account_url = retell.with(&key, |workspace| workspace.settings.webhook_url.clone());
    let events = Events::new(retell.clone(), key.clone(), &cast.agent, account_url, script.webhooks);
    let played = Played {
        call_id: call_id.clone(),
        agent_id: Some(cast.agent_id.clone()),
        agent_version: Some(cast.version),
        ..Played::default()
    };
    let line = Line {
        retell,
        key,
        call_id,
        begin_message: begin_message(&cast),
        greeting_interrupted_after: script.greeting_interrupted_after,
        tools: tools(&cast.engine),
        events,
        played,
        last: Value::Null,
        sent: Vec::new(),
        reason: script.disconnection_reason.unwrap_or_else(|| "user_hangup".into()),
        analysis: script.analysis,
    };
    (line, script.steps)
}

impl Line {
    async fn talk(mut self, steps: Vec<Step>) -> Played {
        let variables = self.variables();
        self.events.address(|url| filled(url, &variables));
        if Status::after(&self.reason) == Status::NotConnected {
            return self.end().await;
        }
        self.trigger("call_started", &Value::Null).await;
        if let Some(greeting) = self.begin_message.take() {
            let greeting = filled(&greeting, &variables);
            self.say(Role::Agent, &greeting, self.greeting_interrupted_after);
        }
        for step in steps {
            if self.is_over() {
                break;
            }
            if step.only_after.is_some_and(|status| self.last["status"] != json!(status)) {
                continue;
            }
            if !self.act(step.act, step.interrupted_after).await {
                break;
            }
            let transcript = self.with_call(|call| call.transcript.with_tool_calls());
            self.trigger("transcript_updated", &json!({ "transcript_with_tool_calls": transcript })).await;
        }
        self.end().await
    }

    /// Does one step; false where it was the last.
    async fn act(&mut self, act: Act, interrupted_after: Option<usize>) -> bool {
        match act {
            Act::Caller(text) => self.say(Role::User, &text, None),
            Act::Agent(text) => self.say(Role::Agent, &text, interrupted_after),
            Act::Function(call) => self.call_functions(vec![call], false, interrupted_after).await,
            Act::Together { calls, reversed } => {
                self.call_functions(calls, reversed, interrupted_after).await;
            }
            Act::Replay(index) => self.replay(index).await,
            Act::Meet { name, callers } => {
                if let Ok(meeting) = self.retell.meeting(&name, callers) {
                    // Who is stood up goes on alone.
                    let _ =
                        tokio::time::timeout(Duration::from_millis(PAUSE_AT_MOST_MS), meeting.wait()).await;
                }
            }
            Act::Pause(ms) => tokio::time::sleep(Duration::from_millis(ms)).await,
            Act::Transfer { to, is_bridged } => return self.transfer(&to, is_bridged).await,
            Act::Dtmf(digit) => self.with_call(|call| call.transcript.key_pressed(&digit)),
            Act::HangUp { reason } => {
                self.reason = reason.to_owned();
                return false;
            }
        }
        true
    }

    /// Works on the call's record. A reset in the middle of a call leaves none.
    fn with_call<T: Default>(&self, work: impl FnOnce(&mut Call) -> T) -> T {
        self.retell
            .with(&self.key, |workspace| workspace.calls.get_mut(&self.call_id).map(work))
            .unwrap_or_default()
    }

    fn shown(&self) -> Value {
        self.with_call(|call| call.to_json(Detail::Full))
    }

    fn is_over(&self) -> bool {
        self.with_call(|call| call.is_over())
    }

    /// What can be filled into texts: the call's own variables, and those that every call has.
    fn variables(&self) -> Fields {
        self.with_call(|call| {
            let mut variables = call.variables.clone();
            variables.extend(call.collected.clone());
            let mut set = |name: &str, value: &str| variables.insert(name.to_owned(), json!(value));
            set("call_id", &call.id);
            set("agent_id", &call.agent_id);
            set("agent_version", &call.agent_version.to_string());
            if let Over::Phone { direction, from, to } = &call.line {
                let (user, agent) = match direction {
                    Direction::Inbound => (from, to),
                    Direction::Outbound => (to, from),
                };
                set("user_number", user);
                set("agent_number", agent);
                set("direction", direction.word());
            }
            variables
        })
    }

    fn say(&mut self, role: Role, text: &str, interrupted_after: Option<usize>) {
        let words: Vec<&str> = text.split_whitespace().collect();
        let cut = interrupted_after.filter(|words_spoken| *words_spoken < words.len());
        let spoken = cut.map_or_else(|| text.to_owned(), |count| words[..count].join(" "));
        self.with_call(|call| call.transcript.say(role, &spoken));
        self.played.turns.push(Turn { role: role.word(), text: spoken, interrupted: cut.is_some() });
    }

    /// Puts the caller through; false where the agent is out of the call.
    async fn transfer(&mut self, to: &str, is_bridged: bool) -> bool {
        let beside = json!({ "transfer_destination": { "number": to }, "transfer_option": { "type": "cold_transfer" } });
        self.with_call(|call| call.transfer_destination = Some(to.to_owned()));
        self.trigger("transfer_started", &beside).await;
        if !is_bridged {
            self.trigger("transfer_cancelled", &beside).await;
            return true;
        }
        self.trigger("transfer_bridged", &beside).await;
        self.reason = "call_transfer".into();
        self.trigger("transfer_ended", &beside).await;
        false
    }

    async fn trigger(&mut self, event: &str, beside: &Value) {
        let call = self.shown();
        self.events.trigger(event, &call, beside).await;
    }

    async fn end(mut self) -> Played {
        let now = self.retell.now_ms();
        let reason = self.reason.clone();
        self.with_call(|call| call.end(&reason, now));
        self.trigger("call_ended", &Value::Null).await;
        let mut analysis = Map::new();
        analysis.insert("call_successful".into(), json!(true));
        analysis.insert("user_sentiment".into(), json!("Neutral"));
        analysis.insert("in_voicemail".into(), json!(false));
        analysis.insert("call_summary".into(), json!("A scripted call."));
        analysis.extend(std::mem::take(&mut self.analysis));
        self.with_call(|call| call.analysis = Some(analysis));
        self.trigger("call_analyzed", &Value::Null).await;
        self.played.disconnection_reason = self.with_call(|call| call.disconnection_reason.clone());
        for delivery in self.events.end().await {
            self.played.webhooks.insert(delivery.event.clone(), json!(delivery.status));
            self.played.deliveries.push(delivery);
        }
        self.played
    }
}
