//! What can be booked: durations, buffers, segments, price, synonyms.

use askpro_domain::{
    availability::{Segment, ServiceTimes},
    business::{CalendarOfRecord, Service},
    ids::{BranchId, ServiceId, StaffId},
    money::{Currency, Money},
    policy::Policy,
};
use askpro_store::{
    CompanyTx,
    audit::{self, Entry},
    business_changes::{self, Of},
    lists::{
        Lists,
        business::{Kept, Services, Staff},
    },
    schedule,
};
use serde_json::{Value as Json, json};

use super::{
    Because, By, Change, Rule, Stop, after,
    fields::{NAME_AT_MOST, line, unfit, within},
    found,
};

/// A day.
const MINUTES_AT_MOST: u32 = 1_440;
/// A year.
const NOTICE_AT_MOST: u32 = 525_600;
/// What availability looks at.
const HORIZON_AT_MOST: u32 = askpro_domain::availability::MAX_HORIZON_DAYS;
const SEGMENTS_AT_MOST: usize = 20;
const SYNONYMS_AT_MOST: usize = 50;
const PEOPLE_AT_MOST: usize = 500;
/// A million.
const CENTS_AT_MOST: u32 = 100_000_000;

/// What a service is; a new one needs name, branch and segments, a change only
/// what is to be different.
#[derive(Clone, Debug, Default)]
pub struct Offer {
    /// As it stands in the price list.
    pub name: Option<String>,
    /// What callers also say for it, all of it.
    pub synonyms: Option<Vec<String>>,
    /// What it costs, in euro cents with VAT; the inner `None` takes the price away.
    pub price_cents: Option<Option<u32>>,
    /// Its stretches in order.
    pub segments: Option<Vec<Segment>>,
    /// Kept free before it, in minutes.
    pub buffer_before_minutes: Option<u32>,
    /// Kept free after it, in minutes.
    pub buffer_after_minutes: Option<u32>,
    /// Distance of offered starts, in minutes.
    pub slot_interval_minutes: Option<u32>,
    /// Shortest notice, in minutes.
    pub min_notice_minutes: Option<u32>,
    /// How far ahead can be booked, in days.
    pub booking_horizon_days: Option<u32>,
    /// Who does it, all of them.
    pub staff: Option<Vec<StaffId>>,
}

impl Offer {
    /// The service as it is to be.
    fn over(&self, tx: &mut CompanyTx<'_>, service: Service) -> Result<Service, Stop> {
        let known = service.times;
        let minutes = |field, given: Option<u32>, known, least, most| match given {
            Some(given) => within(field, given, least, most),
            None => Ok(known),
        };
        let times = ServiceTimes {
            segments: match &self.segments {
                Some(given) => segments(given)?,
                None => known.segments,
            },
            buffer_before_minutes: minutes(
                "buffer_before_minutes",
                self.buffer_before_minutes,
                known.buffer_before_minutes,
                0,
                MINUTES_AT_MOST,
            )?,
            buffer_after_minutes: minutes(
                "buffer_after_minutes",
                self.buffer_after_minutes,
                known.buffer_after_minutes,
                0,
                MINUTES_AT_MOST,
            )?,
            slot_interval_minutes: minutes(
                "slot_interval_minutes",
                self.slot_interval_minutes,
                known.slot_interval_minutes,
                1,
                MINUTES_AT_MOST,
            )?,
            min_notice_minutes: minutes(
                "min_notice_minutes",
                self.min_notice_minutes,
                known.min_notice_minutes,
                0,
                NOTICE_AT_MOST,
            )?,
            booking_horizon_days: minutes(
                "booking_horizon_days",
                self.booking_horizon_days,
                known.booking_horizon_days,
                0,
                HORIZON_AT_MOST,
            )?,
        };
        Ok(Service {
            name: match &self.name {
                Some(name) => line("name", name, NAME_AT_MOST)?,
                None => service.name,
            },
            synonyms: match &self.synonyms {
                Some(given) => synonyms(given)?,
                None => service.synonyms,
            },
            price: match self.price_cents {
                Some(None) => None,
                Some(Some(cents)) => {
                    let cents = i64::from(within("price_cents", cents, 0, CENTS_AT_MOST)?);
                    let currency = service.price.map_or(Currency::EUR, |price| price.currency);
                    Some(Money { cents, currency })
                }
                None => service.price,
            },
            staff: match &self.staff {
                Some(given) => people(tx, service.branch, given)?,
                None => service.staff,
            },
            times,
            ..service
        })
    }
}

fn segments(given: &[Segment]) -> Result<Vec<Segment>, Stop> {
    if given.is_empty() {
        return Err(unfit("segments", Because::Missing).into());
    }
    if given.len() > SEGMENTS_AT_MOST {
        return Err(unfit("segments", Because::TooMany(SEGMENTS_AT_MOST)).into());
    }
    for one in given {
        within("segments", one.minutes, 1, MINUTES_AT_MOST)?;
    }
    // What takes longer than a day is several appointments.
    within("segments", given.iter().map(|one| one.minutes).sum(), 1, MINUTES_AT_MOST)?;
    Ok(given.to_vec())
}

