//! Phone calls, and the functions that were called in them.

use askpro_domain::{
    call::{CallOutcome, CallStage},
    ids::{BranchId, CallId, CompanyId, ConnectionId, CustomerId, uuid_v7},
};
use jiff::Timestamp;

use crate::{
    CompanyTx, Engine, Reads, args,
    error::{Error, Result},
    lists::{Lists, Order, Wanted},
    seal::{self, Place},
    tx::sealed::Raw,
    value::{Row, Value},
};

/// What one event, or one function call, tells about a call. What it does not
/// tell is absent.
#[derive(Clone, Debug, Default)]
pub struct Told {
    /// `phone_call` or `web_call`.
    pub call_type: Option<String>,
    /// `inbound` or `outbound`.
    pub direction: Option<String>,
    /// Which agent speaks.
    pub agent_id: Option<String>,
    /// In which version.
    pub agent_version: Option<u32>,
    /// Who rings, as the network says.
    pub from_number: Option<String>,
    /// Which number was rung.
    pub to_number: Option<String>,
    /// Of which branch.
    pub branch: Option<BranchId>,
    /// When it began.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// How long it took, in milliseconds.
    pub duration_ms: Option<i64>,
    /// Why it ended, in the provider's word.
    pub disconnection_reason: Option<String>,
    /// How far handing over to a person went, in the provider's word.
    pub transfer: Option<String>,
    /// What it cost, in thousandths of a US cent.
    pub cost_millicents: Option<i64>,
    /// Median time until the agent answered, in milliseconds.
    pub latency_p50_ms: Option<u32>,
    /// The same for the slowest twentieth.
    pub latency_p95_ms: Option<u32>,
    /// How the caller sounded, in the provider's word.
    pub sentiment: Option<String>,
    /// Whether the provider thinks that it went well.
    pub successful: Option<bool>,
    /// The provider's summary.
    pub summary: Option<String>,
    /// What was said, as the provider's JSON.
    pub transcript: Option<String>,
}

/// Whose call it was, where it was recognisably one customer's: who was recognised
/// in it, or for whom something was booked.
fn customer_of(
    tx: &mut CompanyTx<'_>,
    connection: &ConnectionId,
    provider_call_id: &str,
) -> Result<Option<CustomerId>> {
    let rows = tx.query(
        "SELECT customer_id FROM call_identities
             WHERE company_id = $1 AND connection_id = $2 AND provider_call_id = $3
         UNION SELECT customer_id FROM appointments
             WHERE company_id = $1 AND connection_id = $2 AND provider_call_id = $3
         LIMIT 2",
        args![tx.company_id(), connection.as_str(), provider_call_id],
    )?;
    match &rows[..] {
        [one] => one.get(0).map(Some),
        _ => Ok(None),
    }
}

