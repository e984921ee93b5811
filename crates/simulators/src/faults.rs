//! Faults on purpose: a layer in front of every endpoint but `/_sim`.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Json, Router,
    body::{Body, Bytes},
    extract::{Request, State},
    http::{HeaderValue, StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::{get, post, put},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::journal::{Entry, Journal};

/// How a hanging server behaves: it takes the request and says nothing.
const HANG: Duration = Duration::from_secs(600);

/// Rules at the same time at most.
const RULES_AT_MOST: usize = 100;

/// The longest delay that can be asked for.
const LATENCY_AT_MOST_MS: u64 = 120_000;

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Fault {
    /// Answers late.
    Latency,
    /// Answers with an error status, and does nothing.
    Error,
    /// Never answers, and does nothing.
    Hang,
    /// Answers 429.
    RateLimit,
    /// Answers 200 with half a JSON document.
    Malformed,
    /// Closes the connection without an answer.
    Drop,
    /// Answers 200 with something else than asked for.
    WrongData,
    /// Does it, and never answers.
    AcceptThenTimeout,
}

/// Which requests break, and how. The first rule that applies is taken.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rule {
    /// Empty is every path but `/_sim`.
    #[serde(default)]
    pub(crate) path_prefix: String,
    #[serde(default)]
    pub(crate) method: Option<String>,
    pub(crate) fault: Fault,
    /// Of a delay, or how long a 429 asks to wait.
    #[serde(default)]
    pub(crate) ms: Option<u64>,
    #[serde(default)]
    pub(crate) status: Option<u16>,
    /// How often it still applies; absent is always.
    #[serde(default)]
    pub(crate) count: Option<u64>,
    /// From 0 to 1; absent is always.
    #[serde(default)]
    pub(crate) probability: Option<f64>,
}

#[derive(Serialize, Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rules {
    pub(crate) rules: Vec<Rule>,
}

/// What every stand-in has besides its provider's endpoints.
#[derive(Clone, Default)]
pub(crate) struct Controls {
    rules: Arc<Mutex<(Vec<Rule>, u64)>>,
    pub(crate) journal: Journal,
}

impl Controls {
    /// The first rule that applies to a request, counted down.
    fn take(&self, method: &str, path: &str) -> Option<Rule> {
        let mut guard = self.rules.lock().expect("no holder of the rules panics");
        let (rules, drawn) = &mut *guard;
        let index = rules.iter().position(|rule| {
            let applies = path.starts_with(&rule.path_prefix)
                && rule.method.as_deref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(method))
                && rule.count != Some(0);
            applies && rule.probability.is_none_or(|probability| draw(drawn) < probability)
        })?;
        let rule = &mut rules[index];
        if let Some(count) = &mut rule.count {
            *count -= 1;
        }
        Some(rule.clone())
    }

    fn set(&self, rules: Vec<Rule>) {
        self.rules.lock().expect("no holder of the rules panics").0 = rules;
    }

    /// Puts the controls around a provider's endpoints. `reset` empties its state.
    pub(crate) fn around(
        &self,
        endpoints: Router,
        reset: impl Fn() + Clone + Send + Sync + 'static,
    ) -> Router {
        let controls = self.clone();
        let sim = Router::new()
            .route("/_sim/faults", put(put_faults).get(get_faults))
            .route("/_sim/requests", get(requests))
            .with_state(self.clone())
            .route(
                "/_sim/reset",
                post(move || async move {
                    controls.set(Vec::new());
                    controls.journal.clear();
                    reset();
                    StatusCode::NO_CONTENT
                }),
            );
        endpoints.layer(middleware::from_fn_with_state(self.clone(), inject)).merge(sim)
    }
}

/// A number from 0 to 1 that repeats from start to start (SplitMix64).
pub(crate) fn draw(state: &mut u64) -> f64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut mixed = *state;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    f64::from(u32::try_from(mixed >> 40).unwrap_or(0)) / f64::from(1_u32 << 24)
}

