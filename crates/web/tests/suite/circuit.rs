use askpro_domain::access::Role;
use askpro_store::{Company, connections::ConnectionLimits, incidents};
use askpro_testkit::PATIENCE;
use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::{
    api::token_of,
    scene::{Scene, call},
};

/// How long a provider is left alone here.
const OPEN_MS: u64 = 1_500;

async fn hurried(ground: askpro_testkit::Ground) -> Scene {
    let scene = Scene::open(ground).await;
    scene.limit_calcom(ConnectionLimits { open_ms: Some(OPEN_MS), ..ConnectionLimits::default() }).await;
    scene
}

async fn circuit(scene: &Scene, token: Option<&str>) -> (StatusCode, Value) {
    scene.get("/health/circuit-breaker", token).await
}

/// Books as many times as it takes for five requests to fail.
async fn five_failures(scene: &Scene) {
    for hour in 0..5 {
        let args = json!({ "service": "Bartpflege", "when": format!("morgen um {} Uhr", 10 + hour),
            "customer_name": "Erika Muster" });
        let booked = scene.function(&call(&format!("c{hour}")), Some("t"), "book_appointment", args).await;
        assert_eq!(booked["status"], "provisional", "{booked}");
    }
}

askpro_testkit::on_both_databases! {
    async fn an_outage_is_seen_tried_and_over_by_itself(ground) {
        let scene = hurried(ground).await;
        let (status, before) = circuit(&scene, None).await;
        assert_eq!((status, &before["healthy"]), (StatusCode::OK, &json!(true)));
        assert_eq!(before["services"]["retell"]["state"], "closed");
        assert_eq!(before["services"]["calcom"]["state"], "closed");
        scene.faults(json!([{ "path_prefix": "/v2/", "fault": "error", "status": 503 }])).await;
        five_failures(&scene).await;
        let (status, open) = circuit(&scene, None).await;
        assert_eq!((status, &open["healthy"]), (StatusCode::SERVICE_UNAVAILABLE, &json!(false)));
        assert_eq!(open["services"]["calcom"]["state"], "open", "{open}");
        assert_eq!(open["services"]["calcom"]["reason"], "status 503");
        assert_eq!(open["services"]["calcom"]["failures"], 5);
        assert_eq!(open["services"]["retell"]["state"], "closed");
        scene.app.watch_lines_once().await;
        let read = |tx: &mut askpro_store::CompanyTx<'_>| incidents::newest(tx, 10);
        let noted = scene.ground.store.read(Company(scene.salon.company), PATIENCE, read).await.unwrap();
        assert_eq!((noted.len(), noted[0].kind.word(), noted[0].closed_at), (1, "provider_trouble", None));
        // The next caller does not wait for what is known.
        let asked = scene.calcom_requests().await.len();
        let args = json!({ "service": "Bartpflege", "when": "morgen um 16 Uhr", "customer_name": "Erika Muster" });
        let booked = scene.function(&call("c9"), Some("t"), "book_appointment", args).await;
        assert_eq!(booked["status"], "provisional");
        assert_eq!(scene.calcom_requests().await.len(), asked);
        scene.faults(json!([])).await;
        tokio::time::timeout(PATIENCE, async {
            while circuit(&scene, None).await.0 != StatusCode::OK {
                scene.app.watch_lines_once().await;
                tokio::time::sleep(std::time::Duration::from_millis(100)).await;
            }
        })
        .await
        .expect("two trials close it without any caller");
        scene.app.watch_lines_once().await;
        let noted = scene.ground.store.read(Company(scene.salon.company), PATIENCE, read).await.unwrap();
        assert!(noted[0].closed_at.is_some(), "{noted:?}");
    }

    async fn one_companys_wrong_key_leaves_the_service_closed(ground) {
        let scene = hurried(ground).await;
        scene.faults(json!([{ "path_prefix": "/v2/", "fault": "error", "status": 401 }])).await;
        five_failures(&scene).await;
        let (status, answer) = circuit(&scene, None).await;
        assert_eq!((status, &answer["healthy"]), (StatusCode::OK, &json!(true)), "{answer}");
        let token = token_of(&scene, Role::CompanyAdmin).await;
        let (_, detailed) = circuit(&scene, Some(&token)).await;
        assert_eq!(detailed["services"]["calcom"]["details"][0]["key_refused"], true, "{detailed}");
    }

    async fn connections_are_named_only_to_whoever_may_see_operation(ground) {
        let scene = hurried(ground).await;
        a_good_call_and_a_strange_one(&scene).await;
        let id = scene.salon.calcom.as_str().to_owned();
        for token in [None, Some("nonsense".to_owned()), Some(token_of(&scene, Role::Staff).await)] {
            let (_, answer) = circuit(&scene, token.as_deref()).await;
            assert!(!answer.to_string().contains(&id), "{token:?}: {answer}");
        }
        for role in [Role::SuperAdmin, Role::CompanyAdmin] {
            let (_, answer) = circuit(&scene, Some(&token_of(&scene, role).await)).await;
            assert_eq!(answer["services"]["calcom"]["details"][0]["connection_id"], id, "{role:?}: {answer}");
        }
    }

    async fn metrics_count_and_name_nobody(ground) {
        let scene = hurried(ground).await;
        a_good_call_and_a_strange_one(&scene).await;
        assert_eq!(scene.get("/metrics", None).await.0, StatusCode::UNAUTHORIZED);
        assert_eq!(scene.get("/metrics", Some(&token_of(&scene, Role::Staff).await)).await.0, StatusCode::FORBIDDEN);
        let request = axum::http::Request::get("/metrics")
            .header("authorization", format!("Bearer {}", token_of(&scene, Role::SuperAdmin).await));
        let (status, body) = scene.send(request.body(axum::body::Body::empty()).unwrap()).await;
        let text = String::from_utf8(body).unwrap();
        assert_eq!(status, StatusCode::OK);
        for line in [
            "askpro_calendar_answers_total{status=\"confirmed\"} 1",
            "askpro_calendar_provisional_ratio 0",
            "askpro_provider_requests_total{service=\"calcom\",outcome=\"ok\"} 1",
            "askpro_provider_state{service=\"calcom\",state=\"closed\"} 1",
            "askpro_function_call_seconds_count{function=\"book_appointment\",status=\"confirmed\"} 1",
            "askpro_function_call_seconds_count{function=\"other\",status=\"unavailable\"} 1",
            "askpro_jobs{status=\"open\"} 0",
            "askpro_database_up 1",
        ] {
            assert!(text.lines().any(|one| one == line), "{line} is missing in\n{text}");
        }
        for personal in ["Erika", "4915112345678", "Salon", scene.salon.calcom.as_str(), "drop_table"] {
            assert!(!text.contains(personal), "{personal}");
        }
    }
}

/// One booking that is confirmed, and a function that nobody knows.
async fn a_good_call_and_a_strange_one(scene: &Scene) {
    let args = json!({ "service": "Bartpflege", "when": "morgen um zehn", "customer_name": "Erika Muster" });
    let booked = scene.function(&call("c1"), Some("t"), "book_appointment", args).await;
    assert_eq!(booked["status"], "confirmed", "{booked}");
    scene.function(&call("c1"), Some("u"), "drop_table", json!({})).await;
}
