//! Calls, as a list and one by one.

use askpro_domain::{
    booking::AppointmentStatus,
    call::{CallOutcome, CallStage},
    ids::{AppointmentId, BranchId, CallId, ConnectionId, CustomerId, StaffId},
};
use jiff::Timestamp;

use super::wanted::{Wanted, within};
use crate::{
    CompanyTx, args,
    calls::FunctionCall,
    error::{Error, Result},
    seal::{self, Place},
    tx::sealed::Raw,
    value::Row,
};

/// Which calls a list wants. All of it can stand in an address.
#[derive(Clone, Debug, Default)]
pub struct CallFilter {
    /// Begun at or after.
    pub from: Option<Timestamp>,
    /// Begun before.
    pub to: Option<Timestamp>,
    /// Of a branch.
    pub branch: Option<BranchId>,
    /// With one of these outcomes; empty is any.
    pub outcomes: Vec<CallOutcome>,
    /// By this agent.
    pub agent: Option<String>,
    /// In this version.
    pub version: Option<u32>,
    /// With this sentiment, in the provider's word.
    pub sentiment: Option<String>,
    /// A part of the caller's number.
    pub number: Option<String>,
    /// A part of the customer's name.
    pub text: Option<String>,
    /// In which a function took longer than this, in milliseconds.
    pub slower_than: Option<u32>,
    /// Older than this one.
    pub before: Option<(Timestamp, CallId)>,
    /// Newer than this one.
    pub after: Option<(Timestamp, CallId)>,
}

/// A call as a row.
#[derive(Clone, Debug)]
pub struct CallRow {
    /// Its id here.
    pub id: CallId,
    /// At which connection.
    pub connection: String,
    /// Its id at the provider.
    pub provider_call_id: String,
    /// How far it is told.
    pub stage: CallStage,
    /// What came of it.
    pub outcome: CallOutcome,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// How long it took, in milliseconds.
    pub duration_ms: Option<i64>,
    /// Who rang, as the network says.
    pub from_number: Option<String>,
    /// Which number was rung.
    pub to_number: Option<String>,
    /// Of which branch.
    pub branch: Option<BranchId>,
    /// Which agent spoke.
    pub agent: Option<String>,
    /// In which version.
    pub agent_version: Option<u32>,
    /// What it cost, in thousandths of a US cent.
    pub cost_millicents: Option<i64>,
    /// How the caller sounded, in the provider's word.
    pub sentiment: Option<String>,
    /// Why it ended, in the provider's word.
    pub disconnection: Option<String>,
    /// Median time until the agent answered, in milliseconds.
    pub latency_p50_ms: Option<u32>,
    /// The same for the slowest twentieth.
    pub latency_p95_ms: Option<u32>,
    /// The slowest function, in milliseconds.
    pub slowest_ms: Option<u32>,
}

const CALL: &str =
    "SELECT c.id, c.connection_id, c.provider_call_id, c.stage, c.outcome, c.started_at, c.ended_at,
     c.duration_ms, c.from_number, c.to_number, c.branch_id, c.agent_id, c.agent_version, c.cost_millicents,
     c.sentiment, c.disconnection_reason, c.latency_p50_ms, c.latency_p95_ms,
     (SELECT max(f.duration_ms) FROM function_calls f WHERE f.company_id = c.company_id AND f.call_id = c.id)
     FROM calls c";

fn call(row: &Row) -> Result<CallRow> {
    Ok(CallRow {
        id: row.get(0)?,
        connection: row.get(1)?,
        provider_call_id: row.get(2)?,
        stage: row.word(3, CallStage::parse)?,
        outcome: row.word(4, CallOutcome::parse)?,
        started_at: row.get(5)?,
        ended_at: row.get(6)?,
        duration_ms: row.get(7)?,
        from_number: row.get(8)?,
        to_number: row.get(9)?,
        branch: row.get(10)?,
        agent: row.get(11)?,
        agent_version: row.get(12)?,
        cost_millicents: row.get(13)?,
        sentiment: row.get(14)?,
        disconnection: row.get(15)?,
        latency_p50_ms: row.get(16)?,
        latency_p95_ms: row.get(17)?,
        slowest_ms: row.get(18)?,
    })
}

