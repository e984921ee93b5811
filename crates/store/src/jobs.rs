//! The outbox: what must still happen is written in the transaction that
//! promises it, and a worker leases it afterwards.

use askpro_domain::ids::{CompanyId, JobId};
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use crate::{
    CompanyTx, Engine, PlatformTx, args,
    error::{Error, Result},
    tx::{sealed::Raw, shared_time},
    value::Row,
};

/// What a job is for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum JobKind {
    /// A provisional appointment must be settled with Cal.com; the subject is the appointment.
    SettleBooking,
    /// A received delivery must be processed; the subject is the delivery.
    ProcessDelivery,
}

impl JobKind {
    /// Every kind.
    pub const ALL: &[Self] = &[Self::SettleBooking, Self::ProcessDelivery];

    /// The word in the database.
    pub fn word(self) -> &'static str {
        match self {
            Self::SettleBooking => "settle_booking",
            Self::ProcessDelivery => "process_delivery",
        }
    }

    /// The kind of a word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.word() == word)
    }
}

/// Where a job stands.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum JobStatus {
    /// It waits.
    Queued,
    /// A worker has it.
    Leased,
    /// Nothing is left to do.
    Done,
    /// It is tried again.
    Failed,
    /// It was given up.
    Dead,
}

impl JobStatus {
    /// Every status.
    pub const ALL: &[Self] = &[Self::Queued, Self::Leased, Self::Done, Self::Failed, Self::Dead];

    /// The word in the database and in answers.
    pub fn word(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Leased => "leased",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Dead => "dead",
        }
    }

    /// The status of a word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|status| status.word() == word)
    }
}

/// A job that this worker holds until `leased_until`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leased {
    /// Its id.
    pub id: JobId,
    /// Of which company.
    pub company: CompanyId,
    /// What for.
    pub kind: JobKind,
    /// What it is about.
    pub subject: Option<Uuid>,
    /// Tries so far, this one included; from 1.
    pub attempts: u32,
}

/// Adds a job, to be taken up after `delay`.
pub fn add(
    tx: &mut CompanyTx<'_>,
    kind: JobKind,
    subject: Uuid,
    delay: SignedDuration,
    now: Timestamp,
) -> Result<JobId> {
    let due_at = after(tx, delay, now)?;
    let id = JobId::new(now, tx.seals().chance().as_ref());
    tx.execute(
        "INSERT INTO jobs (id, company_id, kind, subject_id, payload_sealed, status, attempts, due_at, leased_by,
             leased_until, last_error, created_at, updated_at)
         VALUES ($1, $2, $3, $4, NULL, 'queued', 0, $5, NULL, NULL, NULL, $6, $6)",
        args![id, tx.company_id(), kind.word(), subject, due_at, now],
    )?;
    Ok(id)
}

/// Leases what is due, at most `limit`, oldest first. A job whose worker died is
/// due again when its lease has run out. Time is the database's where several
/// machines share it; [`add`], [`postpone`] and [`end`] count from the same.
pub fn lease(
    tx: &mut PlatformTx<'_>,
    worker: &str,
    limit: u32,
    lease: SignedDuration,
    now: Timestamp,
) -> Result<Vec<Leased>> {
    let now = shared_time(tx, now)?;
    let until = now.checked_add(lease).unwrap_or(Timestamp::MAX);
    let skip = match tx.engine() {
        Engine::Sqlite => "",
        Engine::Postgres => "FOR UPDATE SKIP LOCKED",
    };
    let rows = tx.query(
        &format!(
            "UPDATE jobs SET status = 'leased', leased_by = $1, leased_until = $2, attempts = attempts + 1,
                 updated_at = $3
             WHERE id IN (
                 SELECT id FROM jobs WHERE status IN ('queued', 'leased', 'failed') AND due_at <= $3
                     AND (leased_until IS NULL OR leased_until <= $3)
                 ORDER BY due_at LIMIT $4 {skip})
             RETURNING id, company_id, kind, subject_id, attempts"
        ),
        args![worker, until, now, limit],
    )?;
    rows.iter().map(leased).collect()
}

fn leased(row: &Row) -> Result<Leased> {
    Ok(Leased {
        id: row.get(0)?,
        company: row.get(1)?,
        kind: row.word(2, JobKind::parse)?,
        subject: row.get(3)?,
        attempts: row.get(4)?,
    })
}

