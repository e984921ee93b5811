//! Sealed files beside the database: what must be readable while it is away, so
//! a key derived from the ring opens them and not one that stands in a table.
//!
//! `version (1) | master key id (8) | nonce (24) | ciphertext and tag`

use super::{
    SealError, Seals,
    cipher::{associated, decrypt, encrypt},
    ring::ID_LENGTH,
};

const VERSION: u8 = 1;
const NONCE_LENGTH: usize = 24;

impl Seals {
    /// Seals the content of a file for one `purpose`; under another purpose it
    /// does not open.
    pub fn seal_file(&self, purpose: &str, plain: &[u8]) -> Vec<u8> {
        let ring = self.ring();
        let (master_id, master) = ring.active();
        let key = Self::derived(master, purpose);
        let (nonce, text) = encrypt(&key, &bound_to(purpose, master_id), plain, self.chance.as_ref());
        [&[VERSION][..], master_id, &nonce, &text].concat()
    }

    /// Opens what [`Seals::seal_file`] made, under any key of the ring.
    pub fn open_file(&self, purpose: &str, sealed: &[u8]) -> Result<Vec<u8>, SealError> {
        let (version, rest) = sealed.split_first().ok_or(SealError::Form)?;
        let (master_id, rest) = rest.split_at_checked(ID_LENGTH).ok_or(SealError::Form)?;
        let (nonce, text) = rest.split_at_checked(NONCE_LENGTH).ok_or(SealError::Form)?;
        if *version != VERSION {
            return Err(SealError::Form);
        }
        self.with_ring(|ring| {
            let (id, master) = ring.find(master_id)?;
            decrypt(&Self::derived(master, purpose), &bound_to(purpose, id), nonce, text)
        })
    }
}

fn bound_to(purpose: &str, master_id: &[u8; ID_LENGTH]) -> Vec<u8> {
    associated(&[b"file", purpose.as_bytes(), master_id])
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::seal::{KeyRing, ring::tests::Steps};

    fn seals() -> Seals {
        let chance = Steps::default();
        let ring = KeyRing::parse(&KeyRing::generate(&chance)).unwrap();
        Seals::new(ring, Arc::new(chance))
    }

    #[test]
    fn a_sealed_file_opens_whole_for_its_purpose_and_ring_only() {
        let seals = seals();
        let sealed = seals.seal_file("snapshot", b"Salon Linde");
        assert_eq!(seals.open_file("snapshot", &sealed).unwrap(), b"Salon Linde");
        assert!(!sealed.windows(5).any(|part| part == b"Linde"));
        assert_eq!(seals.open_file("spool", &sealed).err(), Some(SealError::Refused));
        for cut in 0..sealed.len() {
            assert!(seals.open_file("snapshot", &sealed[..cut]).is_err(), "cut at {cut}");
        }
        for at in 0..sealed.len() {
            let mut flipped = sealed.clone();
            flipped[at] ^= 1;
            assert!(seals.open_file("snapshot", &flipped).is_err(), "flipped at {at}");
        }
        let stranger = Seals::new(
            KeyRing::parse(&KeyRing::generate(&crate::seal::files::tests::Other)).unwrap(),
            Arc::new(Steps::default()),
        );
        assert!(matches!(stranger.open_file("snapshot", &sealed), Err(SealError::MissingMaster(_))));
    }

    struct Other;
    impl askpro_domain::ids::Chance for Other {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(7);
        }
    }
}