fn filtered(tx: &CompanyTx<'_>, filter: &CallFilter) -> Wanted {
    let mut wanted = Wanted::new();
    wanted.that("c.company_id = ?", tx.company_id());
    wanted.perhaps("c.started_at >= ?", filter.from);
    wanted.perhaps("c.started_at < ?", filter.to);
    wanted.perhaps("c.branch_id = ?", filter.branch);
    wanted.perhaps("c.agent_id = ?", filter.agent.as_ref());
    wanted.perhaps("c.agent_version = ?", filter.version);
    wanted.perhaps("c.sentiment = ?", filter.sentiment.as_ref());
    wanted.perhaps("c.from_number LIKE ? ESCAPE '!'", filter.number.as_deref().map(within));
    wanted.perhaps(
        "EXISTS (SELECT 1 FROM function_calls f WHERE f.company_id = c.company_id AND f.call_id = c.id
             AND f.duration_ms > ?)",
        filter.slower_than,
    );
    wanted.perhaps(
        "(EXISTS (SELECT 1 FROM appointments a JOIN customers k ON k.company_id = a.company_id AND k.id = a.customer_id
              WHERE a.company_id = c.company_id AND a.connection_id = c.connection_id
              AND a.provider_call_id = c.provider_call_id AND lower(k.name) LIKE ? ESCAPE '!')
          OR EXISTS (SELECT 1 FROM call_identities i JOIN customers k ON k.company_id = i.company_id AND k.id = i.customer_id
              WHERE i.company_id = c.company_id AND i.connection_id = c.connection_id
              AND i.provider_call_id = c.provider_call_id AND lower(k.name) LIKE ? ESCAPE '!'))",
        filter.text.as_deref().map(within),
    );
    if !filter.outcomes.is_empty() {
        let places = wanted.places(filter.outcomes.iter().map(|outcome| outcome.word()));
        wanted.always(&format!("c.outcome IN ({places})"));
    }
    wanted
}

/// A page of calls, the latest first.
pub fn call_page(tx: &mut CompanyTx<'_>, filter: &CallFilter, limit: u32) -> Result<Vec<CallRow>> {
    let mut wanted = filtered(tx, filter);
    let is_backwards = filter.after.is_some();
    if let Some((at, id)) = filter.before {
        let (at, again, id) = (wanted.place(at), wanted.place(at), wanted.place(id));
        wanted.always(&format!("c.started_at <= {at} AND (c.started_at < {again} OR c.id < {id})"));
    }
    if let Some((at, id)) = filter.after {
        let (at, again, id) = (wanted.place(at), wanted.place(at), wanted.place(id));
        wanted.always(&format!("c.started_at >= {at} AND (c.started_at > {again} OR c.id > {id})"));
    }
    let limit = wanted.place(limit);
    let order = if is_backwards { "c.started_at, c.id" } else { "c.started_at DESC, c.id DESC" };
    let sql = format!("{CALL} WHERE {} ORDER BY {order} LIMIT {limit}", wanted.all());
    let mut calls: Vec<CallRow> =
        tx.query(&sql, &wanted.arguments)?.iter().map(call).collect::<Result<_>>()?;
    if is_backwards {
        calls.reverse();
    }
    Ok(calls)
}

/// How many calls a filter finds, by outcome; the filter's own outcomes do not count.
pub fn calls_by_outcome(tx: &mut CompanyTx<'_>, filter: &CallFilter) -> Result<Vec<(CallOutcome, u32)>> {
    let filter = CallFilter { outcomes: Vec::new(), slower_than: None, ..filter.clone() };
    let wanted = filtered(tx, &filter);
    let sql = format!("SELECT c.outcome, count(*) FROM calls c WHERE {} GROUP BY c.outcome", wanted.all());
    tx.query(&sql, &wanted.arguments)?
        .iter()
        .map(|row| Ok((row.word(0, CallOutcome::parse)?, row.get(1)?)))
        .collect()
}

