//! The one list of routes. A route enters it only together with who may call it,
//! so a route without a permission cannot be written down.

use askpro_app::Scope;
use askpro_domain::{
    access::{Permission, Reach},
    ids::UserId,
};
use axum::{
    Router,
    extract::{FromRequestParts, Request, State},
    http::{Method, header, request::Parts as RequestParts},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::MethodRouter,
};

use crate::{problem::Problem, web::Web};

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
}

impl Access {
    /// The word in the list of routes; `None` is public.
    pub fn word(self) -> Option<&'static str> {
        match self {
            Self::Public => None,
            Self::SignedByRetell => Some("signed:retell"),
            Self::SignedByCalcom => Some("signed:calcom"),
            Self::Requires(permission) => Some(permission.word()),
        }
    }
}

impl Access {
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
            let handler = match listed.access {
                Access::Requires(permission) => {
                    let guard = Guard { web: web.clone(), permission };
                    handler.layer(middleware::from_fn_with_state(guard, admit))
                }
                // Public, or checked by the extractor that reads the signed body.
                Access::Public | Access::SignedByRetell | Access::SignedByCalcom => handler,
            };
            router.route(listed.path, handler)
        })
    }
}

#[derive(Clone)]
struct Guard {
    web: Web,
    permission: Permission,
}

/// Proof that the permission of a route was checked, and where it holds.
#[derive(Clone, Debug)]
pub(crate) struct Permit {
    pub(crate) user: UserId,
    pub(crate) reach: Reach,
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

async fn admit(State(guard): State<Guard>, mut request: Request, next: Next) -> Response {
    let chance = guard.web.app.chance.as_ref();
    let token = request
        .headers()
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token.trim().to_owned());
    let Some(token) = token else { return Problem::unauthenticated(chance).into_response() };
    let principal = match guard.web.app.principal_of_token(token).await {
        Ok(Some(principal)) => principal,
        Ok(None) => return Problem::unauthenticated(chance).into_response(),
        Err(failure) => return Problem::from_failure(chance, &failure).into_response(),
    };
    let Some(reach) = principal.reach(guard.permission) else {
        return Problem::forbidden(chance).into_response();
    };
    request.extensions_mut().insert(Permit { user: principal.user, reach });
    next.run(request).await
}

impl FromRequestParts<Web> for Permit {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut RequestParts, web: &Web) -> Result<Self, Problem> {
        // Absent only where a handler that takes a permit was added as an open route.
        parts.extensions.get::<Self>().cloned().ok_or_else(|| Problem::forbidden(web.app.chance.as_ref()))
    }
}
