//! What operation looks at: connections without their keys, deliveries without
//! what they said, jobs.

use askpro_domain::ids::{CompanyId, ConnectionId, DeliveryId, JobId};
use jiff::Timestamp;
use serde_json::Value as Json;
use uuid::Uuid;

use super::{Behind, Lists, Order, Wanted};
use crate::{
    Reads,
    connections::ConnectionKind,
    deliveries::DeliveryStatus,
    error::{Error, Result},
    jobs::{JobKind, JobStatus},
    value::Row,
};

/// Connections, by id.
#[derive(Clone, Debug, Default)]
pub struct Connections {
    /// Only this one.
    pub id: Option<ConnectionId>,
    /// Only at this provider.
    pub kind: Option<ConnectionKind>,
    /// Only those in use, or only those that are not.
    pub active: Option<bool>,
    /// Behind this one.
    pub after: Option<ConnectionId>,
}

/// A connection as lists show it: never its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedConnection {
    /// Its public id.
    pub id: ConnectionId,
    /// Whose.
    pub company: CompanyId,
    /// At which provider.
    pub kind: ConnectionKind,
    /// As people call it.
    pub name: String,
    /// The key, but for its last characters masked.
    pub key_hint: String,
    /// Where the provider is reached; `None` is its public address.
    pub base_url: Option<String>,
    /// What Cal.com is told where a customer has no e-mail address.
    pub attendee_email: Option<String>,
    /// Whether requests under it are taken.
    pub is_active: bool,
    /// Raised at each change.
    pub revision: u32,
    /// Since when it is there.
    pub created_at: Timestamp,
    /// The last webhook or call that came under it.
    pub last_used_at: Option<Timestamp>,
}

impl Lists for Connections {
    type Row = ListedConnection;

    fn list<T: Reads>(&self, tx: &mut T, limit: u32) -> Result<Vec<ListedConnection>> {
        let mut wanted = Wanted::seen(tx, "k.company_id");
        wanted.and_if("k.id = ?", self.id.as_ref().map(ConnectionId::as_str));
        wanted.and_if("k.kind = ?", self.kind.map(ConnectionKind::word));
        wanted.and_if("k.active = ?", self.active);
        wanted.and_if("k.id > ?", self.after.as_ref().map(ConnectionId::as_str));
        let select =
            "SELECT k.id, k.company_id, k.kind, k.name, k.key_hint, k.settings, k.active, k.revision,
             k.created_at,
             (SELECT max(d.received_at) FROM deliveries d
                 WHERE d.company_id = k.company_id AND d.connection_id = k.id),
             (SELECT max(l.started_at) FROM calls l
                 WHERE l.company_id = k.company_id AND l.connection_id = k.id)
             FROM connections k";
        wanted.rows(tx, select, "ORDER BY k.id", limit)?.iter().map(connection).collect()
    }
}

fn connection(row: &Row) -> Result<ListedConnection> {
    let id: String = row.get(0)?;
    let settings: Json = row.get(5)?;
    let text = |name: &str| settings.get(name).and_then(Json::as_str).map(str::to_owned);
    let (delivery, call): (Option<Timestamp>, Option<Timestamp>) = (row.get(9)?, row.get(10)?);
    Ok(ListedConnection {
        id: ConnectionId::parse(&id).ok_or_else(|| Error::Impossible("connections.id".into()))?,
        company: row.get(1)?,
        kind: row.word(2, ConnectionKind::parse)?,
        name: row.get(3)?,
        key_hint: row.get(4)?,
        base_url: text("base_url"),
        attendee_email: text("attendee_email"),
        is_active: row.get(6)?,
        revision: row.get(7)?,
        created_at: row.get(8)?,
        last_used_at: delivery.max(call),
    })
}

/// Deliveries, the latest first.
#[derive(Clone, Debug, Default)]
pub struct Deliveries {
    /// Only this one.
    pub id: Option<DeliveryId>,
    /// Only in this status.
    pub status: Option<DeliveryStatus>,
    /// Only under this connection.
    pub connection: Option<ConnectionId>,
    /// Behind this place.
    pub after: Option<Behind>,
}

