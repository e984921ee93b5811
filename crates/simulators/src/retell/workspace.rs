//! Everything that lies under one API key.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::{
    agents::{Agent, NamedTag},
    calls::Calls,
    components::Component,
    engines::Kind,
    failure::Failure,
    numbers::Number,
    versions::{Lineage, Version},
    voices::Voice,
};

/// Agents, engines or numbers of a workspace at most, each.
pub(super) const THINGS_AT_MOST: usize = 10_000;

/// What Retell sells without asking: calls at the same time.
const CONCURRENCY_DEFAULT: u32 = 20;

/// One workspace.
#[derive(Default)]
pub(super) struct Workspace {
    pub(super) llms: BTreeMap<String, Lineage>,
    pub(super) flows: BTreeMap<String, Lineage>,
    pub(super) components: BTreeMap<String, Component>,
    pub(super) agents: BTreeMap<String, Agent>,
    pub(super) numbers: BTreeMap<String, Number>,
    pub(super) calls: Calls,
    /// Voices that the workspace added or cloned.
    pub(super) voices: BTreeMap<String, Voice>,
    pub(super) settings: Settings,
    made: u64,
}

/// What a person sets in the dashboard; there is no API for it.
#[derive(Clone, Default)]
pub(super) struct Settings {
    /// Calls at the same time; enforced only where it was set.
    pub(super) concurrency_limit: Option<u32>,
    /// Every call in goes to the number's fallback, nothing goes out.
    pub(super) outage_mode: bool,
    /// Where events of agents without an address of their own go.
    pub(super) webhook_url: Option<String>,
    /// The workspace's name.
    pub(super) org_name: Option<String>,
}

/// What is needed of a version to hold a call.
#[derive(Clone)]
pub(super) struct Cast {
    pub(super) agent_id: String,
    pub(super) version: u32,
    pub(super) agent: Map<String, Value>,
    pub(super) engine: Map<String, Value>,
    pub(super) is_flow: bool,
    /// The tag that led here, with what it brings along.
    pub(super) tag: Option<NamedTag>,
}

impl Workspace {
    /// A new id. Ids of one kind sort in the order in which they were made.
    pub(super) fn id(&mut self, prefix: &str) -> String {
        self.made += 1;
        format!("{prefix}_{:026x}", self.made)
    }

    pub(super) fn engines(&mut self, kind: Kind) -> &mut BTreeMap<String, Lineage> {
        match kind {
            Kind::Llm => &mut self.llms,
            Kind::Flow => &mut self.flows,
        }
    }

    pub(super) fn concurrency_limit(&self) -> u32 {
        self.settings.concurrency_limit.unwrap_or(CONCURRENCY_DEFAULT)
    }

    /// Whether another call has room.
    pub(super) fn has_room(&self) -> bool {
        self.settings
            .concurrency_limit
            .is_none_or(|limit| self.calls.ongoing() < usize::try_from(limit).unwrap_or(usize::MAX))
    }

    /// The agent's version that a reference leads to, with its engine.
    pub(super) fn cast(&self, agent_id: &str, reference: &super::Reference) -> Result<Cast, Failure> {
        let agent = self.agents.get(agent_id).ok_or(Failure::Missing)?;
        let (version, tag) = agent.resolve(reference)?;
        let (engine, is_flow) = self.engine_of(version)?;
        Ok(Cast {
            agent_id: agent_id.to_owned(),
            version: version.number,
            agent: version.fields.clone(),
            engine,
            is_flow,
            tag,
        })
    }

    fn engine_of(&self, version: &Version) -> Result<(Map<String, Value>, bool), Failure> {
        let engine = version.fields.get("response_engine").cloned().unwrap_or_default();
        let Some((kind, id)) = Kind::of(&engine) else {
            return Err(Failure::bad("an engine behind a websocket cannot be played"));
        };
        let lineage = match kind {
            Kind::Llm => self.llms.get(id),
            Kind::Flow => self.flows.get(id),
        };
        let lineage = lineage.ok_or_else(|| Failure::bad("the agent's engine does not exist"))?;
        let number = engine.get("version").and_then(Value::as_u64).and_then(|n| u32::try_from(n).ok());
        let version = match number {
            Some(number) => {
                lineage.get(number).ok_or_else(|| Failure::bad("the engine's version does not exist"))?
            }
            None => lineage.latest(),
        };
        Ok((version.fields.clone(), kind == Kind::Flow))
    }
}
