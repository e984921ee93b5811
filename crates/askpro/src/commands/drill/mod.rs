//! `askpro drill`: breaks a part on purpose, in a scratch environment with both
//! stand-ins and people on the phone, and shows what happened.

mod callers;
mod clock;
mod faults;
mod ground;
mod ledger;
mod line;
mod run;

use std::process::ExitCode;

use anyhow::Context;
use clap::{Args, builder::PossibleValuesParser};
use serde_json::json;

pub(super) use self::ground::{Engine, Ground, Kind};
use self::{
    faults::{DRILLS, Drill as Exercise},
    run::{Audience, Moment, Report},
};
use super::block_on;
use crate::{
    config::Config,
    terminal::{Style, line},
};

/// Breaks a part on purpose while people ring, and shows what happened.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  askpro drill list\n  askpro drill calcom-down\n  askpro drill all --json\n\nEverything happens in a scratch environment with simulators; nothing of yours is touched. Where the configured\ndatabase is a PostgreSQL, a scratch database is made beside it (the login role needs CREATEDB) and the drill is\nrun on both engines. The exit code is 0 only if every promise was kept.\n\nThe document: {\"drills\": [{\"drill\", \"about\", \"engine\", \"timeline\": [{\"at_ms\", \"what\"}], \"heard\": [{\"function\",\n\"status\", \"times\", \"say\", \"slowest_ms\"}], \"first_effect_ms\", \"recovery_ms\", \"promised\", \"kept\", \"called_back\",\n\"lost\", \"orphans\", \"doubled\", \"passed\", \"failures\"}], \"passed\"}."
)]
pub(crate) struct Drill {
    /// Which one: a name of the list, `list`, or `all`
    #[arg(value_name = "NAME|list|all", value_parser = names())]
    name: String,
    /// As one JSON document
    #[arg(long)]
    json: bool,
}

/// A drill of this name on a database that it may fill; for the critical-fixes test.
pub(super) async fn rehearse(name: &str, server: &str) -> anyhow::Result<Rehearsal> {
    let drill = DRILLS.iter().find(|drill| drill.name == name).context("there is no such drill")?;
    let engine = if server.starts_with("sqlite:") { Engine::Sqlite } else { Engine::Postgres };
    let report = run::run(drill, engine, server, &mut Nobody).await?;
    let heard = report.heard.iter().map(|said| said.times).sum();
    let ledger = &report.ledger;
    let saw = match report.wrong.first() {
        Some(wrong) => format!("{} things wrong: {wrong}", report.wrong.len()),
        None => format!(
            "every call was answered in time; {} promises, {} kept, {} called back, {} lost",
            ledger.promised, ledger.kept, ledger.called_back, ledger.lost
        ),
    };
    Ok(Rehearsal { about: drill.about, heard, saw, held: report.passed })
}

/// What came of a drill.
pub(super) struct Rehearsal {
    /// What was broken.
    pub(super) about: &'static str,
    /// Function calls while it was.
    pub(super) heard: usize,
    /// In words.
    pub(super) saw: String,
    pub(super) held: bool,
}

/// What can be asked for.
fn names() -> PossibleValuesParser {
    PossibleValuesParser::new(DRILLS.iter().map(|drill| drill.name).chain(["list", "all"]))
}

/// Prints the timeline while it happens.
struct Terminal(Style);

impl Audience for Terminal {
    fn hears(&mut self, moment: &Moment) {
        let at = format!("{:>8}", seconds(moment.at_ms));
        line(format!("{}  {}", self.0.dim(at), moment.what));
    }
}

/// Waits for the document.
struct Nobody;

impl Audience for Nobody {
    fn hears(&mut self, _: &Moment) {}
}

impl Drill {
    pub(super) fn run(self, config: &Config) -> anyhow::Result<ExitCode> {
        super::serve::start_logging(if config.is_set("log") { config.log() } else { "off" });
        if self.name == "list" {
            list(self.json);
            return Ok(ExitCode::SUCCESS);
        }
        let chosen: Vec<&'static Exercise> =
            DRILLS.iter().filter(|drill| self.name == "all" || drill.name == self.name).collect();
        let mut engines = vec![Engine::Sqlite];
        if !config.database_url().starts_with("sqlite:") {
            engines.push(Engine::Postgres);
        }
        let style = Style::detect(config.is_plain());
        let mut reports = Vec::new();
        for drill in chosen {
            for engine in engines.iter().copied().filter(|engine| drill.fault.exists_on(*engine)) {
                if !self.json {
                    line(style.bold(format!("{} on {}: {}", drill.name, engine.word(), drill.about)));
                }
                let mut terminal = Terminal(style);
                let audience: &mut dyn Audience = if self.json { &mut Nobody } else { &mut terminal };
                let report = block_on(run::run(drill, engine, config.database_url(), audience))?;
                if !self.json {
                    print(style, &report);
                }
                reports.push(report);
            }
        }
        let passed = reports.iter().all(|report| report.passed);
        if self.json {
            line(json!({ "drills": reports, "passed": passed }));
        }
        Ok(ExitCode::from(u8::from(!passed)))
    }
}

fn list(json: bool) {
    if json {
        let drills: Vec<_> =
            DRILLS.iter().map(|drill| json!({ "name": drill.name, "about": drill.about })).collect();
        line(json!({ "drills": drills }));
    } else {
        for drill in DRILLS {
            line(format!("{:<15} {}", drill.name, drill.about));
        }
    }
}

fn print(style: Style, report: &Report) {
    line("");
    line(style.bold("What callers heard while it was broken"));
    for said in &report.heard {
        line(format!(
            "  {:>4} ×  {:<22} {:<13} {:>5} ms  {}",
            said.times,
            style.function(said.function),
            said.status,
            said.slowest_ms,
            style.agent(run::quoted(&said.say))
        ));
    }
    let told = |ms: Option<u64>| ms.map_or("never".into(), seconds);
    let ledger = &report.ledger;
    line(format!(
        "first effect after: {}; heard as before, once it was out, after: {}",
        told(report.first_effect_ms),
        told(report.recovery_ms)
    ));
    line(format!(
        "promised {}, kept {}, called back {}, lost {}; at Cal.com {} orphans, {} doubled",
        ledger.promised, ledger.kept, ledger.called_back, ledger.lost, ledger.orphans, ledger.doubled
    ));
    if report.passed {
        line(style.good("held"));
    }
    for wrong in &report.wrong {
        line(style.bad(wrong));
    }
    line("");
}

/// "3.2 s".
fn seconds(ms: u64) -> String {
    format!("{}.{} s", ms / 1000, ms % 1000 / 100)
}
