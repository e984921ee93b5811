//! Appointments: what was agreed, and what becomes of it.

use askpro_domain::{
    booking::{AppointmentStatus, Calendar, Reference},
    business::Appointment,
    calendar::{Interval, ZONE_DATA_VERSION},
    ids::{AppointmentId, BranchId, Chance, ConnectionId, CustomerId, ResourceId, ServiceId, StaffId},
};
use jiff::{Timestamp, civil::DateTime};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use crate::{
    CompanyTx, Reads, args,
    error::{Error, Result},
    lists::{Lists, Order, Wanted},
    occupancy,
    seal::{self, Place},
    tx::sealed::Raw,
    value::{Row, Value},
};

/// Adds an appointment. Its time is occupied next ([`occupancy::occupy`] refers to it), and
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
            Some(seal::seal_for_customer(tx, appointment.customer, &place, notes.as_bytes(), now)?)
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
fn has_reference(tx: &mut CompanyTx<'_>, reference: &Reference) -> Result<bool> {
    let row = tx.first(
        "SELECT 1 FROM appointments WHERE company_id = $1 AND reference = $2",
        args![tx.company_id(), reference.as_str()],
    )?;
    Ok(row.is_some())
}

/// Draws of a reference before giving up; a company would need hundreds of
/// millions of appointments to make five collide.
const REFERENCE_DRAWS: u32 = 5;

/// A reference that the company does not have yet.
pub fn fresh_reference(tx: &mut CompanyTx<'_>, chance: &dyn Chance) -> Result<Reference> {
    for _ in 0..REFERENCE_DRAWS {
        let reference = Reference::new(chance);
        if !has_reference(tx, &reference)? {
            return Ok(reference);
        }
    }
    Err(Error::Contended)
}

/// Takes back an appointment of this transaction whose time could not be occupied.
pub fn remove_unoccupied(tx: &mut CompanyTx<'_>, id: AppointmentId) -> Result<()> {
    tx.execute("DELETE FROM appointments WHERE company_id = $1 AND id = $2", args![tx.company_id(), id])?;
    Ok(())
}

/// Marks a provisional appointment as accepted by the calendar of record, under
/// its id there; `false` where it is not provisional any more. Its time is the
/// caller's to settle: a move held both the old and the new.
pub fn confirm(
    tx: &mut CompanyTx<'_>,
    id: AppointmentId,
    calendar_uid: &str,
    now: Timestamp,
) -> Result<bool> {
    let changed = tx.execute(
        "UPDATE appointments SET status = 'confirmed', calendar_uid = $3, moved_from = NULL,
             revision = revision + 1, updated_at = $4
         WHERE company_id = $1 AND id = $2 AND status = 'provisional'",
        args![tx.company_id(), id, calendar_uid, now],
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
        occupancy::release(tx, id)?;
    }
    Ok(changed == 1)
}

/// Calls an appointment off; `false` where it does not stand any more. Its time is
/// the caller's to give back or to keep until the calendar of record knows.
pub fn cancel(tx: &mut CompanyTx<'_>, id: AppointmentId, now: Timestamp) -> Result<bool> {
    let changed = tx.execute(
        "UPDATE appointments SET status = 'cancelled', revision = revision + 1, updated_at = $3
         WHERE company_id = $1 AND id = $2 AND status IN ('provisional', 'confirmed')",
        args![tx.company_id(), id, now],
    )?;
    Ok(changed == 1)
}

/// When and with whom an appointment is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Position {
    /// With whom.
    pub staff: StaffId,
    /// The wall time in the appointment's zone.
    pub local_start: DateTime,
    /// Start.
    pub start: Timestamp,
    /// End, without buffers.
    pub end: Timestamp,
}

impl Position {
    /// Where an appointment is now.
    pub fn of(appointment: &Appointment) -> Self {
        let Appointment { staff, local_start, start, end, .. } = *appointment;
        Self { staff, local_start, start, end }
    }

