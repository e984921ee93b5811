//! What a company is made of, as far as callers notice it.

use jiff::{Timestamp, civil::DateTime};
use serde::{Deserialize, Serialize};

use crate::{
    availability::{HoursOverride, ServiceTimes, WeeklyHours},
    booking::{AppointmentStatus, Calendar, Reference},
    identity::Level,
    ids::{AppointmentId, BranchId, CompanyId, ConnectionId, CustomerId, ServiceId, StaffId},
    language::Language,
    money::Money,
    policy::Policy,
};

/// A tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Company {
    /// Its id.
    pub id: CompanyId,
    /// As people call it.
    pub name: String,
    /// Of its pages and mails.
    pub language: Language,
    /// What it chose.
    pub settings: CompanySettings,
    /// Whether it is in use.
    pub active: bool,
    /// Raised at each change.
    pub revision: u32,
}

/// What a company chose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CompanySettings {
    /// How long an answer may take before the caller hears a sentence anyway, in milliseconds.
    pub budget_ms: u32,
    /// The same for an answer that writes to Cal.com, in milliseconds.
    pub calcom_budget_ms: u32,
    /// How well a caller must be known for finding, moving and cancelling:
    /// [`Level::Number`] or [`Level::Reference`].
    pub identity: Level,
    /// Whether a caller who is known by number is greeted by name.
    pub greets_by_name: bool,
    /// Whether its people must set up a second factor before they see anything.
    pub requires_second_factor: bool,
    /// How early changes must come, where branch and service say nothing.
    pub policy: Policy,
}

impl CompanySettings {
    /// What holds until a company chooses otherwise.
    pub const DEFAULT: Self = Self {
        budget_ms: 2_000,
        calcom_budget_ms: 6_000,
        identity: Level::Number,
        greets_by_name: false,
        requires_second_factor: false,
        policy: Policy::NONE,
    };
}

impl Default for CompanySettings {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// A place of business.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Branch {
    /// Its id.
    pub id: BranchId,
    /// Of which company.
    pub company: CompanyId,
    /// As people call it.
    pub name: String,
    /// IANA zone in which its hours and appointments are meant.
    pub zone: String,
    /// In which its callers are spoken to unless a call says otherwise.
    pub language: Language,
    /// Where a person can be reached, E.164.
    pub phone: Option<String>,
    /// Street and town.
    pub address: Option<String>,
    /// How early changes must come, where the service says nothing.
    pub policy: Policy,
    /// Raised at each change.
    pub revision: u32,
}

/// Somebody who can be booked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffMember {
    /// Their id; also the id of the resource that an appointment occupies.
    pub id: StaffId,
    /// Where they work.
    pub branch: BranchId,
    /// As customers call them.
    pub name: String,
    /// Weekly working times, in the branch's zone.
    pub hours: WeeklyHours,
    /// Dates on which other times apply.
    pub overrides: Vec<HoursOverride>,
    /// Raised at each change.
    pub revision: u32,
}

/// In which calendar an appointment of a service must be accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CalendarOfRecord {
    /// Ours: what is committed here is confirmed.
    Own,
    /// An event type at Cal.com.
    Calcom {
        /// With which credential.
        connection: ConnectionId,
        /// Cal.com's number of the event type.
        event_type_id: i64,
    },
}

impl CalendarOfRecord {
    /// Which of the two it is.
    pub fn calendar(&self) -> Calendar {
        match self {
            Self::Own => Calendar::Own,
            Self::Calcom { .. } => Calendar::Calcom,
        }
    }
}

/// Something that can be booked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Service {
    /// Its id.
    pub id: ServiceId,
    /// Of which company.
    pub company: CompanyId,
    /// Where it is offered.
    pub branch: BranchId,
    /// As it stands in the price list.
    pub name: String,
    /// What callers also say for it.
    pub synonyms: Vec<String>,
    /// What it costs, including VAT.
    pub price: Option<Money>,
    /// How long it takes and when it is offered.
    pub times: ServiceTimes,
    /// Where its appointments must be accepted.
    pub calendar: CalendarOfRecord,
    /// Who does it.
    pub staff: Vec<StaffId>,
    /// How early changes must come.
    pub policy: Policy,
    /// Raised at each change.
    pub revision: u32,
}

/// Somebody who books.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Customer {
    /// Their id.
    pub id: CustomerId,
    /// Full name as given.
    pub name: String,
    /// E.164.
    pub phone: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
}

/// An agreed time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Appointment {
    /// Made with its intent; also the metadata key at Cal.com.
    pub id: AppointmentId,
    /// Of which company.
    pub company: CompanyId,
    /// Where.
    pub branch: BranchId,
    /// What.
    pub service: ServiceId,
    /// With whom.
    pub staff: StaffId,
    /// For whom.
    pub customer: CustomerId,
    /// What the customer writes down.
    pub reference: Reference,
    /// Where it stands.
    pub status: AppointmentStatus,
    /// What was agreed: the wall time in `zone`.
    pub local_start: DateTime,
    /// IANA zone of `local_start`.
    pub zone: String,
    /// Start, derived from `local_start` and the zone data.
    pub start: Timestamp,
    /// End, without buffers.
    pub end: Timestamp,
    /// Whose word counts.
    pub calendar: Calendar,
    /// Its id at Cal.com, once it is there.
    pub calendar_uid: Option<String>,
    /// The phone call it was made in, as (connection, call id at the provider).
    pub made_in: Option<(ConnectionId, String)>,
    /// Raised at each change.
    pub revision: u32,
}
