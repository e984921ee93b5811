//! When a series takes place, from a rule and its start.

use askpro_domain::{calendar::zone, recurrence::Series};
use jiff::{Timestamp, civil::DateTime};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize)]
struct Input {
    dtstart: DateTime,
    tzid: String,
    rrule: String,
    #[serde(default)]
    exdate: Vec<DateTime>,
    from: Option<Timestamp>,
    to: Option<Timestamp>,
    limit: usize,
}

pub(crate) fn answer(input: &Value) -> Result<Value, String> {
    let input: Input = crate::parse(input)?;
    let series = Series {
        start: input.dtstart,
        zone: zone(&input.tzid).map_err(|problem| problem.to_string())?,
        rule: input.rrule.parse().map_err(|problem| format!("invalid_rule: {problem}"))?,
        excluded: input.exdate,
    };
    let found = series
        .between(input.from, input.to, input.limit)
        .map_err(|problem| format!("invalid_rule: {problem}"))?;
    let instants: Vec<Timestamp> = found.occurrences.iter().map(|occurrence| occurrence.at).collect();
    Ok(json!({ "occurrences": instants }))
}
