//! People who can be booked, when they work, and absences.

use askpro_domain::{
    availability::{HoursOverride, WeeklyHours},
    business::StaffMember,
    ids::{BranchId, StaffId},
};
use askpro_store::{
    CompanyTx,
    audit::{self, Entry},
    business_changes::{self, Of},
    lists::business::{Kept, Staff},
    schedule,
};
use serde_json::{Value as Json, json};

use super::{
    Because, By, Change, Rule, Stop, after,
    fields::{NAME_AT_MOST, exceptions, line, unfit, weekly},
    found,
};

/// Somebody comes to work.
#[derive(Clone, Debug)]
pub struct NewStaff {
    /// Where.
    pub branch: BranchId,
    /// As customers call them.
    pub name: String,
    /// Weekly working times.
    pub hours: WeeklyHours,
    /// Absences and other exceptions.
    pub exceptions: Vec<HoursOverride>,
}

impl Change for NewStaff {
    type Done = Kept<StaffMember>;

    fn carry_out(&self, tx: &mut CompanyTx<'_>, by: &By) -> Result<Kept<StaffMember>, Stop> {
        if schedule::find_branch(tx, self.branch)?.is_none() {
            return Err(unfit("branch_id", Because::Unknown).into());
        }
        let member = StaffMember {
            id: StaffId::new(by.now, by.chance.as_ref()),
            branch: self.branch,
            name: line("name", &self.name, NAME_AT_MOST)?,
            hours: weekly("hours", &self.hours)?,
            overrides: exceptions("exceptions", &self.exceptions)?,
            revision: 1,
        };
        schedule::create_staff(tx, &member, &by.actor, by.now)?;
        after(tx, &Staff { id: Some(member.id), ..Staff::default() })
    }
}

/// Somebody's name, hours or absences are changed; what is `None` stays.
#[derive(Clone, Debug)]
pub struct ChangeStaff {
    /// Who.
    pub id: StaffId,
    /// The revision that was seen.
    pub revision: Option<u32>,
    /// As customers call them.
    pub name: Option<String>,
    /// Weekly working times, all of them.
    pub hours: Option<WeeklyHours>,
    /// Absences and other exceptions, all of them.
    pub exceptions: Option<Vec<HoursOverride>>,
    /// Whether they can be booked.
    pub active: Option<bool>,
}

impl Change for ChangeStaff {
    type Done = Kept<StaffMember>;

    fn carry_out(&self, tx: &mut CompanyTx<'_>, by: &By) -> Result<Kept<StaffMember>, Stop> {
        let wanted = Staff { id: Some(self.id), ..Staff::default() };
        let known = found(tx, &wanted, self.revision, |row| row.of.revision)?;
        let before = shown(&known);
        let Kept { of: member, is_active, .. } = known;
        let will_be_active = self.active.unwrap_or(is_active);
        if is_active && !will_be_active {
            let count = business_changes::coming(tx, Of::Staff(member.id), by.now)?;
            if count > 0 {
                return Err(Rule::HasComingAppointments { count }.into());
            }
        }
        let member = StaffMember {
            name: match &self.name {
                Some(name) => line("name", name, NAME_AT_MOST)?,
                None => member.name,
            },
            hours: match &self.hours {
                Some(hours) => weekly("hours", hours)?,
                None => member.hours,
            },
            overrides: match &self.exceptions {
                Some(given) => exceptions("exceptions", given)?,
                None => member.overrides,
            },
            ..member
        };
        business_changes::write_staff(tx, &member, will_be_active)?;
        let changed = after(tx, &Staff { id: Some(member.id), ..Staff::default() })?;
        let entry = Entry::new("staff.changed", member.id).before(before).after(shown(&changed));
        audit::add(tx, &by.actor, &entry, by.now)?;
        Ok(changed)
    }
}

/// What the record keeps of a person.
fn shown(row: &Kept<StaffMember>) -> Json {
    let absent: Vec<String> = row.of.overrides.iter().map(|one| one.date.to_string()).collect();
    json!({ "name": row.of.name, "exceptions": absent, "active": row.is_active })
}
