//! What a drill stands on: a scratch database, both stand-ins, a company with one
//! service of its own calendar and one of Cal.com's, and the server under test.

use std::{
    fs,
    net::SocketAddr,
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context, ensure};
use askpro_app::{App, Pace, StateFolder, SystemChance, SystemClock, setup::CompanyPlan};
use askpro_domain::{
    ids::{Clock, CompanyId, ConnectionId, random_text},
    language::Language,
    secret::Secret,
};
use askpro_simulators::{Running, calcom, retell};
use askpro_store::{
    Company, CompanyTx,
    connections::{self, ConnectionKind, ConnectionLimits},
    migrate::{self, Environment, Scratch},
    seal::KeyRing,
};
use jiff::SignedDuration;
use serde_json::{Value, json};
use tokio::{sync::watch, task::JoinHandle};

use super::{clock::JumpingClock, line::Line};
use crate::wiring::{self, Roles};

/// Nobody waits ninety seconds in a drill: the stand-in carries out a request at
/// once or never, so soon after a time-out none can still be running.
const PACE: Pace = Pace {
    uncertain: SignedDuration::from_secs(3),
    pause: SignedDuration::from_millis(500),
    give_up: SignedDuration::from_mins(10),
};

/// Cal.com's number of the event type.
const EVENT_TYPE: i64 = 301;

/// People who can be booked, here and at Cal.com: more than the drill's callers need.
const PEOPLE: usize = 8;

/// How long a breaker stays open in a drill, in milliseconds; in use it is a minute.
const OPEN_MS: u64 = 8_000;

/// How long a process may take to begin.
const START: Duration = Duration::from_secs(30);

/// On which engine a drill runs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::commands) enum Engine {
    Sqlite,
    Postgres,
}

impl Engine {
    pub(in crate::commands) fn word(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        }
    }
}

/// How the server under test runs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::commands) enum Kind {
    /// In this process, with a clock that can jump.
    Here,
    /// As a process of its own, which can be killed.
    Process,
}

/// Everything a drill needs; gone with this value.
pub(in crate::commands) struct Ground {
    pub(in crate::commands) engine: Engine,
    /// The use cases, for looking at what stands in the database. With
    /// [`Kind::Here`] also what serves.
    pub(in crate::commands) app: App,
    pub(in crate::commands) clock: Arc<JumpingClock>,
    pub(in crate::commands) company: CompanyId,
    pub(in crate::commands) connection: ConnectionId,
    pub(in crate::commands) retell: Running,
    pub(in crate::commands) calcom: Running,
    pub(in crate::commands) url: String,
    calcom_key: String,
    key: Secret,
    ring: String,
    address: SocketAddr,
    http: reqwest::Client,
    server: Server,
    folder: Folder,
    _scratch: Option<Scratch>,
}

enum Server {
    Here(watch::Sender<bool>, JoinHandle<anyhow::Result<()>>),
    Process(Killed),
    Down,
}

/// A process that is ended with this value.
struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A folder that goes with this value.
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

