//! Changes of branches, people and services. What a change is allowed to do is
//! decided by whoever calls; the revision is raised with each.

use askpro_domain::{
    availability::Opening,
    business::{Branch, Service, StaffMember},
    ids::{BranchId, ServiceId, StaffId},
    money::Currency,
};
use jiff::Timestamp;
use serde_json::json;

use crate::{
    CompanyTx, args,
    error::Result,
    policy,
    schedule::{hours_json, overrides_json, segments_json},
    tx::sealed::Raw,
};

/// Writes a branch as it is to be.
pub fn write_branch(
    tx: &mut CompanyTx<'_>,
    branch: &Branch,
    opening: &Opening,
    is_active: bool,
) -> Result<()> {
    tx.execute(
        "UPDATE branches SET name = $3, zone = $4, language = $5, phone = $6, address = $7, policy = $8,
             hours = $9, exceptions = $10, active = $11, revision = revision + 1
         WHERE company_id = $1 AND id = $2",
        args![
            tx.company_id(),
            branch.id,
            &branch.name,
            &branch.zone,
            branch.language.tag(),
            branch.phone.as_ref(),
            branch.address.as_ref(),
            policy::write(&branch.policy),
            opening.hours.as_ref().map(hours_json),
            overrides_json(&opening.exceptions),
            is_active
        ],
    )?;
    Ok(())
}

/// Writes a person as they are to be. Where they work stays.
pub fn write_staff(tx: &mut CompanyTx<'_>, person: &StaffMember, is_active: bool) -> Result<()> {
    tx.execute(
        "UPDATE staff SET name = $3, hours = $4, overrides = $5, active = $6, revision = revision + 1
         WHERE company_id = $1 AND id = $2",
        args![
            tx.company_id(),
            person.id,
            &person.name,
            hours_json(&person.hours),
            overrides_json(&person.overrides),
            is_active
        ],
    )?;
    Ok(())
}

/// Writes a service as it is to be, with who does it. Where it is offered and
/// where its appointments must be accepted stay.
pub fn write_service(tx: &mut CompanyTx<'_>, service: &Service, is_active: bool) -> Result<()> {
    let company = tx.company_id();
    tx.execute(
        "UPDATE services SET name = $3, synonyms = $4, price_cents = $5, currency = $6, segments = $7,
             buffer_before_minutes = $8, buffer_after_minutes = $9, slot_interval_minutes = $10,
             min_notice_minutes = $11, booking_horizon_days = $12, policy = $13, active = $14,
             revision = revision + 1
         WHERE company_id = $1 AND id = $2",
        args![
            company,
            service.id,
            &service.name,
            json!(service.synonyms),
            service.price.map(|price| price.cents),
            service.price.map_or(Currency::EUR, |price| price.currency).code(),
            segments_json(&service.times.segments),
            service.times.buffer_before_minutes,
            service.times.buffer_after_minutes,
            service.times.slot_interval_minutes,
            service.times.min_notice_minutes,
            service.times.booking_horizon_days,
            policy::write(&service.policy),
            is_active
        ],
    )?;
    tx.execute(
        "DELETE FROM service_staff WHERE company_id = $1 AND service_id = $2",
        args![company, service.id],
    )?;
    for person in &service.staff {
        tx.execute(
            "INSERT INTO service_staff (company_id, service_id, staff_id) VALUES ($1, $2, $3)",
            args![company, service.id, *person],
        )?;
    }
    Ok(())
}

/// What coming appointments are counted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    /// Those in a branch.
    Branch(BranchId),
    /// Those with a person.
    Staff(StaffId),
    /// Those of a service.
    Service(ServiceId),
}

/// How many appointments stand that have not begun.
pub fn coming(tx: &mut CompanyTx<'_>, of: Of, now: Timestamp) -> Result<u32> {
    let (column, id) = match of {
        Of::Branch(id) => ("branch_id", id.0),
        Of::Staff(id) => ("staff_id", id.0),
        Of::Service(id) => ("service_id", id.0),
    };
    let sql = format!(
        "SELECT count(*) FROM appointments WHERE company_id = $1 AND {column} = $2 AND starts_at > $3
             AND status IN ('provisional', 'confirmed')"
    );
    tx.first(&sql, args![tx.company_id(), id, now])?.map_or(Ok(0), |row| row.get(0))
}
