use std::collections::BTreeMap;

use serde_json::{Map, Value, value::RawValue};

/// The longest argument that is looked at, in characters; nobody says more in a
/// breath, and what is longer was made up.
const CHARACTERS_AT_MOST: usize = 500;

/// What a language model filled in. Expect nonsense: nothing in it is trusted,
/// and reading it never fails.
#[derive(Clone, Debug, Default)]
pub struct Arguments(Map<String, Value>);

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

    /// Whether more than one appointment is asked for.
    pub(super) fn wants_series(&self) -> bool {
        self.0.get("repeat").is_some_and(|repeat| match repeat {
            Value::Object(fields) => {
                fields.get("count").and_then(Value::as_u64).is_none_or(|count| count > 1)
            }
            Value::Null | Value::Bool(false) => false,
            Value::String(text) => !text.trim().is_empty(),
            _ => true,
        })
    }

    /// A free text of many lines, cut to `most` characters.
    pub fn long_text(&self, name: &str, most: usize) -> Option<String> {
        let text = self.0.get(name)?.as_str()?.trim();
        (!text.is_empty())
            .then(|| text.chars().filter(|c| !c.is_control() || *c == '\n').take(most).collect())
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
    fn order_does_not_matter_for_a_repetition() {
        let one = Arguments::new(serde_json::from_str(r#"{"a":1,"b":"x"}"#).unwrap());
        let two = Arguments::new(serde_json::from_str(r#"{"b":"x","a":1}"#).unwrap());
        assert_eq!(one.canonical(), two.canonical());
    }
}
