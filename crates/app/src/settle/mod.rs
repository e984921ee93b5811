//! Settling: every provisional appointment becomes confirmed or refused within
//! minutes, or a person is asked to look.
//!
//! The job looks at the whole state each time and does the same however often it
//! runs: what Cal.com has already is taken over, what it lacks is asked for, what
//! it refuses becomes a call-back. After a request that timed out nothing is done
//! until that request cannot be running any more.

use askpro_domain::{
    booking::AppointmentStatus,
    business::{Appointment, CalendarOfRecord, Customer},
    ids::{AppointmentId, ConnectionId},
    language::Language,
};
use askpro_providers::calcom::{self, Booking, BookingStatus};
use askpro_store::{
    Company, CompanyTx, Error, Result, answers, appointments, audit, connections, customers,
    jobs::{self, End, JobKind, Leased},
    schedule,
    tasks::{self, TaskKind},
};
use jiff::{SignedDuration, Timestamp};
use std::time::Duration;

use crate::{App, Pace};

/// How long one look at Cal.com may take outside a call.
const PATIENCE: Duration = Duration::from_secs(10);

/// The longest pause between two tries.
const PAUSE_AT_MOST: SignedDuration = SignedDuration::from_mins(5);

/// Where an appointment stands after Cal.com was asked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Settled {
    /// It stands in both calendars.
    Confirmed,
    /// Cal.com does not have that time: released here.
    Refused,
    /// Not known yet.
    Open,
    /// It was settled on another way in the meantime.
    Moot,
}

/// Records what came of asking Cal.com for a provisional appointment, and plans
/// the next look where that is still open. A no-op on one that was settled on
/// another way in the meantime.
pub(crate) fn settle(
    tx: &mut CompanyTx<'_>,
    id: AppointmentId,
    outcome: &std::result::Result<Booking, calcom::Error>,
    pace: Pace,
    now: Timestamp,
) -> Result<Settled> {
    let (uid, action) = match outcome {
        Ok(booking) if booking.status == BookingStatus::Accepted => {
            (Some(&booking.uid), "appointment.confirmed")
        }
        Err(calcom::Error::SlotGone) => (None, "appointment.refused"),
        // Pending, unknown or in trouble: look again later.
        open => {
            jobs::postpone(tx, JobKind::SettleBooking, id.0, next_look(open, pace), now)?;
            return Ok(Settled::Open);
        }
    };
    let (changed, settled) = match uid {
        Some(uid) => (appointments::confirm(tx, id, uid, now)?, Settled::Confirmed),
        None => (appointments::refuse(tx, id, now)?, Settled::Refused),
    };
    jobs::finish_for(tx, JobKind::SettleBooking, id.0, now)?;
    if !changed {
        return Ok(Settled::Moot);
    }
    audit::add(tx, "calendar:calcom", action, &id.to_string(), None, now)?;
    if settled == Settled::Refused {
        answers::end_effects(tx, id)?;
    }
    Ok(settled)
}

fn next_look(outcome: &std::result::Result<Booking, calcom::Error>, pace: Pace) -> SignedDuration {
    match outcome {
        Err(calcom::Error::Unknown) => pace.uncertain,
        Err(calcom::Error::Throttled { retry_after: Some(wait) }) => {
            SignedDuration::try_from(*wait).unwrap_or(PAUSE_AT_MOST).clamp(pace.pause, PAUSE_AT_MOST)
        }
        _ => pace.pause,
    }
}

/// A booking for Cal.com. Notes stay here: they are not needed there.
pub(crate) fn new_booking(
    appointment: &Appointment,
    customer: &Customer,
    event_type_id: i64,
    language: Language,
) -> calcom::NewBooking {
    calcom::NewBooking {
        appointment: appointment.id.to_string(),
        event_type_id,
        start: appointment.start,
        name: customer.name.clone(),
        zone: appointment.zone.clone(),
        language: language.tag(),
        email: customer.email.clone(),
        phone: customer.phone.clone(),
    }
}

/// What settling needs to know.
struct Loaded {
    appointment: Appointment,
    booking: calcom::NewBooking,
    connection: ConnectionId,
    event_type_id: i64,
}

