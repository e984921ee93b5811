//! Webhooks as they arrived. The same bytes again are counted, not stored again.

use askpro_domain::ids::{ConnectionId, DeliveryId};
use jiff::Timestamp;

use crate::{
    CompanyTx, args,
    connections::ConnectionKind,
    error::{Error, Result},
    seal::{self, Place},
    tx::sealed::Raw,
};

/// What became of a delivery.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum DeliveryStatus {
    /// It is stored and waits.
    Received,
    /// What it said was done.
    Processed,
    /// It means nothing to us.
    Ignored,
    /// It could not be processed.
    Dead,
}

impl DeliveryStatus {
    /// Every status.
    pub const ALL: &[Self] = &[Self::Received, Self::Processed, Self::Ignored, Self::Dead];

    /// The word in the database and in answers.
    pub fn word(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Processed => "processed",
            Self::Ignored => "ignored",
            Self::Dead => "dead",
        }
    }

    /// The status of a word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|status| status.word() == word)
    }
}

/// What came of storing a delivery.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stored {
    /// It is new and waits to be processed.
    Fresh(DeliveryId),
    /// These bytes were here before.
    Repeat,
}

/// Stores a delivery. `fingerprint` is a hash of the raw bytes.
pub fn store(
    tx: &mut CompanyTx<'_>,
    connection: &ConnectionId,
    event: &str,
    fingerprint: &str,
    payload: &[u8],
    now: Timestamp,
) -> Result<Stored> {
    let company = tx.company_id();
    let id = DeliveryId::new(now, tx.seals().chance().as_ref());
    let row = id.to_string();
    let sealed = seal::seal(tx, company, &place(&row), payload)?;
    let fresh = tx.execute(
        "INSERT INTO deliveries (id, company_id, connection_id, event, fingerprint, payload_sealed, status, repeats,
             received_at, processed_at)
         VALUES ($1, $2, $3, $4, $5, $6, 'received', 0, $7, NULL)
         ON CONFLICT (company_id, connection_id, fingerprint) DO NOTHING",
        args![id, company, connection.as_str(), event, fingerprint, sealed, now],
    )?;
    if fresh == 1 {
        return Ok(Stored::Fresh(id));
    }
    tx.execute(
        "UPDATE deliveries SET repeats = repeats + 1
         WHERE company_id = $1 AND connection_id = $2 AND fingerprint = $3",
        args![company, connection.as_str(), fingerprint],
    )?;
    Ok(Stored::Repeat)
}

/// A delivery that waits to be processed.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// Who sent it.
    pub connection: ConnectionId,
    /// Which provider that is.
    pub kind: ConnectionKind,
    /// What it says that happened.
    pub event: String,
    /// Its bytes.
    pub payload: Vec<u8>,
}

/// A delivery that waits; `None` where it was processed already.
pub fn waiting(tx: &mut CompanyTx<'_>, id: DeliveryId) -> Result<Option<Delivery>> {
    let company = tx.company_id();
    let row = tx.first(
        "SELECT d.connection_id, c.kind, d.event, d.payload_sealed FROM deliveries d
         JOIN connections c ON c.company_id = d.company_id AND c.id = d.connection_id
         WHERE d.company_id = $1 AND d.id = $2 AND d.status = 'received'",
        args![company, id],
    )?;
    let Some(row) = row else { return Ok(None) };
    let sealed: Vec<u8> = row.get(3)?;
    let name = id.to_string();
    Ok(Some(Delivery {
        connection: row.word(0, ConnectionId::parse)?,
        kind: row.word(1, ConnectionKind::parse)?,
        event: row.get(2)?,
        payload: seal::open(tx, company, &place(&name), &sealed)?,
    }))
}

/// Marks a delivery as processed, or as ignored where its event means nothing to us.
pub fn processed(tx: &mut CompanyTx<'_>, id: DeliveryId, ignored: bool, now: Timestamp) -> Result<()> {
    let status = if ignored { "ignored" } else { "processed" };
    let changed = tx.execute(
        "UPDATE deliveries SET status = $3, processed_at = $4
         WHERE company_id = $1 AND id = $2 AND status = 'received'",
        args![tx.company_id(), id, status, now],
    )?;
    if changed == 1 { Ok(()) } else { Err(Error::Contended) }
}

fn place(id: &str) -> Place<'_> {
    Place { table: "deliveries", column: "payload_sealed", row: id }
}
