use std::process::ExitCode;

use anyhow::Context;
use askpro_app::{App, Purpose};
use askpro_domain::{
    access::{Permission, Role},
    actor::Actor,
    ids::CompanyId,
    secret::Secret,
};
use clap::Subcommand;

use super::{block_on, read_secret};
use crate::{
    config::Config,
    terminal::{line, remark},
    wiring,
};

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
    /// Add a person who chooses their password by a link: it is sent by mail where
    /// ASKPRO_MAIL_URL is set, else shown this one time
    #[command(
        after_help = "Example:\n  askpro user invite --email anna@example.com --name 'Anna Probe' --role staff --company ID"
    )]
    Invite {
        /// With what they will sign in
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
    /// Make a link with which somebody chooses another password; it opens once, for an hour
    #[command(after_help = "Example:\n  askpro user reset --email anna@example.com")]
    Reset {
        /// With what they sign in
        #[arg(long)]
        email: String,
    },
    /// Take somebody's second factor away, because their telephone is lost
    #[command(after_help = "Example:\n  askpro user forget-factor --email anna@example.com")]
    ForgetFactor {
        /// With what they sign in
        #[arg(long)]
        email: String,
    },
    /// Keep somebody out; they are signed out everywhere at once
    #[command(after_help = "Example:\n  askpro user disable --email anna@example.com")]
    Disable {
        /// With what they sign in
        #[arg(long)]
        email: String,
    },
    /// Take a permission away from a role, everywhere or in one company; nobody gets more by it
    #[command(
        after_help = "Example:\n  askpro user narrow --role company_admin --permission view_transcripts --company ID"
    )]
    Narrow {
        /// retell_manager, company_admin, staff, auditor or super_admin
        #[arg(long)]
        role: String,
        /// As `askpro routes` names them
        #[arg(long)]
        permission: String,
        /// Only there
        #[arg(long)]
        company: Option<String>,
    },
    /// Give a role back what was taken away from it
    #[command(
        after_help = "Example:\n  askpro user restore --role company_admin --permission view_transcripts --company ID"
    )]
    Restore {
        /// retell_manager, company_admin, staff, auditor or super_admin
        #[arg(long)]
        role: String,
        /// As `askpro routes` names them
        #[arg(long)]
        permission: String,
        /// Only there
        #[arg(long)]
        company: Option<String>,
    },
    /// List roles with what they may do
    Rights,
    /// List people with where they may do what
    List,
    /// Let somebody in again
    #[command(after_help = "Example:\n  askpro user enable --email anna@example.com")]
    Enable {
        /// With what they sign in
        #[arg(long)]
        email: String,
    },
}

/// Who is written into the record where a command line acts.
const ACTOR: Actor = Actor::system("command line");

fn role_named(role: &str) -> anyhow::Result<Role> {
    Role::parse(role).with_context(|| {
        let known: Vec<&str> = Role::ALL.iter().map(|role| role.word()).collect();
        format!("there is no role {role:?}; there are {}", known.join(", "))
    })
}

fn company_named(company: Option<&str>) -> anyhow::Result<Option<CompanyId>> {
    company
        .map(|id| CompanyId::parse(id).context("this is no company's id; see `askpro company list`"))
        .transpose()
}

fn narrow(
    app: &App,
    role: &str,
    permission: &str,
    company: Option<String>,
    taken_away: bool,
) -> anyhow::Result<ExitCode> {
    let (role, company) = (role_named(role)?, company_named(company.as_deref())?);
    let permission = Permission::parse(permission).with_context(|| {
        let known: Vec<&str> = Permission::ALL.iter().map(|one| one.word()).collect();
        format!("there is no permission {permission:?}; there are {}", known.join(", "))
    })?;
    block_on(async move {
        let changed = app.narrow_right(role, permission, company, taken_away, &ACTOR).await?;
        line(match (changed, taken_away) {
            (true, true) => "Taken away; whoever has the role signs in anew.",
            (true, false) => "Given back; whoever has the role signs in anew.",
            (false, _) => "It was so already.",
        });
        Ok(ExitCode::SUCCESS)
    })
}

