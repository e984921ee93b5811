//! "Six times, every Thursday": a row of appointments with one person, all or
//! nothing.

use std::collections::HashSet;

use askpro_domain::{
    availability::Slot,
    booking::{OFFERS_AT_MOST, Repeat, nearest_offers},
    business::Appointment,
    calendar::Interval,
    ids::{AppointmentId, StaffId, uuid_v7},
};
use askpro_store::{
    CompanyTx, Result, answers,
    appointments::{self},
    audit::{self, Entry},
    customers,
    jobs::{self, JobKind},
    occupancy,
    seal::Seals,
};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::{
    answers::{appointment_data, booking_alternatives, current, is_reachable, refused_answer},
    customer::{Resolved, resolve_customer},
    transaction::{Booking, Wanted},
};
use crate::{
    call::{
        Answer, CallContext, Status,
        change::{Asked, Change, First},
        check_availability::{Offering, local},
        sentences::{Because, Sentence, Spoken},
        wish::Place,
    },
    settle::Settled,
};

/// How far around the wished first start others are looked for.
const AROUND: SignedDuration = SignedDuration::from_hours(7 * 24);

impl Booking {
    /// Books every appointment of the row with one person, or none.
    pub(super) fn book_series(
        &self,
        tx: &mut CompanyTx<'_>,
        wanted: &Wanted,
        repeat: Repeat,
        name: &str,
        phone: Option<&askpro_domain::phone::PhoneNumber>,
    ) -> Result<First> {
        let (cx, now) = (&self.cx, self.now);
        let (first, last) = ends(wanted.start, repeat, &wanted.place);
        let from = first.checked_sub(AROUND).unwrap_or(first).max(now);
        let offerings = &wanted.offerings;
        let until = last.checked_add(AROUND).unwrap_or(last);
        let free = offerings.free(tx, &[Interval::new(from, until)], wanted.person)?;
        let known: HashSet<(StaffId, Timestamp)> =
            free.iter().map(|slot| (slot.person, slot.start)).collect();
        let fits = |slot: &Slot<StaffId>| {
            let starts = starts(slot.start, repeat, &wanted.place);
            starts.len() == usize::from(repeat.count())
                && starts.iter().all(|start| known.contains(&(slot.person, *start)))
        };
        let row: Option<&Slot<StaffId>> = free
            .iter()
            .filter(|slot| slot.start == wanted.start && !wanted.is_expired)
            .find(|slot| fits(slot));
        let Some(first) = row else {
            // Other first starts for which the whole row is free.
            let others: Vec<Slot<StaffId>> =
                free.iter().filter(|slot| slot.start <= first + AROUND && fits(slot)).copied().collect();
            let nearby = nearest_offers(&others, wanted.start, OFFERS_AT_MOST);
            let offering = self.offering(wanted);
            return Ok(First::Answer(booking_alternatives(&offering, &nearby, Because::RowTaken)));
        };
        let email = self.arguments.text("customer_email");
        let resolved = resolve_customer(tx, name, phone, email, self.chance.as_ref(), now)?;
        let length = first.end.duration_since(first.start);
        let mut made: Vec<Appointment> = Vec::new();
        for start in starts(first.start, repeat, &wanted.place) {
            let slot = Slot { start, end: start + length, person: first.person };
            match self.try_person(tx, wanted, &slot, &resolved.customer)? {
                Some(appointment) => made.push(appointment),
                None => return self.give_up(tx, wanted, &made, &resolved),
            }
        }
        let series = uuid_v7(now, self.chance.as_ref());
        for appointment in &made {
            appointments::join_series(tx, appointment.id, series, &repeat.rule())?;
            audit::add(tx, &cx.actor(), &Entry::new("appointment.booked", appointment.id), now)?;
        }
        let answer = answer(tx, &wanted.place, &made, repeat.every_weeks(), now)?;
        let mut requests = Vec::new();
        for appointment in &made {
            requests.extend(self.request(tx, wanted, appointment, &resolved.customer)?);
        }
        Ok(if requests.is_empty() {
            First::Answer(answer)
        } else {
            First::Asked(Box::new(Asked { what: Change::Book, requests, answer }))
        })
    }

