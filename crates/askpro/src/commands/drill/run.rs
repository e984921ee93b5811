//! One drill from the first ring to the last settled promise.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use anyhow::ensure;
use serde::Serialize;
use serde_json::Value;

use super::{
    callers::{Callers, Heard},
    faults::Drill,
    ground::{Engine, Ground},
    ledger::Ledger,
};

/// How long people ring before something breaks.
const HEALTHY: Duration = Duration::from_secs(3);

/// How long it stays broken at least.
const BROKEN: Duration = Duration::from_secs(8);

/// How long everything may take to come right afterwards: a breaker stays open for
/// a minute, and what waited behind it is settled then.
const RIGHT_WITHIN: Duration = Duration::from_secs(240);

/// How often it is looked.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// How often both calendars are compared afterwards.
const SETTLE_EVERY: Duration = Duration::from_secs(1);

/// What a caller may wait: the two budgets, and what the way there costs.
const BUDGETS: (Duration, Duration) = (Duration::from_millis(2_100), Duration::from_millis(6_100));

/// Answers in a row that are as before, until it counts as recovered.
const IN_A_ROW: usize = 5;

/// Something that happened, since the first ring.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Moment {
    pub(super) at_ms: u64,
    pub(super) what: String,
}

/// A kind of answer, and how often it was heard while something was broken.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Said {
    pub(super) function: &'static str,
    pub(super) status: String,
    pub(super) times: usize,
    /// One of the sentences.
    pub(super) say: String,
    pub(super) slowest_ms: u64,
}

/// How a drill went.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Report {
    pub(super) drill: &'static str,
    pub(super) about: &'static str,
    pub(super) engine: &'static str,
    pub(super) timeline: Vec<Moment>,
    pub(super) heard: Vec<Said>,
    pub(super) first_effect_ms: Option<u64>,
    pub(super) recovery_ms: Option<u64>,
    #[serde(flatten)]
    pub(super) ledger: Ledger,
    pub(super) passed: bool,
    /// What was not as it should be.
    #[serde(rename = "failures")]
    pub(super) wrong: Vec<String>,
}

/// What is told while it happens.
pub(super) trait Audience {
    fn hears(&mut self, moment: &Moment);
}

struct Watch<'a> {
    timeline: Vec<Moment>,
    audience: &'a mut dyn Audience,
    begun: Instant,
    health: String,
    breakers: BTreeMap<String, String>,
}

impl Watch<'_> {
    fn notes(&mut self, what: impl Into<String>) {
        let moment = Moment { at_ms: ms(self.begun.elapsed()), what: what.into() };
        self.audience.hears(&moment);
        self.timeline.push(moment);
    }

    /// Notes what health and breakers show differently than before.
    async fn look(&mut self, ground: &Ground) {
        let Some(ready) = ground.get("/health/ready").await else { return };
        let degraded: Vec<&str> =
            ready["degraded"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let health = degraded.join(", ");
        if health != self.health {
            let told =
                if health.is_empty() { "nothing degraded".into() } else { format!("degraded: {health}") };
            self.health = health;
            self.notes(format!("health: {told}"));
        }
        let Some(breakers) = ground.get("/health/circuit-breaker").await else { return };
        for (service, now) in breakers["services"].as_object().into_iter().flatten() {
            let state = now["state"].as_str().unwrap_or_default().to_owned();
            let before = self.breakers.insert(service.clone(), state.clone());
            if before.as_deref().unwrap_or("closed") != state {
                self.notes(format!("breaker of {service}: {state}"));
            }
        }
    }
}

pub(super) async fn run(
    drill: &'static Drill,
    engine: Engine,
    server: &str,
    audience: &mut dyn Audience,
) -> anyhow::Result<Report> {
    ensure!(drill.fault.exists_on(engine), "{} is a drill for SQLite", drill.name);
    let mut ground = Ground::open(engine, server, drill.fault.kind()).await?;
    let report = on(drill, &mut ground, audience).await;
    ground.close().await;
    report
}

async fn on(
    drill: &'static Drill,
    ground: &mut Ground,
    audience: &mut dyn Audience,
) -> anyhow::Result<Report> {
    let begun = Instant::now();
    let mut watch =
        Watch { timeline: Vec::new(), audience, begun, health: String::new(), breakers: BTreeMap::new() };
    watch.notes("people begin to ring");
    let callers = Callers::ring(&ground.line(), begun);
    watch_until(&mut watch, ground, begun + HEALTHY).await;

    let broken_at = callers.now();
    watch.notes(format!("fault in: {}", drill.about));
    let (broken, mut evidence) = drill.fault.begin(ground).await?;
    let half = Instant::now() + BROKEN / 2;
    watch_effect(&mut watch, ground, &callers, broken_at, half).await;
    drill.fault.turn(ground);
    watch_effect(&mut watch, ground, &callers, broken_at, half + BROKEN / 2).await;

    let right_at = callers.now();
    let during = callers.heard_since(broken_at);
    if !watch.health.is_empty() {
        evidence.extend(watch.health.split(", ").map(|one| format!("health:{one}")));
    }
    broken.end(ground).await?;
    watch.notes("fault out");
    let back = recovered(&mut watch, ground, &callers, right_at).await;
    let book = callers.hang_up().await;
    watch.notes("nobody rings any more");
    let ledger = settled(&mut watch, ground, &book.promises).await?;
    watch.notes(format!(
        "promised {}, kept {}, called back {}, lost {}",
        ledger.promised, ledger.kept, ledger.called_back, ledger.lost
    ));

    let first_effect = during.iter().find(|one| is_effect(one)).map(|one| ms(one.at + one.took));
    evidence.extend(during.iter().map(|one| one.status.clone()));
    let wrong = judge(drill, &book.heard, &evidence, &ledger, back);
    Ok(Report {
        drill: drill.name,
        about: drill.about,
        engine: ground.engine.word(),
        timeline: watch.timeline,
        heard: summary(&during),
        first_effect_ms: first_effect.map(|at| at.saturating_sub(ms(broken_at))),
        recovery_ms: back.map(|back| ms(back.saturating_sub(right_at))),
        passed: wrong.is_empty(),
        ledger,
        wrong,
    })
}

