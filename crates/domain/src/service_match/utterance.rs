use super::{
    lexicon::{LEXICON, Role, Tier, Who},
    read::{Concept, OWN, Token, Vocabulary, literal},
    whom::For,
    words::split,
    written::Spoken,
};

/// A stretch of what was said that can hold a wish of its own.
#[derive(Clone, Debug, Default)]
pub(super) struct Part {
    pub(super) wished: Vec<Concept>,
    /// Which of the wished only say why: complaints, and where it hurts.
    pub(super) hints: Vec<Concept>,
    /// What is denied together: "keine Rückenmassage" denies neither backs nor massages.
    pub(super) denied: Vec<Vec<Concept>>,
    /// The speaker wants it as well.
    pub(super) me: bool,
    pub(super) whom: For,
    pub(super) minutes: Option<u32>,
    /// A number that may be minutes.
    pub(super) number: Option<u32>,
    /// The words of the catalogue in it.
    pub(super) lexemes: Vec<Spoken>,
    /// It says what it is about, not what is to be done.
    pub(super) topic: bool,
    /// It is about what is over.
    pub(super) past: bool,
    /// It is an alternative to the part before.
    pub(super) or: bool,
    /// An "und" joins it to the part before, not only a comma.
    pub(super) joined: bool,
    /// It is all that was said: nothing else is wished beside it.
    pub(super) alone: bool,
}

impl Part {
    /// Whether the concept is denied, alone or with others.
    pub(super) fn denies(&self, concept: Concept) -> bool {
        self.denied.iter().any(|together| together.contains(&concept))
    }

    /// "The double one": nothing is said but what tells entries apart.
    pub(super) fn names_only_qualities(&self) -> bool {
        let mut tiers = self.wished.iter().map(|concept| tier(*concept)).peekable();
        tiers.peek().is_some() && tiers.all(|tier| matches!(tier, Tier::Quality | Tier::Nothing))
    }

    /// What it is about is said, not only what is to be done.
    pub(super) fn names_something(&self) -> bool {
        self.wished.iter().any(|concept| tier(*concept) >= Tier::Strong)
    }

    /// More than a noun is said: something is to be done.
    pub(super) fn says_what_to_do(&self) -> bool {
        self.wished.iter().any(|concept| matches!(tier(*concept), Tier::Weak | Tier::Kind))
            || self.wished.iter().filter(|concept| tier(**concept) >= Tier::Strong).count() > 1
    }

    fn says_nothing(&self) -> bool {
        self.wished.is_empty()
            && self.denied.is_empty()
            && self.whom.is_empty()
            && self.minutes.is_none()
            && self.number.is_none()
            && !self.me
    }
}

/// What was said, in parts, and all of it together.
#[derive(Clone, Debug, Default)]
pub(super) struct Utterance {
    pub(super) parts: Vec<Part>,
    pub(super) whole: Part,
    /// The words that say something, as one.
    pub(super) literal: String,
    /// It is about something else: an invoice, the car park.
    pub(super) other: bool,
}

impl Utterance {
    pub(super) fn read(text: &str, vocabulary: &Vocabulary) -> Self {
        let words = split(text);
        let tokens = vocabulary.read(&words);
        let tokens = after_correction(&tokens);
        let mut utterance =
            Self { other: is_about_something_else(tokens), literal: literal(&words), ..Self::default() };
        for clause in clauses(tokens) {
            let denied = denied(clause);
            let mut at = 0;
            let parts = clause.split(|token| matches!(token, Token::Role(Role::And | Role::Or | Role::With)));
            for (nth, part) in parts.enumerate() {
                let mut read = part_of(part, &denied[at..at + part.len()]);
                read.joined = nth > 0;
                read.or = nth > 0 && clause[at - 1] == Token::Role(Role::Or);
                utterance.parts.push(read);
                at += part.len() + 1;
            }
        }
        utterance.parts.retain(|part| !part.says_nothing());
        utterance.forget_the_past();
        if tokens.contains(&Token::Role(Role::Guest)) {
            utterance.forget_the_reason();
        }
        utterance.share_acts();
        utterance.whole = whole(&utterance.parts);
        utterance.whole.alone = utterance.parts.len() == 1;
        utterance
    }

    /// A guest at a wedding wants no bridal hair: the reason is somebody else's.
    fn forget_the_reason(&mut self) {
        let is_reason = |part: &Part, concept: &Concept| part.hints.contains(concept);
        let wishes = |part: &Part| part.wished.iter().any(|concept| !is_reason(part, concept));
        if self.parts.iter().any(wishes) {
            for part in &mut self.parts {
                let reasons = std::mem::take(&mut part.hints);
                part.wished.retain(|concept| !reasons.contains(concept));
                part.denied.extend(reasons.into_iter().map(|reason| vec![reason]));
            }
        }
    }

