use askpro_domain::access::Permission;
use axum::{Json, extract::State};
use serde_json::{Value, json};

use crate::{problem::Problem, routes::SignedIn, web::Web};

/// Whoever asks, with what they may do.
pub(super) async fn find(State(web): State<Web>, who: SignedIn) -> Result<Json<Value>, Problem> {
    let chance = web.app.chance.as_ref();
    let profile = web
        .app
        .profile(who.principal.user)
        .await
        .map_err(|failure| Problem::from_failure(chance, &failure))?
        .ok_or_else(|| Problem::not_found(chance))?;
    let memberships: Vec<Value> = who
        .principal
        .memberships
        .iter()
        .map(|one| json!({ "role": one.role.word(), "company_id": one.company.map(|id| id.to_string()) }))
        .collect();
    let permissions: Vec<&str> = Permission::ALL
        .iter()
        .filter(|permission| who.principal.reach(**permission).is_some())
        .map(|permission| permission.word())
        .collect();
    Ok(Json(json!({
        "id": profile.user.id.to_string(),
        "email": profile.user.email,
        "name": profile.user.name,
        "second_factor": profile.has_second_factor,
        "memberships": memberships,
        "permissions": permissions,
    })))
}
