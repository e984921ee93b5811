//! Which entries of a catalogue a caller means.

use askpro_domain::service_match::{Catalogue, Match, Service};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize)]
struct Input {
    catalogue: Vec<EntryInput>,
    text: String,
}

#[derive(Deserialize)]
struct EntryInput {
    id: String,
    name: String,
    duration_min: u32,
    #[serde(default)]
    synonyms: Vec<String>,
}

pub(crate) fn answer(input: &Value) -> Result<Value, String> {
    let input: Input = crate::parse(input)?;
    let services: Vec<Service<String>> = input
        .catalogue
        .into_iter()
        .map(|entry| Service {
            id: entry.id,
            name: entry.name,
            duration_minutes: entry.duration_min,
            synonyms: entry.synonyms,
        })
        .collect();
    Ok(match Catalogue::new(&services).find(&input.text) {
        Match::One(id) => json!({ "service": id }),
        Match::Several(ids) => json!({ "services": ids }),
        Match::Ambiguous(ids) => json!({ "ambiguous": ids }),
        Match::None => json!({ "none": true }),
    })
}
