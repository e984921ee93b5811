//! Limits and stretches: "nach 17 Uhr", "bis Freitag", "zwischen zehn und zwölf", "July 13-15".

use super::{Grammar, Read};
use crate::spoken::{
    lexicon::Lex,
    tree::{Clock, Connective, Day, Edge, Fuzz, Item, Length, Limit, Time, Unit, Which},
};

impl Grammar<'_> {
    /// A stretch or a limit, of the day or of the calendar.
    pub(super) fn limited(&self, at: usize) -> Read<Item> {
        if let Some(found) = self.since_then(at) {
            return Some(found);
        }
        let stretch = self.stretch(at);
        let limit = self.limit(at);
        match (stretch, limit) {
            (Some(stretch), Some(limit)) if limit.1 > stretch.1 => Some(limit),
            (Some(stretch), _) => Some(stretch),
            (None, limit) => limit,
        }
    }

    // Stretches

    fn stretch(&self, at: usize) -> Read<Item> {
        let opened = matches!(self.lex(at), Lex::Between | Lex::From | Lex::FromOrOf)
            // "for 10 days from 18th Dec"
            || self.lex(at) == Lex::For;
        let mut start = at;
        for _ in 0..4 {
            match self.lex(start) {
                Lex::Between | Lex::From | Lex::FromOrOf | Lex::For | Lex::At | Lex::In | Lex::On => {
                    start += 1
                }
                Lex::Filler | Lex::About
                    if matches!(self.lex(start + 1), Lex::Between | Lex::From | Lex::FromOrOf) =>
                {
                    start += 1
                }
                Lex::About | Lex::Filler if opened => start += 1,
                _ => break,
            }
        }
        let between = (at..start).any(|place| self.lex(place) == Lex::Between);
        if let Some(found) = self.run(at).or_else(|| self.span(start, between)) {
            return Some(found);
        }
        let clocks = self.clock_stretch(start, between, opened || between);
        let days = self.day_stretch(start, between);
        match (clocks, days) {
            // "14 - 15.10." could be hours; a date that reads as far is meant.
            (Some(clocks), Some(days)) => Some(if days.1 >= clocks.1 { days } else { clocks }),
            (clocks, days) => clocks.or(days),
        }
    }

    /// The word between the two ends. "und" joins them only after "zwischen".
    fn joint(&self, at: usize, between: bool) -> Option<usize> {
        let behind = match self.lex(at) {
            Lex::To if self.moves => return None,
            Lex::Until | Lex::To | Lex::Sign('-') => at + 1,
            Lex::By => at + 1,
            Lex::Word(Connective::And) if between => at + 1,
            Lex::Word(Connective::Or) if between => at + 1,
            // "18:30h/19:00h"
            Lex::Sign('/') if self.literal() => at + 1,
            // "later than 9:30 but before 11:00"
            _ => return None,
        };
        // "bis spätestens", "bis gegen"
        let mut behind = behind;
        for _ in 0..2 {
            if matches!(self.lex(behind), Lex::AtLatest | Lex::About | Lex::Filler | Lex::At) {
                behind += 1;
            }
        }
        Some(behind)
    }

    fn clock_stretch(&self, at: usize, between: bool, opened: bool) -> Read<Item> {
        // "2014-10" is a month.
        if self.iso_date(at).is_some() {
            return None;
        }
        let (first, first_sure, next) = self.stretch_clock(at)?;
        let joint = self.joint(next, between)?;
        let (second, second_sure, behind) = self.stretch_clock(joint)?;
        let behind_clock = behind;
        // "3-4" alone may be anything; a word or a form must say that it is the time of day.
        let spoken_joint = matches!(self.lex(next), Lex::Until | Lex::To | Lex::Word(_) | Lex::By);
        if !(opened || first_sure || second_sure || spoken_joint || self.literal() || self.follows_day(at)) {
            return None;
        }
        // "13 to 15 July", "3. bis 5." are days.
        if self.is_sign(behind, '.')
            && self.glued(behind)
            && !second_sure
            && self.german()
            && !self.is_last_dot(behind)
        {
            return None;
        }
        // "2/15" is a date; only forms that are surely times are joined by a slash.
        if self.is_sign(next, '.') || (self.is_sign(next, '/') && !(first_sure && second_sure)) {
            return None;
        }
        if !opened
            && !first_sure
            && !second_sure
            && self.date(at, false).is_some_and(|(_, date)| date >= behind)
        {
            return None;
        }
        let fuzz = if self.lex(behind) == Lex::Roughly { Fuzz::Around } else { Fuzz::Exact };
        let behind = if fuzz == Fuzz::Around { behind + 1 } else { behind };
        let time = match (first, second) {
            (Some(from), Some(to)) if self.said_half(behind_clock) => {
                Time::Between { from: shared_half(from, to), to, fuzz }
            }
            (Some(from), Some(to)) => Time::Between { from, to, fuzz },
            _ => Time::Impossible,
        };
        Some((Item::Time(time), behind))
    }

    /// Whether "am" or "pm" stands before this place.
    fn said_half(&self, behind: usize) -> bool {
        let last = if self.is_sign(behind - 1, '.') { behind - 2 } else { behind - 1 };
        !self.german()
            && (matches!(self.lex(last), Lex::Am | Lex::Pm) || matches!(self.text(last), "a" | "p" | "m"))
    }

    fn is_last_dot(&self, at: usize) -> bool {
        at + 1 >= self.lexemes.len()
    }

    fn follows_day(&self, at: usize) -> bool {
        at > 0
            && matches!(
                self.lex(at - 1),
                Lex::Weekday(_) | Lex::Today(_) | Lex::Morgen | Lex::Part(_) | Lex::Frueh
            )
    }

    fn stretch_clock(&self, at: usize) -> Option<(Option<Clock>, bool, usize)> {
        let at = if matches!(self.lex(at), Lex::At | Lex::About) { at + 1 } else { at };
        // "between 9 and 10", where "9 and 10" must not read as 9:10.
        let ((clock, sure), behind) = self.clock(at, true)?;
        let behind = if self.is_sign(behind, '-') && self.lex(behind + 1) == Lex::Roughly {
            behind + 2
        } else {
            behind
        };
        Some((clock, sure, behind))
    }

    fn day_stretch(&self, at: usize, between: bool) -> Read<Item> {
        // "second to last day of May" counts from the end.
        if matches!(self.lex(at), Lex::Ordinal(_)) && self.lex(at + 2) == Lex::Which(Which::Last) {
            return None;
        }
        let first = self.nested_day(at, 1);
        // "13 to 15 July": the first end is a mere number.
        let bare = self.bare_day(at);
        let (first, joint) = [first, bare].into_iter().flatten().find_map(|(day, next)| {
            let next = self.skip_number_dot(next);
            // A slash between days is a date.
            let joint = self.joint(next, between).filter(|_| !self.is_sign(next, '/'))?;
            Some((day, joint))
        })?;
        let second = self.nested_day(joint, 1);
        let has_day_only = matches!(first, Day::Date { day: Some(_), month: None, .. });
        let (second, behind) = match (second, &first) {
            (Some((second, behind)), _) => (second, behind),
            // "July 13-15", "from August 27th - 29th", "from the 3rd to the 7th"
            (None, Day::Date { day: Some(_), .. }) => self.bare_day(joint)?,
            _ => return None,
        };
        let (first, second) = share_month(first, second);
        let is_calendar = |day: &Day| !matches!(day, Day::Shift { .. } | Day::Within(_));
        if !is_calendar(&first) || !is_calendar(&second) {
            return None;
        }
        // Two mere numbers without a month are a stretch of hours, unless something marks days.
        if has_day_only && matches!(second, Day::Date { month: None, .. }) && !self.marks_days(at, behind) {
            return None;
        }
        let behind = self.skip_number_dot(behind);
        if between && matches!((&first, &second), (Day::Holiday { .. }, Day::Holiday { .. })) {
            return Some((Item::Day(Day::Gap(Box::new(first), Box::new(second))), behind));
        }
        Some((Item::Day(Day::Range(Box::new(first), Box::new(second))), behind))
    }

    fn skip_number_dot(&self, at: usize) -> usize {
        // "13. - 15. Juli": the dot behind the first number.
        if self.is_sign(at, '.') && self.glued(at) && self.joint(at + 1, true).is_some() {
            at + 1
        } else {
            at
        }
    }

    fn marks_days(&self, from: usize, to: usize) -> bool {
        (from..to.min(from + 12)).any(|at| matches!(self.lex(at), Lex::Ordinal(_) | Lex::The))
            || (from > 0 && self.text(from - 1) == "vom")
            || (from..to).any(|at| self.german() && self.is_sign(at, '.'))
    }

    /// "for 10 days from 18th Dec", "from 18th Dec for 10 days", "16h for 30 mins".
    fn run(&self, at: usize) -> Read<Item> {
        if self.lex(at) == Lex::For {
            let (length, next) = self.length(at + 1)?;
            if !matches!(self.lex(next), Lex::From | Lex::After | Lex::FromOrOf) {
                return None;
            }
            return self.run_from(next + 1, Some(length));
        }
        let start = if matches!(self.lex(at), Lex::From | Lex::At) { at + 1 } else { at };
        if !self.literal() {
            return None;
        }
        self.run_from(start, None)
    }

    fn run_from(&self, at: usize, length: Option<Length>) -> Read<Item> {
        let length_behind = |at: usize| match length {
            Some(length) => Some((length, at)),
            None if self.lex(at) == Lex::For => self.length(at + 1),
            None => None,
        };
        let at = if self.lex(at) == Lex::From { at + 1 } else { at };
        if let Some(((Some(from), _), next)) = self.clock(at, true)
            && let Some((length, behind)) = length_behind(next)
            && length.unit < Unit::Day
        {
            return Some((Item::Time(Time::RunFrom { from, length }), behind));
        }
        let (from, next) = self.nested_day(at, 1)?;
        let (length, behind) = length_behind(next)?;
        (length.unit >= Unit::Day).then(|| (Item::Day(Day::RunFrom { from: Box::new(from), length }), behind))
    }

    /// "von Montag 18 Uhr bis Mittwoch 12 Uhr"
    fn span(&self, at: usize, between: bool) -> Read<Item> {
        let (from, next) = self.dated_clock(at)?;
        let (to, behind) = self.dated_clock(self.joint(next, between)?)?;
        Some((Item::Span { from, to }, behind))
    }

    fn dated_clock(&self, at: usize) -> Read<(Day, Clock)> {
        let (day, next) = self.nested_day(at, 1)?;
        match self.time(next)? {
            (Time::At { clock, fuzz: Fuzz::Exact }, behind) => Some(((day, clock), behind)),
            _ => None,
        }
    }

    // Limits

    fn limit(&self, at: usize) -> Read<Item> {
        // "Dienstag kann ich nicht vor vier": what is refused is the other side.
        let refused = matches!(self.lex(at), Lex::Word(Connective::NoGood | Connective::Not));
        let (mut limit, mut start) = match self.lex(at + 1) {
            Lex::Before if refused => (Some(Limit::From), at + 2),
            Lex::After if refused => (Some(Limit::Until), at + 2),
            _ => (None, at),
        };
        for _ in 0..6 {
            let here = match self.lex(start) {
                Lex::After => Some(Limit::After),
                Lex::From | Lex::AtEarliest => Some(Limit::From),
                Lex::Before => Some(Limit::Before),
                Lex::Until | Lex::AtLatest => Some(Limit::Until),
                Lex::By => Some(Limit::By),
                // "von Montag an", only with its second half
                Lex::FromOrOf if limit.is_none() && start == at => return self.onwards_stretch(at),
                Lex::Filler if limit.is_some() || self.is_limit_word(start + 1) => None,
                Lex::The | Lex::At | Lex::On if limit.is_some() => None,
                _ => break,
            };
            // "bis spätestens", "ab frühestens", "not before", "erst ab": the first of two says it,
            // but "by … before" would be two limits.
            limit = limit.or(here);
            start += 1;
        }
        let Some(limit) = limit else { return self.limit_behind(at) };
        // "sunday from last week" is the Sunday of it.
        if self.belongs_to_weekday(at) {
            return None;
        }
        let the = start > at && self.lex(start - 1) == Lex::The;
        let anchor_start = if the { start - 1 } else { start };
        let clock = if the { None } else { self.limit_clock(start) };
        // "bis zum 20.": the limit announces the day, whatever follows.
        let dotted = self.german()
            && self.number(start).is_some()
            && self.is_sign(start + 1, '.')
            && self.glued(start + 1);
        let ordinal = dotted || matches!(self.lex(start), Lex::Ordinal(_));
        let day =
            self.nested_day(anchor_start, 1).or_else(|| ordinal.then(|| self.date(start, true)).flatten());
        // "bis Ende der Woche" before "bis …"; a mere number after "ab" is an hour, after "ab dem" a day.
        let edge_today = self.end_of_day(start);
        match (day, clock) {
            _ if edge_today.is_some() => {
                let behind = edge_today?;
                // "by the end of the day tomorrow": all of it, which the limit includes anyway.
                if let Some((day, behind)) = self.nested_day(behind, 1) {
                    return Some((Item::DayLimit(limit, day), behind));
                }
                let today = Box::new(Day::Relative { unit: Unit::Day, count: 0 });
                Some((Item::DayLimit(limit, Day::Edge { edge: Edge::End, of: today }), behind))
            }
            (Some((day, behind)), clock) if clock.as_ref().is_none_or(|(_, other)| behind > *other) => {
                // "since Monday" began in the past.
                let day = match day {
                    Day::Weekday { weekday, which: Which::Bare | Which::Every, .. }
                        if matches!(self.text(at), "since" | "seit") =>
                    {
                        Day::Weekday { weekday, which: Which::Last, more_weeks: 0 }
                    }
                    day => day,
                };
                Some((Item::DayLimit(limit, day), self.skip_onwards(behind)))
            }
            // "nach so gegen fünf" is no more exact than "nach fünf".
            (_, Some(((clock, _), behind))) => {
                let behind = self.skip_onwards(behind);
                Some((Item::Time(Self::clock_limit(limit, clock)), behind))
            }
            _ => None,
        }
    }

    fn belongs_to_weekday(&self, at: usize) -> bool {
        self.text(at) == "from"
            && at > 0
            && matches!(self.lex(at - 1), Lex::Weekday(_))
            && self.which(at + 1).is_some_and(|(_, behind)| matches!(self.lex(behind), Lex::Unit(_)))
    }

    fn is_limit_word(&self, at: usize) -> bool {
        matches!(
            self.lex(at),
            Lex::After | Lex::From | Lex::Before | Lex::Until | Lex::By | Lex::AtEarliest | Lex::AtLatest
        )
    }

    /// "by EOD": the end of today.
    fn end_of_day(&self, at: usize) -> Option<usize> {
        let at = self.skip(at, Lex::The);
        matches!(self.lex(at), Lex::EdgeOf(Edge::End, Unit::Day)).then_some(at + 1)
    }

    /// "an" behind "ab Montag", "onwards" behind "from four".
    fn skip_onwards(&self, at: usize) -> usize {
        let behind = self.skip(at, Lex::Onwards);
        let is_last_an =
            self.text(behind) == "an" && self.time(behind + 1).is_none() && self.day(behind + 1).is_none();
        if is_last_an { behind + 1 } else { behind }
    }

    /// "von vier an", "vom Dritten an", "von fünf Uhr aufwärts".
    fn onwards_stretch(&self, at: usize) -> Read<Item> {
        let closes = |at: usize| (self.skip_onwards(at) > at).then(|| self.skip_onwards(at));
        if let Some(((clock, _), next)) = self.limit_clock(at + 1)
            && let Some(behind) = closes(next)
        {
            return Some((Item::Time(Self::clock_limit(Limit::From, clock)), behind));
        }
        let (day, next) = self.nested_day(at, 1)?;
        Some((Item::DayLimit(Limit::From, day), closes(next)?))
    }

    /// "danach jederzeit", "any time after that": from what was said before.
    fn since_then(&self, at: usize) -> Read<Item> {
        let day = || self.last_day.clone();
        let behind = match (self.lex(at), self.text(at)) {
            (Lex::After, _) if matches!(self.text(at + 1), "that" | "then") => at + 2,
            (_, "danach" | "afterwards" | "thereafter") => {
                let beside = |at: usize| {
                    self.lex(at) == Lex::Anytime
                        || matches!(self.lex(at), Lex::Every)
                        || matches!(self.text(at), "wieder" | "gern" | "gerne" | "ginge" | "gehts" | "geht")
                };
                if !(beside(at + 1) || (at > 0 && self.lex(at - 1) == Lex::Anytime)) {
                    return None;
                }
                at + 1
            }
            _ => return None,
        };
        Some((Item::DayLimit(Limit::After, day()?), behind))
    }

    /// "um elf spätestens", "Friday onwards", "X or later": the limit stands behind.
    fn limit_behind(&self, at: usize) -> Read<Item> {
        let mark = |at: usize| match self.lex(self.skip_fillers(at)) {
            Lex::Onwards | Lex::AtEarliest => Some((Limit::From, self.skip_fillers(at) + 1)),
            Lex::AtLatest => Some((Limit::Until, self.skip_fillers(at) + 1)),
            _ => None,
        };
        if let Some((Time::At { clock, .. }, next)) = self.time(at) {
            let (limit, behind) = mark(next)?;
            // "Thursday by eleven at the latest" has both; "latest" before another end belongs to that.
            return Some((Item::Time(Time::Limit { limit, clock }), behind));
        }
        if let Some(((Some(clock), _), next)) = self.clock(at, true)
            && let Some((limit, behind)) = mark(next)
        {
            return Some((Item::Time(Time::Limit { limit, clock }), behind));
        }
        let (day, next) = self.day(at)?;
        let (limit, behind) = mark(next)?;
        // "Freitag spätestens um elf": the limit is the clock's.
        let of_clock =
            self.limit_clock(behind).is_some() || matches!(self.limit(behind), Some((Item::Time(_), _)));
        if of_clock {
            return None;
        }
        Some((Item::DayLimit(limit, day), behind))
    }
}

