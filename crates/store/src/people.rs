//! People who sign in, where they may do what, and their API tokens. These are
//! of the installation, not of a company.

use askpro_domain::{
    access::{Membership, Permission, Principal, Role},
    actor::Actor,
    ids::{CompanyId, StaffId, TokenId, UserId},
    secret::Secret,
    sign_in::SEEN_EVERY,
};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value as Json, json};
use sha2::{Digest, Sha256};

use crate::{
    PlatformTx, args,
    audit::{self, Entry},
    error::{Error, Result},
    rights::{self, MEMBERSHIP, membership},
    sessions,
    tx::sealed::Raw,
    value::Row,
};

/// A person who signs in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// Their id.
    pub id: UserId,
    /// With what they sign in; lower case.
    pub email: String,
    /// As they are called.
    pub name: String,
    /// Argon2id, in PHC form; [`NO_PASSWORD`] where none was chosen yet.
    pub password_hash: String,
    /// Whether they may sign in.
    pub active: bool,
}

/// Stands where a password's hash would; nothing verifies against it.
pub const NO_PASSWORD: &str = "!";

/// Adds a person.
pub fn create_user(tx: &mut PlatformTx<'_>, user: &User, actor: &Actor, now: Timestamp) -> Result<()> {
    tx.execute(
        "INSERT INTO users (id, email, name, password_hash, active, revision, created_at)
         VALUES ($1, $2, $3, $4, $5, 1, $6)",
        args![user.id, &user.email, &user.name, &user.password_hash, user.active, now],
    )?;
    audit::add_platform(tx, actor, &Entry::new("user.created", user.id), now)
}

const USER: &str = "SELECT id, email, name, password_hash, active FROM users";

fn user(row: &Row) -> Result<User> {
    Ok(User {
        id: row.get(0)?,
        email: row.get(1)?,
        name: row.get(2)?,
        password_hash: row.get(3)?,
        active: row.get(4)?,
    })
}

/// The person with an e-mail address, in use or not.
pub fn find_user(tx: &mut PlatformTx<'_>, email: &str) -> Result<Option<User>> {
    tx.first(&format!("{USER} WHERE email = $1"), args![email])?.as_ref().map(user).transpose()
}

/// Everybody, by address, after `after`.
pub fn list_users(tx: &mut PlatformTx<'_>, after: &str, limit: u32) -> Result<Vec<User>> {
    let rows = tx.query(&format!("{USER} WHERE email > $1 ORDER BY email LIMIT $2"), args![after, limit])?;
    rows.iter().map(user).collect()
}

/// The person with an id, in use or not.
pub fn user_by_id(tx: &mut PlatformTx<'_>, id: UserId) -> Result<Option<User>> {
    tx.first(&format!("{USER} WHERE id = $1"), args![id])?.as_ref().map(user).transpose()
}

/// Sets a person's password, where the one they had is still `known`; false where
/// it was changed in the meantime.
pub fn change_password(
    tx: &mut PlatformTx<'_>,
    user: UserId,
    known: &str,
    hash: &str,
    actor: &Actor,
    now: Timestamp,
) -> Result<bool> {
    let changed = tx.execute(
        "UPDATE users SET password_hash = $3, revision = revision + 1 WHERE id = $1 AND password_hash = $2",
        args![user, known, hash],
    )?;
    if changed == 1 {
        audit::add_platform(tx, actor, &Entry::new("password.changed", user), now)?;
    }
    Ok(changed == 1)
}

/// Lets somebody in or keeps them out; out is out at once, in every browser.
pub fn set_active(
    tx: &mut PlatformTx<'_>,
    user: UserId,
    active: bool,
    actor: &Actor,
    now: Timestamp,
) -> Result<()> {
    tx.execute("UPDATE users SET active = $2, revision = revision + 1 WHERE id = $1", args![user, active])?;
    sessions::revoke_all(tx, user, None, now)?;
    let action = if active { "user.enabled" } else { "user.disabled" };
    audit::add_platform(tx, actor, &Entry::new(action, user), now)
}

