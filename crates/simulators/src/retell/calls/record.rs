//! A call as it is kept, and as it is shown.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::transcript::Transcript;
use crate::retell::{versions::Fields, workspace::Cast};

/// Calls of a workspace at most; the oldest go first.
const CALLS_AT_MOST: usize = 10_000;

/// Cents a second: voice and model.
const VOICE_CENTS_A_SECOND: f64 = 0.1166;
const MODEL_CENTS_A_SECOND: f64 = 0.075;

/// Where a call stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::retell) enum Status {
    Registered,
    NotConnected,
    Ongoing,
    Ended,
    Error,
}

impl Status {
    pub(in crate::retell) fn word(self) -> &'static str {
        match self {
            Self::Registered => "registered",
            Self::NotConnected => "not_connected",
            Self::Ongoing => "ongoing",
            Self::Ended => "ended",
            Self::Error => "error",
        }
    }

    /// Where a call stands that ended for this reason.
    pub(in crate::retell) fn after(reason: &str) -> Self {
        match reason {
            "dial_busy"
            | "dial_failed"
            | "dial_no_answer"
            | "invalid_destination"
            | "sip_routing_error"
            | "marked_as_spam"
            | "user_declined"
            | "telephony_provider_permission_denied"
            | "telephony_provider_unavailable" => Self::NotConnected,
            reason if reason.starts_with("error_") => Self::Error,
            _ => Self::Ended,
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::retell) enum Direction {
    Inbound,
    Outbound,
}

impl Direction {
    pub(in crate::retell) fn word(self) -> &'static str {
        match self {
            Self::Inbound => "inbound",
            Self::Outbound => "outbound",
        }
    }
}

/// Over what it is held.
#[derive(Clone, Debug)]
pub(in crate::retell) enum Line {
    Phone { direction: Direction, from: String, to: String },
    Web { access_token: String },
}

/// How much of a call is kept; later is stricter.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(in crate::retell) enum Storage {
    Everything,
    EverythingExceptPii,
    BasicAttributesOnly,
}

impl Storage {
    pub(in crate::retell) fn parse(word: &str) -> Option<Self> {
        match word {
            "everything" => Some(Self::Everything),
            "everything_except_pii" => Some(Self::EverythingExceptPii),
            "basic_attributes_only" => Some(Self::BasicAttributesOnly),
            _ => None,
        }
    }

    pub(in crate::retell) fn word(self) -> &'static str {
        match self {
            Self::Everything => "everything",
            Self::EverythingExceptPii => "everything_except_pii",
            Self::BasicAttributesOnly => "basic_attributes_only",
        }
    }
}

/// A function that was used in a call.
pub(in crate::retell) struct ToolUse {
    pub(in crate::retell) name: String,
    pub(in crate::retell) was_successful: bool,
    pub(in crate::retell) latency_ms: u64,
}

/// A call.
pub(in crate::retell) struct Call {
    pub(in crate::retell) id: String,
    pub(in crate::retell) line: Line,
    pub(in crate::retell) agent_id: String,
    pub(in crate::retell) agent_version: u32,
    pub(in crate::retell) agent_name: Option<String>,
    pub(in crate::retell) agent_tag: Option<String>,
    pub(in crate::retell) status: Status,
    pub(in crate::retell) created_ms: i64,
    pub(in crate::retell) start_ms: Option<i64>,
    pub(in crate::retell) end_ms: Option<i64>,
    pub(in crate::retell) disconnection_reason: Option<String>,
    pub(in crate::retell) transcript: Transcript,
    pub(in crate::retell) tool_uses: Vec<ToolUse>,
    pub(in crate::retell) analysis: Option<Fields>,
    pub(in crate::retell) metadata: Option<Value>,
    /// What it was begun with.
    pub(in crate::retell) variables: Fields,
    /// What its functions added.
    pub(in crate::retell) collected: Fields,
    pub(in crate::retell) sip_headers: Fields,
    pub(in crate::retell) custom_attributes: Fields,
    pub(in crate::retell) storage: Storage,
    pub(in crate::retell) transfer_destination: Option<String>,
    /// What this call alone changes of its agent and engine.
    pub(in crate::retell) overrides: Value,
    /// The batch that it is a part of.
    pub(in crate::retell) batch_id: Option<String>,
}

/// How much of a call is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::retell) enum Detail {
    /// With the transcripts.
    Full,
    /// As an item of a list: without them.
    Item,
}

