//! One request to Cal.com about one appointment, and what it can come to.

use std::time::Duration;

use askpro_domain::{
    business::{Appointment, Customer},
    ids::ConnectionId,
    language::Language,
};
use askpro_providers::{
    calcom::{self, Booking},
    resilience::{LineId, Service, Terms},
};
use askpro_store::{Company, Result, connections};
use jiff::Timestamp;

use crate::{App, lines::limits_of};

/// The most moves of one booking that are followed: each gives it a new id there.
const MOVES_AT_MOST: usize = 20;

/// What Cal.com is asked for.
#[derive(Clone, Debug)]
pub(crate) enum Ask {
    /// Make a booking.
    Book(Box<calcom::NewBooking>),
    /// Give the booking of this id another start.
    Move { uid: String, start: Timestamp },
    /// Call the booking of this id off.
    Cancel { uid: String },
}

/// What stands there afterwards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// This booking.
    Booking(Box<Booking>),
    /// None of the appointment.
    Nothing,
}

/// What came of asking.
pub(crate) type Outcome = std::result::Result<Found, calcom::Error>;

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

/// A client with its connection's rule.
#[derive(Clone)]
pub(crate) struct Calcom {
    pub(super) client: calcom::Client,
    attendee_email: Option<String>,
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
        let line = LineId { company: company.0, connection: id.clone() };
        let found = self.store.read(company, patience, move |tx| connections::find_limited(tx, &id)).await?;
        Ok(found.map(|(connection, limits)| {
            self.uses.note(company.0, &connection.id, self.clock.now());
            let base = connection.base_url.as_deref().unwrap_or(calcom::PUBLIC_BASE);
            let line = self.lines.line(&line, Service::Calcom, base, limits_of(limits));
            Calcom {
                client: calcom::Client::new(line, connection.key),
                attendee_email: connection.attendee_email,
            }
        }))
    }
}

impl Calcom {
    /// A question whose answer says only whether Cal.com is well.
    pub(crate) async fn try_out(&self, terms: Terms) {
        if let Err(error) = self.client.me(terms).await {
            tracing::debug!(%error, "a trial failed");
        }
    }

    /// Asks once; what comes of it is never tried again here.
    pub(crate) async fn ask(&self, terms: Terms, ask: &Ask) -> Outcome {
        match ask {
            Ask::Book(booking) => {
                let email = booking.email.clone().or_else(|| self.attendee_email.clone());
                let booking = calcom::NewBooking { email, ..(**booking).clone() };
                self.client.create_booking(terms, &booking).await.map(stands)
            }
            Ask::Move { uid, start } => self.client.reschedule_booking(terms, uid, *start).await.map(stands),
            Ask::Cancel { uid } => match self.client.cancel_booking(terms, uid, "customer").await {
                Ok(()) | Err(calcom::Error::Refused { status: 404 }) => Ok(Found::Nothing),
                Err(error) => Err(error),
            },
        }
    }

    /// Calls a booking off that is one too many.
    pub(super) async fn call_off(&self, terms: Terms, uid: &str) -> std::result::Result<(), calcom::Error> {
        match self.client.cancel_booking(terms, uid, "one booking too many").await {
            Err(calcom::Error::Refused { status: 404 }) => Ok(()),
            ended => ended,
        }
    }

    /// What became of a booking, through all its moves; `None` where it is gone.
    pub(super) async fn latest(
        &self,
        terms: Terms,
        uid: &str,
    ) -> std::result::Result<Option<Booking>, calcom::Error> {
        let mut uid = uid.to_owned();
        for _ in 0..MOVES_AT_MOST {
            match self.client.booking(terms, &uid).await? {
                Some(Booking { moved_to: Some(next), .. }) => uid = next,
                found => return Ok(found.filter(Booking::is_live)),
            }
        }
        Err(calcom::Error::Trouble("a booking was moved too often to be followed".into()))
    }
}

fn stands(booking: Booking) -> Found {
    if booking.is_live() { Found::Booking(Box::new(booking)) } else { Found::Nothing }
}
