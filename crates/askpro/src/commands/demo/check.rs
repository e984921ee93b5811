//! Whether a conversation went as it should: looked up in the database and at the
//! stand-ins, never taken from what was said.

use std::time::Duration;

use askpro_app::{Scope, appointments::Listed, calls};
use askpro_domain::{
    business::Service,
    call::{CallOutcome, CallStage},
    ids::CompanyId,
    language::Language,
};
use askpro_store::tasks::TaskKind;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{
    businesses::Line,
    play::{MANY, Outcome, Seen, with_earlier},
    script::{Call, Conversation, Expected, Function, Start, Step},
    stage::Stage,
};

/// What every agent sends.
const EVENTS: [&str; 3] = ["call_started", "call_ended", "call_analyzed"];

/// How long a call's events may take to be on record.
const RECORDED_WITHIN: Duration = Duration::from_secs(10);

/// The longest answer, in characters.
const ANSWER_AT_MOST: usize = 4_000;

pub(super) async fn outcome(
    stage: &Stage,
    conversation: &Conversation,
    mut seen: Seen,
) -> anyhow::Result<Outcome> {
    let mut problems = Vec::new();
    let scripts: Vec<&Call> = conversation.acts.iter().flatten().collect();
    for (script, call) in scripts.iter().zip(&mut seen.calls) {
        annotate(script, call);
    }
    for (number, (script, call)) in scripts.iter().zip(&seen.calls).enumerate() {
        check_call(conversation, call, &mut problems);
        check_functions(script, call, &seen.calls[..number], &mut problems);
    }
    check_bookings(conversation, &seen.calls, &mut problems);
    if conversation.refuses_events && !has_refused_events(&seen.calls) {
        problems.push("no event was refused although it could not be stored".into());
    }
    check_occupancy(&seen.appointments, &mut problems);
    problems.extend(conversation.rules.iter().filter_map(|rule| rule(&seen.appointments)).map(str::to_owned));
    if conversation.line == Line::Vet {
        check_calcom(stage, &seen.appointments, &mut problems).await?;
    }
    let mut recorded = None;
    if let Some(wanted) = conversation.recorded_as {
        recorded = Some(check_record(stage, &seen, wanted, &mut problems).await?);
    }
    let services = stage.app.list_services(Scope::Company(seen.company), None, 200).await?;
    let expected = described(
        conversation.expected.iter().map(line_expected),
        conversation.tasks.iter().copied(),
        conversation.recorded_as,
    );
    let offered = offered(&seen.calls);
    let found = described(
        seen.appointments.iter().map(|one| line_found(one, conversation, &services, &offered)),
        seen.tasks.iter().map(|task| (task.kind, task.due_at)),
        recorded.flatten(),
    );
    if expected != found {
        problems.insert(0, format!("expected {expected}, but found {found}"));
    }
    Ok(Outcome {
        name: conversation.name,
        about: conversation.about,
        language: conversation.line.language().tag(),
        at_once: conversation.acts.iter().any(|act| act.len() > 1),
        calls: seen.calls,
        expected,
        found,
        passed: problems.is_empty(),
        problems,
        appointments: seen.appointments,
    })
}

/// Who answered, with which first sentence, and whether its events arrived.
fn check_call(conversation: &Conversation, call: &Value, problems: &mut Vec<String>) {
    if call["inbound"]["status"] != json!(200) {
        problems.push(format!("the ringing call was answered with {}", call["inbound"]));
    }
    let greeting = call["turns"][0]["text"].as_str().unwrap_or_default();
    let word = match conversation.line.language() {
        Language::De => "KI",
        Language::En => "AI",
    };
    if !greeting.split(|c: char| !c.is_alphanumeric()).any(|said| said == word) {
        problems.push(format!("the first sentence does not say that an AI is speaking: {greeting:?}"));
    }
    for event in EVENTS {
        if call["webhooks"][event] != json!(204) {
            problems.push(format!("the webhook {event} was answered with {}", call["webhooks"][event]));
        }
    }
}

fn functions(script: &Call) -> impl Iterator<Item = &Function> {
    script.steps.iter().filter_map(|step| match step {
        Step::Function(function) => Some(function.as_ref()),
        _ => None,
    })
}

/// What the stand-in does not tell: what it made up, and what broke between which turns.
fn annotate(script: &Call, call: &mut Value) {
    let called = call["functions"].as_array_mut().into_iter().flatten();
    for (function, called) in functions(script).zip(called) {
        called["invented"] = function.script["invent"].clone();
    }
    // The greeting, and then a turn for each thing that is said or asked.
    let mut turns = 1;
    let mut deeds = Vec::new();
    for step in &script.steps {
        match step {
            Step::Meanwhile(deed) => deeds.push(json!({ "after_turns": turns, "told": deed.told() })),
            Step::Function(_) => turns += 1,
            Step::Plain(step) => turns += usize::from(step.get("caller").is_some()),
        }
    }
    call["deeds"] = json!(deeds);
}

