//! The outbox of mails: written in the transaction that promises a mail, leased
//! and sent afterwards. People belong to no company, so neither does every mail.

use askpro_domain::ids::{CompanyId, MailId};
use jiff::{SignedDuration, Timestamp};

use crate::{
    CompanyTx, Engine, PlatformTx, args,
    error::{Error, Result},
    jobs::End,
    seal::{self, Place},
    tx::{sealed::Raw, shared_time},
};

/// How long a mail that has left, or was given up, is remembered.
const KEPT: SignedDuration = SignedDuration::from_hours(24 * 30);

/// What a mail is for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum MailKind {
    /// Somebody new gets a link to choose their first password.
    Invitation,
    /// Somebody asked for a link to choose another password.
    Reset,
    /// A finished text.
    Letter,
}

impl MailKind {
    /// Every kind.
    pub const ALL: &[Self] = &[Self::Invitation, Self::Reset, Self::Letter];

    /// The word in the database.
    pub fn word(self) -> &'static str {
        match self {
            Self::Invitation => "invitation",
            Self::Reset => "reset",
            Self::Letter => "letter",
        }
    }

    /// The kind of a word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.word() == word)
    }
}

/// A mail that this worker holds until its lease ends.
#[derive(Clone)]
pub struct Leased {
    /// Its id, which also is its Message-ID.
    pub id: MailId,
    /// What for.
    pub kind: MailKind,
    /// What was enqueued; `None` where it does not open any more.
    pub payload: Option<Vec<u8>>,
    /// Tries so far, this one included; from 1.
    pub attempts: u32,
}

/// Adds a mail of a company.
pub fn add(tx: &mut CompanyTx<'_>, kind: MailKind, payload: &[u8], now: Timestamp) -> Result<MailId> {
    let (company, id) = (tx.company_id(), MailId::new(now, tx.seals().chance().as_ref()));
    let row = id.to_string();
    let sealed = seal::seal(tx, company, &place(&row), payload)?;
    insert(tx, id, Some(company), kind, sealed, now)
}

/// Adds a mail of the installation.
pub fn add_platform(
    tx: &mut PlatformTx<'_>,
    kind: MailKind,
    payload: &[u8],
    now: Timestamp,
) -> Result<MailId> {
    let id = MailId::new(now, tx.seals().chance().as_ref());
    let row = id.to_string();
    let sealed = seal::seal_for_installation(tx, &place(&row), payload, now)?;
    insert(tx, id, None, kind, sealed, now)
}

fn place(row: &str) -> Place<'_> {
    Place { table: "mails", column: "payload_sealed", row }
}

fn insert(
    tx: &mut dyn Raw,
    id: MailId,
    company: Option<CompanyId>,
    kind: MailKind,
    sealed: Vec<u8>,
    now: Timestamp,
) -> Result<MailId> {
    let due_at = shared_time(tx, now)?;
    tx.execute(
        "INSERT INTO mails (id, company_id, kind, payload_sealed, status, attempts, due_at, leased_by,
             leased_until, last_error, created_at, updated_at)
         VALUES ($1, $2, $3, $4, 'queued', 0, $5, NULL, NULL, NULL, $6, $6)",
        args![id, company, kind.word(), sealed, due_at, now],
    )?;
    Ok(id)
}

/// Leases what is due, at most `limit`, oldest first, and forgets what has long
/// left. A mail whose worker died is due again when its lease has run out.
pub fn lease(
    tx: &mut PlatformTx<'_>,
    worker: &str,
    limit: u32,
    lease: SignedDuration,
    now: Timestamp,
) -> Result<Vec<Leased>> {
    let now = shared_time(tx, now)?;
    let due = "SELECT id FROM mails WHERE status IN ('queued', 'leased', 'failed') AND due_at <= $1
                   AND (leased_until IS NULL OR leased_until <= $1)";
    // Most looks find nothing; those write nothing.
    if tx.first(&format!("{due} LIMIT 1"), args![now])?.is_none() {
        return Ok(Vec::new());
    }
    tx.execute(
        "DELETE FROM mails WHERE status IN ('done', 'dead') AND updated_at < $1",
        args![now.checked_sub(KEPT).unwrap_or(Timestamp::MIN)],
    )?;
    let skip = match tx.engine() {
        Engine::Sqlite => "",
        Engine::Postgres => "FOR UPDATE SKIP LOCKED",
    };
    let rows = tx.query(
        &format!(
            "UPDATE mails SET status = 'leased', leased_by = $2, leased_until = $3, attempts = attempts + 1,
                 updated_at = $1
             WHERE id IN ({due} ORDER BY due_at LIMIT $4 {skip})
             RETURNING id, company_id, kind, payload_sealed, attempts"
        ),
        args![now, worker, now.checked_add(lease).unwrap_or(Timestamp::MAX), limit],
    )?;
    rows.iter()
        .map(|row| {
            let id: MailId = row.get(0)?;
            let (written, sealed) = (id.to_string(), row.get::<Vec<u8>>(3)?);
            let opened = match row.get::<Option<CompanyId>>(1)? {
                Some(company) => seal::open(tx, company, &place(&written), &sealed),
                None => seal::open_for_installation(tx, &place(&written), &sealed),
            };
            // One that is lost must not keep the others from leaving.
            let payload = match opened {
                Ok(payload) => Some(payload),
                Err(Error::Sealed(_)) => None,
                Err(error) => return Err(error),
            };
            Ok(Leased { id, kind: row.word(2, MailKind::parse)?, payload, attempts: row.get(4)? })
        })
        .collect()
}

/// Writes down how a leased mail ended; what it said is kept only while it is to
/// be tried again. `Contended` where the lease was lost in the meantime.
pub fn end(tx: &mut PlatformTx<'_>, mail: MailId, worker: &str, end: &End, now: Timestamp) -> Result<()> {
    let shared = shared_time(tx, now)?;
    let (status, due_at, reason) = match end {
        End::Done => ("done", None, None),
        End::Again { pause, reason } => {
            ("failed", Some(shared.checked_add(*pause).unwrap_or(Timestamp::MAX)), Some(reason))
        }
        End::Dead { reason } => ("dead", None, Some(reason)),
    };
    let changed = tx.execute(
        "UPDATE mails SET status = $2, due_at = coalesce($3, due_at), last_error = $4, leased_by = NULL,
             leased_until = NULL, updated_at = $5,
             payload_sealed = CASE WHEN $2 = 'failed' THEN payload_sealed END
         WHERE id = $1 AND status = 'leased' AND leased_by = $6",
        args![mail, status, due_at, reason, shared, worker],
    )?;
    if changed == 1 { Ok(()) } else { Err(Error::Contended) }
}
