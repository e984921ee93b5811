//! Days so far from another: "in drei Wochen", "2 weeks ago", "a week on Friday", "in zwei, drei Tagen".

use super::{Grammar, Read, day::DEPTH_MAX};
use crate::spoken::{
    lexicon::Lex,
    tree::{Connective, Day, Length, Unit},
};

impl Grammar<'_> {
    /// "in drei Wochen", "vor 7 Tagen", "2 weeks ago", "a month after Christmas", "a week on Friday".
    pub(super) fn shifted(&self, at: usize, depth: u8) -> Read<Day> {
        let shift = |length: Length, sign: i32, from: Option<Day>| Day::Shift {
            length: Length { count: sign * length.count, unit: length.unit },
            from: from.map(Box::new),
        };
        match self.lex(at) {
            Lex::In if let Some(found) = self.shifted_by_two(at + 1) => Some(found),
            Lex::In => {
                // "in den nächsten Tagen" is a stretch, read as a cycle.
                let (length, behind) = self.day_length(at + 1)?;
                Some((shift(length, 1, None), self.skip(behind, Lex::Hence)))
            }
            Lex::Before if self.german() => {
                let (length, behind) = self.day_length(at + 1)?;
                Some((shift(length, -1, None), behind))
            }
            Lex::Within => {
                let start = self.skip_small(at + 1);
                let start = if self.which(start).is_some() { start + 1 } else { start };
                let (length, behind) = self.day_length(start)?;
                Some((Day::Within(length), behind))
            }
            _ => {
                let (length, behind) = self.day_length(at)?;
                match self.lex(behind) {
                    Lex::Ago => Some((shift(length, -1, None), behind + 1)),
                    Lex::Hence => Some((shift(length, 1, None), behind + 1)),
                    Lex::After | Lex::From => self.shift_from(length, 1, behind + 1, depth),
                    Lex::Before => self.shift_from(length, -1, behind + 1, depth),
                    // "a week on Friday", "two weeks today", "a week tomorrow"
                    Lex::On | Lex::Today(_) | Lex::Weekday(_) | Lex::The if !self.german() => {
                        let (anchor, after) = self.day_shift_anchor(self.skip(behind, Lex::On))?;
                        match (anchor, whole_weeks(length)) {
                            (Day::Weekday { weekday, which, more_weeks }, Some(weeks)) => {
                                Some((Day::Weekday { weekday, which, more_weeks: more_weeks + weeks }, after))
                            }
                            (anchor, _) => Some((shift(length, 1, Some(anchor)), after)),
                        }
                    }
                    _ => None,
                }
            }
        }
    }

    /// "in zwei, drei Tagen", "in ein bis zwei Wochen", "in a week or two": from the one to the other.
    fn shifted_by_two(&self, at: usize) -> Read<Day> {
        let at = if matches!(self.lex(at), Lex::About | Lex::Filler) { at + 1 } else { at };
        let joins = |at: usize| {
            matches!(
                self.lex(at),
                Lex::Until | Lex::To | Lex::Sign('-') | Lex::Word(Connective::Or | Connective::Comma)
            )
        };
        let day =
            |count: i32, unit: Unit| Box::new(Day::Shift { length: Length { count, unit }, from: None });
        let both = |first: i32, second: i32, unit: Unit, behind: usize| {
            (first < second && unit >= Unit::Day)
                .then(|| (Day::Range(day(first, unit), day(second, unit)), behind))
        };
        let (first, next) = self.count(at)?;
        if let Lex::Unit(unit) = self.lex(next) {
            // "a week or two"
            let (second, behind) = joins(next + 1).then(|| self.count(next + 2)).flatten()?;
            return both(first, second, unit, behind).filter(|_| self.closed_behind_hour(behind));
        }
        let (second, behind) = joins(next).then(|| self.count(next + 1)).flatten()?;
        match self.lex(behind) {
            Lex::Unit(unit) => both(first, second, unit, self.skip(behind + 1, Lex::Hence)),
            _ => None,
        }
    }

    fn shift_from(&self, length: Length, sign: i32, at: usize, depth: u8) -> Read<Day> {
        if self.lex(at) == Lex::Now {
            let length = Length { count: sign * length.count, unit: length.unit };
            return Some((Day::Shift { length, from: None }, at + 1));
        }
        let (day, behind) = self.nested_day(at, depth + 1)?;
        let length = Length { count: sign * length.count, unit: length.unit };
        Some((Day::Shift { length, from: Some(Box::new(day)) }, behind))
    }

    /// A day that a length can be counted from.
    pub(super) fn day_shift_anchor(&self, at: usize) -> Read<Day> {
        let at = self.skip(at, Lex::The);
        self.relative_day(at, DEPTH_MAX).or_else(|| self.weekday(at)).or_else(|| self.date(at, true))
    }
}

/// The weeks of a length that is whole weeks; German eight and fourteen days are one and two.
pub(super) fn whole_weeks(length: Length) -> Option<i32> {
    match length.unit {
        Unit::Week => Some(length.count),
        Unit::Day if length.count % 7 == 0 => Some(length.count / 7),
        _ => None,
    }
}
