//! Whether this process lives and can answer a call.

mod circuit_breaker;
mod metrics;

use askpro_domain::access::Permission;
use axum::{Json, extract::State, http::Method, routing::get};
use serde_json::{Value, json};

pub(crate) use self::metrics::{alone as metrics_alone, carries_token};
use crate::{
    routes::{Access, Parts},
    web::Web,
};

/// Opened by a token of its own too.
pub(crate) const METRICS: &str = "/metrics";

pub(crate) fn routes(parts: Parts) -> Parts {
    parts
        .add(Method::GET, "/health/live", Access::Public, get(live))
        .add(Method::GET, "/health/ready", Access::Public, get(ready))
        .add(Method::GET, "/health/circuit-breaker", Access::Public, get(circuit_breaker::circuit_breaker))
        .add(Method::GET, METRICS, Access::Requires(Permission::ViewOperation), get(metrics::metrics))
}

async fn live() -> Json<Value> {
    Json(json!({ "status": "live" }))
}

/// 200 while this process can answer a call, which it can without the database
/// too: taking it out of service would make callers hear nothing at all.
async fn ready(State(web): State<Web>) -> Json<Value> {
    let degraded = web.app.degraded().await;
    Json(json!({ "status": "ready", "degraded": degraded }))
}
