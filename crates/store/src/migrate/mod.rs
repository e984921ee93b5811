//! Bringing a database to the schema of this program.
//!
//! Each migration is a pair of files per engine, embedded in the binary. It runs
//! in one transaction together with the note that it ran, under a lock against a
//! second runner, so a database is always at a whole version.

use std::time::Duration;

use askpro_domain::ids::{Chance, uuid_v7};
use jiff::Timestamp;
use sha2::{Digest, Sha256};

use crate::{
    args,
    engine::{Engine, Statements, postgres, sqlite},
    error::{Error, Result},
    store::{Address, make_private},
    value::Row,
};

/// One step of the schema.
#[derive(Clone, Copy, Debug)]
pub struct Migration {
    /// Counted from 1, without gaps.
    pub version: u32,
    /// What it is about, as in the file name.
    pub name: &'static str,
    sqlite: Pair,
    postgres: Pair,
}

/// The statements that apply a migration and those that take it back.
#[derive(Clone, Copy, Debug)]
struct Pair {
    up: &'static str,
    down: &'static str,
}

macro_rules! migrations {
    ($($version:literal $name:literal,)*) => {
        &[$(Migration {
            version: $version,
            name: $name,
            sqlite: Pair {
                up: include_str!(concat!("../../migrations/sqlite/", $name, ".up.sql")),
                down: include_str!(concat!("../../migrations/sqlite/", $name, ".down.sql")),
            },
            postgres: Pair {
                up: include_str!(concat!("../../migrations/postgres/", $name, ".up.sql")),
                down: include_str!(concat!("../../migrations/postgres/", $name, ".down.sql")),
            },
        },)*]
    };
}

/// Every migration this program knows, in order.
pub const MIGRATIONS: &[Migration] = migrations! {
    1 "0001_foundation",
};

/// How long a migration waits for somebody else's lock before it gives up.
const LOCK_PATIENCE: Duration = Duration::from_secs(10);

/// How long all of them together may take.
const PATIENCE: Duration = Duration::from_secs(600);

/// A name for the lock that keeps two runners apart; "askpro" in ASCII.
const RUNNER_LOCK: i64 = 0x6173_6b70_726f;

impl Migration {
    fn pair(&self, engine: Engine) -> Pair {
        match engine {
            Engine::Sqlite => self.sqlite,
            Engine::Postgres => self.postgres,
        }
    }

    /// SHA-256 of the statements, in hexadecimal: an applied migration never changes.
    pub fn checksum(&self, engine: Engine) -> String {
        Sha256::digest(self.pair(engine).up).iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// What a new database is for; written into it once.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Environment {
    /// Real companies, real callers.
    Production,
    /// Like production, with anonymised data.
    Staging,
    /// `askpro demo`.
    Demo,
    /// Tests and drills; may be emptied.
    Scratch,
}

impl Environment {
    /// Every environment.
    pub const ALL: &[Self] = &[Self::Production, Self::Staging, Self::Demo, Self::Scratch];

    /// The word in the database and in the configuration.
    pub fn word(self) -> &'static str {
        match self {
            Self::Production => "production",
            Self::Staging => "staging",
            Self::Demo => "demo",
            Self::Scratch => "scratch",
        }
    }

    /// The environment of a word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|environment| environment.word() == word)
    }
}

/// A migration and whether the database has it.
#[derive(Clone, Debug)]
pub struct Step {
    /// Its number.
    pub version: u32,
    /// Its name.
    pub name: String,
    /// When it was applied; `None` where it is pending.
    pub applied_at: Option<Timestamp>,
    /// Whether what was applied is what this program would apply.
    pub matches: bool,
}

/// Where a database stands against this program.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Fitness {
    /// Exactly at this program's schema.
    Current,
    /// Nothing of ours is in it yet.
    Empty,
    /// Some migrations are pending.
    Behind,
    /// It was migrated by a newer program.
    Ahead,
    /// It holds tables that are not ours.
    Foreign,
    /// An applied migration differs from the one this program knows.
    Changed,
}

