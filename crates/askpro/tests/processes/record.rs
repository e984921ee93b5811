//! The record as an operator meets it: linked by the running server, verified by
//! a command, and telling what was done behind its back.

use std::time::Duration;

use serde_json::Value;

use crate::office::Office;

const PASSWORD: &str = "correct horse battery\n";

fn verified(office: &Office) -> (Option<i32>, Value) {
    let output = office.run(&["audit", "verify", "--json"], "");
    let text = String::from_utf8(output.stdout).unwrap();
    let document = serde_json::from_str(&text)
        .unwrap_or_else(|_| panic!("{text}{}", String::from_utf8_lossy(&output.stderr)));
    (output.status.code(), document)
}

fn findings(document: &Value) -> Vec<(String, String)> {
    document["chains"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|chain| chain["findings"].as_array().unwrap().clone())
        .map(|found| (found["kind"].as_str().unwrap().into(), found["entry"].as_str().unwrap_or("").into()))
        .collect()
}

#[test]
fn the_server_links_the_record_and_a_tampered_one_is_named_entry_by_entry() {
    let office = Office::on_sqlite();
    office.ok(&["init", "--email", "chef@example.com"], PASSWORD);
    let plan = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/salon.toml");
    office.ok(&["company", "create", "--file", plan], "");
    let server = office.serve();
    let mut document = Value::Null;
    for _ in 0..200 {
        document = verified(&office).1;
        let waits = |chain: &Value| chain["waiting"] == 0 && chain["entries"].as_i64() > Some(0);
        if document["heads_compared"].as_u64() >= Some(2)
            && document["chains"].as_array().unwrap().iter().all(waits)
        {
            break;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    assert_eq!(document["passed"], true, "{document}");
    assert_eq!(document["heads_compared"], 2, "the ends were written down outside: {document}");
    drop(server);

    let database = rusqlite::Connection::open(office.folder.path().join("askpro.db")).unwrap();
    database
        .execute_batch(
            "PRAGMA foreign_keys = OFF; DROP TRIGGER audit_no_update; DROP TRIGGER audit_no_delete;
             DROP TRIGGER audit_links_no_delete;",
        )
        .unwrap();
    let entry = |action: &str| -> String {
        let sql = "SELECT id FROM audit WHERE action = ?1 ORDER BY id LIMIT 1";
        database.query_row(sql, [action], |row| row.get(0)).unwrap()
    };
    let (changed, removed) = (entry("branch.created"), entry("user.created"));
    database.execute("UPDATE audit SET subject = 'x' WHERE id = ?1", [&changed]).unwrap();
    database.execute("DELETE FROM audit WHERE id = ?1", [&removed]).unwrap();
    let (code, document) = verified(&office);
    assert_eq!((code, &document["passed"]), (Some(1), &Value::Bool(false)));
    let mut told = findings(&document);
    told.sort();
    assert_eq!(told, [("changed".into(), changed), ("removed".into(), removed)]);

    // The end of a chain cut off, with everything that could tell of it inside.
    let last: String = database
        .query_row(
            "SELECT audit_id FROM audit_links WHERE company_id IS NOT NULL ORDER BY seq DESC LIMIT 1",
            [],
            |row| row.get(0),
        )
        .unwrap();
    database.execute("DELETE FROM audit_links WHERE audit_id = ?1", [&last]).unwrap();
    database.execute("DELETE FROM audit WHERE id = ?1", [&last]).unwrap();
    assert!(findings(&verified(&office).1).iter().any(|(kind, _)| kind == "cut_off"));
}
