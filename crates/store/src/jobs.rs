//! The outbox: what must still happen is written in the transaction that
//! promises it, and a worker leases it afterwards.

use askpro_domain::ids::{AppointmentId, BranchId, CompanyId, JobId};
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use crate::{
    CompanyTx, Engine, PlatformTx, args,
    error::{Error, Result},
    incidents::{self, IncidentKind},
    tasks::{self, TaskKind},
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
    /// A calendar at Cal.com is compared with ours, again and again; the key names
    /// the connection.
    SyncCalendar,
    /// What is no longer needed is deleted, again and again.
    CleanUp,
}

impl JobKind {
    /// Every kind.
    pub const ALL: &[Self] = &[Self::SettleBooking, Self::ProcessDelivery, Self::SyncCalendar, Self::CleanUp];

    /// The word in the database.
    pub fn word(self) -> &'static str {
        match self {
            Self::SettleBooking => "settle_booking",
            Self::ProcessDelivery => "process_delivery",
            Self::SyncCalendar => "sync_calendar",
            Self::CleanUp => "clean_up",
        }
    }

    /// The kind of a word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.word() == word)
    }

    /// Lower goes first: what was promised, then what happened, then upkeep.
    pub fn priority(self) -> u32 {
        match self {
            Self::SettleBooking => 0,
            Self::ProcessDelivery => 1,
            Self::SyncCalendar => UPKEEP,
            Self::CleanUp => UPKEEP + 1,
        }
    }

    /// Tries after which it is given up. What is done again and again never is.
    pub fn attempts_at_most(self) -> Option<u32> {
        match self {
            // At five minutes each, two days: long after a person was asked to look.
            Self::SettleBooking => Some(600),
            Self::ProcessDelivery => Some(20),
            Self::SyncCalendar | Self::CleanUp => None,
        }
    }
}

/// The priority from which on nobody waits for a job.
pub const UPKEEP: u32 = 5;

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
    /// What makes it the only one of its kind.
    pub key: Option<String>,
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
             leased_until, last_error, created_at, updated_at, priority)
         VALUES ($1, $2, $3, $4, NULL, 'queued', 0, $5, NULL, NULL, NULL, $6, $6, $7)",
        args![id, tx.company_id(), kind.word(), subject, due_at, now, kind.priority()],
    )?;
    Ok(id)
}

/// Adds a job of which there is one at a time. Where it waits already it is taken
/// up no later than this; where somebody does it, it is done once more afterwards.
pub fn add_once(
    tx: &mut CompanyTx<'_>,
    kind: JobKind,
    key: &str,
    delay: SignedDuration,
    now: Timestamp,
) -> Result<()> {
    let due_at = after(tx, delay, now)?;
    let id = JobId::new(now, tx.seals().chance().as_ref());
    tx.execute(
        "INSERT INTO jobs (id, company_id, kind, subject_id, payload_sealed, status, attempts, due_at, leased_by,
             leased_until, last_error, created_at, updated_at, priority, dedupe_key)
         VALUES ($1, $2, $3, NULL, NULL, 'queued', 0, $4, NULL, NULL, NULL, $5, $5, $6, $7)
         ON CONFLICT (company_id, dedupe_key)
             WHERE dedupe_key IS NOT NULL AND status IN ('queued', 'leased', 'failed')
         DO UPDATE SET again = (jobs.again OR jobs.status = 'leased'),
             due_at = CASE WHEN excluded.due_at < jobs.due_at THEN excluded.due_at ELSE jobs.due_at END",
        args![id, tx.company_id(), kind.word(), due_at, now, kind.priority(), key],
    )?;
    Ok(())
}

/// Which jobs a worker takes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Order {
    /// How many at most.
    pub limit: u32,
    /// None below this urgency: a priority that is lower goes first.
    pub priority_at_most: u32,
    /// For how long; longer than such a job takes.
    pub lease: SignedDuration,
    /// For how long where Cal.com may be asked for something: a request that was
    /// under way when a worker died may still be running there.
    pub lease_settling: SignedDuration,
}

