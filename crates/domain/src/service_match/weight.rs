//! Weights of animals, as they are said and as they stand in names.

use super::{quantity::number, read::Token, words::Word};

/// Heavier than anything that is brought somewhere by its owner, in kilograms.
const HEAVIEST: u32 = 2_000;

/// "Bis 15 kg", "10 bis 25 kg", "ab 25 Kilo", "38 Kilo", "15kg": kilograms from and to,
/// both included, and how many words it takes.
pub(super) fn weight(words: &[Word]) -> Option<(Token, usize)> {
    let word = |at: usize| match words.get(at) {
        Some(Word::Plain(word)) => word.as_str(),
        _ => "",
    };
    let dash = usize::from(words.get(1) == Some(&Word::Break) || matches!(word(1), "bis" | "to"));
    let (token, used) = match word(0) {
        "bis" | "unter" | "to" | "under" | "max" => (Token::Weight(0, kilos(word(1), word(2))?.0), 1),
        "ab" | "uber" | "from" | "over" => (Token::Weight(kilos(word(1), word(2))?.0, HEAVIEST), 1),
        first if dash == 1 && kilos(word(2), word(3)).is_some() => {
            (Token::Weight(number(first)?, kilos(word(2), word(3))?.0), 2)
        }
        one => {
            let (weight, used) = kilos(one, word(1))?;
            return Some((Token::Weight(weight, weight), used));
        }
    };
    let (_, more) = kilos(word(used), word(used + 1))?;
    Some((token, used + more))
}

fn kilos(count: &str, unit: &str) -> Option<(u32, usize)> {
    if let Some(digits) = count.strip_suffix("kg") {
        return Some((number(digits)?.min(HEAVIEST), 1));
    }
    let is_unit = matches!(unit, "kg" | "kilo" | "kilos" | "kilogramm" | "kilogram" | "kilograms");
    is_unit.then_some(())?;
    Some((number(count)?.min(HEAVIEST), 2))
}
