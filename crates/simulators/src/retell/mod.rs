//! Retell AI: workspaces with agents and numbers, and phone calls played from a
//! script through the agent that a number resolves to.

mod api;
mod call;
mod script;
mod signature;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    routing::{get, post},
};
use serde_json::Value;
use tokio::sync::Barrier;

use crate::faults::Controls;

/// How a stand-in is set up.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// API keys that are accepted; each is a workspace of its own.
    pub keys: Vec<String>,
}

/// One workspace: everything under one API key.
#[derive(Default)]
struct Workspace {
    engines: BTreeMap<String, Value>,
    agents: BTreeMap<String, Value>,
    numbers: BTreeMap<String, Value>,
    calls: BTreeMap<String, Value>,
}

#[derive(Clone)]
struct Retell {
    keys: Arc<Vec<String>>,
    workspaces: Arc<Mutex<BTreeMap<String, Workspace>>>,
    /// Where scripted callers wait for each other.
    meetings: Arc<Mutex<BTreeMap<String, Arc<Barrier>>>>,
    http: reqwest::Client,
}

/// The stand-in's endpoints with `/_sim` beside them.
pub fn router(options: Options) -> Router {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let retell = Retell {
        keys: Arc::new(options.keys),
        workspaces: Arc::default(),
        meetings: Arc::default(),
        http: reqwest::Client::builder().build().expect("a plain HTTP client can be made"),
    };
    let (workspaces, meetings) = (Arc::clone(&retell.workspaces), Arc::clone(&retell.meetings));
    let endpoints = Router::new()
        .route("/create-retell-llm", post(api::create_engine))
        .route("/get-retell-llm/{id}", get(api::get_engine))
        .route("/create-agent", post(api::create_agent))
        .route("/get-agent/{id}", get(api::get_agent))
        .route("/import-phone-number", post(api::import_number))
        .route("/get-phone-number/{number}", get(api::get_number))
        .route("/v2/get-call/{id}", get(api::get_call))
        .route("/get-api-key-info", get(api::key_info))
        .with_state(retell.clone());
    let calls = Router::new().route("/_sim/calls", post(call::play)).with_state(retell);
    Controls::default()
        .around(endpoints, move || {
            workspaces.lock().expect("no holder of the workspaces panics").clear();
            meetings.lock().expect("no holder of the meetings panics").clear();
        })
        .merge(calls)
}

impl Retell {
    fn with<T>(&self, key: &str, work: impl FnOnce(&mut Workspace) -> T) -> T {
        let mut workspaces = self.workspaces.lock().expect("no holder of the workspaces panics");
        work(workspaces.entry(key.to_owned()).or_default())
    }

    /// The barrier at which `callers` calls meet.
    fn meeting(&self, name: &str, callers: usize) -> Arc<Barrier> {
        let mut meetings = self.meetings.lock().expect("no holder of the meetings panics");
        Arc::clone(meetings.entry(name.to_owned()).or_insert_with(|| Arc::new(Barrier::new(callers.max(1)))))
    }
}
