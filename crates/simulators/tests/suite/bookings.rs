use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::stage::{BOOKINGS, EVENT_TYPES, Stage, booking};

const TEN: &str = "2026-11-24T10:00:00Z";

fn uid(answer: &Value) -> String {
    answer["data"]["uid"].as_str().unwrap().to_owned()
}

async fn listed(stage: &Stage, query: &str) -> Vec<String> {
    let list = stage.get(&format!("/v2/bookings{query}")).await;
    list["data"].as_array().unwrap().iter().map(|one| one["uid"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_taken_time_is_a_400_with_a_sentence() {
    let (stage, _) = Stage::calcom(BOOKINGS).await;
    let made = stage.post("/v2/bookings", booking(TEN)).await;
    assert_eq!((&made["data"]["status"], &made["data"]["duration"]), (&json!("accepted"), &json!(30)));
    let (status, answer) = stage.ask("POST", "/v2/bookings", booking("2026-11-24T10:15:00Z")).await;
    assert_eq!(status, 400);
    assert_eq!(answer["error"]["code"], "BadRequestException");
    assert_eq!(answer["path"], "/v2/bookings");
    let sentence = answer["error"]["message"].as_str().unwrap();
    assert!(sentence.contains("already has booking at this time or is not available"), "{sentence}");
    stage.post("/v2/bookings", booking("2026-11-24T10:30:00Z")).await;
}

#[tokio::test]
async fn a_repeated_request_makes_a_second_booking_where_there_is_room() {
    let (stage, _) = Stage::calcom(BOOKINGS).await;
    stage.ask("PUT", "/_sim/account", json!({ "double_booking": true })).await;
    let (first, second) =
        tokio::join!(stage.post("/v2/bookings", booking(TEN)), stage.post("/v2/bookings", booking(TEN)));
    assert_ne!(uid(&first), uid(&second));
    assert_eq!(listed(&stage, "").await.len(), 2);
}

#[tokio::test]
async fn what_cannot_be_booked_is_said_in_words() {
    let (stage, _) = Stage::calcom(BOOKINGS).await;
    let with = |name: &str, value: Value| {
        let mut body = booking(TEN);
        body[name] = value;
        body
    };
    let attendee = |attendee: Value| with("attendee", attendee);
    for (body, expected, part) in [
        (booking("2026-11-23T08:00:00Z"), 400, "in the past"),
        (booking("2026-11-24T11:00:00+01:00"), 400, "start must be"),
        (booking("2029-01-01T10:00:00Z"), 400, "can't be booked at the \"start\""),
        (with("eventTypeId", json!(999)), 404, "Event type with id 999 not found"),
        (with("lengthInMinutes", json!(60)), 400, "does not have multiple possible lengths"),
        (with("metadata", json!({ "n": 1 })), 400, "metadata"),
        (with("metadata", json!({ "k": "x".repeat(501) })), 400, "metadata"),
        (attendee(json!({ "name": "Erika" })), 400, "timeZone"),
        (attendee(json!({ "name": "Erika", "timeZone": "Europe/Berlin" })), 400, "email"),
        (attendee(json!({ "name": "Erika", "timeZone": "Europe/Berlin", "email": "erika" })), 400, "email"),
        (
            attendee(json!({ "name": "Erika", "timeZone": "Europe/Berlin", "phoneNumber": "0151" })),
            400,
            "phone",
        ),
    ] {
        let (status, message) = stage.refused("POST", "/v2/bookings", body.clone()).await;
        assert!(status == expected && message.contains(part), "{body}: {status} {message}");
    }
}

#[tokio::test]
async fn an_event_type_can_insist_on_an_email_address() {
    let (stage, _) = Stage::calcom(EVENT_TYPES).await;
    let fields = json!({ "bookingFields": [{ "type": "email", "slug": "email", "required": true },
        { "type": "text", "slug": "animal", "required": true }] });
    stage.patch("/v2/event-types/101", fields).await;
    let stage = stage.speaking(Some(BOOKINGS));
    assert!(stage.refused("POST", "/v2/bookings", booking(TEN)).await.1.contains("email"));
    let mut body = booking(TEN);
    body["attendee"]["email"] = json!("erika@example.com");
    assert!(stage.refused("POST", "/v2/bookings", body.clone()).await.1.contains("animal"));
    body["bookingFieldsResponses"] = json!({ "animal": "Kater" });
    stage.post("/v2/bookings", body).await;
}

#[tokio::test]
async fn a_missing_or_wrong_version_reaches_another_controller() {
    let (stage, _) = Stage::calcom(BOOKINGS).await;
    let made = uid(&stage.post("/v2/bookings", booking(TEN)).await);
    for version in [None, Some("2024-09-04")] {
        let (other, _) = Stage::calcom(BOOKINGS).await;
        other.post("/v2/bookings", booking(TEN)).await;
        let other = other.speaking(version);
        let read = other.get(&format!("/v2/bookings/{made}")).await["data"].clone();
        assert_eq!(
            (&read["status"], &read["startTime"]),
            (&json!("ACCEPTED"), &json!("2026-11-24T10:00:00.000Z"))
        );
        assert_eq!(read.get("start"), None);
        let list = other.get("/v2/bookings").await;
        assert!(list["data"]["bookings"].is_array() && list.get("pagination").is_none(), "{list}");
        assert_eq!(other.refused("POST", "/v2/bookings", booking("2026-11-24T12:00:00Z")).await.0, 400);
    }
}

#[tokio::test]
async fn a_move_is_a_new_booking_and_the_chain_is_kept() {
    let (stage, _) = Stage::calcom(BOOKINGS).await;
    let old = uid(&stage.post("/v2/bookings", booking(TEN)).await);
    let moved = stage
        .post(
            &format!("/v2/bookings/{old}/reschedule"),
            json!({ "start": "2026-11-24T10:15:00Z", "reschedulingReason": "Stau" }),
        )
        .await;
    let new = uid(&moved);
    assert_ne!(new, old);
    assert_eq!(
        (&moved["data"]["rescheduledFromUid"], &moved["data"]["metadata"]["appointment"]),
        (&json!(old), &json!("a1"))
    );
    let before = stage.get(&format!("/v2/bookings/{old}")).await["data"].clone();
    assert_eq!((&before["status"], &before["rescheduledToUid"]), (&json!("cancelled"), &json!(new)));
    let again =
        stage.refused("POST", &format!("/v2/bookings/{old}/reschedule"), json!({ "start": TEN })).await;
    assert_eq!(again.0, 400);
}

#[tokio::test]
async fn cancelling_frees_the_time_and_works_once() {
    let (stage, _) = Stage::calcom(BOOKINGS).await;
    let made = uid(&stage.post("/v2/bookings", booking(TEN)).await);
    let path = format!("/v2/bookings/{made}/cancel");
    let gone = stage.post(&path, json!({ "cancellationReason": "krank" })).await;
    assert_eq!(
        (&gone["data"]["status"], &gone["data"]["cancellationReason"]),
        (&json!("cancelled"), &json!("krank"))
    );
    assert_eq!(stage.refused("POST", &path, json!({})).await.0, 400);
    stage.post("/v2/bookings", booking(TEN)).await;
    assert_eq!(stage.refused("POST", "/v2/bookings/bk_none/cancel", json!({})).await.0, 404);
}

#[tokio::test]
async fn what_must_be_confirmed_is_pending_until_its_host_speaks() {
    let (stage, _) = Stage::calcom(EVENT_TYPES).await;
    stage.patch("/v2/event-types/101", json!({ "confirmationPolicy": { "type": "always" } })).await;
    let stage = stage.speaking(Some(BOOKINGS));
    let first = stage.post("/v2/bookings", booking(TEN)).await;
    assert_eq!(first["data"]["status"], "pending");
    assert_eq!(stage.refused("POST", "/v2/bookings", booking(TEN)).await.0, 400, "it keeps its time");
    let first = uid(&first);
    assert_eq!(listed(&stage, "?status=unconfirmed").await, std::slice::from_ref(&first));
    let agreed = stage.post(&format!("/v2/bookings/{first}/confirm"), json!({})).await;
    assert_eq!(agreed["data"]["status"], "accepted");
    assert_eq!(stage.refused("POST", &format!("/v2/bookings/{first}/decline"), json!({})).await.0, 400);
    let second = uid(&stage.post("/v2/bookings", booking("2026-11-24T12:00:00Z")).await);
    let refused = stage.post(&format!("/v2/bookings/{second}/decline"), json!({ "reason": "voll" })).await;
    assert_eq!(refused["data"]["status"], "rejected");
    let moved = stage
        .post(&format!("/v2/bookings/{first}/reschedule"), json!({ "start": "2026-11-25T10:00:00Z" }))
        .await;
    assert_eq!(moved["data"]["status"], "pending", "a move must be confirmed as well");
}

#[tokio::test]
async fn the_list_pages_filters_and_knows_what_changed() {
    let (stage, hands) = Stage::calcom(BOOKINGS).await;
    let mut made = Vec::new();
    for hour in 10..15 {
        made.push(uid(&stage.post("/v2/bookings", booking(&format!("2026-11-24T{hour}:00:00Z"))).await));
        hands.advance(SignedDuration::from_secs(60));
    }
    let page = stage.get("/v2/bookings?take=2&skip=2").await;
    assert_eq!(
        page["pagination"],
        json!({ "totalItems": 5, "remainingItems": 1, "returnedItems": 2, "itemsPerPage": 2,
        "currentPage": 2, "totalPages": 3, "hasNextPage": true, "hasPreviousPage": true })
    );
    assert_eq!(listed(&stage, "?take=2&skip=2").await, made[2..4]);
    assert_eq!(listed(&stage, "?sortStart=desc&take=1").await, made[4..]);
    assert_eq!(
        listed(&stage, "?afterStart=2026-11-24T12:00:00Z&beforeEnd=2026-11-24T13:30:00Z").await,
        made[2..4]
    );
    assert_eq!(listed(&stage, "?eventTypeIds=7,101").await.len(), 5);
    assert_eq!(listed(&stage, "?eventTypeIds=7").await.len(), 0);
    stage.post(&format!("/v2/bookings/{}/cancel", made[0]), json!({})).await;
    assert_eq!(listed(&stage, "?status=cancelled").await, made[..1]);
    assert_eq!(
        listed(&stage, "?afterUpdatedAt=2026-11-23T09:05:00Z").await,
        made[..1],
        "only the cancelled one"
    );
    assert_eq!(stage.refused("GET", "/v2/bookings?status=accepted", Value::Null).await.0, 400, "other words");
}
