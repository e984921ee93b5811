//! Which starts are free, from a query, a service and the people's calendars.

use std::collections::BTreeMap;

use askpro_domain::{
    availability::{
        HoursOverride, Person, Query, Segment, ServiceTimes, WeeklyHours, WorkingTime, free_slots,
    },
    calendar::{Interval, zone},
};
use jiff::{Timestamp, civil::Date};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize)]
struct Input {
    now: Timestamp,
    query: QueryInput,
    service: ServiceInput,
    staff: Vec<StaffInput>,
}

#[derive(Deserialize)]
struct QueryInput {
    from: Timestamp,
    to: Timestamp,
    tz: String,
    staff: Option<String>,
}

#[derive(Deserialize)]
struct ServiceInput {
    duration_min: Option<u32>,
    segments: Option<Vec<SegmentInput>>,
    buffer_before_min: u32,
    buffer_after_min: u32,
    slot_interval_min: u32,
    min_notice_min: u32,
    booking_horizon_days: u32,
}

#[derive(Deserialize)]
struct SegmentInput {
    minutes: u32,
    staff_needed: bool,
}

#[derive(Deserialize)]
struct StaffInput {
    id: String,
    hours: BTreeMap<String, Vec<(String, String)>>,
    #[serde(default)]
    overrides: Vec<OverrideInput>,
    #[serde(default)]
    busy: Vec<BusyInput>,
}

#[derive(Deserialize)]
struct OverrideInput {
    date: Date,
    intervals: Vec<(String, String)>,
}

#[derive(Deserialize)]
struct BusyInput {
    from: Timestamp,
    to: Timestamp,
}

pub(crate) fn answer(input: &Value) -> Result<Value, String> {
    let input: Input = crate::parse(input)?;
    let zone = zone(&input.query.tz).map_err(|problem| problem.to_string())?;
    let query = Query { from: input.query.from, to: input.query.to, zone };
    let service = service(input.service)?;
    let people = input
        .staff
        .iter()
        .filter(|staff| input.query.staff.as_ref().is_none_or(|asked| *asked == staff.id))
        .map(person)
        .collect::<Result<Vec<_>, _>>()?;
    let slots: Vec<Value> = free_slots(&query, input.now, &service, &people)
        .into_iter()
        .map(|slot| json!({ "staff": slot.person, "start": slot.start, "end": slot.end }))
        .collect();
    Ok(json!({ "slots": slots }))
}

fn service(input: ServiceInput) -> Result<ServiceTimes, String> {
    let segments = match (input.segments, input.duration_min) {
        (Some(segments), _) => segments
            .into_iter()
            .map(|segment| Segment { minutes: segment.minutes, staff_needed: segment.staff_needed })
            .collect(),
        (None, Some(minutes)) => vec![Segment { minutes, staff_needed: true }],
        (None, None) => return Err("the service has neither segments nor duration_min".to_owned()),
    };
    Ok(ServiceTimes {
        segments,
        buffer_before_minutes: input.buffer_before_min,
        buffer_after_minutes: input.buffer_after_min,
        slot_interval_minutes: input.slot_interval_min,
        min_notice_minutes: input.min_notice_min,
        booking_horizon_days: input.booking_horizon_days,
    })
}

fn person(staff: &StaffInput) -> Result<Person<&str>, String> {
    let mut hours = WeeklyHours::default();
    for (name, times) in &staff.hours {
        let day = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
            .iter()
            .position(|day| day == name)
            .ok_or_else(|| format!("unknown weekday {name:?}"))?;
        hours.0[day] = working_times(times)?;
    }
    let overrides = staff
        .overrides
        .iter()
        .map(|special| Ok(HoursOverride { date: special.date, times: working_times(&special.intervals)? }))
        .collect::<Result<_, String>>()?;
    let busy = staff.busy.iter().map(|busy| Interval::new(busy.from, busy.to)).collect();
    Ok(Person { id: staff.id.as_str(), hours, overrides, busy })
}

fn working_times(times: &[(String, String)]) -> Result<Vec<WorkingTime>, String> {
    times.iter().map(|(from, to)| Ok(WorkingTime { from: minute(from)?, to: minute(to)? })).collect()
}

fn minute(clock: &str) -> Result<u16, String> {
    let problem = || format!("{clock:?} is no time of day");
    let (hours, minutes) = clock.split_once(':').ok_or_else(problem)?;
    let hours: u16 = hours.parse().map_err(|_| problem())?;
    let minutes: u16 = minutes.parse().map_err(|_| problem())?;
    if minutes > 59 || hours > 24 || (hours == 24 && minutes > 0) {
        return Err(problem());
    }
    Ok(hours * 60 + minutes)
}
