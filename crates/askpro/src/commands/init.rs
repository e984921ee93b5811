use std::{path::PathBuf, process::ExitCode};

use askpro_app::{Pace, SystemChance, SystemClock};
use askpro_domain::{
    access::Role,
    actor::Actor,
    ids::{Clock, random_text},
    secret::Secret,
};
use askpro_store::migrate;
use clap::Args;

use super::{block_on, read_secret};
use crate::{
    config::{Config, MasterKey},
    terminal::line,
    wiring,
};

/// Makes what a first start needs; what is there already stays as it is.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  askpro init --email chef@example.com --name 'Anna Chef'\n  printf '%s' \"$PASSWORD\" | askpro init --email chef@example.com --name 'Anna Chef'"
)]
pub(crate) struct Init {
    /// E-mail address of the first administrator
    #[arg(long, default_value = "admin@localhost.localdomain")]
    email: String,
    /// Their name
    #[arg(long, default_value = "Administrator")]
    name: String,
}

/// Letters and digits that are not mistaken for each other.
const PASSWORD_ALPHABET: &[u8] = b"abcdefghjkmnpqrstuvwxyz23456789";

impl Init {
    pub(super) fn run(self, config: &Config) -> anyhow::Result<ExitCode> {
        match config.master_key() {
            Some(MasterKey::Text(_)) => line("master key     given by ASKPRO_MASTER_KEY"),
            Some(MasterKey::File(file)) => make_key(&file, config.database_url())?,
            None => make_key(&PathBuf::from(wiring::DEFAULT_KEY_FILE), config.database_url())?,
        }
        let url = config.database_url();
        let applied = migrate::up(url, config.environment()?, SystemClock.now(), &SystemChance)?;
        if applied.is_empty() {
            line("database       is at this program's schema");
        } else {
            line(format!("database       migrated: {}", applied.join(", ")));
        }
        let app = wiring::app(url, wiring::key_ring(config)?, Pace::default())?;
        block_on(async move {
            app.seed_permissions(&Actor::system("command line")).await?;
            if app.has_super_admin().await? {
                line("administrator  exists");
            } else {
                let (password, is_made) = match read_secret("password of the administrator") {
                    Ok(password) => (password, false),
                    // Nobody sits there and nothing was piped in: make one, and show it this once.
                    Err(_) => (Secret::new(random_text(&SystemChance, PASSWORD_ALPHABET, 20)), true),
                };
                app.create_user(&self.email, &self.name, &password, Role::SuperAdmin, None).await?;
                line(format!("administrator  created: {}", self.email));
                if is_made {
                    line(format!("               password, shown this once: {}", password.expose()));
                }
            }
            line("\nNext: askpro company create --file examples/salon.toml, then askpro serve");
            Ok(ExitCode::SUCCESS)
        })
    }
}

fn make_key(file: &std::path::Path, database_url: &str) -> anyhow::Result<()> {
    if file.exists() {
        line(format!("master key     exists: {}", file.display()));
        return Ok(());
    }
    wiring::must_be_new(database_url)?;
    wiring::write_ring(file, &SystemChance)?;
    line(format!("master key     written: {} (only you can read it)", file.display()));
    line("               Without it nothing that is stored sealed can ever be read again.");
    line("               Put a copy in a safe place now: a password manager, or paper in a locked drawer.");
    Ok(())
}
