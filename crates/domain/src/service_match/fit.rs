use super::{
    Match,
    gate::{
        is_a, is_about_another_thing, is_generic, is_taken_for, is_thing, of_other_things, says_only_a_kind,
        says_only_for_whom, shares_only_a_thing, wishes_only_an_addition,
    },
    label::{Entries, Label},
    lexicon::{LEXICON, Tier},
    read::{Concept, OWN, general_concept},
    utterance::{Part, tier as general_tier},
    whom::{agreements, suits},
    written::evidence,
};

/// Scores closer than this are equal.
const EQUAL: f32 = 0.12;

/// Least weight of what an entry shares with a wish: a thing, or more.
const ENOUGH: f32 = 0.65;

/// What a concept weighs that the entry holds by another name: "pull" for "remove".
const RELATED: f32 = 0.6;

/// The same where the entry holds one of the kinds of it: "lessons" for the piano.
const KIND: f32 = 0.9;

/// What a complaint weighs beside what is wished.
const HINT: f32 = 0.5;

/// What a word of an entry weighs that is said as it is written there.
const SPOKEN: f32 = 0.3;

fn weight(tier: Tier) -> f32 {
    match tier {
        Tier::Nothing => 0.0,
        Tier::Generic => 0.05,
        Tier::Weak => 0.3,
        Tier::Kind | Tier::Quality => 0.5,
        Tier::Strong => 1.0,
        // Claws are claws, whether they are cut or cared for.
        Tier::Object => 1.1,
    }
}

/// The entries that one wish fits.
#[derive(Debug, Default)]
pub(super) struct Single {
    pub(super) found: Vec<usize>,
    /// What was said and these entries do not hold, of what this catalogue knows.
    pub(super) missing: usize,
    /// The same of complaints.
    pub(super) unheard: usize,
}

impl Single {
    /// They hold everything that was said and that this catalogue knows.
    pub(super) fn is_complete(&self) -> bool {
        !self.found.is_empty() && self.missing == 0
    }

    pub(super) fn into_match(self) -> Match<usize> {
        to_match(self.found)
    }
}

pub(super) fn to_match(found: Vec<usize>) -> Match<usize> {
    match found[..] {
        [] => Match::None,
        [one] => Match::One(one),
        _ => Match::Ambiguous(found),
    }
}

/// How well a wish fits one entry.
#[derive(Clone, Copy, Debug)]
struct Fit {
    entry: usize,
    score: f32,
    /// What the entry holds beyond the wish.
    extras: usize,
    /// It has what is wished only beside something else: "mit Bartpflege".
    is_added: bool,
    /// What it holds of whom it is for that the wish does not say.
    particular: usize,
    /// What it holds beyond the wish that says little.
    additions: usize,
    /// What the wish holds beyond the entry, of what this catalogue knows.
    missing: usize,
    /// The same of complaints.
    unheard: usize,
    /// What it joins of things that the wish does not name: "Haare und Bart".
    other_things: usize,
    /// It is talk of something.
    is_talk: bool,
}

/// What is wished, and what an entry holds in its place.
#[derive(Clone, Copy, Debug)]
struct Related {
    wished: Concept,
    held: Concept,
    /// The wished is taken for the held; otherwise the held is a way of the wished.
    is_taken: bool,
    /// The held is one of the kinds of the wished.
    is_kind: bool,
    /// The catalogue holds the wished itself: pony and ends are two things, though both
    /// are cut.
    is_wider: bool,
}

/// What of a wish this catalogue goes by.
struct Terms {
    /// What is wished and held somewhere.
    known: Vec<Concept>,
    /// Something is wished beside what is complained of.
    wishes: bool,
    /// What is held by another name than it is wished by.
    related: Vec<Related>,
    /// What excludes the entries that hold all of one group.
    excluding: Vec<Vec<Concept>>,
}

