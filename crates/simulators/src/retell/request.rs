//! What every endpoint reads of a request: whose key it is, the body, the query.

use axum::{
    body::to_bytes,
    extract::{FromRequest, FromRequestParts, Query, Request},
    http::request::Parts,
};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{Retell, failure::Failure, versions::Fields, workspace::Workspace};

/// The longest body that is read, in bytes: a flow with many nodes is long.
const BODY_BYTES_AT_MOST: usize = 5 << 20;

/// The workspace whose key a request carries.
pub(super) struct Account {
    pub(super) retell: Retell,
    pub(super) key: String,
}

impl Account {
    pub(super) fn with<T>(&self, work: impl FnOnce(&mut Workspace) -> T) -> T {
        self.retell.with(&self.key, work)
    }

    /// Now, in milliseconds since the epoch.
    pub(super) fn now_ms(&self) -> i64 {
        self.retell.now_ms()
    }
}

impl FromRequestParts<Retell> for Account {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, retell: &Retell) -> Result<Self, Failure> {
        let key = parts
            .headers
            .get("authorization")
            .and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "))
            .filter(|key| retell.keys.iter().any(|known| known == key))
            .ok_or(Failure::Key)?;
        Ok(Self { retell: retell.clone(), key: key.to_owned() })
    }
}

/// A JSON object. No body at all is an empty one, whatever its content type says:
/// one of the official clients names JSON and sends nothing.
pub(super) struct Body(pub(super) Fields);

impl<S: Send + Sync> FromRequest<S> for Body {
    type Rejection = Failure;

    async fn from_request(request: Request, _: &S) -> Result<Self, Failure> {
        let bytes = to_bytes(request.into_body(), BODY_BYTES_AT_MOST).await.map_err(|_| Failure::TooLarge)?;
        if bytes.is_empty() {
            return Ok(Self(Fields::new()));
        }
        serde_json::from_slice(&bytes)
            .map(Self)
            .map_err(|error| Failure::bad(format!("the body is not a JSON object: {error}")))
    }
}

impl Body {
    /// Reads the body as a request of one kind.
    pub(super) fn read<T: DeserializeOwned>(self) -> Result<T, Failure> {
        serde_json::from_value(Value::Object(self.0)).map_err(|error| Failure::bad(error.to_string()))
    }
}

/// The query, refused with a sentence where it cannot be read.
pub(super) struct Params<T>(pub(super) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Params<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        Query::try_from_uri(&parts.uri)
            .map(|Query(params)| Self(params))
            .map_err(|error| Failure::bad(error.body_text()))
    }
}
