//! What is sent to change something.

use askpro_app::{
    ConnectionKind,
    changes::{
        CancelAppointment, ChangeBranch, ChangeCustomer, ChangePhoneNumber, ChangeService, ChangeStaff,
        CloseTask, ForWhom, MergeCustomers, MoveAppointment, NewAppointment, NewBranch, NewConnection,
        NewConnectionMade, NewCustomer, NewPhoneNumber, NewService, NewStaff, Offer, ReopenTask,
        SwitchConnection, TakeTask, UndoAppointment, UnmergeCustomer,
    },
    tasks::TaskOutcome,
};
use askpro_domain::{
    access::Permission,
    availability::Segment,
    ids::{BranchId, ConnectionId, CustomerId, ServiceId, StaffId},
    language::Language,
    secret::Secret,
};
use axum::http::Method;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    appointments::Appointments,
    branches::Branches,
    connections::{self, Connections},
    customers::Customers,
    document::Api,
    hours::{Exception, Week},
    list::Collection,
    phone_numbers::PhoneNumbers,
    services::{Services, Stretch},
    staff::Staff,
    tasks::Tasks,
    values::{Text, Word},
    write::{Writes, given, writes_row},
};
use crate::routes::Access;

/// A new place of business.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewBranch")]
struct BranchBody {
    name: String,
    /// IANA zone.
    zone: String,
    language: Word<Language>,
    phone: Option<String>,
    address: Option<String>,
    hours: Option<Week>,
    #[serde(default)]
    exceptions: Vec<Exception>,
}

writes_row! { BranchBody, Branches, NewBranch, "create_branch", "Opens a branch", |body, _id, _seen| NewBranch {
    name: body.name,
    zone: body.zone,
    language: body.language.0,
    phone: body.phone,
    address: body.address,
    hours: body.hours.as_ref().map(Into::into),
    exceptions: body.exceptions.iter().map(Into::into).collect(),
} }

/// What is to be different about a branch; what is left out stays.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "BranchChange")]
struct BranchPatch {
    name: Option<String>,
    zone: Option<String>,
    language: Option<Word<Language>>,
    #[serde(default, deserialize_with = "given")]
    #[schemars(with = "Option<String>")]
    phone: Option<Option<String>>,
    #[serde(default, deserialize_with = "given")]
    #[schemars(with = "Option<String>")]
    address: Option<Option<String>>,
    /// Null says nothing any more: it is open whenever somebody works.
    #[serde(default, deserialize_with = "given")]
    #[schemars(with = "Option<Week>")]
    hours: Option<Option<Week>>,
    /// All of them: holidays and other dates on which other times apply.
    exceptions: Option<Vec<Exception>>,
    active: Option<bool>,
}

writes_row! { BranchPatch, Branches, ChangeBranch, "change_branch", "Changes a branch", |body, id, seen| ChangeBranch {
    id: id?,
    revision: seen,
    name: body.name,
    zone: body.zone,
    language: body.language.map(|word| word.0),
    phone: body.phone,
    address: body.address,
    hours: body.hours.map(|hours| hours.as_ref().map(Into::into)),
    exceptions: body.exceptions.map(|all| all.iter().map(Into::into).collect()),
    active: body.active,
} }

/// Somebody who comes to work.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewStaffMember")]
struct StaffBody {
    branch_id: Text<BranchId>,
    name: String,
    #[serde(default)]
    hours: Week,
    #[serde(default)]
    exceptions: Vec<Exception>,
}

writes_row! { StaffBody, Staff, NewStaff, "create_staff_member", "Adds somebody who can be booked", |body, _id, _seen| NewStaff {
    branch: body.branch_id.0,
    name: body.name,
    hours: (&body.hours).into(),
    exceptions: body.exceptions.iter().map(Into::into).collect(),
} }

/// What is to be different about somebody; what is left out stays.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "StaffMemberChange")]
struct StaffPatch {
    name: Option<String>,
    hours: Option<Week>,
    /// All of them: absences and other dates on which other times apply.
    exceptions: Option<Vec<Exception>>,
    active: Option<bool>,
}

writes_row! { StaffPatch, Staff, ChangeStaff, "change_staff_member", "Changes somebody's name, hours or absences", |body, id, seen| ChangeStaff {
    id: id?,
    revision: seen,
    name: body.name,
    hours: body.hours.as_ref().map(Into::into),
    exceptions: body.exceptions.map(|all| all.iter().map(Into::into).collect()),
    active: body.active,
} }

fn segments(stretches: Vec<Stretch>) -> Vec<Segment> {
    stretches
        .into_iter()
        .map(|one| Segment { minutes: one.minutes, staff_needed: one.staff_needed })
        .collect()
}

