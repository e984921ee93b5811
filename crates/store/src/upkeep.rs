//! Upkeep: which periodic jobs there must be, and what is deleted when nobody
//! needs it any more, a bounded number of rows at a time.

use askpro_domain::ids::{CompanyId, ConnectionId};
use jiff::{SignedDuration, Timestamp};

use crate::{CompanyTx, PlatformTx, args, error::Result, tx::sealed::Raw};

/// Rows deleted at a time.
pub const ROWS_AT_A_TIME: u32 = 500;

/// How long things are kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Kept {
    /// Stored answers of function calls: a repetition comes within minutes.
    pub answers: SignedDuration,
    /// Deliveries that were processed or ignored.
    pub deliveries: SignedDuration,
    /// Jobs that are done.
    pub jobs_done: SignedDuration,
    /// Jobs that were given up.
    pub jobs_dead: SignedDuration,
    /// Who was recognised in a call, and wrong references.
    pub recognised: SignedDuration,
    /// Sessions after their end.
    pub sessions: SignedDuration,
}

const fn days(days: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * days)
}

impl Default for Kept {
    fn default() -> Self {
        Self {
            answers: days(2),
            deliveries: days(30),
            jobs_done: days(7),
            jobs_dead: days(90),
            recognised: days(2),
            sessions: days(7),
        }
    }
}

/// Calendars that nobody compares: connections to Cal.com without their job.
pub fn calendars_without_job(tx: &mut PlatformTx<'_>, limit: u32) -> Result<Vec<(CompanyId, ConnectionId)>> {
    let rows = tx.query(
        "SELECT c.company_id, c.id FROM connections c
         WHERE c.kind = 'calcom' AND c.active AND NOT EXISTS (
             SELECT 1 FROM jobs j WHERE j.company_id = c.company_id AND j.dedupe_key = 'sync_calendar ' || c.id
                 AND j.status IN ('queued', 'leased', 'failed'))
         ORDER BY c.id LIMIT $1",
        args![limit],
    )?;
    rows.iter().map(|row| Ok((row.get(0)?, row.word(1, ConnectionId::parse)?))).collect()
}

/// Companies in which nobody cleans up.
pub fn companies_without_clean_up(tx: &mut PlatformTx<'_>, limit: u32) -> Result<Vec<CompanyId>> {
    let rows = tx.query(
        "SELECT c.id FROM companies c
         WHERE NOT EXISTS (
             SELECT 1 FROM jobs j WHERE j.company_id = c.id AND j.dedupe_key = 'clean_up'
                 AND j.status IN ('queued', 'leased', 'failed'))
         ORDER BY c.id LIMIT $1",
        args![limit],
    )?;
    rows.iter().map(|row| row.get(0)).collect()
}

/// Deletes what a company no longer needs, at most [`ROWS_AT_A_TIME`] of each
/// kind; how many rows that were. To be repeated until it is 0.
pub fn clean_up(tx: &mut CompanyTx<'_>, kept: &Kept, now: Timestamp) -> Result<u64> {
    let before = |age: SignedDuration| now.checked_sub(age).unwrap_or(Timestamp::MIN);
    let company = tx.company_id();
    let mut deleted = 0;
    for (table, key, condition, age) in [
        ("answers", "key", "created_at < $2", kept.answers),
        ("deliveries", "id", "status IN ('processed', 'ignored') AND received_at < $2", kept.deliveries),
        ("jobs", "id", "status = 'done' AND updated_at < $2", kept.jobs_done),
        ("jobs", "id", "status = 'dead' AND updated_at < $2", kept.jobs_dead),
        ("wrong_references", "id", "at < $2", kept.recognised),
    ] {
        deleted += tx.execute(
            &format!(
                "DELETE FROM {table} WHERE company_id = $1 AND {key} IN (
                     SELECT {key} FROM {table} WHERE company_id = $1 AND {condition} LIMIT $3)"
            ),
            args![company, before(age), ROWS_AT_A_TIME],
        )?;
    }
    deleted += tx.execute(
        "DELETE FROM call_identities WHERE company_id = $1 AND created_at < $2",
        args![company, before(kept.recognised)],
    )?;
    Ok(deleted)
}

/// Deletes sessions that ended, at most [`ROWS_AT_A_TIME`]; how many.
pub fn clean_up_sessions(tx: &mut PlatformTx<'_>, kept: &Kept, now: Timestamp) -> Result<u64> {
    let before = now.checked_sub(kept.sessions).unwrap_or(Timestamp::MIN);
    tx.execute(
        "DELETE FROM sessions WHERE id IN (
             SELECT id FROM sessions WHERE expires_at < $1 OR revoked_at < $1 LIMIT $2)",
        args![before, ROWS_AT_A_TIME],
    )
}
