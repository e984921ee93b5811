//! Whom a call has shown to be on the phone, and how often somebody guessed.

use askpro_domain::{
    identity::{Level, WrongReferences},
    ids::{ConnectionId, CustomerId, uuid_v7},
};
use jiff::{SignedDuration, Timestamp};

use crate::{CompanyTx, Engine, args, error::Result, tx::sealed::Raw};

/// No call lasts longer; what is older is removed.
const CALL_AT_MOST: SignedDuration = SignedDuration::from_hours(24);

/// How far back guesses of one number count.
const HOUR: SignedDuration = SignedDuration::from_hours(1);

/// Writes down that a call has shown a customer, at a level; a higher one stays.
pub fn remember(
    tx: &mut CompanyTx<'_>,
    call: &(ConnectionId, String),
    customer: CustomerId,
    level: Level,
    now: Timestamp,
) -> Result<()> {
    let company = tx.company_id();
    let too_old = now.checked_sub(CALL_AT_MOST).unwrap_or(now);
    tx.execute(
        "DELETE FROM call_identities WHERE company_id = $1 AND created_at < $2",
        args![company, too_old],
    )?;
    tx.execute(
        "INSERT INTO call_identities (company_id, connection_id, provider_call_id, customer_id, level, created_at)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (company_id, connection_id, provider_call_id, customer_id)
         DO UPDATE SET level = CASE WHEN call_identities.level < excluded.level THEN excluded.level
             ELSE call_identities.level END",
        args![company, call.0.as_str(), &call.1, customer, u32::from(level.number()), now],
    )?;
    Ok(())
}

/// The customers that a call has shown at this level or above, the latest first.
pub fn shown(
    tx: &mut CompanyTx<'_>,
    call: &(ConnectionId, String),
    at_least: Level,
) -> Result<Vec<CustomerId>> {
    let rows = tx.query(
        "SELECT customer_id FROM call_identities
         WHERE company_id = $1 AND connection_id = $2 AND provider_call_id = $3 AND level >= $4
         ORDER BY created_at DESC, customer_id LIMIT 10",
        args![tx.company_id(), call.0.as_str(), &call.1, u32::from(at_least.number())],
    )?;
    rows.iter().map(|row| row.get(0)).collect()
}

/// Counts a reference that led to nothing. `number_hash` tells callers' numbers
/// apart without naming them; `None` where the network shows none.
pub fn add_wrong_reference(
    tx: &mut CompanyTx<'_>,
    call: &(ConnectionId, String),
    number_hash: Option<&str>,
    now: Timestamp,
) -> Result<()> {
    let company = tx.company_id();
    let id = uuid_v7(now, tx.seals().chance().as_ref());
    let too_old = now.checked_sub(CALL_AT_MOST).unwrap_or(now);
    tx.execute("DELETE FROM wrong_references WHERE company_id = $1 AND at < $2", args![company, too_old])?;
    tx.execute(
        "INSERT INTO wrong_references (id, company_id, connection_id, provider_call_id, number_hash, at)
         VALUES ($1, $2, $3, $4, $5, $6)",
        args![id, company, call.0.as_str(), &call.1, number_hash, now],
    )?;
    Ok(())
}

/// How many wrong references a call and a number have brought. Whoever asks at the
/// same moment for the same number, or the same call where there is none, waits
/// until this transaction has counted its own.
pub fn wrong_references(
    tx: &mut CompanyTx<'_>,
    call: &(ConnectionId, String),
    number_hash: Option<&str>,
    now: Timestamp,
) -> Result<WrongReferences> {
    let company = tx.company_id();
    // SQLite has one writer, so there it is nothing.
    if tx.engine() == Engine::Postgres {
        let same = number_hash.unwrap_or(&call.1);
        tx.query(
            "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))::text",
            args![format!("wrong references {company} {same}")],
        )?;
    }
    let mut count = |sql: &str, arguments: &[crate::value::Value]| -> Result<u32> {
        tx.first(sql, arguments)?.map_or(Ok(0), |row| row.get(0))
    };
    let in_call = count(
        "SELECT count(*) FROM wrong_references
         WHERE company_id = $1 AND connection_id = $2 AND provider_call_id = $3",
        args![company, call.0.as_str(), &call.1],
    )?;
    let since = now.checked_sub(HOUR).unwrap_or(now);
    let by_number_in_last_hour = number_hash
        .map(|hash| {
            count(
                "SELECT count(*) FROM wrong_references WHERE company_id = $1 AND at > $2 AND number_hash = $3",
                args![company, since, hash],
            )
        })
        .transpose()?;
    Ok(WrongReferences { in_call, by_number_in_last_hour })
}
