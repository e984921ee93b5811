//! A company's phone numbers: where each rings.

use askpro_domain::{
    actor::Actor,
    ids::{BranchId, CompanyId, ConnectionId, PhoneNumberId},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    CompanyTx, Reads, args,
    audit::{self, Entry},
    error::Result,
    tx::sealed::Raw,
    value::Row,
};

/// A number, and who answers it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhoneNumber {
    /// Its id.
    pub id: PhoneNumberId,
    /// At which Retell workspace.
    pub connection: ConnectionId,
    /// Which branch is meant when it is rung.
    pub branch: BranchId,
    /// E.164.
    pub number: String,
    /// Which agent answers; `None` leaves it to the number's own at the provider.
    pub agent: Option<String>,
    /// Which version of it: a number or `latest_published`.
    pub agent_version: Option<String>,
    /// Where calls go when no agent can take them.
    pub fallback: Option<String>,
}

/// Numbers of one company that are looked at.
const AT_MOST: u32 = 1_000;

/// Adds a number.
pub fn insert(tx: &mut CompanyTx<'_>, number: &PhoneNumber, actor: &Actor, now: Timestamp) -> Result<()> {
    tx.execute(
        "INSERT INTO phone_numbers (id, company_id, connection_id, branch_id, number, agent_id, agent_version,
             fallback_number, revision, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1, $9)",
        args![
            number.id,
            tx.company_id(),
            number.connection.as_str(),
            number.branch,
            &number.number,
            number.agent.as_ref(),
            number.agent_version.as_ref(),
            number.fallback.as_ref(),
            now
        ],
    )?;
    audit::add(tx, actor, &Entry::new("phone_number.created", number.id), now)
}

/// Writes a number as it is to ring. The number itself and where it belongs stay.
pub fn write(tx: &mut CompanyTx<'_>, number: &PhoneNumber) -> Result<()> {
    tx.execute(
        "UPDATE phone_numbers SET branch_id = $3, agent_id = $4, agent_version = $5, fallback_number = $6,
             revision = revision + 1
         WHERE company_id = $1 AND id = $2",
        args![
            tx.company_id(),
            number.id,
            number.branch,
            number.agent.as_ref(),
            number.agent_version.as_ref(),
            number.fallback.as_ref()
        ],
    )?;
    Ok(())
}

/// The numbers of a company's connection.
pub fn of_connection(
    tx: &mut impl Reads,
    company: CompanyId,
    connection: &ConnectionId,
) -> Result<Vec<PhoneNumber>> {
    let rows = tx.query(
        "SELECT id, connection_id, branch_id, number, agent_id, agent_version, fallback_number FROM phone_numbers
         WHERE company_id = $1 AND connection_id = $2 ORDER BY number LIMIT $3",
        args![company, connection.as_str(), AT_MOST],
    )?;
    rows.iter().map(phone_number).collect()
}

pub(crate) fn phone_number(row: &Row) -> Result<PhoneNumber> {
    Ok(PhoneNumber {
        id: row.get(0)?,
        connection: row.word(1, ConnectionId::parse)?,
        branch: row.get(2)?,
        number: row.get(3)?,
        agent: row.get(4)?,
        agent_version: row.get(5)?,
        fallback: row.get(6)?,
    })
}
