use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::stage::{BOOKINGS, Stage};

#[tokio::test]
async fn a_key_has_120_requests_a_minute() {
    let (stage, hands) = Stage::calcom(BOOKINGS).await;
    for left in (0..120).rev() {
        let url = format!("{}/v2/me", stage.running.url());
        let answer = stage.http.get(url).bearer_auth("cal_one").send().await.unwrap();
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.headers()["x-ratelimit-limit-default"], "120");
        assert_eq!(answer.headers()["x-ratelimit-remaining-default"], left.to_string().as_str());
    }
    let (status, answer) = stage.ask("GET", "/v2/me", Value::Null).await;
    assert_eq!((status, &answer["error"]["code"]), (429, &json!("ThrottlerException")));
    hands.advance(SignedDuration::from_secs(59));
    assert_eq!(stage.ask("GET", "/v2/me", Value::Null).await.0, 429);
    hands.advance(SignedDuration::from_secs(1));
    assert_eq!(stage.ask("GET", "/v2/me", Value::Null).await.0, 200);
}

#[tokio::test]
async fn a_limit_can_be_set_and_control_is_not_counted() {
    let (stage, _) = Stage::calcom(BOOKINGS).await;
    assert_eq!(stage.ask("PUT", "/_sim/account", json!({ "requests_per_minute": 1 })).await.0, 204);
    assert_eq!(stage.ask("GET", "/v2/me", Value::Null).await.0, 200);
    assert_eq!(stage.ask("GET", "/_sim/requests", Value::Null).await.0, 200);
    assert_eq!(stage.ask("GET", "/v2/me", Value::Null).await.0, 429);
    assert_eq!(stage.refused("PUT", "/_sim/account", json!({ "limit": 1 })).await.0, 400);
}

#[tokio::test]
async fn a_wrong_key_and_a_wrong_address_are_refused_in_the_envelope() {
    let (stage, _) = Stage::calcom(BOOKINGS).await;
    let url = format!("{}/v2/me?a=b", stage.running.url());
    let answer = stage.http.get(url).bearer_auth("cal_other").send().await.unwrap();
    assert_eq!(answer.status(), 401);
    assert!(answer.headers().contains_key("x-request-id"));
    let body: Value = answer.json().await.unwrap();
    assert_eq!((&body["status"], &body["path"]), (&json!("error"), &json!("/v2/me?a=b")));
    assert_eq!(body["error"]["details"]["statusCode"], 401);
    assert_eq!(stage.refused("GET", "/v1/bookings", Value::Null).await.0, 404);
    let (status, message) = stage.refused("GET", "/v2/schedules/first", Value::Null).await;
    assert!(status == 400 && message.contains("numeric"), "{message}");
}
