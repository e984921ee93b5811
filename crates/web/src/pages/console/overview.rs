use std::collections::BTreeMap;

use askama::Template;
use askpro_app::{
    BreakerState, ProviderService,
    console::{Answered, Around, Overview, Slice},
};
use askpro_domain::{access::Permission, call::CallOutcome};
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use jiff::{SignedDuration, Timestamp, civil::Date};

use super::{
    Frame, Place, View,
    chart::{Chart, Said, percentile},
    components::{Figure, Spark, Tag, Tone},
    failed, page, say,
    tasks::{Todo, todo},
    words::{Words, masked},
};
use crate::web::Web;

/// The target of a function's answer, in milliseconds.
const TARGET_MS: u32 = 2_000;

#[derive(Template)]
#[template(path = "console/overview.html")]
struct Page {
    f: Frame,
    title: String,
    lead: String,
    talks: String,
    tasks: Vec<Todo>,
    tasks_foot: String,
    running: Vec<Live>,
    running_foot: Option<(String, String)>,
    figures: Vec<Figure>,
    hours: Chart,
    latency: Chart,
    days: Chart,
    providers: Vec<Provider>,
    made: Vec<Fed>,
}

struct Live {
    branch: String,
    who: String,
    since: String,
    address: String,
    function: Option<(String, String)>,
}

struct Provider {
    dot: &'static str,
    name: String,
    below: String,
    tag: Tag,
}

struct Fed {
    time: String,
    name: String,
    when: String,
    address: String,
    tag: Tag,
    is_new: bool,
}

/// The overview, or the first page that the person may see.
pub(super) async fn home(State(web): State<Web>, mut view: View) -> Result<Response, Response> {
    match view.principal.reach(Permission::ViewCalls) {
        Some(reach) => view.reach = reach,
        None if view.principal.memberships.is_empty() => {}
        None => {
            let own = view.principal.reach(Permission::ManageOwnCalendar).is_some();
            let sees = view.principal.reach(Permission::ViewAppointments).is_some();
            return Ok(Redirect::to(if own || sees { "/calendar" } else { "/profile" }).into_response());
        }
    }
    let desk = view.desk(&web).await?;
    let (around, shown) = web
        .app
        .overview(desk.company, desk.branch)
        .await
        .map_err(|error| failed(&web)(error).into_response())?;
    let words = desk.words(&around);
    let f = desk.frame(&around, Place::Overview);
    let sees_names = desk.may(Permission::ViewCustomers);
    let page_of = fill(&web, f, &words, &around, shown, sees_names);
    Ok(page(&web, StatusCode::OK, &page_of))
}

