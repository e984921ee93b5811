use askpro_testkit::SalonOptions;
use serde_json::{Value, json};

use crate::scene::{Scene, call};

fn six(when: &str) -> Value {
    json!({ "service": "Herrenhaarschnitt", "when": when, "customer_name": "Erika Muster",
        "repeat": { "count": 6, "rhythm": "weekly" } })
}

fn starts(answer: &Value) -> Vec<&str> {
    answer["data"]["series"]["appointments"]
        .as_array()
        .map(|all| all.iter().map(|one| one["start"].as_str().unwrap()).collect())
        .unwrap_or_default()
}

askpro_testkit::on_both_databases! {
    async fn six_weekly_appointments_are_booked_with_one_person_and_told_with_first_rhythm_and_last(ground) {
        let scene = Scene::open(ground).await;
        let booked = scene.function(&call("c1"), Some("t1"), "book_appointment", six("Donnerstag um neun")).await;
        assert_eq!(booked["status"], "confirmed", "{booked}");
        assert_eq!(
            starts(&booked),
            ["2026-11-26T09:00:00+01:00", "2026-12-03T09:00:00+01:00", "2026-12-10T09:00:00+01:00",
             "2026-12-17T09:00:00+01:00", "2026-12-24T09:00:00+01:00", "2026-12-31T09:00:00+01:00"]
        );
        let say = booked["say"].as_str().unwrap();
        let staff = booked["data"]["appointment"]["staff"].as_str().unwrap();
        let row = format!("Gebucht: sechs Termine bei {staff}, jede Woche um 9 Uhr, ab Donnerstag, den 26. November bis Donnerstag, den 31. Dezember.");
        assert!(say.starts_with(&row), "{say}");
        assert_eq!(scene.count("SELECT count(DISTINCT staff_id) FROM appointments"), 1);
        assert_eq!(scene.count("SELECT count(DISTINCT series_id) FROM appointments"), 1);
        assert_eq!(scene.count("SELECT count(DISTINCT reference) FROM appointments"), 6);
        let again = scene.function(&call("c1"), Some("t1"), "book_appointment", six("Donnerstag um neun")).await;
        assert_eq!(again, booked);
        assert_eq!(scene.count("SELECT count(*) FROM appointments"), 6);
    }

    async fn a_row_is_booked_wholly_or_not_at_all(ground) {
        let scene = Scene::with(ground, SalonOptions { people: 1, ..SalonOptions::default() }).await;
        let taken = scene.book(&call("c1"), None, "am 10. Dezember um neun", "Hans Probe").await;
        assert_eq!(taken["status"], "confirmed");
        for (id, when) in [("d1", "acht"), ("d2", "halb neun"), ("d3", "halb zehn")] {
            let taken = scene.book(&call(id), None, &format!("am 17. Dezember um {when}"), "Hans Probe").await;
            assert_eq!(taken["status"], "confirmed");
        }
        let refused = scene.function(&call("c2"), None, "book_appointment", six("Donnerstag um neun")).await;
        assert_eq!(refused["status"], "alternatives", "{refused}");
        for taken in ["T08:00", "T08:30", "T09:00", "T09:30"] {
            let thursday = format!("2026-11-26{taken}");
            let slots = refused["data"]["slots"].as_array().unwrap();
            assert!(slots.iter().all(|slot| !slot["start"].as_str().unwrap().starts_with(&thursday)), "{refused}");
        }
        assert!(refused["say"].as_str().unwrap().starts_with("So sind leider nicht alle Termine frei."), "{refused}");
        assert_eq!(scene.count("SELECT count(*) FROM appointments"), 4);
        assert_eq!(scene.count("SELECT count(*) FROM customers"), 1, "nobody is written down for nothing");
        // Every start that is offered holds for the whole row.
        let slot = refused["data"]["slots"][0]["slot_id"].as_str().unwrap();
        let args = json!({ "slot_id": slot, "customer_name": "Erika Muster", "repeat": { "count": "sechs", "rhythm": "jede Woche" } });
        let booked = scene.function(&call("c2"), None, "book_appointment", args).await;
        assert_eq!((booked["status"].as_str(), starts(&booked).len()), (Some("confirmed"), 6), "{booked}");
    }

    async fn every_second_week_and_what_is_too_much_or_unclear_is_asked_about(ground) {
        let scene = Scene::open(ground).await;
        let with = |repeat: Value| json!({ "service": "Herrenhaarschnitt", "when": "Donnerstag um neun",
            "customer_name": "Erika Muster", "repeat": repeat });
        for (id, repeat) in [("c1", json!({ "count": 30, "rhythm": "weekly" })), ("c2", json!({ "count": 4, "rhythm": "monatlich" })), ("c3", json!(true))] {
            let answer = scene.function(&call(id), None, "book_appointment", with(repeat)).await;
            assert_eq!((answer["status"].as_str(), answer["data"]["missing"].as_str()), (Some("needs_input"), Some("repeat")), "{answer}");
        }
        let booked = scene.function(&call("c4"), None, "book_appointment", with(json!({ "count": 3, "rhythm": "alle zwei Wochen" }))).await;
        assert_eq!(starts(&booked), ["2026-11-26T09:00:00+01:00", "2026-12-10T09:00:00+01:00", "2026-12-24T09:00:00+01:00"], "{booked}");
        let once = scene.function(&call("c5"), None, "book_appointment", with(json!({ "count": 1 }))).await;
        assert!(once["data"]["series"].is_null() && once["status"] == "confirmed", "{once}");
        // Beyond the horizon of 60 days nothing is offered, so a long row does not fit.
        let long = scene.function(&call("c6"), None, "book_appointment", with(json!({ "count": 10, "rhythm": "weekly" }))).await;
        assert_eq!(long["status"], "alternatives", "{long}");
    }
}