fn people(ids: Vec<Text<StaffId>>) -> Vec<StaffId> {
    ids.into_iter().map(|id| id.0).collect()
}

/// Something new that can be booked.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewService")]
struct ServiceBody {
    branch_id: Text<BranchId>,
    name: String,
    #[serde(default)]
    synonyms: Vec<String>,
    /// In euro cents, including VAT.
    price_cents: Option<u32>,
    /// Its stretches in order, waiting time among them.
    segments: Vec<Stretch>,
    buffer_before_minutes: Option<u32>,
    buffer_after_minutes: Option<u32>,
    slot_interval_minutes: Option<u32>,
    min_notice_minutes: Option<u32>,
    booking_horizon_days: Option<u32>,
    /// Who does it.
    #[serde(default)]
    staff_ids: Vec<Text<StaffId>>,
}

writes_row! { ServiceBody, Services, NewService, "create_service", "Adds a service", |body, _id, _seen| NewService {
    branch: body.branch_id.0,
    offer: Offer {
        name: Some(body.name),
        synonyms: Some(body.synonyms),
        price_cents: Some(body.price_cents),
        segments: Some(segments(body.segments)),
        buffer_before_minutes: body.buffer_before_minutes,
        buffer_after_minutes: body.buffer_after_minutes,
        slot_interval_minutes: body.slot_interval_minutes,
        min_notice_minutes: body.min_notice_minutes,
        booking_horizon_days: body.booking_horizon_days,
        staff: Some(people(body.staff_ids)),
    },
} }

/// What is to be different about a service; what is left out stays.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ServiceChange")]
struct ServicePatch {
    name: Option<String>,
    synonyms: Option<Vec<String>>,
    #[serde(default, deserialize_with = "given")]
    #[schemars(with = "Option<u32>")]
    price_cents: Option<Option<u32>>,
    segments: Option<Vec<Stretch>>,
    buffer_before_minutes: Option<u32>,
    buffer_after_minutes: Option<u32>,
    slot_interval_minutes: Option<u32>,
    min_notice_minutes: Option<u32>,
    booking_horizon_days: Option<u32>,
    staff_ids: Option<Vec<Text<StaffId>>>,
    active: Option<bool>,
}

writes_row! { ServicePatch, Services, ChangeService, "change_service", "Changes a service", |body, id, seen| ChangeService {
    id: id?,
    revision: seen,
    offer: Offer {
        name: body.name,
        synonyms: body.synonyms,
        price_cents: body.price_cents,
        segments: body.segments.map(segments),
        buffer_before_minutes: body.buffer_before_minutes,
        buffer_after_minutes: body.buffer_after_minutes,
        slot_interval_minutes: body.slot_interval_minutes,
        min_notice_minutes: body.min_notice_minutes,
        booking_horizon_days: body.booking_horizon_days,
        staff: body.staff_ids.map(people),
    },
    active: body.active,
} }

/// Somebody new who books.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewCustomer")]
struct CustomerBody {
    name: String,
    phone: Option<String>,
    email: Option<String>,
}

impl From<CustomerBody> for NewCustomer {
    fn from(body: CustomerBody) -> Self {
        Self { name: body.name, phone: body.phone, email: body.email }
    }
}

writes_row! { CustomerBody, Customers, NewCustomer, "create_customer", "Writes a customer down", |body, _id, _seen| body.into() }

/// What is to be different about a customer; what is left out stays.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "CustomerChange")]
struct CustomerPatch {
    name: Option<String>,
    #[serde(default, deserialize_with = "given")]
    #[schemars(with = "Option<String>")]
    phone: Option<Option<String>>,
    #[serde(default, deserialize_with = "given")]
    #[schemars(with = "Option<String>")]
    email: Option<Option<String>>,
}

writes_row! { CustomerPatch, Customers, ChangeCustomer, "change_customer", "Changes a customer", |body, id, seen| ChangeCustomer {
    id: id?,
    revision: seen,
    name: body.name,
    phone: body.phone,
    email: body.email,
} }

/// Which other record is of the same person.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "CustomerMerge")]
struct MergeBody {
    /// The record that steps back.
    other_id: Text<CustomerId>,
}

writes_row! { MergeBody, Customers, MergeCustomers, "merge_customers", "Makes two records of one person one", |body, id, seen| MergeCustomers {
    id: id?,
    revision: seen,
    other: body.other_id.0,
} }

/// Nothing more is to be said.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "CustomerUnmerge")]
struct UnmergeBody {}

writes_row! { UnmergeBody, Customers, UnmergeCustomer, "unmerge_customer", "Lets a record that had stepped back stand for itself again", |_body, id, seen| UnmergeCustomer {
    id: id?,
    revision: seen,
} }