async fn put_faults(State(controls): State<Controls>, body: Bytes) -> Response {
    let refused = |message: String| {
        (StatusCode::BAD_REQUEST, Json(json!({ "status": "error", "message": message }))).into_response()
    };
    let rules = match serde_json::from_slice::<Rules>(&body) {
        Ok(Rules { rules }) => rules,
        Err(error) => return refused(format!("the rules cannot be read: {error}")),
    };
    if rules.len() > RULES_AT_MOST {
        return refused(format!("there are at most {RULES_AT_MOST} rules"));
    }
    let is_probability = |rule: &Rule| rule.probability.is_none_or(|one| (0.0..=1.0).contains(&one));
    if !rules.iter().all(is_probability) {
        return refused("a probability is from 0 to 1".into());
    }
    controls.set(rules);
    StatusCode::NO_CONTENT.into_response()
}

async fn get_faults(State(controls): State<Controls>) -> Json<Rules> {
    let rules = controls.rules.lock().expect("no holder of the rules panics").0.clone();
    Json(Rules { rules })
}

async fn requests(State(controls): State<Controls>) -> Json<Value> {
    Json(json!({ "requests": controls.journal.entries() }))
}

#[expect(
    clippy::disallowed_methods,
    reason = "a stand-in plays the outside world, which has a clock of its own"
)]
fn now() -> Timestamp {
    Timestamp::now()
}

async fn inject(State(controls): State<Controls>, request: Request, next: Next) -> Response {
    let (method, path) = (request.method().to_string(), request.uri().path().to_owned());
    let rule = controls.take(&method, &path);
    let at = now();
    let fault = rule.as_ref().map(|rule| rule.fault);
    let note = |status: u16| {
        let fault = fault.and_then(|fault| serde_json::to_value(fault).ok()?.as_str().map(str::to_owned));
        controls.journal.add(Entry { at, method: method.clone(), path: path.clone(), status, fault });
    };
    let answer = match rule {
        None => next.run(request).await,
        Some(rule) => match rule.fault {
            Fault::Latency => {
                tokio::time::sleep(Duration::from_millis(rule.ms.unwrap_or(1_000).min(LATENCY_AT_MOST_MS)))
                    .await;
                next.run(request).await
            }
            Fault::Error => {
                let status = rule.status.and_then(|status| StatusCode::from_u16(status).ok());
                let body = json!({ "status": "error", "message": "an injected error",
                    "error": { "code": "InternalServerErrorException", "message": "an injected error" } });
                (status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), Json(body)).into_response()
            }
            Fault::Hang => {
                note(0);
                tokio::time::sleep(HANG).await;
                return StatusCode::SERVICE_UNAVAILABLE.into_response();
            }
            Fault::RateLimit => {
                let seconds = rule.ms.unwrap_or(1_000).div_ceil(1_000).to_string();
                let body = json!({ "status": "error", "message": "Too Many Requests",
                    "error": { "code": "ThrottlerException", "message": "ThrottlerException: Too Many Requests" } });
                let mut answer = (StatusCode::TOO_MANY_REQUESTS, Json(body)).into_response();
                if let Ok(value) = HeaderValue::from_str(&seconds) {
                    answer.headers_mut().insert(header::RETRY_AFTER, value);
                }
                answer
            }
            Fault::Malformed => (
                [(header::CONTENT_TYPE, "application/json")],
                "{\"status\":\"success\",\"data\":{\"uid\":\"bk",
            )
                .into_response(),
            Fault::Drop => {
                note(0);
                // A body that fails before its first byte makes the server close the connection.
                let broken = Body::from_stream(BrokenStream);
                return Response::builder()
                    .header(header::CONTENT_LENGTH, "1000")
                    .body(broken)
                    .unwrap_or_default();
            }
            Fault::WrongData => {
                Json(json!({ "status": "success", "data": [{ "unexpected": true }] })).into_response()
            }
            Fault::AcceptThenTimeout => {
                let _ = next.run(request).await;
                note(0);
                tokio::time::sleep(HANG).await;
                return StatusCode::SERVICE_UNAVAILABLE.into_response();
            }
        },
    };
    note(answer.status().as_u16());
    answer
}

struct BrokenStream;

impl futures_util::Stream for BrokenStream {
    type Item = Result<axum::body::Bytes, std::io::Error>;

    fn poll_next(
        self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        std::task::Poll::Ready(Some(Err(std::io::Error::other("dropped on purpose"))))
    }
}
