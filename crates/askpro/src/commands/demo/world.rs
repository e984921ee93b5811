//! What the conversations share: people who ring, days on which nobody else wants
//! anything, and how callers name a time. All of it is worked out from the calendar
//! alone, so that an expectation never comes from what is to be checked.

use askpro_domain::{
    calendar::{local_to_instant, zone},
    ids::SeededChance,
};
use jiff::{
    SignedDuration, Timestamp, ToSpan,
    civil::{Date, DateTime, Time, Weekday},
    tz::TimeZone,
};

use super::businesses::Cast;

/// Days from today that are named by words such as "morgen" or "nächsten Freitag".
const NAMED_DAYS: i64 = 8;

/// Somebody who rings.
#[derive(Clone, Debug)]
pub(super) struct Person {
    /// First and last name.
    pub(super) name: String,
    /// Their mobile phone, E.164.
    pub(super) number: String,
}

impl Person {
    /// As they say their number themselves.
    pub(super) fn spoken_number(&self) -> String {
        let digits = self.number.trim_start_matches("+49");
        format!("0{} {}", &digits[..3], &digits[3..])
    }

    pub(super) fn last_name(&self) -> &str {
        self.name.split_whitespace().last().unwrap_or(&self.name)
    }
}

/// A wall time in Berlin.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Moment {
    pub(super) local: DateTime,
    pub(super) start: Timestamp,
}

/// Where and when the conversations take place.
pub(super) struct World {
    pub(super) cast: Cast,
    pub(super) now: Timestamp,
    berlin: TimeZone,
    chance: SeededChance,
    people: std::vec::IntoIter<Person>,
    /// The last day that was given away.
    day: Date,
}

impl World {
    pub(super) fn new(cast: Cast, seed: u64, now: Timestamp) -> Self {
        let berlin = zone("Europe/Berlin").expect("the bundled zone data hold Berlin");
        let today = berlin.to_datetime(now).date();
        Self {
            people: cast.callers.clone().into_iter(),
            cast,
            now,
            berlin,
            // Not the draws that made the cast.
            chance: SeededChance::new(seed ^ 0x5eed),
            day: today.saturating_add(NAMED_DAYS.days()),
        }
    }

    pub(super) fn today(&self) -> Date {
        self.berlin.to_datetime(self.now).date()
    }

    /// Somebody who has not rung yet.
    pub(super) fn caller(&mut self) -> Person {
        self.people.next().expect("the cast has more people than the conversations have callers")
    }

    /// A day from Monday to Saturday on which no other conversation wants anything.
    pub(super) fn day(&mut self) -> Date {
        self.day = self.day.saturating_add(1.day());
        if self.day.weekday() == Weekday::Sunday {
            self.day = self.day.saturating_add(1.day());
        }
        self.day
    }

    /// One of these hours.
    pub(super) fn hour(&self, from: &[i8]) -> i8 {
        let drawn = self.chance.below(from.len() as u64);
        from[usize::try_from(drawn).unwrap_or(0)]
    }

    /// An hour on a day of its own.
    pub(super) fn free_moment(&mut self, hours: &[i8]) -> Moment {
        let (day, hour) = (self.day(), self.hour(hours));
        self.at(day, hour, 0)
    }

    pub(super) fn at(&self, date: Date, hour: i8, minute: i8) -> Moment {
        let local = date.to_datetime(Time::constant(hour, minute, 0, 0));
        let start = local_to_instant(local, &self.berlin).expect("these times exist on every day");
        Moment { local, start }
    }

    /// The same wall time some days later.
    pub(super) fn days_after(&self, moment: Moment, days: i64) -> Moment {
        let date = moment.local.date().saturating_add(days.days());
        self.at(date, moment.local.hour(), moment.local.minute())
    }

    /// "2026-11-28T14:30:00+01:00".
    pub(super) fn iso(&self, moment: Moment) -> String {
        moment.start.to_zoned_datetime(self.berlin.clone()).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
    }

    pub(super) fn minutes_after(&self, moment: Moment, minutes: i64) -> Moment {
        self.moment(moment.start + SignedDuration::from_mins(minutes))
    }

    fn moment(&self, start: Timestamp) -> Moment {
        Moment { local: self.berlin.to_datetime(start), start }
    }

    /// The next such weekday after today.
    pub(super) fn next(&self, weekday: Weekday) -> Date {
        (1..=7)
            .map(|days: i64| self.today().saturating_add(days.days()))
            .find(|date| date.weekday() == weekday)
            .expect("every weekday comes within a week")
    }

    /// Tomorrow, or Monday where tomorrow is a Sunday, with how people name it.
    pub(super) fn next_working_day(&self) -> (Date, &'static str) {
        let tomorrow = self.today().saturating_add(1.day());
        if tomorrow.weekday() == Weekday::Sunday {
            (tomorrow.saturating_add(1.day()), "am Montag")
        } else {
            (tomorrow, "morgen")
        }
    }