pub(super) fn single(part: &Part, entries: &Entries) -> Single {
    let of_animals = entries.of_animals.then(|| Part { whom: part.whom.of_animals(), ..part.clone() });
    let part = of_animals.as_ref().unwrap_or(part);
    let too_old = part.whom.child && part.whom.ages.is_some() && entries.all_leave_out(part.whom.ages);
    let grown = too_old.then(|| Part { whom: part.whom.grown(), ..part.clone() });
    let part = grown.as_ref().unwrap_or(part);
    let known: Vec<Concept> = part.wished.iter().copied().filter(|concept| entries.know(*concept)).collect();
    let wishes = known.iter().any(|concept| !part.hints.contains(concept));
    let terms = Terms { known, wishes, related: related(part, entries), excluding: excluding(part, entries) };
    let spoken = evidence(&part.lexemes, entries.iter().map(|entry| &entry.lexemes[..]));
    if let Some(found) = for_whom_only(part, entries) {
        return Single { found, missing: 1, unheard: 0 };
    }
    let mut fits: Vec<Fit> = entries
        .iter()
        .enumerate()
        .filter(|(_, entry)| suits(&part.whom, &entry.whom, entries.ages_matter))
        .filter_map(|(at, _)| best_label(part, &terms, at, entries, spoken[at]))
        .collect();
    if fits.is_empty() && part.whom.child {
        return Single { found: for_children_only(part, entries), missing: terms.known.len(), unheard: 0 };
    }
    // Who wants to talk of colours does not want to be coloured, nor the other way.
    let consult = LEXICON.consult.map(Concept::from);
    let wants_to_talk = consult.is_some_and(|consult| part.wished.contains(&consult));
    // An implant is still to be put in, a colouring is done.
    let is_plain = |fit: &Fit| fit.additions == 0;
    let is_decided = wants_to_talk || (!part.topic && fits.iter().any(|fit| !fit.is_talk && is_plain(fit)));
    if (is_decided || part.says_what_to_do()) && fits.iter().any(|fit| fit.is_talk == wants_to_talk) {
        fits.retain(|fit| fit.is_talk == wants_to_talk);
    }
    let best = fits.iter().map(|fit| fit.score).fold(0.0, f32::max);
    fits.retain(|fit| fit.score >= best - EQUAL);
    // What stands first in a name is rather meant than what comes with it.
    if fits.iter().any(|fit| !fit.is_added) {
        fits.retain(|fit| !fit.is_added);
    }
    // Who wants something for a child says so.
    let for_children = |fit: &Fit| entries[fit.entry].whom.is_for_children();
    let for_adults = |fit: &Fit| entries[fit.entry].whom.adult;
    let asks_for_whom = fits.iter().any(for_adults) && !part.whom.adult && part.whom.gender.is_none();
    if !part.whom.child && !asks_for_whom && !fits.iter().all(for_children) {
        fits.retain(|fit| !for_children(fit));
    }
    // What is for some animals only is for who names them, where others are for all.
    if part.whom.animals.is_empty() && fits.iter().any(|fit| entries[fit.entry].whom.animals.is_empty()) {
        fits.retain(|fit| entries[fit.entry].whom.animals.is_empty());
    }
    // So does who comes as a couple, or is pregnant.
    keep_fewest(&mut fits, |fit| fit.particular);
    for minutes in [part.minutes, part.number].into_iter().flatten() {
        if fits.iter().any(|fit| entries[fit.entry].minutes == minutes) {
            fits.retain(|fit| entries[fit.entry].minutes == minutes);
        }
    }
    keep_fewest(&mut fits, |fit| fit.missing);
    keep_fewest(&mut fits, |fit| fit.other_things);
    keep_plain(&mut fits, entries);
    let least = |count: fn(&Fit) -> usize| fits.iter().map(count).min().unwrap_or_default();
    let missing = if fits.is_empty() { terms.known.len() } else { least(|fit| fit.missing) };
    Single { missing, unheard: least(|fit| fit.unheard), found: fits.iter().map(|fit| fit.entry).collect() }
}

fn related(part: &Part, entries: &Entries) -> Vec<Related> {
    let mut related = Vec::new();
    for wished in part.wished.iter().filter_map(|concept| general_concept(*concept)) {
        let (taken_for, ways) = LEXICON.related(wished);
        let is_held = entries.held().binary_search(&Concept::from(wished)).is_ok();
        let wished = Concept::from(wished);
        for (others, is_taken) in [(taken_for, true), (ways, false)] {
            let others = others.iter().map(|other| Concept::from(*other));
            let others = others.filter(|held| entries.held().binary_search(held).is_ok());
            let is_wider = is_taken && is_held;
            let is_kind =
                |held: &Concept| !is_taken && general_concept(*held).is_some_and(|at| LEXICON.is_kind(at));
            related.extend(others.map(|held| Related {
                wished,
                held,
                is_taken,
                is_kind: is_kind(&held),
                is_wider,
            }));
        }
    }
    related
}

