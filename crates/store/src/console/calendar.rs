//! Appointments as a calendar shows them, and customers with their history.

use askpro_domain::{
    booking::AppointmentStatus,
    calendar::Interval,
    ids::{AppointmentId, BranchId, CustomerId, ResourceId, ServiceId, StaffId},
};
use jiff::Timestamp;

use super::wanted::{Wanted, within};
use crate::{CompanyTx, args, error::Result, tx::sealed::Raw, value::Row};

/// Appointments that one view shows at most.
pub const BLOCKS_AT_MOST: u32 = 2_000;

/// An appointment in a calendar.
#[derive(Clone, Debug)]
pub struct Block {
    /// Its id.
    pub id: AppointmentId,
    /// Where.
    pub branch: BranchId,
    /// With whom.
    pub staff: StaffId,
    /// What.
    pub service: ServiceId,
    /// For whom.
    pub customer: CustomerId,
    /// As they are called.
    pub name: String,
    /// What the customer writes down.
    pub reference: String,
    /// Where it stands.
    pub status: AppointmentStatus,
    /// Start.
    pub starts_at: Timestamp,
    /// End, without buffers.
    pub ends_at: Timestamp,
    /// Whether it was made on the phone.
    pub is_by_phone: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// Raised at each change.
    pub revision: u32,
}

const BLOCK: &str =
    "SELECT a.id, a.branch_id, a.staff_id, a.service_id, a.customer_id, k.name, a.reference, a.status,
     a.starts_at, a.ends_at, a.provider_call_id, a.created_at, a.revision
     FROM appointments a JOIN customers k ON k.company_id = a.company_id AND k.id = a.customer_id";

fn block(row: &Row) -> Result<Block> {
    Ok(Block {
        id: row.get(0)?,
        branch: row.get(1)?,
        staff: row.get(2)?,
        service: row.get(3)?,
        customer: row.get(4)?,
        name: row.get(5)?,
        reference: row.get(6)?,
        status: row.word(7, AppointmentStatus::parse)?,
        starts_at: row.get(8)?,
        ends_at: row.get(9)?,
        is_by_phone: row.get::<Option<String>>(10)?.is_some(),
        created_at: row.get(11)?,
        revision: row.get(12)?,
    })
}

/// What begins between two instants, in order of time.
pub fn blocks(
    tx: &mut CompanyTx<'_>,
    branch: Option<BranchId>,
    staff: Option<StaffId>,
    range: Interval,
) -> Result<Vec<Block>> {
    let mut wanted = Wanted::new();
    wanted.that("a.company_id = ?", tx.company_id());
    wanted.that("a.starts_at >= ?", range.from);
    wanted.that("a.starts_at < ?", range.to);
    wanted.perhaps("a.branch_id = ?", branch);
    wanted.perhaps("a.staff_id = ?", staff);
    let limit = wanted.place(BLOCKS_AT_MOST);
    let sql = format!(
        "{BLOCK} WHERE {} AND a.status <> 'refused' ORDER BY a.starts_at, a.id LIMIT {limit}",
        wanted.all()
    );
    tx.query(&sql, &wanted.arguments)?.iter().map(block).collect()
}

/// One appointment.
pub fn block_of(tx: &mut CompanyTx<'_>, id: AppointmentId) -> Result<Option<Block>> {
    let sql = format!("{BLOCK} WHERE a.company_id = $1 AND a.id = $2");
    tx.first(&sql, args![tx.company_id(), id])?.as_ref().map(block).transpose()
}

/// The latest appointments that were made on the phone.
pub fn made_by_phone(tx: &mut CompanyTx<'_>, branch: Option<BranchId>, limit: u32) -> Result<Vec<Block>> {
    let mut wanted = Wanted::new();
    wanted.that("a.company_id = ?", tx.company_id());
    wanted.perhaps("a.branch_id = ?", branch);
    let limit = wanted.place(limit);
    // Ids begin with the time at which they were made.
    let sql = format!(
        "{BLOCK} WHERE {} AND a.provider_call_id IS NOT NULL ORDER BY a.id DESC LIMIT {limit}",
        wanted.all()
    );
    tx.query(&sql, &wanted.arguments)?.iter().map(block).collect()
}

/// What of other calendars takes up time between two instants.
pub fn foreign(tx: &mut CompanyTx<'_>, range: Interval) -> Result<Vec<(ResourceId, Interval)>> {
    let earliest = range.from.checked_sub(jiff::SignedDuration::from_hours(31 * 24)).unwrap_or(range.from);
    let rows = tx.query(
        "SELECT resource_id, from_at, to_at FROM occupancy
         WHERE company_id = $1 AND kind = 'external' AND from_at >= $2 AND from_at < $3 AND to_at > $4
         ORDER BY from_at LIMIT 1000",
        args![tx.company_id(), earliest, range.to, range.from],
    )?;
    rows.iter().map(|row| Ok((row.get(0)?, Interval::new(row.get(1)?, row.get(2)?)))).collect()
}

/// A customer as a list shows them.
#[derive(Clone, Debug)]
pub struct CustomerRow {
    /// Their id.
    pub id: CustomerId,
    /// As they are called.
    pub name: String,
    /// Their number.
    pub phone: Option<String>,
    /// Their address.
    pub email: Option<String>,
    /// Raised at each change.
    pub revision: u32,
    /// Since when they are known.
    pub created_at: Timestamp,
    /// The next live appointment.
    pub next_at: Option<Timestamp>,
    /// The latest appointment that was not called off.
    pub last_at: Option<Timestamp>,
    /// How many appointments were not called off.
    pub visits: u32,
}

