//! Words and what they mean, one table per language.
//!
//! A row is `("spelling | spelling", meaning)`. Spellings are in the normal form
//! of the tokens (lower case, ae/oe/ue/ss, no apostrophes, no full stops) and may
//! have several words; the longest spelling that fits is taken. `~` at the end of
//! a German word stands for its endings e, er, en, es, em.

mod de;
mod en;
mod holidays;

use std::{collections::HashMap, sync::LazyLock};

use super::{
    holiday::Holiday,
    number::{self, NumberWord},
    token::{Kind, Token},
    tree::{Connective, Counted, Edge, Part, Season, Unit, Which},
};
use crate::language::Language;

/// What a word (or a fixed group of words) can mean to the grammar.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Lex {
    /// Not in the lexicon: skipped, never a time.
    Unknown,
    /// A word that means nothing here and may stand between any two others ("bitte", "so").
    Filler,
    Sign(char),
    /// `digits` is 0 where the number was spelled out.
    Number {
        value: u32,
        digits: u8,
    },
    /// "eine", "a": one, or an article.
    Article,
    /// "viere": a time of day only.
    ClockNumber(u8),
    Ordinal(u32),
    /// "erste letzte": counted from the end.
    OrdinalFromEnd(u32),
    /// der, the: may stand before any noun.
    The,
    /// von, of, im, vom: joins a part to its whole.
    Of,
    /// in, within reach of a length ("in drei Wochen").
    In,
    /// innerhalb, within.
    Within,
    /// am, on: before days and parts of the day.
    On,
    /// um, at: before clock times.
    At,
    /// für, for: before lengths and days.
    For,
    From,
    /// "von": from, of.
    FromOrOf,
    After,
    Before,
    Until,
    /// by: until, counted from now.
    By,
    /// zwischen, between.
    Between,
    /// "bis", "to", "thru" between two ends.
    To,
    /// frühestens: what is near it is a beginning.
    AtEarliest,
    /// spätestens, at the latest: what is near it is an end.
    AtLatest,
    /// "an", "onwards" behind a beginning.
    Onwards,
    /// gegen, circa, around.
    About,
    /// "herum", "-ish" behind a clock time.
    Roughly,
    /// kurz, just, shortly: before vor or nach.
    Shortly,
    /// ago, her.
    Ago,
    /// hence, from now, later.
    Hence,
    Now,
    /// "heute" is 0.
    Today(i8),
    /// German "morgen": tomorrow or the morning.
    Morgen,
    /// "tonight", "last night": a day with its evening.
    Evening {
        day: i8,
    },
    /// "the day after", "am Tag danach".
    DayAfter,
    DayBefore,
    /// "the one after", "der danach": of the kind that was said before.
    OneAfter,
    Weekday(u8),
    Month(u8),
    Unit(Unit),
    Weekend,
    Workdays,
    /// Schulferien, Brückentag: days that only people on the spot know.
    LocalDays,
    /// A length in one word: "fortnight", "Viertelstunde".
    Length {
        count: i32,
        unit: Unit,
    },
    /// ein paar, a few: as many as is usual.
    Few(u8),
    Which(Which),
    /// after next, nach dem nächsten: behind the noun.
    AfterNext,
    /// before last: behind the noun.
    BeforeLast,
    Edge(Edge),
    /// Monatsende, EOY: an edge of the present unit in one word.
    EdgeOf(Edge, Unit),
    /// das neue Jahr: the next calendar year.
    NewYear,
    /// Hälfte.
    HalfOf,
    /// rest of, the remainder of.
    Rest,
    /// "ganze", "all".
    Whole,
    Season(Season),
    Holiday(Holiday),
    Ides,
    Part(Part),
    /// "früher Abend", "late afternoon".
    Early,
    Late,
    /// "früh": a part of the day, or its early end.
    Frueh,
    /// Mittag, noon: twelve o'clock; German also the part of the day.
    Noon,
    Midday,
    Midnight,
    Oclock,
    Am,
    Pm,
    /// halb, half past.
    HalfPast,
    QuarterPast,
    ThreeQuarters,
    /// English quarter: of an hour or of a year.
    Quarter,
    /// Q, as in Q3.
    QuarterLetter,
    Closest,
    CalendarWeek,
    /// AD, BC behind a year.
    Era(i8),
    /// A time zone by its letters, minutes east of Greenwich.
    Zone(i16),
    /// Frau, Mrs: the next word is a name.
    Title,
    /// "Jahre alt", "euro": the number before it is no time.
    Measure,

    /// Termin, Mal: what an ordinal before it counts ("der erste Termin").
    Thing,
    /// move, reschedule: with it "from X to Y" wishes Y.
    Move,
    /// kann, geht: a verb that a negation can close.
    Can,
    /// Dienst, meeting: who has one has no time.
    Busy,
    /// im Urlaub, verreist: who is, has no time.
    Away,
    /// English "no": refuses or corrects.
    No,
    Anytime,
    Soon,
    Every,
    Word(Connective),
}

