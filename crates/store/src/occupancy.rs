//! Which pieces of a person's time are taken. The database itself refuses two that
//! overlap.

use askpro_domain::{
    calendar::Interval,
    ids::{AppointmentId, ResourceId, uuid_v7},
};
use jiff::{SignedDuration, Timestamp};

use crate::{
    CompanyTx, Engine, args,
    error::{Error, Result},
    tx::sealed::Raw,
    value::Value,
};

/// The longest single stretch that `occupancy` may hold; the schema says the same.
pub(crate) const LONGEST_STRETCH: SignedDuration = SignedDuration::from_hours(31 * 24);

/// What keeps two pieces of one resource apart, in the database itself.
const NO_OVERLAP: &str = "occupancy_no_overlap";

/// Waits until no other transaction is changing what these people have. Taken in
/// sorted order before occupying anything: two transactions that want the same
/// people then queue instead of deadlocking into a second of waiting. SQLite has
/// one writer, so there it is nothing.
pub fn lock_resources(tx: &mut CompanyTx<'_>, resources: &[ResourceId]) -> Result<()> {
    if tx.engine() == Engine::Postgres {
        let mut sorted = resources.to_vec();
        sorted.sort();
        sorted.dedup();
        for resource in sorted {
            let (high, low) = resource.0.as_u64_pair();
            // 64 of the id's bits; a collision costs a little waiting, nothing else.
            tx.query("SELECT pg_advisory_xact_lock($1)::text", args![(high ^ low).cast_signed()])?;
        }
    }
    Ok(())
}

/// Why pieces of time are taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Taken {
    /// By an appointment that stands.
    Appointment,
    /// By an appointment on its way to the calendar of record. Does not expire:
    /// it is settled.
    Hold,
    /// By what another calendar says: it counts for what is offered, and may
    /// overlap.
    External,
}

/// Takes pieces of a person's time for an appointment; `false` where any of them
/// is taken already, and then none of them is kept. Holds that expired before
/// `now` do not count and are removed.
pub fn occupy(
    tx: &mut CompanyTx<'_>,
    appointment: AppointmentId,
    resource: ResourceId,
    pieces: &[Interval],
    taken: Taken,
    now: Timestamp,
) -> Result<bool> {
    if try_occupy(tx, appointment, resource, pieces, taken, now)? {
        return Ok(true);
    }
    let mut removed = 0;
    for piece in pieces {
        removed += tx.execute(
            "DELETE FROM occupancy WHERE company_id = $1 AND resource_id = $2 AND kind = 'hold'
                 AND expires_at <= $3 AND from_at < $4 AND to_at > $5",
            args![tx.company_id(), resource, now, piece.to, piece.from],
        )?;
    }
    Ok(removed > 0 && try_occupy(tx, appointment, resource, pieces, taken, now)?)
}

fn try_occupy(
    tx: &mut CompanyTx<'_>,
    appointment: AppointmentId,
    resource: ResourceId,
    pieces: &[Interval],
    taken: Taken,
    now: Timestamp,
) -> Result<bool> {
    let company = tx.company_id();
    let kind = match taken {
        Taken::Appointment => "appointment",
        Taken::Hold => "hold",
        Taken::External => "external",
    };
    let mut arguments: Vec<Value> = vec![company.into(), resource.into(), appointment.into(), kind.into()];
    let mut rows = Vec::with_capacity(pieces.len());
    for piece in pieces {
        let first = arguments.len() + 1;
        rows.push(format!("(${first}, $1, $2, $3, $4, ${}, ${})", first + 1, first + 2));
        let id = uuid_v7(now, tx.seals().chance().as_ref());
        arguments.extend([Value::Uuid(id), Value::Time(piece.from), Value::Time(piece.to)]);
    }
    let insert = format!(
        "INSERT INTO occupancy (id, company_id, resource_id, appointment_id, kind, from_at, to_at) VALUES {}",
        rows.join(", ")
    );
    match tx.engine() {
        // The trigger aborts the statement, all rows of it, and nothing else.
        Engine::Sqlite => match tx.execute(&insert, &arguments) {
            Ok(_) => Ok(true),
            Err(Error::Conflict(rule)) if rule == NO_OVERLAP => Ok(false),
            Err(error) => Err(error),
        },
        // A refused statement would end the whole transaction, and the answer
        // could not be stored any more; so conflicts are passed over and counted.
        Engine::Postgres => {
            let kept = tx.execute(&format!("{insert} ON CONFLICT DO NOTHING"), &arguments)?;
            if kept == pieces.len() as u64 {
                return Ok(true);
            }
            if kept > 0 {
                release(tx, appointment)?;
            }
            Ok(false)
        }
    }
}

/// What occupies these people between two instants, holds that have not expired
/// and external pieces included.
pub fn busy_of(
    tx: &mut CompanyTx<'_>,
    resources: &[ResourceId],
    range: Interval,
    now: Timestamp,
) -> Result<Vec<(ResourceId, Interval)>> {
    if resources.is_empty() {
        return Ok(Vec::new());
    }
    let earliest = range.from.checked_sub(LONGEST_STRETCH).unwrap_or(Timestamp::MIN);
    let mut arguments: Vec<Value> =
        vec![tx.company_id().into(), earliest.into(), range.to.into(), range.from.into(), now.into()];
    arguments.extend(resources.iter().map(|id| Value::from(*id)));
    let places: Vec<String> = (6..=arguments.len()).map(|number| format!("${number}")).collect();
    let rows = tx.query(
        &format!(
            "SELECT resource_id, from_at, to_at FROM occupancy
             WHERE company_id = $1 AND from_at >= $2 AND from_at < $3 AND to_at > $4
               AND (expires_at IS NULL OR expires_at > $5) AND resource_id IN ({})",
            places.join(", ")
        ),
        &arguments,
    )?;
    rows.iter().map(|row| Ok((row.get(0)?, Interval::new(row.get(1)?, row.get(2)?)))).collect()
}

/// Gives the time of an appointment back.
pub fn release(tx: &mut CompanyTx<'_>, appointment: AppointmentId) -> Result<()> {
    tx.execute(
        "DELETE FROM occupancy WHERE company_id = $1 AND appointment_id = $2",
        args![tx.company_id(), appointment],
    )?;
    Ok(())
}

/// Keeps the time of an appointment as a hold: whatever becomes of it there is
/// settled with the calendar of record, and until then nobody else gets it.
pub fn keep_as_hold(tx: &mut CompanyTx<'_>, appointment: AppointmentId) -> Result<()> {
    tx.execute(
        "UPDATE occupancy SET kind = 'hold' WHERE company_id = $1 AND appointment_id = $2 AND kind = 'appointment'",
        args![tx.company_id(), appointment],
    )?;
    Ok(())
}

/// Turns what is held for an appointment into taken time.
pub fn keep_as_taken(tx: &mut CompanyTx<'_>, appointment: AppointmentId) -> Result<()> {
    tx.execute(
        "UPDATE occupancy SET kind = 'appointment' WHERE company_id = $1 AND appointment_id = $2 AND kind = 'hold'",
        args![tx.company_id(), appointment],
    )?;
    Ok(())
}
