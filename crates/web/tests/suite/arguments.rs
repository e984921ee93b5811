use serde_json::{Value, json};

use crate::scene::{Scene, call};

/// What a confused model writes, for every argument.
fn nonsense() -> Vec<Value> {
    vec![
        json!(null),
        json!(""),
        json!("   "),
        json!("null"),
        json!(true),
        json!(7),
        json!(-1.5e300),
        json!([]),
        json!(["a", 1]),
        json!({ "a": { "b": 1 } }),
        json!("x".repeat(100_000)),
        json!("🦀\u{202e}\u{0}\u{7}\r\n\t<script>alert(1)</script>"),
        json!("'; DROP TABLE appointments; --"),
        json!("=HYPERLINK(\"http://x\")"),
        json!("../../etc/passwd"),
    ]
}

pub(crate) const ARGUMENTS: [(&str, &[&str]); 8] = [
    ("request_callback", &["customer_name", "customer_phone", "when", "topic"]),
    ("get_business_info", &["topic", "branch"]),
    ("transfer_target", &["reason", "branch"]),
    ("check_availability", &["service", "when", "date", "time", "staff", "branch", "duration"]),
    (
        "book_appointment",
        &[
            "slot_id",
            "service",
            "when",
            "date",
            "time",
            "customer_name",
            "customer_phone",
            "customer_email",
            "notes",
            "staff",
            "branch",
            "repeat",
        ],
    ),
    ("find_appointments", &["customer_name", "customer_phone", "reference"]),
    (
        "reschedule_appointment",
        &["reference", "appointment_id", "customer_name", "slot_id", "when", "date", "time", "staff"],
    ),
    ("cancel_appointment", &["reference", "appointment_id", "customer_name", "reason"]),
];

pub(crate) const STATUSES: [&str; 10] = [
    "available",
    "alternatives",
    "none",
    "needs_input",
    "confirmed",
    "refused",
    "noted",
    "ok",
    "found",
    "cancelled",
];

