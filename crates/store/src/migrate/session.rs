//! A connection of its own for migrations, and the questions every part asks.

use std::time::Duration;

use crate::{
    args,
    engine::{Engine, Statements, postgres, sqlite},
    error::Result,
    store::{Address, make_private},
};

/// Nothing here may take longer; the limits that matter are the database's own.
const A_DAY: Duration = Duration::from_secs(86_400);

/// Runs work on a connection of its own, as the owner of the schema. `wait` is
/// how long SQLite waits for another process that writes.
pub(super) fn with_connection<T: Send>(
    url: &str,
    wait: Duration,
    work: impl FnOnce(&mut dyn Statements) -> Result<T> + Send,
) -> Result<T> {
    match Address::parse(url)? {
        Address::File(path) => {
            make_private(&path)?;
            sqlite::apart(&path, |connection| {
                connection.busy_timeout(wait).map_err(sqlite::translate)?;
                // Inside a transaction this would do nothing, and rebuilding a
                // parent table would then delete its children.
                connection.execute_batch("PRAGMA foreign_keys = OFF").map_err(sqlite::translate)?;
                work(&mut sqlite::Session { on: connection })
            })
        }
        Address::Server(url) => postgres::apart(&url, A_DAY, |link| work(link)),
    }
}

/// The same for a short question of another module.
pub(crate) fn on_its_own<T: Send>(
    url: &str,
    work: impl FnOnce(&mut dyn Statements) -> Result<T> + Send,
) -> Result<T> {
    with_connection(url, Duration::from_secs(5), work)
}

/// What people call the database: its name on the server, or its file's.
pub fn database_name(url: &str) -> Result<String> {
    Ok(match Address::parse(url)? {
        Address::File(path) => path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        Address::Server(url) => postgres::config(&url)?.get_dbname().unwrap_or_default().to_owned(),
    })
}

/// Reads from one state of the database, however long it takes and whatever
/// others commit meanwhile.
pub(super) fn at_one_moment<T>(
    on: &mut dyn Statements,
    work: impl FnOnce(&mut dyn Statements) -> Result<T>,
) -> Result<T> {
    on.batch(match on.engine() {
        Engine::Sqlite => "BEGIN",
        Engine::Postgres => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
    })?;
    let outcome = work(on);
    let _ = on.batch("ROLLBACK");
    outcome
}

/// Our tables' names, in the order they were made, so that no table refers to a later one.
pub(super) fn tables(on: &mut dyn Statements) -> Result<Vec<String>> {
    let sql = match on.engine() {
        Engine::Sqlite => {
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY rowid"
        }
        Engine::Postgres => {
            "SELECT relname::text FROM pg_class WHERE relkind IN ('r', 'p')
                 AND relnamespace = current_schema()::regnamespace ORDER BY oid"
        }
    };
    on.query(sql, &[])?.iter().map(|row| row.get(0)).collect()
}

pub(super) fn has_table(on: &mut dyn Statements, name: &str) -> Result<bool> {
    Ok(tables(on)?.iter().any(|table| table == name))
}

/// How many rows a table has.
pub(super) fn count(on: &mut dyn Statements, table: &str) -> Result<i64> {
    match on.query(&format!("SELECT count(*) FROM {}", postgres::quoted(table)), &[])?.first() {
        Some(row) => row.get(0),
        None => Ok(0),
    }
}

/// Which of these indexes PostgreSQL began and did not finish.
pub(super) fn invalid_indexes(on: &mut dyn Statements, names: &[&str]) -> Result<Vec<String>> {
    let mut invalid = Vec::new();
    if on.engine() == Engine::Postgres {
        for name in names {
            let found = on.query(
                "SELECT 1 FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
                 WHERE c.relname = $1::text AND c.relnamespace = current_schema()::regnamespace AND NOT i.indisvalid",
                args![*name],
            )?;
            if !found.is_empty() {
                invalid.push((*name).to_owned());
            }
        }
    }
    Ok(invalid)
}
