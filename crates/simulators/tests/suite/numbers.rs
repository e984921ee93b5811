use serde_json::{Value, json};

use crate::stage::{NUMBER, Receiver, Stage, says};

async fn furnished() -> (Stage, String) {
    let receiver = Receiver::open(|_, _| says(json!({}))).await;
    Stage::furnished(&receiver, json!({})).await
}

#[tokio::test]
async fn weights_sum_to_one_and_agents_exist() {
    let (stage, agent) = furnished().await;
    let path = format!("/update-phone-number/{NUMBER}");
    for (agents, expected) in [
        (json!([{ "agent_id": agent, "weight": 0.5 }, { "agent_id": agent, "weight": 0.5 }]), 200),
        (json!([{ "agent_id": agent, "weight": 0.5 }, { "agent_id": agent, "weight": 0.4 }]), 400),
        (json!([{ "agent_id": agent, "weight": 1.1 }]), 400),
        (json!([{ "agent_id": agent }]), 400),
        (json!([{ "agent_id": "agent_none", "weight": 1 }]), 422),
        (json!([{ "agent_id": agent, "agent_version": 7, "weight": 1 }]), 422),
        (json!([{ "agent_id": agent, "agent_version": "latest_published", "weight": 1 }]), 200),
        (json!([]), 200),
        (Value::Null, 200),
    ] {
        let (status, answer) = stage.ask("PATCH", &path, json!({ "inbound_agents": agents })).await;
        assert_eq!(status, expected, "{agents}: {answer}");
    }
    let read = stage.get(&format!("/get-phone-number/{NUMBER}")).await;
    assert_eq!(read.get("inbound_agents"), None, "null cleared the list");
}

#[tokio::test]
async fn a_refused_change_changes_nothing() {
    let (stage, agent) = furnished().await;
    let before = stage.get(&format!("/get-phone-number/{NUMBER}")).await;
    let change = json!({ "nickname": "neu", "inbound_agents": [{ "agent_id": agent, "weight": 1 }], "fallback_number": NUMBER });
    assert_eq!(stage.refused("PATCH", &format!("/update-phone-number/{NUMBER}"), change).await.0, 400);
    assert_eq!(stage.get(&format!("/get-phone-number/{NUMBER}")).await, before);
}

#[tokio::test]
async fn a_plus_in_an_address_is_a_plus() {
    let (stage, _) = furnished().await;
    for path in [NUMBER.to_owned(), NUMBER.replace('+', "%2B")] {
        assert_eq!(stage.get(&format!("/get-phone-number/{path}")).await["phone_number"], NUMBER);
    }
}

#[tokio::test]
async fn a_fallback_has_no_fallback_of_its_own() {
    let (stage, _) = furnished().await;
    let other = json!({ "phone_number": "+4930999888", "termination_uri": "sip.example.com" });
    stage.post("/import-phone-number", other).await;
    stage.patch(&format!("/update-phone-number/{NUMBER}"), json!({ "fallback_number": "+4930777666" })).await;
    let (status, _) = stage
        .refused("PATCH", "/update-phone-number/+4930999888", json!({ "fallback_number": NUMBER }))
        .await;
    assert_eq!(status, 400);
}

#[tokio::test]
async fn retired_fields_are_passed_over_and_german_numbers_cannot_be_bought() {
    let (stage, agent) = furnished().await;
    let changed = stage
        .patch(&format!("/update-phone-number/{NUMBER}"), json!({ "inbound_agent_id": "agent_other" }))
        .await;
    assert_eq!(changed.get("inbound_agent_id"), None);
    assert_eq!(changed["inbound_agents"][0]["agent_id"], json!(agent));
    assert_eq!(stage.refused("POST", "/create-phone-number", json!({ "country_code": "DE" })).await.0, 400);
    let bought = stage.post("/create-phone-number", json!({ "area_code": 212 })).await;
    assert!(bought["phone_number"].as_str().unwrap().starts_with("+1212"), "{bought}");
}
