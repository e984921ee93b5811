//! The demo as it is run: every conversation ends as it should, with different
//! names and times from seed to seed.

use askpro_testkit::Ground;
use serde_json::Value;

use crate::office::Office;

/// Below this something is missing.
const CONVERSATIONS_AT_LEAST: u64 = 16;

fn play(office: &Office, seed: &str) -> Value {
    let output = office.run(&["demo", "--once", "--json", "--seed", seed, "--listen", "127.0.0.1:0"], "");
    let error = String::from_utf8_lossy(&output.stderr);
    let document: Value =
        serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("no document; {error}"));
    assert!(output.status.success(), "seed {seed}: {error}");
    assert_eq!(document["summary"]["failed"], 0);
    assert!(document["summary"]["passed"].as_u64().unwrap() >= CONVERSATIONS_AT_LEAST);
    document
}

/// Who wanted what when, conversation by conversation.
fn wishes(document: &Value) -> Vec<String> {
    let conversations = document["conversations"].as_array().unwrap();
    conversations.iter().map(|one| one["expected"].as_str().unwrap().to_owned()).collect()
}

fn play_twice(office: &Office) {
    let documents = ["3", "11"].map(|seed| play(office, seed));
    let [one, other] = documents.each_ref().map(wishes);
    let alike = one.iter().zip(&other).filter(|(one, other)| one == other && one.contains("confirmed"));
    assert_eq!(alike.count(), 0, "two seeds differ in names and times");
    let secret = |document: &Value| document["users"][0]["totp_secret"].clone();
    assert_ne!(secret(&documents[0]), secret(&documents[1]));
    for document in &documents {
        for name in ["console_url", "database_url", "api_token"] {
            assert!(document[name].is_string(), "{name}");
        }
        assert!(document["simulators"]["retell"].is_string() && document["simulators"]["calcom"].is_string());
        let people = document["users"].as_array().unwrap();
        // Whoever may do everything has a second factor, fresh at each start.
        let boss = people.iter().find(|person| person["role"] == "super_admin").unwrap();
        assert_eq!(boss["totp_secret"].as_str().map(str::len), Some(32), "{boss}");
        for role in ["super_admin", "retell_manager", "company_admin", "staff", "auditor"] {
            assert!(people.iter().any(|person| person["role"] == role), "{role}");
        }
        for conversation in document["conversations"].as_array().unwrap() {
            assert_eq!(conversation["passed"], true);
            assert!(conversation["language"] == "de" || conversation["language"] == "en");
            for function in conversation["functions"].as_array().unwrap() {
                assert!(function["name"].is_string() && function["status"].is_string());
                assert!(function["ms"].is_u64(), "{function}");
            }
        }
    }
}

#[test]
fn every_conversation_of_the_demo_ends_as_it_should_on_sqlite() {
    play_twice(&Office::on_sqlite());
}

#[test]
fn every_conversation_of_the_demo_ends_as_it_should_on_postgres() {
    Ground::postgres().run(async |ground| {
        // A database of its own beside the ground's, empty as a demo wants it.
        let url = format!("{}_demo", ground.url);
        let name = url.rsplit('/').next().unwrap().to_owned();
        ground.as_owner(&[&format!("CREATE DATABASE \"{name}\"")]).unwrap();
        let played = tokio::task::spawn_blocking({
            let url = url.clone();
            move || play_twice(&Office::open(|_| url.clone()))
        })
        .await;
        ground
            .as_owner(&[
                &format!("DROP DATABASE \"{name}\" WITH (FORCE)"),
                &format!("DROP ROLE IF EXISTS \"askpro_{name}_app\", \"askpro_{name}_platform\""),
            ])
            .unwrap();
        played.unwrap();
    });
}