/// A token with its meaning.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lexeme<'a> {
    pub(super) lex: Lex,
    /// Normal form of its first word; empty for signs and digits.
    pub(super) text: &'a str,
    /// No space before it.
    pub(super) glued: bool,
    /// A zero was written first ("08").
    pub(super) leading_zero: bool,
}

impl Lexeme<'_> {
    /// The number said, whether in digits or in words.
    pub(super) fn number(&self) -> Option<u32> {
        match self.lex {
            Lex::Number { value, .. } => Some(value),
            _ => None,
        }
    }
}

type Row = (&'static str, Lex);

/// The spellings that begin with one word, longest first: further words and meaning.
type Entries = Vec<(Vec<String>, Lex)>;

struct Lexicon {
    by_first_word: HashMap<String, Entries>,
}

static GERMAN: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::new(&[de::WORDS, holidays::GERMAN]));
static ENGLISH: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::new(&[en::WORDS, holidays::ENGLISH]));

const GERMAN_ENDINGS: [&str; 5] = ["e", "er", "en", "es", "em"];

impl Lexicon {
    fn new(tables: &[&[Row]]) -> Self {
        let mut by_first_word: HashMap<String, Entries> = HashMap::new();
        for (spellings, lex) in tables.iter().flat_map(|table| table.iter()) {
            for spelling in spellings.split('|') {
                for words in expanded(spelling.trim()) {
                    let mut add = |words: Vec<String>| {
                        let mut words = words.into_iter();
                        if let Some(first) = words.next() {
                            by_first_word.entry(first).or_default().push((words.collect(), *lex));
                        }
                    };
                    let plain: Vec<String> = words.iter().map(|word| without_umlauts(word)).collect();
                    if plain != words {
                        add(plain);
                    }
                    colloquial(&words).into_iter().for_each(&mut add);
                    add(words);
                }
            }
        }
        for entries in by_first_word.values_mut() {
            // Stable: of two rows with one spelling the first in the table counts.
            entries.sort_by_key(|(rest, _)| std::cmp::Reverse(rest.len()));
        }
        Self { by_first_word }
    }

    /// The longest spelling that begins at the first of `tokens`, and how many tokens it has.
    fn longest(&self, tokens: &[Token]) -> Option<(Lex, usize)> {
        let first = tokens.first()?;
        let entries = self.by_first_word.get(first.text.as_str())?;
        entries.iter().find_map(|(rest, lex)| {
            let mut at = 1;
            for word in rest {
                // A hyphen inside a group is as good as a space: "new-year", "week-end".
                // So is the full stop behind a single letter: "a.d.", "z. B.".
                let letter = tokens[at - 1].text.len() == 1;
                match tokens.get(at).map(|token| token.kind) {
                    Some(Kind::Sign('-')) => at += 1,
                    Some(Kind::Sign('.')) if letter => at += 1,
                    _ => {}
                }
                if tokens.get(at)?.text != *word {
                    return None;
                }
                at += 1;
            }
            Some((*lex, at))
        })
    }
}

/// Keyboards without umlauts write "fruh" and "nachste".
fn without_umlauts(word: &str) -> String {
    word.replace("ae", "a").replace("oe", "o").replace("ue", "u")
}

/// What is said for the small words of set phrases: "is schlecht", "passt ned", "hab keine Zeit".
const COLLOQUIAL: [(&str, &[&str]); 5] = [
    ("ist", &["is", "iss"]),
    ("nicht", &["nich", "net", "ned", "nit"]),
    ("habe", &["hab"]),
    ("waere", &["waer"]),
    ("keine", &["keene", "koa"]),
];

/// The other ways of saying a group of words; a word by itself has rows of its own.
fn colloquial(words: &[String]) -> Vec<Vec<String>> {
    let mut all = vec![words.to_vec()];
    if words.len() > 1 {
        for (place, word) in words.iter().enumerate() {
            let Some((_, forms)) = COLLOQUIAL.iter().find(|(written, _)| written == word) else { continue };
            let more: Vec<Vec<String>> = all
                .iter()
                .flat_map(|words| {
                    forms.iter().map(move |form| {
                        let mut other = words.clone();
                        other[place] = (*form).to_owned();
                        other
                    })
                })
                .collect();
            all.extend(more);
        }
    }
    all.split_off(1)
}

