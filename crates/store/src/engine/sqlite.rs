//! SQLite: one writer thread that commits in groups, a few readers beside it.

use std::{
    collections::VecDeque,
    path::{Path, PathBuf},
    sync::{Arc, Condvar, Mutex},
    time::{Duration, Instant},
};

use rusqlite::{
    Connection, OpenFlags,
    types::{ToSqlOutput, ValueRef},
};
use tokio::sync::oneshot;

use super::{Access, Engine, Order, QUEUE_AT_MOST, Statements, Work, caught, wait};
use crate::{
    error::{Error, Result},
    value::{Row, Value},
};

/// How many transactions share one commit at most. A commit costs one fsync, so
/// under load the group grows by itself while the last one is being written.
const GROUP_AT_MOST: usize = 64;

/// Readers beside the writer; WAL lets them see the last commit without waiting.
const READERS: usize = 2;

/// How long SQLite itself waits for another process that holds the write lock
/// (a command line beside the server).
const BUSY_PATIENCE: Duration = Duration::from_secs(5);

trait Erased: Send {
    /// Runs the work; whether its changes are to be kept.
    fn run(&mut self, on: &Connection) -> bool;
    /// Tells the caller, after the commit.
    fn finish(self: Box<Self>, commit: Result<()>);
}

struct Piece<T> {
    order: Order<T>,
    outcome: Option<Result<T>>,
}

impl<T: Send> Erased for Piece<T> {
    fn run(&mut self, on: &Connection) -> bool {
        let outcome = if Instant::now() >= self.order.deadline || self.order.reply.is_closed() {
            Err(Error::Timeout)
        } else {
            caught(|| (self.order.work)(&mut Session { on }))
        };
        let keep = outcome.is_ok();
        self.outcome = Some(outcome);
        keep
    }

    fn finish(self: Box<Self>, commit: Result<()>) {
        let outcome = match commit {
            Ok(()) => self.outcome.unwrap_or(Err(Error::Timeout)),
            Err(error) => Err(error),
        };
        // A caller that no longer waits has already been told that time ran out.
        let _ = self.order.reply.send(outcome);
    }
}

/// A bounded queue that several readers can share.
struct Queue {
    pieces: Mutex<(VecDeque<Box<dyn Erased>>, bool)>,
    filled: Condvar,
}

impl Queue {
    fn push(&self, piece: Box<dyn Erased>) -> bool {
        let Ok(mut guard) = self.pieces.lock() else { return false };
        if guard.0.len() >= QUEUE_AT_MOST || guard.1 {
            return false;
        }
        guard.0.push_back(piece);
        self.filled.notify_one();
        true
    }

    fn take(&self, most: usize) -> Option<Vec<Box<dyn Erased>>> {
        let mut guard = self.pieces.lock().ok()?;
        while guard.0.is_empty() {
            if guard.1 {
                return None;
            }
            guard = self.filled.wait(guard).ok()?;
        }
        let count = guard.0.len().min(most);
        Some(guard.0.drain(..count).collect())
    }

    fn close(&self) {
        if let Ok(mut guard) = self.pieces.lock() {
            guard.1 = true;
            self.filled.notify_all();
        }
    }
}

/// A SQLite database file, open for as long as this value lives.
pub(crate) struct Sqlite {
    writes: Arc<Queue>,
    reads: Arc<Queue>,
    path: PathBuf,
}

impl Drop for Sqlite {
    fn drop(&mut self) {
        self.writes.close();
        self.reads.close();
    }
}

