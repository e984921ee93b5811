//! Settling: every appointment whose calendar of record is Cal.com comes to stand
//! alike in both calendars within minutes, or a person is asked to look.
//!
//! The row says what is wanted: live at its start, or called off. [`Ask`] is one
//! request to Cal.com for that, [`settle`] writes down what came of it, and the
//! job in [`reconcile`] looks at the whole state and does the same however often
//! it runs. After a request that timed out nothing is done until that request
//! cannot be running any more.

mod ask;
mod hint;
mod reconcile;
mod sync;

use askpro_domain::{
    actor::Actor,
    availability::occupancy as pieces_of,
    booking::AppointmentStatus,
    business::{Appointment, CalendarOfRecord},
    calendar::{Interval, joined},
    ids::{AppointmentId, ConnectionId, StaffId},
};
use askpro_providers::calcom::{self, BookingStatus};
use askpro_store::{
    CompanyTx, Error, Result, answers,
    appointments::{self, Firmness},
    audit::{self, Entry},
    jobs::{self, JobKind},
    occupancy::{self, Taken},
    schedule,
};
use jiff::{SignedDuration, Timestamp};

pub(crate) use self::{
    ask::{Ask, Found, Outcome, new_booking},
    hint::apply as apply_hint,
};
use crate::Pace;

/// Who is written into the record where the calendar of record has spoken.
const CALENDAR: Actor = Actor::system("calendar");

/// The longest pause between two tries.
const PAUSE_AT_MOST: SignedDuration = SignedDuration::from_mins(5);

/// Where an appointment stands after Cal.com was asked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Settled {
    /// Both calendars agree on what was wanted.
    Done,
    /// Cal.com does not have that time: a new appointment is released, a moved
    /// one is back where it was.
    Refused,
    /// Not known yet.
    Open,
    /// It was settled on another way in the meantime.
    Moot,
}

/// Records what came of asking Cal.com about an appointment, and plans the next
/// look where that is still open. A no-op on one that was settled on another way
/// in the meantime.
pub(crate) fn settle(
    tx: &mut CompanyTx<'_>,
    id: AppointmentId,
    outcome: &Outcome,
    pace: Pace,
    now: Timestamp,
) -> Result<Settled> {
    let Some(found) = appointments::find(tx, id)? else { return Ok(Settled::Moot) };
    let appointment = found.appointment;
    let settled = match appointment.status {
        AppointmentStatus::Provisional => settle_live(tx, &appointment, outcome, now)?,
        AppointmentStatus::Cancelled => match outcome {
            Ok(Found::Nothing) => {
                occupancy::release(tx, id)?;
                Settled::Done
            }
            _ => Settled::Open,
        },
        _ => Settled::Moot,
    };
    match settled {
        Settled::Open => jobs::postpone(tx, JobKind::SettleBooking, id.0, next_look(outcome, pace), now)?,
        _ => jobs::finish_for(tx, JobKind::SettleBooking, id.0, now)?,
    }
    Ok(settled)
}