impl Ground {
    /// Sets everything up. On PostgreSQL a scratch database beside `server` is made.
    pub(in crate::commands) async fn open(engine: Engine, server: &str, kind: Kind) -> anyhow::Result<Self> {
        let name =
            format!("askpro_drill_{}", random_text(&SystemChance, b"abcdefghjkmnpqrstuvwxyz23456789", 10));
        let folder = Folder(std::env::temp_dir().join(&name));
        fs::create_dir_all(&folder.0).context("a temporary folder cannot be made")?;
        let (url, scratch) = match engine {
            Engine::Sqlite => (format!("sqlite:{}", folder.0.join("askpro.db").display()), None),
            Engine::Postgres => {
                let server = server.to_owned();
                let scratch = tokio::task::spawn_blocking(move || Scratch::beside(&server, &name))
                    .await?
                    .context("a scratch database cannot be made on the configured server")?;
                (scratch.url(), Some(scratch))
            }
        };
        let ring = KeyRing::generate(&SystemChance);
        let migrated = url.clone();
        tokio::task::spawn_blocking(move || {
            migrate::up(&migrated, Environment::Scratch, SystemClock.now(), &SystemChance)
        })
        .await??;
        let (key, calcom_key) = (secret("key_"), secret("cal_live_"));
        let any = SocketAddr::from(([127, 0, 0, 1], 0));
        let retell = retell::router(retell::Options { keys: vec![key.clone()] });
        let retell = askpro_simulators::serve(retell, any).await.context("a simulator cannot listen")?;
        let calcom = calcom::router(calcom::Options {
            keys: vec![calcom_key.clone()],
            event_types: vec![calcom::EventType { id: EVENT_TYPE, length_minutes: 30, hosts: PEOPLE }],
            ..calcom::Options::default()
        });
        let calcom = askpro_simulators::serve(calcom, any).await.context("a simulator cannot listen")?;
        let clock = Arc::new(JumpingClock::default());
        let mut app = wiring::app(&url, KeyRing::parse(&ring)?, PACE)?
            .keeping_state_in(StateFolder::open(folder.0.join("state"))?);
        app.clock = clock.clone();
        let (company, connection) = furnish(&app, &retell, &calcom, &key, &calcom_key).await?;
        let http = reqwest::Client::builder().timeout(Duration::from_secs(15)).build()?;
        let mut ground = Self {
            engine,
            app,
            clock,
            company,
            connection,
            retell,
            calcom,
            url,
            calcom_key,
            key: Secret::new(key),
            ring,
            address: any,
            http,
            server: Server::Down,
            folder,
            _scratch: scratch,
        };
        match kind {
            Kind::Here => ground.serve_here().await?,
            Kind::Process => ground.start().await?,
        }
        Ok(ground)
    }

    async fn serve_here(&mut self) -> anyhow::Result<()> {
        let bound = askpro_web::bind(self.address).await?;
        self.address = bound.address;
        let (stop, stopped) = watch::channel(false);
        let roles = Roles { serves: true, works: true };
        self.server = Server::Here(stop, tokio::spawn(wiring::run(self.app.clone(), bound, roles, stopped)));
        self.app.refresh_last_known(None).await?;
        Ok(())
    }

