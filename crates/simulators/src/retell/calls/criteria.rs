//! Filters of the list of calls: typed objects, all of which must fit.

use serde_json::{Map, Value, json};

use super::record::{Call, Detail};
use crate::retell::{failure::Failure, filter::Filter};

/// Filters in one request at most.
const FILTERS_AT_MOST: usize = 100;

/// A plain filter's name, the kinds that it takes, and where its value stands.
const PLAIN: [(&str, &[&str], &str); 16] = [
    ("agent_tag", &["enum"], "/agent_tag"),
    ("call_id", &["string", "enum"], "/call_id"),
    ("call_status", &["enum"], "/call_status"),
    ("call_type", &["enum"], "/call_type"),
    ("direction", &["enum"], "/direction"),
    ("call_successful", &["boolean"], "/call_analysis/call_successful"),
    ("in_voicemail", &["boolean"], "/call_analysis/in_voicemail"),
    ("user_sentiment", &["enum"], "/call_analysis/user_sentiment"),
    ("disconnection_reason", &["enum"], "/disconnection_reason"),
    ("data_storage_setting", &["enum"], "/data_storage_setting"),
    ("from_number", &["string"], "/from_number"),
    ("to_number", &["string"], "/to_number"),
    ("start_timestamp", &["number", "range"], "/start_timestamp"),
    ("end_timestamp", &["number", "range"], "/end_timestamp"),
    ("duration_ms", &["number", "range"], "/duration_ms"),
    ("e2e_latency_p50", &["number", "range"], "/latency/e2e/p50"),
];

const CUSTOM_ATTRIBUTES: &str = "custom_attributes";

/// Filters by a key inside an object, and where the object stands.
const KEYED: [(&str, &str); 4] = [
    ("metadata", "/metadata"),
    ("dynamic_variables", "/retell_llm_dynamic_variables"),
    ("custom_analysis_data", "/call_analysis/custom_analysis_data"),
    (CUSTOM_ATTRIBUTES, CUSTOM_ATTRIBUTES),
];

enum Criterion {
    /// Id with versions; no version is any.
    Agents(Vec<(String, Vec<u32>)>),
    Batch(Filter),
    At(String, Filter),
    Keyed(&'static str, String, Filter),
    /// Only custom tools are ever used here.
    ToolUse {
        is_custom: bool,
        name: Option<String>,
        success: Option<bool>,
        latency_ms: Option<Filter>,
    },
}

/// Everything that a call must fit.
#[derive(Default)]
pub(in crate::retell) struct Criteria(Vec<Criterion>);

impl Criteria {
    /// Reads `filter_criteria`. The form of the older list is refused.
    pub(in crate::retell) fn read(given: Option<&Value>) -> Result<Self, Failure> {
        let given = match given {
            None | Some(Value::Null) => return Ok(Self::default()),
            Some(Value::Object(given)) => given,
            Some(_) => return Err(Failure::bad("filter_criteria must be an object")),
        };
        let mut criteria = Vec::new();
        for (name, value) in given {
            read_one(name, value, &mut criteria)?;
            if criteria.len() > FILTERS_AT_MOST {
                return Err(Failure::bad("too many filters"));
            }
        }
        Ok(Self(criteria))
    }

    pub(in crate::retell) fn fit(&self, call: &Call) -> bool {
        let shown = call.to_json(Detail::Item);
        self.0.iter().all(|criterion| match criterion {
            Criterion::Agents(agents) => agents.iter().any(|(id, versions)| {
                *id == call.agent_id && (versions.is_empty() || versions.contains(&call.agent_version))
            }),
            Criterion::Batch(filter) => filter.fits(call.batch_id.as_ref().map(|id| json!(id)).as_ref()),
            Criterion::At(pointer, filter) => filter.fits(shown.pointer(pointer)),
            // Kept, and filtered by, but not shown.
            Criterion::Keyed(CUSTOM_ATTRIBUTES, key, filter) => filter.fits(call.custom_attributes.get(key)),
            Criterion::Keyed(pointer, key, filter) => {
                filter.fits(shown.pointer(pointer).and_then(|object| object.get(key)))
            }
            Criterion::ToolUse { is_custom, name, success, latency_ms } => {
                *is_custom
                    && call.tool_uses.iter().any(|one| {
                        name.as_ref().is_none_or(|name| *name == one.name)
                            && success.is_none_or(|success| success == one.was_successful)
                            && latency_ms
                                .as_ref()
                                .is_none_or(|filter| filter.fits(Some(&one.latency_ms.into())))
                    })
            }
        })
    }
}

fn list<'v>(name: &str, value: &'v Value) -> Result<&'v [Value], Failure> {
    value.as_array().map(Vec::as_slice).ok_or_else(|| Failure::bad(format!("the filter {name} is a list")))
}

