//! What can be broken, and put right again.

use std::{fs, time::Duration};

use anyhow::Context;
use askpro_store::migrate::Outage;
use jiff::SignedDuration;
use serde_json::json;
use tokio::task::JoinSet;

use super::ground::{Engine, Ground, Kind};

/// A drill, as it is listed.
pub(super) struct Drill {
    pub(super) name: &'static str,
    /// What is broken, in words.
    pub(super) about: &'static str,
    pub(super) fault: Fault,
    /// What callers may notice: the fault is only believed in when one of these was
    /// seen. An answer's status, `silence`, or `health:` and what it lists.
    pub(super) effect: &'static [&'static str],
    /// Whether somebody may hear nothing at all, because there is only one process.
    pub(super) may_be_silent: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Fault {
    RetellDown,
    RetellHangs,
    CalcomDown,
    CalcomLimits,
    CalcomLies,
    DatabaseAway,
    ProcessKilled,
    DiskFull,
    WebhookStorm,
    ClockJump,
    KeyRevoked,
}

/// Every drill, in the order in which they are listed.
pub(super) const DRILLS: &[Drill] = &[
    Drill {
        name: "retell-down",
        about: "Retell's API answers everything with 503",
        fault: Fault::RetellDown,
        effect: &["retell:503"],
        may_be_silent: false,
    },
    Drill {
        name: "retell-hang",
        about: "Retell's API takes requests and says nothing",
        fault: Fault::RetellHangs,
        effect: &["retell:nothing"],
        may_be_silent: false,
    },
    Drill {
        name: "calcom-down",
        about: "Cal.com answers everything with 503",
        fault: Fault::CalcomDown,
        effect: &["provisional"],
        may_be_silent: false,
    },
    Drill {
        name: "calcom-429",
        about: "Cal.com answers 429, too many requests",
        fault: Fault::CalcomLimits,
        effect: &["provisional"],
        may_be_silent: false,
    },
    Drill {
        name: "calcom-lies",
        about: "Cal.com makes bookings and does not say so, or says nonsense",
        fault: Fault::CalcomLies,
        effect: &["provisional"],
        may_be_silent: false,
    },
    Drill {
        name: "database-down",
        about: "the database is away",
        fault: Fault::DatabaseAway,
        effect: &["noted"],
        may_be_silent: false,
    },
    Drill {
        name: "worker-killed",
        about: "the process is killed (kill -9) in the middle of its work, again and again",
        fault: Fault::ProcessKilled,
        effect: &["process:killed"],
        may_be_silent: true,
    },
    Drill {
        name: "disk-full",
        about: "the disk is full: nothing can be written, neither database nor state directory",
        fault: Fault::DiskFull,
        effect: &["unavailable"],
        may_be_silent: false,
    },
    Drill {
        name: "webhook-storm",
        about: "two thousand events arrive at once, each of them three times",
        fault: Fault::WebhookStorm,
        effect: &["webhooks:sent"],
        may_be_silent: false,
    },
    Drill {
        name: "clock-jump",
        about: "the machine's clock is set an hour ahead, and then an hour back",
        fault: Fault::ClockJump,
        effect: &["health:clock"],
        may_be_silent: false,
    },
    Drill {
        name: "key-revoked",
        about: "Cal.com refuses the company's key",
        fault: Fault::KeyRevoked,
        effect: &["provisional"],
        may_be_silent: false,
    },
];

impl Fault {
    pub(super) fn kind(self) -> Kind {
        match self {
            Self::ProcessKilled | Self::DiskFull => Kind::Process,
            _ => Kind::Here,
        }
    }

    /// Whether there is anything to break on this engine.
    pub(super) fn exists_on(self, engine: Engine) -> bool {
        // Whether a database server's disk is full is its own affair: to us it is away.
        self != Self::DiskFull || engine == Engine::Sqlite
    }
}

/// Different events that arrive in a storm.
const STORM: usize = 2_000;

/// How often each arrives.
const EACH: usize = 3;

/// Senders at the same time.
const SENDERS: usize = 32;

/// How long the process is up between two kills.
const UP: Duration = Duration::from_millis(1_500);

/// What is broken right now.
pub(super) enum Broken {
    Simulators,
    Database(Option<Outage>),
    Disk,
    Clock,
    Nothing,
}

