//! The sealed form: `version (1) | key id (16) | nonce (24) | ciphertext and tag`.

use askpro_domain::ids::{Chance, CompanyId};
use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use uuid::Uuid;
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::SealError;

pub(super) const KEY_LENGTH: usize = 32;
const VERSION: u8 = 1;
const NONCE_LENGTH: usize = 24;
const HEAD: usize = 1 + 16 + NONCE_LENGTH;

/// Where a sealed value stands. It is bound into the ciphertext.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// The table.
    pub table: &'a str,
    /// The column.
    pub column: &'a str,
    /// The row's id, as text.
    pub row: &'a str,
}

/// 256 bits; wiped when dropped.
#[derive(Zeroize, ZeroizeOnDrop)]
pub(super) struct Key([u8; KEY_LENGTH]);

impl Key {
    pub(super) fn new(bytes: [u8; KEY_LENGTH]) -> Self {
        Self(bytes)
    }

    pub(super) fn bytes(&self) -> &[u8; KEY_LENGTH] {
        &self.0
    }
}

/// Every part with its length in front, so that no two places give the same bytes.
pub(crate) fn associated(parts: &[&[u8]]) -> Vec<u8> {
    let mut data = Vec::new();
    for part in parts {
        data.extend_from_slice(&(part.len() as u64).to_be_bytes());
        data.extend_from_slice(part);
    }
    data
}

fn bound_to(company: CompanyId, place: &Place<'_>, key_id: Uuid) -> Vec<u8> {
    associated(&[
        company.0.as_bytes(),
        place.table.as_bytes(),
        place.column.as_bytes(),
        place.row.as_bytes(),
        key_id.as_bytes(),
    ])
}

pub(super) fn encrypt(
    key: &Key,
    aad: &[u8],
    plain: &[u8],
    chance: &dyn Chance,
) -> ([u8; NONCE_LENGTH], Vec<u8>) {
    let mut nonce = [0; NONCE_LENGTH];
    chance.fill(&mut nonce);
    let text = XChaCha20Poly1305::new(key.bytes().into())
        .encrypt(&XNonce::from(nonce), Payload { msg: plain, aad })
        .expect("the cipher takes messages up to 256 GiB");
    (nonce, text)
}

pub(super) fn decrypt(key: &Key, aad: &[u8], nonce: &[u8], text: &[u8]) -> Result<Vec<u8>, SealError> {
    let nonce: [u8; NONCE_LENGTH] = nonce.try_into().map_err(|_| SealError::Form)?;
    XChaCha20Poly1305::new(key.bytes().into())
        .decrypt(&XNonce::from(nonce), Payload { msg: text, aad })
        .map_err(|_| SealError::Refused)
}

pub(super) fn seal(
    key: &Key,
    key_id: Uuid,
    company: CompanyId,
    place: &Place<'_>,
    plain: &[u8],
    chance: &dyn Chance,
) -> Vec<u8> {
    let (nonce, text) = encrypt(key, &bound_to(company, place, key_id), plain, chance);
    let mut sealed = Vec::with_capacity(HEAD + text.len());
    sealed.push(VERSION);
    sealed.extend_from_slice(key_id.as_bytes());
    sealed.extend_from_slice(&nonce);
    sealed.extend_from_slice(&text);
    sealed
}

/// Under which data key a value was sealed.
pub(super) fn key_id(sealed: &[u8]) -> Result<Uuid, SealError> {
    if sealed.first() != Some(&VERSION) || sealed.len() < HEAD {
        return Err(SealError::Form);
    }
    Uuid::from_slice(&sealed[1..17]).map_err(|_| SealError::Form)
}

pub(super) fn open(
    key: &Key,
    id: Uuid,
    company: CompanyId,
    place: &Place<'_>,
    sealed: &[u8],
) -> Result<Vec<u8>, SealError> {
    if key_id(sealed)? != id {
        return Err(SealError::Refused);
    }
    decrypt(key, &bound_to(company, place, id), &sealed[17..HEAD], &sealed[HEAD..])
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::seal::ring::tests::Steps;

    #[test]
    fn a_value_opens_only_where_it_was_sealed() {
        let chance = Steps::default();
        let company = CompanyId::new(Timestamp::UNIX_EPOCH, &chance);
        let other = CompanyId::new(Timestamp::UNIX_EPOCH, &chance);
        let (key, id) = (Key::new([7; 32]), Uuid::from_u128(1));
        let place = Place { table: "connections", column: "key", row: "a" };
        let sealed = seal(&key, id, company, &place, b"key_123", &chance);
        assert_eq!(open(&key, id, company, &place, &sealed).unwrap(), b"key_123");
        assert!(!sealed.windows(7).any(|window| window == b"key_123"));

        let moved = [
            (company, Place { row: "b", ..place }),
            (company, Place { column: "notes", ..place }),
            (company, Place { table: "users", ..place }),
            (company, Place { table: "connection", column: "skey", ..place }),
            (other, place),
        ];
        for (company, place) in moved {
            assert_eq!(open(&key, id, company, &place, &sealed), Err(SealError::Refused), "{place:?}");
        }
        for index in 0..sealed.len() {
            let mut flipped = sealed.clone();
            flipped[index] ^= 1;
            assert!(open(&key, id, company, &place, &flipped).is_err(), "bit flip at {index}");
        }
        for length in 0..sealed.len() {
            assert!(open(&key, id, company, &place, &sealed[..length]).is_err(), "cut to {length}");
        }
        assert!(open(&Key::new([8; 32]), id, company, &place, &sealed).is_err());
    }
}
