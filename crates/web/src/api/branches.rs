use askpro_app::lists::business::{Branches as Filter, ListedBranch};
use askpro_domain::{
    ids::{BranchId, CompanyId},
    language::Language,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    hours::{Exception, Week},
    list::Collection,
    values::{FromText, Text, Word},
};

/// Places of business.
pub(super) struct Branches;

/// What the list can be narrowed by.
#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct Query {
    /// Only those in use, or only those that are not.
    active: Option<bool>,
}

/// A place of business.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Branch")]
pub(super) struct Shown {
    id: Text<BranchId>,
    company_id: Text<CompanyId>,
    name: String,
    /// IANA zone in which its hours and appointments are meant.
    zone: String,
    /// In which its callers are spoken to.
    language: Word<Language>,
    /// Where a person can be reached, E.164.
    phone: Option<String>,
    address: Option<String>,
    /// Null says nothing: it is open whenever somebody works.
    hours: Option<Week>,
    /// Holidays and other dates on which other times apply.
    exceptions: Vec<Exception>,
    active: bool,
    revision: u32,
}

impl Collection for Branches {
    const NAME: &'static str = "branches";
    const ONE: &'static str = "branch";
    type Query = Query;
    type Filter = Filter;
    type Id = BranchId;
    type Shown = Shown;

    fn filter(query: Query) -> Filter {
        Filter { active: query.active, ..Filter::default() }
    }
    fn only(id: BranchId) -> Filter {
        Filter { id: Some(id), ..Filter::default() }
    }
    fn cursor(row: &ListedBranch) -> String {
        row.branch.id.to_string()
    }
    fn behind(filter: Filter, cursor: &str) -> Option<Filter> {
        Some(Filter { after: Some(BranchId::from_text(cursor)?), ..filter })
    }
    fn company(row: &ListedBranch) -> Option<CompanyId> {
        Some(row.branch.company)
    }
    fn revision(row: &ListedBranch) -> Option<u32> {
        Some(row.branch.revision)
    }
    fn show(row: &ListedBranch) -> Shown {
        let branch = &row.branch;
        Shown {
            id: Text(branch.id),
            company_id: Text(branch.company),
            name: branch.name.clone(),
            zone: branch.zone.clone(),
            language: Word(branch.language),
            phone: branch.phone.clone(),
            address: branch.address.clone(),
            hours: row.opening.hours.as_ref().map(Week::from),
            exceptions: row.opening.exceptions.iter().map(Exception::from).collect(),
            active: row.is_active,
            revision: branch.revision,
        }
    }
}