/// Leases what is due, the most urgent first. A job whose worker died is
/// due again when its lease has run out. Time is the database's where several
/// machines share it; [`add`], [`postpone`] and [`end`] count from the same.
pub fn lease(tx: &mut PlatformTx<'_>, worker: &str, order: Order, now: Timestamp) -> Result<Vec<Leased>> {
    let now = shared_time(tx, now)?;
    let until = |lease: SignedDuration| now.checked_add(lease).unwrap_or(Timestamp::MAX);
    let settling = JobKind::SettleBooking.word();
    let skip = match tx.engine() {
        Engine::Sqlite => "",
        Engine::Postgres => "FOR UPDATE SKIP LOCKED",
    };
    let time = as_time(tx);
    let rows = tx.query(
        &format!(
            "UPDATE jobs SET status = 'leased', leased_by = $1, attempts = attempts + 1, updated_at = $3,
                 leased_until = CASE WHEN kind = $6 THEN $7{time} ELSE $2{time} END
             WHERE id IN (
                 SELECT id FROM jobs WHERE status IN ('queued', 'leased', 'failed') AND due_at <= $3
                     AND (leased_until IS NULL OR leased_until <= $3) AND priority <= $5
                 ORDER BY priority, due_at LIMIT $4 {skip})
             RETURNING id, company_id, kind, subject_id, attempts, dedupe_key"
        ),
        args![
            worker,
            until(order.lease),
            now,
            order.limit,
            order.priority_at_most,
            settling,
            until(order.lease_settling)
        ],
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
        key: row.get(5)?,
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

/// Writes down how a leased job ended. What was tried too often is given up, and
/// whoever is given up tells people why. `Contended` where the lease was lost to
/// another worker in the meantime.
pub fn end(tx: &mut CompanyTx<'_>, job: JobId, worker: &str, end: &End, now: Timestamp) -> Result<()> {
    match end {
        End::Done => {
            let changed = tx.execute(
                "UPDATE jobs SET status = CASE WHEN again THEN 'queued' ELSE 'done' END,
                     attempts = CASE WHEN again THEN 0 ELSE attempts END, again = $5, last_error = NULL,
                     leased_by = NULL, leased_until = NULL, updated_at = $3
                 WHERE company_id = $1 AND id = $2 AND status = 'leased' AND leased_by = $4",
                args![tx.company_id(), job, now, worker, false],
            )?;
            one(changed)
        }
        End::Again { pause, reason } => match worn_out(tx, job)? {
            Some(reason_to_stop) => bury(tx, job, worker, &format!("{reason_to_stop}: {reason}"), now),
            None => {
                let due_at = after(tx, *pause, now)?;
                put_back(tx, job, worker, "failed", due_at, Some(reason), now)
            }
        },
        End::Dead { reason } => bury(tx, job, worker, reason, now),
    }
}

/// Ends a job that is done again and again: until the next time.
pub fn end_until_next(
    tx: &mut CompanyTx<'_>,
    job: JobId,
    worker: &str,
    pause: SignedDuration,
    trouble: Option<&str>,
    now: Timestamp,
) -> Result<()> {
    let due_at = after(tx, pause, now)?;
    let trouble = trouble.map(str::to_owned);
    put_back(tx, job, worker, "queued", due_at, trouble.as_ref(), now)?;
    tx.execute(
        "UPDATE jobs SET attempts = 0 WHERE company_id = $1 AND id = $2",
        args![tx.company_id(), job],
    )?;
    Ok(())
}

fn put_back(
    tx: &mut CompanyTx<'_>,
    job: JobId,
    worker: &str,
    status: &str,
    due_at: Timestamp,
    reason: Option<&String>,
    now: Timestamp,
) -> Result<()> {
    // Whoever asked for it while it was done does not wait for the next time.
    let time = as_time(tx);
    let changed = tx.execute(
        &format!(
            "UPDATE jobs SET status = $3, due_at = CASE WHEN again THEN $6{time} ELSE $4{time} END, again = $8,
                 last_error = $5, leased_by = NULL, leased_until = NULL, updated_at = $6
             WHERE company_id = $1 AND id = $2 AND status = 'leased' AND leased_by = $7"
        ),
        args![tx.company_id(), job, status, due_at, reason, now, worker, false],
    )?;
    one(changed)
}

/// Says that an argument inside an expression is a time, where the engine asks.
fn as_time(tx: &dyn Raw) -> &'static str {
    match tx.engine() {
        Engine::Postgres => "::timestamptz",
        Engine::Sqlite => "",
    }
}

fn one(changed: u64) -> Result<()> {
    if changed == 1 { Ok(()) } else { Err(Error::Contended) }
}

/// Why a job is not tried again, where it was tried as often as it may be.
fn worn_out(tx: &mut CompanyTx<'_>, job: JobId) -> Result<Option<String>> {
    let row = tx.first(
        "SELECT kind, attempts FROM jobs WHERE company_id = $1 AND id = $2",
        args![tx.company_id(), job],
    )?;
    let Some(row) = row else { return Ok(None) };
    let (kind, attempts): (JobKind, u32) = (row.word(0, JobKind::parse)?, row.get(1)?);
    let is_worn = kind.attempts_at_most().is_some_and(|most| attempts >= most);
    Ok(is_worn.then(|| format!("given up after {attempts} tries")))
}

/// Gives a job up, with an incident, and a task where a promise is concerned.
fn bury(tx: &mut CompanyTx<'_>, job: JobId, worker: &str, reason: &str, now: Timestamp) -> Result<()> {
    let changed = tx.execute(
        "UPDATE jobs SET status = 'dead', last_error = $3, leased_by = NULL, leased_until = NULL, updated_at = $4
         WHERE company_id = $1 AND id = $2 AND status = 'leased' AND leased_by = $5",
        args![tx.company_id(), job, reason, now, worker],
    )?;
    one(changed)?;
    incidents::open(tx, IncidentKind::JobDead, &job.to_string(), reason, now)?;
    let row = tx.first(
        "SELECT a.id, a.branch_id FROM jobs j
         JOIN appointments a ON a.company_id = j.company_id AND a.id = j.subject_id
         WHERE j.company_id = $1 AND j.id = $2 AND j.kind = $3",
        args![tx.company_id(), job, JobKind::SettleBooking.word()],
    )?;
    let Some(row) = row else { return Ok(()) };
    let (appointment, branch): (AppointmentId, BranchId) = (row.get(0)?, row.get(1)?);
    if !tasks::is_open(tx, TaskKind::Unsettled, appointment)? {
        tasks::add_for_appointment(tx, TaskKind::Unsettled, branch, appointment, now, now)?;
    }
    Ok(())
}

/// Takes up a job that was given up; `false` where it is none.
pub fn replay(tx: &mut CompanyTx<'_>, job: JobId, now: Timestamp) -> Result<bool> {
    let due_at = shared_time(tx, now)?;
    let changed = tx.execute(
        "UPDATE jobs SET status = 'queued', attempts = 0, due_at = $3, updated_at = $4
         WHERE company_id = $1 AND id = $2 AND status = 'dead'",
        args![tx.company_id(), job, due_at, now],
    )?;
    if changed == 1 {
        incidents::close(tx, IncidentKind::JobDead, &job.to_string(), now)?;
    }
    Ok(changed == 1)
}

/// Jobs that were given up, of a kind or of any, oldest first.
pub fn dead(tx: &mut CompanyTx<'_>, kind: Option<JobKind>, limit: u32) -> Result<Vec<JobId>> {
    let rows = tx.query(
        "SELECT id FROM jobs WHERE company_id = $1 AND status = 'dead' AND kind = coalesce($2, kind)
         ORDER BY created_at, id LIMIT $3",
        args![tx.company_id(), kind.map(JobKind::word), limit],
    )?;
    rows.iter().map(|row| row.get(0)).collect()
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
