use std::fmt;

use crate::ids::{Chance, random_text};

/// What a caller writes down to find an appointment again: six characters that
/// are hard to mishear. Unique per company, and never enough alone to see or
/// change anything.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Reference(String);

/// Without 0 and 1 and without B, G, I, O, Q, S and Z, which are confused with digits on a phone line.
const ALPHABET: &[u8] = b"23456789ACDEFHJKLMNPRTUVWXY";
const LENGTH: usize = 6;

impl Reference {
    /// A fresh reference; the store draws again where the company already has it.
    pub fn new(chance: &dyn Chance) -> Self {
        Self(random_text(chance, ALPHABET, LENGTH))
    }

    /// What a caller or a model says for a reference: case, spaces, dots and
    /// hyphens do not matter. `None` where it cannot be one.
    pub fn parse(text: &str) -> Option<Self> {
        let mut kept = String::with_capacity(LENGTH);
        for character in text.chars().take(64) {
            if character.is_ascii_alphanumeric() {
                kept.push(character.to_ascii_uppercase());
            } else if !matches!(character, ' ' | '-' | '.' | ',' | '_') {
                return None;
            }
        }
        (kept.len() == LENGTH && kept.bytes().all(|b| ALPHABET.contains(&b))).then_some(Self(kept))
    }

    /// The six characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The reference as it is spoken: in pairs, with a pause between them.
pub fn speak_in_pairs(reference: &Reference) -> String {
    let characters: Vec<char> = reference.0.chars().collect();
    let pairs: Vec<String> = characters
        .chunks(2)
        .map(|pair| pair.iter().map(char::to_string).collect::<Vec<_>>().join(" "))
        .collect();
    pairs.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_is_read_however_it_is_said() {
        let reference = Reference::parse("k7 m2-xw").unwrap();
        assert_eq!(reference.as_str(), "K7M2XW");
        assert_eq!(speak_in_pairs(&reference), "K 7, M 2, X W");
        for wrong in ["", "K7M2X", "K7M2XWA", "K7M2X0", "K7M2XB", "K7M2X/"] {
            assert_eq!(Reference::parse(wrong), None, "{wrong}");
        }
    }
}
