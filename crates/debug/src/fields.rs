//! Fields of a case's input.

use askpro_domain::language::Language;
use serde_json::Value;

/// A field that must be a text.
pub(crate) fn text<'a>(input: &'a Value, field: &str) -> Result<&'a str, String> {
    input.get(field).and_then(Value::as_str).ok_or_else(|| format!("{field}: a text is needed"))
}

/// The language of a case; the field is `lang`.
pub(crate) fn language(input: &Value) -> Result<Language, String> {
    let tag = text(input, "lang")?;
    Language::from_tag(tag).ok_or_else(|| format!("lang: {tag:?} is not spoken here"))
}
