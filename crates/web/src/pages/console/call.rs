//! One call: the verdict first, then everything on one axis of time.

use askama::Template;
use askpro_app::{calls::FunctionCall, console::CallPage};
use askpro_domain::{
    access::{Permission, Reach},
    ids::CallId,
};
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::{
    Frame, Place, View,
    calls::{agent, who},
    components::{Copy, Icon, Tag, icon_large},
    failed,
    overview::branch_name,
    page, say,
    tasks::{Todo, todo},
    words::Words,
};
use crate::{problem::Problem, web::Web};

#[derive(Template)]
#[template(path = "console/call.html")]
struct Page {
    f: Frame,
    title: String,
    crumb: String,
    lead: String,
    newer: Option<String>,
    older: Option<String>,
    tone: &'static str,
    icon: Icon,
    verdict: String,
    reason: String,
    tasks: Vec<Todo>,
    items: Vec<Item>,
    strip: Strip,
    words_shown: Spoken,
    facts: Vec<(String, String)>,
    copy: Copy,
    tag: Tag,
    here: String,
}

/// Whether what was said stands on the page.
enum Spoken {
    /// It does, or there is none.
    Shown,
    /// It may, once a reason is given.
    Reason,
    /// The reader may not.
    Hidden,
    /// Nothing is kept.
    Nothing,
}

struct Item {
    at: Timestamp,
    time: String,
    mark: &'static str,
    kind: Kind,
}

enum Kind {
    Said {
        who: String,
        text: String,
    },
    Function {
        tone: &'static str,
        name: String,
        ms: String,
        status: String,
        say: String,
        arguments: String,
        answer: String,
        id: String,
    },
    Webhook {
        name: String,
        note: String,
    },
    Calendar {
        tone: &'static str,
        icon: Icon,
        title: String,
        text: String,
        address: String,
    },
}

