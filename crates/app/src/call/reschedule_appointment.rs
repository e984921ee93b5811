//! "Can we make it another time?"

use std::sync::Arc;

use askpro_domain::{
    availability::{Slot, occupancy as pieces_of},
    booking::{AppointmentStatus, OFFERS_AT_MOST, choose_offers, nearest_offers},
    business::{Appointment, Service},
    ids::{AppointmentId, ResourceId, StaffId},
    policy::Change as Wish,
};
use askpro_store::{
    CompanyTx, Error, Result, answers,
    appointments::{self, Firmness, Position},
    audit::{self, Entry},
    jobs::{self, JobKind},
    occupancy::{self, Taken},
    schedule,
    seal::Seals,
};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::{
    Answer, Arguments, CallContext, SlotId, Status,
    booking::{appointment_answer, booking_alternatives, moved_answer},
    cancel_appointment::refused_by_policy,
    change::{Asked, Change, First, Request},
    check_availability::{Offering, needs_input, soon},
    recognise::appointment_meant,
    sentences::{Because, Missing, Sentence},
    when::{WhenMeant, when_meant},
    wish::{Offerings, Place, bounds, cut},
};
use crate::{
    App, Pace,
    settle::{Ask, Settled, calendar_of, hold_both},
};

impl App {
    /// Gives an appointment another time, or says why not. It keeps its id and its
    /// reference.
    pub(super) async fn reschedule_appointment(
        &self,
        cx: &CallContext,
        arguments: &Arguments,
    ) -> Result<Answer> {
        let mover = Mover {
            cx: cx.clone(),
            arguments: Arc::new(arguments.clone()),
            store: self.store.clone(),
            pace: self.pace,
            now: self.clock.now(),
        };
        let key = cx.answer_key("reschedule_appointment", arguments);
        self.change(cx, key, move |tx| mover.decide(tx)).await
    }
}

struct Mover {
    cx: CallContext,
    arguments: Arc<Arguments>,
    store: askpro_store::Store,
    pace: Pace,
    now: Timestamp,
}

/// The new time that is asked for.
struct Wished {
    start: Timestamp,
    person: StaffId,
    is_expired: bool,
}

impl Mover {
    fn decide(&self, tx: &mut CompanyTx<'_>) -> Result<First> {
        let (cx, now) = (&self.cx, self.now);
        let appointment = match appointment_meant(tx, cx, &self.arguments, now)? {
            Ok(found) => found.appointment,
            Err(answer) => return Ok(First::Answer(answer)),
        };
        let place = Place::find(tx, cx, Some(appointment.branch))?;
        if let Some(refusal) = refused_by_policy(tx, cx, &place, &appointment, Wish::Reschedule, now)? {
            return Ok(First::Answer(refusal));
        }
        if appointment.status == AppointmentStatus::Provisional {
            let answer =
                Answer::new(Status::Unavailable, place.language, &Sentence::NotSettledYet, json!({}));
            return Ok(First::Answer(answer));
        }
        let service = schedule::service_of_appointment(tx, appointment.service)?;
        // Everybody who could do it, locked in order before looking: what is seen then stays true.
        let people = schedule::staff_of_service(tx, service.id)?;
        let mut resources: Vec<ResourceId> = people.iter().map(|member| member.id.into()).collect();
        resources.push(appointment.staff.into());
        occupancy::lock_resources(tx, &resources)?;
        // What it has is given up first: moving by a quarter of an hour is no collision with itself.
        occupancy::release(tx, appointment.id)?;
        let wished = match self.understand(tx, &place, &service, &appointment)? {
            Ok(wished) => wished,
            Err(answer) => {
                self.take_back(tx, &appointment, &service)?;
                return Ok(First::Answer(answer));
            }
        };
        if wished.start == appointment.start && wished.person == appointment.staff {
            self.take_back(tx, &appointment, &service)?;
            return appointment_answer(tx, cx, &appointment, now).map(First::Answer);
        }
        let offerings = Offerings::load(tx, service, &place, now)?;
        let free = if wished.is_expired {
            Vec::new()
        } else {
            offerings.free_at(tx, wished.start, Some(wished.person))?
        };
        let Some(slot) = free.first().copied() else {
            self.take_back(tx, &appointment, &offerings.service)?;
            let because = if wished.is_expired { Because::Expired } else { Because::Taken };
            let answer = self.alternatives(tx, &place, &offerings, wished.start, wished.person, because)?;
            return Ok(First::Answer(answer));
        };
        self.relocate(tx, &place, &offerings, &appointment, slot)
    }

