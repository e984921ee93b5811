//! What an appointment goes back to where its last change by hand is taken back.

use askpro_domain::{booking::AppointmentStatus, ids::AppointmentId};
use jiff::Timestamp;
use serde_json::{Value as Json, json};

use crate::{
    CompanyTx,
    appointments::Position,
    args,
    error::{Error, Result},
    tx::sealed::Raw,
};

/// What was done last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undo {
    /// The revision that the change led to: nothing came after it.
    pub revision: u32,
    /// When it was done.
    pub at: Timestamp,
    /// What it was.
    pub done: Done,
}

/// A change that can be taken back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Done {
    /// It was called off.
    Cancelled,
    /// It was moved, from here.
    Moved(Position),
}

/// Keeps what the change of this revision can be taken back to.
pub fn keep(tx: &mut CompanyTx<'_>, id: AppointmentId, undo: &Undo) -> Result<()> {
    let from = match &undo.done {
        Done::Cancelled => None,
        Done::Moved(from) => Some(from.write()),
    };
    let written = json!({ "revision": undo.revision, "at": undo.at.to_string(), "moved_from": from });
    tx.execute(
        "UPDATE appointments SET undo = $3 WHERE company_id = $1 AND id = $2",
        args![tx.company_id(), id, written],
    )?;
    Ok(())
}

/// What the last change by hand can be taken back to.
pub fn find(tx: &mut CompanyTx<'_>, id: AppointmentId) -> Result<Option<Undo>> {
    let row = tx.first(
        "SELECT undo FROM appointments WHERE company_id = $1 AND id = $2 AND undo IS NOT NULL",
        args![tx.company_id(), id],
    )?;
    let read = |json: Json| -> Option<Undo> {
        let done = match json.get("moved_from")? {
            Json::Null => Done::Cancelled,
            from => Done::Moved(Position::read(from)?),
        };
        let revision = u32::try_from(json.get("revision")?.as_u64()?).ok()?;
        Some(Undo { revision, at: json.get("at")?.as_str()?.parse().ok()?, done })
    };
    row.map(|row| read(row.get(0)?).ok_or_else(|| Error::Impossible("appointments.undo".into()))).transpose()
}

/// Lets an appointment that was called off stand again; `false` where it was not
/// called off. Its time is the caller's to take.
pub fn restore(
    tx: &mut CompanyTx<'_>,
    id: AppointmentId,
    status: AppointmentStatus,
    now: Timestamp,
) -> Result<bool> {
    let changed = tx.execute(
        "UPDATE appointments SET status = $3, undo = NULL, revision = revision + 1, updated_at = $4
         WHERE company_id = $1 AND id = $2 AND status = 'cancelled'",
        args![tx.company_id(), id, status.word(), now],
    )?;
    Ok(changed == 1)
}
