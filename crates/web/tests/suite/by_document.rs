//! The API as its own document describes it: every operation tried by
//! `schemathesis`, and every field of every operation with what attackers write.

use std::{path::Path, process::Stdio};

use askpro_domain::access::Role;
use askpro_testkit::Ground;
use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use serde_json::{Value, json};
use tokio::sync::watch;

use crate::{
    by_hand::Hand,
    two_companies::{busy_scene, token_in},
};

#[expect(clippy::print_stdout, reason = "figures for whoever runs this without capture")]
fn report(figures: &str) {
    println!("{figures}");
}

/// How long the run may take; it ends by itself then.
const SECONDS: &str = "25";

#[test]
fn schemathesis_finds_no_operation_that_breaks_its_word() {
    Ground::postgres().run(async |ground| {
        let scene = busy_scene(ground).await;
        let token = token_in(&scene, Role::SuperAdmin, None).await;
        let bound = askpro_web::bind(([127, 0, 0, 1], 0).into()).await.unwrap();
        let url = format!("http://{}", bound.address);
        let (stop, stopped) = watch::channel(false);
        let server = tokio::spawn(bound.serve(askpro_web::Web::new(scene.app.clone()), stopped));
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts/with-schemathesis");
        let run = tokio::task::spawn_blocking(move || {
            std::process::Command::new(script)
                .args([url.as_str(), &token, "--max-time", SECONDS, "-n", "5", "--seed", "1"])
                .stdin(Stdio::null())
                .output()
                .unwrap()
        });
        let run = run.await.unwrap();
        let said = String::from_utf8_lossy(&run.stdout).into_owned();
        let figures: Vec<&str> =
            said.lines().filter(|line| line.contains("generated") || line.contains("Tested:")).collect();
        report(&format!("{figures:?}"));
        assert!(run.status.success(), "{said}\n{}", String::from_utf8_lossy(&run.stderr));
        assert!(said.contains("generated"), "{said}");
        let _ = stop.send(true);
        server.abort();
    });
}

const CORPUS: &str = include_str!("../../../../corpora/security.json");

/// Each case: the field it is for, what is written, which outcomes are right.
fn cases() -> Vec<(String, String, Vec<String>)> {
    let corpus: Value = serde_json::from_str(CORPUS).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let case = |one: &Value| {
        let accept = one["accept"].as_array().unwrap().iter().map(text).collect();
        (text(&one["input"]["field"]), text(&one["input"]["value"]), accept)
    };
    corpus["cases"].as_array().unwrap().iter().map(case).collect()
}

/// Addresses with what each takes: (method, path, fields of the body, parameters).
fn operations(document: &Value) -> Vec<(String, String, Vec<String>, Vec<String>)> {
    let mut all = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let reference =
                operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].as_str();
            let schema = reference.and_then(|name| document.pointer(name.trim_start_matches('#')));
            let fields = schema.and_then(|schema| schema["properties"].as_object());
            let fields = fields.map(|fields| fields.keys().cloned().collect()).unwrap_or_default();
            let queries = operation["parameters"].as_array().unwrap().iter();
            let queries = queries
                .filter(|one| one["in"] == "query")
                .map(|one| one["name"].as_str().unwrap().to_owned());
            all.push((method.to_uppercase(), path.clone(), fields, queries.collect()));
        }
    }
    all
}

/// What must never stand in an answer, whatever was asked.
const INNARDS: [&str; 7] = ["SELECT ", "INSERT ", "sqlite", "postgres", "src/", "panicked", "RUST_BACKTRACE"];

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

