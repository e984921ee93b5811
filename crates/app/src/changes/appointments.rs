//! Appointments by hand: made, moved, called off, and the last of it taken back.
//!
//! A person may do what callers may not: at short notice, beyond the horizon, off
//! the grid, and on purpose outside working hours. Nobody books a person twice.
//! What belongs to Cal.com is held here, and the worker brings it there.

use askpro_domain::{
    availability::{Misfit, Person, ServiceTimes, fit, occupancy as pieces_of},
    booking::{AppointmentStatus, Calendar},
    business::{Appointment, Branch, Service, StaffMember},
    calendar::{Interval, zone},
    ids::{AppointmentId, CustomerId, ResourceId, ServiceId, StaffId},
};
use askpro_store::{
    CompanyTx, Error as Failure, answers,
    appointments::{self, Filter, Firmness, Listed, Position},
    audit::{self, Entry},
    customers,
    jobs::{self, JobKind},
    occupancy::{self, Taken},
    schedule,
    undo::{self, Done, Undo},
};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use serde_json::{Value as Json, json};

use super::{
    Because, By, Change, Refusal, Rule, Stop, after,
    customers::NewCustomer,
    fields::{note, unfit},
    found,
};
use crate::settle::{calendar_of, hold_both};

/// How long a change by hand can be taken back.
pub const UNDO_WITHIN: SignedDuration = SignedDuration::from_mins(15);

/// How far around a start a person's calendar is looked at: longer than anything takes.
const MARGIN: SignedDuration = SignedDuration::from_hours(48);

/// For whom.
#[derive(Clone, Debug)]
pub enum ForWhom {
    /// Somebody who is known.
    Known(CustomerId),
    /// Somebody new.
    New(NewCustomer),
}

/// An appointment is made by hand.
#[derive(Clone, Debug)]
pub struct NewAppointment {
    /// What.
    pub service: ServiceId,
    /// With whom; `None` is whoever is free.
    pub staff: Option<StaffId>,
    /// When it begins.
    pub start: Timestamp,
    /// For whom.
    pub customer: ForWhom,
    /// What is to be remembered.
    pub notes: Option<String>,
    /// Whether it may lie outside working hours.
    pub outside_hours: bool,
}

/// An appointment is given another time or another person.
#[derive(Clone, Debug)]
pub struct MoveAppointment {
    /// Which one.
    pub id: AppointmentId,
    /// The revision that was seen.
    pub revision: Option<u32>,
    /// When it begins then.
    pub start: Timestamp,
    /// With whom then; `None` stays with the same person.
    pub staff: Option<StaffId>,
    /// Whether it may lie outside working hours.
    pub outside_hours: bool,
}

/// An appointment is called off.
#[derive(Clone, Debug)]
pub struct CancelAppointment {
    /// Which one.
    pub id: AppointmentId,
    /// The revision that was seen.
    pub revision: Option<u32>,
    /// Why.
    pub reason: Option<String>,
}

/// The last change by hand is taken back: a move or a cancellation.
#[derive(Clone, Debug)]
pub struct UndoAppointment {
    /// Which one.
    pub id: AppointmentId,
    /// The revision that was seen.
    pub revision: Option<u32>,
}

/// Where and what an appointment is.
struct Place {
    branch: Branch,
    zone: TimeZone,
    service: Service,
}

impl Place {
    fn of(tx: &mut CompanyTx<'_>, service: Service) -> Result<Self, Stop> {
        let branch = schedule::find_branch(tx, service.branch)?.ok_or(Rule::NotInUse)?;
        let zone = zone(&branch.zone).map_err(|error| Failure::Impossible(error.to_string()))?;
        Ok(Self { branch, zone, service })
    }

