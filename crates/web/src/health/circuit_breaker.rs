use askpro_app::{BreakerState, NotAsked, ProviderService, Shown};
use askpro_domain::access::{Permission, Reach};
use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode},
};
use serde_json::{Map, Value, json};

use crate::{routes, web::Web};

/// How the providers do, by what this process has seen of them. 503 where one is
/// in trouble; a provider that asks for a pause is not. Whoever may see operation
/// sees each connection too.
pub(super) async fn circuit_breaker(State(web): State<Web>, headers: HeaderMap) -> (StatusCode, Json<Value>) {
    let shown = web.app.lines.shown();
    let reach = routes::reach_of(&web, &headers, Permission::ViewOperation).await;
    let mut is_healthy = true;
    let mut services = Map::new();
    for service in ProviderService::ALL {
        let standing = web.app.lines.standing(service);
        is_healthy &= matches!(standing.state, BreakerState::Closed | BreakerState::Paused);
        let mut answer = json!({
            "state": standing.state.word(),
            "failures": standing.failures,
            "reason": standing.trouble.map(|trouble| trouble.words()),
            "failing_for_s": standing.failing_for.map(|time| time.as_secs()),
            "connections": { "known": standing.lines, "failing": standing.failing },
        });
        if let Some(reach) = &reach {
            let details: Vec<Value> = shown
                .iter()
                .filter(|one| one.service == service && reaches(reach, one))
                .map(details)
                .collect();
            answer["details"] = json!(details);
        }
        services.insert(service.word().into(), answer);
    }
    let status = if is_healthy { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let timestamp = web.app.clock.now().to_string();
    (status, Json(json!({ "healthy": is_healthy, "services": services, "timestamp": timestamp })))
}

fn reaches(reach: &Reach, one: &Shown) -> bool {
    match reach {
        Reach::Everywhere => true,
        Reach::Companies(companies) => companies.contains(&one.id.company),
    }
}

fn details(one: &Shown) -> Value {
    let (seen, counts) = (&one.seen, &one.seen.counts);
    let not_asked: Map<String, Value> = NotAsked::ALL
        .iter()
        .zip(counts.not_asked)
        .map(|(why, count)| (why.word().into(), json!(count)))
        .collect();
    json!({
        "connection_id": one.id.connection.as_str(),
        "company_id": one.id.company.to_string(),
        "state": seen.state.word(),
        "failures": seen.failures,
        "reason": seen.trouble.map(|trouble| trouble.words()),
        "key_refused": seen.key_refused,
        "counts": {
            "ok": counts.ok, "failed": counts.failed, "timed_out": counts.timed_out, "refused": counts.refused,
            "key_refused": counts.key_refused, "throttled": counts.throttled, "opened": counts.opened,
            "not_asked": not_asked,
        },
    })
}
