//! The job that brings Cal.com to what our row says.

use std::time::Duration;

use askpro_domain::{
    booking::AppointmentStatus,
    business::Appointment,
    ids::{AppointmentId, ConnectionId},
    language::Language,
};
use askpro_providers::{
    calcom::{self, Booking},
    resilience::{Terms, Urgency},
};
use askpro_store::{
    Company, CompanyTx, Error, Result, appointments, customers,
    incidents::{self, IncidentKind},
    jobs::{self, End, Leased},
    schedule,
    tasks::{self, TaskKind},
};
use jiff::{SignedDuration, Timestamp};

use super::{
    Ask, Found, Outcome, PAUSE_AT_MOST, Settled, ask::Calcom, calendar_of, new_booking, next_look, settle,
    sync::booked_twice,
};
use crate::{
    App, Pace,
    mail::{self, Message, appointment_refused},
};

/// How long one look at Cal.com may take outside a call.
const PATIENCE: Duration = Duration::from_secs(10);
const TERMS: Terms = Terms { patience: PATIENCE, urgency: Urgency::Background };

/// What settling needs to know.
struct Loaded {
    appointment: Appointment,
    booking: calcom::NewBooking,
    connection: ConnectionId,
    language: Language,
    /// As callers know the business.
    business: String,
}

impl App {
    /// Settles the appointment of a leased job. How the job ends is written in
    /// the same transaction as what it found, except where the database is away.
    pub(crate) async fn settle_booking(&self, job: &Leased, worker: &str) -> Result<()> {
        let company = Company(job.company);
        let id = AppointmentId(
            job.subject.ok_or_else(|| Error::Impossible("a job without its appointment".into()))?,
        );
        let Some(loaded) = self.store.read(company, PATIENCE, move |tx| load(tx, id)).await? else {
            return self.end_job(job, worker, End::Done).await;
        };
        let mut was_twice = false;
        let outcome = self.reconcile(company, &loaded, &mut was_twice).await;
        let now = self.clock.now();
        let (pace, job, worker) = (self.pace, job.clone(), worker.to_owned());
        self.store
            .write(company, PATIENCE, move |tx| {
                if was_twice {
                    booked_twice(tx, id, now)?;
                }
                let settled = settle(tx, id, &outcome, pace, now)?;
                match settled {
                    Settled::Done | Settled::Moot => Ok(()),
                    Settled::Refused => broken_promise(tx, &loaded, now),
                    Settled::Open => later(tx, &job, &worker, &loaded.appointment, &outcome, pace, now),
                }
            })
            .await
    }

    /// Looks what Cal.com has, and asks for what is missing. A look that failed
    /// changed nothing there, so it is no uncertain request.
    async fn reconcile(&self, company: Company, loaded: &Loaded, was_twice: &mut bool) -> Outcome {
        let client = match self.calcom(company, loaded.connection.clone(), PATIENCE).await {
            Ok(Some(client)) => client,
            Ok(None) => return Err(calcom::Error::KeyRefused),
            Err(_) => return Err(calcom::Error::Unreachable),
        };
        let there = client.of_appointment(loaded).await.map_err(|error| {
            if error == calcom::Error::Unknown { calcom::Error::Unreachable } else { error }
        })?;
        let appointment = &loaded.appointment;
        if appointment.status == AppointmentStatus::Cancelled {
            for booking in there {
                client.ask(TERMS, &Ask::Cancel { uid: booking.uid }).await?;
            }
            return Ok(Found::Nothing);
        }
        // Where it has two, the younger is called off.
        let mut there = there.into_iter();
        let oldest = there.next();
        for younger in there {
            tracing::warn!(company.id = %company.0, "Cal.com holds one appointment twice; the younger is called off");
            *was_twice = true;
            client.ask(TERMS, &Ask::Cancel { uid: younger.uid }).await?;
        }
        match oldest {
            Some(booking) if booking.start == appointment.start => Ok(Found::Booking(Box::new(booking))),
            Some(elsewhere) => {
                let ask = Ask::Move { uid: elsewhere.uid, start: appointment.start };
                client.ask(TERMS, &ask).await
            }
            None => match client.ask(TERMS, &Ask::Book(Box::new(loaded.booking.clone()))).await {
                // What a move gives up is gone there too: there is nothing to go back to.
                Err(calcom::Error::SlotGone) if appointment.calendar_uid.is_some() => Ok(Found::Nothing),
                outcome => outcome,
            },
        }
    }