/// An appointment to be made by hand; the customer is known or new.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewAppointment")]
struct AppointmentBody {
    service_id: Text<ServiceId>,
    /// Left out, it is whoever is free.
    staff_id: Option<Text<StaffId>>,
    start: Text<Timestamp>,
    customer_id: Option<Text<CustomerId>>,
    /// Where customer_id is left out.
    customer: Option<CustomerBody>,
    notes: Option<String>,
    /// Whether it may lie outside working hours.
    #[serde(default)]
    outside_hours: bool,
}

writes_row! { AppointmentBody, Appointments, NewAppointment, "create_appointment", "Makes an appointment by hand", |body, _id, _seen| NewAppointment {
    service: body.service_id.0,
    staff: body.staff_id.map(|id| id.0),
    start: body.start.0,
    customer: match (body.customer_id, body.customer) {
        (Some(id), _) => ForWhom::Known(id.0),
        (None, Some(new)) => ForWhom::New(new.into()),
        // An empty name is refused with the field's name.
        (None, None) => ForWhom::New(NewCustomer { name: String::new(), phone: None, email: None }),
    },
    notes: body.notes,
    outside_hours: body.outside_hours,
} }

/// When, and with whom, an appointment is to be instead.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "AppointmentMove")]
struct MoveBody {
    start: Text<Timestamp>,
    /// Left out, it stays with the same person.
    staff_id: Option<Text<StaffId>>,
    /// Whether it may lie outside working hours.
    #[serde(default)]
    outside_hours: bool,
}

writes_row! { MoveBody, Appointments, MoveAppointment, "move_appointment", "Gives an appointment another time or person", |body, id, seen| MoveAppointment {
    id: id?,
    revision: seen,
    start: body.start.0,
    staff: body.staff_id.map(|id| id.0),
    outside_hours: body.outside_hours,
} }

/// Why an appointment is called off.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "AppointmentCancellation")]
struct CancelBody {
    reason: Option<String>,
}

writes_row! { CancelBody, Appointments, CancelAppointment, "cancel_appointment", "Calls an appointment off", |body, id, seen| CancelAppointment {
    id: id?,
    revision: seen,
    reason: body.reason,
} }

/// Nothing more is to be said.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "AppointmentUndo")]
struct UndoBody {}

writes_row! { UndoBody, Appointments, UndoAppointment, "undo_appointment", "Takes the last move or cancellation by hand back, within 15 minutes", |_body, id, seen| UndoAppointment {
    id: id?,
    revision: seen,
} }

/// Whether a task is taken over or given back.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "TaskTaking")]
struct TakeBody {
    /// Gives it back instead.
    #[serde(default)]
    give_back: bool,
}

writes_row! { TakeBody, Tasks, TakeTask, "take_task", "Takes a task over", |body, id, seen| TakeTask {
    id: id?,
    revision: seen,
    gives_back: body.give_back,
} }

/// What came of a task.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "TaskClosing")]
struct CloseBody {
    outcome: Word<TaskOutcome>,
    remark: Option<String>,
}

writes_row! { CloseBody, Tasks, CloseTask, "close_task", "Closes a task with what came of it", |body, id, seen| CloseTask {
    id: id?,
    revision: seen,
    outcome: body.outcome.0,
    remark: body.remark,
} }

/// Nothing more is to be said.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "TaskReopening")]
struct ReopenBody {}

writes_row! { ReopenBody, Tasks, ReopenTask, "reopen_task", "Opens a task again", |_body, id, seen| ReopenTask {
    id: id?,
    revision: seen,
} }

/// A phone number to be written down.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewPhoneNumber")]
struct NumberBody {
    number: String,
    connection_id: Text<ConnectionId>,
    branch_id: Text<BranchId>,
    agent_id: Option<String>,
    /// A number or latest_published.
    agent_version: Option<String>,
    fallback_number: Option<String>,
}

writes_row! { NumberBody, PhoneNumbers, NewPhoneNumber, "create_phone_number", "Writes a phone number down", |body, _id, _seen| NewPhoneNumber {
    number: body.number,
    connection: body.connection_id.0,
    branch: body.branch_id.0,
    agent: body.agent_id,
    agent_version: body.agent_version,
    fallback: body.fallback_number,
} }

/// Where a phone number is to ring instead; what is left out stays.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "PhoneNumberChange")]
struct NumberPatch {
    branch_id: Option<Text<BranchId>>,
    #[serde(default, deserialize_with = "given")]
    #[schemars(with = "Option<String>")]
    agent_id: Option<Option<String>>,
    #[serde(default, deserialize_with = "given")]
    #[schemars(with = "Option<String>")]
    agent_version: Option<Option<String>>,
    #[serde(default, deserialize_with = "given")]
    #[schemars(with = "Option<String>")]
    fallback_number: Option<Option<String>>,
}

