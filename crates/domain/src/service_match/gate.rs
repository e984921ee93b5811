//! Whether an entry can be meant at all: what it shares with a wish is not enough
//! where it is about another thing, or has what is wished only beside something else.

use super::{
    label::Label,
    lexicon::{LEXICON, Tier},
    read::{Concept, OWN, general_concept},
    utterance::{Part, tier as general_tier},
};

/// What a name says of the hair, in a piece of its own, is not said of the beard:
/// "Haarschnitt und Bart" is no cut of the beard. Nor is what it says of nothing
/// named, where the wish is all about one thing: "Schnitt mit Bart".
pub(super) fn of_other_things<'a>(part: &Part, label: &'a Label) -> &'a [Concept] {
    let names_hair = part.wished.iter().any(|concept| is_generic(*concept));
    let names_thing = part.wished.iter().any(|concept| is_thing(*concept));
    if names_hair || !names_thing || label.pieces.len() < 2 {
        return &[];
    }
    let is_of_hair = |piece: &&Vec<Concept>| piece.iter().any(|concept| is_generic(*concept));
    let names_none = |piece: &&Vec<Concept>| part.alone && !piece.iter().any(|concept| is_thing(*concept));
    let is_shared = |piece: &Vec<Concept>| {
        piece.iter().any(|concept| is_thing(*concept) && part.wished.contains(concept))
    };
    if let Some(piece) = label.pieces.iter().find(names_none).filter(|_| label.pieces.iter().any(is_shared)) {
        return piece;
    }
    label.pieces.iter().find(is_of_hair).map_or(&[], |piece| piece)
}

/// What is wished comes with something else here that was not said: who wants a
/// cut wants no colouring with a cut. What something is done with is no addition.
pub(super) fn wishes_only_an_addition(
    part: &Part,
    label: &Label,
    is_met: impl Fn(&Concept) -> bool,
    tier: impl Fn(&Concept) -> Tier,
) -> bool {
    let (heads, additions) = label.pieces.split_at(label.heads.min(label.pieces.len()));
    let mut of_heads = heads.iter().flatten().filter(|concept| tier(concept) >= Tier::Kind).peekable();
    let is_means = |concept: &Concept| *concept < OWN && LEXICON.means[*concept as usize];
    let is_act = |concept: &Concept| tier(concept) == Tier::Strong && *concept < OWN && !is_means(concept);
    let added = |concept: &&Concept| part.wished.contains(concept) && is_act(concept);
    of_heads.peek().is_some()
        && !of_heads.any(is_met)
        && additions.iter().flatten().any(|concept| added(&concept))
}

/// The wish names things, the name of the entry another one: hair is to be
/// coloured, not brows.
pub(super) fn is_about_another_thing(part: &Part, label: &Label, tier: impl Fn(&Concept) -> Tier) -> bool {
    let mut named =
        part.wished.iter().filter(|concept| is_generic(**concept) || is_thing(**concept)).peekable();
    let mut things = label.holds.iter().filter(|concept| tier(concept) == Tier::Object).peekable();
    named.peek().is_some()
        && things.peek().is_some()
        && !named.any(|concept| label.holds.contains(concept) || label.besides.contains(concept))
        && !things.any(|concept| part.wished.contains(concept))
}

/// Nothing is said but what some only would say: "I am pregnant".
pub(super) fn says_only_for_whom(part: &Part, known: &[Concept], label: &Label) -> bool {
    let is_particular =
        |concept: &Concept| general_concept(*concept).is_some_and(|at| LEXICON.particular[usize::from(at)]);
    let strong = |concept: &Concept| general_tier(*concept) >= Tier::Strong;
    label.holds.iter().any(|concept| is_particular(concept) && part.wished.contains(concept))
        && !known.iter().any(strong)
}

/// Nothing is said but a kind of service, and this is of that kind: "zur Kontrolle",
/// "just the cleaning". A quality is enough beside a length of time: "the classic, an
/// hour".
pub(super) fn says_only_a_kind(
    part: &Part,
    known: &[Concept],
    label: &Label,
    is_shared: impl Fn(&Concept) -> bool,
    tier: impl Fn(&Concept) -> Tier,
) -> bool {
    let held = |least: Tier, most: Tier| {
        let mut all = label.holds.iter().chain(&label.besides);
        all.any(|concept| is_shared(concept) && (least..=most).contains(&tier(concept)))
    };
    let foreign = |concept: &Concept| general_tier(*concept) > Tier::Quality && !known.contains(concept);
    let says = |least: Tier| known.iter().any(|concept| tier(concept) >= least);
    let says_kind = known.iter().any(|concept| tier(concept) == Tier::Kind);
    let says_how_only = part.names_only_qualities() && held(Tier::Quality, Tier::Quality);
    let is_of_the_kind = says_how_only
        || held(Tier::Kind, Tier::Kind)
        || (part.minutes.is_some() && held(Tier::Quality, Tier::Quality))
        || (!says_kind && held(Tier::Weak, Tier::Weak));
    is_of_the_kind && !says(Tier::Strong) && !part.wished.iter().any(foreign)
}

/// Only a thing is shared, while the wish is something that this catalogue does
/// not have, and the entry something that the wish does not say: a tattoo on the
/// back is no massage of the back.
pub(super) fn shares_only_a_thing(
    part: &Part,
    known: &[Concept],
    label: &Label,
    tier: impl Fn(&Concept) -> Tier,
) -> bool {
    let is_strong = |concept: &&Concept| tier(concept) == Tier::Strong;
    let mut strong = label.holds.iter().filter(is_strong).peekable();
    let foreign = |concept: &Concept| {
        *concept < OWN && general_tier(*concept) == Tier::Strong && !known.contains(concept)
    };
    strong.peek().is_some()
        && !strong.any(|concept| part.wished.contains(concept))
        && part.wished.iter().any(foreign)
}

/// Whether the one is the other, or a way of it: who denies polish denies shellac.
pub(super) fn is_a(one: Concept, other: Concept) -> bool {
    one == other || is_taken_for(one, other)
}

pub(super) fn is_taken_for(one: Concept, other: Concept) -> bool {
    one < OWN && other < OWN && LEXICON.is_taken_for(one as u16, other as u16)
}

pub(super) fn is_generic(concept: Concept) -> bool {
    general_tier(concept) == Tier::Generic
}

pub(super) fn is_thing(concept: Concept) -> bool {
    general_tier(concept) == Tier::Object
}