impl Fault {
    /// Breaks it. What was seen of it besides what callers hear.
    pub(super) async fn begin(self, ground: &mut Ground) -> anyhow::Result<(Broken, Vec<String>)> {
        let calcom = |rules: &[(&str, &str, u16)]| {
            json!(rules.iter().map(|(path, fault, status)| json!({ "path_prefix": path, "fault": fault, "status": status })).collect::<Vec<_>>())
        };
        let everything = "/v2/";
        match self {
            Self::RetellDown | Self::RetellHangs => {
                let fault = if self == Self::RetellDown { "error" } else { "hang" };
                let rules = json!([{ "path_prefix": "/", "fault": fault, "status": 503 }]);
                ground.faults(&ground.retell, rules).await?;
                let client = reqwest::Client::builder().timeout(Duration::from_secs(1)).build()?;
                let seen = match client.get(format!("{}/list-voices", ground.retell.url())).send().await {
                    Ok(answer) => format!("retell:{}", answer.status().as_u16()),
                    Err(_) => "retell:nothing".into(),
                };
                Ok((Broken::Simulators, vec![seen]))
            }
            Self::CalcomDown => {
                ground.faults(&ground.calcom, calcom(&[(everything, "error", 503)])).await?;
                Ok((Broken::Simulators, Vec::new()))
            }
            Self::CalcomLimits => {
                ground.faults(&ground.calcom, calcom(&[(everything, "rate_limit", 429)])).await?;
                Ok((Broken::Simulators, Vec::new()))
            }
            Self::KeyRevoked => {
                ground.faults(&ground.calcom, calcom(&[(everything, "error", 401)])).await?;
                Ok((Broken::Simulators, Vec::new()))
            }
            Self::CalcomLies => {
                let rules = json!([
                    { "path_prefix": "/v2/bookings", "method": "POST", "fault": "accept_then_timeout", "probability": 0.4 },
                    { "path_prefix": "/v2/bookings", "method": "POST", "fault": "wrong_data", "probability": 0.4 },
                    { "path_prefix": "/v2/bookings", "fault": "malformed", "probability": 0.3 },
                ]);
                ground.faults(&ground.calcom, rules).await?;
                Ok((Broken::Simulators, Vec::new()))
            }
            Self::DatabaseAway => {
                let url = ground.url.clone();
                let outage = tokio::task::spawn_blocking(move || Outage::begin(&url)).await??;
                Ok((Broken::Database(Some(outage)), Vec::new()))
            }
            Self::ProcessKilled => {
                let mut seen = Vec::new();
                for _ in 0..3 {
                    let before = ground.process();
                    ground.kill();
                    ground.start().await?;
                    if ground.process() != before {
                        seen.push("process:killed".to_owned());
                    }
                    tokio::time::sleep(UP).await;
                }
                Ok((Broken::Nothing, seen))
            }
            Self::DiskFull => {
                limit_files(ground, Some(0))?;
                Ok((Broken::Disk, Vec::new()))
            }
            Self::WebhookStorm => Ok((Broken::Nothing, vec![storm(ground).await?])),
            Self::ClockJump => {
                ground.clock.set_wrong_by(SignedDuration::from_hours(1));
                Ok((Broken::Clock, Vec::new()))
            }
        }
    }

    /// Another turn of it in the middle, where it has one.
    pub(super) fn turn(self, ground: &Ground) {
        if self == Self::ClockJump {
            ground.clock.set_wrong_by(SignedDuration::from_hours(-1));
        }
    }
}

impl Broken {
    /// Puts it right.
    pub(super) async fn end(self, ground: &Ground) -> anyhow::Result<()> {
        match self {
            Self::Simulators => {
                ground.faults(&ground.retell, json!([])).await?;
                ground.faults(&ground.calcom, json!([])).await?;
            }
            Self::Database(outage) => tokio::task::spawn_blocking(move || drop(outage)).await?,
            Self::Disk => limit_files(ground, None)?,
            Self::Clock => ground.clock.set_wrong_by(SignedDuration::ZERO),
            Self::Nothing => {}
        }
        Ok(())
    }
}

/// A file of the process may have this many bytes from now on: what would make it
/// longer fails as on a full disk.
fn limit_files(ground: &Ground, bytes: Option<u64>) -> anyhow::Result<()> {
    use rustix::process::{Pid, Resource, Rlimit, prlimit};
    let process = ground.process().context("the server under test is no process of its own")?;
    let process = i32::try_from(process).ok().and_then(Pid::from_raw).context("its process has no id")?;
    let limit = Rlimit { current: bytes, maximum: None };
    prlimit(Some(process), Resource::Fsize, limit).context("the process cannot be limited")?;
    // What is in the files already stays; only the log before the next checkpoint could still grow.
    let _ = fs::metadata(ground.files());
    Ok(())
}

/// Sends many events, each several times. Says what came back.
async fn storm(ground: &Ground) -> anyhow::Result<String> {
    let mut senders = JoinSet::new();
    for sender in 0..SENDERS {
        let line = ground.line();
        senders.spawn(async move {
            let mut refused = 0_usize;
            for number in (sender..STORM * EACH).step_by(SENDERS) {
                let reply = line.event("call_ended", &format!("storm_{}", number % STORM)).await;
                refused += usize::from(!matches!(reply.http_status, Some(200..=299)));
            }
            refused
        });
    }
    let mut refused = 0;
    while let Some(ended) = senders.join_next().await {
        refused += ended?;
    }
    anyhow::ensure!(refused == 0, "{refused} of {} events were refused", STORM * EACH);
    Ok("webhooks:sent".into())
}
