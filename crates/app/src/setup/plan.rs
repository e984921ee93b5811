//! What is to be set up, as people write it down.

use askpro_domain::{
    availability::{Segment, ServiceTimes, WeeklyHours, WorkingTime},
    ids::ConnectionId,
    policy::{CutOff, Notice, Policy},
};
use askpro_store::{Error, Result};
use jiff::civil::Time;
use serde::Deserialize;

/// A company with what it offers, as it is written in a file. `examples/salon.toml`
/// is one.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CompanyPlan {
    /// As people call it.
    pub name: String,
    /// `de` or `en`.
    #[serde(default = "german")]
    pub language: String,
    /// How early changes must come.
    #[serde(default)]
    pub policy: PolicyPlan,
    /// Whether finding, moving and cancelling need the reference, and not only a
    /// number that the network shows.
    #[serde(default)]
    pub requires_reference: bool,
    /// Whether a caller who is known by number is greeted by name.
    #[serde(default)]
    pub greets_by_name: bool,
    /// Its places of business; at least one.
    pub branches: Vec<BranchPlan>,
}

/// How early changes must come, of a company, a branch or a service; the special
/// goes before the general.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PolicyPlan {
    /// For booking.
    pub book: NoticePlan,
    /// For moving.
    pub reschedule: NoticePlan,
    /// For cancelling.
    pub cancel: NoticePlan,
}

/// `{ notice_minutes = 1440 }`, or `{ until = "18:00", days_before = 1 }`, or both.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct NoticePlan {
    /// Shortest time before the start.
    pub notice_minutes: Option<u32>,
    /// Latest time of day.
    pub until: Option<Time>,
    /// On which day before the appointment `until` counts; 0 is the same day.
    pub days_before: u16,
}

impl From<PolicyPlan> for Policy {
    fn from(plan: PolicyPlan) -> Self {
        let notice = |plan: NoticePlan| Notice {
            minutes: plan.notice_minutes,
            cut_off: plan.until.map(|at| CutOff { days_before: plan.days_before, at }),
        };
        Self { book: notice(plan.book), reschedule: notice(plan.reschedule), cancel: notice(plan.cancel) }
    }
}

fn german() -> String {
    "de".into()
}

fn berlin() -> String {
    "Europe/Berlin".into()
}

/// A branch in a plan.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BranchPlan {
    /// As people call it.
    pub name: String,
    /// IANA zone.
    #[serde(default = "berlin")]
    pub zone: String,
    /// Where a person can be reached.
    pub phone: Option<String>,
    /// Street and town.
    pub address: Option<String>,
    /// How early changes must come.
    #[serde(default)]
    pub policy: PolicyPlan,
    /// Who works there.
    pub staff: Vec<StaffPlan>,
    /// What can be booked there.
    pub services: Vec<ServicePlan>,
}

/// A phone number to be added.
#[derive(Clone, Debug)]
pub struct NumberPlan {
    /// At which Retell workspace.
    pub connection: ConnectionId,
    /// As people write it.
    pub number: String,
    /// The branch's name; the first one where it is left out.
    pub branch: Option<String>,
    /// Which agent answers.
    pub agent: Option<String>,
    /// In which version: a number or `latest_published`.
    pub agent_version: Option<String>,
    /// Where calls go when no agent can take them.
    pub fallback: Option<String>,
}

/// A person in a plan.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StaffPlan {
    /// As customers call them; unique in the branch.
    pub name: String,
    /// Working times by weekday: `mon = ["09:00-12:00", "13:00-18:00"]`.
    pub hours: std::collections::BTreeMap<String, Vec<String>>,
}

/// A service in a plan.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServicePlan {
    /// As it stands in the price list.
    pub name: String,
    /// What callers also say for it.
    #[serde(default)]
    pub synonyms: Vec<String>,
    /// How long it takes; negative pieces of `segments` are waiting time.
    pub minutes: Vec<i64>,
    /// What it costs, in cents with VAT.
    pub price_cents: Option<i64>,
    /// Kept free before, in minutes.
    #[serde(default)]
    pub buffer_before_minutes: u32,
    /// Kept free after, in minutes.
    #[serde(default)]
    pub buffer_after_minutes: u32,
    /// Distance of offered starts, in minutes.
    #[serde(default = "quarter_of_an_hour")]
    pub slot_interval_minutes: u32,
    /// Shortest notice, in minutes.
    #[serde(default)]
    pub min_notice_minutes: u32,
    /// How far ahead can be booked, in days.
    #[serde(default = "two_months")]
    pub booking_horizon_days: u32,
    /// Who does it, by name; empty is everybody in the branch.
    #[serde(default)]
    pub staff: Vec<String>,
    /// How early changes must come.
    #[serde(default)]
    pub policy: PolicyPlan,
    /// Where it belongs to Cal.com: the event type's number. Its connection is
    /// given when the plan is carried out.
    pub calcom_event_type: Option<i64>,
}

fn quarter_of_an_hour() -> u32 {
    15
}

fn two_months() -> u32 {
    60
}

const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

impl StaffPlan {
    pub(super) fn weekly_hours(&self) -> Result<WeeklyHours> {
        let mut hours = WeeklyHours::default();
        for (day, times) in &self.hours {
            let index = WEEKDAYS.iter().position(|known| known == day).ok_or_else(|| {
                Error::Unfit(format!(
                    "{}: {day:?} is no weekday; write mon, tue, wed, thu, fri, sat or sun",
                    self.name
                ))
            })?;
            for text in times {
                hours.0[index].push(working_time(text).ok_or_else(|| {
                    Error::Unfit(format!("{}: {text:?} is no working time; write 09:00-17:30", self.name))
                })?);
            }
        }
        Ok(hours)
    }
}

fn working_time(text: &str) -> Option<WorkingTime> {
    let minute = |text: &str| -> Option<u16> {
        let (hour, minute) = text.trim().split_once(':')?;
        let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
        (minute < 60 && hour * 60 + minute <= 1440).then_some(hour * 60 + minute)
    };
    let (from, to) = text.split_once('-')?;
    let time = WorkingTime { from: minute(from)?, to: minute(to)? };
    (time.from < time.to).then_some(time)
}

impl ServicePlan {
    pub(super) fn times(&self) -> Result<ServiceTimes> {
        let segments: Vec<Segment> = self
            .minutes
            .iter()
            .map(|minutes| Segment {
                minutes: u32::try_from(minutes.unsigned_abs()).unwrap_or(0),
                staff_needed: *minutes > 0,
            })
            .collect();
        let total: u32 = segments.iter().map(|segment| segment.minutes).sum();
        let is_sound = segments.iter().all(|segment| segment.minutes > 0)
            && segments.iter().any(|segment| segment.staff_needed)
            && total <= 24 * 60
            && self.slot_interval_minutes > 0;
        if !is_sound {
            return Err(Error::Unfit(format!(
                "{}: minutes = [30] is a plain service, [30, -20, 15] has waiting time; none is 0, and a day is the most",
                self.name
            )));
        }
        Ok(ServiceTimes {
            segments,
            buffer_before_minutes: self.buffer_before_minutes,
            buffer_after_minutes: self.buffer_after_minutes,
            slot_interval_minutes: self.slot_interval_minutes,
            min_notice_minutes: self.min_notice_minutes,
            booking_horizon_days: self.booking_horizon_days,
        })
    }
}
