//! Feast days by name, and the arithmetic of those that move.

use jiff::civil::{Date, Weekday};

/// How the date of a holiday follows from the year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holiday {
    /// The same day every year.
    Fixed { month: i8, day: i8 },
    /// So many days after Easter Sunday (before, where negative).
    Easter(i16),
    /// So many days after Orthodox Easter Sunday.
    OrthodoxEaster(i16),
    /// The nth weekday of a month (from its end where negative), and days after it.
    Nth { nth: i8, weekday: Weekday, month: i8, plus: i8 },
    /// So many days after the fourth Sunday of Advent, the last before Christmas Day.
    Advent(i16),
    /// The last such weekday before a date.
    Before { weekday: Weekday, month: i8, day: i8 },
    /// From one day to another, both included; the second may lie in the next year.
    Stretch { from: (i8, i8), to: (i8, i8) },
    /// So many days after Easter, that many days long.
    EasterStretch { from: i16, to: i16 },
    /// Father's Day in Germany: Ascension Day. Expressions take the international one.
    FathersDay,
    /// The first day of the Chinese year, from a table.
    ChineseNewYear,
}

impl Holiday {
    /// First and last day in the year. `None` outside the table or the calendar.
    pub(super) fn days(self, year: i16) -> Option<(Date, Date)> {
        let one = |date: Option<Date>| date.map(|date| (date, date));
        match self {
            Self::Fixed { month, day } => one(Date::new(year, month, day).ok()),
            Self::Easter(offset) => one(shifted(easter(year)?, offset)),
            Self::OrthodoxEaster(offset) => one(shifted(orthodox_easter(year)?, offset)),
            Self::Nth { nth, weekday, month, plus } => {
                let first = Date::new(year, month, 1).ok()?.nth_weekday_of_month(nth, weekday).ok()?;
                one(shifted(first, i16::from(plus)))
            }
            Self::Advent(offset) => one(shifted(fourth_advent(year)?, offset)),
            Self::Before { weekday, month, day } => {
                let limit = Date::new(year, month, day).ok()?;
                one(limit.nth_weekday(-1, weekday).ok())
            }
            Self::Stretch { from, to } => {
                let first = Date::new(year, from.0, from.1).ok()?;
                let last_year = if to < from { year.checked_add(1)? } else { year };
                Some((first, Date::new(last_year, to.0, to.1).ok()?))
            }
            Self::EasterStretch { from, to } => {
                let sunday = easter(year)?;
                Some((shifted(sunday, from)?, shifted(sunday, to)?))
            }
            Self::FathersDay => one(shifted(easter(year)?, 39)),
            Self::ChineseNewYear => one(chinese_new_year(year)),
        }
    }
}

fn shifted(date: Date, days: i16) -> Option<Date> {
    date.checked_add(jiff::Span::new().days(days)).ok()
}

/// Easter Sunday in the Gregorian calendar: the anonymous algorithm printed in
/// Nature, 20 April 1876, as given by Meeus, Astronomical Algorithms, chapter 8.
pub(super) fn easter(year: i16) -> Option<Date> {
    let y = i32::from(year);
    let a = y.rem_euclid(19);
    let (b, c) = (y.div_euclid(100), y.rem_euclid(100));
    let (d, e) = (b / 4, b % 4);
    let f = (b + 8) / 25;
    let g = (b - f + 1) / 3;
    let h = (19 * a + b - d - g + 15).rem_euclid(30);
    let (i, k) = (c / 4, c % 4);
    let l = (32 + 2 * e + 2 * i - h - k).rem_euclid(7);
    let m = (a + 11 * h + 22 * l) / 451;
    let n = h + l - 7 * m + 114;
    Date::new(year, i8::try_from(n / 31).ok()?, i8::try_from(n % 31 + 1).ok()?).ok()
}

/// Orthodox Easter Sunday as a Gregorian date: Meeus' rule for the Julian
/// calendar, moved by the 13 days that hold from 1900 to 2099.
fn orthodox_easter(year: i16) -> Option<Date> {
    let y = i32::from(year);
    let (a, b, c) = (y.rem_euclid(4), y.rem_euclid(7), y.rem_euclid(19));
    let d = (19 * c + 15).rem_euclid(30);
    let e = (2 * a + 4 * b - d + 34).rem_euclid(7);
    let n = d + e + 114;
    let julian = Date::new(year, i8::try_from(n / 31).ok()?, i8::try_from(n % 31 + 1).ok()?).ok()?;
    shifted(julian, 13)
}

/// The last Sunday before Christmas Day.
fn fourth_advent(year: i16) -> Option<Date> {
    Date::new(year, 12, 25).ok()?.nth_weekday(-1, Weekday::Sunday).ok()
}

/// First days of the Chinese year (published tables of the Hong Kong Observatory), from 2010.
const CHINESE_NEW_YEARS: [(i8, i8); 31] = [
    (2, 14),
    (2, 3),
    (1, 23),
    (2, 10),
    (1, 31),
    (2, 19),
    (2, 8),
    (1, 28),
    (2, 16),
    (2, 5),
    (1, 25),
    (2, 12),
    (2, 1),
    (1, 22),
    (2, 10),
    (1, 29),
    (2, 17),
    (2, 6),
    (1, 26),
    (2, 13),
    (2, 3),
    (1, 23),
    (2, 11),
    (1, 31),
    (2, 19),
    (2, 8),
    (1, 28),
    (2, 15),
    (2, 4),
    (1, 24),
    (2, 12),
];

fn chinese_new_year(year: i16) -> Option<Date> {
    let index = usize::try_from(i32::from(year) - 2010).ok()?;
    let (month, day) = *CHINESE_NEW_YEARS.get(index)?;
    Date::new(year, month, day).ok()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn easter_as_published() {
        // Dates from the tables of the Physikalisch-Technische Bundesanstalt and the U.S. Naval Observatory.
        for expected in [
            date(2013, 3, 31),
            date(2024, 3, 31),
            date(2025, 4, 20),
            date(2026, 4, 5),
            date(2027, 3, 28),
            date(2028, 4, 16),
            date(2038, 4, 25),
            date(1818, 3, 22),
        ] {
            assert_eq!(easter(expected.year()), Some(expected));
        }
        assert_eq!(orthodox_easter(2026), Some(date(2026, 4, 12)));
        assert_eq!(orthodox_easter(2013), Some(date(2013, 5, 5)));
    }

    #[test]
    fn advent_and_penance_day() {
        assert_eq!(Holiday::Advent(-21).days(2025), Some((date(2025, 11, 30), date(2025, 11, 30))));
        let penance = Holiday::Before { weekday: Weekday::Wednesday, month: 11, day: 23 };
        assert_eq!(penance.days(2025), Some((date(2025, 11, 19), date(2025, 11, 19))));
        assert_eq!(penance.days(2026), Some((date(2026, 11, 18), date(2026, 11, 18))));
    }
}
