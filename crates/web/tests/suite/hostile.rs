//! The corpus of hostile inputs in every argument of every function.

use std::time::{Duration, Instant};

use axum::http::StatusCode;
use futures_util::{StreamExt, stream};
use serde_json::{Value, json};

use crate::{
    arguments::{ARGUMENTS, STATUSES},
    scene::{PhoneCall, Scene, call},
};

const CORPUS: &str = include_str!("../../../../corpora/security.json");

/// Requests under way at the same time.
const AT_ONCE: usize = 8;

fn cases() -> Vec<Value> {
    let corpus: Value = serde_json::from_str(CORPUS).unwrap();
    corpus["cases"].as_array().unwrap().clone()
}

#[expect(clippy::print_stdout, reason = "figures for whoever runs this without capture")]
fn report(count: usize, slowest: Duration) {
    println!("{count} hostile requests, slowest {slowest:?}");
}

fn sensible(function: &str) -> Value {
    match function {
        "check_availability" | "book_appointment" => {
            json!({ "service": "Herrenhaarschnitt", "when": "Freitag um zehn", "customer_name": "Olga Beispiel" })
        }
        "request_callback" => json!({ "customer_name": "Olga Beispiel", "topic": "Frage" }),
        "find_appointments" | "reschedule_appointment" | "cancel_appointment" => {
            json!({ "customer_name": "Olga Beispiel", "when": "Freitag um elf" })
        }
        _ => json!({}),
    }
}

askpro_testkit::on_both_databases! {
    async fn every_hostile_input_in_every_argument_ends_in_a_sentence_and_changes_nothing_of_others(ground) {
        let scene = Scene::open(ground).await;
        let victim = scene.book(&call("victim"), None, "morgen um zehn", "Erika Muster").await;
        assert_eq!(victim["status"], "confirmed");
        let mut requests = Vec::new();
        for case in cases() {
            for (function, arguments) in ARGUMENTS {
                for argument in arguments {
                    let mut args = sensible(function);
                    args[*argument] = case["input"]["value"].clone();
                    requests.push((format!("h{}", requests.len()), function, args));
                }
            }
        }
        let count = requests.len();
        let slowest = stream::iter(requests)
            .map(|(id, function, args)| {
                let scene = &scene;
                async move {
                    let caller = PhoneCall { from: "+4915187654321", ..call(&id) };
                    let begun = Instant::now();
                    let answer = scene.function(&caller, Some("t1"), function, args.clone()).await;
                    let status = answer["status"].as_str().unwrap_or_default();
                    assert!(STATUSES.contains(&status), "{function} {args}: {answer}");
                    assert!(answer["error_id"].is_null(), "{function} {args}: {answer}");
                    begun.elapsed()
                }
            })
            .buffer_unordered(AT_ONCE)
            .fold(Duration::ZERO, |slowest, took| async move { slowest.max(took) })
            .await;
        report(count, slowest);
        let id = victim["data"]["appointment"]["id"].as_str().unwrap();
        let untouched = format!("SELECT count(*) FROM appointments WHERE CAST(id AS text) = '{id}' AND revision = 1 AND status = 'confirmed'");
        assert_eq!(scene.count(&untouched), 1, "somebody else's appointment stands as it was");
        assert_eq!(scene.count("SELECT count(*) FROM customers WHERE name = 'Erika Muster'"), 1);
        let overlaps = "SELECT count(*) FROM occupancy a JOIN occupancy b ON a.resource_id = b.resource_id AND a.id < b.id AND a.from_at < b.to_at AND b.from_at < a.to_at";
        assert_eq!(scene.count(overlaps), 0);
        let long = "SELECT count(*) FROM customers WHERE length(name) > 120 OR length(coalesce(email, '')) > 254";
        assert_eq!(scene.count(long), 0);
    }

    async fn harmless_names_are_kept_as_they_were_said(ground) {
        let scene = Scene::open(ground).await;
        let mut booked = 0;
        for case in cases().into_iter().filter(|case| case["kind"] == "control_name") {
            let name = case["input"]["value"].as_str().unwrap();
            let args = json!({ "service": "Herrenhaarschnitt", "when": format!("Freitag um {} Uhr", 9 + booked), "customer_name": name });
            let answer = scene.function(&call(&format!("c{booked}")), None, "book_appointment", args).await;
            assert_eq!(answer["status"], "confirmed", "{name}: {answer}");
            assert_eq!(scene.count(&format!("SELECT count(*) FROM customers WHERE name = '{}'", name.replace('\'', "''"))), 1, "{name}");
            booked += 1;
        }
        assert!(booked >= 4);
    }

    async fn hostile_bodies_are_refused_or_answered_never_500(ground) {
        let scene = Scene::open(ground).await;
        for case in cases().into_iter().filter(|case| case["input"]["field"] == "raw_body") {
            let body = case["input"]["value"].as_str().unwrap().as_bytes().to_vec();
            for path in ["functions/book_appointment", "webhook", "inbound"] {
                let (status, answer) = scene.post(path, body.clone()).await;
                let is_right = matches!(status, StatusCode::OK | StatusCode::NO_CONTENT | StatusCode::BAD_REQUEST);
                assert!(is_right, "{path} {status}: {}", String::from_utf8_lossy(&answer));
            }
        }
        assert_eq!(scene.count("SELECT count(*) FROM appointments"), 0);
    }
}