    /// The new time, from an offer or in words. The inner `Err` is the answer where
    /// the caller must say more or choose.
    fn understand(
        &self,
        tx: &mut CompanyTx<'_>,
        place: &Place,
        service: &Service,
        appointment: &Appointment,
    ) -> Result<std::result::Result<Wished, Answer>> {
        let (cx, arguments, now) = (&self.cx, &self.arguments, self.now);
        let ask = |missing: Missing<'_>| Ok(Err(needs_input(place, missing, now)));
        let offer =
            arguments.text("slot_id").and_then(|text| SlotId::open(&text, cx.company, self.store.seals()));
        let meant = when_meant(arguments, place, now);
        if let Some(offer) = offer
            && offer.service == service.id
            && offer.branch == place.branch.id
        {
            if let WhenMeant::Windows { windows, exact: true } = &meant
                && windows.iter().all(|window| window.from != offer.start)
            {
                return ask(Missing::WhenCorrected(offer.start));
            }
            let person = match offer.staff {
                Some(person) => person,
                None => self.who_is_free(tx, place, service, offer.start, appointment.staff)?,
            };
            let is_expired = offer.expires <= now;
            return Ok(Ok(Wished { start: offer.start, person, is_expired }));
        }
        let (windows, exact) = match meant {
            WhenMeant::Windows { windows, exact } => (windows, exact),
            WhenMeant::Corrected(start) => return ask(Missing::WhenCorrected(start)),
            WhenMeant::Past => return ask(Missing::WhenPast),
            WhenMeant::Missing => return ask(Missing::When),
            WhenMeant::Unclear => return ask(Missing::WhenUnclear),
        };
        let bounds = bounds(&windows, service, now);
        let offerings = Offerings::load(tx, service.clone(), place, now)?;
        let Ok(person) = offerings.person_meant(arguments) else { return ask(Missing::Staff) };
        // Who has an appointment with somebody wants to keep that person.
        let person = person.unwrap_or(appointment.staff);
        match &windows[..] {
            [window] if exact => Ok(Ok(Wished { start: window.from, person, is_expired: false })),
            _ => {
                let mut free = offerings.free(tx, &cut(&windows, bounds), Some(person))?;
                free.retain(|slot| slot.start != appointment.start);
                let offers = choose_offers(&soon(free, &windows), OFFERS_AT_MOST);
                if offers.is_empty() {
                    let answer =
                        self.alternatives(tx, place, &offerings, bounds.from, person, Because::Taken)?;
                    return Ok(Err(answer));
                }
                let offering = self.offering(place, &offerings, Some(person));
                Ok(Err(booking_alternatives(&offering, &offers, Because::Choose)))
            }
        }
    }

    /// An offer for anybody: the person of the appointment, if free, else another one.
    fn who_is_free(
        &self,
        tx: &mut CompanyTx<'_>,
        place: &Place,
        service: &Service,
        start: Timestamp,
        usual: StaffId,
    ) -> Result<StaffId> {
        let offerings = Offerings::load(tx, service.clone(), place, self.now)?;
        let free = offerings.free_at(tx, start, None)?;
        Ok(match free.first() {
            Some(first) if free.iter().all(|slot| slot.person != usual) => first.person,
            _ => usual,
        })
    }

