//! Times of day: "um halb drei", "viertel vor neun", "14 Uhr 30", "half past three".

use super::{Grammar, Read};
use crate::spoken::{
    lexicon::Lex,
    tree::{Clock, Connective, Day, Edge, Fuzz, Half, Limit, Part, Shade, Time, Unit, Which},
};

/// A clock time and whether its form alone says that it is one ("drei Uhr"), or
/// only its surroundings can ("drei").
type Heard = (Option<Clock>, bool);

impl Grammar<'_> {
    /// A clock time or a part of the day, with what surrounds it.
    pub(super) fn time(&self, at: usize) -> Read<Time> {
        self.clock_with_fuzz(at).or_else(|| self.part(at)).or_else(|| self.end_of_named_day(at))
    }

    fn clock_with_fuzz(&self, at: usize) -> Read<Time> {
        let mut fuzz = Fuzz::Exact;
        let mut expected = false;
        let mut start = at;
        for _ in 0..6 {
            match self.lex(start) {
                Lex::At => expected = true,
                Lex::For if self.literal() => expected = true,
                Lex::On | Lex::The if expected => {}
                Lex::Sign('@') => expected = true,
                Lex::About => {
                    fuzz = Fuzz::Around;
                    expected = true;
                }
                Lex::Filler if expected || self.opens_time(start + 1) => {}
                Lex::Shortly if matches!(self.lex(start + 1), Lex::Before | Lex::After) => {
                    fuzz =
                        if self.lex(start + 1) == Lex::Before { Fuzz::JustBefore } else { Fuzz::JustAfter };
                    expected = true;
                    start += 1;
                }
                _ => break,
            }
            start += 1;
        }
        // German "Mittag" is the part of the day unless "um" or a limit announces the hour.
        if self.german() && self.lex(start) == Lex::Noon && !expected {
            return None;
        }
        let ((clock, sure), behind) = self.clock(start, expected)?;
        // "um den 20." is about a day; the article makes the difference.
        let rough = (self.lex(behind) == Lex::Roughly && self.glued(behind))
            || (self.is_sign(behind, '-') && self.lex(behind + 1) == Lex::Roughly);
        if !sure && !expected && !rough && !self.bare_hour_fits(at, behind) {
            return None;
        }
        let Some(clock) = clock else { return Some((Time::Impossible, behind)) };
        let mut behind = behind;
        if self.is_sign(behind, '-') && self.lex(behind + 1) == Lex::Roughly {
            behind += 1;
        }
        if self.lex(behind) == Lex::Roughly {
            fuzz = Fuzz::Around;
            behind += 1;
            let (half, after) = self.am_pm(behind, clock);
            if let Some(clock) = half {
                return Some((Time::At { clock, fuzz }, after));
            }
        } else if self.lex(behind) == Lex::Word(Connective::Or)
            && self.text(behind + 1) == "so"
            && (self.ends_clause(behind + 2) || self.lex(behind + 2) == Lex::On)
        {
            // "um drei oder so"
            fuzz = Fuzz::Around;
            behind += 2;
        } else if self.lex(behind) == Lex::About && self.clock(behind + 1, true).is_none() {
            fuzz = Fuzz::Around;
            behind += 1;
        }
        Some((Time::At { clock, fuzz }, behind))
    }

    fn opens_time(&self, at: usize) -> bool {
        matches!(self.lex(at), Lex::At | Lex::About)
            || (self.lex(at) == Lex::Shortly && matches!(self.lex(at + 1), Lex::Before | Lex::After))
    }

    /// Whether a mere number may be an hour here: right behind or before a day or a
    /// part of the day ("tomorrow nine", "8 this evening") and with nothing after it
    /// that it could count.
    fn bare_hour_fits(&self, at: usize, behind: usize) -> bool {
        let is_day = |at: usize| {
            matches!(
                self.lex(at),
                Lex::Today(_)
                    | Lex::Morgen
                    | Lex::Weekday(_)
                    | Lex::Part(_)
                    | Lex::Frueh
                    | Lex::Evening { .. }
            )
        };
        let after_day = at > 0
            && (is_day(at - 1)
                || (self.lex(at - 1) == Lex::Word(Connective::Comma) && at > 1 && is_day(at - 2)));
        let before_day = is_day(behind)
            || (self.lex(behind) == Lex::Which(Which::This) && self.part(behind + 1).is_some())
            || (self.part(behind).is_some() && matches!(self.lex(behind), Lex::In | Lex::On));
        // "four or half past four on Tuesday"
        let before_clock = matches!(self.lex(behind), Lex::Word(Connective::Or | Connective::Comma))
            && self.clock(behind + 1, false).is_some_and(|((_, sure), _)| sure);
        if before_clock {
            return true;
        }
        let closed = self.closed_behind_hour(behind) || is_day(behind);
        (after_day && closed) || before_day
    }

    pub(super) fn closed_behind_hour(&self, behind: usize) -> bool {
        behind >= self.lexemes.len()
            || matches!(
                self.lex(behind),
                Lex::Word(_)
                    | Lex::Sign(_)
                    | Lex::Roughly
                    | Lex::On
                    | Lex::In
                    | Lex::Filler
                    | Lex::Onwards
                    | Lex::AtLatest
            )
    }

    /// "um neun oder zehn", "at three, no wait, four": behind a clock time a mere number is another.
    pub(super) fn further_clock(&self, at: usize) -> Read<Time> {
        if !self.after_clock {
            return None;
        }
        let ((clock, _), behind) = self.clock(at, true)?;
        let clock = clock.filter(|_| self.closed_behind_hour(behind))?;
        Some((Time::At { clock, fuzz: Fuzz::Exact }, behind))
    }

    /// A clock time without what stands before it. `expected`: a word such as "um"
    /// has announced one, so a mere number will do.
    pub(super) fn clock(&self, at: usize, expected: bool) -> Read<Heard> {
        let (heard, behind) = self
            .military_words(at, expected)
            .or_else(|| self.worded_clock(at))
            .or_else(|| self.counted_clock(at, expected))?;
        let (Some(clock), _) = heard else { return Some((heard, behind)) };
        let (decided, behind) = self.am_pm(self.skip_oclock(behind), clock);
        let (clock, sure) = match decided {
            Some(clock) => (clock, true),
            None => (clock, heard.1),
        };
        let (clock, behind) = self.zone(behind, clock);
        Some(((Some(clock), sure), behind))
    }

    fn skip_oclock(&self, at: usize) -> usize {
        let at = self.skip(at, Lex::Oclock);
        // "9:30 h"
        if self.text(at) == "h" { at + 1 } else { at }
    }

    /// Times whose words name them: halb, viertel, noon, "ten past".
    fn worded_clock(&self, at: usize) -> Read<Heard> {
        let sure = |clock: Clock, behind: usize| Some(((Some(clock), true), behind));
        match self.lex(at) {
            Lex::Noon => sure(Clock::hour(12, Half::Fixed), at + 1),
            Lex::Midnight => sure(Clock::hour(24, Half::Fixed), at + 1),
            // German "halb drei" is half of the third hour, English "half three" half past it.
            Lex::HalfPast => {
                let (hour, half, behind) = self.hour(at + 1)?;
                let minutes = if self.german() { -30 } else { 30 };
                sure(moved(hour, half, minutes)?, behind)
            }
            // "1/2 3"
            Lex::Number { value: 1, .. }
                if self.german()
                    && self.is_sign(at + 1, '/')
                    && self.number(at + 2) == Some(2)
                    && self.number(at + 3).is_some() =>
            {
                let (hour, half, behind) = self.hour(at + 3)?;
                sure(moved(hour, half, -30)?, behind)
            }
            // "viertel drei" (south, east): a quarter of the third hour has gone.
            Lex::QuarterPast => match self.lex(at + 1) {
                Lex::Before | Lex::After => self.relative_to_hour(at + 1, 15),
                // Austria and Switzerland: "viertel über vier", "viertel ab vier".
                _ if matches!(self.text(at + 1), "ueber" | "ab") => self.relative_to_hour(at + 1, 15),
                _ => {
                    let on = self.skip(self.skip_auf(at + 1), Lex::At);
                    let (hour, half, behind) = self.hour(on)?;
                    sure(moved(hour, half, -45)?, behind)
                }
            },
            Lex::ThreeQuarters => {
                let (hour, half, behind) = self.hour(self.skip_auf(at + 1))?;
                sure(moved(hour, half, -15)?, behind)
            }
            Lex::Quarter => self.relative_to_hour(at + 1, 15),
            Lex::Article if self.lex(at + 1) == Lex::Quarter => self.relative_to_hour(at + 2, 15),
            Lex::Number { value: 1, .. } if self.lex(at + 1) == Lex::Quarter => {
                self.relative_to_hour(at + 2, 15)
            }
            // "zehn vor drei", "20 past 3", "fünf Minuten nach halb"
            Lex::Number { value: minutes @ 1..=59, .. } => {
                let unit = self.lex(at + 1) == Lex::Unit(Unit::Minute);
                // "nine to five" is a stretch of the day: only round numbers are minutes.
                if !unit && !minutes.is_multiple_of(5) && matches!(self.lex(at + 1), Lex::To | Lex::Until) {
                    return None;
                }
                // "15 minutes from 1pm"
                let prep = if unit { at + 2 } else { at + 1 };
                if self.lex(prep) == Lex::From && !unit {
                    return None;
                }
                self.relative_to_hour(prep, i32::try_from(minutes).ok()?)
            }
            _ => None,
        }
    }

    /// "viertel auf drei" is Austrian for "viertel drei".
    fn skip_auf(&self, at: usize) -> usize {
        if self.text(at) == "auf" { at + 1 } else { at }
    }

    /// "vor drei", "past three", "nach halb vier", "to noon": so many minutes from an hour.
    fn relative_to_hour(&self, at: usize, minutes: i32) -> Read<Heard> {
        let minutes = match self.lex(at) {
            Lex::Before | Lex::To | Lex::Of => -minutes,
            Lex::Until if matches!(self.text(at), "till" | "til") => -minutes,
            Lex::After | Lex::From => minutes,
            _ if self.text(at) == "past" || self.text(at) == "ueber" => minutes,
            _ => return None,
        };
        let half_hour = self.german() && self.lex(at + 1) == Lex::HalfPast;
        let (base, from) = if half_hour { (-30, at + 2) } else { (0, at + 1) };
        let (hour, half, behind) = match self.lex(from) {
            Lex::Noon => (12, Half::Fixed, from + 1),
            Lex::Midnight => (24, Half::Fixed, from + 1),
            _ => self.hour(from)?,
        };
        Some(((Some(moved(hour, half, base + minutes)?), true), behind))
    }

    /// The hour in "halb drei" or "zehn vor drei", with "Uhr" behind it.
    fn hour(&self, at: usize) -> Option<(u8, Half, usize)> {
        let value = match self.lex(at) {
            Lex::Number { value, .. } => u8::try_from(value).ok()?,
            Lex::ClockNumber(value) => value,
            Lex::Article if self.german() => 1,
            Lex::Ordinal(8) => 8, // dialect "achte"
            _ => return None,
        };
        if value > 24 || self.glued_unit(at + 1) {
            return None;
        }
        let half = if (1..=12).contains(&value) { Half::Open } else { Half::Fixed };
        Some((value, half, self.skip(at + 1, Lex::Oclock)))
    }

    fn glued_unit(&self, at: usize) -> bool {
        self.lex(at) == Lex::Measure
            || self.is_sign(at, ':')
            || self.is_sign(at, '€')
            || self.is_sign(at, '%')
    }

    /// Times in numbers: "3", "15 Uhr 30", "14:30", "16h", "1430 Uhr", "nine thirty".
    fn counted_clock(&self, at: usize, expected: bool) -> Read<Heard> {
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
    fn military_words(&self, at: usize, expected: bool) -> Read<Heard> {
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

    fn zone(&self, at: usize, clock: Clock) -> (Clock, usize) {
        match self.lex(at) {
            Lex::Zone(offset) => (Clock { offset: Some(offset), ..clock }, at + 1),
            _ => (clock, at),
        }
    }

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

    fn plain_part(&self, at: usize) -> Read<Part> {
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

    /// A clock time as the end of a limit or a stretch, where a mere number will do.
    pub(super) fn limit_clock(&self, at: usize) -> Read<(Option<Clock>, Fuzz)> {
        let mut start = at;
        let mut fuzz = Fuzz::Exact;
        for _ in 0..4 {
            match self.lex(start) {
                Lex::At | Lex::Filler => {}
                Lex::About => fuzz = Fuzz::Around,
                _ => break,
            }
            start += 1;
        }
        let ((clock, _), behind) = self.clock(start, true)?;
        let behind = if self.lex(behind) == Lex::Roughly {
            fuzz = Fuzz::Around;
            behind + 1
        } else {
            behind
        };
        Some(((clock, fuzz), behind))
    }

    /// A limit on the time of day; the clock may not exist.
    pub(super) fn clock_limit(limit: Limit, clock: Option<Clock>) -> Time {
        clock.map_or(Time::Impossible, |clock| Time::Limit { limit, clock })
    }
}

/// So many minutes from an hour, kept on the face of the clock.
fn moved(hour: u8, half: Half, minutes: i32) -> Option<Clock> {
    let total = i32::from(hour) * 60 + minutes;
    // "halb eins" is 12:30: on an open face twelve stands before one.
    let total = match half {
        Half::Open if total < 60 => total + 12 * 60,
        Half::Open if total >= 13 * 60 => total - 12 * 60,
        _ => total.rem_euclid(24 * 60),
    };
    Some(Clock::minute(u8::try_from(total / 60).ok()?, u8::try_from(total % 60).ok()?, half))
}
