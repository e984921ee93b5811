//! What became of everything that callers were promised.

use std::{collections::HashMap, time::Duration};

use askpro_app::{
    Scope,
    appointments::{Filter, Listed},
};
use askpro_domain::{
    booking::{AppointmentStatus, Calendar},
    ids::AppointmentId,
};
use askpro_store::{Company, tasks};
use serde::Serialize;

use super::{callers::Promise, ground::Ground};

/// How long reading may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// More tasks than a drill makes.
const TASKS: u32 = 10_000;

/// What callers were promised, and what stands.
#[derive(Clone, Debug, Default, Serialize)]
pub(super) struct Ledger {
    pub(super) promised: usize,
    pub(super) kept: usize,
    /// Not kept, but a person has a task to ring back.
    pub(super) called_back: usize,
    pub(super) lost: usize,
    /// Bookings that stand at Cal.com and nowhere here.
    pub(super) orphans: usize,
    /// Appointments with two bookings that stand at Cal.com.
    pub(super) doubled: usize,
    /// What is not decided yet: asked again later.
    #[serde(skip)]
    pub(super) open: usize,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) problems: Vec<String>,
}

enum Fate {
    Kept,
    CalledBack,
    Open,
    Lost(String),
}

impl Ledger {
    /// Looks at both calendars.
    pub(super) async fn read(ground: &Ground, promises: &[Promise]) -> anyhow::Result<Self> {
        let mut live: HashMap<String, usize> = HashMap::new();
        let is_provisional = Filter { status: Some(AppointmentStatus::Provisional), ..Filter::default() };
        let waiting = ground.app.list_appointments(Scope::Company(ground.company), is_provisional, 1).await?;
        if !waiting.is_empty() {
            return Ok(Self { promised: promises.len(), open: waiting.len(), ..Self::default() });
        }
        for (id, stands) in ground.calcom_bookings().await? {
            if stands {
                *live.entry(id).or_default() += 1;
            }
        }
        let tasks =
            ground.app.store.read(Company(ground.company), PATIENCE, |tx| tasks::open(tx, TASKS)).await?;
        let mut ledger = Self { promised: promises.len(), ..Self::default() };
        for promise in promises {
            let fate = match promise {
                Promise::CallBack(id) if tasks.iter().any(|task| task.id.to_string() == *id) => Fate::Kept,
                Promise::CallBack(id) => Fate::Lost(format!("no task {id} to ring back")),
                Promise::Appointment(id) => match find(ground, id).await? {
                    None => Fate::Lost(format!("no appointment {id}")),
                    Some(found) => {
                        let has_task =
                            tasks.iter().any(|task| task.appointment == Some(found.appointment.id));
                        fate_of_appointment(&found, live.get(id).copied().unwrap_or(0), has_task)
                    }
                },
                Promise::Cancelled(id) => match find(ground, id).await? {
                    Some(found) if found.appointment.status == AppointmentStatus::Cancelled => {
                        if live.contains_key(id) { Fate::Open } else { Fate::Kept }
                    }
                    _ => Fate::Lost(format!("the appointment {id} is not cancelled")),
                },
            };
            match fate {
                Fate::Kept => ledger.kept += 1,
                Fate::CalledBack => ledger.called_back += 1,
                Fate::Open => ledger.open += 1,
                Fate::Lost(why) => {
                    ledger.lost += 1;
                    ledger.problems.push(why);
                }
            }
        }
        for (id, bookings) in live {
            ledger.doubled += usize::from(bookings > 1);
            let stands = match find(ground, &id).await? {
                Some(found) => !matches!(
                    found.appointment.status,
                    AppointmentStatus::Cancelled | AppointmentStatus::Refused
                ),
                None => false,
            };
            ledger.orphans += usize::from(!stands);
        }
        Ok(ledger)
    }

    /// Whether everything has come to its end, and a good one.
    pub(super) fn is_clean(&self) -> bool {
        self.open + self.lost + self.orphans + self.doubled == 0
    }
}

fn fate_of_appointment(found: &Listed, live: usize, has_task: bool) -> Fate {
    let appointment = &found.appointment;
    match (appointment.status, appointment.calendar) {
        (AppointmentStatus::Provisional, _) => Fate::Open,
        (AppointmentStatus::Confirmed, Calendar::Own) => Fate::Kept,
        (AppointmentStatus::Confirmed, Calendar::Calcom) if live >= 1 => Fate::Kept,
        (AppointmentStatus::Confirmed, Calendar::Calcom) => {
            Fate::Lost(format!("the appointment {} is confirmed here and not at Cal.com", appointment.id))
        }
        (AppointmentStatus::Refused, _) if has_task => Fate::CalledBack,
        (status, _) => Fate::Lost(format!("the appointment {} is {}", appointment.id, status.word())),
    }
}

async fn find(ground: &Ground, id: &str) -> anyhow::Result<Option<Listed>> {
    match AppointmentId::parse(id) {
        Some(id) => Ok(ground.app.find_appointment(Scope::Company(ground.company), id).await?),
        None => Ok(None),
    }
}
