//! What this database is, written into it once.

use uuid::Uuid;

use crate::{
    Reads,
    error::{Error, Result},
    migrate::Environment,
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
    read(tx).map(drop)
}
