//! The one list of routes. A route enters it only together with who may call it,
//! so a route without a permission cannot be written down.

use askpro_app::{Failure, Scope};
use askpro_domain::{
    access::{Permission, Principal, Reach, Role},
    actor::Actor,
    ids::{Chance, SessionId, UserId},
    limits::Of,
    secret::Secret,
    sign_in::{Destination, Stage},
};
use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{FromRequestParts, Request, State},
    http::{HeaderMap, Method, header, request::Parts as RequestParts},
    middleware::{self, Next},
    response::{IntoResponse, Redirect, Response},
    routing::MethodRouter,
};

use crate::{
    browser::{self, is_from_elsewhere},
    health, pages,
    problem::Problem,
    web::Web,
};

/// Who may call a route.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Access {
    /// Anybody.
    Public,
    /// Retell, as the connection in the address.
    SignedByRetell,
    /// Cal.com, as the connection in the address.
    SignedByCalcom,
    /// People and tokens with this permission.
    Requires(Permission),
    /// The same; and whoever may only manage their own calendar, for what is of it.
    RequiresOrOwn(Permission),
    /// Whoever is signed in, for what is their own; tokens too.
    SignedIn,
    /// Whose password was right and whose second factor is awaited.
    AwaitingCode,
    /// Whoever is signed in, or would be but for a second factor to be set up.
    Enrolling,
}

impl Access {
    /// The word in the list of routes; `None` is public.
    pub fn word(self) -> Option<&'static str> {
        match self {
            Self::Public => None,
            Self::SignedByRetell => Some("signed:retell"),
            Self::SignedByCalcom => Some("signed:calcom"),
            Self::Requires(permission) => Some(permission.word()),
            Self::RequiresOrOwn(permission) => Some(permission.word_or_own()),
            Self::SignedIn => Some("signed_in"),
            Self::AwaitingCode => Some("session:code"),
            Self::Enrolling => Some("session:enrolment"),
        }
    }
}

impl Access {
    /// Whether a role may call it; `None` where that does not depend on roles.
    pub fn may(self, role: Role) -> Option<bool> {
        let has = |permission| role.permissions().contains(&permission);
        match self {
            Self::Requires(permission) => Some(has(permission)),
            Self::RequiresOrOwn(permission) => Some(has(permission) || has(Permission::ManageOwnCalendar)),
            _ => None,
        }
    }

    /// Whether a provider's signature opens it.
    pub fn is_signed(self) -> bool {
        matches!(self, Self::SignedByRetell | Self::SignedByCalcom)
    }
}

/// A route as it is listed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Listed {
    /// Its method.
    pub method: Method,
    /// Its path, with `{names}`.
    pub path: &'static str,
    /// Who may call it.
    pub access: Access,
}

/// Routes being collected.
#[derive(Default)]
pub(crate) struct Parts(Vec<(Listed, MethodRouter<Web>)>);

impl Parts {
    /// Adds a route. What `access` asks for is checked before the handler runs;
    /// a handler behind a permission takes a [`Permit`], which only that check makes.
    pub(crate) fn add(
        mut self,
        method: Method,
        path: &'static str,
        access: Access,
        handler: MethodRouter<Web>,
    ) -> Self {
        self.0.push((Listed { method, path, access }, handler));
        self
    }

    pub(crate) fn listed(self) -> Vec<Listed> {
        self.0.into_iter().map(|(listed, _)| listed).collect()
    }

    pub(crate) fn build(self, web: &Web) -> Router<Web> {
        self.0.into_iter().fold(Router::new(), |router, (listed, handler)| {
            let guard = Guard { web: web.clone(), access: listed.access };
            let handler = match listed.access {
                Access::Requires(_)
                | Access::RequiresOrOwn(_)
                | Access::SignedIn
                | Access::AwaitingCode
                | Access::Enrolling => handler.layer(middleware::from_fn_with_state(guard, admit)),
                Access::Public => handler.layer(middleware::from_fn_with_state(guard, from_here)),
                // Checked by the extractor that reads the signed body.
                Access::SignedByRetell | Access::SignedByCalcom => handler,
            };
            router.route(listed.path, handler)
        })
    }
}

#[derive(Clone)]
struct Guard {
    web: Web,
    access: Access,
}

/// Proof that the permission of a route was checked, and where it holds.
#[derive(Clone, Debug)]
pub(crate) struct Permit {
    /// Who acts and from where, for the record.
    pub(crate) actor: Actor,
    pub(crate) user: UserId,
    pub(crate) reach: Reach,
    /// Whether it holds only for one's own calendar, and who has appointments in it.
    pub(crate) is_own: bool,
}

