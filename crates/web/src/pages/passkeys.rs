//! Passkeys: making, using and removing one. A small script of ours asks the browser
//! and fills the forms.

use askpro_app::passkeys::{Added, Assertion, Registration, Removed, base64, read_base64};
use askpro_domain::{ids::PasskeyId, sign_in::Destination};
use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::{Texts, account, door, fields::Fields, page};
use crate::{
    browser::{From, give_session, site},
    problem::Problem,
    routes::Held,
    web::Web,
};

const MAKING: &str = "make";
const USING: &str = "use";

/// What the browser is asked.
pub(super) struct Asked {
    pub(super) challenge: String,
    /// For which host.
    pub(super) site: String,
    /// Passkeys that are known, with spaces between.
    pub(super) known: String,
}

/// The question for a session that waits for its second factor; `None` where the
/// person has no passkey or there can be none here.
pub(super) async fn asked(web: &Web, held: &Held, headers: &HeaderMap) -> Result<Option<Asked>, Problem> {
    Ok(question(web, held, headers, USING).await?.filter(|asked| !asked.known.is_empty()))
}

/// The question for a new passkey; `None` where there can be none here.
pub(super) async fn offered(web: &Web, held: &Held, headers: &HeaderMap) -> Result<Option<Asked>, Problem> {
    question(web, held, headers, MAKING).await
}

async fn question(
    web: &Web,
    held: &Held,
    headers: &HeaderMap,
    purpose: &str,
) -> Result<Option<Asked>, Problem> {
    let Some(site) = site(&web.outside, headers) else { return Ok(None) };
    let passkeys = web
        .app
        .passkeys(held.user)
        .await
        .map_err(|failure| Problem::from_failure(web.app.chance.as_ref(), &failure))?;
    let known: Vec<String> = passkeys.iter().map(|one| base64(&one.credential)).collect();
    Ok(Some(Asked { challenge: held.challenge(purpose), site: site.id, known: known.join(" ") }))
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Made {
    name: String,
    client_data: String,
    authenticator_data: String,
    public_key: String,
}

/// A new passkey.
pub(super) async fn make(
    State(web): State<Web>,
    t: Texts,
    held: Held,
    headers: HeaderMap,
    From(visitor): From,
    Fields(made): Fields<Made>,
) -> Result<Response, Problem> {
    let chance = web.app.chance.as_ref();
    let read = |text: &str| read_base64(text);
    let parts = (read(&made.client_data), read(&made.authenticator_data), read(&made.public_key));
    let (Some(site), (Some(client_data), Some(authenticator_data), Some(public_key))) =
        (site(&web.outside, &headers), parts)
    else {
        return account::refused_passkey(&web, t, &held, &headers, "passkey-refused").await;
    };
    let registration = Registration { client_data, authenticator_data, public_key };
    let added = web
        .app
        .add_passkey(
            (held.user, held.id),
            (&site, &held.challenge(MAKING)),
            registration,
            &made.name,
            &visitor,
        )
        .await
        .map_err(|failure| Problem::from_failure(chance, &failure))?;
    match added {
        Added::Done(secret, codes) if codes.is_empty() => {
            Ok(([give_session(&secret)], Redirect::to("/profile?done=passkey")).into_response())
        }
        Added::Done(secret, codes) => {
            let token = crate::browser::form_token(&secret);
            let page = page(&web, StatusCode::OK, &account::shown(t, token, "passkey-made", &codes));
            Ok(([give_session(&secret)], page).into_response())
        }
        Added::Refused(_) => account::refused_passkey(&web, t, &held, &headers, "passkey-refused").await,
        Added::Full => account::refused_passkey(&web, t, &held, &headers, "passkey-full").await,
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Used {
    return_to: String,
    credential: String,
    client_data: String,
    authenticator_data: String,
    signature: String,
}

/// A passkey in place of a code.
pub(super) async fn sign_in(
    State(web): State<Web>,
    t: Texts,
    held: Held,
    headers: HeaderMap,
    From(visitor): From,
    Fields(used): Fields<Used>,
) -> Result<Response, Problem> {
    let destination = Destination::read(&used.return_to);
    // What cannot be read is a wrong answer, and counted as one.
    let read = |text: &str| read_base64(text).unwrap_or_default();
    let assertion = Assertion {
        credential: read(&used.credential),
        client_data: read(&used.client_data),
        authenticator_data: read(&used.authenticator_data),
        signature: read(&used.signature),
    };
    let Some(site) = site(&web.outside, &headers) else {
        return Err(Problem::not_found(web.app.chance.as_ref()));
    };
    let step = web
        .app
        .passkey_step((held.user, held.id), (&site, &held.challenge(USING)), assertion, &visitor)
        .await
        .map_err(|failure| Problem::from_failure(web.app.chance.as_ref(), &failure))?;
    door::stepped(&web, t, &held, &headers, &destination, step, "passkey-wrong").await
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Removing {
    passkey: String,
}

/// Removes one.
pub(super) async fn remove(
    State(web): State<Web>,
    t: Texts,
    held: Held,
    headers: HeaderMap,
    From(visitor): From,
    Fields(removing): Fields<Removing>,
) -> Result<Response, Problem> {
    let chance = web.app.chance.as_ref();
    let Some(passkey) = PasskeyId::parse(&removing.passkey) else { return Err(Problem::not_found(chance)) };
    let removed = web
        .app
        .remove_passkey((held.user, held.id), passkey, &visitor)
        .await
        .map_err(|failure| Problem::from_failure(chance, &failure))?;
    match removed {
        Removed::Done => Ok(Redirect::to("/profile?done=passkey-gone").into_response()),
        Removed::Absent => Err(Problem::not_found(chance)),
        Removed::Last => account::refused_passkey(&web, t, &held, &headers, "passkey-last").await,
    }
}
