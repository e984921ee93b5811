//! "When is my appointment?"

use std::collections::{HashMap, hash_map::Entry};

use askpro_domain::{
    booking::AppointmentStatus,
    ids::{ServiceId, StaffId},
};
use askpro_store::{
    Company, CompanyTx, Result,
    appointments::{self, Listed},
    schedule,
};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{
    Answer, Arguments, CallContext, Status,
    check_availability::{local, needs_input},
    recognise::{Recognised, TOLD_AT_MOST, made_in_this_call, recognise, too_many_guesses},
    sentences::{Agreed, Sentence, Spoken},
    wish::Place,
};
use crate::App;

impl App {
    /// Tells a recognised caller what is to come. Recognising is written down, so
    /// that the next question of the same call need not ask again.
    pub(super) async fn find_appointments(&self, cx: &CallContext, arguments: &Arguments) -> Result<Answer> {
        let (now, context, arguments) = (self.clock.now(), cx.clone(), arguments.clone());
        self.store
            .write(Company(cx.company), cx.patience(), move |tx| find(tx, &context, &arguments, now))
            .await
    }
}

fn find(tx: &mut CompanyTx<'_>, cx: &CallContext, arguments: &Arguments, now: Timestamp) -> Result<Answer> {
    let found = match recognise(tx, cx, arguments, now)? {
        Recognised::Customer(customer, _) => appointments::coming(tx, customer, now, TOLD_AT_MOST)?,
        Recognised::Ask(missing) => {
            let made = made_in_this_call(tx, cx, arguments, now)?;
            if made.is_empty() {
                return Ok(needs_input(&Place::find(tx, cx, None)?, missing, now));
            }
            made
        }
        Recognised::Nobody => Vec::new(),
        Recognised::TooManyGuesses => return too_many_guesses(tx, cx),
    };
    let place = Place::find(tx, cx, found.first().map(|one| one.appointment.branch))?;
    tell(tx, &place, &found, now)
}

fn tell(tx: &mut CompanyTx<'_>, place: &Place, found: &[Listed], now: Timestamp) -> Result<Answer> {
    let mut services: HashMap<ServiceId, String> = HashMap::new();
    for one in found {
        if let Entry::Vacant(unknown) = services.entry(one.appointment.service) {
            let service = schedule::service_of_appointment(tx, one.appointment.service)?;
            unknown.insert(service.name);
        }
    }
    let staff: HashMap<StaffId, String> =
        schedule::staff(tx)?.into_iter().map(|member| (member.id, member.name)).collect();
    let name = |one: &Listed| staff.get(&one.appointment.staff).map(String::as_str).unwrap_or_default();
    let agreed: Vec<Agreed<'_>> = found
        .iter()
        .map(|one| Agreed {
            start: one.appointment.start,
            is_firm: one.appointment.status == AppointmentStatus::Confirmed,
            service: &services[&one.appointment.service],
            staff: name(one),
        })
        .collect();
    let told: Vec<Value> = found
        .iter()
        .map(|one| {
            let appointment = &one.appointment;
            json!({
                "id": appointment.id.to_string(),
                "reference": appointment.reference.as_str(),
                "start": local(appointment.start, place),
                "end": local(appointment.end, place),
                "service": services[&appointment.service],
                "staff": name(one),
                "status": appointment.status.word(),
            })
        })
        .collect();
    let (status, sentence) = if found.is_empty() {
        (Status::None, Sentence::NoSuchAppointment)
    } else {
        (Status::Found, Sentence::Found { appointments: &agreed, spoken: Spoken { zone: &place.zone, now } })
    };
    Ok(Answer::new(status, place.language, &sentence, json!({ "appointments": told })))
}
