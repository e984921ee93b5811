//! The record is kept: entries are linked within a second of their transaction,
//! and the ends of the chains are written down where the database's owner does
//! not reach ([`heads`]).

mod heads;

use std::{path::Path, time::Duration};

use askpro_store::{
    Platform, Result,
    audit::{
        chain,
        verify::{self, Chain},
    },
};
use tokio::sync::watch;

use crate::App;

const KEEPING: Platform = Platform { because: "the record of every company is linked" };

/// How long the linker rests when nothing waits; an entry's link is due within a second.
const REST: Duration = Duration::from_millis(250);

/// How long it rests when the database is away.
const AWAY: Duration = Duration::from_secs(1);

/// How long one transaction of the linker may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long looking through the whole record may take.
const VERIFYING: Duration = Duration::from_secs(3_600);

/// How often the ends of the chains are written down.
const HEADS_EVERY: Duration = Duration::from_secs(60);

/// What looking through the record showed.
#[derive(Debug)]
pub struct Verdict {
    /// Every chain.
    pub chains: Vec<Chain>,
    /// How many ends that were written down outside were compared.
    pub heads_compared: usize,
}

impl Verdict {
    /// Whether everything stands as it was written.
    pub fn stands(&self) -> bool {
        self.chains.iter().all(|chain| chain.found == 0)
    }
}

impl App {
    /// Links what waits and writes down the chains' ends until `stop` says so.
    pub async fn keep_record(&self, mut stop: watch::Receiver<bool>) {
        let mut heads_due = tokio::time::Instant::now();
        while !*stop.borrow() {
            let rest = match self.link_record().await {
                Ok(_) => REST,
                Err(error) => {
                    tracing::warn!(%error, "the record cannot be linked; its entries wait");
                    AWAY
                }
            };
            if tokio::time::Instant::now() >= heads_due {
                heads_due = tokio::time::Instant::now() + HEADS_EVERY;
                if let Err(error) = self.write_heads().await {
                    tracing::warn!(%error, "the ends of the record cannot be written down");
                }
            }
            tokio::select! {
                () = tokio::time::sleep(rest) => {}
                _ = stop.changed() => {}
            }
        }
    }

    /// Links everything that waits now; how many entries that were.
    pub async fn link_record(&self) -> Result<usize> {
        let mut linked = 0;
        loop {
            let now = self.clock.now();
            let some = self.store.platform_write(KEEPING, PATIENCE, move |tx| chain::link(tx, now)).await?;
            if some == 0 {
                return Ok(linked);
            }
            linked += some;
        }
    }

    /// Looks through the whole record, and compares it with the ends that were
    /// written down in `folder`.
    pub async fn verify_record(&self, folder: Option<&Path>) -> Result<Verdict> {
        let outside = match folder {
            Some(folder) => heads::read(folder, self.installation_id().await?),
            None => Vec::new(),
        };
        let heads_compared = outside.len();
        let chains = self
            .store
            .platform_read(
                Platform { because: "the record of every company is verified" },
                VERIFYING,
                move |tx| verify::all(tx, &outside),
            )
            .await?;
        Ok(Verdict { chains, heads_compared })
    }
}
