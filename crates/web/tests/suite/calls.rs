use askpro_domain::access::Role;
use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::{
    api::token_of,
    scene::{SECOND, Scene, call},
};

fn told(event: &str, call: Value) -> Vec<u8> {
    let mut whole = json!({ "call_id": "c1", "call_type": "phone_call", "direction": "inbound", "agent_id": "agent_1",
        "agent_version": 3, "call_status": "registered", "from_number": "+4915112345678", "to_number": "+493099887766",
        "start_timestamp": 1_763_884_800_000_i64 });
    for (name, value) in call.as_object().unwrap() {
        whole[name] = value.clone();
    }
    json!({ "event": event, "call": whole }).to_string().into_bytes()
}

fn all() -> [Vec<u8>; 3] {
    let said =
        json!([{ "role": "agent", "content": "Guten Tag" }, { "role": "user", "content": "Geheimer Satz" }]);
    [
        // What an early event says is overtaken by later ones, in whatever order they come.
        told("call_started", json!({ "duration_ms": 5, "disconnection_reason": "error_unknown" })),
        told(
            "call_ended",
            json!({ "end_timestamp": 1_763_884_861_500_i64, "duration_ms": 61_500,
            "disconnection_reason": "user_hangup", "transcript": "Agent: Guten Tag", "transcript_with_tool_calls": said }),
        ),
        told(
            "call_analyzed",
            json!({ "call_cost": { "combined_cost": 12.5 }, "latency": { "e2e": { "p50": 812, "p95": 1403.6 } },
            "call_analysis": { "call_summary": "Wollte etwas.", "user_sentiment": "Positive", "call_successful": true } }),
        ),
    ]
}

async fn send(scene: &Scene, bodies: &[Vec<u8>]) {
    for body in bodies {
        assert_eq!(scene.post("webhook", body.clone()).await.0, StatusCode::NO_CONTENT);
        scene.later(SECOND).await;
    }
}

async fn shown(scene: &Scene) -> Value {
    let token = token_of(scene, Role::CompanyAdmin).await;
    let (status, list) = scene.get("/api/v1/calls", Some(&token)).await;
    assert_eq!((status, list["data"].as_array().unwrap().len()), (StatusCode::OK, 1), "{list}");
    let id = list["data"][0]["id"].as_str().unwrap();
    let (status, one) = scene.get(&format!("/api/v1/calls/{id}"), Some(&token)).await;
    assert_eq!(status, StatusCode::OK);
    one
}

askpro_testkit::on_both_databases! {
    async fn events_in_any_order_doubled_or_late_end_in_the_same_call(ground) {
        let scene = Scene::open(ground).await;
        let [started, ended, analyzed] = all();
        for order in [
            [&started, &ended, &analyzed, &ended],
            [&analyzed, &ended, &started, &analyzed],
            [&ended, &analyzed, &ended, &started],
        ] {
            send(&scene, &order.map(Clone::clone)).await;
            let one = shown(&scene).await;
            assert_eq!(one["stage"], "analyzed", "{one}");
            assert_eq!(one["duration_ms"], 61_500);
            assert_eq!(one["cost_us_cents"], 12.5, "cents, not euros");
            assert_eq!((&one["latency_p50_ms"], &one["latency_p95_ms"]), (&json!(812), &json!(1404)));
            assert_eq!((&one["sentiment"], &one["successful"]), (&json!("Positive"), &json!(true)));
            assert_eq!(one["disconnection_reason"], "user_hangup");
            assert_eq!((&one["agent_id"], &one["agent_version"]), (&json!("agent_1"), &json!(3)));
            assert_eq!(one["started_at"], "2025-11-23T08:00:00Z");
            scene.ground.as_owner(&["DELETE FROM calls", "DELETE FROM jobs", "DELETE FROM deliveries"]).unwrap();
        }
    }

    async fn a_call_shows_its_functions_and_what_came_of_it(ground) {
        let scene = Scene::open(ground).await;
        let wish = json!({ "service": "Herrenhaarschnitt", "when": "morgen um zehn" });
        scene.function(&call("c1"), Some("t1"), "check_availability", wish).await;
        scene.ground.clock.advance(SECOND);
        scene.book(&call("c1"), Some("t2"), "morgen um zehn", "Erika Muster").await;
        scene.ground.clock.advance(SECOND);
        scene.function(&call("c1"), Some("t3"), "get_business_info", json!({})).await;
        scene.later(SECOND).await;
        send(&scene, &[told("transfer_started", json!({})), told("moon_landed", json!({}))]).await;
        let one = shown(&scene).await;
        assert_eq!((one["outcome"].as_str(), one["stage"].as_str(), one["transfer"].as_str()), (Some("booked"), Some("ongoing"), Some("started")), "{one}");
        let functions: Vec<(&str, &str)> = one["functions"].as_array().unwrap().iter().map(|f| (f["function"].as_str().unwrap(), f["status"].as_str().unwrap())).collect();
        assert_eq!(functions, [("check_availability", "available"), ("book_appointment", "confirmed"), ("get_business_info", "ok")]);
        assert_eq!(scene.count("SELECT count(*) FROM deliveries WHERE status = 'ignored'"), 1);
    }

    async fn what_was_said_is_sealed_and_read_only_with_the_right_and_on_record(ground) {
        let scene = Scene::open(ground).await;
        send(&scene, &all()).await;
        let id = shown(&scene).await["id"].as_str().unwrap().to_owned();
        let path = format!("/api/v1/calls/{id}/transcript");
        let admin = token_of(&scene, Role::CompanyAdmin).await;
        let (status, said) = scene.get(&path, Some(&admin)).await;
        assert_eq!((status, said["transcript"][1]["content"].as_str()), (StatusCode::OK, Some("Geheimer Satz")), "{said}");
        let auditor = token_of(&scene, Role::Auditor).await;
        assert_eq!(scene.get(&path, Some(&auditor)).await.0, StatusCode::FORBIDDEN);
        let boss = token_of(&scene, Role::SuperAdmin).await;
        assert_eq!(scene.get(&path, Some(&boss)).await.0, StatusCode::UNPROCESSABLE_ENTITY, "without a reason");
        assert_eq!(scene.get(&format!("{path}?reason=Beschwerde"), Some(&boss)).await.0, StatusCode::OK);
        assert_eq!(scene.count("SELECT count(*) FROM audit WHERE action = 'transcript.read'"), 2);
        let dump = format!("{:?}", askpro_store::migrate::snapshot(&scene.ground.url).unwrap().rows);
        assert!(!dump.contains("Geheimer Satz") && !dump.contains("Wollte etwas"), "sealed");
    }

    async fn what_a_strange_event_says_costs_only_itself(ground) {
        let scene = Scene::open(ground).await;
        send(&scene, &[
            told("call_ended", json!({ "duration_ms": "lang", "agent_version": -1, "call_cost": [], "from_number": { "x": 1 },
                "start_timestamp": 1e300, "end_timestamp": -5, "latency": { "e2e": { "p50": 1e300 } } })),
            br#"{"event":"call_ended","call":[]}"#.to_vec(),
            br#"{"event":"call_ended"}"#.to_vec(),
        ]).await;
        let one = shown(&scene).await;
        assert_eq!((&one["stage"], &one["duration_ms"], &one["from_number"]), (&json!("ended"), &Value::Null, &Value::Null), "{one}");
        assert_eq!(scene.count("SELECT count(*) FROM jobs WHERE status <> 'done'"), 0);
    }
}
