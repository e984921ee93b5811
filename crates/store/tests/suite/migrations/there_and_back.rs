use std::collections::BTreeMap;

use askpro_store::migrate::{self, Environment, Fitness, MIGRATIONS};
use askpro_testkit::Ground;

use super::{assert_same, at_version, down, fresh, snapshot, up};

askpro_testkit::on_both_databases! {
    async fn up_down_up_gives_the_same_schema_and_every_row(ground) {
        for count in 1..=MIGRATIONS.len() {
            at_version(&ground, count);
            let before = snapshot(&ground);
            migrate::down_all(&ground.url).unwrap();
            let empty = snapshot(&ground);
            assert!(empty.rows.is_empty(), "nothing of ours is left: {:?}", empty.rows.keys());
            up(&ground, &MIGRATIONS[..count]).unwrap();
            assert_same(&before, &snapshot(&ground), "after everything was taken back and applied again");
        }
        // With rows in every table, as far back as rows are kept.
        at_version(&ground, 1);
        ground.write_rows();
        let old = snapshot(&ground);
        up(&ground, MIGRATIONS).unwrap();
        let new = snapshot(&ground);
        for kept in 1..MIGRATIONS.len() {
            down(&ground, kept).unwrap();
            up(&ground, MIGRATIONS).unwrap();
            assert_same(&new, &snapshot(&ground), "after a way back and forth");
        }
        down(&ground, MIGRATIONS.len() - 1).unwrap();
        assert_same(&old, &snapshot(&ground), "after the way back");
    }

    async fn what_a_way_back_loses_is_what_it_says(ground) {
        at_version(&ground, 3);
        ground.write_rows();
        let before = snapshot(&ground);
        ground.write_series();
        assert!(before.difference(&snapshot(&ground)).is_some());
        down(&ground, 2).unwrap();
        up(&ground, &MIGRATIONS[..3]).unwrap();
        assert_same(&before, &snapshot(&ground), "after the series were lost");
    }

    async fn only_a_marked_database_is_emptied(ground) {
        fresh(&ground);
        ground.as_owner(&["UPDATE installation SET environment = 'production'"]).unwrap();
        let before = snapshot(&ground);
        for refused in [migrate::down_all(&ground.url), down(&ground, MIGRATIONS.len()).map(drop), down(&ground, 99).map(drop)] {
            assert!(refused.unwrap_err().to_string().contains("production database"));
        }
        assert_same(&before, &snapshot(&ground), "after a refusal");
        assert_eq!(down(&ground, 2).unwrap().len(), 2, "what keeps every row may be taken back");
        assert_eq!(migrate::environment(&ground.url).unwrap(), Some(Environment::Production));
    }

    async fn a_database_that_does_not_fit_is_told_apart(ground) {
        let fitness = || migrate::fitness(&ground.url).unwrap();
        assert_eq!(fitness(), Fitness::Current);
        down(&ground, 1).unwrap();
        assert_eq!(fitness(), Fitness::Behind);
        up(&ground, MIGRATIONS).unwrap();
        ground.as_owner(&["UPDATE schema_migrations SET checksum = 'other' WHERE version = 2"]).unwrap();
        assert_eq!(fitness(), Fitness::Changed);
        assert!(up(&ground, MIGRATIONS).is_err(), "nothing is applied on what is not known");
        ground.as_owner(&["UPDATE schema_migrations SET version = 9000 WHERE version = 2"]).unwrap();
        assert_eq!(fitness(), Fitness::Ahead);
        ground.as_owner(&["UPDATE installation SET environment = 'scratch'"]).unwrap();
        ground.as_owner(&["ALTER TABLE installation RENAME TO gone"]).unwrap();
        assert_eq!(fitness(), Fitness::Foreign);
    }

    async fn both_engines_have_the_same_tables_and_columns(ground) {
        let other = if super::is_postgres(&ground) { Ground::sqlite() } else { Ground::postgres() };
        let listed = |ground: &Ground| {
            let mut tables: BTreeMap<String, Vec<String>> = BTreeMap::new();
            for column in migrate::columns(&ground.url).unwrap() {
                tables.entry(column.table).or_default().push(column.name);
            }
            tables
        };
        let (ours, theirs) = (listed(&ground), listed(&other));
        // Removes what it stands on, outside the runtime of this test.
        std::thread::spawn(move || other.run(|_| async {})).join().unwrap();
        assert_eq!(ours, theirs);
    }
}

#[test]
fn a_rule_of_recurrence_is_json_on_sqlite_too() {
    Ground::sqlite().run(|ground| async move {
        fresh(&ground);
        assert!(ground.as_owner(&["UPDATE appointments SET recurrence_rule = 'weekly'"]).is_err());
    });
}
