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
use serde_json::json;

use crate::call::{
    Answer, CallContext, Status,
    check_availability::{Offering, local},
    sentences::{Because, Sentence, Spoken},
    wish::{Offerings, Place},
};

/// When a caller whom nobody can reach may ring again: until then a promise is settled.
pub(super) const RING_AGAIN_AFTER: SignedDuration = SignedDuration::from_mins(10);

/// Alternatives in a booking; an empty list is still an answer to a booking.
pub(super) fn booking_alternatives(
    offering: &Offering<'_>,
    slots: &[Slot<StaffId>],
    because: Because,
) -> Answer {
    Answer { status: Status::Alternatives, ..offering.alternatives(slots, because) }
}

/// An appointment as a caller hears of it.
pub(super) struct View<'a> {
    pub(super) place: &'a Place,
    pub(super) service: &'a str,
    pub(super) staff: &'a str,
    pub(super) reachable: bool,
    pub(super) ring_again: Timestamp,
    pub(super) now: Timestamp,
}

impl View<'_> {
    pub(super) fn answer(&self, appointment: &Appointment) -> Answer {
        let spoken = Spoken { zone: &self.place.zone, now: self.now };
        let (start, reference) = (appointment.start, &appointment.reference);
        let (status, sentence) = match appointment.status {
            AppointmentStatus::Provisional => (
                Status::Provisional,
                Sentence::Provisional {
                    start,
                    reference,
                    reachable: self.reachable,
                    ring_again: self.ring_again,
                    spoken,
                },
            ),
            _ => (
                Status::Confirmed,
                Sentence::Confirmed { start, service: self.service, staff: self.staff, reference, spoken },
            ),
        };
        let data = json!({ "appointment": {
            "id": appointment.id.to_string(),
            "reference": reference.as_str(),
            "start": local(start, self.place),
            "end": local(appointment.end, self.place),
            "service": self.service,
            "staff": self.staff,
            "status": appointment.status.word(),
        }});
        Answer::new(status, self.place.language, &sentence, data)
    }
}

/// The answer to a booking that stands already.
pub(super) fn appointment_answer(
    tx: &mut CompanyTx<'_>,
    cx: &CallContext,
    appointment: &Appointment,
    now: Timestamp,
) -> Result<Answer> {
    let place = Place::find(tx, cx, Some(appointment.branch))?;
    let service =
        schedule::find_service(tx, appointment.service)?.map(|service| service.name).unwrap_or_default();
    let staff = schedule::staff(tx)?.into_iter().find(|member| member.id == appointment.staff);
    let customer = customers::find(tx, appointment.customer)?;
    let view = View {
        place: &place,
        service: &service,
        staff: staff.as_ref().map_or("", |member| member.name.as_str()),
        reachable: customer.is_some_and(|customer| customer.phone.is_some()),
        ring_again: now.checked_add(RING_AGAIN_AFTER).unwrap_or(now),
        now,
    };
    Ok(view.answer(appointment))
}

/// What is true of an appointment now.
pub(super) fn current_answer(
    tx: &mut CompanyTx<'_>,
    cx: &CallContext,
    id: AppointmentId,
    now: Timestamp,
) -> Result<Answer> {
    let found =
        appointments::find(tx, id)?.ok_or_else(|| Error::Impossible("a settled appointment".into()))?;
    appointment_answer(tx, cx, &found.appointment, now)
}

/// Cal.com refused: the hold is released, other times are offered.
pub(super) fn refused_answer(
    tx: &mut CompanyTx<'_>,
    cx: &CallContext,
    id: AppointmentId,
    seals: &Seals,
    now: Timestamp,
) -> Result<Answer> {
    let found =
        appointments::find(tx, id)?.ok_or_else(|| Error::Impossible("a refused appointment".into()))?;
    let appointment = found.appointment;
    let place = Place::find(tx, cx, Some(appointment.branch))?;
    let Some(service) = schedule::find_service(tx, appointment.service)? else {
        return Err(Error::Impossible("an appointment of a service that is gone".into()));
    };
    let offerings =
        Offerings::load(tx, service, &place, Interval::new(appointment.start, appointment.end), now)?;
    // What Cal.com has just refused is not offered again.
    let free: Vec<Slot<StaffId>> = offerings
        .around(appointment.start, None)
        .into_iter()
        .filter(|slot| slot.start >= appointment.end || slot.end <= appointment.start)
        .collect();
    let nearby = nearest_offers(&free, appointment.start, OFFERS_AT_MOST);
    let offering = Offering { place: &place, offerings: &offerings, person: None, seals, cx, now };
    Ok(booking_alternatives(&offering, &nearby, Because::JustTaken))
}
