//! General words of German and English, from tables that a native speaker can
//! read and extend.

use std::{collections::HashMap, sync::LazyLock};

use super::words::{Word, folded, is_ending, links, participles, without_prefix};

/// What a word can mean apart from any catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sense {
    /// The concept with this number in [`Lexicon::tiers`].
    Concept(u16),
    Who(Who),
    Role(Role),
}

/// How much a concept says by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Tier {
    /// Said of nearly everything: never decides.
    Generic,
    /// Never enough for a service.
    Weak,
    /// Enough only where nothing else is said.
    Kind,
    /// Tells entries apart, but is never enough for a service.
    Quality,
    Strong,
    /// A thing or part of the body: what something is done to.
    Object,
}

/// Whom a wish is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Who {
    Woman,
    Man,
    Child,
    Son,
    Daughter,
    Youth,
    Animal(Animal, Option<Sex>),
    /// Said of people and animals alike.
    Sex(Sex),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sex {
    Female,
    Male,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Animal {
    Dog,
    Cat,
    Rabbit,
    GuineaPig,
    Hamster,
    /// Any of those kept in small cages.
    Small,
    Bird,
    Horse,
}

/// What a word does in a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Not,
    /// After a negation it softens something else, otherwise it begins anew.
    Soft,
    Only,
    But,
    And,
    With,
    Correct,
    Other,
    /// About something else, unless its owner says what it is for.
    Voucher,
    /// Said of what one has or was given.
    Having,
    /// The speaker.
    Me,
    /// Said of what does not work: its denial is no refusal.
    Fault,
    Filler,
}

/// A piece of a compound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    Known(Sense),
    Unknown(&'a str),
}

pub(super) struct Lexicon {
    /// The tier of each concept.
    pub(super) tiers: Vec<Tier>,
    /// What each concept is taken for where a catalogue does not hold it.
    taken_for: Vec<Vec<u16>>,
    /// What each concept holds besides.
    besides: Vec<Vec<u16>>,
    /// Words said one after the other, by the first of them; longest first.
    phrases: HashMap<String, Vec<(Vec<String>, Sense)>>,
    words: HashMap<String, Sense>,
    /// By the first byte; longest first.
    stems: Vec<Vec<(String, Sense)>>,
}

pub(super) static LEXICON: LazyLock<Lexicon> = LazyLock::new(Lexicon::load);

impl Lexicon {
    fn load() -> Self {
        let mut lexicon = Self {
            tiers: Vec::new(),
            taken_for: Vec::new(),
            besides: Vec::new(),
            phrases: HashMap::new(),
            words: HashMap::new(),
            stems: vec![Vec::new(); 256],
        };
        let mut numbers: HashMap<&str, u16> = HashMap::new();
        let mut links: Vec<(u16, &str, &str)> = Vec::new();
        for line in lines(include_str!("small.txt")) {
            let role = role(line.0).expect("the table's roles are those of the code");
            line.1.for_each(|word| {
                if word.contains('_') {
                    lexicon.add(word, Sense::Role(role));
                    return;
                }
                lexicon.words.entry(folded(word)).or_insert(Sense::Role(role));
            });
        }
        for (name, words) in lines(include_str!("people.txt")) {
            let who = who(name).expect("the table's people are those of the code");
            words.for_each(|word| lexicon.add(word, Sense::Who(who)));
        }
        let tables = [include_str!("de.txt"), include_str!("en.txt"), include_str!("trades.txt")];
        for (head, words) in tables.into_iter().flat_map(lines) {
            let (head, besides) = head.split_once('<').unwrap_or((head, ""));
            let (head, taken_for) = head.split_once('>').unwrap_or((head, ""));
            let (tier, name) = match head.split_at(1) {
                (".", name) => (Tier::Generic, name.trim()),
                ("~", name) => (Tier::Weak, name.trim()),
                ("&", name) => (Tier::Kind, name.trim()),
                ("%", name) => (Tier::Quality, name.trim()),
                ("@", name) => (Tier::Object, name.trim()),
                _ => (Tier::Strong, head.trim()),
            };
            let number = *numbers.entry(name).or_insert_with(|| {
                lexicon.tiers.push(tier);
                (lexicon.tiers.len() - 1) as u16
            });
            links.push((number, taken_for, besides));
            words.for_each(|word| lexicon.add(word, Sense::Concept(number)));
        }
        lexicon.taken_for = vec![Vec::new(); lexicon.tiers.len()];
        lexicon.besides = lexicon.taken_for.clone();
        for (number, taken_for, besides) in links {
            let named = |names: &str| -> Vec<u16> {
                let number = |name| *numbers.get(name).expect("the tables link only concepts they have");
                names.split_whitespace().map(number).collect()
            };
            lexicon.taken_for[usize::from(number)].extend(named(taken_for));
            lexicon.besides[usize::from(number)].extend(named(besides));
        }
        for phrases in lexicon.phrases.values_mut() {
            phrases.sort_by_key(|(rest, _)| std::cmp::Reverse(rest.len()));
        }
        lexicon
            .stems
            .iter_mut()
            .for_each(|stems| stems.sort_by_key(|(stem, _)| std::cmp::Reverse(stem.len())));
        lexicon
    }

