use axum::http::StatusCode;
use serde_json::json;

use crate::scene::{SECOND, Scene};

fn event(name: &str, id: &str) -> Vec<u8> {
    json!({ "event": name, "call": { "call_id": id, "transcript": "Agent: Guten Tag" } })
        .to_string()
        .into_bytes()
}

askpro_testkit::on_both_databases! {
    async fn a_delivery_is_stored_acknowledged_and_processed_once(ground) {
        let scene = Scene::open(ground).await;
        for _ in 0..3 {
            assert_eq!(scene.post("webhook", event("call_ended", "c1")).await.0, StatusCode::NO_CONTENT);
        }
        assert_eq!(scene.count("SELECT count(*) FROM deliveries"), 1);
        assert_eq!(scene.count("SELECT repeats FROM deliveries"), 2, "the same bytes are counted");
        assert_eq!(scene.text("SELECT status FROM deliveries"), "received");
        scene.later(SECOND).await;
        assert_eq!(scene.text("SELECT status FROM deliveries"), "processed");
        assert_eq!(scene.count("SELECT count(*) FROM jobs WHERE status <> 'done'"), 0);
        assert_eq!(scene.post("webhook", event("call_ended", "c1")).await.0, StatusCode::NO_CONTENT);
        scene.later(SECOND).await;
        assert_eq!(scene.count("SELECT count(*) FROM jobs"), 1, "a late repetition causes no work");
    }

    async fn an_unknown_event_is_kept_and_ignored(ground) {
        let scene = Scene::open(ground).await;
        for body in [event("moon_landed", "c1"), b"{}".to_vec(), b"[1]".to_vec()] {
            assert_eq!(scene.post("webhook", body).await.0, StatusCode::NO_CONTENT);
        }
        scene.later(SECOND).await;
        assert_eq!(scene.count("SELECT count(*) FROM deliveries WHERE status = 'ignored'"), 3);
    }

    async fn nothing_is_acknowledged_that_cannot_be_stored(ground) {
        let scene = Scene::open(ground).await;
        assert_eq!(scene.post("webhook", event("call_started", "c1")).await.0, StatusCode::NO_CONTENT);
        scene.ground.as_owner(&["ALTER TABLE deliveries RENAME TO gone"]).unwrap();
        let (status, body) = scene.post("webhook", event("call_ended", "c1")).await;
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "{}", String::from_utf8_lossy(&body));
        scene.ground.as_owner(&["ALTER TABLE gone RENAME TO deliveries"]).unwrap();
        assert_eq!(scene.post("webhook", event("call_ended", "c1")).await.0, StatusCode::NO_CONTENT);
        assert_eq!(scene.count("SELECT count(*) FROM deliveries"), 2);
    }
}
