//! Errors outside the function calls: RFC 9457 problem details. The only place
//! that knows HTTP statuses.

use std::borrow::Cow;

use askpro_app::Failure;
use askpro_domain::ids::{Chance, ErrorId};
use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

/// What went wrong, as its reader learns it.
#[derive(Debug)]
pub(crate) struct Problem {
    status: StatusCode,
    word: &'static str,
    title: &'static str,
    detail: String,
    is_retryable: bool,
    retry_after_seconds: i64,
    error_id: ErrorId,
    fields: Vec<(Cow<'static, str>, String)>,
}

impl Problem {
    fn new(
        chance: &dyn Chance,
        status: StatusCode,
        word: &'static str,
        title: &'static str,
        detail: &str,
    ) -> Self {
        Self {
            status,
            word,
            title,
            detail: detail.to_owned(),
            is_retryable: false,
            retry_after_seconds: 2,
            error_id: ErrorId::new(chance),
            fields: Vec::new(),
        }
    }

    /// The request is not what the endpoint reads.
    pub(crate) fn malformed(chance: &dyn Chance, detail: &str) -> Self {
        Self::new(chance, StatusCode::BAD_REQUEST, "malformed", "The request cannot be read", detail)
    }

    /// A field holds something impossible.
    pub(crate) fn invalid(chance: &dyn Chance, field: impl Into<Cow<'static, str>>, detail: &str) -> Self {
        let mut problem =
            Self::new(chance, StatusCode::UNPROCESSABLE_ENTITY, "invalid", "A field is not valid", detail);
        problem.fields.push((field.into(), detail.to_owned()));
        problem
    }

    /// The body is longer than is accepted.
    pub(crate) fn too_large(chance: &dyn Chance) -> Self {
        let detail = "The body is larger than 5 MB; send less.";
        Self::new(chance, StatusCode::PAYLOAD_TOO_LARGE, "too_large", "The body is too large", detail)
    }

    /// The body did not arrive in time.
    pub(crate) fn too_slow(chance: &dyn Chance) -> Self {
        let detail = "The body did not arrive within ten seconds; send it again.";
        Self::new(chance, StatusCode::REQUEST_TIMEOUT, "too_slow", "The body came too slowly", detail)
    }

    /// Not, or wrongly, signed. The same for every reason, so that it teaches nothing.
    pub(crate) fn unsigned(chance: &dyn Chance) -> Self {
        let detail = "The signature does not verify; sign the raw body with the connection's key, and check the clock.";
        Self::new(chance, StatusCode::UNAUTHORIZED, "unsigned", "The signature is not valid", detail)
    }

    /// Nobody is signed in.
    pub(crate) fn unauthenticated(chance: &dyn Chance) -> Self {
        let detail = "Send a valid token as `Authorization: Bearer …`.";
        Self::new(chance, StatusCode::UNAUTHORIZED, "unauthenticated", "A token is needed", detail)
    }

    /// Somebody is signed in who may not.
    pub(crate) fn forbidden(chance: &dyn Chance) -> Self {
        let detail = "Your role does not include this; ask an administrator of your company.";
        Self::new(chance, StatusCode::FORBIDDEN, "forbidden", "This is not allowed", detail)
    }

    /// More requests than somebody may send.
    pub(crate) fn too_many(chance: &dyn Chance, retry_after_seconds: i64) -> Self {
        let detail = "You have sent more requests than are taken in a minute; wait as Retry-After says.";
        let problem =
            Self::new(chance, StatusCode::TOO_MANY_REQUESTS, "too_many", "Too many requests", detail);
        Self { is_retryable: true, retry_after_seconds, ..problem }
    }

    /// It was changed since it was seen.
    pub(crate) fn stale(chance: &dyn Chance, detail: &str) -> Self {
        Self::new(chance, StatusCode::PRECONDITION_FAILED, "stale", "It was changed in the meantime", detail)
    }

    /// A change does not say of which revision it is.
    pub(crate) fn unseen(chance: &dyn Chance) -> Self {
        let detail = "Send the object's ETag as `If-Match`, so that nobody's change is overwritten unseen.";
        Self::new(chance, StatusCode::PRECONDITION_REQUIRED, "unseen", "If-Match is missing", detail)
    }

    /// The body is of another kind.
    pub(crate) fn not_json(chance: &dyn Chance) -> Self {
        let detail = "Send `Content-Type: application/json`.";
        Self::new(chance, StatusCode::UNSUPPORTED_MEDIA_TYPE, "not_json", "The body is not JSON", detail)
    }

    /// A rule of the business stands against a change: the rule is the problem's type.
    pub(crate) fn against_a_rule(chance: &dyn Chance, rule: &'static str, detail: &str) -> Self {
        Self::new(chance, StatusCode::CONFLICT, rule, "A rule stands against it", detail)
    }

    /// It does not exist, or not for the one who asks.
    pub(crate) fn not_found(chance: &dyn Chance) -> Self {
        let detail = "There is nothing at this address; check the id.";
        Self::new(chance, StatusCode::NOT_FOUND, "not_found", "Not found", detail)
    }

    /// The address exists, the method does not.
    pub(crate) fn method_not_allowed(chance: &dyn Chance) -> Self {
        let detail = "This address does not take that method; see the API's document.";
        Self::new(chance, StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", "Wrong method", detail)
    }

    /// Something needed is away; the same request may work later.
    pub(crate) fn unavailable(chance: &dyn Chance) -> Self {
        let detail = "A part of the system is away; try again in a few seconds.";
        let problem = Self::new(
            chance,
            StatusCode::SERVICE_UNAVAILABLE,
            "unavailable",
            "Not available right now",
            detail,
        );
        Self { is_retryable: true, ..problem }
    }

    /// Our mistake.
    pub(crate) fn internal(chance: &dyn Chance) -> Self {
        let detail = "Something went wrong on our side; report the error id.";
        Self::new(chance, StatusCode::INTERNAL_SERVER_ERROR, "internal", "An unexpected error", detail)
    }

    /// What a failed use case means, logged once, here, with its id.
    pub(crate) fn from_failure(chance: &dyn Chance, failure: &Failure) -> Self {
        let problem = if failure.is_passing() { Self::unavailable(chance) } else { Self::internal(chance) };
        tracing::error!(error.id = %problem.error_id, error = %failure, "a request failed");
        problem
    }
}

/// Travels with a problem's answer, so that a page can be made of it.
#[derive(Clone, Debug)]
pub(crate) struct Shown {
    /// What the reader may report.
    pub(crate) error_id: String,
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut body = json!({
            "type": format!("/problems/{}", self.word),
            "title": self.title,
            "status": self.status.as_u16(),
            "detail": self.detail,
            "error_id": self.error_id.as_str(),
            "retryable": self.is_retryable,
        });
        if !self.fields.is_empty() {
            let errors: Vec<Value> = self
                .fields
                .iter()
                .map(|(field, detail)| json!({ "field": field, "detail": detail }))
                .collect();
            body["errors"] = Value::Array(errors);
        }
        let mut response = (self.status, Json(body)).into_response();
        response.extensions_mut().insert(Shown { error_id: self.error_id.as_str().to_owned() });
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if self.status == StatusCode::UNAUTHORIZED && self.word == "unauthenticated" {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if self.is_retryable {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(self.retry_after_seconds));
        }
        response
    }
}
