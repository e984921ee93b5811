//! A webhook of Cal.com is a hint: it says that something happened to a booking.
//! What did is read there, and our row follows it.

use std::time::Duration;

use askpro_domain::{
    booking::AppointmentStatus,
    business::Appointment,
    ids::{AppointmentId, ConnectionId},
};
use askpro_providers::{
    calcom::{self, Booking, METADATA_KEY},
    resilience::{Terms, Urgency},
};
use askpro_store::{
    Company, CompanyTx, Result, answers,
    appointments::{self, Firmness, Position},
    audit::{self, Entry},
    jobs::{self, JobKind},
    occupancy::{self, Taken},
    tasks::{self, TaskKind},
};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use super::{CALENDAR, ask::Calcom, calendar_of, pieces};
use crate::App;

/// How long one look at Cal.com may take outside a call.
const PATIENCE: Duration = Duration::from_secs(10);
const TERMS: Terms = Terms { patience: PATIENCE, urgency: Urgency::Background };

#[derive(Deserialize)]
struct Hint {
    payload: Payload,
}

#[derive(Deserialize)]
struct Payload {
    #[serde(default, alias = "bookingUid")]
    uid: Option<String>,
}

/// The longest id of a booking that is asked for.
const UID_AT_MOST: usize = 100;

/// What a look at the hinted booking showed.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    appointment: AppointmentId,
    /// The booking as it stands after all its moves; `None` where none stands.
    booking: Option<Booking>,
}

impl Seen {
    /// A booking under our key that was just read.
    pub(super) fn new(appointment: AppointmentId, booking: Option<Booking>) -> Self {
        Self { appointment, booking }
    }
}

impl Calcom {
    /// What became of a booking, through all its moves; `None` where it is none of
    /// ours.
    pub(super) async fn seen(
        &self,
        terms: Terms,
        uid: &str,
    ) -> std::result::Result<Option<Seen>, calcom::Error> {
        let Some(hinted) = self.client.booking(terms, uid).await? else { return Ok(None) };
        let Some(appointment) = hinted.metadata(METADATA_KEY).and_then(AppointmentId::parse) else {
            return Ok(None);
        };
        let booking = self.latest(terms, uid).await?;
        Ok(Some(Seen { appointment, booking }))
    }
}

impl App {
    /// Looks at the booking that a webhook hints at. `None` where it is none of
    /// ours.
    pub(crate) async fn follow_hint(
        &self,
        company: Company,
        connection: ConnectionId,
        payload: &[u8],
    ) -> std::result::Result<Option<Seen>, calcom::Error> {
        let Ok(hint) = serde_json::from_slice::<Hint>(payload) else { return Ok(None) };
        let is_id = |uid: &String| {
            uid.len() <= UID_AT_MOST && uid.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
        };
        let Some(uid) = hint.payload.uid.filter(is_id).filter(|uid| !uid.is_empty()) else {
            return Ok(None);
        };
        let client = match self.calcom(company, connection, PATIENCE).await {
            Ok(Some(client)) => client,
            Ok(None) => return Err(calcom::Error::KeyRefused),
            Err(_) => return Err(calcom::Error::Unreachable),
        };
        client.seen(TERMS, &uid).await
    }
}

/// Lets our row follow what was seen; `false` where it is no appointment of this
/// connection's.
pub(crate) fn apply(
    tx: &mut CompanyTx<'_>,
    connection: &ConnectionId,
    seen: &Seen,
    now: Timestamp,
) -> Result<bool> {
    let Some(found) = appointments::find(tx, seen.appointment)? else { return Ok(false) };
    let appointment = found.appointment;
    if calendar_of(tx, &appointment)?.is_none_or(|(own, _)| own != *connection) {
        return Ok(false);
    }
    match (appointment.status, &seen.booking) {
        (AppointmentStatus::Confirmed, None) => called_off(tx, &appointment, now)?,
        (AppointmentStatus::Confirmed, Some(booking)) => moved(tx, &appointment, booking, now)?,
        // It is being settled: the hint is a reason to look now.
        (AppointmentStatus::Provisional | AppointmentStatus::Cancelled, Some(_)) => {
            let id = appointment.id.0;
            jobs::finish_for(tx, JobKind::SettleBooking, id, now)?;
            jobs::add(tx, JobKind::SettleBooking, id, SignedDuration::ZERO, now)?;
        }
        _ => {}
    }
    Ok(true)
}

/// Somebody called it off there.
fn called_off(tx: &mut CompanyTx<'_>, appointment: &Appointment, now: Timestamp) -> Result<()> {
    appointments::cancel(tx, appointment.id, now)?;
    occupancy::release(tx, appointment.id)?;
    answers::end_effects(tx, appointment.id)?;
    audit::add(tx, &CALENDAR, &Entry::new("appointment.cancelled", appointment.id), now)
}

/// Somebody gave it another time there, or another id.
fn moved(tx: &mut CompanyTx<'_>, appointment: &Appointment, booking: &Booking, now: Timestamp) -> Result<()> {
    let id = appointment.id;
    if appointment.calendar_uid.as_ref() != Some(&booking.uid) {
        appointments::rename_there(tx, id, &booking.uid)?;
    }
    if booking.start == appointment.start {
        return Ok(());
    }
    let Ok(zone) = askpro_domain::calendar::zone(&appointment.zone) else { return Ok(()) };
    let to = Position {
        staff: appointment.staff,
        local_start: zone.to_datetime(booking.start),
        start: booking.start,
        end: booking.start + appointment.end.duration_since(appointment.start),
    };
    appointments::relocate(tx, id, &to, &Firmness::Firm, now)?;
    answers::end_effects(tx, id)?;
    occupancy::release(tx, id)?;
    let pieces = pieces(tx, appointment, booking.start)?;
    let staff = appointment.staff.into();
    if !occupancy::occupy(tx, id, staff, &pieces, Taken::Appointment, now)? {
        // The calendar of record has decided; a person must sort out the two.
        occupancy::occupy(tx, id, staff, &pieces, Taken::External, now)?;
        tasks::add_for_appointment(tx, TaskKind::Conflict, appointment.branch, id, now, now)?;
    }
    audit::add(tx, &CALENDAR, &Entry::new("appointment.moved", id), now)
}
