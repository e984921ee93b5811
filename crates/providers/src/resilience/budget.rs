//! A connection's requests a minute, shared by every process that uses its key.
//!
//! The count itself is kept elsewhere ([`Budget`]); a line leases a few tokens at
//! a time, more where more is asked, so that the count costs little. Tokens that
//! were not used in time are lost: a lease that is kept would burst later.

use std::{future::Future, pin::Pin, time::Duration};

use tokio::{sync::Mutex, time::Instant};

use super::{LineId, Urgency};

/// How long leased tokens may be used. Whoever counts adds it to the minute.
pub const LEASE_VALID: Duration = Duration::from_secs(5);

/// Tokens in one lease at most.
const LEASE_AT_MOST: u32 = 16;

/// What was leased.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Grant {
    /// How many requests may be made, within [`LEASE_VALID`] of asking.
    pub tokens: u32,
    /// Where none: after how long there may be some again.
    pub again: Duration,
}

/// A grant on its way.
pub type Leasing<'a> = Pin<Box<dyn Future<Output = Grant> + Send + 'a>>;

/// Who counts requests over all replicas.
pub trait Budget: Send + Sync {
    /// Leases up to `wanted` of `per_minute` requests. Background work is given
    /// none beyond half, so that calls always find some.
    fn lease(&self, line: &LineId, urgency: Urgency, per_minute: u32, wanted: u32) -> Leasing<'_>;
}

/// No count at all: for a provider without a limit, and for tests of other things.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unlimited;

impl Budget for Unlimited {
    fn lease(&self, _: &LineId, _: Urgency, _: u32, wanted: u32) -> Leasing<'_> {
        Box::pin(async move { Grant { tokens: wanted, again: Duration::ZERO } })
    }
}

/// What one process holds of a connection's tokens, for one urgency.
#[derive(Default)]
pub(super) struct Purse(Mutex<Held>);

#[derive(Default)]
struct Held {
    tokens: u32,
    until: Option<Instant>,
    /// How many the last lease asked for: a busy line asks for more at a time.
    last_wanted: u32,
}

impl Purse {
    /// Takes one token, leasing more where none is left; `Err` says how long to
    /// wait. Everybody else of the same urgency waits for the lease meanwhile.
    pub(super) async fn take(
        &self,
        budget: &dyn Budget,
        line: &LineId,
        urgency: Urgency,
        per_minute: u32,
    ) -> Result<(), Duration> {
        let mut held = self.0.lock().await;
        // Counted from before asking, so that the lease ends here before it ends there.
        let asked_at = Instant::now();
        let is_fresh = held.until.is_some_and(|until| asked_at < until);
        if is_fresh && held.tokens > 0 {
            held.tokens -= 1;
            return Ok(());
        }
        // All used within their time: this line is busy.
        let wanted = if is_fresh { (held.last_wanted * 2).clamp(2, LEASE_AT_MOST) } else { 1 };
        let grant = budget.lease(line, urgency, per_minute, wanted).await;
        *held = Held { tokens: grant.tokens, until: Some(asked_at + LEASE_VALID), last_wanted: wanted };
        if held.tokens == 0 {
            return Err(grant.again);
        }
        held.tokens -= 1;
        Ok(())
    }
}