/// A spelling with its `~` replaced by each ending.
fn expanded(spelling: &str) -> Vec<Vec<String>> {
    let mut all: Vec<Vec<String>> = vec![Vec::new()];
    for word in spelling.split_whitespace() {
        let forms: Vec<String> = match word.strip_suffix('~') {
            Some(stem) => GERMAN_ENDINGS.iter().map(|ending| format!("{stem}{ending}")).collect(),
            None => vec![word.to_owned()],
        };
        all = all
            .iter()
            .flat_map(|words| {
                forms.iter().map(move |form| {
                    let mut longer = words.clone();
                    longer.push(form.clone());
                    longer
                })
            })
            .collect();
    }
    all
}

/// Every token with its meaning; groups of words become one lexeme.
pub(super) fn lexemes<'a>(tokens: &'a [Token], language: Language) -> Vec<Lexeme<'a>> {
    let lexicon = match language {
        Language::De => &*GERMAN,
        Language::En => &*ENGLISH,
    };
    let mut lexemes = Vec::with_capacity(tokens.len());
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        let (lex, length) = match token.kind {
            Kind::Sign(',') | Kind::Sign(';') => (Lex::Word(Connective::Comma), 1),
            Kind::Sign('½') => (Lex::HalfPast, 1),
            Kind::Sign(sign) => (Lex::Sign(sign), 1),
            Kind::Number { value, digits } => match english_ordinal_ending(tokens, at) {
                true => (Lex::Ordinal(value), 2),
                false => (Lex::Number { value, digits }, 1),
            },
            Kind::Word => word(lexicon, &tokens[at..], language),
        };
        let leading_zero = matches!(token.kind, Kind::Number { value, digits } if digits > 1 && value < 10_u32.pow(u32::from(digits) - 1));
        let glued = token.glued && at > 0;
        if language == Language::De
            && lex == Lex::Unknown
            && let Some((day, part)) = weekday_compound(lexicon, &token.text)
        {
            lexemes.push(Lexeme { lex: day, text: &token.text, glued, leading_zero });
            lexemes.push(Lexeme { lex: part, text: "", glued: true, leading_zero });
        } else if language == Language::De
            && lex == Lex::Unknown
            && let Some((shade, part)) = shaded_compound(lexicon, &token.text)
        {
            lexemes.push(Lexeme { lex: shade, text: &token.text, glued, leading_zero });
            lexemes.push(Lexeme { lex: part, text: "", glued: true, leading_zero });
        } else if language == Language::De
            && lex == Lex::Unknown
            && let Some((month, unit)) = month_compound(lexicon, &token.text)
        {
            lexemes.push(Lexeme { lex: unit, text: "", glued, leading_zero });
            lexemes.push(Lexeme { lex: month, text: &token.text, glued: true, leading_zero });
        } else if language == Language::En
            && lex == Lex::Unknown
            && let Some(stem) = token.text.strip_suffix("ish")
            && let (hour @ (Lex::Number { .. } | Lex::Noon), 1) = ish_stem(lexicon, stem)
        {
            // "fourish"
            lexemes.push(Lexeme { lex: hour, text: stem, glued, leading_zero });
            lexemes.push(Lexeme { lex: Lex::Roughly, text: "ish", glued: true, leading_zero });
        } else {
            lexemes.push(Lexeme { lex, text: &token.text, glued, leading_zero });
        }
        at += length;
    }
    lexemes
}

/// What "-ish" was put behind: "four", "fiv" of "fivish", "noon".
fn ish_stem(lexicon: &Lexicon, stem: &str) -> (Lex, usize) {
    let token = |text: String| [Token { text, kind: Kind::Word, glued: false }];
    match word(lexicon, &token(stem.to_owned()), Language::En) {
        (Lex::Unknown, _) => word(lexicon, &token(format!("{stem}e")), Language::En),
        found => found,
    }
}

/// "15th", "3rd", and German "15te".
fn english_ordinal_ending(tokens: &[Token], at: usize) -> bool {
    matches!(tokens.get(at + 1), Some(next) if next.glued
        && matches!(next.text.as_str(), "st" | "nd" | "rd" | "th" | "te" | "ten" | "ter" | "tes" | "ste" | "sten" | "ster" | "stes"))
}

fn word(lexicon: &Lexicon, tokens: &[Token], language: Language) -> (Lex, usize) {
    if let Some((lex, length)) = lexicon.longest(tokens) {
        // "Friday or after", but "between four and five or after seven".
        let joins = lex == Lex::Onwards
            && length == 2
            && tokens.first().is_some_and(|token| token.text == "or")
            && tokens.get(length).is_some_and(|token| {
                matches!(token.kind, Kind::Number { .. }) || number::english(&token.text).is_some()
            });
        return if joins { (Lex::Word(Connective::Or), 1) } else { (lex, length) };
    }
    let Some(first) = tokens.first() else { return (Lex::Unknown, 1) };
    match language {
        Language::De => (number::german(&first.text).map_or(Lex::Unknown, from_number_word), 1),
        Language::En => english_number(tokens),
    }
}

