//! What a scripted caller does, and what happened when it was played.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A phone call to play.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Script {
    /// The workspace it takes place in; may be left out where there is only one.
    pub(super) key: Option<String>,
    pub(super) to_number: String,
    /// Absent is withheld.
    pub(super) from_number: Option<String>,
    #[serde(default)]
    pub(super) dynamic_variables: Map<String, Value>,
    pub(super) steps: Vec<Step>,
}

/// One thing that happens in a call, where the last answer allows it.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Step {
    /// Only where the last function answered with this status.
    pub(super) only_after: Option<String>,
    #[serde(flatten)]
    pub(super) act: Act,
}

/// What happens.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Act {
    /// The caller says something.
    Caller { caller: String },
    /// The agent says something of its own.
    Agent { agent: String },
    /// The agent's model calls a function and then speaks its answer.
    Function {
        function: String,
        /// A text value that begins with `$/` is a JSON pointer into the last
        /// answer: `$/data/slots/0/slot_id`.
        #[serde(default)]
        args: Value,
        /// How often the same request is sent again, as Retell does after a
        /// failure; all at the same moment.
        #[serde(default)]
        retries: u32,
    },
    /// Waits until so many calls have come to a meeting of this name.
    Meet { meet: String, callers: usize },
}

/// What was said.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Turn {
    pub(super) role: &'static str,
    pub(super) text: String,
}

/// What a function answered.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Called {
    pub(super) name: String,
    /// Between which turns it ran: how many had been said before.
    pub(super) after_turns: usize,
    pub(super) http_status: u16,
    pub(super) ms: u64,
    /// The answer's own status word, where it has one.
    pub(super) status: Option<String>,
    pub(super) answer: Value,
    /// What the repeated requests were answered.
    pub(super) retried: Vec<Value>,
}

/// How a call went.
#[derive(Clone, Debug, Default, Serialize)]
pub(super) struct Played {
    pub(super) call_id: String,
    pub(super) turns: Vec<Turn>,
    pub(super) functions: Vec<Called>,
    /// Statuses of the webhooks that were delivered, by event.
    pub(super) webhooks: Map<String, Value>,
}
