//! Retell AI: workspaces with agents, engines, numbers and calls, and phone calls
//! played from a script through the agent that a number resolves to. Emits the
//! newest library's superset; retired addresses are gone.

mod agent_versions;
mod agents;
mod calls;
mod components;
mod control;
mod engines;
mod failure;
mod filter;
mod line;
mod numbers;
mod organisation;
mod page;
mod request;
mod rules;
mod signature;
mod versions;
mod voices;
mod workspace;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    extract::Path,
    routing::{delete, get, patch, post, put},
};
use tokio::sync::Barrier;

use self::{
    engines::Kind,
    failure::Failure,
    request::{Account, Body, Params},
    versions::Reference,
    workspace::Workspace,
};
use crate::{
    clock::SimClock,
    faults::{Controls, draw},
};

/// Meetings of scripted callers at most.
const MEETINGS_AT_MOST: usize = 1_000;

/// How a stand-in is set up.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// API keys that are accepted; each is a workspace of its own.
    pub keys: Vec<String>,
}

#[derive(Clone)]
struct Retell {
    keys: Arc<Vec<String>>,
    clock: SimClock,
    workspaces: Arc<Mutex<BTreeMap<String, Workspace>>>,
    /// Where scripted callers wait for each other.
    meetings: Arc<Mutex<BTreeMap<String, Arc<Barrier>>>>,
    drawn: Arc<Mutex<u64>>,
    http: reqwest::Client,
}

/// The stand-in's endpoints with `/_sim` beside them.
pub fn router(options: Options) -> Router {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let retell = Retell {
        keys: Arc::new(options.keys),
        clock: SimClock::default(),
        workspaces: Arc::default(),
        meetings: Arc::default(),
        drawn: Arc::default(),
        http: reqwest::Client::builder().build().expect("a plain HTTP client can be made"),
    };
    let (workspaces, meetings) = (Arc::clone(&retell.workspaces), Arc::clone(&retell.meetings));
    let endpoints = agent_routes()
        .merge(engine_routes())
        .merge(component_routes())
        .merge(number_routes())
        .merge(call_routes())
        .merge(other_routes())
        .fallback(|| async { Failure::NoSuchAddress })
        .method_not_allowed_fallback(|| async { Failure::NoSuchAddress })
        .with_state(retell.clone());
    let control = Router::new()
        .route("/_sim/calls", post(line::play))
        .route("/_sim/meetings", post(control::meet))
        .route("/_sim/workspace", put(control::put_workspace))
        .with_state(retell);
    Controls::default()
        .around(endpoints, move || {
            workspaces.lock().expect("no holder of the workspaces panics").clear();
            meetings.lock().expect("no holder of the meetings panics").clear();
        })
        .merge(control)
}

fn agent_routes() -> Router<Retell> {
    Router::new()
        .route("/create-agent", post(agents::create))
        .route("/get-agent/{id}", get(agents::get))
        .route("/v2/list-agents", post(agents::list))
        .route("/update-agent/{id}", patch(agents::update))
        .route("/delete-agent/{id}", delete(agents::delete))
        .route("/create-agent-version/{id}", post(agent_versions::create))
        .route("/list-agent-versions/{id}", get(agent_versions::list))
        .route("/delete-agent-version/{id}", delete(agent_versions::delete))
        .route("/publish-agent-version/{id}", post(agent_versions::publish))
        .route("/repair-agent/{id}", post(agent_versions::repair))
}

fn engine_routes() -> Router<Retell> {
    let mut router = Router::new();
    for kind in Kind::ALL {
        let word = kind.word();
        router = router
            .route(
                &format!("/create-{word}"),
                post(move |account: Account, body: Body| engines::create(kind, account, body)),
            )
            .route(
                &format!("/get-{word}/{{id}}"),
                get(move |account: Account, id: Path<String>, wanted: Params<engines::Versioned>| {
                    engines::get(kind, account, id, wanted)
                }),
            )
            .route(
                &format!("/update-{word}/{{id}}"),
                patch(
                    move |account: Account,
                          id: Path<String>,
                          wanted: Params<engines::Versioned>,
                          body: Body| {
                        engines::update(kind, account, id, wanted, body)
                    },
                ),
            )
            .route(
                &format!("/v2/list-{word}s"),
                get(move |account: Account, paging: Params<page::Paging>| {
                    engines::list(kind, account, paging)
                }),
            )
            .route(
                &format!("/delete-{word}/{{id}}"),
                delete(move |account: Account, id: Path<String>, deletion: Params<engines::Deletion>| {
                    engines::delete(kind, account, id, deletion)
                }),
            );
    }
    router
}

