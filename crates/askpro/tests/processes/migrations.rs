//! Upgrading with real processes: the plug is pulled, two start at once, and
//! nobody takes back what they did not mean to.

use std::{
    process::Child,
    time::{Duration, Instant},
};

use askpro_domain::ids::{Chance, Clock, SeededChance};
use askpro_store::migrate::{self, Birth, Environment, MIGRATIONS, Options, Snapshot};
use askpro_testkit::Ground;
use serde_json::Value;

use crate::office::Office;

/// How often the plug is pulled; a longer run by hand names another number.
#[expect(clippy::disallowed_methods, reason = "a longer run by hand is asked for from outside")]
fn kills() -> usize {
    std::env::var("ASKPRO_TEST_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(12)
}

/// What only says when and as what the database was made.
const BOOKS: [&str; 2] = ["installation", "schema_migrations"];

fn at_version(ground: &Ground, count: usize) {
    migrate::down_all(&ground.url).unwrap();
    if count > 0 {
        let birth = Birth {
            environment: Environment::Scratch,
            installation: uuid::Uuid::from_u128(7),
            now: ground.clock.now(),
        };
        let options = Options { migrations: &MIGRATIONS[..count], ..Options::default() };
        migrate::up_with(&ground.url, birth, options).unwrap();
    }
}

/// The database as it is at each whole version, without rows.
fn whole_versions(ground: &Ground) -> Vec<Vec<String>> {
    (0..=MIGRATIONS.len())
        .map(|count| {
            at_version(ground, count);
            migrate::snapshot(&ground.url).unwrap().schema
        })
        .collect()
}

fn version(snapshot: &Snapshot) -> usize {
    snapshot.rows.get("schema_migrations").map_or(0, Vec::len)
}

/// That the rows of an older schema are all there. What a newer one brings stands
/// behind them, in columns or tables of its own.
fn assert_kept(older: &Snapshot, newer: &Snapshot, when: &str) {
    let (older, newer) = (rows(older), rows(newer));
    assert_eq!(older.len(), newer.len(), "{when}");
    for (older, newer) in older.iter().zip(&newer) {
        assert!(newer.starts_with(older.as_str()), "{when}: {older} became {newer}");
    }
}

/// Rows without what is absent at their end.
fn rows(snapshot: &Snapshot) -> Vec<String> {
    snapshot
        .rows
        .iter()
        .filter(|(table, _)| !BOOKS.contains(&table.as_str()))
        .flat_map(|(table, rows)| rows.iter().map(move |row| format!("{table} {}", bare(row))))
        .collect()
}

fn bare(row: &str) -> String {
    let mut bare = row.trim_end_matches(')');
    while let Some(shorter) = [",NULL", ",'{}'", ",{}", ","].iter().find_map(|end| bare.strip_suffix(end)) {
        bare = shorter;
    }
    bare.to_owned()
}

/// Whether the schema is a whole version's, or one with the index of an online
/// step begun or built and not yet noted.
fn is_whole(schema: &[String], versions: &[Vec<String>], version: usize) -> bool {
    let is_index = |line: &&String| line.starts_with("index ") && line.contains("appointments_series");
    let without: Vec<&String> = schema.iter().filter(|line| version > 2 || !is_index(line)).collect();
    without == versions[version].iter().collect::<Vec<_>>()
}

fn pull_the_plug(mut child: Child, after: Duration) -> bool {
    std::thread::sleep(after);
    let is_running = child.try_wait().unwrap().is_none();
    child.kill().unwrap();
    child.wait().unwrap();
    is_running
}

fn attack(ground: &Ground) {
    let office = Office::open(|_| ground.url.clone());
    let versions = whole_versions(ground);
    let chance = SeededChance::new(u64::from(std::process::id()));
    let mut ends = vec![0; MIGRATIONS.len() + 1];
    let (mut running, mut unfinished) = (0, 0);
    for number in 0..kills() {
        // From nothing, and from the first release's schema with rows in it.
        let from = number % 2;
        at_version(ground, from);
        if from == 1 {
            ground.write_rows();
        }
        let before = migrate::snapshot(&ground.url).unwrap();
        // How long it takes undisturbed is looked at anew: machines are noisy.
        let begun = Instant::now();
        if number < 2 {
            office.ok(&["migrate", "up"], "");
        }
        let mut bytes = [0; 2];
        chance.fill(&mut bytes);
        let longest = Duration::from_millis(if ground.url.starts_with("sqlite:") { 60 } else { 500 });
        let longest = if number < 2 { begun.elapsed() } else { longest };
        let after = longest * u32::from(u16::from_le_bytes(bytes)) / u32::from(u16::MAX);
        if number < 2 {
            at_version(ground, from);
            if from == 1 {
                ground.write_rows();
            }
        }
        let child = office.start(&["migrate", "up"]);
        running += usize::from(pull_the_plug(child, after));
        let left = migrate::snapshot(&ground.url).unwrap();
        let at = version(&left);
        ends[at] += 1;
        unfinished += usize::from(left.schema.iter().any(|line| line.ends_with("INVALID")));
        assert!(is_whole(&left.schema, &versions, at), "killed after {after:?}: half a version {at}");
        if from == 1 {
            assert_kept(&before, &left, &format!("killed after {after:?}"));
        }
        office.ok(&["migrate", "up"], "");
        let done = migrate::snapshot(&ground.url).unwrap();
        assert_eq!(done.schema, versions[MIGRATIONS.len()], "after the next run");
        if from == 1 {
            assert_kept(&before, &done, "after the next run");
        }
    }
    let _ = std::io::Write::write_fmt(
        &mut std::io::stderr(),
        format_args!(
            "{} kills, {running} of them while it ran; left at version 0, 1, …: {ends:?}; unfinished indexes {unfinished}; half versions 0; rows lost 0\n",
            kills()
        ),
    );
}

#[test]
fn a_killed_migration_leaves_a_whole_version_on_sqlite() {
    Ground::sqlite().run(async |ground| attack(&ground));
}

#[test]
fn a_killed_migration_leaves_a_whole_version_on_postgres() {
    Ground::postgres().run(async |ground| attack(&ground));
}

fn start_two_at_once(ground: &Ground) {
    migrate::down_all(&ground.url).unwrap();
    let office = Office::open(|_| ground.url.clone());
    let both = [office.start(&["migrate", "up", "--json"]), office.start(&["migrate", "up", "--json"])];
    let applied: usize = both
        .map(|child| {
            let output = child.wait_with_output().unwrap();
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            let document: Value = serde_json::from_slice(&output.stdout).unwrap();
            document["applied"].as_array().unwrap().len()
        })
        .iter()
        .sum();
    assert_eq!(applied, MIGRATIONS.len(), "each migration was applied once");
    assert_eq!(migrate::fitness(&ground.url).unwrap(), migrate::Fitness::Current);
}

#[test]
fn two_replicas_that_start_at_once_migrate_once() {
    Ground::sqlite().run(async |ground| start_two_at_once(&ground));
    Ground::postgres().run(async |ground| start_two_at_once(&ground));
}

/// Runs a command that must fail; what it said, which is one sentence.
fn refused(office: &Office, arguments: &[&str], input: &str) -> String {
    let output = office.run(arguments, input);
    let error = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    assert_eq!(output.status.code(), Some(1), "{arguments:?}: {error}");
    assert_eq!(error.lines().count(), 1, "{arguments:?}: {error}");
    error
}

#[test]
fn a_server_does_not_start_on_a_database_that_does_not_fit() {
    Ground::sqlite().run(async |ground| {
        let office = Office::open(|_| ground.url.clone());
        office.ok(&["init"], "correct horse battery\n");
        for (statement, expected) in [
            (
                "DELETE FROM schema_migrations WHERE version = 3",
                "behind this program; run `askpro migrate up`",
            ),
            ("UPDATE schema_migrations SET version = 9000 WHERE version = 2", "ahead of this program"),
            ("UPDATE schema_migrations SET version = 2, checksum = 'x' WHERE version = 9000", "differs"),
            ("ALTER TABLE installation RENAME TO gone", "tables of another program"),
        ] {
            ground.as_owner(&[statement]).unwrap();
            let error = refused(&office, &["serve", "--listen", "127.0.0.1:0"], "");
            assert!(error.contains(expected), "{error}");
        }
    });
}

fn take_back(ground: &Ground) {
    let office = Office::open(|_| ground.url.clone());
    // A step of each kind: one that empties, one that loses nothing, one beside the work of others.
    at_version(ground, 3);
    ground.write_rows();
    ground.as_owner(&["UPDATE installation SET environment = 'production'"]).unwrap();
    let before = migrate::snapshot(&ground.url).unwrap();
    let name = migrate::database_name(&ground.url).unwrap();
    assert!(refused(&office, &["migrate", "down", "--all"], "").contains("only demo and scratch"));
    assert!(
        refused(&office, &["migrate", "down", "3", "--database-name", &name], "").contains("delete all data")
    );
    for (arguments, typed) in [(vec!["migrate", "down", "2"], "wrong\n"), (vec!["migrate", "down"], "")] {
        let error = refused(&office, &arguments, typed);
        assert!(error.contains("nothing was changed"), "{error}");
    }
    assert_eq!(before.difference(&migrate::snapshot(&ground.url).unwrap()), None);

    let typed = format!("{name}\n");
    let plan = office.ok(&["migrate", "down", "1"], &typed);
    assert!(
        plan.starts_with("0003_appointments_series_index  beside the work of others; loses nothing"),
        "{plan}"
    );
    let output = office.ok(&["migrate", "down", "1", "--database-name", &name, "--json"], "");
    let document: Value = serde_json::from_str(&output).unwrap();
    assert_eq!(document["taken_back"][0], "0002_series");
    let file = office.folder.path().join(document["backup"].as_str().unwrap());
    assert!(file.metadata().unwrap().len() > 1000, "a backup was made first");

    let plan: Value = serde_json::from_str(&office.ok(&["migrate", "plan", "--json"], "")).unwrap();
    assert_eq!((plan["state"].as_str(), plan["environment"].as_str()), (Some("behind"), Some("production")));
    assert_eq!(plan["steps"][0]["statements"][0]["rows"], 3);
    assert_eq!(plan["steps"][0]["destructive"], false);
    office.ok(&["migrate", "up"], "");
    assert_kept(&before, &migrate::snapshot(&ground.url).unwrap(), "after the way back up");

    ground.as_owner(&["UPDATE installation SET environment = 'scratch'"]).unwrap();
    office.ok(&["migrate", "down", "--all", "--json"], "");
    assert_eq!(migrate::fitness(&ground.url).unwrap(), migrate::Fitness::Empty);
}

#[test]
fn nobody_takes_back_what_they_did_not_mean_to() {
    Ground::sqlite().run(async |ground| take_back(&ground));
    Ground::postgres().run(async |ground| take_back(&ground));
}
