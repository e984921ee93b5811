use askpro_app::{
    ConnectionKind,
    lists::operation::{Connections as Filter, ListedConnection},
};
use askpro_domain::ids::{CompanyId, ConnectionId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    list::Collection,
    values::{FromText, Text, Time, Word},
};

/// Credentials at providers; their keys are never shown.
pub(super) struct Connections;

/// What the list can be narrowed by.
#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct Query {
    kind: Option<Word<ConnectionKind>>,
    /// Only those in use, or only those that are not.
    active: Option<bool>,
}

/// A credential at a provider.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Connection")]
pub(super) struct Shown {
    /// Stands in the addresses that the provider calls; not a secret.
    id: Text<ConnectionId>,
    company_id: Text<CompanyId>,
    kind: Word<ConnectionKind>,
    name: String,
    /// The key, all but its last characters masked.
    key_mask: String,
    /// Where the provider is reached; null is its public address.
    base_url: Option<String>,
    /// What Cal.com is told where a customer has no e-mail address.
    attendee_email: Option<String>,
    active: bool,
    created_at: Time,
    /// The last webhook or call that came under it.
    last_used_at: Option<Time>,
    revision: u32,
}

impl Collection for Connections {
    const NAME: &'static str = "connections";
    const ONE: &'static str = "connection";
    type Query = Query;
    type Filter = Filter;
    type Id = ConnectionId;
    type Shown = Shown;

    fn filter(query: Query) -> Filter {
        Filter { kind: query.kind.map(|kind| kind.0), active: query.active, ..Filter::default() }
    }
    fn only(id: ConnectionId) -> Filter {
        Filter { id: Some(id), ..Filter::default() }
    }
    fn cursor(row: &ListedConnection) -> String {
        row.id.as_str().to_owned()
    }
    fn behind(filter: Filter, cursor: &str) -> Option<Filter> {
        Some(Filter { after: Some(ConnectionId::from_text(cursor)?), ..filter })
    }
    fn company(row: &ListedConnection) -> Option<CompanyId> {
        Some(row.company)
    }
    fn revision(row: &ListedConnection) -> Option<u32> {
        Some(row.revision)
    }
    fn show(row: &ListedConnection) -> Shown {
        Shown {
            id: Text(row.id.clone()),
            company_id: Text(row.company),
            kind: Word(row.kind),
            name: row.name.clone(),
            key_mask: row.key_hint.clone(),
            base_url: row.base_url.clone(),
            attendee_email: row.attendee_email.clone(),
            active: row.is_active,
            created_at: Time::utc(row.created_at),
            last_used_at: row.last_used_at.map(Time::utc),
            revision: row.revision,
        }
    }
}
