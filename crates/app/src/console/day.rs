//! Calendar, tasks and customers.

use askpro_domain::{
    booking::Reference,
    business::{Service, StaffMember},
    calendar::Interval,
    ids::{AppointmentId, BranchId, CompanyId, CustomerId, ResourceId, UserId},
};
use askpro_store::{
    Result, appointments,
    console::{self, Block, CallFilter, CallRow, Concerns, CustomerFilter, CustomerRow, TaskFilter, TaskRow},
    schedule,
};

use jiff::Timestamp;

use super::{around::Around, overview::named};
use crate::App;

/// Appointments that a customer's page shows at most.
const HISTORY_AT_MOST: u32 = 50;

/// A stretch of a calendar.
#[derive(Clone, Debug)]
pub struct CalendarPage {
    /// Who works there.
    pub people: Vec<StaffMember>,
    /// Whose it is, where the reader sees only their own.
    pub own: Option<ResourceId>,
    /// What is offered, for names and parts.
    pub services: Vec<Service>,
    /// Appointments, in order of time.
    pub blocks: Vec<Block>,
    /// What other calendars take.
    pub foreign: Vec<(ResourceId, Interval)>,
}

/// A customer with their history.
#[derive(Clone, Debug)]
pub struct CustomerPage {
    /// Who.
    pub customer: CustomerRow,
    /// Appointments, the latest first.
    pub history: Vec<Block>,
    /// Others who may be the same person.
    pub alike: Vec<CustomerRow>,
    /// For names.
    pub services: Vec<Service>,
    /// For names.
    pub people: Vec<StaffMember>,
}

impl App {
    /// A stretch of the calendar; of `own`, who sees nobody else's, only theirs.
    pub async fn calendar(
        &self,
        company: CompanyId,
        branch: Option<BranchId>,
        own: Option<UserId>,
        range: Interval,
    ) -> Result<(Around, CalendarPage)> {
        self.with_around(company, branch, move |tx, _| {
            let mut people = schedule::staff(tx)?;
            let mut staff = None;
            if let Some(user) = own {
                staff = console::own_staff(tx, user)?;
                people.retain(|person| Some(person.id) == staff);
            }
            if let Some(branch) = branch {
                people.retain(|person| person.branch == branch);
            }
            let blocks = match (own, staff) {
                // Nobody's calendar is theirs: nothing is shown rather than everything.
                (Some(_), None) => Vec::new(),
                _ => console::blocks(tx, branch, staff, range)?,
            };
            let foreign = if own.is_none() { console::foreign(tx, range)? } else { Vec::new() };
            Ok(CalendarPage {
                own: staff.map(|id| ResourceId(id.0)),
                people,
                services: schedule::services(tx)?,
                blocks,
                foreign,
            })
        })
        .await
    }

    /// Open or done tasks.
    pub async fn task_list(
        &self,
        company: CompanyId,
        filter: TaskFilter,
        limit: u32,
    ) -> Result<(Around, Vec<TaskRow>)> {
        self.with_around(company, filter.branch, move |tx, _| console::task_page(tx, &filter, limit)).await
    }

    /// Customers by name; of `own`, who sees nobody else's, only theirs.
    pub async fn customer_list(
        &self,
        company: CompanyId,
        branch: Option<BranchId>,
        own: Option<UserId>,
        filter: CustomerFilter,
        limit: u32,
    ) -> Result<(Around, (Vec<CustomerRow>, Option<u64>))> {
        self.with_around(company, branch, move |tx, around| {
            let mut filter = filter.clone();
            if let Some(user) = own {
                filter.of_staff = console::own_staff(tx, user)?;
                if filter.of_staff.is_none() {
                    return Ok((Vec::new(), None));
                }
                return Ok((console::customer_page(tx, &filter, around.now, limit)?, None));
            }
            Ok((console::customer_page(tx, &filter, around.now, limit)?, Some(console::customer_count(tx)?)))
        })
        .await
    }

    /// One customer with their history.
    pub async fn customer_page(
        &self,
        company: CompanyId,
        branch: Option<BranchId>,
        own: Option<UserId>,
        id: CustomerId,
    ) -> Result<(Around, Option<CustomerPage>)> {
        self.with_around(company, branch, move |tx, around| {
            let mut filter = CustomerFilter { id: Some(id), ..CustomerFilter::default() };
            if let Some(user) = own {
                filter.of_staff = console::own_staff(tx, user)?;
                if filter.of_staff.is_none() {
                    return Ok(None);
                }
            }
            let Some(customer) = console::customer_page(tx, &filter, around.now, 1)?.pop() else {
                return Ok(None);
            };
            Ok(Some(CustomerPage {
                history: console::history(tx, id, filter.of_staff, HISTORY_AT_MOST)?,
                alike: if own.is_none() { console::alike(tx, &customer, around.now)? } else { Vec::new() },
                services: schedule::services(tx)?,
                people: schedule::staff(tx)?,
                customer,
            }))
        })
        .await
    }

    /// Looks for customers, calls and an appointment at once; the first two only
    /// where the reader may see them.
    pub async fn search(
        &self,
        company: CompanyId,
        branch: Option<BranchId>,
        wanted: Search,
    ) -> Result<(Around, Found)> {
        self.with_around(company, branch, move |tx, around| {
            let text = Some(wanted.text.clone()).filter(|text| text.chars().count() >= SHORTEST);
            let mut found = Found::default();
            if let (Some(text), true) = (&text, wanted.customers) {
                let filter = CustomerFilter { text: Some(text.clone()), ..CustomerFilter::default() };
                found.customers = console::customer_page(tx, &filter, around.now, HITS)?;
            }
            if let (Some(text), true) = (&text, wanted.calls) {
                let filter = CallFilter { text: Some(text.clone()), ..CallFilter::default() };
                let calls = console::call_page(tx, &filter, HITS)?;
                let keys: Vec<_> = calls
                    .iter()
                    .map(|call| (call.connection.as_str(), call.provider_call_id.as_str()))
                    .collect();
                let about = console::concerns(tx, &keys)?;
                found.calls = calls
                    .into_iter()
                    .map(|call| {
                        let about = named(&about, &call).cloned();
                        (call, about)
                    })
                    .collect();
            }
            if let Some(reference) = &wanted.reference {
                found.appointment = appointments::with_reference(tx, reference)?
                    .map(|found| (found.appointment.id, found.appointment.start));
            }
            Ok(found)
        })
        .await
    }
}

/// Of each kind, as many hits are shown.
const HITS: u32 = 10;

/// Fewer characters would find everybody.
const SHORTEST: usize = 2;

/// What is looked for.
#[derive(Clone, Debug)]
pub struct Search {
    /// As it was typed.
    pub text: String,
    /// The same as a reference, where it can be one and appointments may be seen.
    pub reference: Option<Reference>,
    /// Whether customers may be found.
    pub customers: bool,
    /// Whether calls may be found.
    pub calls: bool,
}

/// What was found.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// Customers by name.
    pub customers: Vec<CustomerRow>,
    /// Calls, the latest first.
    pub calls: Vec<(CallRow, Option<Concerns>)>,
    /// The appointment of a reference: its id and start.
    pub appointment: Option<(AppointmentId, Timestamp)>,
}
