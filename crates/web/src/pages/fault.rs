//! What went wrong, for people: the same problem as a page.

use askama::Template;
use axum::{
    extract::{Request, State},
    http::{StatusCode, header},
    middleware::Next,
    response::Response,
};

use super::{Shell, Texts, page};
use crate::{
    browser::{asked_language, is_for_a_person, keep_language, keep_look, language, look},
    problem::Shown,
    web::Web,
};

#[derive(Template)]
#[template(path = "error.html")]
struct Fault {
    shell: Shell,
    title: String,
    lead: String,
    is_ours: bool,
    error_id: String,
}

/// Turns problems into pages for whoever reads with a browser, and keeps a
/// language that was chosen.
pub(crate) async fn for_people(State(web): State<Web>, request: Request, next: Next) -> Response {
    let t = Texts(language(request.uri(), request.headers()));
    let chosen = asked_language(request.uri());
    let is_person = is_for_a_person(request.uri(), request.headers());
    let look_kept = keep_look(request.uri(), request.headers());
    let look = look(request.uri(), request.headers());
    let mut response = next.run(request).await;
    if is_person && let Some(shown) = response.extensions().get::<Shown>().cloned() {
        let word = match response.status() {
            StatusCode::FORBIDDEN | StatusCode::UNAUTHORIZED => "403",
            StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED => "404",
            StatusCode::TOO_MANY_REQUESTS => "429",
            StatusCode::SERVICE_UNAVAILABLE => "503",
            status if status.is_client_error() => "400",
            _ => "500",
        };
        let fault = Fault {
            shell: Shell { look, ..Shell::outside(t) },
            title: t.say(&format!("error-{word}")).into_owned(),
            lead: t.say(&format!("error-{word}-lead")).into_owned(),
            is_ours: word.starts_with('5'),
            error_id: shown.error_id,
        };
        let mut rendered = page(&web, response.status(), &fault);
        if let Some(later) = response.headers().get(header::RETRY_AFTER) {
            rendered.headers_mut().insert(header::RETRY_AFTER, later.clone());
        }
        response = rendered;
    }
    if let Some(language) = chosen.filter(|_| is_person) {
        let (name, value) = keep_language(language);
        response.headers_mut().append(name, value);
    }
    if let Some((name, value)) = look_kept.filter(|_| is_person) {
        response.headers_mut().append(name, value);
    }
    response
}
