//! A number as somebody wrote it, as E.164.

use askpro_domain::phone::{PhoneNumber, Region};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize)]
struct Input {
    raw: String,
    default_region: String,
}

pub(crate) fn answer(input: &Value) -> Result<Value, String> {
    let input: Input = crate::parse(input)?;
    let region = Region::from_code(&input.default_region)
        .ok_or_else(|| format!("no region {:?}: DE, AT or CH", input.default_region))?;
    let number = PhoneNumber::parse(&input.raw, region);
    Ok(json!({ "e164": number.as_ref().map(PhoneNumber::as_str) }))
}
