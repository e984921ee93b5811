//! The critical-fixes test and the drills, as they are run.

use serde_json::Value;

use crate::office::Office;

fn document(office: &Office, arguments: &[&str], code: i32) -> Value {
    let output = office.run(arguments, "");
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(code), "{document:#}");
    document
}

#[test]
fn every_killer_that_can_be_attacked_is_held_in_a_scratch_copy() {
    let office = Office::on_sqlite();
    let document = document(&office, &["verify", "--json"], 1);
    assert_eq!(document["passed"], false, "what is not built is not held");
    let killers = document["killers"].as_array().unwrap();
    let ids: Vec<u64> = killers.iter().map(|killer| killer["id"].as_u64().unwrap()).collect();
    assert_eq!(ids, [1, 2, 3, 4, 5]);
    for killer in killers.iter().filter(|killer| killer["state"] != "not_built") {
        assert_eq!(killer["state"], "held", "{killer:#}");
        for attack in killer["attacks"].as_array().unwrap() {
            assert!(attack["ok"].as_bool().unwrap() && attack["tried"].as_u64().unwrap() >= 12, "{attack}");
        }
    }
    assert!(!office.folder.path().join("askpro.db").exists(), "the configured database is not touched");
}

#[test]
fn a_drill_shows_the_fault_its_effect_and_what_became_of_every_promise() {
    let office = Office::on_sqlite();
    let document = document(&office, &["drill", "database-down", "--json"], 0);
    let drill = &document["drills"][0];
    assert_eq!((&drill["lost"], &drill["orphans"], &drill["passed"]), (&0.into(), &0.into(), &true.into()));
    assert_eq!(drill["promised"].as_u64().unwrap(), drill["kept"].as_u64().unwrap());
    let told: Vec<&str> =
        drill["timeline"].as_array().unwrap().iter().map(|one| one["what"].as_str().unwrap()).collect();
    for expected in
        ["fault in: the database is away", "health: degraded: database", "first effect", "fault out"]
    {
        assert!(told.iter().any(|what| what.starts_with(expected)), "{expected} is missing in {told:?}");
    }
    let heard = drill["heard"].as_array().unwrap();
    assert!(heard.iter().any(|said| said["status"] == "noted"), "call-backs are noted meanwhile: {heard:?}");
}

#[test]
fn a_drill_that_does_not_exist_is_wrong_use_and_names_those_that_do() {
    let office = Office::on_sqlite();
    let output = office.run(&["drill", "meteor"], "");
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("calcom-lies"));
}
