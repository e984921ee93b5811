use askpro_app::lists::business::{Kept, Staff as Filter};
use askpro_domain::{
    business::StaffMember,
    ids::{BranchId, CompanyId, ServiceId, StaffId},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    hours::{Exception, Week},
    list::Collection,
    values::{FromText, Text},
};

/// People who can be booked.
pub(super) struct Staff;

/// What the list can be narrowed by.
#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct Query {
    branch_id: Option<Text<BranchId>>,
    /// Only whoever does this service.
    service_id: Option<Text<ServiceId>>,
    /// Only those in use, or only those that are not.
    active: Option<bool>,
}

/// A person who can be booked.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "StaffMember")]
pub(super) struct Shown {
    /// Also the id of the resource that appointments occupy.
    id: Text<StaffId>,
    company_id: Text<CompanyId>,
    branch_id: Text<BranchId>,
    name: String,
    hours: Week,
    /// Absences and other exceptions.
    exceptions: Vec<Exception>,
    active: bool,
    revision: u32,
}

impl Collection for Staff {
    const NAME: &'static str = "staff";
    const ONE: &'static str = "staff member";
    type Query = Query;
    type Filter = Filter;
    type Id = StaffId;
    type Shown = Shown;

    fn filter(query: Query) -> Filter {
        Filter {
            branch: query.branch_id.map(|id| id.0),
            service: query.service_id.map(|id| id.0),
            active: query.active,
            ..Filter::default()
        }
    }
    fn only(id: StaffId) -> Filter {
        Filter { id: Some(id), ..Filter::default() }
    }
    fn cursor(row: &Kept<StaffMember>) -> String {
        row.of.id.to_string()
    }
    fn behind(filter: Filter, cursor: &str) -> Option<Filter> {
        Some(Filter { after: Some(StaffId::from_text(cursor)?), ..filter })
    }
    fn company(row: &Kept<StaffMember>) -> Option<CompanyId> {
        Some(row.company)
    }
    fn revision(row: &Kept<StaffMember>) -> Option<u32> {
        Some(row.of.revision)
    }
    fn show(row: &Kept<StaffMember>) -> Shown {
        let member = &row.of;
        Shown {
            id: Text(member.id),
            company_id: Text(row.company),
            branch_id: Text(member.branch),
            name: member.name.clone(),
            hours: Week::from(&member.hours),
            exceptions: member.overrides.iter().map(Exception::from).collect(),
            active: row.is_active,
            revision: member.revision,
        }
    }
}
