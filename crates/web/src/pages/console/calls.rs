use askama::Template;
use askpro_app::console::{Around, CallFilter, CallRow, Concerns};
use askpro_domain::{access::Permission, booking::Reference, call::CallOutcome, ids::CallId};
use axum::{
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use jiff::{Timestamp, civil::Date};

use super::{
    Frame, Place, View,
    components::{Empty, Pager, Tag, icon_large},
    day_bounds, failed,
    overview::branch_name,
    page, say,
    words::{Words, masked},
};
use crate::web::Web;

/// Calls of one page.
const ROWS: u32 = 50;

/// Calls of one export.
const EXPORTED_AT_MOST: u32 = 5_000;

#[derive(Template)]
#[template(path = "console/calls.html")]
struct List {
    f: Frame,
    lead: String,
    tabs: Vec<Tab>,
    chips: Vec<(String, String)>,
    typed: Typed,
    sentiments: Vec<(&'static str, String)>,
    groups: Vec<Group>,
    empty: Empty,
    pager: Pager,
    export: String,
}

struct Tab {
    text: String,
    count: Option<u32>,
    is_human: bool,
    address: String,
    is_here: bool,
}

struct Typed {
    q: String,
    from: String,
    to: String,
    outcome: String,
    agent: String,
    version: String,
    sentiment: String,
    number: String,
    slow: String,
}

struct Group {
    day: String,
    rows: Vec<Row>,
}

pub(super) struct Row {
    pub(super) time: String,
    pub(super) at: String,
    pub(super) who: String,
    pub(super) about: String,
    pub(super) address: String,
    pub(super) tag: Tag,
    pub(super) branch: String,
    pub(super) agent: String,
    pub(super) length: String,
    pub(super) slowest: String,
    pub(super) is_slow: bool,
    pub(super) cost: String,
}

/// Who rang, as the reader may know it.
pub(super) fn who(f: &Frame, call: &CallRow, about: Option<&Concerns>, sees_names: bool) -> String {
    match (about, &call.from_number) {
        (Some(about), _) if sees_names => about.name.clone(),
        (_, Some(number)) if number.starts_with('+') => masked(number),
        _ => f.t.say("number-withheld").into_owned(),
    }
}

/// The agent as people call it; the provider's id is long.
pub(super) fn agent(f: &Frame, call: &CallRow) -> String {
    match (&call.agent, call.agent_version) {
        (Some(agent), Some(version)) => {
            let short: String = agent.trim_start_matches("agent_").chars().take(8).collect();
            f.t.with("call-agent", [("agent", short.into()), ("version", version.into())]).into_owned()
        }
        (Some(agent), None) => agent.trim_start_matches("agent_").chars().take(8).collect(),
        _ => String::new(),
    }
}

fn row(
    f: &Frame,
    words: &Words,
    around: &Around,
    call: &CallRow,
    about: Option<&Concerns>,
    names: bool,
) -> Row {
    let made = about.and_then(|one| one.made.as_ref());
    Row {
        time: words.time(call.started_at),
        at: call.started_at.to_string(),
        who: who(f, call, about, names),
        about: made.map_or_else(String::new, |made| {
            f.t.with(
                "call-about",
                [
                    ("service", made.service.clone().into()),
                    ("when", words.moment(made.starts_at).into()),
                    ("staff", made.staff_name.clone().into()),
                ],
            )
            .into_owned()
        }),
        address: f.link(&format!("/calls/{}", call.id)),
        tag: say::outcome(f.t, call),
        branch: branch_name(around, call.branch),
        agent: agent(f, call),
        length: call.duration_ms.map_or_else(String::new, |ms| words.length(ms)),
        slowest: call.slowest_ms.map_or_else(String::new, |ms| words.seconds(ms)),
        is_slow: call.slowest_ms.is_some_and(|ms| ms > 1_500),
        cost: call.cost_millicents.map_or_else(String::new, |cost| words.cost(cost)),
    }
}

fn typed(view: &View) -> Typed {
    let text = |name: &str| view.asked(name).unwrap_or_default().chars().take(100).collect();
    Typed {
        q: text("q"),
        from: text("from"),
        to: text("to"),
        outcome: text("outcome"),
        agent: text("agent"),
        version: text("version"),
        sentiment: text("sentiment"),
        number: text("number"),
        slow: text("slow"),
    }
}

fn cursor(text: &str) -> Option<(Timestamp, CallId)> {
    let (at, id) = text.split_once('_')?;
    Some((Timestamp::from_microsecond(at.parse().ok()?).ok()?, CallId::parse(id)?))
}

fn filter_of(
    view: &View,
    typed: &Typed,
    words: &Words,
    branch: Option<askpro_domain::ids::BranchId>,
) -> CallFilter {
    let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let day = |text: &str| text.parse::<Date>().ok().and_then(|date| day_bounds(words, date));
    let outcomes = match typed.outcome.as_str() {
        "booked" => vec![CallOutcome::Booked, CallOutcome::Provisional],
        "not_booked" => vec![CallOutcome::None, CallOutcome::Informed],
        word => CallOutcome::parse(word).into_iter().collect(),
    };
    let digits: String = typed.number.chars().filter(char::is_ascii_digit).collect();
    CallFilter {
        from: day(&typed.from).map(|day| day.0),
        to: day(&typed.to).map(|day| day.1),
        branch,
        outcomes,
        agent: some(&typed.agent),
        version: typed.version.parse().ok(),
        sentiment: some(&typed.sentiment),
        number: some(digits.trim_start_matches('0')),
        text: some(&typed.q),
        slower_than: typed.slow.parse().ok(),
        before: view.asked("before").and_then(cursor),
        after: view.asked("after").and_then(cursor),
    }
}

/// Calls, with filters that live in the address.
pub(super) async fn list(State(web): State<Web>, view: View) -> Result<Response, Response> {
    let mut desk = view.desk(&web).await?;
    // Who may not see customers cannot search for them.
    let names = desk.may(Permission::ViewCustomers);
    if !names {
        desk.view.query.remove("q");
    }
    let typed = typed(&desk.view);
    // Days of the filter are days of the company; branches elsewhere say theirs in rows.
    let words = Words::new(desk.view.t, "Europe/Berlin");
    let filter = filter_of(&desk.view, &typed, &words, desk.branch);
    let is_export = desk.view.asked("export").is_some();
    let (is_back, is_on) = (filter.after.is_some(), filter.before.is_some());
    let limit = if is_export { EXPORTED_AT_MOST } else { ROWS + 1 };
    let (around, mut found) = web
        .app
        .call_list(desk.company, filter, limit)
        .await
        .map_err(|error| failed(&web)(error).into_response())?;
    let words = desk.words(&around);
    let f = desk.frame(&around, Place::Calls);
    if is_export {
        return Ok(export(&f, &words, &around, &found.rows, names));
    }
    let t = f.t;
    let has_more = found.rows.len() > ROWS as usize;
    if has_more {
        if is_back {
            found.rows.remove(0);
        } else {
            found.rows.truncate(ROWS as usize);
        }
    }
    let kept: Vec<(&str, &str)> = [
        ("q", typed.q.as_str()),
        ("from", &typed.from),
        ("to", &typed.to),
        ("outcome", &typed.outcome),
        ("agent", &typed.agent),
        ("version", &typed.version),
        ("sentiment", &typed.sentiment),
        ("number", &typed.number),
        ("slow", &typed.slow),
    ]
    .into_iter()
    .filter(|(_, value)| !value.is_empty())
    .collect();
    let with = |more: (&str, &str)| {
        let mut pairs: Vec<(&str, &str)> = kept.iter().copied().filter(|pair| pair.0 != more.0).collect();
        if !more.1.is_empty() {
            pairs.push(more);
        }
        f.link_with("/calls", &pairs)
    };
    let place =
        |one: &(CallRow, Option<Concerns>)| format!("{}_{}", one.0.started_at.as_microsecond(), one.0.id);
    let older = found.rows.last().filter(|_| has_more || is_back).map(|one| with(("before", &place(one))));
    let newer =
        found.rows.first().filter(|_| is_on || (is_back && has_more)).map(|one| with(("after", &place(one))));
    let sum = |outcomes: &[CallOutcome]| -> u32 {
        found.counts.iter().filter(|one| outcomes.contains(&one.0)).map(|one| one.1).sum()
    };
    let all: u32 = found.counts.iter().map(|one| one.1).sum();
    let booked = sum(&[CallOutcome::Booked, CallOutcome::Provisional]);
    let tab = |key: &str, outcome: &str, count: Option<u32>, is_human: bool| Tab {
        text: t.say(key).into_owned(),
        count,
        is_human,
        address: with(("outcome", outcome)),
        is_here: typed.outcome == outcome && typed.slow.is_empty(),
    };
    let mut tabs = vec![
        tab("calls-all", "", Some(all), false),
        tab("calls-booked", "booked", Some(booked), false),
        tab("calls-not-booked", "not_booked", Some(sum(&[CallOutcome::None, CallOutcome::Informed])), false),
        tab("calls-call-back", "call_back", Some(sum(&[CallOutcome::CallBack])), true),
    ];
    tabs.push(Tab {
        text: t.say("calls-slow").into_owned(),
        count: None,
        is_human: false,
        address: with(("slow", "1500")),
        is_here: !typed.slow.is_empty(),
    });
    let chips = kept
        .iter()
        .filter(|(name, _)| *name != "outcome")
        .map(|(name, value)| {
            let label = t.say(&format!("filter-{name}")).into_owned();
            (format!("{label}: {value}"), with((*name, "")))
        })
        .collect();
    let today = words.date(around.now);
    let mut groups: Vec<Group> = Vec::new();
    for (call, about) in &found.rows {
        let date = words.date(call.started_at);
        let near = words.near_day(date, today);
        let day = if near == words.day(date) {
            words.long_day(date)
        } else {
            format!("{near}, {}", words.long_day(date))
        };
        let shown = row(&f, &words, &around, call, about.as_ref(), names);
        match groups.last_mut() {
            Some(group) if group.day == day => group.rows.push(shown),
            _ => groups.push(Group { day, rows: vec![shown] }),
        }
    }
    let lead = t
        .with(
            "calls-lead",
            [("count", all.into()), ("booked", booked.into()), ("zone", words.zone_place(around.now).into())],
        )
        .into_owned();
    let sentiments = ["Positive", "Neutral", "Negative"]
        .map(|word| (word, t.say(&format!("sentiment-{}", word.to_lowercase())).into_owned()))
        .to_vec();
    let is_filtered = !kept.is_empty();
    let shown = List {
        lead,
        tabs,
        chips,
        sentiments,
        empty: Empty {
            icon: icon_large("phone"),
            title: t.say(if is_filtered { "search-nothing" } else { "calls-empty" }).into_owned(),
            text: t.say(if is_filtered { "search-nothing-text" } else { "calls-empty-text" }).into_owned(),
            action: None,
        },
        pager: Pager {
            says: t
                .with("pager-rows", [("count", u32::try_from(found.rows.len()).unwrap_or(0).into())])
                .into_owned(),
            newer: (t.say("pager-newer").into_owned(), newer),
            older: (t.say("pager-older").into_owned(), older),
        },
        export: with(("export", "csv")),
        groups,
        typed,
        f,
    };
    Ok(page(&web, StatusCode::OK, &shown))
}

/// What the filter shows, as a table for other programs.
fn export(
    f: &Frame,
    words: &Words,
    around: &Around,
    rows: &[(CallRow, Option<Concerns>)],
    names: bool,
) -> Response {
    let mut text =
        String::from("id,started_at,who,outcome,about,branch,agent,duration_ms,slowest_ms,cost_us_cents\r\n");
    for (call, about) in rows {
        let shown = row(f, words, around, call, about.as_ref(), names);
        let number = |value: Option<i64>| value.map_or_else(String::new, |value| value.to_string());
        let cells = [
            call.id.to_string(),
            shown.at,
            shown.who,
            call.outcome.word().to_owned(),
            shown.about,
            shown.branch,
            shown.agent,
            number(call.duration_ms),
            number(call.slowest_ms.map(i64::from)),
            number(call.cost_millicents.map(|cost| cost / 1_000)),
        ];
        text.push_str(&cells.map(|cell| csv(&cell)).join(","));
        text.push_str("\r\n");
    }
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8")),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"calls.csv\"")),
    ];
    (headers, text).into_response()
}

