//! What a migration would do to this database, before it does it.

use std::time::Duration;

use super::{
    catalogue::{Direction, Kind, Migration, Undo},
    environment::Environment,
    fitness::{Fitness, environment_on, fitness_on, steps},
    runner::{Back, choose},
    session::{at_one_moment, count, tables, with_connection},
    statements::{Effect, Statement},
};
use crate::{
    args,
    engine::{Engine, Statements},
    error::Result,
};

/// What would be done, in order.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Where the database stands now.
    pub fitness: Fitness,
    /// What it is marked as; `None` where nothing was migrated yet.
    pub environment: Option<Environment>,
    /// Which way.
    pub direction: Direction,
    /// The migrations, in the order in which they would run.
    pub steps: Vec<PlannedStep>,
}

impl Plan {
    /// Whether a step takes away what somebody may have written.
    pub fn is_destructive(&self) -> bool {
        self.steps.iter().any(|step| step.is_destructive)
    }
}

/// One migration of a plan.
#[derive(Clone, Debug)]
pub struct PlannedStep {
    /// Its number.
    pub version: u32,
    /// Its name.
    pub name: &'static str,
    /// How it runs.
    pub kind: Kind,
    /// What taking it back costs.
    pub undo: Undo,
    /// Whether a statement takes away what somebody may have written.
    pub is_destructive: bool,
    /// Its statements.
    pub statements: Vec<PlannedStatement>,
}

/// One statement of a plan.
#[derive(Clone, Debug)]
pub struct PlannedStatement {
    /// Its text.
    pub sql: &'static str,
    /// The table it works on, where that exists already.
    pub table: Option<String>,
    /// Rows in that table now; on a big table of PostgreSQL its own estimate.
    pub rows: Option<u64>,
    /// What it keeps others from doing to that table meanwhile.
    pub lock: Lock,
    /// How long it holds that lock, roughly, on a small machine.
    pub roughly: Duration,
    /// Whether it takes away what somebody may have written.
    pub is_destructive: bool,
}

/// What others cannot do while a statement runs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Lock {
    /// Nothing that exists is locked.
    Nothing,
    /// Others read and write; only schema changes wait.
    SchemaOnly,
    /// Others read and write other rows.
    Rows,
    /// Others read; who writes to the table waits.
    Writes,
    /// Everybody waits who wants the table.
    Everything,
    /// Others read; who writes anything at all waits. This is SQLite's only lock.
    AllWrites,
    /// The statement decides inside itself.
    Unknown,
}

impl Lock {
    /// The word in plans; PostgreSQL's own name of the lock where it has one.
    pub fn word(self) -> &'static str {
        match self {
            Self::Nothing => "none",
            Self::SchemaOnly => "share_update_exclusive",
            Self::Rows => "row_exclusive",
            Self::Writes => "share",
            Self::Everything => "access_exclusive",
            Self::AllWrites => "database_writes",
            Self::Unknown => "unknown",
        }
    }

    /// What it means for others.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Nothing => "nothing that exists is locked",
            Self::SchemaOnly => "others read and write on",
            Self::Rows => "others read on, and write other rows",
            Self::Writes => "others read on; who writes to it waits",
            Self::Everything => "who reads or writes it waits",
            Self::AllWrites => "others read on; who writes to the database waits",
            Self::Unknown => "the statement itself decides what it locks",
        }
    }
}

/// What `up` would do now. Blocks the calling thread.
pub(super) fn up(url: &str, migrations: &[Migration]) -> Result<Plan> {
    planned(url, Direction::Up, migrations, |on| {
        let steps = steps(on, migrations)?;
        let is_pending = |migration: &&Migration| {
            steps.iter().any(|step| step.version == migration.version && step.applied_at.is_none())
        };
        Ok(migrations.iter().filter(is_pending).copied().collect())
    })
}

/// What `down` would do now, or why it may not. Blocks the calling thread.
pub(super) fn down(url: &str, migrations: &[Migration], back: Back) -> Result<Plan> {
    planned(url, Direction::Down, migrations, |on| choose(on, migrations, back))
}

