//! What changed lately, told in ids alone.

use askpro_domain::ids::CompanyId;
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use crate::{PlatformTx, args, error::Result, tx::sealed::Raw};

/// Changes of one look at most; more than these are as good as a great many.
const CHANGES_AT_MOST: u32 = 2_000;

/// How far back a look goes: as long as a transaction may wait for its commit.
pub const LOOK_BACK: SignedDuration = SignedDuration::from_secs(5);

/// Where a change is seen.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Topic {
    /// A call, or something in one.
    Calls,
    /// An appointment, a task, or what somebody changed.
    Calendar,
}

/// What was written since an instant, in whichever company: an id of the change,
/// the company, and where it is seen. Ids begin with the time at which they were
/// made, so that each table is read by the end of its primary key; what was
/// committed late is found as long as it is not older than `since`.
pub fn changes(tx: &mut PlatformTx<'_>, since: Timestamp) -> Result<Vec<(Uuid, CompanyId, Topic)>> {
    let milliseconds = u128::try_from(since.as_millisecond()).unwrap_or(0);
    let first = Uuid::from_u128(milliseconds << 80);
    let rows = tx.query(
        "SELECT id, company_id, 'calendar' FROM audit WHERE id > $1 AND company_id IS NOT NULL
         UNION ALL SELECT id, company_id, 'calls' FROM function_calls WHERE id > $1
         UNION ALL SELECT id, company_id, 'calls' FROM deliveries WHERE id > $1 AND processed_at IS NOT NULL
         LIMIT $2",
        args![first, CHANGES_AT_MOST],
    )?;
    rows.iter()
        .map(|row| {
            let topic = if row.get::<String>(2)? == "calls" { Topic::Calls } else { Topic::Calendar };
            Ok((row.get(0)?, row.get(1)?, topic))
        })
        .collect()
}