askpro_testkit::on_both_databases! {
    async fn nonsense_in_any_argument_ends_in_a_sentence(ground) {
        let scene = Scene::open(ground).await;
        let mut number = 0;
        for (function, arguments) in ARGUMENTS {
            for argument in arguments {
                for value in nonsense() {
                    number += 1;
                    // Alone, and beside arguments that make sense.
                    for base in [json!({}), json!({ "service": "Herrenhaarschnitt", "when": "morgen um zehn" })] {
                        let mut args = base;
                        args[*argument] = value.clone();
                        let answer = scene.function(&call(&format!("c{number}")), None, function, args.clone()).await;
                        let status = answer["status"].as_str().unwrap();
                        let is_closed = function == "transfer_target" && status == "unavailable";
                        assert!(is_closed || STATUSES.contains(&status), "{function} {argument}: {answer}");
                    }
                }
            }
        }
        // A name of script or SQL is a name: stored as it was said, once per call that gave everything else.
        let booked = scene.count("SELECT count(*) FROM appointments");
        let named = scene.count("SELECT count(*) FROM appointments a JOIN customers c ON c.id = a.customer_id WHERE length(c.name) >= 2");
        assert_eq!(booked, named);
        assert_eq!(scene.count("SELECT count(*) FROM customers WHERE length(name) > 120"), 0);
    }

    async fn without_arguments_it_asks_for_them(ground) {
        let scene = Scene::open(ground).await;
        for (function, missing) in [("check_availability", "service"), ("book_appointment", "service")] {
            let answer = scene.function(&call("c1"), None, function, json!({})).await;
            assert_eq!((answer["status"].as_str(), answer["data"]["missing"].as_str()), (Some("needs_input"), Some(missing)));
        }
        let asked = |args: Value| {
            let scene = &scene;
            async move {
                let answer = scene.function(&call("c2"), None, "book_appointment", args).await;
                assert_eq!(answer["status"], "needs_input", "{answer}");
                answer["data"]["missing"].as_str().unwrap().to_owned()
            }
        };
        assert_eq!(asked(json!({ "service": "Herrenhaarschnitt" })).await, "when");
        assert_eq!(asked(json!({ "service": "Herrenhaarschnitt", "when": "am 31. Juni" })).await, "when");
        assert_eq!(asked(json!({ "service": "Herrenhaarschnitt", "when": "morgen um zehn" })).await, "customer_name");
        for stand_in in
            ["Kunde", "customer", "0151 12345678", "unbekannt", "X", "der Kunde", "[Name]", "{{customer_name}}", "Frau", "Max\u{0}Muster", "ja bitte"]
        {
            let args = json!({ "service": "Herrenhaarschnitt", "when": "morgen um zehn", "customer_name": stand_in });
            assert_eq!(asked(args).await, "customer_name", "{stand_in}");
        }
        let args = json!({ "service": "Herrenhaarschnitt", "when": "morgen um zehn", "customer_name": "Erika Muster", "staff": "Zebulon" });
        assert_eq!(asked(args).await, "staff");
        for (name, kept) in [("mein Name ist Peter Maier", "Peter Maier"), ("Peter Huber, geboren 1.1.1980", "Peter Huber"), ("Null", "Null")] {
            let args = json!({ "service": "Herrenhaarschnitt", "when": "übermorgen um zehn", "customer_name": name });
            let answer = scene.function(&call(name), None, "book_appointment", args).await;
            assert!(["confirmed", "alternatives"].contains(&answer["status"].as_str().unwrap()), "{name}: {answer}");
            if answer["status"] == "confirmed" {
                assert_eq!(scene.count(&format!("SELECT count(*) FROM customers WHERE name = '{kept}'")), 1, "{name}");
            }
        }
        scene.ground.as_owner(&["DELETE FROM answers", "DELETE FROM occupancy", "DELETE FROM appointments"]).unwrap();
        assert_eq!(scene.count("SELECT count(*) FROM appointments"), 0);
    }

    async fn a_year_in_the_past_is_asked_about_and_never_booked(ground) {
        let scene = Scene::open(ground).await;
        for date in ["2023-11-27", "2025-11-27", "27.11.2023"] {
            let args = json!({ "service": "Herrenhaarschnitt", "date": date, "time": "10:00", "customer_name": "Erika Muster" });
            let answer = scene.function(&call("c1"), None, "book_appointment", args).await;
            assert_eq!(answer["status"], "needs_input", "{answer}");
            assert_eq!(answer["data"]["suggested"], "2026-11-27T10:00:00+01:00", "{date}");
        }
        let args = json!({ "service": "Herrenhaarschnitt", "date": "2023-11-27", "time": "10:00" });
        let answer = scene.function(&call("c2"), None, "check_availability", args).await;
        assert_eq!(answer["data"]["slots"][0]["start"], "2026-11-27T10:00:00+01:00");
        assert!(answer["say"].as_str().unwrap().contains("27. November"), "{answer}");
        assert_eq!(scene.count("SELECT count(*) FROM appointments"), 0);
    }

    async fn an_unknown_function_and_a_call_without_its_envelope_get_a_sentence(ground) {
        let scene = Scene::open(ground).await;
        let answer = scene.function(&call("c1"), None, "launch_rocket", json!({})).await;
        assert_eq!(answer["status"], "unavailable");
        let alone = json!({ "service": "Herrenhaarschnitt", "when": "morgen um zehn", "customer_name": "Erika Muster" });
        let (_, body) = scene.post("functions/book_appointment", alone.to_string().into_bytes()).await;
        assert_eq!(serde_json::from_slice::<Value>(&body).unwrap()["status"], "refused");
        let (_, body) = scene.post("functions/check_availability", alone.to_string().into_bytes()).await;
        assert_eq!(serde_json::from_slice::<Value>(&body).unwrap()["status"], "available", "it may read");
        assert_eq!(scene.count("SELECT count(*) FROM appointments"), 0);
    }
}
