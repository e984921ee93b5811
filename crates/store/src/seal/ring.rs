//! The master key ring: one key per line, one of them active.
//!
//! ```text
//! # AskPro master keys. Whoever loses this file loses every stored secret.
//! active  3f9a1c0b77d2e45a  V2hhdCBhIG5pY2UgZGF5IHRvIHJlYWQgc291cmNlIDotKSE
//! retired 91c2…             …
//! ```
//!
//! The id is the beginning of the key's SHA-256, so a damaged line is noticed.

use askpro_domain::ids::{Chance, CompanyId};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{
    SealError,
    cipher::{KEY_LENGTH, Key, associated, decrypt, encrypt},
};

const WRAP_VERSION: u8 = 1;
pub(super) const ID_LENGTH: usize = 8;

/// Why a key ring cannot be used.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum RingError {
    /// A line that is not a key.
    #[error("line {line} of the key ring is not `active ID KEY` or `retired ID KEY`")]
    Line {
        /// Counted from 1.
        line: usize,
    },
    /// A key does not match its id: a digit was changed or lost.
    #[error("line {line} of the key ring is damaged: the key does not match its id")]
    Damaged {
        /// Counted from 1.
        line: usize,
    },
    /// The same key stands there twice.
    #[error("line {line} of the key ring repeats a key")]
    Doubled {
        /// Counted from 1.
        line: usize,
    },
    /// No key or several are active.
    #[error("the key ring must have exactly one active key, it has {0}")]
    Active(usize),
}

type KeyId = [u8; ID_LENGTH];

/// Master keys; the first is the active one.
pub struct KeyRing(Vec<(KeyId, Key)>);

impl std::fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "KeyRing({} keys, active {})", self.0.len(), self.active_id())
    }
}

impl KeyRing {
    /// The text of a ring with one fresh key.
    pub fn generate(chance: &dyn Chance) -> String {
        let mut bytes = [0; KEY_LENGTH];
        chance.fill(&mut bytes);
        format!(
            "# AskPro master keys. Whoever loses this file loses every stored secret: keep a copy in a safe place.\n\
             active {} {}\n",
            hex(&id_of(&bytes)),
            hex(&bytes)
        )
    }

    /// Reads a ring.
    pub fn parse(text: &str) -> Result<Self, RingError> {
        let mut keys: Vec<(KeyId, Key)> = Vec::new();
        let mut active = 0;
        for (index, content) in text.lines().enumerate() {
            let line = index + 1;
            let content = content.trim();
            if content.is_empty() || content.starts_with('#') {
                continue;
            }
            let mut words = content.split_whitespace();
            let (Some(state), Some(id), Some(key), None) =
                (words.next(), words.next(), words.next(), words.next())
            else {
                return Err(RingError::Line { line });
            };
            let key: [u8; KEY_LENGTH] = unhex(key).ok_or(RingError::Line { line })?;
            let id: KeyId = unhex(id).ok_or(RingError::Line { line })?;
            if id != id_of(&key) {
                return Err(RingError::Damaged { line });
            }
            if keys.iter().any(|(known, _)| *known == id) {
                return Err(RingError::Doubled { line });
            }
            match state {
                "active" => {
                    active += 1;
                    keys.insert(0, (id, Key::new(key)));
                }
                "retired" => keys.push((id, Key::new(key))),
                _ => return Err(RingError::Line { line }),
            }
        }
        if active == 1 { Ok(Self(keys)) } else { Err(RingError::Active(active)) }
    }

    /// The active key's id, as text. Not secret.
    pub fn active_id(&self) -> String {
        self.0.first().map(|(id, _)| hex(id)).unwrap_or_default()
    }

    pub(super) fn active(&self) -> (&KeyId, &Key) {
        let (id, key) = self.0.first().expect("a ring is parsed only with an active key");
        (id, key)
    }

    pub(super) fn find(&self, id: &[u8]) -> Result<(&KeyId, &Key), SealError> {
        self.0
            .iter()
            .find(|(known, _)| known == id)
            .map(|(id, key)| (id, key))
            .ok_or_else(|| SealError::MissingMaster(hex(id)))
    }

    pub(super) fn keys(&self) -> impl Iterator<Item = &Key> {
        self.0.iter().map(|(_, key)| key)
    }

    /// A ring with a fresh active key before the keys of `text`, which retire.
    pub fn renewed(text: &str, chance: &dyn Chance) -> Result<String, RingError> {
        Self::parse(text)?;
        let mut renewed = Self::generate(chance);
        for line in text.lines() {
            let mut words = line.split_whitespace();
            if let (Some("active" | "retired"), Some(id), Some(key)) =
                (words.next(), words.next(), words.next())
            {
                renewed.push_str(&format!("retired {id} {key}\n"));
            }
        }
        Self::parse(&renewed)?;
        Ok(renewed)
    }

