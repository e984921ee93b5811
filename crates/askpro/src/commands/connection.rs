use std::process::ExitCode;

use anyhow::Context;
use askpro_app::{keys::Change, setup::NumberPlan};
use askpro_domain::{
    actor::Actor,
    ids::{CompanyId, ConnectionId},
};
use askpro_store::connections::ConnectionKind;
use clap::Subcommand;
use jiff::SignedDuration;

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
    /// Give a connection a fresh key; what the old one signed is accepted for a while
    #[command(
        after_help = "Examples:\n  printf '%s' \"$NEW_KEY\" | askpro connection rotate conn_…\n  askpro connection rotate conn_… --webhook-secret --overlap-hours 2"
    )]
    Rotate {
        /// Which
        #[arg(value_name = "ID")]
        id: String,
        /// Change the secret of Cal.com's webhook instead of the API key; a fresh one is made and shown
        #[arg(long)]
        webhook_secret: bool,
        /// For how many hours the one before is still accepted
        #[arg(long, value_name = "HOURS", default_value_t = 24, value_parser = clap::value_parser!(i64).range(0..=720))]
        overlap_hours: i64,
    },
    /// Say at which branch a phone number rings and which agent answers it
    #[command(
        after_help = "Example:\n  askpro connection number --company ID --connection conn_… --number +493012345678 --branch Mitte \\\n      --agent agent_… --agent-version 3 --fallback +491701234567"
    )]
    Number {
        /// Whose
        #[arg(long)]
        company: String,
        /// At which Retell connection
        #[arg(long)]
        connection: String,
        /// The number
        #[arg(long)]
        number: String,
        /// The branch's name; the first one where it is left out
        #[arg(long)]
        branch: Option<String>,
        /// The agent that answers; left out, the number's own at Retell
        #[arg(long)]
        agent: Option<String>,
        /// Its version: a number or latest_published
        #[arg(long)]
        agent_version: Option<String>,
        /// Where calls go when no agent can take them
        #[arg(long)]
        fallback: Option<String>,
    },
}

fn company_id(text: &str) -> anyhow::Result<CompanyId> {
    CompanyId::parse(text).context("this is no company's id; see `askpro company list`")
}

fn rotate(config: &Config, id: &str, webhook_secret: bool, overlap_hours: i64) -> anyhow::Result<ExitCode> {
    let id = ConnectionId::parse(id)
        .context("this is no connection's id; `askpro connection create` prints it")?;
    let app = wiring::configured_app(config)?;
    let change =
        if webhook_secret { Change::WebhookSecret } else { Change::Key(read_secret("new API key")?) };
    let overlap = SignedDuration::from_hours(overlap_hours);
    let actor = Actor::system("command line");
    let rotated = block_on(async move { Ok(app.rotate_connection(&id, change, overlap, &actor).await?) })?
        .context("there is no such connection in use, or it has no such secret")?;
    if let Some(secret) = &rotated.secret {
        line(format!("secret     {} (for Cal.com's webhook; it is shown only now)", secret.expose()));
    }
    line(format!("accepted   the one before until {}", rotated.until));
    Ok(ExitCode::SUCCESS)
}

impl Connection {
    pub(super) fn run(self, config: &Config) -> anyhow::Result<ExitCode> {
        let (company, kind, name, base_url, attendee_email) = match self {
            Self::Create { company, kind, name, base_url, attendee_email } => {
                (company_id(&company)?, kind, name, base_url, attendee_email)
            }
            Self::Rotate { id, webhook_secret, overlap_hours } => {
                return rotate(config, &id, webhook_secret, overlap_hours);
            }
            Self::Number { company, connection, number, branch, agent, agent_version, fallback } => {
                let company = company_id(&company)?;
                let connection = ConnectionId::parse(&connection)
                    .context("this is no connection's id; `askpro connection create` prints it")?;
                let plan = NumberPlan { connection, number, branch, agent, agent_version, fallback };
                let app = wiring::configured_app(config)?;
                block_on(async move { Ok(app.add_phone_number(company, plan).await?) })?;
                return Ok(ExitCode::SUCCESS);
            }
        };
        let kind = ConnectionKind::parse(&kind)
            .with_context(|| format!("there is no provider {kind:?}; there are retell and calcom"))?;
        let app = wiring::configured_app(config)?;
        let public_url = config.public_url().unwrap_or(format!("http://{}", config.listen()?));
        let key = read_secret("API key")?;
        block_on(async move {
            let (id, webhook_secret) =
                app.create_connection(company, kind, &name, key, base_url, attendee_email).await?;
            line(&id);
            if kind == ConnectionKind::Retell {
                line(format!(
                    "functions  {public_url}/retell/{id}/functions/NAME, where NAME is {}",
                    askpro_app::call::FUNCTIONS.join(", ")
                ));
                line(format!("webhook    {public_url}/retell/{id}/webhook"));
                line(format!("inbound    {public_url}/retell/{id}/inbound"));
            }
            if let Some(secret) = webhook_secret {
                line(format!("webhook    {public_url}/calcom/{id}/webhook"));
                line(format!("secret     {} (for that webhook; it is shown only now)", secret.expose()));
            }
            Ok(ExitCode::SUCCESS)
        })
    }
}
