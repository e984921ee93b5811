//! Turns of phrase that single words do not show.

use super::{
    lexicon::LEXICON,
    quantity::number,
    words::{Word, is_ending},
};

/// A number that could be the length of an appointment, and no date or time of day.
pub(super) fn bare_minutes(words: &[Word], at: usize) -> Option<u32> {
    let word = |at: Option<usize>| match at.and_then(|at| words.get(at)) {
        Some(Word::Plain(word)) => word.as_str(),
        _ => "",
    };
    let minutes =
        number(word(Some(at))).filter(|minutes| minutes % 5 == 0 && (15..=240).contains(minutes))?;
    let before = [
        "am", "um", "den", "dem", "der", "at", "the", "gegen", "bis", "ab", "vor", "nach", "by", "on", "halb",
    ];
    let after =
        ["uhr", "oclock", "am", "pm", "euro", "euros", "pounds", "prozent", "percent", "grad", "degrees"];
    let is_when = before.contains(&word(at.checked_sub(1))) || after.contains(&word(Some(at + 1)));
    (!is_when).then_some(minutes)
}

/// A particle that stands for its verb, at the end or before what closes a sentence:
/// "die sollen runter", "take it off please".
pub(super) fn removes(words: &[Word], at: usize) -> bool {
    const PARTICLES: [&str; 7] = ["ab", "runter", "raus", "weg", "off", "out", "herunter"];
    const CLOSING: [&str; 24] = [
        "haben", "machen", "kommen", "sollen", "soll", "mussen", "muss", "musste", "nehmen", "bitte", "aber",
        "und", "sondern", "kriegen", "bekommen", "again", "please", "and", "but", "then", "jetzt", "wieder",
        "today", "mal",
    ];
    let is = |word: Option<&Word>, list: &[&str]| matches!(word, Some(Word::Plain(word)) if list.contains(&word.as_str()));
    let closes = match words.get(at + 1) {
        None | Some(Word::Break | Word::Close) => true,
        next => is(next, &CLOSING),
    };
    at > 0 && closes && is(words.get(at), &PARTICLES)
}

/// "Massage brauch ich keine, die …": no article follows a "keine" that denies what comes.
pub(super) fn refuses_what_was_said(words: &[Word], at: usize) -> bool {
    const BEGINS: [&str; 10] = ["der", "die", "das", "den", "dem", "ich", "wir", "nur", "mehr", "sondern"];
    matches!((&words[at], words.get(at + 1)), (Word::Plain(none), Some(Word::Plain(next)))
        if none.starts_with("kein") && BEGINS.contains(&next.as_str()))
}

/// "Für den Kleinen", "unsere Jüngste": somebody, where no noun follows.
pub(super) fn little_one(words: &[Word], at: usize) -> bool {
    const OF_SOMEBODY: [&str; 4] = ["klein", "jungst", "altest", "gross"];
    const OWNER: [&str; 9] = ["mein", "unser", "der", "die", "das", "den", "dem", "sein", "ihr"];
    let (Some(Word::Plain(word)), Some(Word::Plain(before))) =
        (words.get(at), at.checked_sub(1).and_then(|before| words.get(before)))
    else {
        return false;
    };
    let is_of_somebody = OF_SOMEBODY.iter().any(|stem| word.strip_prefix(stem).is_some_and(is_ending));
    // "Die große" is rather one of several services.
    let is_owned = OWNER.iter().any(|owner| before.strip_prefix(owner).is_some_and(is_ending))
        && !(word.starts_with("gross") && before.starts_with('d'));
    let stands_alone = match words.get(at + 1) {
        Some(Word::Plain(next)) => LEXICON.role(next).is_some() || is_want(next),
        _ => true,
    };
    is_of_somebody && is_owned && stands_alone
}

pub(super) fn is_want(word: &str) -> bool {
    matches!(
        word,
        "will"
            | "wollen"
            | "wollte"
            | "mochte"
            | "mochten"
            | "brauche"
            | "brauch"
            | "brauchen"
            | "want"
            | "need"
    )
}
