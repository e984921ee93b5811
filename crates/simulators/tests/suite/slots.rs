use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::stage::{BOOKINGS, EVENT_TYPES, SLOTS, Stage, booking};

const SCHEDULES: &str = "2024-06-11";

/// An account that is open on Tuesdays and Wednesdays from 9 to 11 in Berlin.
async fn berlin() -> (Stage, crate::stage::Hands) {
    let (stage, hands) = Stage::calcom(SCHEDULES).await;
    let hours = json!({ "timeZone": "Europe/Berlin", "availability": [{ "days": ["Tuesday", "Wednesday"],
        "startTime": "09:00", "endTime": "11:00" }] });
    stage.patch("/v2/schedules/1", hours).await;
    (stage.speaking(Some(SLOTS)), hands)
}

fn starts(slots: &Value) -> Vec<&str> {
    let days = slots["data"].as_object().unwrap().values();
    days.flat_map(|day| day.as_array().unwrap()).map(|slot| slot["start"].as_str().unwrap()).collect()
}

async fn free(stage: &Stage, query: &str) -> Value {
    stage.get(&format!("/v2/slots?eventTypeId=101&{query}")).await
}

#[tokio::test]
async fn slots_are_grouped_by_the_local_day_and_carry_its_offset() {
    let (stage, _) = berlin().await;
    let slots = free(&stage, "start=2026-11-24&end=2026-11-25&timeZone=Europe/Berlin").await;
    assert_eq!(slots["data"].as_object().unwrap().keys().collect::<Vec<_>>(), ["2026-11-24", "2026-11-25"]);
    assert_eq!(starts(&slots)[..2], ["2026-11-24T09:00:00.000+01:00", "2026-11-24T09:30:00.000+01:00"]);
    assert_eq!(starts(&slots).len(), 8);
    let range = free(&stage, "start=2026-11-24&end=2026-11-24&format=range").await;
    assert_eq!(
        range["data"]["2026-11-24"][0],
        json!({ "start": "2026-11-24T08:00:00.000Z", "end": "2026-11-24T08:30:00.000Z" })
    );
    assert_eq!(
        free(&stage, "start=2026-11-26&end=2026-11-26").await["data"],
        json!({}),
        "days without slots are absent"
    );
}

#[tokio::test]
async fn a_bare_date_is_a_day_in_utc_and_hours_are_widened_to_it() {
    let (stage, _) = Stage::calcom(SCHEDULES).await;
    let night = json!({ "timeZone": "Europe/Berlin", "availability": [{ "days": ["Tuesday"], "startTime": "00:00", "endTime": "01:30" }] });
    stage.patch("/v2/schedules/1", night).await;
    let stage = stage.speaking(Some(SLOTS));
    let tuesday = free(&stage, "start=2026-11-24&end=2026-11-24&timeZone=Europe/Berlin").await;
    assert_eq!(starts(&tuesday), ["2026-11-24T01:00:00.000+01:00"], "the hour before is Monday in UTC");
    let (stage, _) = berlin().await;
    let narrow = free(&stage, "start=2026-11-24T08:30:00Z&end=2026-11-24T08:45:00Z").await;
    assert_eq!(starts(&narrow).len(), 4, "the whole day comes back");
}

#[tokio::test]
async fn bookings_and_reservations_are_gone_from_the_list() {
    let (stage, hands) = berlin().await;
    let stage = stage.speaking(Some(BOOKINGS));
    let made = stage.post("/v2/bookings", booking("2026-11-24T08:00:00Z")).await;
    let stage = stage.speaking(Some(SLOTS));
    let reserve = json!({ "eventTypeId": 101, "slotStart": "2026-11-24T09:00:00Z" });
    let kept = stage.post("/v2/slots/reservations", reserve.clone()).await;
    assert_eq!(kept["data"]["reservationUntil"], "2026-11-23T09:05:00.000Z");
    let day = "start=2026-11-24&end=2026-11-24";
    assert_eq!(starts(&free(&stage, day).await), ["2026-11-24T08:30:00.000Z", "2026-11-24T09:30:00.000Z"]);
    let moving = format!("{day}&bookingUidToReschedule={}", made["data"]["uid"].as_str().unwrap());
    assert_eq!(starts(&free(&stage, &moving).await).len(), 3, "its own time is free for a move");

    let (status, message) = stage.refused("POST", "/v2/slots/reservations", reserve).await;
    assert!(status == 422 && message.contains("already reserved"), "{message}");
    let taken = json!({ "eventTypeId": 101, "slotStart": "2026-11-24T08:00:00Z" });
    let (status, message) = stage.refused("POST", "/v2/slots/reservations", taken).await;
    assert!(status == 422 && message.contains("already booked"), "{message}");
    hands.advance(SignedDuration::from_secs(301));
    assert_eq!(starts(&free(&stage, day).await).len(), 3, "the reservation has run out");
    let uid = kept["data"]["reservationUid"].as_str().unwrap();
    assert_eq!(stage.get(&format!("/v2/slots/reservations/{uid}")).await["data"], Value::Null);
}

