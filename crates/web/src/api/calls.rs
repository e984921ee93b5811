use askpro_app::{
    Scope,
    calls::{Call, Filter, FunctionCall},
};
use askpro_domain::{
    access::{Permission, Reach},
    call::{CallOutcome, CallStage},
    ids::{BranchId, CallId, CompanyId, ConnectionId},
};
use axum::{Json, extract::State, http::Method, response::IntoResponse, response::Response, routing::get};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    document::{Api, Said, id_parameter},
    list::{self, Collection, InPath, one, place},
    params::Params,
    values::{Line, Text, Time, Word},
};
use crate::{
    problem::Problem,
    routes::{Access, Permit},
    web::Web,
};

/// Phone calls, the latest first.
pub(super) struct Calls;

/// What the list can be narrowed by.
#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct Query {
    /// Begun at or after.
    from: Option<Text<Timestamp>>,
    /// Begun before.
    to: Option<Text<Timestamp>>,
    outcome: Option<Word<CallOutcome>>,
}

/// A phone call, without what was said.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Call")]
pub(super) struct Shown {
    id: Text<CallId>,
    company_id: Text<CompanyId>,
    branch_id: Option<Text<BranchId>>,
    connection_id: Text<ConnectionId>,
    provider_call_id: String,
    stage: Word<CallStage>,
    outcome: Word<CallOutcome>,
    call_type: Option<String>,
    direction: Option<String>,
    agent_id: Option<String>,
    agent_version: Option<u32>,
    from_number: Option<String>,
    to_number: Option<String>,
    started_at: Time,
    ended_at: Option<Time>,
    duration_ms: Option<i64>,
    disconnection_reason: Option<String>,
    transfer: Option<String>,
    cost_us_cents: Option<f64>,
    latency_p50_ms: Option<u32>,
    latency_p95_ms: Option<u32>,
    sentiment: Option<String>,
    successful: Option<bool>,
}

/// A function that was called in a call.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "FunctionCall")]
struct ShownFunction {
    function: String,
    tool_call_id: Option<String>,
    status: String,
    error_id: Option<String>,
    at: Time,
    ms: u32,
}

/// A phone call with the functions that were called in it.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "CallWithFunctions")]
struct ShownWhole {
    #[serde(flatten)]
    call: Shown,
    functions: Vec<ShownFunction>,
}

/// What was said in a call.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Transcript")]
struct ShownTranscript {
    call_id: Text<CallId>,
    /// As the provider gave it.
    transcript: Value,
}

impl Collection for Calls {
    const NAME: &'static str = "calls";
    const ONE: &'static str = "call";
    type Query = Query;
    type Filter = Filter;
    type Id = CallId;
    type Shown = Shown;

