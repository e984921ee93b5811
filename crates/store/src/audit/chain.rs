//! The linker: joins entries into their company's chain, within a second of
//! their transaction and never inside it (a chain's head in the booking
//! transaction costs two thirds of its throughput).
//!
//! A link is a stamp over place, entry, the entry's own stamp and the link before.
//! It cannot be made without the key ring, so whoever owns the database alone can
//! neither change an entry nor move, remove or slip in one without a link that
//! does not fit. Heads that leave the machine show when a whole end was cut off.

use std::collections::BTreeMap;

use askpro_domain::ids::CompanyId;
use jiff::Timestamp;
use uuid::Uuid;

use super::row::{COLUMNS, Row};
use crate::{PlatformTx, args, engine::Engine, error::Result, seal, tx::sealed::Raw, value::Value};

/// What the stamps of links are for.
const PURPOSE: &str = "audit link";

/// Entries linked in one transaction at most: on SQLite bookings wait for it.
const ENTRIES_AT_ONCE: u32 = 256;

/// Entries written by one statement.
const ROWS_A_STATEMENT: usize = 32;

/// PostgreSQL's lock under which one linker works; a random number that nothing
/// else in the database takes.
const LINKER_LOCK: i64 = 0x4c69_6e6b_6572_0001;

/// Where a chain ends.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Head {
    /// Whose chain; `None` is the installation's.
    pub company: Option<CompanyId>,
    /// How many entries it has.
    pub seq: i64,
    /// The last link.
    pub link: Vec<u8>,
}

/// The id of a company's chain, or of the installation's.
pub(super) fn chain_id(company: Option<CompanyId>) -> Uuid {
    company.map_or(Uuid::nil(), |company| company.0)
}

/// One link as it is stamped.
pub(super) struct Link<'a> {
    pub(super) company: Option<CompanyId>,
    pub(super) seq: i64,
    pub(super) entry: Uuid,
    pub(super) entry_stamp: &'a [u8],
    pub(super) vouched: bool,
    pub(super) before: &'a [u8],
}

impl Link<'_> {
    fn with_parts<T>(&self, use_them: impl FnOnce(&[&[u8]]) -> T) -> T {
        use_them(&[
            chain_id(self.company).as_bytes(),
            &self.seq.to_be_bytes(),
            self.entry.as_bytes(),
            self.entry_stamp,
            &[u8::from(self.vouched)],
            self.before,
        ])
    }

    fn stamp(&self, tx: &mut PlatformTx<'_>, now: Timestamp) -> Result<Vec<u8>> {
        self.with_parts(|parts| match self.company {
            Some(company) => seal::stamp(tx, company, PURPOSE, parts),
            None => seal::stamp_for_installation(tx, PURPOSE, parts, now),
        })
    }

    pub(super) fn is_stamped(&self, tx: &mut PlatformTx<'_>, stamp: &[u8]) -> Result<bool> {
        self.with_parts(|parts| seal::is_stamped(tx, self.company, PURPOSE, parts, stamp))
    }
}

/// Links what waits, at most [`ENTRIES_AT_ONCE`]; how many that were. Another
/// process that is linking is left to it.
pub fn link(tx: &mut PlatformTx<'_>, now: Timestamp) -> Result<usize> {
    if tx.engine() == Engine::Postgres {
        let row = tx.first("SELECT pg_try_advisory_xact_lock($1)", args![LINKER_LOCK])?;
        if !row.is_some_and(|row| row.get(0).unwrap_or(false)) {
            return Ok(0);
        }
    }
    let waiting = tx.query(
        &format!(
            "SELECT {COLUMNS} FROM audit_unlinked u JOIN audit a ON a.id = u.audit_id
             ORDER BY u.audit_id LIMIT $1"
        ),
        args![ENTRIES_AT_ONCE],
    )?;
    let mut heads: BTreeMap<Uuid, (i64, Vec<u8>, bool)> = BTreeMap::new();
    let mut links: Vec<Vec<Value>> = Vec::with_capacity(waiting.len());
    let mut entries: Vec<Value> = Vec::with_capacity(waiting.len());
    for waiting in &waiting {
        let (row, entry_stamp) = Row::read(waiting, 0)?;
        let chain = chain_id(row.company);
        let (last, before, is_beginning) = match heads.remove(&chain) {
            Some(head) => head,
            None => match head(tx, row.company)? {
                Some(head) => (head.seq, head.link, false),
                None => (0, Vec::new(), true),
            },
        };
        // A chain that begins takes over what an earlier release wrote.
        let vouched = row.is_stamped(tx, &entry_stamp)? || (is_beginning && row.is_hashed(&entry_stamp));
        let seq = last + 1;
        let stamp = Link {
            company: row.company,
            seq,
            entry: row.id,
            entry_stamp: &entry_stamp,
            vouched,
            before: &before,
        }
        .stamp(tx, now)?;
        links.push(args![chain, seq, row.company, row.id, vouched, stamp.clone(), now].to_vec());
        entries.push(row.id.into());
        heads.insert(chain, (seq, stamp, is_beginning));
    }
    for some in links.chunks(ROWS_A_STATEMENT) {
        let rows: Vec<String> = (0..some.len()).map(|row| placeholders(row * 7, 7)).collect();
        tx.execute(
            &format!(
                "INSERT INTO audit_links (chain, seq, company_id, audit_id, vouched, link, linked_at) VALUES {}",
                rows.join(", ")
            ),
            &some.concat(),
        )?;
    }
    for some in entries.chunks(ROWS_A_STATEMENT) {
        tx.execute(
            &format!("DELETE FROM audit_unlinked WHERE audit_id IN {}", placeholders(0, some.len())),
            some,
        )?;
    }
    Ok(waiting.len())
}

/// `($4, $5, $6)` for three after the first three.
fn placeholders(before: usize, count: usize) -> String {
    let names: Vec<String> = (before + 1..=before + count).map(|number| format!("${number}")).collect();
    format!("({})", names.join(", "))
}

/// Where a chain ends; `None` where nothing is linked yet.
pub fn head(tx: &mut PlatformTx<'_>, company: Option<CompanyId>) -> Result<Option<Head>> {
    let row = tx.first(
        "SELECT seq, link FROM audit_links WHERE chain = $1 ORDER BY seq DESC LIMIT 1",
        args![chain_id(company)],
    )?;
    row.map(|row| Ok(Head { company, seq: row.get(0)?, link: row.get(1)? })).transpose()
}

/// Where every chain ends: the installation's, and those of companies by id.
pub fn heads(tx: &mut PlatformTx<'_>) -> Result<Vec<Head>> {
    let mut found = Vec::new();
    for company in chains(tx)? {
        found.extend(head(tx, company)?);
    }
    Ok(found)
}

/// Whose chains there may be.
pub(super) fn chains(tx: &mut PlatformTx<'_>) -> Result<Vec<Option<CompanyId>>> {
    let companies = tx.query("SELECT id FROM companies ORDER BY id", &[])?;
    let mut chains = vec![None];
    for row in &companies {
        chains.push(Some(row.get(0)?));
    }
    Ok(chains)
}

/// How many entries wait for their link.
pub fn waiting(tx: &mut PlatformTx<'_>) -> Result<u64> {
    let row = tx.first("SELECT count(*) FROM audit_unlinked", &[])?;
    let count: i64 = row.map_or(Ok(0), |row| row.get(0))?;
    Ok(u64::try_from(count).unwrap_or(0))
}