/// Whether anybody has a role everywhere.
pub fn has_super_admin(tx: &mut PlatformTx<'_>) -> Result<bool> {
    Ok(tx.first("SELECT 1 FROM memberships WHERE role = 'super_admin' LIMIT 1", &[])?.is_some())
}

/// Gives a person a role, in one company or everywhere. `person` ties a staff
/// role to somebody's own calendar. Whoever is signed in signs in anew, because
/// another right may ask for more, a second factor for one.
pub fn add_membership(
    tx: &mut PlatformTx<'_>,
    user: UserId,
    membership: Membership,
    person: Option<StaffId>,
    actor: &Actor,
    now: Timestamp,
) -> Result<()> {
    tx.execute(
        "INSERT INTO memberships (user_id, company_id, role, staff_id, created_at) VALUES ($1, $2, $3, $4, $5)",
        args![user, membership.company, membership.role.word(), person, now],
    )?;
    sessions::revoke_all(tx, user, None, now)?;
    audit::add_platform(tx, actor, &Entry::new("membership.created", user), now)
}

/// Gives a member of a company another role; whose calendar it was tied to is
/// forgotten, and they sign in anew.
pub fn set_role(
    tx: &mut PlatformTx<'_>,
    user: UserId,
    company: CompanyId,
    role: Role,
    actor: &Actor,
    now: Timestamp,
) -> Result<()> {
    tx.execute(
        "UPDATE memberships SET role = $3, staff_id = NULL WHERE user_id = $1 AND company_id = $2 AND role <> $3",
        args![user, company, role.word()],
    )?;
    sessions::revoke_all(tx, user, None, now)?;
    let entry = Entry::new("membership.changed", user).after(json!({ "role": role.word() }));
    audit::add_platform(tx, actor, &entry, now)
}

/// Takes a member's role in a company away; they are signed out.
pub fn remove_membership(
    tx: &mut PlatformTx<'_>,
    user: UserId,
    company: CompanyId,
    actor: &Actor,
    now: Timestamp,
) -> Result<()> {
    tx.execute("DELETE FROM memberships WHERE user_id = $1 AND company_id = $2", args![user, company])?;
    sessions::revoke_all(tx, user, None, now)?;
    audit::add_platform(tx, actor, &Entry::new("membership.removed", user), now)
}

/// Where a person may do what.
pub fn memberships(tx: &mut PlatformTx<'_>, user: UserId) -> Result<Vec<Membership>> {
    rights::memberships(tx, user)
}

/// A token's fingerprint. Tokens are 256 random bits, so a plain hash is enough:
/// there is nothing to guess.
pub fn token_hash(token: &Secret) -> Vec<u8> {
    Sha256::digest(token.expose().as_bytes()).to_vec()
}

/// Adds a token; only its fingerprint is kept.
#[expect(clippy::too_many_arguments, reason = "one argument per column, in their order")]
pub fn create_token(
    tx: &mut PlatformTx<'_>,
    id: TokenId,
    user: UserId,
    name: &str,
    token: &Secret,
    expires_at: Timestamp,
    actor: &Actor,
    now: Timestamp,
) -> Result<()> {
    tx.execute(
        "INSERT INTO tokens (id, user_id, name, hash, hint, expires_at, revoked_at, last_used_at, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, NULL, NULL, $7)",
        args![id, user, name, token_hash(token), token.hint(), expires_at, now],
    )?;
    audit::add_platform(tx, actor, &Entry::new("token.created", id), now)
}

/// Leaves a token only some of what its person may.
pub fn narrow_token(tx: &mut PlatformTx<'_>, id: TokenId, scopes: &[Permission]) -> Result<()> {
    let words: Vec<&str> = scopes.iter().map(|permission| permission.word()).collect();
    tx.execute("UPDATE tokens SET scopes = $2 WHERE id = $1", args![id, serde_json::json!(words)])?;
    Ok(())
}