    fn filter(query: Query) -> Filter {
        Filter {
            from: query.from.map(|at| at.0),
            to: query.to.map(|at| at.0),
            outcome: query.outcome.map(|outcome| outcome.0),
            ..Filter::default()
        }
    }
    fn only(id: CallId) -> Filter {
        Filter { id: Some(id), ..Filter::default() }
    }
    fn cursor(row: &Call) -> String {
        place::write(row.started_at, row.id.0)
    }
    fn behind(filter: Filter, cursor: &str) -> Option<Filter> {
        let (at, id) = place::read(cursor)?;
        Some(Filter { after: Some((at, CallId(id))), ..filter })
    }
    fn company(row: &Call) -> Option<CompanyId> {
        Some(row.company)
    }
    fn show(row: &Call) -> Shown {
        let told = &row.told;
        Shown {
            id: Text(row.id),
            company_id: Text(row.company),
            branch_id: told.branch.map(Text),
            connection_id: Text(row.connection.clone()),
            provider_call_id: row.provider_call_id.clone(),
            stage: Word(row.stage),
            outcome: Word(row.outcome),
            call_type: told.call_type.clone(),
            direction: told.direction.clone(),
            agent_id: told.agent_id.clone(),
            agent_version: told.agent_version,
            from_number: told.from_number.clone(),
            to_number: told.to_number.clone(),
            started_at: Time::utc(row.started_at),
            ended_at: told.ended_at.map(Time::utc),
            duration_ms: told.duration_ms,
            disconnection_reason: told.disconnection_reason.clone(),
            transfer: told.transfer.clone(),
            // Thousandths of a US cent are told as what people can add up.
            cost_us_cents: told.cost_millicents.map(cents),
            latency_p50_ms: told.latency_p50_ms,
            latency_p95_ms: told.latency_p95_ms,
            sentiment: told.sentiment.clone(),
            successful: told.successful,
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "a call costs far less than 2^53 thousandths of a cent")]
fn cents(millicents: i64) -> f64 {
    millicents as f64 / 1_000.0
}

fn function(one: &FunctionCall) -> ShownFunction {
    ShownFunction {
        function: one.function.clone(),
        tool_call_id: one.tool_call_id.clone(),
        status: one.status.clone(),
        error_id: one.error_id.clone(),
        at: Time::utc(one.at),
        ms: one.duration_ms,
    }
}

async fn find(State(web): State<Web>, permit: Permit, id: InPath) -> Result<Response, Problem> {
    let chance = web.app.chance.as_ref();
    let call = one::<Calls>(&web, &permit, id).await?;
    let whole = web.app.find_call(Scope::Company(call.company), call.id).await;
    let whole = whole.map_err(|failure| Problem::from_failure(chance, &failure))?;
    let (call, functions) = whole.ok_or_else(|| Problem::not_found(chance))?;
    let functions = functions.iter().map(function).collect();
    Ok(Json(ShownWhole { call: Calls::show(&call), functions }).into_response())
}

/// Why somebody reads what was said.
#[derive(Debug, Deserialize, JsonSchema)]
struct Reading {
    /// Why it is read: needed of whoever may see all companies, and put on record.
    reason: Option<Line>,
}

/// What was said in a call. Who may see all companies must say why.
async fn transcript(
    State(web): State<Web>,
    permit: Permit,
    id: InPath,
    Params(reading): Params<Reading>,
) -> Result<Json<ShownTranscript>, Problem> {
    let chance = web.app.chance.as_ref();
    let reason = reading.reason.map(|line| line.0.trim().to_owned()).filter(|reason| !reason.is_empty());
    if permit.reach == Reach::Everywhere && reason.is_none() {
        return Err(Problem::invalid(chance, "reason", "Say why you read it: it stands on record."));
    }
    let call = one::<Calls>(&web, &permit, id).await?;
    let reader = permit.actor.clone();
    let text = web
        .app
        .read_transcript(call.company, call.id, reader, reason)
        .await
        .map_err(|failure| Problem::from_failure(chance, &failure))?
        .ok_or_else(|| Problem::not_found(chance))?;
    let transcript: Value = serde_json::from_str(&text).unwrap_or(Value::String(text));
    Ok(Json(ShownTranscript { call_id: Text(call.id), transcript }))
}

pub(super) fn routes(mut api: Api) -> Api {
    let sees = Access::Requires(Permission::ViewCalls);
    let said = api.said_of_list::<Calls>();
    api = api.add(Method::GET, "/api/v1/calls", sees, get(list::list::<Calls>), said);
    let said = Said {
        parameters: vec![id_parameter::<Calls>()],
        answer: Some(api.schema::<ShownWhole>()),
        ..Said::of("get_call", "calls", "One call with the functions that were called in it")
    };
    api = api.add(Method::GET, "/api/v1/calls/{id}", sees, get(find), said);
    let mut parameters = vec![id_parameter::<Calls>()];
    parameters.extend(api.query::<Reading>());
    let said = Said {
        parameters,
        answer: Some(api.schema::<ShownTranscript>()),
        ..Said::of("get_transcript", "calls", "What was said in a call")
    };
    let reads = Access::Requires(Permission::ViewTranscripts);
    api.add(Method::GET, "/api/v1/calls/{id}/transcript", reads, get(transcript), said)
}
