use askpro_domain::business::CompanySettings;
use askpro_testkit::{Ground, SalonOptions};
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::scene::{PhoneCall, SECOND, SOON, Scene, call};

async fn open(ground: Ground) -> Scene {
    Scene::with(ground, SalonOptions::default()).await
}

/// A short budget for Cal.com, so that a hanging one costs a test little.
async fn open_in_a_hurry(ground: Ground) -> Scene {
    let settings = CompanySettings { calcom_budget_ms: 4_000, budget_ms: 4_000, ..CompanySettings::DEFAULT };
    Scene::with(ground, SalonOptions { settings, ..SalonOptions::default() }).await
}

async fn book(scene: &Scene, caller: &PhoneCall, when: &str) -> Value {
    let args = json!({ "service": "Bartpflege", "when": when, "customer_name": "Erika Muster" });
    scene.function(caller, Some("t1"), "book_appointment", args).await
}

fn status(scene: &Scene) -> String {
    scene.text("SELECT status FROM appointments")
}

askpro_testkit::on_both_databases! {
    async fn what_calcom_accepts_inside_the_budget_is_confirmed(ground) {
        let scene = open(ground).await;
        let booked = book(&scene, &call("c1"), "morgen um zehn").await;
        assert_eq!(booked["status"], "confirmed", "{booked}");
        let bookings = scene.calcom_bookings().await;
        assert_eq!(bookings.len(), 1);
        assert_eq!(bookings[0].2, booked["data"]["appointment"]["id"].as_str().unwrap());
        assert_eq!(scene.text("SELECT calendar_uid FROM appointments"), bookings[0].0);
        assert_eq!(scene.text("SELECT kind FROM occupancy"), "appointment");
        assert_eq!(scene.count("SELECT count(*) FROM jobs WHERE status <> 'done'"), 0);
        scene.later(SignedDuration::from_mins(10)).await;
        assert_eq!(scene.calcom_bookings().await.len(), 1, "nothing is asked for twice");
    }

    async fn what_calcom_refuses_is_released_and_others_are_offered(ground) {
        let scene = open(ground).await;
        scene.faults(json!([{ "path_prefix": "/v2/bookings", "method": "POST", "fault": "error", "status": 409 }])).await;
        let booked = book(&scene, &call("c1"), "morgen um zehn").await;
        assert_eq!(booked["status"], "alternatives", "{booked}");
        let starts: Vec<&Value> = booked["data"]["slots"].as_array().unwrap().iter().map(|slot| &slot["start"]).collect();
        assert!(!starts.is_empty() && !starts.contains(&&json!("2026-11-24T10:00:00+01:00")), "{starts:?}");
        assert_eq!(status(&scene), "refused");
        assert_eq!(scene.count("SELECT count(*) FROM occupancy"), 0, "the time is free again");
        assert_eq!(book(&scene, &call("c1"), "morgen um zehn").await, booked, "a repetition hears the same");
    }

    async fn an_error_is_provisional_then_looked_up_and_confirmed(ground) {
        let scene = open(ground).await;
        scene.faults(json!([{ "path_prefix": "/v2/", "fault": "error", "status": 503, "count": 3 }])).await;
        let booked = book(&scene, &call("c1"), "morgen um zehn").await;
        assert_eq!(booked["status"], "provisional", "{booked}");
        assert_eq!(scene.text("SELECT kind FROM occupancy"), "hold");
        for _ in 0..6 {
            scene.later(SECOND * 30).await;
        }
        assert_eq!(status(&scene), "confirmed");
        assert_eq!(scene.calcom_bookings().await.len(), 1);
        let again = book(&scene, &call("c1"), "morgen um zehn").await;
        assert_eq!(again["data"]["appointment"]["id"], booked["data"]["appointment"]["id"]);
        assert_eq!(scene.count("SELECT count(*) FROM tasks"), 0);
    }

    async fn a_hanging_calcom_costs_the_caller_no_more_than_the_budget(ground) {
        let scene = open_in_a_hurry(ground).await;
        scene.faults(json!([{ "path_prefix": "/v2/", "fault": "hang" }])).await;
        let begun = tokio::time::Instant::now();
        let booked = book(&scene, &call("c1"), "morgen um zehn").await;
        assert!(begun.elapsed() < SOON, "{:?}", begun.elapsed());
        assert_eq!(booked["status"], "provisional", "{booked}");
        assert_eq!(scene.count("SELECT count(*) FROM occupancy WHERE kind = 'hold'"), 1);
    }

    async fn after_a_time_out_nothing_is_tried_for_ninety_seconds_and_then_found(ground) {
        let scene = open_in_a_hurry(ground).await;
        scene.faults(json!([{ "path_prefix": "/v2/bookings", "method": "POST", "fault": "accept_then_timeout", "count": 1 }])).await;
        let booked = book(&scene, &call("c1"), "morgen um zehn").await;
        assert_eq!(booked["status"], "provisional", "{booked}");
        let asked = |requests: Vec<(String, String, u64)>| requests.len();
        let before = asked(scene.calcom_requests().await);
        scene.later(SECOND * 80).await;
        assert_eq!(asked(scene.calcom_requests().await), before, "the first request may still be running");
        assert_eq!(status(&scene), "provisional");
        scene.later(SECOND * 15).await;
        assert_eq!(status(&scene), "confirmed");
        let bookings = scene.calcom_bookings().await;
        assert_eq!(bookings.len(), 1, "it was found, not made again");
        assert_eq!(scene.text("SELECT calendar_uid FROM appointments"), bookings[0].0);
    }

    async fn of_two_bookings_for_one_appointment_the_younger_is_called_off(ground) {
        let scene = open_in_a_hurry(ground).await;
        scene.faults(json!([{ "path_prefix": "/v2/bookings", "method": "POST", "fault": "accept_then_timeout", "count": 1 }])).await;
        let booked = book(&scene, &call("c1"), "morgen um zehn").await;
        let id = booked["data"]["appointment"]["id"].as_str().unwrap();
        let twin = json!({ "start": "2026-11-24T09:00:00Z", "eventTypeId": 101, "metadata": { "askpro_appointment": id },
            "attendee": { "name": "Erika Muster", "timeZone": "Europe/Berlin", "email": "e@example.com" } });
        let made = reqwest::Client::new().post(format!("{}/v2/bookings", scene.calcom.url())).json(&twin)
            .header("cal-api-version", "2024-08-13").bearer_auth("cal_test_0123456789").send().await.unwrap();
        assert_eq!(made.status(), 201);
        scene.later(SECOND * 95).await;
        let live: Vec<_> = scene.calcom_bookings().await.into_iter().filter(|one| one.1 == "accepted").collect();
        assert_eq!(live.len(), 1);
        assert_eq!(scene.text("SELECT calendar_uid FROM appointments"), live[0].0);
        assert_eq!(live[0].0, "bk0000000001", "the older one stands");
    }

    async fn a_refusal_after_the_call_becomes_a_call_back(ground) {
        let scene = open(ground).await;
        scene.faults(json!([{ "path_prefix": "/v2/bookings", "method": "POST", "fault": "error", "status": 500, "count": 1 }])).await;
        assert_eq!(book(&scene, &call("c1"), "morgen um zehn").await["status"], "provisional");
        scene.faults(json!([{ "path_prefix": "/v2/bookings", "method": "POST", "fault": "error", "status": 409 }])).await;
        scene.later(SECOND * 30).await;
        assert_eq!(status(&scene), "refused");
        assert_eq!(scene.count("SELECT count(*) FROM occupancy"), 0);
        assert_eq!(scene.text("SELECT kind FROM tasks"), "call_back_refused");
        scene.later(SignedDuration::from_mins(30)).await;
        assert_eq!(scene.count("SELECT count(*) FROM tasks"), 1, "one call-back, not one per look");
    }

    async fn a_calendar_that_stays_away_calls_a_person(ground) {
        let scene = open(ground).await;
        scene.faults(json!([{ "path_prefix": "/v2/", "fault": "error", "status": 503 }])).await;
        assert_eq!(book(&scene, &call("c1"), "morgen um zehn").await["status"], "provisional");
        for _ in 0..10 {
            scene.later(SignedDuration::from_mins(2)).await;
        }
        assert_eq!(scene.text("SELECT kind FROM tasks"), "unsettled");
        assert_eq!(scene.count("SELECT count(*) FROM tasks"), 1);
        assert_eq!(status(&scene), "provisional", "kept until it is known");
        scene.faults(json!([])).await;
        scene.later(SignedDuration::from_mins(6)).await;
        assert_eq!(status(&scene), "confirmed");
    }

    async fn a_caller_who_cannot_be_reached_is_told_when_to_ring_again(ground) {
        let scene = open(ground).await;
        scene.faults(json!([{ "path_prefix": "/v2/", "fault": "error", "status": 503 }])).await;
        let withheld = PhoneCall { from: "anonymous", ..call("c1") };
        let booked = book(&scene, &withheld, "morgen um zehn").await;
        assert_eq!(booked["status"], "provisional");
        let sentence = booked["say"].as_str().unwrap();
        assert!(sentence.contains("Unter welcher Nummer") && sentence.contains("Terminnummer"), "{sentence}");
    }
}
