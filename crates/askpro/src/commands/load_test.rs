//! Load with a table: real requests with signatures against a server process of
//! its own, on a scratch database, over loopback.

use std::{
    path::Path,
    process::{Child, Command, ExitCode, Stdio},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Context, bail, ensure};
use askpro_app::{
    Pace, SystemChance, SystemClock,
    setup::{BranchPlan, CompanyPlan, PolicyPlan, ServicePlan, StaffPlan},
};
use askpro_domain::{
    ids::{Clock, ConnectionId, random_text},
    language::Language,
    secret::Secret,
};
use askpro_providers::retell;
use askpro_store::{
    connections::ConnectionKind,
    migrate::{self, Environment},
    seal::KeyRing,
};
use clap::Args;
use serde_json::{Value, json};

use super::block_on;
use crate::{
    config::Config,
    terminal::{Style, line, remark},
    wiring,
};

/// Plays function calls against a server of its own and prints how long they took
#[derive(Args)]
#[command(
    after_help = "Examples:\n  askpro load-test\n  askpro load-test --calls 100000 --concurrency 50 --json\n  ASKPRO_DATABASE_URL=postgres://localhost/scratch askpro load-test    (empty, or marked scratch)"
)]
pub(crate) struct LoadTest {
    /// Function calls altogether; at most a million
    #[arg(long, default_value_t = 5_000, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    calls: u32,
    /// Phone calls at the same time
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=500))]
    concurrency: u32,
    /// Function calls a second where latency is measured; 50 phone calls make 5 to 50
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..=5_000))]
    rate: u32,
    /// Print one JSON document instead of the table
    #[arg(long)]
    json: bool,
}

/// A number of people that keeps the calendar from filling up.
const PEOPLE: usize = 20;

/// How long latency is measured at a fixed rate, in seconds.
const PACED_SECONDS: u32 = 20;

/// How long the server may take to begin.
const START: Duration = Duration::from_secs(30);

/// A body of this size carries the transcript of a long call.
const LONG_CALL: usize = 1 << 20;

/// Long bodies are sent one after the other, this many times.
const LONG_CALLS: usize = 200;

/// What is measured.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    Check,
    Book,
    Info,
}

impl Kind {
    const ALL: [Self; 3] = [Self::Check, Self::Book, Self::Info];

    /// Of ten calls six ask, three book, one wants to know something.
    fn of(number: usize) -> Self {
        match number % 10 {
            0..=5 => Self::Check,
            6..=8 => Self::Book,
            _ => Self::Info,
        }
    }

    fn function(self) -> &'static str {
        match self {
            Self::Check => "check_availability",
            Self::Book => "book_appointment",
            Self::Info => "get_business_info",
        }
    }
}

/// A server process, ended when dropped.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Server {
    /// Resident memory in KiB, where the system tells it.
    fn memory(&self) -> Option<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.0.id())).ok()?;
        let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
        line.split_whitespace().nth(1)?.parse().ok()
    }
}

/// Where requests go, and how they are signed.
#[derive(Clone)]
struct Target {
    http: reqwest::Client,
    base: String,
    connection: ConnectionId,
    key: Secret,
}

impl LoadTest {
    pub(super) fn run(self, config: &Config) -> anyhow::Result<ExitCode> {
        let folder = std::env::temp_dir().join(format!(
            "askpro-load-{}-{}",
            std::process::id(),
            random_text(&SystemChance, b"abcdefghij", 8)
        ));
        std::fs::create_dir_all(&folder).context("no scratch folder can be made")?;
        let url = if config.is_set("database_url") {
            config.database_url().to_owned()
        } else {
            format!("sqlite:{}", folder.join("load.db").display())
        };
        let result = block_on(self.measure(&url, &folder));
        let _ = std::fs::remove_dir_all(&folder);
        let report = result?;
        if self.json {
            line(&report)
        } else {
            print(&report, config.is_plain())
        }
        let wrong = report["wrong"].as_u64().unwrap_or(1);
        ensure!(wrong == 0, "{wrong} requests were not answered as they should");
        Ok(ExitCode::SUCCESS)
    }

