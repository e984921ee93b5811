//! Passkeys of people: what is known of an authenticator.

use askpro_domain::ids::{PasskeyId, UserId};
use jiff::Timestamp;

use crate::{PlatformTx, args, error::Result, tx::sealed::Raw, value::Row};

/// Passkeys of one person at most.
pub const PASSKEYS_AT_MOST: u32 = 10;

/// A passkey.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Passkey {
    /// Its id with us.
    pub id: PasskeyId,
    /// What the authenticator calls it.
    pub credential: Vec<u8>,
    /// SubjectPublicKeyInfo, in DER.
    pub public_key: Vec<u8>,
    /// What the authenticator counted last; 0 where it counts nothing.
    pub counter: u32,
    /// As its owner calls it.
    pub name: String,
    /// Since when.
    pub created_at: Timestamp,
    /// When it opened last.
    pub last_used_at: Option<Timestamp>,
}

/// Adds a passkey. False where the person has as many as they may, or the
/// authenticator is known already.
pub fn add(tx: &mut PlatformTx<'_>, user: UserId, passkey: &Passkey) -> Result<bool> {
    // Two at once wait for each other here.
    tx.execute("UPDATE users SET revision = revision WHERE id = $1", args![user])?;
    let count: u32 = match tx.first("SELECT count(*) FROM passkeys WHERE user_id = $1", args![user])? {
        Some(row) => row.get(0)?,
        None => 0,
    };
    if count >= PASSKEYS_AT_MOST {
        return Ok(false);
    }
    let added = tx.execute(
        "INSERT INTO passkeys (id, user_id, credential, public_key, counter, name, created_at, last_used_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, NULL) ON CONFLICT DO NOTHING",
        args![
            passkey.id,
            user,
            passkey.credential.clone(),
            passkey.public_key.clone(),
            passkey.counter,
            &passkey.name,
            passkey.created_at
        ],
    )?;
    Ok(added == 1)
}

/// A person's passkeys, the oldest first.
pub fn list(tx: &mut PlatformTx<'_>, user: UserId) -> Result<Vec<Passkey>> {
    let rows = tx.query(
        "SELECT id, credential, public_key, counter, name, created_at, last_used_at FROM passkeys
         WHERE user_id = $1 ORDER BY created_at, id LIMIT $2",
        args![user, PASSKEYS_AT_MOST],
    )?;
    rows.iter().map(passkey).collect()
}

fn passkey(row: &Row) -> Result<Passkey> {
    Ok(Passkey {
        id: row.get(0)?,
        credential: row.get(1)?,
        public_key: row.get(2)?,
        counter: row.get(3)?,
        name: row.get(4)?,
        created_at: row.get(5)?,
        last_used_at: row.get(6)?,
    })
}

/// Writes down that a passkey opened, and what it counted. False where another
/// request was quicker with the same count: then it may be a copy.
pub fn used(
    tx: &mut PlatformTx<'_>,
    passkey: PasskeyId,
    known: u32,
    counter: u32,
    now: Timestamp,
) -> Result<bool> {
    let used = tx.execute(
        "UPDATE passkeys SET counter = $3, last_used_at = $4 WHERE id = $1 AND counter = $2",
        args![passkey, known, counter, now],
    )?;
    Ok(used == 1)
}

/// Removes a passkey of a person; false where it is not theirs.
pub fn remove(tx: &mut PlatformTx<'_>, user: UserId, passkey: PasskeyId) -> Result<bool> {
    let removed = tx.execute("DELETE FROM passkeys WHERE id = $1 AND user_id = $2", args![passkey, user])?;
    Ok(removed == 1)
}
