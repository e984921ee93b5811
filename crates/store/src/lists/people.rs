//! People who sign in, and their tokens. They belong to the installation, so a
//! company's people are found by their memberships there.

use askpro_domain::{
    access::{Membership, Permission, Role},
    ids::{CompanyId, StaffId, TokenId, UserId},
};
use jiff::Timestamp;
use serde_json::Value as Json;

use super::Wanted;
use crate::{PlatformTx, args, error::Result, people, tx::sealed::Raw, value::Row};

/// Which people a list wants, by id.
#[derive(Clone, Debug, Default)]
pub struct Users {
    /// Only whoever has a role in this company; of their roles only that one is shown.
    pub company: Option<CompanyId>,
    /// Only this one.
    pub id: Option<UserId>,
    /// Behind this one.
    pub after: Option<UserId>,
}

/// A person as lists show them: never anything of their password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedUser {
    /// Their id.
    pub id: UserId,
    /// With what they sign in.
    pub email: String,
    /// As they are called.
    pub name: String,
    /// Whether they may sign in.
    pub is_active: bool,
    /// Raised at each change.
    pub revision: u32,
    /// Since when they are known.
    pub created_at: Timestamp,
    /// Where they may do what.
    pub memberships: Vec<Membership>,
}

/// The people a list wants.
pub fn users(tx: &mut PlatformTx<'_>, filter: &Users, limit: u32) -> Result<Vec<ListedUser>> {
    let mut wanted = Wanted::seen(tx, "");
    wanted.and_if(
        "EXISTS (SELECT 1 FROM memberships m WHERE m.user_id = u.id AND m.company_id = ?)",
        filter.company,
    );
    wanted.and_if("u.id = ?", filter.id);
    wanted.and_if("u.id > ?", filter.after);
    let select = "SELECT u.id, u.email, u.name, u.active, u.revision, u.created_at FROM users u";
    let rows = wanted.rows(tx, select, "ORDER BY u.id", limit)?;
    let mut found = Vec::with_capacity(rows.len());
    for row in &rows {
        let id: UserId = row.get(0)?;
        let mut memberships = people::memberships(tx, id)?;
        if let Some(company) = filter.company {
            memberships.retain(|one| one.company == Some(company));
        }
        found.push(ListedUser {
            id,
            email: row.get(1)?,
            name: row.get(2)?,
            is_active: row.get(3)?,
            revision: row.get(4)?,
            created_at: row.get(5)?,
            memberships,
        });
    }
    Ok(found)
}

/// Whose calendar a person has as their own, by company: the staff that their
/// role there was tied to.
pub fn own_calendars(tx: &mut PlatformTx<'_>, user: UserId) -> Result<Vec<(CompanyId, StaffId)>> {
    let rows = tx.query(
        "SELECT company_id, staff_id FROM memberships
         WHERE user_id = $1 AND company_id IS NOT NULL AND staff_id IS NOT NULL LIMIT 1000",
        args![user],
    )?;
    rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect()
}

/// Ties a person's role in a company to somebody's calendar there; false where
/// they have no such role.
pub fn give_calendar(
    tx: &mut PlatformTx<'_>,
    user: UserId,
    company: CompanyId,
    staff: StaffId,
    role: Role,
) -> Result<bool> {
    let tied = tx.execute(
        "UPDATE memberships SET staff_id = $3 WHERE user_id = $1 AND company_id = $2 AND role = $4",
        args![user, company, staff, role.word()],
    )?;
    Ok(tied == 1)
}

/// Which of a person's tokens a list wants, by id.
#[derive(Clone, Debug)]
pub struct Tokens {
    /// Whose.
    pub user: UserId,
    /// Only this one.
    pub id: Option<TokenId>,
    /// Behind this one.
    pub after: Option<TokenId>,
}

/// A token as its owner sees it: never the token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedToken {
    /// Its id.
    pub id: TokenId,
    /// What it is for.
    pub name: String,
    /// Its last characters.
    pub hint: String,
    /// What it may do of what its person may; `None` is all of it.
    pub scopes: Option<Vec<Permission>>,
    /// Until when it opens anything.
    pub expires_at: Timestamp,
    /// When it was taken back.
    pub revoked_at: Option<Timestamp>,
    /// When it was last used, to the minute.
    pub last_used_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
}

/// A person's tokens.
pub fn tokens(tx: &mut PlatformTx<'_>, filter: &Tokens, limit: u32) -> Result<Vec<ListedToken>> {
    let mut wanted = Wanted::seen(tx, "");
    wanted.and("t.user_id = ?", filter.user);
    wanted.and_if("t.id = ?", filter.id);
    wanted.and_if("t.id > ?", filter.after);
    let select = "SELECT t.id, t.name, t.hint, t.expires_at, t.revoked_at, t.last_used_at, t.created_at,
         t.scopes FROM tokens t";
    wanted.rows(tx, select, "ORDER BY t.id", limit)?.iter().map(token).collect()
}

fn token(row: &Row) -> Result<ListedToken> {
    let scopes: Option<Json> = row.get(7)?;
    let known = |list: &Vec<Json>| -> Vec<Permission> {
        list.iter().filter_map(|word| Permission::parse(word.as_str()?)).collect()
    };
    Ok(ListedToken {
        id: row.get(0)?,
        scopes: scopes.as_ref().and_then(Json::as_array).map(known),
        name: row.get(1)?,
        hint: row.get(2)?,
        expires_at: row.get(3)?,
        revoked_at: row.get(4)?,
        last_used_at: row.get(5)?,
        created_at: row.get(6)?,
    })
}