    async fn measure(&self, url: &str, folder: &Path) -> anyhow::Result<Value> {
        let ring = KeyRing::generate(&SystemChance);
        let (connection, key) = furnish(url, &ring).await?;
        let (server, base) = start(url, &ring, folder).await?;
        let http = reqwest::Client::builder()
            .timeout(Duration::from_secs(30))
            .pool_max_idle_per_host(self.concurrency as usize)
            .build()?;
        let target = Target { http, base, connection, key };
        tokio::time::sleep(Duration::from_secs(1)).await;
        let idle = server.memory();

        let warm = self.calls.min(500) as usize;
        load(&target, warm, self.concurrency as usize, 0).await?;
        let after_warm_up = server.memory();
        if !self.json {
            remark(format!("{} function calls, {} at a time …", self.calls, self.concurrency));
        }
        let floor = floor(&target, self.calls.min(5_000) as usize, self.concurrency as usize).await?;
        let paced_calls = (self.rate * PACED_SECONDS).min(self.calls) as usize;
        let paced = paced(&target, paced_calls, self.rate).await?;
        let long = long_calls(&target).await?;
        let begun = Instant::now();
        let loaded = load(&target, self.calls as usize, self.concurrency as usize, 1).await?;
        let seconds = begun.elapsed().as_secs_f64();
        let after = server.memory();
        let wrong = paced.iter().chain(&loaded).filter(|one| !one.2).count();
        Ok(json!({
            "engine": if url.starts_with("sqlite:") { "sqlite" } else { "postgres" },
            "calls": self.calls, "concurrency": self.concurrency, "wrong": wrong,
            "per_second": (f64::from(self.calls) / seconds).round(),
            "paced": { "rate": self.rate, "functions": by_kind(&paced) },
            "saturated": { "functions": by_kind(&loaded) },
            "floor": { "what": "GET /health/live, the same number at a time", "times": summary(&floor) },
            "long_body": long,
            "memory_kib": { "idle": idle, "after_warm_up": after_warm_up, "after": after },
        }))
    }
}

/// A company with enough people, in a database that is empty or may be emptied.
async fn furnish(url: &str, ring: &str) -> anyhow::Result<(ConnectionId, Secret)> {
    match migrate::fitness(url)? {
        migrate::Fitness::Empty => {}
        _ => match migrate::environment(url)? {
            Some(Environment::Scratch) => migrate::down_all(url)?,
            _ => bail!("a load test needs an empty database or one marked scratch"),
        },
    }
    migrate::up(url, Environment::Scratch, SystemClock.now(), &SystemChance)?;
    let app = wiring::app(url, KeyRing::parse(ring)?, Pace::default())?;
    let company = app.create_company("Salon Last", Language::De).await?;
    let key = Secret::new(format!("key_{}", random_text(&SystemChance, b"0123456789abcdef", 28)));
    let (connection, _) =
        app.create_connection(company, ConnectionKind::Retell, "Retell", key.clone(), None, None).await?;
    let hours = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
        .map(|day| (day.to_owned(), vec!["07:00-20:00".to_owned()]));
    let staff = (0..PEOPLE)
        .map(|number| StaffPlan { name: format!("Person {number}"), hours: hours.clone().into() })
        .collect();
    let cut = ServicePlan {
        name: "Herrenhaarschnitt".into(),
        synonyms: vec!["Haare schneiden".into()],
        minutes: vec![30],
        price_cents: Some(3_200),
        buffer_before_minutes: 0,
        buffer_after_minutes: 0,
        slot_interval_minutes: 15,
        min_notice_minutes: 0,
        booking_horizon_days: 60,
        staff: Vec::new(),
        policy: PolicyPlan::default(),
        calcom_event_type: None,
    };
    let branch = BranchPlan {
        name: "Mitte".into(),
        zone: "Europe/Berlin".into(),
        phone: Some("+493012345678".into()),
        address: Some("Lindenstraße 12, Berlin".into()),
        policy: PolicyPlan::default(),
        staff,
        services: vec![cut],
    };
    let plan = CompanyPlan {
        name: "Salon Last".into(),
        language: "de".into(),
        policy: PolicyPlan::default(),
        requires_reference: false,
        greets_by_name: false,
        branches: vec![branch],
    };
    app.furnish(company, plan, None).await?;
    Ok((connection, key))
}

