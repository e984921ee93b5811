//! Invitations and forgotten passwords: links that open once.

use askama::Template;
use askpro_app::{Purpose, mail::LinkRequest, sign_in::LinkUse};
use askpro_domain::secret::Secret;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::{Shell, Texts, come_again, fields::Fields, page, seconds, wait_in_words, weakness_in_words};
use crate::{browser::From, problem::Problem, web::Web};

#[derive(Template)]
#[template(path = "forgotten.html")]
struct Forgotten {
    shell: Shell,
    /// Whether mails leave; else somebody has to hand the link over.
    mails: bool,
    is_asked: bool,
    bad: Option<String>,
}

#[derive(Template)]
#[template(path = "choose.html")]
struct Choose {
    shell: Shell,
    opens: bool,
    title: String,
    lead: String,
    bad: Option<String>,
}

impl Choose {
    fn form(t: Texts, purpose: Purpose, bad: Option<String>) -> Self {
        let word = purpose.word();
        Self {
            shell: Shell::outside(t),
            opens: true,
            title: t.say(&format!("choose-{word}-title")).into_owned(),
            lead: t.say(&format!("choose-{word}-lead")).into_owned(),
            bad,
        }
    }

    fn gone(t: Texts) -> Self {
        let (title, lead) = (t.say("gone-title").into_owned(), t.say("gone-lead").into_owned());
        Self { shell: Shell::outside(t), opens: false, title, lead, bad: None }
    }
}

/// Where to get a link; the same for everybody, so that it tells nothing.
pub(super) async fn forgotten(State(web): State<Web>, t: Texts) -> Response {
    let mails = web.app.mail.is_some();
    page(&web, StatusCode::OK, &Forgotten { shell: Shell::outside(t), mails, is_asked: false, bad: None })
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Asking {
    email: String,
}

/// Takes the wish for a link. The answer is the same whoever asks and whatever for.
pub(super) async fn ask_for_link(
    State(web): State<Web>,
    t: Texts,
    From(visitor): From,
    Fields(asking): Fields<Asking>,
) -> Result<Response, Problem> {
    let mails = web.app.mail.is_some();
    let said = |is_asked, bad| Forgotten { shell: Shell::outside(t), mails, is_asked, bad };
    // Nobody would send it; the page says whom to ask.
    if !mails {
        return Ok(page(&web, StatusCode::OK, &said(false, None)));
    }
    let request = web
        .app
        .request_reset(&asking.email, t.0, &visitor)
        .await
        .map_err(|failure| Problem::from_failure(web.app.chance.as_ref(), &failure))?;
    Ok(match request {
        LinkRequest::Taken => page(&web, StatusCode::OK, &said(true, None)),
        LinkRequest::Wait(wait) => {
            let bad = Some(wait_in_words(t, wait));
            come_again(page(&web, StatusCode::TOO_MANY_REQUESTS, &said(false, bad)), seconds(wait))
        }
    })
}

async fn show(web: Web, t: Texts, purpose: Purpose, secret: String) -> Result<Response, Problem> {
    let opens = web
        .app
        .link_opens(purpose, Secret::new(secret))
        .await
        .map_err(|failure| Problem::from_failure(web.app.chance.as_ref(), &failure))?;
    Ok(if opens {
        page(&web, StatusCode::OK, &Choose::form(t, purpose, None))
    } else {
        page(&web, StatusCode::NOT_FOUND, &Choose::gone(t))
    })
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Chosen {
    password: String,
}

async fn take(
    web: Web,
    t: Texts,
    purpose: Purpose,
    secret: String,
    chosen: Chosen,
) -> Result<Response, Problem> {
    let used = web
        .app
        .use_password_link(purpose, Secret::new(secret), Secret::new(chosen.password))
        .await
        .map_err(|failure| Problem::from_failure(web.app.chance.as_ref(), &failure))?;
    Ok(match used {
        LinkUse::Done => Redirect::to("/login?said=changed").into_response(),
        LinkUse::Weak(weakness) => {
            let bad = Some(weakness_in_words(t, weakness));
            page(&web, StatusCode::UNPROCESSABLE_ENTITY, &Choose::form(t, purpose, bad))
        }
        LinkUse::Gone => page(&web, StatusCode::NOT_FOUND, &Choose::gone(t)),
        LinkUse::Busy => {
            let bad = Some(t.say("login-busy").into_owned());
            come_again(page(&web, StatusCode::SERVICE_UNAVAILABLE, &Choose::form(t, purpose, bad)), 5)
        }
    })
}

pub(super) async fn show_invitation(
    State(web): State<Web>,
    t: Texts,
    Path(secret): Path<String>,
) -> Result<Response, Problem> {
    show(web, t, Purpose::Invitation, secret).await
}

pub(super) async fn take_invitation(
    State(web): State<Web>,
    t: Texts,
    Path(secret): Path<String>,
    Fields(chosen): Fields<Chosen>,
) -> Result<Response, Problem> {
    take(web, t, Purpose::Invitation, secret, chosen).await
}

pub(super) async fn show_reset(
    State(web): State<Web>,
    t: Texts,
    Path(secret): Path<String>,
) -> Result<Response, Problem> {
    show(web, t, Purpose::Reset, secret).await
}

pub(super) async fn take_reset(
    State(web): State<Web>,
    t: Texts,
    Path(secret): Path<String>,
    Fields(chosen): Fields<Chosen>,
) -> Result<Response, Problem> {
    take(web, t, Purpose::Reset, secret, chosen).await
}
