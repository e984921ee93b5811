//! A stand-in to talk to, and a receiver for what it sends.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use askpro_simulators::{Running, SimClock, calcom, retell, serve};
use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, Method, StatusCode, Uri},
    response::{IntoResponse, Response},
};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

/// A free port of this machine.
pub(crate) fn anywhere() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], 0))
}

/// A stand-in with one key.
pub(crate) struct Stage {
    pub(crate) running: Running,
    pub(crate) http: reqwest::Client,
    key: &'static str,
    version: Option<&'static str>,
}

impl Stage {
    /// Asks with the key, and gives status and JSON.
    pub(crate) async fn ask(&self, method: &str, path: &str, body: Value) -> (u16, Value) {
        let mut request = self
            .http
            .request(method.parse().unwrap(), format!("{}{path}", self.running.url()))
            .timeout(Duration::from_secs(20))
            .bearer_auth(self.key);
        if let Some(version) = self.version {
            request = request.header("cal-api-version", version);
        }
        if method != "GET" && method != "DELETE" {
            request = request.json(&body);
        }
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        let text = response.text().await.unwrap();
        (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
    }

    /// Asks, and insists on a success.
    pub(crate) async fn get(&self, path: &str) -> Value {
        let (status, body) = self.ask("GET", path, Value::Null).await;
        assert!((200..300).contains(&status), "GET {path}: {status} {body}");
        body
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Value {
        let (status, answer) = self.ask("POST", path, body).await;
        assert!((200..300).contains(&status), "POST {path}: {status} {answer}");
        answer
    }

    pub(crate) async fn patch(&self, path: &str, body: Value) -> Value {
        let (status, answer) = self.ask("PATCH", path, body).await;
        assert!((200..300).contains(&status), "PATCH {path}: {status} {answer}");
        answer
    }

    /// Asks in vain, and gives status and sentence.
    pub(crate) async fn refused(&self, method: &str, path: &str, body: Value) -> (u16, String) {
        let (status, answer) = self.ask(method, path, body).await;
        assert!(status >= 400, "{method} {path}: {status} {answer}");
        let message = answer.pointer("/error/message").unwrap_or(&answer["message"]);
        (status, message.as_str().unwrap_or_default().to_owned())
    }

    pub(crate) async fn faults(&self, rules: Value) {
        let (status, answer) = self.ask("PUT", "/_sim/faults", json!({ "rules": rules })).await;
        assert_eq!(status, 204, "{answer}");
    }
}

// --- Retell ---

impl Stage {
    pub(crate) async fn retell() -> Self {
        let options = retell::Options { keys: vec!["key_one".into()] };
        let running = serve(retell::router(options), anywhere()).await.unwrap();
        Self { running, http: reqwest::Client::new(), key: "key_one", version: None }
    }

    /// An engine with tools at a receiver, its agent and its number `+4930111`.
    pub(crate) async fn furnished(receiver: &Receiver, tool: Value) -> (Self, String) {
        let stage = Self::retell().await;
        let mut custom =
            json!({ "type": "custom", "name": "book", "url": receiver.at("/book"), "timeout_ms": 2_000 });
        for (name, value) in tool.as_object().unwrap() {
            custom[name] = value.clone();
        }
        let engine = json!({ "start_speaker": "agent", "begin_message": "Hier ist die KI von Salon Kaya, guten Tag.",
            "general_tools": [custom] });
        let engine = stage.post("/create-retell-llm", engine).await;
        let agent = json!({ "voice_id": "11labs-Anna", "agent_name": "Salon", "webhook_url": receiver.at("/webhook"),
            "response_engine": { "type": "retell-llm", "llm_id": engine["llm_id"] } });
        let agent = stage.post("/create-agent", agent).await["agent_id"].as_str().unwrap().to_owned();
        let number = json!({ "phone_number": NUMBER, "termination_uri": "sip.example.com",
            "inbound_agents": [{ "agent_id": agent, "agent_version": 0, "weight": 1 }] });
        stage.post("/import-phone-number", number).await;
        (stage, agent)
    }

    /// Plays a caller, and gives how it went.
    pub(crate) async fn play(&self, script: Value) -> Value {
        self.post("/_sim/calls", script).await
    }
}

/// The number of a furnished stage.
pub(crate) const NUMBER: &str = "+4930111222";

// --- Cal.com ---

/// A clock that a test moves.
#[derive(Clone)]
pub(crate) struct Hands(Arc<Mutex<Timestamp>>);

impl Hands {
    pub(crate) fn advance(&self, by: SignedDuration) {
        let mut now = self.0.lock().unwrap();
        *now = now.checked_add(by).unwrap();
    }
}

impl Stage {
    /// An account in which 101 takes 30 minutes with one host, on Monday, 2026-11-23, at 9:00 UTC.
    pub(crate) async fn calcom(version: &'static str) -> (Self, Hands) {
        let hands = Hands(Arc::new(Mutex::new("2026-11-23T09:00:00Z".parse().unwrap())));
        let clock = hands.clone();
        let options = calcom::Options {
            clock: SimClock::new(move || *clock.0.lock().unwrap()),
            keys: vec!["cal_one".into()],
            event_types: vec![calcom::EventType { id: 101, length_minutes: 30, hosts: 1 }],
        };
        let running = serve(calcom::router(options), anywhere()).await.unwrap();
        let stage = Self { running, http: reqwest::Client::new(), key: "cal_one", version: Some(version) };
        (stage, hands)
    }

    /// The same account, asked in another version or none.
    pub(crate) fn speaking(self, version: Option<&'static str>) -> Self {
        Self { version, ..self }
    }
}

pub(crate) const BOOKINGS: &str = "2024-08-13";
pub(crate) const SLOTS: &str = "2024-09-04";
pub(crate) const EVENT_TYPES: &str = "2024-06-14";

/// A wish for event type 101.
pub(crate) fn booking(start: &str) -> Value {
    json!({ "start": start, "eventTypeId": 101, "metadata": { "appointment": "a1" },
        "attendee": { "name": "Erika", "timeZone": "Europe/Berlin", "phoneNumber": "+4915112345678" } })
}

// --- What the stand-ins send to ---

/// A request that a receiver got.
#[derive(Clone, Debug)]
pub(crate) struct Got {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
    pub(crate) raw: Vec<u8>,
    pub(crate) body: Value,
}

type Answers = dyn Fn(&Got, usize) -> Reply + Send + Sync;

/// What a receiver says.
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) body: String,
    pub(crate) after: Duration,
}

