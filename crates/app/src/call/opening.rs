//! When somebody is there: the working times of a branch's people, joined.

use askpro_domain::{
    availability::WorkingTime,
    business::{Branch, StaffMember},
    calendar::{Interval, joined, local_to_instant, zone},
    language::Language,
};
use jiff::{
    Timestamp, ToSpan,
    civil::{Date, Time},
    tz::TimeZone,
};

use super::{
    sentences::{Sentence, Spoken, say},
    wish::Place,
};

/// How far ahead an opening is looked for; a business closed for longer has nobody to ring back.
const DAYS_AHEAD: i16 = 28;

/// The times of one local date at which at least one person works, joined and in order.
pub(super) fn opening_on(date: Date, staff: &[StaffMember], place: &Place) -> Vec<Interval> {
    let weekday = usize::from(date.weekday().to_monday_zero_offset().unsigned_abs());
    let times = staff
        .iter()
        .filter(|member| member.branch == place.branch.id)
        .flat_map(|member| match member.overrides.iter().find(|one| one.date == date) {
            Some(instead) => instead.times.as_slice(),
            None => member.hours.0[weekday].as_slice(),
        })
        .filter_map(|time| interval(date, *time, &place.zone));
    joined(times.collect())
}

/// The opening under way at `at`, else the next one.
pub(super) fn next_opening(at: Timestamp, staff: &[StaffMember], place: &Place) -> Option<Interval> {
    let today = place.zone.to_datetime(at).date();
    (0..DAYS_AHEAD)
        .filter_map(|days| today.checked_add(i64::from(days).days()).ok())
        .flat_map(|date| opening_on(date, staff, place))
        .find(|opening| opening.to > at)
}

/// When a branch is open today, as a sentence; `None` where its zone is unknown.
pub(crate) fn hours_today(
    branch: &Branch,
    staff: &[StaffMember],
    language: Language,
    now: Timestamp,
) -> Option<String> {
    let place = Place { branch: branch.clone(), zone: zone(&branch.zone).ok()?, language };
    let openings = opening_on(place.zone.to_datetime(now).date(), staff, &place);
    let spoken = Spoken { zone: &place.zone, now };
    Some(say(language, &Sentence::HoursToday { openings: &openings, spoken }))
}

/// The first sentence of a call.
pub(crate) fn ai_disclosure(language: Language, company: &str) -> String {
    say(language, &Sentence::AiDisclosure { company })
}

/// A working time of a date, in a zone; `None` where nothing of it exists.
pub(crate) fn interval(date: Date, time: WorkingTime, zone: &TimeZone) -> Option<Interval> {
    let instant = |minute: u16| {
        let (date, minute) = if minute >= 1440 { (date.tomorrow().ok()?, 0) } else { (date, minute) };
        let clock = Time::new(i8::try_from(minute / 60).ok()?, i8::try_from(minute % 60).ok()?, 0, 0).ok()?;
        local_to_instant(date.to_datetime(clock), zone)
    };
    let interval = Interval::new(instant(time.from)?, instant(time.to)?);
    (!interval.is_empty()).then_some(interval)
}
