use std::process::ExitCode;

use anyhow::Context;
use askpro_domain::ids::CompanyId;
use askpro_store::connections::ConnectionKind;
use clap::Subcommand;

use super::{block_on, read_secret};
use crate::{config::Config, terminal::line, wiring};

/// Connections to Retell and Cal.com.
#[derive(Subcommand)]
pub(crate) enum Connection {
    /// Create a connection; the provider's API key is asked for, or read from standard input
    #[command(
        after_help = "Example:\n  printf '%s' \"$RETELL_KEY\" | askpro connection create --company ID --kind retell --name Telefon"
    )]
    Create {
        /// Whose
        #[arg(long)]
        company: String,
        /// retell or calcom
        #[arg(long)]
        kind: String,
        /// As people call it
        #[arg(long)]
        name: String,
        /// Where the provider is reached, if not at its public address
        #[arg(long)]
        base_url: Option<String>,
        /// What Cal.com is told where a customer has no e-mail address: an address of the company's own
        #[arg(long)]
        attendee_email: Option<String>,
    },
}

impl Connection {
    pub(super) fn run(self, config: &Config) -> anyhow::Result<ExitCode> {
        let Self::Create { company, kind, name, base_url, attendee_email } = self;
        let company =
            CompanyId::parse(&company).context("this is no company's id; see `askpro company list`")?;
        let kind = ConnectionKind::parse(&kind)
            .with_context(|| format!("there is no provider {kind:?}; there are retell and calcom"))?;
        let app = wiring::configured_app(config)?;
        let public_url = config.public_url().unwrap_or(format!("http://{}", config.listen()?));
        let key = read_secret("API key")?;
        block_on(async move {
            let id = app.create_connection(company, kind, &name, key, base_url, attendee_email).await?;
            line(&id);
            if kind == ConnectionKind::Retell {
                line(format!(
                    "functions  {public_url}/retell/{id}/functions/NAME, where NAME is {}",
                    askpro_app::call::FUNCTIONS.join(", ")
                ));
                line(format!("webhook    {public_url}/retell/{id}/webhook"));
            }
            Ok(ExitCode::SUCCESS)
        })
    }
}
