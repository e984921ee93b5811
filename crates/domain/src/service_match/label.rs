use std::collections::HashMap;

use super::{
    lexicon::{LEXICON, Role, Tier},
    read::{Concept, OWN, Token, Vocabulary, general_concept, literal},
    utterance::tier as general_tier,
    whom::For,
    words::{Word, split},
    written::Written,
};

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
    /// How many of the pieces stand before a "mit": what it is, not what belongs to it.
    pub(super) heads: usize,
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
    /// The words of its names.
    pub(super) lexemes: Vec<Written>,
    /// Every concept once; so few that looking through them is quickest.
    said: Vec<Said>,
}

/// A concept in an entry of a catalogue.
#[derive(Clone, Copy, Debug)]
struct Said {
    concept: Concept,
    tier: Tier,
    /// It needs not be said to this company.
    understood: bool,
    /// How much it tells of this entry, from how many others hold it too.
    telling: f32,
}

/// The entries of a catalogue, and what holds for all of them.
#[derive(Clone, Debug, Default)]
pub(super) struct Entries {
    all: Vec<Entry>,
    /// What some entry holds as more than a word that is said of much; ascending.
    known: Vec<Concept>,
    /// What some entry holds at all; ascending.
    held: Vec<Concept>,
    /// How much each of these tells, from how many entries hold it.
    telling: Vec<f32>,
    /// Some are for children only.
    pub(super) ages_matter: bool,
    /// Some are for animals.
    pub(super) of_animals: bool,
}

impl Entries {
    pub(super) fn new(mut all: Vec<Entry>, counts: &HashMap<Concept, usize>) -> Self {
        let general = |entry: &Entry| entry.concepts().filter_map(general_concept).collect();
        let understood: Vec<Concept> =
            LEXICON.understood(all.iter().map(general)).map(Concept::from).collect();
        let count = all.len();
        all.iter_mut().for_each(|entry| entry.weigh(counts, count, &understood));
        let said = all.iter().flat_map(|entry| &entry.said);
        let mut known: Vec<Concept> =
            said.filter(|said| said.tier >= Tier::Kind).map(|said| said.concept).collect();
        known.sort_unstable();
        known.dedup();
        let mut held: Vec<Concept> = counts.keys().copied().collect();
        held.sort_unstable();
        let telling = held.iter().map(|concept| telling(counts[concept], count)).collect();
        let ages_matter = all.iter().any(|entry| entry.whom.ages.is_some() || entry.whom.child);
        let of_animals = all.iter().any(|entry| !entry.whom.animals.is_empty())
            && !all.iter().any(|entry| entry.whom.is_for_people());
        Self { all, known, held, telling, ages_matter, of_animals }
    }

    /// Whether the catalogue goes by the concept.
    pub(super) fn know(&self, concept: Concept) -> bool {
        self.known.binary_search(&concept).is_ok()
    }
}

impl Entries {
    /// Whether some entries are for children, each with its ages, and none for these.
    pub(super) fn all_leave_out(&self, ages: Option<(u32, u32)>) -> bool {
        let mut for_children = self.all.iter().filter(|entry| entry.whom.is_for_children()).peekable();
        for_children.peek().is_some()
            && for_children.all(|entry| match (ages, entry.whom.ages) {
                (Some((age, _)), Some((from, to))) => !(from..=to).contains(&age),
                _ => false,
            })
    }

    /// How much the concept tells in this catalogue, where it is held.
    pub(super) fn telling(&self, concept: Concept) -> f32 {
        self.held.binary_search(&concept).map_or(1.0, |at| self.telling[at])
    }

    /// What some entry holds, however much it says.
    pub(super) fn held(&self) -> &[Concept] {
        &self.held
    }
}

impl std::ops::Deref for Entries {
    type Target = [Entry];

    fn deref(&self) -> &[Entry] {
        &self.all
    }
}

/// How much a concept tells that so many of the entries hold.
fn telling(count: usize, entries: usize) -> f32 {
    let common = (count as f32).ln() / (entries.max(2) as f32).ln();
    1.0 - (1.0 - COMMON) * common
}

