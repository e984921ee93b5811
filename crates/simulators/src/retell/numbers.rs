//! Phone numbers: which agents answer, in which version, with which weight, and
//! where a call goes when none can.

use axum::{
    Json,
    extract::Path,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use super::{
    failure::Failure,
    page::{Page, Paging, Place, page},
    request::{Account, Body, Params},
    rules::is_e164,
    versions::{Fields, Reference, patch},
    workspace::{THINGS_AT_MOST, Workspace},
};

/// How exactly weights must add up to 1.
const WEIGHT_TOLERANCE: f64 = 1e-6;

/// The lists of agents that a number holds.
const LISTS: [&str; 4] = ["inbound_agents", "outbound_agents", "inbound_sms_agents", "outbound_sms_agents"];

/// What can be changed besides the lists.
const SETTABLE: [&str; 8] = [
    "nickname",
    "inbound_webhook_url",
    "inbound_sms_webhook_url",
    "fallback_number",
    "allowed_inbound_country_list",
    "allowed_outbound_country_list",
    "codecs",
    "area_code",
];

/// A number in a workspace.
#[derive(Clone)]
pub(super) struct Number {
    /// `retell-twilio`, `retell-telnyx` or `custom`.
    pub(super) kind: &'static str,
    /// Who answers.
    pub(super) inbound: Vec<Weighted>,
    /// Who calls.
    pub(super) outbound: Vec<Weighted>,
    pub(super) fallback: Option<String>,
    /// Asked before an agent answers.
    pub(super) inbound_webhook_url: Option<String>,
    /// How calls reach it, for imported ones.
    trunk: Fields,
    fields: Fields,
    modified_ms: i64,
}

/// An agent with its share of the calls.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Weighted {
    pub(super) agent_id: String,
    /// `None` is not pinned and follows the latest version, a draft included.
    pub(super) version: Option<Reference>,
    pub(super) weight: f64,
}

impl Weighted {
    pub(super) fn reference(&self) -> Reference {
        self.version.clone().unwrap_or(Reference::Latest)
    }
}

/// Draws one of the agents; `draw` is from 0 to 1.
pub(super) fn drawn(agents: &[Weighted], draw: f64) -> Option<&Weighted> {
    let mut sum = 0.0;
    agents
        .iter()
        .find(|agent| {
            sum += agent.weight;
            draw < sum
        })
        .or(agents.last())
}

fn weighted(workspace: &Workspace, name: &str, list: Option<&Value>) -> Result<Vec<Weighted>, Failure> {
    let list = match list {
        None | Some(Value::Null) => return Ok(Vec::new()),
        Some(Value::Array(list)) => list,
        Some(_) => return Err(Failure::bad(format!("{name} must be a list"))),
    };
    let mut agents = Vec::with_capacity(list.len());
    for entry in list {
        let agent_id = entry.get("agent_id").and_then(Value::as_str);
        let agent_id =
            agent_id.ok_or_else(|| Failure::bad(format!("{name} needs an agent_id in each entry")))?;
        let weight =
            entry.get("weight").and_then(Value::as_f64).filter(|weight| (0.0..=1.0).contains(weight));
        let weight =
            weight.ok_or_else(|| Failure::bad(format!("{name} needs a weight from 0 to 1 in each entry")))?;
        let version = match entry.get("agent_version") {
            None | Some(Value::Null) => None,
            given => Some(Reference::read(given)?),
        };
        let agent = workspace.agents.get(agent_id).ok_or(Failure::Missing)?;
        // Words may come to point somewhere later; a number must exist.
        if let Some(reference @ Reference::Number(_)) = &version {
            agent.resolve(reference)?;
        }
        agents.push(Weighted { agent_id: agent_id.to_owned(), version, weight });
    }
    let sum: f64 = agents.iter().map(|agent| agent.weight).sum();
    if !agents.is_empty() && (sum - 1.0).abs() > WEIGHT_TOLERANCE {
        return Err(Failure::bad(format!("the weights of {name} must sum to 1")));
    }
    Ok(agents)
}

