use super::{
    Match,
    label::{Entry, For, Label},
    lexicon::{Animal, LEXICON, Tier},
    read::{Concept, OWN},
    utterance::{Part, Utterance},
};

/// Scores closer than this are equal.
const EQUAL: f32 = 0.15;

/// Least weight of what an entry shares with a wish: a thing, or more.
const ENOUGH: f32 = 0.65;

/// A word that only one entry holds points to it.
const ALONE: f32 = 0.2;

fn weight(tier: Tier) -> f32 {
    match tier {
        Tier::Generic => 0.05,
        Tier::Weak => 0.3,
        Tier::Kind | Tier::Quality => 0.5,
        Tier::Strong => 1.0,
        // Claws are claws, whether they are cut or cared for.
        Tier::Object => 1.1,
    }
}

/// Decides over the whole first, because an entry for two wishes at once beats
/// its parts; then, where no entry holds all that was said, over each part.
pub(super) fn decide(utterance: &Utterance, entries: &[Entry]) -> Match<usize> {
    if utterance.other {
        return Match::None;
    }
    // A name is that entry, even where others contain it.
    let called: Vec<usize> =
        (0..entries.len()).filter(|at| entries[*at].is_called(&utterance.literal)).collect();
    if !called.is_empty() {
        return to_match(called);
    }
    if let Some(both) = two_people(&utterance.whole, entries) {
        return Match::Several(both);
    }
    let whole = single(&utterance.whole, entries);
    if whole.complete || utterance.parts.len() < 2 {
        return whole.into_match();
    }
    let mut clear: Vec<usize> = Vec::new();
    let mut unclear: Vec<Vec<usize>> = Vec::new();
    for part in &utterance.parts {
        let part = with_the_rest(part, &utterance.whole);
        match single(&part, entries).found[..] {
            [] => {}
            [one] if clear.contains(&one) => {}
            [one] => clear.push(one),
            ref several => unclear.push(several.to_vec()),
        }
    }
    // What stays unclear on its own may only say again what another part made clear.
    unclear.retain(|several| !several.iter().any(|entry| clear.contains(entry)));
    match (&clear[..], &unclear[..]) {
        (_, [several, ..]) if clear.is_empty() && unclear.len() > 1 => {
            let shared: Vec<usize> = several
                .iter()
                .copied()
                .filter(|entry| unclear.iter().all(|other| other.contains(entry)))
                .collect();
            if shared.is_empty() { whole.into_match() } else { to_match(shared) }
        }
        ([], _) => whole.into_match(),
        ([one], []) => {
            // One part is clear, and the whole fits something better still.
            if whole.found.len() == 1 { whole.into_match() } else { Match::One(*one) }
        }
        (_, []) => covering(&clear, entries).map_or(Match::Several(clear), Match::One),
        (_, [several, ..]) => Match::Ambiguous(several.clone()),
    }
}

/// The same for the speaker and for a child: two wishes where the catalogue parts them.
fn two_people(whole: &Part, entries: &[Entry]) -> Option<Vec<usize>> {
    if !whole.me || !whole.whom.child {
        return None;
    }
    let speaker = Part { whom: For::default(), ..whole.clone() };
    match (&single(&speaker, entries).found[..], &single(whole, entries).found[..]) {
        ([one], [other]) if one != other => Some(vec![*one, *other]),
        _ => None,
    }
}

/// The one entry whose name joins two others: "Kontrolle mit Zahnreinigung".
fn covering(clear: &[usize], entries: &[Entry]) -> Option<usize> {
    let [one, other] = clear else { return None };
    let about = |piece: &[Concept], at: usize| {
        let entry = &entries[at];
        let holds = |concept: u16| entry.tier(Concept::from(concept)).is_some();
        piece.iter().filter(|concept| general_tier(**concept) >= Tier::Kind).all(|concept| {
            entry.tier(*concept).is_some()
                || (*concept < OWN && LEXICON.nearest(*concept as u16, holds).is_some())
        })
    };
    let joins = |at: &usize| {
        entries[*at].labels.iter().any(|label| match &label.pieces[..] {
            [first, second] => {
                (about(first, *one) && about(second, *other)) || (about(first, *other) && about(second, *one))
            }
            _ => false,
        })
    };
    let mut found = (0..entries.len()).filter(|at| !clear.contains(at)).filter(joins);
    found.next().filter(|_| found.next().is_none())
}

