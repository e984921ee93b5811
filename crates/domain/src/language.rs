//! The languages in which callers are spoken to.

use serde::{Deserialize, Serialize};

/// A language of calls and pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Language {
    /// German.
    De,
    /// English.
    En,
}

impl Language {
    /// The language of a locale or language tag such as `de`, `de-DE` or `en_US`;
    /// `None` for every other language.
    pub fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_']).next().unwrap_or_default();
        if primary.eq_ignore_ascii_case("de") {
            Some(Self::De)
        } else if primary.eq_ignore_ascii_case("en") {
            Some(Self::En)
        } else {
            None
        }
    }

    /// The language of a tag or of its name in either language, as people write it
    /// into an agent's variables: `de-DE`, `Deutsch`, `English`.
    pub fn from_name(name: &str) -> Option<Self> {
        let name = name.trim();
        Self::from_tag(name).or_else(|| match name.to_lowercase().as_str() {
            "deutsch" | "german" => Some(Self::De),
            "englisch" | "english" => Some(Self::En),
            _ => None,
        })
    }

    /// The two-letter tag: `de` or `en`.
    pub fn tag(self) -> &'static str {
        match self {
            Self::De => "de",
            Self::En => "en",
        }
    }
}
