//! When somebody can be booked: the free starts of a service, or the time in which
//! somebody works and has nothing.

use askpro_app::{
    Scope,
    availability::{Free, Place, RANGE_AT_MOST, Wanted},
};
use askpro_domain::{
    access::Permission,
    ids::{BranchId, CompanyId, ServiceId, StaffId},
};
use axum::{Json, extract::State, http::Method, routing::get};
use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    document::{Api, Said},
    list::{Page, Paging, own_staff, page, place},
    params::Params,
    values::{FromText, Text, Time},
};
use crate::{
    problem::Problem,
    routes::{Access, Permit},
    web::Web,
};

/// What is looked at where no end is asked for.
const USUAL_RANGE: SignedDuration = SignedDuration::from_hours(7 * 24);

/// What is asked.
#[derive(Debug, Deserialize, JsonSchema)]
struct Query {
    /// From when; now where it is left out.
    from: Option<Text<Timestamp>>,
    /// Until when, at most 31 days after from; a week after it where it is left out.
    to: Option<Text<Timestamp>>,
    /// The free starts of this service; without it, time in which somebody works and has nothing.
    service_id: Option<Text<ServiceId>>,
    staff_id: Option<Text<StaffId>>,
    branch_id: Option<Text<BranchId>>,
}

/// A stretch in which somebody can be booked.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Availability")]
struct Shown {
    company_id: Text<CompanyId>,
    branch_id: Text<BranchId>,
    staff_id: Text<StaffId>,
    /// Null where it is time in which somebody works and has nothing.
    service_id: Option<Text<ServiceId>>,
    start: Time,
    end: Time,
    /// IANA zone of the branch.
    zone: String,
}

fn show(one: &Free) -> Shown {
    Shown {
        company_id: Text(one.company),
        branch_id: Text(one.branch),
        staff_id: Text(one.staff),
        service_id: one.service.map(Text),
        start: Time::local(one.start, &one.zone),
        end: Time::local(one.end, &one.zone),
        zone: one.zone.clone(),
    }
}

fn write_place(one: &Free) -> String {
    let (company, start, staff) = one.place();
    format!("{company}_{}", place::write(start, staff.0))
}

fn read_place(text: &str) -> Option<Place> {
    let (company, rest) = text.split_once('_')?;
    let (start, staff) = place::read(rest)?;
    Some((CompanyId::from_text(company)?, start, StaffId(staff)))
}

async fn list(
    State(web): State<Web>,
    permit: Permit,
    Params(paging): Params<Paging>,
    Params(query): Params<Query>,
) -> Result<Json<Page<Shown>>, Problem> {
    let chance = web.app.chance.as_ref();
    let after = match paging.cursor() {
        Some(cursor) => Some(read_place(cursor).ok_or_else(|| Paging::strange_cursor(chance))?),
        None => None,
    };
    let from = query.from.map_or_else(|| web.app.clock.now(), |at| at.0);
    let usual = from.checked_add(USUAL_RANGE).unwrap_or(from);
    let to = query.to.map_or(usual, |at| at.0);
    if to < from || to.duration_since(from) > RANGE_AT_MOST {
        return Err(Problem::invalid(chance, "to", "It lies after from, and at most 31 days."));
    }
    let wanted = Wanted {
        from,
        to,
        service: query.service_id.map(|id| id.0),
        branch: query.branch_id.map(|id| id.0),
        staff: query.staff_id.map(|id| id.0),
        after,
    };
    let limit = paging.limit();
    let mut rows = Vec::new();
    for scope in paging.scopes(&permit, false, chance)? {
        let Some(wanted) = narrowed(&web, &permit, scope, wanted.clone()).await? else { continue };
        let found = web.app.availability(scope, wanted, limit + 1).await;
        rows.extend(found.map_err(|failure| Problem::from_failure(chance, &failure))?);
    }
    Ok(Json(page(rows, limit, write_place, show)))
}

/// Narrowed to one's own calendar where the permit holds only for that; `None`
/// where there is nothing to see.
async fn narrowed(
    web: &Web,
    permit: &Permit,
    scope: Scope,
    wanted: Wanted,
) -> Result<Option<Wanted>, Problem> {
    if !permit.is_own {
        return Ok(Some(wanted));
    }
    let own = own_staff(web, permit, scope).await?;
    let own = own.filter(|own| wanted.staff.is_none_or(|asked| asked == *own));
    Ok(own.map(|own| Wanted { staff: Some(own), ..wanted }))
}

pub(super) fn routes(mut api: Api) -> Api {
    let mut parameters = api.query::<Paging>();
    parameters.extend(api.query::<Query>());
    let said = Said {
        parameters,
        answer: Some(api.page::<Shown>()),
        ..Said::of("list_availability", "availability", "When somebody can be booked, page by page")
    };
    let sees = Access::RequiresOrOwn(Permission::ViewAppointments);
    api.add(Method::GET, "/api/v1/availability", sees, get(list), said)
}
