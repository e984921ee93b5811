use askpro_domain::ids::Chance;
use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use jiff::Timestamp;
use serde::de::DeserializeOwned;

use crate::{problem::Problem, web::Web};

/// The parameters behind the question mark; what cannot be read is a problem
/// with a sentence, like every other one.
pub(super) struct Params<T>(pub(super) T);

impl<T: DeserializeOwned> FromRequestParts<Web> for Params<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Problem> {
        Query::<T>::from_request_parts(parts, web).await.map(|Query(params)| Self(params)).map_err(|_| {
            Problem::malformed(
                web.app.chance.as_ref(),
                "A parameter has the wrong form; limit is a number from 1 to 200.",
            )
        })
    }
}

/// A time in a parameter.
pub(super) fn time(
    text: Option<&str>,
    field: &'static str,
    chance: &dyn Chance,
) -> Result<Option<Timestamp>, Problem> {
    // A plus sign in an address reads as a space.
    text.map(|text| text.replace(' ', "+").parse())
        .transpose()
        .map_err(|_| Problem::invalid(chance, field, "Write a time as 2026-11-28T14:30:00+01:00."))
}
