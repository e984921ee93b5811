//! Lengths of time: "zwei Wochen", "an hour and a half", "2.5 hours".

use super::{Grammar, Read};
use crate::spoken::{
    lexicon::Lex,
    tree::{Connective, Item, Length, Limit, Unit, Which},
};

impl Grammar<'_> {
    /// A length. The count is bounded, so that sums with it stay inside the calendar.
    pub(super) fn length(&self, at: usize) -> Read<Length> {
        let start = match self.lex(at) {
            // "einer halben Stunde", "a fortnight"
            Lex::Article if matches!(self.lex(at + 1), Lex::Length { .. }) => at + 1,
            _ => at,
        };
        if let Lex::Length { count, unit } = self.lex(start) {
            return Some((Length { count, unit }, start + 1));
        }
        if let Some(found) = self.fraction(at) {
            return Some(found);
        }
        let (count, behind) = self.count(at)?;
        let behind = self.skip(behind, Lex::Of);
        if let Lex::Length { count: each, unit } = self.lex(behind) {
            return Some((Length { count: each * count, unit }, behind + 1)); // "two fortnights"
        }
        let unit = self.unit_in_length(behind)?;
        let behind = behind + 1;
        // "two hours and a half", "2 hours and 30 minutes"
        if unit == Unit::Hour && self.lex(behind) == Lex::Word(Connective::And) {
            if self.lex(behind + 1) == Lex::Article && self.lex(behind + 2) == Lex::HalfPast {
                return Some((Length { count: count * 60 + 30, unit: Unit::Minute }, behind + 3));
            }
            if let Some((minutes @ 1..=59, after)) = self.count(behind + 1)
                && self.unit_in_length(after) == Some(Unit::Minute)
            {
                return Some((Length { count: count * 60 + minutes, unit: Unit::Minute }, after + 1));
            }
        }
        Some((Length { count, unit }, behind))
    }

    /// "2", "zwei", "eine", "ein paar", "a couple of".
    pub(super) fn count(&self, at: usize) -> Read<i32> {
        let bounded = |value: u32| i32::try_from(value.min(5_000)).unwrap_or(5_000);
        match self.lex(at) {
            Lex::Number { value, .. } => Some((bounded(value), at + 1)),
            Lex::Few(count) => Some((i32::from(count), at + 1)),
            // "in einer guten Stunde": what is a little more or less is that length.
            Lex::Article
                if matches!(
                    self.text(at + 1),
                    "guten" | "gute" | "knappen" | "knappe" | "good" | "solid"
                ) && matches!(self.lex(at + 2), Lex::Unit(_) | Lex::Length { .. }) =>
            {
                Some((1, at + 2))
            }
            Lex::Article => match self.lex(at + 1) {
                Lex::Few(count) => Some((i32::from(count), at + 2)),
                _ => Some((1, at + 1)),
            },
            _ => None,
        }
    }

    fn unit_in_length(&self, at: usize) -> Option<Unit> {
        match self.lex(at) {
            Lex::Unit(unit) => Some(unit),
            Lex::Quarter => Some(Unit::Quarter),
            // "in a second": here the ordinal is the unit.
            Lex::Ordinal(2) if self.text(at) == "second" => Some(Unit::Second),
            Lex::Sign('"') if self.glued(at) => Some(Unit::Second),
            Lex::Sign('\'') if self.glued(at) => Some(Unit::Minute),
            _ if self.text(at) == "h" => Some(Unit::Hour),
            _ if matches!(self.text(at), "s" | "d" | "w" | "m") && self.glued(at) => match self.text(at) {
                "s" => Some(Unit::Second),
                "d" => Some(Unit::Day),
                "w" => Some(Unit::Week),
                _ => Some(Unit::Minute),
            },
            _ => None,
        }
    }

    /// "2.5 hours", "1/2 h", "two and a half hours", "halben Stunde".
    fn fraction(&self, at: usize) -> Read<Length> {
        let halves = |halves: i32, unit: Unit| {
            Some(match unit {
                Unit::Hour => Length { count: halves * 30, unit: Unit::Minute },
                Unit::Minute => Length { count: halves * 30, unit: Unit::Second },
                Unit::Day => Length { count: halves * 12, unit: Unit::Hour },
                Unit::Year => Length { count: halves * 6, unit: Unit::Month },
                _ => return None,
            })
        };
        let whole = match self.count(at) {
            Some((count, behind)) if count <= 500 => (count, behind),
            _ => (0, at),
        };
        let (count, behind) = whole;
        // "2.5", "2,5"
        if (self.is_sign(behind, '.') || self.lex(behind) == Lex::Word(Connective::Comma))
            && self.glued(behind)
            && self.number(behind + 1) == Some(5)
            && self.glued(behind + 1)
        {
            return Some((halves(2 * count + 1, self.unit_in_length(behind + 2)?)?, behind + 3));
        }
        // "1/2 h"
        if count == 1 && self.is_sign(behind, '/') && self.number(behind + 1) == Some(2) {
            let unit_at = self.skip(self.skip(behind + 2, Lex::Article), Lex::Of);
            return Some((halves(1, self.unit_in_length(unit_at)?)?, unit_at + 1));
        }
        // "two and a half hours", "2 and an half hours"
        if self.lex(behind) == Lex::Word(Connective::And) {
            let half = self.skip(behind + 1, Lex::Article);
            if self.lex(half) == Lex::HalfPast {
                return Some((halves(2 * count + 1, self.unit_in_length(half + 1)?)?, half + 2));
            }
        }
        // "a half hour", "halbe Stunde"
        if self.lex(behind) == Lex::HalfPast && count <= 1 {
            let unit_at = self.skip(behind + 1, Lex::Article);
            return Some((halves(1, self.unit_in_length(unit_at)?)?, unit_at + 1));
        }
        None
    }

    /// A length of less than a day from now: "in einer halben Stunde", "20 minutes from now".
    pub(super) fn moment(&self, at: usize) -> Read<Item> {
        let small = |length: Length| length.unit <= Unit::Hour;
        match self.lex(at) {
            Lex::In | Lex::Within | Lex::After | Lex::Before => {
                let prefix = self.lex(at);
                let mut from = at + 1;
                for _ in 0..2 {
                    if matches!(self.lex(from), Lex::About | Lex::The | Lex::Filler | Lex::FromOrOf) {
                        from += 1;
                    }
                }
                // "in den nächsten zwei Stunden": a stretch from now on, to a caller.
                let coming = !self.literal()
                    && matches!(prefix, Lex::In | Lex::Within)
                    && matches!(self.lex(from), Lex::Which(Which::Next | Which::Coming));
                if coming {
                    let one = || match self.lex(from + 1) {
                        Lex::Unit(unit) => Some((Length { count: 1, unit }, from + 2)),
                        _ => None,
                    };
                    let (length, behind) = self.length(from + 1).or_else(one)?;
                    return small(length)
                        .then_some((Item::Moment { length, limit: Some(Limit::Until) }, behind));
                }
                let bare_minutes = self.literal_minutes(at, from);
                let (length, behind) = self.length(from).or(bare_minutes)?;
                // "in einer Stunde" is a time, "nach einer Stunde" is not one on the phone;
                // "vor zwei Stunden" is German for ago, English "before two hours" is nothing.
                let limit = match prefix {
                    Lex::In => None,
                    Lex::Within => Some(Limit::Until),
                    Lex::After if self.literal() => Some(Limit::After),
                    Lex::Before if self.german() => {
                        let ago = Length { count: -length.count, unit: length.unit };
                        return small(length).then_some((Item::Moment { length: ago, limit: None }, behind));
                    }
                    _ => return None,
                };
                // "after 5 days" is after that moment, "in 5 days" is a day.
                let fits =
                    small(length) || (limit == Some(Limit::After) && self.day_shift_anchor(behind).is_none());
                fits.then_some((Item::Moment { length, limit }, behind))
            }
            _ => {
                let (length, behind) = self.length(at)?;
                if !small(length) {
                    return None;
                }
                match self.lex(behind) {
                    Lex::Hence => Some((Item::Moment { length, limit: None }, behind + 1)),
                    Lex::Ago => {
                        let ago = Length { count: -length.count, unit: length.unit };
                        Some((Item::Moment { length: ago, limit: None }, behind + 1))
                    }
                    _ => None,
                }
            }
        }
    }

    /// "in 15": minutes, where nothing else follows and an expression of time is expected.
    fn literal_minutes(&self, at: usize, from: usize) -> Read<Length> {
        let alone = self.lex(at) == Lex::In && self.literal() && from + 1 >= self.lexemes.len();
        match self.number(from) {
            Some(value @ 0..=99) if alone => {
                Some((Length { count: i32::try_from(value).unwrap_or(0), unit: Unit::Minute }, from + 1))
            }
            _ => None,
        }
    }
}