impl Sqlite {
    /// Opens the file, creating it where it is missing.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let sqlite =
            Self { writes: Arc::new(Queue::new()), reads: Arc::new(Queue::new()), path: path.to_owned() };
        let writer = connect(path)?;
        // Statistics for the planner, refreshed where the tables have grown much;
        // another process at work is no reason not to open.
        let _ = writer.execute_batch("PRAGMA optimize = 0x10002");
        sqlite.start_thread("sqlite-writer", writer, Arc::clone(&sqlite.writes), write_groups)?;
        for _ in 0..READERS {
            let connection = connect(path)?;
            connection.execute_batch("PRAGMA query_only = ON").map_err(translate)?;
            sqlite.start_thread("sqlite-reader", connection, Arc::clone(&sqlite.reads), read_one_by_one)?;
        }
        Ok(sqlite)
    }

    fn start_thread(
        &self,
        name: &str,
        connection: Connection,
        queue: Arc<Queue>,
        body: fn(&Connection, &Queue),
    ) -> Result<()> {
        std::thread::Builder::new()
            .name(name.into())
            .spawn(move || body(&connection, &queue))
            .map(drop)
            .map_err(|error| Error::Unavailable(format!("no thread for SQLite: {error}")))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) async fn run<T: Send + 'static>(
        &self,
        access: Access,
        patience: Duration,
        work: Work<T>,
    ) -> Result<T> {
        let (reply, answer) = oneshot::channel();
        let order = Order { work, deadline: Instant::now() + patience, reply };
        let queue = match access {
            Access::Read => &self.reads,
            Access::Write => &self.writes,
        };
        if !queue.push(Box::new(Piece { order, outcome: None })) {
            return Err(Error::Unavailable("too much work is waiting".into()));
        }
        wait(answer, patience).await
    }
}

impl Queue {
    fn new() -> Self {
        Self { pieces: Mutex::new((VecDeque::new(), false)), filled: Condvar::new() }
    }
}

fn connect(path: &Path) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_URI
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(translate)?;
    connection.busy_timeout(BUSY_PATIENCE).map_err(translate)?;
    connection.set_prepared_statement_cache_capacity(256);
    // FULL: a commit that was acknowledged survives the loss of power.
    connection
        .execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
             PRAGMA trusted_schema = OFF; PRAGMA temp_store = MEMORY; PRAGMA journal_size_limit = 67108864",
        )
        .map_err(translate)?;
    Ok(connection)
}

/// Runs what waits in one transaction, each piece in a savepoint of its own, and
/// tells every caller only after the commit.
fn write_groups(connection: &Connection, queue: &Queue) {
    while let Some(mut group) = queue.take(GROUP_AT_MOST) {
        let mut commit = connection.execute_batch("BEGIN IMMEDIATE").map_err(translate);
        if commit.is_ok() {
            for piece in &mut group {
                let kept = connection.execute_batch("SAVEPOINT piece").is_ok() && piece.run(connection);
                let end = if kept { "RELEASE piece" } else { "ROLLBACK TO piece; RELEASE piece" };
                if let Err(error) = connection.execute_batch(end) {
                    commit = Err(translate(error));
                    break;
                }
            }
            if commit.is_ok() {
                commit = connection.execute_batch("COMMIT").map_err(translate);
            }
            if commit.is_err() && !connection.is_autocommit() {
                // Nothing of the group is kept, and everybody in it hears so.
                let _ = connection.execute_batch("ROLLBACK");
            }
        }
        for piece in group {
            piece.finish(match &commit {
                Ok(()) => Ok(()),
                Err(error) => Err(Error::Unavailable(error.to_string())),
            });
        }
    }
}

fn read_one_by_one(connection: &Connection, queue: &Queue) {
    while let Some(pieces) = queue.take(1) {
        for mut piece in pieces {
            let begun = connection.execute_batch("BEGIN").map_err(translate);
            if begun.is_ok() {
                piece.run(connection);
                let _ = connection.execute_batch("ROLLBACK");
            }
            piece.finish(begun);
        }
    }
}

/// Statements on one SQLite connection.
pub(crate) struct Session<'c> {
    pub(crate) on: &'c Connection,
}

impl Session<'_> {
    fn bind(statement: &mut rusqlite::CachedStatement<'_>, arguments: &[Value]) -> Result<()> {
        for index in 1..=statement.parameter_count() {
            // `$3` is a name to SQLite, so the number in it says which argument is meant.
            let number =
                statement.parameter_name(index).and_then(|name| name.get(1..)?.parse::<usize>().ok());
            let argument = number
                .and_then(|number| arguments.get(number.checked_sub(1)?))
                .ok_or_else(|| Error::Statement(format!("argument {index} is missing")))?;
            statement.raw_bind_parameter(index, argument).map_err(translate)?;
        }
        Ok(())
    }
}

