//! What stands around signing in: counted failures, second factors, recovery
//! codes, and links that let somebody choose a password.

use askpro_domain::{
    actor::Actor,
    ids::UserId,
    secret::Secret,
    sign_in::{Failures, Patience, Seed, Step},
};
use jiff::{SignedDuration, Timestamp};

use crate::{
    PlatformTx, args,
    audit::{self, Entry},
    error::{Error, Result},
    seal::{self, Place},
    sessions::fingerprint,
    tx::sealed::Raw,
};

/// How long counted failures are kept; longer than any patience remembers.
const FAILURES_KEPT: SignedDuration = SignedDuration::from_hours(24);

/// Counts an attempt under each key, unless one of them has to wait: then nothing
/// is counted and the longest wait is given. It is counted before the password is
/// looked at, so that attempts side by side cannot pass together; a success
/// takes it back with [`forgive`].
pub fn claim_attempt(
    tx: &mut PlatformTx<'_>,
    keys: &[(&[u8], Patience)],
    now: Timestamp,
) -> Result<SignedDuration> {
    // Refusing costs no write: a flood is mostly refused.
    let wait = longest_wait(tx, keys, now)?;
    if !wait.is_zero() {
        return Ok(wait);
    }
    for (key, _) in keys {
        tx.execute(
            "INSERT INTO sign_in_failures (key, failures, last_at) VALUES ($1, 0, $2) ON CONFLICT DO NOTHING",
            args![*key, now],
        )?;
        // Holds the row until the commit, so that the others wait here and look again.
        tx.execute("UPDATE sign_in_failures SET failures = failures WHERE key = $1", args![*key])?;
    }
    let wait = longest_wait(tx, keys, now)?;
    if !wait.is_zero() {
        return Ok(wait);
    }
    for (key, patience) in keys {
        let counted = patience.after_another(failures(tx, key)?, now);
        tx.execute(
            "UPDATE sign_in_failures SET failures = $2, last_at = $3 WHERE key = $1",
            args![*key, counted.count, counted.last_at],
        )?;
    }
    tx.execute("DELETE FROM sign_in_failures WHERE last_at < $1", args![now - FAILURES_KEPT])?;
    Ok(SignedDuration::ZERO)
}

fn longest_wait(
    tx: &mut PlatformTx<'_>,
    keys: &[(&[u8], Patience)],
    now: Timestamp,
) -> Result<SignedDuration> {
    let mut longest = SignedDuration::ZERO;
    for (key, patience) in keys {
        longest = longest.max(patience.wait(failures(tx, key)?, now));
    }
    Ok(longest)
}

fn failures(tx: &mut PlatformTx<'_>, key: &[u8]) -> Result<Option<Failures>> {
    let row = tx.first("SELECT failures, last_at FROM sign_in_failures WHERE key = $1", args![key])?;
    row.map(|row| Ok(Failures { count: row.get(0)?, last_at: row.get(1)? })).transpose()
}

/// Forgets a key's failures.
pub fn forgive(tx: &mut PlatformTx<'_>, key: &[u8]) -> Result<()> {
    tx.execute("DELETE FROM sign_in_failures WHERE key = $1", args![key])?;
    Ok(())
}

/// Takes one counted attempt back.
pub fn take_back(tx: &mut PlatformTx<'_>, key: &[u8]) -> Result<()> {
    tx.execute(
        "UPDATE sign_in_failures SET failures = failures - 1 WHERE key = $1 AND failures > 0",
        args![key],
    )?;
    Ok(())
}

/// A person's seed, with what was used of it.
pub struct SecondFactor {
    /// The seed.
    pub seed: Seed,
    /// The latest step whose code was used.
    pub last_step: Option<Step>,
    /// Whether a code of it was ever given; before, it asks nobody.
    pub is_confirmed: bool,
}

/// Whether a person is asked for a second factor: a code, or a passkey.
pub fn has_second_factor(tx: &mut PlatformTx<'_>, user: UserId) -> Result<bool> {
    let passkey = tx.first("SELECT 1 FROM passkeys WHERE user_id = $1 LIMIT 1", args![user])?;
    Ok(passkey.is_some() || has_code_factor(tx, user)?)
}

/// Whether a person has an app that shows codes.
pub fn has_code_factor(tx: &mut PlatformTx<'_>, user: UserId) -> Result<bool> {
    let found = tx
        .first("SELECT 1 FROM second_factors WHERE user_id = $1 AND confirmed_at IS NOT NULL", args![user])?;
    Ok(found.is_some())
}

/// A person's second factor, confirmed or not.
pub fn second_factor(tx: &mut PlatformTx<'_>, user: UserId) -> Result<Option<SecondFactor>> {
    let row = tx.first(
        "SELECT seed_sealed, last_step, confirmed_at FROM second_factors WHERE user_id = $1",
        args![user],
    )?;
    let Some(row) = row else { return Ok(None) };
    let sealed: Vec<u8> = row.get(0)?;
    let owner = user.to_string();
    let opened = seal::open_for_installation(tx, &seed_place(&owner), &sealed)?;
    let seed = Seed::from_bytes(&opened)
        .ok_or_else(|| Error::Impossible("a second factor's seed has another length".into()))?;
    Ok(Some(SecondFactor {
        seed,
        last_step: Some(Step(row.get(1)?)),
        is_confirmed: row.get::<Option<Timestamp>>(2)?.is_some(),
    }))
}

