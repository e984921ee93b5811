use std::time::Duration;

use askpro_domain::secret::Secret;
use askpro_providers::{
    calcom::{BookingStatus, Error, NewBooking, Which},
    resilience::Terms,
};
use serde_json::{Value, json};

use crate::stage::{Stage, answer};

const TERMS: Terms =
    Terms { patience: Duration::from_secs(5), urgency: askpro_providers::resilience::Urgency::Call };

fn booking() -> NewBooking {
    NewBooking {
        appointment: "019".into(),
        event_type_id: 101,
        start: "2026-11-24T09:00:00Z".parse().unwrap(),
        name: "Erika".into(),
        zone: "Europe/Berlin".into(),
        language: "de",
        email: None,
        phone: Some("+4930123456".into()),
    }
}

fn there(extra: Value) -> String {
    let mut booking = json!({ "uid": "bk1", "status": "accepted", "start": "2026-11-24T09:00:00.000Z",
        "end": "2026-11-24T09:30:00.000Z" });
    booking.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
    json!({ "status": "success", "data": booking }).to_string()
}

#[tokio::test(start_paused = true)]
async fn every_resource_is_asked_for_in_its_own_version_and_the_key_is_never_shown() {
    let stage = Stage::playing(answer(500, ""));
    let (client, at) = (stage.client(), "2026-11-24T09:00:00Z".parse().unwrap());
    let _ = client.create_booking(TERMS, &booking()).await;
    let _ = client.find_bookings(TERMS, 101, at, at, "019").await;
    let _ = client.slots(TERMS, 101, at, at).await;
    let stage_two = Stage::playing(answer(500, ""));
    let client = stage_two.client();
    let _ = client.event_types(TERMS).await;
    let _ = client.me(Terms { patience: Duration::from_millis(1), ..TERMS }).await;
    let _ = client.subscribe(TERMS, "https://own.test", &Secret::new("w".into())).await;
    let version = |request: &http::Request<Vec<u8>>| {
        let path = request.uri().path().to_owned();
        let version =
            request.headers().get("cal-api-version").map(|value| value.to_str().unwrap().to_owned());
        (path, version)
    };
    let mut seen: Vec<(String, Option<String>)> =
        stage.played.asked.lock().unwrap().iter().map(version).collect();
    seen.extend(stage_two.played.asked.lock().unwrap().iter().map(version));
    seen.dedup();
    let dated = |path: &str, date: &str| (path.to_owned(), Some(date.to_owned()));
    assert_eq!(
        seen,
        [
            dated("/v2/bookings", "2024-08-13"),
            dated("/v2/slots", "2024-09-04"),
            dated("/v2/event-types", "2024-06-14"),
            ("/v2/me".into(), None),
            ("/v2/webhooks".into(), None),
        ]
    );
    let shown = format!("{:?}", stage.played.asked.lock().unwrap());
    assert!(!shown.contains("cal_secret"), "{shown}");
    let sent = String::from_utf8(stage.played.asked.lock().unwrap()[0].body().clone()).unwrap();
    assert!(sent.contains("\"askpro_appointment\":\"019\"") && !sent.contains("email"), "{sent}");
}

