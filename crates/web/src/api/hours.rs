//! Working times as they are written: `{"mon": [["09:00", "12:00"], …]}`, and the
//! dates on which others apply.

use askpro_domain::availability::{HoursOverride, WeeklyHours, WorkingTime};
use jiff::civil::Date;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

/// A time of day; 24:00 is the end of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clock(u16);

impl Serialize for Clock {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&format!("{:02}:{:02}", self.0 / 60, self.0 % 60))
    }
}

impl<'de> Deserialize<'de> for Clock {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        let read = || {
            let (hour, minute) = text.split_once(':')?;
            if hour.len() != 2 || minute.len() != 2 || !text.bytes().all(|b| b.is_ascii_digit() || b == b':')
            {
                return None;
            }
            let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
            let total = hour * 60 + minute;
            (minute < 60 && total <= 1440).then_some(Self(total))
        };
        read().ok_or_else(|| D::Error::custom("Write a time of day as 09:00; 24:00 is the end of the day."))
    }
}

impl JsonSchema for Clock {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Clock".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": "^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$" })
    }
}

/// From and until.
type Times = Vec<(Clock, Clock)>;

/// Working times of each weekday; an empty list is a closed day.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Week {
    mon: Times,
    tue: Times,
    wed: Times,
    thu: Times,
    fri: Times,
    sat: Times,
    sun: Times,
}

/// What applies on one date in place of the weekly hours.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Exception {
    /// The local date.
    #[schemars(with = "DateText")]
    date: Date,
    /// The times of that date; an empty list is closed.
    intervals: Times,
}

struct DateText;

impl JsonSchema for DateText {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Date".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "date" })
    }
}

fn written(times: &[WorkingTime]) -> Times {
    times.iter().map(|time| (Clock(time.from), Clock(time.to))).collect()
}

fn read(times: &[(Clock, Clock)]) -> Vec<WorkingTime> {
    times.iter().map(|(from, to)| WorkingTime { from: from.0, to: to.0 }).collect()
}

impl From<&WeeklyHours> for Week {
    fn from(hours: &WeeklyHours) -> Self {
        let [mon, tue, wed, thu, fri, sat, sun] = [0, 1, 2, 3, 4, 5, 6].map(|day| written(&hours.0[day]));
        Self { mon, tue, wed, thu, fri, sat, sun }
    }
}

impl From<&Week> for WeeklyHours {
    fn from(week: &Week) -> Self {
        let days = [&week.mon, &week.tue, &week.wed, &week.thu, &week.fri, &week.sat, &week.sun];
        Self(days.map(|times| read(times)))
    }
}

impl From<&HoursOverride> for Exception {
    fn from(one: &HoursOverride) -> Self {
        Self { date: one.date, intervals: written(&one.times) }
    }
}

impl From<&Exception> for HoursOverride {
    fn from(one: &Exception) -> Self {
        Self { date: one.date, times: read(&one.intervals) }
    }
}