impl Statements for Session<'_> {
    fn engine(&self) -> Engine {
        Engine::Sqlite
    }

    fn execute(&mut self, sql: &str, arguments: &[Value]) -> Result<u64> {
        let mut statement = self.on.prepare_cached(sql).map_err(translate)?;
        Self::bind(&mut statement, arguments)?;
        statement.raw_execute().map(|changed| changed as u64).map_err(translate)
    }

    fn query(&mut self, sql: &str, arguments: &[Value]) -> Result<Vec<Row>> {
        let mut statement = self.on.prepare_cached(sql).map_err(translate)?;
        Self::bind(&mut statement, arguments)?;
        let columns = statement.column_count();
        let mut rows = statement.raw_query();
        let mut result = Vec::new();
        while let Some(row) = rows.next().map_err(translate)? {
            let mut values = Vec::with_capacity(columns);
            for column in 0..columns {
                values.push(match row.get_ref(column).map_err(translate)? {
                    ValueRef::Null => Value::Null,
                    ValueRef::Integer(number) => Value::Int(number),
                    ValueRef::Real(_) => {
                        return Err(Error::Impossible(format!("column {column} holds a fraction")));
                    }
                    ValueRef::Text(text) => Value::Text(
                        std::str::from_utf8(text)
                            .map_err(|_| Error::Impossible(format!("column {column} is not UTF-8")))?
                            .to_owned(),
                    ),
                    ValueRef::Blob(bytes) => Value::Bytes(bytes.to_vec()),
                });
            }
            result.push(Row(values));
        }
        Ok(result)
    }

    fn batch(&mut self, sql: &str) -> Result<()> {
        self.on.execute_batch(sql).map_err(translate)
    }
}

impl rusqlite::ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        use rusqlite::types::Value as Owned;
        Ok(match self {
            Value::Null => ToSqlOutput::Owned(Owned::Null),
            Value::Bool(value) => ToSqlOutput::Owned(Owned::Integer(i64::from(*value))),
            Value::Int(value) => ToSqlOutput::Owned(Owned::Integer(*value)),
            Value::Text(value) | Value::Json(value) => {
                ToSqlOutput::Borrowed(ValueRef::Text(value.as_bytes()))
            }
            Value::Bytes(value) => ToSqlOutput::Borrowed(ValueRef::Blob(value)),
            Value::Uuid(value) => ToSqlOutput::Owned(Owned::Text(value.to_string())),
            Value::Time(value) => ToSqlOutput::Owned(Owned::Integer(value.as_microsecond())),
        })
    }
}

/// SQLite's error in our words; without values, which may be somebody's name.
pub(crate) fn translate(error: rusqlite::Error) -> Error {
    use rusqlite::ErrorCode;
    let rusqlite::Error::SqliteFailure(failure, message) = &error else {
        return Error::Statement(error.to_string());
    };
    let message = message.as_deref().unwrap_or("no details");
    match failure.code {
        // "UNIQUE constraint failed: customers.company_id, …" names columns only;
        // a trigger's message is a constraint name of our own.
        ErrorCode::ConstraintViolation => Error::Conflict(message.to_owned()),
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => {
            Error::Unavailable("another process holds the database".into())
        }
        ErrorCode::DiskFull
        | ErrorCode::SystemIoFailure
        | ErrorCode::CannotOpen
        | ErrorCode::ReadOnly
        | ErrorCode::DatabaseCorrupt
        | ErrorCode::NotADatabase
        | ErrorCode::PermissionDenied => Error::Unavailable(message.to_owned()),
        _ => Error::Statement(message.to_owned()),
    }
}

/// Runs work on a connection of its own, outside every queue: for migrations,
/// which must switch foreign keys off before their transaction begins.
pub(crate) fn apart<T>(path: &Path, work: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
    work(&connect(path)?)
}