pub(crate) fn says(body: Value) -> Reply {
    Reply { status: 200, body: body.to_string(), after: Duration::ZERO }
}

pub(crate) fn fails(status: u16) -> Reply {
    Reply { status, body: String::new(), after: Duration::ZERO }
}

#[derive(Clone)]
struct Desk {
    got: Arc<Mutex<Vec<Got>>>,
    answers: Arc<Answers>,
}

/// Takes what it is sent and answers as it was told; the second argument counts
/// the requests to that path before this one.
pub(crate) struct Receiver {
    running: Running,
    desk: Desk,
}

impl Receiver {
    pub(crate) async fn open(answers: impl Fn(&Got, usize) -> Reply + Send + Sync + 'static) -> Self {
        let desk = Desk { got: Arc::default(), answers: Arc::new(answers) };
        let router = Router::new().fallback(take).with_state(desk.clone());
        let running = serve(router, anywhere()).await.unwrap();
        Self { running, desk }
    }

    pub(crate) fn at(&self, path: &str) -> String {
        format!("{}{path}", self.running.url())
    }

    pub(crate) fn got(&self) -> Vec<Got> {
        self.desk.got.lock().unwrap().clone()
    }

    /// What came to a path.
    pub(crate) fn got_at(&self, path: &str) -> Vec<Got> {
        self.got().into_iter().filter(|one| one.path.split('?').next() == Some(path)).collect()
    }

    /// The words of the events that came, in order.
    pub(crate) fn events(&self) -> Vec<String> {
        let word = |one: &Got| one.body["event"].as_str().unwrap_or_default().to_owned();
        self.got_at("/webhook").iter().map(word).collect()
    }

    /// Waits until so many requests have come.
    pub(crate) async fn until(&self, count: usize) -> Vec<Got> {
        for _ in 0..500 {
            let got = self.got();
            if got.len() >= count {
                return got;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("only {} of {count} requests came", self.got().len());
    }
}

async fn take(
    State(desk): State<Desk>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    raw: Bytes,
) -> Response {
    let got = Got {
        method: method.to_string(),
        path: uri.to_string(),
        headers,
        body: serde_json::from_slice(&raw).unwrap_or_default(),
        raw: raw.to_vec(),
    };
    let before = {
        let mut all = desk.got.lock().unwrap();
        let before = all.iter().filter(|one| one.path == got.path).count();
        all.push(got.clone());
        before
    };
    let reply = (desk.answers)(&got, before);
    tokio::time::sleep(reply.after).await;
    (StatusCode::from_u16(reply.status).unwrap(), reply.body).into_response()
}