    fn add(&mut self, word: &str, sense: Sense) {
        if word.contains('_') {
            let mut words = word.trim_start_matches('=').split('_').map(folded);
            let first = words.next().unwrap_or_default();
            self.phrases.entry(first).or_default().push((words.collect(), sense));
            return;
        }
        match word.strip_prefix('=') {
            Some(word) => drop(self.words.insert(folded(word), sense)),
            None => {
                let stem = folded(word);
                for participle in participles(&stem) {
                    self.add_stem(participle, sense);
                }
                self.add_stem(stem, sense);
            }
        }
    }

    fn add_stem(&mut self, stem: String, sense: Sense) {
        if let Some(first) = stem.bytes().next() {
            self.stems[usize::from(first)].push((stem, sense));
        }
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
        let first = word.bytes().next().unwrap_or_default();
        self.stems[usize::from(first)]
            .iter()
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

fn lines(table: &'static str) -> impl Iterator<Item = (&'static str, std::str::SplitWhitespace<'static>)> {
    table
        .lines()
        .filter(|line| !line.trim().is_empty() && !line.starts_with('#'))
        .filter_map(|line| line.split_once(':'))
        .map(|(name, words)| (name.trim(), words.split_whitespace()))
}

fn role(name: &str) -> Option<Role> {
    Some(match name {
        "not" => Role::Not,
        "soft" => Role::Soft,
        "only" => Role::Only,
        "but" => Role::But,
        "and" => Role::And,
        "with" => Role::With,
        "correct" => Role::Correct,
        "other" => Role::Other,
        "voucher" => Role::Voucher,
        "having" => Role::Having,
        "me" => Role::Me,
        "fault" => Role::Fault,
        "filler" => Role::Filler,
        _ => return None,
    })
}

fn who(name: &str) -> Option<Who> {
    Some(match name {
        "woman" => Who::Woman,
        "man" => Who::Man,
        "child" => Who::Child,
        "son" => Who::Son,
        "daughter" => Who::Daughter,
        "youth" => Who::Youth,
        "male" => Who::Sex(Sex::Male),
        "female" => Who::Sex(Sex::Female),
        "dog" => Who::Animal(Animal::Dog, None),
        "cat" => Who::Animal(Animal::Cat, None),
        "rabbit" => Who::Animal(Animal::Rabbit, None),
        "guinea_pig" => Who::Animal(Animal::GuineaPig, None),
        "hamster" => Who::Animal(Animal::Hamster, None),
        "small_animal" => Who::Animal(Animal::Small, None),
        "bird" => Who::Animal(Animal::Bird, None),
        "horse" => Who::Animal(Animal::Horse, None),
        "tomcat" => Who::Animal(Animal::Cat, Some(Sex::Male)),
        "queen" => Who::Animal(Animal::Cat, Some(Sex::Female)),
        "dog_male" => Who::Animal(Animal::Dog, Some(Sex::Male)),
        "dog_female" => Who::Animal(Animal::Dog, Some(Sex::Female)),
        _ => return None,
    })
}
