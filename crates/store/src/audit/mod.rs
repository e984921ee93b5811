//! The record of what was changed, by whom. A row is written inside the
//! transaction that changes something and carries its own stamp; rows are only
//! ever added. [`chain`] links them afterwards, [`verify`] looks whether all of it
//! still stands as it was written.

pub mod chain;
mod row;
pub mod verify;

use std::fmt::Display;

use askpro_domain::{
    actor::Actor,
    ids::{CompanyId, CustomerId, uuid_v7},
};
use jiff::Timestamp;
use row::Row;
use serde_json::{Map, Value as Json};
use uuid::Uuid;

use crate::{
    CompanyTx, PlatformTx, Reads, args,
    error::{Error, Result},
    seal::{self, Place},
    tx::sealed::Raw,
};

/// The longest reason or remark that is kept, in characters.
const NOTE_AT_MOST: usize = 2_000;

/// What happened, to what. Before and after are sealed, and what looks like a
/// secret is masked in them.
///
/// ```
/// # use askpro_store::audit::Entry;
/// # use serde_json::json;
/// # let branch = "0192";
/// Entry::new("branch.changed", branch)
///     .before(json!({ "phone": null }))
///     .after(json!({ "phone": "+4930123" }));
/// ```
#[derive(Clone, Debug)]
pub struct Entry {
    action: String,
    subject: String,
    customer: Option<CustomerId>,
    before: Option<Json>,
    after: Option<Json>,
    note: Option<String>,
}

impl Entry {
    /// Something happened (`branch.changed`) to what has this id.
    pub fn new(action: &str, subject: impl Display) -> Self {
        Self {
            action: action.to_owned(),
            subject: subject.to_string(),
            customer: None,
            before: None,
            after: None,
            note: None,
        }
    }

    /// What it was before.
    #[must_use]
    pub fn before(self, before: Json) -> Self {
        Self { before: Some(masked(before)), ..self }
    }

    /// What it is now.
    #[must_use]
    pub fn after(self, after: Json) -> Self {
        Self { after: Some(masked(after)), ..self }
    }

    /// Why, in the words of whoever did it.
    #[must_use]
    pub fn note(self, note: Option<&str>) -> Self {
        Self { note: note.map(|note| note.chars().take(NOTE_AT_MOST).collect()), ..self }
    }

    /// It tells something about this customer: erasing them makes the details
    /// unreadable, while the entry itself stands.
    #[must_use]
    pub fn about(self, customer: CustomerId) -> Self {
        Self { customer: Some(customer), ..self }
    }

    /// What is sealed: from where, about whom, before, after, why. `None` where there is nothing.
    fn detail(&self, actor: &Actor) -> Option<String> {
        let mut detail = Map::new();
        let parts = [
            ("from", actor.from.clone().map(Json::String)),
            ("customer", self.customer.map(|id| Json::String(id.to_string()))),
            ("before", self.before.clone()),
            ("after", self.after.clone()),
            ("note", self.note.clone().map(Json::String)),
        ];
        for (name, value) in parts {
            if let Some(value) = value {
                detail.insert(name.into(), value);
            }
        }
        (!detail.is_empty()).then(|| Json::Object(detail).to_string())
    }
}

/// Words that name a secret, wherever they stand in a field's name.
const SECRET_WORDS: [&str; 8] =
    ["key", "secret", "password", "token", "cookie", "seed", "signature", "authorization"];

/// What a secret's field shows.
const MASK: &str = "…";

/// The same with every text masked whose field is named like a secret's. Typed
/// secrets cannot come here at all; this is for what was never typed as one.
fn masked(value: Json) -> Json {
    match value {
        Json::Object(fields) => Json::Object(
            fields
                .into_iter()
                .map(|(name, value)| {
                    let lower = name.to_ascii_lowercase();
                    let is_secret =
                        !lower.ends_with("hint") && SECRET_WORDS.iter().any(|word| lower.contains(word));
                    let value = match value {
                        Json::String(_) if is_secret => Json::String(MASK.into()),
                        other => masked(other),
                    };
                    (name, value)
                })
                .collect(),
        ),
        Json::Array(items) => Json::Array(items.into_iter().map(masked).collect()),
        other => other,
    }
}