askpro_testkit::on_both_databases! {
    async fn what_attackers_write_into_any_field_breaks_nothing_and_is_not_given_back(ground) {
        let scene = busy_scene(ground).await;
        let token = token_in(&scene, Role::SuperAdmin, None).await;
        let company = scene.salon.company.to_string();
        let (_, document) = scene.get("/api/v1/openapi.json", None).await;
        let entries: Vec<String> = cases().into_iter().map(|(_, value, _)| value).collect();
        let operations = operations(&document);
        assert!(entries.len() > 20 && operations.len() > 50, "{} entries, {} operations", entries.len(), operations.len());
        let mut tried = 0;
        for (number, entry) in entries.iter().enumerate() {
            for (method, path, fields, queries) in &operations {
                let real = path.replace("{id}", &scene.salon.people[0].to_string());
                let mut requests: Vec<(String, Option<Value>)> = Vec::new();
                // Each entry meets each field; which of them meet in one request changes with the entry.
                for (position, field) in fields.iter().enumerate() {
                    if (position + number) % 2 == 0 {
                        requests.push((format!("{real}?company={company}"), Some(json!({ field: entry }))));
                    }
                }
                if !fields.is_empty() {
                    let all: serde_json::Map<String, Value> = fields.iter().map(|field| (field.clone(), json!(entry))).collect();
                    requests.push((format!("{real}?company={company}"), Some(Value::Object(all))));
                }
                if method == "GET" {
                    requests.extend(queries.iter().map(|query| (format!("{real}?{query}={}", encoded(entry)), None)));
                    if path.contains("{id}") && !entry.is_empty() {
                        requests.push((path.replace("{id}", &encoded(entry)), None));
                    }
                }
                // What is longer than this no server takes as an address.
                requests.retain(|(address, _)| address.len() < 60_000);
                for (address, body) in requests {
                    let request = Request::builder().method(method.as_str()).uri(address.as_str())
                        .header("authorization", format!("Bearer {token}"))
                        .header("content-type", "application/json").header("if-match", "*");
                    let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
                    let (status, answer) = scene.send(request.body(body).unwrap()).await;
                    tried += 1;
                    let answer = String::from_utf8_lossy(&answer);
                    assert!(!status.is_server_error(), "{method} {address} with {entry:?}: {status} {answer}");
                    if !status.is_success() {
                        for word in INNARDS.iter().filter(|word| !entry.contains(**word)) {
                            assert!(!answer.contains(word), "{method} {address} with {entry:?} tells {word}: {answer}");
                        }
                        let is_markup = entry.contains('<') && entry.len() > 3;
                        assert!(!is_markup || !answer.contains(entry.as_str()), "{method} {address} gives {entry:?} back: {answer}");
                    }
                }
            }
        }
        report(&format!("{} entries, {} operations, {tried} requests: no 5xx, nothing given back", entries.len(), operations.len()));
    }

    async fn what_a_customer_is_called_is_kept_or_refused_as_the_corpus_says(ground) {
        let scene = busy_scene(ground).await;
        let hand = Hand { scene: &scene, token: token_in(&scene, Role::CompanyAdmin, Some(scene.salon.company)).await };
        let mut tried = 0;
        for (number, (field, value, accept)) in cases().into_iter().enumerate() {
            let start = format!("2026-11-25T{:02}:{:02}:00+01:00", 8 + tried / 4 % 10, tried % 4 * 15);
            let (path, body, kept) = match &field[..] {
                "customer_name" => ("customers", json!({ "name": value }), "name"),
                "email" => ("customers", json!({ "name": "Erika Muster", "email": value }), "email"),
                "notes" => ("appointments", json!({ "service_id": scene.salon.haircut.to_string(), "start": start, "outside_hours": true, "customer": { "name": format!("Gast {number}") }, "notes": value }), ""),
                _ => continue,
            };
            // Each case gets a day of its own, so that none stands in another's way.
            scene.ground.as_owner(&["DELETE FROM occupancy"]).unwrap();
            let answer = hand.send(&format!("POST /api/v1/{path}"), &[], body).await;
            let outcome = if answer.status == StatusCode::CREATED { "stored" } else { "refused_422" };
            assert!(outcome == "stored" || answer.status == StatusCode::UNPROCESSABLE_ENTITY, "{value:?}: {}", answer.body);
            assert!(accept.iter().any(|one| one == outcome), "{field} {value:?}: {outcome}, {}", answer.body);
            if outcome == "stored" && !kept.is_empty() {
                assert_eq!(answer.body[kept], value.as_str());
            }
            tried += 1;
        }
        assert!(tried > 30, "{tried}");
        for (body, status) in [("{\"name\":\"a\",\"name\":\"b\"}", 422), ("{\"name\":", 400), ("{\"name\":\"Max\",\"tenant_id\":\"1\"}", 422), ("", 400), ("[]", 422), ("{\"name\":\"a\"} x", 400)] {
            let request = Request::post("/api/v1/customers").header("authorization", format!("Bearer {}", hand.token)).header("content-type", "application/json");
            assert_eq!(scene.send(request.body(Body::from(body)).unwrap()).await.0.as_u16(), status, "{body}");
        }
    }
}