impl Call {
    pub(in crate::retell) fn begin(&mut self, now_ms: i64) {
        self.status = Status::Ongoing;
        self.start_ms = Some(now_ms);
    }

    /// Ends it, unless something else has ended it already.
    pub(in crate::retell) fn end(&mut self, reason: &str, now_ms: i64) {
        if self.end_ms.is_none() {
            self.status = Status::after(reason);
            self.end_ms = Some(now_ms);
            self.disconnection_reason = Some(reason.to_owned());
        }
    }

    pub(in crate::retell) fn is_over(&self) -> bool {
        self.end_ms.is_some()
    }

    /// Whether its audio ever ran.
    fn was_held(&self) -> bool {
        self.start_ms.is_some() && self.status != Status::NotConnected
    }

    pub(in crate::retell) fn to_json(&self, detail: Detail) -> Value {
        let mut shown = json!({ "call_id": self.id, "agent_id": self.agent_id, "agent_version": self.agent_version,
            "call_status": self.status.word(), "data_storage_setting": self.storage.word(), "opt_in_signed_url": false });
        match &self.line {
            Line::Phone { direction, from, to } => {
                shown["call_type"] = json!("phone_call");
                shown["direction"] = json!(direction.word());
                shown["from_number"] = json!(from);
                shown["to_number"] = json!(to);
                shown["telephony_identifier"] = json!({ "twilio_call_sid": format!("CA{}", self.id) });
            }
            Line::Web { access_token } => {
                shown["call_type"] = json!("web_call");
                shown["access_token"] = json!(access_token);
            }
        }
        let optional = [
            ("agent_name", self.agent_name.as_ref().map(|name| json!(name))),
            ("agent_tag", self.agent_tag.as_ref().map(|tag| json!(tag))),
            ("metadata", self.metadata.clone()),
            ("start_timestamp", self.start_ms.map(|at| json!(at))),
            ("end_timestamp", self.end_ms.map(|at| json!(at))),
            ("duration_ms", self.duration_ms().map(|ms| json!(ms))),
            ("disconnection_reason", self.disconnection_reason.as_ref().map(|reason| json!(reason))),
            ("call_analysis", self.analysis.clone().map(Value::Object)),
            ("transfer_destination", self.transfer_destination.as_ref().map(|to| json!(to))),
            ("call_cost", self.cost()),
            ("latency", self.latency()),
        ];
        for (name, value) in optional {
            if let Some(value) = value {
                shown[name] = value;
            }
        }
        for (name, fields) in [
            ("retell_llm_dynamic_variables", &self.variables),
            ("collected_dynamic_variables", &self.collected),
            ("custom_sip_headers", &self.sip_headers),
        ] {
            if !fields.is_empty() {
                shown[name] = json!(fields);
            }
        }
        let keeps_words = self.storage != Storage::BasicAttributesOnly || !self.is_over();
        if detail == Detail::Full && self.start_ms.is_some() && keeps_words {
            shown["transcript"] = json!(self.transcript.text());
            shown["transcript_object"] = json!(self.transcript.utterances());
            shown["transcript_with_tool_calls"] = json!(self.transcript.with_tool_calls());
        }
        shown
    }

    pub(in crate::retell) fn duration_ms(&self) -> Option<i64> {
        Some(self.end_ms? - self.start_ms?).filter(|_| self.was_held())
    }

    /// In cents, with decimals; after the call.
    fn cost(&self) -> Option<Value> {
        let seconds = self.duration_ms()?.max(0).checked_div(1_000)?;
        let length = f64::from(i32::try_from(seconds).unwrap_or(i32::MAX));
        let product =
            |name: &str, unit: f64| json!({ "product": name, "unit_price": unit, "cost": unit * length });
        let unit = VOICE_CENTS_A_SECOND + MODEL_CENTS_A_SECOND;
        Some(
            json!({ "combined_cost": unit * length, "total_duration_seconds": seconds, "total_duration_unit_price": unit,
            "product_costs": [product("elevenlabs_tts", VOICE_CENTS_A_SECOND), product("gpt_4_1", MODEL_CENTS_A_SECOND)] }),
        )
    }