/// A part with what holds for the whole: what is denied anywhere, and for whom
/// where the part itself does not say.
fn with_the_rest(part: &Part, whole: &Part) -> Part {
    let mut part = part.clone();
    part.denied = whole.denied.clone();
    part.wished.retain(|concept| whole.wished.contains(concept));
    if part.whom.is_empty() {
        part.whom = whole.whom.clone();
    }
    part.minutes = part.minutes.or(whole.minutes);
    part
}

/// The entries that one wish fits.
#[derive(Debug, Default)]
struct Single {
    found: Vec<usize>,
    /// They hold everything that was said and that this catalogue knows.
    complete: bool,
}

impl Single {
    fn into_match(self) -> Match<usize> {
        to_match(self.found)
    }
}

fn to_match(found: Vec<usize>) -> Match<usize> {
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
    /// What the wish holds beyond the entry, of what this catalogue knows.
    missing: usize,
}

/// What of a wish this catalogue goes by.
struct Terms {
    /// What is wished and held somewhere.
    known: Vec<Concept>,
    /// What excludes the entries that hold all of one group.
    excluding: Vec<Vec<Concept>>,
}

fn single(part: &Part, entries: &[Entry]) -> Single {
    let known: Vec<Concept> = part
        .wished
        .iter()
        .copied()
        .filter(|concept| {
            entries
                .iter()
                .filter_map(|entry| entry.tier(*concept))
                .max()
                .is_some_and(|tier| tier >= Tier::Kind)
        })
        .collect();
    let terms = Terms { known, excluding: excluding(part, entries) };
    let ages_matter = entries.iter().any(|entry| entry.whom.ages.is_some() || entry.whom.child);
    if let Some(found) = for_whom_only(part, entries) {
        return Single { found, complete: false };
    }
    let mut fits: Vec<Fit> = entries
        .iter()
        .enumerate()
        .filter(|(_, entry)| suits(&part.whom, &entry.whom, ages_matter))
        .filter_map(|(at, entry)| best_label(part, &terms, at, entry))
        .collect();
    let best = fits.iter().map(|fit| fit.score).fold(0.0, f32::max);
    fits.retain(|fit| fit.score >= best - EQUAL);
    // Who wants something for a child says so.
    let for_children = |fit: &Fit| entries[fit.entry].whom.is_for_children();
    if !part.whom.child && !fits.iter().all(for_children) {
        fits.retain(|fit| !for_children(fit));
    }
    if let Some(minutes) = part.minutes
        && fits.iter().any(|fit| entries[fit.entry].minutes == minutes)
    {
        fits.retain(|fit| entries[fit.entry].minutes == minutes);
    }
    keep_fewest(&mut fits, |fit| fit.missing);
    if fits.iter().any(|fit| fit.extras == 0) {
        fits.retain(|fit| fit.extras == 0);
    }
    let complete = !fits.is_empty() && fits.iter().all(|fit| fit.missing == 0);
    Single { found: fits.iter().map(|fit| fit.entry).collect(), complete }
}

/// Nothing is said but that it is for a child: all that is for children only.
fn for_whom_only(part: &Part, entries: &[Entry]) -> Option<Vec<usize>> {
    let says_little = part.wished.iter().all(|concept| general_tier(*concept) <= Tier::Weak);
    if !part.whom.child || part.wished.is_empty() || !says_little {
        return None;
    }
    let fits = |at: &usize| {
        let whom = &entries[*at].whom;
        whom.is_for_children() && suits(&part.whom, whom, true)
    };
    let found: Vec<usize> = (0..entries.len()).filter(fits).collect();
    (!found.is_empty()).then_some(found)
}

fn keep_fewest(fits: &mut Vec<Fit>, count: impl Fn(&Fit) -> usize) {
    let fewest = fits.iter().map(&count).min().unwrap_or_default();
    fits.retain(|fit| count(fit) == fewest);
}

fn best_label(part: &Part, terms: &Terms, at: usize, entry: &Entry) -> Option<Fit> {
    let fits = entry.labels.iter().filter_map(|label| fit(part, terms, at, entry, label));
    fits.max_by(|one, other| {
        let less_beyond = (other.missing, other.extras).cmp(&(one.missing, one.extras));
        one.score.total_cmp(&other.score).then(less_beyond)
    })
}

