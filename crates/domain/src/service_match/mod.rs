//! Which entry of a catalogue a caller means.
//!
//! Words become concepts: compounds are taken apart, endings taken off, and a
//! table of general words (`lexicon/`) says that "stutzen" and "trim" are a cut.
//! What the table does not know is compared as it stands, and where that fails
//! by its sound, because recognisers write "Balla Jasch" for Balayage. Words and whole
//! names that are said as the catalogue writes them count besides, whatever the table
//! makes of them. Then one decision for every trade: entries that hold the most of
//! what was said, where what few entries hold tells more than what many do, and among
//! those the ones that hold nothing else; several of them are a question back. What no
//! entry holds as a whole is parted into the fewest wishes that leave the least of it
//! over. No catalogue, trade or sentence is treated by name.

mod decide;
mod fit;
mod gate;
mod label;
mod lexicon;
mod quantity;
mod read;
mod turns;
mod utterance;
mod weight;
mod whom;
mod words;
mod written;

use std::collections::{HashMap, HashSet};

use self::{
    label::{Entries, Entry},
    read::Vocabulary,
};

/// How much of what is said is looked at, in bytes. A wish is said in a sentence or two.
pub const MAX_TEXT: usize = 1_000;

/// How many words of that are looked at.
pub const MAX_WORDS: usize = 120;

/// An entry of a catalogue.
#[derive(Clone, Debug)]
pub struct Service<Id> {
    /// Which.
    pub id: Id,
    /// Its name, as the company writes it.
    pub name: String,
    /// How long it takes, in minutes.
    pub duration_minutes: u32,
    /// Other names that the company's callers use.
    pub synonyms: Vec<String>,
}

/// What was meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Match<Id> {
    /// One entry.
    One(Id),
    /// Several wishes, each clear, in the order in which they were said.
    Several(Vec<Id>),
    /// One wish that fits each of these, in the order of the catalogue: ask which.
    Ambiguous(Vec<Id>),
    /// No entry, or no wish for a service at all.
    None,
}

/// A company's catalogue, prepared for matching. Preparing costs a few
/// milliseconds; it is worth keeping until the catalogue changes.
#[derive(Clone, Debug)]
pub struct Catalogue<Id> {
    ids: Vec<Id>,
    entries: Entries,
    vocabulary: Vocabulary,
}

impl<Id: Clone> Catalogue<Id> {
    /// Prepares the entries. Names and synonyms are read up to [`MAX_TEXT`].
    pub fn new(services: &[Service<Id>]) -> Self {
        let mut vocabulary = Vocabulary::default();
        let entries: Vec<Entry> = services
            .iter()
            .map(|service| {
                let names = std::iter::once(&service.name).chain(&service.synonyms);
                Entry::new(names.map(String::as_str), service.duration_minutes, &mut vocabulary)
            })
            .collect();
        let mut counts: HashMap<read::Concept, usize> = HashMap::new();
        for concept in entries.iter().flat_map(Entry::concepts) {
            *counts.entry(concept).or_default() += 1;
        }
        let alone: HashSet<read::Concept> = entries.iter().flat_map(Entry::alone).collect();
        vocabulary.settle(|concept| counts.contains_key(&concept), |concept| alone.contains(&concept));
        let entries = Entries::new(entries, &counts);
        Self { ids: services.iter().map(|service| service.id.clone()).collect(), entries, vocabulary }
    }

    /// What a caller means who says this, in German or English, as a speech
    /// recogniser writes it: capitals and punctuation may be missing.
    pub fn find(&self, text: &str) -> Match<Id> {
        let utterance = utterance::Utterance::read(text, &self.vocabulary);
        let ids = |found: Vec<usize>| found.into_iter().map(|at| self.ids[at].clone()).collect();
        match decide::decide(&utterance, &self.entries) {
            Match::One(at) => Match::One(self.ids[at].clone()),
            Match::Several(found) => Match::Several(ids(found)),
            Match::Ambiguous(found) => Match::Ambiguous(ids(found)),
            Match::None => Match::None,
        }
    }
}
