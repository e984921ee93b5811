use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::stage::Stage;

/// One request with little patience: its status, or that none came.
async fn tried(stage: &Stage, path: &str) -> Result<(u16, String), reqwest::Error> {
    let url = format!("{}{path}", stage.running.url());
    let sent = stage.http.get(url).bearer_auth("key_one").timeout(Duration::from_millis(500)).send().await?;
    let status = sent.status().as_u16();
    Ok((status, sent.text().await?))
}

#[tokio::test]
async fn each_fault_does_what_its_name_says() {
    let stage = Stage::retell().await;
    let set = |rule: Value| stage.faults(json!([rule]));
    set(json!({ "path_prefix": "/list", "fault": "error", "status": 502 })).await;
    assert_eq!(tried(&stage, "/list-voices").await.unwrap().0, 502);
    assert_eq!(tried(&stage, "/get-concurrency").await.unwrap().0, 200, "another path");

    set(json!({ "path_prefix": "/", "fault": "rate_limit", "ms": 2_500 })).await;
    let answer = stage
        .http
        .get(format!("{}/list-voices", stage.running.url()))
        .bearer_auth("key_one")
        .send()
        .await
        .unwrap();
    assert_eq!((answer.status().as_u16(), &answer.headers()["retry-after"]), (429, &"3".parse().unwrap()));

    set(json!({ "path_prefix": "/", "fault": "latency", "ms": 200 })).await;
    let begun = Instant::now();
    assert_eq!(tried(&stage, "/list-voices").await.unwrap().0, 200);
    assert!(begun.elapsed() >= Duration::from_millis(200));

    set(json!({ "path_prefix": "/", "fault": "malformed" })).await;
    let (status, body) = tried(&stage, "/list-voices").await.unwrap();
    assert!(status == 200 && serde_json::from_str::<Value>(&body).is_err(), "{body}");

    set(json!({ "path_prefix": "/", "fault": "wrong_data" })).await;
    let (status, body) = tried(&stage, "/list-voices").await.unwrap();
    assert!(
        status == 200 && serde_json::from_str::<Value>(&body).is_ok() && !body.contains("voice_id"),
        "{body}"
    );

    set(json!({ "path_prefix": "/", "fault": "hang" })).await;
    assert!(tried(&stage, "/list-voices").await.unwrap_err().is_timeout());
    set(json!({ "path_prefix": "/", "fault": "drop" })).await;
    let error = tried(&stage, "/list-voices").await.unwrap_err();
    assert!(!error.is_timeout() && !error.is_connect(), "{error:?}");
}

#[tokio::test]
async fn what_is_accepted_and_then_silent_was_done() {
    let stage = Stage::retell().await;
    stage
        .faults(json!([{ "path_prefix": "/create-retell-llm", "fault": "accept_then_timeout", "count": 1 }]))
        .await;
    let url = format!("{}/create-retell-llm", stage.running.url());
    let sent =
        stage.http.post(url).bearer_auth("key_one").json(&json!({})).timeout(Duration::from_millis(300));
    assert!(sent.send().await.unwrap_err().is_timeout());
    assert_eq!(stage.get("/v2/list-retell-llms").await["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn rules_count_down_choose_a_method_and_draw() {
    let stage = Stage::retell().await;
    stage
        .faults(json!([{ "path_prefix": "/list-voices", "method": "POST", "fault": "error" },
        { "path_prefix": "/list-voices", "fault": "error", "status": 418, "count": 2 }]))
        .await;
    let mut seen = Vec::new();
    for _ in 0..3 {
        seen.push(tried(&stage, "/list-voices").await.unwrap().0);
    }
    assert_eq!(seen, [418, 418, 200]);

    stage.faults(json!([{ "path_prefix": "/list-voices", "fault": "error", "probability": 0.5 }])).await;
    let mut failed = 0;
    for _ in 0..100 {
        failed += u32::from(tried(&stage, "/list-voices").await.unwrap().0 == 500);
    }
    assert!((30..70).contains(&failed), "{failed} of 100");
}

#[tokio::test]
async fn faults_never_touch_the_control_and_a_reset_takes_them_away() {
    let stage = Stage::retell().await;
    stage.faults(json!([{ "fault": "error" }])).await;
    assert_eq!(tried(&stage, "/list-voices").await.unwrap().0, 500);
    assert_eq!(tried(&stage, "/_sim/requests").await.unwrap().0, 200);
    let journal = stage.get("/_sim/requests").await;
    let entry = &journal["requests"][0];
    assert_eq!(
        (&entry["path"], &entry["status"], &entry["fault"]),
        (&json!("/list-voices"), &json!(500), &json!("error"))
    );
    assert_eq!(stage.ask("POST", "/_sim/reset", json!({})).await.0, 204);
    assert_eq!(stage.get("/_sim/requests").await["requests"], json!([]));
    assert_eq!(tried(&stage, "/list-voices").await.unwrap().0, 200);
}

#[tokio::test]
async fn rules_that_cannot_be_meant_are_refused() {
    let stage = Stage::retell().await;
    for wrong in [
        json!({ "rules": [{ "path_prefix": "/", "fault": "explode" }] }),
        json!({ "rules": [{ "path": "/", "fault": "error" }] }),
        json!({ "rules": [{ "fault": "error", "probability": 2 }] }),
        json!({ "rules": vec![json!({ "fault": "error" }); 101] }),
        json!([]),
    ] {
        assert_eq!(stage.refused("PUT", "/_sim/faults", wrong.clone()).await.0, 400, "{wrong}");
    }
}
