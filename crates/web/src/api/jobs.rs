use askpro_app::{
    jobs::{JobKind, JobStatus},
    lists::operation::{Jobs as Filter, ListedJob},
};
use askpro_domain::ids::{CompanyId, JobId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    list::Collection,
    values::{FromText, Text, Time, Word},
};

/// Promised work, the latest first.
pub(super) struct Jobs;

/// What the list can be narrowed by.
#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct Query {
    status: Option<Word<JobStatus>>,
    kind: Option<Word<JobKind>>,
}

/// A piece of promised work.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Job")]
pub(super) struct Shown {
    id: Text<JobId>,
    company_id: Text<CompanyId>,
    /// What for.
    kind: String,
    /// What it is about.
    subject_id: Option<Text<Uuid>>,
    status: Word<JobStatus>,
    /// Tries so far.
    attempts: u32,
    due_at: Time,
    /// Why it did not end the last time.
    last_error: Option<String>,
    created_at: Time,
    updated_at: Time,
}

impl Collection for Jobs {
    const NAME: &'static str = "jobs";
    const ONE: &'static str = "job";
    type Query = Query;
    type Filter = Filter;
    type Id = JobId;
    type Shown = Shown;

    fn filter(query: Query) -> Filter {
        Filter {
            status: query.status.map(|status| status.0),
            kind: query.kind.map(|kind| kind.0),
            ..Filter::default()
        }
    }
    fn only(id: JobId) -> Filter {
        Filter { id: Some(id), ..Filter::default() }
    }
    fn cursor(row: &ListedJob) -> String {
        row.id.to_string()
    }
    fn behind(filter: Filter, cursor: &str) -> Option<Filter> {
        Some(Filter { after: Some(JobId::from_text(cursor)?), ..filter })
    }
    fn company(row: &ListedJob) -> Option<CompanyId> {
        Some(row.company)
    }
    fn show(row: &ListedJob) -> Shown {
        Shown {
            id: Text(row.id),
            company_id: Text(row.company),
            kind: row.kind.clone(),
            subject_id: row.subject.map(Text),
            status: Word(row.status),
            attempts: row.attempts,
            due_at: Time::utc(row.due_at),
            last_error: row.last_error.clone(),
            created_at: Time::utc(row.created_at),
            updated_at: Time::utc(row.updated_at),
        }
    }
}
