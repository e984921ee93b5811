use std::process::ExitCode;

use askpro_app::{SystemChance, SystemClock};
use askpro_domain::ids::Clock;
use askpro_store::migrate;
use clap::Subcommand;
use serde_json::json;

use crate::{config::Config, terminal::line};

/// Bringing the database to this program's schema.
#[derive(Subcommand)]
pub(crate) enum Migrate {
    /// Apply what is pending
    #[command(after_help = "Example:\n  askpro migrate up --database-url postgres://askpro@localhost/askpro")]
    Up {
        /// As one JSON document
        #[arg(long)]
        json: bool,
    },
    /// List what was applied and what is pending
    Status {
        /// As one JSON document
        #[arg(long)]
        json: bool,
    },
}

impl Migrate {
    pub(super) fn run(self, config: &Config) -> anyhow::Result<ExitCode> {
        let url = config.database_url();
        match self {
            Self::Up { json } => {
                let applied = migrate::up(url, config.environment()?, SystemClock.now(), &SystemChance)?;
                if json {
                    line(json!({ "applied": applied }));
                } else if applied.is_empty() {
                    line("nothing to do: the database is at this program's schema");
                } else {
                    line(format!("applied {}", applied.join(", ")));
                }
            }
            Self::Status { json } => {
                let steps = migrate::status(url)?;
                if json {
                    let listed: Vec<_> = steps
                        .iter()
                        .map(|step| {
                            json!({ "version": step.version, "name": step.name, "matches": step.matches,
                                "applied_at": step.applied_at.map(|at| at.to_string()) })
                        })
                        .collect();
                    line(json!({ "migrations": listed }));
                } else {
                    for step in steps {
                        let state = match step.applied_at {
                            Some(at) if step.matches => format!("applied {at}"),
                            Some(at) => format!("applied {at}, but differs from this program's"),
                            None => "pending".into(),
                        };
                        line(format!("{:<28} {state}", step.name));
                    }
                }
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}
