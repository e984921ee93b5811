//! A company's credentials at providers. The key is sealed; it is opened only
//! here, for whoever checks a signature or calls the provider.

use askpro_domain::{
    actor::Actor,
    ids::{CompanyId, ConnectionId},
    secret::Secret,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::{
    CompanyTx, PlatformTx, Reads, args,
    audit::{self, Entry},
    error::{Error, Result},
    seal::{self, Place},
    tx::sealed::Raw,
    value::Row,
};

/// Which provider.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub enum ConnectionKind {
    /// A Retell workspace.
    Retell,
    /// A Cal.com account.
    Calcom,
}

impl ConnectionKind {
    /// The word in the database and in answers.
    pub fn word(self) -> &'static str {
        match self {
            Self::Retell => "retell",
            Self::Calcom => "calcom",
        }
    }

    /// The kind of a word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Retell, Self::Calcom].into_iter().find(|kind| kind.word() == word)
    }
}

/// A credential, with its key in the clear.
#[derive(Clone, Debug)]
pub struct Connection {
    /// Its public id.
    pub id: ConnectionId,
    /// Whose.
    pub company: CompanyId,
    /// At which provider.
    pub kind: ConnectionKind,
    /// As people call it.
    pub name: String,
    /// The provider's API key; also what signs its requests.
    pub key: Secret,
    /// Where the provider is reached; `None` is its public address.
    pub base_url: Option<String>,
    /// What Cal.com is told where a customer has no e-mail address: an address
    /// of the company's own. `None` sends the phone number alone.
    pub attendee_email: Option<String>,
    /// What signs its webhooks, where that is not the key: Cal.com's do.
    pub webhook_secret: Option<Secret>,
    /// What still signs for a while after a change.
    pub previous: Option<Previous>,
}

/// What signed before the last change, while that is still accepted.
#[derive(Clone, Debug)]
pub struct Previous {
    /// The key before, where it was the key that changed.
    pub key: Option<Secret>,
    /// The webhook's secret before, where it was that.
    pub webhook_secret: Option<Secret>,
    /// Until when.
    pub until: Timestamp,
}

/// What of a connection changes.
#[derive(Clone, Debug)]
pub enum Fresh {
    /// The provider's API key.
    Key(Secret),
    /// The secret of its webhook.
    WebhookSecret(Secret),
}

/// Gives a connection a fresh key or secret. The one before still signs until
/// `until`. False where the company has no such connection in use.
pub fn rotate(
    tx: &mut CompanyTx<'_>,
    id: &ConnectionId,
    fresh: &Fresh,
    until: Timestamp,
    actor: &Actor,
    now: Timestamp,
) -> Result<bool> {
    let company = tx.company_id();
    let Some(known) = find(tx, id)? else { return Ok(false) };
    let sealed = |tx: &mut CompanyTx<'_>, column: &'static str, secret: &Secret| {
        let place = Place { table: "connections", column, row: id.as_str() };
        seal::seal(tx, company, &place, secret.expose().as_bytes())
    };
    let entry = match fresh {
        Fresh::Key(key) => {
            let before = sealed(tx, "previous_key_sealed", &known.key)?;
            let sealed = sealed(tx, "key_sealed", key)?;
            tx.execute(
                "UPDATE connections SET key_sealed = $3, key_hint = $4, previous_key_sealed = $5, previous_until = $6,
                     previous_webhook_secret_sealed = NULL, last_used_at = NULL, revision = revision + 1
                 WHERE company_id = $1 AND id = $2",
                args![company, id.as_str(), sealed, key.hint(), before, until],
            )?;
            Entry::new("connection.key_rotated", id)
                .before(serde_json::json!({ "key_hint": known.key.hint() }))
                .after(
                    serde_json::json!({ "key_hint": key.hint(), "before_accepted_until": until.to_string() }),
                )
        }
        Fresh::WebhookSecret(secret) => {
            let before = match &known.webhook_secret {
                Some(secret) => Some(sealed(tx, "previous_webhook_secret_sealed", secret)?),
                None => None,
            };
            let sealed = sealed(tx, "webhook_secret_sealed", secret)?;
            tx.execute(
                "UPDATE connections SET webhook_secret_sealed = $3, previous_webhook_secret_sealed = $4,
                     previous_until = $5, previous_key_sealed = NULL, revision = revision + 1
                 WHERE company_id = $1 AND id = $2",
                args![company, id.as_str(), sealed, before, until],
            )?;
            Entry::new("connection.webhook_secret_rotated", id)
                .after(serde_json::json!({ "before_accepted_until": until.to_string() }))
        }
    };
    audit::add(tx, actor, &entry, now)?;
    Ok(true)
}