/// Starts this very program as a server and waits until it answers.
async fn start(url: &str, ring: &str, folder: &Path) -> anyhow::Result<(Server, String)> {
    let probe = std::net::TcpListener::bind("127.0.0.1:0")?;
    let address = probe.local_addr()?;
    drop(probe);
    let program = std::env::current_exe().context("this program cannot find itself")?;
    let child = Command::new(program)
        .arg("serve")
        .current_dir(folder)
        .env("ASKPRO_DATABASE_URL", url)
        .env("ASKPRO_MASTER_KEY", ring)
        .env("ASKPRO_LISTEN", address.to_string())
        .env("ASKPRO_LOG", "warn")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .context("the server cannot be started")?;
    let server = Server(child);
    let base = format!("http://{address}");
    let begun = Instant::now();
    while reqwest::get(format!("{base}/health/live")).await.is_err() {
        ensure!(begun.elapsed() < START, "the server did not begin within {START:?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Ok((server, base))
}

/// (kind, how long, whether it was answered as it should) of every call.
async fn load(
    target: &Target,
    calls: usize,
    concurrency: usize,
    round: usize,
) -> anyhow::Result<Vec<(Kind, Duration, bool)>> {
    let next = Arc::new(AtomicUsize::new(0));
    let mut lines = tokio::task::JoinSet::new();
    for _ in 0..concurrency {
        let (target, next) = (target.clone(), Arc::clone(&next));
        lines.spawn(async move {
            let mut done = Vec::new();
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= calls {
                    return Ok(done);
                }
                let kind = Kind::of(number);
                let (took, is_right) = target.call(kind, body(kind, number, round, 0)).await?;
                done.push((kind, took, is_right));
            }
        });
    }
    let mut all = Vec::with_capacity(calls);
    while let Some(ended) = lines.join_next().await {
        let done: anyhow::Result<Vec<_>> = ended.context("a line broke down")?;
        all.extend(done?);
    }
    Ok(all)
}

impl Target {
    /// How long the answer took, and whether it was a sentence and no failure.
    /// Signing is the sender's work and not counted.
    async fn call(&self, kind: Kind, body: Vec<u8>) -> anyhow::Result<(Duration, bool)> {
        let signature = retell::sign(&self.key, &body, SystemClock.now().as_millisecond());
        let url = format!("{}/retell/{}/functions/{}", self.base, self.connection, kind.function());
        let begun = Instant::now();
        let response = self
            .http
            .post(url)
            .header(retell::SIGNATURE_HEADER, signature)
            .header("content-type", "application/json")
            .body(body)
            .send()
            .await?;
        let is_ok = response.status().is_success();
        let answer: Value = response.json().await?;
        let took = begun.elapsed();
        let has_sentence = answer["say"].as_str().is_some_and(|say| !say.is_empty());
        let is_right =
            is_ok && has_sentence && answer["status"] != json!("unavailable") && answer["error_id"].is_null();
        Ok((took, is_right))
    }
}

fn body(kind: Kind, number: usize, round: usize, transcript: usize) -> Vec<u8> {
    // Every call has its own day and time, so that most bookings find one.
    let (day, minute) = (1 + number % 50, (number / 50) % 48);
    let when = format!("in {day} Tagen um {}:{:02} Uhr", 7 + minute / 4, 15 * (minute % 4));
    let args = match kind {
        Kind::Check => json!({ "service": "Haare schneiden", "when": when }),
        Kind::Book => json!({ "service": "Haare schneiden", "when": when, "customer_name": "Erika Muster" }),
        Kind::Info => json!({ "topic": "Öffnungszeiten" }),
    };
    let words = json!({ "role": "user", "content": "x".repeat(200), "words": [{ "word": "x", "start": 0.1, "end": 0.2 }] });
    let turns = transcript / words.to_string().len();
    let mut spoken: Vec<Value> = vec![words; turns];
    spoken.push(json!({ "role": "tool_call_invocation", "tool_call_id": format!("t{round}-{number}"),
        "name": kind.function(), "arguments": args.to_string() }));
    json!({ "name": kind.function(), "args": args, "call": {
        "call_id": format!("call_{round}_{number}"), "call_type": "phone_call", "call_status": "ongoing",
        "from_number": format!("+49151{:08}", number), "to_number": "+493012345678",
        "retell_llm_dynamic_variables": { "language": "de" }, "transcript_with_tool_calls": spoken } })
    .to_string()
    .into_bytes()
}

/// Calls at a fixed rate, whether or not the last ones were answered; how long
/// each took counts from when it was due.
async fn paced(target: &Target, calls: usize, rate: u32) -> anyhow::Result<Vec<(Kind, Duration, bool)>> {
    let mut under_way = tokio::task::JoinSet::new();
    let mut ticks = tokio::time::interval(Duration::from_secs(1) / rate);
    for number in 0..calls {
        let due = ticks.tick().await.into_std();
        let kind = Kind::of(number);
        let (target, body) = (target.clone(), body(kind, number, 7, 0));
        under_way.spawn(async move {
            let (_, is_right) = target.call(kind, body).await?;
            Ok::<_, anyhow::Error>((kind, due.elapsed(), is_right))
        });
    }
    let mut all = Vec::with_capacity(calls);
    while let Some(ended) = under_way.join_next().await {
        all.push(ended.context("a line broke down")??);
    }
    Ok(all)
}

/// Each function's times, and those of all.
fn by_kind(calls: &[(Kind, Duration, bool)]) -> Value {
    let of = |wanted: Option<Kind>| -> Vec<Duration> {
        calls.iter().filter(|one| wanted.is_none_or(|kind| one.0 == kind)).map(|one| one.1).collect()
    };
    let mut rows: Vec<Value> = Kind::ALL
        .iter()
        .map(|kind| json!({ "function": kind.function(), "times": summary(&of(Some(*kind))) }))
        .collect();
    rows.push(json!({ "function": "all", "times": summary(&of(None)) }));
    Value::Array(rows)
}

/// The same server, client and number at a time, without work.
async fn floor(target: &Target, calls: usize, concurrency: usize) -> anyhow::Result<Vec<Duration>> {
    let next = Arc::new(AtomicUsize::new(0));
    let mut lines = tokio::task::JoinSet::new();
    for _ in 0..concurrency {
        let (target, next) = (target.clone(), Arc::clone(&next));
        lines.spawn(async move {
            let mut done = Vec::new();
            while next.fetch_add(1, Ordering::Relaxed) < calls {
                let begun = Instant::now();
                target.http.get(format!("{}/health/live", target.base)).send().await?.bytes().await?;
                done.push(begun.elapsed());
            }
            Ok::<_, reqwest::Error>(done)
        });
    }
    let mut all = Vec::with_capacity(calls);
    while let Some(ended) = lines.join_next().await {
        all.extend(ended.context("a line broke down")??);
    }
    Ok(all)
}

/// What a long transcript adds to a call that is alone on the line.
async fn long_calls(target: &Target) -> anyhow::Result<Value> {
    let (mut short, mut long) = (Vec::new(), Vec::new());
    for number in 0..LONG_CALLS {
        for (size, took) in [(0, &mut short), (LONG_CALL, &mut long)] {
            let body = body(Kind::Info, number, 2 + size, size);
            let (one, is_right) = target.call(Kind::Info, body).await?;
            ensure!(is_right, "a long call was not answered");
            took.push(one);
        }
    }
    let (short, long) = (percentile(&mut short, 50.0), percentile(&mut long, 50.0));
    Ok(json!({ "bytes": LONG_CALL, "short_p50_ms": ms(short), "long_p50_ms": ms(long),
        "added_p50_ms": ms(long.saturating_sub(short)) }))
}

fn summary(took: &[Duration]) -> Value {
    let mut sorted = took.to_vec();
    json!({ "count": sorted.len(), "p50_ms": ms(percentile(&mut sorted, 50.0)), "p95_ms": ms(percentile(&mut sorted, 95.0)),
        "p99_ms": ms(percentile(&mut sorted, 99.0)), "max_ms": ms(percentile(&mut sorted, 100.0)) })
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "a position in a list of at most a million"
)]
fn percentile(took: &mut [Duration], percent: f64) -> Duration {
    took.sort_unstable();
    let position = (took.len() as f64 * percent / 100.0).ceil() as usize;
    took.get(position.clamp(1, took.len().max(1)) - 1).copied().unwrap_or_default()
}

