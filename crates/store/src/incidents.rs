//! What went wrong and somebody should know, in its smallest form: a kind, a
//! subject, words that name nobody. The same trouble again is counted, not added.

use askpro_domain::ids::uuid_v7;
use jiff::Timestamp;
use uuid::Uuid;

use crate::{CompanyTx, args, error::Result, tx::sealed::Raw, value::Row};

/// What went wrong.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum IncidentKind {
    /// A provider was left alone for a connection; the subject is the connection.
    ProviderTrouble,
    /// A promised appointment was refused afterwards; the subject is the appointment.
    PromiseRefused,
    /// A provider held one appointment twice; the subject is the appointment.
    BookedTwice,
    /// A job was given up; the subject is the job.
    JobDead,
    /// Two calendars gave the same time away; the subject is the appointment.
    CalendarConflict,
    /// A booking under our key that no appointment here has; the subject is its id there.
    OrphanBooking,
}

impl IncidentKind {
    /// Every kind.
    pub const ALL: &[Self] = &[
        Self::ProviderTrouble,
        Self::PromiseRefused,
        Self::BookedTwice,
        Self::JobDead,
        Self::CalendarConflict,
        Self::OrphanBooking,
    ];

    /// The word in the database and in answers.
    pub fn word(self) -> &'static str {
        match self {
            Self::ProviderTrouble => "provider_trouble",
            Self::PromiseRefused => "promise_refused",
            Self::BookedTwice => "booked_twice",
            Self::JobDead => "job_dead",
            Self::CalendarConflict => "calendar_conflict",
            Self::OrphanBooking => "orphan_booking",
        }
    }

    /// The kind of a word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.word() == word)
    }
}

/// An incident.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Incident {
    /// What went wrong.
    pub kind: IncidentKind,
    /// About what.
    pub subject: String,
    /// In words that name nobody.
    pub detail: String,
    /// How often, since it was opened.
    pub times: u32,
    /// When it began.
    pub opened_at: Timestamp,
    /// When it was over.
    pub closed_at: Option<Timestamp>,
}

/// Opens an incident, or counts it where it is open.
pub fn open(
    tx: &mut CompanyTx<'_>,
    kind: IncidentKind,
    subject: &str,
    detail: &str,
    now: Timestamp,
) -> Result<()> {
    let id: Uuid = uuid_v7(now, tx.seals().chance().as_ref());
    tx.execute(
        "INSERT INTO incidents (id, company_id, kind, subject, detail, times, opened_at, closed_at, revision)
         VALUES ($1, $2, $3, $4, $5, 1, $6, NULL, 1)
         ON CONFLICT (company_id, kind, subject) WHERE closed_at IS NULL
         DO UPDATE SET times = incidents.times + 1, detail = $5, revision = incidents.revision + 1",
        args![id, tx.company_id(), kind.word(), subject, detail, now],
    )?;
    Ok(())
}

/// Opens an incident about something that stays as it is: seen again, it is not counted.
pub fn open_once(
    tx: &mut CompanyTx<'_>,
    kind: IncidentKind,
    subject: &str,
    detail: &str,
    now: Timestamp,
) -> Result<()> {
    let known = tx.first(
        "SELECT 1 FROM incidents WHERE company_id = $1 AND kind = $2 AND subject = $3 AND closed_at IS NULL",
        args![tx.company_id(), kind.word(), subject],
    )?;
    if known.is_some() { Ok(()) } else { open(tx, kind, subject, detail, now) }
}

/// Closes what is open about a subject.
pub fn close(tx: &mut CompanyTx<'_>, kind: IncidentKind, subject: &str, now: Timestamp) -> Result<()> {
    tx.execute(
        "UPDATE incidents SET closed_at = $4, revision = revision + 1
         WHERE company_id = $1 AND kind = $2 AND subject = $3 AND closed_at IS NULL",
        args![tx.company_id(), kind.word(), subject, now],
    )?;
    Ok(())
}

/// The newest, at most `limit`.
pub fn newest(tx: &mut CompanyTx<'_>, limit: u32) -> Result<Vec<Incident>> {
    let rows = tx.query(
        "SELECT kind, subject, detail, times, opened_at, closed_at FROM incidents
         WHERE company_id = $1 ORDER BY opened_at DESC, id DESC LIMIT $2",
        args![tx.company_id(), limit],
    )?;
    let incident = |row: &Row| {
        Ok(Incident {
            kind: row.word(0, IncidentKind::parse)?,
            subject: row.get(1)?,
            detail: row.get(2)?,
            times: row.get(3)?,
            opened_at: row.get(4)?,
            closed_at: row.get(5)?,
        })
    };
    rows.iter().map(incident).collect()
}
