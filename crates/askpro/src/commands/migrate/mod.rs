//! `askpro migrate`: a file for what changes the database, one for what shows it.

mod change;
mod show;

use std::process::ExitCode;

use clap::Subcommand;

use crate::config::Config;

/// Bringing the database to this program's schema.
#[derive(Subcommand)]
pub(crate) enum Migrate {
    /// Show what `up` would do: statements, locks, rows, losses
    #[command(
        after_help = "Example:\n  askpro migrate plan --json\n\nThe document: {\"state\", \"environment\", \"steps\": [{\"version\", \"name\", \"kind\": \"transactional|online\",\n\"destructive\", \"reversible\", \"statements\": [{\"sql\", \"table\", \"rows\", \"lock\", \"about_ms\", \"destructive\"}]}]}"
    )]
    Plan(show::Plan),
    /// Apply what is pending
    #[command(after_help = "Example:\n  askpro migrate up --database-url postgres://askpro@localhost/askpro")]
    Up(change::Up),
    /// Take the newest migrations back, after a backup
    #[command(
        after_help = "Examples:\n  askpro migrate down                              the newest one\n  askpro migrate down 2 --database-name askpro     the newest two, from a script\n  askpro migrate down --all                        everything; only on demo and scratch databases"
    )]
    Down(change::Down),
    /// List what was applied and what is pending
    Status(show::Status),
}

impl Migrate {
    pub(super) fn run(self, config: &Config) -> anyhow::Result<ExitCode> {
        match self {
            Self::Plan(plan) => plan.run(config)?,
            Self::Up(up) => up.run(config)?,
            Self::Down(down) => down.run(config)?,
            Self::Status(status) => status.run(config)?,
        }
        Ok(ExitCode::SUCCESS)
    }
}
