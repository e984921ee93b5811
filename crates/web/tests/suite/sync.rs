use askpro_domain::ids::Clock;
use askpro_store::{
    Company, incidents,
    jobs::{self, JobKind},
};
use askpro_testkit::{Ground, PATIENCE, SalonOptions};
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::scene::{Scene, call};

const KEY: &str = "cal_test_0123456789";

/// A salon in which one person does what is booked at Cal.com.
async fn alone(ground: Ground) -> Scene {
    Scene::with(ground, SalonOptions { people: 1, ..SalonOptions::default() }).await
}

async fn compare(scene: &Scene) {
    let (key, now) = (format!("sync_calendar {}", scene.salon.calcom), scene.ground.clock.now());
    let wanted = scene.ground.store.write(Company(scene.salon.company), PATIENCE, move |tx| {
        jobs::add_once(tx, JobKind::SyncCalendar, &key, SignedDuration::ZERO, now)
    });
    wanted.await.unwrap();
    while scene.app.work_once("test").await.unwrap() > 0 {}
}

async fn at_calcom(scene: &Scene, path: &str, body: Value) -> Value {
    let answer = reqwest::Client::new()
        .post(format!("{}{path}", scene.calcom.url()))
        .header("cal-api-version", "2024-08-13")
        .bearer_auth(KEY)
        .json(&body)
        .send()
        .await
        .unwrap()
        .error_for_status()
        .unwrap();
    answer.json().await.unwrap()
}

async fn somebody_books(scene: &Scene, start: &str, metadata: Value) -> String {
    let booked = at_calcom(
        scene,
        "/v2/bookings",
        json!({ "start": start, "eventTypeId": 101, "metadata": metadata,
            "attendee": { "name": "Laufkundin", "timeZone": "Europe/Berlin", "email": "a@example.com" } }),
    )
    .await;
    booked["data"]["uid"].as_str().unwrap().to_owned()
}

async fn booked(scene: &Scene, when: &str) -> Value {
    let args = json!({ "service": "Bartpflege", "when": when, "customer_name": "Erika Muster" });
    let answer = scene.function(&call(when), Some("t"), "book_appointment", args).await;
    assert_eq!(answer["status"], "confirmed", "{answer}");
    answer["data"]["appointment"].clone()
}

async fn kinds(scene: &Scene) -> Vec<String> {
    let read =
        scene.ground.store.read(Company(scene.salon.company), PATIENCE, |tx| incidents::newest(tx, 20));
    let mut kinds: Vec<String> = read.await.unwrap().iter().map(|one| one.kind.word().to_owned()).collect();
    kinds.sort();
    kinds
}

