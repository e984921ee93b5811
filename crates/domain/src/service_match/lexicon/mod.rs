//! General words of German and English, from tables that a native speaker can
//! read and extend.

mod load;
mod sense;
mod wording;

use std::{collections::HashMap, sync::LazyLock};

pub(super) use self::sense::{Animal, Piece, Role, Sense, Sex, Size, Tier, Who};
use self::wording::Wordings;
use super::words::{Word, is_ending, links, without_prefix};

pub(super) struct Lexicon {
    /// The tier of each concept.
    pub(super) tiers: Vec<Tier>,
    /// Which concepts are complaints: what is named with them is where it hurts,
    /// not what is wished.
    pub(super) complaints: Vec<bool>,
    /// Which concepts are what something is done with.
    pub(super) means: Vec<bool>,
    /// Which concepts say that something is for some only, who would say so: couples.
    pub(super) particular: Vec<bool>,
    /// What each concept is made of, where a word says several at once.
    made_of: Vec<Vec<u16>>,
    /// Talking of something, which is not doing it.
    pub(super) consult: Option<u16>,
    /// Being small and being big.
    pub(super) sizes: Option<[u16; 2]>,
    /// An examination, whatever for.
    pub(super) exam: Option<u16>,
    /// What a particle says that stands for its verb: "die sollen runter".
    pub(super) removes: Option<Sense>,
    /// Which trade each concept is of, by its table.
    trades: Vec<Option<u8>>,
    /// What all of a trade is about.
    about: Vec<(u8, u16)>,
    /// Words that mean something together wherever they stand.
    wordings: Wordings,
    /// Which concepts are kinds of what they are taken for, not needs of it.
    kinds: Vec<bool>,
    /// What each concept is taken for where a catalogue does not hold it.
    taken_for: Vec<Vec<u16>>,
    /// Which concepts are taken for each.
    ways: Vec<Vec<u16>>,
    /// What each concept holds besides.
    besides: Vec<Vec<u16>>,
    /// Words said one after the other, by the first of them; longest first.
    phrases: HashMap<String, Vec<(Vec<String>, Sense)>>,
    words: HashMap<String, Sense>,
    /// What stands for a word of several senses, by these: the first that a catalogue
    /// holds is meant, and in a name the first of all.
    several: HashMap<Vec<u16>, u16>,
    /// The first sense of what stands for several.
    first: Vec<u16>,
    /// By their first two bytes; longest first.
    stems: HashMap<[u8; 2], Vec<(String, Sense)>>,
}

pub(super) static LEXICON: LazyLock<Lexicon> = LazyLock::new(Lexicon::load);

impl Lexicon {
    /// What the concept is made of; nothing where it is one.
    pub(super) fn made_of(&self, concept: u16) -> &[u16] {
        &self.made_of[usize::from(concept)]
    }

