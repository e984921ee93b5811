use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use serde_json::{Value, json};

use crate::scene::{Scene, call};

askpro_testkit::on_both_databases! {
    async fn broken_bodies_are_refused_and_the_next_request_works(ground) {
        let scene = Scene::open(ground).await;
        let broken: [&[u8]; 7] = [b"", b"{", b"[]", b"null", b"\"text\"", b"\xff\xfe{}", b"{\"a\":1} trailing"];
        for body in broken {
            let (status, answer) = scene.post("functions/check_availability", body.to_vec()).await;
            assert_eq!(status, StatusCode::BAD_REQUEST, "{body:?}");
            assert_eq!(serde_json::from_slice::<Value>(&answer).unwrap()["type"], "/problems/malformed");
        }
        let args = json!({ "service": "Herrenhaarschnitt", "when": "morgen um zehn" });
        let answer = scene.function(&call("c1"), None, "check_availability", args).await;
        assert_eq!(answer["status"], "available");
    }

    async fn thirty_megabytes_are_too_many_and_five_are_not(ground) {
        let scene = Scene::open(ground).await;
        let padded = |bytes: usize| {
            let body = json!({ "args": { "service": "Herrenhaarschnitt", "when": "morgen um zehn" },
                "call": { "call_id": "c1", "transcript": "x".repeat(bytes) } });
            body.to_string().into_bytes()
        };
        for path in ["functions/check_availability", "webhook"] {
            let (status, answer) = scene.post(path, padded(30_000_000)).await;
            assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE, "{path}");
            assert_eq!(serde_json::from_slice::<Value>(&answer).unwrap()["type"], "/problems/too_large");
        }
        let (status, answer) = scene.post("functions/check_availability", padded(4_900_000)).await;
        assert_eq!(status, StatusCode::OK);
        assert_eq!(serde_json::from_slice::<Value>(&answer).unwrap()["status"], "available");
    }

    async fn ten_thousand_levels_do_no_harm(ground) {
        let scene = Scene::open(ground).await;
        let deep = "[".repeat(10_000) + &"]".repeat(10_000);
        let nested = "{\"a\":".repeat(10_000) + "1" + &"}".repeat(10_000);
        for (args, rest) in [(&deep, "{}"), (&nested, "{}")] {
            let body = format!(r#"{{"name":"check_availability","args":{args},"call":{{"call_id":"c","x":{deep},"y":{rest}}}}}"#);
            let (status, answer) = scene.post("functions/check_availability", body.into_bytes()).await;
            assert_eq!(status, StatusCode::OK);
            assert_eq!(serde_json::from_slice::<Value>(&answer).unwrap()["status"], "needs_input");
        }
        let (status, _) = scene.post("functions/check_availability", nested.into_bytes()).await;
        assert!(status == StatusCode::OK || status == StatusCode::BAD_REQUEST, "{status}");
    }

    async fn unknown_addresses_and_methods_answer_with_a_problem(ground) {
        let scene = Scene::open(ground).await;
        for (request, expected) in [
            (Request::get("/nowhere"), StatusCode::NOT_FOUND),
            (Request::get("/api/v1/secrets"), StatusCode::NOT_FOUND),
            (Request::delete("/api/v1/appointments"), StatusCode::METHOD_NOT_ALLOWED),
            (Request::get("/retell/x/webhook"), StatusCode::METHOD_NOT_ALLOWED),
        ] {
            let (status, body) = scene.send(request.body(Body::empty()).unwrap()).await;
            assert_eq!(status, expected);
            let problem: Value = serde_json::from_slice(&body).unwrap();
            assert_eq!(problem["status"], expected.as_u16());
            assert!(!problem["detail"].as_str().unwrap().is_empty());
        }
    }
}
