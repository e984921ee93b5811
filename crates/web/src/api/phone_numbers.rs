use askpro_app::lists::business::{ListedNumber, PhoneNumbers as Filter};
use askpro_domain::ids::{BranchId, CompanyId, ConnectionId, PhoneNumberId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    list::Collection,
    values::{FromText, Text},
};

/// Phone numbers and where they ring.
pub(super) struct PhoneNumbers;

/// What the list can be narrowed by.
#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct Query {
    branch_id: Option<Text<BranchId>>,
}

/// A phone number and where it rings.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "PhoneNumber")]
pub(super) struct Shown {
    id: Text<PhoneNumberId>,
    company_id: Text<CompanyId>,
    /// E.164.
    number: String,
    /// Which branch is meant when it is rung.
    branch_id: Text<BranchId>,
    /// At which Retell workspace.
    connection_id: Text<ConnectionId>,
    /// Which agent answers; null leaves it to the number's own at the provider.
    agent_id: Option<String>,
    /// A number or latest_published.
    agent_version: Option<String>,
    /// Where calls go when no agent can take them.
    fallback_number: Option<String>,
    revision: u32,
}

impl Collection for PhoneNumbers {
    const NAME: &'static str = "phone-numbers";
    const ONE: &'static str = "phone number";
    type Query = Query;
    type Filter = Filter;
    type Id = PhoneNumberId;
    type Shown = Shown;

    fn filter(query: Query) -> Filter {
        Filter { branch: query.branch_id.map(|id| id.0), ..Filter::default() }
    }
    fn only(id: PhoneNumberId) -> Filter {
        Filter { id: Some(id), ..Filter::default() }
    }
    fn cursor(row: &ListedNumber) -> String {
        row.number.id.to_string()
    }
    fn behind(filter: Filter, cursor: &str) -> Option<Filter> {
        Some(Filter { after: Some(PhoneNumberId::from_text(cursor)?), ..filter })
    }
    fn company(row: &ListedNumber) -> Option<CompanyId> {
        Some(row.company)
    }
    fn revision(row: &ListedNumber) -> Option<u32> {
        Some(row.revision)
    }
    fn show(row: &ListedNumber) -> Shown {
        let number = &row.number;
        Shown {
            id: Text(number.id),
            company_id: Text(row.company),
            number: number.number.clone(),
            branch_id: Text(number.branch),
            connection_id: Text(number.connection.clone()),
            agent_id: number.agent.clone(),
            agent_version: number.agent_version.clone(),
            fallback_number: number.fallback.clone(),
            revision: row.revision,
        }
    }
}
