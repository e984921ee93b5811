//! Appointments and what they occupy.

use askpro_domain::{
    booking::{AppointmentStatus, Calendar, Reference},
    business::Appointment,
    calendar::{Interval, ZONE_DATA_VERSION},
    ids::{AppointmentId, ConnectionId, ResourceId, ServiceId, StaffId, uuid_v7},
};
use jiff::Timestamp;

use crate::{
    CompanyTx, Engine, Reads, args,
    error::{Error, Result},
    seal::{self, Place},
    tx::sealed::Raw,
    value::{Row, Value},
};

/// What keeps two pieces of one resource apart, in the database itself.
const NO_OVERLAP: &str = "occupancy_no_overlap";

/// Adds an appointment. Its time is occupied next ([`occupy`] refers to it), and
/// where that fails it is taken back with [`remove_unoccupied`].
pub fn insert(
    tx: &mut CompanyTx<'_>,
    appointment: &Appointment,
    notes: Option<&str>,
    now: Timestamp,
) -> Result<()> {
    let company = tx.company_id();
    let row = appointment.id.to_string();
    let notes = match notes {
        Some(notes) => {
            let place = Place { table: "appointments", column: "notes_sealed", row: &row };
            Some(seal::seal(tx, company, &place, notes.as_bytes())?)
        }
        None => None,
    };
    let (connection, call) = match &appointment.made_in {
        Some((connection, call)) => (Some(connection.as_str()), Some(call.as_str())),
        None => (None, None),
    };
    tx.execute(
        "INSERT INTO appointments (id, company_id, branch_id, service_id, staff_id, customer_id, reference, status,
             local_start, zone, zone_data_version, starts_at, ends_at, calendar, calendar_uid, connection_id,
             provider_call_id, notes_sealed, revision, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $20)",
        args![
            appointment.id,
            company,
            appointment.branch,
            appointment.service,
            appointment.staff,
            appointment.customer,
            appointment.reference.as_str(),
            appointment.status.word(),
            appointment.local_start.to_string(),
            &appointment.zone,
            ZONE_DATA_VERSION,
            appointment.start,
            appointment.end,
            appointment.calendar.word(),
            appointment.calendar_uid.as_ref(),
            connection,
            call,
            notes,
            appointment.revision,
            now
        ],
    )?;
    Ok(())
}

/// Whether the company has this reference already.
pub fn has_reference(tx: &mut CompanyTx<'_>, reference: &Reference) -> Result<bool> {
    let row = tx.first(
        "SELECT 1 FROM appointments WHERE company_id = $1 AND reference = $2",
        args![tx.company_id(), reference.as_str()],
    )?;
    Ok(row.is_some())
}

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

/// Takes back an appointment of this transaction whose time could not be occupied.
pub fn remove_unoccupied(tx: &mut CompanyTx<'_>, id: AppointmentId) -> Result<()> {
    tx.execute("DELETE FROM appointments WHERE company_id = $1 AND id = $2", args![tx.company_id(), id])?;
    Ok(())
}

/// Gives the time of an appointment back.
pub fn release(tx: &mut CompanyTx<'_>, appointment: AppointmentId) -> Result<()> {
    tx.execute(
        "DELETE FROM occupancy WHERE company_id = $1 AND appointment_id = $2",
        args![tx.company_id(), appointment],
    )?;
    Ok(())
}

/// Turns the hold of a provisional appointment into taken time and marks it
/// confirmed; `false` where it is not provisional any more.
pub fn confirm(
    tx: &mut CompanyTx<'_>,
    id: AppointmentId,
    calendar_uid: &str,
    now: Timestamp,
) -> Result<bool> {
    let changed = tx.execute(
        "UPDATE appointments SET status = 'confirmed', calendar_uid = $3, revision = revision + 1, updated_at = $4
         WHERE company_id = $1 AND id = $2 AND status = 'provisional'",
        args![tx.company_id(), id, calendar_uid, now],
    )?;
    tx.execute(
        "UPDATE occupancy SET kind = 'appointment' WHERE company_id = $1 AND appointment_id = $2 AND kind = 'hold'",
        args![tx.company_id(), id],
    )?;
    Ok(changed == 1)
}

/// Marks a provisional appointment as refused by the calendar of record and
/// gives its time back; `false` where it is not provisional any more.
pub fn refuse(tx: &mut CompanyTx<'_>, id: AppointmentId, now: Timestamp) -> Result<bool> {
    let changed = tx.execute(
        "UPDATE appointments SET status = 'refused', revision = revision + 1, updated_at = $3
         WHERE company_id = $1 AND id = $2 AND status = 'provisional'",
        args![tx.company_id(), id, now],
    )?;
    if changed == 1 {
        release(tx, id)?;
    }
    Ok(changed == 1)
}

const APPOINTMENT: &str = "SELECT a.id, a.company_id, a.branch_id, a.service_id, a.staff_id, a.customer_id,
     a.reference, a.status, a.local_start, a.zone, a.starts_at, a.ends_at, a.calendar, a.calendar_uid,
     a.connection_id, a.provider_call_id, a.revision, c.name
     FROM appointments a JOIN customers c ON c.company_id = a.company_id AND c.id = a.customer_id";

/// An appointment as lists show it.
#[derive(Clone, Debug)]
pub struct Listed {
    /// The appointment.
    pub appointment: Appointment,
    /// For whom.
    pub customer_name: String,
    /// What it occupies, in order of time.
    pub occupancy: Vec<(ResourceId, Interval)>,
}