fn planned(
    url: &str,
    direction: Direction,
    migrations: &[Migration],
    chosen: impl FnOnce(&mut dyn Statements) -> Result<Vec<Migration>> + Send,
) -> Result<Plan> {
    with_connection(url, Duration::from_secs(5), |on| {
        at_one_moment(on, |on| {
            let fitness = fitness_on(on, migrations)?;
            let environment = environment_on(on)?;
            let existing = tables(on)?;
            let steps = chosen(on)?
                .iter()
                .map(|migration| planned_step(on, migration, direction, &existing))
                .collect::<Result<_>>()?;
            Ok(Plan { fitness, environment, direction, steps })
        })
    })
}

fn planned_step(
    on: &mut dyn Statements,
    migration: &Migration,
    direction: Direction,
    existing: &[String],
) -> Result<PlannedStep> {
    let engine = on.engine();
    let mut statements = Vec::new();
    for statement in migration.statements(engine, direction)? {
        let table = statement.table().filter(|table| existing.iter().any(|name| name == table));
        let rows = table.map(|table| rows(on, table)).transpose()?;
        statements.push(PlannedStatement {
            sql: statement.text,
            table: table.map(ToOwned::to_owned),
            rows,
            lock: lock(engine, &statement, table.is_some()),
            roughly: roughly(engine, statement.effect(), rows.unwrap_or(0)),
            is_destructive: statement.is_destructive(),
        });
    }
    Ok(PlannedStep {
        version: migration.version,
        name: migration.name,
        kind: migration.kind,
        undo: migration.undo,
        is_destructive: statements.iter().any(|statement| statement.is_destructive),
        statements,
    })
}

/// How many rows a table has. PostgreSQL counts slowly, so a big table's number is its estimate.
fn rows(on: &mut dyn Statements, table: &str) -> Result<u64> {
    const BIG: i64 = 100_000;
    if on.engine() == Engine::Postgres {
        let estimate = on.query(
            "SELECT reltuples::bigint FROM pg_class
             WHERE relname = $1::text AND relnamespace = current_schema()::regnamespace",
            args![table],
        )?;
        let estimate: i64 = estimate.first().map_or(Ok(0), |row| row.get(0))?;
        if estimate > BIG {
            return Ok(estimate.unsigned_abs());
        }
    }
    Ok(count(on, table)?.unsigned_abs())
}

fn lock(engine: Engine, statement: &Statement<'_>, exists: bool) -> Lock {
    let effect = statement.effect();
    if engine == Engine::Sqlite {
        return Lock::AllWrites;
    }
    match effect {
        Effect::Other => Lock::Unknown,
        Effect::DropIndex => Lock::Everything,
        Effect::CreateIndexConcurrently | Effect::DropIndexConcurrently => Lock::SchemaOnly,
        _ if !exists => Lock::Nothing,
        Effect::CreateTable => Lock::Nothing,
        Effect::CreateIndex => Lock::Writes,
        Effect::DropTable | Effect::AddColumn | Effect::DropColumn | Effect::AlterTable => Lock::Everything,
        Effect::DeleteRows | Effect::WriteRows => Lock::Rows,
    }
}

/// Rules of thumb, from a machine with two slow cores.
fn roughly(engine: Engine, effect: Effect, rows: u64) -> Duration {
    let microseconds_per_row = match effect {
        // SQLite writes every row anew without the column, and reads every row for a new one's check.
        Effect::DropColumn if engine == Engine::Sqlite => 10,
        Effect::AddColumn if engine == Engine::Sqlite => 1,
        Effect::CreateIndex => 2,
        // The table is read twice.
        Effect::CreateIndexConcurrently => 4,
        Effect::AlterTable | Effect::DeleteRows | Effect::WriteRows => 10,
        _ => 0,
    };
    Duration::from_millis(10) + Duration::from_micros(rows.saturating_mul(microseconds_per_row))
}
