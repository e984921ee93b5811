//! Days: counted from today, by weekday, by name, by their place in a month.

use super::{Grammar, Read, shift::whole_weeks};
use crate::spoken::{
    lexicon::{Lex, counted},
    tree::{Connective, Counted, Day, Edge, Length, Recurring, Unit, Which},
};

/// Days may stand inside days ("the week after the first Monday of March"); deeper than this nobody speaks.
pub(super) const DEPTH_MAX: u8 = 3;

impl Grammar<'_> {
    /// A day or a stretch of days.
    pub(super) fn day(&self, at: usize) -> Read<Day> {
        self.nested_day(at, 0)
    }

    /// A day inside another one.
    pub(super) fn nested_day(&self, at: usize, depth: u8) -> Read<Day> {
        if depth > DEPTH_MAX {
            return None;
        }
        let mut best: Read<Day> = None;
        let mut start = at;
        for _ in 0..4 {
            if let Some((day, behind)) = self.bare_or_announced(start, start > at, depth)
                && best.as_ref().is_none_or(|(_, longest)| behind > *longest)
            {
                best = Some((day, behind));
            }
            match self.lex(start) {
                // "in three weeks on Wednesday" is not "three weeks on Wednesday".
                Lex::In if self.day_length(start + 1).is_some() => break,
                Lex::In | Lex::On | Lex::The | Lex::Of | Lex::For | Lex::FromOrOf | Lex::Every => start += 1,
                // "zum Ersten", "zum 15."
                Lex::Filler if self.text(start) == "zum" => start += 1,
                // "at Christmas", but "at five" is never a day.
                Lex::At if self.number(start + 1).is_none() => start += 1,
                // "around next Tuesday", "so Mitte Mai"
                Lex::About if self.literal() || matches!(self.lex(start + 1), Lex::Edge(_)) => start += 1,
                _ => break,
            }
        }
        best
    }

    fn bare_or_announced(&self, at: usize, announced: bool, depth: u8) -> Read<Day> {
        let readings = [
            self.relative_day(at, depth),
            self.weekday(at),
            self.counted_weekday(at),
            self.shifted(at, depth),
            self.nth(at, depth),
            self.edge(at, depth),
            self.cycle(at, depth),
            self.named(at),
            self.closest(at, depth),
            self.date(at, announced),
        ];
        let mut longest: Read<Day> = None;
        for reading in readings.into_iter().flatten() {
            if longest.as_ref().is_none_or(|(_, behind)| reading.1 > *behind) {
                longest = Some(reading);
            }
        }
        longest
    }

    /// "heute in drei Wochen", "übermorgen", "the day after Christmas".
    pub(super) fn relative_day(&self, at: usize, depth: u8) -> Read<Day> {
        let today = |count: i32| Day::Relative { unit: Unit::Day, count };
        let day = match self.lex(at) {
            Lex::OneAfter => return Some((one_after(self.last_day.as_ref()?)?, at + 1)),
            Lex::Today(count) => today(i32::from(count)),
            Lex::Morgen if !self.morgen_is_morning(at) => today(1),
            Lex::DayAfter | Lex::DayBefore => {
                let count = if self.lex(at) == Lex::DayAfter { 1 } else { -1 };
                let length = Length { count, unit: Unit::Day };
                let (from, behind) = match self.nested_day(at + 1, depth + 1) {
                    Some((day, behind)) => (Some(day), behind),
                    // "tomorrow or the day after": counted from the day said before.
                    None => (Some(self.last_day.clone()?), at + 1),
                };
                return Some((Day::Shift { length, from: from.map(Box::new) }, behind));
            }
            _ => return None,
        };
        let mut next = at + 1;
        let mut sign = 1;
        if self.german() && self.lex(next) == Lex::Before {
            sign = -1; // "heute vor einer Woche"
        } else if self.lex(next) != Lex::In && self.text(next) != "ueber" {
            // "tomorrow week"
            if !self.german() && self.lex(next) == Lex::Unit(Unit::Week) {
                let length = Length { count: 1, unit: Unit::Week };
                return Some((Day::Shift { length, from: Some(Box::new(day)) }, next + 1));
            }
            return Some((day, next));
        }
        next += 1;
        match self.day_length(next) {
            Some((length, behind)) => {
                let length = Length { count: sign * length.count, unit: length.unit };
                Some((Day::Shift { length, from: Some(Box::new(day)) }, behind))
            }
            None => Some((day, at + 1)),
        }
    }

    /// A length of days or more. German "acht Tage" is a week and "vierzehn Tage"
    /// two: it counts the day on which it is said.
    pub(super) fn day_length(&self, at: usize) -> Read<Length> {
        let at = if matches!(self.lex(at), Lex::About | Lex::The | Lex::Filler) { at + 1 } else { at };
        let (length, behind) = self.length(at)?;
        if length.unit < Unit::Day {
            return None;
        }
        let length = match length {
            Length { count: 8, unit: Unit::Day } if self.german() && !self.literal() => {
                Length { count: 7, unit: Unit::Day }
            }
            length => length,
        };
        Some((length, behind))
    }

    /// "nächsten Freitag", "Freitag in acht Tagen", "friday after next", "Friday week".
    pub(super) fn weekday(&self, at: usize) -> Read<Day> {
        let before_last = self.lex(at) == Lex::OrdinalFromEnd(2);
        let (which, at_day) = match before_last {
            true => (Which::Last, at + 1),
            false => self.which(at).unwrap_or((Which::Bare, at)),
        };
        let Lex::Weekday(weekday) = self.lex(at_day) else { return None };
        let mut behind = self.skip_dot(at_day + 1);
        // "vorletzten Montag", "Monday before last"
        if before_last || self.lex(behind) == Lex::BeforeLast {
            let behind = self.skip(behind, Lex::BeforeLast);
            return Some((Day::Weekday { weekday, which: Which::Last, more_weeks: -1 }, behind));
        }
        let mut which = which;
        // "Friday this week" is read as two; "wednesday after next" is one.
        let after_next = self.lex(behind) == Lex::AfterNext
            || (self.german()
                && self.lex(behind) == Lex::Which(Which::AfterNext)
                && !self.names_unit(behind + 1));
        if after_next {
            which = Which::AfterNext;
            behind += 1;
        }
        // "am Dienstag nach Ostern", "the Monday before Christmas"
        if which == Which::Bare
            && matches!(self.lex(behind), Lex::After | Lex::Before)
            && let Some((day @ (Day::Holiday { .. } | Day::Date { day: Some(_), .. }), after)) =
                self.nested_day(behind + 1, DEPTH_MAX)
        {
            let count = if self.lex(behind) == Lex::After { 1 } else { -1 };
            return Some((Day::NthAfter { count, weekday, after: Box::new(day) }, after));
        }
        // "am Samstag danach", "the Saturday after that": counted from the day said before.
        if which == Which::Bare
            && let Some(after) = self.thereafter(behind)
            && let Some(day) = self.last_day.clone()
        {
            return Some((Day::NthAfter { count: 1, weekday, after: Box::new(day) }, after));
        }
        let mut more_weeks = 0;
        // "Montag in acht Tagen", "Montag über acht Tage"
        if (self.lex(behind) == Lex::In || self.text(behind) == "ueber")
            && let Some((length, after)) = self.day_length(behind + 1)
            && let Some(weeks) = whole_weeks(length)
        {
            (more_weeks, behind) = (weeks, after);
        } else if !self.german() && self.lex(behind) == Lex::Unit(Unit::Week) && self.text(behind) == "week" {
            (more_weeks, behind) = (1, behind + 1);
        } else if !self.german() && self.text(behind) == "fortnight" {
            (more_weeks, behind) = (2, behind + 1);
        }
        let habit = which == Which::Bare && more_weeks == 0 && {
            let word = self.text(at_day);
            ["tags", "wochs", "abends", "days"].iter().any(|ending| word.ends_with(ending))
        };
        let which = if habit { Which::Every } else { which };
        Some((Day::Weekday { weekday, which, more_weeks }, behind))
    }

    /// "danach", "drauf", "after that", and "after" where nothing more is said.
    fn thereafter(&self, at: usize) -> Option<usize> {
        match self.text(at) {
            "danach" | "darauf" | "drauf" | "darauffolgend" | "afterwards" | "thereafter" => Some(at + 1),
            "after" if self.lex(at) != Lex::After => None, // "after work"
            "after" if matches!(self.text(at + 1), "that" | "then" | "it") => Some(at + 2),
            "after" if self.ends_clause(at + 1) => Some(at + 1),
            _ => None,
        }
    }

    fn names_unit(&self, at: usize) -> bool {
        matches!(self.lex(at), Lex::Unit(_) | Lex::Weekend | Lex::Month(_))
    }

    /// "three Fridays from now", "2 sundays ago".
    fn counted_weekday(&self, at: usize) -> Read<Day> {
        let (count, behind) = self.count(at)?;
        // "two weekends ago": so many weeks back from the one of this week.
        if self.lex(behind) == Lex::Weekend {
            let sign = match self.lex(behind + 1) {
                Lex::Hence => 1,
                Lex::Ago => -1,
                _ => return None,
            };
            let length = Length { count: sign * count, unit: Unit::Week };
            let within = Box::new(Day::WeekOf(Box::new(Day::Shift { length, from: None })));
            return Some((Day::Nth { count: 1, counted: Counted::Weekend, within }, behind + 2));
        }
        let Lex::Weekday(weekday) = self.lex(behind) else { return None };
        match self.lex(behind + 1) {
            Lex::Hence => Some((Day::NthWeekdayFromNow { weekday, count }, behind + 2)),
            Lex::Ago => Some((Day::NthWeekdayFromNow { weekday, count: -count }, behind + 2)),
            _ => None,
        }
    }

    /// "am ersten Montag im April", "last day of February", "22nd of next month", "third Tuesday after Christmas".
    fn nth(&self, at: usize, depth: u8) -> Read<Day> {
        let (count, behind) = self.place(at)?;
        if let Some(counted) = counted(self.lex(behind)) {
            let behind = behind + 1;
            if let (Counted::Unit(Unit::Quarter), 1..=4) = (counted, count) {
                return Some(self.quarter_with_year(count, behind));
            }
            if self.lex(behind) == Lex::After
                && let Counted::Weekday(weekday) = counted
                && let Some((day, after)) = self.nested_day(behind + 1, depth + 1)
            {
                return Some((Day::NthAfter { count, weekday, after: Box::new(day) }, after));
            }
            if matches!(self.lex(behind), Lex::Of | Lex::In | Lex::The | Lex::FromOrOf) {
                let (within, after) =
                    self.nested_day(behind, depth + 1).or_else(|| self.this_unit(behind))?;
                // "letztes Jahr im Mai": no month has a year in it.
                let too_long = matches!(counted, Counted::Unit(unit) if unit >= Unit::Month)
                    && matches!(
                        within,
                        Day::Date { month: Some(_), .. }
                            | Day::Holiday { .. }
                            | Day::Season { .. }
                            | Day::Quarter { .. }
                    );
                if too_long {
                    return None;
                }
                return Some((Day::Nth { count, counted, within: Box::new(within) }, after));
            }
            // "erster Montag Oktober", "letzter Freitag nächsten Monat", but "letzten Montag" is a day gone by.
            let named = matches!(self.lex(behind), Lex::Month(_))
                || (self.which(behind).is_some()
                    && matches!(self.lex(behind + 1), Lex::Unit(Unit::Month | Unit::Year)));
            if named {
                let (within, after) = self.nested_day(behind, depth + 1)?;
                return Some((Day::Nth { count, counted, within: Box::new(within) }, after));
            }
            return None;
        }
        // "22nd of next month", "am 15. nächsten Monats"
        if count > 0 {
            let from = self.skip_small(self.skip(behind, Lex::In));
            if self.which(from).is_some()
                && self.lex(from + 1) == Lex::Unit(Unit::Month)
                && let Some((within, after)) = self.cycle(from, depth + 1)
            {
                return Some((
                    Day::Nth { count, counted: Counted::Unit(Unit::Day), within: Box::new(within) },
                    after,
                ));
            }
            if from > behind && self.lex(from) == Lex::Unit(Unit::Month) {
                let within = Box::new(Day::Relative { unit: Unit::Month, count: 0 });
                return Some((Day::Nth { count, counted: Counted::Unit(Unit::Day), within }, from + 1));
            }
        }
        None
    }

    /// "ersten" is 1, "letzten" -1, "fifth last" -5, "second to last" -2.
    fn place(&self, at: usize) -> Read<i32> {
        let last = |at: usize| self.lex(at) == Lex::Which(Which::Last);
        match self.lex(at) {
            _ if last(at) => Some((-1, at + 1)),
            Lex::OrdinalFromEnd(count) => Some((-i32::try_from(count).ok()?, at + 1)),
            Lex::Ordinal(value) => {
                let count = i32::try_from(value.min(400)).ok()?;
                if last(at + 1) {
                    return Some((-count, at + 2));
                }
                if matches!(self.lex(at + 1), Lex::To) && last(at + 2) {
                    return Some((-count, at + 3));
                }
                Some((count, at + 1))
            }
            Lex::Number { value, digits: 1..=3 }
                if self.german() && self.is_sign(at + 1, '.') && self.glued(at + 1) =>
            {
                Some((i32::try_from(value.min(400)).ok()?, at + 2))
            }
            _ => None,
        }
    }

    /// "im Monat", "of the month": the present one.
    fn this_unit(&self, at: usize) -> Read<Day> {
        let mut from = at;
        for _ in 0..3 {
            if matches!(self.lex(from), Lex::In | Lex::Of | Lex::The | Lex::FromOrOf) {
                from += 1;
            }
        }
        match self.lex(from) {
            Lex::Unit(unit) if unit >= Unit::Day => Some((Day::Relative { unit, count: 0 }, from + 1)),
            Lex::Quarter => Some((Day::Relative { unit: Unit::Quarter, count: 0 }, from + 1)),
            _ => None,
        }
    }

    /// "Anfang März", "Ende nächster Woche", "late January", "EOM", "Anfang bis Mitte Mai".
    fn edge(&self, at: usize, depth: u8) -> Read<Day> {
        if let Lex::EdgeOf(edge, unit) = self.lex(at) {
            if depth == 0 && self.end_of_named_day(at).is_some() {
                return None;
            }
            let of = Box::new(Day::Relative { unit, count: 0 });
            return Some((Day::Edge { edge, of }, at + 1));
        }
        let edge = self.edge_word(at)?;
        let joined = match self.lex(at + 1) {
            Lex::Until | Lex::To | Lex::Sign('-') | Lex::Sign('/') => {
                self.edge_word(at + 2).map(|second| (second, at + 3))
            }
            Lex::Word(Connective::Or) => self.edge_word(at + 2).map(|second| (second, at + 3)),
            _ => None,
        };
        let from = joined.map_or(at + 1, |(_, behind)| behind);
        // "mid-July"
        let from = if self.is_sign(from, '-') && self.glued(from) { from + 1 } else { from };
        let whole = self.this_unit(from).or_else(|| {
            let (day, behind) = self.nested_day(from, depth + 1)?;
            let is_stretch = matches!(
                day,
                Day::Relative { unit: Unit::Week | Unit::Month | Unit::Quarter | Unit::Year, .. }
                    | Day::Date { day: None, .. }
                    | Day::CalendarWeek { .. }
                    | Day::WeekOf(_)
                    | Day::Season { .. }
                    | Day::Weekend { .. }
            );
            // "Ende der Woche" before "in the end Monday".
            is_stretch.then_some((day, behind))
        });
        let (of, behind) = match whole {
            Some(found) => found,
            // "nächsten Monat, am liebsten am Anfang": of the stretch said before.
            None if matches!(self.lex(at), Lex::Edge(_)) => match self.last_day.clone()? {
                day @ (Day::Relative { unit: Unit::Week | Unit::Month | Unit::Year, .. }
                | Day::Date { day: None, .. }) => (day, from),
                _ => return None,
            },
            None => return None,
        };
        let first = Day::Edge { edge, of: Box::new(of.clone()) };
        match joined {
            Some((second, _)) => {
                let second = Day::Edge { edge: second, of: Box::new(of) };
                Some((Day::Range(Box::new(first), Box::new(second)), behind))
            }
            None => Some((first, behind)),
        }
    }

    fn edge_word(&self, at: usize) -> Option<Edge> {
        match self.lex(at) {
            Lex::Edge(edge) => Some(edge),
            Lex::Early => Some(Edge::Start),
            Lex::Late => Some(Edge::End),
            _ => None,
        }
    }

    /// "the second closest Monday to Feb 5th".
    fn closest(&self, at: usize, depth: u8) -> Read<Day> {
        let (count, at) = match self.lex(at) {
            Lex::Ordinal(count) => (i32::try_from(count.min(50)).ok()?, at + 1),
            _ => (1, at),
        };
        if self.lex(at) != Lex::Closest {
            return None;
        }
        let what = match self.lex(at + 1) {
            Lex::Weekday(weekday) => Recurring::Weekday(weekday),
            Lex::Holiday(holiday) => Recurring::Holiday(holiday),
            _ => return None,
        };
        if self.lex(at + 2) != Lex::To {
            return None;
        }
        let (to, behind) = self.nested_day(at + 3, depth + 1)?;
        Some((Day::Closest { count, what, to: Box::new(to) }, behind))
    }
}

/// "this Friday or the one after": the next of what was said.
fn one_after(day: &Day) -> Option<Day> {
    Some(match day {
        Day::Weekday { weekday, which, more_weeks } => {
            Day::Weekday { weekday: *weekday, which: *which, more_weeks: more_weeks + 1 }
        }
        Day::Relative { unit, count } => Day::Relative { unit: *unit, count: count + 1 },
        Day::CalendarWeek { .. } | Day::WeekOf(_) | Day::WeekBeside { .. } => {
            Day::WeekBeside { before: false, of: Box::new(day.clone()) }
        }
        Day::Weekend { which: Which::Next | Which::AfterNext } => return None,
        Day::Weekend { .. } => Day::Weekend { which: Which::AfterNext },
        Day::Date { day: Some(_), .. } | Day::Holiday { .. } => {
            Day::Shift { length: Length { count: 1, unit: Unit::Day }, from: Some(Box::new(day.clone())) }
        }
        _ => return None,
    })
}
