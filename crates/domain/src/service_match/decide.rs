use super::{
    Match,
    fit::{Single, single, to_match},
    label::Entries,
    lexicon::{LEXICON, Tier},
    read::{Concept, OWN},
    utterance::{Part, Utterance, tier as general_tier, whole},
    whom::For,
};

/// How many parts of what was said can be a wish each.
const MOST_PARTS: usize = 6;

/// Decides over the whole first, because an entry for two wishes at once beats
/// its parts; then, where no entry holds all that was said, over its stretches.
pub(super) fn decide(utterance: &Utterance, entries: &Entries) -> Match<usize> {
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
    if let Some(both) = each_for_another(&utterance.parts, entries) {
        return Match::Several(both);
    }
    let mut all = single(&utterance.whole, entries);
    let is_open = all.found.is_empty() || (all.found.len() > 1 && !utterance.whole.names_something());
    if is_open && let Some(topic) = with_its_topic(&utterance.whole, entries) {
        let of_topic = single(&topic, entries);
        if all.found.is_empty() || of_topic.found.iter().any(|entry| all.found.contains(entry)) {
            all = of_topic;
        }
    }
    if let Some(each) = for_each(utterance, entries) {
        return Match::Several(each);
    }
    let parts = wishes(&with_the_thing_before(&utterance.parts, entries), entries);
    if all.is_complete() || !(2..=MOST_PARTS).contains(&parts.len()) {
        return all.into_match();
    }
    let stretches = stretches(&parts, &utterance.whole, entries);
    let mut clear: Vec<usize> = Vec::new();
    let mut unclear: Vec<Vec<usize>> = Vec::new();
    for stretch in stretches {
        match stretch.found[..] {
            [] => {}
            [one] if clear.contains(&one) => {}
            [one] => clear.push(one),
            _ => unclear.push(stretch.found),
        }
    }
    // What stays unclear on its own may only say again what another part made clear.
    unclear.retain(|several| !several.iter().any(|entry| clear.contains(entry)));
    match (&clear[..], &unclear[..]) {
        ([], [several, rest @ ..]) => {
            let is_shared = |entry: &usize| rest.iter().all(|other| other.contains(entry));
            let shared: Vec<usize> = several.iter().copied().filter(is_shared).collect();
            if shared.is_empty() { all.into_match() } else { to_match(shared) }
        }
        ([], []) => all.into_match(),
        ([one], []) => {
            // One part is clear, and the whole fits something better still.
            if all.found.len() == 1 { all.into_match() } else { Match::One(*one) }
        }
        (_, []) if utterance.parts.iter().any(|part| part.or) => {
            clear.sort_unstable();
            Match::Ambiguous(clear)
        }
        (_, []) => covering(&clear, entries).map_or(Match::Several(clear), Match::One),
        (_, [several, ..]) if utterance.parts.iter().any(|part| part.or) => {
            clear.extend(several);
            clear.sort_unstable();
            Match::Ambiguous(clear)
        }
        (_, [several, ..]) => Match::Ambiguous(several.clone()),
    }
}

/// "New nails I don't want, the old ones are to come off": what is denied says what
/// the rest is about, where that alone names nothing.
fn with_its_topic(whole: &Part, entries: &Entries) -> Option<Part> {
    let says_how = whole.wished.iter().any(|concept| entries.know(*concept));
    let things =
        whole.denied.iter().flatten().copied().filter(|concept| general_tier(*concept) >= Tier::Strong);
    let mut topic = whole.clone();
    topic.wished.extend(things);
    (says_how && topic.wished.len() > whole.wished.len()).then_some(topic)
}

/// "Brauen zupfen und färben": what is done besides is done to the thing before, where
/// the catalogue has that.
fn with_the_thing_before(parts: &[Part], entries: &Entries) -> Vec<Part> {
    let mut parts = parts.to_vec();
    let is_thing = |concept: &&Concept| general_tier(**concept) == Tier::Object;
    for at in 1..parts.len() {
        let names_none = !parts[at].wished.iter().any(|concept| is_thing(&concept));
        let before = parts[at - 1].wished.iter().find(is_thing).copied();
        let is_act = |concept: &Concept| general_tier(*concept) == Tier::Strong;
        let [act] = parts[at].wished[..] else { continue };
        let Some(thing) = before.filter(|_| parts[at].joined && names_none && is_act(&act)) else { continue };
        if entries.iter().any(|entry| entry.tier(thing).is_some() && entry.tier(act).is_some()) {
            parts[at].wished.push(thing);
        }
    }
    parts
}