    pub(crate) fn write(&self) -> Json {
        json!({ "staff_id": self.staff.to_string(), "local_start": self.local_start.to_string(),
            "start": self.start.to_string(), "end": self.end.to_string() })
    }

    pub(crate) fn read(json: &Json) -> Option<Self> {
        let text = |name: &str| json.get(name)?.as_str();
        Some(Self {
            staff: StaffId::parse(text("staff_id")?)?,
            local_start: text("local_start")?.parse().ok()?,
            start: text("start")?.parse().ok()?,
            end: text("end")?.parse().ok()?,
        })
    }
}

/// How firm a new position is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Firmness {
    /// It stands.
    Firm,
    /// The calendar of record must still agree; otherwise it goes back to this one.
    Asked(Position),
}

/// Gives a live appointment another position and raises its revision; `false`
/// where it does not stand any more.
pub fn relocate(
    tx: &mut CompanyTx<'_>,
    id: AppointmentId,
    to: &Position,
    firmness: &Firmness,
    now: Timestamp,
) -> Result<bool> {
    let (status, from) = match firmness {
        Firmness::Firm => (AppointmentStatus::Confirmed, None),
        Firmness::Asked(from) => (AppointmentStatus::Provisional, Some(from.write())),
    };
    let changed = tx.execute(
        "UPDATE appointments SET staff_id = $3, local_start = $4, zone_data_version = $5, starts_at = $6, ends_at = $7,
             status = $8, moved_from = $9, revision = revision + 1, updated_at = $10
         WHERE company_id = $1 AND id = $2 AND status IN ('provisional', 'confirmed')",
        args![
            tx.company_id(),
            id,
            to.staff,
            to.local_start.to_string(),
            ZONE_DATA_VERSION,
            to.start,
            to.end,
            status.word(),
            from,
            now
        ],
    )?;
    Ok(changed == 1)
}

/// Writes down under which id the calendar of record has an appointment now.
pub fn rename_there(tx: &mut CompanyTx<'_>, id: AppointmentId, calendar_uid: &str) -> Result<()> {
    tx.execute(
        "UPDATE appointments SET calendar_uid = $3 WHERE company_id = $1 AND id = $2",
        args![tx.company_id(), id, calendar_uid],
    )?;
    Ok(())
}

/// What a move that is still on its way gives up; `None` where there is none.
pub fn moved_from(tx: &mut CompanyTx<'_>, id: AppointmentId) -> Result<Option<Position>> {
    let row = tx.first(
        "SELECT moved_from FROM appointments WHERE company_id = $1 AND id = $2 AND moved_from IS NOT NULL",
        args![tx.company_id(), id],
    )?;
    row.map(|row| {
        Position::read(&row.get(0)?).ok_or_else(|| Error::Impossible("appointments.moved_from".into()))
    })
    .transpose()
}

/// Writes down that an appointment is one of a series, with the rule by RFC 5545.
pub fn join_series(tx: &mut CompanyTx<'_>, id: AppointmentId, series: Uuid, rule: &str) -> Result<()> {
    tx.execute(
        "UPDATE appointments SET series_id = $3, recurrence_rule = $4 WHERE company_id = $1 AND id = $2",
        args![tx.company_id(), id, series, json!({ "rule": rule })],
    )?;
    Ok(())
}

const APPOINTMENT: &str = "SELECT a.id, a.company_id, a.branch_id, a.service_id, a.staff_id, a.customer_id,
     a.reference, a.status, a.local_start, a.zone, a.starts_at, a.ends_at, a.calendar, a.calendar_uid,
     a.connection_id, a.provider_call_id, a.revision, c.name, a.series_id
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
    /// The series it is one of.
    pub series: Option<Uuid>,
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
    Ok(Listed { appointment, customer_name: row.get(17)?, occupancy: Vec::new(), series: row.get(18)? })
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
    /// Only with this person, whatever else is asked: the list is theirs.
    pub own: Option<StaffId>,
    /// For this customer.
    pub customer: Option<CustomerId>,
    /// Of this service.
    pub service: Option<ServiceId>,
    /// In this branch.
    pub branch: Option<BranchId>,
    /// Of this series.
    pub series: Option<Uuid>,
    /// With this reference.
    pub reference: Option<Reference>,
    /// In this status.
    pub status: Option<AppointmentStatus>,
    /// After this one, in the list's order: by start, then id.
    pub after: Option<(Timestamp, AppointmentId)>,
}

