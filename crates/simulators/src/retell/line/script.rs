//! What a scripted caller does, and what happened when it was played.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// Milliseconds that a step may wait at most.
pub(super) const PAUSE_AT_MOST_MS: u64 = 60_000;

/// A call to play (`POST /_sim/calls`). One of `to_number`, `web_call` and `call_id`
/// says which; a key that is not known is an error.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::retell) struct Script {
    /// The workspace it takes place in; may be left out where there is only one.
    pub(super) key: Option<String>,
    /// The number that is called.
    pub(super) to_number: Option<String>,
    /// Absent is withheld.
    pub(super) from_number: Option<String>,
    /// A call from a browser, without numbers.
    pub(super) web_call: Option<WebCall>,
    /// A call that was registered by the API and is held now.
    pub(super) call_id: Option<String>,
    #[serde(default)]
    pub(super) dynamic_variables: Map<String, Value>,
    /// The same as a dynamic variable `language`.
    pub(super) language: Option<String>,
    pub(super) metadata: Option<Value>,
    /// Headers that came with the call over SIP.
    #[serde(default)]
    pub(super) sip_headers: Map<String, Value>,
    /// From 0 to 1: decides among weighted agents. Absent is drawn.
    pub(super) draw: Option<f64>,
    /// How many words of the greeting are spoken before the caller interrupts it.
    pub(super) greeting_interrupted_after: Option<usize>,
    /// Why it ends; `user_hangup` where a step says nothing else.
    pub(super) disconnection_reason: Option<String>,
    /// Put over the call's analysis.
    #[serde(default)]
    pub(super) analysis: Map<String, Value>,
    #[serde(default)]
    pub(super) webhooks: Webhooks,
    #[serde(default)]
    pub(super) steps: Vec<Step>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WebCall {
    pub(super) agent_id: String,
    pub(super) agent_version: Option<Value>,
}

/// How the call's events reach their receiver.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Webhooks {
    /// How often each is delivered again although it was accepted.
    pub(super) duplicates: u32,
    /// Events in the order in which they are delivered, all after the call. Absent
    /// is each when it happens.
    pub(super) order: Option<Vec<String>>,
}

/// One thing that happens in a call, where the last answer allows it.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "RawStep")]
pub(super) struct Step {
    /// Only where the last function answered with this status.
    pub(super) only_after: Option<String>,
    /// How many words the agent gets out before the caller interrupts.
    pub(super) interrupted_after: Option<usize>,
    pub(super) act: Act,
}

/// What happens.
#[derive(Clone, Debug)]
pub(super) enum Act {
    /// The caller says something.
    Caller(String),
    /// The agent says something of its own.
    Agent(String),
    /// The agent's model calls a function and then speaks its answer.
    Function(FunctionCall),
    /// Several functions at the same moment; `reversed` starts the last one first.
    Together { calls: Vec<FunctionCall>, reversed: bool },
    /// The request of an earlier function (counted from 0) arrives once more, late.
    Replay(usize),
    /// Waits until so many calls have come to a meeting of this name.
    Meet { name: String, callers: usize },
    /// Nothing happens for a while.
    Pause(u64),
    /// The agent puts the caller through.
    Transfer { to: String, is_bridged: bool },
    /// The caller presses a key.
    Dtmf(String),
    /// Somebody hangs up; what stands below does not happen.
    HangUp { reason: &'static str },
}

/// A function that the model calls.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FunctionCall {
    pub(super) function: String,
    /// A text value that begins with `$/` is a JSON pointer into the last
    /// answer: `$/data/slots/0/slot_id`.
    #[serde(default)]
    pub(super) args: Value,
    /// How often the same request is sent again; all at the same moment.
    #[serde(default)]
    pub(super) retries: u32,
    /// How long after the first one those repetitions are sent.
    #[serde(default)]
    pub(super) again_after_ms: u64,
    /// In place of the tool's own patience.
    pub(super) timeout_ms: Option<u64>,
    /// What the model makes up besides.
    #[serde(default)]
    pub(super) invent: Vec<Invention>,
}

