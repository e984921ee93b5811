use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use crate::{problem::Problem, web::Web};

/// The parameters behind the question mark; what cannot be read is a problem
/// with a sentence, like every other one.
pub(super) struct Params<T>(pub(super) T);

impl<T: DeserializeOwned> FromRequestParts<Web> for Params<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Problem> {
        let chance = web.app.chance.as_ref();
        let query = parts.uri.query().unwrap_or_default();
        let pairs = serde_urlencoded::Deserializer::new(form_urlencoded::parse(query.as_bytes()));
        serde_path_to_error::deserialize(pairs).map(Self).map_err(|error| {
            let field = error.path().to_string();
            // A value of another kind than the parameter's cannot be read; one of its kind may still be wrong.
            match &field[..] {
                "." | "limit" => Problem::malformed(
                    chance,
                    "A parameter has the wrong form or stands there twice; limit is a number from 1 to 200.",
                ),
                _ => Problem::invalid(chance, field, &error.into_inner().to_string()),
            }
        })
    }
}