/// Calls that run, the latest first.
pub fn running(
    tx: &mut CompanyTx<'_>,
    branch: Option<BranchId>,
    since: Timestamp,
    limit: u32,
) -> Result<Vec<CallRow>> {
    let mut wanted = Wanted::new();
    wanted.that("c.company_id = ?", tx.company_id());
    wanted.that("c.started_at > ?", since);
    wanted.perhaps("c.branch_id = ?", branch);
    let limit = wanted.place(limit);
    let sql = format!(
        "{CALL} WHERE {} AND c.stage = 'ongoing' ORDER BY c.started_at DESC, c.id DESC LIMIT {limit}",
        wanted.all()
    );
    tx.query(&sql, &wanted.arguments)?.iter().map(call).collect()
}

/// One call.
pub fn call_row(tx: &mut CompanyTx<'_>, id: CallId) -> Result<Option<CallRow>> {
    let sql = format!("{CALL} WHERE c.company_id = $1 AND c.id = $2");
    tx.first(&sql, args![tx.company_id(), id])?.as_ref().map(call).transpose()
}

/// The next newer and the next older call.
pub fn neighbours(tx: &mut CompanyTx<'_>, of: &CallRow) -> Result<(Option<CallId>, Option<CallId>)> {
    let row = tx.first(
        "SELECT (SELECT id FROM calls WHERE company_id = $1 AND started_at >= $2 AND (started_at > $3 OR id > $4)
                 ORDER BY started_at, id LIMIT 1),
                (SELECT id FROM calls WHERE company_id = $1 AND started_at <= $2 AND (started_at < $3 OR id < $4)
                 ORDER BY started_at DESC, id DESC LIMIT 1)",
        args![tx.company_id(), of.started_at, of.started_at, of.id],
    )?;
    row.map_or(Ok((None, None)), |row| Ok((row.get(0)?, row.get(1)?)))
}

/// What a call has to do with: an appointment that was made in it, or a customer
/// who was recognised.
#[derive(Clone, Debug)]
pub struct Concerns {
    /// The call, as (connection, id at the provider).
    pub call: (String, String),
    /// Who.
    pub customer: CustomerId,
    /// As they are called.
    pub name: String,
    /// What was made, where something was.
    pub made: Option<Made>,
}

