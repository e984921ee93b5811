use std::collections::HashMap;

use super::{
    lexicon::{LEXICON, Piece, Role, Sense, Who},
    words::{Word, is_ending, stem},
};
use crate::sound;

/// A concept: below [`OWN`] one of the general table, from there on a word that
/// only this catalogue knows.
pub(super) type Concept = u32;

pub(super) const OWN: Concept = 10_000;

/// What one or more words mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token {
    Concept(Concept),
    Who(Who),
    Role(Role),
    /// A length of time in minutes.
    Minutes(u32),
    /// Years of age, both ends included.
    Age(u32, u32),
    /// "will", "brauche": what is wished or denied stands around it.
    Want,
    Break,
    Open,
    Close,
}

/// The words of a catalogue, for recognising them in what callers say.
#[derive(Clone, Debug, Default)]
pub(super) struct Vocabulary {
    own: HashMap<String, Concept>,
    words: HashMap<String, Vec<Token>>,
    /// By sound; for words that are neither written as in the catalogue nor known.
    sounds: Vec<(Vec<u8>, String)>,
    /// For each concept of the general table the one of this catalogue that it is
    /// taken for.
    taken_for: Vec<Concept>,
}

/// Longest word whose sound is compared, in bytes.
const LONGEST_SOUND: usize = 40;

impl Vocabulary {
    /// Says which concepts the catalogue holds, once all its names are read.
    pub(super) fn settle(&mut self, held: impl Fn(Concept) -> bool) {
        let nearest = |at| LEXICON.nearest(at, |concept| held(Concept::from(concept))).unwrap_or(at);
        self.taken_for = (0..LEXICON.tiers.len() as u16).map(|at| Concept::from(nearest(at))).collect();
    }

    /// Reads a name of the catalogue and remembers its words.
    pub(super) fn learn(&mut self, words: &[Word]) -> Vec<Token> {
        let mut tokens = Vec::new();
        let mut at = 0;
        while at < words.len() {
            if let Some((token, used)) = quantity(words, at, true) {
                tokens.push(token);
                at += used;
                continue;
            }
            if let Some((sense, used)) = LEXICON.phrase(&words[at..]) {
                if let Some((both, 2)) = joined(words, at).filter(|_| used == 2) {
                    self.remember(&both, &[token(sense)]);
                }
                tokens.push(token(sense));
                at += used;
                continue;
            }
            if let Some((word, used)) = joined(words, at)
                && let Some(sense) = known_as_one(&word, &words[at + 1])
            {
                self.remember(&word, &[token(sense)]);
                tokens.push(token(sense));
                at += used;
                continue;
            }
            match &words[at] {
                Word::Plain(word) => {
                    let meant = self.meaning(word);
                    self.remember(word, &meant);
                    // Two words of a name are misheard as one, or as two others.
                    if let Some(((both, _), Word::Plain(next))) = joined(words, at).zip(words.get(at + 1)) {
                        let together = [meant.clone(), self.meaning(next)].concat();
                        self.remember(&both, &together);
                    }
                    tokens.extend(meant);
                }
                Word::Break => tokens.push(Token::Break),
                Word::Open => tokens.push(Token::Open),
                Word::Close => tokens.push(Token::Close),
            }
            at += 1;
        }
        tokens
    }

    fn meaning(&mut self, word: &str) -> Vec<Token> {
        if let Some(sense) = LEXICON.whole(word) {
            return vec![token(sense)];
        }
        match LEXICON.parts(word) {
            Some(parts) => parts
                .into_iter()
                .map(|part| match part {
                    Piece::Known(sense) => token(sense),
                    Piece::Unknown(rest) => Token::Concept(self.own_concept(rest)),
                })
                .collect(),
            None => vec![Token::Concept(self.own_concept(word))],
        }
    }

    fn own_concept(&mut self, word: &str) -> Concept {
        let next = OWN + self.own.len() as Concept;
        *self.own.entry(stem(word).to_owned()).or_insert(next)
    }