/// What each function answered, against what is right.
fn check_functions(script: &Call, call: &Value, earlier: &[Value], problems: &mut Vec<String>) {
    let mut called = call["functions"].as_array().into_iter().flatten();
    for function in functions(script) {
        let Some(called) = called.next() else {
            if function.script.get("only_after").is_none() {
                problems.push(format!("{} was not called", function.script["function"]));
            }
            continue;
        };
        check_function(function, called, earlier, problems);
    }
}

fn check_function(function: &Function, called: &Value, earlier: &[Value], problems: &mut Vec<String>) {
    let name = called["name"].as_str().unwrap_or_default();
    let status = called["status"].as_str().unwrap_or("nothing");
    if called["http_status"] != json!(200) {
        problems.push(format!("{name} was answered with HTTP {}", called["http_status"]));
    }
    if !function.answers.contains(&status) {
        problems.push(format!("{name} was answered {status} instead of {}", function.answers.join(" or ")));
    }
    let answer = &called["answer"];
    let sentence = answer["say"].as_str().unwrap_or_default();
    if sentence.is_empty() || answer.to_string().chars().count() > ANSWER_AT_MOST {
        problems.push(format!("{name} was answered with silence, or with too much"));
    }
    for (pointer, value) in &function.facts {
        let (wanted, found) = (with_earlier(value, earlier), answer.pointer(pointer));
        if !holds(found.unwrap_or(&Value::Null), &wanted) {
            problems.push(format!("{name} answered {found:?} at {pointer} instead of {wanted}"));
        }
    }
    for words in &function.words {
        if !sentence.contains(words.as_str()) {
            problems.push(format!("{name} did not say {words:?}, but {sentence:?}"));
        }
    }
    for again in called["retried"].as_array().into_iter().flatten() {
        if again != answer {
            problems.push(format!("{name} answered a repeated request otherwise: {again}"));
        }
    }
}

/// Whether this is what is wanted; of a list, whether some entry has the wanted fields.
fn holds(found: &Value, wanted: &Value) -> bool {
    match (found, wanted) {
        (Value::Array(entries), Value::Object(fields)) => {
            entries.iter().any(|entry| fields.iter().all(|(name, value)| entry.get(name) == Some(value)))
        }
        _ => found == wanted,
    }
}

fn check_bookings(conversation: &Conversation, calls: &[Value], problems: &mut Vec<String>) {
    let Some(wanted) = conversation.bookings else { return };
    let mut answered: Vec<&str> = calls
        .iter()
        .flat_map(|call| call["functions"].as_array().into_iter().flatten())
        .filter(|function| function["name"] == json!("book_appointment"))
        .map(|function| function["status"].as_str().unwrap_or("nothing"))
        .collect();
    answered.sort_unstable();
    let mut wanted = wanted.to_vec();
    wanted.sort_unstable();
    if answered != wanted {
        problems.push(format!("bookings were answered {answered:?} instead of {wanted:?}"));
    }
}

/// Whether some event was first answered 503, and then taken.
fn has_refused_events(calls: &[Value]) -> bool {
    calls
        .iter()
        .flat_map(|call| call["deliveries"].as_array().into_iter().flatten())
        .any(|delivery| delivery["status"] == json!(503))
}

/// What stands takes somebody's time, and nobody is needed twice at once.
fn check_occupancy(appointments: &[Listed], problems: &mut Vec<String>) {
    for (number, one) in appointments.iter().enumerate() {
        let is_live = one.appointment.status.is_live();
        if is_live == one.occupancy.is_empty() {
            let what = if is_live { "occupies nobody" } else { "still occupies somebody" };
            problems.push(format!("the appointment {} {what}", one.appointment.reference));
        }
        for other in &appointments[number + 1..] {
            let overlap = one.occupancy.iter().any(|(resource, piece)| {
                other.occupancy.iter().any(|(theirs, taken)| theirs == resource && piece.overlaps(*taken))
            });
            if overlap {
                problems.push("somebody is needed twice at once".into());
            }
        }
    }
}

/// Cal.com holds exactly one live booking for what is confirmed here, and none for
/// anything else.
async fn check_calcom(
    stage: &Stage,
    appointments: &[Listed],
    problems: &mut Vec<String>,
) -> anyhow::Result<()> {
    let answer: Value = stage
        .http
        .get(format!("{}/v2/bookings?take=250", stage.calcom_url()))
        .header("cal-api-version", "2024-08-13")
        .bearer_auth(&stage.props.calcom_key)
        .send()
        .await?
        .error_for_status()?
        .json()
        .await?;
    let bookings = answer["data"].as_array().map_or(&[][..], Vec::as_slice);
    for one in appointments {
        let (id, reference) = (one.appointment.id.to_string(), &one.appointment.reference);
        let live: Vec<&Value> = bookings
            .iter()
            .filter(|booking| booking["metadata"]["askpro_appointment"] == json!(id))
            .filter(|booking| booking["status"] == json!("accepted") || booking["status"] == json!("pending"))
            .collect();
        match (&live[..], one.appointment.status.is_live()) {
            ([], false) => {}
            ([booking], true) => {
                let start: Option<Timestamp> = booking["start"].as_str().and_then(|start| start.parse().ok());
                if booking["uid"].as_str() != one.appointment.calendar_uid.as_deref()
                    || start != Some(one.appointment.start)
                {
                    problems.push(format!("Cal.com holds another booking for {reference}: {booking}"));
                }
            }
            (live, is_live) => problems.push(format!(
                "Cal.com holds {} bookings for {reference}, which {}",
                live.len(),
                if is_live { "stands" } else { "does not stand" }
            )),
        }
    }
    Ok(())
}

