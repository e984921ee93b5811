use std::collections::BTreeMap;

use askpro_domain::booking::{APPOINTMENTS_AT_MOST, Repeat};
use serde_json::{Map, Value, value::RawValue};

/// The longest argument that is looked at, in characters; nobody says more in a
/// breath, and what is longer was made up.
const CHARACTERS_AT_MOST: usize = 500;

/// What a language model filled in. Expect nonsense: nothing in it is trusted,
/// and reading it never fails.
#[derive(Clone, Debug, Default)]
pub struct Arguments(Map<String, Value>);

/// The longest arguments that are kept on a timeline, in bytes.
const KEPT_AT_MOST: usize = 16 * 1024;

/// How many appointments are wished.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Repetition {
    Once,
    Row(Repeat),
    /// More than one, but not how many or how far apart.
    Unclear,
    /// More than are made at once.
    TooMany,
}

/// Words that a model writes where it knows nothing.
const NOTHING: [&str; 12] =
    ["", "null", "none", "undefined", "unknown", "unbekannt", "n/a", "na", "-", "?", "nan", "string"];

impl Arguments {
    /// Reads the text of a JSON object, value by value, so that one that cannot be
    /// read costs only itself. An object inside a text is read as well: some
    /// models quote their arguments. Anything else has no arguments.
    pub fn read(json: &str) -> Self {
        if let Ok(quoted) = serde_json::from_str::<String>(json) {
            return Self(Self::fields(&quoted));
        }
        Self(Self::fields(json))
    }

    fn fields(json: &str) -> Map<String, Value> {
        let Ok(fields) = serde_json::from_str::<BTreeMap<String, &RawValue>>(json) else { return Map::new() };
        fields
            .into_iter()
            .filter_map(|(name, value)| Some((name, serde_json::from_str(value.get()).ok()?)))
            .collect()
    }

    /// Takes an object; anything else has no arguments.
    pub fn new(value: Value) -> Self {
        match value {
            Value::Object(fields) => Self(fields),
            _ => Self::default(),
        }
    }

    /// An argument as text: trimmed, a number as its digits. `None` where it is
    /// missing, empty, a placeholder, of another type or longer than anybody speaks.
    pub fn text(&self, name: &str) -> Option<String> {
        let text = match self.0.get(name)? {
            Value::String(text) => text.trim().to_owned(),
            Value::Number(number) => number.to_string(),
            _ => return None,
        };
        let is_nothing = NOTHING.iter().any(|word| text.eq_ignore_ascii_case(word));
        let is_spoken = text.chars().take(CHARACTERS_AT_MOST + 1).count() <= CHARACTERS_AT_MOST;
        (!is_nothing && is_spoken).then(|| spaced(&text))
    }

    /// An argument of one line, such as a name: "Null" is one, `null` is not. `None`
    /// also where it holds control characters: nobody is called that.
    pub(super) fn line(&self, name: &str) -> Option<String> {
        let text = self.0.get(name)?.as_str()?.trim();
        let is_nothing = NOTHING.contains(&text);
        let is_spoken = text.chars().take(CHARACTERS_AT_MOST + 1).count() <= CHARACTERS_AT_MOST;
        (!is_nothing && is_spoken && !text.chars().any(char::is_control)).then(|| text.to_owned())
    }

    /// How many appointments are asked for, and how far apart: `{"count": 6,
    /// "rhythm": "weekly"}`, with numbers as digits or words. A count without a
    /// rhythm is weekly.
    pub(super) fn repeat(&self) -> Repetition {
        let (count, rhythm) = match self.0.get("repeat") {
            None | Some(Value::Null | Value::Bool(false)) => return Repetition::Once,
            Some(Value::String(text)) if text.trim().is_empty() => return Repetition::Once,
            Some(Value::Object(fields)) if fields.is_empty() => return Repetition::Once,
            Some(Value::Object(fields)) => {
                let field = |name: &str| match fields.get(name) {
                    Some(Value::String(text)) if !text.trim().is_empty() => Some(text.clone()),
                    Some(Value::Number(number)) => Some(number.to_string()),
                    _ => None,
                };
                (field("count"), field("rhythm"))
            }
            // "sechsmal wöchentlich" in one text: the number of times, then the rhythm.
            Some(Value::String(text)) => {
                let mut words = text.splitn(2, char::is_whitespace);
                (words.next().map(str::to_owned), words.next().map(str::to_owned))
            }
            Some(Value::Number(count)) => (Some(count.to_string()), None),
            Some(_) => return Repetition::Unclear,
        };
        let count = count.filter(|text| text.len() <= CHARACTERS_AT_MOST);
        let Some(count) = count.as_deref().and_then(Repeat::read_count) else { return Repetition::Unclear };
        let weeks = match rhythm.filter(|text| text.len() <= CHARACTERS_AT_MOST) {
            Some(rhythm) => Repeat::read_rhythm(&rhythm),
            None => Some(1),
        };
        match (count, weeks) {
            (0 | 1, _) => Repetition::Once,
            (count, _) if count > u64::from(APPOINTMENTS_AT_MOST) => Repetition::TooMany,
            (count, Some(weeks)) => Repeat::new(count, weeks).map_or(Repetition::Unclear, Repetition::Row),
            (_, None) => Repetition::Unclear,
        }
    }

