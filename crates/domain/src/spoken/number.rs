//! Numbers in words: "sechzehn", "einunddreißigsten", "twenty", "thirty-first".
//!
//! German writes a number as one word, so its words are taken apart; English
//! writes "twenty five", so only the single words are known here and the
//! lexicon's reader puts them together.

/// A number word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NumberWord {
    /// "drei", "three".
    Cardinal(u32),
    /// "eine", "einem": one, but as often an article.
    Article,
    /// "viere": the form that some regions use for the time of day only.
    ClockForm(u32),
    /// "dritten", "zwoter", "third".
    Ordinal(u32),
}

const GERMAN_UNITS: [(&str, u32); 11] = [
    ("ein", 1),
    ("eins", 1),
    ("zwei", 2),
    ("zwo", 2),
    ("drei", 3),
    ("vier", 4),
    ("fuenf", 5),
    ("sechs", 6),
    ("sieben", 7),
    ("acht", 8),
    ("neun", 9),
];

const GERMAN_TEENS: [(&str, u32); 10] = [
    ("zehn", 10),
    ("elf", 11),
    ("zwoelf", 12),
    ("dreizehn", 13),
    ("vierzehn", 14),
    ("fuenfzehn", 15),
    ("sechzehn", 16),
    ("siebzehn", 17),
    ("achtzehn", 18),
    ("neunzehn", 19),
];

const GERMAN_TENS: [(&str, u32); 8] = [
    ("zwanzig", 20),
    ("dreissig", 30),
    ("vierzig", 40),
    ("fuenfzig", 50),
    ("sechzig", 60),
    ("siebzig", 70),
    ("achtzig", 80),
    ("neunzig", 90),
];

/// Ordinals that are not cardinal + "t".
const GERMAN_ODD_ORDINALS: [(&str, u32); 7] =
    [("erst", 1), ("zweit", 2), ("zwot", 2), ("dritt", 3), ("siebt", 7), ("siebent", 7), ("acht", 8)];

fn find(table: &[(&str, u32)], word: &str) -> Option<u32> {
    table.iter().find(|(name, _)| *name == word).map(|(_, value)| *value)
}

/// The number a German word means; in the normal form of the tokens (ae, oe, ue, ss).
pub(super) fn german(word: &str) -> Option<NumberWord> {
    if word.len() < 3 || word.len() > 48 {
        return None;
    }
    if matches!(word, "ein" | "eine" | "einen" | "einem" | "einer" | "eines" | "nem" | "ner" | "nen") {
        return Some(NumberWord::Article);
    }
    // Written without umlauts.
    if word.contains("funf") || word.contains("zwolf") {
        return german(&word.replace("funf", "fuenf").replace("zwolf", "zwoelf"));
    }
    if word == "null" {
        return Some(NumberWord::Cardinal(0));
    }
    if let Some(value) = german_below_a_million(word) {
        return Some(NumberWord::Cardinal(value));
    }
    if let Some(value) = german_ordinal(word) {
        return Some(NumberWord::Ordinal(value));
    }
    // "um viere", "um zehne": Bavaria, Swabia, Saxony.
    let stem = word.strip_suffix('e')?;
    find(&GERMAN_UNITS, stem).or_else(|| find(&GERMAN_TEENS[..3], stem)).map(NumberWord::ClockForm)
}

fn german_ordinal(word: &str) -> Option<u32> {
    let stem = ["en", "er", "es", "em", "e"].iter().find_map(|ending| word.strip_suffix(ending))?;
    if let Some(value) = find(&GERMAN_ODD_ORDINALS, stem) {
        return Some(value);
    }
    let stem = stem.strip_suffix('t')?;
    match stem.strip_suffix('s').and_then(german_below_a_million) {
        Some(value) if value >= 20 => Some(value),
        _ => german_below_a_million(stem).filter(|value| *value < 20),
    }
}

fn german_below_a_million(word: &str) -> Option<u32> {
    match word.split_once("tausend") {
        Some((before, after)) => {
            let thousands = if before.is_empty() { 1 } else { german_below_a_thousand(before)? };
            let rest = after.strip_prefix("und").unwrap_or(after);
            Some(thousands * 1_000 + if rest.is_empty() { 0 } else { german_below_a_thousand(rest)? })
        }
        None => german_below_a_thousand(word),
    }
}

