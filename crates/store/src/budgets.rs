//! How many requests to a provider were leased lately, over all processes that
//! use one connection's key.

use std::time::Duration;

use askpro_domain::ids::ConnectionId;
use jiff::{SignedDuration, Timestamp};

use crate::{
    CompanyTx, Engine, args,
    error::Result,
    tx::{sealed::Raw, shared_time},
};

/// Leases are counted by slices of this length.
const SLICE: SignedDuration = SignedDuration::from_secs(5);

/// What a provider counts.
const MINUTE: SignedDuration = SignedDuration::from_secs(60);

/// What was granted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Granted {
    /// How many requests may be made while the lease is valid.
    pub tokens: u32,
    /// Where none: after how long a slice leaves the minute.
    pub again: Duration,
}

/// Leases up to `wanted` requests that are used within `valid`. In any minute no
/// more than `at_most` are then made: a slice counts until its last lease has
/// ended and a minute has passed. Time is the database's where several machines
/// share it.
pub fn lease(
    tx: &mut CompanyTx<'_>,
    connection: &ConnectionId,
    at_most: u32,
    wanted: u32,
    valid: SignedDuration,
    now: Timestamp,
) -> Result<Granted> {
    let (company, connection) = (tx.company_id(), connection.as_str());
    // One at a time: two that read the same sum would both lease the rest of it.
    if tx.engine() == Engine::Postgres {
        tx.query(
            "SELECT id FROM connections WHERE company_id = $1 AND id = $2 FOR NO KEY UPDATE",
            args![company, connection],
        )?;
    }
    let now = shared_time(tx, now)?;
    let counts = MINUTE + SLICE + valid;
    let since = now.checked_sub(counts).unwrap_or(Timestamp::MIN);
    tx.execute(
        "DELETE FROM request_windows WHERE company_id = $1 AND connection_id = $2 AND began_at <= $3",
        args![company, connection, since],
    )?;
    let row = tx.first(
        "SELECT CAST(coalesce(sum(leased), 0) AS integer), min(began_at) FROM request_windows
         WHERE company_id = $1 AND connection_id = $2",
        args![company, connection],
    )?;
    let (used, oldest): (u32, Option<Timestamp>) = match row {
        Some(row) => (row.get(0)?, row.get(1)?),
        None => (0, None),
    };
    let tokens = wanted.min(at_most.saturating_sub(used));
    if tokens == 0 {
        let left = oldest.map_or(SLICE, |oldest| counts - now.duration_since(oldest));
        let again = Duration::try_from(left).unwrap_or_default().max(Duration::from_millis(50));
        return Ok(Granted { tokens, again });
    }
    let slice = now.as_second().div_euclid(SLICE.as_secs()) * SLICE.as_secs();
    let began = Timestamp::from_second(slice).unwrap_or(now);
    tx.execute(
        "INSERT INTO request_windows (company_id, connection_id, began_at, leased) VALUES ($1, $2, $3, $4)
         ON CONFLICT (company_id, connection_id, began_at) DO UPDATE SET leased = request_windows.leased + $4",
        args![company, connection, began, tokens],
    )?;
    Ok(Granted { tokens, again: Duration::ZERO })
}
