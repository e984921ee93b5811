//! Sealing: what a stolen file must not show is encrypted before it is written.
//!
//! A ring of master keys wraps one data key per company, one for what belongs to
//! the installation, and one per customer for what is personal ([`customers`]); a data key seals values with XChaCha20-Poly1305. Company, table, column, row and key id are
//! associated data, so a ciphertext that was moved elsewhere does not open.
//! Opening fails closed: there is no path that returns what it was given.

mod cipher;
mod customers;
mod files;
mod ring;
pub mod rotation;
mod stamp;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, OnceLock, RwLock},
};

use askpro_domain::ids::{Chance, CompanyId, uuid_v7};
pub use cipher::Place;
pub(crate) use cipher::associated;
use cipher::{KEY_LENGTH, Key};
pub(crate) use customers::{destroy as destroy_customer_keys, seal_for_customer};
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use ring::Wrapped;
pub use ring::{KeyRing, RingError};
use sha2::Sha256;
pub(crate) use stamp::{is_stamped, stamp, stamp_for_installation};
use uuid::Uuid;

use crate::{PlatformTx, args, error::Result, tx::sealed::Raw};

/// Why a value could not be sealed or opened. Never says what it held.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum SealError {
    /// The bytes do not have the form of a sealed value, or one of a newer version.
    #[error("it is not a sealed value of a known version")]
    Form,
    /// Changed, moved, or sealed under another key.
    #[error("it does not open here: it was changed, moved or sealed under another key")]
    Refused,
    /// The master key that wraps the data key is not in the ring.
    #[error("the master key {0} is not in the key ring")]
    MissingMaster(String),
    /// The data key does not exist (any more).
    #[error("its data key does not exist")]
    MissingKey,
}

/// Data keys kept in memory at most; past that all are read again.
const CACHED_AT_MOST: usize = 10_000;

/// Reads the ring again from where it came; `None` where that is impossible.
type Reread = Box<dyn Fn() -> Option<KeyRing> + Send + Sync>;

/// The master keys, and the data keys that were used lately.
pub struct Seals {
    ring: RwLock<Arc<KeyRing>>,
    reread: OnceLock<Reread>,
    chance: Arc<dyn Chance>,
    keys: Mutex<HashMap<Uuid, Arc<Key>>>,
    active: Mutex<HashMap<CompanyId, Uuid>>,
}

impl Seals {
    /// Under a ring, with nothing remembered yet.
    pub fn new(ring: KeyRing, chance: Arc<dyn Chance>) -> Self {
        Self {
            ring: RwLock::new(Arc::new(ring)),
            reread: OnceLock::new(),
            chance,
            keys: Mutex::default(),
            active: Mutex::default(),
        }
    }

    /// The ring as it is now.
    pub fn ring(&self) -> Arc<KeyRing> {
        Arc::clone(&self.ring.read().unwrap_or_else(std::sync::PoisonError::into_inner))
    }

    /// How the ring is read again when a key is met that it lacks: somebody has
    /// changed the master key while this process was running.
    pub fn reread_with(&self, reread: impl Fn() -> Option<KeyRing> + Send + Sync + 'static) {
        let _ = self.reread.set(Box::new(reread));
    }

    /// The ring read again, where it is another one by now.
    fn fresher_ring(&self) -> Option<Arc<KeyRing>> {
        let fresh = Arc::new(self.reread.get()?()?);
        if fresh.ids().eq(self.ring().ids()) {
            return None;
        }
        *self.ring.write().unwrap_or_else(std::sync::PoisonError::into_inner) = Arc::clone(&fresh);
        Some(fresh)
    }

    /// Does something with the ring, and once more with a fresher one where the
    /// first lacks a key.
    fn with_ring<T>(
        &self,
        work: impl Fn(&KeyRing) -> std::result::Result<T, SealError>,
    ) -> std::result::Result<T, SealError> {
        match work(&self.ring()) {
            Err(SealError::MissingMaster(id)) => match self.fresher_ring() {
                Some(ring) => work(&ring),
                None => Err(SealError::MissingMaster(id)),
            },
            other => other,
        }
    }

    /// Random bytes for whoever needs them in a transaction.
    pub fn chance(&self) -> &Arc<dyn Chance> {
        &self.chance
    }

    /// A message authentication code under a key derived from the active master
    /// key and `purpose`; 16 bytes.
    pub fn sign(&self, purpose: &str, message: &[u8]) -> [u8; 16] {
        Self::mac(self.ring().active().1, purpose, message)
    }

    /// Whether `tag` is the code of `message` under any key of the ring, compared
    /// in constant time.
    pub fn verifies(&self, purpose: &str, message: &[u8], tag: &[u8]) -> bool {
        use subtle::ConstantTimeEq;
        let fits =
            |ring: &KeyRing| ring.keys().any(|key| bool::from(Self::mac(key, purpose, message).ct_eq(tag)));
        // It may be of a process that knows a newer key already.
        fits(&self.ring()) || self.fresher_ring().is_some_and(|ring| fits(&ring))
    }

    fn mac(master: &Key, purpose: &str, message: &[u8]) -> [u8; 16] {
        let whole = hmac(Self::derived(master, purpose).bytes(), &[message]);
        let mut tag = [0; 16];
        tag.copy_from_slice(&whole[..16]);
        tag
    }

    /// A key for one purpose alone, from a master key.
    fn derived(master: &Key, purpose: &str) -> Key {
        Key::new(hmac(master.bytes(), &[b"askpro ", purpose.as_bytes()]))
    }
}

fn hmac(key: &[u8], parts: &[&[u8]]) -> [u8; KEY_LENGTH] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

