//! German phrases.

use jiff::civil::{Date, Time};

const WEEKDAYS: [&str; 7] = ["Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"];
const MONTHS: [&str; 12] = [
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

/// Parts of the day by the hours they mean to callers.
pub(super) const PARTS: [((i8, i8), &str); 9] = [
    ((6, 10), "früh"),
    ((8, 12), "vormittags"),
    ((10, 12), "am späten Vormittag"),
    ((12, 14), "mittags"),
    ((13, 15), "am frühen Nachmittag"),
    ((13, 18), "nachmittags"),
    ((16, 18), "am späten Nachmittag"),
    ((17, 19), "am frühen Abend"),
    ((17, 22), "abends"),
];

/// "Freitag, den 28. November", with the year where one is given.
pub(super) fn date(date: Date, year: Option<i16>) -> String {
    let weekday = WEEKDAYS[usize::try_from(date.weekday().to_monday_zero_offset()).unwrap_or(0) % 7];
    format!("{weekday}, den {}", short_date(date, year))
}

/// "28. November", with the year where one is given.
pub(super) fn short_date(date: Date, year: Option<i16>) -> String {
    let month = MONTHS[usize::try_from(date.month() - 1).unwrap_or(0) % 12];
    match year {
        Some(year) => format!("{}. {month} {year}", date.day()),
        None => format!("{}. {month}", date.day()),
    }
}

/// "14:30 Uhr", "15 Uhr"; before seven with its part of the day, because "um 3 Uhr" is heard as 15 Uhr.
pub(super) fn time(time: Time) -> String {
    let part = match time.hour() {
        1..=4 => " nachts",
        5 | 6 => " morgens",
        _ => "",
    };
    match time.minute() {
        0 => format!("{} Uhr{part}", time.hour()),
        minute => format!("{}:{minute:02} Uhr{part}", time.hour()),
    }
}

/// As the end of a stretch: two digits before seven, since a part of the day would
/// be heard as belonging to both ends.
pub(super) fn limit_time(time: Time) -> String {
    match (time.hour(), time.minute()) {
        (hour @ 1..=6, minute) => format!("{hour:02}:{minute:02} Uhr"),
        (hour, 0) => format!("{hour} Uhr"),
        (hour, minute) => format!("{hour}:{minute:02} Uhr"),
    }
}