fn fill(web: &Web, f: Frame, words: &Words, around: &Around, shown: Overview, sees_names: bool) -> Page {
    let (t, now) = (f.t, around.now);
    let open = around.counts.tasks;
    let title = t.with("overview-title", [("tasks", open.into())]).into_owned();
    let providers = providers(web, words, &shown, now);
    let lead = t
        .with(
            "overview-lead",
            [
                ("day", words.long_day(words.date(now)).into()),
                ("calls", around.counts.calls.into()),
                ("provisional", shown.waiting.provisional.into()),
            ],
        )
        .into_owned();
    let tasks: Vec<Todo> = shown.tasks.iter().map(|task| todo(&f, words, around, task, sees_names)).collect();
    let tasks_foot = t
        .with(
            "overview-tasks-foot",
            [("dead", (shown.waiting.dead_jobs + shown.waiting.dead_deliveries).into())],
        )
        .into_owned();
    let running = shown
        .running
        .iter()
        .map(|one| {
            let call = &one.call;
            let who = match (&one.name, &call.from_number) {
                (Some(name), _) if sees_names => name.clone(),
                (_, Some(number)) if number.starts_with('+') => masked(number),
                _ => t.say("number-withheld").into_owned(),
            };
            Live {
                branch: branch_name(around, call.branch),
                who,
                since: words.length(now.duration_since(call.started_at).as_millis().try_into().unwrap_or(0)),
                address: f.link(&format!("/calls/{}", call.id)),
                function: one.function.as_ref().map(|one| {
                    (one.function.clone(), format!("{} · {}", one.status, words.milliseconds(one.ms)))
                }),
            }
        })
        .collect();
    let made: Vec<Fed> = shown
        .made
        .iter()
        .map(|one| Fed {
            time: words.time(one.created_at),
            name: if sees_names { one.name.clone() } else { one.reference.clone() },
            when: words.moment(one.starts_at),
            address: f.link_with(
                "/calendar",
                &[("date", &words.date(one.starts_at).to_string()), ("appointment", &one.id.to_string())],
            ),
            tag: say::status(t, one.status),
            is_new: now.duration_since(one.created_at) < SignedDuration::from_secs(10),
        })
        .collect();
    let running_foot = shown.made.first().map(|one| {
        let text = t.with(
            "overview-last",
            [("ago", words.ago(one.created_at, now).into()), ("reference", one.reference.clone().into())],
        );
        (text.into_owned(), f.link("/calls"))
    });
    let figures = figures(&f, words, now, &shown);
    Page {
        hours: hours(&f, words, now, &shown.slices),
        latency: latency(&f, words, now, &shown.answered),
        days: days(&f, words, now, &shown.slices),
        talks: t.with("overview-talks", [("count", around.counts.calls.into())]).into_owned(),
        f,
        title,
        lead,
        tasks,
        tasks_foot,
        running,
        running_foot,
        figures,
        providers,
        made,
    }
}

pub(super) fn branch_name(around: &Around, id: Option<askpro_domain::ids::BranchId>) -> String {
    around
        .branches
        .iter()
        .find(|branch| Some(branch.id) == id)
        .map_or_else(String::new, |branch| branch.name.clone())
}

fn providers(web: &Web, words: &Words, shown: &Overview, now: Timestamp) -> Vec<Provider> {
    let t = words.t;
    let mut listed: Vec<Provider> = shown
        .connections
        .iter()
        .map(|one| {
            let service = ProviderService::ALL.into_iter().find(|service| service.word() == one.kind);
            let state = service.map_or(BreakerState::Closed, |service| web.app.lines.standing(service).state);
            let (dot, tag) = match state {
                BreakerState::Closed => ("ok", Tag::new(Tone::Ok, "check", t.say("breaker-closed"))),
                BreakerState::HalfOpen => {
                    ("warn", Tag::new(Tone::Warn, "circle-dashed", t.say("breaker-half-open")))
                }
                BreakerState::Paused => ("warn", Tag::new(Tone::Warn, "clock", t.say("breaker-paused"))),
                BreakerState::Open => ("bad", Tag::new(Tone::Bad, "octagon-x", t.say("breaker-open"))),
            };
            let below = match one.last_at {
                Some(at) => t.with("provider-heard", [("ago", words.ago(at, now).into())]).into_owned(),
                None => t.say("provider-silent").into_owned(),
            };
            Provider { dot, name: one.name.clone(), below, tag }
        })
        .collect();
    listed.push(Provider {
        dot: "ok",
        name: t.say("provider-database").into_owned(),
        below: t.say("provider-database-below").into_owned(),
        tag: Tag::new(Tone::Ok, "check", t.say("provider-works")),
    });
    listed
}

#[derive(Clone, Copy, Default)]
struct Sum {
    all: u32,
    booked: u32,
    human: u32,
    hung_up: u32,
    provisional: u32,
}

impl Sum {
    fn add(&mut self, slice: &Slice) {
        self.all += slice.calls;
        self.hung_up += slice.hung_up;
        match slice.outcome {
            CallOutcome::Booked => self.booked += slice.calls,
            CallOutcome::Provisional => {
                self.booked += slice.calls;
                self.provisional += slice.calls;
            }
            CallOutcome::CallBack => self.human += slice.calls,
            _ => {}
        }
    }
}