    /// How long callers waited for an answer, where a function was asked.
    fn latency(&self) -> Option<Value> {
        let mut values: Vec<u64> = self.tool_uses.iter().map(|one| one.latency_ms).collect();
        if values.is_empty() || !self.is_over() {
            return None;
        }
        values.sort_unstable();
        let at = |percent: usize| values[(values.len() - 1) * percent / 100];
        Some(json!({ "e2e": { "p50": at(50), "p90": at(90), "p95": at(95), "p99": at(99), "min": at(0),
            "max": at(100), "num": values.len(), "values": values } }))
    }
}

/// The calls of a workspace.
#[derive(Default)]
pub(in crate::retell) struct Calls {
    records: BTreeMap<String, Call>,
    /// Keys that clients gave, with the call they led to and when.
    idempotency: BTreeMap<String, (String, i64)>,
    made: u64,
}

/// How long a client's key stands for the same call.
const IDEMPOTENCY_MS: i64 = 3_600_000;

impl Calls {
    /// A new id; ids sort in the order in which calls began.
    pub(in crate::retell) fn new_id(&mut self, now_ms: i64) -> String {
        self.made += 1;
        format!("call_{now_ms:011x}{:016x}", self.made)
    }

    pub(in crate::retell) fn add(&mut self, call: Call) {
        if self.records.len() >= CALLS_AT_MOST {
            let oldest = self.records.values().find(|call| call.is_over()).map(|call| call.id.clone());
            if let Some(oldest) = oldest.or_else(|| self.records.keys().next().cloned()) {
                self.records.remove(&oldest);
            }
        }
        self.records.insert(call.id.clone(), call);
    }

    pub(in crate::retell) fn get(&self, id: &str) -> Option<&Call> {
        self.records.get(id)
    }

    pub(in crate::retell) fn get_mut(&mut self, id: &str) -> Option<&mut Call> {
        self.records.get_mut(id)
    }

    pub(in crate::retell) fn remove(&mut self, id: &str) -> Option<Call> {
        self.records.remove(id)
    }

    pub(in crate::retell) fn all(&self) -> impl Iterator<Item = &Call> {
        self.records.values()
    }

    pub(in crate::retell) fn ongoing(&self) -> usize {
        self.records.values().filter(|call| call.status == Status::Ongoing).count()
    }

    /// The call that this key already led to.
    pub(in crate::retell) fn made_under(&self, key: &str, now_ms: i64) -> Option<&Call> {
        let (id, at) = self.idempotency.get(key)?;
        (now_ms - at <= IDEMPOTENCY_MS).then(|| self.get(id))?
    }

    pub(in crate::retell) fn note_key(&mut self, key: &str, id: &str, now_ms: i64) {
        self.idempotency.retain(|_, (_, at)| now_ms - *at <= IDEMPOTENCY_MS);
        if self.idempotency.len() < CALLS_AT_MOST {
            self.idempotency.insert(key.to_owned(), (id.to_owned(), now_ms));
        }
    }
}

/// What a call is begun with, besides who holds it.
#[derive(Clone, Default)]
pub(in crate::retell) struct Brought {
    pub(in crate::retell) metadata: Option<Value>,
    pub(in crate::retell) variables: Fields,
    pub(in crate::retell) sip_headers: Fields,
    pub(in crate::retell) overrides: Value,
}

impl Call {
    /// A registered call, held by this agent.
    pub(in crate::retell) fn new(id: String, line: Line, cast: &Cast, brought: Brought, now_ms: i64) -> Self {
        let text = |name: &str| cast.agent.get(name).and_then(Value::as_str).map(str::to_owned);
        let mut variables = cast.tag.as_ref().map(|(_, brings)| brings.clone()).unwrap_or_default();
        variables.extend(brought.variables);
        Self {
            id,
            line,
            agent_id: cast.agent_id.clone(),
            agent_version: cast.version,
            agent_name: text("agent_name"),
            agent_tag: cast.tag.as_ref().map(|(name, _)| name.clone()),
            status: Status::Registered,
            created_ms: now_ms,
            start_ms: None,
            end_ms: None,
            disconnection_reason: None,
            transcript: Transcript::default(),
            tool_uses: Vec::new(),
            analysis: None,
            metadata: brought.metadata,
            variables,
            collected: Fields::new(),
            sip_headers: brought.sip_headers,
            custom_attributes: Fields::new(),
            storage: text("data_storage_setting")
                .and_then(|word| Storage::parse(&word))
                .unwrap_or(Storage::Everything),
            transfer_destination: None,
            overrides: brought.overrides,
            batch_id: None,
        }
    }
}
