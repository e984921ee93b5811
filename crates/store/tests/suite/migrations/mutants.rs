//! Migrations with a mistake in them, each of which is caught.

use askpro_store::{
    Engine,
    migrate::{self, Direction, Kind, MIGRATIONS, Migration, Script, Undo},
};
use askpro_testkit::Ground;

use super::{assert_same, at_version, down, is_postgres, snapshot, told, up};

/// How many of this program's migrations the mutants follow: their statements are
/// written for that schema.
const BASE: usize = 3;

fn fresh(ground: &Ground) {
    at_version(ground, BASE);
    ground.write_rows();
}

/// The first migrations of this program and one more.
fn with(up: &'static str, down: &'static str) -> Vec<Migration> {
    let script = Script { up, down };
    let mutant = Migration {
        version: 4,
        name: "0004_mutant",
        kind: Kind::Transactional,
        undo: Undo::Free,
        sheds: &[],
        sqlite: script,
        postgres: script,
    };
    MIGRATIONS[..BASE].iter().copied().chain([mutant]).collect()
}

/// Asserts that the migration is refused for the reason given and leaves nothing behind.
fn refused(ground: &Ground, migrations: &[Migration], because: &str) {
    let before = snapshot(ground);
    let error = up(ground, migrations).expect_err("a mistake was kept");
    assert!(told(&error).contains(because), "{error}");
    assert_same(&before, &snapshot(ground), "after a refusal");
}

askpro_testkit::on_both_databases! {
    async fn a_migration_that_drops_children_is_not_kept(ground) {
        fresh(&ground);
        refused(&ground, &with("DELETE FROM occupancy", "SELECT 1"), "3 rows of occupancy would be gone");
        refused(&ground, &with("DROP TABLE occupancy", "SELECT 1"), "the table occupancy would be gone");
        refused(&ground, &with("CREATE TABLE x (a integer); DELETE FROM answers; DELETE FROM tasks", "SELECT 1"), "would be gone");
    }

    async fn a_migration_that_names_what_it_deletes_may(ground) {
        fresh(&ground);
        let mut migrations = with("DELETE FROM occupancy", "SELECT 1");
        migrations[BASE].sheds = &["occupancy"];
        assert_eq!(up(&ground, &migrations).unwrap(), ["0004_mutant"]);
    }

    async fn a_migration_that_ends_its_own_transaction_is_not_begun(ground) {
        fresh(&ground);
        refused(&ground, &with("CREATE TABLE x (a integer); COMMIT; DROP TABLE nothing", "SELECT 1"), "its transaction");
        refused(&ground, &with("CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON tasks (kind)", "SELECT 1"), "kind Online");
    }

    async fn a_wrong_way_back_shows_in_the_comparison(ground) {
        fresh(&ground);
        let before = snapshot(&ground);
        // Brings two things and takes only one of them back.
        let migrations = with("CREATE TABLE x (a integer); CREATE INDEX tasks_kind ON tasks (kind)", "DROP INDEX tasks_kind");
        up(&ground, &migrations).unwrap();
        let back = migrate::down(&ground.url, migrate::Back::Newest(1), migrate::Options { migrations: &migrations, ..Default::default() });
        back.unwrap();
        let difference = before.difference(&snapshot(&ground)).expect("the comparison sees what was left behind");
        assert!(difference.contains("table x"), "{difference}");
    }

    async fn a_way_back_that_deletes_rows_is_not_kept(ground) {
        fresh(&ground);
        let migrations = with("CREATE INDEX tasks_kind ON tasks (kind)", "DROP INDEX tasks_kind; DELETE FROM tasks");
        up(&ground, &migrations).unwrap();
        let before = snapshot(&ground);
        let options = migrate::Options { migrations: &migrations, ..Default::default() };
        let error = migrate::down(&ground.url, migrate::Back::Newest(1), options).unwrap_err();
        assert!(told(&error).contains("1 rows of tasks would be gone"), "{error}");
        assert_same(&before, &snapshot(&ground), "after a refusal");
    }

    async fn a_runner_without_a_transaction_would_be_seen(ground) {
        at_version(&ground, 1);
        ground.write_rows();
        let before = snapshot(&ground);
        let engine = if is_postgres(&ground) { Engine::Postgres } else { Engine::Sqlite };
        // As a runner would that sends one statement after the other and is interrupted.
        let first = MIGRATIONS[1].statements(engine, Direction::Up).unwrap()[0].text;
        ground.as_owner(&[first]).unwrap();
        let difference = before.difference(&snapshot(&ground)).expect("the comparison sees half a migration");
        assert!(difference.contains("recurrence_rule"), "{difference}");
    }
}

/// The way SQLite needs for what ALTER TABLE cannot do: a new table in the old one's place.
const REBUILD: &str = "
    CREATE TABLE branches_new (
        id text PRIMARY KEY, company_id text NOT NULL REFERENCES companies (id) ON DELETE CASCADE,
        name text NOT NULL CHECK (name <> ''), zone text NOT NULL, language text NOT NULL, phone text, address text,
        active integer NOT NULL, revision integer NOT NULL, created_at integer NOT NULL, UNIQUE (company_id, id)) STRICT;
    INSERT INTO branches_new SELECT * FROM branches;
    DROP TABLE branches;
    ALTER TABLE branches_new RENAME TO branches";

#[test]
fn rebuilding_a_parent_keeps_its_children() {
    Ground::sqlite().run(|ground| async move {
        fresh(&ground);
        let before = snapshot(&ground);
        up(&ground, &with(REBUILD, "SELECT 1")).unwrap();
        let after = snapshot(&ground);
        for (table, rows) in
            before.rows.iter().filter(|(table, _)| *table != "schema_migrations" && *table != "installation")
        {
            assert_eq!(after.rows.get(table), Some(rows), "{table}");
        }
        // And they are still children.
        assert!(ground.as_owner(&["PRAGMA foreign_keys = ON", "DELETE FROM branches"]).is_err());
    });
}

#[test]
fn a_rebuild_that_forgets_rows_is_not_kept() {
    Ground::sqlite().run(|ground| async move {
        fresh(&ground);
        let forgetful = REBUILD.replace("FROM branches;", "FROM branches WHERE name = 'Nord';");
        let mut migrations = with(forgetful.leak(), "SELECT 1");
        refused(&ground, &migrations, "1 rows of branches would be gone");
        // Even where the loss is meant, its children would refer to nothing.
        migrations[BASE].sheds = &["branches"];
        refused(&ground, &migrations, "leads nowhere");
        assert!(down(&ground, 1).is_ok());
    });
}
