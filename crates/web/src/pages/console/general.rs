use askama::Template;
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};

use super::{Frame, Place, View, failed, page};
use crate::web::Web;

#[derive(Template)]
#[template(path = "console/keys.html")]
struct Keys {
    f: Frame,
    groups: Vec<(String, Vec<(&'static str, String)>)>,
}

/// Every key.
pub(super) async fn keys(State(web): State<Web>, view: View) -> Result<Response, Response> {
    let desk = view.desk(&web).await?;
    let around = web
        .app
        .around(desk.company, desk.branch)
        .await
        .map_err(|error| failed(&web)(error).into_response())?;
    let f = desk.frame(&around, Place::Keys);
    let t = f.t;
    let say = |key: &str| t.say(key).into_owned();
    let go: Vec<(&'static str, String)> = f
        .groups()
        .into_iter()
        .flat_map(|group| group.entries)
        .map(|entry| (joined(entry.key), entry.text))
        .collect();
    let groups = vec![
        (
            say("keys-everywhere"),
            vec![
                ("/", say("keys-search")),
                ("?", say("keys-title")),
                ("Esc", say("keys-close")),
                ("z", say("keys-undo")),
            ],
        ),
        (say("keys-go"), go),
        (
            say("keys-lists"),
            vec![
                ("j k", say("keys-rows")),
                ("Enter", say("keys-open")),
                ("f", say("keys-filter")),
                ("← →", say("keys-days")),
                ("m", say("keys-move")),
            ],
        ),
    ];
    Ok(page(&web, StatusCode::OK, &Keys { f, groups }))
}

fn joined(key: &'static str) -> &'static str {
    match key {
        "o" => "g o",
        "a" => "g a",
        "k" => "g k",
        "t" => "g t",
        "c" => "g c",
        "f" => "g f",
        "p" => "g p",
        "l" => "g l",
        "u" => "g u",
        "z" => "g z",
        other => other,
    }
}
