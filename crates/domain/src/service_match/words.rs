use super::{MAX_TEXT, MAX_WORDS};

/// A word of a text, folded, or a sign that parts clauses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Word {
    Plain(String),
    /// Comma, full stop, semicolon, "…".
    Break,
    /// An opening bracket; labels only.
    Open,
    /// A closing bracket.
    Close,
}

/// Words up to the bounds, folded. A hyphen parts words, an apostrophe does not.
/// Letters that stand alone are one abbreviation ("K G G").
pub(super) fn split(text: &str) -> Vec<Word> {
    let mut end = text.len().min(MAX_TEXT);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let mut words: Vec<Word> = Vec::new();
    let mut word = String::new();
    for sign in text[..end].chars().chain(std::iter::once(' ')) {
        if sign.is_alphanumeric() {
            fold(sign, &mut word);
            continue;
        }
        if matches!(sign, '\'' | '’' | '\u{AD}') {
            continue;
        }
        if !word.is_empty() {
            words.push(Word::Plain(std::mem::take(&mut word)));
        }
        match sign {
            ',' | '.' | ';' | ':' | '!' | '?' | '…' | '–' | '/' => words.push(Word::Break),
            '+' | '&' => words.push(Word::Plain("und".to_owned())),
            '(' => words.push(Word::Open),
            ')' => words.push(Word::Close),
            _ => {}
        }
        if words.len() >= MAX_WORDS {
            break;
        }
    }
    join_letters(words)
}

fn join_letters(words: Vec<Word>) -> Vec<Word> {
    let letter = |word: &str| word.len() == 1 && word.as_bytes()[0].is_ascii_alphabetic();
    let mut joined: Vec<Word> = Vec::with_capacity(words.len());
    let mut open = false;
    for word in words {
        match (&word, joined.last_mut()) {
            (Word::Plain(next), Some(Word::Plain(last))) if open && letter(next) => last.push_str(next),
            _ => {
                open = matches!(&word, Word::Plain(text) if letter(text));
                joined.push(word);
            }
        }
    }
    joined
}

/// A word without capitals, umlauts and accents.
pub(super) fn folded(text: &str) -> String {
    let mut word = String::new();
    text.chars().filter(|sign| sign.is_alphanumeric()).for_each(|sign| fold(sign, &mut word));
    word
}

/// Umlauts lose their dots rather than becoming two letters: färben and Farbe,
/// Kätzin and Katze then begin alike.
fn fold(sign: char, word: &mut String) {
    for sign in sign.to_lowercase() {
        match sign {
            'ä' | 'à' | 'á' | 'â' | 'å' | 'ã' => word.push('a'),
            'ö' | 'ò' | 'ó' | 'ô' | 'ø' => word.push('o'),
            'ü' | 'ù' | 'ú' | 'û' => word.push('u'),
            'é' | 'è' | 'ê' | 'ë' => word.push('e'),
            'í' | 'ì' | 'î' | 'ï' => word.push('i'),
            'ç' => word.push('c'),
            'ñ' => word.push('n'),
            'ß' => word.push_str("ss"),
            'æ' => word.push_str("ae"),
            'œ' => word.push_str("oe"),
            sign if sign.is_alphanumeric() => word.push(sign),
            _ => {}
        }
    }
}

/// Endings of German and English words, folded.
const ENDINGS: [&str; 76] = [
    "", "ur", "uren", "ure", "e", "n", "en", "er", "es", "em", "ern", "ere", "eren", "s", "t", "st", "te",
    "ten", "ter", "et", "est", "el", "eln", "elt", "ung", "ungen", "ier", "ieren", "ierung", "iert", "ierte",
    "ierten", "chen", "lein", "in", "ion", "ing", "ed", "d", "ment", "ne", "nen", "ig", "age", "agen",
    "atur", "aturen", "ation", "ationen", "isch", "ische", "ischen", "lich", "liche", "keit", "heit", "nis",
    "erin", "ene", "enen", "ener", "enes", "enem", "tes", "tem", "ie", "ien", "ik", "iken", "ist", "istin",
    "ers", "ings", "ations", "y", "ies",
];

/// What stands between the parts of a compound.
const LINKS: [&str; 12] = ["", "s", "es", "n", "en", "e", "er", "ns", "ungs", "ions", "ier", "ung"];

pub(super) fn is_ending(rest: &str) -> bool {
    ENDINGS.contains(&rest)
}

pub(super) fn links(rest: &str) -> impl Iterator<Item = &'static str> + '_ {
    LINKS.iter().copied().filter(|link| rest.starts_with(link) && rest.len() > link.len())
}

/// The word without its ending, at least four bytes of it.
pub(super) fn stem(word: &str) -> &str {
    ENDINGS
        .iter()
        .filter_map(|ending| word.strip_suffix(ending))
        .filter(|stem| stem.len() >= 4)
        .min_by_key(|stem| stem.len())
        .unwrap_or(word)
}

/// The stem of a verb whose prefix parts from it, with the "ge" or "zu" in between:
/// nachfüll, nachgefüll, nachzufüll.
pub(super) fn participles(stem: &str) -> impl Iterator<Item = String> + '_ {
    const PARTING: [&str; 20] = [
        "nach", "ab", "an", "auf", "aus", "ein", "vor", "hoch", "weg", "rein", "raus", "durch", "zurecht",
        "zusammen", "um", "mit", "runter", "herunter", "heraus", "drauf",
    ];
    let parted = PARTING.iter().filter_map(move |prefix| Some((*prefix, stem.strip_prefix(prefix)?)));
    parted
        .filter(|(_, rest)| rest.len() >= 4 && !rest.starts_with("ge"))
        .flat_map(|(prefix, rest)| [format!("{prefix}ge{rest}"), format!("{prefix}zu{rest}")])
}

/// The word without the prefix of a German verb and the "ge" of its participle:
/// nachgeschnitten, abschneiden, gefärbt.
pub(super) fn without_prefix(word: &str) -> impl Iterator<Item = &str> {
    const PREFIXES: [&str; 22] = [
        "nach", "ab", "an", "auf", "aus", "ein", "vor", "hoch", "weg", "rein", "raus", "durch", "zurecht",
        "zusammen", "weiter", "um", "ver", "be", "er", "mit", "runter", "fertig",
    ];
    let parted = PREFIXES.iter().filter_map(|prefix| word.strip_prefix(prefix));
    let whole = std::iter::once(word);
    parted
        .chain(whole)
        .flat_map(move |rest| {
            let participle = rest.strip_prefix("ge").or_else(|| rest.strip_prefix("zu"));
            [participle, (rest.len() < word.len()).then_some(rest)]
        })
        .flatten()
        .filter(|rest| rest.len() >= 3)
}
