use super::{
    label::For,
    lexicon::{Role, Who},
    read::{Concept, Token, Vocabulary, literal},
    words::split,
};

/// A stretch of what was said that can hold a wish of its own.
#[derive(Clone, Debug, Default)]
pub(super) struct Part {
    pub(super) wished: Vec<Concept>,
    pub(super) denied: Vec<Concept>,
    pub(super) whom: For,
    pub(super) minutes: Option<u32>,
}

impl Part {
    fn says_nothing(&self) -> bool {
        self.wished.is_empty() && self.denied.is_empty() && self.whom.is_empty() && self.minutes.is_none()
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
        let mut utterance = Self {
            other: tokens.contains(&Token::Role(Role::Other)),
            literal: literal(&words),
            ..Self::default()
        };
        for clause in tokens.split(|token| ends_clause(*token)) {
            let denied = denied(clause);
            let mut at = 0;
            for part in clause.split(|token| matches!(token, Token::Role(Role::And | Role::With))) {
                utterance.parts.push(part_of(part, &denied[at..at + part.len()]));
                at += part.len() + 1;
            }
        }
        utterance.parts.retain(|part| !part.says_nothing());
        utterance.whole = whole(&utterance.parts);
        utterance
    }
}

/// "Massage, nein, doch Fango": the last version counts.
fn after_correction(tokens: &[Token]) -> &[Token] {
    let says = |tokens: &[Token]| tokens.iter().any(|token| matches!(token, Token::Concept(_)));
    let corrected = tokens
        .iter()
        .enumerate()
        .rev()
        .filter(|(_, token)| **token == Token::Role(Role::Correct))
        .map(|(at, _)| at)
        .find(|at| says(&tokens[*at..]) && says(&tokens[..*at]));
    corrected.map_or(tokens, |at| &tokens[at..])
}

fn ends_clause(token: Token) -> bool {
    matches!(token, Token::Break | Token::Role(Role::But | Role::Only))
}

/// For each token of a clause, whether it is denied. "Keine Massage" denies what
/// follows, up to an "und"; "Massage will ich nicht" what went before, but only
/// beside a wish: "die Heizung geht nicht" is a fault to be mended.
fn denied(clause: &[Token]) -> Vec<bool> {
    let mut denied = vec![false; clause.len()];
    let is_said = |token: &Token| matches!(token, Token::Concept(_) | Token::Who(_));
    for (at, _) in clause.iter().enumerate().filter(|(_, token)| **token == Token::Role(Role::Not)) {
        let rest = &clause[at + 1..];
        if matches!(rest.first(), Some(Token::Role(Role::Soft))) {
            continue;
        }
        let end = rest.iter().position(|token| *token == Token::Role(Role::And)).unwrap_or(rest.len());
        if rest[..end].iter().any(is_said) {
            denied[at + 1..at + 1 + end].fill(true);
        } else if clause[..at].contains(&Token::Want) {
            denied[..at].fill(true);
        }
    }
    denied
}

fn part_of(tokens: &[Token], denied: &[bool]) -> Part {
    let mut part = Part::default();
    let (mut parent, mut age) = (None, None);
    for (token, denied) in tokens.iter().zip(denied) {
        match token {
            Token::Concept(concept) => {
                let list = if *denied { &mut part.denied } else { &mut part.wished };
                if !list.contains(concept) {
                    list.push(*concept);
                }
            }
            Token::Who(who @ (Who::Son | Who::Daughter)) if !denied => {
                parent = Some(*who);
                part.whom.add(*who);
            }
            Token::Who(who) if !denied => part.whom.add(*who),
            Token::Minutes(minutes) => part.minutes = Some(*minutes),
            Token::Age(from, to) => age = Some((*from, *to)),
            _ => {}
        }
    }
    part.whom.ages = age;
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

fn whole(parts: &[Part]) -> Part {
    let mut whole = Part::default();
    for part in parts {
        // "Kopfmassage, keine Rückenmassage" denies the back, not the massage. Where
        // nothing else is denied, what is said last counts.
        let wished_somewhere = |concept: &Concept| parts.iter().any(|part| part.wished.contains(concept));
        let narrowed = part.denied.iter().any(|concept| !wished_somewhere(concept));
        for concept in &part.wished {
            whole.denied.retain(|denied| denied != concept);
            if !whole.wished.contains(concept) {
                whole.wished.push(*concept);
            }
        }
        for concept in part.denied.iter().filter(|concept| !narrowed || !wished_somewhere(concept)) {
            whole.wished.retain(|wished| wished != concept);
            if !whole.denied.contains(concept) {
                whole.denied.push(*concept);
            }
        }
        whole.minutes = part.minutes.or(whole.minutes);
        whole.whom.gender = part.whom.gender.or(whole.whom.gender);
        whole.whom.ages = part.whom.ages.or(whole.whom.ages);
        whole.whom.sex = part.whom.sex.or(whole.whom.sex);
        whole.whom.child |= part.whom.child;
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