/// A cell that no spreadsheet takes for a formula.
pub(super) fn csv(cell: &str) -> String {
    let cell = cell.replace(['\r', '\n'], " ");
    let guarded = if cell.starts_with(['=', '+', '-', '@', '\t']) { format!("'{cell}") } else { cell };
    format!("\"{}\"", guarded.replace('"', "\"\""))
}

#[derive(Template)]
#[template(path = "console/search.html")]
struct Search {
    f: Frame,
    q: String,
    hits: Vec<(String, String, String)>,
    empty: Empty,
}

/// Looks for customers, calls and appointments at once.
pub(super) async fn search(State(web): State<Web>, mut view: View) -> Result<Response, Response> {
    let q: String = view.asked("q").unwrap_or_default().chars().take(100).collect();
    let sees_customers = view.principal.reach(Permission::ViewCustomers);
    if let Some(reach) = &sees_customers {
        view.reach = reach.clone();
    }
    let desk = view.desk(&web).await?;
    let wanted = askpro_app::console::Search {
        text: q.clone(),
        reference: Reference::parse(&q.to_uppercase().replace(' ', ""))
            .filter(|_| desk.may(Permission::ViewAppointments)),
        customers: desk.may(Permission::ViewCustomers),
        // Calls are found by whom they were with.
        calls: desk.may(Permission::ViewCustomers) && desk.may(Permission::ViewCalls),
    };
    let (around, found) = web
        .app
        .search(desk.company, desk.branch, wanted)
        .await
        .map_err(|error| failed(&web)(error).into_response())?;
    let words = desk.words(&around);
    let f = desk.frame(&around, Place::Search);
    let t = f.t;
    let mut hits = Vec::new();
    if let Some((id, starts_at)) = found.appointment {
        let date = words.date(starts_at).to_string();
        hits.push((
            q.to_uppercase(),
            t.with("search-appointment", [("when", words.moment(starts_at).into())]).into_owned(),
            f.link_with("/calendar", &[("date", &date), ("appointment", &id.to_string())]),
        ));
    }
    for one in found.customers {
        hits.push((one.name, one.phone.unwrap_or_default(), f.link(&format!("/customers/{}", one.id))));
    }
    for (call, about) in found.calls {
        let who = who(&f, &call, about.as_ref(), true);
        let below = t.with("search-call", [("when", words.moment(call.started_at).into())]).into_owned();
        hits.push((who, below, f.link(&format!("/calls/{}", call.id))));
    }
    let empty = Empty {
        icon: icon_large("search"),
        title: t.say("search-nothing").into_owned(),
        text: t.say("search-nothing-text").into_owned(),
        action: None,
    };
    Ok(page(&web, StatusCode::OK, &Search { f, q, hits, empty }))
}
