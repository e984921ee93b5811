//! Numbers as they are spoken: read back in groups, and understood when a
//! caller says them as single digits, as tens, or both.

use super::{MAX_LENGTH, PhoneNumber, Region};
use crate::language::Language;

const DIGITS_DE: [&str; 10] =
    ["null", "eins", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun"];
const DIGITS_EN: [&str; 10] =
    ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];

/// Other words for a digit: how people avoid mishearing, and how recognisers
/// write it.
const OTHER_DIGITS: [(&str, u8); 12] = [
    ("zwo", 2),
    ("ein", 1),
    ("eine", 1),
    ("fuenf", 5),
    ("funf", 5),
    ("oh", 0),
    ("o", 0),
    ("nought", 0),
    ("naught", 0),
    ("nil", 0),
    ("fife", 5),
    ("niner", 9),
];

const TEENS: [(&str, u8); 22] = [
    ("zehn", 10),
    ("elf", 11),
    ("zwölf", 12),
    ("zwoelf", 12),
    ("dreizehn", 13),
    ("vierzehn", 14),
    ("fünfzehn", 15),
    ("fuenfzehn", 15),
    ("sechzehn", 16),
    ("siebzehn", 17),
    ("achtzehn", 18),
    ("neunzehn", 19),
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
];

const TENS_DE: [(&str, u8); 10] = [
    ("zwanzig", 2),
    ("dreißig", 3),
    ("dreissig", 3),
    ("vierzig", 4),
    ("fünfzig", 5),
    ("fuenfzig", 5),
    ("sechzig", 6),
    ("siebzig", 7),
    ("achtzig", 8),
    ("neunzig", 9),
];
const TENS_EN: [(&str, u8); 9] = [
    ("twenty", 2),
    ("thirty", 3),
    ("forty", 4),
    ("fourty", 4),
    ("fifty", 5),
    ("sixty", 6),
    ("seventy", 7),
    ("eighty", 8),
    ("ninety", 9),
];

impl PhoneNumber {
    /// The number in words for reading back, digit by digit, the area code first
    /// and then groups of two or three: "null drei null, neun null, eins acht,
    /// zwei null". A number of another country begins with its code.
    pub fn spoken(&self, language: Language, home: Region) -> String {
        let digits = match language {
            Language::De => DIGITS_DE,
            Language::En => DIGITS_EN,
        };
        let groups = self.groups(home);
        let mut spoken: Vec<String> = Vec::new();
        for (at, group) in groups.iter().enumerate() {
            let (plus, group) = match group.strip_prefix('+') {
                Some(rest) => ("plus ", rest),
                None => ("", group.as_str()),
            };
            for (nth, part) in parts(group, at == 0).into_iter().enumerate() {
                let words: Vec<&str> = part.bytes().map(|digit| digits[usize::from(digit - b'0')]).collect();
                let plus = if nth == 0 { plus } else { "" };
                spoken.push(format!("{plus}{}", words.join(" ")));
            }
        }
        spoken.join(", ")
    }

    /// The number in what a caller says, in German or English: digits, single
    /// words, tens ("einundfünfzig", "fifty one"), doubles ("double five",
    /// "zweimal die drei"), or digits written by the recogniser. Other words are
    /// passed over. `None` where that gives no valid number; then it is asked again.
    pub fn from_speech(text: &str, region: Region) -> Option<Self> {
        if text.chars().nth(4 * MAX_LENGTH).is_some() {
            return None;
        }
        let lower = text.to_lowercase();
        let words: Vec<&str> = lower
            .split(|sign: char| !sign.is_alphanumeric() && sign != '+')
            .filter(|word| !word.is_empty())
            .collect();
        Self::parse(&digits(&words), region)
    }
}

/// An area or country code stays whole; what follows is said in pairs, an odd
/// digit with the last.
fn parts(group: &str, code: bool) -> Vec<&str> {
    if code || group.len() <= 3 {
        return vec![group];
    }
    let pairs = group.len() / 2;
    (0..pairs).map(|nth| &group[nth * 2..if nth + 1 == pairs { group.len() } else { nth * 2 + 2 }]).collect()
}

/// What the words say, as digits with at most one plus in front.
fn digits(words: &[&str]) -> String {
    let mut dialled = String::new();
    let mut times = 1;
    let mut at = 0;
    while at < words.len() {
        let rest = &words[at..];
        if let Some(count) = repetition(rest[0]) {
            times = count;
            at += 1;
            continue;
        }
        if matches!(rest[0], "plus" | "+") && dialled.is_empty() {
            dialled.push('+');
            at += 1;
            continue;
        }
        let Some((said, used)) = number(rest) else {
            at += 1;
            continue;
        };
        (0..times).for_each(|_| dialled.push_str(&said));
        times = 1;
        at += used;
    }
    dialled
}

fn repetition(word: &str) -> Option<usize> {
    Some(match word {
        "double" | "doppel" | "doppelte" | "doppelt" | "zweimal" | "zwomal" => 2,
        "triple" | "treble" | "dreimal" | "dreifach" => 3,
        "viermal" => 4,
        _ => return None,
    })
}

/// The digits that the first words say, and how many words that took.
fn number(words: &[&str]) -> Option<(String, usize)> {
    let word = words[0];
    if word.bytes().all(|byte| byte.is_ascii_digit() || byte == b'+') {
        return Some((word.to_owned(), 1));
    }
    // "neun und achtzig", as some recognisers write it.
    if let [one, "und", ten, ..] = words
        && let (Some(one), Some(ten)) = (digit(one), find(&TENS_DE, ten))
        && one > 0
    {
        return Some((format!("{ten}{one}"), 3));
    }
    if let Some(digit) = digit(word) {
        return Some((digit.to_string(), 1));
    }
    if let Some(teen) = find(&TEENS, word) {
        return Some((teen.to_string(), 1));
    }
    if let Some(ten) = find(&TENS_DE, word) {
        return Some((format!("{ten}0"), 1));
    }
    if let Some(ten) = find(&TENS_EN, word) {
        return Some(match words.get(1).and_then(|next| digit(next)).filter(|one| *one > 0) {
            Some(one) => (format!("{ten}{one}"), 2),
            None => (format!("{ten}0"), 1),
        });
    }
    let (one, ten) = word.split_once("und")?;
    Some((format!("{}{}", find(&TENS_DE, ten)?, digit(one).filter(|one| *one > 0)?), 1))
}

fn digit(word: &str) -> Option<u8> {
    let place = |digits: [&str; 10]| digits.iter().position(|digit| *digit == word);
    match place(DIGITS_DE).or_else(|| place(DIGITS_EN)) {
        Some(digit) => u8::try_from(digit).ok(),
        None => find(&OTHER_DIGITS, word),
    }
}

fn find(table: &[(&str, u8)], word: &str) -> Option<u8> {
    table.iter().find(|(name, _)| *name == word).map(|(_, value)| *value)
}
