//! Which half of the day, and how long its parts are.
//!
//! "Um fünf" may be five in the morning or in the afternoon. A part of the day
//! said with it decides; without one the two layers differ: an expression is the
//! next time the clock shows that hour, a caller means business hours.

use super::{
    grammar::Layer,
    tree::{Clock, Half, Part, Shade},
};
use crate::language::Language;

/// Seconds of a whole day.
pub(super) const DAY: i32 = 86_400;
const HOUR: i32 = 3_600;

/// A part of the day as seconds since local midnight, `[from, to)`.
pub(super) fn part_hours(part: Part, shade: Shade, layer: Layer, language: Language) -> (i32, i32) {
    let (from, to) = match layer {
        Layer::Callers => callers_hours(part, shade),
        Layer::Literal => literal_hours(part, shade, language),
    };
    (from * HOUR, to * HOUR)
}

/// What callers mean: hours in which a business may have a free slot.
fn callers_hours(part: Part, shade: Shade) -> (i32, i32) {
    match (part, shade) {
        (Part::Early | Part::SmallHours, Shade::Whole) => (6, 10),
        (Part::Early | Part::SmallHours, Shade::Early) => (6, 8),
        (Part::Early | Part::SmallHours, Shade::Late) => (8, 10),
        (Part::Morning, Shade::Whole) => (6, 12),
        (Part::Morning, Shade::Early) => (6, 10),
        (Part::Morning, Shade::Late) => (10, 12),
        (Part::Forenoon, Shade::Whole) => (8, 12),
        (Part::Forenoon, Shade::Early) => (8, 10),
        (Part::Forenoon, Shade::Late) => (10, 12),
        (Part::Midday, Shade::Whole) => (12, 14),
        (Part::Midday, Shade::Early) => (12, 13),
        (Part::Midday, Shade::Late) => (13, 14),
        (Part::Afternoon, Shade::Whole) => (13, 18),
        (Part::Afternoon, Shade::Early) => (13, 15),
        (Part::Afternoon, Shade::Late) => (16, 18),
        (Part::AfterLunch, _) => (13, 18),
        (Part::AfterSchool, _) => (13, 18),
        (Part::Evening | Part::AfterWork, Shade::Whole) => (17, 22),
        (Part::Evening | Part::AfterWork, Shade::Early) => (17, 19),
        (Part::Evening | Part::AfterWork, Shade::Late) => (20, 22),
        (Part::Night, _) => (22, 24),
    }
}

/// What an expression means by itself; the values are those of the corpus.
fn literal_hours(part: Part, shade: Shade, language: Language) -> (i32, i32) {
    match (part, shade) {
        // German "morgens" begins at three, English "morning" at midnight.
        (Part::Early | Part::Morning, _) if language == Language::De => (3, 12),
        (Part::Early, _) => (0, 9),
        (Part::Morning, Shade::Early) => (0, 9),
        (Part::Morning, Shade::Late) => (10, 12),
        (Part::Morning, Shade::Whole) => (0, 12),
        (Part::SmallHours, _) => (0, 9),
        (Part::Forenoon, _) => (8, 12),
        (Part::Midday, _) => (12, 14),
        (Part::Afternoon, Shade::Late) => (16, 19),
        (Part::Afternoon, Shade::Early) => (12, 15),
        (Part::Afternoon, Shade::Whole) => (12, 19),
        (Part::AfterLunch, _) => (13, 17),
        (Part::AfterSchool, _) => (15, 21),
        (Part::AfterWork, _) => (17, 21),
        (Part::Evening | Part::Night, Shade::Late) => (21, 24),
        (Part::Evening | Part::Night, Shade::Early) => (17, 19),
        (Part::Evening | Part::Night, Shade::Whole) => (18, 24),
    }
}

/// The time said, in seconds since midnight, where a part of the day was said with it.
fn with_part(clock: Clock, part: Part) -> i32 {
    let early = clock.seconds() % (12 * HOUR);
    let late = early + 12 * HOUR;
    match part {
        Part::Early | Part::Morning | Part::SmallHours => {
            // "this morning at 12" is the midnight behind; "morgens um halb eins" is nothing else.
            early
        }
        // "vormittags um zwölf" is noon.
        Part::Forenoon => {
            if early < 5 * HOUR {
                late
            } else {
                early
            }
        }
        Part::Midday => {
            if early >= 10 * HOUR {
                early
            } else {
                late
            }
        }
        Part::Afternoon | Part::AfterLunch | Part::AfterWork | Part::AfterSchool => late,
        // "abends um zwölf" is midnight.
        Part::Evening => {
            if early < HOUR {
                early + DAY
            } else {
                late
            }
        }
        Part::Night => {
            if early < 5 * HOUR {
                early
            } else {
                late
            }
        }
    }
}

/// A time of day decided by its part where one was said, else left as it is.
/// `None` where the half of the day stays open.
pub(super) fn decided(clock: Clock, part: Option<Part>) -> Option<i32> {
    match (clock.half, part) {
        (Half::Fixed, _) => Some(clock.seconds()),
        (_, Some(part)) => Some(with_part(clock, part)),
        (_, None) => None,
    }
}

/// What a caller means by a time of day: 1:00 to 6:59 is the afternoon, everything
/// else as said. Nobody asks a hairdresser for five in the morning.
pub(super) fn callers_time(clock: Clock, part: Option<Part>) -> i32 {
    decided(clock, part).unwrap_or_else(|| {
        let said = clock.seconds();
        if (HOUR..7 * HOUR).contains(&said) { said + 12 * HOUR } else { said }
    })
}

/// The end of a stretch: the first time after its beginning at which the clock shows it.
pub(super) fn end_after(from: i32, to: Clock) -> i32 {
    let said = to.seconds();
    if to.half == Half::Fixed || said > from { said } else { said + 12 * HOUR }
}