#[tokio::test]
async fn a_reservation_binds_nobody() {
    let (stage, _) = berlin().await;
    let reserve = json!({ "eventTypeId": 101, "slotStart": "2026-11-24T09:00:00Z" });
    let uid = stage.post("/v2/slots/reservations", reserve).await["data"]["reservationUid"].clone();
    let stage = stage.speaking(Some(BOOKINGS));
    stage.post("/v2/bookings", booking("2026-11-24T09:00:00Z")).await;
    let path = format!("/v2/slots/reservations/{}", uid.as_str().unwrap());
    assert_eq!(stage.ask("DELETE", &path, Value::Null).await, (200, json!({ "status": "success" })));
    assert_eq!(stage.ask("DELETE", &path, Value::Null).await.0, 404);
}

#[tokio::test]
async fn notice_buffers_and_closed_days_are_applied_to_lists_and_bookings() {
    let (stage, _) = berlin().await;
    let stage = stage.speaking(Some(EVENT_TYPES));
    stage
        .patch(
            "/v2/event-types/101",
            json!({ "minimumBookingNotice": 23 * 60 + 30, "beforeEventBuffer": 10 }),
        )
        .await;
    let stage = stage.speaking(Some(SCHEDULES));
    let closed = json!({ "overrides": [{ "date": "2026-11-25", "startTime": "00:00", "endTime": "00:00" }] });
    stage.patch("/v2/schedules/1", closed).await;
    let stage = stage.speaking(Some(SLOTS));
    let both = "start=2026-11-24&end=2026-11-25";
    assert_eq!(
        starts(&free(&stage, both).await),
        ["2026-11-24T08:30:00.000Z", "2026-11-24T09:00:00.000Z", "2026-11-24T09:30:00.000Z"]
    );
    let stage = stage.speaking(Some(BOOKINGS));
    assert!(
        stage.refused("POST", "/v2/bookings", booking("2026-11-24T08:00:00Z")).await.1.contains("\"start\"")
    );
    assert!(
        stage
            .refused("POST", "/v2/bookings", booking("2026-11-25T08:00:00Z"))
            .await
            .1
            .contains("not available")
    );
    stage.post("/v2/bookings", booking("2026-11-24T08:30:00Z")).await;
    let stage = stage.speaking(Some(SLOTS));
    assert_eq!(
        starts(&free(&stage, both).await),
        ["2026-11-24T09:30:00.000Z"],
        "the buffer takes the next one"
    );
}

#[tokio::test]
async fn nonsense_and_other_versions() {
    let (stage, _) = berlin().await;
    for query in [
        "start=2026-11-24",
        "start=x&end=y",
        "start=2026-11-25&end=2026-11-24",
        "start=2026-01-01&end=2029-01-01",
    ] {
        let (status, message) =
            stage.refused("GET", &format!("/v2/slots?eventTypeId=101&{query}"), Value::Null).await;
        assert!(status == 400 && message.starts_with("Invalid time range given"), "{query}: {message}");
    }
    assert_eq!(
        stage.refused("GET", "/v2/slots?eventTypeId=7&start=2026-11-24&end=2026-11-25", Value::Null).await.0,
        404
    );
    let stage = stage.speaking(None);
    let older = free(&stage, "start=2026-11-24&end=2026-11-24").await;
    assert_eq!(older["data"]["slots"]["2026-11-24"][0], json!({ "time": "2026-11-24T08:00:00.000Z" }));
    assert_eq!(
        stage.get("/v2/event-types/101").await["data"]["length"],
        30,
        "and lengthInMinutes is missing"
    );
    assert!(stage.get("/v2/schedules/1").await["data"].get("availability").is_none());
}

#[tokio::test]
async fn event_types_and_schedules_are_made_and_removed() {
    let (stage, _) = Stage::calcom(EVENT_TYPES).await;
    let cut = json!({ "lengthInMinutes": 45, "lengthInMinutesOptions": [45, 60], "title": "Schnitt", "slug": "schnitt" });
    let made = stage.post("/v2/event-types", cut.clone()).await["data"].clone();
    assert_eq!((&made["lengthInMinutes"], &made["bookingWindow"]), (&json!(45), &json!([])));
    assert_eq!(stage.refused("POST", "/v2/event-types", cut).await.0, 400, "one slug, one event type");
    assert_eq!(stage.get("/v2/event-types").await["data"].as_array().unwrap().len(), 2);
    let stage = stage.speaking(Some(BOOKINGS));
    let wish = json!({ "start": "2026-11-24T10:00:00Z", "eventTypeSlug": "schnitt", "username": "host", "lengthInMinutes": 60,
        "attendee": { "name": "Erika", "timeZone": "Europe/Berlin", "email": "e@example.com" } });
    assert_eq!(stage.post("/v2/bookings", wish).await["data"]["duration"], 60);
    let stage = stage.speaking(Some(SCHEDULES));
    let made = stage
        .post("/v2/schedules", json!({ "name": "Sommer", "timeZone": "Europe/Berlin", "isDefault": true }))
        .await;
    assert_eq!(made["data"]["availability"][0]["startTime"], "09:00");
    assert_eq!(stage.get("/v2/schedules/default").await["data"]["id"], made["data"]["id"]);
    let path = format!("/v2/schedules/{}", made["data"]["id"]);
    assert_eq!(stage.ask("DELETE", &path, Value::Null).await.0, 200);
    assert_eq!(stage.ask("GET", &path, Value::Null).await.0, 404);
}