impl Permit {
    /// Where to look for one object: everywhere at once, or company by company.
    pub(crate) fn scopes(&self) -> Vec<Scope> {
        match &self.reach {
            Reach::Everywhere => vec![Scope::Platform],
            Reach::Companies(companies) => companies.iter().copied().map(Scope::Company).collect(),
        }
    }
}

/// Refuses what another site's page makes a browser send.
async fn from_here(State(guard): State<Guard>, request: Request, next: Next) -> Response {
    if is_from_elsewhere(request.method(), request.headers()) {
        return Problem::forbidden(guard.web.app.chance.as_ref()).into_response();
    }
    let address =
        browser::asking_address(request.extensions(), request.headers(), &guard.web.outside.proxies);
    // Whether the process lives must be answered whoever asks how often.
    if !request.uri().path().starts_with("/health/")
        && let Err(problem) = within_limits(&guard.web, &[(Of::Address, address)])
    {
        return problem.into_response();
    }
    next.run(request).await
}

/// Proof that somebody is signed in, by session or token.
#[derive(Clone, Debug)]
pub(crate) struct SignedIn {
    pub(crate) principal: Principal,
}

/// Proof that a browser holds a session that reaches this route.
#[derive(Clone, Debug)]
pub(crate) struct Held {
    pub(crate) id: SessionId,
    pub(crate) user: UserId,
    pub(crate) stage: Stage,
    secret: Secret,
}

impl Held {
    /// What an authenticator is asked, for this purpose.
    pub(crate) fn challenge(&self, purpose: &str) -> String {
        browser::challenge(&self.secret, purpose)
    }

    /// What forms of this session carry.
    pub(crate) fn form_token(&self) -> String {
        browser::form_token(&self.secret)
    }
}

/// Who asks: a token goes before a session, because it was sent on purpose.
async fn identify(web: &Web, headers: &HeaderMap) -> Result<Option<(Principal, Option<Held>)>, Failure> {
    if let Some(value) = headers.get(header::AUTHORIZATION) {
        let token = value
            .to_str()
            .ok()
            .and_then(|value| value.split_once(' '))
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
            .map(|(_, token)| token.trim().to_owned());
        let Some(token) = token else { return Ok(None) };
        return Ok(web.app.principal_of_token(token).await?.map(|principal| (principal, None)));
    }
    let Some(secret) = browser::session_secret(headers) else { return Ok(None) };
    Ok(web.app.session(&secret).await?.map(|found| {
        let held = Held { id: found.id, user: found.principal.user, stage: found.stage, secret };
        (found.principal, Some(held))
    }))
}

/// How far whoever asks reaches with a permission, on a route that is open to
/// everybody; `None` for nobody.
pub(crate) async fn reach_of(web: &Web, headers: &HeaderMap, permission: Permission) -> Option<Reach> {
    let (principal, held) = identify(web, headers).await.ok().flatten()?;
    let is_through = held.is_none_or(|held| held.stage == Stage::Full);
    is_through.then(|| principal.reach(permission)).flatten()
}

