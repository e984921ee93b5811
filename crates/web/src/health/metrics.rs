use askpro_domain::secret::Secret;
use axum::{
    Router,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::web::Web;

/// What Prometheus calls its text format.
const TEXT: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Everything that is counted.
pub(super) async fn metrics(State(web): State<Web>) -> Response {
    ([(header::CONTENT_TYPE, TEXT)], web.app.metrics().await).into_response()
}

/// Whether a request carries the token for metrics.
pub(crate) fn carries_token(token: Option<&Secret>, headers: &HeaderMap) -> bool {
    let given = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Bearer "));
    match (token, given) {
        (Some(token), Some(given)) => {
            let hash = |text: &str| Sha256::digest(text.as_bytes());
            bool::from(hash(token.expose()).ct_eq(&hash(given.trim())))
        }
        _ => false,
    }
}

/// Metrics alone, for a listen address of their own: whoever reaches it may read
/// them, unless there is a token.
pub(crate) fn alone(web: Web) -> Router {
    let guarded = |State(web): State<Web>, headers: HeaderMap| async move {
        if web.metrics_token.is_some() && !carries_token(web.metrics_token.as_deref(), &headers) {
            return StatusCode::UNAUTHORIZED.into_response();
        }
        metrics(State(web)).await
    };
    Router::new().route("/metrics", get(guarded)).with_state(web)
}
