use serde_json::{Map, Value};

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
        (!is_nothing && is_spoken).then(|| text.chars().filter(|c| !c.is_control()).collect())
    }

    /// A free text of many lines, cut to `most` characters.
    pub fn long_text(&self, name: &str, most: usize) -> Option<String> {
        let text = self.0.get(name)?.as_str()?.trim();
        (!text.is_empty())
            .then(|| text.chars().filter(|c| !c.is_control() || *c == '\n').take(most).collect())
    }

    /// Whether an argument is longer than anybody speaks.
    pub fn is_endless(&self, name: &str) -> bool {
        self.0.get(name).and_then(Value::as_str).is_some_and(|text| text.len() > 4 * CHARACTERS_AT_MOST)
    }

    /// The same for the same arguments, in whatever order they were sent.
    pub(super) fn canonical(&self) -> String {
        // A map of serde_json is sorted by key.
        Value::Object(self.0.clone()).to_string()
    }
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
    fn order_does_not_matter_for_a_repetition() {
        let one = Arguments::new(serde_json::from_str(r#"{"a":1,"b":"x"}"#).unwrap());
        let two = Arguments::new(serde_json::from_str(r#"{"b":"x","a":1}"#).unwrap());
        assert_eq!(one.canonical(), two.canonical());
    }
}
