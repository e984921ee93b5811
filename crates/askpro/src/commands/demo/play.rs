//! Plays a conversation and looks what came of it: in the database, in the
//! stand-ins' journals, never in what was printed.

use std::time::Duration;

use anyhow::Context;
use askpro_app::{
    Scope,
    appointments::{Filter, Listed},
};
use askpro_domain::{booking::AppointmentStatus, business::Service, ids::CompanyId};
use serde_json::{Value, json};

use super::{
    conversations::{Conversation, Trouble},
    stage::{Bookings, Stage},
};

/// How long a provisional appointment may take to be settled here.
const SETTLED_WITHIN: Duration = Duration::from_secs(30);

/// How a conversation went.
pub(super) struct Outcome {
    pub(super) name: &'static str,
    pub(super) language: &'static str,
    /// One list per call: what was said, and after which turn which function ran.
    pub(super) calls: Vec<Value>,
    pub(super) expected: String,
    pub(super) found: String,
    pub(super) passed: bool,
    pub(super) problems: Vec<String>,
    pub(super) appointments: Vec<Listed>,
}

pub(super) async fn play(stage: &Stage, conversation: &Conversation) -> anyhow::Result<Outcome> {
    set_trouble(stage, conversation.trouble).await?;
    let company = stage.company(conversation.business);
    let mut playing = Vec::new();
    for (from, steps) in &conversation.calls {
        let script = json!({ "key": company.key, "to_number": company.number, "from_number": from, "steps": steps,
            "dynamic_variables": { "language": conversation.language } });
        let request = stage.http.post(format!("{}/_sim/calls", stage.retell_url())).json(&script);
        playing.push(tokio::spawn(
            async move { request.send().await?.error_for_status()?.json::<Value>().await },
        ));
    }
    let mut calls = Vec::new();
    for call in playing {
        calls.push(
            call.await?
                .with_context(|| format!("the conversation {:?} could not be played", conversation.name))?,
        );
    }
    let mut problems = Vec::new();
    check_answers(conversation, &calls, &mut problems);
    if conversation.trouble == Trouble::CalcomDown {
        set_trouble(stage, Trouble::Nothing).await?;
    }
    let id = CompanyId::parse(&company.id).context("the demo's company has an id")?;
    let appointments = wait_until_settled(stage, id, conversation, &calls, &mut problems).await?;
    check_calendars(stage, conversation, &appointments, &mut problems).await?;

    let services = stage.app.list_services(Scope::Company(id), None, 200).await?;
    let expected = describe_expected(conversation);
    let found = describe_found(conversation, &appointments, &services);
    Ok(Outcome {
        name: conversation.name,
        language: conversation.language,
        passed: problems.is_empty() && expected == found,
        calls,
        expected,
        found,
        problems,
        appointments,
    })
}

async fn set_trouble(stage: &Stage, trouble: Trouble) -> anyhow::Result<()> {
    let rules = match trouble {
        Trouble::Nothing => json!([]),
        Trouble::CalcomDown => json!([{ "path_prefix": "/v2/", "fault": "error", "status": 503 }]),
    };
    let request =
        stage.http.put(format!("{}/_sim/faults", stage.calcom_url())).json(&json!({ "rules": rules }));
    request.send().await?.error_for_status()?;
    Ok(())
}

/// The greeting, the words and the statuses that the functions answered.
fn check_answers(conversation: &Conversation, calls: &[Value], problems: &mut Vec<String>) {
    let mut answered: Vec<String> = Vec::new();
    for call in calls {
        let greeting = call["turns"][0]["text"].as_str().unwrap_or_default();
        let words: Vec<&str> = greeting.split(|c: char| !c.is_alphanumeric()).collect();
        if !words.contains(&"KI") && !words.contains(&"AI") {
            problems.push("the first sentence does not say that an AI is speaking".into());
        }
        for function in call["functions"].as_array().into_iter().flatten() {
            if function["http_status"] != json!(200) {
                problems
                    .push(format!("{} was answered with HTTP {}", function["name"], function["http_status"]));
            }
            if function["name"] == json!("book_appointment") {
                answered.push(function["status"].as_str().unwrap_or("nothing").to_owned());
            }
            for again in function["retried"].as_array().into_iter().flatten() {
                if again != &function["answer"] {
                    problems.push("a repeated request got another answer".into());
                }
            }
        }
        for event in ["call_started", "call_ended", "call_analyzed"] {
            if call["webhooks"][event] != json!(204) {
                problems.push(format!("the webhook {event} was answered with {}", call["webhooks"][event]));
            }
        }
    }
    answered.sort();
    let mut wanted: Vec<&str> = conversation.answers.to_vec();
    wanted.sort_unstable();
    if answered != wanted {
        problems.push(format!("bookings were answered {answered:?} instead of {wanted:?}"));
    }
}

