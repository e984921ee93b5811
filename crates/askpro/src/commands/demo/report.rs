//! What the demo prints: the conversations as they went, the calendar, the sum.

use askpro_app::{
    Scope,
    appointments::{Filter, Listed},
};
use askpro_domain::{calendar::zone, ids::CompanyId};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{play::Outcome, stage::Stage};
use crate::terminal::{Style, line};

/// The width that what is said is folded to.
const WIDTH: usize = 88;

/// Prints a conversation as it went.
pub(super) fn conversation(style: Style, number: usize, outcome: &Outcome) {
    line("");
    line(format!("{}  {}", style.bold(format!("{number}. {}", outcome.name)), style.dim(outcome.about)));
    for (index, call) in outcome.calls.iter().enumerate() {
        if outcome.calls.len() > 1 {
            let names = if outcome.at_once {
                ["caller A", "caller B", "caller C"]
            } else {
                ["first call", "next call", "next call"]
            };
            line(style.dim(format!("   ── {} ──", names[index.min(2)])));
        }
        conversation_of(style, call);
    }
    let mark = if outcome.passed { style.good("✓") } else { style.bad("✗") };
    line(format!(
        "   {mark} {}",
        if outcome.passed { style.good("as it should be") } else { style.bad("not as it should be") }
    ));
    for problem in &outcome.problems {
        line(style.bad(format!("     {problem}")));
    }
}

/// What was said, asked and done in one call.
fn conversation_of(style: Style, call: &Value) {
    let list = |name: &str| call[name].as_array().map_or(&[][..], Vec::as_slice);
    let turns = list("turns");
    for position in 0..=turns.len() {
        let here = |one: &&Value| one["after_turns"] == json!(position);
        for deed in list("deeds").iter().filter(here) {
            line(style.dim(format!("   ✂ {}", deed["told"].as_str().unwrap_or_default())));
        }
        for function in list("functions").iter().filter(here) {
            line(format!("   {}", style.function(function_line(function))));
        }
        if let Some(turn) = turns.get(position) {
            said(style, turn);
        }
    }
    if call["disconnection_reason"] == json!("call_transfer") {
        line(style.dim("   ✆ the caller is put through"));
    }
}

fn function_line(function: &Value) -> String {
    let text = |name: &str| function[name].as_str().unwrap_or("no answer").to_owned();
    let repeats = function["retried"].as_array().map_or(0, Vec::len);
    let sent = if repeats > 0 { format!(", sent {} times", repeats + 1) } else { String::new() };
    let invented: Vec<String> = function["invented"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|what| Some(what.as_str()?.replace('_', " ")))
        .collect();
    let made_up =
        if invented.is_empty() { String::new() } else { format!(", made up: {}", invented.join(", ")) };
    format!("⚙ {} → {} in {} ms{sent}{made_up}", text("name"), text("status"), function["ms"])
}

fn said(style: Style, turn: &Value) {
    let is_agent = turn["role"] == json!("agent");
    let text = turn["text"].as_str().unwrap_or_default();
    let text = if text.is_empty() { "(silence)" } else { text };
    for (index, part) in folded(text, WIDTH).into_iter().enumerate() {
        let speaker = match (index, is_agent) {
            (0, true) => style.agent("  Agent"),
            (0, false) => style.caller(" Caller"),
            _ => "       ".into(),
        };
        line(format!("   {speaker}  {part}"));
    }
}

fn folded(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let last = lines.last_mut().expect("there is always a line");
        if !last.is_empty() && last.chars().count() + 1 + word.chars().count() > width {
            lines.push(word.to_owned());
        } else {
            if !last.is_empty() {
                last.push(' ');
            }
            last.push_str(word);
        }
    }
    lines
}

/// Prints what stands in the calendars at the end.
pub(super) async fn calendar(style: Style, stage: &Stage) -> anyhow::Result<()> {
    line("");
    line(style.bold("What stands in the calendar"));
    for company in &stage.props.companies {
        let Some(id) = CompanyId::parse(&company.id) else { continue };
        let found = stage.app.list_appointments(Scope::Company(id), Filter::default(), 200).await?;
        line(format!("   {}", company.name));
        if found.is_empty() {
            line(style.dim("     nothing yet"));
        }
        for one in &found {
            let status = one.appointment.status.word();
            let shown = if status == "confirmed" { style.good(status) } else { style.bad(status) };
            let at = local(one, one.appointment.start, "%a %d.%m. %H:%M");
            let until = local(one, one.appointment.end, "%H:%M");
            line(format!(
                "     {at}–{until}  {:<18} {}  {shown}",
                one.customer_name, one.appointment.reference
            ));
        }
    }
    Ok(())
}