impl Fitness {
    /// A sentence with what to do next; `None` where all is well.
    pub fn advice(&self) -> Option<&'static str> {
        match self {
            Self::Current => None,
            Self::Empty => Some("the database is empty; run `askpro init`"),
            Self::Behind => Some("the database is behind this program; run `askpro migrate up`"),
            Self::Ahead => Some("the database is ahead of this program; start the newer release"),
            Self::Foreign => Some("the database holds tables of another program; name another database"),
            Self::Changed => {
                Some("an applied migration differs from this program's; start the release that applied it")
            }
        }
    }
}

/// Lists what was applied and what is pending. Blocks the calling thread.
pub fn status(url: &str) -> Result<Vec<Step>> {
    with_connection(url, |on| steps(on))
}

/// Compares a database with this program. Blocks the calling thread.
pub fn fitness(url: &str) -> Result<Fitness> {
    with_connection(url, |on| {
        if !has_table(on, "schema_migrations")? {
            return Ok(if is_empty(on)? { Fitness::Empty } else { Fitness::Foreign });
        }
        let steps = steps(on)?;
        Ok(if steps.iter().any(|step| step.applied_at.is_some() && !step.matches) {
            let newest = MIGRATIONS.last().map_or(0, |migration| migration.version);
            if steps.iter().any(|step| step.version > newest) { Fitness::Ahead } else { Fitness::Changed }
        } else if steps.iter().any(|step| step.applied_at.is_none()) {
            Fitness::Behind
        } else {
            Fitness::Current
        })
    })
}

/// The database's environment; `None` where nothing was migrated yet.
pub fn environment(url: &str) -> Result<Option<Environment>> {
    with_connection(url, |on| {
        if !has_table(on, "installation")? {
            return Ok(None);
        }
        match on.query("SELECT environment FROM installation", &[])?.first() {
            Some(row) => row.word(0, Environment::parse).map(Some),
            None => Ok(None),
        }
    })
}

/// Applies what is pending; the names of what was applied. A new database is
/// marked with `environment`, an existing one keeps its mark. Blocks the calling
/// thread.
pub fn up(
    url: &str,
    environment: Environment,
    now: Timestamp,
    chance: &dyn Chance,
) -> Result<Vec<&'static str>> {
    match fitness(url)? {
        Fitness::Current => return Ok(Vec::new()),
        Fitness::Empty | Fitness::Behind => {}
        unfit => return Err(Error::Unfit(unfit.advice().unwrap_or_default().into())),
    }
    let id = uuid_v7(now, chance);
    with_connection(url, move |on| {
        let mut applied = Vec::new();
        for migration in MIGRATIONS {
            begin(on)?;
            let outcome = apply(on, migration, environment, id, now);
            match outcome {
                Ok(false) => on.batch("ROLLBACK")?,
                Ok(true) => {
                    on.batch("COMMIT")?;
                    applied.push(migration.name);
                }
                Err(error) => {
                    let _ = on.batch("ROLLBACK");
                    return Err(error);
                }
            }
        }
        Ok(applied)
    })
}

/// Takes every migration back, and all data with it. Only a database that was
/// marked as demo or scratch when it was made lets this happen. Blocks the
/// calling thread.
pub fn down_all(url: &str) -> Result<()> {
    let environment = environment(url)?;
    match environment {
        None => return Ok(()),
        Some(Environment::Demo | Environment::Scratch) => {}
        Some(kept) => {
            return Err(Error::Unfit(format!(
                "this is a {} database; only demo and scratch databases are emptied",
                kept.word()
            )));
        }
    }
    with_connection(url, |on| {
        begin(on)?;
        let outcome = take_back_all(on);
        on.batch(if outcome.is_ok() { "COMMIT" } else { "ROLLBACK" })?;
        outcome
    })
}

fn take_back_all(on: &mut dyn Statements) -> Result<()> {
    let engine = on.engine();
    let applied = steps(on)?;
    for migration in MIGRATIONS.iter().rev() {
        if applied.iter().any(|step| step.version == migration.version && step.applied_at.is_some()) {
            on.batch(migration.pair(engine).down)?;
        }
    }
    on.batch("DROP TABLE schema_migrations")
}

fn with_connection<T: Send>(
    url: &str,
    work: impl FnOnce(&mut dyn Statements) -> Result<T> + Send,
) -> Result<T> {
    match Address::parse(url)? {
        Address::File(path) => {
            make_private(&path)?;
            sqlite::apart(&path, |connection| {
                // Inside a transaction this would do nothing, and rebuilding a
                // parent table would then delete its children.
                connection.execute_batch("PRAGMA foreign_keys = OFF").map_err(sqlite::translate)?;
                work(&mut sqlite::Session { on: connection })
            })
        }
        Address::Server(url) => postgres::apart(&url, PATIENCE, |link| work(link)),
    }
}

