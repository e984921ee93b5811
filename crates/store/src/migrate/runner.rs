//! Running migrations so that nothing is ever left in between.

use std::time::{Duration, Instant};

use jiff::Timestamp;
use uuid::Uuid;

use super::{
    catalogue::{Direction, MIGRATIONS, Migration, Undo},
    environment::Environment,
    fitness::{Fitness, environment_on, fitness_on, steps},
    losses,
    session::{at_one_moment, invalid_indexes, with_connection},
    statements::Statement,
};
use crate::{
    args,
    engine::{Engine, Statements, postgres::quoted},
    error::{Error, Result},
    value::Value,
};

/// A name for the lock that keeps two runners apart; "askpro" in ASCII.
const RUNNER_LOCK: i64 = 0x6173_6b70_726f;

/// How often a runner asks for that lock. It never waits inside a statement: an
/// index that is built concurrently waits for every open statement, and the two
/// would wait for each other.
const RUNNER_LOCK_PAUSE: Duration = Duration::from_millis(50);

/// How long a migration may wait and take.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// For a lock that somebody else holds. While a migration waits for a table,
    /// everybody who comes after it waits too, so this is short.
    pub lock: Duration,
    /// For another runner to end.
    pub runner: Duration,
    /// For one statement of a transactional migration.
    pub statement: Duration,
    /// For building one index beside the work of others, waiting included.
    pub index: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            lock: Duration::from_secs(10),
            runner: Duration::from_secs(60),
            statement: Duration::from_secs(600),
            index: Duration::from_secs(6 * 3600),
        }
    }
}

/// What happens at a statement, decided by whoever watches a migration in order
/// to interrupt it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// It is carried out.
    GoOn,
    /// It fails.
    Fail,
    /// The connection ends without another word.
    HangUp,
}

/// Is asked before every statement, the notes and the commit included.
pub type Watch<'w> = &'w mut (dyn FnMut(&str) -> Verdict + Send);

/// How migrations are run.
pub struct Options<'o> {
    /// Which ones there are.
    pub migrations: &'o [Migration],
    /// How long they may wait and take.
    pub limits: Limits,
    /// Who may interrupt them.
    pub watch: Option<Watch<'o>>,
}

impl Default for Options<'_> {
    fn default() -> Self {
        Self { migrations: MIGRATIONS, limits: Limits::default(), watch: None }
    }
}

/// What a new database is marked with.
#[derive(Clone, Copy, Debug)]
pub struct Birth {
    /// What it is for.
    pub environment: Environment,
    /// Its own id.
    pub installation: Uuid,
    /// Now.
    pub now: Timestamp,
}

/// How much is taken back.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Back {
    /// So many of the newest migrations.
    Newest(usize),
    /// Everything, and all data with it.
    All,
}