/// Writes down what is told about a call; makes its row where this is the first
/// that is heard of it. What a further stage told is not overwritten by an earlier one.
pub fn tell(
    tx: &mut CompanyTx<'_>,
    connection: &ConnectionId,
    provider_call_id: &str,
    stage: CallStage,
    told: &Told,
    now: Timestamp,
) -> Result<CallId> {
    let company = tx.company_id();
    let fresh = CallId::new(now, tx.seals().chance().as_ref());
    tx.execute(
        "INSERT INTO calls (id, company_id, connection_id, provider_call_id, stage, started_at, outcome, created_at,
             updated_at)
         VALUES ($1, $2, $3, $4, 'ongoing', $5, 'none', $6, $6)
         ON CONFLICT (company_id, connection_id, provider_call_id) DO NOTHING",
        args![fresh, company, connection.as_str(), provider_call_id, told.started_at.unwrap_or(now), now],
    )?;
    let (id, known) = place_of(tx, connection, provider_call_id)?;
    let row = id.to_string();
    let whose = match (&told.summary, &told.transcript) {
        (None, None) => None,
        _ => customer_of(tx, connection, provider_call_id)?,
    };
    let mut sealed = |column: &'static str, text: &Option<String>| -> Result<Option<Vec<u8>>> {
        let Some(text) = text else { return Ok(None) };
        let place = Place { table: "calls", column, row: &row };
        match whose {
            Some(customer) => seal::seal_for_customer(tx, customer, &place, text.as_bytes(), now),
            None => seal::seal(tx, company, &place, text.as_bytes()),
        }
        .map(Some)
    };
    let summary = sealed("summary_sealed", &told.summary)?;
    let transcript = sealed("transcript_sealed", &told.transcript)?;
    let columns: [(&str, Value); 19] = [
        ("call_type", told.call_type.as_ref().into()),
        ("direction", told.direction.as_ref().into()),
        ("agent_id", told.agent_id.as_ref().into()),
        ("agent_version", told.agent_version.into()),
        ("from_number", told.from_number.as_ref().into()),
        ("to_number", told.to_number.as_ref().into()),
        ("branch_id", told.branch.into()),
        ("started_at", told.started_at.into()),
        ("ended_at", told.ended_at.into()),
        ("duration_ms", told.duration_ms.into()),
        ("disconnection_reason", told.disconnection_reason.as_ref().into()),
        ("transfer", told.transfer.as_ref().into()),
        ("cost_millicents", told.cost_millicents.into()),
        ("latency_p50_ms", told.latency_p50_ms.into()),
        ("latency_p95_ms", told.latency_p95_ms.into()),
        ("sentiment", told.sentiment.as_ref().into()),
        ("successful", told.successful.into()),
        ("summary_sealed", summary.into()),
        ("transcript_sealed", transcript.into()),
    ];
    let is_late = stage < known;
    let mut arguments: Vec<Value> =
        vec![company.into(), id.into(), known.max(stage).word().into(), now.into()];
    let mut changes = Vec::new();
    for (column, value) in columns {
        if value == Value::Null {
            continue;
        }
        arguments.push(value);
        let place = arguments.len();
        changes.push(if is_late {
            format!("{column} = coalesce({column}, ${place})")
        } else {
            format!("{column} = ${place}")
        });
    }
    changes.extend(["stage = $3".to_owned(), "updated_at = $4".to_owned()]);
    let sql = format!("UPDATE calls SET {} WHERE company_id = $1 AND id = $2", changes.join(", "));
    tx.execute(&sql, &arguments)?;
    Ok(id)
}

/// The row of a call that runs; made with what is told where this is the first
/// that is heard of it. What stands there already is not changed.
pub fn open(
    tx: &mut CompanyTx<'_>,
    connection: &ConnectionId,
    provider_call_id: &str,
    told: &Told,
    now: Timestamp,
) -> Result<CallId> {
    let company = tx.company_id();
    let known = tx.first(
        "SELECT id FROM calls WHERE company_id = $1 AND connection_id = $2 AND provider_call_id = $3",
        args![company, connection.as_str(), provider_call_id],
    )?;
    if let Some(row) = known {
        return row.get(0);
    }
    let fresh = CallId::new(now, tx.seals().chance().as_ref());
    let made = tx.execute(
        "INSERT INTO calls (id, company_id, connection_id, provider_call_id, stage, from_number, to_number, branch_id,
             started_at, outcome, created_at, updated_at)
         VALUES ($1, $2, $3, $4, 'ongoing', $5, $6, $7, $8, 'none', $8, $8)
         ON CONFLICT (company_id, connection_id, provider_call_id) DO NOTHING",
        args![
            fresh,
            company,
            connection.as_str(),
            provider_call_id,
            told.from_number.as_ref(),
            told.to_number.as_ref(),
            told.branch,
            now
        ],
    )?;
    // Somebody else made it at the same moment: begin again and find it.
    if made == 1 { Ok(fresh) } else { Err(Error::Contended) }
}

