//! Customers.

use askpro_domain::{
    business::Customer,
    ids::{CompanyId, CustomerId, StaffId},
};
use jiff::Timestamp;

use super::{Lists, Wanted};
use crate::{Reads, customers, error::Result, value::Row};

/// Customers, by id: the oldest first.
#[derive(Clone, Debug, Default)]
pub struct Customers {
    /// Only this one.
    pub id: Option<CustomerId>,
    /// Only with this number, E.164.
    pub phone: Option<String>,
    /// Only whose name holds this, in any case.
    pub name: Option<String>,
    /// Only whoever has, or had, an appointment with this person.
    pub own: Option<StaffId>,
    /// Behind this one.
    pub after: Option<CustomerId>,
}

impl Customers {
    /// Exactly this one, even where it was made one with another.
    pub fn only(id: CustomerId) -> Self {
        Self { id: Some(id), ..Self::default() }
    }
}

/// A customer as lists show them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedCustomer {
    /// Who.
    pub customer: Customer,
    /// Whose.
    pub company: CompanyId,
    /// Which record took this one's place, where two were made one.
    pub merged_into: Option<CustomerId>,
    /// Raised at each change.
    pub revision: u32,
    /// Since when they are known.
    pub created_at: Timestamp,
}

impl Lists for Customers {
    type Row = ListedCustomer;

    fn list<T: Reads>(&self, tx: &mut T, limit: u32) -> Result<Vec<ListedCustomer>> {
        let mut wanted = Wanted::seen(tx, "c.company_id");
        wanted.and_if("c.id = ?", self.id);
        // Only asked for by name is what was made one with another still there.
        if self.id.is_none() {
            wanted.and_always("c.merged_into IS NULL");
        }
        wanted.and_if("c.phone = ?", self.phone.as_ref());
        let pattern = self.name.as_ref().map(|name| format!("%{}%", escaped(&name.to_lowercase())));
        wanted.and_if("lower(c.name) LIKE ? ESCAPE '!'", pattern);
        wanted.and_if(
            "EXISTS (SELECT 1 FROM appointments a
                 WHERE a.company_id = c.company_id AND a.customer_id = c.id AND a.staff_id = ?)",
            self.own,
        );
        wanted.and_if("c.id > ?", self.after);
        let select = "SELECT c.id, c.name, c.phone, c.email, c.company_id, c.revision, c.created_at,
             c.merged_into FROM customers c";
        let listed = |row: &Row| {
            Ok(ListedCustomer {
                customer: customers::customer(row)?,
                company: row.get(4)?,
                revision: row.get(5)?,
                created_at: row.get(6)?,
                merged_into: row.get(7)?,
            })
        };
        wanted.rows(tx, select, "ORDER BY c.id", limit)?.iter().map(listed).collect()
    }
}

/// What somebody looks for stands for itself in a pattern.
fn escaped(text: &str) -> String {
    text.replace('!', "!!").replace('%', "!%").replace('_', "!_")
}
