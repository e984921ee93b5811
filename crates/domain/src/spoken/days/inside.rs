//! Places inside a stretch: the nth of something, the closest, the edges.

use jiff::civil::Date;

use super::{Almanac, Found, Problem, Stretch, add_days, add_months, civil_weekday, weekday_number};
use crate::spoken::tree::{Counted, Day, Edge, Recurring, Unit};

impl Almanac {
    pub(super) fn nth(self, count: i32, counted: Counted, within: &Day) -> Found {
        let whole = self.find(within)?;
        let found = self.nth_in(count, counted, whole)?;
        if self.literal() || found.to > self.today {
            return Ok(found);
        }
        // "am letzten Samstag im Monat" where that is over: of the next one that bears the name.
        match within {
            Day::Relative { unit, count: 0 } => self.nth_in(count, counted, self.unit(*unit, 1)?),
            Day::Date { year: None, .. } => {
                self.nth_in(count, counted, self.seen_from(whole.to).find(within)?)
            }
            _ => Ok(found),
        }
    }

    pub(super) fn nth_in(self, count: i32, counted: Counted, whole: Stretch) -> Found {
        if count == 0 {
            return Err(Problem::NoSuchDay);
        }
        let found = match counted {
            Counted::Weekday(weekday) => {
                let date = match count > 0 {
                    true => {
                        add_days(self.next_weekday(add_days(whole.from, -1)?, weekday)?, 7 * (count - 1))?
                    }
                    false => {
                        let last = whole
                            .to
                            .nth_weekday(-1, civil_weekday(weekday))
                            .map_err(|_| Problem::NoSuchDay)?;
                        add_days(last, 7 * (count + 1))?
                    }
                };
                Stretch::day(date)?
            }
            Counted::Weekend => {
                let saturday = self.nth_in(count, Counted::Weekday(5), whole)?.from;
                let saturday = if add_days(saturday, 2)? > whole.to && count < 0 {
                    add_days(saturday, -7)?
                } else {
                    saturday
                };
                return Ok(Stretch { from: saturday, to: add_days(saturday, 2)?, grain: Unit::Day });
            }
            Counted::Half => {
                // The first half of a month is fifteen days long, whatever its length.
                let middle = add_days(whole.from, whole.days().min(30) / 2)?;
                return match count {
                    1 => Ok(Stretch { from: whole.from, to: middle, grain: Unit::Day }),
                    2 | -1 => Ok(Stretch { from: middle, to: whole.to, grain: Unit::Day }),
                    _ => Err(Problem::NoSuchDay),
                };
            }
            // The weeks of a month are those that begin in it, counted from the end those that also end in it.
            Counted::Unit(Unit::Week) => {
                let monday = match count > 0 {
                    true => add_days(self.next_weekday(add_days(whole.from, -1)?, 0)?, 7 * (count - 1))?,
                    false => {
                        let last = self.seen_from(whole.to).unit(Unit::Week, 0)?.from;
                        add_days(last, 7 * count)?
                    }
                };
                return Ok(Stretch { from: monday, to: add_days(monday, 7)?, grain: Unit::Week });
            }
            Counted::Unit(unit) => {
                let start = if count > 0 { whole.from } else { add_days(whole.to, -1)? };
                let count = if count > 0 { count - 1 } else { count + 1 };
                self.seen_from(start).unit(unit, count)?
            }
        };
        if whole.contains(found.from) { Ok(found) } else { Err(Problem::NoSuchDay) }
    }

    pub(super) fn closest(self, count: i32, what: Recurring, to: Date) -> Found {
        let mut dates: Vec<Date> = match what {
            Recurring::Weekday(weekday) => {
                let ahead = (i32::from(weekday) - i32::from(weekday_number(to))).rem_euclid(7);
                (-60..60).filter_map(|week| add_days(to, ahead + 7 * week).ok()).collect()
            }
            Recurring::Holiday(holiday) => {
                let years = (to.year() - 20).max(-9_000)..(to.year() + 20).min(9_000);
                years.filter_map(|year| holiday.days(year)).map(|(first, _)| first).collect()
            }
        };
        dates.sort_by_key(|date| (*date - to).get_days().abs());
        let nth = usize::try_from(count.max(1) - 1).unwrap_or(0);
        Stretch::day(*dates.get(nth).ok_or(Problem::NoSuchDay)?)
    }

    /// An edge of a stretch, of the next such stretch where this one's is over.
    pub(super) fn edge_to_come(self, edge: Edge, of: &Day) -> Found {
        let found = self.edge(edge, self.find(of)?)?;
        match of {
            Day::Relative { unit, count: 0 } if found.to <= self.today && !self.literal() => {
                self.edge(edge, self.unit(*unit, 1)?)
            }
            Day::Date { year: None, .. } if found.to <= self.today && !self.literal() => {
                self.edge(edge, self.seen_from(self.find(of)?.to).find(of)?)
            }
            _ => Ok(found),
        }
    }

    pub(super) fn edge(self, edge: Edge, whole: Stretch) -> Found {
        let month = |first: i32, last: i32| -> Found {
            let to = if last == 12 { whole.to } else { add_months(whole.from, last)? };
            Ok(Stretch { from: add_months(whole.from, first)?, to, grain: Unit::Month })
        };
        let days = |first: i32, last: i32| -> Found {
            Ok(Stretch {
                from: add_days(whole.from, first)?,
                to: add_days(whole.from, last)?,
                grain: Unit::Day,
            })
        };
        match (whole.grain, edge) {
            (Unit::Week, Edge::Start) => days(0, if self.literal() { 3 } else { 2 }),
            (Unit::Week, Edge::Middle) => days(1, 4),
            // A caller's week ends with work, a calendar's with Sunday.
            (Unit::Week, Edge::End) => {
                if self.literal() {
                    days(4, 7)
                } else {
                    days(3, 5)
                }
            }
            (Unit::Month, Edge::Start) => days(0, 10),
            (Unit::Month, Edge::Middle) => days(10, 20),
            (Unit::Month, Edge::End) => {
                Ok(Stretch { from: add_days(whole.from, 20)?, to: whole.to, grain: Unit::Day })
            }
            // "Ende des Jahres" is no month of autumn to a caller.
            (Unit::Year, Edge::Start) if !self.literal() => month(0, 2),
            (Unit::Year, Edge::End) if !self.literal() => month(10, 12),
            (Unit::Year, Edge::Start) => month(0, 3),
            (Unit::Year, Edge::Middle) => month(4, 8),
            (Unit::Year, Edge::End) => month(8, 12),
            // Thirds of anything else.
            _ => {
                let third = (whole.days() / 3).max(1);
                match edge {
                    Edge::Start => days(0, third),
                    Edge::Middle => days(third, (whole.days() - third).max(third + 1)),
                    Edge::End => {
                        Ok(Stretch { from: add_days(whole.to, -third)?, to: whole.to, grain: Unit::Day })
                    }
                }
            }
        }
    }
}