fn by_day(words: &Words, slices: &[Slice]) -> BTreeMap<Date, Sum> {
    let mut days: BTreeMap<Date, Sum> = BTreeMap::new();
    for slice in slices {
        days.entry(words.date(slice.from)).or_default().add(slice);
    }
    days
}

fn last_days(words: &Words, now: Timestamp, count: i32) -> Vec<Date> {
    let today = words.date(now);
    (0..count).rev().map(|back| today.saturating_sub(jiff::Span::new().days(back))).collect()
}

fn figures(f: &Frame, words: &Words, now: Timestamp, shown: &Overview) -> Vec<Figure> {
    let t = f.t;
    let days = by_day(words, &shown.slices);
    let week: Vec<Sum> =
        last_days(words, now, 8).iter().map(|day| days.get(day).copied().unwrap_or_default()).collect();
    let today = week.last().copied().unwrap_or_default();
    let before = week.first().copied().unwrap_or_default();
    let of = |pick: &dyn Fn(&Sum) -> u32| -> Vec<u32> { week.iter().map(pick).collect() };
    let day = words.date(now).to_string();
    let link = |more: &[(&str, &str)]| {
        let mut pairs = vec![("from", day.as_str())];
        pairs.extend_from_slice(more);
        f.link_with("/calls", &pairs)
    };
    let mut wishes: Vec<_> = shown
        .answered
        .iter()
        .filter(|one| matches!(one.function.as_str(), "check_availability" | "book_appointment"))
        .map(|one| one.call)
        .collect();
    wishes.sort_unstable_by_key(|id| id.0);
    wishes.dedup();
    let mut booked: Vec<_> = shown
        .answered
        .iter()
        .filter(|one| {
            one.function == "book_appointment" && matches!(one.status.as_str(), "confirmed" | "provisional")
        })
        .map(|one| one.call)
        .collect();
    booked.sort_unstable_by_key(|id| id.0);
    booked.dedup();
    let wishes_count = u32::try_from(wishes.len()).unwrap_or(u32::MAX);
    let booked_count = u32::try_from(booked.len()).unwrap_or(u32::MAX);
    let mut times: Vec<u32> = shown.answered.iter().map(|one| one.ms).collect();
    let (p50, p95) = (percentile(&mut times, 50), percentile(&mut times, 95));
    let difference = i64::from(today.all) - i64::from(before.all);
    let figure = |label: &str, value: String, unit: &str, below: String, address: String, spark: Spark| {
        Figure { label: t.say(label).into_owned(), value, unit: unit.to_owned(), below, address, spark }
    };
    let answer_value = p95.map(|ms| words.seconds(ms));
    let (answer, unit) = match answer_value.as_deref().and_then(|text| text.split_once(' ')) {
        Some((number, unit)) => (number.to_owned(), unit.to_owned()),
        None => ("–".to_owned(), String::new()),
    };
    vec![
        figure(
            "figure-calls",
            words.count(u64::from(today.all)),
            "",
            t.with(
                "figure-calls-below",
                [
                    (
                        "way",
                        (if difference < 0 {
                            "less"
                        } else if difference == 0 {
                            "same"
                        } else {
                            "more"
                        })
                        .into(),
                    ),
                    ("count", difference.abs().into()),
                ],
            )
            .into_owned(),
            link(&[]),
            Spark::bars(&of(&|sum| sum.all)),
        ),
        figure(
            "figure-booked",
            words.count(u64::from(today.booked)),
            "",
            t.with("figure-booked-below", [("count", shown.waiting.provisional.into())]).into_owned(),
            link(&[("outcome", "booked")]),
            Spark::bars(&of(&|sum| sum.booked)),
        ),
        figure(
            "figure-rate",
            (booked_count * 100)
                .checked_div(wishes_count)
                .map_or_else(|| "–".into(), |rate| rate.to_string()),
            if wishes_count == 0 { "" } else { "%" },
            t.with("figure-rate-below", [("booked", booked_count.into()), ("wishes", wishes_count.into())])
                .into_owned(),
            link(&[]),
            Spark::bars(&of(&|sum| (sum.booked * 100).checked_div(sum.all).unwrap_or(0))),
        ),
        figure(
            "figure-missed",
            words.count(u64::from(today.hung_up)),
            "",
            t.say("figure-missed-below").into_owned(),
            link(&[("outcome", "none")]),
            Spark::bars(&of(&|sum| sum.hung_up)),
        ),
        figure(
            "figure-human",
            words.count(u64::from(today.human)),
            "",
            t.say("figure-human-below").into_owned(),
            link(&[("outcome", "call_back")]),
            Spark::bars(&of(&|sum| sum.human)),
        ),
        figure(
            "figure-answer",
            answer,
            &unit,
            t.with(
                "figure-answer-below",
                [("p50", p50.map_or("–".to_owned(), |ms| words.seconds(ms)).into())],
            )
            .into_owned(),
            link(&[("slow", "1500")]),
            Spark::bars(
                &hourly(now, &shown.answered)
                    .iter()
                    .map(|one| one.map_or(0, |(_, high)| high))
                    .collect::<Vec<_>>(),
            ),
        ),
    ]
}