    /// One of the row is taken although it was free a moment ago: none is kept.
    fn give_up(
        &self,
        tx: &mut CompanyTx<'_>,
        wanted: &Wanted,
        made: &[Appointment],
        resolved: &Resolved,
    ) -> Result<First> {
        for appointment in made {
            occupancy::release(tx, appointment.id)?;
            appointments::remove_unoccupied(tx, appointment.id)?;
        }
        if resolved.is_new {
            customers::remove(tx, resolved.customer.id)?;
        }
        let around = wanted.offerings.around(tx, wanted.start, wanted.person)?;
        let nearby = nearest_offers(&around, wanted.start, OFFERS_AT_MOST);
        let offering = self.offering(wanted);
        Ok(First::Answer(booking_alternatives(&offering, &nearby, Because::RowTaken)))
    }

    pub(super) fn offering<'a>(&'a self, wanted: &'a Wanted) -> Offering<'a> {
        Offering {
            place: &wanted.place,
            offerings: &wanted.offerings,
            person: wanted.person,
            seals: self.store.seals(),
            cx: &self.cx,
            now: self.now,
        }
    }
}

fn starts(first: Timestamp, repeat: Repeat, place: &Place) -> Vec<Timestamp> {
    repeat.starts(first.to_zoned_datetime(place.zone.clone()).datetime(), &place.zone)
}

fn ends(first: Timestamp, repeat: Repeat, place: &Place) -> (Timestamp, Timestamp) {
    (first, starts(first, repeat, place).last().copied().unwrap_or(first))
}

fn answer(
    tx: &mut CompanyTx<'_>,
    place: &Place,
    made: &[Appointment],
    every_weeks: u8,
    now: Timestamp,
) -> Result<Answer> {
    let [first, .., last] = made else {
        return Err(askpro_store::Error::Impossible("a series of fewer than two".into()));
    };
    let data = appointment_data(tx, place, first)?;
    let listed: Vec<Value> = made
        .iter()
        .map(|one| {
            json!({ "id": one.id.to_string(), "reference": one.reference.as_str(),
                "start": local(one.start, place), "end": local(one.end, place), "status": one.status.word() })
        })
        .collect();
    let spoken = Spoken { zone: &place.zone, now };
    let provisional =
        made.iter().any(|one| one.status == askpro_domain::booking::AppointmentStatus::Provisional);
    let count = u8::try_from(made.len()).unwrap_or(u8::MAX);
    let staff = data["staff"].as_str().unwrap_or_default();
    let sentence = Sentence::Series {
        count,
        every_weeks,
        first: first.start,
        last: last.start,
        staff,
        reference: &first.reference,
        firm: !provisional,
        reachable: is_reachable(tx, first)?,
        spoken,
    };
    let status = if provisional { Status::Provisional } else { Status::Confirmed };
    let series = json!({ "count": count, "every_weeks": every_weeks, "appointments": listed });
    Ok(Answer::new(status, place.language, &sentence, json!({ "appointment": data, "series": series })))
}

/// What is said when Cal.com has been asked for a whole row: where it refuses one
/// of them, none is kept.
pub(super) fn answer_after(
    tx: &mut CompanyTx<'_>,
    cx: &CallContext,
    settled: &[(AppointmentId, Settled)],
    asked: &Asked,
    seals: &Seals,
    now: Timestamp,
) -> Result<Answer> {
    if let Some((refused, _)) = settled.iter().find(|(_, what)| *what == Settled::Refused) {
        for request in &asked.requests {
            let id = request.appointment;
            if appointments::cancel(tx, id, now)? {
                // Called off here; the worker makes Cal.com agree.
                occupancy::keep_as_hold(tx, id)?;
                answers::end_effects(tx, id)?;
                jobs::finish_for(tx, JobKind::SettleBooking, id.0, now)?;
                jobs::add(tx, JobKind::SettleBooking, id.0, SignedDuration::ZERO, now)?;
                audit::add(tx, &cx.actor(), &Entry::new("appointment.cancelled", id), now)?;
            }
        }
        let start = current(tx, *refused)?.start;
        return refused_answer(tx, cx, *refused, start, seals, now);
    }
    let mut made = Vec::with_capacity(asked.requests.len());
    for request in &asked.requests {
        made.push(current(tx, request.appointment)?);
    }
    let Some(first) = made.first() else { return Ok(asked.answer.clone()) };
    let place = Place::find(tx, cx, Some(first.branch))?;
    let weeks = asked.answer.data["series"]["every_weeks"].as_u64().and_then(|n| u8::try_from(n).ok());
    answer(tx, &place, &made, weeks.unwrap_or(1), now)
}
