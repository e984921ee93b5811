//! Webhooks as they arrived. The same bytes again are counted, not stored again.

use askpro_domain::ids::{ConnectionId, DeliveryId};
use jiff::Timestamp;

use crate::{
    CompanyTx, args,
    error::{Error, Result},
    seal::{self, Place},
    tx::sealed::Raw,
};

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

/// A delivery that waits: its event and its bytes; `None` where it was processed already.
pub fn waiting(tx: &mut CompanyTx<'_>, id: DeliveryId) -> Result<Option<(String, Vec<u8>)>> {
    let company = tx.company_id();
    let row = tx.first(
        "SELECT event, payload_sealed FROM deliveries WHERE company_id = $1 AND id = $2 AND status = 'received'",
        args![company, id],
    )?;
    let Some(row) = row else { return Ok(None) };
    let sealed: Vec<u8> = row.get(1)?;
    let name = id.to_string();
    Ok(Some((row.get(0)?, seal::open(tx, company, &place(&name), &sealed)?)))
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
