//! Companies, branches, staff and services.

use std::collections::HashMap;

use askpro_domain::{
    availability::Opening,
    business::{Branch, Company, Service, StaffMember},
    ids::{BranchId, CompanyId, PhoneNumberId, ServiceId, StaffId},
};

use super::{Lists, Wanted};
use crate::{
    Reads,
    error::Result,
    phone_numbers::{self, PhoneNumber},
    schedule,
    value::{Row, Value},
};

/// Something of a company's, with what lists show beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept<T> {
    /// The thing itself.
    pub of: T,
    /// Whose.
    pub company: CompanyId,
    /// Whether it is in use.
    pub is_active: bool,
}

/// Companies, by id.
#[derive(Clone, Debug, Default)]
pub struct Companies {
    /// Only this one.
    pub id: Option<CompanyId>,
    /// Behind this one.
    pub after: Option<CompanyId>,
}

impl Lists for Companies {
    type Row = Company;

    fn list<T: Reads>(&self, tx: &mut T, limit: u32) -> Result<Vec<Company>> {
        let mut wanted = Wanted::seen(tx, "c.id");
        wanted.and_if("c.id = ?", self.id);
        wanted.and_if("c.id > ?", self.after);
        wanted.rows(tx, schedule::COMPANY, "ORDER BY c.id", limit)?.iter().map(schedule::company).collect()
    }
}

/// Branches, by id: the oldest first.
#[derive(Clone, Debug, Default)]
pub struct Branches {
    /// Only this one.
    pub id: Option<BranchId>,
    /// Only those in use, or only those that are not.
    pub active: Option<bool>,
    /// Behind this one.
    pub after: Option<BranchId>,
}

/// A branch with when it is open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedBranch {
    /// The branch.
    pub branch: Branch,
    /// When it is open, whoever works there.
    pub opening: Opening,
    /// Whether it is in use.
    pub is_active: bool,
}

impl Lists for Branches {
    type Row = ListedBranch;

    fn list<T: Reads>(&self, tx: &mut T, limit: u32) -> Result<Vec<ListedBranch>> {
        let mut wanted = Wanted::seen(tx, "b.company_id");
        wanted.and_if("b.id = ?", self.id);
        wanted.and_if("b.active = ?", self.active);
        wanted.and_if("b.id > ?", self.after);
        let rows = wanted.rows(tx, schedule::BRANCH, "ORDER BY b.id", limit)?;
        rows.iter()
            .map(|row| {
                Ok(ListedBranch {
                    branch: schedule::branch(row)?,
                    is_active: row.get(9)?,
                    opening: schedule::opening(row, 10)?,
                })
            })
            .collect()
    }
}

/// People who can be booked, by id.
#[derive(Clone, Debug, Default)]
pub struct Staff {
    /// Only this one.
    pub id: Option<StaffId>,
    /// Only of this branch.
    pub branch: Option<BranchId>,
    /// Only whoever does this service.
    pub service: Option<ServiceId>,
    /// Only those in use, or only those that are not.
    pub active: Option<bool>,
    /// Behind this one.
    pub after: Option<StaffId>,
}

impl Lists for Staff {
    type Row = Kept<StaffMember>;

    fn list<T: Reads>(&self, tx: &mut T, limit: u32) -> Result<Vec<Kept<StaffMember>>> {
        let mut wanted = Wanted::seen(tx, "s.company_id");
        wanted.and_if("s.id = ?", self.id);
        wanted.and_if("s.branch_id = ?", self.branch);
        wanted.and_if(
            "EXISTS (SELECT 1 FROM service_staff d
                 WHERE d.company_id = s.company_id AND d.staff_id = s.id AND d.service_id = ?)",
            self.service,
        );
        wanted.and_if("s.active = ?", self.active);
        wanted.and_if("s.id > ?", self.after);
        let rows = wanted.rows(tx, schedule::STAFF, "ORDER BY s.id", limit)?;
        rows.iter()
            .map(|row| {
                Ok(Kept { of: schedule::staff_member(row)?, company: row.get(6)?, is_active: row.get(7)? })
            })
            .collect()
    }
}

