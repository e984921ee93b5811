//! What people type into fields, read and bounded.

use askpro_domain::{
    availability::{HoursOverride, WeeklyHours, WorkingTime},
    calendar::zone,
    phone::{PhoneNumber, Region},
};

use super::refusal::{Because, Refusal};

/// The longest name, in characters.
pub(super) const NAME_AT_MOST: usize = 120;

/// The longest note or reason, in characters.
pub(super) const NOTE_AT_MOST: usize = 2_000;

/// The longest e-mail address by RFC 5321.
const EMAIL_AT_MOST: usize = 254;

/// Dates with times of their own that one branch or person can have.
const EXCEPTIONS_AT_MOST: usize = 366;

/// Stretches of one day.
const STRETCHES_AT_MOST: usize = 12;

pub(super) fn unfit(field: &'static str, because: Because) -> Refusal {
    Refusal::Unfit { field, because }
}

/// One line that must be there.
pub(super) fn line(field: &'static str, text: &str, most: usize) -> Result<String, Refusal> {
    let text = text.trim();
    if text.is_empty() {
        return Err(unfit(field, Because::Missing));
    }
    // The two that break lines without being control characters belong to none either.
    bounded(field, text, most, |c| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}'))
}

/// One line, where there is one.
pub(super) fn some_line(
    field: &'static str,
    text: Option<&String>,
    most: usize,
) -> Result<Option<String>, Refusal> {
    text.map(|text| line(field, text, most)).transpose()
}

/// A note of several lines; an empty one is none.
pub(super) fn note(field: &'static str, text: Option<&String>) -> Result<Option<String>, Refusal> {
    let Some(text) = text.map(|text| text.trim()).filter(|text| !text.is_empty()) else { return Ok(None) };
    let is_strange = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
    bounded(field, text, NOTE_AT_MOST, is_strange).map(Some)
}

fn bounded(
    field: &'static str,
    text: &str,
    most: usize,
    is_strange: impl Fn(char) -> bool,
) -> Result<String, Refusal> {
    if text.chars().count() > most {
        return Err(unfit(field, Because::TooLong(most)));
    }
    // Marks that turn the direction of writing make a name look like another one.
    let turns = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    if text.chars().any(|c| is_strange(c) || turns(c)) {
        return Err(unfit(field, Because::Invisible));
    }
    Ok(text.to_owned())
}

/// A phone number as E.164.
pub(super) fn phone(field: &'static str, text: &str) -> Result<String, Refusal> {
    match PhoneNumber::parse(text, Region::De) {
        Some(number) => Ok(number.as_str().to_owned()),
        None => Err(unfit(field, Because::NoPhoneNumber)),
    }
}

/// An e-mail address, as far as one can be known by its looks.
pub(super) fn email(field: &'static str, text: &str) -> Result<String, Refusal> {
    let text = line(field, text, EMAIL_AT_MOST)?;
    let is_address = text.split_once('@').is_some_and(|(local, domain)| {
        !local.is_empty()
            && domain.contains('.')
            && domain.split('.').all(|part| !part.is_empty())
            && !domain.contains('@')
            && !text.contains(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | ',' | ';' | '"'))
    });
    if is_address { Ok(text) } else { Err(unfit(field, Because::NoEmail)) }
}

/// A time zone.
pub(super) fn zone_name(field: &'static str, text: &str) -> Result<String, Refusal> {
    let text = line(field, text, NAME_AT_MOST)?;
    match zone(&text) {
        Ok(_) => Ok(text),
        Err(_) => Err(unfit(field, Because::NoZone)),
    }
}

/// A number within bounds.
pub(super) fn within(field: &'static str, number: u32, least: u32, most: u32) -> Result<u32, Refusal> {
    if (least..=most).contains(&number) {
        Ok(number)
    } else {
        Err(unfit(field, Because::OutOfRange(i64::from(least), i64::from(most))))
    }
}

/// Weekly hours whose stretches run forwards and not into one another.
pub(super) fn weekly(field: &'static str, hours: &WeeklyHours) -> Result<WeeklyHours, Refusal> {
    let days: Result<Vec<Vec<WorkingTime>>, Refusal> = hours.0.iter().map(|day| times(field, day)).collect();
    let mut checked = WeeklyHours::default();
    for (day, times) in checked.0.iter_mut().zip(days?) {
        *day = times;
    }
    Ok(checked)
}

/// Exceptions, one a date.
pub(super) fn exceptions(
    field: &'static str,
    given: &[HoursOverride],
) -> Result<Vec<HoursOverride>, Refusal> {
    if given.len() > EXCEPTIONS_AT_MOST {
        return Err(unfit(field, Because::TooMany(EXCEPTIONS_AT_MOST)));
    }
    let mut checked = Vec::with_capacity(given.len());
    for one in given {
        // Years beyond these are mistakes, and nothing can be booked there.
        if !(1970..=2200).contains(&one.date.year()) {
            return Err(unfit(field, Because::OutOfRange(1970, 2200)));
        }
        checked.push(HoursOverride { date: one.date, times: times(field, &one.times)? });
    }
    checked.sort_by_key(|one| one.date);
    if checked.windows(2).any(|pair| pair[0].date == pair[1].date) {
        return Err(unfit(field, Because::Repeated));
    }
    Ok(checked)
}

fn times(field: &'static str, given: &[WorkingTime]) -> Result<Vec<WorkingTime>, Refusal> {
    if given.len() > STRETCHES_AT_MOST {
        return Err(unfit(field, Because::TooMany(STRETCHES_AT_MOST)));
    }
    let mut times = given.to_vec();
    times.sort_unstable_by_key(|time| time.from);
    let is_ordered = times.iter().all(|time| time.from < time.to && time.to <= 1440)
        && times.windows(2).all(|pair| pair[0].to <= pair[1].from);
    if is_ordered { Ok(times) } else { Err(unfit(field, Because::Overlapping)) }
}
