//! Plays a conversation: rings, does what happens behind the scenes meanwhile, and
//! waits until every promise is settled.

use std::time::Duration;

use anyhow::Context;
use askpro_app::{
    Scope,
    appointments::{Filter, Listed},
};
use askpro_domain::{booking::AppointmentStatus, ids::CompanyId};
use askpro_store::{
    Company,
    migrate::Outage,
    tasks::{self, OpenTask},
};
use futures_util::future::join_all;
use serde_json::{Value, json};

use super::{
    businesses::Line,
    check,
    script::{Call, Conversation, Deed, Step},
    stage::{PATIENCE, Stage},
};

/// How long a provisional appointment may take to be settled here.
const SETTLED_WITHIN: Duration = Duration::from_secs(30);

/// How long after a deed of its own the database is back: while the call's last
/// events are tried again.
const SOON: Duration = Duration::from_millis(150);

/// More of anything than the demonstration ever makes.
pub(super) const MANY: u32 = 1_000;

/// How a conversation went.
pub(super) struct Outcome {
    pub(super) name: &'static str,
    pub(super) about: &'static str,
    pub(super) language: &'static str,
    /// What was said in each call, and after which turn which function ran.
    pub(super) calls: Vec<Value>,
    /// Whether the calls took place at the same moment.
    pub(super) at_once: bool,
    pub(super) expected: String,
    pub(super) found: String,
    pub(super) passed: bool,
    pub(super) problems: Vec<String>,
    pub(super) appointments: Vec<Listed>,
}

/// What there is to see after a conversation.
pub(super) struct Seen {
    pub(super) company: CompanyId,
    pub(super) calls: Vec<Value>,
    pub(super) appointments: Vec<Listed>,
    pub(super) tasks: Vec<OpenTask>,
}

pub(super) async fn play(stage: &Stage, conversation: &Conversation) -> anyhow::Result<Outcome> {
    let company =
        CompanyId::parse(&stage.company(conversation.line).id).context("the demo's company has an id")?;
    let tasks_before = open_tasks(stage, company).await?;
    let mut calls = Vec::new();
    for (number, act) in conversation.acts.iter().enumerate() {
        let playing = act.iter().enumerate().map(|(index, call)| {
            let play = format!("{} {number} {index}", conversation.name);
            perform(stage, conversation.line, call, &calls, play)
        });
        let ended = join_all(playing).await;
        if conversation.has_deeds() {
            stage.put_right().await?;
        }
        for call in ended {
            calls.push(
                call.with_context(|| {
                    format!("the conversation {:?} could not be played", conversation.name)
                })?,
            );
        }
    }
    let appointments = wait_until_settled(stage, company, &calls).await?;
    let tasks = open_tasks(stage, company).await?;
    let tasks = tasks.into_iter().filter(|task| tasks_before.iter().all(|one| one.id != task.id)).collect();
    let seen = Seen { company, calls, appointments, tasks };
    check::outcome(stage, conversation, seen).await
}

/// Plays one call and does what happens behind the scenes meanwhile.
async fn perform(
    stage: &Stage,
    line: Line,
    call: &Call,
    earlier: &[Value],
    play: String,
) -> anyhow::Result<Value> {
    let mut steps = Vec::new();
    let mut deeds = Vec::new();
    for step in &call.steps {
        match step {
            Step::Plain(script) => steps.push(with_earlier(script, earlier)),
            Step::Function(function) => steps.push(with_earlier(&function.script, earlier)),
            Step::Meanwhile(deed) => {
                // The call waits until somebody has come, and again until it is done.
                let meetings = ["before", "after"].map(|when| format!("{play}: {when} {}", deeds.len()));
                for meeting in &meetings {
                    steps.push(json!({ "meet": meeting, "callers": 2 }));
                }
                deeds.push((*deed, meetings));
            }
        }
    }
    let script = json!({ "key": stage.company(line).key, "to_number": line.number(), "from_number": call.from,
        "webhooks": call.webhooks, "steps": steps });
    let request = stage.http.post(format!("{}/_sim/calls", stage.retell_url())).json(&script);
    let mut playing =
        tokio::spawn(async move { request.send().await?.error_for_status()?.json::<Value>().await });
    for (deed, [before, after]) in deeds {
        tokio::select! {
            met = stage.meet(&before) => met?,
            ended = &mut playing => return Ok(ended??),
        }
        stage.carry_out(deed).await?;
        stage.meet(&after).await?;
    }
    Ok(playing.await??)
}

/// Puts in what earlier calls were answered.
pub(super) fn with_earlier(value: &Value, calls: &[Value]) -> Value {
    match value {
        Value::String(text) => Value::String(text_with_earlier(text, calls)),
        Value::Array(list) => list.iter().map(|one| with_earlier(one, calls)).collect(),
        Value::Object(fields) => {
            fields.iter().map(|(name, one)| (name.clone(), with_earlier(one, calls))).collect()
        }
        other => other.clone(),
    }
}

