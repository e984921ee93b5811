use askpro_app::{
    lists::tasks::{ListedTask, Tasks as Filter},
    tasks::{TaskKind, TaskOutcome, TaskStatus},
};
use askpro_domain::ids::{AppointmentId, BranchId, CompanyId, TaskId, UserId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    list::{Collection, place},
    values::{Text, Time, Word},
};

/// What a person must do, the most urgent first.
pub(super) struct Tasks;

/// What the list can be narrowed by.
#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct Query {
    status: Option<Word<TaskStatus>>,
    kind: Option<Word<TaskKind>>,
    branch_id: Option<Text<BranchId>>,
}

/// Something that a person must do.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Task")]
pub(super) struct Shown {
    id: Text<TaskId>,
    company_id: Text<CompanyId>,
    branch_id: Option<Text<BranchId>>,
    /// Why a person is needed.
    kind: Word<TaskKind>,
    appointment_id: Option<Text<AppointmentId>>,
    /// What the caller said.
    note: Option<String>,
    status: Word<TaskStatus>,
    /// Who has taken it over.
    taken_by: Option<Text<UserId>>,
    /// What came of it, where it is done.
    outcome: Option<Word<TaskOutcome>>,
    /// What whoever did it said about that.
    remark: Option<String>,
    ended_at: Option<Time>,
    /// Until when it must have happened.
    due_at: Time,
    created_at: Time,
    revision: u32,
}

impl Collection for Tasks {
    const NAME: &'static str = "tasks";
    const ONE: &'static str = "task";
    type Query = Query;
    type Filter = Filter;
    type Id = TaskId;
    type Shown = Shown;

    fn filter(query: Query) -> Filter {
        Filter {
            status: query.status.map(|status| status.0),
            kind: query.kind.map(|kind| kind.0),
            branch: query.branch_id.map(|id| id.0),
            ..Filter::default()
        }
    }
    fn only(id: TaskId) -> Filter {
        Filter { id: Some(id), ..Filter::default() }
    }
    fn cursor(row: &ListedTask) -> String {
        place::write(row.due_at, row.id.0)
    }
    fn behind(filter: Filter, cursor: &str) -> Option<Filter> {
        Some(Filter { after: Some(place::read(cursor)?), ..filter })
    }
    fn company(row: &ListedTask) -> Option<CompanyId> {
        Some(row.company)
    }
    fn revision(row: &ListedTask) -> Option<u32> {
        Some(row.revision)
    }
    fn show(row: &ListedTask) -> Shown {
        Shown {
            id: Text(row.id),
            company_id: Text(row.company),
            branch_id: row.branch.map(Text),
            kind: Word(row.kind),
            appointment_id: row.appointment.map(Text),
            note: row.note.clone(),
            status: Word(row.status),
            taken_by: row.taken_by.map(Text),
            outcome: row.outcome.map(Word),
            remark: row.remark.clone(),
            ended_at: row.ended_at.map(Time::utc),
            due_at: Time::utc(row.due_at),
            created_at: Time::utc(row.created_at),
            revision: row.revision,
        }
    }
}
