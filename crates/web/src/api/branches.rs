use askpro_app::lists::business::{Branches as Filter, Kept};
use askpro_domain::{
    business::Branch,
    ids::{BranchId, CompanyId},
    language::Language,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
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
    fn cursor(row: &Kept<Branch>) -> String {
        row.of.id.to_string()
    }
    fn behind(filter: Filter, cursor: &str) -> Option<Filter> {
        Some(Filter { after: Some(BranchId::from_text(cursor)?), ..filter })
    }
    fn company(row: &Kept<Branch>) -> Option<CompanyId> {
        Some(row.company)
    }
    fn revision(row: &Kept<Branch>) -> Option<u32> {
        Some(row.of.revision)
    }
    fn show(row: &Kept<Branch>) -> Shown {
        let branch = &row.of;
        Shown {
            id: Text(branch.id),
            company_id: Text(branch.company),
            name: branch.name.clone(),
            zone: branch.zone.clone(),
            language: Word(branch.language),
            phone: branch.phone.clone(),
            address: branch.address.clone(),
            active: row.is_active,
            revision: branch.revision,
        }
    }
}
