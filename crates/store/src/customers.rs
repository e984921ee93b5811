//! Who books. A record is never overwritten by a call: a number can be shared,
//! and a name can be misheard.

use askpro_domain::{business::Customer, ids::CustomerId};
use jiff::Timestamp;

use crate::{CompanyTx, args, error::Result, tx::sealed::Raw, value::Row};

/// Customers of one number that are looked through; more than this is a switchboard.
const SHARED_AT_MOST: u32 = 200;

/// Adds a customer.
pub fn insert(tx: &mut CompanyTx<'_>, customer: &Customer, now: Timestamp) -> Result<()> {
    tx.execute(
        "INSERT INTO customers (id, company_id, name, phone, email, revision, created_at)
         VALUES ($1, $2, $3, $4, $5, 1, $6)",
        args![
            customer.id,
            tx.company_id(),
            &customer.name,
            customer.phone.as_ref(),
            customer.email.as_ref(),
            now
        ],
    )?;
    Ok(())
}

/// Whoever has this number (E.164), newest first.
pub fn with_phone(tx: &mut CompanyTx<'_>, phone: &str) -> Result<Vec<Customer>> {
    let rows = tx.query(
        "SELECT id, name, phone, email FROM customers WHERE company_id = $1 AND phone = $2 ORDER BY id DESC LIMIT $3",
        args![tx.company_id(), phone, SHARED_AT_MOST],
    )?;
    rows.iter().map(customer).collect()
}

/// Takes back a customer of this transaction for whom nothing was booked.
pub fn remove(tx: &mut CompanyTx<'_>, id: CustomerId) -> Result<()> {
    tx.execute("DELETE FROM customers WHERE company_id = $1 AND id = $2", args![tx.company_id(), id])?;
    Ok(())
}

/// Adds a number to a customer who has none; a number that is there stays.
pub fn add_missing_phone(tx: &mut CompanyTx<'_>, id: CustomerId, phone: &str) -> Result<()> {
    tx.execute(
        "UPDATE customers SET phone = $3, revision = revision + 1
         WHERE company_id = $1 AND id = $2 AND phone IS NULL",
        args![tx.company_id(), id, phone],
    )?;
    Ok(())
}

/// One customer.
pub fn find(tx: &mut CompanyTx<'_>, id: CustomerId) -> Result<Option<Customer>> {
    tx.first(
        "SELECT id, name, phone, email FROM customers WHERE company_id = $1 AND id = $2",
        args![tx.company_id(), id],
    )?
    .as_ref()
    .map(customer)
    .transpose()
}

pub(crate) fn customer(row: &Row) -> Result<Customer> {
    Ok(Customer { id: row.get(0)?, name: row.get(1)?, phone: row.get(2)?, email: row.get(3)? })
}
