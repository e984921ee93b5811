//! Stamps: proof that this program wrote something, which whoever owns the
//! database but not the key ring cannot make. `version (1) | key id (16) | HMAC-SHA256 (32)`.

use askpro_domain::ids::CompanyId;
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use sha2::Sha256;
use subtle::ConstantTimeEq;
use uuid::Uuid;

use super::{
    active_installation_key, active_key,
    cipher::{Key, associated},
    data_key, installation_key,
};
use crate::{PlatformTx, error::Result, tx::sealed::Raw};

const VERSION: u8 = 2;
const HEAD: usize = 17;
const LENGTH: usize = HEAD + 32;

/// Stamps `parts` for a company.
pub(crate) fn stamp(tx: &mut dyn Raw, company: CompanyId, purpose: &str, parts: &[&[u8]]) -> Result<Vec<u8>> {
    let id = active_key(tx, company)?;
    let key = data_key(tx, company, id)?;
    Ok(made(&key, id, purpose, parts))
}

/// Stamps `parts` for the installation.
pub(crate) fn stamp_for_installation(
    tx: &mut PlatformTx<'_>,
    purpose: &str,
    parts: &[&[u8]],
    now: Timestamp,
) -> Result<Vec<u8>> {
    let id = active_installation_key(tx, now)?;
    let key = installation_key(tx, id)?;
    Ok(made(&key, id, purpose, parts))
}

/// Whether `stamp` is one of `parts`. `None` as the company is the installation.
/// A key that is gone vouches for nothing; a ring that lacks a master key is an error,
/// because then nothing can be said.
pub(crate) fn is_stamped(
    tx: &mut PlatformTx<'_>,
    company: Option<CompanyId>,
    purpose: &str,
    parts: &[&[u8]],
    stamp: &[u8],
) -> Result<bool> {
    if stamp.len() != LENGTH || stamp[0] != VERSION {
        return Ok(false);
    }
    let Ok(id) = Uuid::from_slice(&stamp[1..HEAD]) else { return Ok(false) };
    let is = |key: &Key| bool::from(made(key, id, purpose, parts).ct_eq(stamp));
    let known = match company {
        Some(company) => data_key(tx, company, id).map(|key| is(&key)),
        None => installation_key(tx, id).map(|key| is(&key)),
    };
    match known {
        Err(crate::Error::Sealed(super::SealError::MissingKey)) => Ok(false),
        other => other,
    }
}

fn made(key: &Key, id: Uuid, purpose: &str, parts: &[&[u8]]) -> Vec<u8> {
    let mac = |key: &[u8], message: &[u8]| -> [u8; 32] {
        let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
        mac.update(message);
        mac.finalize().into_bytes().into()
    };
    // A key of its own per purpose: what seals never stamps.
    let derived = mac(key.bytes(), &[b"askpro stamp ", purpose.as_bytes()].concat());
    let code = mac(&derived, &associated(parts));
    [&[VERSION][..], id.as_bytes(), &code].concat()
}
