//! The two engines behind one shape of work.
//!
//! A transaction is a closure that runs on a thread of the engine: on SQLite on
//! the one writer thread, several closures to a commit; on PostgreSQL on a
//! thread that owns one connection. It is synchronous, so nothing can be awaited
//! inside a transaction, least of all a provider. `docs/decisions/0001-database-layer.md`
//! has the reasons and the figures.

pub(crate) mod postgres;
pub(crate) mod sqlite;

use std::time::{Duration, Instant};

pub(crate) use postgres::Postgres;
pub(crate) use sqlite::Sqlite;
use tokio::sync::oneshot;

use crate::{
    error::{Error, Result},
    value::{Row, Value},
};

/// Which database it is. Statements are the same for both, except where a
/// repository says why they are not.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Engine {
    /// SQLite, in this process.
    Sqlite,
    /// PostgreSQL, over a socket.
    Postgres,
}

/// Where statements go: an open transaction of either engine.
pub(crate) trait Statements {
    fn engine(&self) -> Engine;
    /// Runs a statement; how many rows it changed.
    fn execute(&mut self, sql: &str, arguments: &[Value]) -> Result<u64>;
    /// Runs a query.
    fn query(&mut self, sql: &str, arguments: &[Value]) -> Result<Vec<Row>>;
    /// Runs a query and ends the transaction with it; a statement after it is refused
    /// where that saves a trip.
    fn last_query(&mut self, sql: &str, arguments: &[Value]) -> Result<Vec<Row>> {
        self.query(sql, arguments)
    }
    /// Runs several statements without arguments.
    fn batch(&mut self, sql: &str) -> Result<()>;
}

/// As whom a transaction works, for the database's own wall.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Wall {
    /// One company's rows only.
    Company(uuid::Uuid),
    /// All rows.
    Platform,
}

/// Whether a transaction may change anything.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Access {
    Read,
    Write,
}

/// The work of one transaction. It may be run again where the engine reports
/// that another transaction stood in the way, so it must not keep state.
pub(crate) type Work<T> = Box<dyn Fn(&mut dyn Statements) -> Result<T> + Send>;

/// How many times work is run again after a collision before the caller hears of it.
const RUNS_AT_MOST: u32 = 4;

/// How many pieces of work may wait for an engine; past that a caller is told at once.
const QUEUE_AT_MOST: usize = 4096;

/// A piece of work with where its result goes.
struct Order<T> {
    work: Work<T>,
    deadline: Instant,
    reply: oneshot::Sender<Result<T>>,
}

/// Waits for a reply, but not past the deadline. What was already begun may
/// still be committed; the caller must not say that it was.
async fn wait<T>(reply: oneshot::Receiver<Result<T>>, patience: Duration) -> Result<T> {
    match tokio::time::timeout(patience, reply).await {
        Ok(Ok(result)) => result,
        Ok(Err(_)) => Err(Error::Unavailable("the database thread ended".into())),
        Err(_) => Err(Error::Timeout),
    }
}

/// What a panic inside a closure becomes: one failed transaction, never a dead thread.
fn caught<T>(run: impl FnOnce() -> Result<T>) -> Result<T> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(run))
        .unwrap_or_else(|_| Err(Error::Statement("a panic inside a transaction; it was rolled back".into())))
}
