//! How many requests came lately, on all replicas together.

use crate::{PlatformTx, args, error::Result, tx::sealed::Raw};

/// Minutes that are kept.
const KEPT: i64 = 3;

/// Adds what one process saw of a sender in a minute, and says what all saw.
pub fn add(tx: &mut PlatformTx<'_>, key: &[u8], minute: i64, requests: u32) -> Result<u32> {
    tx.execute(
        "INSERT INTO request_counts (key, minute, requests) VALUES ($1, $2, $3)
         ON CONFLICT (key, minute) DO UPDATE SET requests = request_counts.requests + excluded.requests",
        args![key, minute, requests],
    )?;
    let row =
        tx.first("SELECT requests FROM request_counts WHERE key = $1 AND minute = $2", args![key, minute])?;
    row.map_or(Ok(requests), |row| row.get(0))
}

/// Forgets what nobody counts any more.
pub fn forget(tx: &mut PlatformTx<'_>, minute: i64) -> Result<()> {
    tx.execute("DELETE FROM request_counts WHERE minute < $1", args![minute - KEPT])?;
    Ok(())
}
