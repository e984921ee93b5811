//! How many, how fast: for the overview.

use askpro_domain::{
    call::CallOutcome,
    ids::{BranchId, CallId},
};
use jiff::Timestamp;

use super::wanted::Wanted;
use crate::{
    CompanyTx, Engine, args,
    error::{Error, Result},
    tx::sealed::Raw,
};

/// Answered functions that are looked at for one chart at most.
const TIMES_AT_MOST: u32 = 20_000;

/// Calls of half an hour with the same outcome.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Slice {
    /// When the half hour begins.
    pub from: Timestamp,
    /// What came of them.
    pub outcome: CallOutcome,
    /// How many.
    pub calls: u32,
    /// Of these, how many ended within seconds and without anything.
    pub hung_up: u32,
}

/// Calls begun between two instants, by half hour and outcome.
pub fn calls_by_half_hour(
    tx: &mut CompanyTx<'_>,
    branch: Option<BranchId>,
    from: Timestamp,
    to: Timestamp,
) -> Result<Vec<Slice>> {
    let slot = match tx.engine() {
        Engine::Sqlite => "started_at / 1800000000",
        Engine::Postgres => "CAST(floor(extract(epoch FROM started_at) / 1800) AS bigint)",
    };
    let mut wanted = Wanted::new();
    wanted.that("company_id = ?", tx.company_id());
    wanted.that("started_at >= ?", from);
    wanted.that("started_at < ?", to);
    wanted.perhaps("branch_id = ?", branch);
    let sql = format!(
        "SELECT {slot}, outcome, count(*),
             sum(CASE WHEN outcome = 'none' AND stage <> 'ongoing' AND duration_ms < 10000 THEN 1 ELSE 0 END)
         FROM calls WHERE {} GROUP BY 1, 2 ORDER BY 1, 2",
        wanted.all()
    );
    tx.query(&sql, &wanted.arguments)?
        .iter()
        .map(|row| {
            let slot: i64 = row.get(0)?;
            Ok(Slice {
                from: Timestamp::from_second(slot * 1_800)
                    .map_err(|_| Error::Impossible("calls.started_at".into()))?,
                outcome: row.word(1, CallOutcome::parse)?,
                calls: row.get(2)?,
                hung_up: row.get(3)?,
            })
        })
        .collect()
}

/// A function that was answered.
#[derive(Clone, Debug)]
pub struct Answered {
    /// In which call.
    pub call: CallId,
    /// Which function.
    pub function: String,
    /// What came of it.
    pub status: String,
    /// When.
    pub at: Timestamp,
    /// How long that took, in milliseconds.
    pub ms: u32,
}

/// The functions that were answered in calls begun since an instant, in order of time.
pub fn answered(tx: &mut CompanyTx<'_>, branch: Option<BranchId>, since: Timestamp) -> Result<Vec<Answered>> {
    let mut wanted = Wanted::new();
    wanted.that("c.company_id = ?", tx.company_id());
    wanted.that("c.started_at >= ?", since);
    wanted.perhaps("c.branch_id = ?", branch);
    let limit = wanted.place(TIMES_AT_MOST);
    let sql = format!(
        "SELECT f.call_id, f.function, f.status, f.at, f.duration_ms FROM calls c
         JOIN function_calls f ON f.company_id = c.company_id AND f.call_id = c.id
         WHERE {} ORDER BY f.at LIMIT {limit}",
        wanted.all()
    );
    tx.query(&sql, &wanted.arguments)?
        .iter()
        .map(|row| {
            Ok(Answered {
                call: row.get(0)?,
                function: row.get(1)?,
                status: row.get(2)?,
                at: row.get(3)?,
                ms: row.get(4)?,
            })
        })
        .collect()
}

/// What waits for somebody or something.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Waiting {
    /// Jobs that were given up.
    pub dead_jobs: u32,
    /// Deliveries that were given up.
    pub dead_deliveries: u32,
    /// Appointments to come that are provisional.
    pub provisional: u32,
}

/// Counts what waits.
pub fn waiting(tx: &mut CompanyTx<'_>, now: Timestamp) -> Result<Waiting> {
    let row = tx.first(
        "SELECT (SELECT count(*) FROM jobs WHERE company_id = $1 AND status = 'dead'),
                (SELECT count(*) FROM deliveries WHERE company_id = $1 AND status = 'dead'),
                (SELECT count(*) FROM appointments
                 WHERE company_id = $1 AND starts_at > $2 AND status = 'provisional')",
        args![tx.company_id(), now],
    )?;
    match row {
        Some(row) => {
            Ok(Waiting { dead_jobs: row.get(0)?, dead_deliveries: row.get(1)?, provisional: row.get(2)? })
        }
        None => Ok(Waiting::default()),
    }
}

/// A connection with when it was last heard of.
#[derive(Clone, Debug)]
pub struct Heard {
    /// As it is called.
    pub name: String,
    /// `retell` or `calcom`.
    pub kind: String,
    /// When the last webhook arrived.
    pub last_at: Option<Timestamp>,
}

/// The connections in use.
pub fn connections(tx: &mut CompanyTx<'_>) -> Result<Vec<Heard>> {
    let rows = tx.query(
        "SELECT c.name, c.kind, (SELECT max(d.received_at) FROM deliveries d
             WHERE d.company_id = c.company_id AND d.connection_id = c.id)
         FROM connections c WHERE c.company_id = $1 AND c.active ORDER BY c.kind DESC, c.name LIMIT 20",
        args![tx.company_id()],
    )?;
    rows.iter().map(|row| Ok(Heard { name: row.get(0)?, kind: row.get(1)?, last_at: row.get(2)? })).collect()
}