/// The lanes above the timeline: place and width in hundredths of the call.
struct Strip {
    from: String,
    to: String,
    caller: Vec<(i64, i64)>,
    agent: Vec<(i64, i64)>,
    functions: Vec<(&'static str, i64, i64)>,
    webhooks: Vec<i64>,
    finding: String,
}

/// The page.
pub(super) async fn show(
    State(web): State<Web>,
    view: View,
    Path(id): Path<String>,
) -> Result<Response, Response> {
    let chance = web.app.chance.clone();
    let not_found = || Problem::not_found(chance.as_ref()).into_response();
    let fail = |error| failed(&web)(error).into_response();
    let id = CallId::parse(&id).ok_or_else(not_found)?;
    let reason: Option<String> = view.asked("reason").map(|reason| reason.chars().take(500).collect());
    let desk = view.desk(&web).await?;
    let (around, found) = web.app.call_page(desk.company, desk.branch, id).await.map_err(fail)?;
    let found = found.ok_or_else(not_found)?;
    let may_read = desk.may(Permission::ViewTranscripts);
    // Who may see every company says why; it stands on record either way.
    let must_say_why = desk.view.principal.reach(Permission::ViewTranscripts) == Some(Reach::Everywhere);
    let (mut transcript, mut spoken) = (None, Spoken::Hidden);
    if may_read && must_say_why && reason.is_none() {
        spoken = Spoken::Reason;
    } else if may_read && let Some(actor) = desk.view.actor.clone() {
        transcript = web.app.read_transcript(desk.company, id, actor, reason).await.map_err(fail)?;
        spoken = if transcript.is_some() { Spoken::Shown } else { Spoken::Nothing };
    }
    let words = desk.words(&around);
    let f = desk.frame(&around, Place::Calls);
    let names = desk.may(Permission::ViewCustomers);
    let t = f.t;
    let call = &found.call;
    let about = found.concerns.iter().rfind(|one| one.made.is_some()).or_else(|| found.concerns.first());
    let caller = who(&f, call, about, names);
    let service = about.and_then(|one| one.made.as_ref()).map(|made| made.service.clone());
    let title = match service {
        Some(service) => format!("{caller}, {service}"),
        None => caller.clone(),
    };
    let mut parts = vec![branch_name(&around, call.branch), agent(&f, call)];
    if let Some(ms) = call.duration_ms {
        parts.push(t.with("call-length", [("length", words.length(ms).into())]).into_owned());
    }
    if let Some(cost) = call.cost_millicents {
        parts.push(words.cost(cost));
    }
    parts.retain(|part| !part.is_empty());
    let (tone, icon) = say::verdict(&found.verdict);
    let word = found.verdict.word();
    let made = about.and_then(|one| one.made.as_ref());
    let reason_text = t
        .with(
            &format!("verdict-{word}-text"),
            [
                ("when", made.map_or_else(String::new, |made| words.moment(made.starts_at)).into()),
                ("staff", made.map_or_else(String::new, |made| made.staff_name.clone()).into()),
                ("function", last_function(&found).into()),
            ],
        )
        .into_owned();
    let mut items = items(&f, &words, &found, transcript.as_deref(), &caller, names);
    items.sort_by_key(|item| item.at);
    let fact = |key: &str, value: String| (t.say(key).into_owned(), value);
    let mut facts = vec![fact(
        "call-begun",
        format!("{}, {}", words.long_day(words.date(call.started_at)), words.clock(call.started_at)),
    )];
    if let Some(end) = &call.disconnection {
        facts.push(fact("call-ended-because", end.replace('_', " ")));
    }
    if let Some(sentiment) = &call.sentiment {
        let key = format!("sentiment-{}", sentiment.to_lowercase());
        let known = matches!(sentiment.as_str(), "Positive" | "Neutral" | "Negative");
        facts
            .push(fact("filter-sentiment", if known { t.say(&key).into_owned() } else { sentiment.clone() }));
    }
    if let (Some(p50), Some(p95)) = (call.latency_p50_ms, call.latency_p95_ms) {
        facts.push(fact("call-agent-latency", format!("{} / {}", words.seconds(p50), words.seconds(p95))));
    }
    if let Some(cost) = call.cost_millicents {
        facts.push(fact(
            "call-cost",
            format!("{} ({})", words.cost(cost), t.with("call-rate", [("rate", words.rate().into())])),
        ));
    }
    let link = |id: Option<CallId>| id.map(|id| f.link(&format!("/calls/{id}")));
    let shown = Page {
        crumb: format!(
            "{}, {} {}",
            words.long_day(words.date(call.started_at)),
            words.time(call.started_at),
            words.zone_name(call.started_at)
        ),
        lead: parts.join(" · "),
        newer: link(found.neighbours.0),
        older: link(found.neighbours.1),
        tone: tone.word(),
        icon: icon_large(icon),
        verdict: t.say(&format!("verdict-{word}")).into_owned(),
        reason: reason_text,
        tasks: found
            .tasks
            .iter()
            .filter(|task| !task.is_done)
            .map(|task| todo(&f, &words, &around, task, names))
            .collect(),
        strip: strip(&f, &words, &found, &items, around.now),
        items,
        words_shown: spoken,
        facts,
        copy: Copy {
            text: call.provider_call_id.clone(),
            label: t.say("do-copy").into_owned(),
            done: t.say("do-copied").into_owned(),
        },
        tag: say::outcome(t, call),
        here: f.link(&format!("/calls/{id}")),
        title,
        f,
    };
    Ok(page(&web, StatusCode::OK, &shown))
}

fn last_function(found: &CallPage) -> String {
    found.functions.last().map_or_else(String::new, |one| one.function.clone())
}

fn tone_of(status: &str) -> &'static str {
    match status {
        "confirmed" | "available" | "cancelled" | "found" | "ok" | "noted" => "ok",
        "provisional" | "alternatives" | "needs_input" => "warn",
        "unavailable" | "refused" => "bad",
        _ => "",
    }
}

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}

