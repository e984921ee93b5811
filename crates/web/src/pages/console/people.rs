//! Who works in a company's control center, and as what.

use askama::Template;
use askpro_app::members::{Changed, Member};
use askpro_domain::{
    access::{Reach, Role},
    ids::{CompanyId, UserId},
};
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::{Frame, Place, View, failed, frame::with_query, page};
use crate::{pages::fields::Fields, problem::Problem, routes::Permit, web::Web};

#[derive(Template)]
#[template(path = "console/people.html")]
struct People {
    f: Frame,
    company: String,
    members: Vec<Shown>,
    roles: Vec<(&'static str, String)>,
    good: Option<String>,
    bad: Option<String>,
    has_mail: bool,
    requires_second_factor: bool,
}

struct Shown {
    id: String,
    name: String,
    email: String,
    role: &'static str,
    is_active: bool,
    is_invited: bool,
    has_second_factor: bool,
    is_oneself: bool,
}

/// Roles that a company gives.
fn given() -> impl Iterator<Item = Role> {
    Role::ALL.iter().copied().filter(|role| !role.is_platform_wide())
}

/// The people of a company.
pub(super) async fn show(State(web): State<Web>, view: View) -> Result<Response, Response> {
    let me = view.principal.user;
    let said = view.asked("said").unwrap_or_default().to_owned();
    let desk = view.desk(&web).await?;
    let broken = |error| failed(&web)(error).into_response();
    let around = web.app.around(desk.company, desk.branch).await.map_err(broken)?;
    let members = web.app.members(desk.company).await.map_err(broken)?;
    let requires_second_factor = web.app.requires_second_factor(desk.company).await.map_err(broken)?;
    let f = desk.frame(&around, Place::People);
    let t = f.t;
    let say = |key: &str| Some(t.say(key).into_owned());
    let (good, bad) = match said.as_str() {
        "invited" => (say("people-invited"), None),
        "done" => (say("people-done"), None),
        "oneself" => (None, say("people-oneself")),
        "unfit" => (None, say("people-unfit")),
        "mail" => (None, say("people-no-mail")),
        _ => (None, None),
    };
    let shown = |one: Member| Shown {
        is_oneself: one.user == me,
        id: one.user.to_string(),
        name: one.name,
        email: one.email,
        role: one.role.word(),
        is_active: one.is_active,
        is_invited: one.is_invited,
        has_second_factor: one.has_second_factor,
    };
    let roles = given().map(|role| (role.word(), t.say(&format!("role-{}", role.word())).into_owned()));
    let people = People {
        company: desk.company.to_string(),
        members: members.into_iter().map(shown).collect(),
        roles: roles.collect(),
        good,
        bad,
        has_mail: web.app.mail.is_some(),
        requires_second_factor,
        f,
    };
    Ok(page(&web, StatusCode::OK, &people))
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Form {
    company: String,
    user: String,
    email: String,
    name: String,
    role: String,
    required: String,
}

impl Form {
    /// The company, where the person may look after its people; another's does not exist.
    fn company(&self, web: &Web, permit: &Permit) -> Result<CompanyId, Problem> {
        let wanted = CompanyId::parse(&self.company);
        let reached = wanted.filter(|company| match &permit.reach {
            Reach::Everywhere => true,
            Reach::Companies(companies) => companies.contains(company),
        });
        reached.ok_or_else(|| Problem::not_found(web.app.chance.as_ref()))
    }

    fn user(&self, web: &Web) -> Result<UserId, Problem> {
        UserId::parse(&self.user).ok_or_else(|| Problem::not_found(web.app.chance.as_ref()))
    }
}

fn back(web: &Web, company: CompanyId, changed: Changed, done: &str) -> Result<Response, Problem> {
    let said = match changed {
        Changed::Done => done,
        Changed::Absent => return Err(Problem::not_found(web.app.chance.as_ref())),
        Changed::Oneself => "oneself",
        Changed::Unfit => "unfit",
        Changed::NoMail => "mail",
    };
    let company = company.to_string();
    Ok(Redirect::to(&with_query("/people", &[("company", &company), ("said", said)])).into_response())
}

/// An invitation.
pub(super) async fn invite(
    State(web): State<Web>,
    permit: Permit,
    Fields(form): Fields<Form>,
) -> Result<Response, Problem> {
    let company = form.company(&web, &permit)?;
    let Some(role) = Role::parse(&form.role) else { return back(&web, company, Changed::Unfit, "") };
    let invited = web.app.invite_member(company, (&form.email, &form.name), role, &permit.actor).await;
    back(&web, company, invited.map_err(failed(&web))?, "invited")
}

/// Another role.
pub(super) async fn change_role(
    State(web): State<Web>,
    permit: Permit,
    Fields(form): Fields<Form>,
) -> Result<Response, Problem> {
    let (company, user) = (form.company(&web, &permit)?, form.user(&web)?);
    let Some(role) = Role::parse(&form.role) else { return back(&web, company, Changed::Unfit, "") };
    let changed = web.app.change_role(company, user, role, permit.user, &permit.actor).await;
    back(&web, company, changed.map_err(failed(&web))?, "done")
}

/// Out of this company.
pub(super) async fn remove(
    State(web): State<Web>,
    permit: Permit,
    Fields(form): Fields<Form>,
) -> Result<Response, Problem> {
    let (company, user) = (form.company(&web, &permit)?, form.user(&web)?);
    let removed = web.app.remove_member(company, user, permit.user, &permit.actor).await;
    back(&web, company, removed.map_err(failed(&web))?, "done")
}

/// Out of every browser.
pub(super) async fn sign_out(
    State(web): State<Web>,
    permit: Permit,
    Fields(form): Fields<Form>,
) -> Result<Response, Problem> {
    let (company, user) = (form.company(&web, &permit)?, form.user(&web)?);
    let ended = web.app.end_sessions_of_member(company, user, permit.user, &permit.actor).await;
    back(&web, company, ended.map_err(failed(&web))?, "done")
}

/// Whether everybody here needs a second factor.
pub(super) async fn require_factor(
    State(web): State<Web>,
    permit: Permit,
    Fields(form): Fields<Form>,
) -> Result<Response, Problem> {
    let company = form.company(&web, &permit)?;
    let required = form.required == "yes";
    web.app.require_second_factor(company, required, &permit.actor).await.map_err(failed(&web))?;
    back(&web, company, Changed::Done, "done")
}
