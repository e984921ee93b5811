//! What a migration took away without saying so, found before it is committed.

use std::collections::BTreeMap;

use super::{
    catalogue::Migration,
    session::{count, tables},
};
use crate::{
    engine::{Engine, Statements},
    error::{Error, Result},
};

/// Every table with a number by which a loss is told. On SQLite the number of
/// rows: we hold the only write lock, so nobody else changes it. On PostgreSQL
/// others go on writing to tables that the migration does not lock, so there it
/// is the table's identity, and the rows that this transaction deleted are counted.
pub(super) struct Before(BTreeMap<String, i64>);

pub(super) fn look(on: &mut dyn Statements) -> Result<Before> {
    let mut found = BTreeMap::new();
    match on.engine() {
        Engine::Sqlite => {
            for table in tables(on)? {
                let rows = count(on, &table)?;
                found.insert(table, rows);
            }
        }
        Engine::Postgres => {
            for row in on.query(IDENTITIES, &[])? {
                found.insert(row.get(0)?, row.get(1)?);
            }
        }
    }
    Ok(Before(found))
}

const IDENTITIES: &str = "SELECT relname::text, oid::bigint FROM pg_class
     WHERE relkind IN ('r', 'p') AND relnamespace = current_schema()::regnamespace";

const DELETED: &str = "SELECT relname::text, pg_stat_get_xact_tuples_deleted(oid) FROM pg_class
     WHERE relkind IN ('r', 'p') AND relnamespace = current_schema()::regnamespace";

/// An error where a table or rows are gone that the migration did not name.
pub(super) fn check(on: &mut dyn Statements, migration: &Migration, before: &Before) -> Result<()> {
    let refused =
        |what: String| Err(Error::Conflict(format!("{what} (a migration names what it means to delete)")));
    let after = look(on)?;
    for (table, number) in &before.0 {
        if migration.sheds.contains(&table.as_str()) || table == "schema_migrations" {
            continue;
        }
        match (after.0.get(table), on.engine()) {
            (None, _) => return refused(format!("the table {table} would be gone")),
            (Some(now), Engine::Sqlite) if now < number => {
                return refused(format!("{} rows of {table} would be gone", number - now));
            }
            (Some(now), Engine::Postgres) if now != number => {
                return refused(format!("the table {table} would be another one"));
            }
            _ => {}
        }
    }
    match on.engine() {
        Engine::Sqlite if !on.query("PRAGMA foreign_key_check", &[])?.is_empty() => {
            Err(Error::Conflict("a reference that leads nowhere after the migration".into()))
        }
        Engine::Sqlite => Ok(()),
        Engine::Postgres => {
            for row in on.query(DELETED, &[])? {
                let (table, rows): (String, i64) = (row.get(0)?, row.get(1)?);
                let is_meant = migration.sheds.contains(&table.as_str()) || table == "schema_migrations";
                if rows > 0 && !is_meant {
                    return refused(format!("{rows} rows of {table} would be gone"));
                }
            }
            Ok(())
        }
    }
}
