//! The first transaction: understand, look again, write.

use std::sync::Arc;

use askpro_domain::{
    availability::{Slot, occupancy as pieces_of},
    booking::{
        APPOINTMENTS_AT_MOST, AppointmentStatus, Calendar, OFFERS_AT_MOST, Repeat, choose_offers,
        nearest_offers,
    },
    business::{Appointment, CalendarOfRecord, Customer},
    ids::{AppointmentId, Chance, ConnectionId, ResourceId, StaffId},
    phone::PhoneNumber,
};
use askpro_store::{
    CompanyTx, Result, Store, appointments,
    audit::{self, Entry},
    customers, jobs,
    jobs::JobKind,
    occupancy::{self, Taken},
    schedule,
};
use jiff::{SignedDuration, Timestamp};

use super::{
    answers::{appointment_answer, booking_alternatives},
    customer::{is_same_person, name_given, phone_given, resolve_customer},
};
use crate::{
    Pace,
    call::{
        Answer, Arguments, CallContext, Catalogues, SlotId,
        arguments::Repetition,
        change::{Asked, Change, First, Request},
        check_availability::{Offering, needs_input, soon},
        sentences::{Because, Missing},
        when::{WhenMeant, when_meant},
        wish::{Meant, Offerings, Place, bounds, cut, offered_service, service_meant},
    },
    settle::{Ask, new_booking},
};

/// The longest note that is kept, in characters.
const NOTES_AT_MOST: usize = 2_000;

/// The first transaction. It may be run again after a collision, so it draws its
/// ids anew each time and keeps nothing.
pub(super) struct Booking {
    pub(super) cx: CallContext,
    pub(super) arguments: Arguments,
    pub(super) chance: Arc<dyn Chance>,
    pub(super) store: Store,
    pub(super) pace: Pace,
    pub(super) catalogues: Arc<Catalogues>,
    pub(super) now: Timestamp,
}

/// What shall be booked.
pub(super) struct Wanted {
    pub(super) place: Place,
    pub(super) offerings: Offerings,
    pub(super) start: Timestamp,
    pub(super) person: Option<StaffId>,
    pub(super) is_expired: bool,
}

impl Booking {
    pub(super) fn decide(&self, tx: &mut CompanyTx<'_>) -> Result<First> {
        let wanted = match self.understand(tx)? {
            Ok(wanted) => wanted,
            Err(answer) => return Ok(First::Answer(answer)),
        };
        let ask = |missing: Missing<'_>| Ok(First::Answer(needs_input(&wanted.place, missing, self.now)));
        let repeat = match self.arguments.repeat() {
            Repetition::Once => None,
            Repetition::Row(repeat) => Some(repeat),
            Repetition::Unclear => return ask(Missing::Repeat),
            Repetition::TooMany => return ask(Missing::FewerAppointments(APPOINTMENTS_AT_MOST)),
        };
        let Some(name) = name_given(&self.arguments) else { return ask(Missing::Name) };
        let phone = phone_given(&self.cx, &self.arguments);
        self.book(tx, &wanted, repeat, &name, phone.as_ref())
    }

