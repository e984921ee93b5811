//! One entry as it is stamped: every column with its length in front. The sealed
//! detail enters by its own hash, so that erasing a person (destroying a key, or
//! even the bytes) leaves the entry provable.

use askpro_domain::ids::CompanyId;
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{
    PlatformTx,
    error::Result,
    seal::{self, associated},
    tx::sealed::Raw,
    value,
};

/// What the stamps of entries are for.
const PURPOSE: &str = "audit entry";

/// An entry without its detail, which enters by its hash.
pub(super) struct Row {
    pub(super) id: Uuid,
    pub(super) company: Option<CompanyId>,
    pub(super) at: Timestamp,
    pub(super) actor: String,
    pub(super) action: String,
    pub(super) subject: String,
    pub(super) detail_hash: Vec<u8>,
}

/// SHA-256 of a sealed detail.
pub(super) fn detail_hash(detail: &[u8]) -> Vec<u8> {
    Sha256::digest(detail).to_vec()
}

/// The columns that [`Row::read`] reads, in their order; `a` is the entry.
pub(super) const COLUMNS: &str =
    "a.id, a.company_id, a.at, a.actor, a.action, a.subject, a.detail_sealed, a.row_hash";

impl Row {
    /// Reads an entry and its stamp, from column `first` on.
    pub(super) fn read(row: &value::Row, first: usize) -> Result<(Self, Vec<u8>)> {
        let entry = Self {
            id: row.get(first)?,
            company: row.get(first + 1)?,
            at: row.get(first + 2)?,
            actor: row.get(first + 3)?,
            action: row.get(first + 4)?,
            subject: row.get(first + 5)?,
            detail_hash: row
                .get::<Option<Vec<u8>>>(first + 6)?
                .map(|detail| detail_hash(&detail))
                .unwrap_or_default(),
        };
        Ok((entry, row.get(first + 7)?))
    }

    fn with_parts<T>(&self, use_them: impl FnOnce(&[&[u8]]) -> T) -> T {
        let company = self.company.map(|id| id.0.as_bytes().to_vec()).unwrap_or_default();
        use_them(&[
            self.id.as_bytes(),
            &company,
            &self.at.as_microsecond().to_be_bytes(),
            self.actor.as_bytes(),
            self.action.as_bytes(),
            self.subject.as_bytes(),
            &self.detail_hash,
        ])
    }

    pub(super) fn stamp(&self, tx: &mut dyn Raw, company: CompanyId) -> Result<Vec<u8>> {
        self.with_parts(|parts| seal::stamp(tx, company, PURPOSE, parts))
    }

    pub(super) fn stamp_for_installation(&self, tx: &mut PlatformTx<'_>, now: Timestamp) -> Result<Vec<u8>> {
        self.with_parts(|parts| seal::stamp_for_installation(tx, PURPOSE, parts, now))
    }

    /// Whether this program wrote the entry exactly so.
    pub(super) fn is_stamped(&self, tx: &mut PlatformTx<'_>, stamp: &[u8]) -> Result<bool> {
        self.with_parts(|parts| seal::is_stamped(tx, self.company, PURPOSE, parts, stamp))
    }

    /// Whether a plain hash of an earlier release fits. Anybody can make one, so it
    /// counts only where the chain took it over at its beginning.
    pub(super) fn is_hashed(&self, hash: &[u8]) -> bool {
        self.with_parts(|parts| Sha256::digest(associated(parts)).as_slice() == hash)
    }
}