    /// A full hour from seven in the morning to nine in the evening, more than
    /// eight and less than twenty-one hours away, whatever time it is now.
    pub(super) fn within_a_day(&self) -> Moment {
        let full_hour = |hours: i64| {
            let local = self.berlin.to_datetime(self.now + SignedDuration::from_hours(hours));
            self.at(local.date(), local.hour(), 0)
        };
        let late = full_hour(20);
        if (7..20).contains(&late.local.hour()) { late } else { full_hour(10) }
    }
}

const GERMAN_DAYS: [&str; 7] =
    ["Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"];

const GERMAN_MONTHS: [&str; 12] = [
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
];

const ENGLISH_MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

const ENGLISH_DAYS: [&str; 7] =
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

const GERMAN_HOURS: [&str; 12] =
    ["zwölf", "eins", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn", "elf"];

const ENGLISH_HOURS: [&str; 12] =
    ["twelve", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven"];

fn nth<'a>(words: &[&'a str], index: i8) -> &'a str {
    usize::try_from(index).ok().and_then(|index| words.get(index)).copied().unwrap_or_default()
}

impl Moment {
    /// "Freitag, den 28. November": as dates are to be read back.
    pub(super) fn german_date(self) -> String {
        let date = self.local.date();
        let weekday = nth(&GERMAN_DAYS, date.weekday().to_monday_zero_offset());
        format!("{weekday}, den {}. {}", date.day(), nth(&GERMAN_MONTHS, date.month() - 1))
    }

    /// "Friday, November 28".
    pub(super) fn english_date(self) -> String {
        let date = self.local.date();
        let weekday = nth(&ENGLISH_DAYS, date.weekday().to_monday_zero_offset());
        format!("{weekday}, {} {}", nth(&ENGLISH_MONTHS, date.month() - 1), date.day())
    }

    /// "um drei", "um halb drei", "um 14:45 Uhr".
    pub(super) fn german_time(self) -> String {
        let (hour, minute) = (self.local.hour(), self.local.minute());
        match (hour, minute) {
            // In the evening people say the number that cannot be mistaken.
            (19.., 0) => format!("um {hour} Uhr"),
            (_, 0) => format!("um {}", nth(&GERMAN_HOURS, hour % 12)),
            (..=17, 30) => format!("um halb {}", nth(&GERMAN_HOURS, (hour + 1) % 12)),
            _ => format!("um {hour}:{minute:02} Uhr"),
        }
    }

    /// "at three".
    pub(super) fn english_time(self) -> String {
        format!("at {}", nth(&ENGLISH_HOURS, self.local.hour() % 12))
    }

    /// "am Freitag, den 28. November um halb drei".
    pub(super) fn german(self) -> String {
        format!("am {} {}", self.german_date(), self.german_time())
    }

    /// "2026-11-28", as models write dates.
    pub(super) fn iso_date(self) -> String {
        self.local.date().to_string()
    }

    /// "14:30".
    pub(super) fn iso_time(self) -> String {
        format!("{:02}:{:02}", self.local.hour(), self.local.minute())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::demo::businesses::cast;

    /// Every second hour of two years, with New Year, leap day and both changes of the clock.
    fn moments() -> impl Iterator<Item = Timestamp> {
        let first: Timestamp = "2027-06-01T00:30:00Z".parse().unwrap();
        (0..366 * 12).map(move |step| first + SignedDuration::from_hours(2 * step))
    }

    #[test]
    fn at_any_moment_there_is_an_hour_too_near_to_be_cancelled_and_far_enough_to_be_booked() {
        for now in moments() {
            let world = World::new(cast(1, now), 1, now);
            let moment = world.within_a_day();
            let away = moment.start.duration_since(now);
            assert!(away > SignedDuration::from_hours(8) && away < SignedDuration::from_hours(21), "{now}");
            assert!((7..22).contains(&moment.local.hour()), "{now}: {}", moment.local);
        }
    }

    #[test]
    fn days_that_are_given_away_are_no_sundays_and_behind_those_with_names() {
        for now in moments().step_by(37) {
            let mut world = World::new(cast(1, now), 1, now);
            let named =
                [world.next(Weekday::Friday), world.next(Weekday::Tuesday), world.next_working_day().0];
            let days: Vec<Date> = (0..30).map(|_| world.day()).collect();
            assert!(days.windows(2).all(|pair| pair[0] < pair[1]));
            assert!(days.iter().all(|day| day.weekday() != Weekday::Sunday));
            assert!(named.iter().all(|named| *named < days[0]), "{now}");
        }
    }
}