    fn remember(&mut self, word: &str, meant: &[Token]) {
        let says_something = meant.iter().any(|token| matches!(token, Token::Concept(_) | Token::Who(_)));
        if !says_something || word.len() > LONGEST_SOUND || self.words.contains_key(word) {
            return;
        }
        self.words.insert(word.to_owned(), meant.to_vec());
        if has_a_sound(word) {
            self.sounds.push((sound::key(word), word.to_owned()));
        }
    }

    /// Reads what a caller says.
    pub(super) fn read(&self, words: &[Word]) -> Vec<Token> {
        let mut tokens = Vec::new();
        let mut at = 0;
        while at < words.len() {
            if let Some((token, used)) = quantity(words, at, false) {
                tokens.push(token);
                at += used;
                continue;
            }
            if let Some((sense, used)) = LEXICON.phrase(&words[at..]) {
                tokens.push(token(sense));
                at += used;
                continue;
            }
            if let Some((found, used)) = self.written_apart(words, at) {
                tokens.extend(found);
                at += used;
                continue;
            }
            match &words[at] {
                Word::Plain(word) => self.one(word, &mut tokens),
                Word::Break => tokens.push(Token::Break),
                Word::Open | Word::Close => {}
            }
            at += 1;
        }
        for token in &mut tokens {
            if let Token::Concept(concept) = token
                && let Some(taken_for) = self.taken_for.get(*concept as usize)
            {
                *concept = *taken_for;
            }
        }
        tokens
    }

    /// Two or three words that are one of the catalogue, or of the general table.
    fn written_apart(&self, words: &[Word], at: usize) -> Option<(Vec<Token>, usize)> {
        let (Word::Plain(one), Word::Plain(other)) = (&words[at], words.get(at + 1)?) else { return None };
        let (two, used) = (format!("{one}{other}"), 2);
        if let Some(found) = self.words.get(&two) {
            return Some((found.clone(), used));
        }
        if let Some(sense) =
            known_as_one(&two, &words[at + 1]).filter(|sense| matches!(sense, Sense::Concept(_)))
        {
            return Some((vec![token(sense)], used));
        }
        let known = |at: usize| match words.get(at) {
            Some(Word::Plain(word)) => self.words.contains_key(word) || LEXICON.whole(word).is_some(),
            _ => true,
        };
        if known(at) && known(at + 1) {
            return None;
        }
        let heard = |word: &str| self.words.get(self.sounding(word)?).cloned();
        if let Some(Word::Plain(third)) = words.get(at + 2)
            && let Some(found) = heard(&format!("{two}{third}"))
        {
            return Some((found, 3));
        }
        heard(&two).map(|found| (found, used))
    }

    fn one(&self, word: &str, tokens: &mut Vec<Token>) {
        if is_want(word) {
            tokens.push(Token::Want);
        } else if let Some(found) = self.words.get(word) {
            tokens.extend(found);
        } else if let Some(sense) = LEXICON.whole(word) {
            tokens.push(token(sense));
        } else if let Some(own) = self.own(word) {
            tokens.push(Token::Concept(own));
        } else if let Some(found) = self.exactly_sounding(word).and_then(|word| self.words.get(word)) {
            tokens.extend(found);
        } else if let Some(parts) = LEXICON.parts(word) {
            tokens.extend(parts.into_iter().filter_map(|part| match part {
                Piece::Known(sense) => Some(token(sense)),
                Piece::Unknown(rest) => self.own(rest).map(Token::Concept),
            }));
        } else if let Some(found) = self.sounding(word).and_then(|word| self.words.get(word)) {
            tokens.extend(found);
        }
    }