fn from_number_word(word: NumberWord) -> Lex {
    match word {
        NumberWord::Cardinal(value) => Lex::Number { value, digits: 0 },
        NumberWord::Article => Lex::Article,
        NumberWord::ClockForm(value) => Lex::ClockNumber(u8::try_from(value).unwrap_or(0)),
        NumberWord::Ordinal(value) => Lex::Ordinal(value),
    }
}

/// "twenty", "twenty five", "twenty-fifth", "two thousand fourteen".
fn english_number(tokens: &[Token]) -> (Lex, usize) {
    let at = |index: usize| tokens.get(index).and_then(|token| number::english(&token.text));
    let first = match at(0) {
        Some(NumberWord::Cardinal(value)) => value,
        other => return (other.map_or(Lex::Unknown, from_number_word), 1),
    };
    let number = |value| Lex::Number { value, digits: 0 };
    // One hyphen may join the two.
    let next =
        if matches!(tokens.get(1), Some(Token { kind: Kind::Sign('-'), glued: true, .. })) { 2 } else { 1 };
    if (20..100).contains(&first) {
        return match at(next) {
            Some(NumberWord::Cardinal(unit @ 1..=9)) => (number(first + unit), next + 1),
            Some(NumberWord::Ordinal(unit @ 1..=9)) => (Lex::Ordinal(first + unit), next + 1),
            _ => (number(first), 1),
        };
    }
    if first == 2 && at(1) == Some(NumberWord::Cardinal(1_000)) {
        let mut from = 2;
        if tokens.get(from).is_some_and(|token| token.text == "and") {
            from += 1;
        }
        if let (Lex::Number { value: rest @ 1..=99, .. }, length) =
            english_number(&tokens[from.min(tokens.len())..])
        {
            return (number(2_000 + rest), from + length);
        }
        return (number(2_000), 2);
    }
    (number(first), 1)
}

/// "Freitagnachmittag", "Montagabends": a weekday and a part of the day in one word.
fn weekday_compound(lexicon: &Lexicon, text: &str) -> Option<(Lex, Lex)> {
    let end =
        text.find("tag").map(|at| at + "tag".len()).or_else(|| text.strip_prefix("mittwoch").map(|_| 8))?;
    let (day, part) = text.split_at_checked(end)?;
    let one = |word: &str| {
        let entries = lexicon.by_first_word.get(word)?;
        entries.iter().find(|(rest, _)| rest.is_empty()).map(|(_, lex)| *lex)
    };
    let day @ Lex::Weekday(_) = one(day)? else { return None };
    match one(part)? {
        // Glued to a weekday "morgen" is the morning.
        Lex::Morgen => Some((day, Lex::Part(Part::Early))),
        part @ (Lex::Part(_) | Lex::Frueh | Lex::Noon | Lex::Midday) => Some((day, part)),
        _ => None,
    }
}

/// "Spätnachmittag", "Frühabend": an end of a part of the day in one word.
fn shaded_compound(lexicon: &Lexicon, text: &str) -> Option<(Lex, Lex)> {
    let (shade, part) = match (text.strip_prefix("spaet"), text.strip_prefix("frueh")) {
        (Some(part), _) => (Lex::Late, part),
        (_, Some(part)) => (Lex::Early, part),
        _ => return None,
    };
    let entries = lexicon.by_first_word.get(part)?;
    match entries.iter().find(|(rest, _)| rest.is_empty()).map(|(_, lex)| *lex)? {
        part @ (Lex::Part(_) | Lex::Noon | Lex::Midday) => Some((shade, part)),
        _ => None,
    }
}

/// "Dezemberwoche", "Maiwochenende": a week or weekend of a month in one word.
fn month_compound(lexicon: &Lexicon, text: &str) -> Option<(Lex, Lex)> {
    let (month, unit) = text.split_at_checked(text.find("woche").or_else(|| text.find("haelfte"))?)?;
    let one = |word: &str| {
        let entries = lexicon.by_first_word.get(word)?;
        entries.iter().find(|(rest, _)| rest.is_empty()).map(|(_, lex)| *lex)
    };
    match (one(month)?, one(unit)?) {
        (month @ Lex::Month(_), unit @ (Lex::Unit(_) | Lex::Weekend | Lex::HalfOf)) => Some((month, unit)),
        _ => None,
    }
}

/// What an ordinal may count.
pub(super) fn counted(lex: Lex) -> Option<Counted> {
    match lex {
        Lex::Weekday(weekday) => Some(Counted::Weekday(weekday)),
        Lex::Unit(unit) => Some(Counted::Unit(unit)),
        Lex::Quarter => Some(Counted::Unit(Unit::Quarter)),
        Lex::Weekend => Some(Counted::Weekend),
        Lex::HalfOf | Lex::HalfPast => Some(Counted::Half),
        _ => None,
    }
}