    /// From a slot id, or from service and time. The inner `Err` is the answer
    /// where the caller must say more.
    fn understand(&self, tx: &mut CompanyTx<'_>) -> Result<std::result::Result<Wanted, Answer>> {
        let (cx, arguments, now) = (&self.cx, &self.arguments, self.now);
        let offer =
            arguments.text("slot_id").and_then(|text| SlotId::open(&text, cx.company, self.store.seals()));
        if let Some(offer) = offer
            && let Some(service) = offered_service(tx, offer.service)?
        {
            let place = Place::find(tx, cx, Some(offer.branch))?;
            // An offer and another time beside it: nobody knows which one is meant.
            if let WhenMeant::Windows { windows, exact: true } = when_meant(arguments, &place, now)
                && windows.iter().all(|window| window.from != offer.start)
            {
                return Ok(Err(needs_input(&place, Missing::WhenCorrected(offer.start), now)));
            }
            let offerings = Offerings::load(tx, service, &place, now)?;
            return Ok(Ok(Wanted {
                place,
                offerings,
                start: offer.start,
                person: offer.staff,
                is_expired: offer.expires <= now,
            }));
        }
        let place = match Place::named(tx, cx, arguments, now)? {
            Ok(place) => place,
            Err(question) => return Ok(Err(question)),
        };
        let ask = |missing: Missing<'_>| Ok(Err(needs_input(&place, missing, now)));
        let service = match service_meant(schedule::services(tx)?, &place, &self.catalogues, arguments) {
            Meant::One(service) => *service,
            Meant::Several(names) => return ask(Missing::OneService(&names)),
            Meant::Nothing(names) if arguments.text("service").is_some() => {
                return ask(Missing::OtherService(&names));
            }
            Meant::Nothing(names) => return ask(Missing::Service(&names)),
        };
        let (windows, exact) = match when_meant(arguments, &place, now) {
            WhenMeant::Windows { windows, exact } => (windows, exact),
            WhenMeant::Corrected(start) => return ask(Missing::WhenCorrected(start)),
            WhenMeant::Past => return ask(Missing::WhenPast),
            WhenMeant::Missing => return ask(Missing::When),
            WhenMeant::Unclear => return ask(Missing::WhenUnclear),
        };
        let bounds = bounds(&windows, &service, now);
        let offerings = Offerings::load(tx, service, &place, now)?;
        let Ok(person) = offerings.person_meant(arguments) else { return ask(Missing::Staff) };
        match &windows[..] {
            [window] if exact => {
                let start = window.from;
                Ok(Ok(Wanted { place, offerings, start, person, is_expired: false }))
            }
            // A stretch of time is no start: the caller chooses.
            _ => {
                let free = offerings.free(tx, &cut(&windows, bounds), person)?;
                let offers = choose_offers(&soon(free, &windows), OFFERS_AT_MOST);
                let offering = Offering {
                    place: &place,
                    offerings: &offerings,
                    person,
                    seals: self.store.seals(),
                    cx,
                    now,
                };
                Ok(Err(booking_alternatives(&offering, &offers, Because::Choose)))
            }
        }
    }

    fn book(
        &self,
        tx: &mut CompanyTx<'_>,
        wanted: &Wanted,
        repeat: Option<Repeat>,
        name: &str,
        phone: Option<&PhoneNumber>,
    ) -> Result<First> {
        let now = self.now;
        // Everybody who could do it, locked in order before looking: what is seen then stays true.
        let candidates: Vec<ResourceId> = wanted
            .offerings
            .staff
            .iter()
            .filter(|member| wanted.person.is_none_or(|id| member.id == id))
            .map(|member| member.id.into())
            .collect();
        occupancy::lock_resources(tx, &candidates)?;
        if let Some(answer) = self.booked_in_this_call(tx, wanted, name, phone)? {
            return Ok(First::Answer(answer));
        }
        if let Some(repeat) = repeat {
            return self.book_series(tx, wanted, repeat, name, phone);
        }
        let offerings = &wanted.offerings;
        let free = if wanted.is_expired {
            Vec::new()
        } else {
            offerings.free_at(tx, wanted.start, wanted.person)?
        };
        if !free.is_empty() {
            // Nobody is written down before there is something to write them down for.
            let email = self.arguments.text("customer_email");
            let resolved = resolve_customer(tx, name, phone, email, self.chance.as_ref(), now)?;
            for slot in &free {
                let booked = self.try_person(tx, wanted, slot, &resolved.customer)?;
                if let Some(appointment) = booked {
                    return self.booked(tx, wanted, &appointment, &resolved.customer);
                }
            }
            if resolved.is_new {
                customers::remove(tx, resolved.customer.id)?;
            }
        }
        let because = if wanted.is_expired {
            Because::Expired
        } else if self.arguments.text("slot_id").is_some() {
            Because::JustTaken
        } else {
            Because::Taken
        };
        let around = offerings.around(tx, wanted.start, wanted.person)?;
        let nearby = nearest_offers(&around, wanted.start, OFFERS_AT_MOST);
        let offering = self.offering(wanted);
        Ok(First::Answer(booking_alternatives(&offering, &nearby, because)))
    }

