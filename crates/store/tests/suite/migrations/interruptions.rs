//! Every statement of every migration is interrupted, up and down.

use askpro_store::{
    Engine,
    migrate::{self, Back, Direction, Kind, MIGRATIONS, Migration, Options, Snapshot, Verdict},
};
use askpro_testkit::Ground;

use super::{assert_same, at_version, birth, is_postgres, snapshot};

/// How a statement is interrupted.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Interruption {
    Error,
    /// The program goes away in the middle.
    HangUp,
    /// The server ends the connection.
    Terminated,
}

/// Ends every connection of migrations to this database, and waits until it is gone.
fn terminate(ground: &Ground) {
    ground
        .as_owner(&["SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
             WHERE datname = current_database() AND application_name = 'askpro' AND pid <> pg_backend_pid()"])
        .unwrap();
}

/// Runs one migration with its `number`th statement interrupted; whether there was one.
fn interrupted(
    ground: &Ground,
    version: usize,
    direction: Direction,
    number: usize,
    how: Interruption,
) -> bool {
    let mut seen = 0;
    let mut watch = |_: &str| {
        seen += 1;
        match how {
            _ if seen != number => Verdict::GoOn,
            Interruption::Error => Verdict::Fail,
            Interruption::HangUp => Verdict::HangUp,
            Interruption::Terminated => {
                terminate(ground);
                Verdict::GoOn
            }
        }
    };
    let migrations = &MIGRATIONS[..version];
    let options = Options { migrations, watch: Some(&mut watch), ..Options::default() };
    let outcome = match direction {
        Direction::Up => migrate::up_with(&ground.url, birth(ground), options),
        Direction::Down => migrate::down(&ground.url, Back::Newest(1), options),
    };
    let was_interrupted = seen >= number;
    assert_eq!(outcome.is_err(), was_interrupted, "{direction:?} {number} {how:?}: {outcome:?}");
    was_interrupted
}

/// What an online migration may leave: the schema before, with its index begun
/// or finished, and with or without the note of a taken-back step.
fn is_allowed_online(migration: &Migration, before: &Snapshot, after: &Snapshot) -> bool {
    let text = migration.text(Engine::Postgres, Direction::Up);
    let index = text.split("IF NOT EXISTS ").nth(1).and_then(|rest| rest.split(' ').next()).unwrap();
    let added = after.schema.iter().filter(|line| !before.schema.contains(line)).count();
    let is_only_the_index = after
        .schema
        .iter()
        .filter(|line| !before.schema.contains(line))
        .all(|line| line.starts_with("index ") && line.contains(index));
    let kept = before.schema.iter().all(|line| after.schema.contains(line) || line.contains(index));
    let books = ["installation", "schema_migrations"];
    let rows_kept = before
        .rows
        .iter()
        .all(|(table, rows)| books.contains(&table.as_str()) || after.rows.get(table) == Some(rows));
    added <= 1 && is_only_the_index && kept && rows_kept
}

/// Interrupts each statement in every way, and lets the migration through at the end.
fn attack(ground: &Ground, direction: Direction) {
    let engine = if is_postgres(ground) { Engine::Postgres } else { Engine::Sqlite };
    let mut tried = 0;
    for (index, migration) in MIGRATIONS.iter().enumerate() {
        let version = index + 1;
        match direction {
            Direction::Up => at_version(ground, index),
            Direction::Down => at_version(ground, version),
        }
        if direction == Direction::Down || index > 0 {
            ground.write_rows();
        }
        if direction == Direction::Up && index == 0 && engine == Engine::Postgres {
            // Takes longer to make than everything else together, and is made at each of a hundred tries.
            ground.as_owner(&["CREATE EXTENSION btree_gist"]).unwrap();
        }
        let before = snapshot(ground);
        let is_online = migration.kind == Kind::Online && engine == Engine::Postgres;
        for number in 1.. {
            let ways: &[Interruption] = match engine {
                Engine::Sqlite => &[Interruption::Error, Interruption::HangUp],
                // The long first migration loses its connection on the two sides in turn.
                Engine::Postgres if index == 0 && number % 2 == 0 => {
                    &[Interruption::Error, Interruption::HangUp]
                }
                Engine::Postgres if index == 0 => &[Interruption::Error, Interruption::Terminated],
                Engine::Postgres => &[Interruption::Error, Interruption::HangUp, Interruption::Terminated],
            };
            let mut was_there = false;
            for &how in ways {
                was_there = interrupted(ground, version, direction, number, how);
                if !was_there {
                    break;
                }
                tried += 1;
                let after = snapshot(ground);
                if is_online {
                    assert!(is_allowed_online(migration, &before, &after), "{:?}", before.difference(&after));
                    // Back to where it was, as the next run would find it at first.
                    at_version(ground, if direction == Direction::Up { index } else { version });
                    ground.write_rows();
                } else {
                    assert_same(
                        &before,
                        &after,
                        &format!("{} {direction:?} {number} {how:?}", migration.name),
                    );
                }
            }
            if !was_there {
                let statements = migration.statements(engine, direction).unwrap().len();
                assert!(number > statements, "every statement was interrupted");
                break;
            }
        }
    }
    assert!(tried > 40, "only {tried} interruptions were tried");
}

askpro_testkit::on_both_databases! {
    async fn an_interrupted_migration_leaves_schema_and_rows_as_they_were(ground) {
        attack(&ground, Direction::Up);
    }

    async fn an_interrupted_way_back_leaves_schema_and_rows_as_they_were(ground) {
        attack(&ground, Direction::Down);
    }
}
