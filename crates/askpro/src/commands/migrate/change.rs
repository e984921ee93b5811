use std::{io::Write, path::PathBuf, time::Duration};

use anyhow::{bail, ensure};
use askpro_app::{SystemChance, SystemClock};
use askpro_domain::ids::{Clock, uuid_v7};
use askpro_store::migrate::{self, Back, Backup, Birth, Environment, Limits, Options, Plan};
use clap::Args;
use serde_json::json;

use super::show::in_words;
use crate::{
    config::Config,
    terminal::{line, remark},
};

#[derive(Args)]
struct How {
    /// Give up after waiting this many seconds for a lock that somebody else holds
    #[arg(long, value_name = "SECONDS", default_value_t = 10)]
    lock_limit: u64,
    /// Where a backup goes before anything is taken away [default: `backups` in the state directory]
    #[arg(long, value_name = "DIR")]
    backup_dir: Option<PathBuf>,
    /// As one JSON document
    #[arg(long)]
    json: bool,
}

impl How {
    fn options(&self) -> Options<'static> {
        let lock = Duration::from_secs(self.lock_limit);
        Options { limits: Limits { lock, ..Limits::default() }, ..Options::default() }
    }

    /// Makes a backup where a step would take something away.
    fn backup_before(&self, config: &Config, plan: &Plan) -> anyhow::Result<Option<Backup>> {
        if !plan.is_destructive() {
            return Ok(None);
        }
        let folder = self.backup_dir.clone().unwrap_or_else(|| config.state_dir().join("backups"));
        remark("making a backup and restoring it to see that it is whole …");
        let backup = migrate::backup(config.database_url(), &folder, SystemClock.now())?;
        remark(format!(
            "backup: {} ({} rows in {} tables, restored and compared)",
            backup.file.display(),
            backup.rows,
            backup.tables
        ));
        Ok(Some(backup))
    }
}

#[derive(Args)]
pub(crate) struct Up {
    #[command(flatten)]
    how: How,
}

impl Up {
    pub(super) fn run(self, config: &Config) -> anyhow::Result<()> {
        let url = config.database_url();
        let plan = migrate::plan_up(url)?;
        // A new database has nothing to lose.
        let backup = match plan.environment {
            Some(_) => self.how.backup_before(config, &plan)?,
            None => None,
        };
        let now = SystemClock.now();
        let birth =
            Birth { environment: config.environment()?, installation: uuid_v7(now, &SystemChance), now };
        let applied = migrate::up_with(url, birth, self.how.options())?;
        if self.how.json {
            line(json!({ "applied": applied, "backup": backup.map(|backup| backup.file) }));
        } else if applied.is_empty() {
            line("nothing to do: the database is at this program's schema");
        } else {
            line(format!("applied {}", applied.join(", ")));
        }
        Ok(())
    }
}

#[derive(Args)]
pub(crate) struct Down {
    /// How many of the newest migrations
    #[arg(value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..))]
    steps: u16,
    /// All of them, and all data with them; only on demo and scratch databases
    #[arg(long, conflicts_with = "steps")]
    all: bool,
    /// The database's name, to show that this one is meant; asked for where it is missing
    #[arg(long, value_name = "NAME")]
    database_name: Option<String>,
    #[command(flatten)]
    how: How,
}

impl Down {
    pub(super) fn run(self, config: &Config) -> anyhow::Result<()> {
        let url = config.database_url();
        let back = if self.all { Back::All } else { Back::Newest(usize::from(self.steps)) };
        let plan = migrate::plan_down(url, back)?;
        if plan.steps.is_empty() {
            line(if self.how.json {
                json!({ "taken_back": [], "backup": null }).to_string()
            } else {
                "nothing to do: nothing was applied".into()
            });
            return Ok(());
        }
        if !self.how.json {
            in_words(&plan);
        }
        if !plan.environment.is_some_and(Environment::may_be_emptied) {
            self.confirm(&migrate::database_name(url)?)?;
        }
        let backup = self.how.backup_before(config, &plan)?;
        let taken_back = migrate::down(url, back, self.how.options())?;
        if self.how.json {
            line(json!({ "taken_back": taken_back, "backup": backup.map(|backup| backup.file) }));
        } else {
            line(format!("took back {}", taken_back.join(", ")));
        }
        Ok(())
    }

    /// Lets somebody say which database is meant. Whoever is in the wrong one notices here.
    fn confirm(&self, name: &str) -> anyhow::Result<()> {
        let given = match &self.database_name {
            Some(given) => given.clone(),
            None => {
                let _ = write!(std::io::stderr(), "type the database's name to go on: ");
                let mut typed = String::new();
                std::io::stdin().read_line(&mut typed)?;
                typed.trim().to_owned()
            }
        };
        if given.is_empty() {
            bail!("nothing was changed: give the database's name with --database-name");
        }
        ensure!(given == name, "nothing was changed: this database is called {name:?}, not {given:?}");
        Ok(())
    }
}