/// Writes down that connections were used at these times; one that is known to
/// have been used later stays as it is.
pub fn used(tx: &mut CompanyTx<'_>, uses: &[(ConnectionId, Timestamp)]) -> Result<()> {
    let company = tx.company_id();
    for (id, at) in uses {
        tx.execute(
            "UPDATE connections SET last_used_at = $3
             WHERE company_id = $1 AND id = $2 AND (last_used_at IS NULL OR last_used_at < $3)",
            args![company, id.as_str(), *at],
        )?;
    }
    Ok(())
}

/// Adds a connection.
pub fn insert(tx: &mut CompanyTx<'_>, connection: &Connection, actor: &Actor, now: Timestamp) -> Result<()> {
    let company = tx.company_id();
    let sealed = seal::seal(tx, company, &place(connection.id.as_str()), connection.key.expose().as_bytes())?;
    let secret = match &connection.webhook_secret {
        Some(secret) => {
            let place = secret_place(connection.id.as_str());
            Some(seal::seal(tx, company, &place, secret.expose().as_bytes())?)
        }
        None => None,
    };
    let settings = serde_json::json!({
        "base_url": connection.base_url, "attendee_email": connection.attendee_email,
    });
    tx.execute(
        "INSERT INTO connections (id, company_id, kind, name, key_sealed, key_hint, settings, webhook_secret_sealed,
             active, revision, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1, $10)",
        args![
            connection.id.as_str(),
            company,
            connection.kind.word(),
            &connection.name,
            sealed,
            connection.key.hint(),
            settings,
            secret,
            true,
            now
        ],
    )?;
    audit::add(tx, actor, &Entry::new("connection.created", &connection.id), now)
}

const CONNECTION: &str =
    "SELECT id, company_id, kind, name, key_sealed, settings, webhook_secret_sealed, previous_key_sealed,
         previous_webhook_secret_sealed, previous_until FROM connections";

/// The connection in an address, before any company is known: the one narrow way
/// from a provider's request to the company it belongs to.
pub fn find_by_address(tx: &mut PlatformTx<'_>, id: &ConnectionId) -> Result<Option<Connection>> {
    let row = tx.first(&format!("{CONNECTION} WHERE id = $1 AND active"), args![id.as_str()])?;
    row.map(|row| connection(tx, &row)).transpose()
}

/// A connection of the company.
pub fn find(tx: &mut CompanyTx<'_>, id: &ConnectionId) -> Result<Option<Connection>> {
    let row = tx.first(
        &format!("{CONNECTION} WHERE company_id = $1 AND id = $2 AND active"),
        args![tx.company_id(), id.as_str()],
    )?;
    row.map(|row| connection(tx, &row)).transpose()
}

/// Connections of one company that are looked at.
const AT_MOST: u32 = 1_000;

/// Every connection of the company that is in use.
pub fn of_company(tx: &mut CompanyTx<'_>) -> Result<Vec<Connection>> {
    let rows = tx.query(
        &format!("{CONNECTION} WHERE company_id = $1 AND active ORDER BY id LIMIT $2"),
        args![tx.company_id(), AT_MOST],
    )?;
    rows.iter().map(|row| connection(tx, row)).collect()
}

/// What a connection's requests are limited to, where it says so.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct ConnectionLimits {
    /// Failures in a row after which its provider is left alone.
    pub failure_threshold: Option<u32>,
    /// For how many milliseconds.
    pub open_ms: Option<u64>,
    /// Successful trials after which it is no longer left alone.
    pub success_threshold: Option<u32>,
    /// Requests under way at once.
    pub at_once: Option<u32>,
    /// Requests a minute, over all processes.
    pub per_minute: Option<u32>,
}

