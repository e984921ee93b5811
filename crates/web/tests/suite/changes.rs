use askpro_domain::{
    business::CompanySettings,
    identity::Level,
    policy::{Notice, Policy},
};
use askpro_testkit::{Ground, SalonOptions, UNHURRIED};
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::scene::{PhoneCall, Scene, call};

async fn book(scene: &Scene, caller: &PhoneCall, when: &str, name: &str) -> Value {
    let booked = scene.book(caller, None, when, name).await;
    assert_eq!(booked["status"], "confirmed", "{booked}");
    booked["data"]["appointment"].clone()
}

async fn ask(scene: &Scene, caller: &PhoneCall, function: &str, args: Value) -> Value {
    scene.function(caller, None, function, args).await
}

fn withheld(id: &str) -> PhoneCall {
    PhoneCall { from: "anonymous", ..call(id) }
}

fn strict() -> CompanySettings {
    let notice = Notice { minutes: Some(24 * 60), cut_off: None };
    let policy = Policy { cancel: notice, reschedule: notice, ..Policy::NONE };
    CompanySettings { policy, ..UNHURRIED }
}

async fn with(ground: Ground, settings: CompanySettings) -> Scene {
    Scene::with(ground, SalonOptions { settings, ..SalonOptions::default() }).await
}

fn start(answer: &Value) -> &str {
    answer["data"]["appointment"]["start"].as_str().unwrap_or_default()
}