fn settle_live(
    tx: &mut CompanyTx<'_>,
    appointment: &Appointment,
    outcome: &Outcome,
    now: Timestamp,
) -> Result<Settled> {
    let (id, moved_from) = (appointment.id, appointments::moved_from(tx, appointment.id)?);
    let (settled, action) = match outcome {
        Ok(Found::Booking(booking))
            if booking.status == BookingStatus::Accepted && booking.start == appointment.start =>
        {
            appointments::confirm(tx, id, &booking.uid, now)?;
            match moved_from {
                Some(_) => {
                    let pieces = pieces(tx, appointment, appointment.start)?;
                    take(tx, id, appointment.staff, &pieces, now)?;
                    (Settled::Done, "appointment.moved")
                }
                None => {
                    occupancy::keep_as_taken(tx, id)?;
                    (Settled::Done, "appointment.confirmed")
                }
            }
        }
        Err(calcom::Error::SlotGone) => match moved_from {
            Some(from) => {
                appointments::relocate(tx, id, &from, &Firmness::Firm, now)?;
                let pieces = pieces(tx, appointment, from.start)?;
                take(tx, id, from.staff, &pieces, now)?;
                (Settled::Refused, "appointment.move_refused")
            }
            None => {
                appointments::refuse(tx, id, now)?;
                (Settled::Refused, "appointment.refused")
            }
        },
        // Nothing stands there any more, and the wished time cannot be had.
        Ok(Found::Nothing) => {
            appointments::refuse(tx, id, now)?;
            (Settled::Refused, "appointment.refused")
        }
        // Pending, unknown or in trouble: look again later.
        _ => return Ok(Settled::Open),
    };
    audit::add(tx, &CALENDAR, &Entry::new(action, id), now)?;
    if settled == Settled::Refused {
        answers::end_effects(tx, id)?;
    }
    Ok(settled)
}

/// What an appointment takes from its person where it begins at `start`.
pub(crate) fn pieces(
    tx: &mut CompanyTx<'_>,
    appointment: &Appointment,
    start: Timestamp,
) -> Result<Vec<Interval>> {
    Ok(pieces_of(start, &schedule::service_of_appointment(tx, appointment.service)?.times))
}

/// Takes exactly these pieces for an appointment that holds them already.
fn take(
    tx: &mut CompanyTx<'_>,
    id: AppointmentId,
    staff: StaffId,
    pieces: &[Interval],
    now: Timestamp,
) -> Result<()> {
    occupancy::release(tx, id)?;
    if occupancy::occupy(tx, id, staff.into(), pieces, Taken::Appointment, now)? {
        Ok(())
    } else {
        // What was held belonged to this appointment alone.
        Err(Error::Contended)
    }
}

/// Holds both what a move gives up and what it wants, until Cal.com has decided;
/// `false` where the wished pieces are not free. Whatever the appointment held
/// before is replaced.
pub(crate) fn hold_both(
    tx: &mut CompanyTx<'_>,
    id: AppointmentId,
    old: (StaffId, Vec<Interval>),
    new: (StaffId, Vec<Interval>),
    now: Timestamp,
) -> Result<bool> {
    occupancy::release(tx, id)?;
    if old.0 == new.0 {
        let both = joined(old.1.into_iter().chain(new.1).collect());
        return occupancy::occupy(tx, id, new.0.into(), &both, Taken::Hold, now);
    }
    Ok(occupancy::occupy(tx, id, new.0.into(), &new.1, Taken::Hold, now)?
        && occupancy::occupy(tx, id, old.0.into(), &old.1, Taken::Hold, now)?)
}

fn next_look(outcome: &Outcome, pace: Pace) -> SignedDuration {
    match outcome {
        Err(calcom::Error::Unknown) => pace.uncertain,
        Err(calcom::Error::Throttled { retry_after: Some(wait) }) => {
            SignedDuration::try_from(*wait).unwrap_or(PAUSE_AT_MOST).clamp(pace.pause, PAUSE_AT_MOST)
        }
        Err(calcom::Error::NotAsked { wait: Some(wait), .. }) => {
            SignedDuration::try_from(*wait).unwrap_or(PAUSE_AT_MOST).clamp(pace.pause, PAUSE_AT_MOST)
        }
        _ => pace.pause,
    }
}

/// At which connection and event type an appointment stands; `None` where its
/// calendar is ours.
pub(crate) fn calendar_of(
    tx: &mut CompanyTx<'_>,
    appointment: &Appointment,
) -> Result<Option<(ConnectionId, i64)>> {
    Ok(match schedule::service_of_appointment(tx, appointment.service)?.calendar {
        CalendarOfRecord::Calcom { connection, event_type_id } => Some((connection, event_type_id)),
        CalendarOfRecord::Own => None,
    })
}
