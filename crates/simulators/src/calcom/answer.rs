//! The envelope of every answer, and what a refusal looks like.

use axum::{
    Json,
    http::{HeaderValue, StatusCode},
    response::{IntoResponse, Response},
};
use jiff::Timestamp;
use serde_json::{Value, json};

/// A refusal. Its code is the name of a class, not of a reason: callers have to
/// read the sentence.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Failure {
    status: StatusCode,
    code: &'static str,
    message: String,
}

impl Failure {
    /// 400: anything from a typing mistake to a taken slot.
    pub(super) fn bad(message: impl Into<String>) -> Self {
        Self { status: StatusCode::BAD_REQUEST, code: "BadRequestException", message: message.into() }
    }

    pub(super) fn missing(message: impl Into<String>) -> Self {
        Self { status: StatusCode::NOT_FOUND, code: "NotFoundException", message: message.into() }
    }

    pub(super) fn unprocessable(message: impl Into<String>) -> Self {
        Self {
            status: StatusCode::UNPROCESSABLE_ENTITY,
            code: "UnprocessableEntityException",
            message: message.into(),
        }
    }

    pub(super) fn key() -> Self {
        Self {
            status: StatusCode::UNAUTHORIZED,
            code: "UnauthorizedException",
            message: "Invalid API Key".into(),
        }
    }

    pub(super) fn throttled() -> Self {
        Self {
            status: StatusCode::TOO_MANY_REQUESTS,
            code: "ThrottlerException",
            message: "ThrottlerException: Too Many Requests".into(),
        }
    }

    pub(super) fn too_large() -> Self {
        Self {
            status: StatusCode::PAYLOAD_TOO_LARGE,
            code: "PayloadTooLargeException",
            message: "request entity too large".into(),
        }
    }

    /// The body, which names the path and the moment.
    pub(super) fn dressed(&self, path: &str, at: Timestamp, request_id: &str) -> Response {
        let details = json!({ "message": self.message, "error": self.status.canonical_reason(),
            "statusCode": self.status.as_u16() });
        let body = json!({ "status": "error", "timestamp": iso(at), "path": path,
            "error": { "code": self.code, "message": self.message, "details": details } });
        let mut response = (self.status, Json(body)).into_response();
        if let Ok(value) = HeaderValue::from_str(request_id) {
            response.headers_mut().insert("x-request-id", value);
        }
        response
    }
}

impl IntoResponse for Failure {
    /// Dressed on its way out, where the path is known.
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// `{"status":"success","data":…}`.
pub(super) fn success(data: Value) -> Json<Value> {
    Json(json!({ "status": "success", "data": data }))
}

pub(super) fn created(data: Value) -> Response {
    (StatusCode::CREATED, success(data)).into_response()
}

/// A moment as Cal.com writes it: UTC with milliseconds.
pub(super) fn iso(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

/// A moment that a request names, which must be in UTC.
pub(super) fn utc(text: &str) -> Option<Timestamp> {
    text.ends_with('Z').then(|| text.parse().ok())?
}
