use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context, bail, ensure};
use askpro_app::{App, SystemChance};
use askpro_domain::actor::Actor;
use askpro_store::seal::{KeyRing, rotation::Share};
use clap::Subcommand;
use serde_json::json;

use super::block_on;
use crate::{
    config::{Config, MasterKey},
    terminal::{line, remark},
    wiring,
};

/// The master keys that wrap every other key.
#[derive(Subcommand)]
pub(crate) enum Key {
    /// Make a fresh master key and wrap every other key by it; running servers follow by themselves
    #[command(
        after_help = "Examples:\n  askpro key rotate\n\nIt may be stopped at any moment: run again, it goes on. Only keys are written anew (one per company,\none per customer, the installation's), never what they seal. With ASKPRO_MASTER_KEY, or with copies of\nthe key file on several machines: put the fresh line into every copy first, then\n  askpro key rotate --rewrap-only"
    )]
    Rotate {
        /// Make no fresh key: wrap everything by the ring's active one
        #[arg(long)]
        rewrap_only: bool,
    },
    /// Show the ring's keys, what each of them wraps, and how to keep a copy
    #[command(after_help = "Example:\n  askpro key status --json")]
    Status {
        /// As one JSON document
        #[arg(long)]
        json: bool,
    },
}

const ACTOR: Actor = Actor::system("command line");

impl Key {
    pub(super) fn run(self, config: &Config) -> anyhow::Result<ExitCode> {
        match self {
            Self::Rotate { rewrap_only } => rotate(config, rewrap_only),
            Self::Status { json } => status(config, json),
        }
    }
}

/// Where the ring stands, where it is a file.
fn ring_file(config: &Config) -> Option<PathBuf> {
    match config.master_key() {
        Some(MasterKey::File(file)) => Some(file),
        Some(MasterKey::Text(_)) => None,
        None => Some(PathBuf::from(wiring::DEFAULT_KEY_FILE)),
    }
}

fn rotate(config: &Config, rewrap_only: bool) -> anyhow::Result<ExitCode> {
    let app = wiring::configured_app(config)?;
    let ring = app.store.seals().ring();
    let shares = block_on({
        let app = app.clone();
        async move { Ok(app.key_shares().await?) }
    })?;
    known(&shares, &ring)?;
    let is_unfinished = shares.iter().any(|share| share.master != ring.active_id());
    let app = if rewrap_only || is_unfinished {
        if is_unfinished {
            remark("an earlier change is not finished; going on with it (no fresh key is made)");
        }
        app
    } else {
        let Some(file) = ring_file(config) else {
            bail!(
                "the ring is given by ASKPRO_MASTER_KEY, which cannot be written from here: make a ring with \
                 `askpro init` elsewhere, put its active line before yours and mark yours retired, restart, \
                 and run `askpro key rotate --rewrap-only`"
            )
        };
        renew(&file)?;
        wiring::configured_app(config)?
    };
    let active = app.store.seals().ring().active_id();
    let changed = block_on(async move {
        let mut told = 0;
        let progress = |done: u64| {
            if done >= told + 10_000 {
                told = done;
                remark(format!("{done} keys wrapped anew …"));
            }
        };
        Ok(app.rewrap_keys(progress, &ACTOR).await?)
    })?;
    line(format!("{changed} keys are wrapped by the master key {active} now"));
    if let Some(file) = ring_file(config) {
        line(format!(
            "Keep a copy of {} in a safe place now: the copy made before opens nothing new.",
            file.display()
        ));
        line("Backups made before need the retired keys: leave those in the ring while such backups exist.");
    }
    Ok(ExitCode::SUCCESS)
}

/// Puts a fresh active key into the file: wholly or not at all.
fn renew(file: &Path) -> anyhow::Result<()> {
    let lock = fs::File::create(file.with_extension("lock")).context("the ring cannot be locked")?;
    ensure!(
        lock.try_lock().is_ok(),
        "another `askpro key rotate` is changing the ring; wait until it has ended"
    );
    let text = fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
    let renewed = KeyRing::renewed(&text, &SystemChance)?;
    let beside = file.with_extension("new");
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut opened = options.open(&beside).with_context(|| format!("{} cannot be made", beside.display()))?;
    opened.write_all(renewed.as_bytes())?;
    opened.sync_all()?;
    fs::rename(&beside, file).with_context(|| format!("{} cannot be replaced", file.display()))?;
    if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::File::open(folder)?.sync_all()?;
    }
    Ok(())
}

/// An error where something is wrapped by a key that the ring lacks.
fn known(shares: &[Share], ring: &KeyRing) -> anyhow::Result<()> {
    for share in shares {
        ensure!(
            ring.ids().any(|id| id == share.master),
            "{} rows of {} are wrapped by the master key {}, which is not in the ring; put it back, nothing was changed",
            share.count,
            share.keys.table(),
            share.master
        );
    }
    Ok(())
}

fn status(config: &Config, as_json: bool) -> anyhow::Result<ExitCode> {
    let app: App = wiring::configured_app(config)?;
    let ring = app.store.seals().ring();
    let shares = block_on(async move { Ok(app.key_shares().await?) })?;
    let verdict = known(&shares, &ring);
    let wrapped =
        |id: &str| -> u64 { shares.iter().filter(|share| share.master == id).map(|share| share.count).sum() };
    let file = ring_file(config);
    if as_json {
        let keys: Vec<_> = ring
            .ids()
            .map(|id| json!({ "id": id, "active": id == ring.active_id(), "wraps": wrapped(&id) }))
            .collect();
        let missing: Vec<_> = shares
            .iter()
            .filter(|share| !ring.ids().any(|id| id == share.master))
            .map(|share| &share.master)
            .collect();
        line(json!({ "file": file, "keys": keys, "missing": missing,
            "rotation_finished": shares.iter().all(|share| share.master == ring.active_id()) }));
    } else {
        for id in ring.ids() {
            let state = if id == ring.active_id() { "active " } else { "retired" };
            let count = wrapped(&id);
            let remark = if state == "retired" && count == 0 {
                "  (needed by backups made before the change alone)"
            } else {
                ""
            };
            line(format!("{state}  {id}  wraps {count} keys{remark}"));
        }
        if let Some(file) = &file {
            line(format!(
                "\nThe ring is {}. Whoever loses it loses every stored secret; nobody can bring it back.",
                file.display()
            ));
            line("Keep a copy apart from the backups: a password manager, or paper in a locked drawer.");
        }
    }
    verdict?;
    Ok(ExitCode::SUCCESS)
}