/// Services with who does them, by id.
#[derive(Clone, Debug, Default)]
pub struct Services {
    /// Only this one.
    pub id: Option<ServiceId>,
    /// Only of this branch.
    pub branch: Option<BranchId>,
    /// Only what this person does.
    pub staff: Option<StaffId>,
    /// Only those in use, or only those that are not.
    pub active: Option<bool>,
    /// Behind this one.
    pub after: Option<ServiceId>,
}

impl Lists for Services {
    type Row = Kept<Service>;

    fn list<T: Reads>(&self, tx: &mut T, limit: u32) -> Result<Vec<Kept<Service>>> {
        let mut wanted = Wanted::seen(tx, "v.company_id");
        wanted.and_if("v.id = ?", self.id);
        wanted.and_if("v.branch_id = ?", self.branch);
        wanted.and_if(
            "EXISTS (SELECT 1 FROM service_staff d
                 WHERE d.company_id = v.company_id AND d.service_id = v.id AND d.staff_id = ?)",
            self.staff,
        );
        wanted.and_if("v.active = ?", self.active);
        wanted.and_if("v.id > ?", self.after);
        let rows = wanted.rows(tx, schedule::SERVICE, "ORDER BY v.id", limit)?;
        let mut found: Vec<Kept<Service>> = rows
            .iter()
            .map(|row| {
                let of = schedule::service(row)?;
                Ok(Kept { company: of.company, is_active: row.get(18)?, of })
            })
            .collect::<Result<_>>()?;
        add_staff(tx, &mut found)?;
        Ok(found)
    }
}

/// One statement for who does all of a page's services.
fn add_staff(tx: &mut impl Reads, found: &mut [Kept<Service>]) -> Result<()> {
    if found.is_empty() {
        return Ok(());
    }
    let ids: Vec<Value> = found.iter().map(|one| one.of.id.into()).collect();
    let places: Vec<String> = (1..=ids.len()).map(|number| format!("${number}")).collect();
    let rows = tx.query(
        &format!(
            "SELECT service_id, staff_id FROM service_staff WHERE service_id IN ({}) ORDER BY staff_id",
            places.join(", ")
        ),
        &ids,
    )?;
    let mut doing: HashMap<ServiceId, Vec<StaffId>> = HashMap::new();
    for row in rows {
        doing.entry(row.get(0)?).or_default().push(row.get(1)?);
    }
    for one in found {
        one.of.staff = doing.remove(&one.of.id).unwrap_or_default();
    }
    Ok(())
}

/// Phone numbers, by id.
#[derive(Clone, Debug, Default)]
pub struct PhoneNumbers {
    /// Only this one.
    pub id: Option<PhoneNumberId>,
    /// Only of this branch.
    pub branch: Option<BranchId>,
    /// Behind this one.
    pub after: Option<PhoneNumberId>,
}

/// A phone number as lists show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedNumber {
    /// The number.
    pub number: PhoneNumber,
    /// Whose.
    pub company: CompanyId,
    /// Raised at each change.
    pub revision: u32,
}

impl Lists for PhoneNumbers {
    type Row = ListedNumber;

    fn list<T: Reads>(&self, tx: &mut T, limit: u32) -> Result<Vec<ListedNumber>> {
        let mut wanted = Wanted::seen(tx, "p.company_id");
        wanted.and_if("p.id = ?", self.id);
        wanted.and_if("p.branch_id = ?", self.branch);
        wanted.and_if("p.id > ?", self.after);
        let select = "SELECT p.id, p.connection_id, p.branch_id, p.number, p.agent_id, p.agent_version,
             p.fallback_number, p.company_id, p.revision FROM phone_numbers p";
        let listed = |row: &Row| {
            Ok(ListedNumber {
                number: phone_numbers::phone_number(row)?,
                company: row.get(7)?,
                revision: row.get(8)?,
            })
        };
        wanted.rows(tx, select, "ORDER BY p.id", limit)?.iter().map(listed).collect()
    }
}