async fn admit(State(guard): State<Guard>, mut request: Request, next: Next) -> Response {
    let chance = guard.web.app.chance.as_ref();
    if request.uri().path() == health::METRICS
        && health::carries_token(guard.web.metrics_token.as_deref(), request.headers())
    {
        return next.run(request).await;
    }
    if is_from_elsewhere(request.method(), request.headers()) {
        return Problem::forbidden(chance).into_response();
    }
    let address =
        browser::asking_address(request.extensions(), request.headers(), &guard.web.outside.proxies);
    // Before anything is looked up: who floods costs a hash.
    if let Err(problem) = within_limits(&guard.web, &[(Of::Address, address.clone())]) {
        return problem.into_response();
    }
    let (principal, held) = match identify(&guard.web, request.headers()).await {
        Ok(Some(known)) => known,
        Ok(None) => return turned_away(chance, &request, None),
        Err(failure) => return Problem::from_failure(chance, &failure).into_response(),
    };
    let senders = [
        (Of::Token, principal.token.map(|id| id.to_string())),
        (Of::Account, Some(principal.user.to_string())),
    ];
    if let Err(problem) = within_limits(&guard.web, &senders) {
        return problem.into_response();
    }
    let stage = held.as_ref().map_or(Stage::Full, |held| held.stage);
    let comes_through = match guard.access {
        Access::AwaitingCode => stage == Stage::Code,
        Access::Enrolling => held.is_some() && stage != Stage::Code,
        _ => stage == Stage::Full,
    };
    if !comes_through {
        return turned_away(chance, &request, Some(stage));
    }
    // The form for the code comes before any page that could carry a token; what
    // another site could do there is guess.
    let needs_token = !request.method().is_safe() && guard.access != Access::AwaitingCode;
    if let Some(held) = held.as_ref().filter(|_| needs_token) {
        request = match with_form_token(held, request, chance).await {
            Ok(request) => request,
            Err(problem) => return problem.into_response(),
        };
    }
    if let Access::Requires(permission) | Access::RequiresOrOwn(permission) = guard.access {
        let own = || match guard.access {
            Access::RequiresOrOwn(_) => principal.reach(Permission::ManageOwnCalendar),
            _ => None,
        };
        let (reach, is_own) = match principal.reach(permission) {
            Some(reach) => (reach, false),
            None => match own() {
                Some(reach) => (reach, true),
                None => return Problem::forbidden(chance).into_response(),
            },
        };
        let actor = principal.actor().at(address.as_deref().unwrap_or_default());
        request.extensions_mut().insert(Permit { actor, user: principal.user, reach, is_own });
    }
    if let Some(held) = held {
        request.extensions_mut().insert(held);
    }
    request.extensions_mut().insert(SignedIn { principal });
    next.run(request).await
}

/// Counts a request for each of its senders; the problem where one sent too many.
pub(crate) fn within_limits(web: &Web, senders: &[(Of, Option<String>)]) -> Result<(), Problem> {
    for (of, who) in senders {
        let Some(who) = who else { continue };
        web.app
            .admit(*of, who)
            .map_err(|over| Problem::too_many(web.app.chance.as_ref(), over.retry_after))?;
    }
    Ok(())
}

/// A person is led to what they must do first; a program is told.
fn turned_away(chance: &dyn Chance, request: &Request, stage: Option<Stage>) -> Response {
    if !browser::is_for_a_person(request.uri(), request.headers()) {
        return Problem::unauthenticated(chance).into_response();
    }
    let wanted = match request.method().is_safe() {
        true => request.uri().path_and_query().map_or("/", |path| path.as_str()),
        false => "/",
    };
    let destination = Destination::read(wanted);
    let next = match stage {
        None if destination == Destination::home() => "/login".to_owned(),
        None => pages::login_address(&destination),
        Some(Stage::Code) => pages::code_address(&destination),
        Some(Stage::Enrolment) => "/profile/second-factor".to_owned(),
        Some(Stage::Full) => "/".to_owned(),
    };
    Redirect::to(&next).into_response()
}

/// Forms and what scripts of ours send are small.
const FORM_BYTES_AT_MOST: usize = 64 * 1024;

/// What changes something for a session carries the session's token: in a header,
/// or in the form. So it holds for every route, whether its handler thinks of it
/// or not.
async fn with_form_token(held: &Held, request: Request, chance: &dyn Chance) -> Result<Request, Problem> {
    if let Some(given) = request.headers().get("x-form-token") {
        let is_ours = given.to_str().is_ok_and(|given| browser::is_form_token(&held.secret, given));
        return if is_ours { Ok(request) } else { Err(Problem::forbidden(chance)) };
    }
    let (parts, body) = request.into_parts();
    let bytes = to_bytes(body, FORM_BYTES_AT_MOST).await.map_err(|_| Problem::too_large(chance))?;
    let fields: Vec<(String, String)> = serde_urlencoded::from_bytes(&bytes).unwrap_or_default();
    let is_ours =
        fields.iter().any(|(name, value)| name == "_token" && browser::is_form_token(&held.secret, value));
    if is_ours { Ok(Request::from_parts(parts, Body::from(bytes))) } else { Err(Problem::forbidden(chance)) }
}

macro_rules! proofs {
    ($($proof:ident)*) => {$(
        impl FromRequestParts<Web> for $proof {
            type Rejection = Problem;

            async fn from_request_parts(parts: &mut RequestParts, web: &Web) -> Result<Self, Problem> {
                // Absent only where a handler that takes the proof was added as a route that gives none.
                parts.extensions.get::<Self>().cloned().ok_or_else(|| Problem::forbidden(web.app.chance.as_ref()))
            }
        }
    )*};
}

proofs! { Permit SignedIn Held }
