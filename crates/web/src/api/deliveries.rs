use askpro_app::{
    deliveries::DeliveryStatus,
    lists::operation::{Deliveries as Filter, ListedDelivery},
};
use askpro_domain::ids::{CompanyId, ConnectionId, DeliveryId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    list::{Collection, place},
    values::{Text, Time, Word},
};

/// Webhooks as they arrived, the latest first; never what they said.
pub(super) struct Deliveries;

/// What the list can be narrowed by.
#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct Query {
    status: Option<Word<DeliveryStatus>>,
    connection_id: Option<Text<ConnectionId>>,
}

/// A webhook as it arrived.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Delivery")]
pub(super) struct Shown {
    id: Text<DeliveryId>,
    company_id: Text<CompanyId>,
    connection_id: Text<ConnectionId>,
    /// What it says that happened.
    event: String,
    status: Word<DeliveryStatus>,
    /// How often the same bytes came again.
    repeats: u32,
    received_at: Time,
    processed_at: Option<Time>,
}

impl Collection for Deliveries {
    const NAME: &'static str = "deliveries";
    const ONE: &'static str = "delivery";
    type Query = Query;
    type Filter = Filter;
    type Id = DeliveryId;
    type Shown = Shown;

    fn filter(query: Query) -> Filter {
        Filter {
            status: query.status.map(|status| status.0),
            connection: query.connection_id.map(|id| id.0),
            ..Filter::default()
        }
    }
    fn only(id: DeliveryId) -> Filter {
        Filter { id: Some(id), ..Filter::default() }
    }
    fn cursor(row: &ListedDelivery) -> String {
        place::write(row.received_at, row.id.0)
    }
    fn behind(filter: Filter, cursor: &str) -> Option<Filter> {
        Some(Filter { after: Some(place::read(cursor)?), ..filter })
    }
    fn company(row: &ListedDelivery) -> Option<CompanyId> {
        Some(row.company)
    }
    fn show(row: &ListedDelivery) -> Shown {
        Shown {
            id: Text(row.id),
            company_id: Text(row.company),
            connection_id: Text(row.connection.clone()),
            event: row.event.clone(),
            status: Word(row.status),
            repeats: row.repeats,
            received_at: Time::utc(row.received_at),
            processed_at: row.processed_at.map(Time::utc),
        }
    }
}
