use axum::{
    Form,
    extract::{FromRequest, Request},
};
use serde::de::DeserializeOwned;

use crate::{problem::Problem, web::Web};

/// A form's fields; what is not a form is refused with a sentence.
pub(super) struct Fields<T>(pub(super) T);

impl<T: DeserializeOwned> FromRequest<Web> for Fields<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, web: &Web) -> Result<Self, Problem> {
        let refused =
            |_| Problem::malformed(web.app.chance.as_ref(), "The form cannot be read; fill it in again.");
        Form::<T>::from_request(request, web).await.map(|Form(fields)| Self(fields)).map_err(refused)
    }
}