impl User {
    pub(super) fn run(self, config: &Config) -> anyhow::Result<ExitCode> {
        let app = wiring::configured_app(config)?;
        let public_url = config.address_for_people()?;
        let show = |purpose: Purpose, link: &Secret| {
            line(format!("{public_url}/{}/{}", purpose.word(), link.expose()));
            remark(
                "Give it only to them: whoever opens it first chooses the password. It is not shown again.",
            );
        };
        match self {
            Self::Create { email, name, role, company } => {
                let (role, company) = (role_named(&role)?, company_named(company.as_deref())?);
                let password = read_secret("password")?;
                block_on(async move {
                    line(app.create_user(&email, &name, &password, role, company).await?);
                    Ok(ExitCode::SUCCESS)
                })
            }
            Self::Invite { email, name, role, company } => {
                let (role, company) = (role_named(&role)?, company_named(company.as_deref())?);
                block_on(async move {
                    app.create_user_without_password(&email, &name, role, company).await?;
                    if app.send_invitation(&email, &ACTOR).await? {
                        line(format!("The invitation leaves for {email} as soon as askpro serve runs."));
                        return Ok(ExitCode::SUCCESS);
                    }
                    show(
                        Purpose::Invitation,
                        &app.create_password_link(&email, Purpose::Invitation, &ACTOR).await?,
                    );
                    Ok(ExitCode::SUCCESS)
                })
            }
            Self::Reset { email } => block_on(async move {
                show(Purpose::Reset, &app.create_password_link(&email, Purpose::Reset, &ACTOR).await?);
                Ok(ExitCode::SUCCESS)
            }),
            Self::ForgetFactor { email } => block_on(async move {
                app.remove_second_factor(&email, &ACTOR).await?;
                Ok(ExitCode::SUCCESS)
            }),
            Self::Disable { email } => block_on(async move {
                app.set_user_active(&email, false, &ACTOR).await?;
                Ok(ExitCode::SUCCESS)
            }),
            Self::Narrow { role, permission, company } => narrow(&app, &role, &permission, company, true),
            Self::Restore { role, permission, company } => narrow(&app, &role, &permission, company, false),
            Self::Rights => block_on(async move {
                let narrowed = app.narrowed_rights().await?;
                for role in Role::ALL {
                    line(role.word());
                    for permission in role.permissions() {
                        let taken: Vec<String> = narrowed
                            .iter()
                            .filter(|(one, which, _)| one == role && which == permission)
                            .map(|(_, _, company)| match company {
                                Some(company) => format!("not in {company}"),
                                None => "taken away".to_owned(),
                            })
                            .collect();
                        line(format!("  {:<29} {}", permission.word(), taken.join(", ")).trim_end());
                    }
                }
                Ok(ExitCode::SUCCESS)
            }),
            Self::List => block_on(async move {
                let mut after = String::new();
                loop {
                    let people = app.list_users(after, 200).await?;
                    let Some((last, _)) = people.last() else { break };
                    after = last.email.clone();
                    for (user, memberships) in &people {
                        let roles: Vec<String> = memberships
                            .iter()
                            .map(|one| match one.company {
                                Some(company) => format!("{} {company}", one.role.word()),
                                None => one.role.word().to_owned(),
                            })
                            .collect();
                        let state = if user.active { "active" } else { "disabled" };
                        line(format!("{:<32} {state:<9} {}", user.email, roles.join(", ")));
                    }
                }
                Ok(ExitCode::SUCCESS)
            }),
            Self::Enable { email } => block_on(async move {
                app.set_user_active(&email, true, &ACTOR).await?;
                Ok(ExitCode::SUCCESS)
            }),
        }
    }
}
