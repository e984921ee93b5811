//! When somebody can be booked, as programs and people ask for it: the free
//! starts of a service, or the time in which somebody works and has nothing.

use std::time::Duration;

use askpro_domain::{
    availability::{Person, Query, free_slots},
    business::{Branch, Service, StaffMember},
    calendar::{Interval, joined, zone},
    ids::{BranchId, CompanyId, ResourceId, ServiceId, StaffId},
};
use askpro_store::{Company, CompanyTx, Result, lists::business::Companies, occupancy, schedule};
use jiff::{SignedDuration, Timestamp, ToSpan, tz::TimeZone};

use crate::{App, Scope, call::interval};

/// How long one company's answer may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// The longest stretch of time that is looked at.
pub const RANGE_AT_MOST: SignedDuration = SignedDuration::from_hours(31 * 24);

/// Nothing that touches a start lies further away: a service with its buffers
/// takes less than a day.
const MARGIN: SignedDuration = SignedDuration::from_hours(24);

/// Companies that are read at a time.
const COMPANIES_AT_A_TIME: u32 = 50;

/// What is asked.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// From when.
    pub from: Timestamp,
    /// Until when; at most [`RANGE_AT_MOST`] later.
    pub to: Timestamp,
    /// The starts of this service; without it, free working time.
    pub service: Option<ServiceId>,
    /// Only of this branch.
    pub branch: Option<BranchId>,
    /// Only of this person.
    pub staff: Option<StaffId>,
    /// Behind this place, in the list's order.
    pub after: Option<Place>,
}

/// A place in the list: company, start, person.
pub type Place = (CompanyId, Timestamp, StaffId);

/// A stretch in which somebody can be booked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Free {
    /// Of which company.
    pub company: CompanyId,
    /// Where.
    pub branch: BranchId,
    /// Who.
    pub staff: StaffId,
    /// For which service; `None` is time in which the person works and has nothing.
    pub service: Option<ServiceId>,
    /// From when: the start of the service, without its buffers.
    pub start: Timestamp,
    /// Until when.
    pub end: Timestamp,
    /// IANA zone of the branch.
    pub zone: String,
}

impl Free {
    /// Where it stands in the list.
    pub fn place(&self) -> Place {
        (self.company, self.start, self.staff)
    }
}

impl App {
    /// When somebody can be booked: company by company, in order of start and person.
    pub async fn availability(&self, scope: Scope, wanted: Wanted, limit: u32) -> Result<Vec<Free>> {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let mut found = Vec::new();
        let mut after = None;
        loop {
            let companies = match scope {
                Scope::Company(company) => vec![company],
                Scope::Platform => {
                    let page = Companies { id: None, after };
                    let page = self.list(scope, page, COMPANIES_AT_A_TIME).await?;
                    page.into_iter().map(|company| company.id).collect()
                }
            };
            after = companies.last().copied();
            for company in &companies {
                if wanted.after.is_some_and(|(seen, ..)| *company < seen) {
                    continue;
                }
                found.extend(self.available_in(*company, wanted.clone()).await?);
                if found.len() >= limit {
                    found.truncate(limit);
                    return Ok(found);
                }
            }
            if scope != Scope::Platform || companies.len() < COMPANIES_AT_A_TIME as usize {
                return Ok(found);
            }
        }
    }

    async fn available_in(&self, company: CompanyId, wanted: Wanted) -> Result<Vec<Free>> {
        let now = self.clock.now();
        self.store
            .read(Company(company), PATIENCE, move |tx| {
                let mut found = available(tx, &wanted, now)?;
                found.sort_by_key(Free::place);
                found.retain(|one| wanted.after.is_none_or(|place| one.place() > place));
                Ok(found)
            })
            .await
    }
}

