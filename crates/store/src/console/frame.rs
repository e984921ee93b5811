use askpro_domain::ids::{BranchId, CompanyId, UserId};
use jiff::Timestamp;

use crate::{CompanyTx, PlatformTx, args, error::Result, tx::sealed::Raw, value::Value};

/// Companies to switch between that are listed at most.
const COMPANIES_AT_MOST: u32 = 1_000;

/// A person's name, and companies in order of the alphabet: of these, or of all.
pub fn reader(
    tx: &mut PlatformTx<'_>,
    user: UserId,
    of: Option<&[CompanyId]>,
) -> Result<(String, Vec<(CompanyId, String)>)> {
    let mut arguments: Vec<Value> = vec![user.into(), COMPANIES_AT_MOST.into()];
    let chosen = match of {
        None => String::new(),
        Some(ids) => {
            arguments.extend(ids.iter().map(|id| Value::from(*id)));
            let places: Vec<String> = (3..=arguments.len()).map(|place| format!("${place}")).collect();
            format!("AND c.id IN ({})", if places.is_empty() { "NULL".to_owned() } else { places.join(", ") })
        }
    };
    let sql = format!(
        "SELECT u.name, c.id, c.name FROM users u LEFT JOIN companies c ON c.active {chosen}
         WHERE u.id = $1 ORDER BY c.name, c.id LIMIT $2"
    );
    let rows = tx.query(&sql, &arguments)?;
    let name = rows.first().map_or(Ok(String::new()), |row| row.get(0))?;
    let mut companies = Vec::with_capacity(rows.len());
    for row in &rows {
        if let Some(id) = row.get::<Option<CompanyId>>(1)? {
            companies.push((id, row.get(2)?));
        }
    }
    Ok((name, companies))
}

/// What stands beside the entries of the navigation.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Counts {
    /// Calls that run.
    pub calls: u32,
    /// Tasks that are open.
    pub tasks: u32,
}

/// Counts calls that run, as far as they began after `since`, and open tasks; in
/// one branch or in all. What belongs to no branch counts in each.
pub fn counts(tx: &mut CompanyTx<'_>, branch: Option<BranchId>, since: Timestamp) -> Result<Counts> {
    let here = if branch.is_some() { "AND (branch_id = $3 OR branch_id IS NULL)" } else { "" };
    let sql = format!(
        "SELECT (SELECT count(*) FROM calls
                 WHERE company_id = $1 AND stage = 'ongoing' AND started_at > $2 {here}),
                (SELECT count(*) FROM tasks WHERE company_id = $1 AND status = 'open' {here})"
    );
    let company = tx.company_id();
    let row = match branch {
        Some(branch) => tx.first(&sql, args![company, since, branch])?,
        None => tx.first(&sql, args![company, since])?,
    };
    match row {
        Some(row) => Ok(Counts { calls: row.get(0)?, tasks: row.get(1)? }),
        None => Ok(Counts::default()),
    }
}