    fn offering<'a>(
        &'a self,
        place: &'a Place,
        offerings: &'a Offerings,
        person: Option<StaffId>,
    ) -> Offering<'a> {
        Offering { place, offerings, person, seals: self.store.seals(), cx: &self.cx, now: self.now }
    }

    /// Other times of the same person; of anybody, where that person has none.
    fn alternatives(
        &self,
        tx: &mut CompanyTx<'_>,
        place: &Place,
        offerings: &Offerings,
        around: Timestamp,
        person: StaffId,
        because: Because,
    ) -> Result<Answer> {
        let own = offerings.around(tx, around, Some(person))?;
        let (free, person) =
            if own.is_empty() { (offerings.around(tx, around, None)?, None) } else { (own, Some(person)) };
        let nearby = nearest_offers(&free, around, OFFERS_AT_MOST);
        Ok(booking_alternatives(&self.offering(place, offerings, person), &nearby, because))
    }

    /// Occupies again what was given up to look around.
    fn take_back(&self, tx: &mut CompanyTx<'_>, appointment: &Appointment, service: &Service) -> Result<()> {
        let pieces = pieces_of(appointment.start, &service.times);
        let staff = appointment.staff.into();
        if occupancy::occupy(tx, appointment.id, staff, &pieces, Taken::Appointment, self.now)? {
            Ok(())
        } else {
            // Somebody squeezed in although its people are locked: begin again.
            Err(Error::Contended)
        }
    }

    fn relocate(
        &self,
        tx: &mut CompanyTx<'_>,
        place: &Place,
        offerings: &Offerings,
        appointment: &Appointment,
        slot: Slot<StaffId>,
    ) -> Result<First> {
        let (cx, now) = (&self.cx, self.now);
        let times = &offerings.service.times;
        let (old, new) = (pieces_of(appointment.start, times), pieces_of(slot.start, times));
        let to = Position {
            staff: slot.person,
            local_start: slot.start.to_zoned_datetime(place.zone.clone()).datetime(),
            start: slot.start,
            end: slot.end,
        };
        let calendar = calendar_of(tx, appointment)?;
        let (firmness, is_free) = match &calendar {
            None => {
                let staff = slot.person.into();
                let taken = Taken::Appointment;
                (Firmness::Firm, occupancy::occupy(tx, appointment.id, staff, &new, taken, now)?)
            }
            Some(_) => {
                let from = Position::of(appointment);
                let both = hold_both(tx, appointment.id, (from.staff, old), (slot.person, new), now)?;
                (Firmness::Asked(from), both)
            }
        };
        if !is_free {
            occupancy::release(tx, appointment.id)?;
            self.take_back(tx, appointment, &offerings.service)?;
            let answer =
                self.alternatives(tx, place, offerings, slot.start, slot.person, Because::JustTaken)?;
            return Ok(First::Answer(answer));
        }
        appointments::relocate(tx, appointment.id, &to, &firmness, now)?;
        answers::end_effects(tx, appointment.id)?;
        let actor = cx.actor();
        let Some((connection, _)) = calendar else {
            audit::add(tx, &actor, &Entry::new("appointment.moved", appointment.id), now)?;
            return moved_answer(tx, cx, appointment.id, now).map(First::Answer);
        };
        audit::add(tx, &actor, &Entry::new("appointment.move_asked", appointment.id), now)?;
        let budget = SignedDuration::try_from(cx.calendar_patience()).unwrap_or(SignedDuration::ZERO);
        jobs::add(tx, JobKind::SettleBooking, appointment.id.0, budget + self.pace.uncertain, now)?;
        let uid = appointment
            .calendar_uid
            .clone()
            .ok_or_else(|| Error::Impossible("a confirmed appointment that Cal.com does not have".into()))?;
        Ok(First::Asked(Box::new(Asked {
            what: Change::Move,
            requests: vec![Request {
                appointment: appointment.id,
                connection,
                ask: Ask::Move { uid, start: slot.start },
            }],
            answer: moved_answer(tx, cx, appointment.id, now)?,
        })))
    }
}

/// What is said when Cal.com has been asked.
pub(super) fn answer_after(
    tx: &mut CompanyTx<'_>,
    cx: &CallContext,
    settled: &[(AppointmentId, Settled)],
    asked: &Asked,
    seals: &Seals,
    now: Timestamp,
) -> Result<Answer> {
    match (settled, &asked.requests[..]) {
        ([(id, Settled::Done | Settled::Moot)], _) => moved_answer(tx, cx, *id, now),
        ([(id, Settled::Refused)], [Request { ask: Ask::Move { start, .. }, .. }]) => {
            super::booking::refused_answer(tx, cx, *id, *start, seals, now)
        }
        _ => Ok(asked.answer.clone()),
    }
}
