//! Where a database stands against this program.

use std::time::Duration;

use jiff::Timestamp;

use super::{
    catalogue::{Direction, Migration},
    environment::Environment,
    session::{at_one_moment, has_table, invalid_indexes, tables, with_connection},
};
use crate::{engine::Statements, error::Result, value::Row};

/// How long a question waits for another process on SQLite.
const PATIENCE: Duration = Duration::from_secs(5);

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
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
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
    /// An index was begun and is not finished. Nothing else can be half done.
    Dirty,
}

impl Fitness {
    /// The word in `migrate status`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Current => "current",
            Self::Empty => "empty",
            Self::Behind => "behind",
            Self::Ahead => "ahead",
            Self::Foreign => "foreign",
            Self::Changed => "changed",
            Self::Dirty => "dirty",
        }
    }

    /// A sentence with what to do next; `None` where all is well.
    pub fn advice(self) -> Option<&'static str> {
        match self {
            Self::Current => None,
            Self::Empty => Some("the database is empty; run `askpro init`"),
            Self::Behind => Some("the database is behind this program; run `askpro migrate up`"),
            Self::Ahead => Some("the database is ahead of this program; start the newer release"),
            Self::Foreign => Some("the database holds tables of another program; name another database"),
            Self::Changed => {
                Some("an applied migration differs from this program's; start the release that applied it")
            }
            Self::Dirty => Some(
                "an index in the database is half built, because a migration still runs or was killed; run `askpro migrate up`",
            ),
        }
    }
}

/// Lists what was applied and what is pending. Blocks the calling thread.
pub(super) fn status(url: &str, migrations: &[Migration]) -> Result<Vec<Step>> {
    with_connection(url, PATIENCE, |on| at_one_moment(on, |on| steps(on, migrations)))
}

/// Compares a database with a list of migrations. Blocks the calling thread.
pub(super) fn fitness(url: &str, migrations: &[Migration]) -> Result<Fitness> {
    with_connection(url, PATIENCE, |on| at_one_moment(on, |on| fitness_on(on, migrations)))
}

/// The database's environment; `None` where nothing was migrated yet. Blocks the
/// calling thread.
pub fn environment(url: &str) -> Result<Option<Environment>> {
    with_connection(url, PATIENCE, |on| at_one_moment(on, environment_on))
}

pub(super) fn environment_on(on: &mut dyn Statements) -> Result<Option<Environment>> {
    if !has_table(on, "installation")? {
        return Ok(None);
    }
    match on.query("SELECT environment FROM installation", &[])?.first() {
        Some(row) => row.word(0, Environment::parse).map(Some),
        None => Ok(None),
    }
}

pub(super) fn fitness_on(on: &mut dyn Statements, migrations: &[Migration]) -> Result<Fitness> {
    if !is_ours(on)? {
        return Ok(if tables(on)?.is_empty() { Fitness::Empty } else { Fitness::Foreign });
    }
    let steps = steps(on, migrations)?;
    let newest = migrations.last().map_or(0, |migration| migration.version);
    let differs = |step: &Step| step.applied_at.is_some() && !step.matches;
    Ok(if steps.iter().any(|step| step.version > newest) {
        Fitness::Ahead
    } else if steps.iter().any(differs) {
        Fitness::Changed
    } else if !unfinished(on, migrations)?.is_empty() {
        Fitness::Dirty
    } else if steps.iter().any(|step| step.applied_at.is_none()) {
        Fitness::Behind
    } else {
        Fitness::Current
    })
}

/// The indexes of online migrations that were begun and are not valid.
fn unfinished(on: &mut dyn Statements, migrations: &[Migration]) -> Result<Vec<String>> {
    let engine = on.engine();
    let mut names = Vec::new();
    for migration in migrations.iter().filter(|migration| migration.runs_outside(engine)) {
        let statements = migration.statements(engine, Direction::Up)?;
        names.extend(statements.iter().filter_map(|statement| statement.index().map(ToOwned::to_owned)));
    }
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    invalid_indexes(on, &names)
}

/// Other programs keep a `schema_migrations` too; only ours comes with an
/// installation, written by the same transaction.
fn is_ours(on: &mut dyn Statements) -> Result<bool> {
    let tables = tables(on)?;
    Ok(["schema_migrations", "installation"].iter().all(|ours| tables.iter().any(|table| table == ours)))
}

pub(super) fn steps(on: &mut dyn Statements, migrations: &[Migration]) -> Result<Vec<Step>> {
    let engine = on.engine();
    let applied: Vec<Row> = if is_ours(on)? {
        on.query("SELECT version, name, checksum, applied_at FROM schema_migrations ORDER BY version", &[])?
    } else {
        Vec::new()
    };
    let mut steps = Vec::new();
    for row in &applied {
        let (version, name, checksum): (u32, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let known = migrations.iter().find(|migration| migration.version == version);
        steps.push(Step {
            version,
            name,
            applied_at: Some(row.get(3)?),
            matches: known.is_some_and(|migration| migration.checksum(engine) == checksum),
        });
    }
    for migration in migrations {
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