askpro_testkit::on_both_databases! {
    async fn a_known_number_and_the_name_find_move_and_cancel(ground) {
        let scene = Scene::open(ground).await;
        let booked = book(&scene, &call("c1"), "morgen um zehn", "Erika Muster").await;
        let found = ask(&scene, &call("c2"), "find_appointments", json!({ "customer_name": "Frau Muster" })).await;
        assert_eq!(found["status"], "found", "{found}");
        assert_eq!(found["data"]["appointments"][0]["id"], booked["id"]);
        let staff = booked["staff"].as_str().unwrap();
        assert_eq!(
            found["say"],
            format!("Ihr Termin ist am Dienstag, den 24. November um 10 Uhr, Herrenhaarschnitt bei {staff}. Möchten Sie daran etwas ändern?")
        );
        // The name has been said in this call: nobody must say it twice.
        let moved = ask(&scene, &call("c2"), "reschedule_appointment", json!({ "when": "Mittwoch um elf" })).await;
        assert_eq!((moved["status"].as_str(), start(&moved)), (Some("confirmed"), "2026-11-25T11:00:00+01:00"), "{moved}");
        assert_eq!(moved["data"]["appointment"]["id"], booked["id"]);
        assert_eq!(moved["data"]["appointment"]["reference"], booked["reference"]);
        assert!(moved["say"].as_str().unwrap().starts_with("Verschoben auf Mittwoch, den 25. November um 11 Uhr"), "{moved}");
        assert_eq!(scene.count("SELECT revision FROM appointments"), 2);
        assert_eq!(scene.count("SELECT count(*) FROM occupancy"), 1);
        let gone = ask(&scene, &call("c2"), "cancel_appointment", json!({ "reason": "krank" })).await;
        assert_eq!(gone["status"], "cancelled", "{gone}");
        assert!(gone["say"].as_str().unwrap().starts_with("Abgesagt: Ihr Termin am Mittwoch, den 25. November"), "{gone}");
        assert_eq!(scene.text("SELECT status FROM appointments"), "cancelled");
        assert_eq!(scene.count("SELECT count(*) FROM occupancy"), 0);
        let none = ask(&scene, &call("c3"), "find_appointments", json!({ "customer_name": "Frau Muster" })).await;
        assert_eq!(none["status"], "none", "{none}");
        for action in ["appointment.moved", "appointment.cancelled"] {
            assert_eq!(scene.count(&format!("SELECT count(*) FROM audit WHERE action = '{action}'")), 1, "{action}");
        }
    }

    async fn a_withheld_number_needs_the_reference_and_the_name(ground) {
        let scene = Scene::open(ground).await;
        let booked = book(&scene, &call("c1"), "morgen um zehn", "Erika Muster").await;
        let reference = booked["reference"].as_str().unwrap();
        let missing = |answer: &Value| answer["data"]["missing"].as_str().unwrap_or_default().to_owned();
        let caller = withheld("c2");
        let nothing = ask(&scene, &caller, "find_appointments", json!({})).await;
        assert_eq!((nothing["status"].as_str(), missing(&nothing).as_str()), (Some("needs_input"), "customer_name"));
        let named = ask(&scene, &caller, "find_appointments", json!({ "customer_name": "Erika Muster" })).await;
        assert_eq!((named["status"].as_str(), missing(&named).as_str()), (Some("needs_input"), "reference"));
        let alone = ask(&scene, &caller, "cancel_appointment", json!({ "reference": reference })).await;
        assert_eq!((alone["status"].as_str(), missing(&alone).as_str()), (Some("needs_input"), "customer_name"), "{alone}");
        let other = json!({ "reference": reference, "customer_name": "Hans Probe" });
        let refused = ask(&scene, &caller, "cancel_appointment", other).await;
        assert_eq!(refused["status"], "refused", "{refused}");
        assert!(!refused.to_string().contains("Muster") && !refused.to_string().contains("10 Uhr"), "{refused}");
        let id = json!({ "appointment_id": booked["id"], "customer_name": "Erika Muster" });
        assert_eq!(ask(&scene, &caller, "cancel_appointment", id).await["status"], "needs_input", "an id is no proof");
        assert_eq!(scene.text("SELECT status FROM appointments"), "confirmed");
        let spoken: String = reference.chars().map(|c| format!("{} ", c.to_ascii_lowercase())).collect();
        let right = json!({ "reference": spoken, "customer_name": "Frau Muster" });
        assert_eq!(ask(&scene, &caller, "cancel_appointment", right).await["status"], "cancelled");
    }

    async fn a_number_that_several_have_or_another_name_is_nobody(ground) {
        let scene = Scene::open(ground).await;
        book(&scene, &call("c1"), "morgen um zehn", "Erika Muster").await;
        let other = ask(&scene, &call("c2"), "find_appointments", json!({ "customer_name": "Hans Probe" })).await;
        assert_eq!(other["data"]["missing"], "reference", "{other}");
        book(&scene, &call("c3"), "morgen um elf", "Hans Probe").await;
        let shared = ask(&scene, &call("c4"), "find_appointments", json!({ "customer_name": "Erika Muster" })).await;
        assert_eq!(shared, other, "what is answered does not depend on who has the number");
    }

    async fn a_company_may_ask_for_the_reference_always(ground) {
        let scene = with(ground, CompanySettings { identity: Level::Reference, ..UNHURRIED }).await;
        let booked = book(&scene, &call("c1"), "morgen um zehn", "Erika Muster").await;
        let by_number = ask(&scene, &call("c2"), "find_appointments", json!({ "customer_name": "Erika Muster" })).await;
        assert_eq!(by_number["data"]["missing"], "reference", "{by_number}");
        let args = json!({ "customer_name": "Erika Muster", "reference": booked["reference"] });
        assert_eq!(ask(&scene, &call("c2"), "find_appointments", args).await["status"], "found");
    }

    async fn guessing_references_ends_after_five_and_then_the_right_one_tells_nothing_either(ground) {
        let scene = Scene::open(ground).await;
        let booked = book(&scene, &call("c1"), "morgen um zehn", "Erika Muster").await;
        let guess = |call_id: &'static str, reference: &Value| {
            let args = json!({ "reference": reference, "customer_name": "Erika Muster" });
            let scene = &scene;
            async move { ask(scene, &withheld(call_id), "find_appointments", args).await["status"].as_str().unwrap().to_owned() }
        };
        for wrong in ["AAAAAA", "CCCCCC", "DDDDDD", "nonsense", "EEEEEE"] {
            assert_eq!(guess("c2", &json!(wrong)).await, "none");
        }
        assert_eq!(guess("c2", &booked["reference"]).await, "refused");
        assert_eq!(guess("c3", &booked["reference"]).await, "found", "another withheld caller is somebody else");
        assert_eq!(scene.count("SELECT count(*) FROM wrong_references"), 5);
    }

    async fn guesses_at_the_same_moment_are_no_way_around_the_five(ground) {
        let scene = Scene::open(ground).await;
        let guesses = (0..24).map(|number: u8| {
            let letters = ["A", "C", "D", "E", "F"];
            let reference = format!("{}{}AAAA", letters[usize::from(number / 5)], letters[usize::from(number % 5)]);
            let args = json!({ "reference": reference, "customer_name": "Erika Muster" });
            let scene = &scene;
            async move { ask(scene, &withheld("c1"), "find_appointments", args).await["status"].clone() }
        });
        let answers = futures_util::future::join_all(guesses).await;
        assert_eq!(answers.iter().filter(|status| **status == "none").count(), 5, "{answers:?}");
        assert_eq!(answers.iter().filter(|status| **status == "refused").count(), 19, "{answers:?}");
        assert_eq!(scene.count("SELECT count(*) FROM wrong_references"), 5);
    }

    async fn twenty_wrong_references_an_hour_are_enough_for_one_number(ground) {
        let scene = Scene::open(ground).await;
        let booked = book(&scene, &call("c0"), "morgen um zehn", "Erika Muster").await;
        let stranger = |id: usize| PhoneCall { from: "+4915187654321", ..call(&format!("s{id}")) };
        for id in 0..20 {
            let args = json!({ "reference": "AAAAAA", "customer_name": "Erika Muster" });
            assert_eq!(ask(&scene, &stranger(id), "find_appointments", args).await["status"], "none");
        }
        let args = json!({ "reference": booked["reference"], "customer_name": "Erika Muster" });
        assert_eq!(ask(&scene, &stranger(99), "find_appointments", args.clone()).await["status"], "refused");
        scene.ground.clock.advance(SignedDuration::from_mins(61));
        assert_eq!(ask(&scene, &stranger(99), "find_appointments", args).await["status"], "found");
    }

    async fn what_this_call_booked_it_may_take_back_and_book_again(ground) {
        let scene = Scene::open(ground).await;
        let caller = withheld("c1");
        let first = book(&scene, &caller, "morgen um zehn", "Erika Muster").await;
        let gone = ask(&scene, &caller, "cancel_appointment", json!({})).await;
        assert_eq!(gone["data"]["appointment"]["id"], first["id"], "{gone}");
        assert_eq!(ask(&scene, &caller, "cancel_appointment", json!({ "reference": first["reference"] })).await["status"], "cancelled");
        let again = book(&scene, &caller, "morgen um zehn", "Erika Muster").await;
        assert_ne!(again["id"], first["id"], "the first does not stand any more: it is booked anew");
        assert_eq!(scene.count("SELECT count(*) FROM appointments WHERE status = 'confirmed'"), 1);
        let foreign = ask(&scene, &withheld("c2"), "cancel_appointment", json!({ "appointment_id": again["id"] })).await;
        assert_eq!(foreign["status"], "needs_input", "{foreign}");
    }

    async fn changes_that_come_too_late_are_refused_with_the_deadline(ground) {
        let scene = with(ground, strict()).await;
        book(&scene, &call("c1"), "morgen um acht", "Erika Muster").await;
        let caller = call("c2");
        let late = ask(&scene, &caller, "cancel_appointment", json!({ "customer_name": "Erika Muster" })).await;
        assert_eq!(late["status"], "refused", "{late}");
        assert_eq!(late["data"]["latest"], "2026-11-23T08:00:00+01:00");
        assert!(late["say"].as_str().unwrap().starts_with("Zum Absagen ist es leider zu spät, das ging nur bis heute um 8 Uhr."), "{late}");
        let moved = ask(&scene, &caller, "reschedule_appointment", json!({ "when": "Freitag um zehn" })).await;
        assert_eq!(moved["status"], "refused", "{moved}");
        assert_eq!(scene.text("SELECT status FROM appointments"), "confirmed");
        book(&scene, &call("c3"), "Freitag um elf", "Erika Muster").await;
        let args = json!({ "when": "Freitag um zwölf" });
        assert_eq!(ask(&scene, &call("c3"), "reschedule_appointment", args).await["status"], "confirmed", "early enough");
    }

    async fn a_move_by_half_its_length_is_no_collision_with_itself(ground) {
        let scene = Scene::with(ground, SalonOptions { people: 1, interval_minutes: 15, ..SalonOptions::default() }).await;
        book(&scene, &call("c1"), "morgen um zehn", "Erika Muster").await;
        book(&scene, &call("c2"), "morgen um elf", "Hans Probe").await;
        let moved = ask(&scene, &call("c1"), "reschedule_appointment", json!({ "when": "morgen um viertel nach zehn" })).await;
        assert_eq!(start(&moved), "2026-11-24T10:15:00+01:00", "{moved}");
        let taken = ask(&scene, &call("c1"), "reschedule_appointment", json!({ "when": "morgen um viertel vor elf" })).await;
        assert_eq!(taken["status"], "alternatives", "{taken}");
        assert_eq!(scene.count("SELECT count(*) FROM occupancy"), 2, "the old time is kept");
        let slot = taken["data"]["slots"][0]["slot_id"].as_str().unwrap();
        let moved = ask(&scene, &call("c1"), "reschedule_appointment", json!({ "slot_id": slot })).await;
        assert_eq!(moved["status"], "confirmed", "{moved}");
        let choose = ask(&scene, &call("c1"), "reschedule_appointment", json!({ "when": "Donnerstag" })).await;
        assert_eq!(choose["status"], "alternatives", "a day is no time: {choose}");
        let when = ask(&scene, &call("c1"), "reschedule_appointment", json!({})).await;
        assert_eq!(when["data"]["missing"], "when", "{when}");
        assert_eq!(scene.count("SELECT count(*) FROM occupancy"), 2);
    }

    async fn a_change_that_is_sent_twice_happens_once(ground) {
        let scene = Scene::open(ground).await;
        book(&scene, &call("c1"), "morgen um zehn", "Erika Muster").await;
        let args = json!({ "when": "Mittwoch um elf" });
        let first = scene.function(&call("c1"), Some("t5"), "reschedule_appointment", args.clone()).await;
        scene.ground.clock.advance(SignedDuration::from_secs(30));
        assert_eq!(scene.function(&call("c1"), Some("t5"), "reschedule_appointment", args).await, first);
        assert_eq!(scene.count("SELECT revision FROM appointments"), 2);
        let first = scene.function(&call("c1"), Some("t6"), "cancel_appointment", json!({})).await;
        assert_eq!(scene.function(&call("c1"), Some("t6"), "cancel_appointment", json!({})).await, first);
        assert_eq!(scene.count("SELECT revision FROM appointments"), 3);
    }

    async fn without_the_envelope_nothing_is_changed(ground) {
        let scene = Scene::open(ground).await;
        let booked = book(&scene, &call("c1"), "morgen um zehn", "Erika Muster").await;
        let args = json!({ "reference": booked["reference"], "customer_name": "Erika Muster", "when": "Mittwoch um elf" });
        for function in ["cancel_appointment", "reschedule_appointment"] {
            let (_, body) = scene.post(&format!("functions/{function}"), args.to_string().into_bytes()).await;
            assert_eq!(serde_json::from_slice::<Value>(&body).unwrap()["status"], "refused", "{function}");
        }
        let (_, body) = scene.post("functions/find_appointments", args.to_string().into_bytes()).await;
        assert_eq!(serde_json::from_slice::<Value>(&body).unwrap()["status"], "found", "reading is allowed");
        assert_eq!(scene.count("SELECT revision FROM appointments"), 1);
    }

    async fn several_appointments_are_asked_about(ground) {
        let scene = Scene::open(ground).await;
        book(&scene, &call("c1"), "morgen um zehn", "Erika Muster").await;
        let second = book(&scene, &call("c2"), "Mittwoch um elf", "Erika Muster").await;
        let which = ask(&scene, &call("c3"), "cancel_appointment", json!({ "customer_name": "Erika Muster" })).await;
        assert_eq!(which["status"], "needs_input", "{which}");
        assert_eq!(which["say"], "Welchen Termin meinen Sie: Dienstag, den 24. November um 10 Uhr oder Mittwoch, den 25. November um 11 Uhr?");
        let chosen = json!({ "customer_name": "Erika Muster", "appointment_id": second["id"] });
        let gone = ask(&scene, &call("c3"), "cancel_appointment", chosen).await;
        assert_eq!(gone["data"]["appointment"]["id"], second["id"], "{gone}");
    }

    async fn a_recognised_caller_changes_only_what_is_theirs(ground) {
        let scene = Scene::open(ground).await;
        let erika = book(&scene, &call("c1"), "morgen um zehn", "Erika Muster").await;
        let hans = PhoneCall { from: "+4915187654321", ..call("c2") };
        book(&scene, &hans, "morgen um elf", "Hans Probe").await;
        let later = PhoneCall { from: "+4915187654321", ..call("c3") };
        let args = json!({ "customer_name": "Hans Probe", "appointment_id": erika["id"], "when": "Freitag um zehn" });
        for function in ["cancel_appointment", "reschedule_appointment"] {
            assert_eq!(ask(&scene, &later, function, args.clone()).await["status"], "refused", "{function}");
        }
        assert_eq!(scene.count("SELECT count(*) FROM appointments WHERE status = 'confirmed' AND revision = 1"), 2);
    }

    async fn another_company_finds_nothing_under_the_same_reference(ground) {
        let scene = Scene::open(ground).await;
        let booked = book(&scene, &call("c1"), "morgen um zehn", "Erika Muster").await;
        let other = askpro_testkit::Salon::open(&scene.ground, SalonOptions { name: "Andere".into(), ..SalonOptions::default() }).await;
        let args = json!({ "reference": booked["reference"], "customer_name": "Erika Muster", "appointment_id": booked["id"] });
        let line = scene.as_salon(&other);
        assert_eq!(line.function(&call("c1"), None, "find_appointments", args.clone()).await["status"], "none");
        assert_eq!(line.function(&call("c1"), None, "cancel_appointment", args).await["status"], "refused");
        assert_eq!(scene.text("SELECT status FROM appointments"), "confirmed");
    }
}
