//! Reads the tables into a lexicon.

use std::collections::HashMap;

use super::{
    Lexicon, Sense, Tier,
    sense::{role, who},
    wording::Wordings,
};
use crate::service_match::words::{folded, participles};

/// The tables of concepts; those of trades after the general ones.
pub(super) const TABLES: [&str; 16] = [
    include_str!("de.txt"),
    include_str!("en.txt"),
    include_str!("hair.txt"),
    include_str!("beauty.txt"),
    include_str!("body.txt"),
    include_str!("feet.txt"),
    include_str!("teeth.txt"),
    include_str!("animals.txt"),
    include_str!("vehicles.txt"),
    include_str!("medicine.txt"),
    include_str!("others.txt"),
    include_str!("law.txt"),
    include_str!("learning.txt"),
    include_str!("house.txt"),
    include_str!("crafts.txt"),
    include_str!("pictures.txt"),
];

const GENERAL_TABLES: u8 = 2;

impl Lexicon {
    pub(super) fn load() -> Self {
        let mut lexicon = Self {
            tiers: Vec::new(),
            complaints: Vec::new(),
            means: Vec::new(),
            particular: Vec::new(),
            made_of: Vec::new(),
            kinds: Vec::new(),
            consult: None,
            sizes: None,
            exam: None,
            removes: None,
            trades: Vec::new(),
            about: Vec::new(),
            wordings: Wordings::default(),
            taken_for: Vec::new(),
            ways: Vec::new(),
            besides: Vec::new(),
            phrases: HashMap::new(),
            words: HashMap::new(),
            several: HashMap::new(),
            first: Vec::new(),
            stems: HashMap::new(),
        };
        let mut numbers: HashMap<&str, u16> = HashMap::new();
        let mut links: Vec<(u16, &str, &str)> = Vec::new();
        let mut about: Vec<(u8, &str)> = Vec::new();
        let mut made_of: Vec<(u16, &str)> = Vec::new();
        let mut gathered = Gathered::default();
        let mut kinds: Vec<u16> = Vec::new();
        for (name, words) in lines(include_str!("small.txt")) {
            let role = role(name).expect("the table's roles are those of the code");
            words.for_each(|word| gathered.add_whole(word, Sense::Role(role)));
        }
        for (name, words) in lines(include_str!("people.txt")) {
            let who = who(name).expect("the table's people are those of the code");
            words.for_each(|word| gathered.add(word, Sense::Who(who)));
        }
        let tables = TABLES.iter().enumerate().flat_map(|(at, table)| {
            lines(table).map(move |(head, words)| (u8::try_from(at).unwrap_or_default(), head, words))
        });
        for (table, head, words) in tables {
            if head == "about" {
                about.extend(words.map(|name| (table, name)));
                continue;
            }
            let (head, are_kinds) = head.strip_prefix('*').map_or((head, false), |rest| (rest.trim(), true));
            let (head, besides) = head.split_once('<').unwrap_or((head, ""));
            let (head, taken_for) = head.split_once('>').unwrap_or((head, ""));
            let (tier, name) = match head.split_at(1) {
                ("-", name) => (Tier::Nothing, name.trim()),
                (".", name) => (Tier::Generic, name.trim()),
                ("~", name) => (Tier::Weak, name.trim()),
                ("&", name) => (Tier::Kind, name.trim()),
                ("%" | "^", name) => (Tier::Quality, name.trim()),
                ("@", name) => (Tier::Object, name.trim()),
                ("!" | "+", name) => (Tier::Strong, name.trim()),
                _ => (Tier::Strong, head.trim()),
            };
            let mut number_of = |name: &'static str| {
                let number = *numbers.entry(name).or_insert_with(|| {
                    lexicon.tiers.push(tier);
                    lexicon.trades.push(None);
                    (lexicon.tiers.len() - 1) as u16
                });
                if table >= GENERAL_TABLES {
                    lexicon.trades[usize::from(number)].get_or_insert(table);
                }
                number
            };
            let number = number_of(name);
            if name.contains(' ') {
                made_of.push((number, name));
            }
            if are_kinds {
                for kind in words {
                    let words = kind.split('|');
                    let one = number_of(words.clone().next().unwrap_or_default().trim_start_matches('='));
                    links.push((one, name, ""));
                    kinds.push(one);
                    words.for_each(|word| gathered.add(word, Sense::Concept(one)));
                }
                links.push((number, taken_for, besides));
                continue;
            }
            lexicon.complaints.resize(lexicon.tiers.len(), false);
            lexicon.means.resize(lexicon.tiers.len(), false);
            lexicon.particular.resize(lexicon.tiers.len(), false);
            lexicon.particular[usize::from(number)] |= head.starts_with('^');
            lexicon.complaints[usize::from(number)] |= head.starts_with('!');
            lexicon.means[usize::from(number)] |= head.starts_with('+');
            links.push((number, taken_for, besides));
            words.for_each(|word| gathered.add(word, Sense::Concept(number)));
        }
        lexicon.complaints.resize(lexicon.tiers.len(), false);
        lexicon.means.resize(lexicon.tiers.len(), false);
        lexicon.particular.resize(lexicon.tiers.len(), false);
        lexicon.made_of = vec![Vec::new(); lexicon.tiers.len()];
        let number_of = |name: &str| *numbers.get(name).expect("the tables name only concepts they have");
        for (number, names) in made_of {
            lexicon.made_of[usize::from(number)] = names.split_whitespace().map(number_of).collect();
        }
        lexicon.about = about.into_iter().map(|(trade, name)| (trade, number_of(name))).collect();
        lexicon.taken_for = vec![Vec::new(); lexicon.tiers.len()];
        lexicon.besides = lexicon.taken_for.clone();
        for (number, taken_for, besides) in links {
            let named = |names: &str| -> Vec<u16> { names.split_whitespace().map(number_of).collect() };
            lexicon.taken_for[usize::from(number)].extend(named(taken_for));
            lexicon.besides[usize::from(number)].extend(named(besides));
        }
        lexicon.sizes = numbers.get("small").zip(numbers.get("big")).map(|(small, big)| [*small, *big]);
        lexicon.exam = numbers.get("exam").copied();
        lexicon.consult = numbers.get("consult").copied();
        lexicon.removes = numbers.get("remove").copied().map(Sense::Concept);
        lexicon.first = (0..lexicon.tiers.len() as u16).collect();
        lexicon.gather(gathered);
        lexicon.kinds = vec![false; lexicon.tiers.len()];
        kinds.into_iter().for_each(|kind| lexicon.kinds[usize::from(kind)] = true);
        lexicon
    }

    /// Puts every word in its place, one sense each.
    fn gather(&mut self, gathered: Gathered) {
        for (words, senses) in gathered.wordings {
            let sense = self.one_of(&senses);
            self.wordings.add(&words, sense);
        }
        for (words, senses) in gathered.phrases {
            let sense = self.one_of(&senses);
            let mut words = words.split('_').map(str::to_owned);
            let first = words.next().unwrap_or_default();
            self.phrases.entry(first).or_default().push((words.collect(), sense));
        }
        for (word, senses) in gathered.words {
            let sense = self.one_of(&senses);
            self.words.insert(word, sense);
        }
        for (stem, senses) in gathered.stems {
            let sense = self.one_of(&senses);
            if let Some(first) = stem.as_bytes().first_chunk() {
                self.stems.entry(*first).or_default().push((stem, sense));
            }
        }
        self.ways = vec![Vec::new(); self.tiers.len()];
        for (at, others) in self.taken_for.iter().enumerate() {
            others.iter().for_each(|other| self.ways[usize::from(*other)].push(at as u16));
        }
        for phrases in self.phrases.values_mut() {
            phrases.sort_by_key(|(rest, _)| std::cmp::Reverse(rest.len()));
        }
        self.stems
            .values_mut()
            .for_each(|stems| stems.sort_by_key(|(stem, _)| std::cmp::Reverse(stem.len())));
    }

    /// A sense that another of them is taken for, or is made of, is reached from there.
    fn keep_narrowest(&self, concepts: &mut Vec<u16>) {
        let all = concepts.clone();
        let is_wider = |concept: &u16| {
            let holds =
                |one: u16| self.leads_to(one, *concept) || self.made_of[usize::from(one)].contains(concept);
            all.iter().any(|one| one != concept && holds(*one))
        };
        let narrow: Vec<u16> = all.iter().copied().filter(|concept| !is_wider(concept)).collect();
        if !narrow.is_empty() {
            *concepts = narrow;
        }
    }

    fn leads_to(&self, from: u16, to: u16) -> bool {
        self.nearest(from, |concept| concept == to).is_some()
    }

    /// Concepts come before roles; several of them are one that is taken for each.
    fn one_of(&mut self, senses: &[Sense]) -> Sense {
        let mut concepts: Vec<u16> = Vec::new();
        for sense in senses {
            match sense {
                Sense::Concept(concept) if !concepts.contains(concept) => concepts.push(*concept),
                Sense::Who(_) => return *sense,
                _ => {}
            }
        }
        self.keep_narrowest(&mut concepts);
        match concepts[..] {
            [] => senses[0],
            [one] => Sense::Concept(one),
            [first, ..] => {
                if let Some(known) = self.several.get(&concepts) {
                    return Sense::Concept(*known);
                }
                let number = self.tiers.len() as u16;
                self.tiers.push(self.tiers[usize::from(first)]);
                self.complaints.push(self.complaints[usize::from(first)]);
                self.means.push(self.means[usize::from(first)]);
                self.particular.push(self.particular[usize::from(first)]);
                self.made_of.push(Vec::new());
                self.trades.push(None);
                self.besides.push(Vec::new());
                self.taken_for.push(concepts.clone());
                self.first.push(first);
                self.several.insert(concepts, number);
                Sense::Concept(number)
            }
        }
    }
}

