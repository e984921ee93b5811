use serde_json::{Value, json};

use crate::stage::{BOOKINGS, EVENT_TYPES, Receiver, Stage, booking, says};

const TEN: &str = "2026-11-24T10:00:00Z";

async fn subscribed(version: &'static str) -> (Receiver, Stage) {
    let receiver = Receiver::open(|_, _| says(json!({}))).await;
    let (stage, _) = Stage::calcom(version).await;
    let triggers = [
        "BOOKING_CREATED",
        "BOOKING_CANCELLED",
        "BOOKING_RESCHEDULED",
        "BOOKING_REQUESTED",
        "BOOKING_REJECTED",
    ];
    let hook = json!({ "subscriberUrl": receiver.at("/hook"), "triggers": triggers, "active": true, "secret": "whsec_test" });
    stage.post("/v2/webhooks", hook).await;
    (receiver, stage)
}

fn triggers(receiver: &Receiver) -> Vec<Value> {
    receiver.got().iter().map(|one| one.body["triggerEvent"].clone()).collect()
}

#[tokio::test]
async fn a_booking_is_announced_in_a_shape_of_its_own() {
    let (receiver, stage) = subscribed(BOOKINGS).await;
    let made = stage.post("/v2/bookings", booking(TEN)).await;
    let got = receiver.until(1).await.remove(0);
    assert_eq!(got.headers["x-cal-signature-256"].len(), 64);
    let payload = &got.body["payload"];
    assert_eq!((&payload["uid"], &payload["status"]), (&made["data"]["uid"], &json!("ACCEPTED")));
    assert_eq!(payload["startTime"], "2026-11-24T10:00:00.000Z");
    assert_eq!((&payload["metadata"]["appointment"], payload.get("start")), (&json!("a1"), None));
    assert!(
        !got.headers
            .keys()
            .any(|name| name.as_str().contains("delivery") || name.as_str().contains("timestamp"))
    );
}

#[tokio::test]
async fn a_move_names_both_and_a_move_to_be_confirmed_is_a_request() {
    let (receiver, stage) = subscribed(BOOKINGS).await;
    let old = stage.post("/v2/bookings", booking(TEN)).await["data"]["uid"].as_str().unwrap().to_owned();
    receiver.until(1).await;
    let new = stage
        .post(&format!("/v2/bookings/{old}/reschedule"), json!({ "start": "2026-11-24T12:00:00Z" }))
        .await;
    let got = receiver.until(2).await.remove(1);
    assert_eq!(got.body["triggerEvent"], "BOOKING_RESCHEDULED");
    assert_eq!(
        (&got.body["payload"]["uid"], &got.body["payload"]["rescheduleUid"]),
        (&new["data"]["uid"], &json!(old))
    );

    let stage = stage.speaking(Some(EVENT_TYPES));
    stage.patch("/v2/event-types/101", json!({ "confirmationPolicy": { "type": "always" } })).await;
    let stage = stage.speaking(Some(BOOKINGS));
    let new = new["data"]["uid"].as_str().unwrap();
    let wish = stage.post(&format!("/v2/bookings/{new}/reschedule"), json!({ "start": TEN })).await;
    receiver.until(3).await;
    let uid = wish["data"]["uid"].as_str().unwrap();
    stage.post(&format!("/v2/bookings/{uid}/decline"), json!({ "reason": "voll" })).await;
    receiver.until(4).await;
    assert_eq!(triggers(&receiver)[2..], [json!("BOOKING_REQUESTED"), json!("BOOKING_REJECTED")]);
}

#[tokio::test]
async fn webhooks_are_lost_and_come_twice() {
    let (receiver, stage) = subscribed(BOOKINGS).await;
    stage.ask("PUT", "/_sim/account", json!({ "webhook_losses": 1, "webhook_duplicates": 1 })).await;
    let made = stage.post("/v2/bookings", booking(TEN)).await;
    stage.post(&format!("/v2/bookings/{}/cancel", made["data"]["uid"].as_str().unwrap()), json!({})).await;
    let got = receiver.until(2).await;
    assert_eq!(triggers(&receiver), [json!("BOOKING_CANCELLED"), json!("BOOKING_CANCELLED")]);
    assert_eq!(got[0].raw, got[1].raw);
    assert_eq!(
        got[0].headers["x-cal-signature-256"], got[1].headers["x-cal-signature-256"],
        "nothing tells them apart"
    );
}

#[tokio::test]
async fn without_a_secret_the_signature_is_a_word_and_an_inactive_one_is_silent() {
    let receiver = Receiver::open(|_, _| says(json!({}))).await;
    let (stage, _) = Stage::calcom(BOOKINGS).await;
    let hook = |active: bool| json!({ "subscriberUrl": receiver.at("/hook"), "triggers": ["BOOKING_CREATED"], "active": active });
    stage.post("/v2/event-types/101/webhooks", hook(true)).await;
    stage.post("/v2/webhooks", hook(false)).await;
    stage.post("/v2/bookings", booking(TEN)).await;
    assert_eq!(receiver.until(1).await[0].headers["x-cal-signature-256"], "no-secret-provided");
    assert_eq!(stage.get("/v2/event-types/101/webhooks").await["data"].as_array().unwrap().len(), 1);
    assert_eq!(stage.get("/v2/webhooks").await["data"].as_array().unwrap().len(), 2);
    stage.ask("DELETE", "/v2/event-types/101/webhooks", Value::Null).await;
    assert_eq!(stage.get("/v2/webhooks").await["data"].as_array().unwrap().len(), 1);
    let wrong =
        json!({ "subscriberUrl": "https://a.example", "triggers": ["BOOKING_CONFIRMED"], "active": true });
    assert_eq!(stage.refused("POST", "/v2/webhooks", wrong).await.0, 400);
}
