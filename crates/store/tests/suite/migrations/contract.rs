//! What the program of release 1 reads and writes is still there: while a new
//! release starts, the one before goes on serving on the new schema.

use askpro_store::migrate::{self, MIGRATIONS};

use super::{at_version, is_postgres};

/// `table.column: type on SQLite, type on PostgreSQL`, a line per column.
const RELEASE_1: &str = include_str!("../../../migrations/contracts/release_1.txt");

fn lines(text: &str) -> Vec<(String, String)> {
    text.lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
        .map(|line| {
            let (name, kind) = line.split_once(": ").expect("a line names a column and its types");
            (name.to_owned(), kind.to_owned())
        })
        .collect()
}

fn recorded(is_postgres: bool) -> Vec<(String, String)> {
    lines(RELEASE_1)
        .into_iter()
        .map(|(name, kinds)| {
            let (sqlite, postgres) = kinds.split_once(", ").expect("a line names two types");
            (name, if is_postgres { postgres } else { sqlite }.to_owned())
        })
        .collect()
}

askpro_testkit::on_both_databases! {
    async fn the_newest_schema_serves_the_release_before(ground) {
        let contract = recorded(is_postgres(&ground));
        assert!(contract.len() > 150, "the contract is complete");
        let columns = migrate::columns(&ground.url).unwrap();
        for (name, kind) in &contract {
            let found = columns.iter().find(|column| format!("{}.{}", column.table, column.name) == *name);
            let found = found.unwrap_or_else(|| panic!("{name} is gone, and the release before uses it"));
            assert_eq!(found.kind, *kind, "{name} has another type");
        }
        for column in &columns {
            let name = format!("{}.{}", column.table, column.name);
            let is_old_table = contract.iter().any(|(old, _)| old.split('.').next() == Some(&column.table));
            let is_old = contract.iter().any(|(old, _)| *old == name);
            assert!(
                is_old || !is_old_table || column.may_be_left_out,
                "{name} is new and must be written, which the release before does not"
            );
        }
    }

    async fn the_contract_is_what_release_1_had(ground) {
        at_version(&ground, 1);
        let had: Vec<(String, String)> = migrate::columns(&ground.url)
            .unwrap()
            .into_iter()
            .map(|column| (format!("{}.{}", column.table, column.name), column.kind))
            .collect();
        assert_eq!(had, recorded(is_postgres(&ground)));
        assert_eq!(MIGRATIONS[0].version, 1);
    }
}