fn fit(part: &Part, terms: &Terms, at: usize, entry: &Entry, label: &Label) -> Option<Fit> {
    if !label.holds.iter().chain(&label.besides).any(|concept| part.wished.contains(concept)) {
        return None;
    }
    let known = &terms.known[..];
    let tier = |concept: &Concept| entry.tier(*concept).unwrap_or_else(|| general_tier(*concept));
    let excluded = label.without.iter().any(|concept| part.wished.contains(concept))
        || terms
            .excluding
            .iter()
            .any(|together| together.iter().all(|concept| label.holds.contains(concept)));
    if excluded {
        return None;
    }
    let held: f32 = label
        .holds
        .iter()
        .filter(|concept| part.wished.contains(concept))
        .map(|concept| weight(tier(concept)))
        .sum();
    let besides = |wanted: fn(Tier) -> bool| -> f32 {
        label
            .besides
            .iter()
            .filter(|concept| part.wished.contains(concept) && !label.holds.contains(concept))
            .map(tier)
            .filter(|tier| wanted(*tier))
            .map(|tier| 0.9 * weight(tier))
            .sum()
    };
    let held = held + besides(|tier| tier == Tier::Object);
    let in_brackets: f32 = label
        .details
        .iter()
        .filter(|concept| part.wished.contains(concept) && !label.holds.contains(concept))
        .map(|concept| 0.9 * weight(tier(concept)))
        .sum();
    let detailed = in_brackets + besides(|tier| tier != Tier::Object);
    // Who says "teeth" has said something of a cleaning of teeth.
    let is_met = |concept: &Concept| {
        let besides = if *concept < OWN { LEXICON.besides(*concept as u16) } else { &[] };
        part.wished.contains(concept)
            || part.wished.iter().any(|wished| is_taken_for(*wished, *concept))
            || besides.iter().any(|besides| part.wished.contains(&Concept::from(*besides)))
    };
    let beyond = |concept: &&Concept| !is_met(concept) && tier(concept) >= Tier::Quality;
    let is_piece_beyond = |piece: &&Vec<Concept>| {
        piece.iter().all(|concept| tier(concept) <= Tier::Kind && !part.wished.contains(concept))
            && piece.iter().any(|concept| tier(concept) == Tier::Kind)
    };
    let pieces_beyond =
        if label.pieces.len() > 1 { label.pieces.iter().filter(is_piece_beyond).count() } else { 0 };
    let undecided = label.without.iter().filter(|concept| !part.denies(**concept)).count();
    let extras = label.holds.iter().filter(beyond).count() + undecided + pieces_beyond;
    let whole_name = label.holds.iter().all(|concept| part.wished.contains(concept));
    if held < ENOUGH && !whole_name && !says_only_a_kind(part, known, label, tier) {
        return None;
    }
    if is_about_another_thing(part, label, tier) || shares_only_a_thing(part, known, label, tier) {
        return None;
    }
    let wished_without = label.without.iter().filter(|concept| part.denies(**concept)).count();
    let pointing = |concept: &&Concept| {
        part.wished.contains(concept) && tier(concept) >= Tier::Strong && entry.holds_alone(**concept)
    };
    let alone = ALONE * label.holds.iter().filter(pointing).count() as f32;
    let agreeing = 0.5 * agreements(&part.whom, &entry.whom);
    let score = held + detailed + alone + 0.6 * wished_without as f32 + agreeing;
    let absent = |concept: &&Concept| entry.tier(**concept).is_none();
    // "Hair" says little, but not beside a beard.
    let things = label.holds.iter().any(|concept| tier(concept) == Tier::Object);
    let generic = part.wished.iter().filter(|concept| things && is_generic(**concept)).filter(absent).count();
    let missing = known.iter().filter(absent).count() + generic;
    Some(Fit { entry: at, score, extras, missing })
}