impl Number {
    fn new(kind: &'static str) -> Self {
        Self {
            kind,
            inbound: Vec::new(),
            outbound: Vec::new(),
            fallback: None,
            inbound_webhook_url: None,
            trunk: Fields::new(),
            fields: Fields::new(),
            modified_ms: 0,
        }
    }

    /// Takes over what may be set; what is retired or unknown is passed over.
    fn set(
        &mut self,
        workspace: &Workspace,
        number: &str,
        changes: &Fields,
        now_ms: i64,
    ) -> Result<(), Failure> {
        let mut known = Fields::new();
        for name in LISTS.iter().chain(&SETTABLE) {
            if let Some(value) = changes.get(*name) {
                known.insert((*name).to_owned(), value.clone());
            }
        }
        for name in LISTS {
            if let Some(list) = known.get(name) {
                let agents = weighted(workspace, name, Some(list))?;
                match name {
                    "inbound_agents" => self.inbound = agents,
                    "outbound_agents" => self.outbound = agents,
                    _ => {}
                }
            }
        }
        let text = |name: &str| match known.get(name) {
            None => Ok(None),
            Some(Value::Null) => Ok(Some(None)),
            Some(Value::String(text)) => Ok(Some(Some(text.clone()))),
            Some(_) => Err(Failure::bad(format!("{name} must be text or null"))),
        };
        if let Some(fallback) = text("fallback_number")? {
            if let Some(fallback) = &fallback {
                check_fallback(workspace, number, fallback)?;
            }
            self.fallback = fallback;
        }
        if let Some(url) = text("inbound_webhook_url")? {
            self.inbound_webhook_url = url;
        }
        for name in ["termination_uri", "transport"] {
            if let Some(value) = changes.get(name) {
                self.trunk.insert(name.to_owned(), value.clone());
            }
        }
        for name in ["auth_username", "sip_trunk_auth_username"] {
            if let Some(value) = changes.get(name) {
                self.trunk.insert("auth_username".to_owned(), value.clone());
            }
        }
        patch(&mut self.fields, known);
        self.modified_ms = now_ms;
        Ok(())
    }

    fn to_json(&self, number: &str) -> Value {
        let mut fields = self.fields.clone();
        let fixed = json!({ "phone_number": number, "phone_number_type": self.kind,
            "phone_number_pretty": number, "last_modification_timestamp": self.modified_ms });
        fields.extend(fixed.as_object().cloned().unwrap_or_default());
        if !self.trunk.is_empty() {
            let mut trunk = Fields::new();
            patch(&mut trunk, self.trunk.clone());
            trunk.entry("transport").or_insert_with(|| json!("TCP"));
            fields.insert("sip_outbound_trunk_config".into(), Value::Object(trunk));
        }
        Value::Object(fields)
    }
}

fn check_fallback(workspace: &Workspace, number: &str, fallback: &str) -> Result<(), Failure> {
    if fallback == number {
        return Err(Failure::bad("a number cannot be its own fallback"));
    }
    if !is_e164(fallback) {
        return Err(Failure::bad("fallback_number must be in E.164"));
    }
    if workspace.numbers.get(fallback).is_some_and(|other| other.fallback.is_some()) {
        return Err(Failure::bad("the fallback has a fallback of its own"));
    }
    Ok(())
}

fn add(
    account: &Account,
    number: impl FnOnce(&Workspace) -> Result<String, Failure>,
    kind: &'static str,
    body: &Fields,
) -> Result<Response, Failure> {
    let now = account.now_ms();
    let made = account.with(|workspace| {
        if workspace.numbers.len() >= THINGS_AT_MOST {
            return Err(Failure::bad("too many numbers"));
        }
        let number = number(workspace)?;
        if workspace.numbers.contains_key(&number) {
            return Err(Failure::bad(format!("{number} is in the workspace already")));
        }
        let mut added = Number::new(kind);
        added.set(workspace, &number, body, now)?;
        let made = added.to_json(&number);
        workspace.numbers.insert(number, added);
        Ok(made)
    })?;
    Ok((StatusCode::CREATED, Json(made)).into_response())
}