    /// "Wimpern und Brauen färben": what is done to the second of two things that an
    /// "und" joins is done to the first, where that says nothing of its own.
    fn share_acts(&mut self) {
        let acts = |part: &Part| -> Vec<Concept> {
            let is_act = |concept: &Concept| match tier(*concept) {
                Tier::Weak | Tier::Kind => true,
                Tier::Strong => *concept < OWN && names_thing(part),
                _ => false,
            };
            part.wished.iter().copied().filter(is_act).collect()
        };
        let is_thing_only = |part: &Part| {
            !part.wished.is_empty()
                && part.hints.is_empty()
                && part.wished.iter().all(|concept| tier(*concept) == Tier::Object)
        };
        for at in 1..self.parts.len() {
            let (before, after) = self.parts.split_at_mut(at);
            let (one, other) = (&mut before[at - 1], &mut after[0]);
            if other.joined && is_thing_only(one) && other.wished.len() > 1 {
                one.wished.extend(acts(other));
            }
        }
    }

    /// "Geimpft ist er schon, nur den Ausweis": what is over is no wish beside one.
    fn forget_the_past(&mut self) {
        let wishes = |part: &Part| part.wished.iter().any(|concept| tier(*concept) > Tier::Weak);
        if self.parts.iter().any(|part| !part.past && wishes(part)) {
            self.parts.iter_mut().filter(|part| part.past).for_each(|part| {
                part.wished.clear();
                part.lexemes.clear();
            });
        }
    }
}

pub(super) fn tier(concept: Concept) -> Tier {
    if concept < OWN { LEXICON.tiers[concept as usize] } else { Tier::Strong }
}

fn names_thing(part: &Part) -> bool {
    part.wished.iter().any(|concept| tier(*concept) == Tier::Object)
}

fn concept(token: &Token) -> Option<Concept> {
    match token {
        Token::Concept(concept) | Token::Hint(concept) => Some(*concept),
        _ => None,
    }
}

/// "Massage, nein, doch Fango": the last version counts.
fn after_correction(tokens: &[Token]) -> &[Token] {
    let says = |tokens: &[Token]| tokens.iter().any(|token| concept(token).is_some());
    let corrected = tokens
        .iter()
        .enumerate()
        .rev()
        .filter(|(_, token)| **token == Token::Role(Role::Correct))
        .map(|(at, _)| at)
        .find(|at| says(&tokens[*at..]) && says(&tokens[..*at]));
    corrected.map_or(tokens, |at| &tokens[at..])
}

/// Invoices and opening hours are no service, nor is a voucher; but who has got one
/// says what it is for.
fn is_about_something_else(tokens: &[Token]) -> bool {
    let says = |role: Role| tokens.contains(&Token::Role(role));
    let redeems = says(Role::Having) && tokens.iter().any(|token| concept(token).is_some());
    says(Role::Other) || (says(Role::Voucher) && !redeems)
}

fn is_said(token: &Token) -> bool {
    concept(token).is_some_and(|concept| tier(concept) > Tier::Nothing) || matches!(token, Token::Who(_))
}

/// Stretches between signs, and before "aber" and "nur" where something comes after
/// them: "Föhnen aber nicht" is one.
fn clauses(tokens: &[Token]) -> impl Iterator<Item = &[Token]> {
    let breaks = |token: &Token| *token == Token::Break;
    tokens.split(breaks).flat_map(|sentence| {
        let last = sentence.iter().rposition(is_said).unwrap_or_default();
        let mut at = 0;
        sentence.split(move |token| {
            at += 1;
            matches!(token, Token::Role(Role::But | Role::Only)) && at <= last
        })
    })
}

/// For each token of a clause, whether it is denied. "Keine Massage" denies what
/// follows, up to an "und"; "Massage will ich nicht" what went before, from an "und"
/// on. "Die Heizung geht nicht" is a fault to be mended, and so is what goes "nicht
/// mehr", unless it is not wanted any more.
fn denied(clause: &[Token]) -> Vec<bool> {
    let mut denied = vec![false; clause.len()];
    let is_and = |token: &Token| *token == Token::Role(Role::And);
    let wants = clause.contains(&Token::Want);
    let is_fault = clause.contains(&Token::Role(Role::Fault)) && !wants;
    for (at, token) in clause.iter().enumerate() {
        let rest = &clause[at + 1..];
        let before = || {
            // "Kastrieren noch nicht": an "und" with nothing after it joins nothing.
            let said = clause[..at].iter().rposition(is_said).unwrap_or_default();
            let begin = clause[..said].iter().rposition(is_and).map_or(0, |and| and + 1);
            begin..at
        };
        match token {
            Token::Role(Role::Not) => {
                let end = rest.iter().position(is_and).unwrap_or(rest.len());
                let soft = matches!(rest.first(), Some(Token::Role(Role::Soft)));
                if rest[..end].iter().any(is_said) {
                    if !soft && !is_fault {
                        denied[at + 1..at + 1 + end].fill(true);
                    }
                } else if !is_fault && (!soft || wants) {
                    denied[before()].fill(true);
                }
            }
            // "Statt der Massage hätte ich gern Fango": one thing, and no more.
            Token::Role(Role::Instead) => {
                let begin = rest.iter().position(is_said).unwrap_or(rest.len());
                let length = rest[begin..].iter().position(|token| !is_said(token));
                let end = length.map_or(rest.len(), |length| begin + length);
                denied[at + 1..at + 1 + end].fill(true);
            }
            // "Haare schneiden, den Bart lass ich": what was named last.
            Token::Role(Role::Leave) => {
                let last = clause[..at].iter().rposition(is_said).map_or(at, |last| last + 1);
                let first = clause[..last]
                    .iter()
                    .rposition(|token| !is_said(token) && !matches!(token, Token::Spoken(_)));
                let begin = before().start.max(first.map_or(0, |first| first + 1));
                denied[begin..at].fill(true);
            }
            _ => {}
        }
    }
    denied
}

