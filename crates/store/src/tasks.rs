//! What a person must do.

use askpro_domain::ids::{AppointmentId, BranchId, CompanyId, TaskId, UserId};
use jiff::Timestamp;

use crate::{
    CompanyTx, Reads, args,
    error::{Error, Result},
    seal::{self, Place},
    tx::sealed::Raw,
    value::Row,
};

/// Why a person is needed.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum TaskKind {
    /// A caller asked to be rung back.
    CallBack,
    /// A promised appointment was not accepted: ring the customer back.
    CallBackRefused,
    /// The calendar of record cannot be asked for too long: look and ring back.
    Unsettled,
    /// Two appointments want the same time: somebody moved one of them in Cal.com.
    Conflict,
}

impl TaskKind {
    /// Every kind.
    pub const ALL: &[Self] = &[Self::CallBack, Self::CallBackRefused, Self::Unsettled, Self::Conflict];

    /// The kind of a word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.word() == word)
    }

    /// The word in the database and in answers.
    pub fn word(self) -> &'static str {
        match self {
            Self::CallBack => "call_back",
            Self::CallBackRefused => "call_back_refused",
            Self::Unsettled => "unsettled",
            Self::Conflict => "conflict",
        }
    }
}

/// Whether a task is done.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum TaskStatus {
    /// Somebody must still do it.
    Open,
    /// It was done.
    Done,
}

impl TaskStatus {
    /// Every status.
    pub const ALL: &[Self] = &[Self::Open, Self::Done];

    /// The word in the database and in answers.
    pub fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Done => "done",
        }
    }

    /// The status of a word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|status| status.word() == word)
    }
}

/// Something that nobody has done yet.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct OpenTask {
    /// Its id.
    pub id: TaskId,
    /// Why a person is needed.
    pub kind: TaskKind,
    /// Where.
    pub branch: BranchId,
    /// About which appointment.
    pub appointment: Option<AppointmentId>,
    /// Until when it must have happened.
    pub due_at: Timestamp,
}

/// Adds an open task about an appointment.
pub fn add_for_appointment(
    tx: &mut CompanyTx<'_>,
    kind: TaskKind,
    branch: BranchId,
    appointment: AppointmentId,
    due_at: Timestamp,
    now: Timestamp,
) -> Result<TaskId> {
    let id = TaskId::new(now, tx.seals().chance().as_ref());
    tx.execute(
        "INSERT INTO tasks (id, company_id, branch_id, kind, appointment_id, note_sealed, status, due_at, revision,
             created_at)
         VALUES ($1, $2, $3, $4, $5, NULL, 'open', $6, 1, $7)",
        args![id, tx.company_id(), branch, kind.word(), appointment, due_at, now],
    )?;
    Ok(id)
}

/// Adds a call-back that a caller asked for; the note holds a name and a number and is sealed.
pub fn add_call_back(
    tx: &mut CompanyTx<'_>,
    branch: BranchId,
    note: &str,
    due_at: Timestamp,
    now: Timestamp,
) -> Result<TaskId> {
    let id = TaskId::new(now, tx.seals().chance().as_ref());
    add_kept_call_back(tx, id, branch, note, due_at, now)?;
    Ok(id)
}

/// The same under an id that was made when it was promised. Whether it is new:
/// under one id there is one task, however often it is delivered.
pub fn add_kept_call_back(
    tx: &mut CompanyTx<'_>,
    id: TaskId,
    branch: BranchId,
    note: &str,
    due_at: Timestamp,
    noted_at: Timestamp,
) -> Result<bool> {
    let (company, row) = (tx.company_id(), id.to_string());
    let place = place(&row, "note_sealed");
    let sealed = seal::seal(tx, company, &place, note.as_bytes())?;
    let added = tx.execute(
        "INSERT INTO tasks (id, company_id, branch_id, kind, appointment_id, note_sealed, status, due_at, revision,
             created_at)
         VALUES ($1, $2, $3, $4, NULL, $5, 'open', $6, 1, $7) ON CONFLICT (id) DO NOTHING",
        args![id, company, branch, TaskKind::CallBack.word(), sealed, due_at, noted_at],
    )?;
    Ok(added == 1)
}