    /// Whether a person can be there at a start, by the rules that hold for people too.
    fn fits(
        &self,
        tx: &mut CompanyTx<'_>,
        member: &StaffMember,
        start: Timestamp,
        outside_hours: bool,
        now: Timestamp,
    ) -> Result<Result<(), Rule>, Stop> {
        if start < now {
            return Ok(Err(Rule::InThePast));
        }
        let wide = Interval::new(start - MARGIN, start + MARGIN);
        let busy = occupancy::busy_of(tx, &[member.id.into()], wide, now)?;
        let person = Person {
            id: member.id,
            hours: member.hours.clone(),
            overrides: member.overrides.clone(),
            busy: busy.into_iter().map(|(_, interval)| interval).collect(),
        };
        // Notice and horizon are for callers.
        let times = ServiceTimes {
            min_notice_minutes: 0,
            booking_horizon_days: u32::MAX,
            ..self.service.times.clone()
        };
        let busy_by = || {
            let pieces = pieces_of(start, &times);
            person.busy.iter().copied().filter(|busy| pieces.iter().any(|piece| piece.overlaps(*busy))).min()
        };
        Ok(match fit(start, now, &self.zone, &times, &person) {
            Ok(()) => Ok(()),
            Err(Misfit::Occupied { by }) => Err(Rule::Occupied { by: Some(by) }),
            Err(Misfit::NotWorking | Misfit::TooFarAhead) if outside_hours => match busy_by() {
                Some(by) => Err(Rule::Occupied { by: Some(by) }),
                None => Ok(()),
            },
            Err(Misfit::NotWorking | Misfit::TooFarAhead) => Err(Rule::NotWorking),
            Err(Misfit::TooSoon { .. }) => Err(Rule::InThePast),
        })
    }

    fn position(&self, staff: StaffId, start: Timestamp) -> Position {
        let minutes = SignedDuration::from_mins(i64::from(self.service.times.total_minutes()));
        Position {
            staff,
            local_start: start.to_zoned_datetime(self.zone.clone()).datetime(),
            start,
            end: start.saturating_add(minutes).unwrap_or(start),
        }
    }
}

/// Years in which appointments are made: what lies outside is a slip of the hand,
/// and near the end of time nothing can be counted.
fn is_sensible(start: Timestamp, now: Timestamp) -> Result<(), Refusal> {
    let farthest = now.saturating_add(SignedDuration::from_hours(24 * 366 * 10)).unwrap_or(now);
    if start > farthest { Err(unfit("start", Because::NoSensibleTime)) } else { Ok(()) }
}

/// Everybody who could do it, or the one who shall, locked in order before looking.
fn candidates(
    tx: &mut CompanyTx<'_>,
    place: &Place,
    staff: Option<StaffId>,
    also: Option<StaffId>,
) -> Result<Vec<StaffMember>, Stop> {
    let mut people = schedule::staff_of_service(tx, place.service.id)?;
    if let Some(id) = staff {
        people.retain(|member| member.id == id);
        if people.is_empty() {
            return Err(Rule::DoesNotDoService.into());
        }
    }
    let mut resources: Vec<ResourceId> = people.iter().map(|member| member.id.into()).collect();
    resources.extend(also.map(ResourceId::from));
    occupancy::lock_resources(tx, &resources)?;
    Ok(people)
}

/// The worker brings it to Cal.com at once.
fn settle_soon(tx: &mut CompanyTx<'_>, id: AppointmentId, by: &By) -> Result<(), Stop> {
    jobs::finish_for(tx, JobKind::SettleBooking, id.0, by.now)?;
    jobs::add(tx, JobKind::SettleBooking, id.0, SignedDuration::ZERO, by.now)?;
    Ok(())
}

fn only(id: AppointmentId) -> Filter {
    Filter { id: Some(id), ..Filter::default() }
}

fn known(tx: &mut CompanyTx<'_>, id: AppointmentId, seen: Option<u32>) -> Result<Appointment, Stop> {
    Ok(found(tx, &only(id), seen, |row| row.appointment.revision)?.appointment)
}

fn shown(position: &Position) -> Json {
    json!({ "start": position.start.to_string(), "staff_id": position.staff.to_string() })
}

/// Whether a worker talks to Cal.com about it at this moment.
fn not_under_way(tx: &mut CompanyTx<'_>, id: AppointmentId, now: Timestamp) -> Result<(), Stop> {
    match jobs::is_under_way(tx, JobKind::SettleBooking, id.0, now)? {
        true => Err(Rule::NotSettled.into()),
        false => Ok(()),
    }
}

impl Change for NewAppointment {
    type Done = Listed;

