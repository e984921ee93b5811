//! `callers-when`: what somebody on the phone means by when, `{"text", "now", "tz", "lang"}`.

use askpro_domain::{
    calendar::zone,
    spoken::{CallersWhen, callers_when, say_window},
};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::fields::{language, text};

/// The answer also says the windows in words, for people who look at it.
pub(crate) fn answer(input: &Value) -> Result<Value, String> {
    let now: Timestamp = text(input, "now")?.parse().map_err(|problem| format!("now: {problem}"))?;
    let zone = zone(text(input, "tz")?).map_err(|problem| problem.to_string())?;
    let language = language(input)?;
    Ok(match callers_when(text(input, "text")?, now, &zone, language) {
        CallersWhen::Windows { windows, exact } => {
            let rows: Vec<Value> = windows
                .iter()
                .map(|window| json!({ "from": window.from.to_string(), "to": window.to.map(|to| to.to_string()) }))
                .collect();
            let spoken: Vec<String> =
                windows.iter().map(|window| say_window(window, &zone, now, language)).collect();
            json!({ "windows": rows, "exact": exact, "spoken": spoken })
        }
        CallersWhen::NeedsDate => json!({ "needs": "date" }),
        CallersWhen::NotUnderstood => json!({ "error": "not_understood" }),
    })
}
