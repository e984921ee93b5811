use std::{path::PathBuf, process::ExitCode};

use anyhow::{Context, bail};
use askpro_app::{Scope, setup::CompanyPlan};
use askpro_domain::{
    actor::Actor,
    ids::{CompanyId, ConnectionId},
    language::Language,
};
use clap::{Subcommand, ValueEnum};

use super::block_on;
use crate::{config::Config, terminal::line, wiring};

/// Companies.
#[derive(Subcommand)]
pub(crate) enum Company {
    /// Create a company, empty or with what a file says it offers
    #[command(
        after_help = "Examples:\n  askpro company create --file examples/salon.toml\n  askpro company create --name 'Praxis am Park'"
    )]
    Create {
        /// What it offers: branches, staff, hours, services
        #[arg(long, required_unless_present = "name")]
        file: Option<PathBuf>,
        /// Its name, without a file
        #[arg(long, conflicts_with = "file")]
        name: Option<String>,
    },
    /// Add what a file says to a company that exists; services of Cal.com need its connection
    Furnish {
        /// The company's id
        id: String,
        /// What it offers
        #[arg(long)]
        file: PathBuf,
        /// The Cal.com connection of services that belong there
        #[arg(long)]
        calcom: Option<String>,
    },
    /// Ask a company's people for a second factor, from their next sign-in on
    #[command(
        after_help = "Examples:\n  askpro company second-factor ID required\n  askpro company second-factor ID optional"
    )]
    SecondFactor {
        /// The company's id
        id: String,
        /// Whether it must be set up
        rule: Rule,
    },
    /// List companies
    List,
}

/// Whether something must be.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Rule {
    /// It must
    Required,
    /// It may
    Optional,
}

impl Company {
    pub(super) fn run(self, config: &Config) -> anyhow::Result<ExitCode> {
        let app = wiring::configured_app(config)?;
        block_on(async move {
            match self {
                Self::Create { file: Some(file), .. } => {
                    let plan = read_plan(&file)?;
                    let language = Language::from_tag(&plan.language).unwrap_or(Language::De);
                    if plan
                        .branches
                        .iter()
                        .flat_map(|branch| &branch.services)
                        .any(|one| one.calcom_event_type.is_some())
                    {
                        bail!(
                            "the file has services of Cal.com; create the company by --name, then its connection, then `askpro company furnish`"
                        );
                    }
                    let id = app.create_company(&plan.name, language).await?;
                    app.furnish(id, plan, None).await?;
                    line(id);
                }
                Self::Create { name, .. } => {
                    let name = name.unwrap_or_default();
                    anyhow::ensure!(!name.trim().is_empty(), "a company needs a name");
                    line(app.create_company(name.trim(), Language::De).await?);
                }
                Self::Furnish { id, file, calcom } => {
                    let id = CompanyId::parse(&id)
                        .context("this is no company's id; see `askpro company list`")?;
                    let calcom = match calcom {
                        Some(text) => Some(ConnectionId::parse(&text).context("this is no connection's id")?),
                        None => None,
                    };
                    app.furnish(id, read_plan(&file)?, calcom).await?;
                    line("done");
                }
                Self::SecondFactor { id, rule } => {
                    let id = CompanyId::parse(&id)
                        .context("this is no company's id; see `askpro company list`")?;
                    app.require_second_factor(id, rule == Rule::Required, &Actor::system("command line"))
                        .await?;
                    line("done");
                }
                Self::List => {
                    let mut after = None;
                    loop {
                        let companies = app.list_companies(Scope::Platform, after, 200).await?;
                        let Some(last) = companies.last() else { break };
                        after = Some(last.id);
                        for company in &companies {
                            line(format!("{}  {}", company.id, company.name));
                        }
                    }
                }
            }
            Ok(ExitCode::SUCCESS)
        })
    }
}

fn read_plan(file: &std::path::Path) -> anyhow::Result<CompanyPlan> {
    let text = std::fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
    toml::from_str(&text).with_context(|| format!("{} is no plan of a company", file.display()))
}
