//! One's own account: password, second factor, where one is signed in.

use askama::Template;
use askpro_app::{
    passkeys::base64,
    sign_in::{PasswordChange, Profile},
};
use askpro_domain::{ids::SessionId, language::Language, secret::Secret, sign_in::Stage};
use axum::{
    extract::{Query, State, rejection::QueryRejection},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Redirect, Response},
};
use jiff::{Timestamp, tz::TimeZone};
use qrcodegen::{QrCode, QrCodeEcc};
use serde::Deserialize;

use super::{
    Shell, Texts, come_again,
    fields::Fields,
    page,
    passkeys::{self, Asked},
    seconds, wait_in_words, weakness_in_words,
};
use crate::{
    browser::{From, give_session},
    problem::Problem,
    routes::Held,
    web::Web,
};

#[derive(Template)]
#[template(path = "profile.html")]
struct ProfilePage {
    shell: Shell,
    token: String,
    lead: String,
    good: Option<String>,
    bad_password: Option<String>,
    bad_code: Option<String>,
    name: String,
    email: String,
    roles: Vec<(String, String)>,
    has_second_factor: bool,
    has_codes: bool,
    bad_passkey: Option<String>,
    offer: Option<Offer>,
    passkeys: Vec<ShownPasskey>,
    left: String,
    sessions: Vec<Device>,
}

/// What the form for a new passkey needs.
struct Offer {
    asked: Asked,
    /// The person's id, as the authenticator keeps it.
    user: String,
    email: String,
}

struct ShownPasskey {
    id: String,
    name: String,
    since: String,
    since_at: Timestamp,
    used: Option<(String, Timestamp)>,
}

struct Device {
    id: String,
    agent: String,
    address: String,
    since: String,
    since_at: Timestamp,
    seen: String,
    seen_at: Timestamp,
    is_here: bool,
}

#[derive(Template)]
#[template(path = "enrol.html")]
struct Enrol {
    shell: Shell,
    token: String,
    lead: String,
    bad: Option<String>,
    key: String,
    uri: String,
    side: i32,
    picture: String,
    bad_passkey: Option<String>,
    offer: Option<Offer>,
}

#[derive(Template)]
#[template(path = "codes.html")]
pub(super) struct Codes {
    shell: Shell,
    title: String,
    codes: Vec<String>,
}

