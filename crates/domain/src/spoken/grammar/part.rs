//! Parts of the day: "am späten Nachmittag", "early evening", "in der Früh".

use super::{Grammar, Read};
use crate::spoken::{
    lexicon::Lex,
    tree::{Day, Edge, Part, Shade, Time, Unit},
};

impl Grammar<'_> {
    /// A part of the day: "am späten Nachmittag", "in the afternoon", "early evening".
    pub(super) fn part(&self, at: usize) -> Read<Time> {
        let mut start = at;
        let mut shade = Shade::Whole;
        let mut small_words = 0;
        for _ in 0..6 {
            match self.lex(start) {
                Lex::Early => shade = Shade::Early,
                Lex::Frueh if self.lex(start + 1) == Lex::On && self.plain_part(start + 2).is_some() => {
                    shade = Shade::Early;
                }
                Lex::Frueh if self.plain_part(start + 1).is_some() => {
                    // "früh morgens" says one thing twice.
                    if self.lex(start + 1) != Lex::Part(Part::Early) {
                        shade = Shade::Early;
                    }
                }
                Lex::Late => shade = Shade::Late,
                Lex::On | Lex::In | Lex::The | Lex::At | Lex::For | Lex::Of | Lex::Article | Lex::About => {
                    small_words += 1
                }
                Lex::Every => small_words += 1,
                _ => break,
            }
            start += 1;
        }
        if small_words > 3 {
            return None;
        }
        let (part, behind) = self.plain_part(start).or_else(|| self.morning_after_day(start))?;
        // "früh morgens" says one thing twice.
        let behind = if part == Part::Early && self.lex(behind) == Lex::Part(Part::Early) {
            behind + 1
        } else {
            behind
        };
        Some((Time::Part { part, shade }, behind))
    }

    pub(super) fn plain_part(&self, at: usize) -> Read<Part> {
        match self.lex(at) {
            Lex::Part(part) => Some((part, at + 1)),
            Lex::Midday => Some((Part::Midday, at + 1)),
            // German "Mittag" is the part of the day as well; English "noon" is not.
            Lex::Noon if self.german() => Some((Part::Midday, at + 1)),
            Lex::Frueh => Some((Part::Early, at + 1)),
            _ => None,
        }
    }

    /// "end of the day on Friday", "last thing on Thursday": late in the day that is named beside it.
    pub(super) fn end_of_named_day(&self, at: usize) -> Read<Time> {
        if self.literal() || self.lex(at) != Lex::EdgeOf(Edge::End, Unit::Day) {
            return None;
        }
        let beside =
            matches!(self.last_day, Some(Day::Weekday { .. } | Day::Date { .. } | Day::Relative { .. }))
                || self.day(at + 1).is_some();
        beside.then_some((Time::Part { part: Part::Afternoon, shade: Shade::Late }, at + 1))
    }

    /// German "morgen" is the morning right behind a day, else tomorrow.
    fn morning_after_day(&self, at: usize) -> Read<Part> {
        (self.lex(at) == Lex::Morgen && self.morgen_is_morning(at)).then_some((Part::Early, at + 1))
    }

    pub(super) fn morgen_is_morning(&self, at: usize) -> bool {
        let before = if at == 0 { Lex::Unknown } else { self.lex(at - 1) };
        matches!(
            before,
            Lex::Today(_)
                | Lex::Weekday(_)
                | Lex::Every
                | Lex::Holiday(_)
                | Lex::Early
                | Lex::Late
                | Lex::Which(_)
        ) || (self.lex(at) == Lex::Morgen && before == Lex::Morgen)
    }
}