fn place_of(
    tx: &mut CompanyTx<'_>,
    connection: &ConnectionId,
    provider_call_id: &str,
) -> Result<(CallId, CallStage)> {
    // Events of one call are processed at the same moment: which stage is known must
    // stay so until it is written. SQLite has one writer.
    let locked = match tx.engine() {
        Engine::Sqlite => "",
        Engine::Postgres => "FOR UPDATE",
    };
    let sql = format!(
        "SELECT id, stage FROM calls WHERE company_id = $1 AND connection_id = $2 AND provider_call_id = $3 {locked}"
    );
    let row = tx
        .first(&sql, args![tx.company_id(), connection.as_str(), provider_call_id])?
        .ok_or(Error::Contended)?;
    Ok((row.get(0)?, row.word(1, CallStage::parse)?))
}

/// A function call that was answered.
#[derive(Clone, Debug)]
pub struct FunctionCall {
    /// Which function.
    pub function: String,
    /// The provider's id of it.
    pub tool_call_id: Option<String>,
    /// What came of it.
    pub status: String,
    /// Leads to the log where it failed.
    pub error_id: Option<String>,
    /// When it was answered.
    pub at: Timestamp,
    /// How long that took, in milliseconds.
    pub duration_ms: u32,
    /// Arguments and answer, as JSON; sealed.
    pub exchange: String,
}

/// Adds a function call to a call's timeline and raises its outcome.
pub fn add_function(tx: &mut CompanyTx<'_>, call: CallId, one: &FunctionCall) -> Result<()> {
    let company = tx.company_id();
    let id = uuid_v7(one.at, tx.seals().chance().as_ref());
    let row = id.to_string();
    let place = Place { table: "function_calls", column: "exchange_sealed", row: &row };
    let sealed = seal::seal(tx, company, &place, one.exchange.as_bytes())?;
    tx.execute(
        "INSERT INTO function_calls (id, company_id, call_id, function, tool_call_id, status, error_id, at, duration_ms,
             exchange_sealed)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        args![
            id,
            company,
            call,
            &one.function,
            one.tool_call_id.as_ref(),
            &one.status,
            one.error_id.as_ref(),
            one.at,
            one.duration_ms,
            sealed
        ],
    )?;
    let outcome = CallOutcome::of(&one.function, &one.status);
    let lesser: Vec<String> = CallOutcome::ALL
        .iter()
        .filter(|known| **known < outcome)
        .map(|known| format!("'{}'", known.word()))
        .collect();
    if !lesser.is_empty() {
        let sql = format!(
            "UPDATE calls SET outcome = $3 WHERE company_id = $1 AND id = $2 AND outcome IN ({})",
            lesser.join(", ")
        );
        tx.execute(&sql, args![company, call, outcome.word()])?;
    }
    Ok(())
}

/// A call as lists show it: without what was said.
#[derive(Clone, Debug)]
pub struct Call {
    /// Its id here.
    pub id: CallId,
    /// Whose.
    pub company: CompanyId,
    /// At which connection.
    pub connection: ConnectionId,
    /// Its id at the provider.
    pub provider_call_id: String,
    /// How far it is told.
    pub stage: CallStage,
    /// What came of it.
    pub outcome: CallOutcome,
    /// When it began.
    pub started_at: Timestamp,
    /// What was told.
    pub told: Told,
}

const CALL: &str = "SELECT id, company_id, connection_id, provider_call_id, stage, outcome, started_at, call_type,
     direction, agent_id, agent_version, from_number, to_number, branch_id, ended_at, duration_ms,
     disconnection_reason, transfer, cost_millicents, latency_p50_ms, latency_p95_ms, sentiment, successful FROM calls";