    /// What needs not be said to a company of the trade that most of these entries,
    /// each by its concepts, belong to: teeth to a dentist.
    pub(super) fn understood<'a>(
        &'a self,
        entries: impl Iterator<Item = Vec<u16>>,
    ) -> impl Iterator<Item = u16> + 'a {
        let mut counts = [0_usize; load::TABLES.len()];
        let mut all = 0;
        for concepts in entries {
            all += 1;
            let mut trades: Vec<u8> =
                concepts.iter().filter_map(|concept| self.trades[usize::from(*concept)]).collect();
            trades.sort_unstable();
            trades.dedup();
            trades.into_iter().for_each(|trade| counts[usize::from(trade)] += 1);
        }
        let most = move |trade: u8| counts[usize::from(trade)] * 2 > all;
        self.about.iter().filter(move |(trade, _)| most(*trade)).map(|(_, concept)| *concept)
    }

    /// What words mean together that need not stand side by side, each with the
    /// place of the first of them.
    pub(super) fn wordings(&self, words: &[Word]) -> Vec<(usize, Sense)> {
        self.wordings.find(words)
    }

    /// The concept, or the first of several that the number stands for.
    pub(super) fn first(&self, concept: u16) -> u16 {
        self.first[usize::from(concept)]
    }

    /// The sense of the words that follow each other here, and how many they are.
    pub(super) fn phrase(&self, words: &[Word]) -> Option<(Sense, usize)> {
        let Word::Plain(first) = words.first()? else { return None };
        let said = |rest: &[String]| {
            words.len() > rest.len()
                && rest
                    .iter()
                    .zip(&words[1..])
                    .all(|(one, other)| matches!(other, Word::Plain(word) if word == one))
        };
        let (rest, sense) = self.phrases.get(first)?.iter().find(|(rest, _)| said(rest))?;
        Some((*sense, rest.len() + 1))
    }

    /// The qualities among some words that mean something together: "full service" is full.
    pub(super) fn qualities<'a>(
        &'a self,
        words: &'a [Word],
        sense: Sense,
    ) -> impl Iterator<Item = Sense> + 'a {
        let is_quality = |sense: Sense| match sense {
            Sense::Concept(at) => self.tiers[usize::from(at)] == Tier::Quality,
            _ => false,
        };
        let made_of = match sense {
            Sense::Concept(at) => self.made_of(at),
            _ => &[],
        };
        let is_service = made_of.is_empty() && matches!(sense, Sense::Concept(_)) && !is_quality(sense);
        let words = words.iter().filter(move |_| is_service);
        let meant = words.filter_map(|word| match word {
            Word::Plain(word) => self.words.get(word).copied().or_else(|| self.inflected(word)),
            _ => None,
        });
        meant.filter(move |sense| is_quality(*sense))
    }

    /// The concept itself where `held` says so, else the nearest that it is taken for.
    pub(super) fn nearest(&self, concept: u16, held: impl Fn(u16) -> bool) -> Option<u16> {
        let (mut queue, mut at) = (vec![concept], 0);
        while let Some(one) = queue.get(at).copied() {
            if held(one) {
                return Some(one);
            }
            for next in &self.taken_for[usize::from(one)] {
                if !queue.contains(next) {
                    queue.push(*next);
                }
            }
            at += 1;
        }
        None
    }

    /// What the concept is taken for, and what is taken for it.
    pub(super) fn related(&self, concept: u16) -> (&[u16], &[u16]) {
        (&self.taken_for[usize::from(concept)], &self.ways[usize::from(concept)])
    }

    /// Whether the concept is a kind of what it is taken for.
    pub(super) fn is_kind(&self, concept: u16) -> bool {
        self.kinds[usize::from(concept)]
    }

    /// Whether the one is taken for the other where only the other is held.
    pub(super) fn is_taken_for(&self, one: u16, other: u16) -> bool {
        self.taken_for.get(usize::from(one)).is_some_and(|others| others.contains(&other))
    }

    /// What a concept holds besides.
    pub(super) fn besides(&self, concept: u16) -> &[u16] {
        &self.besides[usize::from(concept)]
    }

    /// The sense of a folded word as a whole, inflected or with a verb's prefix.
    pub(super) fn whole(&self, word: &str) -> Option<Sense> {
        self.plain(word).or_else(|| without_prefix(word).find_map(|rest| self.inflected(rest)))
    }

    /// The sense of a folded word as a whole or inflected. Words that were joined
    /// by us have no prefix to take off: "a beard" is no "ab-eard".
    pub(super) fn plain(&self, word: &str) -> Option<Sense> {
        self.words.get(word).copied().or_else(|| self.inflected(word))
    }

    /// What the word does in a sentence, if it has a task there.
    pub(super) fn role(&self, word: &str) -> Option<Role> {
        match self.words.get(word) {
            Some(Sense::Role(role)) => Some(*role),
            _ => None,
        }
    }

    /// Whether a known word ends in another known one: "Lesebrille".
    pub(super) fn is_compound(&self, word: &str) -> bool {
        (3..word.len().saturating_sub(3))
            .filter_map(|at| word.get(at..))
            .any(|end| matches!(self.plain(end), Some(Sense::Concept(_))))
    }

    fn inflected(&self, word: &str) -> Option<Sense> {
        let fits = |stem: &str| {
            let rest = &word[stem.len()..];
            // Two letters begin too much: "old" is no form of "Öl".
            if stem.len() <= 2 {
                return rest.is_empty();
            }
            // Chip, chippen: a short vowel doubles the consonant after it.
            let doubled = stem.chars().next_back().and_then(|last| rest.strip_prefix(last));
            is_ending(rest) || doubled.is_some_and(|rest| !rest.is_empty() && is_ending(rest))
        };
        self.beginning(word).find(|(stem, _)| fits(stem)).map(|(_, sense)| sense)
    }

    /// Stems with which the word begins, longest first.
    fn beginning<'a>(&'a self, word: &'a str) -> impl Iterator<Item = (&'a str, Sense)> {
        let begun = word.as_bytes().first_chunk().and_then(|first| self.stems.get(first));
        begun
            .into_iter()
            .flatten()
            .filter(|(stem, _)| word.starts_with(stem.as_str()))
            .map(|(stem, sense)| (stem.as_str(), *sense))
    }

    /// A compound taken apart, with at most one piece that the table does not
    /// know; `None` where nothing of it is known. Words longer than 60 bytes are
    /// not taken apart.
    pub(super) fn parts<'a>(&self, word: &'a str) -> Option<Vec<Piece<'a>>> {
        if word.len() < 5 || word.len() > 60 || !word.is_ascii() {
            return None;
        }
        self.known_parts(word, 2, 0).or_else(|| {
            // One piece unknown, at the beginning or at the end; the known ones must be
            // long enough not to be there by accident.
            (4..=word.len() - 4)
                .find_map(|at| {
                    let mut parts = vec![Piece::Unknown(&word[..at])];
                    parts.extend(self.known_parts(&word[at..], 4, 0)?);
                    Some(parts)
                })
                .or_else(|| {
                    let (stem, sense) = self.beginning(word).find(|(stem, _)| stem.len() >= 4)?;
                    let rest = &word[stem.len()..];
                    let link = links(rest).max_by_key(|link| link.len()).unwrap_or_default();
                    let rest = &rest[link.len()..];
                    (rest.len() >= 4).then(|| vec![Piece::Known(sense), Piece::Unknown(rest)])
                })
        })
    }

    /// The word as two or more known stems; `shortest` bounds the first one.
    fn known_parts<'a>(&self, word: &'a str, shortest: usize, depth: usize) -> Option<Vec<Piece<'a>>> {
        for (stem, sense) in self.beginning(word).filter(|(stem, _)| stem.len() >= shortest) {
            let rest = &word[stem.len()..];
            if is_ending(rest) {
                return Some(vec![Piece::Known(sense)]);
            }
            if depth == 4 {
                continue;
            }
            for link in links(rest) {
                if let Some(mut parts) = self.known_parts(&rest[link.len()..], shortest.max(3), depth + 1) {
                    parts.insert(0, Piece::Known(sense));
                    return Some(parts);
                }
            }
        }
        None
    }
}