    /// Starts the server as a process, at the same address as before, and waits until it answers.
    pub(in crate::commands) async fn start(&mut self) -> anyhow::Result<()> {
        if self.address.port() == 0 {
            self.address = std::net::TcpListener::bind(self.address)?.local_addr()?;
        }
        // A write beyond a limit shall fail as on a full disk, and not end the process.
        let child = Command::new("sh")
            .args(["-c", "trap '' XFSZ; exec \"$0\" serve"])
            .arg(std::env::current_exe().context("this program cannot find itself")?)
            .current_dir(&self.folder.0)
            .env("ASKPRO_DATABASE_URL", &self.url)
            .env("ASKPRO_MASTER_KEY", &self.ring)
            .env("ASKPRO_STATE_DIR", self.folder.0.join("state"))
            .env("ASKPRO_LISTEN", self.address.to_string())
            .env("ASKPRO_LOG", "warn")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .context("the server cannot be started")?;
        self.server = Server::Process(Killed(child));
        let begun = Instant::now();
        while self.get("/health/live").await.is_none() {
            ensure!(begun.elapsed() < START, "the server did not begin within {START:?}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Ok(())
    }

    /// Ends the process as a power cut would; nothing where it runs here.
    pub(in crate::commands) fn kill(&mut self) {
        if matches!(self.server, Server::Process(_)) {
            self.server = Server::Down;
        }
    }

    /// The process under test, where it is one of its own.
    pub(in crate::commands) fn process(&self) -> Option<u32> {
        match &self.server {
            Server::Process(killed) => Some(killed.0.id()),
            Server::Here(..) | Server::Down => None,
        }
    }

    /// The files that the server under test writes.
    pub(in crate::commands) fn files(&self) -> PathBuf {
        self.folder.0.clone()
    }

    /// The way into the server under test.
    pub(in crate::commands) fn line(&self) -> Line {
        Line {
            http: self.http.clone(),
            base: format!("http://{}", self.address),
            connection: self.connection.clone(),
            key: self.key.clone(),
        }
    }

    /// A page of the server, as JSON; `None` where it does not answer.
    pub(in crate::commands) async fn get(&self, path: &str) -> Option<Value> {
        let answer = self.http.get(format!("http://{}{path}", self.address)).send().await.ok()?;
        answer.json().await.ok()
    }

    /// (our appointment's id, whether it stands) of every booking at Cal.com. Waits
    /// where the account has sent too much.
    pub(in crate::commands) async fn calcom_bookings(&self) -> anyhow::Result<Vec<(String, bool)>> {
        let mut found = Vec::new();
        loop {
            let answer = self
                .http
                .get(format!("{}/v2/bookings?take=100&skip={}", self.calcom.url(), found.len()))
                .header("cal-api-version", "2024-08-13")
                .bearer_auth(&self.calcom_key)
                .send()
                .await?;
            if answer.status() == reqwest::StatusCode::TOO_MANY_REQUESTS {
                tokio::time::sleep(Duration::from_secs(5)).await;
                continue;
            }
            let page: Value = answer.error_for_status()?.json().await?;
            let bookings = page["data"].as_array().cloned().unwrap_or_default();
            for one in &bookings {
                let id = one["metadata"]["askpro_appointment"].as_str().unwrap_or_default().to_owned();
                found.push((id, one["status"] == "accepted"));
            }
            if bookings.len() < 100 {
                return Ok(found);
            }
        }
    }

    /// Sets what is broken at a stand-in.
    pub(in crate::commands) async fn faults(&self, at: &Running, rules: Value) -> anyhow::Result<()> {
        let request = self.http.put(format!("{}/_sim/faults", at.url())).json(&json!({ "rules": rules }));
        request.send().await?.error_for_status()?;
        Ok(())
    }

    /// Ends everything; what is under way may end first.
    pub(in crate::commands) async fn close(mut self) {
        if let Server::Here(stop, task) = std::mem::replace(&mut self.server, Server::Down) {
            let _ = stop.send(true);
            let _ = tokio::time::timeout(Duration::from_secs(5), task).await;
        }
        self.retell.stop().await;
        self.calcom.stop().await;
        // The scratch database is dropped by a call that blocks.
        let rest = (self._scratch.take(), self.app);
        let _ = tokio::task::spawn_blocking(move || drop(rest)).await;
    }
}

fn secret(prefix: &str) -> String {
    format!("{prefix}{}", random_text(&SystemChance, b"0123456789abcdef", 28))
}

async fn furnish(
    app: &App,
    retell: &Running,
    calcom: &Running,
    key: &str,
    calcom_key: &str,
) -> anyhow::Result<(CompanyId, ConnectionId)> {
    let company = app.create_company("Salon Übung", Language::De).await?;
    let connect = async |kind, name: &str, key: &str, url: String| {
        let email = Some("termine@uebung.example".to_owned());
        let key = Secret::new(key.to_owned());
        app.create_connection(company, kind, name, key, Some(url), email).await.map(|(id, _)| id)
    };
    let connection = connect(ConnectionKind::Retell, "Retell", key, retell.url()).await?;
    let calendar = connect(ConnectionKind::Calcom, "Cal.com", calcom_key, calcom.url()).await?;
    let hours: serde_json::Map<String, Value> = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
        .map(|day| (day.to_owned(), json!(["07:00-20:00"])))
        .into_iter()
        .collect();
    let staff: Vec<Value> =
        (1..=PEOPLE).map(|number| json!({ "name": format!("Person {number}"), "hours": hours })).collect();
    let plan: CompanyPlan = serde_json::from_value(json!({
        "name": "Salon Übung",
        "branches": [{
            "name": "Mitte", "phone": "+493012345678", "address": "Lindenstraße 12, Berlin", "staff": staff,
            "services": [
                { "name": "Haarschnitt", "minutes": [30], "price_cents": 3200 },
                { "name": "Beratung", "minutes": [30], "calcom_event_type": EVENT_TYPE },
            ],
        }],
    }))
    .context("the drill's company is not a plan")?;
    app.furnish(company, plan, Some(calendar.clone())).await?;
    let limits = ConnectionLimits { open_ms: Some(OPEN_MS), ..ConnectionLimits::default() };
    let limit = move |tx: &mut CompanyTx<'_>| connections::set_limits(tx, &calendar, limits);
    app.store.write(Company(company), START, limit).await?;
    Ok((company, connection))
}
