//! Phone numbers: where each rings.

use askpro_domain::ids::{BranchId, ConnectionId, PhoneNumberId};
use askpro_store::{
    CompanyTx,
    audit::{self, Entry},
    connections::{self, ConnectionKind},
    lists::business::{ListedNumber, PhoneNumbers},
    phone_numbers::{self, PhoneNumber},
    schedule,
};
use serde_json::{Value as Json, json};

use super::{
    Because, By, Change, Stop, after,
    fields::{NAME_AT_MOST, line, phone, some_line, unfit},
    found,
};

/// A number is written down.
#[derive(Clone, Debug)]
pub struct NewPhoneNumber {
    /// As people write it.
    pub number: String,
    /// At which Retell workspace.
    pub connection: ConnectionId,
    /// Which branch is meant when it is rung.
    pub branch: BranchId,
    /// Which agent answers; `None` leaves it to the number's own at the provider.
    pub agent: Option<String>,
    /// A number or `latest_published`.
    pub agent_version: Option<String>,
    /// Where calls go when no agent can take them.
    pub fallback: Option<String>,
}

/// A version that is fixed on purpose: never `latest`, which may be a draft.
fn version(text: &str) -> Result<String, Stop> {
    let text = line("agent_version", text, 20)?;
    let is_number = !text.starts_with('0') && text.len() <= 9 && text.bytes().all(|b| b.is_ascii_digit());
    if text == "latest_published" || text == "0" || is_number {
        Ok(text)
    } else {
        Err(unfit("agent_version", Because::NoSuchWord).into())
    }
}

fn branch(tx: &mut CompanyTx<'_>, id: BranchId) -> Result<BranchId, Stop> {
    match schedule::find_branch(tx, id)? {
        Some(branch) => Ok(branch.id),
        None => Err(unfit("branch_id", Because::Unknown).into()),
    }
}

impl Change for NewPhoneNumber {
    type Done = ListedNumber;

    fn carry_out(&self, tx: &mut CompanyTx<'_>, by: &By) -> Result<ListedNumber, Stop> {
        let known = connections::find(tx, &self.connection)?;
        if known.is_none_or(|connection| connection.kind != ConnectionKind::Retell) {
            return Err(unfit("connection_id", Because::Unknown).into());
        }
        let number = PhoneNumber {
            id: PhoneNumberId::new(by.now, by.chance.as_ref()),
            connection: self.connection.clone(),
            branch: branch(tx, self.branch)?,
            number: phone("number", &self.number)?,
            agent: some_line("agent_id", self.agent.as_ref(), NAME_AT_MOST)?,
            agent_version: self.agent_version.as_deref().map(version).transpose()?,
            fallback: self.fallback.as_ref().map(|text| phone("fallback_number", text)).transpose()?,
        };
        phone_numbers::insert(tx, &number, &by.actor, by.now)?;
        after(tx, &PhoneNumbers { id: Some(number.id), ..PhoneNumbers::default() })
    }
}

/// A number rings elsewhere; what is `None` stays.
#[derive(Clone, Debug)]
pub struct ChangePhoneNumber {
    /// Which one.
    pub id: PhoneNumberId,
    /// The revision that was seen.
    pub revision: Option<u32>,
    /// Which branch is meant when it is rung.
    pub branch: Option<BranchId>,
    /// Which agent answers; the inner `None` leaves it to the provider.
    pub agent: Option<Option<String>>,
    /// A number or `latest_published`.
    pub agent_version: Option<Option<String>>,
    /// Where calls go when no agent can take them.
    pub fallback: Option<Option<String>>,
}

impl Change for ChangePhoneNumber {
    type Done = ListedNumber;

    fn carry_out(&self, tx: &mut CompanyTx<'_>, by: &By) -> Result<ListedNumber, Stop> {
        let wanted = PhoneNumbers { id: Some(self.id), ..PhoneNumbers::default() };
        let known = found(tx, &wanted, self.revision, |row| row.revision)?.number;
        let before = shown(&known);
        let number = PhoneNumber {
            branch: match self.branch {
                Some(id) => branch(tx, id)?,
                None => known.branch,
            },
            agent: match &self.agent {
                Some(given) => some_line("agent_id", given.as_ref(), NAME_AT_MOST)?,
                None => known.agent,
            },
            agent_version: match &self.agent_version {
                Some(given) => given.as_deref().map(version).transpose()?,
                None => known.agent_version,
            },
            fallback: match &self.fallback {
                Some(given) => given.as_ref().map(|text| phone("fallback_number", text)).transpose()?,
                None => known.fallback,
            },
            ..known
        };
        phone_numbers::write(tx, &number)?;
        let entry = Entry::new("phone_number.changed", self.id).before(before).after(shown(&number));
        audit::add(tx, &by.actor, &entry, by.now)?;
        after(tx, &wanted)
    }
}

fn shown(number: &PhoneNumber) -> Json {
    json!({ "branch_id": number.branch.to_string(), "agent_id": number.agent,
        "agent_version": number.agent_version, "fallback_number": number.fallback })
}
