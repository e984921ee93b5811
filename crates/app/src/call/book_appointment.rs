//! "Book it." Claims the call's key, looks again, and writes appointment,
//! occupancy, outbox, audit and answer in one transaction. What belongs to
//! Cal.com is held first, then asked for inside the budget, and settled
//! afterwards where no answer came.

use std::{sync::Arc, time::Duration};

use askpro_domain::{
    availability::{Slot, occupancy},
    booking::{AppointmentStatus, Calendar, OFFERS_AT_MOST, Reference, nearest_offers},
    business::{Appointment, CalendarOfRecord, Customer, Service},
    calendar::Interval,
    identity::names_agree,
    ids::{AppointmentId, Chance, CustomerId, ResourceId, StaffId},
    phone::{PhoneNumber, Region},
};
use askpro_providers::calcom;
use askpro_store::{
    Company, CompanyTx, Error, Result, answers,
    answers::{AnswerKey, Claim},
    appointments::{self, Taken},
    audit, customers, jobs,
    jobs::JobKind,
    schedule,
    seal::Seals,
};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::{
    Answer, Arguments, CallContext, Catalogues, SlotId, Status,
    check_availability::{Offering, local, needs_input},
    sentences::{Because, Missing, Sentence, Spoken},
    wish::{Meant, Offerings, Place, WhenMeant, bounds, cut, offered_service, service_meant, when_meant},
};
use crate::{
    App,
    settle::{Settled, settle},
};

/// How often a twin looks whether the first answer is settled.
const LOOK_AGAIN: Duration = Duration::from_millis(50);

/// Kept back of the budget for recording what Cal.com said.
const RECORD_RESERVE: Duration = Duration::from_millis(300);

/// Below this there is no use in asking Cal.com inside the call.
const ASK_AT_LEAST: Duration = Duration::from_millis(250);

/// The longest note that is kept, in characters.
const NOTES_AT_MOST: usize = 2_000;

/// Draws of a reference before giving up; a company would need hundreds of
/// millions of appointments to make five collide.
const REFERENCE_DRAWS: u32 = 5;

/// What the first transaction ends in.
enum First {
    /// The answer is final.
    Answer(Answer),
    /// Somebody is answering this very call; this much stands already.
    UnderWay(Answer),
    /// Held here; Cal.com must be asked.
    Held(Box<Held>),
}

/// A provisional appointment on its way to Cal.com.
struct Held {
    booking: calcom::NewBooking,
    appointment: AppointmentId,
    connection: askpro_domain::ids::ConnectionId,
    answer: Answer,
}

impl App {
    /// Books, or says why not.
    pub(super) async fn book_appointment(&self, cx: &CallContext, arguments: &Arguments) -> Result<Answer> {
        // Without the envelope nobody knows whose call it is, and a repetition
        // could not be told from a second wish.
        let Some(key) = cx.answer_key("book_appointment", arguments) else {
            return Ok(Answer::new(
                Status::Refused,
                cx.language_or_default(),
                &Sentence::OnlyInACall,
                json!({}),
            ));
        };
        let now = self.clock.now();
        let booking = Booking {
            cx: cx.clone(),
            arguments: arguments.clone(),
            key: key.clone(),
            chance: Arc::clone(&self.chance),
            store: self.store.clone(),
            pace: self.pace,
            catalogues: self.catalogues.clone(),
            now,
        };
        let first =
            self.store.write(Company(cx.company), cx.patience(), move |tx| booking.record(tx)).await?;
        match first {
            First::Answer(answer) => Ok(answer),
            First::UnderWay(answer) => self.wait_for_twin(cx, key, answer).await,
            First::Held(held) => self.ask_calcom(cx, key, *held).await,
        }
    }