/// Sets a connection's limits; what is `None` goes back to the usual.
pub fn set_limits(tx: &mut CompanyTx<'_>, id: &ConnectionId, limits: ConnectionLimits) -> Result<()> {
    let (company, id) = (tx.company_id(), id.as_str());
    let row =
        tx.first("SELECT settings FROM connections WHERE company_id = $1 AND id = $2", args![company, id])?;
    let Some(row) = row else { return Err(Error::Conflict("connections_id".into())) };
    let mut settings: Json = row.get(0)?;
    settings["limits"] = serde_json::json!({
        "failure_threshold": limits.failure_threshold, "open_ms": limits.open_ms,
        "success_threshold": limits.success_threshold, "at_once": limits.at_once, "per_minute": limits.per_minute,
    });
    tx.execute(
        "UPDATE connections SET settings = $3, revision = revision + 1 WHERE company_id = $1 AND id = $2",
        args![company, id, settings],
    )?;
    Ok(())
}

/// A connection of the company with its limits.
pub fn find_limited(
    tx: &mut CompanyTx<'_>,
    id: &ConnectionId,
) -> Result<Option<(Connection, ConnectionLimits)>> {
    let row = tx.first(
        &format!("{CONNECTION} WHERE company_id = $1 AND id = $2 AND active"),
        args![tx.company_id(), id.as_str()],
    )?;
    let Some(row) = row else { return Ok(None) };
    let settings: Json = row.get(5)?;
    let number =
        |name: &str| settings.get("limits").and_then(|limits| limits.get(name)).and_then(Json::as_u64);
    let small = |name: &str| number(name).and_then(|number| u32::try_from(number).ok());
    let limits = ConnectionLimits {
        failure_threshold: small("failure_threshold"),
        open_ms: number("open_ms"),
        success_threshold: small("success_threshold"),
        at_once: small("at_once"),
        per_minute: small("per_minute"),
    };
    connection(tx, &row).map(|found| Some((found, limits)))
}

/// Takes requests under a connection, or no longer.
pub fn set_active(tx: &mut CompanyTx<'_>, id: &ConnectionId, active: bool) -> Result<()> {
    tx.execute(
        "UPDATE connections SET active = $3, revision = revision + 1 WHERE company_id = $1 AND id = $2",
        args![tx.company_id(), id.as_str(), active],
    )?;
    Ok(())
}

fn connection(tx: &mut impl Reads, row: &Row) -> Result<Connection> {
    let id: String = row.get(0)?;
    let company: CompanyId = row.get(1)?;
    let sealed: Vec<u8> = row.get(4)?;
    let settings: Json = row.get(5)?;
    let key = opened(tx, company, &place(&id), &sealed)?;
    let webhook_secret = match row.get::<Option<Vec<u8>>>(6)? {
        Some(sealed) => Some(opened(tx, company, &secret_place(&id), &sealed)?),
        None => None,
    };
    let mut before = |column: usize, name: &'static str| -> Result<Option<Secret>> {
        let place = Place { table: "connections", column: name, row: &id };
        let sealed = row.get::<Option<Vec<u8>>>(column)?;
        sealed.map(|sealed| opened(tx, company, &place, &sealed)).transpose()
    };
    let previous = match row.get::<Option<Timestamp>>(9)? {
        Some(until) => Some(Previous {
            key: before(7, "previous_key_sealed")?,
            webhook_secret: before(8, "previous_webhook_secret_sealed")?,
            until,
        }),
        None => None,
    };
    let text = |name: &str| settings.get(name).and_then(Json::as_str).map(str::to_owned);
    Ok(Connection {
        id: ConnectionId::parse(&id).ok_or_else(|| Error::Impossible("connections.id".into()))?,
        company,
        kind: row.word(2, ConnectionKind::parse)?,
        name: row.get(3)?,
        key,
        base_url: text("base_url"),
        attendee_email: text("attendee_email"),
        webhook_secret,
        previous,
    })
}

fn opened(tx: &mut impl Reads, company: CompanyId, place: &Place<'_>, sealed: &[u8]) -> Result<Secret> {
    let text = String::from_utf8(seal::open(tx, company, place, sealed)?)
        .map_err(|_| Error::Impossible(format!("connections.{}", place.column)))?;
    Ok(Secret::new(text))
}

fn place(id: &str) -> Place<'_> {
    Place { table: "connections", column: "key_sealed", row: id }
}

fn secret_place(id: &str) -> Place<'_> {
    Place { table: "connections", column: "webhook_secret_sealed", row: id }
}
