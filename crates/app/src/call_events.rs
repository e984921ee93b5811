//! Call events: in whatever order, doubled or late, they end in one row a call.

use askpro_domain::{call::CallStage, ids::ConnectionId};
use askpro_store::{
    CompanyTx, Result,
    calls::{self, Told},
    phone_numbers,
};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::value::RawValue;

/// The longest word of the provider's that is kept, in characters.
const WORD_AT_MOST: usize = 200;

#[derive(Deserialize)]
struct Event<'a> {
    #[serde(borrow, default)]
    call: Option<&'a RawValue>,
}

/// Fields of the call object; each is read by itself, so that one of another type
/// costs only itself.
#[derive(Deserialize)]
struct Fields<'a> {
    #[serde(borrow, default)]
    call_id: Option<&'a RawValue>,
    #[serde(borrow, default)]
    call_type: Option<&'a RawValue>,
    #[serde(borrow, default)]
    direction: Option<&'a RawValue>,
    #[serde(borrow, default)]
    agent_id: Option<&'a RawValue>,
    #[serde(borrow, default)]
    agent_version: Option<&'a RawValue>,
    #[serde(borrow, default)]
    from_number: Option<&'a RawValue>,
    #[serde(borrow, default)]
    to_number: Option<&'a RawValue>,
    #[serde(borrow, default)]
    start_timestamp: Option<&'a RawValue>,
    #[serde(borrow, default)]
    end_timestamp: Option<&'a RawValue>,
    #[serde(borrow, default)]
    duration_ms: Option<&'a RawValue>,
    #[serde(borrow, default)]
    disconnection_reason: Option<&'a RawValue>,
    #[serde(borrow, default)]
    transcript: Option<&'a RawValue>,
    #[serde(borrow, default)]
    transcript_object: Option<&'a RawValue>,
    #[serde(borrow, default)]
    transcript_with_tool_calls: Option<&'a RawValue>,
    #[serde(borrow, default)]
    call_cost: Option<&'a RawValue>,
    #[serde(borrow, default)]
    call_analysis: Option<&'a RawValue>,
    #[serde(borrow, default)]
    latency: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Cost {
    combined_cost: Option<f64>,
}

#[derive(Deserialize)]
struct Analysis {
    call_summary: Option<String>,
    user_sentiment: Option<String>,
    call_successful: Option<bool>,
}

#[derive(Deserialize)]
struct Latency {
    e2e: Option<Percentiles>,
}

#[derive(Deserialize)]
struct Percentiles {
    p50: Option<f64>,
    p95: Option<f64>,
}

/// What an event's name says: how far the call is, and how far handing over went.
/// `None` for an event that is not known.
fn meaning(event: &str) -> Option<(CallStage, Option<&'static str>)> {
    Some(match event {
        "call_started" | "transcript_updated" => (CallStage::Ongoing, None),
        "call_ended" => (CallStage::Ended, None),
        "call_analyzed" => (CallStage::Analyzed, None),
        "transfer_started" => (CallStage::Ongoing, Some("started")),
        "transfer_bridged" => (CallStage::Ongoing, Some("bridged")),
        "transfer_cancelled" => (CallStage::Ongoing, Some("cancelled")),
        "transfer_ended" => (CallStage::Ended, Some("ended")),
        _ => return None,
    })
}

/// Writes down what a stored event tells; `false` where it tells nothing.
pub(crate) fn record(
    tx: &mut CompanyTx<'_>,
    connection: &ConnectionId,
    event: &str,
    payload: &[u8],
    now: Timestamp,
) -> Result<bool> {
    let Some((stage, transfer)) = meaning(event) else { return Ok(false) };
    let Some((call_id, told)) = read(payload, transfer) else { return Ok(false) };
    let told = with_branch(tx, connection, told)?;
    calls::tell(tx, connection, &call_id, stage, &told, now)?;
    Ok(true)
}

/// The branch whose number was rung.
pub(crate) fn with_branch(tx: &mut CompanyTx<'_>, connection: &ConnectionId, told: Told) -> Result<Told> {
    let Some(to) = &told.to_number else { return Ok(told) };
    let company = tx.company_id();
    let numbers = phone_numbers::of_connection(tx, company, connection)?;
    let branch = numbers.iter().find(|one| one.number == *to).map(|one| one.branch);
    Ok(Told { branch, ..told })
}