/// An appointment that was made in a call.
#[derive(Clone, Debug)]
pub struct Made {
    /// Its id.
    pub id: AppointmentId,
    /// What the customer writes down.
    pub reference: String,
    /// Where it stands now.
    pub status: AppointmentStatus,
    /// When.
    pub starts_at: Timestamp,
    /// Until when.
    pub ends_at: Timestamp,
    /// With whom.
    pub staff: StaffId,
    /// As they are called.
    pub staff_name: String,
    /// What.
    pub service: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// Whom and what calls were about; one statement for all of them.
pub fn concerns(tx: &mut CompanyTx<'_>, calls: &[(&str, &str)]) -> Result<Vec<Concerns>> {
    if calls.is_empty() {
        return Ok(Vec::new());
    }
    let mut wanted = Wanted::new();
    let company = wanted.place(tx.company_id());
    let mut connections: Vec<&str> = calls.iter().map(|call| call.0).collect();
    connections.sort_unstable();
    connections.dedup();
    let connections = wanted.places(connections);
    let ids = wanted.places(calls.iter().map(|call| call.1));
    let sql = format!(
        "SELECT a.connection_id, a.provider_call_id, a.customer_id, k.name, a.id, a.reference, a.status, a.starts_at,
             a.ends_at, a.staff_id, t.name, s.name, a.created_at, a.updated_at
         FROM appointments a
         JOIN customers k ON k.company_id = a.company_id AND k.id = a.customer_id
         JOIN staff t ON t.company_id = a.company_id AND t.id = a.staff_id
         JOIN services s ON s.company_id = a.company_id AND s.id = a.service_id
         WHERE a.company_id = {company} AND a.connection_id IN ({connections}) AND a.provider_call_id IN ({ids})
         UNION ALL
         SELECT i.connection_id, i.provider_call_id, i.customer_id, k.name, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
             NULL, NULL, NULL
         FROM call_identities i JOIN customers k ON k.company_id = i.company_id AND k.id = i.customer_id
         WHERE i.company_id = {company} AND i.connection_id IN ({connections}) AND i.provider_call_id IN ({ids})
         LIMIT 2000"
    );
    tx.query(&sql, &wanted.arguments)?
        .iter()
        .map(|row| {
            let made = match row.get::<Option<AppointmentId>>(4)? {
                Some(id) => Some(Made {
                    id,
                    reference: row.get(5)?,
                    status: row.word(6, AppointmentStatus::parse)?,
                    starts_at: row.get(7)?,
                    ends_at: row.get(8)?,
                    staff: row.get(9)?,
                    staff_name: row.get(10)?,
                    service: row.get(11)?,
                    created_at: row.get(12)?,
                    updated_at: row.get(13)?,
                }),
                None => None,
            };
            Ok(Concerns { call: (row.get(0)?, row.get(1)?), customer: row.get(2)?, name: row.get(3)?, made })
        })
        .collect()
}

/// Functions of one call whose exchange is opened at most.
const FUNCTIONS_AT_MOST: u32 = 200;

/// The functions of a call with arguments and answers, in order of time.
pub fn exchanges(tx: &mut CompanyTx<'_>, call: CallId) -> Result<Vec<FunctionCall>> {
    let company = tx.company_id();
    let rows = tx.query(
        "SELECT id, function, tool_call_id, status, error_id, at, duration_ms, exchange_sealed FROM function_calls
         WHERE company_id = $1 AND call_id = $2 ORDER BY at, id LIMIT $3",
        args![company, call, FUNCTIONS_AT_MOST],
    )?;
    rows.iter()
        .map(|row| {
            let id: uuid::Uuid = row.get(0)?;
            let (id, sealed): (String, Vec<u8>) = (id.to_string(), row.get(7)?);
            let place = Place { table: "function_calls", column: "exchange_sealed", row: &id };
            let exchange = String::from_utf8(seal::open(tx, company, &place, &sealed)?)
                .map_err(|_| Error::Impossible("function_calls.exchange_sealed".into()))?;
            Ok(FunctionCall {
                function: row.get(1)?,
                tool_call_id: row.get(2)?,
                status: row.get(3)?,
                error_id: row.get(4)?,
                at: row.get(5)?,
                duration_ms: row.get(6)?,
                exchange,
            })
        })
        .collect()
}

/// A webhook that arrived.
#[derive(Clone, Debug)]
pub struct Arrived {
    /// What it tells.
    pub event: String,
    /// Its status, in the database's word.
    pub status: String,
    /// When it arrived.
    pub received_at: Timestamp,
    /// When it was processed.
    pub processed_at: Option<Timestamp>,
    /// How often the same bytes came again.
    pub repeats: u32,
}

/// Deliveries in a call's time that are opened at most, to see whose they are.
const DELIVERIES_AT_MOST: u32 = 60;

/// The webhooks that told of a call: those of its connection in its time whose
/// payload names it.
pub fn arrived(
    tx: &mut CompanyTx<'_>,
    connection: &ConnectionId,
    provider_call_id: &str,
    from: Timestamp,
    to: Timestamp,
) -> Result<Vec<Arrived>> {
    let company = tx.company_id();
    let rows = tx.query(
        "SELECT id, event, status, received_at, processed_at, repeats, payload_sealed FROM deliveries
         WHERE company_id = $1 AND received_at >= $2 AND received_at <= $3 AND connection_id = $4
         ORDER BY received_at, id LIMIT $5",
        args![company, from, to, connection.as_str(), DELIVERIES_AT_MOST],
    )?;
    let name = format!("\"{provider_call_id}\"");
    let mut found = Vec::new();
    for row in &rows {
        let id: uuid::Uuid = row.get(0)?;
        let (id, sealed): (String, Vec<u8>) = (id.to_string(), row.get(6)?);
        let place = Place { table: "deliveries", column: "payload_sealed", row: &id };
        let payload = seal::open(tx, company, &place, &sealed)?;
        if String::from_utf8_lossy(&payload).contains(&name) {
            found.push(Arrived {
                event: row.get(1)?,
                status: row.get(2)?,
                received_at: row.get(3)?,
                processed_at: row.get(4)?,
                repeats: row.get(5)?,
            });
        }
    }
    Ok(found)
}
