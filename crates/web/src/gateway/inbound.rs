use askpro_app::InboundAnswer;
use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};

use super::signed::SignedByRetell;
use crate::{problem::Problem, web::Web};

/// What is read of a ringing call. What is missing or of another type reads as a
/// withheld number: the call is answered all the same.
#[derive(Deserialize)]
struct Ringing {
    #[serde(default)]
    call_inbound: serde_json::Value,
}

#[derive(Serialize)]
struct Answered {
    call_inbound: InboundAnswer,
}

/// Tells which agent takes a call, and what it may know.
pub(super) async fn ring(State(web): State<Web>, SignedByRetell(signed): SignedByRetell) -> Response {
    let Ok(ringing) = serde_json::from_slice::<Ringing>(&signed.body) else {
        let chance = web.app.chance.as_ref();
        return Problem::malformed(chance, "The body is not a JSON object.").into_response();
    };
    let text = |name: &str| ringing.call_inbound.get(name).and_then(|text| text.as_str()).unwrap_or_default();
    let answer = web.app.inbound(&signed.known, text("from_number"), text("to_number")).await;
    Json(Answered { call_inbound: answer }).into_response()
}