/// Each call stands on record once, to its end, with every function that was called;
/// as what the last one does.
async fn check_record(
    stage: &Stage,
    seen: &Seen,
    wanted: CallOutcome,
    problems: &mut Vec<String>,
) -> anyhow::Result<Option<CallOutcome>> {
    let mut outcome = None;
    for call in &seen.calls {
        let begun = tokio::time::Instant::now();
        let recorded = loop {
            let recorded = on_record(stage, seen.company, call).await?;
            let is_right = recorded.wrong.is_none() && recorded.outcome == Some(wanted);
            if is_right || begun.elapsed() > RECORDED_WITHIN {
                break recorded;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        };
        problems.extend(recorded.wrong);
        outcome = recorded.outcome;
    }
    Ok(outcome)
}

/// How a call stands on record.
#[derive(Default)]
struct Recorded {
    outcome: Option<CallOutcome>,
    /// What is wrong with it, so far.
    wrong: Option<String>,
}

async fn on_record(stage: &Stage, company: CompanyId, call: &Value) -> anyhow::Result<Recorded> {
    let scope = Scope::Company(company);
    let all = stage.app.list_calls(scope, calls::Filter::default(), MANY).await?;
    let ours: Vec<_> = all.into_iter().filter(|one| call["call_id"] == json!(one.provider_call_id)).collect();
    let [only] = &ours[..] else {
        let wrong = format!("the call is on record {} times", ours.len());
        return Ok(Recorded { wrong: Some(wrong), outcome: None });
    };
    let answered: usize = call["functions"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|one| 1 + one["retried"].as_array().map_or(0, Vec::len))
        .sum();
    let on_timeline = match stage.app.find_call(scope, only.id).await? {
        Some((_, functions)) => functions.len(),
        None => 0,
    };
    let wrong = if only.stage != CallStage::Analyzed {
        Some(format!("the call is on record as {}", only.stage.word()))
    } else if on_timeline != answered {
        Some(format!("{answered} requests of the call were answered, {on_timeline} are on its timeline"))
    } else {
        None
    };
    Ok(Recorded { outcome: Some(only.outcome), wrong })
}

/// Every start that was offered.
fn offered(calls: &[Value]) -> Vec<Timestamp> {
    calls
        .iter()
        .flat_map(|call| call["functions"].as_array().into_iter().flatten())
        .flat_map(|function| function["answer"]["data"]["slots"].as_array().into_iter().flatten())
        .filter_map(|slot| slot["start"].as_str()?.parse().ok())
        .collect()
}

/// An expectation and an appointment that fits it read alike.
fn line(customer: &str, service: &str, status: &str, start: Start) -> String {
    let start = match start {
        Start::At(start) => format!("at {start}"),
        Start::Offered => "at a time that was offered".into(),
        Start::OfferedInsteadOf(_) => "at a time that was offered instead".into(),
    };
    format!("{customer}: {service}, {status}, {start}")
}

fn line_expected(one: &Expected) -> String {
    line(&one.customer, one.service, one.status, one.start)
}

fn line_found(
    one: &Listed,
    conversation: &Conversation,
    services: &[Service],
    offered: &[Timestamp],
) -> String {
    let (start, status) = (one.appointment.start, one.appointment.status.word());
    let service = services.iter().find(|service| service.id == one.appointment.service);
    let service = service.map_or("an unknown service", |service| service.name.as_str());
    let was_offered = offered.contains(&start);
    let fitting = conversation.expected.iter().find(|expected| {
        expected.customer == one.customer_name
            && expected.status == status
            && match expected.start {
                Start::At(at) => at == start,
                Start::Offered => was_offered,
                Start::OfferedInsteadOf(wished) => was_offered && start != wished,
            }
    });
    line(&one.customer_name, service, status, fitting.map_or(Start::At(start), |expected| expected.start))
}

fn described(
    appointments: impl Iterator<Item = String>,
    tasks: impl Iterator<Item = (TaskKind, Timestamp)>,
    recorded_as: Option<CallOutcome>,
) -> String {
    let mut lines: Vec<String> = appointments.collect();
    lines.extend(tasks.map(|(kind, due)| format!("task {}, due {due}", kind.word())));
    lines.extend(recorded_as.map(|outcome| format!("the call on record as {}", outcome.word())));
    lines.sort();
    if lines.is_empty() { "nothing".into() } else { lines.join("; ") }
}
