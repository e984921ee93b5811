//! The record of what was changed, by whom. A row is written inside the
//! transaction that changes something and carries its own hash; rows are only
//! ever added.

use askpro_domain::ids::{CompanyId, uuid_v7};
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{
    CompanyTx, PlatformTx, Reads, args,
    error::{Error, Result},
    seal::{self, Place},
    tx::sealed::Raw,
};

/// Adds an entry to the company's record. `subject` is the id of what was
/// changed; `detail` may hold personal values and is sealed.
pub fn add(
    tx: &mut CompanyTx<'_>,
    actor: &str,
    action: &str,
    subject: &str,
    detail: Option<&str>,
    now: Timestamp,
) -> Result<()> {
    let company = tx.company_id();
    let id = uuid_v7(now, tx.seals().chance().as_ref());
    let row = id.to_string();
    let sealed = match detail {
        Some(detail) => {
            let place = place(&row);
            Some(seal::seal(tx, company, &place, detail.as_bytes())?)
        }
        None => None,
    };
    insert(tx, id, Some(company), actor, action, subject, sealed, now)
}

fn place(row: &str) -> Place<'_> {
    Place { table: "audit", column: "detail_sealed", row }
}

/// The detail of an entry.
pub(crate) fn opened(tx: &mut impl Reads, company: CompanyId, id: Uuid, sealed: &[u8]) -> Result<String> {
    let text = seal::open(tx, company, &place(&id.to_string()), sealed)?;
    String::from_utf8(text).map_err(|_| Error::Impossible("audit.detail_sealed".into()))
}

/// Adds an entry about the installation itself.
pub fn add_platform(
    tx: &mut PlatformTx<'_>,
    actor: &str,
    action: &str,
    subject: &str,
    now: Timestamp,
) -> Result<()> {
    let id = uuid_v7(now, tx.seals().chance().as_ref());
    insert(tx, id, None, actor, action, subject, None, now)
}

#[expect(clippy::too_many_arguments, reason = "one argument per column, in their order")]
fn insert(
    tx: &mut dyn Raw,
    id: Uuid,
    company: Option<CompanyId>,
    actor: &str,
    action: &str,
    subject: &str,
    detail: Option<Vec<u8>>,
    now: Timestamp,
) -> Result<()> {
    let hash = row_hash(id, company, actor, action, subject, detail.as_deref(), now);
    tx.execute(
        "INSERT INTO audit (id, company_id, at, actor, action, subject, detail_sealed, row_hash)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        args![id, company, now, actor, action, subject, detail, hash],
    )?;
    Ok(())
}

/// SHA-256 over every column with its length in front. The sealed detail enters
/// by its own hash, so that erasing a person (destroying a key, or even the
/// bytes) leaves the chain provable.
fn row_hash(
    id: Uuid,
    company: Option<CompanyId>,
    actor: &str,
    action: &str,
    subject: &str,
    detail: Option<&[u8]>,
    now: Timestamp,
) -> Vec<u8> {
    let detail_hash = detail.map(|bytes| Sha256::digest(bytes).to_vec()).unwrap_or_default();
    let company = company.map(|id| id.0.as_bytes().to_vec()).unwrap_or_default();
    let mut hash = Sha256::new();
    let moment = now.as_microsecond().to_be_bytes();
    for part in [
        id.as_bytes(),
        &company[..],
        &moment,
        actor.as_bytes(),
        action.as_bytes(),
        subject.as_bytes(),
        &detail_hash,
    ] {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hash.finalize().to_vec()
}
