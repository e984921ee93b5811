use std::time::Instant;

use askpro_app::setup::NumberPlan;
use askpro_domain::business::CompanySettings;
use askpro_testkit::{SalonOptions, UNHURRIED};
use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::scene::{PhoneCall, Scene, call};

const NUMBER: &str = "+493099887766";

async fn ring(scene: &Scene, from: &str, to: &str) -> Value {
    let body = json!({ "event": "call_inbound", "call_inbound": { "from_number": from, "to_number": to } });
    let (status, body) = scene.post("inbound", body.to_string().into_bytes()).await;
    assert_eq!(status, StatusCode::OK);
    serde_json::from_slice::<Value>(&body).unwrap()["call_inbound"].clone()
}

async fn add_number(scene: &Scene, number: &str, agent: Option<&str>, version: Option<&str>) {
    let plan = NumberPlan {
        connection: scene.salon.retell.clone(),
        number: number.into(),
        branch: Some("Mitte".into()),
        agent: agent.map(str::to_owned),
        agent_version: version.map(str::to_owned),
        fallback: None,
    };
    scene.app.add_phone_number(scene.salon.company, plan).await.unwrap();
}

askpro_testkit::on_both_databases! {
    async fn a_number_rings_at_its_branch_with_its_agent_and_what_it_may_know(ground) {
        let scene = Scene::open(ground).await;
        add_number(&scene, NUMBER, Some("agent_7"), Some("3")).await;
        scene.book(&call("c1"), None, "morgen um zehn", "Erika Muster").await;
        let answer = ring(&scene, "+4915112345678", NUMBER).await;
        assert_eq!((answer["override_agent_id"].as_str(), &answer["override_agent_version"]), (Some("agent_7"), &json!(3)), "{answer}");
        let variables = &answer["dynamic_variables"];
        assert_eq!(variables["language"], "de");
        assert_eq!(variables["now"], "2026-11-23T09:00:00+01:00");
        assert_eq!(variables["today"], "Montag, den 23. November");
        assert_eq!(variables["time"], "9 Uhr");
        assert_eq!(variables["branch"], "Mitte");
        assert_eq!(variables["hours_today"], "Heute haben wir von 8 Uhr bis 18 Uhr geöffnet.");
        assert!(variables["ai_disclosure"].as_str().unwrap().contains("KI-Assistentin von Salon Probe"));
        assert!(variables.as_object().unwrap().values().all(Value::is_string), "texts only: {variables}");
        assert!(variables.get("customer_name").is_none(), "the company has not asked for it");
    }

    async fn no_number_is_left_unanswered(ground) {
        let scene = Scene::open(ground).await;
        let nothing = ring(&scene, "anonymous", "+49301111111").await;
        assert_eq!(nothing["dynamic_variables"]["branch"], "Mitte", "{nothing}");
        assert!(nothing.get("override_agent_id").is_none(), "the number's own agent takes it");
        add_number(&scene, NUMBER, Some("agent_7"), Some("latest_published")).await;
        add_number(&scene, "+493011112222", None, None).await;
        scene.ground.clock.advance(jiff::SignedDuration::from_secs(5));
        tokio::time::sleep(std::time::Duration::from_millis(2_100)).await;
        let sibling = ring(&scene, "anonymous", "+493011112222").await;
        assert_eq!((sibling["override_agent_id"].as_str(), sibling["override_agent_version"].as_str()), (Some("agent_7"), Some("latest_published")), "{sibling}");
        for odd in [&b"{}"[..], br#"{"call_inbound":5}"#, br#"{"call_inbound":{"from_number":[]}}"#] {
            let (status, body) = scene.post("inbound", odd.to_vec()).await;
            assert_eq!(status, StatusCode::OK, "{}", String::from_utf8_lossy(&body));
        }
        assert_eq!(scene.post("inbound", b"nonsense".to_vec()).await.0, StatusCode::BAD_REQUEST);
    }

    async fn latest_is_never_bound(ground) {
        let scene = Scene::open(ground).await;
        let plan = NumberPlan { connection: scene.salon.retell.clone(), number: NUMBER.into(), branch: None,
            agent: Some("agent_7".into()), agent_version: Some("latest".into()), fallback: None };
        let refused = scene.app.add_phone_number(scene.salon.company, plan).await.unwrap_err();
        assert!(refused.to_string().contains("may be a draft"), "{refused}");
    }

    async fn a_known_caller_is_named_only_where_the_company_wants_it_and_only_if_it_is_one(ground) {
        let scene = Scene::with(ground, SalonOptions {
            settings: CompanySettings { greets_by_name: true, ..UNHURRIED }, ..SalonOptions::default() }).await;
        scene.book(&call("c1"), None, "morgen um zehn", "Erika Muster").await;
        let name = |answer: &Value| answer["dynamic_variables"]["customer_name"].as_str().map(str::to_owned);
        assert_eq!(name(&ring(&scene, "+4915112345678", NUMBER).await).as_deref(), Some("Erika Muster"));
        assert_eq!(name(&ring(&scene, "anonymous", NUMBER).await), None);
        assert_eq!(name(&ring(&scene, "+4915187654321", NUMBER).await), None);
        scene.book(&call("c2"), None, "morgen um elf", "Hans Probe").await;
        assert_eq!(name(&ring(&scene, "+4915112345678", NUMBER).await), None, "two share the number");
    }

    async fn with_the_database_away_the_last_known_is_told_within_a_second(ground) {
        let scene = Scene::open(ground).await;
        add_number(&scene, NUMBER, Some("agent_7"), Some("3")).await;
        let before = ring(&scene, "anonymous", NUMBER).await;
        let info = scene.function(&call("c1"), None, "get_business_info", json!({})).await;
        scene.ground.as_owner(&["ALTER TABLE branches RENAME TO gone"]).unwrap();
        let begun = Instant::now();
        assert_eq!(ring(&scene, "anonymous", NUMBER).await, before);
        assert!(begun.elapsed().as_millis() < 1_000, "{:?}", begun.elapsed());
        let later = scene.function(&call("c1"), None, "get_business_info", json!({})).await;
        assert_eq!((&later["status"], &later["data"]), (&info["status"], &info["data"]));
        assert!(later["say"].as_str().unwrap().starts_with("Ich kann gerade nicht nachsehen"), "{later}");
        let human = scene.function(&call("c1"), None, "transfer_target", json!({})).await;
        assert_eq!(human["data"]["number"], "+493012345678");
        let booked = scene.function(&call("c1"), None, "book_appointment", json!({ "service": "Herrenhaarschnitt", "when": "morgen um zehn", "customer_name": "Erika Muster" })).await;
        assert_eq!(booked["status"], "unavailable", "{booked}");
        scene.ground.as_owner(&["ALTER TABLE gone RENAME TO branches"]).unwrap();
        assert_eq!(scene.book(&call("c1"), None, "morgen um zehn", "Erika Muster").await["status"], "confirmed");
    }

    async fn the_number_that_was_rung_decides_about_the_branch(ground) {
        let scene = Scene::open(ground).await;
        scene.add_branch("Nord", "+493055554444").await;
        scene.app.add_phone_number(scene.salon.company, NumberPlan { connection: scene.salon.retell.clone(),
            number: NUMBER.into(), branch: Some("Nord".into()), agent: None, agent_version: None, fallback: None }).await.unwrap();
        let caller = PhoneCall { to: Some(NUMBER), ..call("c1") };
        let told = scene.function(&caller, None, "get_business_info", json!({})).await;
        assert_eq!(told["data"]["branch"], "Nord", "{told}");
        let told = scene.function(&call("c2"), None, "get_business_info", json!({})).await;
        assert_eq!(told["data"]["branch"], "Mitte");
        let told = scene.function(&caller, None, "get_business_info", json!({ "branch": "mitte" })).await;
        assert_eq!(told["data"]["branch"], "Mitte", "what is said goes before what was rung");
    }
}