/// The appointments made in these calls, once none of them is provisional.
async fn wait_until_settled(
    stage: &Stage,
    company: CompanyId,
    conversation: &Conversation,
    calls: &[Value],
    problems: &mut Vec<String>,
) -> anyhow::Result<Vec<Listed>> {
    let ids: Vec<&str> = calls.iter().filter_map(|call| call["call_id"].as_str()).collect();
    let begun = tokio::time::Instant::now();
    loop {
        let all = stage.app.list_appointments(Scope::Company(company), Filter::default(), 1_000).await?;
        let ours: Vec<Listed> = all
            .into_iter()
            .filter(|one| {
                one.appointment.made_in.as_ref().is_some_and(|(_, call)| ids.contains(&call.as_str()))
            })
            .collect();
        let is_open = ours.iter().any(|one| one.appointment.status == AppointmentStatus::Provisional);
        if !is_open {
            return Ok(ours);
        }
        if begun.elapsed() > SETTLED_WITHIN {
            problems.push(format!("{:?} was not settled within {SETTLED_WITHIN:?}", conversation.name));
            return Ok(ours);
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// What occupies whom, here and at Cal.com.
async fn check_calendars(
    stage: &Stage,
    conversation: &Conversation,
    appointments: &[Listed],
    problems: &mut Vec<String>,
) -> anyhow::Result<()> {
    for one in appointments {
        if one.occupancy.is_empty() {
            problems.push(format!("the appointment {} occupies nobody", one.appointment.reference));
        }
        for other in appointments.iter().filter(|other| other.appointment.id > one.appointment.id) {
            let overlap = one.occupancy.iter().any(|(resource, piece)| {
                other
                    .occupancy
                    .iter()
                    .any(|(theirs, their_piece)| theirs == resource && piece.overlaps(*their_piece))
            });
            if overlap {
                problems.push("two appointments overlap".into());
            }
        }
    }
    if conversation.trouble == Trouble::CalcomDown {
        let bookings = calcom_bookings(stage).await?;
        for one in appointments {
            let there = bookings.get(&one.appointment.id.to_string());
            match there {
                Some((uid, status))
                    if status == "accepted" && Some(uid) == one.appointment.calendar_uid.as_ref() => {}
                other => problems.push(format!("Cal.com holds {other:?} for {}", one.appointment.reference)),
            }
        }
        let journal: Value =
            stage.http.get(format!("{}/_sim/requests", stage.calcom_url())).send().await?.json().await?;
        let posts: Vec<u64> = journal["requests"]
            .as_array()
            .into_iter()
            .flatten()
            .filter(|entry| entry["method"] == json!("POST") && entry["path"] == json!("/v2/bookings"))
            .filter_map(|entry| entry["status"].as_u64())
            .collect();
        if posts.first() != Some(&503)
            || posts.iter().filter(|status| **status == 201).count() != appointments.len()
        {
            problems.push(format!("Cal.com was asked to book with these results: {posts:?}"));
        }
    }
    Ok(())
}

/// What Cal.com holds, by the appointment it belongs to.
async fn calcom_bookings(stage: &Stage) -> anyhow::Result<Bookings> {
    let answer: Value = stage
        .http
        .get(format!("{}/v2/bookings?take=250", stage.calcom_url()))
        .header("cal-api-version", "2024-08-13")
        .bearer_auth(&stage.props.calcom_key)
        .send()
        .await?
        .json()
        .await?;
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    Ok(answer["data"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|one| (text(&one["metadata"]["askpro_appointment"]), (text(&one["uid"]), text(&one["status"]))))
        .collect())
}

fn describe_expected(conversation: &Conversation) -> String {
    let mut lines: Vec<String> = conversation
        .expected
        .iter()
        .map(|one| match one.start {
            Some(start) => format!("{}: {}, confirmed, at {start}", one.customer, one.service),
            None => format!("{}: {}, confirmed", one.customer, one.service),
        })
        .collect();
    lines.sort();
    lines.join("; ")
}

fn describe_found(conversation: &Conversation, appointments: &[Listed], services: &[Service]) -> String {
    let mut lines: Vec<String> = appointments
        .iter()
        .map(|one| {
            let named = conversation.expected.iter().find(|expected| expected.customer == one.customer_name);
            let status = one.appointment.status.word();
            let service = services.iter().find(|service| service.id == one.appointment.service);
            let service = service.map_or("an unknown service", |service| service.name.as_str());
            match named.and_then(|expected| expected.start) {
                Some(_) => {
                    format!("{}: {service}, {status}, at {}", one.customer_name, one.appointment.start)
                }
                None => format!("{}: {service}, {status}", one.customer_name),
            }
        })
        .collect();
    lines.sort();
    lines.join("; ")
}
