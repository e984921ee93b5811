//! How many requests somebody may send. Counted in this process, at once and
//! without asking anybody; what was counted is shared with the other replicas in
//! the background, many senders in one transaction, so that no request waits for
//! it. Between two rounds each replica may let through what it does not know of
//! yet: at most a round's worth each.

use std::{
    collections::HashMap,
    sync::{
        Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use askpro_domain::limits::{Count, Of};
use askpro_store::{Platform, Result, limits};
use sha2::{Digest, Sha256};

use crate::App;

/// Senders remembered at most. Beyond, those of earlier minutes are forgotten.
const SENDERS_AT_MOST: usize = 50_000;

/// Requests of one sender below which nobody else needs to hear of them: a limit
/// that matters is far above.
const WORTH_TELLING: u32 = 20;

/// From one round to the next.
const ROUND: Duration = Duration::from_secs(1);

/// Senders that are told of in one round.
const TOLD_AT_ONCE: usize = 500;

/// How long a round may take.
const PATIENCE: Duration = Duration::from_secs(2);

const SHARING: Platform = Platform { because: "limits hold for senders, on all replicas together" };

type Key = [u8; 32];

/// What was counted in this process.
#[derive(Default)]
pub struct Limits {
    counts: Mutex<HashMap<Key, Count>>,
    is_sharing: AtomicBool,
}

/// Come again.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TooMany {
    /// After this many seconds.
    pub retry_after: i64,
}

/// A hash, because an address is somebody's.
fn key(of: Of, who: &str) -> Key {
    let mut hash = Sha256::new();
    hash.update(of.word());
    hash.update([0]);
    hash.update(who);
    hash.finalize().into()
}

impl App {
    /// Counts a request, and says whether it is one too many.
    pub fn admit(&self, of: Of, who: &str) -> std::result::Result<(), TooMany> {
        let second = self.clock.now().as_second();
        let minute = second.div_euclid(60);
        let Ok(mut counts) = self.limits.counts.lock() else { return Ok(()) };
        if counts.len() >= SENDERS_AT_MOST {
            counts.retain(|_, count| count.minute == minute);
            if counts.len() >= SENDERS_AT_MOST {
                counts.clear();
            }
        }
        let count = counts.entry(key(of, who)).or_default();
        let is_admitted = count.admit(minute, of.per_minute());
        if count.own >= WORTH_TELLING && count.untold() > 0 {
            self.share_limits_soon();
        }
        match is_admitted {
            true => Ok(()),
            false => Err(TooMany { retry_after: (60 - second.rem_euclid(60)).max(1) }),
        }
    }

    /// Shares what was counted with the other replicas, in the background; one round
    /// at a time.
    fn share_limits_soon(&self) {
        if self.limits.is_sharing.swap(true, Ordering::AcqRel) {
            return;
        }
        let app = self.clone();
        tokio::spawn(async move {
            tokio::time::sleep(ROUND).await;
            if let Err(error) = app.share_limits().await {
                tracing::warn!(%error, "limits are counted by this process alone at the moment");
            }
            app.limits.is_sharing.store(false, Ordering::Release);
        });
    }

    /// Shares what was counted with the other replicas, and learns what they counted.
    pub async fn share_limits(&self) -> Result<()> {
        let minute = self.clock.now().as_second().div_euclid(60);
        let untold: Vec<(Key, u32)> = match self.limits.counts.lock() {
            Ok(counts) => counts
                .iter()
                .filter(|(_, count)| {
                    count.minute == minute && count.own >= WORTH_TELLING && count.untold() > 0
                })
                .map(|(key, count)| (*key, count.untold()))
                .take(TOLD_AT_ONCE)
                .collect(),
            Err(_) => return Ok(()),
        };
        if untold.is_empty() {
            return Ok(());
        }
        let shared = self
            .store
            .platform_write(SHARING, PATIENCE, move |tx| {
                limits::forget(tx, minute)?;
                // In one order everywhere, so that two replicas queue instead of deadlocking.
                let mut sorted = untold.clone();
                sorted.sort_unstable();
                let tell = |(key, told): (Key, u32)| Ok((key, told, limits::add(tx, &key, minute, told)?));
                sorted.into_iter().map(tell).collect::<Result<Vec<_>>>()
            })
            .await?;
        if let Ok(mut counts) = self.limits.counts.lock() {
            for (key, told, altogether) in shared {
                if let Some(count) = counts.get_mut(&key) {
                    count.shared(minute, told, altogether);
                }
            }
        }
        Ok(())
    }
}
