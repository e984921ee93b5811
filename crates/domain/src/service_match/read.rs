use std::collections::HashMap;

use super::{
    lexicon::{LEXICON, Piece, Role, Sense, Tier, Who},
    quantity::{number, quantity},
    turns::{bare_minutes, is_want, little_one, refuses_what_was_said, removes},
    weight::weight,
    words::{Word, is_ending, stem},
    written::{Spelling, Spoken},
};
use crate::sound;

/// A concept: below [`OWN`] one of the general table, from there on a word that
/// only this catalogue knows.
pub(super) type Concept = u32;

pub(super) const OWN: Concept = 10_000;

/// Its number in the general table, if it is of that.
pub(super) fn general_concept(concept: Concept) -> Option<u16> {
    u16::try_from(concept).ok().filter(|_| concept < OWN)
}

/// What one or more words mean.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Token {
    Concept(Concept),
    /// A concept that is a complaint: somebody says why, not what.
    Hint(Concept),
    Who(Who),
    Role(Role),
    /// A length of time in minutes.
    Minutes(u32),
    /// A number that may be minutes: "Thai sixty".
    Number(u32),
    /// Years of age, both ends included.
    Age(u32, u32),
    /// Kilograms, both ends included.
    Weight(u32, u32),
    /// "will", "brauche": what is wished or denied stands around it.
    Want,
    /// A word of the catalogue, as it is written there.
    Spoken(Spoken),
    Break,
    Open,
    Close,
}

/// The words of a catalogue, for recognising them in what callers say.
#[derive(Clone, Debug, Default)]
pub(super) struct Vocabulary {
    own: HashMap<String, Concept>,
    words: HashMap<String, Vec<Token>>,
    pub(super) spelling: Spelling,
    /// By sound; for words that are neither written as in the catalogue nor known.
    sounds: Vec<(Vec<u8>, String)>,
    /// For each concept of the general table the one of this catalogue that it is
    /// taken for.
    taken_for: Vec<Concept>,
}

/// Longest word whose sound is compared, in bytes.
const LONGEST_SOUND: usize = 40;

/// Shortest word that is taken for one that sounds only nearly so, in sounds.
const SHORTEST_NEAR: usize = 6;

impl Vocabulary {
    /// Says which concepts the catalogue holds, once all its names are read.
    /// A complaint is first of all taken for what is a service by itself.
    pub(super) fn settle(&mut self, held: impl Fn(Concept) -> bool, alone: impl Fn(Concept) -> bool) {
        let held = |concept| held(Concept::from(concept));
        let alone = |concept| alone(Concept::from(concept));
        let says_little = |at: u16| LEXICON.tiers[usize::from(at)] == Tier::Kind || Some(at) == LEXICON.exam;
        let nearest = |at: u16| {
            let nearest = LEXICON.nearest(at, held);
            let is_kept = !LEXICON.complaints[usize::from(at)]
                || nearest.is_none_or(|nearest| nearest == at || !says_little(nearest));
            let by_itself = if is_kept { None } else { LEXICON.nearest(at, alone) };
            by_itself.or(nearest).unwrap_or_else(|| LEXICON.first(at))
        };
        self.taken_for = (0..LEXICON.tiers.len() as u16).map(|at| Concept::from(nearest(at))).collect();
    }