    fn carry_out(&self, tx: &mut CompanyTx<'_>, by: &By) -> Result<Listed, Stop> {
        is_sensible(self.start, by.now)?;
        let service = schedule::find_service(tx, self.service)?;
        let service = service.ok_or_else(|| unfit("service_id", Because::Unknown))?;
        let place = Place::of(tx, service)?;
        let notes = note("notes", self.notes.as_ref())?;
        let people = candidates(tx, &place, self.staff, None)?;
        let mut refused = Rule::NotWorking;
        let mut free = Vec::new();
        for member in people {
            match place.fits(tx, &member, self.start, self.outside_hours, by.now)? {
                Ok(()) => free.push(member.id),
                // Somebody who works and is busy is a better reason than somebody who does not work.
                Err(rule) if refused == Rule::NotWorking => refused = rule,
                Err(_) => {}
            }
        }
        if free.is_empty() {
            return Err(refused.into());
        }
        let customer = match &self.customer {
            ForWhom::Known(id) => {
                customers::find(tx, *id)?.ok_or_else(|| unfit("customer_id", Because::Unknown))?
            }
            ForWhom::New(new) => new.insert(tx, by)?,
        };
        let calendar = place.service.calendar.calendar();
        let (status, taken) = match calendar {
            Calendar::Own => (AppointmentStatus::Confirmed, Taken::Appointment),
            Calendar::Calcom => (AppointmentStatus::Provisional, Taken::Hold),
        };
        for staff in free {
            let position = place.position(staff, self.start);
            let appointment = Appointment {
                id: AppointmentId::new(by.now, by.chance.as_ref()),
                company: tx.company_id(),
                branch: place.branch.id,
                service: place.service.id,
                staff,
                customer: customer.id,
                reference: appointments::fresh_reference(tx, by.chance.as_ref())?,
                status,
                local_start: position.local_start,
                zone: place.branch.zone.clone(),
                start: position.start,
                end: position.end,
                calendar,
                calendar_uid: None,
                made_in: None,
                revision: 1,
            };
            appointments::insert(tx, &appointment, notes.as_deref(), by.now)?;
            let pieces = pieces_of(self.start, &place.service.times);
            if occupancy::occupy(tx, appointment.id, staff.into(), &pieces, taken, by.now)? {
                if calendar == Calendar::Calcom {
                    settle_soon(tx, appointment.id, by)?;
                }
                let entry = Entry::new("appointment.booked", appointment.id)
                    .about(customer.id)
                    .after(shown(&position));
                audit::add(tx, &by.actor, &entry, by.now)?;
                return after(tx, &only(appointment.id));
            }
            appointments::remove_unoccupied(tx, appointment.id)?;
        }
        Err(Rule::Occupied { by: None }.into())
    }
}

impl Change for MoveAppointment {
    type Done = Listed;

    fn carry_out(&self, tx: &mut CompanyTx<'_>, by: &By) -> Result<Listed, Stop> {
        is_sensible(self.start, by.now)?;
        let appointment = known(tx, self.id, self.revision)?;
        match appointment.status {
            AppointmentStatus::Confirmed => {}
            AppointmentStatus::Provisional => return Err(Rule::NotSettled.into()),
            _ => return Err(Rule::NotStanding.into()),
        }
        let service = schedule::service_of_appointment(tx, appointment.service)?;
        let place = Place::of(tx, service)?;
        let from = Position::of(&appointment);
        let staff = self.staff.unwrap_or(from.staff);
        let people = candidates(tx, &place, Some(staff), Some(from.staff))?;
        let to = place.position(staff, self.start);
        if to == from {
            return after(tx, &only(self.id));
        }
        // What it has is given up first: moving by a quarter of an hour is no collision with itself.
        occupancy::release(tx, self.id)?;
        let member = people.first().ok_or(Rule::DoesNotDoService)?;
        place.fits(tx, member, self.start, self.outside_hours, by.now)??;
        relocate(tx, &place, &appointment, &from, &to, by)?;
        let moved = after(tx, &only(self.id))?;
        let undo = Undo { revision: moved.appointment.revision, at: by.now, done: Done::Moved(from.clone()) };
        undo::keep(tx, self.id, &undo)?;
        let entry = Entry::new("appointment.moved", self.id)
            .about(appointment.customer)
            .before(shown(&from))
            .after(shown(&to));
        audit::add(tx, &by.actor, &entry, by.now)?;
        Ok(moved)
    }
}

/// Takes the new time and writes it down; what was taken before is given up already.
fn relocate(
    tx: &mut CompanyTx<'_>,
    place: &Place,
    appointment: &Appointment,
    from: &Position,
    to: &Position,
    by: &By,
) -> Result<(), Stop> {
    let times = &place.service.times;
    let (id, new) = (appointment.id, pieces_of(to.start, times));
    let (firmness, is_free) = match calendar_of(tx, appointment)? {
        None => {
            (Firmness::Firm, occupancy::occupy(tx, id, to.staff.into(), &new, Taken::Appointment, by.now)?)
        }
        Some(_) => {
            let old = pieces_of(from.start, times);
            let both = hold_both(tx, id, (from.staff, old), (to.staff, new), by.now)?;
            settle_soon(tx, id, by)?;
            (Firmness::Asked(from.clone()), both)
        }
    };
    if !is_free {
        return Err(Rule::Occupied { by: None }.into());
    }
    appointments::relocate(tx, id, to, &firmness, by.now)?;
    answers::end_effects(tx, id)?;
    Ok(())
}

