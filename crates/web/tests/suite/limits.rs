//! How many requests somebody may send: by address, person, token and connection,
//! on all replicas together; and tokens that open less, or nothing any more.

use std::net::SocketAddr;

use askpro_domain::{access::Role, limits::Of};
use axum::{
    body::Body,
    extract::ConnectInfo,
    http::{Request, StatusCode},
};
use jiff::SignedDuration;
use serde_json::json;

use crate::{
    by_hand::Hand,
    scene::{Scene, call},
    two_companies::token_in,
};

fn spend(scene: &Scene, of: Of, who: &str, but: u32) {
    for _ in but..of.per_minute() {
        scene.app.admit(of, who).unwrap();
    }
}

askpro_testkit::on_both_databases! {
    async fn who_sends_too_much_waits_and_nobody_else_does(ground) {
        let scene = Scene::open(ground).await;
        let loud = Hand { scene: &scene, token: token_in(&scene, Role::Auditor, Some(scene.salon.company)).await };
        let quiet = Hand { scene: &scene, token: token_in(&scene, Role::Auditor, Some(scene.salon.company)).await };
        let me = async |hand: &Hand<'_>| hand.send("GET /api/v1/me", &[], json!({})).await;
        let known = loud.send("GET /api/v1/tokens", &[], json!({})).await.body;
        let token = known["data"][0]["id"].as_str().unwrap().to_owned();
        spend(&scene, Of::Token, &token, 3);
        assert_eq!(me(&loud).await.status, StatusCode::OK);
        assert_eq!(me(&loud).await.status, StatusCode::OK);
        let over = me(&loud).await;
        assert_eq!((over.status, over.body["type"].as_str(), over.body["retryable"].as_bool()), (StatusCode::TOO_MANY_REQUESTS, Some("/problems/too_many"), Some(true)));
        let wait: u32 = over.headers["retry-after"].to_str().unwrap().parse().unwrap();
        assert!((1..=60).contains(&wait));
        assert_eq!(me(&quiet).await.status, StatusCode::OK);
        // A person's budget holds over all of their tokens.
        let user = me(&quiet).await.body["id"].as_str().unwrap().to_owned();
        for _ in 0..Of::Account.per_minute() {
            let _ = scene.app.admit(Of::Account, &user);
        }
        assert_eq!(me(&quiet).await.status, StatusCode::TOO_MANY_REQUESTS);
        scene.ground.clock.advance(SignedDuration::from_secs(i64::from(wait)));
        assert_eq!((me(&loud).await.status, me(&quiet).await.status), (StatusCode::OK, StatusCode::OK));
    }

    async fn an_address_is_counted_before_anything_is_looked_up_and_health_never(ground) {
        let scene = Scene::open(ground).await;
        let from = async |address: &str, path: &str, forged: Option<&str>| {
            let mut request = Request::get(path);
            if let Some(forged) = forged {
                request = request.header("x-forwarded-for", forged);
            }
            let mut request = request.body(Body::empty()).unwrap();
            request.extensions_mut().insert(ConnectInfo(SocketAddr::new(address.parse().unwrap(), 4000)));
            scene.send(request).await.0
        };
        spend(&scene, Of::Address, "192.0.2.7", 1);
        assert_eq!(from("192.0.2.7", "/api/v1/me", None).await, StatusCode::UNAUTHORIZED);
        for path in ["/api/v1/me", "/login", "/api/v1/openapi.json"] {
            assert_eq!(from("192.0.2.7", path, None).await, StatusCode::TOO_MANY_REQUESTS, "{path}");
        }
        // What somebody writes about where they come from is believed from no stranger.
        assert_eq!(from("192.0.2.7", "/api/v1/me", Some("192.0.2.8")).await, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(from("192.0.2.8", "/api/v1/me", Some("192.0.2.7")).await, StatusCode::UNAUTHORIZED);
        assert_eq!(from("192.0.2.7", "/health/live", None).await, StatusCode::OK);
    }

    async fn two_replicas_count_together(ground) {
        let scene = Scene::open(ground).await;
        let mut other = scene.app.clone();
        other.store = scene.ground.another_store();
        other.limits = std::sync::Arc::default();
        let budget = Of::Token.per_minute();
        for _ in 0..budget / 2 {
            scene.app.admit(Of::Token, "one").unwrap();
            other.admit(Of::Token, "two").unwrap();
        }
        scene.app.share_limits().await.unwrap();
        for _ in 0..20 {
            other.admit(Of::Token, "one").unwrap();
        }
        other.share_limits().await.unwrap();
        let more = (0..budget).filter(|_| other.admit(Of::Token, "one").is_ok()).count();
        assert_eq!(u32::try_from(more).unwrap(), budget - budget / 2 - 20, "what the first replica let in is spent for the second");
        scene.app.share_limits().await.unwrap();
        other.share_limits().await.unwrap();
        scene.app.admit(Of::Token, "one").unwrap();
        scene.app.share_limits().await.unwrap();
        assert!(scene.app.admit(Of::Token, "one").is_err(), "and the other way round");
    }

    async fn a_connection_that_floods_hears_a_sentence_and_never_429(ground) {
        let scene = Scene::open(ground).await;
        let connection = scene.salon.retell.as_str().to_owned();
        while scene.app.admit(Of::Connection, &connection).is_ok() {}
        // The scene asserts a 200 with a sentence.
        let answer = scene.book(&call("c1"), None, "morgen um zehn", "Erika Muster").await;
        assert_eq!(answer["status"], "unavailable", "{answer}");
        let event = json!({ "event": "call_started", "call": { "call_id": "c1" } });
        assert_eq!(scene.post("webhook", event.to_string().into_bytes()).await.0, StatusCode::TOO_MANY_REQUESTS);
        scene.ground.clock.advance(SignedDuration::from_mins(1));
        assert_eq!(scene.book(&call("c2"), None, "morgen um zehn", "Erika Muster").await["status"], "confirmed");
    }

    async fn a_token_opens_no_more_than_was_said_and_nothing_once_it_is_over(ground) {
        let scene = Scene::open(ground).await;
        let boss = Hand { scene: &scene, token: token_in(&scene, Role::CompanyAdmin, Some(scene.salon.company)).await };
        let made = boss.send("POST /api/v1/tokens", &[], json!({ "name": "Kasse", "expires_in_days": 2, "scopes": ["view_appointments"] })).await;
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
        let narrow = Hand { scene: &scene, token: made.body["token"].as_str().unwrap().to_owned() };
        let status = async |hand: &Hand<'_>, line: &str| hand.send(line, &[("if-match", "*")], json!({})).await.status;
        assert_eq!(status(&narrow, "GET /api/v1/appointments").await, StatusCode::OK);
        for line in ["GET /api/v1/customers", "GET /api/v1/audit", "POST /api/v1/branches", "POST /api/v1/connections"] {
            assert_eq!(status(&narrow, line).await, StatusCode::FORBIDDEN, "{line}");
        }
        // It makes none that may do more, neither said nor unsaid.
        let wider = narrow.send("POST /api/v1/tokens", &[], json!({ "name": "mehr", "expires_in_days": 2, "scopes": ["view_audit"] })).await;
        assert_eq!((wider.status, wider.body["type"].as_str()), (StatusCode::CONFLICT, Some("/problems/more_than_one_may")));
        let same = narrow.send("POST /api/v1/tokens", &[], json!({ "name": "gleich", "expires_in_days": 2 })).await;
        let child = Hand { scene: &scene, token: same.body["token"].as_str().unwrap().to_owned() };
        assert_eq!(status(&child, "GET /api/v1/customers").await, StatusCode::FORBIDDEN);
        let listed = boss.send("GET /api/v1/tokens", &[], json!({})).await.body.to_string();
        assert!(!listed.contains(&narrow.token) && listed.contains("last_used_at"));
        // Somebody else's token is not there to be taken back.
        let stranger = Hand { scene: &scene, token: token_in(&scene, Role::CompanyAdmin, Some(scene.salon.company)).await };
        let line = format!("DELETE /api/v1/tokens/{}", made.body["id"].as_str().unwrap());
        assert_eq!(status(&stranger, &line).await, StatusCode::NOT_FOUND);
        assert_eq!(status(&boss, &line).await, StatusCode::NO_CONTENT);
        assert_eq!(status(&narrow, "GET /api/v1/appointments").await, StatusCode::UNAUTHORIZED);
        assert_eq!(status(&child, "GET /api/v1/appointments").await, StatusCode::OK);
        scene.ground.clock.advance(SignedDuration::from_hours(49));
        assert_eq!(status(&child, "GET /api/v1/appointments").await, StatusCode::UNAUTHORIZED);
        let fresh = token_in(&scene, Role::Auditor, Some(scene.salon.company)).await;
        let email = scene.get("/api/v1/me", Some(&fresh)).await.1["email"].as_str().unwrap().to_owned();
        scene.app.set_user_active(&email, false, &askpro_domain::actor::Actor::system("test")).await.unwrap();
        assert_eq!(scene.get("/api/v1/me", Some(&fresh)).await.0, StatusCode::UNAUTHORIZED);
    }
}
