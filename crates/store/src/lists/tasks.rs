//! Tasks, with what the caller said.

use askpro_domain::ids::{AppointmentId, BranchId, CompanyId, TaskId, UserId};
use jiff::Timestamp;

use super::{Behind, Lists, Order, Wanted};
use crate::{
    Reads,
    error::Result,
    tasks::{self, TaskKind, TaskOutcome, TaskStatus},
    value::Row,
};

/// Tasks, the most urgent first.
#[derive(Clone, Debug, Default)]
pub struct Tasks {
    /// Only this one.
    pub id: Option<TaskId>,
    /// Only in this status.
    pub status: Option<TaskStatus>,
    /// Only of this kind.
    pub kind: Option<TaskKind>,
    /// Only of this branch.
    pub branch: Option<BranchId>,
    /// Behind this place.
    pub after: Option<Behind>,
}

/// A task as lists show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedTask {
    /// Its id.
    pub id: TaskId,
    /// Whose.
    pub company: CompanyId,
    /// Where.
    pub branch: Option<BranchId>,
    /// Why a person is needed.
    pub kind: TaskKind,
    /// About which appointment.
    pub appointment: Option<AppointmentId>,
    /// What the caller said, as it was noted.
    pub note: Option<String>,
    /// Whether it is done.
    pub status: TaskStatus,
    /// Who has taken it over.
    pub taken_by: Option<UserId>,
    /// What came of it, where it is done.
    pub outcome: Option<TaskOutcome>,
    /// What whoever did it said about that.
    pub remark: Option<String>,
    /// When it was done.
    pub ended_at: Option<Timestamp>,
    /// Until when it must have happened.
    pub due_at: Timestamp,
    /// Raised at each change.
    pub revision: u32,
    /// When it came up.
    pub created_at: Timestamp,
}

impl Lists for Tasks {
    type Row = ListedTask;

    fn list<T: Reads>(&self, tx: &mut T, limit: u32) -> Result<Vec<ListedTask>> {
        let mut wanted = Wanted::seen(tx, "t.company_id");
        wanted.and_if("t.id = ?", self.id);
        wanted.and_if("t.status = ?", self.status.map(TaskStatus::word));
        wanted.and_if("t.kind = ?", self.kind.map(TaskKind::word));
        wanted.and_if("t.branch_id = ?", self.branch);
        wanted.behind("t.due_at", "t.id", Order::Rising, self.after);
        let select =
            "SELECT t.id, t.company_id, t.branch_id, t.kind, t.appointment_id, t.note_sealed, t.status,
             t.due_at, t.revision, t.created_at, t.taken_by, t.outcome, t.outcome_sealed, t.ended_at FROM tasks t";
        let rows = wanted.rows(tx, select, "ORDER BY t.due_at, t.id", limit)?;
        rows.iter().map(|row| listed(tx, row)).collect()
    }
}

fn listed(tx: &mut impl Reads, row: &Row) -> Result<ListedTask> {
    let (id, company): (TaskId, CompanyId) = (row.get(0)?, row.get(1)?);
    let note = match row.get::<Option<Vec<u8>>>(5)? {
        Some(sealed) => Some(tasks::opened(tx, company, id, "note_sealed", &sealed)?),
        None => None,
    };
    let remark = match row.get::<Option<Vec<u8>>>(12)? {
        Some(sealed) => Some(tasks::opened(tx, company, id, "outcome_sealed", &sealed)?),
        None => None,
    };
    let outcome: Option<String> = row.get(11)?;
    Ok(ListedTask {
        id,
        taken_by: row.get(10)?,
        outcome: outcome.as_deref().and_then(TaskOutcome::parse),
        remark,
        ended_at: row.get(13)?,
        company,
        branch: row.get(2)?,
        kind: row.word(3, TaskKind::parse)?,
        appointment: row.get(4)?,
        note,
        status: row.word(6, TaskStatus::parse)?,
        due_at: row.get(7)?,
        revision: row.get(8)?,
        created_at: row.get(9)?,
    })
}