/// The hour that lies this many hours back, counted from now.
fn hour_back(now: Timestamp, at: Timestamp) -> Option<usize> {
    let end = now.as_second() / 3_600;
    let back = end - at.as_second() / 3_600;
    usize::try_from(23 - back).ok().filter(|index| *index < 24)
}

fn hour_names(words: &Words, now: Timestamp) -> Vec<String> {
    (0..24)
        .map(|index| {
            let at = now.checked_sub(SignedDuration::from_hours(23 - index)).unwrap_or(now);
            words.time(at).split(':').next().unwrap_or_default().to_owned()
        })
        .collect()
}

fn hourly(now: Timestamp, answered: &[Answered]) -> Vec<Option<(u32, u32)>> {
    let mut hours: Vec<Vec<u32>> = vec![Vec::new(); 24];
    for one in answered {
        if let Some(hour) = hour_back(now, one.at) {
            hours[hour].push(one.ms);
        }
    }
    hours.iter_mut().map(|times| percentile(times, 50).zip(percentile(times, 95))).collect()
}

fn hours(f: &Frame, words: &Words, now: Timestamp, slices: &[Slice]) -> Chart {
    let t = f.t;
    let mut sums = [Sum::default(); 24];
    for slice in slices {
        if let Some(hour) = hour_back(now, slice.from) {
            sums[hour].add(slice);
        }
    }
    let names = hour_names(words, now);
    let columns: Vec<Vec<(&'static str, u32)>> = sums
        .iter()
        .map(|sum| {
            let other = sum.all.saturating_sub(sum.booked + sum.human);
            vec![("bar-new", sum.booked), ("bar-soft", other), ("bar-human", sum.human)]
        })
        .collect();
    let busiest = sums.iter().enumerate().max_by_key(|(_, sum)| sum.all);
    let finding = match busiest {
        Some((hour, sum)) if sum.all > 0 => t.with(
            "chart-hours-finding",
            [("hour", names[hour].clone().into()), ("calls", sum.all.into()), ("booked", sum.booked.into())],
        ),
        _ => t.say("chart-nothing"),
    };
    let said = Said {
        title: t.say("chart-calls").into_owned(),
        finding: finding.into_owned(),
        below: axis(&names, t.say("chart-now").into_owned()),
        legend: vec![
            ("key-new", t.say("chart-booked").into_owned()),
            ("key-soft", t.say("chart-other").into_owned()),
            ("key-human", t.say("chart-human").into_owned()),
        ],
        as_table: t.say("chart-as-table").into_owned(),
        heads: ["chart-hour", "chart-calls-head", "chart-booked", "chart-human"]
            .map(|key| t.say(key).into_owned())
            .to_vec(),
        rows: names
            .iter()
            .zip(&sums)
            .filter(|(_, sum)| sum.all > 0)
            .map(|(name, sum)| {
                vec![name.clone(), sum.all.to_string(), sum.booked.to_string(), sum.human.to_string()]
            })
            .collect(),
    };
    Chart::stacked(said, &columns)
}

fn axis(names: &[String], last: String) -> Vec<String> {
    let mut shown: Vec<String> = names.iter().step_by(6).cloned().collect();
    shown.push(last);
    shown
}

fn latency(f: &Frame, words: &Words, now: Timestamp, answered: &[Answered]) -> Chart {
    let t = f.t;
    let columns = hourly(now, answered);
    let names = hour_names(words, now);
    let mut times: Vec<u32> = answered.iter().map(|one| one.ms).collect();
    let finding = match (percentile(&mut times, 50), percentile(&mut times, 95)) {
        (Some(p50), Some(p95)) => t.with(
            "chart-latency-finding",
            [
                ("p50", words.seconds(p50).into()),
                ("p95", words.seconds(p95).into()),
                ("kept", (if p95 <= TARGET_MS { "yes" } else { "no" }).into()),
            ],
        ),
        _ => t.say("chart-nothing"),
    };
    let said = Said {
        title: t.say("chart-latency").into_owned(),
        finding: finding.into_owned(),
        below: axis(&names, t.say("chart-now").into_owned()),
        legend: vec![
            ("key-band", t.say("chart-band").into_owned()),
            ("key-line", t.say("chart-target").into_owned()),
        ],
        as_table: t.say("chart-as-table").into_owned(),
        heads: vec![t.say("chart-hour").into_owned(), "p50".into(), "p95".into()],
        rows: names
            .iter()
            .zip(&columns)
            .filter_map(|(name, one)| {
                one.map(|(low, high)| vec![name.clone(), words.seconds(low), words.seconds(high)])
            })
            .collect(),
    };
    Chart::band(said, &columns, TARGET_MS, |ms| words.seconds(ms))
}

fn days(f: &Frame, words: &Words, now: Timestamp, slices: &[Slice]) -> Chart {
    let t = f.t;
    let sums = by_day(words, slices);
    let days = last_days(words, now, 30);
    let of = |day: &Date| sums.get(day).copied().unwrap_or_default();
    let columns: Vec<Vec<(&'static str, u32)>> = days
        .iter()
        .map(|day| {
            vec![("bar-new", of(day).booked), ("bar-soft", of(day).all.saturating_sub(of(day).booked))]
        })
        .collect();
    let (all, booked) = days.iter().fold((0, 0), |sum, day| (sum.0 + of(day).all, sum.1 + of(day).booked));
    let mut below: Vec<String> = days.iter().step_by(10).map(|day| words.short_date(*day)).collect();
    below.push(t.say("day-today").into_owned());
    let said = Said {
        title: t.say("chart-days").into_owned(),
        finding: t
            .with("chart-days-finding", [("calls", all.into()), ("booked", booked.into())])
            .into_owned(),
        below,
        legend: vec![
            ("key-new", t.say("chart-booked").into_owned()),
            ("key-soft", t.say("chart-other").into_owned()),
        ],
        as_table: t.say("chart-as-table").into_owned(),
        heads: ["chart-day", "chart-calls-head", "chart-booked"].map(|key| t.say(key).into_owned()).to_vec(),
        rows: days
            .iter()
            .filter(|day| of(day).all > 0)
            .map(|day| vec![words.day(*day), of(day).all.to_string(), of(day).booked.to_string()])
            .collect(),
    };
    Chart::stacked(said, &columns)
}
