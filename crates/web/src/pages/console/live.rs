//! Tells pages that something changed. What changed they ask for themselves, with
//! their own permission; here go words like `calls`, and nothing of anybody.

use std::{convert::Infallible, time::Duration};

use askpro_app::console::Topic;
use askpro_domain::{access::Reach, ids::CompanyId};
use axum::{
    extract::State,
    response::{
        IntoResponse, Response, Sse,
        sse::{Event, KeepAlive},
    },
};
use futures_util::stream;
use tokio::{
    sync::{broadcast::error::RecvError, watch},
    time::{Instant, timeout_at},
};

use super::View;
use crate::{problem::Problem, web::Web};

/// After this the browser comes again, and with it the question who asks.
const LONGEST: Duration = Duration::from_secs(120);

/// The stream of a company's changes.
pub(super) async fn follow(State(web): State<Web>, view: View) -> Result<Response, Problem> {
    let not_found = || Problem::not_found(web.app.chance.as_ref());
    let company = view.asked("company").and_then(CompanyId::parse).ok_or_else(not_found)?;
    if matches!(&view.reach, Reach::Companies(companies) if !companies.contains(&company)) {
        return Err(not_found());
    }
    let until = Instant::now() + LONGEST;
    let begin = (web.app.listen(), web.stopping.clone());
    let stream = stream::unfold(begin, move |(mut told, mut stopping)| async move {
        loop {
            let next = tokio::select! {
                next = timeout_at(until, told.recv()) => next,
                () = stopped(&mut stopping) => return None,
            };
            let words = match next {
                Ok(Ok(change)) if change.company == company => match change.topic {
                    Topic::Calls => "calls",
                    Topic::Calendar => "calendar tasks",
                },
                Ok(Ok(_)) => continue,
                Ok(Err(RecvError::Lagged(_))) => "calls calendar tasks",
                Ok(Err(RecvError::Closed)) | Err(_) => return None,
            };
            let event = Event::default().event("changed").data(words);
            return Some((Ok::<_, Infallible>(event), (told, stopping)));
        }
    });
    Ok(Sse::new(stream).keep_alive(KeepAlive::new().interval(Duration::from_secs(15))).into_response())
}

/// The server stops: open streams must not hold it up.
async fn stopped(stopping: &mut Option<watch::Receiver<bool>>) {
    match stopping {
        Some(stopping) => {
            let _ = stopping.wait_for(|stopped| *stopped).await;
        }
        None => std::future::pending().await,
    }
}
