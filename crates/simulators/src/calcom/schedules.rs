//! Schedules: working hours as local wall time of a zone, with exceptions by date.

use axum::{Json, response::Response};
use jiff::{
    Timestamp,
    civil::{Date, Time, Weekday},
    tz::TimeZone,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    account::{Body, Caller, Fields, Id, THINGS_AT_MOST},
    answer::{Failure, created, success},
};

const VERSION: &str = "2024-06-11";

/// The schedule that every account begins with.
const FIRST: i64 = 1;

const DAYS: [(&str, Weekday); 7] = [
    ("Monday", Weekday::Monday),
    ("Tuesday", Weekday::Tuesday),
    ("Wednesday", Weekday::Wednesday),
    ("Thursday", Weekday::Thursday),
    ("Friday", Weekday::Friday),
    ("Saturday", Weekday::Saturday),
    ("Sunday", Weekday::Sunday),
];

/// Working hours.
#[derive(Clone)]
pub(super) struct Schedule {
    pub(super) id: i64,
    name: String,
    zone: TimeZone,
    is_default: bool,
    hours: Vec<Hours>,
    exceptions: Vec<Exception>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Hours {
    days: Vec<String>,
    start_time: String,
    end_time: String,
}

/// In place of a day's hours. Equal times close the day.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Exception {
    date: Date,
    start_time: String,
    end_time: String,
}

fn time(text: &str) -> Option<Time> {
    let (hour, minute) = text.split_once(':')?;
    Time::new(hour.parse().ok()?, minute.parse().ok()?, 0, 0).ok()
}

impl Schedule {
    /// Open day and night: a stand-in's calendar refuses nothing that nobody told it to.
    pub(super) fn always() -> Self {
        let every_day = DAYS.map(|(word, _)| word.to_owned()).into();
        Self {
            id: FIRST,
            name: "Working hours".into(),
            zone: TimeZone::get("Europe/Berlin").unwrap_or(TimeZone::UTC),
            is_default: true,
            hours: vec![Hours { days: every_day, start_time: "00:00".into(), end_time: "23:59".into() }],
            exceptions: Vec::new(),
        }
    }

    /// What Cal.com gives a schedule that names no hours.
    fn weekdays() -> Vec<Hours> {
        let days = DAYS[..5].iter().map(|(word, _)| (*word).to_owned()).collect();
        vec![Hours { days, start_time: "09:00".into(), end_time: "17:00".into() }]
    }

    fn set(&mut self, changes: &Fields) -> Result<(), Failure> {
        let text = |name: &str| changes.get(name).and_then(Value::as_str);
        if let Some(name) = text("name") {
            self.name = name.to_owned();
        }
        if let Some(zone) = text("timeZone") {
            self.zone =
                TimeZone::get(zone).map_err(|_| Failure::bad("timeZone must be an IANA time zone"))?;
        }
        if let Some(is_default) = changes.get("isDefault").and_then(Value::as_bool) {
            self.is_default = is_default;
        }
        if let Some(hours) = changes.get("availability") {
            let hours: Vec<Hours> = read(hours)?;
            let known = |word: &String| DAYS.iter().any(|(day, _)| day == word);
            if hours.iter().any(|one| {
                !one.days.iter().all(known)
                    || time(&one.start_time).is_none()
                    || time(&one.end_time).is_none()
            }) {
                return Err(Failure::bad("availability has unknown days or times"));
            }
            self.hours = hours;
        }
        if let Some(exceptions) = changes.get("overrides") {
            let exceptions: Vec<Exception> = read(exceptions)?;
            if exceptions.iter().any(|one| time(&one.start_time).is_none() || time(&one.end_time).is_none()) {
                return Err(Failure::bad("overrides has unknown times"));
            }
            self.exceptions = exceptions;
        }
        Ok(())
    }

    /// The stretches in which a day of its zone is open.
    pub(super) fn open_on(&self, date: Date) -> Vec<(Timestamp, Timestamp)> {
        let exceptions: Vec<_> = self.exceptions.iter().filter(|one| one.date == date).collect();
        let times: Vec<(&str, &str)> = if exceptions.is_empty() {
            let word = DAYS.iter().find(|(_, day)| *day == date.weekday()).map_or("", |(word, _)| word);
            let hours = self.hours.iter().filter(|one| one.days.iter().any(|day| day == word));
            hours.map(|one| (one.start_time.as_str(), one.end_time.as_str())).collect()
        } else {
            exceptions.iter().map(|one| (one.start_time.as_str(), one.end_time.as_str())).collect()
        };
        times
            .into_iter()
            .filter_map(|(from, to)| {
                let at = |text: &str| self.zone.to_timestamp(date.to_datetime(time(text)?)).ok();
                Some((at(from)?, at(to)?))
            })
            .filter(|(from, to)| from < to)
            .collect()
    }

    pub(super) fn is_default(&self) -> bool {
        self.is_default
    }

    /// Whether it is open from a start to an end.
    pub(super) fn holds(&self, start: Timestamp, end: Timestamp) -> bool {
        let date = self.zone.to_datetime(start).date();
        self.open_on(date).iter().any(|(from, to)| *from <= start && end <= *to)
    }

