use askpro_app::appointments::{Filter, Listed};
use askpro_domain::{
    booking::{AppointmentStatus, Calendar, Reference},
    ids::{AppointmentId, BranchId, CompanyId, ConnectionId, CustomerId, ResourceId, ServiceId, StaffId},
};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    list::{Collection, place},
    values::{Text, Time, Word},
};

/// Appointments in order of their start.
pub(super) struct Appointments;

/// What the list can be narrowed by.
#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct Query {
    /// Starting at or after.
    from: Option<Text<Timestamp>>,
    /// Starting before.
    to: Option<Text<Timestamp>>,
    staff_id: Option<Text<StaffId>>,
    customer_id: Option<Text<CustomerId>>,
    service_id: Option<Text<ServiceId>>,
    branch_id: Option<Text<BranchId>>,
    series_id: Option<Text<Uuid>>,
    reference: Option<Text<Reference>>,
    status: Option<Word<AppointmentStatus>>,
}

/// For whom an appointment is.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "AppointmentCustomer")]
struct For {
    name: String,
}

/// A stretch in which somebody is needed, buffers included.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Occupancy")]
struct Piece {
    resource_id: Text<ResourceId>,
    start: Time,
    end: Time,
}

/// An agreed time.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Appointment")]
pub(super) struct Shown {
    id: Text<AppointmentId>,
    company_id: Text<CompanyId>,
    branch_id: Text<BranchId>,
    /// What the customer writes down.
    reference: Text<Reference>,
    status: Word<AppointmentStatus>,
    start: Time,
    /// Without buffers.
    end: Time,
    /// IANA zone in which the start was agreed.
    zone: String,
    staff_id: Text<StaffId>,
    service_id: Text<ServiceId>,
    customer_id: Text<CustomerId>,
    customer: For,
    /// Whose word counts.
    calendar: Word<Calendar>,
    series_id: Option<Text<Uuid>>,
    /// Where it was made in a phone call: under which connection.
    connection_id: Option<Text<ConnectionId>>,
    occupancy: Vec<Piece>,
    revision: u32,
}

impl Collection for Appointments {
    const NAME: &'static str = "appointments";
    const ONE: &'static str = "appointment";
    type Query = Query;
    type Filter = Filter;
    type Id = AppointmentId;
    type Shown = Shown;

    fn filter(query: Query) -> Filter {
        Filter {
            from: query.from.map(|at| at.0),
            to: query.to.map(|at| at.0),
            staff: query.staff_id.map(|id| id.0),
            customer: query.customer_id.map(|id| id.0),
            service: query.service_id.map(|id| id.0),
            branch: query.branch_id.map(|id| id.0),
            series: query.series_id.map(|id| id.0),
            reference: query.reference.map(|reference| reference.0),
            status: query.status.map(|status| status.0),
            ..Filter::default()
        }
    }
    fn only(id: AppointmentId) -> Filter {
        Filter { id: Some(id), ..Filter::default() }
    }
    fn own(filter: Filter, staff: StaffId) -> Option<Filter> {
        Some(Filter { own: Some(staff), ..filter })
    }
    fn cursor(row: &Listed) -> String {
        place::write(row.appointment.start, row.appointment.id.0)
    }
    fn behind(filter: Filter, cursor: &str) -> Option<Filter> {
        let (start, id) = place::read(cursor)?;
        Some(Filter { after: Some((start, AppointmentId(id))), ..filter })
    }
    fn company(row: &Listed) -> Option<CompanyId> {
        Some(row.appointment.company)
    }
    fn revision(row: &Listed) -> Option<u32> {
        Some(row.appointment.revision)
    }
    fn show(row: &Listed) -> Shown {
        let appointment = &row.appointment;
        let local = |at: Timestamp| Time::local(at, &appointment.zone);
        let piece = |(resource, piece): &(ResourceId, askpro_domain::calendar::Interval)| Piece {
            resource_id: Text(*resource),
            start: local(piece.from),
            end: local(piece.to),
        };
        Shown {
            id: Text(appointment.id),
            company_id: Text(appointment.company),
            branch_id: Text(appointment.branch),
            reference: Text(appointment.reference.clone()),
            status: Word(appointment.status),
            start: local(appointment.start),
            end: local(appointment.end),
            zone: appointment.zone.clone(),
            staff_id: Text(appointment.staff),
            service_id: Text(appointment.service),
            customer_id: Text(appointment.customer),
            customer: For { name: row.customer_name.clone() },
            calendar: Word(appointment.calendar),
            series_id: row.series.map(Text),
            connection_id: appointment.made_in.as_ref().map(|(connection, _)| Text(connection.clone())),
            occupancy: row.occupancy.iter().map(piece).collect(),
            revision: appointment.revision,
        }
    }
}