fn call(row: &Row) -> Result<Call> {
    let connection: String = row.get(2)?;
    Ok(Call {
        id: row.get(0)?,
        company: row.get(1)?,
        connection: ConnectionId::parse(&connection)
            .ok_or_else(|| Error::Impossible("calls.connection_id".into()))?,
        provider_call_id: row.get(3)?,
        stage: row.word(4, CallStage::parse)?,
        outcome: row.word(5, CallOutcome::parse)?,
        started_at: row.get(6)?,
        told: Told {
            call_type: row.get(7)?,
            direction: row.get(8)?,
            agent_id: row.get(9)?,
            agent_version: row.get(10)?,
            from_number: row.get(11)?,
            to_number: row.get(12)?,
            branch: row.get(13)?,
            started_at: row.get(6)?,
            ended_at: row.get(14)?,
            duration_ms: row.get(15)?,
            disconnection_reason: row.get(16)?,
            transfer: row.get(17)?,
            cost_millicents: row.get(18)?,
            latency_p50_ms: row.get(19)?,
            latency_p95_ms: row.get(20)?,
            sentiment: row.get(21)?,
            successful: row.get(22)?,
            summary: None,
            transcript: None,
        },
    })
}

/// Which calls a list wants.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Only this one.
    pub id: Option<CallId>,
    /// Begun at or after.
    pub from: Option<Timestamp>,
    /// Begun before.
    pub to: Option<Timestamp>,
    /// With this outcome.
    pub outcome: Option<CallOutcome>,
    /// Before this one, in the list's order: the latest first, then by id.
    pub after: Option<(Timestamp, CallId)>,
}

/// The calls the transaction may see, the latest first.
pub fn list(tx: &mut impl Reads, filter: &Filter, limit: u32) -> Result<Vec<Call>> {
    let mut wanted = Wanted::seen(tx, "company_id");
    wanted.and_if("id = ?", filter.id);
    wanted.and_if("started_at >= ?", filter.from);
    wanted.and_if("started_at < ?", filter.to);
    wanted.and_if("outcome = ?", filter.outcome.map(CallOutcome::word));
    let behind = filter.after.map(|(start, id)| (start, id.0));
    wanted.behind("started_at", "id", Order::Falling, behind);
    wanted.rows(tx, CALL, "ORDER BY started_at DESC, id DESC", limit)?.iter().map(call).collect()
}

impl Lists for Filter {
    type Row = Call;

    fn list<T: Reads>(&self, tx: &mut T, limit: u32) -> Result<Vec<Call>> {
        list(tx, self, limit)
    }
}

/// What was said in a call, as the provider's JSON; `None` where nothing is kept.
pub fn transcript(tx: &mut CompanyTx<'_>, id: CallId) -> Result<Option<String>> {
    let company = tx.company_id();
    let row = tx
        .first("SELECT transcript_sealed FROM calls WHERE company_id = $1 AND id = $2", args![company, id])?;
    let Some(sealed) = row.map(|row| row.get::<Option<Vec<u8>>>(0)).transpose()?.flatten() else {
        return Ok(None);
    };
    let row = id.to_string();
    let place = Place { table: "calls", column: "transcript_sealed", row: &row };
    let text = String::from_utf8(seal::open(tx, company, &place, &sealed)?)
        .map_err(|_| Error::Impossible("calls.transcript_sealed".into()))?;
    Ok(Some(text))
}

/// How many functions of a call are told at most.
const FUNCTIONS_AT_MOST: u32 = 500;

/// The functions that were called in a call, in order of time. Their arguments
/// and answers stay sealed: `exchange` is empty.
pub fn functions(tx: &mut impl Reads, company: CompanyId, call: CallId) -> Result<Vec<FunctionCall>> {
    let rows = tx.query(
        "SELECT function, tool_call_id, status, error_id, at, duration_ms FROM function_calls
         WHERE company_id = $1 AND call_id = $2 ORDER BY at, id LIMIT $3",
        args![company, call, FUNCTIONS_AT_MOST],
    )?;
    rows.iter()
        .map(|row| {
            Ok(FunctionCall {
                function: row.get(0)?,
                tool_call_id: row.get(1)?,
                status: row.get(2)?,
                error_id: row.get(3)?,
                at: row.get(4)?,
                duration_ms: row.get(5)?,
                exchange: String::new(),
            })
        })
        .collect()
}
