//! The critical-fixes test: each of the five killers is attacked on a scratch
//! copy, and what was seen is said. Nothing of the operator's is touched.

mod access;
mod errors;
mod migrations;
mod outages;

use std::{fs, path::PathBuf, process::ExitCode};

use anyhow::Context;
use askpro_app::SystemChance;
use askpro_domain::ids::random_text;
use askpro_store::migrate::Scratch;
use clap::Args;
use serde::Serialize;
use serde_json::json;

use crate::{config::Config, terminal::line};

/// Attacks what must never break, in scratch copies; nothing of yours is touched.
#[derive(Args)]
#[command(
    after_help = "Example:\n  askpro verify --json\n\nThe document: {\"killers\": [{\"id\", \"name\", \"state\": \"held|broken|not_built\", \"attacks\": [{\"what\", \"tried\", \"saw\", \"ok\"}]}],\n\"passed\"}. The exit code is 0 only if all five are held. On PostgreSQL the login role needs CREATEDB."
)]
pub(crate) struct Verify {
    /// As one JSON document
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Killer {
    id: u8,
    name: &'static str,
    state: &'static str,
    attacks: Vec<Attack>,
}

#[derive(Serialize)]
struct Attack {
    what: String,
    tried: usize,
    saw: String,
    ok: bool,
}

impl Verify {
    pub(super) fn run(self, config: &Config) -> anyhow::Result<ExitCode> {
        let not_built = |id, name| Killer { id, name, state: "not_built", attacks: Vec::new() };
        let killers = [
            Killer::attacked(1, "access without authorisation", on_each_engine(config, access::attack)?),
            Killer::attacked(
                2,
                "a provider's failure takes everything down",
                on_each_engine(config, outages::attack)?,
            ),
            Killer::attacked(
                3,
                "migrations that leave the database in between",
                on_each_engine(config, migrations::attack)?,
            ),
            not_built(4, "provider keys in the browser"),
            Killer::attacked(5, "no recovery from errors", on_each_engine(config, errors::attack)?),
        ];
        let passed = killers.iter().all(|killer| killer.state == "held");
        if self.json {
            line(json!({ "killers": killers, "passed": passed }));
        } else {
            for killer in &killers {
                line(format!("{}  {:<10} {}", killer.id, killer.state, killer.name));
                for attack in &killer.attacks {
                    line(format!("   {} × {}: {}", attack.tried, attack.what, attack.saw));
                }
            }
        }
        Ok(ExitCode::from(u8::from(!passed)))
    }
}

impl Killer {
    /// Held only if there were attacks and every one was.
    fn attacked(id: u8, name: &'static str, attacks: Vec<Attack>) -> Self {
        let is_held = !attacks.is_empty() && attacks.iter().all(|attack| attack.ok);
        Self { id, name, state: if is_held { "held" } else { "broken" }, attacks }
    }
}

/// Runs an attack on a scratch SQLite file and, where the configured database is
/// a PostgreSQL, on a scratch database beside it.
fn on_each_engine(
    config: &Config,
    attack: impl Fn(&str, &str) -> anyhow::Result<Vec<Attack>>,
) -> anyhow::Result<Vec<Attack>> {
    let name =
        format!("askpro_verify_{}", random_text(&SystemChance, b"abcdefghjkmnpqrstuvwxyz23456789", 10));
    let folder = Folder(std::env::temp_dir().join(&name));
    fs::create_dir(&folder.0).context("a temporary folder cannot be made")?;
    let mut attacks = attack(&format!("sqlite:{}", folder.0.join("askpro.db").display()), "SQLite")?;
    if !config.database_url().starts_with("sqlite:") {
        let scratch = Scratch::beside(config.database_url(), &name)
            .context("a scratch database cannot be made on the configured server")?;
        attacks.extend(attack(&scratch.url(), "PostgreSQL")?);
    }
    Ok(attacks)
}

/// A folder that goes with this value.
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