/// How a leased job ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// Nothing is left to do.
    Done,
    /// To be tried again; with the reason, which names nobody.
    Again {
        /// After which pause.
        pause: SignedDuration,
        /// Why it did not end this time.
        reason: String,
    },
    /// Given up; a person must look.
    Dead {
        /// Why.
        reason: String,
    },
}

/// Writes down how a leased job ended. `Contended` where the lease was lost to
/// another worker in the meantime.
pub fn end(tx: &mut CompanyTx<'_>, job: JobId, worker: &str, end: &End, now: Timestamp) -> Result<()> {
    let (status, due_at, reason) = match end {
        End::Done => ("done", None, None),
        End::Again { pause, reason } => ("failed", Some(after(tx, *pause, now)?), Some(reason)),
        End::Dead { reason } => ("dead", None, Some(reason)),
    };
    let changed = tx.execute(
        "UPDATE jobs SET status = $3, due_at = coalesce($4, due_at), last_error = $5, leased_by = NULL,
             leased_until = NULL, updated_at = $6
         WHERE company_id = $1 AND id = $2 AND status = 'leased' AND leased_by = $7",
        args![tx.company_id(), job, status, due_at, reason, now, worker],
    )?;
    if changed == 1 { Ok(()) } else { Err(Error::Contended) }
}

/// Ends whatever is still open about a subject, because it was settled on
/// another way (inside the call).
pub fn finish_for(tx: &mut CompanyTx<'_>, kind: JobKind, subject: Uuid, now: Timestamp) -> Result<()> {
    tx.execute(
        "UPDATE jobs SET status = 'done', leased_by = NULL, leased_until = NULL, updated_at = $4
         WHERE company_id = $1 AND kind = $2 AND subject_id = $3 AND status IN ('queued', 'failed', 'leased')",
        args![tx.company_id(), kind.word(), subject, now],
    )?;
    Ok(())
}

/// Whether a worker is busy with a subject at this moment.
pub fn is_under_way(tx: &mut CompanyTx<'_>, kind: JobKind, subject: Uuid, now: Timestamp) -> Result<bool> {
    let now = shared_time(tx, now)?;
    let row = tx.first(
        "SELECT 1 FROM jobs WHERE company_id = $1 AND kind = $2 AND subject_id = $3 AND status = 'leased'
             AND leased_until > $4",
        args![tx.company_id(), kind.word(), subject, now],
    )?;
    Ok(row.is_some())
}

/// Moves what is still open about a subject to `delay` from now.
pub fn postpone(
    tx: &mut CompanyTx<'_>,
    kind: JobKind,
    subject: Uuid,
    delay: SignedDuration,
    now: Timestamp,
) -> Result<()> {
    let due_at = after(tx, delay, now)?;
    tx.execute(
        "UPDATE jobs SET due_at = $4, updated_at = $5
         WHERE company_id = $1 AND kind = $2 AND subject_id = $3 AND status IN ('queued', 'failed')",
        args![tx.company_id(), kind.word(), subject, due_at, now],
    )?;
    Ok(())
}

fn after(tx: &mut CompanyTx<'_>, delay: SignedDuration, now: Timestamp) -> Result<Timestamp> {
    Ok(shared_time(tx, now)?.checked_add(delay).unwrap_or(Timestamp::MAX))
}

/// Since when a job waits to be done.
pub fn waiting_since(tx: &mut CompanyTx<'_>, job: JobId) -> Result<Option<Timestamp>> {
    let row = tx.first(
        "SELECT created_at FROM jobs WHERE company_id = $1 AND id = $2",
        args![tx.company_id(), job],
    )?;
    row.map(|row| row.get(0)).transpose()
}

/// When the oldest job that is due and that nobody does became due.
pub fn oldest_due(tx: &mut PlatformTx<'_>, now: Timestamp) -> Result<Option<Timestamp>> {
    let now = shared_time(tx, now)?;
    let row = tx.first(
        "SELECT min(due_at) FROM jobs WHERE status IN ('queued', 'failed') AND due_at <= $1",
        args![now],
    )?;
    row.map_or(Ok(None), |row| row.get(0))
}

/// How many jobs are not done: waiting or under way, and dead ones.
pub fn depth(tx: &mut PlatformTx<'_>) -> Result<(u32, u32)> {
    let rows = tx.query("SELECT status, count(*) FROM jobs WHERE status <> 'done' GROUP BY status", &[])?;
    let (mut open, mut dead) = (0, 0);
    for row in rows {
        let count: u32 = row.get(1)?;
        if row.get::<String>(0)? == "dead" { dead += count } else { open += count }
    }
    Ok((open, dead))
}
