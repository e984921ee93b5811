//! What roles may do as it is stored. The program says what a role may do at most;
//! what is stored can only take away from that, so no row ever opens a door.

use askpro_domain::{
    access::{Membership, Permission, Rights, Role},
    actor::Actor,
    ids::{CompanyId, UserId},
};
use jiff::Timestamp;
use serde_json::json;

use crate::{
    PlatformTx, args,
    audit::{self, Entry},
    error::Result,
    tx::sealed::Raw,
    value::Row,
};

/// Where somebody may do what, for a statement that names memberships `m`; read by
/// [`membership`]. Whatever was taken away is asked along, so that rights cost no
/// statement of their own.
pub(crate) const MEMBERSHIP: &str = "m.company_id, m.role,
    (SELECT string_agg(p.permission, ' ') FROM role_permissions p
     WHERE p.role = m.role AND p.narrowed_at IS NOT NULL),
    (SELECT string_agg(n.permission, ' ') FROM narrowed_rights n
     WHERE n.company_id = m.company_id AND n.role = m.role)";

/// The membership whose columns begin at `first`; `None` where the person has none.
pub(crate) fn membership(row: &Row, first: usize) -> Result<Option<Membership>> {
    if row.get::<Option<String>>(first + 1)?.is_none() {
        return Ok(None);
    }
    let mut narrowed = Rights::default();
    for column in [first + 2, first + 3] {
        let words: Option<String> = row.get(column)?;
        // A permission of a newer release is none of ours to take away.
        for permission in words.unwrap_or_default().split(' ').filter_map(Permission::parse) {
            narrowed = narrowed.with(permission);
        }
    }
    Ok(Some(Membership {
        company: row.get::<Option<CompanyId>>(first)?,
        role: row.word(first + 1, Role::parse)?,
        narrowed,
    }))
}

/// Where a person may do what.
pub(crate) fn memberships(tx: &mut PlatformTx<'_>, user: UserId) -> Result<Vec<Membership>> {
    let rows = tx.query(
        &format!("SELECT {MEMBERSHIP} FROM memberships m WHERE m.user_id = $1 LIMIT 1000"),
        args![user],
    )?;
    Ok(rows.iter().map(|row| membership(row, 0)).collect::<Result<Vec<_>>>()?.into_iter().flatten().collect())
}

/// A difference between what was stored and what this program knows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Difference {
    /// New with this program.
    Added(Role, Permission),
    /// This program knows it no longer.
    Removed(Role, Permission),
    /// A person took it away; it stays so.
    StaysNarrowed(Role, Permission),
}

/// Brings what is stored to what this program knows. What a person narrowed stays
/// narrow; run again it changes nothing.
pub fn seed(tx: &mut PlatformTx<'_>, actor: &Actor, now: Timestamp) -> Result<Vec<Difference>> {
    let stored = tx.query("SELECT role, permission, narrowed_at FROM role_permissions", &[])?;
    let mut known = Vec::with_capacity(stored.len());
    let mut differences = Vec::new();
    for row in &stored {
        let (role, word): (Role, String) = (row.word(0, Role::parse)?, row.get(1)?);
        match Permission::parse(&word).filter(|one| role.permissions().contains(one)) {
            Some(permission) => {
                known.push((role, permission));
                if row.get::<Option<Timestamp>>(2)?.is_some() {
                    differences.push(Difference::StaysNarrowed(role, permission));
                }
            }
            None => {
                tx.execute(
                    "DELETE FROM role_permissions WHERE role = $1 AND permission = $2",
                    args![role.word(), &word],
                )?;
                if let Some(permission) = Permission::parse(&word) {
                    differences.push(Difference::Removed(role, permission));
                }
            }
        }
    }
    for role in Role::ALL {
        for permission in role.permissions().iter().filter(|one| !known.contains(&(*role, **one))) {
            tx.execute(
                "INSERT INTO role_permissions (role, permission, narrowed_at, created_at) VALUES ($1, $2, NULL, $3)
                 ON CONFLICT DO NOTHING",
                args![role.word(), permission.word(), now],
            )?;
            differences.push(Difference::Added(*role, *permission));
        }
    }
    if differences.iter().any(|one| !matches!(one, Difference::StaysNarrowed(..))) {
        audit::add_platform(tx, actor, &Entry::new("permissions.seeded", "role_permissions"), now)?;
    }
    Ok(differences)
}

/// Takes a permission away from a role, everywhere or in one company, or gives it
/// back; never more than the program gives. Whoever has the role signs in anew.
/// False where it was so already.
pub fn narrow(
    tx: &mut PlatformTx<'_>,
    (role, permission): (Role, Permission),
    company: Option<CompanyId>,
    taken_away: bool,
    actor: &Actor,
    now: Timestamp,
) -> Result<bool> {
    let (role_word, word) = (role.word(), permission.word());
    let changed = match (company, taken_away) {
        (None, true) => {
            tx.execute(
                "INSERT INTO role_permissions (role, permission, narrowed_at, created_at) VALUES ($1, $2, NULL, $3)
                 ON CONFLICT DO NOTHING",
                args![role_word, word, now],
            )?;
            tx.execute(
                "UPDATE role_permissions SET narrowed_at = $3
                 WHERE role = $1 AND permission = $2 AND narrowed_at IS NULL",
                args![role_word, word, now],
            )?
        }
        (None, false) => tx.execute(
            "UPDATE role_permissions SET narrowed_at = NULL
             WHERE role = $1 AND permission = $2 AND narrowed_at IS NOT NULL",
            args![role_word, word],
        )?,
        (Some(company), true) => tx.execute(
            "INSERT INTO narrowed_rights (company_id, role, permission, created_at) VALUES ($1, $2, $3, $4)
             ON CONFLICT DO NOTHING",
            args![company, role_word, word, now],
        )?,
        (Some(company), false) => tx.execute(
            "DELETE FROM narrowed_rights WHERE company_id = $1 AND role = $2 AND permission = $3",
            args![company, role_word, word],
        )?,
    };
    if changed == 0 {
        return Ok(false);
    }
    let ended = "UPDATE sessions SET revoked_at = $1 WHERE revoked_at IS NULL AND user_id IN (
                     SELECT user_id FROM memberships WHERE role = $2";
    match company {
        Some(company) => {
            tx.execute(&format!("{ended} AND company_id = $3)"), args![now, role_word, company])?
        }
        None => tx.execute(&format!("{ended})"), args![now, role_word])?,
    };
    let action = if taken_away { "right.narrowed" } else { "right.restored" };
    let company = company.map(|company| company.to_string());
    let entry = Entry::new(action, role_word).after(json!({ "permission": word, "company": company }));
    audit::add_platform(tx, actor, &entry, now)?;
    Ok(true)
}

/// What was taken away: everywhere, or in the company that is named.
pub fn narrowed(tx: &mut PlatformTx<'_>) -> Result<Vec<(Role, Permission, Option<CompanyId>)>> {
    let rows = tx.query(
        "SELECT role, permission, NULL AS company_id FROM role_permissions WHERE narrowed_at IS NOT NULL
         UNION ALL SELECT role, permission, company_id FROM narrowed_rights ORDER BY 1, 2 LIMIT 10000",
        &[],
    )?;
    let mut found = Vec::with_capacity(rows.len());
    for row in &rows {
        if let Some(permission) = Permission::parse(&row.get::<String>(1)?) {
            found.push((row.word(0, Role::parse)?, permission, row.get(2)?));
        }
    }
    Ok(found)
}
