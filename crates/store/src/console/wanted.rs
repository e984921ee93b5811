use crate::value::Value;

/// Conditions of a statement with their arguments, numbered as they come.
pub(super) struct Wanted {
    conditions: Vec<String>,
    pub(super) arguments: Vec<Value>,
}

impl Wanted {
    pub(super) fn new() -> Self {
        Self { conditions: Vec::new(), arguments: Vec::new() }
    }

    /// A condition; each `?` is the value.
    pub(super) fn that(&mut self, text: &str, value: impl Into<Value>) {
        self.arguments.push(value.into());
        self.conditions.push(text.replace('?', &format!("${}", self.arguments.len())));
    }

    /// A condition, where there is a value.
    pub(super) fn perhaps(&mut self, text: &str, value: Option<impl Into<Value>>) {
        if let Some(value) = value {
            self.that(text, value);
        }
    }

    /// A condition without a value.
    pub(super) fn always(&mut self, text: &str) {
        self.conditions.push(text.to_owned());
    }

    /// Adds values; their places, to be listed behind `IN`.
    pub(super) fn places<V: Into<Value>>(&mut self, values: impl IntoIterator<Item = V>) -> String {
        let places: Vec<String> = values
            .into_iter()
            .map(|value| {
                self.arguments.push(value.into());
                format!("${}", self.arguments.len())
            })
            .collect();
        // `IN (NULL)` holds for nothing, on both engines.
        if places.is_empty() { "NULL".to_owned() } else { places.join(", ") }
    }

    /// The place of one more value.
    pub(super) fn place(&mut self, value: impl Into<Value>) -> String {
        self.places([value])
    }

    /// What stands behind `WHERE`.
    pub(super) fn all(&self) -> String {
        if self.conditions.is_empty() { "1 = 1".to_owned() } else { self.conditions.join(" AND ") }
    }
}

/// Part of a text, wherever it stands in it, for `LIKE … ESCAPE '!'`.
pub(super) fn within(text: &str) -> String {
    let mut pattern = String::from("%");
    for character in text.to_lowercase().chars() {
        if matches!(character, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(character);
    }
    pattern.push('%');
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_type_is_no_pattern() {
        assert_eq!(within("50%_!"), "%50!%!_!!%");
    }
}
