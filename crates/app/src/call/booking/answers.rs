//! What is said about an appointment.

use askpro_domain::{
    availability::Slot,
    booking::{AppointmentStatus, OFFERS_AT_MOST, nearest_offers},
    business::Appointment,
    calendar::Interval,
    ids::{AppointmentId, StaffId},
};
use askpro_store::{CompanyTx, Error, Result, appointments, customers, schedule, seal::Seals};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::series;
use crate::{
    call::{
        Answer, CallContext, Status,
        change::Asked,
        check_availability::{Offering, local},
        sentences::{Because, Sentence, Spoken},
        wish::{Offerings, Place},
    },
    settle::Settled,
};

/// When a caller whom nobody can reach may ring again: until then a promise is settled.
const RING_AGAIN_AFTER: SignedDuration = SignedDuration::from_mins(10);

/// Alternatives in a booking; an empty list is still an answer to a booking.
pub(in crate::call) fn booking_alternatives(
    offering: &Offering<'_>,
    slots: &[Slot<StaffId>],
    because: Because,
) -> Answer {
    Answer { status: Status::Alternatives, ..offering.alternatives(slots, because) }
}

/// What became of an appointment just now.
#[derive(Clone, Copy, PartialEq, Eq)]
enum News {
    Booked,
    Moved,
}

/// The answer to a booking that stands already.
pub(in crate::call) fn appointment_answer(
    tx: &mut CompanyTx<'_>,
    cx: &CallContext,
    appointment: &Appointment,
    now: Timestamp,
) -> Result<Answer> {
    answer(tx, cx, appointment, News::Booked, now)
}

/// The answer to a move, as the appointment stands now.
pub(in crate::call) fn moved_answer(
    tx: &mut CompanyTx<'_>,
    cx: &CallContext,
    id: AppointmentId,
    now: Timestamp,
) -> Result<Answer> {
    let appointment = current(tx, id)?;
    answer(tx, cx, &appointment, News::Moved, now)
}

fn answer(
    tx: &mut CompanyTx<'_>,
    cx: &CallContext,
    appointment: &Appointment,
    news: News,
    now: Timestamp,
) -> Result<Answer> {
    let place = Place::find(tx, cx, Some(appointment.branch))?;
    let data = appointment_data(tx, &place, appointment)?;
    let text = |name: &str| data[name].as_str().unwrap_or_default();
    let spoken = Spoken { zone: &place.zone, now };
    let (start, reference) = (appointment.start, &appointment.reference);
    let (service, staff) = (text("service"), text("staff"));
    let is_reachable = is_reachable(tx, appointment)?;
    let (status, sentence) = match (appointment.status, news) {
        (AppointmentStatus::Provisional, News::Booked) => {
            let ring_again = now.checked_add(RING_AGAIN_AFTER).unwrap_or(now);
            let sentence =
                Sentence::Provisional { start, reference, reachable: is_reachable, ring_again, spoken };
            (Status::Provisional, sentence)
        }
        (AppointmentStatus::Provisional, News::Moved) => {
            (Status::Provisional, Sentence::MoveNoted { start, reachable: is_reachable, spoken })
        }
        (AppointmentStatus::Confirmed, News::Booked) => {
            (Status::Confirmed, Sentence::Confirmed { start, service, staff, reference, spoken })
        }
        (AppointmentStatus::Confirmed, News::Moved) => {
            (Status::Confirmed, Sentence::Moved { start, staff, spoken })
        }
        // It was called off on another way in the meantime.
        _ => (Status::Refused, Sentence::AppointmentOver),
    };
    Ok(Answer::new(status, place.language, &sentence, json!({ "appointment": data })))
}

/// Whether the customer can be rung back.
pub(super) fn is_reachable(tx: &mut CompanyTx<'_>, appointment: &Appointment) -> Result<bool> {
    Ok(customers::find(tx, appointment.customer)?.is_some_and(|customer| customer.phone.is_some()))
}

/// An appointment as an agent gets it.
pub(in crate::call) fn appointment_data(
    tx: &mut CompanyTx<'_>,
    place: &Place,
    appointment: &Appointment,
) -> Result<Value> {
    let service = schedule::service_of_appointment(tx, appointment.service)?.name;
    let staff = schedule::staff_name(tx, appointment.staff)?;
    Ok(json!({
        "id": appointment.id.to_string(),
        "reference": appointment.reference.as_str(),
        "start": local(appointment.start, place),
        "end": local(appointment.end, place),
        "service": service,
        "staff": staff,
        "status": appointment.status.word(),
    }))
}

pub(super) fn current(tx: &mut CompanyTx<'_>, id: AppointmentId) -> Result<Appointment> {
    appointments::find(tx, id)?
        .map(|found| found.appointment)
        .ok_or_else(|| Error::Impossible("an appointment that was just written".into()))
}

/// What is said when Cal.com has been asked for one appointment or a series.
pub(in crate::call) fn answer_after(
    tx: &mut CompanyTx<'_>,
    cx: &CallContext,
    settled: &[(AppointmentId, Settled)],
    asked: &Asked,
    seals: &Seals,
    now: Timestamp,
) -> Result<Answer> {
    let [(id, what)] = settled else { return series::answer_after(tx, cx, settled, asked, seals, now) };
    match what {
        Settled::Done | Settled::Moot => {
            let appointment = current(tx, *id)?;
            appointment_answer(tx, cx, &appointment, now)
        }
        Settled::Refused => {
            let start = current(tx, *id)?.start;
            refused_answer(tx, cx, *id, start, seals, now)
        }
        Settled::Open => Ok(asked.answer.clone()),
    }
}

/// Cal.com refused a start: other times are offered.
pub(in crate::call) fn refused_answer(
    tx: &mut CompanyTx<'_>,
    cx: &CallContext,
    id: AppointmentId,
    refused: Timestamp,
    seals: &Seals,
    now: Timestamp,
) -> Result<Answer> {
    let appointment = current(tx, id)?;
    let place = Place::find(tx, cx, Some(appointment.branch))?;
    let service = schedule::service_of_appointment(tx, appointment.service)?;
    let taken = Interval::new(refused, refused + appointment.end.duration_since(appointment.start));
    let offerings = Offerings::load(tx, service, &place, now)?;
    // What Cal.com has just refused is not offered again.
    let free: Vec<Slot<StaffId>> = offerings
        .around(tx, refused, None)?
        .into_iter()
        .filter(|slot| !taken.overlaps(Interval::new(slot.start, slot.end)))
        .collect();
    let nearby = nearest_offers(&free, refused, OFFERS_AT_MOST);
    let offering = Offering { place: &place, offerings: &offerings, person: None, seals, cx, now };
    Ok(booking_alternatives(&offering, &nearby, Because::JustTaken))
}
