use askpro_app::keys::Change;
use askpro_domain::{
    actor::Actor,
    ids::{Clock, ConnectionId},
    secret::Secret,
};
use askpro_providers::retell;
use askpro_testkit::{Salon, SalonOptions};
use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::scene::{Scene, call};

fn args() -> Value {
    json!({ "service": "Herrenhaarschnitt", "when": "morgen um zehn", "customer_name": "Erika Muster" })
}

askpro_testkit::on_both_databases! {
    async fn what_is_not_rightly_signed_is_refused_and_leaves_no_trace(ground) {
        let scene = Scene::open(ground).await;
        let other = Salon::open(&scene.ground, SalonOptions::default()).await;
        let body = scene.body(&call("c1"), Some("t1"), "book_appointment", &args());
        let now = scene.ground.clock.now().as_millisecond();
        let key = Secret::new(scene.salon.retell_key.clone());
        let foreign = Secret::new(other.retell_key.clone());
        let right = scene.sign(&body);
        for wrong in [
            String::new(),
            "v=1,d=00".into(),
            right.to_uppercase(),
            right.replace("d=", "d=0"),
            retell::sign(&key, b"other bytes", now),
            retell::sign(&foreign, &body, now),
            retell::sign(&key, &body, now - 300_001),
            retell::sign(&key, &body, now + 300_001),
        ] {
            for path in ["functions/book_appointment", "functions/nonsense", "webhook"] {
                let (status, answer) = scene.post_signed_as(path, body.clone(), &wrong).await;
                assert_eq!(status, StatusCode::UNAUTHORIZED, "{path} {wrong}");
                let problem: Value = serde_json::from_slice(&answer).unwrap();
                assert_eq!(problem["type"], "/problems/unsigned");
                assert!(problem["error_id"].as_str().unwrap().starts_with("E-"));
            }
        }
        for table in ["appointments", "answers", "deliveries", "customers"] {
            assert_eq!(scene.count(&format!("SELECT count(*) FROM {table}")), 0, "{table}");
        }
        let old_enough = retell::sign(&key, &body, now - 300_000);
        assert_eq!(scene.post_signed_as("functions/book_appointment", body, &old_enough).await.0, StatusCode::OK);
    }

    async fn an_unknown_connection_answers_like_a_wrong_signature(ground) {
        let scene = Scene::open(ground).await;
        let body = scene.body(&call("c1"), None, "check_availability", &args());
        let unknown = ConnectionId::new(scene.ground.chance.as_ref());
        for id in [unknown.as_str(), "conn_x", "..%2f..%2f", "%00", "conn_0123456789012345678901234567890123456789"] {
            let request = Request::post(format!("/retell/{id}/functions/check_availability"))
                .header("x-retell-signature", scene.sign(&body));
            let (status, answer) = scene.send(request.body(Body::from(body.clone())).unwrap()).await;
            assert_eq!(status, StatusCode::UNAUTHORIZED, "{id}");
            assert_eq!(serde_json::from_slice::<Value>(&answer).unwrap()["type"], "/problems/unsigned");
        }
    }

    async fn a_replay_gets_the_stored_answer_and_has_no_second_effect(ground) {
        let scene = Scene::open(ground).await;
        let body = scene.body(&call("c1"), Some("t1"), "book_appointment", &args());
        let signature = scene.sign(&body);
        let first = scene.post_signed_as("functions/book_appointment", body.clone(), &signature).await;
        for _ in 0..3 {
            assert_eq!(scene.post_signed_as("functions/book_appointment", body.clone(), &signature).await, first);
        }
        assert_eq!(scene.count("SELECT count(*) FROM appointments"), 1);
        scene.ground.clock.advance(jiff::SignedDuration::from_mins(6));
        let stale = scene.post_signed_as("functions/book_appointment", body, &signature).await;
        assert_eq!(stale.0, StatusCode::UNAUTHORIZED);
    }

    async fn a_key_changes_without_a_call_that_is_refused_and_the_old_one_ends(ground) {
        let scene = Scene::open(ground).await;
        let body = scene.body(&call("c1"), Some("t1"), "check_availability", &args());
        let (old, fresh) = (Secret::new(scene.salon.retell_key.clone()), Secret::new("key_fresh_0123456789".into()));
        let signed = |key: &Secret| retell::sign(key, &body, scene.ground.clock.now().as_millisecond());
        let path = "functions/check_availability";
        assert_eq!(scene.post_signed_as(path, body.clone(), &signed(&fresh)).await.0, StatusCode::UNAUTHORIZED);
        let rotated = scene.app.rotate_connection(
            &scene.salon.retell, Change::Key(fresh.clone()), SignedDuration::from_hours(1), &Actor::system("test"),
        ).await.unwrap().unwrap();
        assert!(rotated.secret.is_none());
        let before = known(&scene).await;
        assert!(scene.app.verifies(&before, &body, &signed(&fresh)) && scene.app.verifies(&before, &body, &signed(&old)));
        scene.app.write_uses().await;
        assert_eq!(scene.count("SELECT count(*) FROM connections WHERE last_used_at IS NOT NULL"), 1);
        scene.ground.clock.advance(SignedDuration::from_mins(61));
        let after = known(&scene).await;
        assert!(scene.app.verifies(&after, &body, &signed(&fresh)));
        assert!(!scene.app.verifies(&after, &body, &signed(&old)), "the overlap has ended");
        assert_eq!(scene.count("SELECT count(*) FROM audit WHERE action = 'connection.key_rotated'"), 1);
    }
}

/// The connection as a process reads it that has not met it yet.
async fn known(scene: &Scene) -> askpro_app::Known {
    askpro_app::Directory::new(scene.app.clone()).find(&scene.salon.retell).await.unwrap().unwrap()
}
