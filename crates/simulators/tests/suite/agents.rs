use serde_json::{Value, json};

use crate::stage::Stage;

async fn salon() -> (Stage, String, String) {
    let stage = Stage::retell().await;
    let tool = |name: &str| json!({ "type": "custom", "name": name, "url": "https://a.example/f" });
    let engine = json!({ "start_speaker": "agent", "begin_message": "eins", "general_tools": [tool("one"), tool("two")] });
    let llm = stage.post("/create-retell-llm", engine).await["llm_id"].as_str().unwrap().to_owned();
    let agent = json!({ "voice_id": "v", "response_engine": { "type": "retell-llm", "llm_id": llm } });
    let agent = stage.post("/create-agent", agent).await["agent_id"].as_str().unwrap().to_owned();
    (stage, agent, llm)
}

#[tokio::test]
async fn a_version_takes_its_engine_along_and_the_published_pair_stays_as_it_is() {
    let (stage, agent, llm) = salon().await;
    stage.post(&format!("/publish-agent-version/{agent}"), json!({ "version": 0 })).await;
    let (status, _) =
        stage.refused("PATCH", &format!("/update-retell-llm/{llm}"), json!({ "begin_message": "x" })).await;
    assert_eq!(status, 400, "the engine was published with the agent");

    let draft = stage.post(&format!("/create-agent-version/{agent}"), json!({ "base_version": 0 })).await;
    assert_eq!((&draft["version"], &draft["base_version"]), (&json!(1), &json!(0)));
    assert_eq!(draft["response_engine"]["version"], 1, "the engine was copied along");
    stage.patch(&format!("/update-retell-llm/{llm}"), json!({ "begin_message": "zwei" })).await;
    assert_eq!(stage.get(&format!("/get-retell-llm/{llm}?version=0")).await["begin_message"], "eins");
    assert_eq!(stage.get(&format!("/get-retell-llm/{llm}")).await["begin_message"], "zwei");

    let latest = stage.get(&format!("/get-agent/{agent}?version=latest")).await;
    assert_eq!(
        (&latest["version"], &latest["is_published"]),
        (&json!(1), &json!(false)),
        "latest is a draft"
    );
    let live = stage.get(&format!("/get-agent/{agent}?version=latest_published")).await;
    assert_eq!(live["version"], 0);
}

#[tokio::test]
async fn publishing_opens_no_draft_and_may_be_repeated() {
    let (stage, agent, _) = salon().await;
    for _ in 0..2 {
        let (status, body) =
            stage.ask("POST", &format!("/publish-agent-version/{agent}"), json!({ "version": 0 })).await;
        assert_eq!((status, body), (200, json!("")), "an empty body, and no half a JSON");
    }
    let versions = stage.get(&format!("/list-agent-versions/{agent}")).await;
    assert_eq!(versions["items"].as_array().unwrap().len(), 1, "{versions}");
}

#[tokio::test]
async fn a_patch_replaces_lists_and_clears_with_null() {
    let (stage, _, llm) = salon().await;
    let tool = json!({ "type": "custom", "name": "only", "url": "https://a.example/f" });
    let changed = stage.patch(&format!("/update-retell-llm/{llm}"), json!({ "general_tools": [tool] })).await;
    assert_eq!(changed["general_tools"].as_array().unwrap().len(), 1, "the others are gone");
    let changed = stage.patch(&format!("/update-retell-llm/{llm}"), json!({ "begin_message": null })).await;
    assert_eq!(changed.get("begin_message"), None);
    assert_eq!(changed["general_tools"][0]["name"], "only", "what is left out stays");
}

#[tokio::test]
async fn a_repeated_create_makes_two() {
    let (stage, _, llm) = salon().await;
    let body = json!({ "voice_id": "v", "response_engine": { "type": "retell-llm", "llm_id": llm } });
    let first = stage.post("/create-agent", body.clone()).await;
    let second = stage.post("/create-agent", body).await;
    assert_ne!(first["agent_id"], second["agent_id"]);
}

#[tokio::test]
async fn the_list_is_of_summaries() {
    let (stage, agent, _) = salon().await;
    let list = stage.post("/v2/list-agents", json!({})).await;
    let item = &list["items"][0];
    assert_eq!((&item["agent_id"], &item["is_suspended"]), (&json!(agent), &json!(false)));
    for absent in ["version", "is_published", "response_engine"] {
        assert_eq!(item.get(absent), None, "{absent}");
    }
    let none = json!({ "filter_criteria": { "channel": { "type": "string", "op": "eq", "value": "chat" } } });
    assert_eq!(stage.post("/v2/list-agents", none).await["items"], json!([]));
}

