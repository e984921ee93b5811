use std::collections::HashMap;

use super::{
    lexicon::{Animal, LEXICON, Role, Sex, Tier, Who},
    read::{Concept, OWN, Token, Vocabulary, literal},
    words::{Word, split},
};

/// Whom something is for. Empty fields say nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct For {
    pub(super) gender: Option<Sex>,
    /// Years of age, both ends included.
    pub(super) ages: Option<(u32, u32)>,
    pub(super) child: bool,
    pub(super) animals: Vec<Animal>,
    pub(super) sex: Option<Sex>,
}

impl For {
    pub(super) fn add(&mut self, who: Who) {
        match who {
            Who::Woman => self.gender = Some(Sex::Female),
            Who::Man => self.gender = Some(Sex::Male),
            Who::Child | Who::Son | Who::Daughter | Who::Youth => self.child = true,
            Who::Animal(animal, sex) => {
                if !self.animals.contains(&animal) {
                    self.animals.push(animal);
                }
                self.sex = sex.or(self.sex);
            }
            Who::Sex(sex) => {
                self.sex = Some(sex);
                self.gender = Some(sex);
            }
        }
    }

    /// Whether it is for nobody else.
    pub(super) fn is_for_children(&self) -> bool {
        self.child || self.ages.is_some_and(|(_, to)| to < 18)
    }

    pub(super) fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// One name of an entry.
#[derive(Clone, Debug, Default)]
pub(super) struct Label {
    /// What it says.
    pub(super) holds: Vec<Concept>,
    /// What stands in brackets: said of it, but not needed.
    pub(super) details: Vec<Concept>,
    /// What it says it is without.
    pub(super) without: Vec<Concept>,
    /// What its holdings hold besides: a cleaning of teeth is about teeth.
    pub(super) besides: Vec<Concept>,
    /// The pieces that a "mit" or "und" joins.
    pub(super) pieces: Vec<Vec<Concept>>,
}

impl Label {
    fn said(&self) -> impl Iterator<Item = &Concept> {
        self.holds.iter().chain(&self.details).chain(&self.besides)
    }
}

/// A prepared entry of a catalogue.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) labels: Vec<Label>,
    /// Its names word for word, with and without what stands in brackets.
    pub(super) literals: Vec<String>,
    pub(super) whom: For,
    /// Minutes in its name, else its duration.
    pub(super) minutes: u32,
    tiers: HashMap<Concept, Tier>,
    /// What no other entry holds.
    alone: Vec<Concept>,
}

impl Entry {
    pub(super) fn new<'a>(
        names: impl Iterator<Item = &'a str>,
        duration_minutes: u32,
        vocabulary: &mut Vocabulary,
    ) -> Self {
        let mut entry = Self {
            labels: Vec::new(),
            literals: Vec::new(),
            whom: For::default(),
            minutes: duration_minutes,
            tiers: HashMap::new(),
            alone: Vec::new(),
        };
        for name in names {
            let words = split(name);
            entry.literals.extend(literals(&words));
            let tokens = vocabulary.learn(&words);
            entry.add(&tokens);
        }
        entry.labels.retain(|label| !label.holds.is_empty());
        for concept in entry.labels.iter().flat_map(Label::said) {
            let tier = if *concept < OWN { LEXICON.tiers[*concept as usize] } else { Tier::Strong };
            entry.tiers.insert(*concept, tier);
        }
        entry
    }

    /// Whether this is one of its names, word for word.
    pub(super) fn is_called(&self, literal: &str) -> bool {
        !literal.is_empty() && self.literals.iter().any(|name| name == literal)
    }

    fn add(&mut self, tokens: &[Token]) {
        let mut label = Label { pieces: vec![Vec::new()], ..Label::default() };
        let (mut bracket, mut denied) = (None::<Vec<Concept>>, false);
        let mut words_in_bracket = 0;
        for token in tokens {
            words_in_bracket += 1;
            match token {
                Token::Concept(concept) => {
                    if let Some(bracket) = &mut bracket {
                        bracket.push(*concept);
                    }
                    let list = match (&bracket, denied) {
                        (Some(_), _) => &mut label.details,
                        (None, true) => &mut label.without,
                        (None, false) => &mut label.holds,
                    };
                    if !list.contains(concept) {
                        list.push(*concept);
                    }
                    if let (None, false, Some(piece)) = (&bracket, denied, label.pieces.last_mut()) {
                        piece.push(*concept);
                    }
                }
                Token::Who(who) => self.whom.add(*who),
                Token::Age(from, to) => {
                    self.whom.ages = Some((*from, *to));
                }
                Token::Minutes(minutes) => self.minutes = *minutes,
                Token::Role(Role::Not) => denied = true,
                Token::Role(Role::With | Role::And) => {
                    denied = false;
                    label.pieces.push(Vec::new());
                }
                Token::Break => denied = false,
                Token::Open => {
                    bracket = Some(Vec::new());
                    words_in_bracket = 0;
                }
                Token::Close => {
                    // A single word in brackets is another name: (Extensions), (KGG).
                    if let Some(alone) =
                        bracket.take().filter(|alone| alone.len() == 1 && words_in_bracket == 2)
                    {
                        self.labels.push(Label { holds: alone, ..Label::default() });
                    }
                }
                Token::Role(_) | Token::Want => {}
            }
        }
        label.pieces.retain(|piece| !piece.is_empty());
        for concept in label.holds.iter().filter_map(|concept| u16::try_from(*concept).ok()) {
            if Concept::from(concept) < OWN {
                label.besides.extend(LEXICON.besides(concept).iter().copied().map(Concept::from));
            }
        }
        self.labels.push(label);
    }

    /// Every concept once.
    pub(super) fn concepts(&self) -> impl Iterator<Item = Concept> + '_ {
        self.tiers.keys().copied()
    }

    /// What most entries of a catalogue hold tells none of them apart: massage in a
    /// massage studio.
    pub(super) fn weigh(&mut self, counts: &HashMap<Concept, usize>, entries: usize) {
        self.alone = self.tiers.keys().copied().filter(|concept| counts.get(concept) == Some(&1)).collect();
        if entries < 6 {
            return;
        }
        for (concept, tier) in &mut self.tiers {
            if counts.get(concept).is_some_and(|count| count * 10 > entries * 6) {
                *tier = (*tier).min(Tier::Kind);
            }
        }
    }

    /// Whether no other entry holds the concept.
    pub(super) fn holds_alone(&self, concept: Concept) -> bool {
        self.alone.contains(&concept)
    }

    /// How much a concept says here; `None` where the entry does not hold it.
    pub(super) fn tier(&self, concept: Concept) -> Option<Tier> {
        self.tiers.get(&concept).copied()
    }
}

/// A name as a whole, without its bracket, and what the bracket says.
fn literals(words: &[Word]) -> impl Iterator<Item = String> {
    let open = words.iter().position(|word| *word == Word::Open).unwrap_or(words.len());
    let close = words.iter().position(|word| *word == Word::Close).unwrap_or(words.len()).max(open);
    let without: Vec<Word> = [&words[..open], &words[close..]].concat();
    [literal(words), literal(&without), literal(&words[open..close])]
        .into_iter()
        .filter(|name| !name.is_empty())
}