fn read(payload: &[u8], transfer: Option<&'static str>) -> Option<(String, Told)> {
    let event: Event<'_> = serde_json::from_slice(payload).ok()?;
    let fields: Fields<'_> = serde_json::from_str(event.call?.get()).ok()?;
    let call_id = word(fields.call_id)?;
    let analysis: Option<Analysis> = object(fields.call_analysis);
    let latency = object::<Latency>(fields.latency).and_then(|latency| latency.e2e);
    // Rounded to the thousandth of a cent; decimals occur.
    let cost = object::<Cost>(fields.call_cost).and_then(|cost| whole(cost.combined_cost? * 1_000.0));
    let told = Told {
        call_type: word(fields.call_type),
        direction: word(fields.direction),
        agent_id: word(fields.agent_id),
        agent_version: object(fields.agent_version),
        from_number: word(fields.from_number),
        to_number: word(fields.to_number),
        branch: None,
        started_at: instant(fields.start_timestamp),
        ended_at: instant(fields.end_timestamp),
        duration_ms: object::<f64>(fields.duration_ms).and_then(whole),
        disconnection_reason: word(fields.disconnection_reason),
        transfer: transfer.map(str::to_owned),
        cost_millicents: cost,
        latency_p50_ms: latency.as_ref().and_then(|one| milliseconds(one.p50?)),
        latency_p95_ms: latency.as_ref().and_then(|one| milliseconds(one.p95?)),
        sentiment: analysis.as_ref().and_then(|one| one.user_sentiment.clone()).filter(|text| is_word(text)),
        successful: analysis.as_ref().and_then(|one| one.call_successful),
        summary: analysis.and_then(|one| one.call_summary).filter(|text| !text.is_empty()),
        transcript: [fields.transcript_with_tool_calls, fields.transcript_object, fields.transcript]
            .into_iter()
            .flatten()
            .map(RawValue::get)
            .find(|text| !matches!(*text, "null" | "[]" | "\"\""))
            .map(str::to_owned),
    };
    Some((call_id, told))
}

fn object<'a, T: Deserialize<'a>>(raw: Option<&'a RawValue>) -> Option<T> {
    serde_json::from_str(raw?.get()).ok()
}

fn word(raw: Option<&RawValue>) -> Option<String> {
    object::<String>(raw).filter(|text| is_word(text))
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.chars().count() <= WORD_AT_MOST && !text.chars().any(char::is_control)
}

fn instant(raw: Option<&RawValue>) -> Option<Timestamp> {
    Timestamp::from_millisecond(object::<f64>(raw).and_then(whole)?).ok()
}

#[expect(clippy::cast_possible_truncation, reason = "the bounds are checked before")]
fn whole(number: f64) -> Option<i64> {
    (number.is_finite() && (0.0..1e15).contains(&number)).then(|| number.round() as i64)
}

fn milliseconds(number: f64) -> Option<u32> {
    whole(number).and_then(|ms| u32::try_from(ms).ok()).filter(|ms| i32::try_from(*ms).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_of_another_type_cost_only_themselves() {
        let body =
            br#"{"event":"call_analyzed","call":{"call_id":"c1","agent_version":"x","duration_ms":61500.4,
            "start_timestamp":1763884800000,"call_cost":{"combined_cost":12.3456},"from_number":7,
            "call_analysis":{"call_summary":"S","user_sentiment":"Positive","call_successful":true},
            "latency":{"e2e":{"p50":812.5,"p95":-1}},"transcript_object":[],"transcript":"Agent: Hallo"}}"#;
        let (id, told) = read(body, None).unwrap();
        assert_eq!(id, "c1");
        assert_eq!((told.agent_version, told.from_number), (None, None));
        assert_eq!((told.duration_ms, told.cost_millicents), (Some(61_500), Some(12_346)));
        assert_eq!((told.latency_p50_ms, told.latency_p95_ms), (Some(813), None));
        assert_eq!(told.transcript.as_deref(), Some("\"Agent: Hallo\""));
        for nothing in [&b"{}"[..], b"[]", b"{\"call\":5}", b"{\"call\":{}}", b"{\"call\":{\"call_id\":7}}"] {
            assert!(read(nothing, None).is_none());
        }
    }
}
