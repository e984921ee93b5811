//! The status page: components and nothing of any company, without sign-in.

use askama::Template;
use askpro_app::{BreakerState, ProviderService};
use axum::{extract::State, http::StatusCode, response::Response};

use super::{
    components::{Tag, Tone},
    words::Words,
};
use crate::{
    pages::{Shell, Texts, page},
    web::Web,
};

#[derive(Template)]
#[template(path = "console/status.html")]
struct Status {
    shell: Shell,
    title: String,
    lead: String,
    parts: Vec<(&'static str, String, String, Tag)>,
    foot: String,
}

/// Whether everything works, for whoever asks.
pub(super) async fn show(State(web): State<Web>, t: Texts) -> Response {
    let degraded = web.app.degraded().await;
    let works = || Tag::new(Tone::Ok, "check", t.say("provider-works"));
    let mut parts =
        vec![("ok", t.say("status-phone").into_owned(), t.say("status-phone-text").into_owned(), works())];
    let mut troubles = 0_u32;
    let database = if degraded.contains(&"database") {
        troubles += 1;
        let tag = Tag::new(Tone::Bad, "octagon-x", t.say("status-away"));
        ("bad", t.say("provider-database").into_owned(), t.say("status-database-away").into_owned(), tag)
    } else {
        (
            "ok",
            t.say("provider-database").into_owned(),
            t.say("provider-database-below").into_owned(),
            works(),
        )
    };
    parts.push(database);
    for service in ProviderService::ALL {
        let state = web.app.lines.standing(service).state;
        let is_well = matches!(state, BreakerState::Closed | BreakerState::Paused);
        troubles += u32::from(!is_well);
        let (dot, tag, below) = if is_well {
            ("ok", works(), t.say("status-provider-text"))
        } else {
            (
                "bad",
                Tag::new(Tone::Bad, "octagon-x", t.say("status-trouble")),
                t.say("status-provider-trouble"),
            )
        };
        let name = if service.word() == "retell" { "Retell" } else { "Cal.com" };
        parts.push((dot, name.to_owned(), below.into_owned(), tag));
    }
    let words = Words::new(t, "Europe/Berlin");
    let now = web.app.clock.now();
    let foot = t
        .with("status-foot", [("time", words.clock(now).into()), ("zone", words.zone_place(now).into())])
        .into_owned();
    let status = Status {
        shell: Shell::outside(t),
        title: t.with("status-title", [("troubles", troubles.into())]).into_owned(),
        lead: t.say("status-lead").into_owned(),
        parts,
        foot,
    };
    page(&web, StatusCode::OK, &status)
}
