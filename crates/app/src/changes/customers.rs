//! Who books: added, changed, and two records of one person made one.

use askpro_domain::{business::Customer, ids::CustomerId};
use askpro_store::{
    CompanyTx,
    audit::{self, Entry},
    customers,
    lists::customers::{Customers, ListedCustomer},
};
use serde_json::{Value as Json, json};

use super::{
    Because, By, Change, Refusal, Rule, Stop, after,
    fields::{NAME_AT_MOST, email, line, phone, unfit},
    found,
};

/// Somebody is written down.
#[derive(Clone, Debug)]
pub struct NewCustomer {
    /// Full name.
    pub name: String,
    /// As people write it.
    pub phone: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
}

impl NewCustomer {
    /// Writes them down.
    pub(super) fn insert(&self, tx: &mut CompanyTx<'_>, by: &By) -> Result<Customer, Stop> {
        let customer = Customer {
            id: CustomerId::new(by.now, by.chance.as_ref()),
            name: line("name", &self.name, NAME_AT_MOST)?,
            phone: self.phone.as_ref().map(|text| phone("phone", text)).transpose()?,
            email: self.email.as_ref().map(|text| email("email", text)).transpose()?,
        };
        customers::insert(tx, &customer, by.now)?;
        let entry = Entry::new("customer.created", customer.id).about(customer.id);
        audit::add(tx, &by.actor, &entry, by.now)?;
        Ok(customer)
    }
}

impl Change for NewCustomer {
    type Done = ListedCustomer;

    fn carry_out(&self, tx: &mut CompanyTx<'_>, by: &By) -> Result<ListedCustomer, Stop> {
        let customer = self.insert(tx, by)?;
        after(tx, &Customers::only(customer.id))
    }
}

/// A record is changed; what is `None` stays.
#[derive(Clone, Debug)]
pub struct ChangeCustomer {
    /// Whose.
    pub id: CustomerId,
    /// The revision that was seen.
    pub revision: Option<u32>,
    /// Full name.
    pub name: Option<String>,
    /// The number; the inner `None` takes it away.
    pub phone: Option<Option<String>>,
    /// The e-mail address; the inner `None` takes it away.
    pub email: Option<Option<String>>,
}

impl Change for ChangeCustomer {
    type Done = ListedCustomer;

    fn carry_out(&self, tx: &mut CompanyTx<'_>, by: &By) -> Result<ListedCustomer, Stop> {
        let known = unmerged(tx, self.id, self.revision)?;
        let customer = Customer {
            id: self.id,
            name: match &self.name {
                Some(name) => line("name", name, NAME_AT_MOST)?,
                None => known.customer.name.clone(),
            },
            phone: match &self.phone {
                Some(given) => given.as_ref().map(|text| phone("phone", text)).transpose()?,
                None => known.customer.phone.clone(),
            },
            email: match &self.email {
                Some(given) => given.as_ref().map(|text| email("email", text)).transpose()?,
                None => known.customer.email.clone(),
            },
        };
        customers::write(tx, &customer)?;
        let entry = Entry::new("customer.changed", self.id)
            .about(self.id)
            .before(shown(&known.customer))
            .after(shown(&customer));
        audit::add(tx, &by.actor, &entry, by.now)?;
        after(tx, &Customers::only(self.id))
    }
}

fn shown(customer: &Customer) -> Json {
    json!({ "name": customer.name, "phone": customer.phone, "email": customer.email })
}

/// A record that stands for itself.
fn unmerged(tx: &mut CompanyTx<'_>, id: CustomerId, revision: Option<u32>) -> Result<ListedCustomer, Stop> {
    let row = found(tx, &Customers::only(id), revision, |row| row.revision)?;
    if row.merged_into.is_some() { Err(Rule::Merged.into()) } else { Ok(row) }
}

/// Two records are of one person: this one keeps what it has, gets what it lacks
/// and all appointments; the other one steps back.
#[derive(Clone, Debug)]
pub struct MergeCustomers {
    /// The record that stays.
    pub id: CustomerId,
    /// The revision of it that was seen.
    pub revision: Option<u32>,
    /// The record that steps back.
    pub other: CustomerId,
}

impl Change for MergeCustomers {
    type Done = ListedCustomer;

    fn carry_out(&self, tx: &mut CompanyTx<'_>, by: &By) -> Result<ListedCustomer, Stop> {
        if self.id == self.other {
            return Err(Rule::SameCustomer.into());
        }
        let kept = unmerged(tx, self.id, self.revision)?;
        let other = match unmerged(tx, self.other, None) {
            Err(Stop::Refused(Refusal::NotFound)) => {
                return Err(unfit("other_id", Because::Unknown).into());
            }
            other => other?,
        };
        let merge = customers::merge(tx, &kept.customer, &other.customer, by.now)?;
        let entry = Entry::new("customer.merged", self.id)
            .about(self.id)
            .after(json!({ "other": self.other.to_string(), "appointments": merge.appointments.len() }));
        audit::add(tx, &by.actor, &entry, by.now)?;
        after(tx, &Customers::only(self.id))
    }
}

/// That was a mistake: the record that stepped back stands for itself again, with
/// its appointments.
#[derive(Clone, Debug)]
pub struct UnmergeCustomer {
    /// The record that had stepped back.
    pub id: CustomerId,
    /// The revision of it that was seen.
    pub revision: Option<u32>,
}

impl Change for UnmergeCustomer {
    type Done = ListedCustomer;

    fn carry_out(&self, tx: &mut CompanyTx<'_>, by: &By) -> Result<ListedCustomer, Stop> {
        let other = found(tx, &Customers::only(self.id), self.revision, |row| row.revision)?;
        let Some(merge) = customers::merge_of(tx, self.id)?.filter(|_| other.merged_into.is_some()) else {
            return Err(Rule::NotMerged.into());
        };
        // The kept one may itself have stepped back since: that is to be undone first.
        let kept = unmerged(tx, merge.kept, None)?;
        customers::unmerge(tx, &merge, &kept.customer, &other.customer, by.now)?;
        let entry = Entry::new("customer.unmerged", self.id)
            .about(self.id)
            .after(json!({ "from": merge.kept.to_string() }));
        audit::add(tx, &by.actor, &entry, by.now)?;
        after(tx, &Customers::only(self.id))
    }
}