#[tokio::test(start_paused = true)]
async fn what_can_be_missed_may_be_missing_null_or_something_else() {
    for extra in [
        json!({}),
        json!({ "metadata": null, "createdAt": null, "rescheduledToUid": null, "hosts": null }),
        json!({ "metadata": "x", "createdAt": 5, "rescheduledToUid": {}, "hosts": [5], "eventType": "x", "new": [1] }),
        json!({ "metadata": { "askpro_appointment": 7 }, "hosts": [{ "name": 1 }], "updatedAt": "soon" }),
    ] {
        let stage = Stage::playing(answer(201, &there(extra.clone())));
        let made =
            stage.client().create_booking(TERMS, &booking()).await.unwrap_or_else(|e| panic!("{extra}: {e}"));
        assert_eq!((made.uid.as_str(), made.status), ("bk1", BookingStatus::Accepted));
        assert_eq!(made.metadata("askpro_appointment"), None);
        assert_eq!(stage.line.seen().failures, 0);
    }
    let stage = Stage::playing(answer(200, &there(json!({ "status": "brand_new" }))));
    let read = stage.client().booking(TERMS, "bk1").await.unwrap().unwrap();
    assert_eq!((read.status, read.is_live()), (BookingStatus::Unknown, false));
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_missed_makes_the_answer_uncertain_never_a_success() {
    let older = json!({ "status": "success", "data": { "uid": "bk1", "status": "ACCEPTED",
        "startTime": "2026-11-24T09:00:00.000Z", "endTime": "2026-11-24T09:30:00.000Z" } });
    for body in [
        "".into(),
        "null".into(),
        "[]".into(),
        "{}".into(),
        "{\"status\":\"success\"}".into(),
        "{\"status\":\"success\",\"data\":null}".into(),
        older.to_string(),
        there(json!({ "uid": 5 })),
        there(json!({ "start": "tomorrow" })),
        there(json!({ "start": 1_790_000_000 })),
        there(json!({ "status": null })),
        "{\"status\":\"success\",\"data\":{\"uid\":\"bk".into(),
        "\u{feff}{}".into(),
        "[".repeat(100_000),
    ] {
        let body: String = body;
        let stage = Stage::playing(answer(201, &body));
        let client = stage.client();
        let short: String = body.chars().take(60).collect();
        assert_eq!(client.create_booking(TERMS, &booking()).await.unwrap_err(), Error::Unknown, "{short}");
        assert_eq!(stage.asked(), 1, "and it is not sent again: {short}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_list_is_read_to_its_end_and_what_cannot_be_read_is_counted() {
    let entry = |uid: &str| {
        json!({ "uid": uid, "status": "accepted", "start": "2026-11-24T09:00:00Z", "end": "2026-11-24T09:30:00Z",
            "eventType": { "id": 101 }, "hosts": [{ "name": "Anna" }] })
    };
    let body = json!({ "status": "success", "data": [entry("a"), { "uid": 1 }, "x", entry("b")],
        "pagination": { "hasNextPage": true } });
    let stage = Stage::playing(answer(200, &body.to_string()));
    let since = "2026-11-23T00:00:00Z".parse().unwrap();
    let page = stage.client().bookings(TERMS, Which::ChangedSince(since), 250).await.unwrap();
    assert_eq!((page.bookings.len(), page.unreadable, page.next), (2, 2, Some(254)));
    assert_eq!(page.bookings[0].event_type_id(), Some(101));
    let asked = stage.played.asked.lock().unwrap()[0].uri().to_string();
    assert!(asked.contains("afterUpdatedAt=2026-11-23T00:00:00Z") && asked.contains("skip=250"), "{asked}");
    // A page that promises more and holds nothing ends it all the same.
    stage.play(answer(200, "{\"data\":[],\"pagination\":{\"hasNextPage\":true}}"));
    assert_eq!(stage.client().bookings(TERMS, Which::ChangedSince(since), 0).await.unwrap().next, None);
    // Where one is searched, an unreadable one might be it.
    stage.play(answer(200, &body.to_string()));
    let at = "2026-11-24T09:00:00Z".parse().unwrap();
    assert_eq!(stage.client().find_bookings(TERMS, 101, at, at, "x").await.unwrap_err(), Error::Unknown);
}

#[tokio::test(start_paused = true)]
async fn slots_outside_what_was_asked_are_left_out() {
    let body = json!({ "status": "success", "data": {
        "2026-11-24": [{ "start": "2026-11-24T10:00:00.000+01:00" }, { "start": "2026-11-24T08:00:00.000+01:00" }],
        "2026-11-25": [{ "start": "2026-11-25T10:00:00.000+01:00" }] } });
    let stage = Stage::playing(answer(200, &body.to_string()));
    let (from, to) = ("2026-11-24T08:00:00Z".parse().unwrap(), "2026-11-24T17:00:00Z".parse().unwrap());
    let slots = stage.client().slots(TERMS, 101, from, to).await.unwrap();
    assert_eq!(slots, ["2026-11-24T09:00:00Z".parse().unwrap()]);
}
