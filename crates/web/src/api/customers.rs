use askpro_app::lists::customers::{Customers as Filter, ListedCustomer};
use askpro_domain::ids::{CompanyId, CustomerId, StaffId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    list::Collection,
    values::{FromText, Line, Text, Time},
};

/// Who books.
pub(super) struct Customers;

/// What the list can be narrowed by.
#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct Query {
    /// Only with exactly this number, E.164.
    phone: Option<Line>,
    /// Only whose name holds this, in any case.
    name: Option<Line>,
}

/// Somebody who books.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Customer")]
pub(super) struct Shown {
    id: Text<CustomerId>,
    company_id: Text<CompanyId>,
    name: String,
    /// E.164.
    phone: Option<String>,
    email: Option<String>,
    /// Which record took this one's place, where two were made one.
    merged_into: Option<Text<CustomerId>>,
    created_at: Time,
    revision: u32,
}

impl Collection for Customers {
    const NAME: &'static str = "customers";
    const ONE: &'static str = "customer";
    type Query = Query;
    type Filter = Filter;
    type Id = CustomerId;
    type Shown = Shown;

    fn filter(query: Query) -> Filter {
        Filter {
            // A plus sign in an address reads as a space.
            phone: query.phone.map(|line| line.0.replace(' ', "+")),
            name: query.name.map(|line| line.0),
            ..Filter::default()
        }
    }
    fn only(id: CustomerId) -> Filter {
        Filter::only(id)
    }
    fn own(filter: Filter, staff: StaffId) -> Option<Filter> {
        Some(Filter { own: Some(staff), ..filter })
    }
    fn cursor(row: &ListedCustomer) -> String {
        row.customer.id.to_string()
    }
    fn behind(filter: Filter, cursor: &str) -> Option<Filter> {
        Some(Filter { after: Some(CustomerId::from_text(cursor)?), ..filter })
    }
    fn company(row: &ListedCustomer) -> Option<CompanyId> {
        Some(row.company)
    }
    fn revision(row: &ListedCustomer) -> Option<u32> {
        Some(row.revision)
    }
    fn show(row: &ListedCustomer) -> Shown {
        Shown {
            id: Text(row.customer.id),
            company_id: Text(row.company),
            name: row.customer.name.clone(),
            phone: row.customer.phone.clone(),
            email: row.customer.email.clone(),
            merged_into: row.merged_into.map(Text),
            created_at: Time::utc(row.created_at),
            revision: row.revision,
        }
    }
}
