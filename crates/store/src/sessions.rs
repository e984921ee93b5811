//! Who is signed in: one row per browser, found by the hash of what it holds.

use askpro_domain::{
    access::Principal,
    ids::{CompanyId, SessionId, UserId},
    secret::Secret,
    sign_in::{SEEN_EVERY, Stage, holds},
};
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};

use crate::{
    PlatformTx, args,
    error::Result,
    rights::{MEMBERSHIP, membership},
    tx::sealed::Raw,
};

/// A session to be kept.
#[derive(Clone, Debug)]
pub struct NewSession {
    /// Its id, which may be shown.
    pub id: SessionId,
    /// Whose.
    pub user: UserId,
    /// What the browser holds: 256 random bits as text.
    pub secret: Secret,
    /// How far the person has come.
    pub stage: Stage,
    /// From where, as people read it; may be `unknown`.
    pub address: String,
    /// With what, in a few words.
    pub agent: String,
}

/// A session that was found and holds.
#[derive(Clone, Debug)]
pub struct Found {
    /// Its id.
    pub id: SessionId,
    /// How far the person has come.
    pub stage: Stage,
    /// Whose, with everything they may do.
    pub principal: Principal,
    /// Whether the last sighting is so old that a new one should be written.
    pub is_due: bool,
}

/// A session as its owner sees it.
#[derive(Clone, Debug)]
pub struct Listed {
    /// Its id.
    pub id: SessionId,
    /// From where it was started.
    pub address: String,
    /// With what.
    pub agent: String,
    /// When.
    pub created_at: Timestamp,
    /// Its last request, to the minute.
    pub last_seen_at: Timestamp,
}

/// Sessions of one person that are shown at most; the oldest are left out.
const LISTED_AT_MOST: u32 = 50;

/// How long a session that is over is kept to be looked up in a complaint.
const KEPT: SignedDuration = SignedDuration::from_hours(24 * 30);

/// The fingerprint of a secret of 256 random bits: a plain hash is enough,
/// because there is nothing to guess.
pub fn fingerprint(secret: &Secret) -> Vec<u8> {
    Sha256::digest(secret.expose().as_bytes()).to_vec()
}

/// Adds a session, and removes what is long over.
pub fn insert(tx: &mut PlatformTx<'_>, session: &NewSession, now: Timestamp) -> Result<()> {
    tx.execute("DELETE FROM sessions WHERE expires_at < $1", args![now - KEPT])?;
    tx.execute(
        "INSERT INTO sessions (id, user_id, hash, stage, address, agent, wrong_codes, created_at, last_seen_at,
             expires_at, revoked_at)
         VALUES ($1, $2, $3, $4, $5, $6, 0, $7, $7, $8, NULL)",
        args![
            session.id,
            session.user,
            fingerprint(&session.secret),
            session.stage.word(),
            &session.address,
            &session.agent,
            now,
            now + session.stage.longest_life(),
        ],
    )?;
    Ok(())
}

/// The session with this fingerprint, where it and its person are valid at `now`.
/// One statement and one trip, because every request of a browser asks it: the
/// transaction ends with it.
pub fn find(tx: &mut PlatformTx<'_>, hash: &[u8], now: Timestamp) -> Result<Option<Found>> {
    let rows = tx.last_query(
        &format!(
            "SELECT s.id, s.stage, s.user_id, s.last_seen_at, s.expires_at, {MEMBERSHIP}
             FROM sessions s JOIN users u ON u.id = s.user_id LEFT JOIN memberships m ON m.user_id = s.user_id
             WHERE s.hash = $1 AND s.revoked_at IS NULL AND u.active
             LIMIT 1000"
        ),
        args![hash],
    )?;
    let Some(first) = rows.first() else { return Ok(None) };
    let (last_seen_at, expires_at): (Timestamp, Timestamp) = (first.get(3)?, first.get(4)?);
    if !holds(last_seen_at, expires_at, now) {
        return Ok(None);
    }
    let memberships = rows.iter().map(|row| membership(row, 5)).collect::<Result<Vec<_>>>()?;
    let memberships = memberships.into_iter().flatten().collect();
    Ok(Some(Found {
        id: first.get(0)?,
        stage: first.word(1, Stage::parse)?,
        principal: Principal { user: first.get(2)?, token: None, memberships },
        is_due: now.duration_since(last_seen_at) >= SEEN_EVERY,
    }))
}

