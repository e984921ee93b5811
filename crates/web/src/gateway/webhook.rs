use askpro_domain::limits::Of;
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};

use super::signed::{SignedByCalcom, SignedByRetell, SignedRequest};
use crate::{problem::Problem, web::Web};

/// Stores a call event of Retell.
pub(super) async fn of_retell(State(web): State<Web>, SignedByRetell(signed): SignedByRetell) -> Response {
    receive(&web, signed).await
}

/// Stores a hint of Cal.com.
pub(super) async fn of_calcom(State(web): State<Web>, SignedByCalcom(signed): SignedByCalcom) -> Response {
    receive(&web, signed).await
}

/// Stores and acknowledges. Nothing is acknowledged that is not stored: the sender
/// repeats it.
async fn receive(web: &Web, signed: SignedRequest) -> Response {
    let chance = web.app.chance.as_ref();
    if let Err(over) = web.app.admit(Of::Connection, signed.known.connection.as_str()) {
        return Problem::too_many(chance, over.retry_after).into_response();
    }
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
