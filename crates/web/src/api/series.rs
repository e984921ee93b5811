use askpro_app::lists::series::{AllSeries as Filter, Series as Row};
use askpro_domain::ids::{CompanyId, CustomerId, ServiceId, StaffId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    list::Collection,
    values::{FromText, Text, Time},
};

/// Rows of appointments that were booked as one; their appointments are listed
/// with `appointments?series_id=`.
pub(super) struct Series;

/// What the list can be narrowed by.
#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct Query {
    customer_id: Option<Text<CustomerId>>,
}

/// A row of appointments that was booked as one.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Series")]
pub(super) struct Shown {
    id: Text<Uuid>,
    company_id: Text<CompanyId>,
    /// By RFC 5545.
    recurrence_rule: String,
    customer_id: Text<CustomerId>,
    service_id: Text<ServiceId>,
    staff_id: Text<StaffId>,
    /// How many appointments it has.
    appointments: u32,
    /// How many of them stand.
    live: u32,
    first_start: Time,
    last_end: Time,
    /// Raised with any of its appointments.
    revision: u32,
}

impl Collection for Series {
    const NAME: &'static str = "series";
    const ONE: &'static str = "series of appointments";
    type Query = Query;
    type Filter = Filter;
    type Id = Uuid;
    type Shown = Shown;

    fn filter(query: Query) -> Filter {
        Filter { customer: query.customer_id.map(|id| id.0), ..Filter::default() }
    }
    fn only(id: Uuid) -> Filter {
        Filter { id: Some(id), ..Filter::default() }
    }
    fn cursor(row: &Row) -> String {
        row.id.to_string()
    }
    fn behind(filter: Filter, cursor: &str) -> Option<Filter> {
        Some(Filter { after: Some(Uuid::from_text(cursor)?), ..filter })
    }
    fn company(row: &Row) -> Option<CompanyId> {
        Some(row.company)
    }
    fn revision(row: &Row) -> Option<u32> {
        Some(row.revision)
    }
    fn show(row: &Row) -> Shown {
        Shown {
            id: Text(row.id),
            company_id: Text(row.company),
            recurrence_rule: row.recurrence_rule.clone(),
            customer_id: Text(row.customer),
            service_id: Text(row.service),
            staff_id: Text(row.staff),
            appointments: row.appointments,
            live: row.live,
            first_start: Time::utc(row.first_start),
            last_end: Time::utc(row.last_end),
            revision: row.revision,
        }
    }
}