/// A delivery as lists show it: without its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedDelivery {
    /// Its id.
    pub id: DeliveryId,
    /// Whose.
    pub company: CompanyId,
    /// Who sent it.
    pub connection: ConnectionId,
    /// What it says that happened.
    pub event: String,
    /// What became of it.
    pub status: DeliveryStatus,
    /// How often the same bytes came again.
    pub repeats: u32,
    /// When it came.
    pub received_at: Timestamp,
    /// When it was processed.
    pub processed_at: Option<Timestamp>,
}

impl Lists for Deliveries {
    type Row = ListedDelivery;

    fn list<T: Reads>(&self, tx: &mut T, limit: u32) -> Result<Vec<ListedDelivery>> {
        let mut wanted = Wanted::seen(tx, "d.company_id");
        wanted.and_if("d.id = ?", self.id);
        wanted.and_if("d.status = ?", self.status.map(DeliveryStatus::word));
        wanted.and_if("d.connection_id = ?", self.connection.as_ref().map(ConnectionId::as_str));
        wanted.behind("d.received_at", "d.id", Order::Falling, self.after);
        let select =
            "SELECT d.id, d.company_id, d.connection_id, d.event, d.status, d.repeats, d.received_at,
             d.processed_at FROM deliveries d";
        let listed = |row: &Row| {
            Ok(ListedDelivery {
                id: row.get(0)?,
                company: row.get(1)?,
                connection: row.word(2, ConnectionId::parse)?,
                event: row.get(3)?,
                status: row.word(4, DeliveryStatus::parse)?,
                repeats: row.get(5)?,
                received_at: row.get(6)?,
                processed_at: row.get(7)?,
            })
        };
        wanted.rows(tx, select, "ORDER BY d.received_at DESC, d.id DESC", limit)?.iter().map(listed).collect()
    }
}

/// Jobs, the latest first.
#[derive(Clone, Debug, Default)]
pub struct Jobs {
    /// Only this one.
    pub id: Option<JobId>,
    /// Only in this status.
    pub status: Option<JobStatus>,
    /// Only for this.
    pub kind: Option<JobKind>,
    /// Behind this one.
    pub after: Option<JobId>,
}

/// A job as lists show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedJob {
    /// Its id.
    pub id: JobId,
    /// Whose.
    pub company: CompanyId,
    /// What for, in the database's word: a newer release may know more of them.
    pub kind: String,
    /// What it is about.
    pub subject: Option<Uuid>,
    /// Where it stands.
    pub status: JobStatus,
    /// Tries so far.
    pub attempts: u32,
    /// When it is to be taken up.
    pub due_at: Timestamp,
    /// Why it did not end the last time; names nobody.
    pub last_error: Option<String>,
    /// When it was promised.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

impl Lists for Jobs {
    type Row = ListedJob;

    fn list<T: Reads>(&self, tx: &mut T, limit: u32) -> Result<Vec<ListedJob>> {
        let mut wanted = Wanted::seen(tx, "j.company_id");
        wanted.and_if("j.id = ?", self.id);
        wanted.and_if("j.status = ?", self.status.map(JobStatus::word));
        wanted.and_if("j.kind = ?", self.kind.map(JobKind::word));
        wanted.and_if("j.id < ?", self.after);
        let select =
            "SELECT j.id, j.company_id, j.kind, j.subject_id, j.status, j.attempts, j.due_at, j.last_error,
             j.created_at, j.updated_at FROM jobs j";
        let listed = |row: &Row| {
            Ok(ListedJob {
                id: row.get(0)?,
                company: row.get(1)?,
                kind: row.get(2)?,
                subject: row.get(3)?,
                status: row.word(4, JobStatus::parse)?,
                attempts: row.get(5)?,
                due_at: row.get(6)?,
                last_error: row.get(7)?,
                created_at: row.get(8)?,
                updated_at: row.get(9)?,
            })
        };
        wanted.rows(tx, select, "ORDER BY j.id DESC", limit)?.iter().map(listed).collect()
    }
}
