//! Units of the calendar as such: "nächste Woche", "the next three weeks", "KW 39", seasons, weekends, holidays.

use super::{Grammar, Read};
use crate::spoken::{
    lexicon::Lex,
    tree::{Connective, Counted, Day, Length, Unit, Which},
};

impl Grammar<'_> {
    /// A unit of the calendar, or several.
    pub(super) fn cycle(&self, at: usize, depth: u8) -> Read<Day> {
        self.week_of(at, depth)
            .or_else(|| self.which_unit(at, depth))
            .or_else(|| self.calendar_week(at))
            .or_else(|| self.quarter(at))
            .or_else(|| self.rest_of(at))
    }

    /// "diese Woche", "the week after next", "nächste drei Wochen", "two upcoming days".
    fn which_unit(&self, at: usize, depth: u8) -> Read<Day> {
        if self.lex(at) == Lex::NewYear {
            return Some((Day::Relative { unit: Unit::Year, count: 1 }, at + 1));
        }
        if self.text(at) == "heuer" {
            return Some((Day::Relative { unit: Unit::Year, count: 0 }, at + 1));
        }
        if let Some((which, behind)) = self.which(at) {
            if let Some((unit, after)) = self.unit(behind) {
                if self.lex(after) == Lex::AfterNext {
                    return Some((Day::Relative { unit, count: 2 }, after + 1));
                }
                // "die nächsten Tage"
                if unit == Unit::Day && self.is_plural(behind) && which != Which::This {
                    let count = if which == Which::Last { -2 } else { 2 };
                    return Some((self.some_units(Unit::Day, count, which), after));
                }
                // "past hour", "letzte Minute": the hour of the clock that is full.
                if unit < Unit::Day && which == Which::Last && self.literal() {
                    return Some((Day::Following { unit, count: -1 }, after));
                }
                // As an expression "kommende Woche" is the one that is coming to pass.
                let coming_is_this = self.literal() && self.german() && which == Which::Coming;
                let which = if coming_is_this { Which::This } else { which };
                return (unit >= Unit::Day || self.literal())
                    .then_some((Day::Relative { unit, count: step(which) }, after));
            }
            if let Some(elliptic) = self.elliptic(which, behind) {
                return Some(elliptic);
            }
            let (count, after) = self.count(behind)?;
            let upcoming = self.text(at) == "upcoming" || self.text(behind.saturating_sub(1)) == "upcoming";
            let (unit, after) = self.unit(after)?;
            if upcoming {
                return Some((Day::Relative { unit, count }, after));
            }
            let count = if which == Which::Last { -count } else { count };
            return Some((self.some_units(unit, count, which), after));
        }
        // "two upcoming days"
        if let Some((count, behind)) = self.count(at)
            && let Some((which, after)) = self.which(behind)
            && let Some((unit, after)) = self.unit(after)
        {
            let count = if which == Which::Last { -count } else { count };
            return Some((Day::Relative { unit, count }, after));
        }
        // "vorletzte Woche"
        if self.lex(at) == Lex::OrdinalFromEnd(2)
            && let Some((unit, behind)) = self.unit(at + 1)
        {
            return Some((Day::Relative { unit, count: -2 }, behind));
        }
        let (unit, behind) = self.unit(at)?;
        if self.lex(behind) == Lex::BeforeLast {
            return Some((Day::Relative { unit, count: -2 }, behind + 1));
        }
        // As an expression "the week" is what is left of it.
        if self.literal()
            && unit == Unit::Week
            && at > 0
            && self.lex(at - 1) == Lex::The
            && behind >= self.lexemes.len()
        {
            return Some((Day::RestOf(Box::new(Day::Relative { unit, count: 0 })), behind));
        }
        // "the week after", "die Woche darauf": counted from the week said before, else from this one.
        let beside = match self.text(behind) {
            "drauf" | "danach" | "darauf" => true,
            "after" => self.lex(behind) == Lex::After && self.nested_day(behind + 1, depth + 1).is_none(),
            _ => false,
        };
        if unit == Unit::Week && beside {
            let count = match self.last_day {
                Some(Day::Relative { unit: Unit::Week, count }) => count + 1,
                _ => 1,
            };
            return Some((Day::Relative { unit, count }, behind + 1));
        }
        match self.lex(behind) {
            // "the week after next"
            Lex::AfterNext => Some((Day::Relative { unit, count: 2 }, behind + 1)),
            // "in der Woche nach Ostern", "the month before Christmas"
            Lex::After | Lex::Before if unit == Unit::Week => {
                let before = self.lex(behind) == Lex::Before;
                let (day, after) = self.nested_day(behind + 1, depth + 1)?;
                Some((Day::WeekBeside { before, of: Box::new(day) }, after))
            }
            // "the next week" has been read; "Woche" alone only where "die", "in der" or "im Laufe der" announce it.
            _ if unit >= Unit::Week && self.announced_unit(at) && !self.number_behind(behind) => {
                Some((Day::Relative { unit, count: 0 }, behind))
            }
            _ => None,
        }
    }

    /// "diese oder nächste Woche", "diesen oder nächsten Freitag"; "diese Woche nicht, lieber
    /// nächste": the noun stands with the other one.
    fn elliptic(&self, which: Which, behind: usize) -> Read<Day> {
        let of_noun = |noun: Lex| match noun {
            Lex::Unit(unit) if unit >= Unit::Week => Some(Day::Relative { unit, count: step(which) }),
            Lex::Weekday(weekday) => Some(Day::Weekday { weekday, which, more_weeks: 0 }),
            Lex::Weekend => Some(Day::Weekend { which }),
            _ => None,
        };
        if matches!(self.lex(behind), Lex::Word(Connective::Or | Connective::And)) {
            let (_, noun) = self.which(behind + 1)?;
            return Some((of_noun(self.lex(noun))?, behind));
        }
        let closed = behind >= self.lexemes.len()
            || matches!(self.lex(behind), Lex::Word(_) | Lex::Sign(_) | Lex::Part(_) | Lex::On);
        match self.last_day.as_ref()? {
            Day::Relative { unit, .. } if closed && *unit >= Unit::Week => {
                Some((of_noun(Lex::Unit(*unit))?, behind))
            }
            _ => None,
        }
    }

    fn number_behind(&self, at: usize) -> bool {
        self.number(at).is_some()
    }

    /// For callers so many units from now on; as an expression the units after the present one.
    fn some_units(&self, unit: Unit, count: i32, which: Which) -> Day {
        if self.literal() || count < 0 || which == Which::This {
            Day::Following { unit, count }
        } else {
            Day::Within(Length { count: if unit == Unit::Day && count == 2 { 3 } else { count }, unit })
        }
    }

    fn unit(&self, at: usize) -> Read<Unit> {
        match self.lex(at) {
            Lex::Unit(unit) if self.text(at) != "heuer" => Some((unit, at + 1)),
            Lex::Quarter => Some((Unit::Quarter, at + 1)),
            Lex::Ordinal(2) if self.text(at) == "second" => Some((Unit::Second, at + 1)),
            _ => None,
        }
    }

    fn is_plural(&self, at: usize) -> bool {
        matches!(self.text(at), "tage" | "tagen" | "days")
    }

    /// "in der Woche", "im Laufe der Woche", "im Monat".
    fn announced_unit(&self, at: usize) -> bool {
        let before = |back: usize| if at >= back { self.lex(at - back) } else { Lex::Unknown };
        match before(1) {
            Lex::The => matches!(
                before(2),
                Lex::In | Lex::Within | Lex::Of | Lex::Until | Lex::By | Lex::Before | Lex::Rest
            ),
            Lex::In | Lex::Within | Lex::Whole => true,
            _ => false,
        }
    }

    /// "the week of October 6th", "in der Woche vom 6. Oktober".
    fn week_of(&self, at: usize, depth: u8) -> Read<Day> {
        let (Unit::Week, behind) = self.unit(at)? else { return None };
        // "in der Woche ab dem 23.", "the week beginning the 23rd"
        let begins = matches!(self.text(behind), "ab" | "starting" | "beginning" | "commencing");
        let behind = if begins { behind + 1 } else { behind };
        if !begins && !matches!(self.lex(behind), Lex::Of | Lex::FromOrOf | Lex::In) {
            return None;
        }
        // With its preposition: "vom 21." and "of the 21st" announce a day of the month.
        let (day, after) = self.nested_day(behind, depth + 1)?;
        // "the week commencing Monday the 23rd": the date says which Monday.
        let (day, after) = match (day, self.nested_day(after, depth + 1)) {
            (Day::Weekday { .. }, Some((date @ Day::Date { day: Some(_), .. }, behind))) => (date, behind),
            (day, _) => (day, after),
        };
        // "in der Woche von Montag bis Freitag" is about its days.
        if self.german() && matches!(day, Day::Weekday { .. }) {
            return None;
        }
        // "week of next month" names no week.
        matches!(
            day,
            Day::Date { day: Some(_), .. }
                | Day::Holiday { .. }
                | Day::Weekday { .. }
                | Day::Relative { unit: Unit::Day, .. }
        )
        .then_some((Day::WeekOf(Box::new(day)), after))
    }

    /// "KW 39", "in der 39. Kalenderwoche", "week 39".
    fn calendar_week(&self, at: usize) -> Read<Day> {
        let (week, behind) = match self.lex(at) {
            Lex::CalendarWeek => (self.number(at + 1)?, at + 2),
            Lex::Unit(Unit::Week) if !self.is_plural(at) && self.text(at) != "weeks" => {
                let week = self.number(at + 1)?;
                let counts = matches!(self.lex(at + 2), Lex::Unit(_) | Lex::Measure | Lex::Oclock)
                    || self.is_sign(at + 2, ':');
                if counts {
                    return None;
                }
                (week, at + 2)
            }
            Lex::Ordinal(week) if self.lex(at + 1) == Lex::CalendarWeek => (week, at + 2),
            Lex::Ordinal(week) if week > 5 && self.lex(at + 1) == Lex::Unit(Unit::Week) => (week, at + 2),
            Lex::Number { value, .. } if self.german() && self.is_sign(at + 1, '.') => match self.lex(at + 2)
            {
                Lex::CalendarWeek => (value, at + 3),
                // A month has no sixth week: "die 48. Woche" is the year's.
                Lex::Unit(Unit::Week) if value > 5 => (value, at + 3),
                _ => return None,
            },
            Lex::Number { value, .. } if self.lex(at + 1) == Lex::CalendarWeek => (value, at + 2),
            // "KW 15 oder 16"
            Lex::Number { value, .. }
                if matches!(self.last_day, Some(Day::CalendarWeek { .. }))
                    && at > 0
                    && matches!(self.lex(at - 1), Lex::Word(Connective::Or | Connective::And))
                    && self.closed_behind_hour(at + 1) =>
            {
                (value, at + 1)
            }
            _ => return None,
        };
        let year = match (self.number(behind), self.digits(behind)) {
            (Some(year @ 1_900..=2_199), Some(4)) => Some(i32::try_from(year).ok()?),
            _ => None,
        };
        let behind = if year.is_some() { behind + 1 } else { behind };
        match u8::try_from(week) {
            Ok(week @ 1..=53) => Some((Day::CalendarWeek { week, year }, behind)),
            _ => Some((Day::Impossible, behind)),
        }
    }

    /// "Q3", "2018Q4", "18q4", "third quarter" (read with the ordinals).
    fn quarter(&self, at: usize) -> Read<Day> {
        if self.lex(at) == Lex::QuarterLetter && self.glued(at + 1) {
            let quarter =
                i32::try_from(self.number(at + 1)?).ok().filter(|quarter| (1..=4).contains(quarter))?;
            return Some(self.quarter_with_year(quarter, at + 2));
        }
        if self.lex(at + 1) == Lex::QuarterLetter && self.glued(at + 1) && self.glued(at + 2) {
            let year = i32::try_from(self.number(at)?).ok()?;
            let year = if self.digits(at) == Some(2) { 2_000 + year } else { year };
            let quarter =
                u8::try_from(self.number(at + 2)?).ok().filter(|quarter| (1..=4).contains(quarter))?;
            return Some((Day::Quarter { quarter, year: Some(year) }, at + 3));
        }
        None
    }

    pub(super) fn quarter_with_year(&self, quarter: i32, at: usize) -> (Day, usize) {
        let from = self.skip_small(at);
        let year = self.number(from).filter(|year| (1_900..=2_199).contains(year));
        let behind = if year.is_some() { from + 1 } else { at };
        let quarter = u8::try_from(quarter).unwrap_or(1);
        (Day::Quarter { quarter, year: year.and_then(|year| i32::try_from(year).ok()) }, behind)
    }

    /// "rest of the week", "der Rest der Woche", "all week".
    fn rest_of(&self, at: usize) -> Read<Day> {
        let rest = match self.lex(at) {
            Lex::Rest => true,
            Lex::Whole => false,
            _ => return None,
        };
        let mut from = self.skip_small(at + 1);
        let mut count = 0;
        if let Some((which, behind)) = self.which(from) {
            (count, from) = (step(which), behind);
        }
        let (unit, behind) = self.unit(from)?;
        if unit < Unit::Week {
            return None;
        }
        let whole = Day::Relative { unit, count };
        let rest = rest || (self.literal() && unit == Unit::Week && count == 0);
        Some((if rest { Day::RestOf(Box::new(whole)) } else { whole }, behind))
    }

    /// What has a name: holidays, seasons, weekends, the ides.
    pub(super) fn named(&self, at: usize) -> Read<Day> {
        let (which, start) = self.which(at).unwrap_or((Which::Bare, at));
        let start = self.skip(start, Lex::The);
        match self.lex(start) {
            Lex::Holiday(holiday) => {
                let mut behind = start + 1;
                let from = self.skip_small(self.skip(behind, Lex::In));
                let mut year = None;
                let mut after = None;
                let mut which = which;
                if let (Some(value @ 1_900..=2_199), Some(4)) = (self.number(from), self.digits(from)) {
                    (year, behind) = (i32::try_from(value).ok(), from + 1);
                } else if self.lex(behind) == Lex::In
                    && let Some((length, next)) = self.day_length(behind + 1)
                {
                    (after, behind) = (Some(length), next);
                } else if let Some((of_year, next)) = self.which(from)
                    && self.lex(next) == Lex::Unit(Unit::Year)
                {
                    // "Weihnachten nächstes Jahr"
                    (which, behind) =
                        (if of_year == Which::Next { Which::AfterNext } else { of_year }, next + 1);
                }
                let day = Day::Holiday { holiday, which, year, after };
                // "labor day weekend"
                if self.lex(behind) == Lex::Weekend {
                    return Some((Day::HolidayWeekend(Box::new(day)), behind + 1));
                }
                Some((day, behind))
            }
            Lex::Ides => match self.lex(self.skip(start + 1, Lex::Of)) {
                Lex::Month(month) => Some((Day::Ides { month }, self.skip(start + 1, Lex::Of) + 1)),
                _ => None,
            },
            Lex::Season(season) => {
                let from = start + 1;
                let year = self.number(from).filter(|year| (1_900..=2_199).contains(year));
                let behind = if year.is_some() { from + 1 } else { from };
                Some((
                    Day::Season { season, which, year: year.and_then(|year| i32::try_from(year).ok()) },
                    behind,
                ))
            }
            Lex::Weekend => {
                let behind = start + 1;
                match self.lex(behind) {
                    Lex::AfterNext => Some((Day::Weekend { which: Which::AfterNext }, behind + 1)),
                    // "am Wochenende nach Ostern", "the weekend before the 20th"
                    Lex::After | Lex::Before
                        if let Some((
                            day @ (Day::Holiday { .. } | Day::Date { day: Some(_), .. }),
                            after,
                        )) = self.nested_day(behind + 1, 2) =>
                    {
                        let count = if self.lex(behind) == Lex::After { 1 } else { -1 };
                        let saturday = Day::NthAfter { count, weekday: 5, after: Box::new(day) };
                        let within = Box::new(Day::WeekOf(Box::new(saturday)));
                        Some((Day::Nth { count: 1, counted: Counted::Weekend, within }, after))
                    }
                    _ => Some((Day::Weekend { which }, behind)),
                }
            }
            // "last week end of October"
            Lex::LocalDays => Some((Day::Unknowable, start + 1)),
            Lex::Workdays if which == Which::Bare => Some((Day::Workdays, start + 1)),
            _ => None,
        }
    }
}

/// How many units from the present one.
fn step(which: Which) -> i32 {
    match which {
        Which::Bare | Which::Every | Which::This => 0,
        Which::Coming | Which::Next => 1,
        Which::AfterNext => 2,
        Which::Last => -1,
    }
}
