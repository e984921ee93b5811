use askpro_app::lists::audit::{Entries as Filter, Entry};
use askpro_domain::ids::CompanyId;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    list::{Collection, place},
    values::{Line, Text, Time},
};

/// The record of changes, the latest first.
pub(super) struct Audit;

/// What the list can be narrowed by.
#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct Query {
    /// At or after.
    from: Option<Text<Timestamp>>,
    /// Before.
    to: Option<Text<Timestamp>>,
    /// Only by this actor.
    actor: Option<Line>,
    /// Only this action.
    action: Option<Line>,
    /// Only about the object of this id.
    subject: Option<Line>,
}

/// What was changed, by whom.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "AuditEntry")]
pub(super) struct Shown {
    id: Text<Uuid>,
    /// Null where it is about the installation.
    company_id: Option<Text<CompanyId>>,
    at: Time,
    /// Who: person:ID, token:ID/PERSON, connection:ID, system:PART.
    actor: String,
    /// What.
    action: String,
    /// The id of what was changed.
    subject: String,
    detail: Option<String>,
}

impl Collection for Audit {
    const NAME: &'static str = "audit";
    const ONE: &'static str = "audit entry";
    type Query = Query;
    type Filter = Filter;
    type Id = Uuid;
    type Shown = Shown;

    fn filter(query: Query) -> Filter {
        let line = |line: Option<Line>| line.map(|line| line.0);
        Filter {
            from: query.from.map(|at| at.0),
            to: query.to.map(|at| at.0),
            actor: line(query.actor),
            action: line(query.action),
            subject: line(query.subject),
            ..Filter::default()
        }
    }
    fn only(id: Uuid) -> Filter {
        Filter { id: Some(id), ..Filter::default() }
    }
    fn cursor(row: &Entry) -> String {
        place::write(row.at, row.id)
    }
    fn behind(filter: Filter, cursor: &str) -> Option<Filter> {
        Some(Filter { after: Some(place::read(cursor)?), ..filter })
    }
    fn company(row: &Entry) -> Option<CompanyId> {
        row.company
    }
    fn show(row: &Entry) -> Shown {
        Shown {
            id: Text(row.id),
            company_id: row.company.map(Text),
            at: Time::utc(row.at),
            actor: row.actor.clone(),
            action: row.action.clone(),
            subject: row.subject.clone(),
            detail: row.detail.clone(),
        }
    }
}
