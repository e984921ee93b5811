//! Keys that programs give their requests: the same request again gets the same
//! answer, and has no second effect, for a day.

use jiff::{SignedDuration, Timestamp};

use crate::{
    CompanyTx, args,
    error::{Error, Result},
    seal::{self, Place},
    tx::sealed::Raw,
};

/// How long a key is remembered.
const KEPT: SignedDuration = SignedDuration::from_hours(24);

/// What came of claiming a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claim {
    /// Nobody used it: it is ours now.
    Fresh,
    /// The same request was answered.
    Answered(Vec<u8>),
    /// Another request was sent under it.
    Another,
}

/// Claims a key for this transaction. A twin of the request waits here until the
/// first one has committed. `fingerprint` tells requests apart.
pub fn claim(
    tx: &mut CompanyTx<'_>,
    principal: &str,
    key: &str,
    fingerprint: &[u8],
    now: Timestamp,
) -> Result<Claim> {
    let company = tx.company_id();
    tx.execute(
        "DELETE FROM request_keys WHERE company_id = $1 AND created_at <= $2",
        args![company, now - KEPT],
    )?;
    let fresh = tx.execute(
        "INSERT INTO request_keys (company_id, principal, key, fingerprint, answer_sealed, created_at)
         VALUES ($1, $2, $3, $4, NULL, $5) ON CONFLICT (company_id, principal, key) DO NOTHING",
        args![company, principal, key, fingerprint, now],
    )?;
    if fresh == 1 {
        return Ok(Claim::Fresh);
    }
    let row = tx
        .first(
            "SELECT fingerprint, answer_sealed FROM request_keys
             WHERE company_id = $1 AND principal = $2 AND key = $3",
            args![company, principal, key],
        )?
        .ok_or(Error::Contended)?;
    if row.get::<Vec<u8>>(0)? != fingerprint {
        return Ok(Claim::Another);
    }
    let sealed: Option<Vec<u8>> = row.get(1)?;
    let sealed = sealed.ok_or_else(|| Error::Impossible("a key without its answer".into()))?;
    seal::open(tx, company, &place(&name(principal, key)), &sealed).map(Claim::Answered)
}

/// Stores the answer under a claimed key.
pub fn record(tx: &mut CompanyTx<'_>, principal: &str, key: &str, answer: &[u8]) -> Result<()> {
    let company = tx.company_id();
    let sealed = seal::seal(tx, company, &place(&name(principal, key)), answer)?;
    let changed = tx.execute(
        "UPDATE request_keys SET answer_sealed = $4 WHERE company_id = $1 AND principal = $2 AND key = $3",
        args![company, principal, key, sealed],
    )?;
    if changed == 1 { Ok(()) } else { Err(Error::Impossible("an answer without its claimed key".into())) }
}

fn name(principal: &str, key: &str) -> String {
    format!("{principal} {key}")
}

fn place(row: &str) -> Place<'_> {
    Place { table: "request_keys", column: "answer_sealed", row }
}
