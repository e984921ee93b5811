//! Changing the master key. Only wrapped keys are written anew: those of
//! companies, of customers and of the installation. What they seal stays as it is,
//! so the work grows with the number of keys and not with what is stored.
//!
//! A key is replaced only where it still is what was read, so rotations side by
//! side do no harm, and one that was killed is gone on with by the next: what is
//! left is whatever is not under the active key.

use askpro_domain::ids::CompanyId;
use uuid::Uuid;

use super::{INSTALLATION, Wrapped};
use crate::{
    PlatformTx, args,
    engine::Statements,
    error::{Error, Result},
    migrate::on_its_own,
    tx::sealed::Raw,
    value::Row,
};

/// Where wrapped keys stand.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Keys {
    /// One per company.
    Companies,
    /// One per customer of whom something personal is kept.
    Customers,
    /// The installation's own.
    Installation,
}

impl Keys {
    /// All of them, in the order in which they are rotated.
    pub const ALL: [Self; 3] = [Self::Installation, Self::Companies, Self::Customers];

    /// Their table.
    pub fn table(self) -> &'static str {
        match self {
            Self::Companies => "data_keys",
            Self::Customers => "customer_keys",
            Self::Installation => "installation_keys",
        }
    }

    fn kind(self) -> Wrapped {
        match self {
            Self::Companies | Self::Installation => Wrapped::Data,
            Self::Customers => Wrapped::Customer,
        }
    }
}

/// How many keys of one table are wrapped by one master key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Share {
    /// Which table.
    pub keys: Keys,
    /// The master key's id, as the ring writes it.
    pub master: String,
    /// How many.
    pub count: u64,
}

/// By which master keys everything is wrapped.
pub fn shares(tx: &mut PlatformTx<'_>) -> Result<Vec<Share>> {
    let mut found = Vec::new();
    for keys in Keys::ALL {
        // The second to the ninth byte name the master key.
        let rows = tx.query(
            &format!("SELECT substr(wrapped, 2, 8), count(*) FROM {} GROUP BY 1 ORDER BY 1", keys.table()),
            &[],
        )?;
        for row in &rows {
            let count: i64 = row.get(1)?;
            found.push(Share { keys, master: master(row)?, count: u64::try_from(count).unwrap_or(0) });
        }
    }
    Ok(found)
}

fn master(row: &Row) -> Result<String> {
    let id: Vec<u8> = row.get(0)?;
    Ok(id.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// The master keys by which the keys of companies and of the installation are
/// wrapped; empty for a database that has none yet. Asked before anything is
/// opened, on a connection of its own; blocks the calling thread.
pub fn masters_in_use(url: &str) -> Result<Vec<String>> {
    on_its_own(url, |on: &mut dyn Statements| {
        let rows = on.query(
            "SELECT DISTINCT substr(wrapped, 2, 8) FROM data_keys
             UNION SELECT DISTINCT substr(wrapped, 2, 8) FROM installation_keys",
            &[],
        )?;
        rows.iter().map(master).collect()
    })
}

/// What one step of a rotation did.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rewrapped {
    /// Keys written anew by this step.
    pub changed: u64,
    /// Where the next step goes on; `None` at the end of the table.
    pub next: Option<Uuid>,
}

/// Wraps keys of one table by the active master key, at most `limit`, after the
/// key `after`.
pub fn rewrap(tx: &mut PlatformTx<'_>, keys: Keys, after: Uuid, limit: u32) -> Result<Rewrapped> {
    let (table, kind) = (keys.table(), keys.kind());
    let ring = tx.seals().ring();
    let active = ring.active().0.to_vec();
    let company = if keys == Keys::Installation { "NULL" } else { "company_id" };
    let rows = tx.query(
        &format!(
            "SELECT id, {company}, wrapped FROM {table}
             WHERE id > $1 AND substr(wrapped, 2, 8) <> $2 ORDER BY id LIMIT $3"
        ),
        args![after, active, limit],
    )?;
    let mut changed = 0;
    let mut next = None;
    for row in &rows {
        let (id, wrapped): (Uuid, Vec<u8>) = (row.get(0)?, row.get(2)?);
        let company = row.get::<Option<CompanyId>>(1)?.unwrap_or(INSTALLATION);
        let key = ring.unwrap(kind, company, id, &wrapped).map_err(Error::from)?;
        let anew = ring.wrap(kind, company, id, &key, tx.seals().chance.as_ref());
        changed += tx.execute(
            &format!("UPDATE {table} SET wrapped = $3 WHERE id = $1 AND wrapped = $2"),
            args![id, wrapped, anew],
        )?;
        next = Some(id);
    }
    let is_last = rows.len() < usize::try_from(limit).unwrap_or(usize::MAX);
    Ok(Rewrapped { changed, next: if is_last { None } else { next } })
}