/// The appointments the transaction may see, in order of start and id.
pub fn list(tx: &mut impl Reads, filter: &Filter, limit: u32) -> Result<Vec<Listed>> {
    let mut wanted = Wanted::seen(tx, "a.company_id");
    wanted.and_if("a.id = ?", filter.id);
    wanted.and_if("a.starts_at >= ?", filter.from);
    wanted.and_if("a.starts_at < ?", filter.to);
    wanted.and_if("a.staff_id = ?", filter.staff);
    wanted.and_if("a.staff_id = ?", filter.own);
    wanted.and_if("a.customer_id = ?", filter.customer);
    wanted.and_if("a.service_id = ?", filter.service);
    wanted.and_if("a.branch_id = ?", filter.branch);
    wanted.and_if("a.series_id = ?", filter.series);
    wanted.and_if("a.reference = ?", filter.reference.as_ref().map(Reference::as_str));
    wanted.and_if("a.status = ?", filter.status.map(AppointmentStatus::word));
    let behind = filter.after.map(|(start, id)| (start, id.0));
    wanted.behind("a.starts_at", "a.id", Order::Rising, behind);
    let rows = wanted.rows(tx, APPOINTMENT, "ORDER BY a.starts_at, a.id", limit)?;
    let mut found: Vec<Listed> = rows.iter().map(listed).collect::<Result<_>>()?;
    add_occupancy(tx, &mut found)?;
    Ok(found)
}

impl Lists for Filter {
    type Row = Listed;

    fn list<T: Reads>(&self, tx: &mut T, limit: u32) -> Result<Vec<Listed>> {
        list(tx, self, limit)
    }
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

/// The appointment with this reference.
pub fn with_reference(tx: &mut CompanyTx<'_>, reference: &Reference) -> Result<Option<Listed>> {
    let row = tx.first(
        &format!("{APPOINTMENT} WHERE a.company_id = $1 AND a.reference = $2"),
        args![tx.company_id(), reference.as_str()],
    )?;
    row.as_ref().map(listed).transpose()
}

/// The live appointments of a customer that have not begun, the next one first.
pub fn coming(
    tx: &mut CompanyTx<'_>,
    customer: CustomerId,
    now: Timestamp,
    limit: u32,
) -> Result<Vec<Listed>> {
    let rows = tx.query(
        &format!(
            "{APPOINTMENT} WHERE a.company_id = $1 AND a.customer_id = $2 AND a.starts_at > $3
                 AND a.status IN ('provisional', 'confirmed') ORDER BY a.starts_at, a.id LIMIT $4"
        ),
        args![tx.company_id(), customer, now, limit],
    )?;
    rows.iter().map(listed).collect()
}

/// The live appointments that one call made and that have not begun, the next one first.
pub fn coming_of_call(
    tx: &mut CompanyTx<'_>,
    made_in: &(ConnectionId, String),
    now: Timestamp,
    limit: u32,
) -> Result<Vec<Listed>> {
    let rows = tx.query(
        &format!(
            "{APPOINTMENT} WHERE a.company_id = $1 AND a.connection_id = $2 AND a.provider_call_id = $3
                 AND a.starts_at > $4 AND a.status IN ('provisional', 'confirmed')
             ORDER BY a.starts_at, a.id LIMIT $5"
        ),
        args![tx.company_id(), made_in.0.as_str(), &made_in.1, now, limit],
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
