//! Keys as an operator changes them: with the server running, with the plug
//! pulled, and with the wrong ring.

use std::time::Duration;

use askpro_store::migrate;
use serde_json::Value;

use crate::office::Office;

const PASSWORD: &str = "correct horse battery\n";

fn opened() -> Office {
    let office = Office::on_sqlite();
    office.ok(&["init", "--email", "chef@example.com"], PASSWORD);
    let plan = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/salon.toml");
    office.ok(&["company", "create", "--file", plan], "");
    office
}

fn status(office: &Office) -> Value {
    serde_json::from_str(&office.ok(&["key", "status", "--json"], "")).unwrap()
}

fn refused(office: &Office, arguments: &[&str]) -> String {
    let output = office.run(arguments, "");
    assert!(!output.status.success(), "{arguments:?} should be refused");
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn the_master_key_changes_while_the_server_answers_and_however_often_the_plug_is_pulled() {
    let office = opened();
    // Companies are what has keys here; enough that a rotation takes a moment.
    let database = rusqlite::Connection::open(office.folder.path().join("askpro.db")).unwrap();
    for number in 0..40 {
        office.ok(&["company", "create", "--name", &format!("Salon {number}")], "");
    }
    let server = office.serve();
    let mut killed = 0;
    for pause in [0, 3, 8, 15, 25, 40] {
        let mut child = office.start(&["key", "rotate"]);
        std::thread::sleep(Duration::from_millis(pause));
        killed += usize::from(child.try_wait().unwrap().is_none());
        let _ = child.kill();
        child.wait().unwrap();
        // Whatever was reached, the ring and the database go together.
        assert_eq!(status(&office)["missing"], serde_json::json!([]));
    }
    assert!(killed > 0, "at least one was killed under way");
    office.ok(&["key", "rotate"], "");
    let twice = [office.start(&["key", "rotate"]), office.start(&["key", "rotate"])];
    for mut child in twice {
        // One may be told that the other is at it; neither leaves anything behind.
        child.wait().unwrap();
    }
    office.ok(&["key", "rotate", "--rewrap-only"], "");
    let found = status(&office);
    assert_eq!(found["rotation_finished"], true, "{found}");
    assert!(found["keys"].as_array().unwrap().len() >= 2);
    let active = found["keys"][0]["wraps"].as_i64().unwrap();
    let keys: i64 = database
        .query_row(
            "SELECT (SELECT count(*) FROM data_keys) + (SELECT count(*) FROM installation_keys)",
            [],
            |row| row.get(0),
        )
        .unwrap();
    assert_eq!(active, keys);
    // The server writes into the record under keys that were wrapped anew.
    drop(server);
    let (code, verdict) = {
        let output = office.run(&["audit", "verify", "--json"], "");
        (output.status.code(), String::from_utf8(output.stdout).unwrap())
    };
    assert_eq!(code, Some(0), "{verdict}");
}

#[test]
fn a_database_under_another_ring_is_one_sentence_and_nothing_is_overwritten() {
    let office = opened();
    let key = office.folder.path().join("askpro-data/master.key");
    let right = std::fs::read_to_string(&key).unwrap();
    let before = migrate::snapshot(&office.database_url).unwrap();

    let stranger = Office::on_sqlite();
    stranger.ok(&["init", "--email", "chef@example.com"], PASSWORD);
    let wrong = std::fs::read_to_string(stranger.folder.path().join("askpro-data/master.key")).unwrap();
    std::fs::write(&key, &wrong).unwrap();
    for arguments in [&["serve"][..], &["init"], &["key", "status"], &["key", "rotate"], &["company", "list"]]
    {
        let error = refused(&office, arguments);
        assert!(error.contains("is sealed under the master key"), "{arguments:?}: {error}");
        assert_eq!(error.trim().lines().count(), 1, "{arguments:?}: {error}");
    }
    assert_eq!(std::fs::read_to_string(&key).unwrap(), wrong, "the ring stays as it is");

    // A lost ring is not replaced by a fresh one.
    std::fs::remove_file(&key).unwrap();
    assert!(refused(&office, &["init"]).contains("no key ring"));
    assert!(!key.exists());

    // Damaged and doubled rings are told apart, and change nothing either.
    let line = right.lines().find(|line| line.starts_with("active")).unwrap();
    for (ring, sentence) in [
        (right.replace(line, &line[..line.len() - 1]), "is not `active ID KEY`"),
        (format!("{right}{line}\n"), "repeats a key"),
        ("# nothing\n".into(), "exactly one active key"),
    ] {
        std::fs::write(&key, ring).unwrap();
        let error = refused(&office, &["serve"]);
        assert!(error.contains(sentence), "{error}");
    }
    std::fs::write(&key, &right).unwrap();
    let after = migrate::snapshot(&office.database_url).unwrap();
    assert_eq!(before.difference(&after), None, "nothing was changed");
    office.ok(&["key", "status"], "");
}
