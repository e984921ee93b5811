use askpro_app::appointments::{Filter, Listed};
use askpro_domain::{
    booking::AppointmentStatus,
    calendar::zone,
    ids::{AppointmentId, StaffId},
};
use axum::{
    Json,
    extract::{Path, State, rejection::PathRejection},
    response::{IntoResponse, Response},
};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    list::{Paging, page},
    params::{Params, time},
};
use crate::{problem::Problem, routes::Permit, web::Web};

/// What the list can be narrowed by. Times are RFC 3339 with an offset.
#[derive(Debug, Deserialize)]
pub(super) struct Wanted {
    from: Option<String>,
    to: Option<String>,
    staff_id: Option<String>,
    status: Option<String>,
}

/// Appointments in order of their start.
pub(super) async fn list(
    State(web): State<Web>,
    permit: Permit,
    Params(paging): Params<Paging>,
    Params(wanted): Params<Wanted>,
) -> Result<Response, Problem> {
    let chance = web.app.chance.as_ref();
    let scope = paging.scope(&permit, chance)?;
    let filter = Filter {
        id: None,
        from: time(wanted.from.as_deref(), "from", chance)?,
        to: time(wanted.to.as_deref(), "to", chance)?,
        staff: match wanted.staff_id.as_deref() {
            Some(id) => Some(
                StaffId::parse(id)
                    .ok_or_else(|| Problem::invalid(chance, "staff_id", "This is not an id."))?,
            ),
            None => None,
        },
        status: match wanted.status.as_deref() {
            Some(word) => Some(
                AppointmentStatus::parse(word)
                    .ok_or_else(|| Problem::invalid(chance, "status", "There is no such status."))?,
            ),
            None => None,
        },
        after: paging.after(read_cursor, chance)?,
    };
    let limit = paging.limit();
    let rows = web
        .app
        .list_appointments(scope, filter, limit + 1)
        .await
        .map_err(|failure| Problem::from_failure(chance, &failure))?;
    Ok(page(rows, limit, cursor, appointment))
}

/// One appointment.
pub(super) async fn find(
    State(web): State<Web>,
    permit: Permit,
    id: Result<Path<String>, PathRejection>,
) -> Result<Response, Problem> {
    let chance = web.app.chance.as_ref();
    let id =
        id.ok().and_then(|Path(id)| AppointmentId::parse(&id)).ok_or_else(|| Problem::not_found(chance))?;
    for scope in permit.scopes() {
        let found = web
            .app
            .find_appointment(scope, id)
            .await
            .map_err(|failure| Problem::from_failure(chance, &failure))?;
        if let Some(found) = found {
            return Ok(Json(appointment(&found)).into_response());
        }
    }
    Err(Problem::not_found(chance))
}

fn cursor(one: &Listed) -> String {
    format!("{}_{}", one.appointment.start.as_microsecond(), one.appointment.id)
}

fn read_cursor(text: &str) -> Option<(Timestamp, AppointmentId)> {
    let (start, id) = text.split_once('_')?;
    Some((Timestamp::from_microsecond(start.parse().ok()?).ok()?, AppointmentId::parse(id)?))
}

fn appointment(one: &Listed) -> Value {
    let appointment = &one.appointment;
    let zone = zone(&appointment.zone).ok();
    // In the zone that was agreed, so that a reader sees the wall time.
    let local = |at: Timestamp| match &zone {
        Some(zone) => at.to_zoned_datetime(zone.clone()).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string(),
        None => at.to_string(),
    };
    let occupancy: Vec<Value> = one
        .occupancy
        .iter()
        .map(|(resource, piece)| {
            json!({ "resource_id": resource.to_string(), "start": local(piece.from), "end": local(piece.to) })
        })
        .collect();
    json!({
        "id": appointment.id.to_string(),
        "company_id": appointment.company.to_string(),
        "branch_id": appointment.branch.to_string(),
        "reference": appointment.reference.as_str(),
        "status": appointment.status.word(),
        "start": local(appointment.start),
        "end": local(appointment.end),
        "zone": appointment.zone,
        "staff_id": appointment.staff.to_string(),
        "service_id": appointment.service.to_string(),
        "customer_id": appointment.customer.to_string(),
        "customer": { "name": one.customer_name },
        "calendar": appointment.calendar.word(),
        "occupancy": occupancy,
        "revision": appointment.revision,
    })
}