    /// A word that only the catalogue knows, or a long part of one at its
    /// beginning or end: compounds of unknown words are said by half.
    fn own(&self, word: &str) -> Option<Concept> {
        let stem = stem(word);
        if let Some(own) = self.own.get(stem) {
            return Some(*own);
        }
        if stem.len() < 5 {
            return None;
        }
        let half = |own: &str| {
            own.starts_with(stem)
                || own.ends_with(stem)
                || (own.len() >= 5 && (stem.starts_with(own) || stem.ends_with(own)))
        };
        let mut halves = self.own.iter().filter(|(own, _)| half(own)).map(|(_, concept)| *concept);
        let first = halves.next()?;
        halves.next().is_none().then_some(first)
    }

    fn exactly_sounding(&self, word: &str) -> Option<&str> {
        if !has_a_sound(word) {
            return None;
        }
        let heard = sound::key(word);
        self.sounds.iter().find(|(sound, _)| *sound == heard).map(|(_, word)| word.as_str())
    }

    fn sounding(&self, word: &str) -> Option<&str> {
        if !has_a_sound(word) {
            return None;
        }
        let heard = sound::key(word);
        let exact = self.sounds.iter().find(|(sound, _)| *sound == heard);
        let near = || self.sounds.iter().find(|(sound, _)| sound::alike(sound, &heard));
        exact.or_else(near).map(|(_, word)| word.as_str())
    }
}

/// The words that say something, as one: what a name is known by literally.
pub(super) fn literal(words: &[Word]) -> String {
    let says_something =
        |word: &&String| !matches!(LEXICON.role(word), Some(role) if role != Role::With && role != Role::Not);
    words
        .iter()
        .filter_map(|word| match word {
            Word::Plain(word) => Some(word),
            _ => None,
        })
        .filter(says_something)
        .map(String::as_str)
        .collect()
}

/// Other scripts and digits have no sound here, and short words too little of one.
fn has_a_sound(word: &str) -> bool {
    (5..=LONGEST_SOUND).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_lowercase())
}

fn token(sense: Sense) -> Token {
    match sense {
        Sense::Concept(number) => Token::Concept(Concept::from(number)),
        Sense::Who(who) => Token::Who(who),
        Sense::Role(role) => Token::Role(role),
    }
}

/// Two neighbouring words as one, if they could be one.
fn joined(words: &[Word], at: usize) -> Option<(String, usize)> {
    let (Word::Plain(one), Some(Word::Plain(other))) = (&words[at], words.get(at + 1)) else { return None };
    (one.len() + other.len() >= 5).then(|| (format!("{one}{other}"), 2))
}

/// What two words mean as one, unless the other would be the ending of the first:
/// "Inspektion E-Bike" has no "Inspektione".
fn known_as_one(both: &str, other: &Word) -> Option<Sense> {
    let ending = matches!(other, Word::Plain(word) if is_ending(word));
    LEXICON.plain(both).filter(|_| !ending && both.len() >= 5)
}

fn is_want(word: &str) -> bool {
    matches!(
        word,
        "will"
            | "wollen"
            | "wollte"
            | "mochte"
            | "mochten"
            | "brauche"
            | "brauch"
            | "brauchen"
            | "want"
            | "need"
    )
}