fn begin(on: &mut dyn Statements) -> Result<()> {
    match on.engine() {
        Engine::Sqlite => on.batch("BEGIN IMMEDIATE"),
        Engine::Postgres => on.batch(&format!(
            "BEGIN; SET LOCAL lock_timeout = {}; SELECT pg_advisory_xact_lock({RUNNER_LOCK})",
            LOCK_PATIENCE.as_millis()
        )),
    }
}

/// Applies one migration inside the open transaction; `false` where it was
/// applied already (by another runner, perhaps while we waited for the lock).
fn apply(
    on: &mut dyn Statements,
    migration: &Migration,
    environment: Environment,
    installation: uuid::Uuid,
    now: Timestamp,
) -> Result<bool> {
    let engine = on.engine();
    let types = match engine {
        Engine::Sqlite => ("INTEGER", " STRICT"),
        Engine::Postgres => ("timestamptz", ""),
    };
    on.batch(&format!(
        "CREATE TABLE IF NOT EXISTS schema_migrations (
            version integer PRIMARY KEY, name text NOT NULL, checksum text NOT NULL, applied_at {} NOT NULL){}",
        types.0, types.1
    ))?;
    if !on.query("SELECT 1 FROM schema_migrations WHERE version = $1", args![migration.version])?.is_empty() {
        return Ok(false);
    }
    on.batch(migration.pair(engine).up)?;
    on.execute(
        "INSERT INTO schema_migrations (version, name, checksum, applied_at) VALUES ($1, $2, $3, $4)",
        args![migration.version, migration.name, migration.checksum(engine), now],
    )?;
    if migration.version == 1 {
        on.execute(
            "INSERT INTO installation (id, environment, created_at, schema_version, zone_data_version)
             VALUES ($1, $2, $3, $4, $5)",
            args![installation, environment.word(), now, 1, askpro_domain::calendar::ZONE_DATA_VERSION],
        )?;
    }
    on.execute("UPDATE installation SET schema_version = $1", args![migration.version])?;
    if engine == Engine::Sqlite && !on.query("PRAGMA foreign_key_check", &[])?.is_empty() {
        return Err(Error::Conflict("a reference that leads nowhere after the migration".into()));
    }
    Ok(true)
}

fn steps(on: &mut dyn Statements) -> Result<Vec<Step>> {
    let engine = on.engine();
    let applied: Vec<Row> = if has_table(on, "schema_migrations")? {
        on.query("SELECT version, name, checksum, applied_at FROM schema_migrations ORDER BY version", &[])?
    } else {
        Vec::new()
    };
    let mut steps = Vec::new();
    for row in &applied {
        let (version, name, checksum): (u32, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let known = MIGRATIONS.iter().find(|migration| migration.version == version);
        steps.push(Step {
            version,
            name,
            applied_at: Some(row.get(3)?),
            matches: known.is_some_and(|migration| migration.checksum(engine) == checksum),
        });
    }
    for migration in MIGRATIONS {
        if !steps.iter().any(|step| step.version == migration.version) {
            steps.push(Step {
                version: migration.version,
                name: migration.name.into(),
                applied_at: None,
                matches: true,
            });
        }
    }
    Ok(steps)
}

fn has_table(on: &mut dyn Statements, name: &str) -> Result<bool> {
    let sql = match on.engine() {
        Engine::Sqlite => "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = $1",
        Engine::Postgres => "SELECT 1 FROM pg_tables WHERE schemaname = current_schema() AND tablename = $1",
    };
    Ok(!on.query(sql, args![name])?.is_empty())
}

fn is_empty(on: &mut dyn Statements) -> Result<bool> {
    let sql = match on.engine() {
        Engine::Sqlite => "SELECT 1 FROM sqlite_master WHERE type = 'table' LIMIT 1",
        Engine::Postgres => "SELECT 1 FROM pg_tables WHERE schemaname = current_schema() LIMIT 1",
    };
    Ok(on.query(sql, &[])?.is_empty())
}
