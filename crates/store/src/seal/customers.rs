//! A key per customer, for what is personal: destroying it makes everything that
//! was sealed under it unreadable, here and in every backup made since the key
//! was (a backup holds the wrapped key as well, until it is thrown away itself).
//!
//! Keys are made when something of a customer is first sealed. They are read each
//! time, so that no process goes on opening what was erased in another one.

use askpro_domain::ids::{CompanyId, CustomerId, uuid_v7};
use jiff::Timestamp;
use uuid::Uuid;

use super::{
    Place, SealError, Wrapped,
    cipher::{self, KEY_LENGTH, Key},
};
use crate::{CompanyTx, args, error::Result, tx::sealed::Raw};

/// Seals a value for one place under the customer's key.
pub(crate) fn seal_for_customer(
    tx: &mut CompanyTx<'_>,
    customer: CustomerId,
    place: &Place<'_>,
    plain: &[u8],
    now: Timestamp,
) -> Result<Vec<u8>> {
    let company = tx.company_id();
    let found = tx.first(
        "SELECT id, wrapped FROM customer_keys WHERE company_id = $1 AND customer_id = $2 ORDER BY id LIMIT 1",
        args![company, customer],
    )?;
    let (id, key) = match found {
        Some(row) => {
            let (id, wrapped): (Uuid, Vec<u8>) = (row.get(0)?, row.get(1)?);
            (id, tx.seals().with_ring(|ring| ring.unwrap(Wrapped::Customer, company, id, &wrapped))?)
        }
        None => make(tx, customer, now)?,
    };
    Ok(cipher::seal(&key, id, company, place, plain, tx.seals().chance.as_ref()))
}

fn make(tx: &mut CompanyTx<'_>, customer: CustomerId, now: Timestamp) -> Result<(Uuid, Key)> {
    let (company, seals) = (tx.company_id(), tx.seals());
    let id = uuid_v7(now, seals.chance.as_ref());
    let mut bytes = [0; KEY_LENGTH];
    seals.chance.fill(&mut bytes);
    let key = Key::new(bytes);
    let wrapped = seals.ring().wrap(Wrapped::Customer, company, id, &key, seals.chance.as_ref());
    tx.execute(
        "INSERT INTO customer_keys (id, company_id, customer_id, wrapped, created_at) VALUES ($1, $2, $3, $4, $5)",
        args![id, company, customer, wrapped, now],
    )?;
    Ok((id, key))
}

/// A customer's key by its id.
pub(super) fn key(tx: &mut dyn Raw, company: CompanyId, id: Uuid) -> Result<Key> {
    let row = tx
        .first("SELECT wrapped FROM customer_keys WHERE company_id = $1 AND id = $2", args![company, id])?
        .ok_or(SealError::MissingKey)?;
    let wrapped: Vec<u8> = row.get(0)?;
    Ok(tx.seals().with_ring(|ring| ring.unwrap(Wrapped::Customer, company, id, &wrapped))?)
}

/// Destroys a customer's keys; how many there were.
pub(crate) fn destroy(tx: &mut CompanyTx<'_>, customer: CustomerId) -> Result<u64> {
    let company = tx.company_id();
    tx.execute(
        "DELETE FROM customer_keys WHERE company_id = $1 AND customer_id = $2",
        args![company, customer],
    )
}
