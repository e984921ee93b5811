//! "I cannot come."

use std::sync::Arc;

use askpro_domain::{
    booking::AppointmentStatus,
    business::Appointment,
    ids::AppointmentId,
    policy::{Change as Wish, PolicyDecision, PolicyRefusal, decide},
};
use askpro_store::{
    CompanyTx, Error, Result, answers, appointments,
    audit::{self, Entry},
    jobs::{self, JobKind},
    occupancy, schedule,
};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::{
    Answer, Arguments, CallContext, Status,
    booking::appointment_data,
    change::{Asked, Change, First, Request},
    recognise::appointment_meant,
    sentences::{Sentence, Spoken},
    wish::Place,
};
use crate::{
    App, Pace,
    settle::{Ask, Settled, calendar_of},
};

/// The longest reason that is kept, in characters.
const REASON_AT_MOST: usize = 500;

impl App {
    /// Calls an appointment off, or says why not.
    pub(super) async fn cancel_appointment(&self, cx: &CallContext, arguments: &Arguments) -> Result<Answer> {
        let (context, arguments) = (cx.clone(), Arc::new(arguments.clone()));
        let key = cx.answer_key("cancel_appointment", &arguments);
        let (now, pace) = (self.clock.now(), self.pace);
        self.change(cx, key, move |tx| cancel(tx, &context, &arguments, pace, now)).await
    }
}

fn cancel(
    tx: &mut CompanyTx<'_>,
    cx: &CallContext,
    arguments: &Arguments,
    pace: Pace,
    now: Timestamp,
) -> Result<First> {
    let appointment = match appointment_meant(tx, cx, arguments, now)? {
        Ok(found) => found.appointment,
        Err(answer) => return Ok(First::Answer(answer)),
    };
    let place = Place::find(tx, cx, Some(appointment.branch))?;
    if appointment.status == AppointmentStatus::Cancelled {
        return cancelled(tx, &place, &appointment, now).map(First::Answer);
    }
    if let Some(refusal) = refused_by_policy(tx, cx, &place, &appointment, Wish::Cancel, now)? {
        return Ok(First::Answer(refusal));
    }
    let calendar = calendar_of(tx, &appointment)?;
    if !appointments::cancel(tx, appointment.id, now)? {
        return Ok(First::Answer(over(&place)));
    }
    answers::end_effects(tx, appointment.id)?;
    let reason = arguments.long_text("reason", REASON_AT_MOST);
    let entry = Entry::new("appointment.cancelled", appointment.id)
        .about(appointment.customer)
        .note(reason.as_deref());
    audit::add(tx, &cx.actor(), &entry, now)?;
    let Some((connection, _)) = calendar else {
        occupancy::release(tx, appointment.id)?;
        return cancelled(tx, &place, &appointment, now).map(First::Answer);
    };
    // Cal.com would still refuse the time to others: it is given back when it agrees.
    occupancy::keep_as_hold(tx, appointment.id)?;
    jobs::finish_for(tx, JobKind::SettleBooking, appointment.id.0, now)?;
    let budget = SignedDuration::try_from(cx.calendar_patience()).unwrap_or(SignedDuration::ZERO);
    jobs::add(tx, JobKind::SettleBooking, appointment.id.0, budget + pace.uncertain, now)?;
    let spoken = Spoken { zone: &place.zone, now };
    let sentence = Sentence::CancelNoted { start: appointment.start, spoken };
    let answer = Answer::new(Status::Provisional, place.language, &sentence, data(tx, &place, &appointment)?);
    // A booking that is still on its way has no id there yet: the worker finds it.
    let requests = appointment.calendar_uid.map(|uid| Request {
        appointment: appointment.id,
        connection,
        ask: Ask::Cancel { uid },
    });
    Ok(First::Asked(Box::new(Asked {
        what: Change::Cancel,
        requests: requests.into_iter().collect(),
        answer,
    })))
}

/// What is said when Cal.com has been asked.
pub(super) fn answer_after(
    tx: &mut CompanyTx<'_>,
    cx: &CallContext,
    settled: &[(AppointmentId, Settled)],
    asked: &Asked,
    now: Timestamp,
) -> Result<Answer> {
    let [(id, Settled::Done | Settled::Moot)] = settled else { return Ok(asked.answer.clone()) };
    let found =
        appointments::find(tx, *id)?.ok_or_else(|| Error::Impossible("a cancelled appointment".into()))?;
    let place = Place::find(tx, cx, Some(found.appointment.branch))?;
    cancelled(tx, &place, &found.appointment, now)
}

fn cancelled(
    tx: &mut CompanyTx<'_>,
    place: &Place,
    appointment: &Appointment,
    now: Timestamp,
) -> Result<Answer> {
    let sentence =
        Sentence::Cancelled { start: appointment.start, spoken: Spoken { zone: &place.zone, now } };
    Ok(Answer::new(Status::Cancelled, place.language, &sentence, data(tx, place, appointment)?))
}

fn data(tx: &mut CompanyTx<'_>, place: &Place, appointment: &Appointment) -> Result<serde_json::Value> {
    let cancelled = Appointment { status: AppointmentStatus::Cancelled, ..appointment.clone() };
    Ok(json!({ "appointment": appointment_data(tx, place, &cancelled)? }))
}

fn over(place: &Place) -> Answer {
    Answer::new(Status::Refused, place.language, &Sentence::AppointmentOver, json!({}))
}

/// The answer where company, branch or service ask for more notice than is left;
/// `None` where the change may be made.
pub(super) fn refused_by_policy(
    tx: &mut CompanyTx<'_>,
    cx: &CallContext,
    place: &Place,
    appointment: &Appointment,
    wish: Wish,
    now: Timestamp,
) -> Result<Option<Answer>> {
    let service = schedule::service_of_appointment(tx, appointment.service)?;
    let policy = service.policy.over(place.branch.policy).over(cx.settings.policy);
    let refusal = match decide(wish, &policy, appointment.start, &place.zone, now) {
        PolicyDecision::Granted if appointment.status.is_live() => return Ok(None),
        PolicyDecision::Granted | PolicyDecision::Refused(PolicyRefusal::AlreadyStarted) => {
            return Ok(Some(over(place)));
        }
        PolicyDecision::Refused(refusal) => refusal,
    };
    let spoken = Spoken { zone: &place.zone, now };
    let sentence = Sentence::TooLate { wish, latest: refusal.latest().unwrap_or(now), spoken };
    let data = json!({ "reason": "policy", "latest": refusal.latest().map(|at| super::check_availability::local(at, place)) });
    Ok(Some(Answer::new(Status::Refused, place.language, &sentence, data)))
}