/// Nothing is said but that it is for a child: all that is for children only.
fn for_whom_only(part: &Part, entries: &Entries) -> Option<Vec<usize>> {
    let says_little = part.wished.iter().all(|concept| general_tier(*concept) <= Tier::Weak);
    if !part.whom.child || (part.wished.is_empty() && part.whom.ages.is_none()) || !says_little {
        return None;
    }
    let fits = |at: &usize| {
        let whom = &entries[*at].whom;
        whom.is_for_children() && suits(&part.whom, whom, true)
    };
    let found: Vec<usize> = (0..entries.len()).filter(fits).collect();
    (!found.is_empty()).then_some(found)
}

/// Where an entry holds nothing beyond the wish, those that do are not meant. One
/// that only adds a word which says little ("einsetzen") leaves out those that hold
/// the same and more, not what differs from it. Men and women are each asked for
/// theirs, unless an entry is for both.
fn keep_plain(fits: &mut Vec<Fit>, entries: &Entries) {
    let audience = |fit: &Fit| entries[fit.entry].whom.gender;
    let all = fits.clone();
    let for_both = all.iter().any(|fit| fit.extras == 0 && audience(fit).is_none());
    fits.retain(|fit| {
        let is_rival = |rival: &&Fit| {
            let same = for_both || audience(fit).is_none() || audience(rival) == audience(fit);
            same && rival.extras == 0
        };
        let rivals = || all.iter().filter(is_rival);
        fit.extras == 0
            || !rivals()
                .any(|rival| rival.additions == 0 || entries[fit.entry].holds_all_of(&entries[rival.entry]))
    });
}

/// What is for children and says nothing else: "Kinder bis 6 Jahre".
fn for_children_only(part: &Part, entries: &Entries) -> Vec<usize> {
    let fits = |at: &usize| {
        let entry = &entries[*at];
        entry.labels.is_empty() && entry.whom.is_for_children() && suits(&part.whom, &entry.whom, true)
    };
    (0..entries.len()).filter(fits).collect()
}

fn keep_fewest(fits: &mut Vec<Fit>, count: impl Fn(&Fit) -> usize) {
    let fewest = fits.iter().map(&count).min().unwrap_or_default();
    fits.retain(|fit| count(fit) == fewest);
}

fn best_label(part: &Part, terms: &Terms, at: usize, entries: &Entries, spoken: f32) -> Option<Fit> {
    let one = |label| fit(part, terms, entries, at, label, spoken);
    let fits = entries[at].labels.iter().filter_map(one);
    fits.max_by(|one, other| {
        let less_beyond = (other.missing, other.extras).cmp(&(one.missing, one.extras));
        one.score.total_cmp(&other.score).then(less_beyond)
    })
}

