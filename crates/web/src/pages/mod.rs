//! What people see: signing in, their own account, and what went wrong. Rendered
//! here, escaped by the templates, without any script.

mod account;
mod assets;
pub(crate) mod console;
mod door;
mod fault;
mod fields;
mod links;
mod passkeys;
mod texts;

use askama::Template;
use askpro_domain::sign_in::Weakness;
use axum::{
    http::{HeaderValue, Method, StatusCode, header},
    response::{Html, IntoResponse, Response},
    routing::{get, post},
};

pub(crate) use self::{
    door::{code_address, login_address},
    fault::for_people,
    texts::Texts,
};
use crate::{
    browser::Look,
    problem::Problem,
    routes::{Access, Parts},
    web::Web,
};

/// What pages may load: our own styles, scripts, font and icons, and nothing else.
const POLICY: &str = "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

pub(crate) fn routes(parts: Parts) -> Parts {
    console::routes(account_routes(parts))
}

fn account_routes(parts: Parts) -> Parts {
    parts
        .add(Method::GET, "/assets/{name}", Access::Public, get(assets::give))
        .add(Method::GET, "/login", Access::Public, get(door::show))
        .add(Method::POST, "/login", Access::Public, post(door::enter))
        .add(Method::GET, "/login/code", Access::AwaitingCode, get(door::ask_code))
        .add(Method::POST, "/login/code", Access::AwaitingCode, post(door::take_code))
        .add(Method::POST, "/login/passkey", Access::AwaitingCode, post(passkeys::sign_in))
        .add(Method::POST, "/logout", Access::Enrolling, post(door::leave))
        .add(Method::GET, "/forgotten", Access::Public, get(links::forgotten))
        .add(Method::POST, "/forgotten", Access::Public, post(links::ask_for_link))
        .add(Method::GET, "/invitation/{secret}", Access::Public, get(links::show_invitation))
        .add(Method::POST, "/invitation/{secret}", Access::Public, post(links::take_invitation))
        .add(Method::GET, "/reset/{secret}", Access::Public, get(links::show_reset))
        .add(Method::POST, "/reset/{secret}", Access::Public, post(links::take_reset))
        .add(Method::GET, "/profile", Access::SignedIn, get(account::show))
        .add(Method::POST, "/profile/password", Access::SignedIn, post(account::change_password))
        .add(Method::POST, "/profile/sessions", Access::SignedIn, post(account::end_session))
        .add(Method::GET, "/profile/second-factor", Access::Enrolling, get(account::propose_factor))
        .add(Method::POST, "/profile/second-factor", Access::Enrolling, post(account::confirm_factor))
        .add(Method::POST, "/profile/passkeys", Access::Enrolling, post(passkeys::make))
        .add(Method::POST, "/profile/passkeys/remove", Access::SignedIn, post(passkeys::remove))
        .add(Method::POST, "/profile/recovery-codes", Access::SignedIn, post(account::renew_codes))
}

/// What every page has around it.
struct Shell {
    t: Texts,
    /// Of whoever is signed in.
    form_token: Option<String>,
    look: Look,
}

impl Shell {
    fn outside(t: Texts) -> Self {
        Self { t, form_token: None, look: Look::default() }
    }

    fn inside(t: Texts, form_token: String) -> Self {
        Self { form_token: Some(form_token), ..Self::outside(t) }
    }

    fn asset(&self, name: &str) -> &'static str {
        assets::address(name)
    }
}

/// A page as an answer.
fn page(web: &Web, status: StatusCode, template: &impl Template) -> Response {
    match template.render() {
        Ok(text) => {
            let mut response = (status, Html(text)).into_response();
            let policy = HeaderValue::from_static(POLICY);
            response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
            response
        }
        Err(error) => {
            tracing::error!(%error, "a page cannot be rendered");
            Problem::internal(web.app.chance.as_ref()).into_response()
        }
    }
}

fn weakness_in_words(t: Texts, weakness: Weakness) -> String {
    t.say(match weakness {
        Weakness::Short => "weak-short",
        Weakness::Long => "weak-long",
        Weakness::Common => "weak-common",
        Weakness::Personal => "weak-personal",
    })
    .into_owned()
}

/// Seconds to wait, as pages and headers say them.
fn seconds(wait: jiff::SignedDuration) -> i64 {
    wait.as_secs() + i64::from(wait.subsec_nanos() > 0)
}

fn wait_in_words(t: Texts, wait: jiff::SignedDuration) -> String {
    t.with("login-wait", [("seconds", seconds(wait).into())]).into_owned()
}

/// Says when to come again.
fn come_again(mut response: Response, after: i64) -> Response {
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(after.unsigned_abs()));
    response
}