fn place<'r>(row: &'r str, column: &'static str) -> Place<'r> {
    Place { table: "tasks", column, row }
}

/// What stands sealed in a column of a task.
pub(crate) fn opened(
    tx: &mut impl Reads,
    company: CompanyId,
    id: TaskId,
    column: &'static str,
    sealed: &[u8],
) -> Result<String> {
    let row = id.to_string();
    String::from_utf8(seal::open(tx, company, &place(&row, column), sealed)?)
        .map_err(|_| Error::Impossible(format!("tasks.{column}")))
}

/// What came of a task.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum TaskOutcome {
    /// The person was reached, and it is settled.
    Reached,
    /// Nobody could be reached.
    NotReached,
    /// An appointment was made of it.
    Booked,
    /// It had settled itself.
    NotNeeded,
}

impl TaskOutcome {
    /// Every outcome.
    pub const ALL: &[Self] = &[Self::Reached, Self::NotReached, Self::Booked, Self::NotNeeded];

    /// The word in the database and in answers.
    pub fn word(self) -> &'static str {
        match self {
            Self::Reached => "reached",
            Self::NotReached => "not_reached",
            Self::Booked => "booked",
            Self::NotNeeded => "not_needed",
        }
    }

    /// The outcome of a word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|outcome| outcome.word() == word)
    }
}

/// Writes down who has taken a task over; `None` gives it back.
pub fn take(tx: &mut CompanyTx<'_>, id: TaskId, by: Option<UserId>) -> Result<()> {
    tx.execute(
        "UPDATE tasks SET taken_by = $3, revision = revision + 1 WHERE company_id = $1 AND id = $2",
        args![tx.company_id(), id, by],
    )?;
    Ok(())
}

/// Ends a task with what came of it; the remark may name people and is sealed.
pub fn close(
    tx: &mut CompanyTx<'_>,
    id: TaskId,
    outcome: TaskOutcome,
    remark: Option<&str>,
    now: Timestamp,
) -> Result<()> {
    let (company, row) = (tx.company_id(), id.to_string());
    let sealed = match remark {
        Some(remark) => Some(seal::seal(tx, company, &place(&row, "outcome_sealed"), remark.as_bytes())?),
        None => None,
    };
    tx.execute(
        "UPDATE tasks SET status = 'done', outcome = $3, outcome_sealed = $4, ended_at = $5, revision = revision + 1
         WHERE company_id = $1 AND id = $2",
        args![company, id, outcome.word(), sealed, now],
    )?;
    Ok(())
}

/// Opens a task again; what came of it before is forgotten.
pub fn reopen(tx: &mut CompanyTx<'_>, id: TaskId) -> Result<()> {
    tx.execute(
        "UPDATE tasks SET status = 'open', outcome = NULL, outcome_sealed = NULL, ended_at = NULL,
             revision = revision + 1
         WHERE company_id = $1 AND id = $2",
        args![tx.company_id(), id],
    )?;
    Ok(())
}

/// Whether such a task about an appointment is open.
pub fn is_open(tx: &mut CompanyTx<'_>, kind: TaskKind, appointment: AppointmentId) -> Result<bool> {
    let row = tx.first(
        "SELECT 1 FROM tasks WHERE company_id = $1 AND kind = $2 AND appointment_id = $3 AND status = 'open'",
        args![tx.company_id(), kind.word(), appointment],
    )?;
    Ok(row.is_some())
}

/// What is open, the most urgent first.
pub fn open(tx: &mut CompanyTx<'_>, limit: u32) -> Result<Vec<OpenTask>> {
    let rows = tx.query(
        "SELECT id, kind, branch_id, appointment_id, due_at FROM tasks
         WHERE company_id = $1 AND status = 'open' ORDER BY due_at, id LIMIT $2",
        args![tx.company_id(), limit],
    )?;
    let task = |row: &Row| {
        Ok(OpenTask {
            id: row.get(0)?,
            kind: row.word(1, TaskKind::parse)?,
            branch: row.get(2)?,
            appointment: row.get(3)?,
            due_at: row.get(4)?,
        })
    };
    rows.iter().map(task).collect()
}