/// Buys a number, which exists in two countries only.
pub(super) async fn create(account: Account, Body(body): Body) -> Result<Response, Failure> {
    let text = |name: &str| body.get(name).and_then(Value::as_str);
    if !matches!(text("country_code"), None | Some("US" | "CA")) {
        return Err(Failure::bad("country_code must be US or CA"));
    }
    let kind = match text("number_provider") {
        None | Some("twilio") => "retell-twilio",
        Some("telnyx") => "retell-telnyx",
        Some(_) => return Err(Failure::bad("number_provider must be twilio or telnyx")),
    };
    let area = body.get("area_code").and_then(Value::as_u64).unwrap_or(415);
    if !(200..=999).contains(&area) {
        return Err(Failure::bad("area_code has three digits"));
    }
    let wanted = text("phone_number").map(str::to_owned);
    let mut kept = body.clone();
    kept.insert("area_code".into(), json!(area));
    let choose = |workspace: &Workspace| match wanted {
        Some(number) if number.starts_with("+1") && is_e164(&number) => Ok(number),
        Some(_) => Err(Failure::bad("phone_number must be a US or Canadian number in E.164")),
        None => (0..10_000_u32)
            .map(|line| format!("+1{area}555{line:04}"))
            .find(|number| !workspace.numbers.contains_key(number))
            .ok_or_else(|| Failure::bad("no number is left in this area")),
    };
    add(&account, choose, kind, &kept)
}

/// Brings a number of one's own, over SIP.
pub(super) async fn import(account: Account, Body(body): Body) -> Result<Response, Failure> {
    let text = |name: &str| body.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    let number = text("phone_number").ok_or_else(|| Failure::bad("phone_number is required"))?.to_owned();
    if text("termination_uri").is_none() {
        return Err(Failure::bad("termination_uri is required"));
    }
    if body.get("ignore_e164_validation") == Some(&json!(false)) && !is_e164(&number) {
        return Err(Failure::bad("phone_number must be in E.164"));
    }
    add(&account, |_| Ok(number), "custom", &body)
}

pub(super) async fn get(account: Account, Path(number): Path<String>) -> Result<Json<Value>, Failure> {
    account.with(|workspace| {
        workspace.numbers.get(&number).map(|one| Json(one.to_json(&number))).ok_or(Failure::Missing)
    })
}

pub(super) async fn update(
    account: Account,
    Path(number): Path<String>,
    Body(changes): Body,
) -> Result<Json<Value>, Failure> {
    let now = account.now_ms();
    account.with(|workspace| {
        let mut changed = workspace.numbers.get(&number).ok_or(Failure::Missing)?.clone();
        changed.set(workspace, &number, &changes, now)?;
        let shown = changed.to_json(&number);
        workspace.numbers.insert(number, changed);
        Ok(Json(shown))
    })
}

pub(super) async fn list(
    account: Account,
    Params(paging): Params<Paging>,
) -> Result<Json<Page<Value>>, Failure> {
    let all = account.with(|workspace| {
        let numbers = workspace.numbers.iter();
        numbers
            .map(|(number, one)| (Place { at: one.modified_ms, id: number.clone() }, one.to_json(number)))
            .collect()
    });
    page(all, &paging).map(Json)
}

pub(super) async fn delete(account: Account, Path(number): Path<String>) -> Result<StatusCode, Failure> {
    account.with(|workspace| workspace.numbers.remove(&number)).ok_or(Failure::Missing)?;
    Ok(StatusCode::NO_CONTENT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agents_are_drawn_by_their_weight() {
        let agent = |id: &str, weight| Weighted { agent_id: id.into(), version: None, weight };
        let agents = [agent("a", 0.9), agent("none", 0.0), agent("b", 0.1)];
        let who = |draw| drawn(&agents, draw).unwrap().agent_id.clone();
        assert_eq!([who(0.0), who(0.89), who(0.9), who(0.999)], ["a", "a", "b", "b"]);
        assert_eq!(who(1.0), "b", "rounding leaves nobody without an agent");
        assert_eq!(drawn(&[], 0.5), None);
    }
}