    /// A free text of many lines, cut to `most` characters.
    pub fn long_text(&self, name: &str, most: usize) -> Option<String> {
        let text = self.0.get(name)?.as_str()?.trim();
        (!text.is_empty())
            .then(|| text.chars().filter(|c| !c.is_control() || *c == '\n').take(most).collect())
    }

    /// All of them, where together they are of a length that is worth keeping.
    pub(super) fn to_json(&self) -> Value {
        let text = self.canonical();
        if text.len() <= KEPT_AT_MOST { Value::Object(self.0.clone()) } else { Value::Null }
    }

    /// The same for the same arguments, in whatever order they were sent.
    pub(super) fn canonical(&self) -> String {
        // A map of serde_json is sorted by key.
        Value::Object(self.0.clone()).to_string()
    }
}

/// Control characters become spaces, so that they do not glue words together.
fn spaced(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn nonsense_is_nothing() {
        let arguments = Arguments::new(json!({
            "a": null, "b": "", "c": " null ", "d": [1], "e": {"x": 1}, "f": "x".repeat(100_000), "g": 15, "h": " Anna ",
            "i": true,
        }));
        for name in ["a", "b", "c", "d", "e", "f", "i", "missing"] {
            assert_eq!(arguments.text(name), None, "{name}");
        }
        assert_eq!(arguments.text("g").as_deref(), Some("15"));
        assert_eq!(arguments.text("h").as_deref(), Some("Anna"));
        assert_eq!(Arguments::new(json!([1, 2])).text("a"), None);
    }

    #[test]
    fn one_value_that_cannot_be_read_costs_only_itself() {
        let read = Arguments::read(r#"{"service":"Schnitt","notes":"\ud800","far":1e999}"#);
        assert_eq!(read.text("service").as_deref(), Some("Schnitt"));
        assert_eq!(read.text("notes"), None);
        let quoted = Arguments::read(r#""{\"service\":\"Schnitt\"}""#);
        assert_eq!(quoted.text("service").as_deref(), Some("Schnitt"));
        for nothing in ["[1]", "5", "null", "", "{"] {
            assert_eq!(Arguments::read(nothing).text("service"), None, "{nothing}");
        }
    }

    #[test]
    fn a_row_of_appointments_is_read_in_whatever_way_it_is_written() {
        let row = |count, weeks| Repetition::Row(Repeat::new(count, weeks).unwrap());
        for (repeat, expected) in [
            (json!(null), Repetition::Once),
            (json!({}), Repetition::Once),
            (json!({ "count": 1, "rhythm": "weekly" }), Repetition::Once),
            (json!({ "count": 6, "rhythm": "weekly" }), row(6, 1)),
            (json!({ "count": "sechs", "rhythm": "alle zwei Wochen" }), row(6, 2)),
            (json!({ "count": 4 }), row(4, 1)),
            (json!({ "count": 4, "rhythm": 3 }), row(4, 3)),
            (json!(6), row(6, 1)),
            (json!("sechsmal wöchentlich"), row(6, 1)),
            (json!({ "count": 3, "rhythm": "monatlich" }), Repetition::Unclear),
            (json!({ "rhythm": "weekly" }), Repetition::Unclear),
            (json!([6]), Repetition::Unclear),
            (json!(true), Repetition::Unclear),
            (json!({ "count": -3 }), row(3, 1)),
            (json!({ "count": 100, "rhythm": "weekly" }), Repetition::TooMany),
        ] {
            assert_eq!(Arguments::new(json!({ "repeat": repeat })).repeat(), expected, "{repeat}");
        }
    }

    #[test]
    fn order_does_not_matter_for_a_repetition() {
        let one = Arguments::new(serde_json::from_str(r#"{"a":1,"b":"x"}"#).unwrap());
        let two = Arguments::new(serde_json::from_str(r#"{"b":"x","a":1}"#).unwrap());
        assert_eq!(one.canonical(), two.canonical());
    }
}