fn customer(row: &Row) -> Result<CustomerRow> {
    Ok(CustomerRow {
        id: row.get(0)?,
        name: row.get(1)?,
        phone: row.get(2)?,
        email: row.get(3)?,
        revision: row.get(4)?,
        created_at: row.get(5)?,
        next_at: row.get(6)?,
        last_at: row.get(7)?,
        visits: row.get(8)?,
    })
}

/// Which customers a list wants.
#[derive(Clone, Debug, Default)]
pub struct CustomerFilter {
    /// Only this one.
    pub id: Option<CustomerId>,
    /// A part of name, number or address.
    pub text: Option<String>,
    /// Behind this one, in the list's order: by name, then id.
    pub after: Option<(String, CustomerId)>,
    /// Only customers of this person.
    pub of_staff: Option<StaffId>,
}

/// Customers in order of their names.
pub fn customer_page(
    tx: &mut CompanyTx<'_>,
    filter: &CustomerFilter,
    now: Timestamp,
    limit: u32,
) -> Result<Vec<CustomerRow>> {
    let mut wanted = Wanted::new();
    wanted.that("k.company_id = ?", tx.company_id());
    let now = wanted.place(now);
    wanted.perhaps("k.id = ?", filter.id);
    if let Some(text) = &filter.text {
        let name = wanted.place(within(text));
        // A number is written with spaces, kept without.
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        let digits = digits.trim_start_matches('0');
        let by_number = if digits.len() >= 3 {
            format!("OR k.phone LIKE {} ESCAPE '!'", wanted.place(within(digits)))
        } else {
            String::new()
        };
        wanted.always(&format!(
            "(lower(k.name) LIKE {name} ESCAPE '!' OR lower(k.email) LIKE {name} ESCAPE '!' {by_number})"
        ));
    }
    wanted.perhaps(
        "EXISTS (SELECT 1 FROM appointments a WHERE a.company_id = k.company_id AND a.customer_id = k.id
             AND a.staff_id = ?)",
        filter.of_staff,
    );
    if let Some((name, id)) = &filter.after {
        let (name, again, id) = (wanted.place(name), wanted.place(name), wanted.place(*id));
        wanted.always(&format!("(k.name > {name} OR (k.name = {again} AND k.id > {id}))"));
    }
    let limit = wanted.place(limit);
    let appointment = "FROM appointments a WHERE a.company_id = k.company_id AND a.customer_id = k.id";
    let stood = "a.status NOT IN ('cancelled', 'refused')";
    let sql = format!(
        "SELECT k.id, k.name, k.phone, k.email, k.revision, k.created_at,
             (SELECT min(a.starts_at) {appointment} AND a.starts_at > {now} AND {stood}),
             (SELECT max(a.starts_at) {appointment} AND a.starts_at <= {now} AND {stood}),
             (SELECT count(*) {appointment} AND {stood})
         FROM (SELECT * FROM customers k WHERE {} ORDER BY k.name, k.id LIMIT {limit}) k ORDER BY k.name, k.id",
        wanted.all()
    );
    tx.query(&sql, &wanted.arguments)?.iter().map(customer).collect()
}

/// How many customers there are.
pub fn customer_count(tx: &mut CompanyTx<'_>) -> Result<u64> {
    let row = tx.first("SELECT count(*) FROM customers WHERE company_id = $1", args![tx.company_id()])?;
    let count: i64 = row.map_or(Ok(0), |row| row.get(0))?;
    Ok(count.unsigned_abs())
}

/// A customer's appointments, the latest first; with one person, where that is said.
pub fn history(
    tx: &mut CompanyTx<'_>,
    customer: CustomerId,
    staff: Option<StaffId>,
    limit: u32,
) -> Result<Vec<Block>> {
    let mut wanted = Wanted::new();
    wanted.that("a.company_id = ?", tx.company_id());
    wanted.that("a.customer_id = ?", customer);
    wanted.perhaps("a.staff_id = ?", staff);
    let limit = wanted.place(limit);
    let sql = format!("{BLOCK} WHERE {} ORDER BY a.starts_at DESC, a.id DESC LIMIT {limit}", wanted.all());
    tx.query(&sql, &wanted.arguments)?.iter().map(block).collect()
}

/// Others who may be the same person: with the same number, or the same name.
pub fn alike(tx: &mut CompanyTx<'_>, of: &CustomerRow, now: Timestamp) -> Result<Vec<CustomerRow>> {
    let rows = tx.query(
        "SELECT k.id, k.name, k.phone, k.email, k.revision, k.created_at,
             (SELECT min(a.starts_at) FROM appointments a WHERE a.company_id = k.company_id AND a.customer_id = k.id
              AND a.starts_at > $5 AND a.status NOT IN ('cancelled', 'refused')),
             (SELECT max(a.starts_at) FROM appointments a WHERE a.company_id = k.company_id AND a.customer_id = k.id
              AND a.starts_at <= $5 AND a.status NOT IN ('cancelled', 'refused')),
             (SELECT count(*) FROM appointments a WHERE a.company_id = k.company_id AND a.customer_id = k.id)
         FROM customers k
         WHERE k.company_id = $1 AND k.id <> $2 AND (k.phone = $3 OR lower(k.name) = $4)
         ORDER BY k.name, k.id LIMIT 10",
        args![tx.company_id(), of.id, of.phone.as_ref(), of.name.to_lowercase(), now],
    )?;
    rows.iter().map(customer).collect()
}

/// Whose calendar somebody's own is: the person that their membership names.
pub fn own_staff(tx: &mut CompanyTx<'_>, user: askpro_domain::ids::UserId) -> Result<Option<StaffId>> {
    let row = tx.first(
        "SELECT staff_id FROM memberships WHERE company_id = $1 AND user_id = $2 AND staff_id IS NOT NULL",
        args![tx.company_id(), user],
    )?;
    row.map(|row| row.get(0)).transpose()
}