fn component_routes() -> Router<Retell> {
    Router::new()
        .route("/create-conversation-flow-component", post(components::create))
        .route("/get-conversation-flow-component/{id}", get(components::get))
        .route("/update-conversation-flow-component/{id}", patch(components::update))
        .route("/v2/list-conversation-flow-components", get(components::list))
        .route("/delete-conversation-flow-component/{id}", delete(components::delete))
}

fn number_routes() -> Router<Retell> {
    Router::new()
        .route("/create-phone-number", post(numbers::create))
        .route("/import-phone-number", post(numbers::import))
        .route("/get-phone-number/{number}", get(numbers::get))
        .route("/update-phone-number/{number}", patch(numbers::update))
        .route("/v2/list-phone-numbers", get(numbers::list))
        .route("/delete-phone-number/{number}", delete(numbers::delete))
}

fn call_routes() -> Router<Retell> {
    Router::new()
        .route("/v2/get-call/{id}", get(calls::get))
        .route("/v3/list-calls", post(calls::list))
        .route("/v2/update-call/{id}", patch(calls::update))
        .route("/v2/update-live-call/{id}", patch(calls::update_live))
        .route("/v2/stop-call/{id}", post(calls::stop))
        .route("/v2/delete-call/{id}", delete(calls::delete))
        .route("/v2/create-phone-call", post(calls::create_phone_call))
        .route("/create-batch-call", post(calls::create_batch))
        .route("/v3/create-web-call", post(calls::create_web_call))
        .route("/v2/register-phone-call", post(calls::register))
        .route("/v2/listen-live-call/{id}", post(calls::listen_live))
        .route("/v2/take-over-live-call/{id}", post(calls::take_over_live))
        .route("/rerun-call-analysis/{id}", put(calls::rerun_analysis))
}

fn other_routes() -> Router<Retell> {
    Router::new()
        .route("/list-voices", get(voices::list))
        .route("/get-voice/{id}", get(voices::get))
        .route("/add-community-voice", post(voices::add))
        .route("/clone-voice", post(voices::clone))
        .route("/search-community-voice", post(voices::search))
        .route("/get-concurrency", get(organisation::concurrency))
        .route("/get-api-key-info", get(organisation::key_info))
}

impl Retell {
    fn with<T>(&self, key: &str, work: impl FnOnce(&mut Workspace) -> T) -> T {
        let mut workspaces = self.workspaces.lock().expect("no holder of the workspaces panics");
        work(workspaces.entry(key.to_owned()).or_default())
    }

    fn now_ms(&self) -> i64 {
        self.clock.now().as_millisecond()
    }

    /// A number from 0 to 1, the same from start to start.
    fn draw(&self) -> f64 {
        draw(&mut self.drawn.lock().expect("no drawer panics"))
    }

    /// The workspace that a request to `/_sim` means; may be left out where there is only one.
    fn key(&self, given: Option<&str>) -> Result<String, Failure> {
        match (given, &self.keys[..]) {
            (Some(key), keys) if keys.iter().any(|known| known == key) => Ok(key.to_owned()),
            (None, [only]) => Ok(only.clone()),
            _ => Err(Failure::Key),
        }
    }

    /// The barrier at which `callers` calls meet.
    fn meeting(&self, name: &str, callers: usize) -> Result<Arc<Barrier>, Failure> {
        let mut meetings = self.meetings.lock().expect("no holder of the meetings panics");
        if meetings.len() >= MEETINGS_AT_MOST && !meetings.contains_key(name) {
            return Err(Failure::bad("too many meetings"));
        }
        let meeting =
            meetings.entry(name.to_owned()).or_insert_with(|| Arc::new(Barrier::new(callers.max(1))));
        Ok(Arc::clone(meeting))
    }
}