    /// The dates of its zone that a stretch touches.
    pub(super) fn dates(&self, start: Timestamp, end: Timestamp) -> impl Iterator<Item = Date> + use<> {
        let (first, last) = (self.zone.to_datetime(start).date(), self.zone.to_datetime(end).date());
        std::iter::successors(Some(first), |date| date.tomorrow().ok()).take_while(move |date| *date <= last)
    }

    fn to_json(&self) -> Value {
        json!({ "id": self.id, "ownerId": 1, "name": self.name, "timeZone": self.zone.iana_name().unwrap_or("UTC"),
            "isDefault": self.is_default, "availability": self.hours, "overrides": self.exceptions })
    }

    /// As the older controller shows it.
    fn to_older_json(&self) -> Value {
        json!({ "id": self.id, "userId": 1, "name": self.name, "timeZone": self.zone.iana_name().unwrap_or("UTC"),
            "workingHours": self.hours })
    }
}

fn read<T: serde::de::DeserializeOwned>(value: &Value) -> Result<T, Failure> {
    serde_json::from_value(value.clone()).map_err(|error| Failure::bad(error.to_string()))
}

fn shown(caller: &Caller, schedule: &Schedule) -> Value {
    if caller.speaks(VERSION) { schedule.to_json() } else { schedule.to_older_json() }
}

fn not_found(id: i64) -> Failure {
    Failure::missing(format!("Schedule with ID={id} does not exist."))
}

pub(super) async fn list(caller: Caller) -> Json<Value> {
    let all: Vec<Value> =
        caller.with(|account| account.schedules.values().map(|one| shown(&caller, one)).collect());
    success(json!(all))
}

pub(super) async fn default(caller: Caller) -> Result<Json<Value>, Failure> {
    caller.with(|account| {
        let one = account.schedules.values().find(|one| one.is_default).or(account.schedules.values().next());
        one.map(|one| success(shown(&caller, one))).ok_or_else(|| not_found(0))
    })
}

pub(super) async fn get(caller: Caller, Id(id): Id) -> Result<Json<Value>, Failure> {
    caller.with(|account| {
        account.schedules.get(&id).map(|one| success(shown(&caller, one))).ok_or_else(|| not_found(id))
    })
}

pub(super) async fn create(caller: Caller, Body(body): Body) -> Result<Response, Failure> {
    for name in ["name", "timeZone", "isDefault"] {
        if !body.contains_key(name) {
            return Err(Failure::bad(format!("{name} is required")));
        }
    }
    let id = caller.calcom.next_id();
    let mut schedule = Schedule {
        id,
        name: String::new(),
        zone: TimeZone::UTC,
        is_default: false,
        hours: Schedule::weekdays(),
        exceptions: Vec::new(),
    };
    schedule.set(&body)?;
    caller.with(|account| {
        if account.schedules.len() >= THINGS_AT_MOST {
            return Err(Failure::bad("too many schedules"));
        }
        if schedule.is_default {
            account.schedules.values_mut().for_each(|one| one.is_default = false);
        }
        let answer = created(shown(&caller, &schedule));
        account.schedules.insert(id, schedule);
        Ok(answer)
    })
}

/// Replaces whole lists: a day that is left out is closed.
pub(super) async fn update(caller: Caller, Id(id): Id, Body(changes): Body) -> Result<Json<Value>, Failure> {
    caller.with(|account| {
        let mut changed = account.schedules.get(&id).ok_or_else(|| not_found(id))?.clone();
        changed.set(&changes)?;
        if changed.is_default {
            account.schedules.values_mut().for_each(|one| one.is_default = false);
        }
        let answer = success(shown(&caller, &changed));
        account.schedules.insert(id, changed);
        Ok(answer)
    })
}

pub(super) async fn delete(caller: Caller, Id(id): Id) -> Result<Json<Value>, Failure> {
    caller.with(|account| account.schedules.remove(&id)).ok_or_else(|| not_found(id))?;
    Ok(Json(json!({ "status": "success" })))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn schedule(fields: Value) -> Schedule {
        let mut schedule = Schedule::always();
        schedule.set(fields.as_object().unwrap()).unwrap();
        schedule
    }

    #[test]
    fn hours_are_wall_time_on_both_sides_of_a_clock_change() {
        let hours = json!({ "timeZone": "Europe/Berlin", "availability": [{ "days": ["Friday", "Monday"],
            "startTime": "09:00", "endTime": "17:00" }] });
        let schedule = schedule(hours);
        let opens = |day: Date| schedule.open_on(day)[0].0.to_string();
        assert_eq!(opens(date(2026, 10, 23)), "2026-10-23T07:00:00Z");
        assert_eq!(opens(date(2026, 10, 26)), "2026-10-26T08:00:00Z");
        assert!(schedule.open_on(date(2026, 10, 25)).is_empty(), "it was not named");
    }

    #[test]
    fn equal_times_close_a_day() {
        let closed =
            json!({ "overrides": [{ "date": "2026-12-24", "startTime": "00:00", "endTime": "00:00" }] });
        assert!(schedule(closed).open_on(date(2026, 12, 24)).is_empty());
    }
}
