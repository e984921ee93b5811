//! The functions that the agent's model calls during a call.

use std::time::Duration;

use serde_json::{Value, json};

use super::{
    Line,
    script::{Called, FunctionCall, PAUSE_AT_MOST_MS},
    send::{Answer, Outgoing, send},
    tool::{RESULT_CHARACTERS_AT_MOST, Tool, at_path, filled},
};
use crate::retell::{
    Retell,
    calls::{Role, ToolUse},
};

/// Repetitions of one request, and functions at the same moment, at most.
const REPETITIONS_AT_MOST: u32 = 20;

/// Between a tool's own retries, doubling.
const PAUSE_FIRST: Duration = Duration::from_millis(100);

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
    /// Calls functions that the model wants at the same moment, then speaks their answers.
    pub(super) async fn call_functions(
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
        let sending = ready.iter().map(|one| self.sending(one));
        let done: Vec<Done> = if reversed {
            // One after the other, so that the order in which they arrive is certain.
            let mut done = Vec::new();
            for one in sending.rev() {
                done.push(one.await);
            }
            done.reverse();
            done
        } else {
            futures_util::future::join_all(sending).await
        };
        for (ready, done) in ready.into_iter().zip(done) {
            self.hear(ready, done, after_turns, interrupted_after);
        }
    }

    /// What happens while a function runs; where the agent has no such tool there is no answer.
    fn sending(&self, ready: &Ready) -> impl Future<Output = Done> + use<> {
        let (retell, key) = (self.retell.clone(), self.key.clone());
        let (outgoing, repetitions, again_after) = (ready.outgoing.clone(), ready.retries, ready.again_after);
        let own_retries = ready.tool.as_ref().map_or(0, |tool| tool.retries);
        async move {
            match outgoing {
                Some(outgoing) => run(retell, key, outgoing, own_retries, repetitions, again_after).await,
                None => Done { attempts: 0, answer: Answer::none(), retried: Vec::new() },
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
        self.sent.push(outgoing.clone());
        Ready {
            tool,
            name: call.function,
            tool_call_id,
            outgoing,
            retries: call.retries.min(REPETITIONS_AT_MOST),
            again_after: Duration::from_millis(call.again_after_ms.min(PAUSE_AT_MOST_MS)),
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
        let collected: Vec<(String, Value)> = ready
            .tool
            .iter()
            .flat_map(|tool| &tool.response_variables)
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
        let speaks = ready.tool.is_some_and(|tool| tool.speaks_afterwards);
        let sentence = if speaks { sentence } else { String::new() };
        self.say(Role::Agent, &sentence, interrupted_after);
    }

    /// Sends an earlier function's request once more; nobody speaks the answer.
    pub(super) async fn replay(&mut self, index: usize) {
        let Some(Some(outgoing)) = self.sent.get(index).cloned() else { return };
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