askpro_testkit::on_both_databases! {
    async fn time_given_away_at_calcom_is_not_offered_and_comes_back(ground) {
        let scene = alone(ground).await;
        let uid = somebody_books(&scene, "2026-11-24T09:00:00Z", json!({})).await;
        compare(&scene).await;
        assert_eq!(scene.text("SELECT kind FROM occupancy"), "external");
        let args = json!({ "service": "Bartpflege", "when": "morgen um zehn" });
        let offered = scene.function(&call("c"), Some("t"), "check_availability", args).await;
        assert_eq!(offered["status"], "alternatives", "{offered}");
        compare(&scene).await;
        assert_eq!(scene.count("SELECT count(*) FROM occupancy"), 1, "the same again changes nothing");
        at_calcom(&scene, &format!("/v2/bookings/{uid}/reschedule"), json!({ "start": "2026-11-24T13:00:00Z" })).await;
        compare(&scene).await;
        assert_eq!(scene.count("SELECT count(*) FROM occupancy"), 1);
        let args = json!({ "service": "Bartpflege", "when": "morgen um zehn" });
        scene.ground.clock.advance(SignedDuration::from_secs(30));
        let offered = scene.function(&call("c"), Some("u"), "check_availability", args).await;
        assert_eq!(offered["status"], "available", "{offered}");
        assert!(kinds(&scene).await.is_empty());
    }

    async fn what_people_move_or_call_off_at_calcom_is_followed_without_any_webhook(ground) {
        let scene = alone(ground).await;
        let (moved, off) = (booked(&scene, "morgen um zehn").await, booked(&scene, "morgen um zwölf").await);
        let uid = |id: &Value| scene.text(&format!("SELECT calendar_uid FROM appointments WHERE id = '{}'", id.as_str().unwrap()));
        at_calcom(&scene, &format!("/v2/bookings/{}/reschedule", uid(&moved["id"])), json!({ "start": "2026-11-24T14:00:00Z" })).await;
        at_calcom(&scene, &format!("/v2/bookings/{}/cancel", uid(&off["id"])), json!({})).await;
        compare(&scene).await;
        let row = |id: &Value| scene.text(&format!("SELECT status || ' ' || local_start FROM appointments WHERE id = '{}'", id.as_str().unwrap()));
        assert_eq!(row(&moved["id"]), "confirmed 2026-11-24T15:00:00");
        assert!(row(&off["id"]).starts_with("cancelled"));
        assert_eq!(scene.count("SELECT count(*) FROM occupancy"), 1);
        assert_eq!(scene.count("SELECT count(*) FROM jobs WHERE status IN ('dead', 'failed')"), 0);
    }

    async fn an_overlap_is_an_incident_and_one_task(ground) {
        let scene = alone(ground).await;
        booked(&scene, "morgen um zehn").await;
        somebody_books(&scene, "2026-11-24T09:15:00Z", json!({})).await;
        compare(&scene).await;
        compare(&scene).await;
        assert_eq!(kinds(&scene).await, ["calendar_conflict"]);
        assert_eq!(scene.text("SELECT kind FROM tasks"), "conflict");
        assert_eq!(scene.count("SELECT count(*) FROM occupancy WHERE kind = 'appointment'"), 1);
    }

    async fn two_of_one_appointment_become_one_and_nobodys_are_kept_and_named(ground) {
        let scene = alone(ground).await;
        let one = booked(&scene, "morgen um zehn").await;
        somebody_books(&scene, "2026-11-24T09:00:00Z", json!({ "askpro_appointment": one["id"] })).await;
        let stray = "019ab000-0000-7000-8000-000000000000";
        somebody_books(&scene, "2026-11-25T09:00:00Z", json!({ "askpro_appointment": stray })).await;
        somebody_books(&scene, "2026-11-25T11:00:00Z", json!({ "askpro_appointment": "nonsense" })).await;
        compare(&scene).await;
        compare(&scene).await;
        assert_eq!(kinds(&scene).await, ["booked_twice", "orphan_booking"]);
        let live: Vec<_> = scene.calcom_bookings().await.into_iter().filter(|one| one.1 == "accepted").collect();
        assert_eq!(live.len(), 3, "{live:?}");
        assert_eq!(scene.text("SELECT status FROM appointments"), "confirmed");
        let known = scene.text("SELECT calendar_uid FROM appointments");
        assert!(live.iter().any(|one| one.0 == known), "the one our row knows stays");
    }

    async fn a_calendar_that_cannot_be_read_changes_nothing(ground) {
        let scene = alone(ground).await;
        booked(&scene, "morgen um zehn").await;
        somebody_books(&scene, "2026-11-24T13:00:00Z", json!({})).await;
        compare(&scene).await;
        let before = scene.ground.as_owner(&["SELECT kind, from_at, to_at FROM occupancy ORDER BY from_at"]).unwrap();
        assert_eq!(before.len(), 2);
        for fault in [
            json!({ "path_prefix": "/v2/", "fault": "wrong_data" }),
            json!({ "path_prefix": "/v2/", "fault": "malformed" }),
            json!({ "path_prefix": "/v2/", "fault": "drop" }),
            json!({ "path_prefix": "/v2/", "fault": "error", "status": 500 }),
            json!({ "path_prefix": "/v2/", "fault": "error", "status": 401 }),
            json!({ "path_prefix": "/v2/", "fault": "error", "status": 404 }),
            json!({ "path_prefix": "/v2/", "fault": "rate_limit", "ms": 1 }),
        ] {
            scene.faults(json!([fault])).await;
            compare(&scene).await;
            let after = scene.ground.as_owner(&["SELECT kind, from_at, to_at FROM occupancy ORDER BY from_at"]).unwrap();
            assert_eq!(after, before, "{fault}");
            assert_eq!(scene.text("SELECT status FROM appointments"), "confirmed", "{fault}");
        }
        assert_eq!(scene.text("SELECT status FROM jobs WHERE kind = 'sync_calendar'"), "queued", "it goes on");
    }
}