fn function_item(f: &Frame, words: &Words, one: &FunctionCall, names: bool) -> Item {
    let exchange: Value = serde_json::from_str(&one.exchange).unwrap_or_default();
    let answer = &exchange["answer"];
    // Names and numbers stand in what was exchanged.
    let shown = |value: &Value| if names { pretty(value) } else { f.t.say("call-hidden").into_owned() };
    let begun = one.at.checked_sub(SignedDuration::from_millis(i64::from(one.duration_ms))).unwrap_or(one.at);
    Item {
        at: begun,
        time: words.clock(begun),
        mark: if matches!(tone_of(&one.status), "bad") { "at-bad" } else { "" },
        kind: Kind::Function {
            tone: tone_of(&one.status),
            name: one.function.clone(),
            ms: words.milliseconds(one.duration_ms),
            status: one.status.clone(),
            say: if names { answer["say"].as_str().unwrap_or_default().to_owned() } else { String::new() },
            arguments: shown(&exchange["arguments"]),
            answer: shown(answer),
            id: [one.tool_call_id.as_deref(), one.error_id.as_deref()]
                .into_iter()
                .flatten()
                .collect::<Vec<_>>()
                .join(" · "),
        },
    }
}

fn items(
    f: &Frame,
    words: &Words,
    found: &CallPage,
    transcript: Option<&str>,
    caller: &str,
    names: bool,
) -> Vec<Item> {
    let t = f.t;
    let began = found.call.started_at;
    let mut items: Vec<Item> =
        found.functions.iter().map(|one| function_item(f, words, one, names)).collect();
    items.extend(found.arrived.iter().map(|one| Item {
        at: one.received_at,
        time: words.clock(one.received_at),
        mark: "",
        kind: Kind::Webhook {
            name: one.event.clone(),
            note: match (one.processed_at, one.repeats) {
                (_, repeats) if repeats > 0 => {
                    t.with("call-repeated", [("count", repeats.into())]).into_owned()
                }
                (Some(at), _) => words.milliseconds(
                    u32::try_from(at.duration_since(one.received_at).as_millis().max(0)).unwrap_or(u32::MAX),
                ),
                (None, _) => t.say("call-waiting").into_owned(),
            },
        },
    }));
    for made in found.concerns.iter().filter_map(|one| one.made.as_ref()) {
        let tag = say::status(t, made.status);
        let address = f.link_with(
            "/calendar",
            &[("date", &words.date(made.starts_at).to_string()), ("appointment", &made.id.to_string())],
        );
        let text =
            format!("{}–{}, {}", words.moment(made.starts_at), words.time(made.ends_at), made.staff_name);
        items.push(Item {
            at: made.created_at,
            time: words.clock(made.created_at),
            mark: "",
            kind: Kind::Calendar {
                tone: "ok",
                icon: super::components::icon_small("calendar-plus"),
                title: t.with("call-made", [("reference", made.reference.clone().into())]).into_owned(),
                text: text.clone(),
                address: address.clone(),
            },
        });
        if made.updated_at > made.created_at {
            items.push(Item {
                at: made.updated_at,
                time: words.clock(made.updated_at),
                mark: if tag.tone == super::components::Tone::Bad { "at-bad" } else { "" },
                kind: Kind::Calendar {
                    tone: tag.tone.word(),
                    icon: tag.icon.unwrap_or(super::components::icon_small("clock")),
                    title: format!("{} {}", tag.text, made.reference),
                    text,
                    address,
                },
            });
        }
    }
    for task in &found.tasks {
        items.push(Item {
            at: task.created_at,
            time: words.clock(task.created_at),
            mark: "at-human",
            kind: Kind::Calendar {
                tone: "human",
                icon: super::components::icon_small(say::task_icon(task.kind)),
                title: t.say("call-task").into_owned(),
                text: words.due(task.due_at, task.created_at),
                address: f.link("/tasks"),
            },
        });
    }
    items.extend(spoken(t, transcript, began, caller, words));
    items
}