/// Takes a person's token back; false where it is not theirs or was taken back already.
pub fn revoke_token(
    tx: &mut PlatformTx<'_>,
    user: UserId,
    id: TokenId,
    actor: &Actor,
    now: Timestamp,
) -> Result<bool> {
    let revoked = tx.execute(
        "UPDATE tokens SET revoked_at = $3 WHERE id = $1 AND user_id = $2 AND revoked_at IS NULL",
        args![id, user, now],
    )?;
    if revoked == 1 {
        audit::add_platform(tx, actor, &Entry::new("token.revoked", id), now)?;
    }
    Ok(revoked == 1)
}

/// Writes down that a token was used.
pub fn token_used(tx: &mut PlatformTx<'_>, id: TokenId, now: Timestamp) -> Result<()> {
    tx.execute("UPDATE tokens SET last_used_at = $2 WHERE id = $1", args![id, now])?;
    Ok(())
}

/// Whoever holds a token.
#[derive(Clone, Debug)]
pub struct Holder {
    /// Who, with what the token leaves of what they may.
    pub principal: Principal,
    /// Whether the last use that is written down is so old that a new one should be.
    pub is_due: bool,
}

/// Whoever holds this token, where it and they are valid at `now`. Looked up by
/// fingerprint, so that time tells nothing about a token.
pub fn principal_of_token(tx: &mut PlatformTx<'_>, hash: &[u8], now: Timestamp) -> Result<Option<Holder>> {
    let rows = tx.last_query(
        &format!(
            "SELECT t.user_id, t.expires_at, t.id, t.scopes, t.last_used_at, {MEMBERSHIP}
             FROM tokens t JOIN users u ON u.id = t.user_id LEFT JOIN memberships m ON m.user_id = t.user_id
             WHERE t.hash = $1 AND t.revoked_at IS NULL AND u.active
             LIMIT 1000"
        ),
        args![hash],
    )?;
    let Some(first) = rows.first() else { return Ok(None) };
    let expires_at: Timestamp = first.get(1)?;
    if expires_at <= now {
        return Ok(None);
    }
    let scopes: Option<Json> = first.get(3)?;
    let last_used_at: Option<Timestamp> = first.get(4)?;
    let memberships = rows.iter().map(|row| membership(row, 5)).collect::<Result<Vec<_>>>()?;
    let memberships = memberships.into_iter().flatten().map(|one| match &scopes {
        Some(scopes) => narrowed(one, scopes),
        None => one,
    });
    Ok(Some(Holder {
        principal: Principal {
            user: first.get(0)?,
            token: Some(first.get(2)?),
            memberships: memberships.collect(),
        },
        is_due: last_used_at.is_none_or(|at| now.duration_since(at) >= SEEN_EVERY),
    }))
}

/// A membership with nothing beyond these words left of it.
fn narrowed(membership: Membership, scopes: &Json) -> Membership {
    let words: Vec<&str> =
        scopes.as_array().map(|list| list.iter().filter_map(Json::as_str).collect()).unwrap_or_default();
    let lost = Permission::ALL.iter().filter(|permission| !words.contains(&permission.word()));
    let narrowed = lost.fold(membership.narrowed, |lost, permission| lost.with(*permission));
    Membership { narrowed, ..membership }
}

/// How long a token may live at most.
pub const TOKEN_LIFE_AT_MOST: SignedDuration = SignedDuration::from_hours(24 * 366);

/// Refuses a life that is over before it begins or too long.
pub fn token_expiry(now: Timestamp, life: SignedDuration) -> Result<Timestamp> {
    if life <= SignedDuration::ZERO || life > TOKEN_LIFE_AT_MOST {
        return Err(Error::Unfit("a token lives between one minute and 366 days".into()));
    }
    now.checked_add(life).map_err(|_| Error::Unfit("a token cannot live that long".into()))
}
