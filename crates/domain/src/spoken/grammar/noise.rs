//! What sounds like a time and is none: names, ages, prices, lengths of treatments, telephone numbers.

use super::Grammar;
use crate::spoken::{lexicon::Lex, tree::Unit};

impl Grammar<'_> {
    /// The place behind something that must not be read as a time.
    pub(super) fn noise(&self, at: usize) -> Option<usize> {
        self.name(at)
            .or_else(|| self.quarter_of_nothing(at))
            .or_else(|| self.counted_thing(at))
            .or_else(|| self.telephone(at))
            .or_else(|| self.plain_length(at))
    }

    /// "Frau März", "Herr Dr. Freitag": at most two titles, then one word.
    fn name(&self, at: usize) -> Option<usize> {
        if self.lex(at) != Lex::Title {
            return None;
        }
        let mut name = at + 1;
        for _ in 0..3 {
            if self.lex(name) == Lex::Title || (self.is_sign(name, '.') && self.glued(name)) {
                name += 1;
            }
        }
        // A number or a small word is no name: "Herr, am Montag".
        let is_name = matches!(
            self.lex(name),
            Lex::Unknown
                | Lex::Month(_)
                | Lex::Weekday(_)
                | Lex::Season(_)
                | Lex::Morgen
                | Lex::Early
                | Lex::Late
                | Lex::Shortly
                | Lex::Whole
                | Lex::Part(_)
                | Lex::Noon
                | Lex::Holiday(_)
                | Lex::Midday
                | Lex::Frueh
                | Lex::HalfPast
                | Lex::Filler
                | Lex::Thing
        );
        Some(if is_name { name + 1 } else { name })
    }

    /// "um viertel vor", and no hour: not a limit on what follows.
    fn quarter_of_nothing(&self, at: usize) -> Option<usize> {
        let quarter = matches!(self.lex(at), Lex::QuarterPast | Lex::Quarter)
            && matches!(self.lex(at + 1), Lex::Before | Lex::After | Lex::To);
        (quarter && self.clock(at, true).is_none()).then_some(at + 2)
    }

    /// "drei Jahre alt", "zwei Personen", "80 Euro", "50 %", "12,50 €".
    fn counted_thing(&self, at: usize) -> Option<usize> {
        if !matches!(self.lex(at), Lex::Number { .. } | Lex::Article | Lex::Few(_) | Lex::Ordinal(_)) {
            return None;
        }
        let thing = |at: usize| {
            matches!(self.lex(at), Lex::Measure)
                || matches!(self.lex(at), Lex::Sign('€' | '%' | '$' | '£' | '°'))
        };
        if thing(at + 1) {
            return Some(at + 2);
        }
        if matches!(self.lex(at), Lex::Ordinal(_)) {
            return (self.lex(at + 1) == Lex::Thing).then_some(at + 2);
        }
        // With a decimal part, or "3-4 Personen", "zwei oder drei Leute".
        if self.number(at).is_some()
            && matches!(self.lex(at + 1), Lex::Sign('.' | ',' | '-') | Lex::Word(_) | Lex::Until | Lex::To)
            && self.number(at + 2).is_some()
            && thing(at + 3)
        {
            return Some(at + 4);
        }
        None
    }

    /// Four or more single digits, or a long row of figures, are a number to dial.
    fn telephone(&self, at: usize) -> Option<usize> {
        let digits = self.digits(at)?;
        let leading_zero = self.lexemes.get(at).is_some_and(|lexeme| lexeme.leading_zero);
        let is_digit_word = |at: usize| matches!(self.lex(at), Lex::Number { value: 0..=9, digits: 0 });
        let mut behind = at;
        if is_digit_word(at) {
            while is_digit_word(behind) {
                behind += 1;
            }
            return (behind - at >= 4).then_some(behind);
        }
        let hours = matches!(self.lex(at + 1), Lex::Oclock | Lex::Unit(Unit::Hour) | Lex::Am | Lex::Pm);
        let starts = digits >= 5 || (leading_zero && digits >= 3 && !hours);
        if !starts {
            return None;
        }
        while matches!(self.lex(behind), Lex::Number { digits: 1.., .. } | Lex::Sign('/' | '-')) {
            behind += 1;
        }
        Some(behind)
    }

    /// A length that nothing ties to a day: "eine Stunde", "für 90 Minuten".
    fn plain_length(&self, at: usize) -> Option<usize> {
        if self.literal() {
            return None;
        }
        let start = if self.lex(at) == Lex::For { at + 1 } else { at };
        let (_, behind) = self.length(start)?;
        // What is tied ("a week on Friday", "zehn Minuten vor drei") is longer as an item.
        match self.item(at) {
            Some((_, item)) if item > behind => None,
            Some((_, item)) if item == behind && start == at => None,
            _ => Some(behind),
        }
    }
}