writes_row! { NumberPatch, PhoneNumbers, ChangePhoneNumber, "change_phone_number", "Lets a phone number ring elsewhere", |body, id, seen| ChangePhoneNumber {
    id: id?,
    revision: seen,
    branch: body.branch_id.map(|id| id.0),
    agent: body.agent_id,
    agent_version: body.agent_version,
    fallback: body.fallback_number,
} }

/// A credential at a provider.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewConnection")]
struct ConnectionBody {
    kind: Word<ConnectionKind>,
    name: String,
    /// The provider's key; it is never shown again.
    #[schemars(extend("writeOnly" = true))]
    key: String,
    /// What Cal.com is told where a customer has no e-mail address.
    attendee_email: Option<String>,
}

/// A connection that was just made.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ConnectionMade")]
struct ConnectionMade {
    #[serde(flatten)]
    connection: connections::Shown,
    /// What signs Cal.com's webhooks: the only time that it is seen.
    webhook_secret: Option<String>,
}

impl Writes for ConnectionBody {
    const ID: &'static str = "create_connection";
    const SUMMARY: &'static str = "Makes a connection to a provider";
    type Of = Connections;
    type Change = NewConnection;
    type Shown = ConnectionMade;

    fn change(self, _: Option<ConnectionId>, _: Option<u32>) -> Option<NewConnection> {
        Some(NewConnection {
            kind: self.kind.0,
            name: self.name,
            key: Secret::new(self.key),
            attendee_email: self.attendee_email,
        })
    }
    fn show(done: &NewConnectionMade) -> ConnectionMade {
        ConnectionMade {
            connection: Connections::show(&done.connection),
            webhook_secret: done.webhook_secret.as_ref().map(|secret| secret.expose().to_owned()),
        }
    }
    fn revision(done: &NewConnectionMade) -> u32 {
        done.connection.revision
    }
}

/// Whether requests under a connection are taken.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ConnectionChange")]
struct ConnectionPatch {
    active: bool,
}

writes_row! { ConnectionPatch, Connections, SwitchConnection, "change_connection", "Takes requests under a connection, or no longer", |body, id, seen| SwitchConnection {
    id: id?,
    revision: seen,
    active: body.active,
} }

pub(super) fn routes(api: Api) -> Api {
    let business = Access::Requires(Permission::ManageBusiness);
    let numbers = Access::Requires(Permission::ManageNumbers);
    let connections = Access::Requires(Permission::ManageConnections);
    let calendar = Access::RequiresOrOwn(Permission::ManageBusiness);
    api.creates::<BranchBody>("/api/v1/branches", business)
        .changes::<BranchPatch>(Method::PATCH, "/api/v1/branches/{id}", business)
        .creates::<StaffBody>("/api/v1/staff", business)
        .changes::<StaffPatch>(Method::PATCH, "/api/v1/staff/{id}", business)
        .creates::<ServiceBody>("/api/v1/services", business)
        .changes::<ServicePatch>(Method::PATCH, "/api/v1/services/{id}", business)
        .creates::<CustomerBody>("/api/v1/customers", business)
        .changes::<CustomerPatch>(Method::PATCH, "/api/v1/customers/{id}", business)
        .changes::<MergeBody>(Method::POST, "/api/v1/customers/{id}/merge", business)
        .changes::<UnmergeBody>(Method::POST, "/api/v1/customers/{id}/unmerge", business)
        .creates::<AppointmentBody>("/api/v1/appointments", business)
        .changes::<MoveBody>(Method::POST, "/api/v1/appointments/{id}/move", business)
        .changes::<CancelBody>(Method::POST, "/api/v1/appointments/{id}/cancel", calendar)
        .changes::<UndoBody>(Method::POST, "/api/v1/appointments/{id}/undo", calendar)
        .changes::<TakeBody>(Method::POST, "/api/v1/tasks/{id}/take", business)
        .changes::<CloseBody>(Method::POST, "/api/v1/tasks/{id}/close", business)
        .changes::<ReopenBody>(Method::POST, "/api/v1/tasks/{id}/reopen", business)
        .creates::<NumberBody>("/api/v1/phone-numbers", numbers)
        .changes::<NumberPatch>(Method::PATCH, "/api/v1/phone-numbers/{id}", numbers)
        .creates::<ConnectionBody>("/api/v1/connections", connections)
        .changes::<ConnectionPatch>(Method::PATCH, "/api/v1/connections/{id}", connections)
}