/// Lengths of time and ages.
fn quantity(words: &[Word], at: usize, label: bool) -> Option<(Token, usize)> {
    let word = |offset: usize| match words.get(at + offset) {
        Some(Word::Plain(word)) => word.as_str(),
        _ => "",
    };
    let count = |offset: usize| number(word(offset));
    match word(0) {
        "viertelstunde" => return Some((Token::Minutes(15), 1)),
        "dreiviertelstunde" => return Some((Token::Minutes(45), 1)),
        "halbstundig" | "halbstundige" => return Some((Token::Minutes(30), 1)),
        "anderthalb" | "eineinhalb" if is_hour(word(1)) => return Some((Token::Minutes(90), 2)),
        "halbe" | "halben" | "half" if is_hour(word(1)) => return Some((Token::Minutes(30), 2)),
        "half" if word(1) == "an" && is_hour(word(2)) => return Some((Token::Minutes(30), 3)),
        hour if is_hour(hour) => return Some((Token::Minutes(60), 1)),
        "bis" | "until" | "unter" | "under" | "to" if is_year(word(2)) => {
            let below = u32::from(matches!(word(0), "unter" | "under"));
            return Some((Token::Age(0, count(1)?.saturating_sub(below)), 3));
        }
        "ab" | "from" | "over" if is_year(word(2)) => return Some((Token::Age(count(1)?, 150), 3)),
        "ist" | "is" | "wird" | "turned" if !label => {
            let age = count(1)?;
            let other = is_minute(word(2)) || is_hour(word(2)) || word(2) == "uhr";
            return (!other).then_some((Token::Age(age, age), 2));
        }
        _ => {}
    }
    // "Eine Fünfjährige".
    if let Some((years, rest)) = word(0).split_once("jahrig")
        && rest.len() <= 2
        && let Some(age) = number(years)
    {
        return Some((Token::Age(age, age), 1));
    }
    let first = count(0)?;
    if is_minute(word(1)) {
        return Some((Token::Minutes(first), 2));
    }
    if is_hour(word(1)) {
        return Some((Token::Minutes(first.saturating_mul(60)), 2));
    }
    if is_year(word(1)) {
        return Some((Token::Age(first, first), 2));
    }
    let (last, used) = match count(1) {
        Some(last) => (last, 2),
        None if matches!(word(1), "bis" | "to") => (count(2)?, 3),
        None => return None,
    };
    if is_year(word(used)) {
        return Some((Token::Age(first, last), used + 1));
    }
    None
}

fn is_minute(word: &str) -> bool {
    matches!(word, "minuten" | "minute" | "min" | "mins" | "minutes" | "minutige")
}

fn is_hour(word: &str) -> bool {
    matches!(word, "stunde" | "stunden" | "hour" | "hours")
}

fn is_year(word: &str) -> bool {
    matches!(word, "jahre" | "jahren" | "jahr" | "jahrige" | "years" | "year" | "yo")
}

const ONES: [(&str, &str); 20] = [
    ("null", "zero"),
    ("eins", "one"),
    ("zwei", "two"),
    ("drei", "three"),
    ("vier", "four"),
    ("funf", "five"),
    ("sechs", "six"),
    ("sieben", "seven"),
    ("acht", "eight"),
    ("neun", "nine"),
    ("zehn", "ten"),
    ("elf", "eleven"),
    ("zwolf", "twelve"),
    ("dreizehn", "thirteen"),
    ("vierzehn", "fourteen"),
    ("funfzehn", "fifteen"),
    ("sechzehn", "sixteen"),
    ("siebzehn", "seventeen"),
    ("achtzehn", "eighteen"),
    ("neunzehn", "nineteen"),
];

const TENS: [(&str, &str); 8] = [
    ("zwanzig", "twenty"),
    ("dreissig", "thirty"),
    ("vierzig", "forty"),
    ("funfzig", "fifty"),
    ("sechzig", "sixty"),
    ("siebzig", "seventy"),
    ("achtzig", "eighty"),
    ("neunzig", "ninety"),
];

/// A whole number in digits ("45", "45er") or in words up to 99.
fn number(word: &str) -> Option<u32> {
    let place = |table: &[(&str, &str)], word: &str| {
        table.iter().position(|(german, english)| word == *german || word == *english).map(|at| at as u32)
    };
    let digits = word.strip_suffix("er").unwrap_or(word);
    if !digits.is_empty() && digits.len() <= 4 && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return digits.parse().ok();
    }
    if let Some(one) = place(&ONES, word) {
        return Some(one);
    }
    if let Some(ten) = place(&TENS, word) {
        return Some(ten * 10 + 20);
    }
    let (one, ten) = word.split_once("und")?;
    let one = if one == "ein" { 1 } else { place(&ONES[..10], one)? };
    Some(place(&TENS, ten)? * 10 + 20 + one)
}
