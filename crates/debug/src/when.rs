//! `when`: an expression by itself, `{"text", "reference", "lang"}`.

use askpro_domain::spoken::{Direction, Grain, literal_when};
use jiff::{Timestamp, tz::TimeZone};
use serde_json::{Value, json};

use crate::fields::{language, text};

pub(crate) fn answer(input: &Value) -> Result<Value, String> {
    let said = text(input, "text")?;
    let reference = text(input, "reference")?;
    // Expressions are read at the reference's own offset.
    let instant: Timestamp = reference.parse().map_err(|problem| format!("reference: {problem}"))?;
    let offset = jiff::fmt::temporal::Pieces::parse(reference)
        .map_err(|problem| format!("reference: {problem}"))?
        .to_numeric_offset()
        .unwrap_or(jiff::tz::Offset::UTC);
    let reference = instant.to_zoned_datetime(TimeZone::fixed(offset));
    let when = literal_when(said, &reference, language(input)?).map_err(|_| "not_understood".to_owned())?;
    let mut answer = json!({ "from": when.from.to_string(), "grain": grain(when.grain) });
    if let Some(to) = when.to {
        answer["to"] = json!(to.to_string());
    }
    match when.direction {
        Some(Direction::After) => answer["direction"] = json!("After"),
        Some(Direction::Before) => answer["direction"] = json!("Before"),
        None => {}
    }
    Ok(answer)
}

fn grain(grain: Grain) -> &'static str {
    match grain {
        Grain::Second => "Second",
        Grain::Minute => "Minute",
        Grain::Hour => "Hour",
        Grain::Day => "Day",
        Grain::Week => "Week",
        Grain::Month => "Month",
        Grain::Quarter => "Quarter",
        Grain::Year => "Year",
    }
}
