//! Times of day in figures or in numbers one by one: "14:30", "16h", "1430 Uhr", "nine thirty", and what decides their half of the day.

use super::{Grammar, Read, clock::Heard};
use crate::spoken::{
    lexicon::Lex,
    tree::{Clock, Connective, Half, Unit},
};

impl Grammar<'_> {
    /// Times in numbers: "3", "15 Uhr 30", "14:30", "16h", "1430 Uhr", "nine thirty".
    pub(super) fn counted_clock(&self, at: usize, expected: bool) -> Read<Heard> {
        let (value, digits) = match self.lex(at) {
            Lex::Number { value, digits } => (value, digits),
            Lex::ClockNumber(value) => (u32::from(value), 0),
            // "um achte" (dialect), but never "am achten".
            Lex::Ordinal(8) if expected && self.text(at) == "achte" => (8, 0),
            // "ein Uhr"; "um eine" is no time.
            Lex::Article if self.german() && self.lex(at + 1) == Lex::Oclock => (1, 0),
            _ => return None,
        };
        let next = at + 1;
        // What counts something is no hour.
        if matches!(self.lex(next), Lex::Measure | Lex::Unit(_) | Lex::Month(_) | Lex::Length { .. })
            || self.is_sign(next, '€')
            || self.is_sign(next, '%')
        {
            return None;
        }
        let leading_zero = self.lexemes.get(at).is_some_and(|lexeme| lexeme.leading_zero);
        if digits >= 3 {
            return self.military(at, value, digits, expected);
        }
        if let Some(read) = self.digital(at, value, leading_zero, expected) {
            return Some(read);
        }
        let half = if leading_zero || value == 0 || value > 12 { Half::Fixed } else { Half::Open };
        let hour = u8::try_from(value).ok()?;
        if self.lex(next) == Lex::Oclock {
            return Some(self.after_oclock(hour, half, next + 1));
        }
        if let Some(read) = self.hour_and_minute_words(at, hour, half, digits, expected) {
            return Some(read);
        }
        (value <= 24).then_some(((Some(Clock::hour(hour, half)), false), next))
    }

    /// "14 Uhr 30", "drei Uhr fünfzehn Minuten".
    fn after_oclock(&self, hour: u8, half: Half, at: usize) -> (Heard, usize) {
        if hour > 24 {
            return ((None, true), at);
        }
        let whole = ((Some(Clock::hour(hour, half)), true), at);
        let from = self.skip(at, Lex::Word(Connective::And));
        let Some(minute) = self.number(from) else { return whole };
        // "um 15 Uhr 2 Personen", "drei Uhr am 5.": the number belongs to what follows.
        let behind = self.skip(from + 1, Lex::Unit(Unit::Minute));
        let counts = matches!(self.lex(from + 1), Lex::Measure | Lex::Month(_) | Lex::Length { .. })
            || matches!(self.lex(from + 1), Lex::Unit(unit) if unit != Unit::Minute)
            || (self.is_sign(from + 1, '.') && self.number(from + 2).is_some());
        if counts || (from > at && behind == from + 1) {
            return whole;
        }
        match u8::try_from(minute) {
            Ok(minute @ 0..=59) => ((Some(Clock::minute(hour, minute, half)), true), behind),
            _ => ((None, true), behind),
        }
    }

    /// "815", "1430": hours and minutes without a sign between them.
    fn military(&self, at: usize, value: u32, digits: u8, expected: bool) -> Read<Heard> {
        let next = at + 1;
        let announced = expected
            || self.lex(next) == Lex::Oclock
            || self.am_pm(next, Clock::hour(1, Half::Open)).0.is_some()
            || (self.literal() && at > 0 && matches!(self.lex(at - 1), Lex::Evening { .. } | Lex::Today(_)));
        let (hour, minute) = (value / 100, value % 100);
        if digits > 4 || !announced {
            return None;
        }
        if hour > 24 || minute > 59 {
            return Some(((None, true), next));
        }
        let half = if digits == 4 && !(10..=12).contains(&hour) { Half::Fixed } else { Half::Open };
        Some(((Some(Clock::minute(u8::try_from(hour).ok()?, u8::try_from(minute).ok()?, half)), true), next))
    }

    /// "1500 hours", "fifteen hundred hours", "oh eight hundred".
    pub(super) fn military_words(&self, at: usize, expected: bool) -> Read<Heard> {
        if self.german() {
            return None;
        }
        let hours = |at: usize| self.lex(at) == Lex::Unit(Unit::Hour);
        if let Lex::Number { value, digits: 4 } = self.lex(at)
            && hours(at + 1)
        {
            let (heard, behind) = self.military(at, value, 4, true)?;
            return Some((heard, behind + 1));
        }
        let zero = matches!(self.text(at), "oh" | "o" | "zero");
        let from = if zero { at + 1 } else { at };
        let (Some(hour @ 0..=24), Lex::Number { value: 100, digits: 0 }) =
            (self.number(from), self.lex(from + 1))
        else {
            return None;
        };
        let named = hours(from + 2);
        let behind = if named { from + 3 } else { from + 2 };
        let clock = Clock::minute(u8::try_from(hour).ok()?, 0, Half::Fixed);
        (zero || named || expected).then_some(((Some(clock), true), behind))
    }

    /// "14:30", "14.30", "16h30", "15h", "9:01:10".
    fn digital(&self, at: usize, value: u32, leading_zero: bool, expected: bool) -> Read<Heard> {
        let next = at + 1;
        let hour = u8::try_from(value).ok()?;
        let half = if leading_zero || value == 0 || value > 12 { Half::Fixed } else { Half::Digital };
        if self.text(next) == "h" && (self.glued(next) || self.german() || expected) {
            if hour > 24 {
                return Some(((None, true), next + 1));
            }
            return match self.number(next + 1).filter(|_| self.glued(next + 1)) {
                Some(minute @ 0..=59) => {
                    Some(((Some(Clock::minute(hour, u8::try_from(minute).ok()?, half)), true), next + 2))
                }
                // English speakers write "16h" for 16:00; German "16h" is "16 Uhr".
                _ if !self.german() => Some(((Some(Clock::minute(hour, 0, half)), true), next + 1)),
                _ => Some(((Some(Clock::hour(hour, half)), true), next + 1)),
            };
        }
        let dotted = self.is_sign(next, '.') && self.glued(next) && self.glued(next + 1);
        if !(self.is_sign(next, ':') || dotted) {
            return None;
        }
        let minute = self.number(next + 1)?;
        let two_digits = matches!(self.digits(next + 1), Some(2 | 0));
        if dotted {
            // "14.30" is a time where it cannot be a date or a word says so; "15.2." never is.
            let oclock = self.lex(next + 2) == Lex::Oclock
                || self.text(next + 2) == "h"
                || self.am_pm(next + 2, Clock::hour(1, Half::Open)).0.is_some();
            let date_like = (1..=12).contains(&minute) && (1..=31).contains(&value);
            let closed_by_dot = self.is_sign(next + 2, '.') && self.glued(next + 2);
            let ends_as_date = closed_by_dot && date_like && (self.number(next + 3).is_some() || !expected);
            if !two_digits || ends_as_date || !(oclock || expected || !date_like) || (!oclock && value > 24) {
                return None;
            }
        }
        if hour > 24 || minute > 59 || (hour == 24 && minute > 0) {
            return two_digits.then_some(((None, true), next + 2));
        }
        let minute = u8::try_from(minute).ok()?;
        if self.is_sign(next + 2, ':')
            && let Some(second @ 0..=59) = self.number(next + 3)
        {
            let second = u8::try_from(second).ok()?;
            let clock = Clock { second, grain: Unit::Second, ..Clock::minute(hour, minute, half) };
            return Some(((Some(clock), true), next + 4));
        }
        Some(((Some(Clock::minute(hour, minute, half)), true), next + 2))
    }

    /// "nine thirty", "twelve oh three", "vierzehn dreißig", "10 30".
    fn hour_and_minute_words(
        &self,
        at: usize,
        hour: u8,
        half: Half,
        digits: u8,
        expected: bool,
    ) -> Read<Heard> {
        if hour > 24 {
            return None;
        }
        let next = if self.is_sign(at + 1, '-') && self.glued(at + 1) { at + 2 } else { at + 1 };
        // "twelve oh three"
        if matches!(self.text(next), "oh" | "o" | "zero" | "null") {
            let from = self.skip(next + 1, Lex::Sign('-'));
            if let Some(minute @ 1..=9) = self.number(from) {
                return Some(((Some(Clock::minute(hour, u8::try_from(minute).ok()?, half)), true), from + 1));
            }
        }
        let minute =
            self.number(next).filter(|minute| (10..=59).contains(minute) || (*minute == 0 && expected))?;
        let same_kind = (digits == 0) == (self.digits(next) == Some(0));
        let counts = matches!(self.lex(next + 1), Lex::Measure | Lex::Unit(_) | Lex::Month(_))
            || (self.is_sign(next + 1, '.') && self.number(next + 2).is_some())
            || self.is_sign(next + 1, ':');
        // A hyphen between digits parts two hours ("10-11"), between words it joins.
        // "Montag 10 30": recognition writes the figures apart.
        let after_day = at > 0
            && matches!(self.lex(at - 1), Lex::Weekday(_) | Lex::Today(_) | Lex::Morgen)
            && self.digits(next) == Some(2);
        if !same_kind || counts || (next > at + 1 && digits > 0) || (!expected && !after_day && digits > 0) {
            return None;
        }
        // Round minutes are what is said without "Uhr"; others only where a time is expected.
        (expected || minute.is_multiple_of(5) || !self.german())
            .then_some(((Some(Clock::minute(hour, u8::try_from(minute).ok()?, half)), true), next + 1))
    }

    /// "pm", "p.m.", "a", "in the am": decides the half of the day.
    pub(super) fn am_pm(&self, at: usize, clock: Clock) -> (Option<Clock>, usize) {
        if self.german() {
            return (None, at);
        }
        let start = match (self.lex(at), self.lex(at + 1), self.lex(at + 2)) {
            (Lex::In, Lex::The, Lex::Am | Lex::Pm) => at + 2,
            (Lex::In, Lex::Am | Lex::Pm, _) => at + 1,
            _ => at,
        };
        let dot = |at: usize| self.skip(at, Lex::Sign('.'));
        let (pm, behind) = match (self.lex(start), self.text(start)) {
            (Lex::Am, _) => (false, start + 1),
            (Lex::Pm, _) => (true, start + 1),
            (_, word @ ("a" | "p")) => {
                let pm = word == "p";
                let m_at = dot(start + 1);
                if self.text(m_at) == "m" {
                    (pm, m_at + 1)
                } else if self.glued(start) {
                    (pm, start + 1)
                } else {
                    return (None, at);
                }
            }
            _ => return (None, at),
        };
        // The dot of "p.m." unless it also ends the sentence before another one.
        let behind = if self.is_sign(behind, '.') && self.is_sign(behind.saturating_sub(2), '.') {
            behind + 1
        } else {
            behind
        };
        let hour = match (clock.hour, pm) {
            (12, false) => 0,
            (hour @ 0..=11, true) => hour + 12,
            (hour, _) => hour,
        };
        (Some(Clock { hour, half: Half::Fixed, ..clock }), behind)
    }

    pub(super) fn zone(&self, at: usize, clock: Clock) -> (Clock, usize) {
        match self.lex(at) {
            Lex::Zone(offset) => (Clock { offset: Some(offset), ..clock }, at + 1),
            _ => (clock, at),
        }
    }
}
