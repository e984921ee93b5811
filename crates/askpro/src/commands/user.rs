use std::process::ExitCode;

use anyhow::Context;
use askpro_domain::{access::Role, ids::CompanyId};
use clap::Subcommand;

use super::{block_on, read_secret};
use crate::{config::Config, terminal::line, wiring};

/// People who sign in.
#[derive(Subcommand)]
pub(crate) enum User {
    /// Create a person; the password is asked for, or read from standard input
    #[command(
        after_help = "Example:\n  askpro user create --email anna@example.com --name 'Anna Probe' --role company_admin --company ID"
    )]
    Create {
        /// With what they sign in
        #[arg(long)]
        email: String,
        /// As they are called
        #[arg(long)]
        name: String,
        /// super_admin, retell_manager, company_admin, staff or auditor
        #[arg(long)]
        role: String,
        /// The company in which the role holds
        #[arg(long)]
        company: Option<String>,
    },
}

impl User {
    pub(super) fn run(self, config: &Config) -> anyhow::Result<ExitCode> {
        let Self::Create { email, name, role, company } = self;
        let role = Role::parse(&role).with_context(|| {
            let known: Vec<&str> = Role::ALL.iter().map(|role| role.word()).collect();
            format!("there is no role {role:?}; there are {}", known.join(", "))
        })?;
        let company = match company {
            Some(id) => {
                Some(CompanyId::parse(&id).context("this is no company's id; see `askpro company list`")?)
            }
            None => None,
        };
        let app = wiring::configured_app(config)?;
        let password = read_secret("password")?;
        block_on(async move {
            line(app.create_user(&email, &name, &password, role, company).await?);
            Ok(ExitCode::SUCCESS)
        })
    }
}
