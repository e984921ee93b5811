//! What Retell answers when it does not do something.

use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::json;

/// Why a request was not carried out.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Failure {
    /// It cannot be understood, or breaks a rule.
    Bad(String),
    /// The key is missing or unknown.
    Key,
    /// There is no such thing in this workspace. Mostly a 422, not a 404.
    Missing,
    /// There is no such conversation flow, the one resource that answers 404.
    MissingFlow,
    /// There is no such address; retired ones answer the same.
    NoSuchAddress,
    /// No more calls at the same time.
    Busy,
    /// More than a request may hold.
    TooLarge,
}

impl Failure {
    pub(super) fn bad(message: impl Into<String>) -> Self {
        Self::Bad(message.into())
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let (status, message) = match self {
            Self::Bad(message) => (StatusCode::BAD_REQUEST, message),
            Self::Key => (StatusCode::UNAUTHORIZED, "Invalid API Key".to_owned()),
            Self::Missing => (
                StatusCode::UNPROCESSABLE_ENTITY,
                "cannot find requested asset under given api key".to_owned(),
            ),
            Self::MissingFlow => (StatusCode::NOT_FOUND, "conversation flow not found".to_owned()),
            Self::NoSuchAddress => (StatusCode::NOT_FOUND, "Not Found".to_owned()),
            Self::Busy => (StatusCode::TOO_MANY_REQUESTS, "concurrency limit reached".to_owned()),
            Self::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "request entity too large".to_owned()),
        };
        (status, Json(json!({ "status": "error", "message": message }))).into_response()
    }
}