fn local(one: &Listed, at: Timestamp, format: &str) -> String {
    match zone(&one.appointment.zone) {
        Ok(zone) => at.to_zoned_datetime(zone).strftime(format).to_string(),
        Err(_) => at.to_string(),
    }
}

/// Prints the sum, and how to get in where the demo stays up.
pub(super) fn summary(style: Style, played: &[Outcome], stays: bool, stage: &Stage) {
    let passed = played.iter().filter(|one| one.passed).count();
    let failed = played.len() - passed;
    line("");
    let sum = format!("{passed} of {} conversations ended as they should", played.len());
    line(if failed == 0 { style.good(sum) } else { style.bad(sum) });
    line(style.dim(format!("database {}", shown_url(&stage.props.database_url))));
    if stays {
        line("");
        let boss = stage.props.users.iter().find(|user| user["role"] == "super_admin");
        if let Some(user) = boss {
            let part = |name: &str| user[name].as_str().unwrap_or_default().to_owned();
            line(format!("Sign in at {}/login", style.bold(stage.server_url())));
            line(format!("  {}  {}", part("email"), part("password")));
            line(format!("  second factor: {} (type it into an authenticator app)", part("totp_secret")));
        }
        line("");
        line(format!("The API listens on {}; for example", style.bold(stage.server_url())));
        line(format!(
            "  curl -H 'Authorization: Bearer {}' {}/api/v1/appointments",
            stage.props.api_token,
            stage.server_url()
        ));
    }
}

/// What went wrong, in one sentence; `None` where all is well.
pub(super) fn failure(played: &[Outcome]) -> Option<String> {
    let failed: Vec<&Outcome> = played.iter().filter(|one| !one.passed).collect();
    let first = failed.first()?;
    Some(format!(
        "{} of {} conversations did not end as they should; the first is {:?}: {}",
        failed.len(),
        played.len(),
        first.name,
        first.problems.first().map_or("for no reason", String::as_str)
    ))
}

fn shown_url(url: &str) -> String {
    match url.split_once('@') {
        Some((_, host)) => format!("postgres://…@{host}"),
        None => url.to_owned(),
    }
}

/// The document of `--json`.
pub(super) fn document(stage: &Stage, played: &[Outcome]) -> Value {
    let conversations: Vec<Value> = played.iter().map(one_conversation).collect();
    let passed = played.iter().filter(|one| one.passed).count();
    json!({
        "conversations": conversations,
        "summary": { "passed": passed, "failed": played.len() - passed },
        "console_url": stage.server_url(),
        "database_url": stage.props.database_url,
        "api_token": stage.props.api_token,
        "users": stage.props.users,
        "connections": stage.props.connections,
        "simulators": { "retell": stage.retell_url(), "calcom": stage.calcom_url() },
    })
}

fn one_conversation(one: &Outcome) -> Value {
    let turns: Vec<Value> = one
        .calls
        .iter()
        .enumerate()
        .flat_map(|(call, played)| {
            played["turns"].as_array().cloned().unwrap_or_default().into_iter().map(move |mut turn| {
                turn["call"] = json!(call + 1);
                turn
            })
        })
        .collect();
    let functions: Vec<Value> = one
        .calls
        .iter()
        .flat_map(|played| played["functions"].as_array().cloned().unwrap_or_default())
        .map(|function| json!({ "name": function["name"], "status": function["status"], "ms": function["ms"] }))
        .collect();
    json!({
        "name": one.name,
        "language": one.language,
        "turns": turns,
        "functions": functions,
        "expected": one.expected,
        "outcome": one.found,
        "passed": one.passed,
        "problems": one.problems,
        "appointment": main(&one.appointments).map(appointment),
    })
}

/// The one that it was about: what stands goes before what does not.
fn main(appointments: &[Listed]) -> Option<&Listed> {
    appointments.iter().find(|one| one.appointment.status.is_live()).or(appointments.first())
}

fn appointment(one: &Listed) -> Value {
    let appointment = &one.appointment;
    json!({
        "id": appointment.id.to_string(),
        "company_id": appointment.company.to_string(),
        "reference": appointment.reference.as_str(),
        "status": appointment.status.word(),
        "start": local(one, appointment.start, "%Y-%m-%dT%H:%M:%S%:z"),
        "end": local(one, appointment.end, "%Y-%m-%dT%H:%M:%S%:z"),
        "zone": appointment.zone,
        "staff_id": appointment.staff.to_string(),
        "service_id": appointment.service.to_string(),
        "customer": { "name": one.customer_name },
    })
}