/// What remains of the weight of a concept that every entry of a catalogue holds.
const COMMON: f32 = 0.6;

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
            lexemes: Vec::new(),
            said: Vec::new(),
        };
        for name in names {
            let words = split(name);
            entry.literals.extend(literals(&words));
            entry.lexemes.extend(vocabulary.spelling.learn(&words));
            let tokens = vocabulary.learn(&words);
            entry.add(&tokens);
        }
        entry.labels.retain(|label| !label.holds.is_empty());
        for concept in entry.labels.iter().flat_map(Label::said) {
            if entry.said.iter().all(|said| said.concept != *concept) {
                let tier = general_tier(*concept);
                entry.said.push(Said { concept: *concept, tier, understood: false, telling: 1.0 });
            }
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
                Token::Concept(concept) | Token::Hint(concept) => {
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
                Token::Weight(from, to) => {
                    self.whom.weights = Some((*from, *to));
                }
                Token::Minutes(minutes) => self.minutes = *minutes,
                Token::Role(Role::Not) => denied = true,
                Token::Role(role @ (Role::With | Role::And)) => {
                    denied = false;
                    if bracket.is_none() {
                        if *role == Role::With && !label.holds.is_empty() && label.heads == 0 {
                            label.heads = label.pieces.iter().filter(|piece| !piece.is_empty()).count();
                        }
                        label.pieces.push(Vec::new());
                    }
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
                Token::Role(_) | Token::Want | Token::Number(_) | Token::Spoken(_) => {}
            }
        }
        label.pieces.retain(|piece| !piece.is_empty());
        if label.heads == 0 {
            label.heads = label.pieces.len();
        }
        for concept in label.holds.iter().filter_map(|concept| u16::try_from(*concept).ok()) {
            if Concept::from(concept) < OWN {
                label.besides.extend(LEXICON.besides(concept).iter().copied().map(Concept::from));
            }
        }
        self.labels.push(label);
    }

    /// Every concept once.
    pub(super) fn concepts(&self) -> impl Iterator<Item = Concept> + '_ {
        self.said.iter().map(|said| said.concept)
    }

    /// What is the whole of one of its names, qualities aside.
    pub(super) fn alone(&self) -> impl Iterator<Item = Concept> + '_ {
        let tells = |concept: &&Concept| {
            !matches!(general_tier(**concept), Tier::Quality | Tier::Weak | Tier::Generic | Tier::Nothing)
        };
        self.labels.iter().filter_map(move |label| {
            let mut told = label.holds.iter().filter(tells);
            told.next().copied().filter(|_| told.next().is_none())
        })
    }

    /// What many entries hold tells little, and what most of them hold tells none of
    /// them apart: massage in a massage studio. What is understood by itself tells nothing.
    fn weigh(&mut self, counts: &HashMap<Concept, usize>, entries: usize, understood: &[Concept]) {
        for said in &mut self.said {
            let count = counts.get(&said.concept).copied().unwrap_or(1);
            said.telling = telling(count, entries);
            if entries >= 6 && count * 10 > entries * 6 {
                said.tier = said.tier.min(Tier::Kind);
            }
            if understood.contains(&said.concept) {
                said.tier = Tier::Generic;
                said.understood = true;
            }
        }
    }

    fn said(&self, concept: Concept) -> Option<&Said> {
        self.said.iter().find(|said| said.concept == concept)
    }

    /// Whether this is the other and more.
    pub(super) fn holds_all_of(&self, other: &Self) -> bool {
        other.labels.iter().any(|label| label.holds.iter().all(|concept| self.said(*concept).is_some()))
    }

    /// How much the concept tells this entry from another: who names what is understood
    /// by itself says that another thing is not meant, a bike and no electric one.
    pub(super) fn tells_apart(&self, concept: Concept) -> Tier {
        self.said(concept)
            .filter(|said| !said.understood)
            .map_or_else(|| general_tier(concept), |said| said.tier)
    }

    /// How much of its weight a concept keeps here.
    pub(super) fn telling(&self, concept: Concept) -> f32 {
        self.said(concept).map_or(1.0, |said| said.telling)
    }

    /// How much a concept says here; `None` where the entry does not hold it.
    pub(super) fn tier(&self, concept: Concept) -> Option<Tier> {
        self.said(concept).map(|said| said.tier)
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
