//! What callers ask about the business, and whom they can be put through to.

use std::time::Duration;

use askpro_domain::business::{Service, StaffMember};
use askpro_store::Result;
use jiff::{Timestamp, ToSpan};
use serde_json::{Value, json};

use super::{
    Answer, Arguments, CallContext, Status,
    check_availability::local,
    opening::{next_opening, opening_on},
    sentences::{Sentence, Spoken},
    wish::Place,
};
use crate::{App, away::Seen};

/// Days whose opening times are given to the agent.
const DAYS_TOLD: i64 = 7;

/// Services that are given to the agent at most; an answer must stay short.
const SERVICES_TOLD: usize = 20;

/// Kept back of the patience for answering from memory.
const MEMORY_RESERVE: Duration = Duration::from_millis(200);

impl App {
    /// Address, opening times and prices; as they were last known, with an
    /// apology, while the database is away.
    pub(super) async fn business_info(&self, cx: &CallContext, arguments: &Arguments) -> Result<Answer> {
        let (now, seen) = (self.clock.now(), self.seen(cx).await?);
        let place = match Place::among(&seen.business.branches, cx, arguments, now)? {
            Ok(place) => place,
            Err(question) => return Ok(question),
        };
        let answer = info(&place, &seen.business.staff, &seen.business.services, now);
        Ok(if seen.is_fresh { answer } else { answer.told_from_memory(place.language) })
    }

    /// The number of a person, while somebody is there.
    pub(super) async fn transfer_target(&self, cx: &CallContext, arguments: &Arguments) -> Result<Answer> {
        let (now, seen) = (self.clock.now(), self.seen(cx).await?);
        let place = match Place::among(&seen.business.branches, cx, arguments, now)? {
            Ok(place) => place,
            Err(question) => return Ok(question),
        };
        Ok(target(&place, &seen.business.staff, now))
    }

    async fn seen(&self, cx: &CallContext) -> Result<Seen> {
        self.business(cx.company, cx.patience().saturating_sub(MEMORY_RESERVE)).await
    }
}

fn info(place: &Place, staff: &[StaffMember], services: &[Service], now: Timestamp) -> Answer {
    let today = place.zone.to_datetime(now).date();
    let hours: Vec<Value> = (0..DAYS_TOLD)
        .filter_map(|days| today.checked_add(days.days()).ok())
        .map(|date| {
            let times: Vec<Value> = opening_on(date, staff, place)
                .iter()
                .map(|one| json!({ "from": local(one.from, place), "to": local(one.to, place) }))
                .collect();
            json!({ "date": date.to_string(), "open": times })
        })
        .collect();
    let offered: Vec<Value> = services
        .iter()
        .filter(|service| service.branch == place.branch.id)
        .take(SERVICES_TOLD)
        .map(|service| {
            json!({ "name": service.name, "duration_minutes": service.times.total_minutes(),
                "price_cents": service.price.map(|price| price.cents),
                "currency": service.price.map(|price| price.currency.code().to_owned()) })
        })
        .collect();
    let data = json!({ "branch": place.branch.name, "address": place.branch.address, "phone": place.branch.phone,
        "zone": place.branch.zone, "hours": hours, "services": offered });
    let sentence = Sentence::Business {
        address: place.branch.address.as_deref(),
        opening: next_opening(now, staff, place),
        spoken: Spoken { zone: &place.zone, now },
    };
    Answer::new(Status::Ok, place.language, &sentence, data)
}

fn target(place: &Place, staff: &[StaffMember], now: Timestamp) -> Answer {
    let is_open = next_opening(now, staff, place).is_some_and(|opening| opening.contains(now));
    match &place.branch.phone {
        Some(number) if is_open => {
            Answer::new(Status::Ok, place.language, &Sentence::PutThrough, json!({ "number": number }))
        }
        _ => Answer::new(Status::Unavailable, place.language, &Sentence::NobodyThere, json!({})),
    }
}