/// What was said, at its time: the provider's JSON of utterances with their words,
/// or a text with a line for each.
fn spoken(
    t: crate::pages::Texts,
    transcript: Option<&str>,
    began: Timestamp,
    caller: &str,
    words: &Words,
) -> Vec<Item> {
    let Some(transcript) = transcript else { return Vec::new() };
    let parsed: Value =
        serde_json::from_str(transcript).unwrap_or_else(|_| Value::String(transcript.to_owned()));
    let name = |role: &str| match role {
        "agent" => t.say("call-agent-speaks").into_owned(),
        _ => caller.to_owned(),
    };
    let lines: Vec<(String, String, Option<f64>)> = match &parsed {
        Value::Array(utterances) => utterances
            .iter()
            .filter_map(|one| {
                let role = one["role"].as_str()?;
                let text = one["content"].as_str()?;
                (matches!(role, "agent" | "user")).then(|| {
                    (name(role), text.to_owned(), one.pointer("/words/0/start").and_then(Value::as_f64))
                })
            })
            .collect(),
        Value::String(text) => text
            .lines()
            .filter_map(|line| line.split_once(": "))
            .map(|(who, text)| (name(&who.to_lowercase()), text.to_owned(), None))
            .collect(),
        _ => Vec::new(),
    };
    let mut at = began;
    lines
        .into_iter()
        .map(|(who, text, start)| {
            // Without a time of its own an utterance stands right behind the last one.
            at = match start.and_then(|seconds| SignedDuration::try_from_secs_f64(seconds).ok()) {
                Some(after) => began.checked_add(after).unwrap_or(at),
                None => at.checked_add(SignedDuration::from_millis(1)).unwrap_or(at),
            };
            Item { at, time: words.clock(at), mark: "", kind: Kind::Said { who, text } }
        })
        .collect()
}

fn strip(f: &Frame, words: &Words, found: &CallPage, items: &[Item], now: Timestamp) -> Strip {
    let from = found.call.started_at;
    let last = items.iter().map(|item| item.at).max().unwrap_or(from);
    let to = found.call.ended_at.unwrap_or(now).max(last);
    let span = to.duration_since(from).as_millis().max(1_000);
    let place = |at: Timestamp| {
        i64::try_from((at.duration_since(from).as_millis().max(0) * 400) / span).unwrap_or(0).min(397)
    };
    let wide = |ms: u32| i64::try_from((i128::from(ms) * 400) / span).unwrap_or(2).max(2);
    let said = |is_agent: bool| -> Vec<(i64, i64)> {
        let agent = f.t.say("call-agent-speaks");
        items
            .iter()
            .filter_map(|item| match &item.kind {
                Kind::Said { who, text } if (*who == *agent) == is_agent => {
                    // About fifteen characters a second.
                    let ms = u32::try_from(text.chars().count() * 65).unwrap_or(2_000);
                    Some((place(item.at), wide(ms).min(400 - place(item.at))))
                }
                _ => None,
            })
            .collect()
    };
    let functions = found
        .functions
        .iter()
        .map(|one| {
            let begun =
                one.at.checked_sub(SignedDuration::from_millis(i64::from(one.duration_ms))).unwrap_or(one.at);
            let class = match tone_of(&one.status) {
                "bad" => "bar-bad",
                "warn" => "bar-warn",
                _ => "bar-new",
            };
            (class, place(begun), wide(one.duration_ms))
        })
        .collect();
    Strip {
        from: words.clock(from),
        to: words.clock(to),
        caller: said(false),
        agent: said(true),
        functions,
        webhooks: found.arrived.iter().map(|one| place(one.received_at)).collect(),
        finding: f
            .t
            .with(
                "call-strip",
                [
                    ("from", words.clock(from).into()),
                    ("to", words.clock(to).into()),
                    ("functions", u32::try_from(found.functions.len()).unwrap_or(0).into()),
                ],
            )
            .into_owned(),
    }
}
