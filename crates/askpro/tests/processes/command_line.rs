use serde_json::Value;

use crate::office::Office;

const PASSWORD: &str = "correct horse battery\n";

#[test]
fn a_first_start_goes_by_the_readme() {
    let office = Office::on_sqlite();
    office.ok(&["init", "--email", "chef@example.com", "--name", "Chef"], PASSWORD);
    let again = office.ok(&["init"], "");
    assert!(again.contains("exists"), "init is idempotent: {again}");
    let plan = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/salon.toml");
    let company = office.ok(&["company", "create", "--file", plan], "");
    let connection = office.ok(
        &["connection", "create", "--company", &company, "--kind", "retell", "--name", "Telefon"],
        "key_planted_0123456789\n",
    );
    assert!(connection.starts_with("conn_"));
    let token = office.ok(&["token", "create", "--email", "chef@example.com", "--name", "test"], "");
    assert!(token.starts_with("askpro_"));
    let status: Value = serde_json::from_str(&office.ok(&["migrate", "status", "--json"], "")).unwrap();
    assert!(status["migrations"][0]["applied_at"].is_string());

    let file = std::fs::read(office.folder.path().join("askpro.db")).unwrap();
    let wal = std::fs::read(office.folder.path().join("askpro.db-wal")).unwrap_or_default();
    for secret in ["key_planted_0123456789", token.as_str(), "correct horse battery"] {
        let found = [&file, &wal]
            .iter()
            .any(|bytes| bytes.windows(secret.len()).any(|window| window == secret.as_bytes()));
        assert!(!found, "a secret stands in the database file in the clear");
    }
}

#[test]
fn people_are_invited_listed_and_kept_out() {
    let office = Office::on_sqlite();
    office.ok(&["init", "--email", "chef@example.com"], PASSWORD);
    let company = office.ok(&["company", "create", "--name", "Neu"], "");
    let link = office.ok(
        &[
            "user",
            "invite",
            "--email",
            "anna@example.com",
            "--name",
            "Anna",
            "--role",
            "staff",
            "--company",
            &company,
        ],
        "",
    );
    let (address, secret) = link.rsplit_once("/invitation/").expect("the link is an address");
    assert!(address.starts_with("http") && secret.len() == 43, "{link}");
    assert!(office.ok(&["user", "reset", "--email", "anna@example.com"], "").contains("/reset/"));
    office.ok(&["user", "disable", "--email", "anna@example.com"], "");
    let listed = office.ok(&["user", "list"], "");
    let anna = listed.lines().find(|line| line.starts_with("anna@example.com")).unwrap();
    assert!(anna.contains("disabled") && anna.contains(&format!("staff {company}")), "{listed}");
    office.ok(&["company", "second-factor", &company, "required"], "");
    let weak = office.run(
        &["user", "create", "--email", "b@example.com", "--name", "B", "--role", "super_admin"],
        "password1234\n",
    );
    assert!(String::from_utf8_lossy(&weak.stderr).contains("among the first that are tried"));
}

#[test]
fn wrong_use_ends_in_one_sentence_with_what_to_do() {
    let office = Office::on_sqlite();
    let cases: [(&[&str], &str, i32); 8] = [
        (&["serve"], "askpro init", 1),
        (&["company", "list"], "askpro init", 1),
        (&["fly"], "unrecognized subcommand", 2),
        (&["debug", "weather", "--json-lines"], "there are", 1),
        (&["demo", "--resume", "--once"], "without --resume", 1),
        (&["company", "create", "--file", "missing.toml"], "askpro init", 1),
        (&["--config", "odd.toml", "config", "show"], "unknown", 1),
        (&["migrate", "up", "--database-url", "mysql://x"], "sqlite: or postgres://", 1),
    ];
    office.write("odd.toml", "colour = \"blue\"\n");
    for (arguments, expected, code) in cases {
        let output = office.run(arguments, "");
        let error = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {error}");
        assert!(error.contains(expected), "{arguments:?}: {error}");
        assert!(!error.contains("panicked") && !error.contains("stack backtrace"), "{arguments:?}: {error}");
    }
}

#[test]
fn a_second_server_on_one_sqlite_file_is_refused() {
    let office = Office::on_sqlite();
    office.ok(&["init"], PASSWORD);
    let _server = office.serve();
    let output = office.run(&["serve", "--listen", "127.0.0.1:0"], "");
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("another askpro serves"));
    assert!(
        office.ok(&["company", "create", "--name", "Neu"], "").len() == 36,
        "commands work beside the server"
    );
}

#[test]
fn a_database_under_another_key_ring_says_so_and_stays_as_it_is() {
    let office = Office::on_sqlite();
    office.ok(&["init"], PASSWORD);
    let company = office.ok(&["company", "create", "--name", "Neu"], "");
    std::fs::rename(
        office.folder.path().join("askpro-data/master.key"),
        office.folder.path().join("old.key"),
    )
    .unwrap();
    let refused = office.run(&["init"], PASSWORD);
    assert_eq!(refused.status.code(), Some(1), "a fresh ring would open nothing");
    let stranger = Office::on_sqlite();
    stranger.ok(&["init"], PASSWORD);
    std::fs::copy(
        stranger.folder.path().join("askpro-data/master.key"),
        office.folder.path().join("askpro-data/master.key"),
    )
    .unwrap();
    let arguments = ["connection", "create", "--company", &company, "--kind", "retell", "--name", "T"];
    let output = office.run(&arguments, "key_0123456789\n");
    assert_eq!(output.status.code(), Some(1));
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        error.contains("sealed under the master key") && error.contains("nothing was changed"),
        "{error}"
    );
    std::fs::rename(
        office.folder.path().join("old.key"),
        office.folder.path().join("askpro-data/master.key"),
    )
    .unwrap();
    office.ok(&arguments, "key_0123456789\n");
}

#[test]
fn routes_are_listed_without_key_or_database() {
    let office = Office::on_sqlite();
    let routes: Value = serde_json::from_str(&office.ok(&["routes", "--json"], "")).unwrap();
    for route in routes.as_array().unwrap() {
        assert_eq!(route["public"].as_bool().unwrap(), route["permission"].is_null(), "{route}");
    }
    let signed: Vec<&str> = routes
        .as_array()
        .unwrap()
        .iter()
        .filter(|route| route["permission"] == "signed:retell")
        .map(|route| route["path"].as_str().unwrap().rsplit("{connection}").next().unwrap())
        .collect();
    assert_eq!(signed.len(), 3, "{signed:?}");
    for path in ["/functions/{function}", "/webhook", "/inbound"] {
        assert!(signed.contains(&path), "{signed:?}");
    }
}
