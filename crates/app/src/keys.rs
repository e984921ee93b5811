//! Keys change without anybody noticing: the master key, and providers' keys.

use std::{collections::HashMap, sync::Mutex, time::Duration};

use askpro_domain::{
    actor::Actor,
    ids::{CompanyId, ConnectionId, random_text},
    secret::Secret,
};
use askpro_store::{
    Company, Platform, Result,
    audit::{self, Entry},
    connections::{self, ConnectionKind, Fresh},
    seal::rotation::{self, Keys, Share},
};
use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;
use uuid::Uuid;

use crate::{
    App,
    setup::{TOKEN_ALPHABET, TOKEN_LENGTH},
};

const ROTATING: Platform = Platform { because: "the master key wraps the keys of every company" };

/// How long one transaction may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// Keys wrapped anew in one transaction: on SQLite calls wait for it.
const KEYS_AT_ONCE: u32 = 200;

/// How long the key before is accepted at most.
pub const OVERLAP_AT_MOST: SignedDuration = SignedDuration::from_hours(24 * 30);

/// How often the times of last use are written down.
const USES_EVERY: Duration = Duration::from_secs(30);

/// Connections whose use waits to be written down at most.
const USES_AT_MOST: usize = 10_000;

/// When connections were last used, on the way to the database.
#[derive(Default)]
pub struct Uses(Mutex<HashMap<(CompanyId, ConnectionId), Timestamp>>);

impl Uses {
    /// Notes that a connection's key was used.
    pub(crate) fn note(&self, company: CompanyId, connection: &ConnectionId, at: Timestamp) {
        let Ok(mut uses) = self.0.lock() else { return };
        if uses.len() < USES_AT_MOST {
            uses.insert((company, connection.clone()), at);
        }
    }

    fn take(&self) -> HashMap<CompanyId, Vec<(ConnectionId, Timestamp)>> {
        let mut by_company: HashMap<CompanyId, Vec<(ConnectionId, Timestamp)>> = HashMap::new();
        if let Ok(mut uses) = self.0.lock() {
            for ((company, connection), at) in uses.drain() {
                by_company.entry(company).or_default().push((connection, at));
            }
        }
        by_company
    }
}

/// What a provider's key is changed to.
pub enum Change {
    /// The key that the provider gave.
    Key(Secret),
    /// A fresh secret for the provider's webhook, made here.
    WebhookSecret,
}

impl App {
    /// By which master keys everything is wrapped.
    pub async fn key_shares(&self) -> Result<Vec<Share>> {
        self.store.platform_read(ROTATING, PATIENCE, rotation::shares).await
    }

    /// Wraps every key by the active master key, telling `progress` how many are
    /// done; how many were written anew. May be killed at any moment and run again,
    /// or run twice at once.
    pub async fn rewrap_keys(&self, mut progress: impl FnMut(u64), actor: &Actor) -> Result<u64> {
        let mut changed = 0;
        for keys in Keys::ALL {
            let mut after = Some(Uuid::nil());
            while let Some(from) = after {
                let step = self
                    .store
                    .platform_write(ROTATING, PATIENCE, move |tx| {
                        rotation::rewrap(tx, keys, from, KEYS_AT_ONCE)
                    })
                    .await?;
                changed += step.changed;
                after = step.next;
                progress(changed);
            }
        }
        let (active, now, actor) = (self.store.seals().ring().active_id(), self.clock.now(), actor.clone());
        self.store
            .platform_write(ROTATING, PATIENCE, move |tx| {
                let entry = Entry::new("master_key.rotated", &active)
                    .after(serde_json::json!({ "rewrapped": changed }));
                audit::add_platform(tx, &actor, &entry, now)
            })
            .await?;
        Ok(changed)
    }

    /// Gives a connection a fresh key or secret; what was there before still signs
    /// for `overlap`. A fresh secret is given back, the only time it is seen.
    /// `None` where there is no such connection in use, or it has no such secret.
    pub async fn rotate_connection(
        &self,
        id: &ConnectionId,
        change: Change,
        overlap: SignedDuration,
        actor: &Actor,
    ) -> Result<Option<Rotated>> {
        let named = id.clone();
        let because = Platform { because: "a connection is named by its public id alone" };
        let found = self
            .store
            .platform_read(because, PATIENCE, move |tx| connections::find_by_address(tx, &named))
            .await?;
        let Some(found) = found else { return Ok(None) };
        let (fresh, shown) = match change {
            Change::Key(key) => (Fresh::Key(key), None),
            Change::WebhookSecret if found.kind == ConnectionKind::Calcom => {
                let secret = Secret::new(random_text(self.chance.as_ref(), TOKEN_ALPHABET, TOKEN_LENGTH));
                (Fresh::WebhookSecret(secret.clone()), Some(secret))
            }
            Change::WebhookSecret => return Ok(None),
        };
        let now = self.clock.now();
        let until = now + overlap.clamp(SignedDuration::ZERO, OVERLAP_AT_MOST);
        let (id, actor) = (id.clone(), actor.clone());
        let changed = self
            .store
            .write(Company(found.company), PATIENCE, move |tx| {
                connections::rotate(tx, &id, &fresh, until, &actor, now)
            })
            .await?;
        Ok(changed.then_some(Rotated { until, secret: shown }))
    }

    /// Writes down when connections were last used, until `stop` says so.
    pub async fn keep_uses(&self, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            tokio::select! {
                () = tokio::time::sleep(USES_EVERY) => {}
                _ = stop.changed() => {}
            }
            self.write_uses().await;
        }
    }

    /// Writes down the uses that wait. A time that is lost is no harm: the next use
    /// writes a later one.
    pub async fn write_uses(&self) {
        for (company, uses) in self.uses.take() {
            let written =
                self.store.write(Company(company), PATIENCE, move |tx| connections::used(tx, &uses)).await;
            if let Err(error) = written {
                tracing::debug!(%error, "when connections were used could not be written down");
            }
        }
    }
}

/// A connection after a change.
#[derive(Debug)]
pub struct Rotated {
    /// How long what was there before is accepted.
    pub until: Timestamp,
    /// The fresh secret, where one was made here.
    pub secret: Option<Secret>,
}
