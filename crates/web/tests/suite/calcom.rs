use askpro_domain::business::CompanySettings;
use askpro_store::connections::ConnectionLimits;
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
        // Time is moved by hand here, the breaker's is not.
        let never = ConnectionLimits { failure_threshold: Some(1_000), ..ConnectionLimits::default() };
        scene.limit_calcom(never).await;
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
        assert!(sentence.contains("Unter welcher Telefonnummer") && sentence.contains("Terminnummer"), "{sentence}");
    }

    async fn a_move_and_a_cancellation_that_calcom_accepts_stand_in_both_calendars(ground) {
        let scene = open(ground).await;
        let booked = book(&scene, &call("c1"), "morgen um zehn").await;
        let moved = scene.function(&call("c1"), Some("t2"), "reschedule_appointment", json!({ "when": "Mittwoch um elf" })).await;
        assert_eq!(moved["status"], "confirmed", "{moved}");
        assert_eq!(moved["data"]["appointment"]["start"], "2026-11-25T11:00:00+01:00");
        assert_eq!(moved["data"]["appointment"]["id"], booked["data"]["appointment"]["id"]);
        let live = live(&scene).await;
        assert_eq!(live.len(), 1, "the old booking is called off there: {live:?}");
        assert_eq!(scene.text("SELECT calendar_uid FROM appointments"), live[0], "under its new id");
        assert_eq!(scene.count("SELECT count(*) FROM occupancy WHERE kind = 'appointment'"), 1);
        let gone = scene.function(&call("c1"), Some("t3"), "cancel_appointment", json!({})).await;
        assert_eq!(gone["status"], "cancelled", "{gone}");
        assert!(self::live(&scene).await.is_empty());
        assert_eq!(scene.count("SELECT count(*) FROM occupancy"), 0);
        scene.later(SignedDuration::from_mins(10)).await;
        assert_eq!(scene.count("SELECT count(*) FROM jobs WHERE status <> 'done'"), 0);
    }

    async fn a_move_that_calcom_refuses_leaves_the_appointment_where_it_was(ground) {
        let scene = open(ground).await;
        book(&scene, &call("c1"), "morgen um zehn").await;
        scene.faults(json!([{ "path_prefix": "/v2/bookings/", "method": "POST", "fault": "error", "status": 409 }])).await;
        let refused = scene.function(&call("c1"), None, "reschedule_appointment", json!({ "when": "Mittwoch um elf" })).await;
        assert_eq!(refused["status"], "alternatives", "{refused}");
        let starts: Vec<&Value> = refused["data"]["slots"].as_array().unwrap().iter().map(|slot| &slot["start"]).collect();
        assert!(!starts.contains(&&json!("2026-11-25T11:00:00+01:00")), "{starts:?}");
        assert_eq!(status(&scene), "confirmed");
        assert_eq!(scene.text("SELECT local_start FROM appointments"), "2026-11-24T10:00:00");
        assert_eq!(scene.count("SELECT count(*) FROM occupancy WHERE kind = 'appointment'"), 1);
        assert_eq!(live(&scene).await.len(), 1);
    }

    async fn a_move_that_was_carried_out_but_timed_out_is_found_through_its_new_id(ground) {
        let scene = open_in_a_hurry(ground).await;
        book(&scene, &call("c1"), "morgen um zehn").await;
        scene.faults(json!([{ "path_prefix": "/v2/bookings/", "method": "POST", "fault": "accept_then_timeout", "count": 1 }])).await;
        let moved = scene.function(&call("c1"), None, "reschedule_appointment", json!({ "when": "morgen um viertel nach zehn" })).await;
        assert_eq!(moved["status"], "alternatives", "a quarter past is not offered: {moved}");
        let moved = scene.function(&call("c1"), None, "reschedule_appointment", json!({ "when": "Mittwoch um elf" })).await;
        assert_eq!(moved["status"], "provisional", "{moved}");
        assert_eq!(scene.count("SELECT count(*) FROM occupancy WHERE kind = 'hold'"), 2, "the old and the new time are kept");
        scene.later(SECOND * 95).await;
        assert_eq!(status(&scene), "confirmed");
        let live = live(&scene).await;
        assert_eq!((live.len(), scene.text("SELECT calendar_uid FROM appointments")), (1, live[0].clone()));
        assert_eq!(scene.text("SELECT local_start FROM appointments"), "2026-11-25T11:00:00");
        assert_eq!(scene.count("SELECT count(*) FROM occupancy WHERE kind = 'appointment'"), 1);
    }

    async fn a_cancellation_while_calcom_is_down_reaches_it_later_and_the_time_is_kept_until_then(ground) {
        let scene = open(ground).await;
        book(&scene, &call("c1"), "morgen um zehn").await;
        scene.faults(json!([{ "path_prefix": "/v2/", "fault": "error", "status": 503 }])).await;
        let gone = scene.function(&call("c1"), None, "cancel_appointment", json!({})).await;
        assert_eq!(gone["status"], "provisional", "{gone}");
        assert_eq!(status(&scene), "cancelled");
        assert_eq!(scene.count("SELECT count(*) FROM occupancy WHERE kind = 'hold'"), 1);
        scene.faults(json!([])).await;
        scene.later(SignedDuration::from_mins(3)).await;
        assert!(live(&scene).await.is_empty());
        assert_eq!(scene.count("SELECT count(*) FROM occupancy"), 0);
        assert_eq!(scene.count("SELECT count(*) FROM jobs WHERE status <> 'done'"), 0);
    }

    async fn what_is_cancelled_while_its_booking_is_on_its_way_does_not_stay_there(ground) {
        let scene = open_in_a_hurry(ground).await;
        scene.faults(json!([{ "path_prefix": "/v2/bookings", "method": "POST", "fault": "accept_then_timeout", "count": 1 }])).await;
        assert_eq!(book(&scene, &call("c1"), "morgen um zehn").await["status"], "provisional");
        let gone = scene.function(&call("c1"), None, "cancel_appointment", json!({})).await;
        assert_eq!(gone["status"], "provisional", "{gone}");
        scene.later(SECOND * 100).await;
        assert!(live(&scene).await.is_empty(), "found by our key and called off");
        assert_eq!(status(&scene), "cancelled");
        assert_eq!(scene.count("SELECT count(*) FROM occupancy"), 0);
    }

    async fn a_row_of_which_calcom_refuses_one_is_called_off_wholly(ground) {
        let scene = open(ground).await;
        let row = json!({ "service": "Bartpflege", "when": "Donnerstag um neun", "customer_name": "Erika Muster",
            "repeat": { "count": 4, "rhythm": "weekly" } });
        let booked = scene.function(&call("c1"), None, "book_appointment", row.clone()).await;
        assert_eq!((booked["status"].as_str(), live(&scene).await.len()), (Some("confirmed"), 4), "{booked}");
        scene.faults(json!([{ "path_prefix": "/v2/bookings", "method": "POST", "fault": "error", "status": 409, "count": 1 }])).await;
        let mut other = row;
        other["when"] = json!("Donnerstag um elf");
        let refused = scene.function(&call("c2"), None, "book_appointment", other).await;
        assert_eq!(refused["status"], "alternatives", "{refused}");
        scene.later(SignedDuration::from_mins(3)).await;
        assert_eq!(live(&scene).await.len(), 4, "only the first row is left there");
        assert_eq!(scene.count("SELECT count(*) FROM appointments WHERE status = 'confirmed'"), 4);
        assert_eq!(scene.count("SELECT count(*) FROM occupancy"), 4);
    }

    async fn a_hint_makes_us_look_and_follow_what_people_did_in_calcom(ground) {
        let scene = open(ground).await;
        book(&scene, &call("c1"), "morgen um zehn").await;
        let uid = scene.text("SELECT calendar_uid FROM appointments");
        // A hint alone changes nothing: the booking stands as it was.
        hint(&scene, "BOOKING_CANCELLED", &uid).await;
        assert_eq!(status(&scene), "confirmed");
        at_calcom(&scene, &format!("/v2/bookings/{uid}/reschedule"), json!({ "start": "2026-11-25T10:00:00Z" })).await;
        hint(&scene, "BOOKING_RESCHEDULED", &uid).await;
        assert_eq!(scene.text("SELECT local_start FROM appointments"), "2026-11-25T11:00:00");
        let renamed = scene.text("SELECT calendar_uid FROM appointments");
        assert_ne!(renamed, uid);
        at_calcom(&scene, &format!("/v2/bookings/{renamed}/cancel"), json!({})).await;
        hint(&scene, "BOOKING_CANCELLED", &renamed).await;
        assert_eq!(status(&scene), "cancelled");
        assert_eq!(scene.count("SELECT count(*) FROM occupancy"), 0);
        hint(&scene, "BOOKING_CREATED", "somebody_elses").await;
        assert_eq!(scene.count("SELECT count(*) FROM deliveries WHERE status = 'ignored'"), 1);
        let unsigned = scene.calcom_webhook("BOOKING_CANCELLED", &uid, Some("0".repeat(64))).await;
        assert_eq!(unsigned, 401);
    }

    async fn a_move_in_calcom_onto_another_appointment_is_a_conflict_for_a_person(ground) {
        let scene = Scene::with(ground, SalonOptions { people: 1, ..SalonOptions::default() }).await;
        book(&scene, &call("c1"), "morgen um zehn").await;
        let uid = scene.text("SELECT calendar_uid FROM appointments");
        scene.book(&call("c2"), None, "Mittwoch um elf", "Hans Probe").await;
        at_calcom(&scene, &format!("/v2/bookings/{uid}/reschedule"), json!({ "start": "2026-11-25T10:00:00Z" })).await;
        hint(&scene, "BOOKING_RESCHEDULED", &uid).await;
        assert_eq!(scene.text("SELECT kind FROM tasks"), "conflict");
        assert_eq!(scene.count("SELECT count(*) FROM occupancy WHERE kind = 'external'"), 1);
        assert_eq!(scene.count("SELECT count(*) FROM appointments WHERE local_start = '2026-11-25T11:00:00'"), 2);
    }
}

async fn live(scene: &Scene) -> Vec<String> {
    scene.calcom_bookings().await.into_iter().filter(|one| one.1 == "accepted").map(|one| one.0).collect()
}

async fn at_calcom(scene: &Scene, path: &str, body: Value) {
    let done = reqwest::Client::new()
        .post(format!("{}{path}", scene.calcom.url()))
        .json(&body)
        .header("cal-api-version", "2024-08-13")
        .bearer_auth("cal_test_0123456789")
        .send()
        .await
        .unwrap();
    assert!(done.status().is_success(), "{}", done.text().await.unwrap());
}

/// Sends a signed hint and lets the worker follow it.
async fn hint(scene: &Scene, event: &str, uid: &str) {
    assert_eq!(scene.calcom_webhook(event, uid, None).await, 204);
    scene.later(SECOND).await;
}
