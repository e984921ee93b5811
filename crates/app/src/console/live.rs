//! Changes as they happen. One look at the database serves everybody who follows
//! in this process, and it is taken only while somebody does.

use std::{
    collections::HashSet,
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use askpro_domain::ids::CompanyId;
use askpro_store::{
    Platform,
    console::{self, Topic},
};
use tokio::sync::broadcast;

use super::PATIENCE;
use crate::App;

/// How often it looks.
const EVERY: Duration = Duration::from_millis(250);

/// How often while the database is away.
const AWAY: Duration = Duration::from_secs(2);

/// Changes that a slow follower may be behind; beyond, it is told to look at everything.
const BEHIND_AT_MOST: usize = 1_024;

/// Something changed in a company.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Change {
    /// In which.
    pub company: CompanyId,
    /// Where it is seen.
    pub topic: Topic,
}

/// Whoever follows, and whether somebody looks for them.
#[derive(Debug)]
pub struct Live {
    told: broadcast::Sender<Change>,
    is_looking: AtomicBool,
}

impl Default for Live {
    fn default() -> Self {
        Self { told: broadcast::channel(BEHIND_AT_MOST).0, is_looking: AtomicBool::new(false) }
    }
}

impl App {
    /// Changes in every company from now on; whoever follows picks its own.
    pub fn listen(&self) -> broadcast::Receiver<Change> {
        let receiver = self.live.told.subscribe();
        if !self.live.is_looking.swap(true, Ordering::SeqCst) {
            tokio::spawn(self.clone().look());
        }
        receiver
    }

    async fn look(self) {
        let mut seen = HashSet::new();
        loop {
            if self.live.told.receiver_count() == 0 {
                self.live.is_looking.store(false, Ordering::SeqCst);
                // Somebody may have come between the two.
                let has_come = self.live.told.receiver_count() > 0;
                if !has_come || self.live.is_looking.swap(true, Ordering::SeqCst) {
                    return;
                }
            }
            let now = self.clock.now();
            let since = now.checked_sub(console::LOOK_BACK).unwrap_or(now);
            let because = Platform { because: "whoever has a page open is told that something changed" };
            let looked =
                self.store.platform_read(because, PATIENCE, move |tx| console::changes(tx, since)).await;
            let rest = match looked {
                Ok(found) => {
                    let mut told = HashSet::new();
                    for (id, company, topic) in &found {
                        if !seen.contains(id) && told.insert((*company, *topic)) {
                            // It fails where nobody follows any more, and then nobody misses it.
                            let _ = self.live.told.send(Change { company: *company, topic: *topic });
                        }
                    }
                    seen = found.into_iter().map(|(id, _, _)| id).collect();
                    EVERY
                }
                Err(error) => {
                    tracing::debug!(%error, "changes cannot be told while the database is away");
                    AWAY
                }
            };
            tokio::time::sleep(rest).await;
        }
    }
}
