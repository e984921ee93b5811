//! Plays a scripted call the way Retell runs a real one: the number's agent
//! speaks first, functions are posted with the growing transcript and a
//! signature, the answer's sentence is spoken, call events follow.

mod events;
mod inbound;
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
    inbound::answering,
    script::{Act, Called, FunctionCall, Played, Script, Step, Turn},
    send::{Answer, Outgoing, send},
    tool::{RESULT_CHARACTERS_AT_MOST, Tool, at_path, filled, tools},
};
use super::{
    Retell,
    calls::{Brought, Call, Detail, Direction, Line as Over, Role, Status, ToolUse},
    failure::Failure,
    request::Body,
    versions::{Fields, Reference, patch},
    workspace::Cast,
};

/// Steps of one call at most.
const STEPS_AT_MOST: usize = 200;

/// Repetitions of one request, and functions at the same moment, at most.
const REPETITIONS_AT_MOST: u32 = 20;

/// Between a tool's own retries, doubling.
const PAUSE_FIRST: Duration = Duration::from_millis(100);

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

enum PickedUp {
    Talk(Box<Line>, Vec<Step>),
    Diverted(Box<Played>),
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
    /// Every function request, to be sent again late.
    sent: Vec<Outgoing>,
    reason: String,
    analysis: Map<String, Value>,
}

/// Changes for this call alone, over the agent and its engine.
fn overridden(cast: &mut Cast, overrides: &Value) {
    let part = |name: &str| overrides.get(name).and_then(Value::as_object).cloned().unwrap_or_default();
    patch(&mut cast.agent, part("agent"));
    patch(&mut cast.engine, part(if cast.is_flow { "conversation_flow" } else { "retell_llm" }));
}

