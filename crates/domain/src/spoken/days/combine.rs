//! Several day expressions for one time.

use jiff::civil::Date;

use super::{Almanac, Found, Problem, Stretch, add_days, add_months, falls_on, is_weekday};
use crate::spoken::tree::{Day, Length, Unit};

impl Almanac {
    /// All dates that fit everything that was said side by side: "nächste Woche" and
    /// "Freitag" are the Friday of that week, "Freitag" and "den 28." must agree,
    /// "Montag, Dienstag" are two days.
    pub(in crate::spoken) fn combine(self, days: &[Day]) -> Result<Vec<Stretch>, Problem> {
        if let [day] = days
            && *day != Day::Workdays
        {
            return Ok(vec![self.find(day)?]);
        }
        // "in den Osterferien am 7. April": the date says enough.
        let dated = days.iter().any(|day| {
            matches!(
                day,
                Day::Date { day: Some(_), .. } | Day::Holiday { .. } | Day::Relative { unit: Unit::Day, .. }
            )
        });
        let said: Vec<Day> =
            days.iter().filter(|day| !(dated && **day == Day::Unknowable)).cloned().collect();
        let days = said.as_slice();
        let mut weekdays: Vec<&Day> = Vec::new();
        let mut rest: Vec<&Day> = Vec::new();
        for day in days {
            if is_weekday(day) { weekdays.push(day) } else { rest.push(day) }
        }
        if rest.is_empty() {
            if weekdays.contains(&&Day::Workdays) {
                return Err(Problem::NoDay);
            }
            return weekdays.into_iter().map(|day| self.find(day)).collect();
        }
        // "in drei Wochen am Mittwoch": the week in which that day lies.
        let rest: Vec<(&Day, Found)> = rest
            .into_iter()
            .map(|day| {
                let is_weeks =
                    matches!(day, Day::Shift { length: Length { unit: Unit::Week | Unit::Month, .. }, .. });
                let found = self.find(day);
                let found = match (is_weeks && !weekdays.is_empty(), found) {
                    (true, Ok(found)) => self.seen_from(found.from).unit(Unit::Week, 0),
                    (_, found) => found,
                };
                (day, found)
            })
            .collect();
        let mut period: Option<Stretch> = None;
        let mut apart: Vec<Stretch> = Vec::new();
        let mut singles: Vec<&Day> = Vec::new();
        // "letztes Jahr im Mai", "summer next year": the one inside the year that was said.
        let year = rest.iter().find_map(|(day, found)| match (day, found) {
            (Day::Relative { unit: Unit::Year, .. }, Ok(found)) => Some(*found),
            _ => None,
        });
        let rest: Vec<(&Day, Found)> = rest
            .into_iter()
            .map(|(day, found)| {
                let named = matches!(
                    day,
                    Day::Date { year: None, month: Some(_), .. }
                        | Day::Holiday { year: None, .. }
                        | Day::Season { year: None, .. }
                        | Day::Quarter { year: None, .. }
                );
                let inside = year
                    .filter(|year| named && found.is_ok_and(|found| found.cut(*year).is_none()))
                    .and_then(|year| {
                        self.seen_from(year.from).find(day).ok().filter(|it| it.cut(year).is_some())
                    });
                (day, inside.map_or(found, Ok))
            })
            .collect();
        for (day, found) in &rest {
            let needs_period = matches!(day, Day::Date { month: None, day: Some(_), .. });
            match found {
                Ok(found) if !found.is_one_day() => {
                    period = Some(match period {
                        Some(other) => other.cut(*found).unwrap_or_else(|| {
                            // "Ende August Anfang September": apart, so either is meant.
                            apart.push(*found);
                            other
                        }),
                        None => *found,
                    });
                }
                Ok(_) => singles.push(day),
                // "am 31. nächsten Monat" may exist only there.
                Err(_) if needs_period => singles.push(day),
                Err(problem) => return Err(*problem),
            }
        }
        let fits_weekday = |date: Date| weekdays.is_empty() || weekdays.iter().any(|day| falls_on(day, date));
        if singles.is_empty() {
            let period = period.ok_or(Problem::NoSuchDay)?;
            let mut found = Vec::new();
            for period in std::iter::once(period).chain(apart) {
                found.extend(self.weekdays_in(&weekdays, period)?);
            }
            return Ok(found);
        }
        if !apart.is_empty() {
            return Err(Problem::Contradiction);
        }
        singles.into_iter().map(|day| self.single(day, period, &fits_weekday)).collect()
    }

    fn weekdays_in(self, weekdays: &[&Day], period: Stretch) -> Result<Vec<Stretch>, Problem> {
        if weekdays.is_empty() {
            return Ok(vec![period]);
        }
        let mut found = Vec::new();
        let mut date = period.from;
        // No stretch that is named by words is longer than a few years.
        for _ in 0..period.days().min(1_500) {
            if weekdays.iter().any(|day| falls_on(day, date)) {
                found.push(Stretch::day(date)?);
            }
            date = add_days(date, 1)?;
        }
        if found.is_empty() { Err(Problem::Contradiction) } else { Ok(found) }
    }

    /// One day that must lie in the period and fall on the weekday that were said with it.
    fn single(self, day: &Day, period: Option<Stretch>, fits: &dyn Fn(Date) -> bool) -> Found {
        let accept = |date: Date| fits(date) && period.is_none_or(|period| period.contains(date));
        if let Ok(found) = self.find(day)
            && accept(found.from)
        {
            return Ok(found);
        }
        if let (
            Some(period),
            Day::Date { month: None, day: Some(_), .. } | Day::Holiday { .. } | Day::Date { year: None, .. },
        ) = (period, day)
            && let Ok(found) = self.seen_from(period.from).find(day)
            && accept(found.from)
        {
            return Ok(found);
        }
        // As an expression "Sunday, Feb 10" is the nearest year (or month) in which that is so.
        if self.literal()
            && let Day::Date { year: None, month, day: Some(number), .. } = day
        {
            let candidates = (0..12 * 28).flat_map(|step| [step, -step]).filter_map(|months| {
                let first = add_months(self.today.first_of_month(), months).ok()?;
                (month.is_none_or(|month| i8::try_from(month) == Ok(first.month())))
                    .then(|| Date::new(first.year(), first.month(), i8::try_from(*number).ok()?).ok())?
            });
            if let Some(date) = candidates.into_iter().find(|date| accept(*date)) {
                return Stretch::day(date);
            }
        }
        Err(Problem::Contradiction)
    }
}
