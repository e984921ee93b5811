//! The fifth killer: every error was a crash. What is broken, wrong or too much is
//! sent to a scratch server, and parts of it are taken away while people are on the
//! phone; each error must end in a sentence, and the next call must work.

use serde_json::{Value, json};

use super::{Attack, outages::rehearse};
use crate::{
    commands::{
        block_on,
        drill::{Engine, Ground, Kind},
    },
    terminal::remark,
};

/// What fails on our own side.
const FAILURES: [&str; 5] = ["database-down", "worker-killed", "disk-full", "clock-jump", "webhook-storm"];

/// More than a request may bring.
const TOO_LONG: usize = 6 << 20;

/// What an answer to a stranger must never show: how the program is made.
const INSIDES: [&str; 6] = ["SELECT ", "INSERT ", "panicked", ".rs:", "sqlite", "postgres"];

/// Arguments that a model might write.
fn nonsense() -> Vec<Value> {
    vec![
        json!({}),
        json!({ "service": "", "when": "", "slot_id": "" }),
        json!({ "service": ["a", { "b": null }], "when": 7, "customer_name": false, "reference": -1 }),
        json!({ "slot_id": "s1.x", "appointment_id": "00000000-0000-0000-0000-000000000000", "reference": "ÄÖÜ" }),
        json!({ "service": "\u{202e}\u{0}';--<script>", "when": "am 31. Februar 1999 um 25 Uhr", "customer_name": "x".repeat(5_000) }),
        json!({ "when": "9".repeat(10_000), "repeat": { "count": -3, "rhythm": "never" } }),
    ]
}

pub(super) fn attack(server: &str, engine: &str) -> anyhow::Result<Vec<Attack>> {
    remark(format!("causing errors of every kind on {engine} …"));
    let mut attacks = block_on(async {
        let which = if server.starts_with("sqlite:") { Engine::Sqlite } else { Engine::Postgres };
        let ground = Ground::open(which, server, Kind::Here).await?;
        let attacks = vec![functions(&ground, engine).await, requests(&ground, engine).await];
        ground.close().await;
        Ok(attacks)
    })?;
    let is_file = server.starts_with("sqlite:");
    let drills: Vec<&str> = FAILURES.iter().copied().filter(|name| is_file || *name != "disk-full").collect();
    attacks.extend(rehearse(&drills, server, engine)?);
    Ok(attacks)
}

fn told(engine: &str, what: &str, tried: usize, broken: &[String]) -> Attack {
    let saw = match broken.first() {
        None => "each ended in a sentence, and the next request was answered".to_owned(),
        Some(first) => format!("{} did not end as they should: {first}", broken.len()),
    };
    Attack { what: format!("{engine}: {what}"), tried, saw, ok: tried > 0 && broken.is_empty() }
}

/// Every function with nonsense: always 200 with something to say.
async fn functions(ground: &Ground, engine: &str) -> Attack {
    let line = ground.line();
    let (mut tried, mut broken) = (0, Vec::new());
    let functions =
        askpro_app::call::FUNCTIONS.iter().copied().chain(["no_such_function", "%00", "..%2f..", "ä"]);
    for function in functions {
        for args in nonsense() {
            tried += 1;
            let reply = line.function(&format!("wrong_{tried}"), tried, function, &args).await;
            let says = reply.body["say"].as_str().unwrap_or_default();
            if reply.http_status != Some(200) || says.is_empty() || shows_insides(&reply.body.to_string()) {
                broken.push(format!("{function} {args:.60}: {:?} {}", reply.http_status, reply.body));
            }
        }
        if let Some(dead) = dead(ground).await {
            broken.push(dead);
        }
    }
    told(engine, "functions of the agent with nonsense for arguments", tried, &broken)
}

/// Broken, unsigned, oversized and unknown requests, as a program and as a person.
async fn requests(ground: &Ground, engine: &str) -> Attack {
    let line = ground.line();
    let connection = line.connection.to_string();
    let (mut tried, mut broken) = (0, Vec::new());
    let function = format!("/retell/{connection}/functions/check_availability");
    let wrong: Vec<(&str, String, Vec<u8>, u16)> = vec![
        ("GET", "/api/v1/nothing".into(), Vec::new(), 404),
        ("GET", "/nothing".into(), Vec::new(), 404),
        ("GET", "/api/v1/appointments".into(), Vec::new(), 401),
        ("GET", "/api/v1/appointments?limit=x&cursor=%FF".into(), Vec::new(), 401),
        ("DELETE", "/health/live".into(), Vec::new(), 405),
        ("POST", "/login".into(), b"email=%FF&password=".to_vec(), 0),
        ("POST", function.clone(), b"{".to_vec(), 401),
        ("POST", "/retell/conn_0000000000000000000000/webhook".into(), b"{}".to_vec(), 401),
        ("POST", format!("/calcom/{connection}/webhook"), b"{}".to_vec(), 401),
        ("GET", format!("/{}", "a/".repeat(2_000)), Vec::new(), 404),
    ];
    for (method, path, body, expected) in wrong {
        for accept in ["application/json", "text/html"] {
            tried += 1;
            let sent = line
                .http
                .request(method.parse().unwrap_or_default(), format!("{}{path}", line.base))
                .header("accept", accept)
                .body(body.clone())
                .send()
                .await;
            let Ok(answer) = sent else {
                broken.push(format!("{method} {path:.60}: no answer"));
                continue;
            };
            let status = answer.status().as_u16();
            let is_led = (300..400).contains(&status);
            let text = answer.text().await.unwrap_or_default();
            let is_right =
                status < 500 && (expected == 0 || status == expected || (accept == "text/html" && is_led));
            let says_what_to_do = is_led || text.contains("E-");
            if !is_right || shows_insides(&text) || !(says_what_to_do || status < 400) {
                broken.push(format!("{method} {path:.60} as {accept}: {status} {text:.120}"));
            }
        }
        if let Some(dead) = dead(ground).await {
            broken.push(dead);
        }
    }
    for (body, expected) in
        [(b"{\"call\":".to_vec(), 400), (b"[1]".to_vec(), 400), (vec![b' '; TOO_LONG], 413)]
    {
        tried += 1;
        let reply = line.post("functions/check_availability", body).await;
        // A server that has read enough may end the connection while the rest is sent.
        let is_right =
            reply.http_status == Some(expected) || (expected == 413 && reply.http_status.is_none());
        if !is_right || shows_insides(&reply.body.to_string()) {
            broken.push(format!("a signed body of nonsense: {:?} {}", reply.http_status, reply.body));
        }
        if let Some(dead) = dead(ground).await {
            broken.push(dead);
        }
    }
    told(engine, "requests that are broken, unsigned, too long or for nothing", tried, &broken)
}

fn shows_insides(text: &str) -> bool {
    INSIDES.iter().any(|inside| text.contains(inside))
}

/// Whether the server no longer answers a call, and how that shows.
async fn dead(ground: &Ground) -> Option<String> {
    let reply = ground.line().function("afterwards", 1, "get_business_info", &json!({})).await;
    (reply.body["status"] != "ok").then(|| format!("afterwards a call is answered {:?}", reply.http_status))
}