fn synonyms(given: &[String]) -> Result<Vec<String>, Stop> {
    if given.len() > SYNONYMS_AT_MOST {
        return Err(unfit("synonyms", Because::TooMany(SYNONYMS_AT_MOST)).into());
    }
    given.iter().map(|one| line("synonyms", one, NAME_AT_MOST).map_err(Stop::from)).collect()
}

/// People of the branch, each once.
fn people(tx: &mut CompanyTx<'_>, branch: BranchId, given: &[StaffId]) -> Result<Vec<StaffId>, Stop> {
    if given.len() > PEOPLE_AT_MOST {
        return Err(unfit("staff_ids", Because::TooMany(PEOPLE_AT_MOST)).into());
    }
    let here = Staff { branch: Some(branch), ..Staff::default() };
    let here: Vec<StaffId> = here.list(tx, 1_000)?.into_iter().map(|one| one.of.id).collect();
    let mut people = given.to_vec();
    people.sort_unstable();
    people.dedup();
    match people.iter().all(|id| here.contains(id)) {
        true => Ok(people),
        false => Err(unfit("staff_ids", Because::Unknown).into()),
    }
}

/// A service is added; its appointments are ours to accept.
#[derive(Clone, Debug)]
pub struct NewService {
    /// Where it is offered.
    pub branch: BranchId,
    /// What it is.
    pub offer: Offer,
}

impl Change for NewService {
    type Done = Kept<Service>;

    fn carry_out(&self, tx: &mut CompanyTx<'_>, by: &By) -> Result<Kept<Service>, Stop> {
        if schedule::find_branch(tx, self.branch)?.is_none() {
            return Err(unfit("branch_id", Because::Unknown).into());
        }
        if self.offer.name.is_none() {
            return Err(unfit("name", Because::Missing).into());
        }
        if self.offer.segments.is_none() {
            return Err(unfit("segments", Because::Missing).into());
        }
        let plain = Service {
            id: ServiceId::new(by.now, by.chance.as_ref()),
            company: tx.company_id(),
            branch: self.branch,
            name: String::new(),
            synonyms: Vec::new(),
            price: None,
            times: ServiceTimes {
                segments: Vec::new(),
                buffer_before_minutes: 0,
                buffer_after_minutes: 0,
                slot_interval_minutes: 15,
                min_notice_minutes: 0,
                booking_horizon_days: 60,
            },
            calendar: CalendarOfRecord::Own,
            staff: Vec::new(),
            policy: Policy::NONE,
            revision: 1,
        };
        let service = self.offer.over(tx, plain)?;
        schedule::create_service(tx, &service, &by.actor, by.now)?;
        after(tx, &Services { id: Some(service.id), ..Services::default() })
    }
}

/// A service is changed.
#[derive(Clone, Debug)]
pub struct ChangeService {
    /// Which one.
    pub id: ServiceId,
    /// The revision that was seen.
    pub revision: Option<u32>,
    /// What is to be different.
    pub offer: Offer,
    /// Whether it is offered.
    pub active: Option<bool>,
}

impl Change for ChangeService {
    type Done = Kept<Service>;

    fn carry_out(&self, tx: &mut CompanyTx<'_>, by: &By) -> Result<Kept<Service>, Stop> {
        let wanted = Services { id: Some(self.id), ..Services::default() };
        let known = found(tx, &wanted, self.revision, |row| row.of.revision)?;
        let before = shown(&known);
        let Kept { of: service, is_active, .. } = known;
        let will_be_active = self.active.unwrap_or(is_active);
        if is_active && !will_be_active {
            let count = business_changes::coming(tx, Of::Service(service.id), by.now)?;
            if count > 0 {
                return Err(Rule::HasComingAppointments { count }.into());
            }
        }
        let service = self.offer.over(tx, service)?;
        business_changes::write_service(tx, &service, will_be_active)?;
        let changed = after(tx, &wanted)?;
        let entry = Entry::new("service.changed", service.id).before(before).after(shown(&changed));
        audit::add(tx, &by.actor, &entry, by.now)?;
        Ok(changed)
    }
}

/// What the record keeps of a service.
fn shown(row: &Kept<Service>) -> Json {
    let service = &row.of;
    json!({ "name": service.name, "synonyms": service.synonyms,
        "price_cents": service.price.map(|price| price.cents), "minutes": service.times.total_minutes(),
        "buffer_before_minutes": service.times.buffer_before_minutes,
        "buffer_after_minutes": service.times.buffer_after_minutes,
        "min_notice_minutes": service.times.min_notice_minutes,
        "booking_horizon_days": service.times.booking_horizon_days,
        "staff": service.staff.iter().map(ToString::to_string).collect::<Vec<_>>(), "active": row.is_active })
}
