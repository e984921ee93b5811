//! What is last known, as a sealed file: written when something changed, read
//! once at start.

use std::{fs, io, sync::Arc, time::Duration};

use askpro_domain::{
    business::CompanySettings,
    ids::{CompanyId, ConnectionId},
    secret::Secret,
};
use askpro_store::{
    Company, Platform, Result,
    connections::{self, ConnectionKind, Previous},
    installation,
    phone_numbers::{self, PhoneNumber},
    schedule,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tokio::sync::watch;
use uuid::Uuid;

use super::{
    folder::StateFolder,
    last_known::{Business, REMEMBERED_AT_MOST},
};
use crate::{App, Known};

/// What the file is sealed for.
const PURPOSE: &str = "last known businesses";

/// How often it is asked whether something changed.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// How long one reading of the keeper may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// Companies read in one go.
const PAGE: u32 = 100;

/// The file's content. A newer program that reads it differently does without it.
#[derive(Serialize, Deserialize)]
struct Snapshot {
    taken_at: Timestamp,
    installation: Uuid,
    businesses: Vec<(CompanyId, Business)>,
    connections: Vec<Written>,
}

/// A connection as it stands in the sealed file, with its keys.
#[derive(Serialize, Deserialize)]
struct Written {
    company: CompanyId,
    connection: ConnectionId,
    kind: ConnectionKind,
    settings: CompanySettings,
    numbers: Vec<PhoneNumber>,
    key: String,
    webhook_secret: Option<String>,
    #[serde(default)]
    previous: Option<Before>,
}

/// What signed before a change.
#[derive(Serialize, Deserialize)]
struct Before {
    key: Option<String>,
    webhook_secret: Option<String>,
    until: Timestamp,
}

impl From<Known> for Written {
    fn from(known: Known) -> Self {
        let Known { company, connection, kind, settings, numbers, key, webhook_secret, previous } = known;
        let previous = previous.map(|Previous { key, webhook_secret, until }| Before {
            key: key.map(|secret| secret.expose().to_owned()),
            webhook_secret: webhook_secret.map(|secret| secret.expose().to_owned()),
            until,
        });
        let (key, webhook_secret) =
            (key.expose().to_owned(), webhook_secret.map(|secret| secret.expose().to_owned()));
        Self { company, connection, kind, settings, numbers, key, webhook_secret, previous }
    }
}

impl From<Written> for Known {
    fn from(written: Written) -> Self {
        let Written { company, connection, kind, settings, numbers, key, webhook_secret, previous } = written;
        let previous = previous.map(|Before { key, webhook_secret, until }| Previous {
            key: key.map(Secret::new),
            webhook_secret: webhook_secret.map(Secret::new),
            until,
        });
        let (key, webhook_secret) = (Secret::new(key), webhook_secret.map(Secret::new));
        Self { company, connection, kind, settings, numbers, key, webhook_secret, previous }
    }
}

/// Everything that is worth knowing while the database is away.
struct Everything {
    installation: Uuid,
    businesses: Vec<(CompanyId, Business)>,
    connections: Vec<Known>,
}

impl App {
    /// Remembers what stands in the state directory. Since when, where something
    /// stands there; a file that does not open is as good as none, and the log says so.
    pub fn recall(&self) -> Option<Timestamp> {
        let folder = self.state.as_ref()?;
        match self.read_snapshot(folder) {
            Ok(snapshot) => {
                let snapshot = snapshot?;
                let everything = Everything {
                    installation: snapshot.installation,
                    businesses: snapshot.businesses,
                    connections: snapshot.connections.into_iter().map(Known::from).collect(),
                };
                self.remember(everything);
                Some(snapshot.taken_at)
            }
            Err(error) => {
                tracing::warn!(%error, "what was last known cannot be read; it is written anew");
                None
            }
        }
    }

    fn read_snapshot(&self, folder: &StateFolder) -> io::Result<Option<Snapshot>> {
        let sealed = match fs::read(folder.snapshot()) {
            Ok(sealed) => sealed,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let plain = self.store.seals().open_file(PURPOSE, &sealed).map_err(io::Error::other)?;
        serde_json::from_slice(&plain).map(Some).map_err(io::Error::other)
    }

    fn remember(&self, everything: Everything) {
        let Everything { installation, businesses, connections } = everything;
        self.last_known.replace(
            installation,
            businesses.into_iter().map(|(company, business)| (company, Arc::new(business))).collect(),
            connections.into_iter().map(|known| (known.connection.clone(), known)).collect(),
        );
    }

    /// Keeps memory and file up to date until `stop` says so.
    pub async fn keep_last_known(&self, mut stop: watch::Receiver<bool>) {
        let mut mark = None;
        while !*stop.borrow() {
            match self.refresh_last_known(mark.as_deref()).await {
                Ok(Some(fresh)) => mark = Some(fresh),
                Ok(None) => {}
                Err(error) => tracing::debug!(%error, "what is last known stays as it is"),
            }
            tokio::select! {
                () = tokio::time::sleep(LOOK_EVERY) => {}
                _ = stop.changed() => {}
            }
        }
    }

    /// Reads everything anew where it differs from `mark`; what it is now.
    pub async fn refresh_last_known(&self, mark: Option<&str>) -> Result<Option<String>> {
        // The mark is read first: what changes in between is read again next time.
        let fresh = self.store.platform_read(KEEPING, PATIENCE, installation::businesses_mark).await?;
        if mark == Some(fresh.as_str()) {
            return Ok(None);
        }
        let everything = self.read_everything().await?;
        let Some(folder) = self.state.clone() else {
            self.remember(everything);
            return Ok(Some(fresh));
        };
        let snapshot = Snapshot {
            taken_at: self.clock.now(),
            installation: everything.installation,
            businesses: everything.businesses.clone(),
            connections: everything.connections.iter().cloned().map(Written::from).collect(),
        };
        self.remember(everything);
        let app = self.clone();
        let written = tokio::task::spawn_blocking(move || app.write_snapshot(&folder, &snapshot)).await;
        match written.map_err(io::Error::other).and_then(|written| written) {
            Ok(()) => Ok(Some(fresh)),
            Err(error) => {
                tracing::error!(%error, "what is last known cannot be kept for a restart; look at the state directory");
                Ok(None)
            }
        }
    }

    fn write_snapshot(&self, folder: &StateFolder, snapshot: &Snapshot) -> io::Result<()> {
        let plain = zeroize::Zeroizing::new(serde_json::to_vec(snapshot)?);
        folder.replace(&folder.snapshot(), &self.store.seals().seal_file(PURPOSE, &plain))
    }

    async fn read_everything(&self) -> Result<Everything> {
        let installation = self.store.platform_read(KEEPING, PATIENCE, |tx| installation::read(tx)).await?.id;
        let mut everything = Everything { installation, businesses: Vec::new(), connections: Vec::new() };
        let mut after = None;
        loop {
            let page = self
                .store
                .platform_read(KEEPING, PATIENCE, move |tx| schedule::list_companies(tx, after, PAGE))
                .await?;
            after = page.last().map(|company| company.id);
            for company in page.into_iter().filter(|company| company.active) {
                if everything.businesses.len() >= REMEMBERED_AT_MOST {
                    tracing::warn!(
                        at_most = REMEMBERED_AT_MOST,
                        "there are more companies than are remembered for when the database is away"
                    );
                    return Ok(everything);
                }
                let (id, settings) = (company.id, company.settings);
                let (business, known) = self
                    .store
                    .read(Company(id), PATIENCE, move |tx| {
                        let mut known = Vec::new();
                        for connection in connections::of_company(tx)? {
                            let numbers = phone_numbers::of_connection(tx, id, &connection.id)?;
                            known.push(Known::new(connection, settings, numbers));
                        }
                        Ok((Business::read(tx)?, known))
                    })
                    .await?;
                everything.businesses.push((id, business));
                everything.connections.extend(known);
            }
            if after.is_none() {
                return Ok(everything);
            }
        }
    }
}

const KEEPING: Platform = Platform { because: "every company is answered for while the database is away" };
