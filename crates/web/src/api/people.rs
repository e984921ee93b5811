//! People and their tokens belong to the installation, not to a company, so their
//! lists are read on ways of their own.

use askpro_app::{
    Scope,
    changes::NewToken,
    lists::people::{ListedToken, ListedUser, Tokens, Users},
};
use askpro_domain::{
    access::{Membership, Permission, Reach, Role},
    ids::{CompanyId, TokenId, UserId},
};
use axum::{
    Json,
    extract::{Path, Request, State},
    http::{Method, StatusCode},
    response::{IntoResponse, Response},
    routing::{delete, get, post},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    document::{Api, Said},
    list::{self, InPath, Page, Paging, etag, page},
    params::Params,
    values::{FromText, Text, Time, Word, Words},
    write::{body_of, parsed, stopped},
};
use crate::{
    problem::Problem,
    routes::{Access, Permit, SignedIn},
    web::Web,
};

impl Words for Role {
    fn all() -> &'static [Self] {
        Self::ALL
    }
    fn word(self) -> &'static str {
        Role::word(self)
    }
}

impl Words for Permission {
    fn all() -> &'static [Self] {
        Self::ALL
    }
    fn word(self) -> &'static str {
        Permission::word(self)
    }
}

/// A role in a company, or everywhere where that is null.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Membership")]
pub(super) struct ShownMembership {
    role: Word<Role>,
    company_id: Option<Text<CompanyId>>,
}

impl From<&Membership> for ShownMembership {
    fn from(one: &Membership) -> Self {
        Self { role: Word(one.role), company_id: one.company.map(Text) }
    }
}

/// Somebody who signs in.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "User")]
pub(super) struct ShownUser {
    id: Text<UserId>,
    /// The company whose list it stands in; null where the list is of all.
    company_id: Option<Text<CompanyId>>,
    email: String,
    name: String,
    /// Whether they may sign in.
    active: bool,
    created_at: Time,
    /// Of a company's list only the roles in that company.
    memberships: Vec<ShownMembership>,
    revision: u32,
}

fn user(row: &ListedUser, company: Option<CompanyId>) -> ShownUser {
    ShownUser {
        id: Text(row.id),
        company_id: company.map(Text),
        email: row.email.clone(),
        name: row.name.clone(),
        active: row.is_active,
        created_at: Time::utc(row.created_at),
        memberships: row.memberships.iter().map(ShownMembership::from).collect(),
        revision: row.revision,
    }
}

/// A token as its owner sees it.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Token")]
pub(super) struct ShownToken {
    id: Text<TokenId>,
    name: String,
    /// All but its last characters masked.
    token_mask: String,
    /// What it may do of what its person may; null is all of it.
    scopes: Option<Vec<Word<Permission>>>,
    expires_at: Time,
    revoked_at: Option<Time>,
    last_used_at: Option<Time>,
    created_at: Time,
}

pub(super) fn token(row: &ListedToken) -> ShownToken {
    ShownToken {
        id: Text(row.id),
        name: row.name.clone(),
        token_mask: row.hint.clone(),
        scopes: row.scopes.as_ref().map(|all| all.iter().map(|scope| Word(*scope)).collect()),
        expires_at: Time::utc(row.expires_at),
        revoked_at: row.revoked_at.map(Time::utc),
        last_used_at: row.last_used_at.map(Time::utc),
        created_at: Time::utc(row.created_at),
    }
}

/// Whoever asks, with what they may do.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Me {
    id: Text<UserId>,
    email: String,
    name: String,
    /// Whether signing in asks for a second factor.
    second_factor: bool,
    memberships: Vec<ShownMembership>,
    permissions: Vec<Word<Permission>>,
}

async fn me(State(web): State<Web>, who: SignedIn) -> Result<Json<Me>, Problem> {
    let chance = web.app.chance.as_ref();
    let profile = web
        .app
        .profile(who.principal.user)
        .await
        .map_err(|failure| Problem::from_failure(chance, &failure))?
        .ok_or_else(|| Problem::not_found(chance))?;
    let may = |permission: &&Permission| who.principal.reach(**permission).is_some();
    Ok(Json(Me {
        id: Text(profile.user.id),
        email: profile.user.email,
        name: profile.user.name,
        second_factor: profile.has_second_factor || !profile.passkeys.is_empty(),
        memberships: who.principal.memberships.iter().map(ShownMembership::from).collect(),
        permissions: Permission::ALL.iter().filter(may).map(|permission| Word(*permission)).collect(),
    }))
}

