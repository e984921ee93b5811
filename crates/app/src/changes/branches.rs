//! Places of business, when they are open, and holidays.

use askpro_domain::{
    availability::{HoursOverride, Opening, WeeklyHours},
    business::Branch,
    ids::BranchId,
    language::Language,
    policy::Policy,
};
use askpro_store::{
    CompanyTx,
    audit::{self, Entry},
    business_changes::{self, Of},
    lists::business::{Branches, ListedBranch},
    schedule,
};
use serde_json::{Value as Json, json};

use super::{
    By, Change, Rule, Stop, after,
    fields::{NAME_AT_MOST, exceptions, line, phone, some_line, weekly, zone_name},
    found,
};

/// The longest address of a place, in characters.
const ADDRESS_AT_MOST: usize = 300;

/// A branch is opened.
#[derive(Clone, Debug)]
pub struct NewBranch {
    /// As people call it.
    pub name: String,
    /// IANA zone.
    pub zone: String,
    /// In which its callers are spoken to.
    pub language: Language,
    /// Where a person can be reached.
    pub phone: Option<String>,
    /// Street and town.
    pub address: Option<String>,
    /// When it is open; `None` says nothing.
    pub hours: Option<WeeklyHours>,
    /// Holidays and other exceptions.
    pub exceptions: Vec<HoursOverride>,
}

impl Change for NewBranch {
    type Done = ListedBranch;

    fn carry_out(&self, tx: &mut CompanyTx<'_>, by: &By) -> Result<ListedBranch, Stop> {
        let branch = Branch {
            id: BranchId::new(by.now, by.chance.as_ref()),
            company: tx.company_id(),
            name: line("name", &self.name, NAME_AT_MOST)?,
            zone: zone_name("zone", &self.zone)?,
            language: self.language,
            phone: self.phone.as_ref().map(|text| phone("phone", text)).transpose()?,
            address: some_line("address", self.address.as_ref(), ADDRESS_AT_MOST)?,
            policy: Policy::NONE,
            revision: 1,
        };
        let opening = Opening {
            hours: self.hours.as_ref().map(|hours| weekly("hours", hours)).transpose()?,
            exceptions: exceptions("exceptions", &self.exceptions)?,
        };
        schedule::create_branch(tx, &branch, &by.actor, by.now)?;
        if opening != Opening::default() {
            business_changes::write_branch(tx, &branch, &opening, true)?;
        }
        after(tx, &Branches { id: Some(branch.id), ..Branches::default() })
    }
}

/// A branch is changed; what is `None` stays.
#[derive(Clone, Debug)]
pub struct ChangeBranch {
    /// Which one.
    pub id: BranchId,
    /// The revision that was seen.
    pub revision: Option<u32>,
    /// As people call it.
    pub name: Option<String>,
    /// IANA zone.
    pub zone: Option<String>,
    /// In which its callers are spoken to.
    pub language: Option<Language>,
    /// Where a person can be reached; the inner `None` takes it away.
    pub phone: Option<Option<String>>,
    /// Street and town; the inner `None` takes it away.
    pub address: Option<Option<String>>,
    /// When it is open; the inner `None` says nothing any more.
    pub hours: Option<Option<WeeklyHours>>,
    /// Holidays and other exceptions, all of them.
    pub exceptions: Option<Vec<HoursOverride>>,
    /// Whether it is in use.
    pub active: Option<bool>,
}

impl Change for ChangeBranch {
    type Done = ListedBranch;

    fn carry_out(&self, tx: &mut CompanyTx<'_>, by: &By) -> Result<ListedBranch, Stop> {
        let wanted = Branches { id: Some(self.id), ..Branches::default() };
        let known = found(tx, &wanted, self.revision, |row| row.branch.revision)?;
        let before = shown(&known);
        let ListedBranch { branch, opening, is_active } = known;
        let will_be_active = self.active.unwrap_or(is_active);
        if is_active && !will_be_active {
            let count = business_changes::coming(tx, Of::Branch(branch.id), by.now)?;
            if count > 0 {
                return Err(Rule::HasComingAppointments { count }.into());
            }
        }
        let branch = Branch {
            name: match &self.name {
                Some(name) => line("name", name, NAME_AT_MOST)?,
                None => branch.name,
            },
            zone: match &self.zone {
                Some(zone) => zone_name("zone", zone)?,
                None => branch.zone,
            },
            language: self.language.unwrap_or(branch.language),
            phone: match &self.phone {
                Some(given) => given.as_ref().map(|text| phone("phone", text)).transpose()?,
                None => branch.phone,
            },
            address: match &self.address {
                Some(given) => some_line("address", given.as_ref(), ADDRESS_AT_MOST)?,
                None => branch.address,
            },
            ..branch
        };
        let opening = Opening {
            hours: match &self.hours {
                Some(given) => given.as_ref().map(|hours| weekly("hours", hours)).transpose()?,
                None => opening.hours,
            },
            exceptions: match &self.exceptions {
                Some(given) => exceptions("exceptions", given)?,
                None => opening.exceptions,
            },
        };
        business_changes::write_branch(tx, &branch, &opening, will_be_active)?;
        let changed = after(tx, &Branches { id: Some(branch.id), ..Branches::default() })?;
        let entry = Entry::new("branch.changed", branch.id).before(before).after(shown(&changed));
        audit::add(tx, &by.actor, &entry, by.now)?;
        Ok(changed)
    }
}

/// What the record keeps of a branch.
fn shown(row: &ListedBranch) -> Json {
    let ListedBranch { branch, opening, is_active } = row;
    let exceptions: Vec<String> = opening.exceptions.iter().map(|one| one.date.to_string()).collect();
    json!({ "name": branch.name, "zone": branch.zone, "language": branch.language.tag(), "phone": branch.phone,
        "address": branch.address, "has_hours": opening.hours.is_some(), "exceptions": exceptions,
        "active": is_active })
}