/// Applies what is pending, in order; the names of what was applied. Blocks the
/// calling thread.
pub(super) fn up(url: &str, birth: Birth, options: Options<'_>) -> Result<Vec<&'static str>> {
    let migrations = options.migrations;
    run(url, options, move |runner| {
        // Asked under the lock: what another runner has just done counts.
        let (fitness, steps) =
            at_one_moment(runner.on, |on| Ok((fitness_on(on, migrations)?, steps(on, migrations)?)))?;
        match fitness {
            Fitness::Current => return Ok(Vec::new()),
            Fitness::Empty | Fitness::Behind | Fitness::Dirty => {}
            unfit => return Err(Error::Unfit(unfit.advice().unwrap_or_default().into())),
        }
        let mut applied = Vec::new();
        let is_pending = |migration: &&Migration| {
            steps.iter().any(|step| step.version == migration.version && step.applied_at.is_none())
        };
        for migration in migrations.iter().filter(is_pending) {
            if runner.up(migration, &birth)? {
                applied.push(migration.name);
            }
        }
        Ok(applied)
    })
}

/// Takes migrations back, the newest first; the names of what was taken back.
/// Blocks the calling thread.
pub(super) fn down(url: &str, back: Back, options: Options<'_>) -> Result<Vec<&'static str>> {
    let migrations = options.migrations;
    run(url, options, move |runner| {
        let chosen = at_one_moment(runner.on, |on| choose(on, migrations, back))?;
        for migration in &chosen {
            runner.down(migration)?;
        }
        Ok(chosen.iter().map(|migration| migration.name).collect())
    })
}

/// What `back` means in this database, newest first, or why it may not be.
pub(super) fn choose(
    on: &mut dyn Statements,
    migrations: &[Migration],
    back: Back,
) -> Result<Vec<Migration>> {
    match fitness_on(on, migrations)? {
        Fitness::Empty => return Ok(Vec::new()),
        Fitness::Current | Fitness::Behind | Fitness::Dirty => {}
        unfit => return Err(Error::Unfit(unfit.advice().unwrap_or_default().into())),
    }
    let environment = environment_on(on)?;
    let may_be_emptied = environment.is_some_and(Environment::may_be_emptied);
    let word = environment.map_or("unmarked", Environment::word);
    if back == Back::All && !may_be_emptied {
        return Err(Error::Unfit(format!(
            "this is a {word} database; only demo and scratch databases are emptied"
        )));
    }
    let applied = steps(on, migrations)?;
    let mut chosen: Vec<Migration> = migrations
        .iter()
        .rev()
        .filter(|one| applied.iter().any(|step| step.version == one.version && step.applied_at.is_some()))
        .copied()
        .collect();
    if let Back::Newest(count) = back {
        chosen.truncate(count);
    }
    match chosen.iter().find(|migration| !migration.is_reversible()) {
        Some(step) if !may_be_emptied => Err(Error::Unfit(format!(
            "taking {} back would delete all data, and this is a {word} database; only demo and scratch databases are emptied",
            step.name
        ))),
        _ => Ok(chosen),
    }
}

fn run<'o, T: Send>(
    url: &str,
    options: Options<'o>,
    work: impl FnOnce(&mut Runner<'_, 'o>) -> Result<T> + Send,
) -> Result<T> {
    let limits = options.limits;
    with_connection(url, limits.lock, move |on| {
        let mut runner = Runner { on, limits, watch: options.watch, hung_up: false };
        runner.stand_alone()?;
        work(&mut runner)
    })
}

struct Runner<'c, 'o> {
    on: &'c mut dyn Statements,
    limits: Limits,
    watch: Option<Watch<'o>>,
    hung_up: bool,
}

impl Runner<'_, '_> {
    /// Takes the lock against other runners for as long as the connection lives.
    /// On SQLite each transaction is its own lock.
    fn stand_alone(&mut self) -> Result<()> {
        if self.on.engine() == Engine::Sqlite {
            return Ok(());
        }
        // A killed runner's server process should notice soon, and let go of the lock.
        // Where its platform cannot look, it refuses the setting.
        let _ = self.on.batch("SET client_connection_check_interval = '1s'");
        let begun = Instant::now();
        loop {
            let row = self.on.query("SELECT pg_try_advisory_lock($1)", args![RUNNER_LOCK])?;
            if row.first().map(|row| row.get(0)).transpose()? == Some(true) {
                return Ok(());
            }
            if begun.elapsed() >= self.limits.runner {
                return Err(Error::Unfit(format!(
                    "another migration of this database has been running for {}; nothing was changed; wait for it to end, then run `askpro migrate up` again",
                    seconds(self.limits.runner)
                )));
            }
            std::thread::sleep(RUNNER_LOCK_PAUSE);
        }
    }

    fn up(&mut self, migration: &Migration, birth: &Birth) -> Result<bool> {
        if migration.runs_outside(self.on.engine()) {
            return self.up_outside(migration, birth);
        }
        self.in_one_transaction(migration, |runner| {
            runner.make_book()?;
            if runner.has(migration)? {
                return Ok(false);
            }
            let before = losses::look(runner.on)?;
            runner.carry_out(migration, Direction::Up)?;
            runner.note_up(migration, birth)?;
            losses::check(runner.on, migration, &before)?;
            Ok(true)
        })
    }

    fn down(&mut self, migration: &Migration) -> Result<bool> {
        if migration.runs_outside(self.on.engine()) {
            return self.down_outside(migration);
        }
        self.in_one_transaction(migration, |runner| {
            if !runner.has(migration)? {
                return Ok(false);
            }
            let before = losses::look(runner.on)?;
            runner.carry_out(migration, Direction::Down)?;
            runner.note_down(migration)?;
            if migration.undo != Undo::Empties {
                losses::check(runner.on, migration, &before)?;
            }
            Ok(true)
        })
    }

    /// The note is written after the index stands: a kill in between leaves an
    /// index without a note, and the next run finds it and writes the note.
    fn up_outside(&mut self, migration: &Migration, birth: &Birth) -> Result<bool> {
        if self.has(migration)? {
            return Ok(false);
        }
        for statement in migration.statements(self.on.engine(), Direction::Up)? {
            let index = statement.index().unwrap_or_default().to_owned();
            for leftover in invalid_indexes(self.on, &[&index])? {
                let drop = format!("DROP INDEX CONCURRENTLY IF EXISTS {}", quoted(&leftover));
                self.build(migration, &drop)?;
            }
            self.build(migration, statement.text)?;
        }
        self.in_one_transaction(migration, |runner| runner.note_up(migration, birth).map(|()| true))
    }

    /// The note goes first: a kill in between leaves an index without a note,
    /// never a note without its index.
    fn down_outside(&mut self, migration: &Migration) -> Result<bool> {
        self.in_one_transaction(migration, |runner| runner.note_down(migration).map(|()| true))?;
        for statement in migration.statements(self.on.engine(), Direction::Down)? {
            self.build(migration, statement.text)?;
        }
        Ok(true)
    }

    /// Runs one statement outside a transaction.
    fn build(&mut self, migration: &Migration, sql: &str) -> Result<()> {
        let limit = self.limits.index.as_millis();
        self.on.batch(&format!("SET lock_timeout = {limit}"))?;
        self.on.batch(&format!("SET statement_timeout = {limit}"))?;
        self.ask(sql)?;
        let begun = Instant::now();
        self.on.batch(sql).map_err(|error| self.explain(migration, error, begun))
    }

    /// All of it or nothing.
    fn in_one_transaction(
        &mut self,
        migration: &Migration,
        work: impl FnOnce(&mut Self) -> Result<bool>,
    ) -> Result<bool> {
        let mut begun = Instant::now();
        self.begin().map_err(|error| self.explain(migration, error, begun))?;
        let outcome = work(self).and_then(|is_done| {
            let end = if is_done { "COMMIT" } else { "ROLLBACK" };
            begun = Instant::now();
            self.ask(end)?;
            self.on.batch(end)?;
            Ok(is_done)
        });
        outcome.map_err(|error| {
            if !self.hung_up {
                let _ = self.on.batch("ROLLBACK");
            }
            self.explain(migration, error, begun)
        })
    }

    fn begin(&mut self) -> Result<()> {
        match self.on.engine() {
            Engine::Sqlite => self.on.batch("BEGIN IMMEDIATE"),
            Engine::Postgres => self.on.batch(&format!(
                "BEGIN; SET LOCAL lock_timeout = {}; SET LOCAL statement_timeout = {}",
                self.limits.lock.as_millis(),
                self.limits.statement.as_millis()
            )),
        }
    }

    fn carry_out(&mut self, migration: &Migration, direction: Direction) -> Result<()> {
        let statements: Vec<Statement<'_>> = migration.statements(self.on.engine(), direction)?;
        for statement in statements {
            self.ask(statement.text)?;
            self.on.batch(statement.text)?;
        }
        Ok(())
    }

    /// Asks the watch about a statement.
    fn ask(&mut self, sql: &str) -> Result<()> {
        let Some(watch) = self.watch.as_mut() else { return Ok(()) };
        match watch(sql) {
            Verdict::GoOn => Ok(()),
            Verdict::Fail => Err(Error::Statement("interrupted by the watch".into())),
            Verdict::HangUp => {
                self.hung_up = true;
                Err(Error::Unavailable("hung up by the watch".into()))
            }
        }
    }

    fn note(&mut self, sql: &str, arguments: &[Value]) -> Result<()> {
        self.ask(sql)?;
        self.on.execute(sql, arguments).map(drop)
    }

    /// The table that says what was applied.
    fn make_book(&mut self) -> Result<()> {
        let (time, strict) = match self.on.engine() {
            Engine::Sqlite => ("INTEGER", " STRICT"),
            Engine::Postgres => ("timestamptz", ""),
        };
        let sql = format!(
            "CREATE TABLE IF NOT EXISTS schema_migrations (
            version integer PRIMARY KEY, name text NOT NULL, checksum text NOT NULL, applied_at {time} NOT NULL){strict}"
        );
        self.ask(&sql)?;
        self.on.batch(&sql)
    }

    fn has(&mut self, migration: &Migration) -> Result<bool> {
        let found =
            self.on.query("SELECT 1 FROM schema_migrations WHERE version = $1", args![migration.version])?;
        Ok(!found.is_empty())
    }

    fn note_up(&mut self, migration: &Migration, birth: &Birth) -> Result<()> {
        let checksum = migration.checksum(self.on.engine());
        self.note(
            "INSERT INTO schema_migrations (version, name, checksum, applied_at) VALUES ($1, $2, $3, $4)",
            args![migration.version, migration.name, checksum, birth.now],
        )?;
        if migration.version == 1 {
            self.note(
                "INSERT INTO installation (id, environment, created_at, schema_version, zone_data_version)
                 VALUES ($1, $2, $3, $4, $5)",
                args![
                    birth.installation,
                    birth.environment.word(),
                    birth.now,
                    1,
                    askpro_domain::calendar::ZONE_DATA_VERSION
                ],
            )?;
        }
        self.note("UPDATE installation SET schema_version = $1", args![migration.version])
    }

    fn note_down(&mut self, migration: &Migration) -> Result<()> {
        if migration.version == 1 {
            // The installation's row is gone with its table; an empty database is left.
            self.ask("DROP TABLE schema_migrations")?;
            return self.on.batch("DROP TABLE schema_migrations");
        }
        self.note("DELETE FROM schema_migrations WHERE version = $1", args![migration.version])?;
        self.note("UPDATE installation SET schema_version = $1", args![migration.version - 1])
    }

    /// One sentence: which migration, what happened, what is left, what to do.
    fn explain(&self, migration: &Migration, error: Error, begun: Instant) -> Error {
        let left = if migration.runs_outside(self.on.engine()) {
            "at most an unfinished index is left, which the next run removes"
        } else {
            "nothing was changed"
        };
        let is_lock = match self.on.engine() {
            Engine::Sqlite => matches!(&error, Error::Unavailable(why) if why.contains("holds the database")),
            Engine::Postgres => matches!(error, Error::Timeout) && begun.elapsed() < self.limits.statement,
        };
        let why = if is_lock {
            format!(
                "somebody else has held a lock that it needs for {}; {left}; end what holds it, then run the same again",
                seconds(self.limits.lock)
            )
        } else if matches!(error, Error::Timeout) {
            format!("a statement took longer than it may; {left}")
        } else {
            format!("{error}; {left}")
        };
        Error::Migration(format!("migration {} was given up: {why}", migration.name))
    }
}

fn seconds(limit: Duration) -> String {
    format!("{} s", limit.as_secs_f32())
}
