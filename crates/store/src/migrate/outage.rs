//! A database that is away on purpose, so that it can be seen what callers hear then.

use std::time::Duration;

use super::{
    environment::Environment,
    fitness::environment_on,
    session::{tables, with_connection},
};
use crate::{
    engine::{Engine, Statements, postgres::quoted},
    error::{Error, Result},
};

/// How long the tables' users may take to let go of them.
const PATIENCE: Duration = Duration::from_secs(5);

/// How often it is tried while others work in the same tables in another order.
const TRIES: u32 = 30;

/// What a table is called while it is away: its name behind this.
const AWAY: &str = "away_";

/// What stays: the mark of the database and the record of its migrations.
const STAYS: [&str; 2] = ["installation", "schema_migrations"];

/// A demo or scratch database without its tables: every transaction fails, on both
/// engines alike. They are back when this value goes.
#[derive(Debug)]
pub struct Outage {
    url: String,
}

impl Outage {
    /// Takes the tables away. Blocks the calling thread.
    pub fn begin(url: &str) -> Result<Self> {
        with_connection(url, PATIENCE, |on| {
            if !environment_on(on)?.is_some_and(Environment::may_be_emptied) {
                return Err(Error::Unfit("only a demo or scratch database is taken away on purpose".into()));
            }
            again_while_contended(on, |on| {
                rename(on, |name| {
                    (!STAYS.contains(&name) && !name.starts_with(AWAY)).then(|| format!("{AWAY}{name}"))
                })
            })
        })?;
        Ok(Self { url: url.to_owned() })
    }

    /// Brings back what is away, also what a killed process left so; any other
    /// database stays as it is. Blocks the calling thread.
    pub fn end(url: &str) -> Result<()> {
        with_connection(url, PATIENCE, |on| {
            if !environment_on(on)?.is_some_and(Environment::may_be_emptied) {
                return Ok(());
            }
            again_while_contended(on, |on| rename(on, |name| name.strip_prefix(AWAY).map(str::to_owned)))
        })
    }
}

impl Drop for Outage {
    fn drop(&mut self) {
        if let Err(error) = Self::end(&self.url) {
            tracing::error!(%error, "the tables of a database taken away on purpose are not back");
        }
    }
}

fn again_while_contended(
    on: &mut dyn Statements,
    work: impl Fn(&mut dyn Statements) -> Result<()>,
) -> Result<()> {
    for _ in 1..TRIES {
        match work(on) {
            Err(Error::Contended) => {}
            ended => return ended,
        }
    }
    work(on)
}

/// Gives tables other names, all of them or none.
fn rename(on: &mut dyn Statements, other: impl Fn(&str) -> Option<String>) -> Result<()> {
    on.batch(match on.engine() {
        Engine::Sqlite => "BEGIN IMMEDIATE",
        Engine::Postgres => "BEGIN",
    })?;
    let renamed = tables(on).and_then(|names| {
        for name in names {
            if let Some(other) = other(&name) {
                on.batch(&format!("ALTER TABLE {} RENAME TO {}", quoted(&name), quoted(&other)))?;
            }
        }
        Ok(())
    });
    match renamed {
        Ok(()) => on.batch("COMMIT"),
        Err(error) => {
            let _ = on.batch("ROLLBACK");
            Err(error)
        }
    }
}
