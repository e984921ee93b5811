//! From words to items, left to right.
//!
//! At each place the rules are tried, the longest reading wins, and a word that
//! no rule reads is skipped. A rule looks at a bounded number of words and never
//! turns back over what was read, so the time is linear in the text.

mod clock;
mod cycle;
mod date;
mod day;
mod figures;
mod length;
mod limit;
mod noise;
mod part;
mod shift;

use super::{
    lexicon::{Lex, Lexeme, lexemes},
    token::tokens,
    tree::{Connective, Day, Item, Part, Shade, Time, Which},
};
use crate::language::Language;

/// A reading and the place behind it.
type Read<T> = Option<(T, usize)>;

/// Which layer asks. Few readings differ in the grammar: the literal layer reads
/// an expression that is known to be a time, a caller also says other things.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::spoken) enum Layer {
    Literal,
    Callers,
}

/// What was said, in order.
pub(in crate::spoken) struct Said {
    pub(super) items: Vec<Item>,
    /// Whether there was any word or number at all.
    pub(super) any_word: bool,
}

/// Reads a text.
pub(super) fn read(text: &str, language: Language, layer: Layer) -> Said {
    let tokens = tokens(text);
    let lexemes = lexemes(&tokens, language);
    let any_word =
        lexemes.iter().any(|lexeme| !matches!(lexeme.lex, Lex::Sign(_) | Lex::Word(Connective::Comma)));
    let moves = lexemes.iter().any(|lexeme| lexeme.lex == Lex::Move);
    let mut grammar =
        Grammar { lexemes: &lexemes, language, layer, last_day: None, after_clock: false, moves };
    Said { items: grammar.items(), any_word }
}

struct Grammar<'a> {
    lexemes: &'a [Lexeme<'a>],
    language: Language,
    layer: Layer,
    /// The day read last: "the day after" is counted from it.
    last_day: Option<Day>,
    /// A clock time was said, and since then only words that join another to it.
    after_clock: bool,
    /// Some word says that an appointment is to be moved: then "from Monday to Wednesday" is no stretch.
    moves: bool,
}

