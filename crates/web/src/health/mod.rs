//! Whether this process lives and can answer a call.

use axum::{Json, extract::State, http::Method, routing::get};
use serde_json::{Value, json};

use crate::{
    routes::{Access, Parts},
    web::Web,
};

pub(crate) fn routes(parts: Parts) -> Parts {
    parts.add(Method::GET, "/health/live", Access::Public, get(live)).add(
        Method::GET,
        "/health/ready",
        Access::Public,
        get(ready),
    )
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