/// Also "neunzehnhundertneunzig", therefore anything below a hundred may stand before "hundert".
fn german_below_a_thousand(word: &str) -> Option<u32> {
    match word.split_once("hundert") {
        Some((before, after)) => {
            let hundreds = if before.is_empty() { 1 } else { german_below_a_hundred(before)? };
            let rest = after.strip_prefix("und").unwrap_or(after);
            Some(hundreds * 100 + if rest.is_empty() { 0 } else { german_below_a_hundred(rest)? })
        }
        None => german_below_a_hundred(word),
    }
}

fn german_below_a_hundred(word: &str) -> Option<u32> {
    find(&GERMAN_UNITS, word)
        .or_else(|| find(&GERMAN_TEENS, word))
        .or_else(|| find(&GERMAN_TENS, word))
        .or_else(|| {
            GERMAN_UNITS.iter().find_map(|(unit, value)| {
                let tens = word.strip_prefix(unit)?.strip_prefix("und")?;
                Some(find(&GERMAN_TENS, tens)? + value)
            })
        })
}

const ENGLISH: [(&str, u32); 31] = [
    ("zero", 0),
    ("one", 1),
    ("two", 2),
    ("three", 3),
    ("four", 4),
    ("five", 5),
    ("six", 6),
    ("seven", 7),
    ("eight", 8),
    ("nine", 9),
    ("ten", 10),
    ("eleven", 11),
    ("twelve", 12),
    ("thirteen", 13),
    ("fourteen", 14),
    ("fifteen", 15),
    ("sixteen", 16),
    ("seventeen", 17),
    ("eighteen", 18),
    ("nineteen", 19),
    ("twenty", 20),
    ("thirty", 30),
    ("forty", 40),
    ("fourty", 40),
    ("fifty", 50),
    ("sixty", 60),
    ("seventy", 70),
    ("eighty", 80),
    ("ninety", 90),
    ("hundred", 100),
    ("thousand", 1_000),
];

const ENGLISH_ORDINALS: [(&str, u32); 21] = [
    ("first", 1),
    ("second", 2),
    ("third", 3),
    ("fourth", 4),
    ("fifth", 5),
    ("sixth", 6),
    ("seventh", 7),
    ("eighth", 8),
    ("ninth", 9),
    ("tenth", 10),
    ("eleventh", 11),
    ("twelfth", 12),
    ("thirteenth", 13),
    ("fourteenth", 14),
    ("fifteenth", 15),
    ("sixteenth", 16),
    ("seventeenth", 17),
    ("eighteenth", 18),
    ("nineteenth", 19),
    ("twentieth", 20),
    ("thirtieth", 30),
];

/// The number a single English word means.
pub(super) fn english(word: &str) -> Option<NumberWord> {
    match word {
        "a" | "an" => Some(NumberWord::Article),
        _ => find(&ENGLISH, word)
            .map(NumberWord::Cardinal)
            .or_else(|| find(&ENGLISH_ORDINALS, word).map(NumberWord::Ordinal)),
    }
}

#[cfg(test)]
mod tests {
    use super::NumberWord::{Article, Cardinal, ClockForm, Ordinal};
    use super::*;

    #[test]
    fn german_words() {
        for (word, expected) in [
            ("eins", Cardinal(1)),
            ("einem", Article),
            ("sechzehn", Cardinal(16)),
            ("siebzehn", Cardinal(17)),
            ("fuenfundvierzig", Cardinal(45)),
            ("einunddreissigsten", Ordinal(31)),
            ("zwoten", Ordinal(2)),
            ("zwoundzwanzigsten", Ordinal(22)),
            ("siebten", Ordinal(7)),
            ("sechzehnter", Ordinal(16)),
            ("achte", Ordinal(8)),
            ("viere", ClockForm(4)),
            ("zweitausendsechsundzwanzig", Cardinal(2026)),
            ("neunzehnhundertneunundneunzig", Cardinal(1999)),
            ("hundert", Cardinal(100)),
        ] {
            assert_eq!(german(word), Some(expected), "{word}");
        }
        for word in ["einfach", "weiter", "heute", "undzwanzig", "e", "einst", "achtung", "naechsten"] {
            assert_eq!(german(word), None, "{word}");
        }
    }
}