    /// The ids of all keys, the active one first. Not secret.
    pub fn ids(&self) -> impl Iterator<Item = String> + '_ {
        self.0.iter().map(|(id, _)| hex(id))
    }

    pub(super) fn wrap(
        &self,
        kind: Wrapped,
        company: CompanyId,
        data_key_id: Uuid,
        data_key: &Key,
        chance: &dyn Chance,
    ) -> Vec<u8> {
        let (master_id, master) = self.active();
        let (nonce, text) =
            encrypt(master, &wrap_data(kind, company, data_key_id, master_id), data_key.bytes(), chance);
        [&[WRAP_VERSION][..], master_id, &nonce, &text].concat()
    }

    pub(super) fn unwrap(
        &self,
        kind: Wrapped,
        company: CompanyId,
        data_key_id: Uuid,
        wrapped: &[u8],
    ) -> Result<Key, SealError> {
        let (version, rest) = wrapped.split_first().ok_or(SealError::Form)?;
        let (master_id, rest) = rest.split_at_checked(ID_LENGTH).ok_or(SealError::Form)?;
        let (nonce, text) = rest.split_at_checked(24).ok_or(SealError::Form)?;
        if *version != WRAP_VERSION {
            return Err(SealError::Form);
        }
        let (id, master) = self.find(master_id)?;
        let bytes = decrypt(master, &wrap_data(kind, company, data_key_id, id), nonce, text)?;
        bytes.try_into().map(Key::new).map_err(|_| SealError::Form)
    }
}

/// What kind of key is wrapped; a wrapped key of one kind is none of another.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Wrapped {
    /// A company's, or the installation's.
    Data,
    /// A customer's.
    Customer,
}

fn wrap_data(kind: Wrapped, company: CompanyId, data_key_id: Uuid, master_id: &KeyId) -> Vec<u8> {
    let table: &[u8] = match kind {
        Wrapped::Data => b"data_keys",
        Wrapped::Customer => b"customer_keys",
    };
    associated(&[company.0.as_bytes(), table, b"wrapped", data_key_id.as_bytes(), master_id])
}

fn id_of(key: &[u8]) -> KeyId {
    let mut id = [0; ID_LENGTH];
    id.copy_from_slice(&Sha256::digest(key)[..ID_LENGTH]);
    id
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let digits = text.as_bytes();
    if digits.len() != 2 * N {
        return None;
    }
    let mut bytes = [0; N];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
pub(super) mod tests {
    use std::sync::Mutex;

    use jiff::Timestamp;

    use super::*;

    /// Different bytes at every call.
    #[derive(Default)]
    pub(crate) struct Steps(Mutex<u64>);

    impl Chance for Steps {
        fn fill(&self, bytes: &mut [u8]) {
            let mut step = self.0.lock().unwrap();
            for byte in bytes {
                *step = step.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                *byte = step.to_be_bytes()[0];
            }
        }
    }

    #[test]
    fn a_generated_ring_reads_back_and_a_damaged_one_is_refused() {
        let text = KeyRing::generate(&Steps::default());
        let ring = KeyRing::parse(&text).unwrap();
        assert_eq!(ring.active_id().len(), 16);
        assert_eq!(KeyRing::parse("").unwrap_err(), RingError::Active(0));
        let line = text.lines().nth(1).unwrap();
        assert_eq!(KeyRing::parse(&format!("{line}\n{line}")).unwrap_err(), RingError::Doubled { line: 2 });
        let mut damaged = line.to_owned();
        let last = if damaged.pop() == Some('0') { '1' } else { '0' };
        damaged.push(last);
        assert_eq!(KeyRing::parse(&damaged).unwrap_err(), RingError::Damaged { line: 1 });
        assert_eq!(KeyRing::parse("active x").unwrap_err(), RingError::Line { line: 1 });
    }

    #[test]
    fn a_data_key_unwraps_only_for_its_company_and_ring() {
        let chance = Steps::default();
        let ring = KeyRing::parse(&KeyRing::generate(&chance)).unwrap();
        let stranger = KeyRing::parse(&KeyRing::generate(&chance)).unwrap();
        let company = CompanyId::new(Timestamp::UNIX_EPOCH, &chance);
        let other = CompanyId::new(Timestamp::UNIX_EPOCH, &chance);
        let id = Uuid::from_u128(5);
        let wrapped = ring.wrap(Wrapped::Data, company, id, &Key::new([9; 32]), &chance);
        assert_eq!(ring.unwrap(Wrapped::Data, company, id, &wrapped).unwrap().bytes(), &[9; 32]);
        assert_eq!(ring.unwrap(Wrapped::Data, other, id, &wrapped).err(), Some(SealError::Refused));
        assert_eq!(
            ring.unwrap(Wrapped::Data, company, Uuid::from_u128(6), &wrapped).err(),
            Some(SealError::Refused)
        );
        assert_eq!(ring.unwrap(Wrapped::Customer, company, id, &wrapped).err(), Some(SealError::Refused));
        assert!(matches!(
            stranger.unwrap(Wrapped::Data, company, id, &wrapped),
            Err(SealError::MissingMaster(_))
        ));
    }

    #[test]
    fn a_renewed_ring_has_a_fresh_active_key_and_keeps_the_old_ones() {
        let chance = Steps::default();
        let first = KeyRing::generate(&chance);
        let second = KeyRing::renewed(&first, &chance).unwrap();
        let third = KeyRing::renewed(&second, &chance).unwrap();
        let ids = |text: &str| KeyRing::parse(text).unwrap().ids().collect::<Vec<_>>();
        assert_eq!(ids(&third).len(), 3);
        assert_eq!(ids(&third)[1..], ids(&second));
        assert!(KeyRing::renewed("nonsense", &chance).is_err());
    }
}
