//! English phrases.

use jiff::civil::{Date, Time};

const WEEKDAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const MONTHS: [&str; 12] = [
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

/// Parts of the day by the hours they mean to callers.
pub(super) const PARTS: [((i8, i8), &str); 8] = [
    ((6, 12), "in the morning"),
    ((10, 12), "in the late morning"),
    ((12, 14), "at lunchtime"),
    ((13, 15), "in the early afternoon"),
    ((13, 18), "in the afternoon"),
    ((16, 18), "in the late afternoon"),
    ((17, 19), "in the early evening"),
    ((17, 22), "in the evening"),
];

/// "Friday, November 28", with the year where one is given.
pub(super) fn date(date: Date, year: Option<i16>) -> String {
    let weekday = WEEKDAYS[usize::try_from(date.weekday().to_monday_zero_offset()).unwrap_or(0) % 7];
    format!("{weekday}, {}", short_date(date, year))
}

/// "November 28", with the year where one is given.
pub(super) fn short_date(date: Date, year: Option<i16>) -> String {
    let month = MONTHS[usize::try_from(date.month() - 1).unwrap_or(0) % 12];
    match year {
        Some(year) => format!("{month} {}, {year}", date.day()),
        None => format!("{month} {}", date.day()),
    }
}

/// "2:30 pm", "3 pm", "noon" is "12 pm".
pub(super) fn time(time: Time) -> String {
    let half = if time.hour() < 12 { "am" } else { "pm" };
    let hour = match time.hour() % 12 {
        0 => 12,
        hour => hour,
    };
    match time.minute() {
        0 => format!("{hour} {half}"),
        minute => format!("{hour}:{minute:02} {half}"),
    }
}