/// The parts that wish something this catalogue goes by, each with what is said
/// after it; what is said before the first belongs to the first.
fn wishes(parts: &[Part], entries: &Entries) -> Vec<Part> {
    let says = |part: &Part| {
        let tells = |concept: &Concept| general_tier(*concept) != Tier::Quality && entries.know(*concept);
        part.wished.iter().any(tells)
    };
    let mut wishes: Vec<Vec<Part>> = Vec::new();
    for part in parts {
        match wishes.last_mut() {
            Some(last) if !says(part) || !last.iter().any(says) => last.push(part.clone()),
            _ => wishes.push(vec![part.clone()]),
        }
    }
    wishes.iter().map(|parts| whole(parts)).collect()
}

/// Parts what was said so that the least of it is left over, in as few stretches
/// as that takes.
fn stretches(parts: &[Part], rest: &Part, entries: &Entries) -> Vec<Single> {
    const STRETCH: usize = 2;
    const MISSING: usize = 4;
    let cost = |single: &Single| {
        let asks = usize::from(single.found.len() > 1);
        STRETCH * usize::from(!single.found.is_empty()) + MISSING * single.missing + single.unheard + asks
    };
    // For each number of parts the cheapest way to there, and where its last stretch begins.
    let mut best: Vec<(usize, usize)> = vec![(0, 0)];
    let mut singles: Vec<Vec<Single>> = Vec::new();
    for end in 1..=parts.len() {
        let row: Vec<Single> =
            (0..end).map(|begin| single(&with_the_rest(&whole(&parts[begin..end]), rest), entries)).collect();
        let ways = row.iter().enumerate().map(|(begin, single)| (best[begin].0 + cost(single), begin));
        best.push(ways.min().unwrap_or_default());
        singles.push(row);
    }
    let mut found = Vec::new();
    let mut end = parts.len();
    while end > 0 {
        let begin = best[end].1;
        found.push(singles[end - 1].swap_remove(begin));
        end = begin;
    }
    found.reverse();
    found
}

/// "Dogs and cats": one wish for each of several, where the catalogue parts them.
fn for_each(utterance: &Utterance, entries: &Entries) -> Option<Vec<usize>> {
    let parts = &utterance.parts;
    let apart = |part: &&Part| !part.whom.is_empty() || part.minutes.is_some();
    let for_whom: Vec<&Part> = parts.iter().filter(apart).collect();
    let [first, rest @ ..] = &for_whom[..] else { return None };
    if rest.is_empty()
        || rest.len() >= MOST_PARTS
        || !rest.iter().any(|part| part.joined)
        || rest.iter().any(|part| !differs(first, part))
    {
        return None;
    }
    let mut found = Vec::new();
    for part in &for_whom {
        let mut one = utterance.whole.clone();
        one.whom = part.whom.clone();
        one.minutes = part.minutes;
        match single(&one, entries).found[..] {
            [entry] if !found.contains(&entry) => found.push(entry),
            _ => return None,
        }
    }
    Some(found)
}

fn differs(one: &Part, other: &Part) -> bool {
    let (one, other) = (&one.whom, &other.whom);
    let animals = !one.animals.is_empty()
        && !other.animals.is_empty()
        && !one.animals.iter().any(|animal| other.animals.contains(animal));
    let genders = one.gender.is_some() && other.gender.is_some() && one.gender != other.gender;
    animals || genders || one.child != other.child
}

/// "Reading glasses for me and others for the little one": two wishes where what is said
/// for the child and what is said before it are one entry each.
fn each_for_another(parts: &[Part], entries: &Entries) -> Option<Vec<usize>> {
    let at = parts.iter().position(|part| part.whom.child)?;
    let (before, after) = parts.split_at(at);
    let wishes = |parts: &[Part]| parts.iter().any(|part| part.names_something());
    let is_apart = before.iter().any(|part| part.me) && parts[at].joined;
    if !is_apart || !wishes(before) || !wishes(after) {
        return None;
    }
    match (&single(&whole(before), entries).found[..], &single(&whole(after), entries).found[..]) {
        ([one], [other]) if one != other => Some(vec![*one, *other]),
        _ => None,
    }
}

/// The same for the speaker and for a child: two wishes where the catalogue parts them.
fn two_people(whole: &Part, entries: &Entries) -> Option<Vec<usize>> {
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
fn covering(clear: &[usize], entries: &Entries) -> Option<usize> {
    let [one, other] = clear else { return None };
    let about = |piece: &[Concept], at: usize| {
        let entry = &entries[at];
        let is_held = |concept: &Concept| entry.labels.iter().any(|label| label.holds.contains(concept));
        let holds = |concept: u16| is_held(&Concept::from(concept));
        piece.iter().filter(|concept| general_tier(**concept) >= Tier::Kind).all(|concept| {
            is_held(concept) || (*concept < OWN && LEXICON.nearest(*concept as u16, holds).is_some())
        })
    };
    let joins = |at: &usize| {
        entries[*at].labels.iter().any(|label| match &label.pieces[..] {
            [first, second] if first != second => {
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
