//! Who books. A record is never overwritten by a call: a number can be shared,
//! and a name can be misheard.

use askpro_domain::{
    business::Customer,
    ids::{AppointmentId, CustomerId, uuid_v7},
};
use jiff::Timestamp;
use serde_json::{Value as Json, json};
use uuid::Uuid;

use crate::{
    CompanyTx, args,
    error::{Error, Result},
    seal,
    tx::sealed::Raw,
    value::Row,
};

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
        "SELECT id, name, phone, email FROM customers
         WHERE company_id = $1 AND phone = $2 AND merged_into IS NULL ORDER BY id DESC LIMIT $3",
        args![tx.company_id(), phone, SHARED_AT_MOST],
    )?;
    rows.iter().map(customer).collect()
}

/// Takes back a customer of this transaction for whom nothing was booked.
pub fn remove(tx: &mut CompanyTx<'_>, id: CustomerId) -> Result<()> {
    seal::destroy_customer_keys(tx, id)?;
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

/// Writes a customer as they are to be.
pub fn write(tx: &mut CompanyTx<'_>, customer: &Customer) -> Result<()> {
    tx.execute(
        "UPDATE customers SET name = $3, phone = $4, email = $5, revision = revision + 1
         WHERE company_id = $1 AND id = $2",
        args![tx.company_id(), customer.id, &customer.name, customer.phone.as_ref(), customer.email.as_ref()],
    )?;
    Ok(())
}

/// Two records that were made one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merge {
    /// Which merge it is.
    pub id: Uuid,
    /// The record that stayed.
    pub kept: CustomerId,
    /// The record whose place it took.
    pub merged: CustomerId,
    /// The appointments that changed hands.
    pub appointments: Vec<AppointmentId>,
    /// Whether the number came from the other record.
    pub filled_phone: bool,
    /// Whether the e-mail address came from the other record.
    pub filled_email: bool,
}

/// Gives the appointments of one customer to another; which they were.
fn hand_over(
    tx: &mut CompanyTx<'_>,
    from: CustomerId,
    to: CustomerId,
    only: Option<&[AppointmentId]>,
    now: Timestamp,
) -> Result<Vec<AppointmentId>> {
    let company = tx.company_id();
    let rows = tx.query(
        "SELECT id FROM appointments WHERE company_id = $1 AND customer_id = $2 ORDER BY id LIMIT 10000",
        args![company, from],
    )?;
    let mut handed = Vec::with_capacity(rows.len());
    for row in rows {
        let id: AppointmentId = row.get(0)?;
        if only.is_some_and(|only| !only.contains(&id)) {
            continue;
        }
        tx.execute(
            "UPDATE appointments SET customer_id = $3, revision = revision + 1, updated_at = $4
             WHERE company_id = $1 AND id = $2",
            args![company, id, to, now],
        )?;
        handed.push(id);
    }
    Ok(handed)
}

/// Makes two records one: the kept one has the appointments of both, and what it
/// lacked.
pub fn merge(tx: &mut CompanyTx<'_>, kept: &Customer, other: &Customer, now: Timestamp) -> Result<Merge> {
    let company = tx.company_id();
    let appointments = hand_over(tx, other.id, kept.id, None, now)?;
    let merge = Merge {
        id: uuid_v7(now, tx.seals().chance().as_ref()),
        kept: kept.id,
        merged: other.id,
        appointments,
        filled_phone: kept.phone.is_none() && other.phone.is_some(),
        filled_email: kept.email.is_none() && other.email.is_some(),
    };
    write(
        tx,
        &Customer {
            phone: kept.phone.clone().or_else(|| other.phone.clone()),
            email: kept.email.clone().or_else(|| other.email.clone()),
            ..kept.clone()
        },
    )?;
    tx.execute(
        "UPDATE customers SET merged_into = $3, revision = revision + 1 WHERE company_id = $1 AND id = $2",
        args![company, other.id, kept.id],
    )?;
    let ids: Vec<String> = merge.appointments.iter().map(ToString::to_string).collect();
    let filled = json!({ "phone": merge.filled_phone, "email": merge.filled_email });
    tx.execute(
        "INSERT INTO customer_merges (id, company_id, kept_id, merged_id, appointments, filled, created_at, undone_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, NULL)",
        args![merge.id, company, kept.id, other.id, json!(ids), filled, now],
    )?;
    Ok(merge)
}

/// The merge by which a record gave its place to another.
pub fn merge_of(tx: &mut CompanyTx<'_>, merged: CustomerId) -> Result<Option<Merge>> {
    let row = tx.first(
        "SELECT id, kept_id, merged_id, appointments, filled FROM customer_merges
         WHERE company_id = $1 AND merged_id = $2 AND undone_at IS NULL ORDER BY id DESC LIMIT 1",
        args![tx.company_id(), merged],
    )?;
    let Some(row) = row else { return Ok(None) };
    let (appointments, filled): (Json, Json) = (row.get(3)?, row.get(4)?);
    let ids = appointments.as_array().and_then(|list| {
        list.iter().map(|id| AppointmentId::parse(id.as_str()?)).collect::<Option<Vec<_>>>()
    });
    let was_filled = |name: &str| filled.get(name).and_then(Json::as_bool).unwrap_or(false);
    Ok(Some(Merge {
        id: row.get(0)?,
        kept: row.get(1)?,
        merged: row.get(2)?,
        appointments: ids.ok_or_else(|| Error::Impossible("customer_merges.appointments".into()))?,
        filled_phone: was_filled("phone"),
        filled_email: was_filled("email"),
    }))
}

/// Makes two records of one again: each has what it had, and what was booked for
/// the kept one in between stays with it.
pub fn unmerge(
    tx: &mut CompanyTx<'_>,
    merge: &Merge,
    kept: &Customer,
    other: &Customer,
    now: Timestamp,
) -> Result<()> {
    let company = tx.company_id();
    hand_over(tx, kept.id, other.id, Some(&merge.appointments), now)?;
    // What was changed since then was meant for the kept one.
    let taken_back = |filled: bool, kept: &Option<String>, other: &Option<String>| {
        if filled && kept == other { None } else { kept.clone() }
    };
    write(
        tx,
        &Customer {
            phone: taken_back(merge.filled_phone, &kept.phone, &other.phone),
            email: taken_back(merge.filled_email, &kept.email, &other.email),
            ..kept.clone()
        },
    )?;
    tx.execute(
        "UPDATE customers SET merged_into = NULL, revision = revision + 1 WHERE company_id = $1 AND id = $2",
        args![company, other.id],
    )?;
    tx.execute(
        "UPDATE customer_merges SET undone_at = $3 WHERE company_id = $1 AND id = $2",
        args![company, merge.id, now],
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