fn listed(row: &Row) -> Result<Listed> {
    let connection: Option<String> = row.get(14)?;
    let call: Option<String> = row.get(15)?;
    let made_in = match (connection.as_deref().map(ConnectionId::parse), call) {
        (Some(Some(connection)), Some(call)) => Some((connection, call)),
        (Some(None), _) => return Err(Error::Impossible("appointments.connection_id".into())),
        _ => None,
    };
    let local_start: String = row.get(8)?;
    let appointment = Appointment {
        id: row.get(0)?,
        company: row.get(1)?,
        branch: row.get(2)?,
        service: row.get(3)?,
        staff: row.get(4)?,
        customer: row.get(5)?,
        reference: row.word(6, Reference::parse)?,
        status: row.word(7, AppointmentStatus::parse)?,
        local_start: local_start.parse().map_err(|_| Error::Impossible("appointments.local_start".into()))?,
        zone: row.get(9)?,
        start: row.get(10)?,
        end: row.get(11)?,
        calendar: row.word(12, Calendar::parse)?,
        calendar_uid: row.get(13)?,
        made_in,
        revision: row.get(16)?,
    };
    Ok(Listed { appointment, customer_name: row.get(17)?, occupancy: Vec::new() })
}

/// Which appointments a list wants.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Only this one.
    pub id: Option<AppointmentId>,
    /// Starting at or after.
    pub from: Option<Timestamp>,
    /// Starting before.
    pub to: Option<Timestamp>,
    /// With this person.
    pub staff: Option<StaffId>,
    /// In this status.
    pub status: Option<AppointmentStatus>,
    /// After this one, in the list's order: by start, then id.
    pub after: Option<(Timestamp, AppointmentId)>,
}

/// The appointments the transaction may see, in order of start and id.
pub fn list(tx: &mut impl Reads, filter: &Filter, limit: u32) -> Result<Vec<Listed>> {
    let mut conditions: Vec<String> = Vec::new();
    let mut arguments: Vec<Value> = Vec::new();
    let mut condition = |text: &str, value: Value| {
        arguments.push(value);
        conditions.push(text.replace('?', &format!("${}", arguments.len())));
    };
    if let Some(company) = tx.company() {
        condition("a.company_id = ?", company.into());
    }
    if let Some(id) = filter.id {
        condition("a.id = ?", id.into());
    }
    if let Some(from) = filter.from {
        condition("a.starts_at >= ?", from.into());
    }
    if let Some(to) = filter.to {
        condition("a.starts_at < ?", to.into());
    }
    if let Some(staff) = filter.staff {
        condition("a.staff_id = ?", staff.into());
    }
    if let Some(status) = filter.status {
        condition("a.status = ?", status.word().into());
    }
    if let Some((start, id)) = filter.after {
        condition("a.starts_at >= ?", start.into());
        arguments.push(start.into());
        arguments.push(id.into());
        conditions.push(format!("(a.starts_at > ${} OR a.id > ${})", arguments.len() - 1, arguments.len()));
    }
    arguments.push(limit.into());
    let wanted = if conditions.is_empty() { "1 = 1".to_owned() } else { conditions.join(" AND ") };
    let sql = format!("{APPOINTMENT} WHERE {wanted} ORDER BY a.starts_at, a.id LIMIT ${}", arguments.len());
    let mut found: Vec<Listed> = tx.query(&sql, &arguments)?.iter().map(listed).collect::<Result<_>>()?;
    add_occupancy(tx, &mut found)?;
    Ok(found)
}

/// One appointment of the company.
pub fn find(tx: &mut CompanyTx<'_>, id: AppointmentId) -> Result<Option<Listed>> {
    let row = tx
        .first(&format!("{APPOINTMENT} WHERE a.company_id = $1 AND a.id = $2"), args![tx.company_id(), id])?;
    let Some(row) = row else { return Ok(None) };
    let mut found = [listed(&row)?];
    add_occupancy(tx, &mut found)?;
    let [found] = found;
    Ok(Some(found))
}

/// The live appointments that one call made at exactly this start for this
/// service: what a confused model asks for a second time.
pub fn made_in_call(
    tx: &mut CompanyTx<'_>,
    made_in: &(ConnectionId, String),
    service: ServiceId,
    start: Timestamp,
) -> Result<Vec<Listed>> {
    let rows = tx.query(
        &format!(
            "{APPOINTMENT} WHERE a.company_id = $1 AND a.connection_id = $2 AND a.provider_call_id = $3
                 AND a.service_id = $4 AND a.starts_at = $5 AND a.status IN ('provisional', 'confirmed') LIMIT 50"
        ),
        args![tx.company_id(), made_in.0.as_str(), &made_in.1, service, start],
    )?;
    rows.iter().map(listed).collect()
}

/// One statement for all of a page's appointments, however many there are.
fn add_occupancy(tx: &mut impl Reads, found: &mut [Listed]) -> Result<()> {
    if found.is_empty() {
        return Ok(());
    }
    let ids: Vec<Value> = found.iter().map(|one| one.appointment.id.into()).collect();
    let places: Vec<String> = (1..=ids.len()).map(|number| format!("${number}")).collect();
    let rows = tx.query(
        &format!(
            "SELECT appointment_id, resource_id, from_at, to_at FROM occupancy
             WHERE appointment_id IN ({}) ORDER BY from_at",
            places.join(", ")
        ),
        &ids,
    )?;
    for row in rows {
        let id: AppointmentId = row.get(0)?;
        if let Some(one) = found.iter_mut().find(|one| one.appointment.id == id) {
            one.occupancy.push((row.get(1)?, Interval::new(row.get(2)?, row.get(3)?)));
        }
    }
    Ok(())
}
