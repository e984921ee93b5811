use std::process::ExitCode;

use clap::Subcommand;
use jiff::SignedDuration;

use super::block_on;
use crate::{
    config::Config,
    terminal::{line, remark},
    wiring,
};

/// API tokens.
#[derive(Subcommand)]
pub(crate) enum Token {
    /// Make a token for a person; it is shown this one time
    #[command(
        after_help = "Example:\n  askpro token create --email anna@example.com --name 'monitoring' --days 90"
    )]
    Create {
        /// Whose rights it has
        #[arg(long)]
        email: String,
        /// What it is for
        #[arg(long)]
        name: String,
        /// How long it lives, in days; at most 366
        #[arg(long, default_value_t = 90)]
        days: u16,
    },
}

impl Token {
    pub(super) fn run(self, config: &Config) -> anyhow::Result<ExitCode> {
        let Self::Create { email, name, days } = self;
        let app = wiring::configured_app(config)?;
        block_on(async move {
            let token =
                app.create_token(&email, &name, SignedDuration::from_hours(24 * i64::from(days))).await?;
            line(token.expose());
            remark("Keep it now: it is not shown again.");
            Ok(ExitCode::SUCCESS)
        })
    }
}
