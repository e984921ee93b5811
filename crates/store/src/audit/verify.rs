//! Whether the record still stands as it was written. Everything that does not is
//! named: what was changed, removed, moved or slipped in.

use std::fmt;

use askpro_domain::ids::CompanyId;
use uuid::Uuid;

use super::{
    chain::{Head, Link, chain_id, chains},
    row::{COLUMNS, Row},
};
use crate::{PlatformTx, args, error::Result, tx::sealed::Raw};

/// Links read at once.
const PAGE: u32 = 500;

/// Findings told per chain; past that only their number.
pub const FINDINGS_AT_MOST: usize = 100;

/// Something in the record that this program did not leave so.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Finding {
    /// The entry says something else than what was written.
    Changed {
        /// Its place in the chain.
        seq: i64,
        /// The entry.
        entry: Uuid,
    },
    /// The entry is gone.
    Removed {
        /// Its place in the chain.
        seq: i64,
        /// The entry.
        entry: Uuid,
    },
    /// The entry stands at another place than the one where it was linked, or a
    /// neighbour of it was exchanged.
    Moved {
        /// The place.
        seq: i64,
        /// What stands there.
        entry: Uuid,
    },
    /// Places of the chain are empty.
    Missing {
        /// The first of them.
        seq: i64,
        /// How many.
        count: i64,
    },
    /// The entry was not written by this program.
    Inserted {
        /// The entry.
        entry: Uuid,
    },
    /// The entry has no link although none waits to be made.
    Unlinked {
        /// The entry.
        entry: Uuid,
    },
    /// The chain ends before the place that was written down outside, or has
    /// another link there.
    CutOff {
        /// The place that was written down.
        seq: i64,
    },
}

impl Finding {
    /// The kind in one word.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Changed { .. } => "changed",
            Self::Removed { .. } => "removed",
            Self::Moved { .. } => "reordered",
            Self::Missing { .. } => "missing",
            Self::Inserted { .. } => "inserted",
            Self::Unlinked { .. } => "unlinked",
            Self::CutOff { .. } => "cut_off",
        }
    }

    /// The entry it is about, where one is known.
    pub fn entry(&self) -> Option<Uuid> {
        match self {
            Self::Changed { entry, .. }
            | Self::Removed { entry, .. }
            | Self::Moved { entry, .. }
            | Self::Inserted { entry }
            | Self::Unlinked { entry } => Some(*entry),
            Self::Missing { .. } | Self::CutOff { .. } => None,
        }
    }

    /// The place in the chain, where one is known.
    pub fn seq(&self) -> Option<i64> {
        match self {
            Self::Changed { seq, .. }
            | Self::Removed { seq, .. }
            | Self::Moved { seq, .. }
            | Self::Missing { seq, .. }
            | Self::CutOff { seq } => Some(*seq),
            Self::Inserted { .. } | Self::Unlinked { .. } => None,
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Changed { seq, entry } => write!(f, "entry {entry} at place {seq} was changed"),
            Self::Removed { seq, entry } => write!(f, "entry {entry} at place {seq} was removed"),
            Self::Moved { seq, entry } => {
                write!(f, "entry {entry} does not belong at place {seq}: the order was changed")
            }
            Self::Missing { seq, count } => write!(f, "{count} links are missing from place {seq} on"),
            Self::Inserted { entry } => write!(f, "entry {entry} was not written by AskPro"),
            Self::Unlinked { entry } => write!(f, "entry {entry} has lost its link"),
            Self::CutOff { seq } => {
                write!(f, "the chain does not have at place {seq} what was written down outside")
            }
        }
    }
}

/// What became of a chain.
#[derive(Clone, Debug)]
pub struct Chain {
    /// Whose; `None` is the installation's.
    pub company: Option<CompanyId>,
    /// Entries linked.
    pub entries: i64,
    /// Entries that wait for their link.
    pub waiting: i64,
    /// What was found, at most [`FINDINGS_AT_MOST`].
    pub findings: Vec<Finding>,
    /// How many were found in all.
    pub found: usize,
}

impl Chain {
    fn tell(&mut self, finding: Finding) {
        self.found += 1;
        if self.findings.len() < FINDINGS_AT_MOST {
            self.findings.push(finding);
        }
    }
}