/// The words of the tables with all their senses, in the order of the tables.
#[derive(Default)]
struct Gathered {
    wordings: HashMap<String, Vec<Sense>>,
    phrases: HashMap<String, Vec<Sense>>,
    words: HashMap<String, Vec<Sense>>,
    stems: HashMap<String, Vec<Sense>>,
}

impl Gathered {
    /// A word that is never inflected, or words said one after the other.
    fn add_whole(&mut self, word: &str, sense: Sense) {
        if word.contains('_') {
            self.add(word, sense);
        } else {
            self.words.entry(folded(word)).or_default().push(sense);
        }
    }

    fn add(&mut self, word: &str, sense: Sense) {
        if word.contains('+') {
            self.wordings.entry(word.to_owned()).or_default().push(sense);
            return;
        }
        let all = |words: &str| words.split('_').map(folded).collect::<Vec<_>>().join("_");
        if word.contains('_') {
            self.phrases.entry(all(word.trim_start_matches('='))).or_default().push(sense);
            return;
        }
        match word.strip_prefix('=') {
            Some(word) => self.words.entry(folded(word)).or_default().push(sense),
            None => {
                let stem = folded(word);
                for participle in participles(&stem) {
                    self.stems.entry(participle).or_default().push(sense);
                }
                self.stems.entry(stem).or_default().push(sense);
            }
        }
    }
}

fn lines(table: &'static str) -> impl Iterator<Item = (&'static str, std::str::SplitWhitespace<'static>)> {
    table
        .lines()
        .filter(|line| !line.trim().is_empty() && !line.starts_with('#'))
        .filter_map(|line| line.split_once(':'))
        .map(|(name, words)| (name.trim(), words.split_whitespace()))
}
