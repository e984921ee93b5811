//! "The phone rings." Which agent and version takes the call, and what it may
//! know before the first word.

use std::{collections::BTreeMap, time::Duration};

use askpro_domain::{
    business::Branch,
    calendar::zone,
    language::Language,
    phone::{CallerNumber, Region},
    spoken::{say_date, say_time},
};
use askpro_store::{Company, customers, phone_numbers::PhoneNumber};
use jiff::{Timestamp, tz::TimeZone};
use serde::Serialize;
use serde_json::{Value, json};

use crate::{
    App, Known,
    away::Business,
    call::{ai_disclosure, hours_today},
};

/// How long the database may take; the caller hears it ring meanwhile. With finding
/// the connection and a known customer it stays below a second.
const PATIENCE: Duration = Duration::from_millis(400);

/// How long looking for a known customer may take on top.
const CUSTOMER_PATIENCE: Duration = Duration::from_millis(150);

/// What Retell is told. Whatever is absent is left as the number has it there, so
/// that a call is never left unanswered.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct InboundAnswer {
    /// Which agent takes the call.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub override_agent_id: Option<String>,
    /// In which version: a number, or `latest_published`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub override_agent_version: Option<Value>,
    /// What the agent may know; texts only.
    pub dynamic_variables: BTreeMap<&'static str, String>,
    /// Kept with the call there.
    pub metadata: Value,
}

impl App {
    /// Answers the inbound webhook: by number, else by branch, else by connection,
    /// else with nothing but the time.
    pub async fn inbound(&self, known: &Known, from: &str, to: &str) -> InboundAnswer {
        let now = self.clock.now();
        let number = known.number(to);
        let business = self.business(known.company, PATIENCE).await;
        let (business, is_fresh) = match &business {
            Ok(seen) => (Some(seen.business.as_ref()), seen.is_fresh),
            Err(_) => (None, false),
        };
        let branch = business.and_then(|business| branch_of(business, number));
        let agent = agent_of(known, number, branch);
        let language = branch.map_or(Language::De, |branch| branch.language);
        let mut variables = spoken_time(branch, language, now);
        if let (Some(business), Some(branch)) = (business, branch) {
            variables.insert("company", business.name.clone());
            variables.insert("branch", branch.name.clone());
            variables.insert("ai_disclosure", ai_disclosure(language, &business.name));
            if let Some(today) = hours_today(branch, &business.staff, language, now) {
                variables.insert("hours_today", today);
            }
        }
        if known.settings.greets_by_name
            && is_fresh
            && let Some(name) = self.known_customer(known, from).await
        {
            variables.insert("customer_name", name);
        }
        InboundAnswer {
            override_agent_id: agent.and_then(|number| number.agent.clone()),
            override_agent_version: agent.and_then(|number| version(number.agent_version.as_deref()?)),
            dynamic_variables: variables,
            metadata: json!({ "branch_id": branch.map(|branch| branch.id.to_string()) }),
        }
    }

    /// The name of the one customer who has this number; of several, of none, and
    /// of a withheld one nobody's.
    async fn known_customer(&self, known: &Known, from: &str) -> Option<String> {
        let caller = CallerNumber::read(from, Region::De);
        let number = caller.number()?.as_str().to_owned();
        let found = self
            .store
            .read(Company(known.company), CUSTOMER_PATIENCE, move |tx| customers::with_phone(tx, &number))
            .await
            .ok()?;
        match &found[..] {
            [only] => Some(only.name.clone()),
            _ => None,
        }
    }
}

fn branch_of<'b>(business: &'b Business, number: Option<&PhoneNumber>) -> Option<&'b Branch> {
    number
        .and_then(|number| business.branches.iter().find(|branch| branch.id == number.branch))
        .or_else(|| business.branches.first())
}

/// The number's own agent, else one of the same branch, else any of the connection.
fn agent_of<'k>(
    known: &'k Known,
    number: Option<&'k PhoneNumber>,
    branch: Option<&Branch>,
) -> Option<&'k PhoneNumber> {
    let with_agent = |one: &&PhoneNumber| one.agent.is_some();
    let of_branch = |one: &&PhoneNumber| branch.is_some_and(|branch| branch.id == one.branch);
    number
        .filter(with_agent)
        .or_else(|| known.numbers.iter().filter(of_branch).find(with_agent))
        .or_else(|| known.numbers.iter().find(with_agent))
}

fn version(text: &str) -> Option<Value> {
    // `latest` may be a draft: it is never bound.
    match text.parse::<u32>() {
        Ok(number) => Some(json!(number)),
        Err(_) if text == "latest" => None,
        Err(_) => Some(json!(text)),
    }
}

fn spoken_time(
    branch: Option<&Branch>,
    language: Language,
    now: Timestamp,
) -> BTreeMap<&'static str, String> {
    let zone = branch.and_then(|branch| zone(&branch.zone).ok()).unwrap_or(TimeZone::UTC);
    let local = zone.to_datetime(now);
    let written = now.to_zoned_datetime(zone.clone()).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string();
    BTreeMap::from([
        ("language", language.tag().to_owned()),
        ("now", written),
        ("today", say_date(local.date(), local.date(), language)),
        ("time", say_time(local.time(), language)),
    ])
}