fn company_of(scope: Scope) -> Option<CompanyId> {
    match scope {
        Scope::Company(company) => Some(company),
        Scope::Platform => None,
    }
}

async fn list_users(
    State(web): State<Web>,
    permit: Permit,
    Params(paging): Params<Paging>,
) -> Result<Json<Page<ShownUser>>, Problem> {
    let chance = web.app.chance.as_ref();
    let mut rows = Vec::new();
    let limit = paging.limit();
    for scope in paging.scopes(&permit, false, chance)? {
        let after = match paging.cursor() {
            Some(cursor) => Some(UserId::from_text(cursor).ok_or_else(|| Paging::strange_cursor(chance))?),
            None => None,
        };
        let company = company_of(scope);
        let found = web.app.people(Users { company, id: None, after }, limit + 1).await;
        let found = found.map_err(|failure| Problem::from_failure(chance, &failure))?;
        rows.extend(found.into_iter().map(|row| (row, company)));
    }
    let show = |(row, company): &(ListedUser, Option<CompanyId>)| user(row, *company);
    Ok(Json(page(rows, limit, |(row, _)| row.id.to_string(), show)))
}

async fn find_user(State(web): State<Web>, permit: Permit, id: InPath) -> Result<Response, Problem> {
    let (row, company) = one_user(&web, &permit, id).await?;
    Ok((etag(Some(row.revision)), Json(user(&row, company))).into_response())
}

/// One person, where the permit reaches them.
pub(super) async fn one_user(
    web: &Web,
    permit: &Permit,
    id: InPath,
) -> Result<(ListedUser, Option<CompanyId>), Problem> {
    let chance = web.app.chance.as_ref();
    let id = id.ok().and_then(|Path(id)| UserId::from_text(&id)).ok_or_else(|| Problem::not_found(chance))?;
    let companies: Vec<Option<CompanyId>> = match &permit.reach {
        Reach::Everywhere => vec![None],
        Reach::Companies(companies) => companies.iter().copied().map(Some).collect(),
    };
    for company in companies {
        let found = web.app.people(Users { company, id: Some(id), after: None }, 1).await;
        if let Some(row) = found.map_err(|failure| Problem::from_failure(chance, &failure))?.pop() {
            return Ok((row, company));
        }
    }
    Err(Problem::not_found(chance))
}

/// What a list of one's own takes.
#[derive(Debug, Deserialize, JsonSchema)]
struct Own {
    /// Rows on a page: 50 where it is left out, 200 at most.
    limit: Option<u32>,
    /// What the page before gave as next_cursor.
    cursor: Option<String>,
}

async fn list_tokens(
    State(web): State<Web>,
    who: SignedIn,
    Params(own): Params<Own>,
) -> Result<Json<Page<ShownToken>>, Problem> {
    let chance = web.app.chance.as_ref();
    let after = match &own.cursor {
        Some(cursor) => Some(TokenId::from_text(cursor).ok_or_else(|| Paging::strange_cursor(chance))?),
        None => None,
    };
    let limit = list::page_limit(own.limit);
    let rows = web.app.tokens(Tokens { user: who.principal.user, id: None, after }, limit + 1).await;
    let rows = rows.map_err(|failure| Problem::from_failure(chance, &failure))?;
    Ok(Json(page(rows, limit, |row| row.id.to_string(), token)))
}

async fn find_token(State(web): State<Web>, who: SignedIn, id: InPath) -> Result<Json<ShownToken>, Problem> {
    one_token(&web, &who, id).await.map(|row| Json(token(&row)))
}

/// One of one's own tokens.
pub(super) async fn one_token(web: &Web, who: &SignedIn, id: InPath) -> Result<ListedToken, Problem> {
    let chance = web.app.chance.as_ref();
    let id =
        id.ok().and_then(|Path(id)| TokenId::from_text(&id)).ok_or_else(|| Problem::not_found(chance))?;
    let wanted = Tokens { user: who.principal.user, id: Some(id), after: None };
    let found = web.app.tokens(wanted, 1).await.map_err(|failure| Problem::from_failure(chance, &failure))?;
    found.into_iter().next().ok_or_else(|| Problem::not_found(chance))
}