impl Change for CancelAppointment {
    type Done = Listed;

    fn carry_out(&self, tx: &mut CompanyTx<'_>, by: &By) -> Result<Listed, Stop> {
        let appointment = known(tx, self.id, self.revision)?;
        let reason = note("reason", self.reason.as_ref())?;
        if !appointment.status.is_live() {
            return Err(Rule::NotStanding.into());
        }
        let calendar = calendar_of(tx, &appointment)?;
        appointments::cancel(tx, self.id, by.now)?;
        answers::end_effects(tx, self.id)?;
        match calendar {
            None => occupancy::release(tx, self.id)?,
            Some(_) => {
                // Cal.com would still refuse the time to others: it is given back when it agrees.
                occupancy::keep_as_hold(tx, self.id)?;
                settle_soon(tx, self.id, by)?;
            }
        }
        let cancelled = after(tx, &only(self.id))?;
        // What Cal.com had not decided on cannot be had back.
        if appointment.status == AppointmentStatus::Confirmed {
            let revision = cancelled.appointment.revision;
            undo::keep(tx, self.id, &Undo { revision, at: by.now, done: Done::Cancelled })?;
        }
        let entry =
            Entry::new("appointment.cancelled", self.id).about(appointment.customer).note(reason.as_deref());
        audit::add(tx, &by.actor, &entry, by.now)?;
        Ok(cancelled)
    }
}

impl Change for UndoAppointment {
    type Done = Listed;

    fn carry_out(&self, tx: &mut CompanyTx<'_>, by: &By) -> Result<Listed, Stop> {
        let appointment = known(tx, self.id, self.revision)?;
        let undo = undo::find(tx, self.id)?.ok_or(Rule::NothingToUndo)?;
        let until = undo.at + UNDO_WITHIN;
        if by.now > until {
            return Err(Rule::UndoOver { until }.into());
        }
        not_under_way(tx, self.id, by.now)?;
        let service = schedule::service_of_appointment(tx, appointment.service)?;
        let place = Place::of(tx, service)?;
        let now_at = Position::of(&appointment);
        let is_calcoms = calendar_of(tx, &appointment)?.is_some();
        match (&undo.done, appointment.status) {
            (Done::Moved(from), AppointmentStatus::Confirmed) => {
                // Cal.com's word on the move is a revision of its own, and nothing else may have come.
                let decided = undo.revision + u32::from(is_calcoms);
                if appointment.revision != decided {
                    return Err(Rule::NothingToUndo.into());
                }
                occupancy::lock_resources(tx, &[from.staff.into(), now_at.staff.into()])?;
                occupancy::release(tx, self.id)?;
                relocate(tx, &place, &appointment, &now_at, from, by)?;
            }
            (Done::Moved(_), AppointmentStatus::Provisional) => return Err(Rule::NotSettled.into()),
            (Done::Cancelled, AppointmentStatus::Cancelled) if appointment.revision == undo.revision => {
                occupancy::lock_resources(tx, &[now_at.staff.into()])?;
                occupancy::release(tx, self.id)?;
                let (status, taken) = match is_calcoms {
                    false => (AppointmentStatus::Confirmed, Taken::Appointment),
                    true => (AppointmentStatus::Provisional, Taken::Hold),
                };
                let pieces = pieces_of(appointment.start, &place.service.times);
                if !occupancy::occupy(tx, self.id, now_at.staff.into(), &pieces, taken, by.now)? {
                    return Err(Rule::Occupied { by: None }.into());
                }
                undo::restore(tx, self.id, status, by.now)?;
                if is_calcoms {
                    settle_soon(tx, self.id, by)?;
                }
            }
            _ => return Err(Rule::NothingToUndo.into()),
        }
        let back = after(tx, &only(self.id))?;
        let entry = Entry::new("appointment.undone", self.id)
            .about(appointment.customer)
            .after(json!({ "status": back.appointment.status.word() }));
        audit::add(tx, &by.actor, &entry, by.now)?;
        Ok(back)
    }
}
