//! Signing in and out.

use askama::Template;
use askpro_app::sign_in::{SecondStep, SignIn};
use askpro_domain::{
    secret::Secret,
    sign_in::{Destination, Stage},
};
use axum::{
    extract::{Query, State, rejection::QueryRejection},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::{
    Shell, Texts, come_again,
    fields::Fields,
    page,
    passkeys::{self, Asked},
    seconds, wait_in_words,
};
use crate::{
    browser::{From, give_session, take_session},
    problem::Problem,
    routes::Held,
    web::Web,
};

#[derive(Template)]
#[template(path = "login.html")]
struct Login {
    shell: Shell,
    bad: Option<String>,
    good: Option<String>,
    email: String,
    return_to: String,
}

#[derive(Template)]
#[template(path = "code.html")]
struct CodePage {
    shell: Shell,
    bad: Option<String>,
    return_to: String,
    passkey: Option<Asked>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Coming {
    return_to: String,
    said: String,
}

fn with_destination(form: &str, destination: &Destination) -> String {
    // A destination holds nothing that an address would have to escape but these.
    let escaped = destination.as_str().replace('?', "%3F").replace('&', "%26").replace('=', "%3D");
    format!("{form}?return_to={escaped}")
}

/// The address of the sign-in form, with where to go afterwards.
pub(crate) fn login_address(destination: &Destination) -> String {
    with_destination("/login", destination)
}

/// The address of the form for the code, with where to go afterwards.
pub(crate) fn code_address(destination: &Destination) -> String {
    with_destination("/login/code", destination)
}

/// The form.
pub(super) async fn show(
    State(web): State<Web>,
    t: Texts,
    coming: Result<Query<Coming>, QueryRejection>,
) -> Response {
    let coming = coming.map(|Query(coming)| coming).unwrap_or_default();
    let said = |word: &str, text: &str| (coming.said == word).then(|| t.say(text).into_owned());
    let login = Login {
        bad: said("over", "login-over"),
        good: said("changed", "login-changed").or_else(|| said("out", "login-out")),
        email: String::new(),
        return_to: Destination::read(&coming.return_to).as_str().to_owned(),
        shell: Shell::outside(t),
    };
    page(&web, StatusCode::OK, &login)
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Entering {
    email: String,
    password: String,
    return_to: String,
}

/// Address and password.
pub(super) async fn enter(
    State(web): State<Web>,
    t: Texts,
    From(visitor): From,
    Fields(entering): Fields<Entering>,
) -> Result<Response, Problem> {
    let destination = Destination::read(&entering.return_to);
    let signed_in = web
        .app
        .sign_in(&entering.email, Secret::new(entering.password), visitor)
        .await
        .map_err(|failure| Problem::from_failure(web.app.chance.as_ref(), &failure))?;
    let again = |status, bad: String| {
        let login = Login {
            shell: Shell::outside(t),
            bad: Some(bad),
            good: None,
            // What was typed comes back; what is no address would only fill the page.
            email: entering.email.chars().take(254).collect(),
            return_to: destination.as_str().to_owned(),
        };
        page(&web, status, &login)
    };
    Ok(match signed_in {
        SignIn::Begun(secret, stage) => {
            let next = match stage {
                Stage::Code => code_address(&destination),
                Stage::Enrolment => "/profile/second-factor".to_owned(),
                Stage::Full => destination.as_str().to_owned(),
            };
            ([give_session(&secret)], Redirect::to(&next)).into_response()
        }
        SignIn::Refused => again(StatusCode::UNAUTHORIZED, t.say("login-refused").into_owned()),
        SignIn::Wait(wait) => {
            come_again(again(StatusCode::TOO_MANY_REQUESTS, wait_in_words(t, wait)), seconds(wait))
        }
        SignIn::Busy => {
            come_again(again(StatusCode::SERVICE_UNAVAILABLE, t.say("login-busy").into_owned()), 5)
        }
    })
}

/// The form for the code.
pub(super) async fn ask_code(
    State(web): State<Web>,
    t: Texts,
    held: Held,
    headers: HeaderMap,
    coming: Result<Query<Coming>, QueryRejection>,
) -> Result<Response, Problem> {
    let coming = coming.map(|Query(coming)| coming).unwrap_or_default();
    let return_to = Destination::read(&coming.return_to).as_str().to_owned();
    let passkey = passkeys::asked(&web, &held, &headers).await?;
    Ok(page(&web, StatusCode::OK, &CodePage { shell: Shell::outside(t), bad: None, return_to, passkey }))
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Code {
    code: String,
    return_to: String,
}

/// The code.
pub(super) async fn take_code(
    State(web): State<Web>,
    t: Texts,
    held: Held,
    headers: HeaderMap,
    From(visitor): From,
    Fields(typed): Fields<Code>,
) -> Result<Response, Problem> {
    let destination = Destination::read(&typed.return_to);
    let step = web
        .app
        .second_step(held.id, held.user, &typed.code, &visitor)
        .await
        .map_err(|failure| Problem::from_failure(web.app.chance.as_ref(), &failure))?;
    stepped(&web, t, &held, &headers, &destination, step, "code-wrong").await
}

/// The page after a second step, however it was made.
pub(super) async fn stepped(
    web: &Web,
    t: Texts,
    held: &Held,
    headers: &HeaderMap,
    destination: &Destination,
    step: SecondStep,
    wrong: &str,
) -> Result<Response, Problem> {
    let passkey = match step {
        SecondStep::Wrong | SecondStep::Wait(_) => passkeys::asked(web, held, headers).await?,
        SecondStep::Through(_) | SecondStep::Over => None,
    };
    let again = |status, bad: String| {
        let return_to = destination.as_str().to_owned();
        page(web, status, &CodePage { shell: Shell::outside(t), bad: Some(bad), return_to, passkey })
    };
    Ok(match step {
        SecondStep::Through(secret) => {
            ([give_session(&secret)], Redirect::to(destination.as_str())).into_response()
        }
        SecondStep::Wrong => again(StatusCode::UNAUTHORIZED, t.say(wrong).into_owned()),
        SecondStep::Wait(wait) => {
            come_again(again(StatusCode::TOO_MANY_REQUESTS, wait_in_words(t, wait)), seconds(wait))
        }
        SecondStep::Over => ([take_session()], Redirect::to("/login?said=over")).into_response(),
    })
}

/// Signing out.
pub(super) async fn leave(State(web): State<Web>, held: Held) -> Result<Response, Problem> {
    web.app
        .end_session(held.user, held.id)
        .await
        .map_err(|failure| Problem::from_failure(web.app.chance.as_ref(), &failure))?;
    Ok(([take_session()], Redirect::to("/login?said=out")).into_response())
}
