//! Days and stretches with names of their own: holidays, calendar weeks, quarters, seasons, weekends.

use jiff::civil::{Date, ISOWeekDate, Weekday};

use super::{Almanac, Found, Problem, Stretch, add_days, add_months, date, year_number};
use crate::spoken::{
    holiday::Holiday,
    tree::{Length, Season, Unit, Which},
};

impl Almanac {
    pub(super) fn holiday(
        self,
        holiday: Holiday,
        which: Which,
        year: Option<i32>,
        after: Option<Length>,
    ) -> Found {
        let holiday = match holiday {
            Holiday::FathersDay if self.literal() => {
                Holiday::Nth { nth: 3, weekday: Weekday::Sunday, month: 6, plus: 0 }
            }
            holiday => holiday,
        };
        let in_year = |year: i32| -> Found {
            let (first, last) = holiday.days(year_number(year)?).ok_or(Problem::NoSuchDay)?;
            // As an expression Easter and Christmas are their first day.
            let two_days = (last - first).get_days() <= 1;
            let last = if self.literal() && two_days { first } else { last };
            Ok(Stretch { from: first, to: add_days(last, 1)?, grain: Unit::Day })
        };
        if let Some(year) = year {
            return in_year(year);
        }
        let from = match after {
            Some(length) => self.moved(self.today, length)?,
            None => self.today,
        };
        let this_year = i32::from(from.year());
        if which == Which::Last {
            return (this_year - 2..=this_year)
                .rev()
                .filter_map(|year| in_year(year).ok())
                .find(|days| days.to <= from)
                .ok_or(Problem::NoSuchDay);
        }
        let more = i32::from(which == Which::AfterNext);
        // A stretch over the new year may have begun last year.
        let year = (this_year - 1..=this_year + 2)
            .find(|year| in_year(*year).is_ok_and(|days| days.to > from))
            .ok_or(Problem::NoSuchDay)?;
        in_year(year + more)
    }

    pub(super) fn calendar_week(self, week: u8, year: Option<i32>) -> Found {
        let week = i8::try_from(week).map_err(|_| Problem::NoSuchDay)?;
        let monday = |year: i32| -> Result<Date, Problem> {
            let iso = ISOWeekDate::new(year_number(year)?, week, Weekday::Monday);
            Ok(iso.map_err(|_| Problem::NoSuchDay)?.date())
        };
        let this_year = i32::from(self.today.iso_week_date().year());
        let monday = match year {
            Some(year) => monday(year)?,
            // Week 53 exists in some years only; a year without it has no such week.
            None => match monday(this_year) {
                Ok(date) if add_days(date, 7)? > self.today => date,
                Ok(_) => monday(this_year + 1)?,
                Err(problem) => return Err(problem),
            },
        };
        Ok(Stretch { from: monday, to: add_days(monday, 7)?, grain: Unit::Week })
    }

    pub(super) fn quarter(self, quarter: u8, year: Option<i32>) -> Found {
        let first = |year: i32| date(year, 3 * (quarter - 1) + 1, 1);
        let this_year = i32::from(self.today.year());
        let from = match year {
            Some(year) => first(year)?,
            None if self.literal() || add_months(first(this_year)?, 3)? > self.today => first(this_year)?,
            None => first(this_year + 1)?,
        };
        Ok(Stretch { from, to: add_months(from, 3)?, grain: Unit::Quarter })
    }

    /// Astronomical seasons for expressions; callers mean whole months (meteorological seasons).
    pub(super) fn season(self, season: Season, which: Which, year: Option<i32>) -> Found {
        let in_year = |season: Season, year: i32| -> Found {
            let (from, to) = match (season, self.literal()) {
                (Season::Spring, true) => (date(year, 3, 20)?, date(year, 6, 22)?),
                (Season::Summer, true) => (date(year, 6, 21)?, date(year, 9, 24)?),
                (Season::Autumn, true) => (date(year, 9, 23)?, date(year, 12, 22)?),
                (Season::Winter | Season::Any, true) => (date(year, 12, 21)?, date(year + 1, 3, 21)?),
                (Season::Spring, false) => (date(year, 3, 1)?, date(year, 6, 1)?),
                (Season::Summer, false) => (date(year, 6, 1)?, date(year, 9, 1)?),
                (Season::Autumn, false) => (date(year, 9, 1)?, date(year, 12, 1)?),
                (Season::Winter | Season::Any, false) => (date(year, 12, 1)?, date(year + 1, 3, 1)?),
            };
            Ok(Stretch { from, to, grain: Unit::Day })
        };
        if let Some(year) = year {
            return in_year(season, year);
        }
        let this_year = i32::from(self.today.year());
        if season == Season::Any {
            // Of all seasons the one that holds today, and from there.
            let mut all = Vec::new();
            for year in this_year - 1..=this_year + 1 {
                for season in [Season::Spring, Season::Summer, Season::Autumn, Season::Winter] {
                    let found = in_year(season, year)?;
                    all.push(Stretch {
                        to: if self.literal() { add_days(found.to, -1)? } else { found.to },
                        ..found
                    });
                }
            }
            let current = all.iter().position(|found| found.to > self.today).ok_or(Problem::NoSuchDay)?;
            let index = match which {
                Which::Last => current.checked_sub(1),
                Which::Next | Which::Coming => Some(current + 1),
                _ => Some(current),
            };
            return index.and_then(|index| all.get(index)).copied().ok_or(Problem::NoSuchDay);
        }
        let years = this_year - 2..=this_year + 2;
        match which {
            Which::Last => {
                years.rev().filter_map(|year| in_year(season, year).ok()).find(|found| found.to <= self.today)
            }
            Which::Next | Which::AfterNext => {
                let more = usize::from(which == Which::AfterNext);
                years
                    .filter_map(|year| in_year(season, year).ok())
                    .filter(|found| found.from > self.today)
                    .nth(more)
            }
            _ => years.filter_map(|year| in_year(season, year).ok()).find(|found| found.to > self.today),
        }
        .ok_or(Problem::NoSuchDay)
    }

    pub(super) fn weekend(self, which: Which) -> Found {
        let this = add_days(self.unit(Unit::Week, 0)?.from, 5)?;
        let saturday = match which {
            Which::Last => add_days(this, -7)?,
            // "nächstes Wochenende" on a Saturday is not the one that has begun.
            Which::Next if self.today >= this || self.literal() => add_days(this, 7)?,
            Which::AfterNext if self.today >= this => add_days(this, 14)?,
            Which::AfterNext => add_days(this, 7)?,
            _ => this,
        };
        Ok(Stretch { from: saturday, to: add_days(saturday, 2)?, grain: Unit::Day })
    }
}