#[tokio::test]
async fn nonsense_is_refused_with_a_sentence() {
    let (stage, agent, llm) = salon().await;
    let engine = json!({ "type": "retell-llm", "llm_id": llm });
    let tool = |change: Value| {
        let mut tool = json!({ "type": "custom", "name": "f", "url": "https://a.example" });
        tool.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        json!({ "general_tools": [tool] })
    };
    let update = format!("/update-retell-llm/{llm}");
    for (method, path, body, expected) in [
        ("POST", "/create-agent", json!({ "response_engine": engine }), 400),
        ("POST", "/create-agent", json!({ "voice_id": "v" }), 400),
        (
            "POST",
            "/create-agent",
            json!({ "voice_id": "v", "response_engine": { "type": "retell-llm", "llm_id": "no" } }),
            422,
        ),
        (
            "POST",
            "/create-agent",
            json!({ "voice_id": "v", "response_engine": engine, "language": "multi" }),
            400,
        ),
        (
            "POST",
            "/create-agent",
            json!({ "voice_id": "v", "response_engine": engine, "webhook_events": ["call_over"] }),
            400,
        ),
        (
            "POST",
            "/create-agent",
            json!({ "voice_id": "v", "response_engine": engine, "data_storage_retention_days": 0 }),
            400,
        ),
        ("PATCH", update.as_str(), tool(json!({ "name": "no spaces" })), 400),
        ("PATCH", update.as_str(), tool(json!({ "url": "" })), 400),
        ("PATCH", update.as_str(), tool(json!({ "timeout_ms": 999 })), 400),
        ("PATCH", update.as_str(), tool(json!({ "max_retry": 6 })), 400),
        ("PATCH", update.as_str(), tool(json!({ "type": "check_availability_cal" })), 400),
        ("PATCH", update.as_str(), json!({ "model": "gpt-4.1", "s2s_model": "gpt-realtime" }), 400),
        ("POST", "/create-conversation-flow", json!({ "start_speaker": "agent" }), 400),
        ("GET", "/get-conversation-flow/none", json!(null), 404),
        ("GET", "/get-retell-llm/none", json!(null), 422),
        ("GET", "/get-agent/none", json!(null), 422),
        ("POST", "/v2/list-agents?limit=1001", json!({}), 400),
        ("GET", "/v2/list-retell-llms?pagination_key=zz", json!(null), 400),
        ("GET", "/list-agents", json!(null), 404),
    ] {
        let (status, message) = stage.refused(method, path, body.clone()).await;
        assert_eq!(status, expected, "{method} {path} {body}: {message}");
        assert!(!message.is_empty(), "{method} {path}");
    }
    let (status, _) = stage.refused("DELETE", &format!("/delete-retell-llm/{llm}"), json!(null)).await;
    assert_eq!(status, 400, "an agent uses it");
    let (status, _) =
        stage.ask("DELETE", &format!("/delete-retell-llm/{llm}?force_delete=true"), json!(null)).await;
    assert_eq!(status, 204);
    assert_eq!(
        stage.get(&format!("/get-agent/{agent}")).await["response_engine"]["llm_id"],
        json!(llm),
        "it dangles"
    );
}

#[tokio::test]
async fn a_body_may_be_empty_whatever_its_type_says() {
    let (stage, ..) = salon().await;
    let url = format!("{}/v2/list-agents", stage.running.url());
    let request = stage.http.post(url).bearer_auth("key_one").header("content-type", "application/json");
    assert_eq!(request.send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn a_tag_leads_to_its_version_and_brings_variables() {
    let (stage, agent, _) = salon().await;
    stage.post(&format!("/create-agent-version/{agent}"), json!({ "base_version": 0 })).await;
    let tags = json!({ "tags": [{ "agent_id": agent, "tag": "prod", "version": 0 }, { "agent_id": agent, "tag": "idle" }] });
    let (status, answer) = stage.ask("PUT", "/_sim/workspace", tags).await;
    assert_eq!(status, 204, "{answer}");
    let tagged = stage.get(&format!("/get-agent/{agent}?version=prod")).await;
    assert_eq!((&tagged["version"], &tagged["assigned_tags"]), (&json!(0), &json!(["prod"])));
    assert_eq!(
        stage.get(&format!("/get-agent/{agent}?version=idle")).await["version"],
        1,
        "unassigned is latest"
    );
    assert_eq!(stage.refused("GET", &format!("/get-agent/{agent}?version=none"), json!(null)).await.0, 422);
}