/// Writes down that a session was used.
pub fn seen(tx: &mut PlatformTx<'_>, id: SessionId, now: Timestamp) -> Result<()> {
    tx.execute("UPDATE sessions SET last_seen_at = $2 WHERE id = $1", args![id, now])?;
    Ok(())
}

/// Gives a session another secret and stage; what held the old one is signed
/// out. False where the session was ended in the meantime.
pub fn rotate(
    tx: &mut PlatformTx<'_>,
    id: SessionId,
    secret: &Secret,
    stage: Stage,
    now: Timestamp,
) -> Result<bool> {
    let rotated = tx.execute(
        "UPDATE sessions SET hash = $2, stage = $3, last_seen_at = $4, expires_at = $5, wrong_codes = 0
         WHERE id = $1 AND revoked_at IS NULL",
        args![id, fingerprint(secret), stage.word(), now, now + stage.longest_life()],
    )?;
    Ok(rotated == 1)
}

/// Counts a wrong code and says how many there were.
pub fn count_wrong_code(tx: &mut PlatformTx<'_>, id: SessionId) -> Result<u32> {
    tx.execute("UPDATE sessions SET wrong_codes = wrong_codes + 1 WHERE id = $1", args![id])?;
    let row = tx.first("SELECT wrong_codes FROM sessions WHERE id = $1", args![id])?;
    row.map_or(Ok(u32::MAX), |row| row.get(0))
}

/// Ends one session of a person; false where it is not theirs or over already.
pub fn revoke(tx: &mut PlatformTx<'_>, user: UserId, id: SessionId, now: Timestamp) -> Result<bool> {
    let ended = tx.execute(
        "UPDATE sessions SET revoked_at = $3 WHERE id = $1 AND user_id = $2 AND revoked_at IS NULL",
        args![id, user, now],
    )?;
    Ok(ended == 1)
}

/// Ends every session of a person, but the one that is to stay.
pub fn revoke_all(
    tx: &mut PlatformTx<'_>,
    user: UserId,
    but: Option<SessionId>,
    now: Timestamp,
) -> Result<u64> {
    match but {
        Some(but) => tx.execute(
            "UPDATE sessions SET revoked_at = $2 WHERE user_id = $1 AND revoked_at IS NULL AND id <> $3",
            args![user, now, but],
        ),
        None => tx.execute(
            "UPDATE sessions SET revoked_at = $2 WHERE user_id = $1 AND revoked_at IS NULL",
            args![user, now],
        ),
    }
}

/// Ends the sessions of everybody who has a role in a company.
pub fn revoke_members(tx: &mut PlatformTx<'_>, company: CompanyId, now: Timestamp) -> Result<u64> {
    tx.execute(
        "UPDATE sessions SET revoked_at = $2
         WHERE revoked_at IS NULL AND user_id IN (SELECT user_id FROM memberships WHERE company_id = $1)",
        args![company, now],
    )
}

/// The sessions of a person that hold, the latest first.
pub fn list(tx: &mut PlatformTx<'_>, user: UserId, now: Timestamp) -> Result<Vec<Listed>> {
    let rows = tx.query(
        "SELECT id, address, agent, created_at, last_seen_at, expires_at FROM sessions
         WHERE user_id = $1 AND revoked_at IS NULL AND stage <> 'code' AND expires_at > $2
         ORDER BY last_seen_at DESC, id DESC LIMIT $3",
        args![user, now, LISTED_AT_MOST],
    )?;
    let mut sessions = Vec::with_capacity(rows.len());
    for row in &rows {
        let session = Listed {
            id: row.get(0)?,
            address: row.get(1)?,
            agent: row.get(2)?,
            created_at: row.get(3)?,
            last_seen_at: row.get(4)?,
        };
        if holds(session.last_seen_at, row.get(5)?, now) {
            sessions.push(session);
        }
    }
    Ok(sessions)
}