fn fit(part: &Part, terms: &Terms, entries: &Entries, at: usize, label: &Label, spoken: f32) -> Option<Fit> {
    let entry = &entries[at];
    let tier = |concept: &Concept| entry.tier(*concept).unwrap_or_else(|| general_tier(*concept));
    let of_others = of_other_things(part, label);
    // What the wish says by another name: a check where the entry holds an examination.
    let by_another_name = |concept: &Concept| {
        let is_so = |related: &&Related| {
            related.held == *concept
                && !(related.is_wider && general_tier(related.wished) >= Tier::Strong)
                && (related.is_taken || tier(concept) >= Tier::Strong)
                && !label.holds.contains(&related.wished)
        };
        // One wish is not met twice: of several ways of it the first counts.
        let is_first = |related: &Related| {
            let same = |other: &&Related| other.wished == related.wished && is_shared_way(other, label);
            terms.related.iter().find(same).is_none_or(|first| first.held == *concept)
        };
        !part.wished.contains(concept) && terms.related.iter().filter(is_so).any(is_first)
    };
    let says = |concept: &Concept| part.wished.contains(concept) && !of_others.contains(concept);
    let is_shared = |concept: &Concept| says(concept) || by_another_name(concept);
    if spoken == 0.0 && !label.holds.iter().chain(&label.besides).chain(&label.details).any(is_shared) {
        return None;
    }
    let known = &terms.known[..];
    let excluded = label.without.iter().any(|concept| part.wished.contains(concept))
        || terms.excluding.iter().any(|together| {
            together.iter().all(|concept| label.holds.iter().any(|held| is_a(*held, *concept)))
        });
    if excluded {
        return None;
    }
    let share = |concept: &Concept| {
        let hint = terms.wishes && part.hints.contains(concept);
        entry.telling(*concept) * if hint { HINT } else { 1.0 }
    };
    let wished = |concept: &&Concept| says(concept);
    let held: f32 = label.holds.iter().filter(wished).map(|concept| weight(tier(concept))).sum();
    let telling: f32 =
        label.holds.iter().filter(wished).map(|concept| share(concept) * weight(tier(concept))).sum();
    let related = || label.holds.iter().filter(|concept| by_another_name(concept));
    // It weighs no more than what was said: a repair is no more than "mend".
    let related_weight = |concept: &Concept| {
        let names = terms.related.iter().filter(|related| related.held == *concept);
        let share = |related: &Related| if related.is_kind { KIND } else { RELATED };
        let said = |related: &Related| {
            let telling = entries.telling(related.wished);
            share(related) * telling * weight(tier(&related.wished)).min(weight(tier(concept)))
        };
        names.map(said).fold(0.0, f32::max)
    };
    let held = held + related().map(related_weight).sum::<f32>();
    let telling = telling + related().map(|concept| share(concept) * related_weight(concept)).sum::<f32>();
    let besides = |wanted: fn(Tier) -> bool| -> f32 {
        label
            .besides
            .iter()
            .filter(|concept| part.wished.contains(concept) && !label.holds.contains(concept))
            .filter(|concept| wanted(tier(concept)))
            .map(|concept| 0.9 * share(concept) * weight(tier(concept)))
            .sum()
    };
    let of_things = besides(|tier| tier == Tier::Object);
    let in_brackets: f32 = label
        .details
        .iter()
        .filter(|concept| part.wished.contains(concept) && !label.holds.contains(concept))
        .map(|concept| 0.9 * share(concept) * weight(tier(concept)))
        .sum();
    let held = held + of_things + in_brackets;
    let whole_name = label.holds.iter().all(|concept| part.wished.contains(concept));
    if held + spoken < ENOUGH
        && !whole_name
        && !says_only_for_whom(part, known, label)
        && !says_only_a_kind(part, known, label, is_shared, tier)
    {
        return None;
    }
    if is_about_another_thing(part, label, tier) || shares_only_a_thing(part, known, label, tier) {
        return None;
    }
    let detailed = in_brackets + of_things + besides(|tier| tier != Tier::Object);
    // Who says "teeth" has said something of a cleaning of teeth.
    let is_met = |concept: &Concept| {
        let besides = if *concept < OWN { LEXICON.besides(*concept as u16) } else { &[] };
        says(concept)
            || terms.related.iter().any(|related| related.is_taken && related.held == *concept)
            || besides.iter().any(|besides| part.wished.contains(&Concept::from(*besides)))
    };
    if wishes_only_an_addition(part, label, is_met, tier) {
        return None;
    }
    let beyond = |concept: &&Concept| !is_met(concept) && entry.tells_apart(**concept) >= Tier::Quality;
    let is_piece_beyond = |piece: &&Vec<Concept>| {
        piece.iter().all(|concept| tier(concept) <= Tier::Kind && !part.wished.contains(concept))
            && piece.iter().any(|concept| tier(concept) == Tier::Kind)
    };
    let pieces_beyond =
        if label.pieces.len() > 1 { label.pieces.iter().filter(is_piece_beyond).count() } else { 0 };
    let undecided = label.without.iter().filter(|concept| !part.denies(**concept)).count();
    let extras = label.holds.iter().filter(beyond).count() + undecided + pieces_beyond;
    let is_particular = |concept: &&Concept| {
        !is_met(concept) && general_concept(**concept).is_some_and(|at| LEXICON.particular[usize::from(at)])
    };
    let particular = label.holds.iter().filter(is_particular).count();
    let is_addition =
        |concept: &&Concept| !is_met(concept) && matches!(tier(concept), Tier::Weak | Tier::Kind);
    let additions = label.holds.iter().filter(is_addition).count();
    let (heads, _) = label.pieces.split_at(label.heads.min(label.pieces.len()));
    let mut of_heads = heads.iter().flatten().filter(|concept| tier(concept) >= Tier::Kind).peekable();
    let is_added = heads.len() < label.pieces.len() && of_heads.peek().is_some() && !of_heads.any(is_met);
    let wished_without = label.without.iter().filter(|concept| part.denies(**concept)).count();
    let agreeing = 0.5 * agreements(&part.whom, &entry.whom);
    // Who has the roots coloured has something coloured.
    let is_implied =
        |concept: &Concept| label.holds.iter().any(|held| says(held) && is_taken_for(*held, *concept));
    let implied: f32 = part
        .wished
        .iter()
        .filter(|concept| !label.holds.contains(concept) && is_implied(concept))
        .map(|concept| RELATED * weight(tier(concept)))
        .sum();
    let score = telling + implied + detailed + 0.6 * wished_without as f32 + agreeing + SPOKEN * spoken;
    let absent = |concept: &&Concept| {
        let is_said = |related: &Related| {
            related.wished == **concept
                && !related.is_wider
                && tier(&related.held) >= Tier::Strong
                && label.holds.contains(&related.held)
        };
        (entry.tier(**concept).is_none() || of_others.contains(concept))
            && !is_implied(concept)
            && !terms.related.iter().any(is_said)
    };
    let is_hint = |concept: &&Concept| part.hints.contains(concept);
    // "Hair" says little, but not beside a beard.
    let things = label.holds.iter().any(|concept| tier(concept) == Tier::Object);
    let things = things
        && !(label.pieces.len() > 1
            && label.pieces.iter().any(|piece| {
                !piece.iter().any(|concept| is_thing(*concept))
                    && piece.iter().any(|concept| part.wished.contains(concept))
            }));
    let generic = part.wished.iter().filter(|concept| things && is_generic(**concept)).filter(absent).count();
    let missing = known.iter().filter(absent).filter(|concept| !is_hint(concept)).count() + generic;
    let unheard = known.iter().filter(absent).filter(is_hint).count();
    let is_other_thing = |piece: &&Vec<Concept>| {
        piece.iter().any(|concept| is_thing(*concept) || is_generic(*concept))
            && !piece.iter().any(|concept| part.wished.contains(concept))
    };
    let other_things =
        if label.pieces.len() > 1 { label.pieces.iter().filter(is_other_thing).count() } else { 0 };
    let is_talk = LEXICON.consult.is_some_and(|consult| label.holds.contains(&Concept::from(consult)));
    Some(Fit {
        entry: at,
        is_talk,
        other_things,
        score,
        extras,
        is_added,
        particular,
        additions,
        missing,
        unheard,
    })
}

/// Whether the label holds it as a way of what is wished.
fn is_shared_way(related: &Related, label: &Label) -> bool {
    !related.is_taken && label.holds.contains(&related.held)
}

/// What of the denied can exclude an entry: all of one group, held by it. What the
/// catalogue does not know denies nothing in it, a quality aside, nor does what is
/// wished otherwise: "not a new brace" is said of new ones only.
fn excluding(part: &Part, entries: &Entries) -> Vec<Vec<Concept>> {
    let counts = |concept: &Concept| {
        let is_held = |held: &Concept| is_a(*held, *concept) && general_tier(*held) > Tier::Weak;
        let known = entries.held().iter().any(is_held);
        (known || general_tier(*concept) == Tier::Quality) && !part.wished.contains(concept)
    };
    let groups = part.denied.iter().map(|together| together.iter().copied().filter(counts).collect());
    groups.filter(|together: &Vec<Concept>| !together.is_empty()).collect()
}