/// Looks through every chain; `outside` are heads that were written down elsewhere.
pub fn all(tx: &mut PlatformTx<'_>, outside: &[Head]) -> Result<Vec<Chain>> {
    let mut known = chains(tx)?;
    // A company that is gone altogether is still known outside.
    for head in outside {
        if !known.contains(&head.company) {
            known.push(head.company);
        }
    }
    known.into_iter().map(|company| one(tx, company, outside)).collect()
}

/// Looks through one chain.
pub fn one(tx: &mut PlatformTx<'_>, company: Option<CompanyId>, outside: &[Head]) -> Result<Chain> {
    let mut chain = Chain { company, entries: 0, waiting: 0, findings: Vec::new(), found: 0 };
    let noted: Vec<&Head> = outside.iter().filter(|head| head.company == company).collect();
    let mut fitting = vec![false; noted.len()];
    let (mut last, mut before) = (0_i64, Vec::new());
    loop {
        let links = tx.query(
            &format!(
                "SELECT l.seq, l.audit_id, l.vouched, l.link, {COLUMNS}
                 FROM audit_links l LEFT JOIN audit a ON a.id = l.audit_id
                 WHERE l.chain = $1 AND l.seq > $2 ORDER BY l.seq LIMIT $3"
            ),
            args![chain_id(company), last, PAGE],
        )?;
        let Some(end) = links.last() else { break };
        let end: i64 = end.get(0)?;
        for found in &links {
            let (seq, entry, vouched): (i64, Uuid, bool) = (found.get(0)?, found.get(1)?, found.get(2)?);
            let link: Vec<u8> = found.get(3)?;
            if seq != last + 1 {
                chain.tell(Finding::Missing { seq: last + 1, count: seq - last - 1 });
            }
            for (head, fits) in noted.iter().zip(&mut fitting) {
                *fits |= head.seq == seq && head.link == link;
            }
            let told = chain.found;
            if found.get::<Option<Uuid>>(4)?.is_none() {
                chain.tell(Finding::Removed { seq, entry });
            } else {
                let (row, entry_stamp) = Row::read(found, 4)?;
                let is_ours = row.is_stamped(tx, &entry_stamp)? || (vouched && row.is_hashed(&entry_stamp));
                if !vouched {
                    chain.tell(Finding::Inserted { entry });
                } else if !is_ours || row.company != company {
                    chain.tell(Finding::Changed { seq, entry });
                }
                let link_as_made =
                    Link { company, seq, entry, entry_stamp: &entry_stamp, vouched, before: &before };
                // After a gap the link before is unknown: the gap has been told.
                if chain.found == told && seq == last + 1 && !link_as_made.is_stamped(tx, &link)? {
                    chain.tell(Finding::Moved { seq, entry });
                }
            }
            chain.entries += 1;
            (last, before) = (seq, link);
        }
        debug_assert_eq!(last, end);
    }
    for (head, fits) in noted.iter().zip(fitting) {
        if !fits {
            chain.tell(Finding::CutOff { seq: head.seq });
        }
    }
    without_link(tx, &mut chain)?;
    Ok(chain)
}

/// What stands in the record without a link: it waits, or somebody was here.
fn without_link(tx: &mut PlatformTx<'_>, chain: &mut Chain) -> Result<()> {
    let mut after = Uuid::nil();
    loop {
        let rows = tx.query(
            &format!(
                "SELECT u.audit_id, {COLUMNS} FROM audit a
                 LEFT JOIN audit_links l ON l.audit_id = a.id
                 LEFT JOIN audit_unlinked u ON u.audit_id = a.id
                 WHERE l.audit_id IS NULL AND a.id > $1 AND {} ORDER BY a.id LIMIT $2",
                if chain.company.is_some() { "a.company_id = $3" } else { "a.company_id IS NULL" }
            ),
            &match chain.company {
                Some(company) => args![after, PAGE, company].to_vec(),
                None => args![after, PAGE].to_vec(),
            },
        )?;
        let Some(end) = rows.last() else { return Ok(()) };
        after = end.get(1)?;
        for found in &rows {
            let (row, stamp) = Row::read(found, 1)?;
            let waits = found.get::<Option<Uuid>>(0)?.is_some();
            if row.is_stamped(tx, &stamp)? {
                if waits {
                    chain.waiting += 1;
                } else {
                    chain.tell(Finding::Unlinked { entry: row.id });
                }
            } else if waits && chain.entries == 0 && row.is_hashed(&stamp) {
                // An earlier release's, before the chain begins.
                chain.waiting += 1;
            } else {
                chain.tell(Finding::Inserted { entry: row.id });
            }
        }
    }
}