/// What is to be said about what was just done.
#[derive(Default)]
struct Said {
    good: Option<String>,
    bad_password: Option<String>,
    bad_code: Option<String>,
    bad_passkey: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Done {
    done: String,
}

/// The account.
pub(super) async fn show(
    State(web): State<Web>,
    t: Texts,
    held: Held,
    headers: HeaderMap,
    done: Result<Query<Done>, QueryRejection>,
) -> Result<Response, Problem> {
    let good = match done.map(|Query(done)| done.done).unwrap_or_default().as_str() {
        "password" => Some(t.say("profile-done-password").into_owned()),
        "passkey" => Some(t.say("passkey-made").into_owned()),
        "passkey-gone" => Some(t.say("passkey-gone").into_owned()),
        "session" => Some(t.say("profile-done-session").into_owned()),
        _ => None,
    };
    render(&web, t, &held, &headers, StatusCode::OK, Said { good, ..Said::default() }).await
}

async fn render(
    web: &Web,
    t: Texts,
    held: &Held,
    headers: &HeaderMap,
    status: StatusCode,
    said: Said,
) -> Result<Response, Problem> {
    let chance = web.app.chance.as_ref();
    let profile =
        web.app.profile(held.user).await.map_err(|failure| Problem::from_failure(chance, &failure))?;
    let Some(profile) = profile else { return Err(Problem::not_found(chance)) };
    let offer = offer(web, held, headers, &profile.user.email).await?;
    Ok(page(web, status, &profile_page(t, held, profile, offer, said)))
}

async fn offer(web: &Web, held: &Held, headers: &HeaderMap, email: &str) -> Result<Option<Offer>, Problem> {
    let asked = passkeys::offered(web, held, headers).await?;
    Ok(asked.map(|asked| Offer { asked, user: base64(held.user.0.as_bytes()), email: email.to_owned() }))
}

/// The page from which a passkey was to be made or removed, with why it was not.
pub(super) async fn refused_passkey(
    web: &Web,
    t: Texts,
    held: &Held,
    headers: &HeaderMap,
    why: &str,
) -> Result<Response, Problem> {
    let bad_passkey = Some(t.say(why).into_owned());
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    if held.stage == Stage::Enrolment {
        return enrol(web, t, held, headers, status, (None, bad_passkey)).await;
    }
    render(web, t, held, headers, status, Said { bad_passkey, ..Said::default() }).await
}

fn profile_page(t: Texts, held: &Held, profile: Profile, offer: Option<Offer>, said: Said) -> ProfilePage {
    let is_on = profile.has_second_factor || !profile.passkeys.is_empty();
    let factor = if is_on { "on" } else { "off" };
    let count = i64::try_from(profile.sessions.len()).unwrap_or(0);
    ProfilePage {
        lead: t.with("profile-lead", [("factor", factor.into()), ("sessions", count.into())]).into_owned(),
        left: t.with("factor-left", [("count", i64::from(profile.recovery_codes_left).into())]).into_owned(),
        roles: profile
            .roles
            .into_iter()
            .map(|(company, role)| {
                let company = company.unwrap_or_else(|| t.say("profile-everywhere").into_owned());
                (t.say(&format!("role-{}", role.word())).into_owned(), company)
            })
            .collect(),
        sessions: profile
            .sessions
            .into_iter()
            .map(|one| Device {
                id: one.id.to_string(),
                is_here: one.id == held.id,
                agent: one.agent,
                address: one.address,
                since: moment(t, one.created_at),
                since_at: one.created_at,
                seen: moment(t, one.last_seen_at),
                seen_at: one.last_seen_at,
            })
            .collect(),
        shell: Shell::inside(t, held.form_token()),
        token: held.form_token(),
        good: said.good,
        bad_password: said.bad_password,
        bad_code: said.bad_code,
        name: profile.user.name,
        email: profile.user.email,
        has_second_factor: is_on,
        has_codes: profile.has_second_factor,
        bad_passkey: said.bad_passkey,
        offer,
        passkeys: profile
            .passkeys
            .into_iter()
            .map(|one| ShownPasskey {
                id: one.id.to_string(),
                name: one.name,
                since: moment(t, one.created_at),
                since_at: one.created_at,
                used: one.last_used_at.map(|at| (moment(t, at), at)),
            })
            .collect(),
    }
}

/// A moment as people write it, in the zone of our companies.
fn moment(t: Texts, at: Timestamp) -> String {
    let zone = TimeZone::get("Europe/Berlin").unwrap_or(TimeZone::UTC);
    let form = match t.0 {
        Language::De => "%d.%m.%Y, %H:%M %Z",
        Language::En => "%-d %b %Y, %H:%M %Z",
    };
    let text = at.to_zoned_datetime(zone).strftime(form).to_string();
    // Zone data know the English abbreviations alone.
    match t.0 {
        Language::De => text.replace("CEST", "MESZ").replace("CET", "MEZ"),
        Language::En => text,
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Passwords {
    present: String,
    chosen: String,
}

/// Another password.
pub(super) async fn change_password(
    State(web): State<Web>,
    t: Texts,
    held: Held,
    headers: HeaderMap,
    From(visitor): From,
    Fields(typed): Fields<Passwords>,
) -> Result<Response, Problem> {
    let change = web
        .app
        .change_password(held.user, held.id, Secret::new(typed.present), Secret::new(typed.chosen), &visitor)
        .await
        .map_err(|failure| Problem::from_failure(web.app.chance.as_ref(), &failure))?;
    let (status, bad, later) = match change {
        PasswordChange::Changed(secret) => {
            return Ok(([give_session(&secret)], Redirect::to("/profile?done=password")).into_response());
        }
        PasswordChange::WrongPassword => {
            (StatusCode::UNPROCESSABLE_ENTITY, t.say("profile-password-wrong").into_owned(), None)
        }
        PasswordChange::Weak(weakness) => {
            (StatusCode::UNPROCESSABLE_ENTITY, weakness_in_words(t, weakness), None)
        }
        PasswordChange::Wait(wait) => {
            (StatusCode::TOO_MANY_REQUESTS, wait_in_words(t, wait), Some(seconds(wait)))
        }
        PasswordChange::Busy => (StatusCode::SERVICE_UNAVAILABLE, t.say("login-busy").into_owned(), Some(5)),
    };
    let said = Said { bad_password: Some(bad), ..Said::default() };
    let response = render(&web, t, &held, &headers, status, said).await?;
    Ok(match later {
        Some(after) => come_again(response, after),
        None => response,
    })
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Ending {
    session: String,
}

/// Signs another device out.
pub(super) async fn end_session(
    State(web): State<Web>,
    held: Held,
    Fields(ending): Fields<Ending>,
) -> Result<Response, Problem> {
    let chance = web.app.chance.as_ref();
    let Some(session) = SessionId::parse(&ending.session) else { return Err(Problem::not_found(chance)) };
    let ended = web
        .app
        .end_session(held.user, session)
        .await
        .map_err(|failure| Problem::from_failure(chance, &failure))?;
    if ended {
        Ok(Redirect::to("/profile?done=session").into_response())
    } else {
        Err(Problem::not_found(chance))
    }
}

/// The picture to set up a second factor with.
pub(super) async fn propose_factor(
    State(web): State<Web>,
    t: Texts,
    held: Held,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    enrol(&web, t, &held, &headers, StatusCode::OK, (None, None)).await
}

async fn enrol(
    web: &Web,
    t: Texts,
    held: &Held,
    headers: &HeaderMap,
    status: StatusCode,
    (bad, bad_passkey): (Option<String>, Option<String>),
) -> Result<Response, Problem> {
    let chance = web.app.chance.as_ref();
    let failed = |failure| Problem::from_failure(chance, &failure);
    let Some(seed) = web.app.propose_second_factor(held.user).await.map_err(failed)? else {
        return Ok(Redirect::to("/profile").into_response());
    };
    let Some(profile) = web.app.profile(held.user).await.map_err(failed)? else {
        return Err(Problem::not_found(chance));
    };
    let key = seed.base32();
    let label: String = profile.user.email.bytes().map(escaped).collect();
    let uri =
        format!("otpauth://totp/AskPro:{label}?secret={key}&issuer=AskPro&algorithm=SHA1&digits=6&period=30");
    let (side, picture) = picture(&uri).ok_or_else(|| Problem::internal(chance))?;
    let spaced: Vec<&str> =
        key.as_bytes().chunks(4).filter_map(|part| std::str::from_utf8(part).ok()).collect();
    let lead = if held.stage == Stage::Enrolment { t.say("enrol-must") } else { t.say("enrol-lead") };
    let page_of = Enrol {
        shell: Shell::inside(t, held.form_token()),
        token: held.form_token(),
        lead: lead.into_owned(),
        bad,
        key: spaced.join(" "),
        uri,
        side,
        picture,
        bad_passkey,
        offer: offer(web, held, headers, &profile.user.email).await?,
    };
    Ok(page(web, status, &page_of))
}

/// A byte of an e-mail address in an address of the web.
fn escaped(byte: u8) -> String {
    if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
        char::from(byte).to_string()
    } else {
        format!("%{byte:02X}")
    }
}

/// A QR code as one path of unit squares, with how long its side is.
fn picture(text: &str) -> Option<(i32, String)> {
    let code = QrCode::encode_text(text, QrCodeEcc::Medium).ok()?;
    let mut path = String::new();
    for y in 0..code.size() {
        for x in 0..code.size() {
            if code.get_module(x, y) {
                path.push_str(&format!("M{x} {y}h1v1h-1z"));
            }
        }
    }
    Some((code.size(), path))
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Typed {
    code: String,
}

pub(super) fn shown(t: Texts, held_token: String, title: &str, codes: &[Secret]) -> Codes {
    let spaced = |code: &Secret| -> String {
        let text = code.expose();
        let groups: Vec<&str> =
            text.as_bytes().chunks(4).filter_map(|part| std::str::from_utf8(part).ok()).collect();
        groups.join("-")
    };
    Codes {
        shell: Shell::inside(t, held_token),
        title: t.say(title).into_owned(),
        codes: codes.iter().map(spaced).collect(),
    }
}

/// The first code, which turns the second factor on.
pub(super) async fn confirm_factor(
    State(web): State<Web>,
    t: Texts,
    held: Held,
    headers: HeaderMap,
    Fields(typed): Fields<Typed>,
) -> Result<Response, Problem> {
    let confirmed = web
        .app
        .confirm_second_factor(held.user, held.id, &typed.code)
        .await
        .map_err(|failure| Problem::from_failure(web.app.chance.as_ref(), &failure))?;
    match confirmed {
        Some((secret, codes)) => {
            let token = crate::browser::form_token(&secret);
            let page = page(&web, StatusCode::OK, &shown(t, token, "codes-title", &codes));
            Ok(([give_session(&secret)], page).into_response())
        }
        None => {
            let bad = Some(t.say("code-wrong").into_owned());
            enrol(&web, t, &held, &headers, StatusCode::UNPROCESSABLE_ENTITY, (bad, None)).await
        }
    }
}

/// New recovery codes.
pub(super) async fn renew_codes(
    State(web): State<Web>,
    t: Texts,
    held: Held,
    headers: HeaderMap,
    Fields(typed): Fields<Typed>,
) -> Result<Response, Problem> {
    let renewed = web
        .app
        .renew_recovery_codes(held.user, &typed.code)
        .await
        .map_err(|failure| Problem::from_failure(web.app.chance.as_ref(), &failure))?;
    match renewed {
        Some(codes) => Ok(page(&web, StatusCode::OK, &shown(t, held.form_token(), "codes-renewed", &codes))),
        None => {
            let said = Said { bad_code: Some(t.say("code-wrong").into_owned()), ..Said::default() };
            render(&web, t, &held, &headers, StatusCode::UNPROCESSABLE_ENTITY, said).await
        }
    }
}