impl Grammar<'_> {
    fn items(&mut self) -> Vec<Item> {
        let mut items: Vec<Item> = Vec::new();
        let mut at = 0;
        while at < self.lexemes.len() {
            if let Some(behind) = self.noise(at) {
                at = behind;
                continue;
            }
            if let Some((mut found, behind)) = self.item(at) {
                if let Some(Item::Day(day) | Item::DayLimit(_, day)) = found.last() {
                    self.last_day = Some(day.clone());
                }
                self.after_clock = matches!(found.last(), Some(Item::Time(Time::At { .. })));
                items.append(&mut found);
                at = behind.max(at + 1);
                continue;
            }
            if let Some((word, behind)) = self.connective(at) {
                let other_time = word == Connective::NoGood && self.is_about_another_time(at);
                let word = if other_time { Connective::Comma } else { word };
                items.push(Item::Word(word));
                at = behind;
                continue;
            }
            at += 1;
        }
        items
    }

    /// The longest item that begins here.
    fn item(&self, at: usize) -> Read<Vec<Item>> {
        let one = |read: Read<Item>| read.map(|(item, behind)| (vec![item], behind));
        let readings = [
            one(self.limited(at)),
            self.day_with_part(at),
            one(self.moment(at)),
            one(self.day(at).map(|(day, behind)| (Item::Day(day), behind))),
            one(self.time(at).map(|(time, behind)| (Item::Time(time), behind))),
            one(self.loose(at)),
            one(self.further_clock(at).map(|(time, behind)| (Item::Time(time), behind))),
        ];
        let mut longest: Read<Vec<Item>> = None;
        for reading in readings.into_iter().flatten() {
            // The earlier rule wins between equals.
            if longest.as_ref().is_none_or(|(_, behind)| reading.1 > *behind) {
                longest = Some(reading);
            }
        }
        longest
    }

    /// "tonight", "last night": a day and a part of it in one word.
    fn day_with_part(&self, at: usize) -> Read<Vec<Item>> {
        let late = self.lex(at) == Lex::Late || self.lex(at) == Lex::Early;
        let (word, shade) = match (late, self.lex(at)) {
            (true, Lex::Late) => (at + 1, Shade::Late),
            (true, _) => (at + 1, Shade::Early),
            _ => (at, Shade::Whole),
        };
        let today = Item::Day(Day::Relative { unit: super::tree::Unit::Day, count: 0 });
        // "this afternoon", "diesen Abend"
        if self.lex(at) == Lex::Which(Which::This)
            && let Some((time, behind)) = self.part(at + 1)
        {
            return Some((vec![today, Item::Time(time)], behind));
        }
        // "early Friday morning": the shade is the part's.
        let first_thing = self.lex(at) == Lex::Part(Part::Early) && !self.german();
        // "late this afternoon"
        if late
            && self.lex(word) == Lex::Which(Which::This)
            && let Some((Time::Part { part, .. }, behind)) = self.part(word + 1)
        {
            return Some((vec![today, Item::Time(Time::Part { part, shade })], behind));
        }
        let found = match (late, first_thing) {
            (true, _) => self.shaded_day(word, shade),
            (_, true) => self.shaded_day(at + 1, Shade::Early),
            _ => None,
        };
        if let Some((items, behind)) = found {
            return Some((items, behind));
        }
        let Lex::Evening { day } = self.lex(word) else { return None };
        let part = Item::Time(Time::Part { part: Part::Evening, shade });
        let day = Day::Relative { unit: super::tree::Unit::Day, count: i32::from(day) };
        Some((vec![Item::Day(day), part], word + 1))
    }

    fn shaded_day(&self, at: usize, shade: Shade) -> Read<Vec<Item>> {
        if !matches!(self.lex(at), Lex::Weekday(_) | Lex::Today(_) | Lex::Morgen) {
            return None;
        }
        let (day, behind) = self.day(at)?;
        match self.part(behind)? {
            (Time::Part { part, .. }, behind) => {
                Some((vec![Item::Day(day), Item::Time(Time::Part { part, shade })], behind))
            }
            _ => None,
        }
    }

    /// jetzt, egal wann, so bald wie möglich.
    fn loose(&self, at: usize) -> Read<Item> {
        match self.lex(at) {
            Lex::Now => Some((Item::Now, at + 1)),
            Lex::Anytime => Some((Item::Anytime { soon: false }, at + 1)),
            Lex::Soon => Some((Item::Anytime { soon: true }, at + 1)),
            _ => None,
        }
    }

    fn connective(&self, at: usize) -> Read<Connective> {
        match self.lex(at) {
            // "any morning but Thursday"
            Lex::Word(Connective::But)
                if at > 1
                    && matches!(self.text(at - 2), "any" | "every" | "each" | "all")
                    && self.text(at) == "but"
                    && self.day(at + 1).is_some() =>
            {
                Some((Connective::Not, at + 1))
            }
            Lex::Word(word) => Some((word, at + 1)),
            // "no Mondays" refuses a habit, "no, Monday" takes something back.
            Lex::No => {
                let refuses = self.text(at + 1).ends_with('s')
                    && matches!(self.lex(at + 1), Lex::Weekday(_) | Lex::Part(_) | Lex::Weekend);
                Some((if refuses { Connective::Not } else { Connective::Correction }, at + 1))
            }
            Lex::Sign('/') => Some((Connective::Or, at + 1)),
            // "von Montag auf Mittwoch verschieben": the second is wished.
            _ if self.text(at) == "auf" && self.last_day.is_some() && self.day(at + 1).is_some() => {
                Some((Connective::Correction, at + 1))
            }
            // "I can't do Monday so Tuesday", "nicht am Montag, also Dienstag": what follows stands by itself.
            _ if matches!((self.german(), self.text(at)), (false, "so") | (true, "also"))
                && self.day(at + 1).is_some() =>
            {
                Some((Connective::Comma, at + 1))
            }
            _ if matches!((self.german(), self.text(at)), (false, "closed") | (true, "geschlossen")) => {
                Some((Connective::NoGood, at + 1))
            }
            // "I've got a meeting on Monday": said before any day, it refuses the one that follows.
            Lex::Busy
                if !self.german()
                    && self.last_day.is_none()
                    && self.is_had(at)
                    && self.day(at + 1).is_some() =>
            {
                Some((Connective::NoGood, at + 1))
            }
            // "am ersten Mai habt ihr ja zu": closed, where the clause ends with it.
            _ if self.german() && self.text(at) == "zu" && self.ends_clause(at + 1) => {
                Some((Connective::NoGood, at + 1))
            }
            // "ich bin bis zum 20. im Urlaub": with the verb anywhere before it in the clause.
            Lex::Away if self.ends_clause(at + 1) && self.is_being(at) => Some((Connective::NoGood, at + 1)),
            // "Donnerstag hab ich Dienst", "I've got a meeting": but "nach dem Dienst" is a time.
            Lex::Busy if self.ends_clause(at + 1) && self.is_had(at) && !self.hangs_on_limit(at) => {
                Some((Connective::NoGood, at + 1))
            }
            Lex::To if self.moves => Some((Connective::Correction, at + 1)),
            // A full stop, question or exclamation mark behind a word parts like a comma.
            Lex::Sign('?' | '!') => Some((Connective::Comma, at + 1)),
            Lex::Sign('.') if !self.abbreviates(at) => Some((Connective::Comma, at + 1)),
            // "Montag kann ich am Nachmittag nicht": the negation at the end closes the clause.
            Lex::Can => {
                let behind = self.skip_fillers(at + 1);
                matches!(self.lex(behind), Lex::Word(Connective::Not) if self.ends_clause(behind + 1))
                    .then_some((Connective::NoGood, behind + 1))
            }
            _ => None,
        }
    }

    /// Whether the full stop at `at` belongs to an abbreviation ("Sa.", "Sept.").
    fn abbreviates(&self, at: usize) -> bool {
        at > 0
            && matches!(
                self.lex(at - 1),
                Lex::Weekday(_) | Lex::Month(_) | Lex::Unit(_) | Lex::Title | Lex::About
            )
            && self.text(at - 1).len() <= 5
    }

    /// "Freitag um zehn, danach muss ich weg": what is refused is not what was said.
    fn is_about_another_time(&self, at: usize) -> bool {
        (at.saturating_sub(4)..at).rev().take_while(|place| !matches!(self.lex(*place), Lex::Word(_))).any(
            |place| {
                matches!(
                    self.text(place),
                    "danach" | "nachher" | "hinterher" | "anschliessend" | "vorher" | "davor" | "afterwards"
                )
            },
        )
    }

    /// Whether "bin", "sind" stands before it in the same clause, at most ten words away.
    fn is_being(&self, at: usize) -> bool {
        (at.saturating_sub(10)..at)
            .rev()
            .take_while(|place| !matches!(self.lex(*place), Lex::Word(Connective::Comma | Connective::But)))
            .any(|place| matches!(self.text(place), "bin" | "sind" | "waere" | "sammer"))
    }

    /// Whether "hab ich", "I've got" stands before it, with at most two words between.
    fn is_had(&self, at: usize) -> bool {
        (at.saturating_sub(4)..at).any(|place| {
            matches!(
                self.text(place),
                "hab" | "habe" | "haben" | "have" | "ive" | "got" | "weve" | "theres" | "hamma" | "habn"
            )
        })
    }

    /// Whether a word like "nach" stands before it, with at most two small words between.
    fn hangs_on_limit(&self, at: usize) -> bool {
        (at.saturating_sub(3)..at).any(|place| {
            matches!(
                self.lex(place),
                Lex::After | Lex::Before | Lex::Until | Lex::From | Lex::Between | Lex::For
            )
        })
    }

    /// Whether nothing more is said in this clause.
    fn ends_clause(&self, at: usize) -> bool {
        matches!(
            self.lex(self.skip_fillers(at)),
            Lex::Sign('.' | '!' | '?')
                | Lex::Word(
                    Connective::Comma
                        | Connective::But
                        | Connective::And
                        | Connective::Or
                        | Connective::Correction
                )
        ) || self.skip_fillers(at) >= self.lexemes.len()
    }

    // What stands at a place.

    fn lex(&self, at: usize) -> Lex {
        self.lexemes.get(at).map_or(Lex::Unknown, |lexeme| lexeme.lex)
    }

    fn text(&self, at: usize) -> &str {
        self.lexemes.get(at).map_or("", |lexeme| lexeme.text)
    }

    fn german(&self) -> bool {
        self.language == Language::De
    }

    fn literal(&self) -> bool {
        self.layer == Layer::Literal
    }

    fn glued(&self, at: usize) -> bool {
        self.lexemes.get(at).is_some_and(|lexeme| lexeme.glued)
    }

    fn number(&self, at: usize) -> Option<u32> {
        self.lexemes.get(at)?.number()
    }

    /// How many digits were written, 0 for a number in words; `None` where there is no number.
    fn digits(&self, at: usize) -> Option<u8> {
        match self.lex(at) {
            Lex::Number { digits, .. } => Some(digits),
            _ => None,
        }
    }

    fn is_sign(&self, at: usize, sign: char) -> bool {
        self.lex(at) == Lex::Sign(sign)
    }

    /// The place behind `at` where `wanted` stands there, else `at`.
    fn skip(&self, at: usize, wanted: Lex) -> usize {
        if self.lex(at) == wanted { at + 1 } else { at }
    }

    /// Behind articles, "of" and "on": what may stand before any noun. At most four words.
    fn skip_small(&self, at: usize) -> usize {
        let mut at = at;
        for _ in 0..4 {
            match self.lex(at) {
                Lex::The | Lex::Of | Lex::On | Lex::FromOrOf => at += 1,
                _ => break,
            }
        }
        at
    }

    /// Behind words that mean nothing. At most six.
    fn skip_fillers(&self, at: usize) -> usize {
        let mut at = at;
        for _ in 0..6 {
            match self.lex(at) {
                Lex::Filler if at < self.lexemes.len() => at += 1,
                _ => break,
            }
        }
        at
    }

    /// "nächsten", "this coming": which one, with small words before it.
    fn which(&self, at: usize) -> Read<Which> {
        match self.lex(at) {
            Lex::Which(first) => match self.lex(at + 1) {
                // "this coming", "this past": the second says it.
                Lex::Which(second) if first == Which::This => Some((second, at + 2)),
                _ => Some((first, at + 1)),
            },
            _ => None,
        }
    }
}
