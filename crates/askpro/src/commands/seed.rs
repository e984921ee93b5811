use std::process::ExitCode;

use askpro_app::rights::Difference;
use askpro_domain::actor::Actor;
use clap::Subcommand;

use super::block_on;
use crate::{config::Config, terminal::line, wiring};

/// What the program brings along for its database.
#[derive(Subcommand)]
pub(crate) enum Seed {
    /// Bring roles and permissions to what this program knows; what a person narrowed stays narrow
    #[command(after_help = "Example:\n  askpro seed permissions")]
    Permissions,
}

impl Seed {
    pub(super) fn run(self, config: &Config) -> anyhow::Result<ExitCode> {
        let Self::Permissions = self;
        let app = wiring::configured_app(config)?;
        block_on(async move {
            let differences = app.seed_permissions(&Actor::system("command line")).await?;
            let mut changed = 0;
            for difference in &differences {
                let (sign, role, permission, note) = match difference {
                    Difference::Added(role, permission) => ("+", role, permission, ""),
                    Difference::Removed(role, permission) => ("-", role, permission, ""),
                    Difference::StaysNarrowed(role, permission) => {
                        ("=", role, permission, "  stays narrowed")
                    }
                };
                changed += usize::from(sign != "=");
                line(format!("{sign} {:<15} {}{note}", role.word(), permission.word()));
            }
            line(match changed {
                0 => "Roles and permissions are as this program knows them; nothing changed.".to_owned(),
                1 => "1 permission changed.".to_owned(),
                more => format!("{more} permissions changed."),
            });
            Ok(ExitCode::SUCCESS)
        })
    }
}