/// The sentence that an engine begins with; `None` leaves the first word to the caller.
fn begin_message(cast: &Cast) -> Option<String> {
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
async fn pick_up(retell: Retell, key: String, mut script: Script) -> Result<PickedUp, Failure> {
    if let Some(language) = &script.language {
        script.dynamic_variables.entry("language").or_insert_with(|| json!(language));
    }
    let now = retell.now_ms();
    let (call_id, cast) = match (&script.to_number, &script.web_call, &script.call_id) {
        (Some(number), None, None) => {
            let call_id = retell.with(&key, |workspace| workspace.calls.new_id(now));
            let answering = answering(&retell, &key, &script, number, &call_id).await?;
            if let Some(diverted) = answering.diverted {
                let played = Played {
                    forwarded_to: diverted.to,
                    disconnection_reason: Some(diverted.reason.to_owned()),
                    inbound: answering.inbound,
                    ..Played::default()
                };
                return Ok(PickedUp::Diverted(Box::new(played)));
            }
            let (agent_id, reference) = answering.agent.ok_or(Failure::Missing)?;
            let over = Over::Phone {
                direction: Direction::Inbound,
                from: script.from_number.clone().unwrap_or_else(|| "anonymous".into()),
                to: number.clone(),
            };
            let mut variables = script.dynamic_variables.clone();
            variables.extend(answering.variables);
            let brought = Brought {
                metadata: answering.metadata.or_else(|| script.metadata.clone()),
                variables,
                sip_headers: script.sip_headers.clone(),
                overrides: answering.overrides,
            };
            let begun = begin(&retell, &key, call_id.clone(), over, (&agent_id, &reference), brought);
            let cast = match (begun, &answering.inbound) {
                // An override that leads nowhere costs the call.
                (Err(_), Some(asked)) if asked.attempts > 0 && (200..300).contains(&asked.status) => {
                    let played = Played {
                        inbound: answering.inbound,
                        disconnection_reason: Some("rejected".into()),
                        ..Played::default()
                    };
                    return Ok(PickedUp::Diverted(Box::new(played)));
                }
                (begun, _) => begun?,
            };
            let mut line = line(retell, key, call_id, cast, script);
            line.0.played.inbound = answering.inbound;
            return Ok(PickedUp::Talk(Box::new(line.0), line.1));
        }
        (None, Some(web), None) => {
            let reference = Reference::read(web.agent_version.as_ref())?;
            let (call_id, access_token) =
                retell.with(&key, |workspace| (workspace.calls.new_id(now), workspace.id("web")));
            let brought = Brought {
                metadata: script.metadata.clone(),
                variables: script.dynamic_variables.clone(),
                ..Brought::default()
            };
            let over = Over::Web { access_token };
            let cast = begin(&retell, &key, call_id.clone(), over, (&web.agent_id, &reference), brought)?;
            (call_id, cast)
        }
        (None, None, Some(call_id)) => {
            let cast = retell.with(&key, |workspace| {
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
            })?;
            (call_id.clone(), cast)
        }
        _ => return Err(Failure::bad("name one of to_number, web_call and call_id")),
    };
    let (line, steps) = line(retell, key, call_id, cast, script);
    Ok(PickedUp::Talk(Box::new(line), steps))
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

/// One function of the model's, made ready to be sent.
struct Ready {
    tool: Option<Tool>,
    name: String,
    tool_call_id: String,
    outgoing: Option<Outgoing>,
    retries: u32,
    again_after: Duration,
}

/// What came of it.
struct Done {
    attempts: u32,
    answer: Answer,
    retried: Vec<Value>,
}

impl Line {
    async fn talk(mut self, steps: Vec<Step>) -> Played {
        let variables = self.variables();
        self.events.address(|url| filled(url, &variables));
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
                    meeting.wait().await;
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

    /// Calls functions that the model wants at the same moment, then speaks their answers.
    async fn call_functions(
        &mut self,
        calls: Vec<FunctionCall>,
        reversed: bool,
        interrupted_after: Option<usize>,
    ) {
        let after_turns = self.played.turns.len();
        let mut ready = Vec::new();
        let at_most = usize::try_from(REPETITIONS_AT_MOST).unwrap_or(usize::MAX);
        for call in calls.into_iter().take(at_most) {
            ready.push(self.make_ready(call));
        }
        let filler = ready.iter().find_map(|one| one.tool.as_ref()?.filler.clone());
        if let Some(filler) = filler {
            let filler = filled(&filler, &self.variables());
            self.say(Role::Agent, &filler, None);
        }
        let mut sending: Vec<_> = ready
            .iter()
            .map(|one| {
                let (retell, key) = (self.retell.clone(), self.key.clone());
                let (outgoing, retries) = (one.outgoing.clone(), one.retries);
                let own = one.tool.as_ref().map_or(0, |tool| tool.retries);
                let again_after = one.again_after;
                async move {
                    match outgoing {
                        Some(outgoing) => Some(run(retell, key, outgoing, own, retries, again_after).await),
                        None => None,
                    }
                }
            })
            .collect();
        if reversed {
            sending.reverse();
        }
        let mut done: Vec<Option<Done>> = if reversed {
            // One after the other, so that the order in which they arrive is certain.
            let mut done = Vec::new();
            for one in sending {
                done.push(one.await);
            }
            done.reverse();
            done
        } else {
            futures_util::future::join_all(sending).await
        };
        for (ready, done) in ready.into_iter().zip(done.drain(..)) {
            if let Some(done) = done {
                self.hear(ready, done, after_turns, interrupted_after);
            }
        }
    }

    /// Notes that the model calls a function, and makes its request.
    fn make_ready(&mut self, call: FunctionCall) -> Ready {
        let mut arguments = self.pointed(call.args);
        for invention in call.invent {
            invention.into_arguments(&mut arguments);
        }
        let variables = self.variables();
        let tool = self.tools.iter().find(|tool| tool.name == call.function).cloned();
        if let Some(tool) = &tool {
            arguments = tool.complete(arguments, &variables);
        }
        let tool_call_id = format!("tool_call_{}_{}", self.call_id, self.sent.len() + 1);
        self.with_call(|one| one.transcript.invoke(&tool_call_id, &call.function, &arguments.to_string()));
        let timeout_ms = call.timeout_ms;
        let outgoing =
            tool.as_ref().map(|tool| tool.request(&self.shown(), &arguments, &variables, timeout_ms));
        if let Some(outgoing) = &outgoing {
            self.sent.push(outgoing.clone());
        }
        Ready {
            tool,
            name: call.function,
            tool_call_id,
            outgoing,
            retries: call.retries.min(REPETITIONS_AT_MOST),
            again_after: Duration::from_millis(call.again_after_ms.min(script::PAUSE_AT_MOST_MS)),
        }
    }

    /// Puts an answer into the call and speaks it.
    fn hear(&mut self, ready: Ready, done: Done, after_turns: usize, interrupted_after: Option<usize>) {
        let answer = done.answer;
        let content = match &answer.body {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let content: String = content.chars().take(RESULT_CHARACTERS_AT_MOST).collect();
        let Some(tool) = ready.tool else { return };
        let collected: Vec<(String, Value)> = tool
            .response_variables
            .iter()
            .filter_map(|(name, path)| {
                let found = at_path(&answer.body, path.as_str()?)?;
                let text = found.as_str().map_or_else(|| found.to_string(), str::to_owned);
                Some((name.clone(), json!(text)))
            })
            .collect();
        self.with_call(|call| {
            call.transcript.result(&ready.tool_call_id, &content, answer.is_success());
            call.collected.extend(collected);
            call.tool_uses.push(ToolUse {
                name: ready.name.clone(),
                was_successful: answer.is_success(),
                latency_ms: answer.ms,
            });
        });
        // Anything but an answer with a sentence is silence on the phone.
        let sentence = match &answer.body {
            Value::String(text) if answer.is_success() => text.clone(),
            body if answer.is_success() => body["say"].as_str().unwrap_or_default().to_owned(),
            _ => String::new(),
        };
        self.played.functions.push(Called {
            name: ready.name,
            tool_call_id: ready.tool_call_id,
            after_turns,
            http_status: answer.status,
            ms: answer.ms,
            attempts: done.attempts,
            status: answer.body["status"].as_str().map(str::to_owned),
            answer: answer.body.clone(),
            retried: done.retried,
        });
        self.last = answer.body;
        let sentence = if tool.speaks_afterwards { sentence } else { String::new() };
        self.say(Role::Agent, &sentence, interrupted_after);
    }

    /// Sends an earlier function's request once more; nobody speaks the answer.
    async fn replay(&mut self, index: usize) {
        let Some(outgoing) = self.sent.get(index).cloned() else { return };
        let answer = send(&self.retell, &self.key, &outgoing).await;
        if let Some(called) = self.played.functions.get_mut(index) {
            called.retried.push(answer.body);
        }
    }

    /// Replaces `$/…` by what the last answer holds there.
    fn pointed(&self, value: Value) -> Value {
        match value {
            Value::String(text) => match text.strip_prefix('$') {
                Some(pointer) if pointer.starts_with('/') => {
                    self.last.pointer(pointer).cloned().unwrap_or(Value::Null)
                }
                _ => Value::String(text),
            },
            Value::Object(fields) => {
                fields.into_iter().map(|(name, value)| (name, self.pointed(value))).collect()
            }
            other => other,
        }
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

/// Sends a function's request, with the tool's own retries after a failure, and
/// beside it the repetitions that the script asks for.
async fn run(
    retell: Retell,
    key: String,
    outgoing: Outgoing,
    own_retries: u32,
    repetitions: u32,
    again_after: Duration,
) -> Done {
    let mut again = tokio::task::JoinSet::new();
    for _ in 0..repetitions {
        let (retell, key, outgoing) = (retell.clone(), key.clone(), outgoing.clone());
        again.spawn(async move {
            tokio::time::sleep(again_after).await;
            send(&retell, &key, &outgoing).await.body
        });
    }
    let mut attempts = 1;
    let mut answer = send(&retell, &key, &outgoing).await;
    let mut pause = PAUSE_FIRST;
    while !answer.is_success() && attempts <= own_retries {
        tokio::time::sleep(pause).await;
        pause *= 2;
        attempts += 1;
        answer = send(&retell, &key, &outgoing).await;
    }
    let mut retried = Vec::new();
    while let Some(body) = again.join_next().await {
        retried.extend(body);
    }
    Done { attempts, answer, retried }
}