/// A token to be made.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewToken")]
struct TokenBody {
    /// What it is for.
    name: String,
    /// For how many days it opens anything.
    #[schemars(range(min = 1, max = 366))]
    expires_in_days: u32,
    /// What it may do of what its maker may; left out, all of it.
    scopes: Option<Vec<Word<Permission>>>,
}

/// A token that was just made.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "TokenMade")]
struct TokenMade {
    #[serde(flatten)]
    listed: ShownToken,
    /// The token: the only time that it is seen.
    token: String,
}

async fn make_token(State(web): State<Web>, who: SignedIn, request: Request) -> Result<Response, Problem> {
    let chance = web.app.chance.as_ref();
    let body: TokenBody = parsed(&body_of(request, chance).await?, chance)?;
    let new = NewToken {
        name: body.name,
        days: body.expires_in_days,
        scopes: body.scopes.map(|all| all.into_iter().map(|word| word.0).collect()),
    };
    let made = web.app.make_token(&who.principal, &who.principal.actor(), new).await;
    let made = made.map_err(|stop| stopped(chance, &stop))?;
    let shown = TokenMade { listed: token(&made.listed), token: made.token.expose().to_owned() };
    Ok((StatusCode::CREATED, Json(shown)).into_response())
}

async fn revoke_token(State(web): State<Web>, who: SignedIn, id: InPath) -> Result<StatusCode, Problem> {
    let chance = web.app.chance.as_ref();
    let known = one_token(&web, &who, id).await?;
    let revoked = web.app.revoke_token(&who.principal, &who.principal.actor(), known.id).await;
    revoked.map(|()| StatusCode::NO_CONTENT).map_err(|stop| stopped(chance, &stop))
}

/// An id in an address.
pub(super) fn id_in_path() -> serde_json::Value {
    serde_json::json!({ "name": "id", "in": "path", "required": true, "schema": UserId::schema() })
}

pub(super) fn routes(mut api: Api) -> Api {
    let said = Said {
        answer: Some(api.schema::<Me>()),
        ..Said::of("get_me", "me", "Whoever asks, with what they may do")
    };
    api = api.add(Method::GET, "/api/v1/me", Access::SignedIn, get(me), said);

    let sees = Access::Requires(Permission::ViewAudit);
    let said = Said {
        parameters: api.query::<Paging>(),
        answer: Some(api.page::<ShownUser>()),
        ..Said::of("list_users", "users", "Who may sign in, page by page")
    };
    api = api.add(Method::GET, "/api/v1/users", sees, get(list_users), said);
    let said = Said {
        parameters: vec![id_in_path()],
        answer: Some(api.schema::<ShownUser>()),
        ..Said::of("get_user", "users", "One person who may sign in")
    };
    api = api.add(Method::GET, "/api/v1/users/{id}", sees, get(find_user), said);

    let said = Said {
        parameters: api.query::<Own>(),
        answer: Some(api.page::<ShownToken>()),
        ..Said::of("list_tokens", "tokens", "One's own tokens, page by page")
    };
    api = api.add(Method::GET, "/api/v1/tokens", Access::SignedIn, get(list_tokens), said);
    let said = Said {
        parameters: vec![id_in_path()],
        answer: Some(api.schema::<ShownToken>()),
        ..Said::of("get_token", "tokens", "One of one's own tokens")
    };
    api = api.add(Method::GET, "/api/v1/tokens/{id}", Access::SignedIn, get(find_token), said);
    let said = Said {
        body: Some(api.schema::<TokenBody>()),
        status: 201,
        answer: Some(api.schema::<TokenMade>()),
        problems: vec![409, 413, 415],
        ..Said::of("create_token", "tokens", "Makes a token; the only time that it is seen")
    };
    api = api.add(Method::POST, "/api/v1/tokens", Access::SignedIn, post(make_token), said);
    let said = Said {
        parameters: vec![id_in_path()],
        status: 204,
        ..Said::of("revoke_token", "tokens", "Takes one of one's own tokens back, at once")
    };
    api.add(Method::DELETE, "/api/v1/tokens/{id}", Access::SignedIn, delete(revoke_token), said)
}
