//! The words of a catalogue's names as they are written, whatever they mean: who
//! says a word of a name is never less understood for our tables knowing it as
//! something more general ("Lesebrille" are glasses).

use std::collections::HashMap;

use super::{
    lexicon::{LEXICON, Piece, Sense, Tier},
    words::{Word, stem},
};

/// A word of the catalogue.
pub(super) type Written = u32;

/// Shortest piece of a compound that says which compound it is of, in bytes.
const SHORTEST_PIECE: usize = 5;

/// How much of a word a caller has said who says a longer one that holds it.
const LONGER: f32 = 0.5;

/// The words of a catalogue by how they are written.
#[derive(Clone, Debug, Default)]
pub(super) struct Spelling {
    all: HashMap<String, Written>,
    /// By their first bytes and by their last.
    beginning: HashMap<String, Vec<(String, Written)>>,
    ending: HashMap<String, Vec<(String, Written)>>,
    /// Names of several words, as one.
    names: HashMap<String, Written>,
}

/// Most words of a name that are looked for together.
const LONGEST_NAME: usize = 6;

/// What each further word of a name adds that is said as a whole.
const FURTHER: f32 = 0.5;

impl Spelling {
    /// Remembers the words of a name, and the name.
    pub(super) fn learn(&mut self, words: &[Word]) -> Vec<Written> {
        let mut learned = Vec::new();
        let mut at = 0;
        while at < words.len() {
            // Words that mean something together mean nothing by themselves.
            let used = LEXICON.phrase(&words[at..]).map_or(0, |(_, used)| used);
            if let (0, Word::Plain(word)) = (used, &words[at])
                && tells(word)
            {
                learned.push(self.add(stem(word)));
            }
            at += used.max(1);
        }
        let outside = words.split(|word| *word == Word::Open).next().unwrap_or_default();
        let stems: Vec<&str> = outside.iter().filter_map(of_name).collect();
        if (2..=LONGEST_NAME).contains(&stems.len()) {
            let next = NAMES + self.names.len() as Written;
            learned.push(*self.names.entry(stems.join(" ")).or_insert(next));
        }
        learned
    }

    /// The longest name that begins here.
    pub(super) fn name(&self, words: &[Word]) -> Option<(Written, f32)> {
        of_name(words.first()?)?;
        let mut said = String::new();
        let mut found = None;
        let sentence = words.split(|word| *word == Word::Break).next().unwrap_or_default();
        for (nth, stem) in sentence.iter().filter_map(of_name).take(LONGEST_NAME).enumerate() {
            if nth > 0 {
                said.push(' ');
            }
            said.push_str(stem);
            if let Some(name) = self.names.get(&said) {
                found = Some((*name, 1.0 + FURTHER * nth as f32));
            }
        }
        found
    }

    fn add(&mut self, stem: &str) -> Written {
        if let Some(known) = self.all.get(stem) {
            return *known;
        }
        let next = self.all.len() as Written;
        self.all.insert(stem.to_owned(), next);
        if let Some(piece) = beginning(stem) {
            self.beginning.entry(piece.to_owned()).or_default().push((stem.to_owned(), next));
        }
        if let Some(piece) = ending(stem) {
            self.ending.entry(piece.to_owned()).or_default().push((stem.to_owned(), next));
        }
        next
    }

    /// Which words of the catalogue a caller's word is, each with how much of it.
    pub(super) fn find(&self, word: &str) -> Vec<(Written, f32)> {
        if !tells(word) {
            return Vec::new();
        }
        let stem = stem(word);
        let mut found: Vec<(Written, f32)> =
            self.all.get(stem).map(|known| (*known, 1.0)).into_iter().collect();
        let mut add = |written: Written, share: f32| {
            if found.iter().all(|(known, _)| *known != written) {
                found.push((written, share));
            }
        };
        let near = |piece: Option<&str>, by: &HashMap<String, Vec<(String, Written)>>| {
            piece.and_then(|piece| by.get(piece)).cloned().unwrap_or_default()
        };
        for (own, written) in near(beginning(stem), &self.beginning) {
            if own.starts_with(stem) {
                add(written, 1.0);
            } else if stem.starts_with(&own) {
                add(written, LONGER);
            }
        }
        for (own, written) in near(ending(stem), &self.ending) {
            if own.ends_with(stem) {
                add(written, 1.0);
            } else if stem.ends_with(&own) {
                add(written, LONGER);
            }
        }
        found
    }
}

/// Numbers of names, beyond those of words.
const NAMES: Written = 1_000_000;

/// A word that counts when a name is said as a whole.
fn of_name(word: &Word) -> Option<&str> {
    match word {
        Word::Plain(word) if LEXICON.role(word).is_none() => Some(stem(word)),
        _ => None,
    }
}

fn beginning(stem: &str) -> Option<&str> {
    stem.get(..SHORTEST_PIECE)
}

fn ending(stem: &str) -> Option<&str> {
    stem.get(stem.len().checked_sub(SHORTEST_PIECE)?..)
}

/// Not the words that are wholly known by what they mean, nor those with a task in
/// the sentence; but compounds that the tables know as something more general.
fn tells(word: &str) -> bool {
    if word.len() <= 2 || word.bytes().all(|byte| byte.is_ascii_digit()) {
        return false;
    }
    match LEXICON.whole(word) {
        Some(Sense::Concept(concept)) => {
            LEXICON.tiers[usize::from(concept)] >= Tier::Strong && LEXICON.is_compound(word)
        }
        Some(Sense::Role(_) | Sense::Who(_)) => false,
        None => {
            LEXICON.parts(word).is_none_or(|parts| parts.iter().any(|part| matches!(part, Piece::Unknown(_))))
        }
    }
}

/// A caller's word that is one of the catalogue: which of the caller's, which of
/// the catalogue's, and how much of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Spoken {
    pub(super) at: usize,
    pub(super) written: Written,
    pub(super) share: f32,
}

/// How much of the words of each entry was said: what few entries hold counts more
/// than what many do.
pub(super) fn evidence<'a>(spoken: &[Spoken], entries: impl Iterator<Item = &'a [Written]>) -> Vec<f32> {
    let mut places: Vec<usize> = spoken.iter().map(|one| one.at).collect();
    places.dedup();
    let mut shares: Vec<Vec<f32>> = entries
        .map(|held| {
            let best = |place: &usize| {
                let here = spoken.iter().filter(|one| one.at == *place && held.contains(&one.written));
                here.map(|one| one.share).fold(0.0, f32::max)
            };
            places.iter().map(best).collect()
        })
        .collect();
    let all = (shares.len().max(2) as f32).ln();
    for place in 0..places.len() {
        let count = shares.iter().filter(|shares| shares[place] > 0.0).count().max(1) as f32;
        let telling = 1.0 - count.ln() / all;
        shares.iter_mut().for_each(|shares| shares[place] *= telling);
    }
    shares.into_iter().map(|shares| shares.into_iter().sum()).collect()
}