fn read_one(name: &str, value: &Value, criteria: &mut Vec<Criterion>) -> Result<(), Failure> {
    match name {
        "agent" => {
            let agents: Result<Vec<_>, Failure> = list(name, value)?.iter().map(read_agent).collect();
            criteria.push(Criterion::Agents(agents?));
        }
        "tool_calls" => {
            for one in list(name, value)? {
                criteria.push(read_tool_use(one)?);
            }
        }
        "batch_call_id" => criteria.push(Criterion::Batch(of_kind(name, value, &["string"])?)),
        "combined_cost" => {
            let filter = of_kind(name, value, &["number", "range"])?;
            criteria.push(Criterion::At("/call_cost/combined_cost".into(), filter));
        }
        _ => {
            if let Some((_, kinds, pointer)) = PLAIN.iter().find(|(known, ..)| *known == name) {
                let filter = of_kind(name, value, kinds)?;
                let asks_for_registered = matches!(&filter, Filter::Enum { value, .. } if value.iter().any(|one| one == "registered"));
                if name == "call_status" && asks_for_registered {
                    return Err(Failure::bad("registered calls cannot be filtered for"));
                }
                criteria.push(Criterion::At((*pointer).to_owned(), filter));
            } else if let Some((_, pointer)) = KEYED.iter().find(|(known, _)| *known == name) {
                for one in list(name, value)? {
                    let key = one.get("key").and_then(Value::as_str);
                    let key = key.ok_or_else(|| Failure::bad(format!("the filter {name} needs a key")))?;
                    criteria.push(Criterion::Keyed(pointer, key.to_owned(), Filter::read(name, one)?));
                }
            } else {
                return Err(Failure::bad(format!("there is no filter {name}")));
            }
        }
    }
    Ok(())
}

fn of_kind(name: &str, value: &Value, kinds: &[&str]) -> Result<Filter, Failure> {
    let filter = Filter::read(name, value)?;
    if kinds.contains(&filter.kind()) {
        Ok(filter)
    } else {
        Err(Failure::bad(format!("the filter {name} is of type {}", kinds.join(" or "))))
    }
}

fn read_agent(value: &Value) -> Result<(String, Vec<u32>), Failure> {
    let id = value.get("agent_id").and_then(Value::as_str);
    let id = id.ok_or_else(|| Failure::bad("the filter agent needs an agent_id"))?;
    let versions = value.get("version").and_then(Value::as_array).into_iter().flatten();
    let versions = versions.filter_map(Value::as_u64).filter_map(|number| u32::try_from(number).ok());
    Ok((id.to_owned(), versions.collect()))
}

fn read_tool_use(value: &Value) -> Result<Criterion, Failure> {
    let empty = Map::new();
    let fields = value.as_object().unwrap_or(&empty);
    let success = match fields.get("success") {
        None => None,
        Some(value) => match Filter::read("success", value)? {
            Filter::Boolean { value, .. } => Some(value),
            _ => return Err(Failure::bad("the filter success is of type boolean")),
        },
    };
    let is_custom = fields.get("type").and_then(Value::as_str).is_none_or(|kind| kind == "custom");
    let latency_ms = fields.get("latency_ms").map(|value| of_kind("latency_ms", value, &["number", "range"]));
    Ok(Criterion::ToolUse {
        is_custom,
        name: fields.get("name").and_then(Value::as_str).map(str::to_owned),
        success,
        latency_ms: latency_ms.transpose()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_older_lists_filters_and_wrong_kinds_are_refused() {
        for wrong in [
            json!({ "agent_id": ["agent_1"] }),
            json!({ "start_timestamp": { "lower_threshold": 1, "upper_threshold": 2 } }),
            json!({ "start_timestamp": { "type": "string", "op": "eq", "value": "1" } }),
            json!({ "call_status": { "type": "enum", "op": "in", "value": ["registered"] } }),
            json!({ "metadata": [{ "type": "string", "op": "eq", "value": "x" }] }),
            json!([]),
        ] {
            assert!(Criteria::read(Some(&wrong)).is_err(), "{wrong}");
        }
    }
}
