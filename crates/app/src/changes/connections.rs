//! Credentials at providers. The key comes once, is sealed, and is never shown
//! again.

use askpro_domain::{
    ids::{ConnectionId, random_text},
    secret::Secret,
};
use askpro_store::{
    CompanyTx,
    audit::{self, Entry},
    connections::{self, Connection, ConnectionKind},
    lists::operation::{Connections, ListedConnection},
};

use super::{
    Because, By, Change, Stop, after,
    fields::{NAME_AT_MOST, email, line, unfit},
    found,
};
use crate::setup::{TOKEN_ALPHABET, TOKEN_LENGTH};

/// The longest key of a provider, in characters.
const KEY_AT_MOST: usize = 500;

/// A connection is made. Where the provider is reached is its public address:
/// another one is the operator's to set, because it is an address that this server
/// then calls.
#[derive(Clone, Debug)]
pub struct NewConnection {
    /// At which provider.
    pub kind: ConnectionKind,
    /// As people call it.
    pub name: String,
    /// The provider's key.
    pub key: Secret,
    /// What Cal.com is told where a customer has no e-mail address.
    pub attendee_email: Option<String>,
}

/// A connection that was just made.
#[derive(Clone, Debug)]
pub struct NewConnectionMade {
    /// The connection.
    pub connection: ListedConnection,
    /// What signs Cal.com's webhooks: the only time that it is seen.
    pub webhook_secret: Option<Secret>,
}

impl Change for NewConnection {
    type Done = NewConnectionMade;

    fn carry_out(&self, tx: &mut CompanyTx<'_>, by: &By) -> Result<NewConnectionMade, Stop> {
        let key = self.key.expose();
        if key.is_empty() {
            return Err(unfit("key", Because::Missing).into());
        }
        if key.chars().count() > KEY_AT_MOST {
            return Err(unfit("key", Because::TooLong(KEY_AT_MOST)).into());
        }
        if !key.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(unfit("key", Because::Invisible).into());
        }
        let webhook_secret = (self.kind == ConnectionKind::Calcom)
            .then(|| Secret::new(random_text(by.chance.as_ref(), TOKEN_ALPHABET, TOKEN_LENGTH)));
        let connection = Connection {
            id: ConnectionId::new(by.chance.as_ref()),
            company: tx.company_id(),
            kind: self.kind,
            name: line("name", &self.name, NAME_AT_MOST)?,
            key: self.key.clone(),
            base_url: None,
            attendee_email: self
                .attendee_email
                .as_ref()
                .map(|text| email("attendee_email", text))
                .transpose()?,
            webhook_secret: webhook_secret.clone(),
            previous: None,
        };
        connections::insert(tx, &connection, &by.actor, by.now)?;
        let wanted = Connections { id: Some(connection.id), ..Connections::default() };
        Ok(NewConnectionMade { connection: after(tx, &wanted)?, webhook_secret })
    }
}

/// Requests under a connection are taken, or no longer.
#[derive(Clone, Debug)]
pub struct SwitchConnection {
    /// Which one.
    pub id: ConnectionId,
    /// The revision that was seen.
    pub revision: Option<u32>,
    /// Whether they are taken.
    pub active: bool,
}

impl Change for SwitchConnection {
    type Done = ListedConnection;

    fn carry_out(&self, tx: &mut CompanyTx<'_>, by: &By) -> Result<ListedConnection, Stop> {
        let wanted = Connections { id: Some(self.id.clone()), ..Connections::default() };
        found(tx, &wanted, self.revision, |row| row.revision)?;
        connections::set_active(tx, &self.id, self.active)?;
        let action = if self.active { "connection.enabled" } else { "connection.disabled" };
        audit::add(tx, &by.actor, &Entry::new(action, &self.id), by.now)?;
        after(tx, &wanted)
    }
}
