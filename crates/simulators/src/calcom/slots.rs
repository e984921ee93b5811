//! Free slots, and reservations that hide them from the list and bind nobody.

use std::collections::BTreeMap;

use axum::{Json, extract::Path, response::Response};
use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    account::{Account, Body, Caller, Params, THINGS_AT_MOST},
    answer::{Failure, created, iso, success, utc},
    bookings::is_taken,
    event_types::{Bookable, find},
};

const VERSION: &str = "2024-09-04";

/// Days that one list covers at most.
const DAYS_AT_MOST: i64 = 366;

/// How long a reservation stands where it does not say, in minutes.
const RESERVED_MINUTES: i64 = 5;

/// A slot kept from the list for a while.
#[derive(Clone)]
pub(super) struct Reservation {
    event_type: i64,
    start: Timestamp,
    end: Timestamp,
    until: Timestamp,
    minutes: i64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Wanted {
    start: Option<String>,
    end: Option<String>,
    time_zone: Option<String>,
    duration: Option<i64>,
    format: Option<String>,
    event_type_id: Option<i64>,
    event_type_slug: Option<String>,
    booking_uid_to_reschedule: Option<String>,
}

/// A bare date is a day in UTC, not in the zone that the answer is written in.
fn bound(text: &str, is_end: bool) -> Option<Timestamp> {
    if let Ok(date) = text.parse::<Date>()
        && text.len() == 10
    {
        let time = if is_end { date.at(23, 59, 59, 0) } else { date.at(0, 0, 0, 0) };
        return TimeZone::UTC.to_timestamp(time).ok();
    }
    text.parse().ok()
}

/// Everything that is free between two moments, widened to whole days.
fn free(
    account: &Account,
    bookable: &Bookable,
    (from, to): (Timestamp, Timestamp),
    length: SignedDuration,
    except: Option<&str>,
    now: Timestamp,
) -> Vec<(Timestamp, Timestamp)> {
    let day = |at: Timestamp| TimeZone::UTC.to_datetime(at).date();
    let whole = |date: Date, is_end: bool| bound(&date.to_string(), is_end);
    let (Some(from), Some(to)) = (whole(day(from), false), whole(day(to), true)) else { return Vec::new() };
    let Some(schedule) = account.schedule_of(bookable) else { return Vec::new() };
    let step = bookable.interval.map_or(length, SignedDuration::from_mins);
    let mut slots = Vec::new();
    for date in schedule.dates(from, to) {
        for (opens, closes) in schedule.open_on(date) {
            let mut start = opens;
            while let Ok(end) = start.checked_add(length) {
                if end > closes {
                    break;
                }
                let is_wanted = from <= start && start <= to && start > now && bookable.admits(start, now);
                let is_hidden = account.reservations.values().any(|one| {
                    one.event_type == bookable.id && one.until > now && one.start < end && start < one.end
                });
                if is_wanted && !is_hidden && !is_taken(account, bookable, start, end, except) {
                    slots.push((start, end));
                }
                let Ok(next) = start.checked_add(step) else { break };
                start = next;
            }
        }
    }
    slots
}

/// A moment with the offset that it has in a zone.
fn local(at: Timestamp, zone: &TimeZone) -> String {
    if *zone == TimeZone::UTC {
        return iso(at);
    }
    at.to_zoned_datetime(zone.clone()).strftime("%Y-%m-%dT%H:%M:%S%.3f%:z").to_string()
}

pub(super) async fn list(caller: Caller, Params(wanted): Params<Wanted>) -> Result<Json<Value>, Failure> {
    let given = |text: &Option<String>, is_end| text.as_deref().and_then(|text| bound(text, is_end));
    let (Some(from), Some(to)) = (given(&wanted.start, false), given(&wanted.end, true)) else {
        return Err(Failure::bad("Invalid time range given - check the 'start' and 'end' query parameters."));
    };
    if to < from || to.duration_since(from) > SignedDuration::from_hours(24 * DAYS_AT_MOST) {
        return Err(Failure::bad("Invalid time range given - check the 'start' and 'end' query parameters."));
    }
    let zone = match wanted.time_zone.as_deref() {
        None => TimeZone::UTC,
        Some(name) => TimeZone::get(name).map_err(|_| Failure::bad("timeZone must be an IANA time zone"))?,
    };
    let now = caller.now();
    let slots = caller.with(|account| {
        let bookable = find(account, wanted.event_type_id, wanted.event_type_slug.as_deref())?;
        let length = bookable.length_for(wanted.duration)?;
        Ok(free(account, bookable, (from, to), length, wanted.booking_uid_to_reschedule.as_deref(), now))
    })?;
    if !caller.speaks(VERSION) {
        return Ok(success(json!({ "slots": older(&slots) })));
    }
    let as_range = wanted.format.as_deref() == Some("range");
    let mut by_date: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for (start, end) in slots {
        let mut slot = json!({ "start": local(start, &zone) });
        if as_range {
            slot["end"] = json!(local(end, &zone));
        }
        by_date.entry(zone.to_datetime(start).date().to_string()).or_default().push(slot);
    }
    Ok(success(json!(by_date)))
}

/// As the older controller shows them: another key, and UTC in any case.
fn older(slots: &[(Timestamp, Timestamp)]) -> BTreeMap<String, Vec<Value>> {
    let mut by_date: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for (start, _) in slots {
        let date = TimeZone::UTC.to_datetime(*start).date().to_string();
        by_date.entry(date).or_default().push(json!({ "time": iso(*start) }));
    }
    by_date
}

impl Reservation {
    fn to_json(&self, uid: &str) -> Value {
        json!({ "eventTypeId": self.event_type, "slotStart": iso(self.start), "slotEnd": iso(self.end),
            "slotDuration": self.end.duration_since(self.start).as_mins(), "reservationUid": uid,
            "reservationDuration": self.minutes, "reservationUntil": iso(self.until) })
    }
}

fn read(account: &Account, body: &Body, now: Timestamp, own: Option<&str>) -> Result<Reservation, Failure> {
    let whole = |name: &str| body.0.get(name).and_then(Value::as_i64);
    let bookable = find(account, whole("eventTypeId"), None)?;
    let start = body.text("slotStart").and_then(utc);
    let start = start.ok_or_else(|| Failure::bad("slotStart must be a valid ISO 8601 date string"))?;
    let length = bookable.length_for(whole("slotDuration"))?;
    let minutes = whole("reservationDuration").unwrap_or(RESERVED_MINUTES);
    if !(1..=1_440).contains(&minutes) {
        return Err(Failure::bad("reservationDuration must be a positive number"));
    }
    let end = start.checked_add(length).map_err(|_| Failure::bad("slotStart is out of range"))?;
    let until = now.checked_add(SignedDuration::from_mins(minutes));
    let until = until.map_err(|_| Failure::bad("reservationDuration is out of range"))?;
    if is_taken(account, bookable, start, end, None) {
        return Err(Failure::unprocessable("Can't reserve a slot if the event is already booked."));
    }
    let is_kept = account.reservations.iter().any(|(uid, one)| {
        Some(uid.as_str()) != own
            && one.event_type == bookable.id
            && one.until > now
            && one.start < end
            && start < one.end
    });
    if is_kept {
        return Err(Failure::unprocessable("This time slot is already reserved by another user."));
    }
    Ok(Reservation { event_type: bookable.id, start, end, until, minutes })
}

pub(super) async fn reserve(caller: Caller, body: Body) -> Result<Response, Failure> {
    let now = caller.now();
    let uid = format!("rs{:010}", caller.calcom.next_id());
    caller.with(|account| {
        account.reservations.retain(|_, one| one.until > now);
        if account.reservations.len() >= THINGS_AT_MOST {
            return Err(Failure::bad("too many reservations"));
        }
        let reservation = read(account, &body, now, None)?;
        let answer = created(reservation.to_json(&uid));
        account.reservations.insert(uid, reservation);
        Ok(answer)
    })
}

/// The reservation, or `null` where it has run out.
pub(super) async fn reserved(caller: Caller, Path(uid): Path<String>) -> Json<Value> {
    let now = caller.now();
    let found = caller.with(|account| {
        account.reservations.get(&uid).filter(|one| one.until > now).map(|one| one.to_json(&uid))
    });
    success(found.unwrap_or(Value::Null))
}

pub(super) async fn reserve_again(
    caller: Caller,
    Path(uid): Path<String>,
    body: Body,
) -> Result<Json<Value>, Failure> {
    let now = caller.now();
    caller.with(|account| {
        if !account.reservations.contains_key(&uid) {
            return Err(Failure::missing(format!("Slot with uid={uid} not found")));
        }
        let reservation = read(account, &body, now, Some(&uid))?;
        let answer = success(reservation.to_json(&uid));
        account.reservations.insert(uid, reservation);
        Ok(answer)
    })
}

pub(super) async fn release(caller: Caller, Path(uid): Path<String>) -> Result<Json<Value>, Failure> {
    let gone = caller.with(|account| account.reservations.remove(&uid));
    gone.map(|_| Json(json!({ "status": "success" })))
        .ok_or_else(|| Failure::missing(format!("Slot with uid={uid} not found")))
}
