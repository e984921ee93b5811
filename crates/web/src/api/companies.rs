use askpro_app::lists::business::Companies as Filter;
use askpro_domain::{business::Company, ids::CompanyId, language::Language};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    list::Collection,
    values::{FromText, Text, Word},
};

/// The companies that the token reaches.
pub(super) struct Companies;

/// Nothing to narrow it by.
#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct Query {}

/// A tenant.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Company")]
pub(super) struct Shown {
    id: Text<CompanyId>,
    company_id: Text<CompanyId>,
    name: String,
    /// Of its pages and mails.
    language: Word<Language>,
    /// Whether it is in use.
    active: bool,
    revision: u32,
}

impl Collection for Companies {
    const NAME: &'static str = "companies";
    const ONE: &'static str = "company";
    const SPANS_COMPANIES: bool = true;
    type Query = Query;
    type Filter = Filter;
    type Id = CompanyId;
    type Shown = Shown;

    fn filter(_: Query) -> Filter {
        Filter::default()
    }
    fn only(id: CompanyId) -> Filter {
        Filter { id: Some(id), after: None }
    }
    fn cursor(row: &Company) -> String {
        row.id.to_string()
    }
    fn behind(filter: Filter, cursor: &str) -> Option<Filter> {
        Some(Filter { after: Some(CompanyId::from_text(cursor)?), ..filter })
    }
    fn company(row: &Company) -> Option<CompanyId> {
        Some(row.id)
    }
    fn revision(row: &Company) -> Option<u32> {
        Some(row.revision)
    }
    fn show(row: &Company) -> Shown {
        Shown {
            id: Text(row.id),
            company_id: Text(row.id),
            name: row.name.clone(),
            language: Word(row.language),
            active: row.active,
            revision: row.revision,
        }
    }
}