/// What models have been seen to make up.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Invention {
    /// An id of the call that is none.
    CallId,
    /// A date some years ago.
    PastYear,
    /// A customer called "Kunde".
    PlaceholderName,
    /// The customer's name where the phone number belongs.
    NameInPhone,
    /// Empty text where nothing was said.
    EmptyText,
    /// Numbers as words.
    NumberWords,
    /// Arguments of another function.
    ForeignArguments,
}

impl Invention {
    /// Puts it among the arguments.
    pub(super) fn into_arguments(self, args: &mut Value) {
        if !args.is_object() {
            *args = json!({});
        }
        match self {
            Self::CallId => args["call_id"] = json!("call_1"),
            Self::PastYear => {
                let date = args.get("date").and_then(Value::as_str).unwrap_or("2023-03-14");
                args["date"] = json!(format!("2023{}", date.get(4..).unwrap_or("-03-14")));
            }
            Self::PlaceholderName => args["customer_name"] = json!("Kunde"),
            Self::NameInPhone => {
                let name = args.get("customer_name").cloned().unwrap_or_else(|| json!("Max Mustermann"));
                args["customer_phone"] = name;
            }
            Self::EmptyText => {
                for name in ["notes", "staff", "customer_email"] {
                    args[name] = json!("");
                }
            }
            Self::NumberWords => args["duration"] = json!("dreißig"),
            Self::ForeignArguments => {
                args["transfer_to"] = json!("+491234");
                args["reference"] = json!("ABCDEF");
                args["topic"] = json!("Preise");
            }
        }
    }
}

/// A step as it is written: exactly one of the things that can happen.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawStep {
    only_after: Option<String>,
    interrupted_after: Option<usize>,
    caller: Option<String>,
    agent: Option<String>,
    function: Option<String>,
    args: Option<Value>,
    retries: Option<u32>,
    again_after_ms: Option<u64>,
    timeout_ms: Option<u64>,
    invent: Option<Vec<Invention>>,
    together: Option<Vec<FunctionCall>>,
    reversed: Option<bool>,
    replay: Option<usize>,
    meet: Option<String>,
    callers: Option<usize>,
    pause_ms: Option<u64>,
    transfer: Option<String>,
    outcome: Option<String>,
    dtmf: Option<String>,
    hang_up: Option<String>,
}

impl TryFrom<RawStep> for Step {
    type Error = String;

    fn try_from(raw: RawStep) -> Result<Self, String> {
        let mut acts = Vec::new();
        if let Some(text) = raw.caller {
            acts.push(Act::Caller(text));
        }
        if let Some(text) = raw.agent {
            acts.push(Act::Agent(text));
        }
        if let Some(function) = raw.function {
            acts.push(Act::Function(FunctionCall {
                function,
                args: raw.args.unwrap_or_default(),
                retries: raw.retries.unwrap_or(0),
                again_after_ms: raw.again_after_ms.unwrap_or(0),
                timeout_ms: raw.timeout_ms,
                invent: raw.invent.unwrap_or_default(),
            }));
        }
        if let Some(calls) = raw.together {
            acts.push(Act::Together { calls, reversed: raw.reversed.unwrap_or(false) });
        }
        if let Some(index) = raw.replay {
            acts.push(Act::Replay(index));
        }
        if let Some(name) = raw.meet {
            let callers = raw.callers.ok_or("a meeting needs the number of its callers")?;
            acts.push(Act::Meet { name, callers });
        }
        if let Some(ms) = raw.pause_ms {
            acts.push(Act::Pause(ms.min(PAUSE_AT_MOST_MS)));
        }
        if let Some(to) = raw.transfer {
            let is_bridged = match raw.outcome.as_deref() {
                None | Some("bridged") => true,
                Some("cancelled") => false,
                Some(other) => return Err(format!("a transfer is bridged or cancelled, not {other}")),
            };
            acts.push(Act::Transfer { to, is_bridged });
        }
        if let Some(digit) = raw.dtmf {
            acts.push(Act::Dtmf(digit));
        }
        if let Some(who) = raw.hang_up {
            let reason = match who.as_str() {
                "caller" => "user_hangup",
                "agent" => "agent_hangup",
                other => return Err(format!("the caller or the agent hangs up, not {other}")),
            };
            acts.push(Act::HangUp { reason });
        }
        match (acts.pop(), acts.is_empty()) {
            (Some(act), true) => {
                Ok(Self { only_after: raw.only_after, interrupted_after: raw.interrupted_after, act })
            }
            (None, _) => Err("in this step nothing happens".into()),
            (Some(_), false) => Err("in one step one thing happens".into()),
        }
    }
}