fn ms(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 100_000.0).round() / 100.0
}

fn print(report: &Value, is_plain: bool) {
    let style = Style::detect(is_plain);
    let header = |title: String| {
        line(style.bold(title));
        line(style.dim(format!(
            "{:<22}{:>8}{:>9}{:>9}{:>9}{:>9}",
            "", "calls", "p50 ms", "p95 ms", "p99 ms", "max ms"
        )));
    };
    let row = |name: &str, times: &Value| {
        let cell = |key: &str| times[key].as_f64().unwrap_or_default();
        line(format!(
            "{name:<22}{:>8}{:>9.2}{:>9.2}{:>9.2}{:>9.2}",
            times["count"],
            cell("p50_ms"),
            cell("p95_ms"),
            cell("p99_ms"),
            cell("max_ms")
        ));
    };
    let rows = |functions: &Value| {
        for one in functions.as_array().into_iter().flatten() {
            row(one["function"].as_str().unwrap_or_default(), &one["times"]);
        }
    };
    let engine = report["engine"].as_str().unwrap_or_default();
    header(format!("{} function calls a second, on {engine}", report["paced"]["rate"]));
    rows(&report["paced"]["functions"]);
    line("");
    header(format!("as many as it can, {} at a time", report["concurrency"]));
    rows(&report["saturated"]["functions"]);
    row("floor: /health/live", &report["floor"]["times"]);
    line("");
    line(format!("{} a second; {} answered wrongly", report["per_second"], report["wrong"]));
    line(format!("a transcript of 1 MiB adds {} ms at the median", report["long_body"]["added_p50_ms"]));
    let memory = |key: &str| {
        report["memory_kib"][key].as_f64().map_or("unknown".into(), |kib| format!("{:.1} MiB", kib / 1024.0))
    };
    line(format!(
        "memory: idle {}, after warming up {}, afterwards {}",
        memory("idle"),
        memory("after_warm_up"),
        memory("after")
    ));
}
