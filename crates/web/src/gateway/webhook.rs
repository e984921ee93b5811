use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};

use super::signed::Signed;
use crate::{problem::Problem, web::Web};

/// Stores a call event and acknowledges it. Nothing is acknowledged that is not
/// stored: the sender repeats it.
pub(super) async fn receive(State(web): State<Web>, signed: Signed) -> Response {
    let chance = web.app.chance.as_ref();
    if serde_json::from_slice::<serde::de::IgnoredAny>(&signed.body).is_err() {
        return Problem::malformed(chance, "The body is not JSON.").into_response();
    }
    match web.app.receive_delivery(signed.known.company, signed.known.connection, signed.body.to_vec()).await
    {
        Ok(_) => StatusCode::NO_CONTENT.into_response(),
        Err(failure) => {
            tracing::warn!(%failure, "a webhook could not be stored");
            Problem::unavailable(chance).into_response()
        }
    }
}
