use askpro_domain::{
    business::{CalendarOfRecord, Service},
    ids::ServiceId,
};
use axum::{extract::State, response::Response};
use serde_json::{Value, json};

use super::{
    list::{Paging, page},
    params::Params,
};
use crate::{problem::Problem, routes::Permit, web::Web};

/// What can be booked.
pub(super) async fn list(
    State(web): State<Web>,
    permit: Permit,
    Params(paging): Params<Paging>,
) -> Result<Response, Problem> {
    let chance = web.app.chance.as_ref();
    let scope = paging.scope(&permit, chance)?;
    let after = paging.after(ServiceId::parse, chance)?;
    let limit = paging.limit();
    let rows = web
        .app
        .list_services(scope, after, limit + 1)
        .await
        .map_err(|failure| Problem::from_failure(chance, &failure))?;
    Ok(page(rows, limit, |one| one.id.to_string(), service))
}

fn service(one: &Service) -> Value {
    let segments: Vec<Value> = one
        .times
        .segments
        .iter()
        .map(|segment| json!({ "minutes": segment.minutes, "staff_needed": segment.staff_needed }))
        .collect();
    let (calendar, connection, event_type) = match &one.calendar {
        CalendarOfRecord::Own => ("own", None, None),
        CalendarOfRecord::Calcom { connection, event_type_id } => {
            ("calcom", Some(connection.as_str()), Some(*event_type_id))
        }
    };
    json!({
        "id": one.id.to_string(),
        "company_id": one.company.to_string(),
        "branch_id": one.branch.to_string(),
        "name": one.name,
        "synonyms": one.synonyms,
        "price_cents": one.price.map(|price| price.cents),
        "currency": one.price.map(|price| price.currency.code().to_owned()),
        "duration_minutes": one.times.total_minutes(),
        "segments": segments,
        "buffer_before_minutes": one.times.buffer_before_minutes,
        "buffer_after_minutes": one.times.buffer_after_minutes,
        "slot_interval_minutes": one.times.slot_interval_minutes,
        "min_notice_minutes": one.times.min_notice_minutes,
        "booking_horizon_days": one.times.booking_horizon_days,
        "calendar": calendar,
        "connection_id": connection,
        "event_type_id": event_type,
        "revision": one.revision,
    })
}