    /// Waits until the first answer is settled, but no longer than the caller does.
    async fn wait_for_twin(&self, cx: &CallContext, key: AnswerKey, so_far: Answer) -> Result<Answer> {
        while cx.calendar_patience() > LOOK_AGAIN {
            tokio::time::sleep(LOOK_AGAIN).await;
            let key = key.clone();
            let look = self
                .store
                .read(Company(cx.company), cx.calendar_patience(), move |tx| answers::settled(tx, &key));
            if let Some(bytes) = look.await? {
                return Answer::from_bytes(&bytes);
            }
        }
        Ok(so_far)
    }

    async fn ask_calcom(&self, cx: &CallContext, key: AnswerKey, held: Held) -> Result<Answer> {
        let patience = cx.calendar_patience().saturating_sub(RECORD_RESERVE);
        let outcome = if patience < ASK_AT_LEAST {
            Err(calcom::Error::Unreachable)
        } else {
            match self.calcom(Company(cx.company), held.connection.clone(), cx.calendar_patience()).await {
                Ok(Some(client)) => client.create_booking(patience, &held.booking).await,
                Ok(None) => Err(calcom::Error::KeyRefused),
                Err(_) => Err(calcom::Error::Unreachable),
            }
        };
        let now = self.clock.now();
        let arguments_cx = cx.clone();
        let (pace, store) = (self.pace, self.store.clone());
        let provisional = held.answer.clone();
        let recorded = self
            .store
            .write(Company(cx.company), cx.calendar_patience().max(RECORD_RESERVE), move |tx| {
                let settled = settle(tx, held.appointment, &outcome, pace, now)?;
                let answer = match settled {
                    Settled::Confirmed | Settled::Moot => {
                        current_answer(tx, &arguments_cx, held.appointment, now)?
                    }
                    Settled::Refused => {
                        refused_answer(tx, &arguments_cx, held.appointment, store.seals(), now)?
                    }
                    Settled::Open => held.answer.clone(),
                };
                let effect = (settled != Settled::Refused).then_some(held.appointment);
                answers::record(tx, &key, &answer.to_bytes(), effect, true)?;
                Ok(answer)
            })
            .await;
        // The intent is committed: whatever could not be written now is settled by the worker.
        recorded.or_else(|error| {
            tracing::warn!(%error, "the calendar's answer could not be recorded inside the call");
            Ok(provisional)
        })
    }
}

/// The first transaction. It may be run again after a collision, so it draws its
/// ids anew each time and keeps nothing.
struct Booking {
    cx: CallContext,
    arguments: Arguments,
    key: AnswerKey,
    chance: Arc<dyn Chance>,
    store: askpro_store::Store,
    pace: crate::Pace,
    catalogues: Arc<Catalogues>,
    now: Timestamp,
}

/// What shall be booked.
struct Wanted {
    place: Place,
    service: Service,
    start: Timestamp,
    person: Option<StaffId>,
    is_expired: bool,
}

impl Booking {
    fn record(&self, tx: &mut CompanyTx<'_>) -> Result<First> {
        // Claim first, look later: a twin of this request waits here.
        match answers::claim(tx, &self.key, self.now)? {
            Claim::Answered(bytes) => return Answer::from_bytes(&bytes).map(First::Answer),
            Claim::UnderWay(bytes) => return Answer::from_bytes(&bytes).map(First::UnderWay),
            Claim::Fresh => {}
        }
        let first = self.decide(tx)?;
        match &first {
            First::Answer(answer) => {
                let effect = answer.data["appointment"]["id"].as_str().and_then(AppointmentId::parse);
                answers::record(tx, &self.key, &answer.to_bytes(), effect, true)?;
            }
            First::Held(held) => {
                answers::record(tx, &self.key, &held.answer.to_bytes(), Some(held.appointment), false)?;
            }
            First::UnderWay(_) => {}
        }
        Ok(first)
    }

