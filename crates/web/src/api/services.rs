use askpro_app::lists::business::{Kept, Services as Filter};
use askpro_domain::{
    availability::Segment,
    booking::Calendar,
    business::{CalendarOfRecord, Service},
    ids::{BranchId, CompanyId, ConnectionId, ServiceId, StaffId},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    list::Collection,
    values::{FromText, Text, Word},
};

/// What can be booked.
pub(super) struct Services;

/// What the list can be narrowed by.
#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct Query {
    branch_id: Option<Text<BranchId>>,
    /// Only what this person does.
    staff_id: Option<Text<StaffId>>,
    /// Only those in use (as if left out), or only those that are not.
    active: Option<bool>,
}

/// One stretch of a service.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Segment")]
pub(super) struct Stretch {
    /// Its length.
    #[schemars(range(min = 1, max = 1440))]
    pub(super) minutes: u32,
    /// Whether the person is occupied; false is waiting time in which somebody else can be served.
    pub(super) staff_needed: bool,
}

impl From<&Segment> for Stretch {
    fn from(one: &Segment) -> Self {
        Self { minutes: one.minutes, staff_needed: one.staff_needed }
    }
}

/// Something that can be booked.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Service")]
pub(super) struct Shown {
    id: Text<ServiceId>,
    company_id: Text<CompanyId>,
    branch_id: Text<BranchId>,
    name: String,
    /// What callers also say for it.
    synonyms: Vec<String>,
    /// Including VAT.
    price_cents: Option<i64>,
    /// ISO 4217.
    currency: Option<String>,
    /// From the first to the last minute, without buffers.
    duration_minutes: u32,
    segments: Vec<Stretch>,
    buffer_before_minutes: u32,
    buffer_after_minutes: u32,
    slot_interval_minutes: u32,
    min_notice_minutes: u32,
    booking_horizon_days: u32,
    /// Where its appointments must be accepted.
    calendar: Word<Calendar>,
    connection_id: Option<Text<ConnectionId>>,
    /// Cal.com's number of the event type.
    event_type_id: Option<i64>,
    /// Who does it.
    staff_ids: Vec<Text<StaffId>>,
    active: bool,
    revision: u32,
}

impl Collection for Services {
    const NAME: &'static str = "services";
    const ONE: &'static str = "service";
    type Query = Query;
    type Filter = Filter;
    type Id = ServiceId;
    type Shown = Shown;

    fn filter(query: Query) -> Filter {
        Filter {
            branch: query.branch_id.map(|id| id.0),
            staff: query.staff_id.map(|id| id.0),
            active: Some(query.active.unwrap_or(true)),
            ..Filter::default()
        }
    }
    fn only(id: ServiceId) -> Filter {
        Filter { id: Some(id), ..Filter::default() }
    }
    fn cursor(row: &Kept<Service>) -> String {
        row.of.id.to_string()
    }
    fn behind(filter: Filter, cursor: &str) -> Option<Filter> {
        Some(Filter { after: Some(ServiceId::from_text(cursor)?), ..filter })
    }
    fn company(row: &Kept<Service>) -> Option<CompanyId> {
        Some(row.company)
    }
    fn revision(row: &Kept<Service>) -> Option<u32> {
        Some(row.of.revision)
    }
    fn show(row: &Kept<Service>) -> Shown {
        let (service, times) = (&row.of, &row.of.times);
        let (connection_id, event_type_id) = match &service.calendar {
            CalendarOfRecord::Own => (None, None),
            CalendarOfRecord::Calcom { connection, event_type_id } => {
                (Some(Text(connection.clone())), Some(*event_type_id))
            }
        };
        Shown {
            id: Text(service.id),
            company_id: Text(service.company),
            branch_id: Text(service.branch),
            name: service.name.clone(),
            synonyms: service.synonyms.clone(),
            price_cents: service.price.map(|price| price.cents),
            currency: service.price.map(|price| price.currency.code().to_owned()),
            duration_minutes: times.total_minutes(),
            segments: times.segments.iter().map(Stretch::from).collect(),
            buffer_before_minutes: times.buffer_before_minutes,
            buffer_after_minutes: times.buffer_after_minutes,
            slot_interval_minutes: times.slot_interval_minutes,
            min_notice_minutes: times.min_notice_minutes,
            booking_horizon_days: times.booking_horizon_days,
            calendar: Word(service.calendar.calendar()),
            connection_id,
            event_type_id,
            staff_ids: service.staff.iter().map(|id| Text(*id)).collect(),
            active: row.is_active,
            revision: service.revision,
        }
    }
}