/// What was said.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Turn {
    pub(super) role: &'static str,
    pub(super) text: String,
    /// Whether the caller cut it off.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) interrupted: bool,
}

/// What a function answered.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Called {
    pub(super) name: String,
    pub(super) tool_call_id: String,
    /// Between which turns it ran: how many had been said before.
    pub(super) after_turns: usize,
    /// 0 where there was no answer in time.
    pub(super) http_status: u16,
    pub(super) ms: u64,
    /// Requests that the tool's own retries made.
    pub(super) attempts: u32,
    /// The answer's own status word, where it has one.
    pub(super) status: Option<String>,
    pub(super) answer: Value,
    /// What the repeated requests were answered.
    pub(super) retried: Vec<Value>,
}

/// An event that was delivered, or not.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Delivery {
    pub(super) event: String,
    /// From 1; further ones follow a refusal, or are duplicates.
    pub(super) attempt: u32,
    /// 0 where there was no answer in time.
    pub(super) status: u16,
}

/// What the number's webhook said to the call.
#[derive(Clone, Debug, Default, Serialize)]
pub(super) struct Inbound {
    pub(super) attempts: u32,
    /// Of the last attempt; 0 where there was no answer in time.
    pub(super) status: u16,
    pub(super) rejected: bool,
}

impl Inbound {
    /// Whether an answer came that was read.
    pub(super) fn was_heard(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

/// How a call went.
#[derive(Clone, Debug, Default, Serialize)]
pub(super) struct Played {
    /// Empty where there never was a call.
    pub(super) call_id: String,
    pub(super) agent_id: Option<String>,
    pub(super) agent_version: Option<u32>,
    pub(super) turns: Vec<Turn>,
    pub(super) functions: Vec<Called>,
    /// Statuses of the webhooks that were delivered last, by event.
    pub(super) webhooks: Map<String, Value>,
    /// Every attempt, in the order in which they ended.
    pub(super) deliveries: Vec<Delivery>,
    pub(super) inbound: Option<Inbound>,
    /// Where the call was sent instead of to an agent.
    pub(super) forwarded_to: Option<String>,
    pub(super) disconnection_reason: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(value: Value) -> Result<Step, String> {
        serde_json::from_value(value).map_err(|error| error.to_string())
    }

    #[test]
    fn a_step_is_one_thing_and_no_typing_mistake() {
        assert!(step(json!({ "caller": "Hallo" })).is_ok());
        assert!(step(json!({ "function": "f", "retries": 2, "only_after": "none" })).is_ok());
        for wrong in [
            json!({ "caller": "Hallo", "agent": "Hallo" }),
            json!({}),
            json!({ "caler": "Hallo" }),
            json!({ "meet": "here" }),
            json!({ "hang_up": "nobody" }),
            json!({ "transfer": "+49", "outcome": "maybe" }),
        ] {
            assert!(step(wrong.clone()).is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_is_invented_stands_among_the_arguments() {
        let mut args = json!({ "customer_name": "Anna", "date": "2026-12-01" });
        for invention in [Invention::CallId, Invention::NameInPhone, Invention::PastYear] {
            invention.into_arguments(&mut args);
        }
        assert_eq!(
            args,
            json!({ "customer_name": "Anna", "customer_phone": "Anna", "call_id": "call_1", "date": "2023-12-01" })
        );
        let mut nothing = Value::Null;
        Invention::PlaceholderName.into_arguments(&mut nothing);
        assert_eq!(nothing, json!({ "customer_name": "Kunde" }));
    }
}
