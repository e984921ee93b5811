use askpro_domain::ids::{BranchId, CompanyId};
use jiff::Timestamp;

use crate::{
    CompanyTx, PlatformTx, args,
    error::Result,
    tx::sealed::Raw,
    value::{Row, Value},
};

/// Companies to switch between that are listed at most.
const COMPANIES_AT_MOST: u32 = 1_000;

/// The names of companies, in order of the alphabet: of these, or of all.
pub fn companies(tx: &mut PlatformTx<'_>, of: Option<&[CompanyId]>) -> Result<Vec<(CompanyId, String)>> {
    let mut arguments: Vec<Value> = vec![COMPANIES_AT_MOST.into()];
    let chosen = match of {
        None => String::new(),
        Some([]) => return Ok(Vec::new()),
        Some(ids) => {
            arguments.extend(ids.iter().map(|id| Value::from(*id)));
            let places: Vec<String> = (2..=arguments.len()).map(|place| format!("${place}")).collect();
            format!("AND id IN ({})", places.join(", "))
        }
    };
    let sql = format!("SELECT id, name FROM companies WHERE active {chosen} ORDER BY name, id LIMIT $1");
    tx.query(&sql, &arguments)?.iter().map(|row: &Row| Ok((row.get(0)?, row.get(1)?))).collect()
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
