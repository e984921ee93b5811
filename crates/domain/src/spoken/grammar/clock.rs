//! Times of day: "um halb drei", "viertel vor neun", "14 Uhr 30", "half past three".

use super::{Grammar, Read};
use crate::spoken::{
    lexicon::Lex,
    tree::{Clock, Connective, Fuzz, Half, Limit, Time, Unit, Which},
};

/// A clock time and whether its form alone says that it is one ("drei Uhr"), or
/// only its surroundings can ("drei").
pub(super) type Heard = (Option<Clock>, bool);

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
