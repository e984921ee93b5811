use askpro_domain::{business::Company, ids::CompanyId};
use axum::{extract::State, response::Response};
use serde_json::{Value, json};

use super::{
    list::{Paging, page},
    params::Params,
};
use crate::{problem::Problem, routes::Permit, web::Web};

/// The companies that the token reaches.
pub(super) async fn list(
    State(web): State<Web>,
    permit: Permit,
    Params(paging): Params<Paging>,
) -> Result<Response, Problem> {
    let chance = web.app.chance.as_ref();
    let scope = paging.scope(&permit, chance)?;
    let after = paging.after(CompanyId::parse, chance)?;
    let limit = paging.limit();
    let rows = web
        .app
        .list_companies(scope, after, limit + 1)
        .await
        .map_err(|failure| Problem::from_failure(chance, &failure))?;
    Ok(page(rows, limit, |one| one.id.to_string(), company))
}

fn company(one: &Company) -> Value {
    json!({
        "id": one.id.to_string(),
        "company_id": one.id.to_string(),
        "name": one.name,
        "language": one.language.tag(),
        "active": one.active,
        "revision": one.revision,
    })
}