fn part_of(tokens: &[Token], denied: &[bool]) -> Part {
    let mut part = Part::default();
    let (mut parent, mut age, mut weights, mut together) = (None, None, None, Vec::new());
    for (token, denied) in tokens.iter().zip(denied) {
        if let Some(concept) = concept(token) {
            let list = if *denied { &mut together } else { &mut part.wished };
            if !list.contains(&concept) {
                list.push(concept);
            }
        }
        match token {
            Token::Hint(concept) => part.hints.push(*concept),
            Token::Who(who @ (Who::Son | Who::Daughter)) if !denied => {
                parent = Some(*who);
                part.whom.add(*who);
            }
            Token::Who(who) if !denied => part.whom.add(*who),
            Token::Minutes(minutes) => part.minutes = Some(*minutes),
            Token::Number(number) => part.number = Some(*number),
            Token::Spoken(spoken) if !denied => part.lexemes.push(*spoken),
            Token::Role(Role::Me) => part.me = true,
            Token::Role(Role::Past) => part.past = true,
            Token::Age(from, to) => age = Some((*from, *to)),
            Token::Weight(from, to) => weights = Some((*from, *to)),
            Token::Role(Role::Topic) => part.topic = true,
            _ => {}
        }
    }
    if !together.is_empty() {
        part.denied.push(together);
    }
    if !part.hints.is_empty() {
        let places = part.wished.iter().copied().filter(|concept| tier(*concept) == Tier::Object);
        part.hints.extend(places.collect::<Vec<_>>());
    }
    part.whom.ages = age;
    part.whom.weights = weights.or(part.whom.weights);
    part.wished.extend(part.whom.size().filter(|size| !part.wished.contains(size)));
    settle_age(&mut part.whom, parent);
    part
}

const ADULT: u32 = 18;

/// A grown-up son is a man; somebody of eight is a child.
fn settle_age(whom: &mut For, parent: Option<Who>) {
    let Some((age, _)) = whom.ages else { return };
    whom.child = age < ADULT;
    if age >= ADULT {
        match parent {
            Some(Who::Son) => whom.add(Who::Man),
            Some(Who::Daughter) => whom.add(Who::Woman),
            _ => {}
        }
    }
}

/// Some parts as one.
pub(super) fn whole(parts: &[Part]) -> Part {
    let mut whole = Part::default();
    // Who says elsewhere that it is wished does not only complain of it.
    let is_wish =
        |part: &Part, concept: Concept| part.wished.contains(&concept) && !part.hints.contains(&concept);
    for part in parts {
        for concept in &part.wished {
            whole.denied.retain(|together| together[..] != [*concept]);
            if !whole.wished.contains(concept) {
                whole.wished.push(*concept);
            }
        }
        for hint in &part.hints {
            if !whole.hints.contains(hint) && !parts.iter().any(|part| is_wish(part, *hint)) {
                whole.hints.push(*hint);
            }
        }
        // "Kopfmassage, keine Rückenmassage" leaves the massage wished. Where nothing
        // else is denied, what is said last counts.
        for together in &part.denied {
            if together.iter().all(|concept| whole.wished.contains(concept)) {
                whole.wished.retain(|wished| !together.contains(wished));
            }
            whole.denied.push(together.clone());
        }
        whole.me |= part.me;
        whole.topic |= part.topic;
        whole.lexemes.extend(&part.lexemes);
        whole.minutes = part.minutes.or(whole.minutes);
        whole.number = part.number.or(whole.number);
        whole.whom.gender = part.whom.gender.or(whole.whom.gender);
        whole.whom.ages = part.whom.ages.or(whole.whom.ages);
        whole.whom.sex = part.whom.sex.or(whole.whom.sex);
        whole.whom.weights = part.whom.weights.or(whole.whom.weights);
        whole.whom.adult |= part.whom.adult;
        whole.whom.child |= part.whom.child;
        for young in &part.whom.young {
            if !whole.whom.young.contains(young) {
                whole.whom.young.push(*young);
            }
        }
        for animal in &part.whom.animals {
            if !whole.whom.animals.contains(animal) {
                whole.whom.animals.push(*animal);
            }
        }
    }
    // An age in one clause settles who the child of another is.
    if whole.whom.ages.is_some_and(|(age, _)| age >= ADULT) {
        whole.whom.child = false;
    }
    whole
}
