//! Nothing that interrupts a migration leaves a trace, and nothing that a
//! migration does by mistake is kept.

mod backups;
mod contract;
mod interruptions;
mod locks;
mod mutants;
mod there_and_back;

use askpro_domain::ids::Clock;
use askpro_store::{
    Error, Result,
    migrate::{self, Back, Birth, Environment, MIGRATIONS, Migration, Options, Snapshot},
};
use askpro_testkit::Ground;
use uuid::Uuid;

/// The same birth at every call, so that two histories give the same rows.
fn birth(ground: &Ground) -> Birth {
    Birth { environment: Environment::Scratch, installation: Uuid::from_u128(7), now: ground.clock.now() }
}

fn up(ground: &Ground, migrations: &[Migration]) -> Result<Vec<&'static str>> {
    migrate::up_with(&ground.url, birth(ground), Options { migrations, ..Options::default() })
}

fn down(ground: &Ground, count: usize) -> Result<Vec<&'static str>> {
    migrate::down(&ground.url, Back::Newest(count), Options::default())
}

/// Brings a fresh ground to the schema before `migrations[count]`.
fn at_version(ground: &Ground, count: usize) {
    migrate::down_all(&ground.url).unwrap();
    if count > 0 {
        up(ground, &MIGRATIONS[..count]).unwrap();
    }
}

/// The newest schema, with rows in every table.
fn fresh(ground: &Ground) {
    at_version(ground, MIGRATIONS.len());
    ground.write_rows();
}

fn snapshot(ground: &Ground) -> Snapshot {
    migrate::snapshot(&ground.url).unwrap()
}

fn assert_same(before: &Snapshot, after: &Snapshot, when: &str) {
    if let Some(difference) = before.difference(after) {
        panic!("{when}, the database differs:\n{difference}");
    }
}

fn is_postgres(ground: &Ground) -> bool {
    !ground.url.starts_with("sqlite:")
}

fn told(error: &Error) -> String {
    error.to_string()
}