/// Adds an entry to the company's record.
pub fn add(tx: &mut CompanyTx<'_>, actor: &Actor, entry: &Entry, now: Timestamp) -> Result<()> {
    let company = tx.company_id();
    let id = uuid_v7(now, tx.seals().chance().as_ref());
    let row = id.to_string();
    let detail = match entry.detail(actor) {
        Some(detail) => Some(match entry.customer {
            Some(customer) => seal::seal_for_customer(tx, customer, &place(&row), detail.as_bytes(), now)?,
            None => seal::seal(tx, company, &place(&row), detail.as_bytes())?,
        }),
        None => None,
    };
    insert(tx, id, Some(company), actor, entry, detail, now, |tx, row| row.stamp(tx, company))
}

/// The detail of an entry.
pub(crate) fn opened(tx: &mut impl Reads, company: CompanyId, id: Uuid, sealed: &[u8]) -> Result<String> {
    let text = seal::open(tx, company, &place(&id.to_string()), sealed)?;
    String::from_utf8(text).map_err(|_| Error::Impossible("audit.detail_sealed".into()))
}

/// Adds an entry about the installation itself.
pub fn add_platform(tx: &mut PlatformTx<'_>, actor: &Actor, entry: &Entry, now: Timestamp) -> Result<()> {
    let id = uuid_v7(now, tx.seals().chance().as_ref());
    let row = id.to_string();
    let detail = match entry.detail(actor) {
        Some(detail) => Some(seal::seal_for_installation(tx, &place(&row), detail.as_bytes(), now)?),
        None => None,
    };
    insert(tx, id, None, actor, entry, detail, now, |tx, row| row.stamp_for_installation(tx, now))
}

fn place(row: &str) -> Place<'_> {
    Place { table: "audit", column: "detail_sealed", row }
}

#[expect(clippy::too_many_arguments, reason = "what an entry consists of, and how it is stamped")]
fn insert<T: Raw>(
    tx: &mut T,
    id: Uuid,
    company: Option<CompanyId>,
    actor: &Actor,
    entry: &Entry,
    detail: Option<Vec<u8>>,
    now: Timestamp,
    stamp: impl FnOnce(&mut T, &Row) -> Result<Vec<u8>>,
) -> Result<()> {
    let row = Row {
        id,
        company,
        at: now,
        actor: actor.who.to_string(),
        action: entry.action.clone(),
        subject: entry.subject.clone(),
        detail_hash: detail.as_deref().map(row::detail_hash).unwrap_or_default(),
    };
    let stamp = stamp(tx, &row)?;
    tx.execute(
        "INSERT INTO audit (id, company_id, at, actor, action, subject, detail_sealed, row_hash)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        args![id, company, now, row.actor, row.action, row.subject, detail, stamp],
    )?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_named_like_a_secret_is_masked_at_any_depth() {
        let entry = Entry::new("connection.changed", "conn_x")
            .before(json!({ "name": "Retell", "api_key": "key_123", "key_hint": "…123" }))
            .after(json!({ "list": [{ "webhookSecret": "abc", "keys": 2 }] }))
            .note(Some(&"n".repeat(NOTE_AT_MOST + 1)));
        let detail = entry.detail(&Actor::system("test").at("192.0.2.1")).unwrap();
        let detail: Json = serde_json::from_str(&detail).unwrap();
        assert_eq!(detail["before"], json!({ "name": "Retell", "api_key": "…", "key_hint": "…123" }));
        assert_eq!(detail["after"], json!({ "list": [{ "webhookSecret": "…", "keys": 2 }] }));
        assert_eq!(detail["from"], "192.0.2.1");
        assert_eq!(detail["note"].as_str().map(str::len), Some(NOTE_AT_MOST));
        assert!(Entry::new("x", "y").detail(&Actor::system("test")).is_none());
    }
}