fn available(tx: &mut CompanyTx<'_>, wanted: &Wanted, now: Timestamp) -> Result<Vec<Free>> {
    let service = match wanted.service {
        None => None,
        Some(id) => match schedule::find_service(tx, id)? {
            None => return Ok(Vec::new()),
            found => found,
        },
    };
    let people = match wanted.service {
        Some(id) => schedule::staff_of_service(tx, id)?,
        None => schedule::staff(tx)?,
    };
    let is_wanted = |member: &StaffMember| {
        wanted.staff.is_none_or(|id| member.id == id) && wanted.branch.is_none_or(|id| member.branch == id)
    };
    let people: Vec<StaffMember> = people.into_iter().filter(is_wanted).collect();
    let wide = Interval::new(
        wanted.from.checked_sub(MARGIN).unwrap_or(wanted.from),
        wanted.to.checked_add(MARGIN).unwrap_or(wanted.to),
    );
    let resources: Vec<ResourceId> = people.iter().map(|member| member.id.into()).collect();
    let busy = occupancy::busy_of(tx, &resources, wide, now)?;
    let mut found = Vec::new();
    for branch in schedule::branches(tx)? {
        let Ok(zone) = zone(&branch.zone) else { continue };
        let here = people.iter().filter(|member| member.branch == branch.id);
        let here: Vec<Person<StaffId>> = here.map(|member| person(member, &busy)).collect();
        match &service {
            Some(service) => found.extend(starts(service, &branch, zone, &here, wanted, now)),
            None => here.iter().for_each(|one| found.extend(idle(one, &branch, &zone, wanted, now))),
        }
    }
    Ok(found)
}

fn person(member: &StaffMember, busy: &[(ResourceId, Interval)]) -> Person<StaffId> {
    let own = busy.iter().filter(|(resource, _)| *resource == member.id.into());
    Person {
        id: member.id,
        hours: member.hours.clone(),
        overrides: member.overrides.clone(),
        busy: own.map(|(_, interval)| *interval).collect(),
    }
}

fn starts(
    service: &Service,
    branch: &Branch,
    zone: TimeZone,
    people: &[Person<StaffId>],
    wanted: &Wanted,
    now: Timestamp,
) -> Vec<Free> {
    let query = Query { from: wanted.from, to: wanted.to, zone };
    free_slots(&query, now, &service.times, people)
        .into_iter()
        .map(|slot| free(branch, slot.person, Some(service.id), slot.start, slot.end))
        .collect()
}

/// The working time of a person, less what they have.
fn idle(
    person: &Person<StaffId>,
    branch: &Branch,
    zone: &TimeZone,
    wanted: &Wanted,
    now: Timestamp,
) -> Vec<Free> {
    let (from, to) = (wanted.from.max(now), wanted.to);
    let busy = joined(person.busy.clone());
    let first = zone.to_datetime(from).date();
    let last = zone.to_datetime(to).date();
    let mut found = Vec::new();
    let mut date = first;
    while date <= last {
        let weekday = usize::from(date.weekday().to_monday_zero_offset().unsigned_abs());
        let times = match person.overrides.iter().find(|one| one.date == date) {
            Some(instead) => &instead.times,
            None => &person.hours.0[weekday],
        };
        for shift in times.iter().filter_map(|time| interval(date, *time, zone)) {
            let shift = Interval::new(shift.from.max(from), shift.to.min(to));
            let mut at = shift.from;
            for taken in busy.iter().filter(|taken| taken.overlaps(shift)) {
                if taken.from > at {
                    found.push(free(branch, person.id, None, at, taken.from));
                }
                at = at.max(taken.to);
            }
            if at < shift.to {
                found.push(free(branch, person.id, None, at, shift.to));
            }
        }
        let Ok(next) = date.checked_add(1.day()) else { break };
        date = next;
    }
    found
}

fn free(
    branch: &Branch,
    staff: StaffId,
    service: Option<ServiceId>,
    start: Timestamp,
    end: Timestamp,
) -> Free {
    let (company, zone) = (branch.company, branch.zone.clone());
    Free { company, branch: branch.id, staff, service, start, end, zone }
}
