//! What others put into a calendar of Cal.com: it takes people's time, may overlap
//! ours, and belongs to no appointment here.

use askpro_domain::{
    calendar::Interval,
    ids::{AppointmentId, BranchId, ConnectionId, StaffId, uuid_v7},
};
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use crate::{CompanyTx, args, error::Result, tx::sealed::Raw};

/// An entry of somebody else's.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Entry {
    /// Its id there.
    pub uid: String,
    /// Whose time it takes.
    pub staff: StaffId,
    /// When.
    pub time: Interval,
}

/// The longest piece of occupancy.
const PIECE_AT_MOST: SignedDuration = SignedDuration::from_hours(24 * 31);

/// What is known of a connection's calendar.
pub fn of_connection(tx: &mut CompanyTx<'_>, connection: &ConnectionId) -> Result<Vec<Entry>> {
    let rows = tx.query(
        "SELECT uid, staff_id, from_at, to_at FROM calendar_entries WHERE company_id = $1 AND connection_id = $2",
        args![tx.company_id(), connection.as_str()],
    )?;
    rows.iter()
        .map(|row| {
            Ok(Entry { uid: row.get(0)?, staff: row.get(1)?, time: Interval::new(row.get(2)?, row.get(3)?) })
        })
        .collect()
}

/// Writes an entry down, or its new time, with the time that it takes.
pub fn put(tx: &mut CompanyTx<'_>, connection: &ConnectionId, entry: &Entry, now: Timestamp) -> Result<()> {
    remove(tx, connection, &entry.uid)?;
    let company = tx.company_id();
    let id: Uuid = uuid_v7(now, tx.seals().chance().as_ref());
    let longest = entry.time.from.checked_add(PIECE_AT_MOST).unwrap_or(entry.time.to);
    let to = entry.time.to.min(longest);
    tx.execute(
        "INSERT INTO calendar_entries (id, company_id, connection_id, uid, staff_id, from_at, to_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        args![id, company, connection.as_str(), &entry.uid, entry.staff, entry.time.from, to],
    )?;
    tx.execute(
        "INSERT INTO occupancy (id, company_id, resource_id, appointment_id, kind, from_at, to_at)
         VALUES ($1, $2, $3, NULL, 'external', $4, $5)",
        args![id, company, entry.staff, entry.time.from, to],
    )?;
    Ok(())
}

/// Forgets an entry and gives its time back.
pub fn remove(tx: &mut CompanyTx<'_>, connection: &ConnectionId, uid: &str) -> Result<()> {
    let company = tx.company_id();
    tx.execute(
        "DELETE FROM occupancy WHERE company_id = $1 AND id IN (
             SELECT id FROM calendar_entries WHERE company_id = $1 AND connection_id = $2 AND uid = $3)",
        args![company, connection.as_str(), uid],
    )?;
    tx.execute(
        "DELETE FROM calendar_entries WHERE company_id = $1 AND connection_id = $2 AND uid = $3",
        args![company, connection.as_str(), uid],
    )?;
    Ok(())
}

/// The appointments whose time an entry overlaps, with their branch.
pub fn conflicts(tx: &mut CompanyTx<'_>, entry: &Entry) -> Result<Vec<(AppointmentId, BranchId)>> {
    let rows = tx.query(
        "SELECT DISTINCT a.id, a.branch_id FROM occupancy o
         JOIN appointments a ON a.company_id = o.company_id AND a.id = o.appointment_id
         WHERE o.company_id = $1 AND o.resource_id = $2 AND o.kind <> 'external' AND o.from_at < $3 AND o.to_at > $4
             AND o.from_at > $5",
        args![
            tx.company_id(),
            entry.staff,
            entry.time.to,
            entry.time.from,
            // A piece is no longer than this.
            entry.time.from.checked_sub(PIECE_AT_MOST).unwrap_or(Timestamp::MIN)
        ],
    )?;
    rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect()
}

/// An appointment that stands in a connection's calendar.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Standing {
    /// Which.
    pub appointment: AppointmentId,
    /// Its booking there.
    pub uid: String,
    /// Its start.
    pub start: Timestamp,
}

/// Confirmed appointments of a connection that start from `from` to `to`, at most
/// `limit`, earliest first.
pub fn standing(
    tx: &mut CompanyTx<'_>,
    connection: &ConnectionId,
    from: Timestamp,
    to: Timestamp,
    limit: u32,
) -> Result<Vec<Standing>> {
    let rows = tx.query(
        "SELECT a.id, a.calendar_uid, a.starts_at FROM appointments a
         JOIN services s ON s.company_id = a.company_id AND s.id = a.service_id
         WHERE a.company_id = $1 AND s.connection_id = $2 AND a.status = 'confirmed' AND a.calendar_uid IS NOT NULL
             AND a.starts_at >= $3 AND a.starts_at < $4
         ORDER BY a.starts_at, a.id LIMIT $5",
        args![tx.company_id(), connection.as_str(), from, to, limit],
    )?;
    rows.iter()
        .map(|row| Ok(Standing { appointment: row.get(0)?, uid: row.get(1)?, start: row.get(2)? }))
        .collect()
}
