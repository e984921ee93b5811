//! The third killer: migrations that leave the database in between.

use std::{
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::Context;
use askpro_app::{SystemChance, SystemClock};
use askpro_domain::ids::{Chance, Clock, uuid_v7};
use askpro_store::migrate::{self, Birth, Environment, Kind, MIGRATIONS, Migration, Options, Verdict};

use super::Attack;
use crate::terminal::remark;

/// How often the process is killed on each engine.
const KILLS: usize = 12;

pub(super) fn attack(url: &str, engine: &str) -> anyhow::Result<Vec<Attack>> {
    remark(format!("attacking migrations on {engine} …"));
    let now = SystemClock.now();
    let birth = Birth { environment: Environment::Scratch, installation: uuid_v7(now, &SystemChance), now };
    let up =
        |migrations: &[Migration]| migrate::up_with(url, birth, Options { migrations, ..Options::default() });
    let mut attacks = Vec::new();
    for verdict in [Verdict::Fail, Verdict::HangUp] {
        let (mut tried, mut changed) = (0, Vec::new());
        for (index, migration) in MIGRATIONS.iter().enumerate() {
            migrate::down_all(url)?;
            if index > 0 {
                up(&MIGRATIONS[..index])?;
            }
            let before = migrate::snapshot(url)?;
            for number in 1.. {
                let mut seen = 0;
                let mut watch = |_: &str| {
                    seen += 1;
                    if seen == number { verdict } else { Verdict::GoOn }
                };
                let options = Options {
                    migrations: &MIGRATIONS[..=index],
                    watch: Some(&mut watch),
                    ..Options::default()
                };
                if migrate::up_with(url, birth, options).is_ok() {
                    break;
                }
                tried += 1;
                let after = migrate::snapshot(url)?;
                // An online step may leave its index; the next try goes on from there.
                let is_online = migration.kind == Kind::Online && engine == "PostgreSQL";
                if !is_online && let Some(difference) = before.difference(&after) {
                    changed.push(format!("{} at {number}: {difference}", migration.name));
                }
            }
        }
        let what = match verdict {
            Verdict::HangUp => "connection lost at a statement",
            _ => "error at a statement",
        };
        attacks.push(told(engine, what, tried, &changed));
    }
    attacks.push(attack_with_kills(url, engine, up)?);
    Ok(attacks)
}

fn told(engine: &str, what: &str, tried: usize, changed: &[String]) -> Attack {
    let saw = match changed.first() {
        None => "schema and rows as before, every time".to_owned(),
        Some(first) => format!("{} times something was left: {first}", changed.len()),
    };
    Attack { what: format!("{engine}: {what}"), tried, saw, ok: tried > 0 && changed.is_empty() }
}

/// Kills this very program while it migrates, at moments spread by chance.
fn attack_with_kills(
    url: &str,
    engine: &str,
    up: impl Fn(&[Migration]) -> askpro_store::Result<Vec<&'static str>>,
) -> anyhow::Result<Attack> {
    let mut versions = Vec::new();
    for count in 0..=MIGRATIONS.len() {
        migrate::down_all(url)?;
        if count > 0 {
            up(&MIGRATIONS[..count])?;
        }
        versions.push(migrate::snapshot(url)?.schema);
    }
    let program = std::env::current_exe().context("this program cannot find itself")?;
    let start = || {
        Command::new(&program)
            .args(["migrate", "up"])
            // Not as an argument: it may hold a password, and arguments are seen in process lists.
            .env("ASKPRO_DATABASE_URL", url)
            .env("ASKPRO_ENV", Environment::Scratch.word())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .context("this program cannot be started again")
    };
    migrate::down_all(url)?;
    let begun = Instant::now();
    start()?.wait()?;
    let undisturbed = begun.elapsed();
    let mut halves = Vec::new();
    for _ in 0..KILLS {
        migrate::down_all(url)?;
        let mut byte = [0];
        SystemChance.fill(&mut byte);
        let mut child = start()?;
        std::thread::sleep(undisturbed * u32::from(byte[0]) / 255 + Duration::from_millis(1));
        child.kill()?;
        child.wait()?;
        let left = migrate::snapshot(url)?.schema;
        let is_index = |line: &&String| line.starts_with("index ") && line.contains("appointments_series");
        let is_whole = versions
            .iter()
            .any(|whole| *whole == left || left.iter().filter(|line| !is_index(line)).eq(whole.iter()));
        if !is_whole {
            halves.push("half a version".to_owned());
        }
        up(MIGRATIONS)?;
        if Some(&migrate::snapshot(url)?.schema) != versions.last() {
            halves.push("the next run did not finish it".to_owned());
        }
    }
    let mut attack = told(engine, "kill -9 of `askpro migrate up`", KILLS, &halves);
    if attack.ok {
        attack.saw = "a whole version every time, and the next run finished it".into();
    }
    Ok(attack)
}