    /// What this call has booked for the same person at the same start: a model
    /// asks twice, or brings the number that was asked for. Somebody else of the
    /// family is somebody else.
    fn booked_in_this_call(
        &self,
        tx: &mut CompanyTx<'_>,
        wanted: &Wanted,
        name: &str,
        phone: Option<&PhoneNumber>,
    ) -> Result<Option<Answer>> {
        let Some(made_in) = self.made_in() else { return Ok(None) };
        let made = appointments::made_in_call(tx, &made_in, wanted.offerings.service.id, wanted.start)?;
        let Some(already) = made.into_iter().find(|one| is_same_person(name, &one.customer_name)) else {
            return Ok(None);
        };
        if let Some(phone) = phone {
            customers::add_missing_phone(tx, already.appointment.customer, phone.as_str())?;
        }
        appointment_answer(tx, &self.cx, &already.appointment, self.now).map(Some)
    }

    fn made_in(&self) -> Option<(ConnectionId, String)> {
        self.cx.call_id.clone().map(|call| (self.cx.connection.clone(), call))
    }

    /// Occupies one person's time and writes the appointment; `None` where the
    /// database says that the time is taken.
    pub(super) fn try_person(
        &self,
        tx: &mut CompanyTx<'_>,
        wanted: &Wanted,
        slot: &Slot<StaffId>,
        customer: &Customer,
    ) -> Result<Option<Appointment>> {
        let now = self.now;
        let calendar = wanted.offerings.service.calendar.calendar();
        let (status, taken) = match calendar {
            Calendar::Own => (AppointmentStatus::Confirmed, Taken::Appointment),
            Calendar::Calcom => (AppointmentStatus::Provisional, Taken::Hold),
        };
        let appointment = Appointment {
            id: AppointmentId::new(now, self.chance.as_ref()),
            company: self.cx.company,
            branch: wanted.place.branch.id,
            service: wanted.offerings.service.id,
            staff: slot.person,
            customer: customer.id,
            reference: appointments::fresh_reference(tx, self.chance.as_ref())?,
            status,
            local_start: slot.start.to_zoned_datetime(wanted.place.zone.clone()).datetime(),
            zone: wanted.place.branch.zone.clone(),
            start: slot.start,
            end: slot.end,
            calendar,
            calendar_uid: None,
            made_in: self.made_in(),
            revision: 1,
        };
        let notes = self.arguments.long_text("notes", NOTES_AT_MOST);
        appointments::insert(tx, &appointment, notes.as_deref(), now)?;
        let pieces = pieces_of(slot.start, &wanted.offerings.service.times);
        if occupancy::occupy(tx, appointment.id, slot.person.into(), &pieces, taken, now)? {
            Ok(Some(appointment))
        } else {
            appointments::remove_unoccupied(tx, appointment.id)?;
            Ok(None)
        }
    }

    /// What follows from a written appointment: audit, outbox, answer.
    fn booked(
        &self,
        tx: &mut CompanyTx<'_>,
        wanted: &Wanted,
        appointment: &Appointment,
        customer: &Customer,
    ) -> Result<First> {
        let now = self.now;
        audit::add(tx, &self.cx.actor(), &Entry::new("appointment.booked", appointment.id), now)?;
        let answer = appointment_answer(tx, &self.cx, appointment, now)?;
        Ok(match self.request(tx, wanted, appointment, customer)? {
            None => First::Answer(answer),
            Some(request) => {
                First::Asked(Box::new(Asked { what: Change::Book, requests: vec![request], answer }))
            }
        })
    }

    /// What Cal.com must be asked, where its word counts; with the job that takes
    /// over if this process dies before the answer: once the request cannot be
    /// running there any more.
    pub(super) fn request(
        &self,
        tx: &mut CompanyTx<'_>,
        wanted: &Wanted,
        appointment: &Appointment,
        customer: &Customer,
    ) -> Result<Option<Request>> {
        let CalendarOfRecord::Calcom { connection, event_type_id } = &wanted.offerings.service.calendar
        else {
            return Ok(None);
        };
        let budget = SignedDuration::try_from(self.cx.calendar_patience()).unwrap_or(SignedDuration::ZERO);
        jobs::add(tx, JobKind::SettleBooking, appointment.id.0, budget + self.pace.uncertain, self.now)?;
        let booking = new_booking(appointment, customer, *event_type_id, wanted.place.language);
        Ok(Some(Request {
            appointment: appointment.id,
            connection: connection.clone(),
            ask: Ask::Book(Box::new(booking)),
        }))
    }
}
