//! What this database is, written into it once.

use uuid::Uuid;

use crate::{
    PlatformTx, Reads,
    error::{Error, Result},
    migrate::Environment,
    tx::sealed::Raw,
};

/// The one row of the table `installation`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Installation {
    /// Made at the first migration; tells copies apart from strangers.
    pub id: Uuid,
    /// What the database is for.
    pub environment: Environment,
}

/// Reads the mark.
pub fn read(tx: &mut impl Reads) -> Result<Installation> {
    let row = tx
        .first("SELECT id, environment FROM installation", &[])?
        .ok_or_else(|| Error::Impossible("the table installation is empty".into()))?;
    Ok(Installation { id: row.get(0)?, environment: row.word(1, Environment::parse)? })
}

/// Asks for something that every healthy database can answer.
pub fn ping(tx: &mut impl Reads) -> Result<()> {
    read(tx)?;
    tx.first("SELECT id FROM companies LIMIT 1", &[]).map(drop)
}

/// A text that changes whenever something of any business changes: its branches,
/// people, services, connections or numbers. Cheap to ask for.
pub fn businesses_mark(tx: &mut PlatformTx<'_>) -> Result<String> {
    let mut mark = String::new();
    for table in ["companies", "branches", "staff", "services", "connections", "phone_numbers"] {
        let row = tx
            .first(&format!("SELECT count(*), coalesce(sum(revision), 0) FROM {table}"), &[])?
            .ok_or_else(|| Error::Impossible("a count without a row".into()))?;
        let (count, revisions): (i64, i64) = (row.get(0)?, row.get(1)?);
        mark.push_str(&format!("{count}.{revisions} "));
    }
    Ok(mark)
}