    /// Reads a name of the catalogue and remembers its words.
    pub(super) fn learn(&mut self, words: &[Word]) -> Vec<Token> {
        let mut tokens = Vec::new();
        let mut at = 0;
        while at < words.len() {
            if let Some((token, used)) = weight(&words[at..]).or_else(|| quantity(words, at, true)) {
                tokens.push(token);
                at += used;
                continue;
            }
            if let Some((sense, used)) = LEXICON.phrase(&words[at..]) {
                if let Some((both, 2)) = joined(words, at).filter(|_| used == 2) {
                    self.remember(&both, &[named(sense)]);
                }
                tokens.push(named(sense));
                tokens.extend(LEXICON.qualities(&words[at..at + used], sense).map(named));
                at += used;
                continue;
            }
            if let Some((word, used)) = joined(words, at)
                && let Some(sense) = known_as_one(&word, &words[at + 1])
            {
                self.remember(&word, &[named(sense)]);
                tokens.push(named(sense));
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
        made_of(tokens)
    }

    fn meaning(&mut self, word: &str) -> Vec<Token> {
        // "Für sie": names say so for whom they are.
        match word {
            "er" | "ihn" | "him" | "he" => return vec![Token::Who(Who::Man)],
            "sie" | "she" | "her" => return vec![Token::Who(Who::Woman)],
            _ => {}
        }
        match LEXICON.whole(word) {
            // A company that names it as a service does it.
            Some(Sense::Role(Role::Other | Role::Voucher)) => {
                return vec![Token::Concept(self.own_concept(word))];
            }
            Some(sense) => return vec![named(sense)],
            None => {}
        }
        match LEXICON.parts(word) {
            Some(parts) => parts
                .into_iter()
                .map(|part| match part {
                    Piece::Known(sense) => named(sense),
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
        let mut together = LEXICON.wordings(words);
        together.sort_by_key(|(first, _)| *first);
        let mut together = together.into_iter().peekable();
        let mut spelled = 0;
        while at < words.len() {
            while spelled <= at {
                let in_phrase = spelled < at || LEXICON.phrase(&words[at..]).is_some();
                self.spelled(words, spelled, in_phrase, &mut tokens);
                spelled += 1;
            }
            while let Some((_, sense)) = together.next_if(|(first, _)| *first <= at) {
                tokens.push(token(sense));
            }
            if little_one(words, at) {
                tokens.push(Token::Who(Who::Child));
            }
            if let Some((token, used)) = weight(&words[at..]).or_else(|| quantity(words, at, false)) {
                tokens.push(token);
                at += used;
                continue;
            }
            if let Some((sense, used)) = LEXICON.phrase(&words[at..])
                && (1..used).all(|inside| quantity(words, at + inside, false).is_none())
            {
                tokens.push(token(sense));
                tokens.extend(LEXICON.qualities(&words[at..at + used], sense).map(token));
                at += used;
                continue;
            }
            if removes(words, at)
                && let Some(sense) = LEXICON.removes
            {
                tokens.push(token(sense));
                at += 1;
                continue;
            }
            if let Some(minutes) = bare_minutes(words, at) {
                tokens.push(Token::Number(minutes));
                at += 1;
                continue;
            }
            if let Some((found, used)) = self.written_apart(words, at) {
                tokens.extend(found);
                at += used;
                continue;
            }
            match &words[at] {
                Word::Plain(word) => {
                    self.one(word, &mut tokens);
                    if refuses_what_was_said(words, at) {
                        tokens.push(Token::Break);
                    }
                }
                Word::Break => tokens.push(Token::Break),
                Word::Open | Word::Close => {}
            }
            at += 1;
        }
        tokens.extend(together.map(|(_, sense)| token(sense)));
        let mut tokens = made_of(tokens);
        for token in &mut tokens {
            if let Token::Concept(concept) = token
                && let Some(taken_for) = self.taken_for.get(*concept as usize)
            {
                let is_complaint = LEXICON.complaints[*concept as usize];
                *token = if is_complaint { Token::Hint(*taken_for) } else { Token::Concept(*taken_for) };
            }
        }
        tokens
    }

    /// A word of the catalogue, unless it only means something with others, and a name of
    /// it that begins here.
    fn spelled(&self, words: &[Word], at: usize, in_phrase: bool, tokens: &mut Vec<Token>) {
        let Word::Plain(word) = &words[at] else { return };
        let found = if in_phrase { Vec::new() } else { self.spelling.find(word) }.into_iter();
        tokens.extend(found.map(|(written, share)| Token::Spoken(Spoken { at, written, share })));
        let name = self.spelling.name(&words[at..]);
        tokens.extend(name.map(|(written, share)| Token::Spoken(Spoken { at, written, share })));
    }

    /// Two or three words that are one of the catalogue, or of the general table.
    fn written_apart(&self, words: &[Word], at: usize) -> Option<(Vec<Token>, usize)> {
        let (Word::Plain(one), Word::Plain(other)) = (&words[at], words.get(at + 1)?) else { return None };
        let (two, used) = (format!("{one}{other}"), 2);
        if let Some(Word::Plain(third)) = words.get(at + 2)
            && let Some(found) = self.words.get(&format!("{two}{third}"))
        {
            return Some((found.clone(), 3));
        }
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
        } else if matches!(word, "dass" | "damit") {
            // What is denied there is what the wish is to end.
            tokens.push(Token::Break);
        } else if let Some(found) = self.words.get(word) {
            tokens.extend(found);
        } else if let Some(sense) = LEXICON.whole(word) {
            // Who names what is no service elsewhere means it where the catalogue has it.
            let own = self.own(word).filter(|_| matches!(sense, Sense::Role(Role::Other | Role::Voucher)));
            tokens.push(own.map_or_else(|| token(sense), Token::Concept));
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
        // Among short words too many sound nearly alike: Faden, fahren.
        let near = || {
            let mut alike = self.sounds.iter().filter(|(sound, _)| sound::alike(sound, &heard));
            alike.next().filter(|_| heard.len() >= SHORTEST_NEAR)
        };
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

/// Each concept that is made of others as these.
fn made_of(tokens: Vec<Token>) -> Vec<Token> {
    let mut made: Vec<Token> = Vec::with_capacity(tokens.len());
    for token in tokens {
        let parts = match token {
            Token::Concept(concept) if concept < OWN => LEXICON.made_of(concept as u16),
            _ => &[],
        };
        if parts.is_empty() {
            made.push(token);
        } else {
            made.extend(parts.iter().map(|part| Token::Concept(Concept::from(*part))));
        }
    }
    made
}

/// What a word means in a name.
fn named(sense: Sense) -> Token {
    match sense {
        Sense::Concept(number) => Token::Concept(Concept::from(LEXICON.first(number))),
        sense => token(sense),
    }
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
    let is_number = |word: &str| number(word).is_some();
    (one.len() + other.len() >= 5 && !is_number(one) && !is_number(other))
        .then(|| (format!("{one}{other}"), 2))
}

/// What two words mean as one, unless the other would be the ending of the first:
/// "Inspektion E-Bike" has no "Inspektione".
fn known_as_one(both: &str, other: &Word) -> Option<Sense> {
    let ending = matches!(other, Word::Plain(word) if is_ending(word) || LEXICON.role(word).is_some());
    LEXICON.plain(both).filter(|_| !ending && both.len() >= 5)
}