impl App {
    /// A client for one of the company's Cal.com connections, with that
    /// connection's rule for customers without an e-mail address.
    pub(crate) async fn calcom(
        &self,
        company: Company,
        id: ConnectionId,
        patience: Duration,
    ) -> Result<Option<Calcom>> {
        let found = self.store.read(company, patience, move |tx| connections::find(tx, &id)).await?;
        Ok(found.map(|connection| Calcom {
            client: calcom::Client::new(self.http.clone(), connection.base_url.as_deref(), connection.key),
            attendee_email: connection.attendee_email,
        }))
    }

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
        let outcome = self.look_or_book(company, &loaded).await;
        let now = self.clock.now();
        let (pace, job, worker) = (self.pace, job.clone(), worker.to_owned());
        self.store
            .write(company, PATIENCE, move |tx| {
                let settled = settle(tx, id, &outcome, pace, now)?;
                match settled {
                    Settled::Confirmed | Settled::Moot => Ok(()),
                    Settled::Refused => {
                        let branch = loaded.appointment.branch;
                        tasks::add_for_appointment(tx, TaskKind::CallBackRefused, branch, id, now, now)
                            .map(drop)
                    }
                    Settled::Open => later(tx, &job, &worker, &loaded.appointment, &outcome, pace, now),
                }
            })
            .await
    }

    /// Takes over what Cal.com has of this appointment, else asks for it. Where
    /// it has two, the younger is called off.
    async fn look_or_book(
        &self,
        company: Company,
        loaded: &Loaded,
    ) -> std::result::Result<Booking, calcom::Error> {
        let client = match self.calcom(company, loaded.connection.clone(), PATIENCE).await {
            Ok(Some(client)) => client,
            Ok(None) => return Err(calcom::Error::KeyRefused),
            Err(_) => return Err(calcom::Error::Unreachable),
        };
        let (appointment, booking) = (&loaded.appointment, &loaded.booking);
        let mut found = client
            .client
            .find_bookings(
                PATIENCE,
                loaded.event_type_id,
                appointment.start,
                appointment.end,
                &booking.appointment,
            )
            .await
            // A look that failed changed nothing there.
            .map_err(
                |error| if error == calcom::Error::Unknown { calcom::Error::Unreachable } else { error },
            )?;
        for younger in found.drain(1.min(found.len())..) {
            tracing::warn!(company.id = %company.0, "Cal.com holds one appointment twice; the younger is called off");
            client.client.cancel_booking(PATIENCE, &younger.uid, "duplicate").await?;
        }
        match found.pop() {
            Some(booking) => Ok(booking),
            None => client.create_booking(PATIENCE, booking).await,
        }
    }

    async fn end_job(&self, job: &Leased, worker: &str, end: End) -> Result<()> {
        let (id, worker, now) = (job.id, worker.to_owned(), self.clock.now());
        self.store
            .write(Company(job.company), PATIENCE, move |tx| jobs::end(tx, id, &worker, &end, now))
            .await
    }
}

/// A client with its connection's rule.
pub(crate) struct Calcom {
    client: calcom::Client,
    attendee_email: Option<String>,
}

impl Calcom {
    pub(crate) async fn create_booking(
        &self,
        patience: Duration,
        booking: &calcom::NewBooking,
    ) -> std::result::Result<Booking, calcom::Error> {
        let email = booking.email.clone().or_else(|| self.attendee_email.clone());
        self.client.create_booking(patience, &calcom::NewBooking { email, ..booking.clone() }).await
    }
}

fn load(tx: &mut CompanyTx<'_>, id: AppointmentId) -> Result<Option<Loaded>> {
    let Some(found) = appointments::find(tx, id)? else { return Ok(None) };
    let appointment = found.appointment;
    if appointment.status != AppointmentStatus::Provisional {
        return Ok(None);
    }
    let service = schedule::find_service(tx, appointment.service)?;
    let Some(CalendarOfRecord::Calcom { connection, event_type_id }) =
        service.map(|service| service.calendar)
    else {
        return Err(Error::Impossible("a provisional appointment of a service that is not Cal.com's".into()));
    };
    let customer = customers::find(tx, appointment.customer)?
        .ok_or_else(|| Error::Impossible("an appointment without its customer".into()))?;
    let language =
        schedule::find_branch(tx, appointment.branch)?.map_or(Language::De, |branch| branch.language);
    let booking = new_booking(&appointment, &customer, event_type_id, language);
    Ok(Some(Loaded { appointment, booking, connection, event_type_id }))
}

/// Plans the next try, further away each time, and asks a person to look once it
/// has taken too long.
fn later(
    tx: &mut CompanyTx<'_>,
    job: &Leased,
    worker: &str,
    appointment: &Appointment,
    outcome: &std::result::Result<Booking, calcom::Error>,
    pace: Pace,
    now: Timestamp,
) -> Result<()> {
    let doubled =
        (0..job.attempts.min(16)).fold(next_look(outcome, pace), |pause, _| (pause * 2).min(PAUSE_AT_MOST));
    let pause =
        if matches!(outcome, Err(calcom::Error::Unknown)) { doubled.max(pace.uncertain) } else { doubled };
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