    async fn end_job(&self, job: &Leased, worker: &str, end: End) -> Result<()> {
        let (id, worker, now) = (job.id, worker.to_owned(), self.clock.now());
        self.store
            .write(Company(job.company), PATIENCE, move |tx| jobs::end(tx, id, &worker, &end, now))
            .await
    }
}

impl Calcom {
    /// The live bookings of an appointment, oldest first: by the id that is known,
    /// and by our key at its start, because an answer with the id may have been lost.
    async fn of_appointment(&self, loaded: &Loaded) -> std::result::Result<Vec<Booking>, calcom::Error> {
        let (appointment, wanted) = (&loaded.appointment, &loaded.booking);
        let mut found = self
            .client
            .find_bookings(
                TERMS,
                wanted.event_type_id,
                appointment.start,
                appointment.end,
                &wanted.appointment,
            )
            .await?;
        if let Some(uid) = &appointment.calendar_uid
            && let Some(known) = self.latest(TERMS, uid).await?
            && found.iter().all(|one| one.uid != known.uid)
        {
            found.push(known);
        }
        found.sort_by_key(|booking| booking.created_at);
        Ok(found)
    }
}

fn load(tx: &mut CompanyTx<'_>, id: AppointmentId) -> Result<Option<Loaded>> {
    let Some(found) = appointments::find(tx, id)? else { return Ok(None) };
    let appointment = found.appointment;
    if !matches!(appointment.status, AppointmentStatus::Provisional | AppointmentStatus::Cancelled) {
        return Ok(None);
    }
    let Some((connection, event_type_id)) = calendar_of(tx, &appointment)? else {
        return Err(Error::Impossible("an unsettled appointment of a service that is not Cal.com's".into()));
    };
    let customer = customers::find(tx, appointment.customer)?
        .ok_or_else(|| Error::Impossible("an appointment without its customer".into()))?;
    let branch = schedule::find_branch(tx, appointment.branch)?;
    let language = branch.as_ref().map_or(Language::De, |branch| branch.language);
    let company = tx.company_id();
    let business = schedule::find_company(tx, company)?.map(|company| company.name).unwrap_or_default();
    let booking = new_booking(&appointment, &customer, event_type_id, language);
    Ok(Some(Loaded { appointment, booking, connection, language, business }))
}

/// What was promised cannot be kept: somebody rings the customer back, the customer
/// hears of it where there is an address, and it is an incident.
fn broken_promise(tx: &mut CompanyTx<'_>, loaded: &Loaded, now: Timestamp) -> Result<()> {
    let (id, branch) = (loaded.appointment.id, loaded.appointment.branch);
    tasks::add_for_appointment(tx, TaskKind::CallBackRefused, branch, id, now, now)?;
    let detail = "it was promised on the phone and refused by Cal.com afterwards";
    incidents::open(tx, IncidentKind::PromiseRefused, &id.to_string(), detail, now)?;
    // Only the customer's own address: the connection's stands for nobody.
    let Some(to) = &loaded.booking.email else { return Ok(()) };
    let (subject, text) = appointment_refused(loaded.language, &loaded.booking.name, &loaded.business);
    let message = Message { to: to.clone(), subject, text };
    mail::enqueue(tx, &message, now).map(drop)
}

/// Plans the next try, further away each time, and asks a person to look once it
/// has taken too long.
fn later(
    tx: &mut CompanyTx<'_>,
    job: &Leased,
    worker: &str,
    appointment: &Appointment,
    outcome: &Outcome,
    pace: Pace,
    now: Timestamp,
) -> Result<()> {
    let doubled =
        (0..job.attempts.min(16)).fold(next_look(outcome, pace), |pause, _| (pause * 2).min(PAUSE_AT_MOST));
    let pause = match outcome {
        Err(calcom::Error::Unknown) => doubled.max(pace.uncertain),
        // It is known when asking is of use again: nothing was tried that could go on failing.
        Err(calcom::Error::NotAsked { .. }) => next_look(outcome, pace),
        _ => doubled,
    };
    let waited =
        jobs::waiting_since(tx, job.id)?.map_or(SignedDuration::ZERO, |since| now.duration_since(since));
    if waited >= pace.give_up && !tasks::is_open(tx, TaskKind::Unsettled, appointment.id)? {
        tasks::add_for_appointment(tx, TaskKind::Unsettled, appointment.branch, appointment.id, now, now)?;
    }
    let reason = match outcome {
        Ok(_) => "Cal.com has it, but its host must still agree".to_owned(),
        Err(error) => error.to_string(),
    };
    jobs::end(tx, job.id, worker, &End::Again { pause, reason }, now)
}