fn text_with_earlier(text: &str, calls: &[Value]) -> String {
    let Some((before, rest)) = text.split_once('«') else { return text.to_owned() };
    let (place, behind) = rest.split_once('»').unwrap_or((rest, ""));
    let mut parts = place.split(' ');
    let mut number = || parts.next().and_then(|part| part.parse::<usize>().ok()).unwrap_or(usize::MAX);
    let (call, function) = (number(), number());
    let pointer = parts.next().unwrap_or_default();
    let found = calls
        .get(call)
        .and_then(|call| call["functions"].get(function))
        .and_then(|function| function["answer"].pointer(pointer))
        .and_then(Value::as_str)
        .unwrap_or("nothing");
    format!("{before}{found}{}", text_with_earlier(behind, calls))
}

impl Stage {
    /// Comes to a meeting with a call.
    async fn meet(&self, name: &str) -> anyhow::Result<()> {
        let meeting = json!({ "name": name, "callers": 2 });
        let request = self.http.post(format!("{}/_sim/meetings", self.retell_url())).json(&meeting);
        request.send().await?.error_for_status()?;
        Ok(())
    }

    async fn carry_out(&self, deed: Deed) -> anyhow::Result<()> {
        let booking = |fault: &str| json!([{ "path_prefix": "/v2/bookings", "method": "POST", "fault": fault, "status": 409, "count": 1 }]);
        let all = |fault: &str| json!([{ "path_prefix": "/v2/", "fault": fault, "status": 503 }]);
        match deed {
            Deed::CalcomRefuses => self.break_calcom(booking("error")).await,
            Deed::CalcomSwallowsItsAnswer => self.break_calcom(booking("accept_then_timeout")).await,
            Deed::CalcomHangs => self.break_calcom(all("hang")).await,
            Deed::CalcomFails => self.break_calcom(all("error")).await,
            Deed::DatabaseGoes => {
                let url = self.props.database_url.clone();
                let outage = tokio::task::spawn_blocking(move || Outage::begin(&url)).await??;
                *self.outage.lock().expect("no holder of the outage panics") = Some(outage);
                Ok(())
            }
            Deed::DatabaseReturnsSoon => {
                let outage = self.outage.clone();
                tokio::spawn(async move {
                    tokio::time::sleep(SOON).await;
                    let ended = outage.lock().expect("no holder of the outage panics").take();
                    tokio::task::spawn_blocking(move || drop(ended)).await
                });
                Ok(())
            }
        }
    }

    async fn break_calcom(&self, rules: Value) -> anyhow::Result<()> {
        let request =
            self.http.put(format!("{}/_sim/faults", self.calcom_url())).json(&json!({ "rules": rules }));
        request.send().await?.error_for_status()?;
        Ok(())
    }

    /// Nothing is broken any more.
    async fn put_right(&self) -> anyhow::Result<()> {
        let outage = self.outage.lock().expect("no holder of the outage panics").take();
        tokio::task::spawn_blocking(move || drop(outage)).await?;
        self.break_calcom(json!([])).await
    }
}

async fn open_tasks(stage: &Stage, company: CompanyId) -> anyhow::Result<Vec<OpenTask>> {
    Ok(stage.app.store.read(Company(company), PATIENCE, |tx| tasks::open(tx, MANY)).await?)
}

/// The appointments made in these calls, once none of them is provisional, or after
/// a while as they are.
async fn wait_until_settled(
    stage: &Stage,
    company: CompanyId,
    calls: &[Value],
) -> anyhow::Result<Vec<Listed>> {
    let ids: Vec<&str> = calls.iter().filter_map(|call| call["call_id"].as_str()).collect();
    let begun = tokio::time::Instant::now();
    loop {
        let all = stage.app.list_appointments(Scope::Company(company), Filter::default(), MANY).await?;
        let is_ours = |one: &Listed| {
            one.appointment.made_in.as_ref().is_some_and(|(_, call)| ids.contains(&call.as_str()))
        };
        let ours: Vec<Listed> = all.into_iter().filter(is_ours).collect();
        let is_open = ours.iter().any(|one| one.appointment.status == AppointmentStatus::Provisional);
        if !is_open || begun.elapsed() > SETTLED_WITHIN {
            return Ok(ours);
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::demo::script::earlier;

    #[test]
    fn what_an_earlier_call_was_answered_stands_in_texts_and_arguments() {
        let calls =
            [json!({ "functions": [{ "answer": {} }, { "answer": { "data": { "reference": "K7M2PQ" } } }] })];
        let reference = earlier(0, 1, "/data/reference");
        let step = json!({ "caller": format!("Es ist {reference}, ja, {reference}."), "args": { "reference": [reference] } });
        assert_eq!(
            with_earlier(&step, &calls),
            json!({ "caller": "Es ist K7M2PQ, ja, K7M2PQ.", "args": { "reference": ["K7M2PQ"] } })
        );
        let missing = json!(earlier(3, 0, "/data"));
        assert_eq!(with_earlier(&missing, &calls), json!("nothing"));
    }
}