    fn decide(&self, tx: &mut CompanyTx<'_>) -> Result<First> {
        let wanted = match self.understand(tx)? {
            Ok(wanted) => wanted,
            Err(answer) => return Ok(First::Answer(answer)),
        };
        let Some(name) = self.customer_name() else {
            return Ok(First::Answer(needs_input(&wanted.place, Missing::Name, self.now)));
        };
        let phone = self.customer_phone();
        self.book(tx, &wanted, &name, phone.as_ref())
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
            let place = Place::find(tx, cx, arguments, Some(offer.branch))?;
            return Ok(Ok(Wanted {
                place,
                service,
                start: offer.start,
                person: offer.staff,
                is_expired: offer.expires <= now,
            }));
        }
        let place = Place::find(tx, cx, arguments, None)?;
        let ask = |missing: Missing<'_>| Ok(Err(needs_input(&place, missing, now)));
        let service = match service_meant(schedule::services(tx)?, &place, &self.catalogues, arguments) {
            Meant::One(service) => *service,
            Meant::Several(names) => return ask(Missing::OneService(&names)),
            Meant::Nothing(names) => return ask(Missing::Service(&names)),
        };
        let (windows, exact) = match when_meant(arguments, &place, now) {
            WhenMeant::Windows { windows, exact } => (windows, exact),
            WhenMeant::Corrected(start) => return ask(Missing::WhenCorrected(start)),
            WhenMeant::Missing => return ask(Missing::When),
            WhenMeant::Unclear => return ask(Missing::WhenUnclear),
        };
        let bounds = bounds(&windows, &service, now);
        let offerings = Offerings::load(tx, service, &place, bounds, now)?;
        let Ok(person) = offerings.person_meant(arguments) else { return ask(Missing::Staff) };
        match &windows[..] {
            [window] if exact => {
                let start = window.from;
                Ok(Ok(Wanted { place, service: offerings.service, start, person, is_expired: false }))
            }
            // A stretch of time is no start: the caller chooses.
            _ => {
                let mut free: Vec<Slot<StaffId>> =
                    windows.iter().flat_map(|window| offerings.free(cut(window, bounds), person)).collect();
                free.sort();
                let offers = askpro_domain::booking::choose_offers(&free, OFFERS_AT_MOST);
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
        name: &str,
        phone: Option<&PhoneNumber>,
    ) -> Result<First> {
        let (cx, now) = (&self.cx, self.now);
        // Everybody who could do it, locked in order before looking: what is seen then stays true.
        let people = schedule::staff_of_service(tx, wanted.service.id)?;
        let candidates: Vec<ResourceId> = people
            .iter()
            .filter(|member| wanted.person.is_none_or(|id| member.id == id))
            .map(|member| member.id.into())
            .collect();
        appointments::lock_resources(tx, &candidates)?;
        let customer = resolve_customer(
            tx,
            name,
            phone,
            self.arguments.text("customer_email"),
            self.chance.as_ref(),
            now,
        )?;
        let made_in = cx.call_id.clone().map(|call| (cx.connection.clone(), call));
        if let Some(made_in) = &made_in
            && let Some(already) =
                appointments::made_in_call(tx, made_in, customer.id, wanted.service.id, wanted.start)?
        {
            // The model asks once more for what this call has booked.
            return appointment_answer(tx, cx, &already.appointment, now).map(First::Answer);
        }
        let range = Interval::new(wanted.start, wanted.start);
        let offerings = Offerings::load(tx, wanted.service.clone(), &wanted.place, range, now)?;
        let instant = Interval::new(wanted.start, wanted.start + SignedDuration::from_secs(1));
        let free = if wanted.is_expired { Vec::new() } else { offerings.free(instant, wanted.person) };
        for slot in &free {
            let booked = self.try_person(tx, wanted, slot, &customer, made_in.as_ref())?;
            if let Some(appointment) = booked {
                return self.booked(tx, wanted, appointment, &customer, &offerings);
            }
        }
        let because = if wanted.is_expired {
            Because::Expired
        } else if self.arguments.text("slot_id").is_some() {
            Because::JustTaken
        } else {
            Because::Taken
        };
        let nearby =
            nearest_offers(&offerings.around(wanted.start, wanted.person), wanted.start, OFFERS_AT_MOST);
        let offering = Offering {
            place: &wanted.place,
            offerings: &offerings,
            person: wanted.person,
            seals: self.store.seals(),
            cx,
            now,
        };
        Ok(First::Answer(booking_alternatives(&offering, &nearby, because)))
    }

    /// Occupies one person's time and writes the appointment; `None` where the
    /// database says that the time is taken.
    fn try_person(
        &self,
        tx: &mut CompanyTx<'_>,
        wanted: &Wanted,
        slot: &Slot<StaffId>,
        customer: &Customer,
        made_in: Option<&(askpro_domain::ids::ConnectionId, String)>,
    ) -> Result<Option<Appointment>> {
        let now = self.now;
        let calendar = wanted.service.calendar.calendar();
        let (status, taken) = match calendar {
            Calendar::Own => (AppointmentStatus::Confirmed, Taken::Appointment),
            Calendar::Calcom => (AppointmentStatus::Provisional, Taken::Hold),
        };
        let appointment = Appointment {
            id: AppointmentId::new(now, self.chance.as_ref()),
            company: self.cx.company,
            branch: wanted.place.branch.id,
            service: wanted.service.id,
            staff: slot.person,
            customer: customer.id,
            reference: self.fresh_reference(tx)?,
            status,
            local_start: slot.start.to_zoned_datetime(wanted.place.zone.clone()).datetime(),
            zone: wanted.place.branch.zone.clone(),
            start: slot.start,
            end: slot.end,
            calendar,
            calendar_uid: None,
            made_in: made_in.cloned(),
            revision: 1,
        };
        let notes = self.arguments.long_text("notes", NOTES_AT_MOST);
        appointments::insert(tx, &appointment, notes.as_deref(), now)?;
        let pieces = occupancy(slot.start, &wanted.service.times);
        if appointments::occupy(tx, appointment.id, slot.person.into(), &pieces, taken, now)? {
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
        appointment: Appointment,
        customer: &Customer,
        offerings: &Offerings,
    ) -> Result<First> {
        let now = self.now;
        let id = appointment.id.to_string();
        audit::add(tx, &actor(&self.cx), "appointment.booked", &id, None, now)?;
        let view = View {
            place: &wanted.place,
            service: &wanted.service.name,
            staff: offerings.name_of(appointment.staff),
            reachable: customer.phone.is_some(),
            ring_again: now.checked_add(self.pace.give_up).unwrap_or(now),
            now,
        };
        let answer = view.answer(&appointment);
        match &wanted.service.calendar {
            CalendarOfRecord::Own => Ok(First::Answer(answer)),
            CalendarOfRecord::Calcom { connection, event_type_id } => {
                // If this process dies before Cal.com has answered, the worker takes
                // over once the request cannot be running there any more.
                let budget =
                    SignedDuration::try_from(self.cx.calendar_patience()).unwrap_or(SignedDuration::ZERO);
                jobs::add(tx, JobKind::SettleBooking, appointment.id.0, budget + self.pace.uncertain, now)?;
                let booking =
                    crate::settle::new_booking(&appointment, customer, *event_type_id, wanted.place.language);
                let held =
                    Held { booking, appointment: appointment.id, connection: connection.clone(), answer };
                Ok(First::Held(Box::new(held)))
            }
        }
    }

    fn fresh_reference(&self, tx: &mut CompanyTx<'_>) -> Result<Reference> {
        for _ in 0..REFERENCE_DRAWS {
            let reference = Reference::new(self.chance.as_ref());
            if !appointments::has_reference(tx, &reference)? {
                return Ok(reference);
            }
        }
        Err(Error::Contended)
    }

    /// The customer's name, unless the model wrote a stand-in or a number there.
    fn customer_name(&self) -> Option<String> {
        let name = self.arguments.text("customer_name")?;
        let is_stand_in = STAND_INS.iter().any(|word| name.eq_ignore_ascii_case(word));
        let letters = name.chars().filter(|c| c.is_alphabetic()).count();
        let is_name = letters >= 2 && name.chars().count() <= 120;
        (is_name && !is_stand_in).then_some(name)
    }

    /// A number under which the customer can be reached: the one they said, else
    /// the one the network shows.
    fn customer_phone(&self) -> Option<PhoneNumber> {
        let said = ["customer_phone", "customer_name"]
            .iter()
            .filter_map(|field| self.arguments.text(field))
            .find_map(|text| {
                PhoneNumber::parse(&text, Region::De).or_else(|| PhoneNumber::from_speech(&text, Region::De))
            });
        said.or_else(|| self.cx.from.number().cloned())
    }
}

/// What models write where they do not know the name.
const STAND_INS: [&str; 12] = [
    "kunde",
    "kundin",
    "customer",
    "caller",
    "anrufer",
    "anruferin",
    "client",
    "user",
    "patient",
    "name",
    "gast",
    "test",
];

/// Who acts, in the record: the phone agent, with the call it acted in.
fn actor(cx: &CallContext) -> String {
    format!("call:{}", cx.connection)
}

/// The customer with this number and name, or a new one. A record is never
/// changed: a number can be shared, and a name can be misheard.
fn resolve_customer(
    tx: &mut CompanyTx<'_>,
    name: &str,
    phone: Option<&PhoneNumber>,
    email: Option<String>,
    chance: &dyn Chance,
    now: Timestamp,
) -> Result<Customer> {
    if let Some(phone) = phone {
        let known = customers::with_phone(tx, phone.as_str())?;
        if let Some(customer) = known.into_iter().find(|one| names_agree(name, &one.name)) {
            return Ok(customer);
        }
    }
    let email = email
        .filter(|email| email.contains('@') && email.len() <= 254 && !email.contains(char::is_whitespace));
    let customer = Customer {
        id: CustomerId::new(now, chance),
        name: name.to_owned(),
        phone: phone.map(|number| number.as_str().to_owned()),
        email,
    };
    customers::insert(tx, &customer, now)?;
    Ok(customer)
}

/// Alternatives in a booking; an empty list is still an answer to a booking.
fn booking_alternatives(offering: &Offering<'_>, slots: &[Slot<StaffId>], because: Because) -> Answer {
    Answer { status: Status::Alternatives, ..offering.alternatives(slots, because) }
}

/// An appointment as a caller hears of it.
struct View<'a> {
    place: &'a Place,
    service: &'a str,
    staff: &'a str,
    reachable: bool,
    ring_again: Timestamp,
    now: Timestamp,
}

impl View<'_> {
    fn answer(&self, appointment: &Appointment) -> Answer {
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

fn appointment_answer(
    tx: &mut CompanyTx<'_>,
    cx: &CallContext,
    appointment: &Appointment,
    now: Timestamp,
) -> Result<Answer> {
    let place = Place::find(tx, cx, &Arguments::default(), Some(appointment.branch))?;
    let service =
        schedule::find_service(tx, appointment.service)?.map(|service| service.name).unwrap_or_default();
    let staff = schedule::staff(tx)?.into_iter().find(|member| member.id == appointment.staff);
    let customer = customers::find(tx, appointment.customer)?;
    let view = View {
        place: &place,
        service: &service,
        staff: staff.as_ref().map_or("", |member| member.name.as_str()),
        reachable: customer.is_some_and(|customer| customer.phone.is_some()),
        ring_again: now,
        now,
    };
    Ok(view.answer(appointment))
}

/// What is true of an appointment now.
fn current_answer(
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
fn refused_answer(
    tx: &mut CompanyTx<'_>,
    cx: &CallContext,
    id: AppointmentId,
    seals: &Seals,
    now: Timestamp,
) -> Result<Answer> {
    let found =
        appointments::find(tx, id)?.ok_or_else(|| Error::Impossible("a refused appointment".into()))?;
    let appointment = found.appointment;
    let place = Place::find(tx, cx, &Arguments::default(), Some(appointment.branch))?;
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
