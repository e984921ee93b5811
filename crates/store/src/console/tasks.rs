//! Tasks with what they are about.

use askpro_domain::{
    booking::AppointmentStatus,
    ids::{AppointmentId, BranchId, CustomerId, TaskId},
};
use jiff::Timestamp;

use super::wanted::Wanted;
use crate::{
    CompanyTx,
    error::{Error, Result},
    seal::{self, Place},
    tasks::TaskKind,
    tx::sealed::Raw,
};

/// A task as a list shows it.
#[derive(Clone, Debug)]
pub struct TaskRow {
    /// Its id.
    pub id: TaskId,
    /// Why a person is needed.
    pub kind: TaskKind,
    /// Where.
    pub branch: Option<BranchId>,
    /// Whether it is done.
    pub is_done: bool,
    /// Until when it must have happened.
    pub due_at: Timestamp,
    /// Since when it is there.
    pub created_at: Timestamp,
    /// Raised at each change.
    pub revision: u32,
    /// What a caller said, as JSON: `name`, `phone`, `topic`, `when`.
    pub note: Option<String>,
    /// About which appointment.
    pub about: Option<About>,
}

/// The appointment of a task.
#[derive(Clone, Debug)]
pub struct About {
    /// Its id.
    pub id: AppointmentId,
    /// What the customer writes down.
    pub reference: String,
    /// Where it stands.
    pub status: AppointmentStatus,
    /// When.
    pub starts_at: Timestamp,
    /// For whom.
    pub customer: CustomerId,
    /// As they are called.
    pub name: String,
    /// Their number.
    pub phone: Option<String>,
    /// What.
    pub service: String,
    /// With whom.
    pub staff: String,
    /// The call it was made in, as (connection, id at the provider).
    pub call: Option<(String, String)>,
}

/// Which tasks a list wants.
#[derive(Clone, Debug, Default)]
pub struct TaskFilter {
    /// Only this one.
    pub id: Option<TaskId>,
    /// Of a branch, or of none.
    pub branch: Option<BranchId>,
    /// Done ones rather than open ones; of one task, any.
    pub is_done: bool,
    /// Of this kind.
    pub kind: Option<TaskKind>,
    /// About appointments of one call.
    pub call: Option<(String, String)>,
    /// Only these, or those of the call.
    pub ids: Vec<TaskId>,
}

/// Tasks: open ones by their due time, done ones the latest first.
pub fn task_page(tx: &mut CompanyTx<'_>, filter: &TaskFilter, limit: u32) -> Result<Vec<TaskRow>> {
    let company = tx.company_id();
    let mut wanted = Wanted::new();
    wanted.that("t.company_id = ?", company);
    wanted.perhaps("t.id = ?", filter.id);
    wanted.perhaps("(t.branch_id = ? OR t.branch_id IS NULL)", filter.branch);
    wanted.perhaps("t.kind = ?", filter.kind.map(TaskKind::word));
    if let Some((connection, call)) = &filter.call {
        let (connection, call) = (wanted.place(connection), wanted.place(call));
        let ids = wanted.places(filter.ids.iter().copied());
        wanted.always(&format!(
            "((a.connection_id = {connection} AND a.provider_call_id = {call}) OR t.id IN ({ids}))"
        ));
    } else if filter.id.is_none() {
        wanted.that("t.status = ?", if filter.is_done { "done" } else { "open" });
    }
    let limit = wanted.place(limit);
    let order = if filter.is_done { "t.due_at DESC, t.id DESC" } else { "t.due_at, t.id" };
    let sql = format!(
        "SELECT t.id, t.kind, t.branch_id, t.status, t.due_at, t.created_at, t.revision, t.note_sealed, a.id,
             a.reference, a.status, a.starts_at, a.customer_id, k.name, k.phone, s.name, p.name, a.connection_id,
             a.provider_call_id
         FROM tasks t
         LEFT JOIN appointments a ON a.company_id = t.company_id AND a.id = t.appointment_id
         LEFT JOIN customers k ON k.company_id = a.company_id AND k.id = a.customer_id
         LEFT JOIN services s ON s.company_id = a.company_id AND s.id = a.service_id
         LEFT JOIN staff p ON p.company_id = a.company_id AND p.id = a.staff_id
         WHERE {} ORDER BY {order} LIMIT {limit}",
        wanted.all()
    );
    tx.query(&sql, &wanted.arguments)?
        .iter()
        .map(|row| {
            let id: TaskId = row.get(0)?;
            let note = match row.get::<Option<Vec<u8>>>(7)? {
                Some(sealed) => {
                    let name = id.to_string();
                    let place = Place { table: "tasks", column: "note_sealed", row: &name };
                    let text = String::from_utf8(seal::open(tx, company, &place, &sealed)?)
                        .map_err(|_| Error::Impossible("tasks.note_sealed".into()))?;
                    Some(text)
                }
                None => None,
            };
            let about = match row.get::<Option<AppointmentId>>(8)? {
                Some(id) => Some(About {
                    id,
                    reference: row.get(9)?,
                    status: row.word(10, AppointmentStatus::parse)?,
                    starts_at: row.get(11)?,
                    customer: row.get(12)?,
                    name: row.get(13)?,
                    phone: row.get(14)?,
                    service: row.get(15)?,
                    staff: row.get(16)?,
                    call: row.get::<Option<String>>(17)?.zip(row.get::<Option<String>>(18)?),
                }),
                None => None,
            };
            let status: String = row.get(3)?;
            Ok(TaskRow {
                id,
                kind: row.word(1, TaskKind::parse)?,
                branch: row.get(2)?,
                is_done: status == "done",
                due_at: row.get(4)?,
                created_at: row.get(5)?,
                revision: row.get(6)?,
                note,
                about,
            })
        })
        .collect()
}