async fn watch_until(watch: &mut Watch<'_>, ground: &Ground, until: Instant) {
    while Instant::now() < until {
        watch.look(ground).await;
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

async fn watch_effect(
    watch: &mut Watch<'_>,
    ground: &Ground,
    callers: &Callers,
    since: Duration,
    until: Instant,
) {
    let is_told = |watch: &Watch<'_>| watch.timeline.iter().any(|one| one.what.starts_with("first effect"));
    while Instant::now() < until {
        watch.look(ground).await;
        if !is_told(watch)
            && let Some(first) = callers.heard_since(since).iter().find(|one| is_effect(one))
        {
            watch.notes(format!(
                "first effect: {} is answered {}: {}",
                first.function,
                first.status,
                quoted(&first.say)
            ));
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

/// Whether a caller notices that something is wrong.
fn is_effect(heard: &Heard) -> bool {
    matches!(heard.status.as_str(), "provisional" | "unavailable" | "noted" | "silence")
        || heard.took > Duration::from_secs(1)
}

/// When callers heard for the first time that everything works again.
async fn recovered(
    watch: &mut Watch<'_>,
    ground: &Ground,
    callers: &Callers,
    right_at: Duration,
) -> Option<Duration> {
    let until = Instant::now() + RIGHT_WITHIN;
    while Instant::now() < until {
        watch.look(ground).await;
        let heard = callers.heard_since(right_at);
        // Cal.com's breaker may hold bookings there back longer than all others.
        let works = |at_calcom: bool| {
            let of_kind: Vec<&Heard> = heard.iter().filter(|one| one.at_calcom == at_calcom).collect();
            let tail = of_kind.len().checked_sub(IN_A_ROW)?;
            let last = &of_kind[tail..];
            last.iter().all(|one| !is_effect(one)).then(|| last[0].at)
        };
        if let (Some(own), Some(calcom)) = (works(false), works(true)) {
            watch.notes("callers hear what they heard before");
            return Some(own.max(calcom));
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
    None
}

/// Waits until nothing is open any more.
async fn settled(
    watch: &mut Watch<'_>,
    ground: &Ground,
    promises: &[super::callers::Promise],
) -> anyhow::Result<Ledger> {
    let until = Instant::now() + RIGHT_WITHIN;
    loop {
        watch.look(ground).await;
        let ledger = Ledger::read(ground, promises).await?;
        let spooled = ground.app.spooled().map_or(0, |spooled| spooled.waiting);
        if (ledger.is_clean() && spooled == 0) || Instant::now() > until {
            return Ok(ledger);
        }
        tokio::time::sleep(SETTLE_EVERY).await;
    }
}

fn judge(
    drill: &Drill,
    heard: &[Heard],
    evidence: &[String],
    ledger: &Ledger,
    back: Option<Duration>,
) -> Vec<String> {
    let mut wrong = ledger.problems.clone();
    if !drill.effect.iter().any(|one| evidence.iter().any(|seen| seen == one)) {
        wrong.push(format!("the fault had no effect: none of {} was seen", drill.effect.join(", ")));
    }
    let silent = heard.iter().filter(|one| one.status == "silence").count();
    if silent > 0 && !drill.may_be_silent {
        wrong.push(format!("{silent} function calls were answered with silence"));
    }
    let late = |one: &&Heard| {
        let writes_to_calcom =
            one.at_calcom && matches!(one.function, "book_appointment" | "cancel_appointment");
        one.status != "silence" && one.took > if writes_to_calcom { BUDGETS.1 } else { BUDGETS.0 }
    };
    if let Some(one) = heard.iter().find(late) {
        wrong.push(format!("{} took {} ms", one.function, ms(one.took)));
    }
    if ledger.promised == 0 {
        wrong.push("nobody was promised anything".into());
    }
    for (what, count) in [
        ("promises are still open", ledger.open),
        ("bookings at Cal.com belong to nobody", ledger.orphans),
        ("appointments stand twice at Cal.com", ledger.doubled),
    ] {
        if count > 0 {
            wrong.push(format!("{count} {what}"));
        }
    }
    if back.is_none() {
        wrong.push(format!("callers did not hear what they heard before within {RIGHT_WITHIN:?}"));
    }
    wrong
}

fn summary(heard: &[Heard]) -> Vec<Said> {
    let mut kinds: BTreeMap<(&'static str, String), Said> = BTreeMap::new();
    for one in heard {
        let said = kinds.entry((one.function, one.status.clone())).or_insert_with(|| Said {
            function: one.function,
            status: one.status.clone(),
            times: 0,
            say: one.say.clone(),
            slowest_ms: 0,
        });
        said.times += 1;
        said.slowest_ms = said.slowest_ms.max(ms(one.took));
    }
    kinds.into_values().collect()
}

pub(super) fn quoted(say: &str) -> String {
    if say.is_empty() { "nothing".into() } else { format!("“{say}”") }
}

pub(super) fn ms(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
