use std::time::Duration;

use serde_json::{Value, json};

use crate::stage::{Got, NUMBER, Receiver, Reply, Stage, fails, says};

/// A receiver whose function answers with a sentence.
async fn friendly() -> Receiver {
    Receiver::open(|got, _| match got.path.split('?').next() {
        Some("/book") => says(json!({ "status": "confirmed", "say": "Ihr Termin ist um zehn Uhr gebucht.", "data": { "id": "a1" } })),
        _ => says(json!({})),
    })
    .await
}

fn script(steps: Value) -> Value {
    json!({ "to_number": NUMBER, "from_number": "+4915112345678", "steps": steps })
}

fn said(played: &Value) -> Vec<&str> {
    played["turns"].as_array().unwrap().iter().map(|turn| turn["text"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn the_agent_begins_and_a_function_gets_the_call_so_far() {
    let receiver = friendly().await;
    let (stage, agent) = Stage::furnished(&receiver, json!({})).await;
    let played = stage
        .play(script(
            json!([{ "caller": "Morgen um zehn?" }, { "function": "book", "args": { "when": "morgen" } },
            { "caller": "Danke." }]),
        ))
        .await;
    assert_eq!(
        said(&played),
        [
            "Hier ist die KI von Salon Kaya, guten Tag.",
            "Morgen um zehn?",
            "Ihr Termin ist um zehn Uhr gebucht.",
            "Danke."
        ]
    );
    assert_eq!((&played["agent_id"], &played["agent_version"]), (&json!(agent), &json!(0)));

    let body = &receiver.got_at("/book")[0].body;
    assert_eq!((&body["name"], &body["args"]), (&json!("book"), &json!({ "when": "morgen" })));
    let call = &body["call"];
    assert_eq!(call["call_status"], "ongoing");
    assert_eq!(
        call["transcript"],
        "Agent: Hier ist die KI von Salon Kaya, guten Tag.\nUser: Morgen um zehn?\n"
    );
    let invocation = call["transcript_with_tool_calls"].as_array().unwrap().last().unwrap();
    assert_eq!(invocation["role"], "tool_call_invocation");
    assert_eq!(invocation["arguments"], "{\"when\":\"morgen\"}", "arguments are text");
    assert_eq!(invocation["tool_call_id"], played["functions"][0]["tool_call_id"]);
    let words = call["transcript_object"][1]["words"].as_array().unwrap();
    assert!(words[0]["start"].as_f64().unwrap() < words[1]["start"].as_f64().unwrap(), "{words:?}");

    let kept = stage.get(&format!("/v2/get-call/{}", played["call_id"].as_str().unwrap())).await;
    let result = &kept["transcript_with_tool_calls"].as_array().unwrap()[3];
    assert_eq!((&result["role"], &result["successful"]), (&json!("tool_call_result"), &json!(true)));
    assert_eq!(kept["call_status"], "ended");
    assert!(
        kept["call_cost"]["combined_cost"].is_number() && kept["call_analysis"]["call_successful"] == true
    );
}

#[tokio::test]
async fn events_come_in_their_order_with_what_is_known_then() {
    let receiver = friendly().await;
    let (stage, _) = Stage::furnished(&receiver, json!({})).await;
    let played = stage.play(script(json!([{ "caller": "Hallo" }]))).await;
    assert_eq!(receiver.events(), ["call_started", "call_ended", "call_analyzed"]);
    let got = receiver.got_at("/webhook");
    assert_eq!(got[0].body["call"]["call_status"], "ongoing");
    assert_eq!(got[1].body["call"].get("call_analysis"), None, "not analysed yet");
    assert_eq!(got[1].body["call"]["disconnection_reason"], "user_hangup");
    assert_eq!(got[2].body["call"]["call_analysis"]["call_successful"], true);
    assert_eq!(played["webhooks"], json!({ "call_started": 200, "call_ended": 200, "call_analyzed": 200 }));
}

#[tokio::test]
async fn events_can_come_twice_and_in_another_order() {
    let receiver = friendly().await;
    let (stage, _) = Stage::furnished(&receiver, json!({})).await;
    let mut script = script(json!([{ "caller": "Hallo" }]));
    script["webhooks"] = json!({ "order": ["call_analyzed", "call_ended", "call_started"], "duplicates": 1 });
    stage.play(script).await;
    assert_eq!(
        receiver.events(),
        ["call_analyzed", "call_analyzed", "call_ended", "call_ended", "call_started", "call_started"]
    );
    let got = receiver.got_at("/webhook");
    assert_eq!(got[0].raw, got[1].raw, "a duplicate is the same bytes");
}

#[tokio::test]
async fn a_refused_event_is_tried_again_three_times() {
    let receiver = Receiver::open(|got, before| match got.body["event"].as_str() {
        Some("call_started") if before < 2 => fails(503),
        Some("call_ended") => fails(500),
        _ => says(json!({})),
    })
    .await;
    let (stage, _) = Stage::furnished(&receiver, json!({})).await;
    stage.play(script(json!([{ "pause_ms": 400 }]))).await;
    let count = |event: &str| receiver.events().iter().filter(|one| *one == event).count();
    assert_eq!((count("call_started"), count("call_ended"), count("call_analyzed")), (3, 4, 1));
}

#[tokio::test]
async fn a_caller_interrupts_and_the_sentence_is_cut() {
    let receiver = friendly().await;
    let (stage, _) = Stage::furnished(&receiver, json!({})).await;
    let mut script = script(json!([
        { "caller": "Moment!" },
        { "function": "book", "args": {}, "interrupted_after": 3 },
        { "agent": "Kann ich sonst noch etwas tun?", "interrupted_after": 99 },
    ]));
    script["greeting_interrupted_after"] = json!(4);
    let played = stage.play(script).await;
    assert_eq!(
        said(&played),
        ["Hier ist die KI", "Moment!", "Ihr Termin ist", "Kann ich sonst noch etwas tun?"]
    );
    assert_eq!(played["turns"][0]["interrupted"], true);
    assert_eq!(played["turns"][3].get("interrupted"), None);
    let call = stage.get(&format!("/v2/get-call/{}", played["call_id"].as_str().unwrap())).await;
    assert!(!call["transcript"].as_str().unwrap().contains("gebucht"), "{call}");
}

#[tokio::test]
async fn the_same_request_comes_again_at_once_and_late() {
    let receiver = friendly().await;
    let (stage, _) = Stage::furnished(&receiver, json!({})).await;
    let played = stage
        .play(script(json!([
            { "function": "book", "args": { "n": 1 }, "retries": 2 },
            { "function": "book", "args": { "n": 2 }, "retries": 1, "again_after_ms": 100 },
            { "replay": 0 },
        ])))
        .await;
    let got = receiver.got_at("/book");
    assert_eq!(got.len(), 6);
    let first: Vec<&Got> = got.iter().filter(|one| one.body["args"]["n"] == 1).collect();
    assert_eq!(first.len(), 4, "itself, twice at once and once at the end");
    assert!(first.iter().all(|one| one.raw == first[0].raw));
    assert_eq!(got[5].body["args"]["n"], 1, "the late one comes last");
    assert_eq!(played["functions"][0]["retried"].as_array().unwrap().len(), 3);
    assert_eq!(said(&played).len(), 3, "repetitions are not spoken");
}

#[tokio::test]
async fn functions_at_the_same_moment_can_arrive_in_reverse() {
    let receiver = friendly().await;
    let (stage, _) = Stage::furnished(&receiver, json!({})).await;
    let call = |n: u32| json!({ "function": "book", "args": { "n": n } });
    let played = stage.play(script(json!([{ "together": [call(1), call(2)], "reversed": true }]))).await;
    let order: Vec<Value> =
        receiver.got_at("/book").iter().map(|one| one.body["args"]["n"].clone()).collect();
    assert_eq!(order, [json!(2), json!(1)]);
    assert_eq!(played["functions"].as_array().unwrap().len(), 2);
    let ids: Vec<&Value> =
        played["functions"].as_array().unwrap().iter().map(|one| &one["tool_call_id"]).collect();
    assert_ne!(ids[0], ids[1]);
}

#[tokio::test]
async fn a_failing_function_is_retried_as_its_tool_says_and_then_silence() {
    let receiver = Receiver::open(|got, before| match (got.path.as_str(), before) {
        ("/book", 0) => fails(500),
        ("/book", 1) => says(json!({ "status": "ok", "say": "Jetzt." })),
        ("/book", _) => fails(503),
        _ => says(json!({})),
    })
    .await;
    let (stage, _) = Stage::furnished(&receiver, json!({ "max_retry": 1 })).await;
    let played = stage
        .play(script(json!([{ "function": "book", "args": {} }, { "function": "book", "args": {} }])))
        .await;
    assert_eq!(
        (&played["functions"][0]["attempts"], &played["functions"][0]["status"]),
        (&json!(2), &json!("ok"))
    );
    assert_eq!(
        (&played["functions"][1]["attempts"], &played["functions"][1]["http_status"]),
        (&json!(2), &json!(503))
    );
    assert_eq!(said(&played)[1..], ["Jetzt.", ""]);
}

#[tokio::test]
async fn a_late_answer_is_none() {
    let receiver = Receiver::open(|got, _| {
        let after = if got.path == "/book" { Duration::from_millis(600) } else { Duration::ZERO };
        Reply { after, ..says(json!({ "say": "zu spät" })) }
    })
    .await;
    let (stage, _) = Stage::furnished(&receiver, json!({})).await;
    let played = stage.play(script(json!([{ "function": "book", "args": {}, "timeout_ms": 200 }]))).await;
    assert_eq!(played["functions"][0]["http_status"], 0);
    assert_eq!(said(&played)[1], "");
    assert_eq!(receiver.got_at("/book").len(), 1, "a tool that does not say so is not retried");
}

#[tokio::test]
async fn a_function_that_the_agent_does_not_have_is_silence_and_seen() {
    let receiver = friendly().await;
    let (stage, _) = Stage::furnished(&receiver, json!({})).await;
    let steps =
        json!([{ "function": "bok", "args": {} }, { "function": "book", "args": {} }, { "replay": 1 }]);
    let played = stage.play(script(steps)).await;
    let missing = &played["functions"][0];
    assert_eq!((&missing["http_status"], &missing["attempts"]), (&json!(0), &json!(0)));
    assert_eq!(said(&played)[1..], ["", "Ihr Termin ist um zehn Uhr gebucht."]);
    assert_ne!(missing["tool_call_id"], played["functions"][1]["tool_call_id"]);
    assert_eq!(receiver.got_at("/book").len(), 2);
}

#[tokio::test]
async fn models_make_arguments_up() {
    let receiver = friendly().await;
    let (stage, _) = Stage::furnished(&receiver, json!({})).await;
    let inventions =
        json!(["call_id", "past_year", "name_in_phone", "empty_text", "number_words", "foreign_arguments"]);
    let args = json!({ "customer_name": "Anna", "date": "2026-12-01" });
    stage.play(script(json!([{ "function": "book", "args": args, "invent": inventions }]))).await;
    let args = &receiver.got_at("/book")[0].body["args"];
    assert_eq!((&args["call_id"], &args["date"]), (&json!("call_1"), &json!("2023-12-01")));
    assert_eq!((&args["customer_phone"], &args["notes"]), (&json!("Anna"), &json!("")));
}

#[tokio::test]
async fn a_withheld_number_is_anonymous_and_a_browser_has_none() {
    let receiver = friendly().await;
    let (stage, agent) = Stage::furnished(&receiver, json!({})).await;
    stage.play(json!({ "to_number": NUMBER, "steps": [{ "function": "book", "args": {} }] })).await;
    let browser = json!({ "web_call": { "agent_id": agent }, "language": "en", "steps": [{ "function": "book", "args": {} }] });
    stage.play(browser).await;
    let calls: Vec<Value> =
        receiver.got_at("/book").into_iter().map(|one| one.body["call"].clone()).collect();
    assert_eq!(calls[0]["from_number"], "anonymous");
    assert_eq!((&calls[1]["call_type"], calls[1].get("from_number")), (&json!("web_call"), None));
    assert_eq!(calls[1]["retell_llm_dynamic_variables"]["language"], "en");
}

#[tokio::test]
async fn the_tools_definition_says_how_it_is_called() {
    let receiver = friendly().await;
    let tool = json!({ "args_at_root": true, "headers": { "x-call": "{{call_id}}" }, "query_params": { "who": "{{user_number}}" },
        "parameters": { "type": "object", "properties": { "fixed": { "const": "{{name}}" } } },
        "response_variables": { "appointment": "data.id" }, "speak_after_execution": false });
    let (stage, _) = Stage::furnished(&receiver, tool).await;
    let mut script = script(json!([{ "function": "book", "args": { "when": "morgen" } }]));
    script["dynamic_variables"] = json!({ "name": "Erika" });
    let played = stage.play(script).await;
    let got = &receiver.got_at("/book")[0];
    assert_eq!(got.body, json!({ "when": "morgen", "fixed": "Erika" }), "bare arguments, no call");
    assert_eq!(got.headers["x-call"], played["call_id"].as_str().unwrap());
    assert_eq!(got.path, "/book?who=%2B4915112345678");
    assert_eq!(said(&played)[1], "", "it does not speak its result");
    let call = stage.get(&format!("/v2/get-call/{}", played["call_id"].as_str().unwrap())).await;
    assert_eq!(call["collected_dynamic_variables"], json!({ "appointment": "a1" }));
}

#[tokio::test]
async fn a_get_tool_has_its_arguments_in_the_query() {
    let receiver = friendly().await;
    let (stage, _) = Stage::furnished(&receiver, json!({ "method": "GET" })).await;
    stage.play(script(json!([{ "function": "book", "args": { "when": "morgen" } }]))).await;
    let got = &receiver.got_at("/book")[0];
    assert_eq!((got.method.as_str(), got.path.as_str(), got.raw.len()), ("GET", "/book?when=morgen", 0));
    assert!(got.headers.contains_key("x-retell-signature"));
}

#[tokio::test]
async fn a_transfer_ends_the_agents_part() {
    let receiver = friendly().await;
    let (stage, agent) = Stage::furnished(&receiver, json!({})).await;
    let events = [
        "call_started",
        "call_ended",
        "call_analyzed",
        "transfer_started",
        "transfer_bridged",
        "transfer_ended",
    ];
    stage.patch(&format!("/update-agent/{agent}"), json!({ "webhook_events": events })).await;
    let played = stage
        .play(script(
            json!([{ "transfer": "+4930555", "outcome": "bridged" }, { "agent": "Das sagt niemand mehr." }]),
        ))
        .await;
    assert_eq!(
        receiver.events(),
        [
            "call_started",
            "transfer_started",
            "transfer_bridged",
            "transfer_ended",
            "call_ended",
            "call_analyzed"
        ]
    );
    assert_eq!(receiver.got_at("/webhook")[1].body["transfer_destination"]["number"], "+4930555");
    assert_eq!(played["disconnection_reason"], "call_transfer");
    assert_eq!(said(&played).len(), 1);
}

#[tokio::test]
async fn a_call_that_nobody_took_was_never_started() {
    let receiver = friendly().await;
    let (stage, agent) = Stage::furnished(&receiver, json!({})).await;
    let out = json!({ "from_number": NUMBER, "to_number": "+4915112345678", "override_agent_id": agent });
    let registered = stage.post("/v2/create-phone-call", out).await;
    assert_eq!(registered["call_status"], "registered");
    let script = json!({ "call_id": registered["call_id"], "disconnection_reason": "dial_no_answer",
        "steps": [{ "caller": "Das sagt niemand." }] });
    let played = stage.play(script.clone()).await;
    assert_eq!(receiver.events(), ["call_ended", "call_analyzed"]);
    assert_eq!((said(&played).len(), &played["disconnection_reason"]), (0, &json!("dial_no_answer")));
    let call = stage.get(&format!("/v2/get-call/{}", registered["call_id"].as_str().unwrap())).await;
    assert_eq!((&call["call_status"], call.get("duration_ms")), (&json!("not_connected"), None));
    assert_eq!(stage.refused("POST", "/_sim/calls", script).await.0, 400, "it is over");
}

#[tokio::test]
async fn who_wants_to_know_gets_the_transcript_while_it_grows() {
    let receiver = friendly().await;
    let (stage, agent) = Stage::furnished(&receiver, json!({})).await;
    stage.patch(&format!("/update-agent/{agent}"), json!({ "webhook_events": ["transcript_updated"] })).await;
    stage.play(script(json!([{ "caller": "Eins" }, { "caller": "Zwei" }]))).await;
    let lengths: Vec<usize> = receiver
        .got_at("/webhook")
        .iter()
        .map(|one| one.body["transcript_with_tool_calls"].as_array().unwrap().len())
        .collect();
    assert_eq!(lengths, [2, 3]);
}

#[tokio::test]
async fn a_draft_answers_where_a_number_is_not_pinned() {
    let receiver = friendly().await;
    let (stage, agent) = Stage::furnished(&receiver, json!({})).await;
    stage.post(&format!("/publish-agent-version/{agent}"), json!({ "version": 0 })).await;
    stage.post(&format!("/create-agent-version/{agent}"), json!({ "base_version": 0 })).await;
    for (version, expected) in
        [(json!(0), 0), (json!("latest_published"), 0), (json!("latest"), 1), (Value::Null, 1)]
    {
        let agents = json!([{ "agent_id": agent, "weight": 1, "agent_version": version }]);
        stage.patch(&format!("/update-phone-number/{NUMBER}"), json!({ "inbound_agents": agents })).await;
        assert_eq!(stage.play(script(json!([]))).await["agent_version"], expected, "{version}");
    }
}

// --- The inbound webhook ---

async fn with_inbound(answer: fn(usize) -> Reply) -> (Receiver, Stage, String) {
    let receiver = Receiver::open(
        move |got, before| if got.path == "/inbound" { answer(before) } else { says(json!({})) },
    )
    .await;
    let (stage, agent) = Stage::furnished(&receiver, json!({})).await;
    let url = json!({ "inbound_webhook_url": receiver.at("/inbound") });
    stage.patch(&format!("/update-phone-number/{NUMBER}"), url).await;
    (receiver, stage, agent)
}

#[tokio::test]
async fn the_inbound_webhook_gives_variables_and_can_choose_the_version() {
    let (receiver, stage, agent) = with_inbound(|_| {
        says(json!({ "call_inbound": { "dynamic_variables": { "language": "en" }, "override_agent_version": 1,
            "metadata": { "branch": "b1" }, "agent_override": { "retell_llm": { "begin_message": "Good day, I am an AI." } } } }))
    })
    .await;
    stage.post(&format!("/create-agent-version/{agent}"), json!({ "base_version": 0 })).await;
    let played = stage.play(script(json!([]))).await;
    assert_eq!((&played["agent_version"], said(&played)[0]), (&json!(1), "Good day, I am an AI."));
    let asked = &receiver.got_at("/inbound")[0].body;
    assert_eq!(asked["event"], "call_inbound");
    assert_eq!(asked["call_inbound"]["from_number"], "+4915112345678");
    assert_eq!(asked["call_inbound"]["call_id"], played["call_id"]);
    let call = stage.get(&format!("/v2/get-call/{}", played["call_id"].as_str().unwrap())).await;
    assert_eq!(
        (&call["metadata"]["branch"], &call["retell_llm_dynamic_variables"]["language"]),
        (&json!("b1"), &json!("en"))
    );
}

#[tokio::test]
async fn after_four_failures_the_numbers_own_agent_answers() {
    let (receiver, stage, _) = with_inbound(|_| fails(500)).await;
    let played = stage.play(script(json!([]))).await;
    assert_eq!(receiver.got_at("/inbound").len(), 4);
    assert_eq!((&played["inbound"]["attempts"], &played["agent_version"]), (&json!(4), &json!(0)));

    stage.patch(&format!("/update-phone-number/{NUMBER}"), json!({ "inbound_agents": null })).await;
    let (status, _) = stage.refused("POST", "/_sim/calls", script(json!([]))).await;
    assert_eq!(status, 400, "without an agent the call is dropped");
}

#[tokio::test]
async fn a_rejected_call_never_was() {
    let (_receiver, stage, _) = with_inbound(|_| says(json!({ "call_inbound": { "reject": true } }))).await;
    let played = stage.play(script(json!([]))).await;
    assert_eq!((&played["call_id"], &played["inbound"]["rejected"]), (&json!(""), &json!(true)));
    assert_eq!(stage.post("/v3/list-calls", json!({})).await["items"], json!([]));

    let (_receiver, stage, _) =
        with_inbound(|_| says(json!({ "call_inbound": { "override_agent_id": "agent_none" } }))).await;
    assert_eq!(
        stage.play(script(json!([]))).await["disconnection_reason"],
        "rejected",
        "an override that leads nowhere"
    );
}

#[tokio::test]
async fn in_outage_mode_calls_go_to_the_fallback_or_nowhere() {
    let receiver = friendly().await;
    let (stage, _) = Stage::furnished(&receiver, json!({})).await;
    stage.ask("PUT", "/_sim/workspace", json!({ "outage_mode": true })).await;
    assert_eq!(stage.play(script(json!([]))).await["forwarded_to"], Value::Null, "disconnected");
    stage.patch(&format!("/update-phone-number/{NUMBER}"), json!({ "fallback_number": "+4930999888" })).await;
    let played = stage.play(script(json!([]))).await;
    assert_eq!((&played["forwarded_to"], &played["call_id"]), (&json!("+4930999888"), &json!("")));
    assert!(receiver.got().is_empty(), "nobody is told");
    let out = json!({ "from_number": NUMBER, "to_number": "+4915112345678" });
    assert_eq!(stage.refused("POST", "/v2/create-phone-call", out).await.0, 400);
}

#[tokio::test]
async fn more_calls_than_are_allowed_go_to_the_fallback() {
    let receiver = friendly().await;
    let (stage, _) = Stage::furnished(&receiver, json!({})).await;
    stage.patch(&format!("/update-phone-number/{NUMBER}"), json!({ "fallback_number": "+4930999888" })).await;
    stage.ask("PUT", "/_sim/workspace", json!({ "concurrency_limit": 1 })).await;
    let one = json!({ "to_number": NUMBER, "steps": [{ "meet": "both", "callers": 2 }] });
    let (long, short) = tokio::join!(stage.play(one), async {
        receiver.until(1).await;
        let second = stage.play(script(json!([]))).await;
        stage.ask("PUT", "/_sim/workspace", json!({ "concurrency_limit": 5 })).await;
        stage.play(json!({ "to_number": NUMBER, "steps": [{ "meet": "both", "callers": 2 }] })).await;
        second
    });
    assert_eq!(long["forwarded_to"], Value::Null);
    assert_eq!(short["forwarded_to"], "+4930999888");
}

#[tokio::test]
async fn a_call_waits_at_a_meeting_until_a_test_has_come() {
    let receiver = friendly().await;
    let (stage, _) = Stage::furnished(&receiver, json!({})).await;
    let steps = json!([{ "meet": "in the middle", "callers": 2 }, { "caller": "Hallo?" }]);
    let call = json!({ "to_number": NUMBER, "steps": steps });
    let meeting = json!({ "name": "in the middle", "callers": 2 });
    let (played, ()) = tokio::join!(stage.play(call), async {
        receiver.until(1).await;
        let calls = stage.post("/v3/list-calls", json!({})).await;
        assert_eq!(calls["items"][0]["call_status"], "ongoing", "{calls}");
        stage.post("/_sim/meetings", meeting).await;
    });
    let said = played["turns"].as_array().unwrap();
    assert_eq!(said[said.len() - 1]["text"], "Hallo?");
    assert_eq!(stage.refused("POST", "/_sim/meetings", json!({ "name": "x" })).await.0, 400);
}

#[tokio::test]
async fn a_script_that_cannot_be_meant_is_refused() {
    let receiver = friendly().await;
    let (stage, agent) = Stage::furnished(&receiver, json!({})).await;
    for wrong in [
        json!({ "steps": [] }),
        json!({ "to_number": NUMBER, "web_call": { "agent_id": agent }, "steps": [] }),
        json!({ "to_number": "+49000", "steps": [] }),
        json!({ "to_number": NUMBER, "steps": [{ "caler": "Hallo" }] }),
        json!({ "to_number": NUMBER, "stepps": [] }),
        json!({ "to_number": NUMBER, "steps": vec![json!({ "caller": "Hallo" }); 201] }),
    ] {
        assert_eq!(stage.refused("POST", "/_sim/calls", wrong.clone()).await.0, 400, "{wrong}");
    }
}

#[tokio::test]
async fn a_reset_in_the_middle_of_a_call_does_no_harm() {
    let receiver = friendly().await;
    let (stage, _) = Stage::furnished(&receiver, json!({})).await;
    let talk =
        script(json!([{ "pause_ms": 200 }, { "function": "book", "args": {} }, { "caller": "Hallo?" }]));
    let (played, _) = tokio::join!(stage.play(talk), async {
        receiver.until(1).await;
        stage.ask("POST", "/_sim/reset", json!({})).await
    });
    assert_eq!(played["functions"].as_array().unwrap().len(), 1);
    assert_eq!(
        stage
            .refused("GET", &format!("/v2/get-call/{}", played["call_id"].as_str().unwrap()), Value::Null)
            .await
            .0,
        422
    );
}