/// Makes a company's first data key; part of creating the company.
pub(crate) fn create_key(tx: &mut dyn Raw, company: CompanyId, now: Timestamp) -> Result<()> {
    let seals = tx.seals();
    let id = uuid_v7(now, seals.chance.as_ref());
    let mut bytes = [0; KEY_LENGTH];
    seals.chance.fill(&mut bytes);
    let wrapped = seals.ring().wrap(Wrapped::Data, company, id, &Key::new(bytes), seals.chance.as_ref());
    tx.execute(
        "INSERT INTO data_keys (id, company_id, wrapped, active, created_at) VALUES ($1, $2, $3, $4, $5)",
        args![id, company, wrapped, true, now],
    )?;
    Ok(())
}

/// Seals a value for one place under the company's active data key.
pub(crate) fn seal(tx: &mut dyn Raw, company: CompanyId, place: &Place<'_>, plain: &[u8]) -> Result<Vec<u8>> {
    let id = active_key(tx, company)?;
    let key = data_key(tx, company, id)?;
    Ok(cipher::seal(&key, id, company, place, plain, tx.seals().chance.as_ref()))
}

/// The company's active data key.
fn active_key(tx: &mut dyn Raw, company: CompanyId) -> Result<Uuid> {
    if let Some(id) = tx.seals().active.lock().ok().and_then(|map| map.get(&company).copied()) {
        return Ok(id);
    }
    let row = tx
        .first("SELECT id FROM data_keys WHERE company_id = $1 AND active", args![company])?
        .ok_or(SealError::MissingKey)?;
    let id: Uuid = row.get(0)?;
    if let Ok(mut map) = tx.seals().active.lock() {
        if map.len() >= CACHED_AT_MOST {
            map.clear();
        }
        map.insert(company, id);
    }
    Ok(id)
}

/// Opens a sealed value that stands in one place.
pub(crate) fn open(
    tx: &mut dyn Raw,
    company: CompanyId,
    place: &Place<'_>,
    sealed: &[u8],
) -> Result<Vec<u8>> {
    let id = cipher::key_id(sealed)?;
    let key = data_key(tx, company, id)?;
    Ok(cipher::open(&key, id, company, place, sealed)?)
}

/// What the installation's own values are bound to in place of a company. No
/// company has this id: a UUIDv7 is never nil.
const INSTALLATION: CompanyId = CompanyId(Uuid::nil());

/// Seals a value that belongs to the installation rather than to a company. Its
/// key is made when it is first needed.
pub(crate) fn seal_for_installation(
    tx: &mut PlatformTx<'_>,
    place: &Place<'_>,
    plain: &[u8],
    now: Timestamp,
) -> Result<Vec<u8>> {
    let id = active_installation_key(tx, now)?;
    let key = installation_key(tx, id)?;
    Ok(cipher::seal(&key, id, INSTALLATION, place, plain, tx.seals().chance.as_ref()))
}

fn active_installation_key(tx: &mut PlatformTx<'_>, now: Timestamp) -> Result<Uuid> {
    let active = "SELECT id FROM installation_keys WHERE active";
    if let Some(row) = tx.first(active, &[])? {
        return row.get(0);
    }
    let seals = tx.seals();
    let id = uuid_v7(now, seals.chance.as_ref());
    let mut bytes = [0; KEY_LENGTH];
    seals.chance.fill(&mut bytes);
    let wrapped = seals.ring().wrap(Wrapped::Data, INSTALLATION, id, &Key::new(bytes), seals.chance.as_ref());
    // Another process may be making one too; whichever stood first is used.
    tx.execute(
        "INSERT INTO installation_keys (id, wrapped, active, created_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT DO NOTHING",
        args![id, wrapped, true, now],
    )?;
    tx.first(active, &[])?.ok_or(SealError::MissingKey)?.get(0)
}

/// Opens a value that was sealed for the installation.
pub(crate) fn open_for_installation(
    tx: &mut PlatformTx<'_>,
    place: &Place<'_>,
    sealed: &[u8],
) -> Result<Vec<u8>> {
    let id = cipher::key_id(sealed)?;
    let key = installation_key(tx, id)?;
    Ok(cipher::open(&key, id, INSTALLATION, place, sealed)?)
}

/// Read each time: it is needed when somebody types a code, not in every request.
fn installation_key(tx: &mut PlatformTx<'_>, id: Uuid) -> Result<Key> {
    let row = tx
        .first("SELECT wrapped FROM installation_keys WHERE id = $1", args![id])?
        .ok_or(SealError::MissingKey)?;
    let wrapped: Vec<u8> = row.get(0)?;
    Ok(tx.seals().with_ring(|ring| ring.unwrap(Wrapped::Data, INSTALLATION, id, &wrapped))?)
}

fn data_key(tx: &mut dyn Raw, company: CompanyId, id: Uuid) -> Result<Arc<Key>> {
    if let Some(key) = tx.seals().keys.lock().ok().and_then(|map| map.get(&id).cloned()) {
        return Ok(key);
    }
    let Some(row) =
        tx.first("SELECT wrapped FROM data_keys WHERE company_id = $1 AND id = $2", args![company, id])?
    else {
        return customers::key(tx, company, id).map(Arc::new);
    };
    let wrapped: Vec<u8> = row.get(0)?;
    let key = Arc::new(tx.seals().with_ring(|ring| ring.unwrap(Wrapped::Data, company, id, &wrapped))?);
    if let Ok(mut map) = tx.seals().keys.lock() {
        if map.len() >= CACHED_AT_MOST {
            map.clear();
        }
        map.insert(id, Arc::clone(&key));
    }
    Ok(key)
}
