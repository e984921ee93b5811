//! Dates: "15.2.", "am dritten Zwoten", "the third of March 2015", "10/31/74", "im August".

use super::{Grammar, Read};
use crate::spoken::{
    lexicon::Lex,
    tree::{Connective, Day, Unit, Which},
};

impl Grammar<'_> {
    /// A date that names a month, a day of the month, or a year.
    pub(super) fn date(&self, at: usize, announced: bool) -> Read<Day> {
        self.iso_date(at)
            .or_else(|| self.figures(at))
            .or_else(|| self.day_and_month(at))
            .or_else(|| self.month(at, announced))
            .or_else(|| self.day_of_month(at, announced))
            .or_else(|| self.year_alone(at, announced))
    }

    /// "2014-12-01", "2014/10", "2014-10".
    pub(super) fn iso_date(&self, at: usize) -> Read<Day> {
        if self.digits(at) != Some(4) {
            return None;
        }
        let sign = self.lex(at + 1);
        if !matches!(sign, Lex::Sign('-' | '/' | '.')) || !self.glued(at + 2) {
            return None;
        }
        let year = self.number(at)?;
        let month = self.number(at + 2).filter(|month| (1..=12).contains(month))?;
        match (self.lex(at + 3) == sign, self.number(at + 4)) {
            (true, Some(day)) => Some((date(Some(year), Some(month), Some(day)), at + 5)),
            _ => Some((date(Some(year), Some(month), None), at + 3)),
        }
    }

    /// "15.2.", "2/15", "10/31/74", "31-10-1974", "2/2013".
    fn figures(&self, at: usize) -> Read<Day> {
        let first = self.number(at).filter(|_| matches!(self.digits(at), Some(1 | 2)))?;
        let sign_at = at + 1;
        let sign = match self.lex(sign_at) {
            Lex::Sign(sign @ ('.' | '/' | '-')) => sign,
            _ => return None,
        };
        let second = self.number(at + 2)?;
        if sign == '/' && self.digits(at + 2) == Some(4) && (1..=12).contains(&first) {
            return Some((date(Some(second), Some(first), None), at + 3));
        }
        if !matches!(self.digits(at + 2), Some(1 | 2)) {
            return None;
        }
        let third_at = at + 4;
        let third = match (self.lex(at + 3) == Lex::Sign(sign), self.digits(third_at)) {
            (true, Some(2 | 4))
                if !self.is_sign(third_at + 1, ':') && self.lex(third_at + 1) != Lex::Oclock =>
            {
                self.number(third_at)
                    .filter(|year| self.digits(third_at) == Some(4) || self.glued(third_at) || *year > 24)
            }
            _ => None,
        };
        // A stretch "3-4" is no date; only three figures with hyphens are one.
        // unless American figures stand alone ("2 - 15").
        let alone = self.literal() && !self.german() && at == 0 && self.lexemes.len() == 3;
        if sign == '-' && third.is_none() && !alone {
            return None;
        }
        // "Friday 3.30" on the phone is British for half past three.
        let beside_day = at > 0 && matches!(self.lex(at - 1), Lex::Weekday(_) | Lex::Today(_));
        if sign == '.' && third.is_none() && !self.german() && !self.literal() && beside_day {
            return None;
        }
        // The order of German and of American figures; the other where only it can be meant.
        let month_first = !self.german();
        let (month, day) = if month_first { (first, second) } else { (second, first) };
        let (month, day) =
            // "23/03" is British where it cannot be American.
            if month > 12 && day <= 12 && (third.is_some() || (sign == '/' && month_first)) {
                (day, month)
            } else {
                (month, day)
            };
        let behind = if third.is_some() { third_at + 1 } else { at + 3 };
        // The dot behind "15.2." belongs to it.
        let behind =
            if sign == '.' && third.is_none() && self.is_sign(behind, '.') { behind + 1 } else { behind };
        if (1..=12).contains(&month) && (1..=31).contains(&day) {
            let year = third.map(|year| full_year(year, self.digits(third_at) == Some(2)));
            return Some((date(year, Some(month), Some(day)), behind));
        }
        // "31.13." and "32.5." look like dates and are none; "14.30" is a time of day.
        let surely_date = third.is_some() || (sign == '.' && self.is_sign(behind - 1, '.'));
        surely_date.then_some((Day::Impossible, behind))
    }

    /// A day of the month: "15.", "15th", "dritten", or a mere number.
    fn day_number(&self, at: usize) -> Option<(u32, usize, bool)> {
        match self.lex(at) {
            Lex::Ordinal(value) => Some((value, self.skip_ordinal_dot(at + 1), true)),
            Lex::Number { value, digits: 0..=2 } => {
                let dotted = self.german() && self.is_sign(at + 1, '.') && self.glued(at + 1);
                Some((value, if dotted { at + 2 } else { at + 1 }, dotted))
            }
            _ => None,
        }
    }

    fn skip_ordinal_dot(&self, at: usize) -> usize {
        if self.is_sign(at, '.') && self.glued(at) && matches!(self.lex(at + 1), Lex::Month(_)) {
            at + 1
        } else {
            at
        }
    }

    /// "15. Februar", "the 3rd of March 2015", "Feb 15", "march third", "dritten zwoten".
    fn day_and_month(&self, at: usize) -> Read<Day> {
        if let Lex::Month(month) = self.lex(at) {
            let mut next = self.skip_dot(at + 1);
            next = self.skip(next, Lex::The);
            // "Oct-31"
            if self.is_sign(next, '-') && self.glued(next) {
                next += 1;
            }
            let (day, behind, ordinal) = self.day_number(next)?;
            let clock = self.is_sign(behind, ':')
                || self.lex(behind) == Lex::Oclock
                || self.text(behind) == "h"
                || matches!(self.lex(behind), Lex::Am | Lex::Pm | Lex::Unit(_) | Lex::Measure);
            if clock || day == 0 || (!ordinal && day > 31) {
                return None;
            }
            let (year, behind) = self.year_behind(behind);
            return Some((date(year, Some(u32::from(month)), Some(day)), behind));
        }
        let (day, behind, ordinal) = self.day_number(at)?;
        let mut next = behind;
        for _ in 0..2 {
            if matches!(self.lex(next), Lex::Of | Lex::FromOrOf | Lex::In | Lex::The)
                || (matches!(self.lex(next), Lex::Sign('-' | '/')) && self.glued(next))
            {
                next += 1;
            }
        }
        if let Lex::Month(month) = self.lex(next) {
            let mut behind = self.skip_dot(next + 1);
            if matches!(self.lex(behind), Lex::Sign('-' | '/'))
                && self.number(behind + 1).is_some()
                && self.glued(behind + 1)
            {
                let two = self.digits(behind + 1) == Some(2);
                let year = self.number(behind + 1).map(|year| full_year(year, two));
                return Some((date(year, Some(u32::from(month)), Some(day)), behind + 2));
            }
            let (year, after) = self.year_behind(behind);
            behind = after;
            return Some((date(year, Some(u32::from(month)), Some(day)), behind));
        }
        // "the fifth of the second"
        if !self.german()
            && ordinal
            && (self.lex(behind), self.lex(behind + 1)) == (Lex::Of, Lex::The)
            && let Lex::Ordinal(month @ 1..=12) = self.lex(behind + 2)
            && !matches!(self.lex(behind + 3), Lex::Unit(_) | Lex::Weekday(_) | Lex::Thing)
        {
            return Some((date(None, Some(month), Some(day)), behind + 3));
        }
        // "am dritten zwoten": the month by its number, German only.
        if self.german() && ordinal {
            let (month, behind, second_ordinal) = self.day_number(behind)?;
            if second_ordinal && (1..=12).contains(&month) {
                let (year, behind) = self.year_behind(behind);
                return Some((date(year, Some(month), Some(day)), behind));
            }
            // "am dreizehnten dreizehnten"
            if second_ordinal && matches!(self.lex(behind - 1), Lex::Ordinal(_)) {
                return Some((Day::Impossible, behind));
            }
        }
        None
    }

    pub(super) fn skip_dot(&self, at: usize) -> usize {
        if self.is_sign(at, '.') && self.glued(at) { at + 1 } else { at }
    }

    /// A year behind a month: four digits, in words, or (where a date is expected anyway) two digits.
    fn year_behind(&self, at: usize) -> (Option<u32>, usize) {
        let mut from = at;
        if self.lex(from) == Lex::Word(Connective::Comma) {
            from += 1;
        }
        from = self.skip(self.skip(from, Lex::Of), Lex::In);
        let clock = |at: usize| {
            self.is_sign(at, ':')
                || self.lex(at) == Lex::Oclock
                || matches!(self.text(at), "h" | "a" | "p")
                || matches!(self.lex(at), Lex::Am | Lex::Pm | Lex::Unit(_) | Lex::Measure)
        };
        match (self.lex(from), self.lex(from + 1)) {
            (Lex::Number { value: 20, digits: 0 }, Lex::Number { value: rest @ 10..=99, digits: 0 }) => {
                (Some(2_000 + rest), from + 2)
            }
            (Lex::Number { value: value @ 1_900..=2_199, digits: 0 | 4 }, _) if !clock(from + 1) => {
                (Some(value), from + 1)
            }
            (Lex::Number { value, digits: 2 }, _) if self.literal() && from == at && !clock(from + 1) => {
                (Some(full_year(value, true)), from + 1)
            }
            _ => (None, at),
        }
    }

    /// "im August", "next March", "Oktober 2014", "2014 October".
    fn month(&self, at: usize, announced: bool) -> Read<Day> {
        let (which, at_month) = self.which(at).map_or((Which::Bare, at), |(which, behind)| (which, behind));
        let Lex::Month(month) = self.lex(at_month) else { return None };
        let behind = self.skip_dot(at_month + 1);
        let (year, behind) = match self.year_behind(behind) {
            // A mere two-digit number behind a month is its day, read elsewhere.
            (Some(year), after) if year >= 1_000 => (Some(year), after),
            _ => (None, behind),
        };
        // "middle of May", "late March": what stands there is a stretch of the calendar.
        let part_of = at > 0 && matches!(self.lex(at - 1), Lex::Edge(_) | Lex::Early | Lex::Late | Lex::Rest);
        let marked = announced || part_of || which != Which::Bare || year.is_some();
        if !self.literal() && !marked && self.month_needs_mark(at_month) {
            return None;
        }
        let (which, behind) = match self.lex(behind) {
            Lex::AfterNext => (Which::AfterNext, behind + 1),
            _ => (which, behind),
        };
        let year = year.and_then(|year| i32::try_from(year).ok());
        let date = Day::Date { year, month: Some(month), day: None, which };
        // "March in a year": the first one after so long.
        if self.lex(behind) == Lex::In
            && let Some((length, after)) = self.day_length(behind + 1)
        {
            return Some((Day::NextAfter { length, day: Box::new(date) }, after));
        }
        Some((date, behind))
    }

    /// English "may", "march" and the short forms that are also names.
    fn month_needs_mark(&self, at: usize) -> bool {
        let word = self.text(at);
        let alone = self.lexemes.len() == 1;
        !alone && (matches!(word, "may" | "march" | "mar") || (word.len() <= 3 && word != "mai"))
    }

    /// "am 15.", "the 24th", "am Zweiten", "Mittwoch 13.".
    fn day_of_month(&self, at: usize, announced: bool) -> Read<Day> {
        // "ab nächstem Ersten": which one is the next in any case.
        let (announced, at) = match self.which(at) {
            Some((_, behind)) if matches!(self.lex(behind), Lex::Ordinal(_)) => (true, behind),
            _ => (announced, at),
        };
        let (day, behind, ordinal) = self.day_number(at)?;
        // "erste Hilfe", "second visit": what is counted has a noun behind it.
        let counts = matches!(
            self.lex(behind),
            Lex::Unit(_)
                | Lex::Measure
                | Lex::Thing
                | Lex::Weekday(_)
                | Lex::Oclock
                | Lex::Length { .. }
                | Lex::Weekend
                | Lex::Quarter
                | Lex::Few(_)
        ) || self.is_sign(behind, ':')
            || self.text(behind) == "h"
            || (self.is_sign(behind, '.') && self.number(behind + 1).is_some())
            || matches!(self.lex(behind), Lex::Am | Lex::Pm)
            || self.is_sign(behind, '€')
            || self.is_sign(behind, '%');
        // "Monday the second" has its weekday in front.
        let weekday_before = at > 0 && matches!(self.lex(at - 1), Lex::Weekday(_) | Lex::The);
        let fits = if ordinal {
            announced || weekday_before || self.literal() || self.lexemes.len() <= behind
        } else {
            // "a table for four", "in 4": only "am", "the" and "vom" announce a mere number as a day.
            let before = if at > 0 { self.lex(at - 1) } else { Lex::Unknown };
            let word = self.text(at.max(1) - 1);
            announced && (matches!(before, Lex::On | Lex::The) || matches!(word, "vom" | "zum"))
        };
        if counts || !fits {
            return None;
        }
        if day == 0 || day > 31 {
            return ordinal.then_some((Day::Impossible, behind));
        }
        let day = u8::try_from(day).ok()?;
        Some((Day::Date { year: None, month: None, day: Some(day), which: Which::Bare }, behind))
    }

    /// "2014", "in 2014", "im Jahr 2014", "in 14 AD".
    fn year_alone(&self, at: usize, announced: bool) -> Read<Day> {
        let named = matches!(self.lex(at), Lex::Unit(Unit::Year));
        let from = if named { at + 1 } else { at };
        let value = self.number(from)?;
        let year = i32::try_from(value).ok()?;
        if let Lex::Era(sign) = self.lex(self.skip(from + 1, Lex::Sign('.'))) {
            let year = year.min(9_000) * i32::from(sign);
            let mut behind = from + 2;
            behind = self.skip(behind, Lex::Sign('.'));
            return Some((
                Day::Date { year: Some(year), month: None, day: None, which: Which::Bare },
                behind,
            ));
        }
        let plausible = (1_900..=2_199).contains(&value)
            && self.digits(from) == Some(4)
            && self.lex(from + 1) != Lex::Oclock;
        let fits = plausible && (named || announced || (self.literal() && self.lexemes.len() == 1));
        fits.then_some((Day::Date { year: Some(year), month: None, day: None, which: Which::Bare }, from + 1))
    }

    /// A mere number as a day of the month, where the other end of a stretch is a date.
    pub(super) fn bare_day(&self, at: usize) -> Read<Day> {
        let start = self.skip_small(at);
        let (day, behind, _) = self.day_number(start)?;
        // "am 2. Januar bis 12 Uhr"
        let hour = self.is_sign(behind, ':')
            || self.text(behind) == "h"
            || matches!(self.lex(behind), Lex::Oclock | Lex::Am | Lex::Pm | Lex::Unit(_) | Lex::Measure);
        if hour {
            return None;
        }
        let day = u8::try_from(day).ok().filter(|day| (1..=31).contains(day))?;
        Some((Day::Date { year: None, month: None, day: Some(day), which: Which::Bare }, behind))
    }
}

/// A date from figures; [`Day::Impossible`] where the month never has that day.
fn date(year: Option<u32>, month: Option<u32>, day: Option<u32>) -> Day {
    let month = month.and_then(|month| u8::try_from(month).ok());
    let day_number = day.map(|day| u8::try_from(day).unwrap_or(u8::MAX));
    if let (Some(month), Some(day)) = (month, day_number) {
        let longest = match month {
            2 => 29,
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        };
        if day == 0 || day > longest {
            return Day::Impossible;
        }
    }
    let year = year.and_then(|year| i32::try_from(year.min(9_000)).ok());
    Day::Date { year, month, day: day_number, which: Which::Bare }
}

/// "74" is 1974 and "15" is 2015: nobody books for 1915 or 2074.
fn full_year(year: u32, two_digits: bool) -> u32 {
    match year {
        year if !two_digits => year,
        year @ 0..=50 => 2_000 + year,
        year => 1_900 + year,
    }
}