/// Keeps a fresh seed that is not confirmed yet, in place of an unconfirmed one.
/// A confirmed one stays; then it is false.
pub fn propose_second_factor(
    tx: &mut PlatformTx<'_>,
    user: UserId,
    seed: &Seed,
    now: Timestamp,
) -> Result<bool> {
    let owner = user.to_string();
    let sealed = seal::seal_for_installation(tx, &seed_place(&owner), seed.expose(), now)?;
    let kept = tx.execute(
        "INSERT INTO second_factors (user_id, seed_sealed, last_step, confirmed_at, created_at)
         VALUES ($1, $2, 0, NULL, $3)
         ON CONFLICT (user_id) DO UPDATE SET seed_sealed = $2, last_step = 0, created_at = $3
             WHERE second_factors.confirmed_at IS NULL",
        args![user, sealed, now],
    )?;
    Ok(kept == 1)
}

fn seed_place(owner: &str) -> Place<'_> {
    Place { table: "second_factors", column: "seed_sealed", row: owner }
}

/// Uses a code's step up, and confirms the factor by it. False where another
/// request was quicker with the same or a later one.
pub fn use_step(tx: &mut PlatformTx<'_>, user: UserId, step: Step, now: Timestamp) -> Result<bool> {
    let used = tx.execute(
        "UPDATE second_factors SET last_step = $2, confirmed_at = COALESCE(confirmed_at, $3)
         WHERE user_id = $1 AND last_step < $2",
        args![user, step.0, now],
    )?;
    Ok(used == 1)
}

/// Takes a person's second factors and recovery codes away.
pub fn remove_second_factor(
    tx: &mut PlatformTx<'_>,
    user: UserId,
    actor: &Actor,
    now: Timestamp,
) -> Result<()> {
    tx.execute("DELETE FROM second_factors WHERE user_id = $1", args![user])?;
    tx.execute("DELETE FROM passkeys WHERE user_id = $1", args![user])?;
    tx.execute("DELETE FROM recovery_codes WHERE user_id = $1", args![user])?;
    audit::add_platform(tx, actor, &Entry::new("second_factor.removed", user), now)
}

/// Replaces a person's recovery codes; only fingerprints are kept.
pub fn replace_recovery_codes(
    tx: &mut PlatformTx<'_>,
    user: UserId,
    codes: &[Secret],
    now: Timestamp,
) -> Result<()> {
    tx.execute("DELETE FROM recovery_codes WHERE user_id = $1", args![user])?;
    for code in codes {
        tx.execute(
            "INSERT INTO recovery_codes (user_id, hash, used_at, created_at) VALUES ($1, $2, NULL, $3)",
            args![user, fingerprint(code), now],
        )?;
    }
    Ok(())
}

/// Uses a recovery code up; false where it is none, or was used.
pub fn use_recovery_code(
    tx: &mut PlatformTx<'_>,
    user: UserId,
    code: &Secret,
    now: Timestamp,
) -> Result<bool> {
    let used = tx.execute(
        "UPDATE recovery_codes SET used_at = $3 WHERE user_id = $1 AND hash = $2 AND used_at IS NULL",
        args![user, fingerprint(code), now],
    )?;
    Ok(used == 1)
}

/// How many recovery codes a person has left.
pub fn recovery_codes_left(tx: &mut PlatformTx<'_>, user: UserId) -> Result<u32> {
    let row =
        tx.first("SELECT count(*) FROM recovery_codes WHERE user_id = $1 AND used_at IS NULL", args![user])?;
    row.map_or(Ok(0), |row| row.get(0))
}

/// What a link is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Purpose {
    /// Somebody new chooses their first password.
    Invitation,
    /// Somebody forgot theirs.
    Reset,
}

impl Purpose {
    /// The word in the database and in addresses.
    pub fn word(self) -> &'static str {
        match self {
            Self::Invitation => "invitation",
            Self::Reset => "reset",
        }
    }

    /// How long a link of this kind opens.
    pub fn life(self) -> SignedDuration {
        match self {
            Self::Invitation => SignedDuration::from_hours(24 * 7),
            Self::Reset => SignedDuration::from_hours(1),
        }
    }
}

/// Keeps a link's fingerprint; earlier links of the person open no longer.
pub fn create_link(
    tx: &mut PlatformTx<'_>,
    user: UserId,
    purpose: Purpose,
    secret: &Secret,
    actor: &Actor,
    now: Timestamp,
) -> Result<()> {
    tx.execute("DELETE FROM password_links WHERE user_id = $1", args![user])?;
    tx.execute(
        "INSERT INTO password_links (hash, user_id, purpose, expires_at, used_at, created_at)
         VALUES ($1, $2, $3, $4, NULL, $5)",
        args![fingerprint(secret), user, purpose.word(), now + purpose.life(), now],
    )?;
    let action = match purpose {
        Purpose::Invitation => "user.invited",
        Purpose::Reset => "password.reset_offered",
    };
    audit::add_platform(tx, actor, &Entry::new(action, user), now)
}

/// For whom a link opens at `now`.
pub fn find_link(
    tx: &mut PlatformTx<'_>,
    purpose: Purpose,
    secret: &Secret,
    now: Timestamp,
) -> Result<Option<UserId>> {
    let row = tx.first(
        "SELECT l.user_id FROM password_links l JOIN users u ON u.id = l.user_id
         WHERE l.hash = $1 AND l.purpose = $2 AND l.used_at IS NULL AND l.expires_at > $3 AND u.active",
        args![fingerprint(secret), purpose.word(), now],
    )?;
    row.map(|row| row.get(0)).transpose()
}

/// Uses a link up; false where another request was quicker.
pub fn use_link(tx: &mut PlatformTx<'_>, secret: &Secret, now: Timestamp) -> Result<bool> {
    let used = tx.execute(
        "UPDATE password_links SET used_at = $2 WHERE hash = $1 AND used_at IS NULL AND expires_at > $2",
        args![fingerprint(secret), now],
    )?;
    Ok(used == 1)
}
