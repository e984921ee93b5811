//! Which connection an address names: asked at every request that a provider
//! sends, before anything else is known.

use std::{collections::HashMap, sync::Mutex, time::Duration};

use askpro_domain::{
    business::CompanySettings,
    ids::{CompanyId, ConnectionId},
    secret::Secret,
};
use askpro_providers::{calcom, retell};
use askpro_store::{
    Platform, Result, connections,
    connections::{Connection, ConnectionKind, Previous},
    phone_numbers::{self, PhoneNumber},
    schedule,
};
use tokio::time::Instant;

use crate::App;

/// How long what was read is believed without asking again: how late a new key
/// or a switched-off connection may take effect.
const BELIEVED_FOR: Duration = Duration::from_secs(2);

/// Connections remembered at most.
const REMEMBERED_AT_MOST: usize = 10_000;

/// How long asking may take before what was known last is used: most of the
/// caller's patience must be left for the answer.
const PATIENCE_WHERE_KNOWN: Duration = Duration::from_millis(400);

/// How long asking may take where nothing is known yet.
const PATIENCE: Duration = Duration::from_millis(1_500);

/// A connection with what a request needs to know of its company.
#[derive(Clone, Debug)]
pub struct Known {
    /// Whose.
    pub company: CompanyId,
    /// Which.
    pub connection: ConnectionId,
    /// At which provider.
    pub kind: ConnectionKind,
    /// What the company chose.
    pub settings: CompanySettings,
    /// The phone numbers that ring there.
    pub numbers: Vec<PhoneNumber>,
    pub(crate) key: Secret,
    pub(crate) webhook_secret: Option<Secret>,
    pub(crate) previous: Option<Previous>,
}

impl Known {
    pub(crate) fn new(connection: Connection, settings: CompanySettings, numbers: Vec<PhoneNumber>) -> Self {
        let Connection { id, company, kind, key, webhook_secret, previous, .. } = connection;
        Self { company, connection: id, kind, settings, numbers, key, webhook_secret, previous }
    }

    /// The number that was rung, where it is one of this connection's.
    pub fn number(&self, rung: &str) -> Option<&PhoneNumber> {
        self.numbers.iter().find(|one| one.number == rung)
    }
}

/// Remembers connections for a moment, and for longer while the database is away.
pub struct Directory {
    app: App,
    remembered: Mutex<HashMap<ConnectionId, (Instant, Known)>>,
}

impl Directory {
    /// An empty one.
    pub fn new(app: App) -> Self {
        Self { app, remembered: Mutex::default() }
    }

    /// The connection of an address.
    pub async fn find(&self, id: &ConnectionId) -> Result<Option<Known>> {
        let remembered = self.remembered.lock().ok().and_then(|map| map.get(id).cloned());
        if let Some((at, known)) = &remembered
            && at.elapsed() < BELIEVED_FOR
        {
            return Ok(Some(known.clone()));
        }
        let remembered = remembered.map(|(_, known)| known).or_else(|| self.app.last_known.connection(id));
        let patience = if remembered.is_some() { PATIENCE_WHERE_KNOWN } else { PATIENCE };
        match self.app.find_connection(id.clone(), patience).await {
            Ok(found) => {
                if let Ok(mut map) = self.remembered.lock() {
                    if map.len() >= REMEMBERED_AT_MOST {
                        map.clear();
                    }
                    match &found {
                        Some(known) => map.insert(id.clone(), (Instant::now(), known.clone())),
                        None => map.remove(id),
                    };
                }
                Ok(found)
            }
            Err(error) => match remembered {
                Some(known) => Ok(Some(known)),
                None => Err(error),
            },
        }
    }
}

impl App {
    async fn find_connection(&self, id: ConnectionId, patience: Duration) -> Result<Option<Known>> {
        let platform = Platform { because: "a provider's request names a connection, not a company" };
        self.store
            .platform_read(platform, patience, move |tx| {
                let Some(connection) = connections::find_by_address(tx, &id)? else { return Ok(None) };
                let company = schedule::find_company(tx, connection.company)?;
                let numbers = phone_numbers::of_connection(tx, connection.company, &connection.id)?;
                let company = company.filter(|company| company.active);
                Ok(company.map(|company| Known::new(connection, company.settings, numbers)))
            })
            .await
    }

    /// Whether a body was signed by this connection, now: by Retell with its key,
    /// by Cal.com with the secret of its webhook. What signed before a change is
    /// accepted while its overlap lasts.
    pub fn verifies(&self, known: &Known, body: &[u8], signature: &str) -> bool {
        let now = self.clock.now();
        // Right after the machine's clock jumped either time may be Retell's.
        let other = self.clock.in_doubt().and_then(|off| now.checked_add(off).ok());
        let times = || [Some(now), other].into_iter().flatten();
        let fits = |secret: &Secret| match known.kind {
            ConnectionKind::Retell => {
                times().any(|now| retell::verify(secret, body, signature, now.as_millisecond()).is_ok())
            }
            ConnectionKind::Calcom => calcom::verify(secret, body, signature),
        };
        let before = known.previous.as_ref().filter(|previous| now < previous.until);
        let [current, before] = match known.kind {
            ConnectionKind::Retell => [Some(&known.key), before.and_then(|previous| previous.key.as_ref())],
            ConnectionKind::Calcom => {
                [known.webhook_secret.as_ref(), before.and_then(|previous| previous.webhook_secret.as_ref())]
            }
        };
        let verified = current.is_some_and(fits) || before.is_some_and(fits);
        if verified {
            self.uses.note(known.company, &known.connection, now);
        }
        verified
    }
}
