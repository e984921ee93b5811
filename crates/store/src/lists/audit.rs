//! The record of changes.

use askpro_domain::ids::CompanyId;
use jiff::Timestamp;
use uuid::Uuid;

use super::{Behind, Lists, Order, Wanted};
use crate::{Reads, audit, error::Result, value::Row};

/// Entries, the latest first. The platform sees those of the installation too.
#[derive(Clone, Debug, Default)]
pub struct Entries {
    /// Only this one.
    pub id: Option<Uuid>,
    /// At or after.
    pub from: Option<Timestamp>,
    /// Before.
    pub to: Option<Timestamp>,
    /// Only by this actor.
    pub actor: Option<String>,
    /// Only this action.
    pub action: Option<String>,
    /// Only about this.
    pub subject: Option<String>,
    /// Behind this place.
    pub after: Option<Behind>,
}

/// An entry as lists show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its id.
    pub id: Uuid,
    /// Of which company; `None` is the installation.
    pub company: Option<CompanyId>,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: String,
    /// What.
    pub action: String,
    /// To what.
    pub subject: String,
    /// More about it; `None` where there is nothing, or where its key was destroyed.
    pub detail: Option<String>,
}

impl Lists for Entries {
    type Row = Entry;

    fn list<T: Reads>(&self, tx: &mut T, limit: u32) -> Result<Vec<Entry>> {
        let mut wanted = Wanted::seen(tx, "e.company_id");
        wanted.and_if("e.id = ?", self.id);
        wanted.and_if("e.at >= ?", self.from);
        wanted.and_if("e.at < ?", self.to);
        wanted.and_if("e.actor = ?", self.actor.as_ref());
        wanted.and_if("e.action = ?", self.action.as_ref());
        wanted.and_if("e.subject = ?", self.subject.as_ref());
        wanted.behind("e.at", "e.id", Order::Falling, self.after);
        let select =
            "SELECT e.id, e.company_id, e.at, e.actor, e.action, e.subject, e.detail_sealed FROM audit e";
        let rows = wanted.rows(tx, select, "ORDER BY e.at DESC, e.id DESC", limit)?;
        rows.iter().map(|row| entry(tx, row)).collect()
    }
}

fn entry(tx: &mut impl Reads, row: &Row) -> Result<Entry> {
    let (id, company): (Uuid, Option<CompanyId>) = (row.get(0)?, row.get(1)?);
    let detail = match (row.get::<Option<Vec<u8>>>(6)?, company) {
        // A record outlives what it may show: an erased person's detail is gone, the entry stays.
        (Some(sealed), Some(company)) => audit::opened(tx, company, id, &sealed).ok(),
        _ => None,
    };
    Ok(Entry {
        id,
        company,
        at: row.get(2)?,
        actor: row.get(3)?,
        action: row.get(4)?,
        subject: row.get(5)?,
        detail,
    })
}
