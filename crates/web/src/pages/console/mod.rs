//! The control center that people look at. A page here asks one use case of
//! `askpro_app::console` for what it shows, puts it into words and renders it; it
//! decides nothing. Company and branch are part of every address
//! (`?company=…&branch=…`), so that an address can be given to a colleague.
//!
//! A new page: a reading in `app/console`, a context and a template here, its entry
//! in [`frame`], its texts in both files `texts/console.*.ftl`, its route below.

mod calendar;
mod call;
mod calls;
pub(crate) mod chart;
pub(crate) mod components;
mod customers;
mod frame;
mod general;
mod live;
mod overview;
mod people;
mod pieces;
mod say;
mod status;
mod tasks;
mod view;
mod words;

use askama::Template;
use askpro_app::console::{Around, Counts, Reader};
use askpro_domain::{access::Permission, calendar::local_to_instant};
use axum::{
    http::{Method, StatusCode},
    response::Response,
    routing::{get, post},
};
use components::Empty;
pub(crate) use frame::{Frame, Place};
use jiff::{Timestamp, civil::Time};
use view::Desk;
pub(crate) use view::View;

use super::page;
use crate::{
    problem::Problem,
    routes::{Access, Parts},
    web::Web,
};

pub(crate) fn routes(parts: Parts) -> Parts {
    use Permission::{ViewAppointments, ViewCalls, ViewCustomers};
    let sees_calls = Access::Requires(ViewCalls);
    parts
        .add(Method::GET, "/", Access::SignedIn, get(overview::home))
        .add(Method::GET, "/calls", sees_calls, get(calls::list))
        .add(Method::GET, "/calls/{id}", sees_calls, get(call::show))
        .add(Method::GET, "/calendar", Access::RequiresOrOwn(ViewAppointments), get(calendar::show))
        .add(Method::GET, "/tasks", Access::Requires(ViewAppointments), get(tasks::list))
        .add(Method::GET, "/customers", Access::RequiresOrOwn(ViewCustomers), get(customers::list))
        .add(Method::GET, "/customers/{id}", Access::RequiresOrOwn(ViewCustomers), get(customers::show))
        .add(Method::GET, "/search", Access::SignedIn, get(calls::search))
        .add(Method::GET, "/live", Access::SignedIn, get(live::follow))
        .add(Method::GET, "/people", Access::Requires(Permission::ManageUsers), get(people::show))
        .add(Method::POST, "/people/invite", Access::Requires(Permission::ManageUsers), post(people::invite))
        .add(
            Method::POST,
            "/people/role",
            Access::Requires(Permission::ManageUsers),
            post(people::change_role),
        )
        .add(Method::POST, "/people/remove", Access::Requires(Permission::ManageUsers), post(people::remove))
        .add(
            Method::POST,
            "/people/sign-out",
            Access::Requires(Permission::ManageUsers),
            post(people::sign_out),
        )
        .add(
            Method::POST,
            "/people/second-factor",
            Access::Requires(Permission::ManageUsers),
            post(people::require_factor),
        )
        .add(Method::GET, "/keys", Access::SignedIn, get(general::keys))
        .add(Method::GET, "/components", Access::SignedIn, get(pieces::show))
        .add(Method::GET, "/status", Access::Public, get(status::show))
}

#[derive(Template)]
#[template(path = "console/start.html")]
struct Start {
    f: Frame,
    empty: Empty,
}

/// What somebody sees who reaches no company yet.
fn start(web: &Web, view: View, reader: Reader) -> Response {
    let t = view.t;
    let empty = Empty {
        icon: components::icon_large("store"),
        title: t.say("start-empty").into_owned(),
        text: t.say("start-empty-text").into_owned(),
        action: None,
    };
    let desk =
        Desk { view, reader, company: askpro_domain::ids::CompanyId(Default::default()), branch: None };
    let around = Around { now: web.app.clock.now(), branches: Vec::new(), counts: Counts::default() };
    page(web, StatusCode::OK, &Start { f: desk.frame(&around, Place::Overview), empty })
}

/// A failed reading as a page.
fn failed(web: &Web) -> impl Fn(askpro_app::Failure) -> Problem + '_ {
    |failure| Problem::from_failure(web.app.chance.as_ref(), &failure)
}

/// Where a branch's day begins and ends.
fn day_bounds(words: &words::Words, date: jiff::civil::Date) -> Option<(Timestamp, Timestamp)> {
    let midnight =
        |date: jiff::civil::Date| local_to_instant(date.to_datetime(Time::midnight()), &words.zone);
    Some((midnight(date)?, midnight(date.tomorrow().ok()?)?))
}