/// In "3 to 4 pm" the word at the end holds for both; in "11 to 1 pm" it cannot.
fn shared_half(from: Clock, to: Clock) -> Clock {
    use crate::spoken::tree::Half;
    if from.half == Half::Fixed || to.half != Half::Fixed || from.hour > 12 {
        return from;
    }
    let moved = Clock { hour: from.hour % 12 + 12, ..from };
    if to.hour >= 12 && moved.seconds() < to.seconds() {
        Clock { half: Half::Fixed, ..moved }
    } else if from.seconds() < to.seconds() {
        Clock { half: Half::Fixed, ..from }
    } else {
        from
    }
}

/// "13 to 15 July", "July 13 to 15": one month for both.
fn share_month(first: Day, second: Day) -> (Day, Day) {
    match (first, second) {
        (
            Day::Date { year: None, month: None, day: Some(day), which },
            Day::Date { year, month: Some(month), day: Some(last), which: other },
        ) => (
            Day::Date { year, month: Some(month), day: Some(day), which },
            Day::Date { year, month: Some(month), day: Some(last), which: other },
        ),
        (
            Day::Date { year, month: Some(month), day: Some(day), which },
            Day::Date { year: None, month: None, day: Some(last), which: other },
        ) => (
            Day::Date { year, month: Some(month), day: Some(day), which },
            Day::Date { year, month: Some(month), day: Some(last), which: other },
        ),
        other => other,
    }
}