/// What of the denied can exclude an entry: all of one group, held by it. What the
/// catalogue does not know denies nothing in it, a quality aside, nor does what is
/// wished otherwise: "not a new brace" is said of new ones only.
fn excluding(part: &Part, entries: &[Entry]) -> Vec<Vec<Concept>> {
    let tier = |concept: Concept| entries.iter().filter_map(|entry| entry.tier(concept)).max();
    let counts = |concept: &Concept| {
        let known = tier(*concept).is_some_and(|tier| tier > Tier::Weak);
        (known || general_tier(*concept) == Tier::Quality) && !part.wished.contains(concept)
    };
    let groups = part.denied.iter().map(|together| together.iter().copied().filter(counts).collect());
    groups.filter(|together: &Vec<Concept>| !together.is_empty()).collect()
}

/// The wish names things, the name of the entry another one: hair is to be
/// coloured, not brows.
fn is_about_another_thing(part: &Part, label: &Label, tier: impl Fn(&Concept) -> Tier) -> bool {
    let mut named =
        part.wished.iter().filter(|concept| is_generic(**concept) || is_thing(**concept)).peekable();
    let mut things = label.holds.iter().filter(|concept| tier(concept) == Tier::Object).peekable();
    named.peek().is_some()
        && things.peek().is_some()
        && !named.any(|concept| label.holds.contains(concept))
        && !things.any(|concept| part.wished.contains(concept))
}

/// Nothing is said but a kind of service, and this is of that kind: "zur Kontrolle".
fn says_only_a_kind(part: &Part, known: &[Concept], label: &Label, tier: impl Fn(&Concept) -> Tier) -> bool {
    let is_kind = |concept: &Concept| label.holds.contains(concept) && tier(concept) == Tier::Kind;
    let foreign = |concept: &Concept| general_tier(*concept) > Tier::Quality && !known.contains(concept);
    let says_more = |concept: &Concept| tier(concept) > Tier::Quality;
    known.iter().any(is_kind) && !known.iter().any(says_more) && !part.wished.iter().any(foreign)
}

/// Only a thing is shared, while the wish is something that this catalogue does
/// not have, and the entry something that the wish does not say: a tattoo on the
/// back is no massage of the back.
fn shares_only_a_thing(
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

fn is_taken_for(one: Concept, other: Concept) -> bool {
    one < OWN && other < OWN && LEXICON.is_taken_for(one as u16, other as u16)
}

fn general_tier(concept: Concept) -> Tier {
    if concept < OWN { LEXICON.tiers[concept as usize] } else { Tier::Strong }
}

fn is_generic(concept: Concept) -> bool {
    general_tier(concept) == Tier::Generic
}

fn is_thing(concept: Concept) -> bool {
    general_tier(concept) == Tier::Object
}

/// Whether an entry can be for whom the wish is.
fn suits(wish: &For, entry: &For, ages_matter: bool) -> bool {
    let for_children = entry.is_for_children();
    if wish.child && ages_matter && !for_children && entry.gender.is_some() {
        return false;
    }
    if let (Some((age, _)), Some((from, to))) = (wish.ages, entry.ages)
        && !(from <= age && age <= to)
    {
        return false;
    }
    if !wish.child && for_children && wish.gender.is_some() {
        return false;
    }
    if !wish.child && wish.gender.is_some() && entry.gender.is_some() && wish.gender != entry.gender {
        return false;
    }
    if wish.sex.is_some() && entry.sex.is_some() && wish.sex != entry.sex {
        return false;
    }
    wish.animals.is_empty() || entry.animals.is_empty() || shares_animal(wish, entry)
}

fn shares_animal(wish: &For, entry: &For) -> bool {
    let small = |animal: &Animal| {
        matches!(animal, Animal::Small | Animal::Rabbit | Animal::GuineaPig | Animal::Hamster)
    };
    wish.animals.iter().any(|animal| {
        entry.animals.contains(animal)
            || (small(animal) && entry.animals.contains(&Animal::Small))
            || (*animal == Animal::Small && entry.animals.iter().any(small))
    })
}

/// In how many ways both say the same of whom it is for.
fn agreements(wish: &For, entry: &For) -> f32 {
    let both = [
        !wish.child && wish.gender.is_some() && wish.gender == entry.gender,
        wish.child && (entry.child || entry.ages.is_some()),
        wish.sex.is_some() && wish.sex == entry.sex,
        !wish.animals.is_empty() && shares_animal(wish, entry),
    ];
    both.into_iter().filter(|agrees| *agrees).count() as f32
}
