//! Companies, branches, staff and services: what is offered, where, by whom, when.

use askpro_domain::{
    actor::Actor,
    availability::{HoursOverride, Opening, Segment, ServiceTimes, WeeklyHours, WorkingTime},
    booking::Calendar,
    business::{Branch, CalendarOfRecord, Company, CompanySettings, Service, StaffMember},
    calendar::Interval,
    identity::Level,
    ids::{BranchId, CompanyId, ConnectionId, ResourceId, ServiceId, StaffId},
    language::Language,
    money::{Currency, Money},
};
use jiff::{Timestamp, civil::Date};
use serde_json::{Value as Json, json};

use crate::{
    CompanyTx, PlatformTx, Reads, args,
    audit::{self, Entry},
    error::{Error, Result},
    lists::{
        Lists,
        business::{Companies, Services},
    },
    occupancy::LONGEST_STRETCH,
    policy, seal,
    tx::sealed::Raw,
    value::Row,
};

/// Creates a company together with the data key that seals its values.
pub fn create_company(
    tx: &mut PlatformTx<'_>,
    company: &Company,
    actor: &Actor,
    now: Timestamp,
) -> Result<()> {
    tx.execute(
        "INSERT INTO companies (id, name, language, settings, active, revision, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        args![
            company.id,
            &company.name,
            company.language.tag(),
            settings_json(company.settings),
            company.active,
            company.revision,
            now
        ],
    )?;
    seal::create_key(tx, company.id, now)?;
    audit::add_platform(tx, actor, &Entry::new("company.created", company.id), now)
}

pub(crate) const COMPANY: &str =
    "SELECT c.id, c.name, c.language, c.settings, c.active, c.revision FROM companies c";

pub(crate) fn company(row: &Row) -> Result<Company> {
    let settings: Json = row.get(3)?;
    let number = |name: &str, default: u32| {
        settings.get(name).and_then(Json::as_u64).and_then(|n| u32::try_from(n).ok()).unwrap_or(default)
    };
    let defaults = CompanySettings::default();
    Ok(Company {
        id: row.get(0)?,
        name: row.get(1)?,
        language: row.word(2, Language::from_tag)?,
        settings: CompanySettings {
            budget_ms: number("budget_ms", defaults.budget_ms),
            calcom_budget_ms: number("calcom_budget_ms", defaults.calcom_budget_ms),
            identity: if number("identity", 1) >= 2 { Level::Reference } else { Level::Number },
            greets_by_name: settings.get("greets_by_name").and_then(Json::as_bool).unwrap_or(false),
            requires_second_factor: settings
                .get("requires_second_factor")
                .and_then(Json::as_bool)
                .unwrap_or(false),
            policy: policy::read(settings.get("policy").unwrap_or(&Json::Null))?,
        },
        active: row.get(4)?,
        revision: row.get(5)?,
    })
}

fn settings_json(settings: CompanySettings) -> Json {
    json!({ "budget_ms": settings.budget_ms, "calcom_budget_ms": settings.calcom_budget_ms,
        "identity": settings.identity.number(), "greets_by_name": settings.greets_by_name,
        "requires_second_factor": settings.requires_second_factor, "policy": policy::write(&settings.policy) })
}

/// Changes what the company chose.
pub fn change_settings(
    tx: &mut CompanyTx<'_>,
    settings: CompanySettings,
    actor: &Actor,
    now: Timestamp,
) -> Result<()> {
    let company = tx.company_id();
    tx.execute(
        "UPDATE companies SET settings = $2, revision = revision + 1 WHERE id = $1",
        args![company, settings_json(settings)],
    )?;
    audit::add(tx, actor, &Entry::new("company.settings_changed", company), now)
}

/// The companies the transaction may see, after `after`, by id.
pub fn list_companies(tx: &mut impl Reads, after: Option<CompanyId>, limit: u32) -> Result<Vec<Company>> {
    Companies { id: None, after }.list(tx, limit)
}

/// One company, where the transaction may see it.
pub fn find_company(tx: &mut impl Reads, id: CompanyId) -> Result<Option<Company>> {
    if tx.company().is_some_and(|own| own != id) {
        return Ok(None);
    }
    tx.first(&format!("{COMPANY} WHERE c.id = $1"), args![id])?.as_ref().map(company).transpose()
}

/// Creates a branch.
pub fn create_branch(tx: &mut CompanyTx<'_>, branch: &Branch, actor: &Actor, now: Timestamp) -> Result<()> {
    let company = tx.company_id();
    tx.execute(
        "INSERT INTO branches (id, company_id, name, zone, language, phone, address, policy, active, revision,
             created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        args![
            branch.id,
            company,
            &branch.name,
            &branch.zone,
            branch.language.tag(),
            branch.phone.as_ref(),
            branch.address.as_ref(),
            policy::write(&branch.policy),
            true,
            branch.revision,
            now
        ],
    )?;
    audit::add(tx, actor, &Entry::new("branch.created", branch.id), now)
}

pub(crate) const BRANCH: &str =
    "SELECT b.id, b.company_id, b.name, b.zone, b.language, b.phone, b.address, b.policy, b.revision, b.active,
         b.hours, b.exceptions
     FROM branches b";

pub(crate) fn branch(row: &Row) -> Result<Branch> {
    Ok(Branch {
        id: row.get(0)?,
        company: row.get(1)?,
        name: row.get(2)?,
        zone: row.get(3)?,
        language: row.word(4, Language::from_tag)?,
        phone: row.get(5)?,
        address: row.get(6)?,
        policy: policy::read(&row.get(7)?)?,
        revision: row.get(8)?,
    })
}

/// The company's branches in use, oldest first.
pub fn branches(tx: &mut CompanyTx<'_>) -> Result<Vec<Branch>> {
    let rows = tx.query(
        &format!("{BRANCH} WHERE b.company_id = $1 AND b.active ORDER BY b.id LIMIT 1000"),
        args![tx.company_id()],
    )?;
    rows.iter().map(branch).collect()
}

/// Creates a person together with the resource that appointments occupy.
pub fn create_staff(
    tx: &mut CompanyTx<'_>,
    person: &StaffMember,
    actor: &Actor,
    now: Timestamp,
) -> Result<()> {
    let company = tx.company_id();
    tx.execute(
        "INSERT INTO resources (id, company_id, branch_id, kind) VALUES ($1, $2, $3, 'person')",
        args![person.id, company, person.branch],
    )?;
    tx.execute(
        "INSERT INTO staff (id, company_id, branch_id, name, hours, overrides, active, revision, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        args![
            person.id,
            company,
            person.branch,
            &person.name,
            hours_json(&person.hours),
            overrides_json(&person.overrides),
            true,
            person.revision,
            now
        ],
    )?;
    audit::add(tx, actor, &Entry::new("staff.created", person.id), now)
}

pub(crate) const STAFF: &str =
    "SELECT s.id, s.branch_id, s.name, s.hours, s.overrides, s.revision, s.company_id, s.active,
         b.hours, b.exceptions
     FROM staff s JOIN branches b ON b.company_id = s.company_id AND b.id = s.branch_id";

pub(crate) fn staff_member(row: &Row) -> Result<StaffMember> {
    Ok(StaffMember {
        id: row.get(0)?,
        branch: row.get(1)?,
        name: row.get(2)?,
        hours: hours(&row.get(3)?)?,
        overrides: overrides(&row.get(4)?)?,
        revision: row.get(5)?,
    })
}

/// A person as they can be booked: within the times at which their branch is open.
fn bookable(row: &Row) -> Result<StaffMember> {
    let member = staff_member(row)?;
    let (hours, overrides) = opening(row, 8)?.bound(&member.hours, &member.overrides);
    Ok(StaffMember { hours, overrides, ..member })
}

/// When a branch is open, from two columns that begin here.
pub(crate) fn opening(row: &Row, column: usize) -> Result<Opening> {
    let weekly: Option<Json> = row.get(column)?;
    Ok(Opening {
        hours: weekly.as_ref().map(hours).transpose()?,
        exceptions: overrides(&row.get(column + 1)?)?,
    })
}

/// The people in use who do a service, by id, within the times at which their branch is open.
pub fn staff_of_service(tx: &mut CompanyTx<'_>, service: ServiceId) -> Result<Vec<StaffMember>> {
    let rows = tx.query(
        &format!(
            "{STAFF} JOIN service_staff d ON d.company_id = s.company_id AND d.staff_id = s.id
             WHERE s.company_id = $1 AND d.service_id = $2 AND s.active ORDER BY s.id LIMIT 500"
        ),
        args![tx.company_id(), service],
    )?;
    rows.iter().map(bookable).collect()
}

/// What a person is called, also where they do not work here any more.
pub fn staff_name(tx: &mut CompanyTx<'_>, id: StaffId) -> Result<String> {
    tx.first("SELECT name FROM staff WHERE company_id = $1 AND id = $2", args![tx.company_id(), id])?
        .ok_or_else(|| Error::Impossible("an appointment without its person".into()))?
        .get(0)
}

/// The people in use, by id, within the times at which their branch is open.
pub fn staff(tx: &mut CompanyTx<'_>) -> Result<Vec<StaffMember>> {
    let rows = tx.query(
        &format!("{STAFF} WHERE s.company_id = $1 AND s.active ORDER BY s.id LIMIT 500"),
        args![tx.company_id()],
    )?;
    rows.iter().map(bookable).collect()
}

/// What occupies the people of a service between two instants, holds that have
/// not expired and external pieces included.
pub fn busy_of_service(
    tx: &mut CompanyTx<'_>,
    service: ServiceId,
    range: Interval,
    now: Timestamp,
) -> Result<Vec<(ResourceId, Interval)>> {
    // CROSS JOIN: SQLite then begins with the few people instead of with all that
    // the company has ever occupied. To PostgreSQL it is an ordinary join.
    let earliest = range.from.checked_sub(LONGEST_STRETCH).unwrap_or(Timestamp::MIN);
    let rows = tx.query(
        "SELECT o.resource_id, o.from_at, o.to_at FROM service_staff d
         CROSS JOIN occupancy o
         WHERE d.company_id = $1 AND d.service_id = $2
           AND o.company_id = d.company_id AND o.resource_id = d.staff_id
           AND o.from_at >= $3 AND o.from_at < $4 AND o.to_at > $5
           AND (o.expires_at IS NULL OR o.expires_at > $6)",
        args![tx.company_id(), service, earliest, range.to, range.from, now],
    )?;
    rows.iter().map(|row| Ok((row.get(0)?, Interval::new(row.get(1)?, row.get(2)?)))).collect()
}

/// Creates a service with the people who do it.
pub fn create_service(
    tx: &mut CompanyTx<'_>,
    service: &Service,
    actor: &Actor,
    now: Timestamp,
) -> Result<()> {
    let company = tx.company_id();
    let (connection, event_type) = match &service.calendar {
        CalendarOfRecord::Own => (None, None),
        CalendarOfRecord::Calcom { connection, event_type_id } => {
            (Some(connection.as_str().to_owned()), Some(*event_type_id))
        }
    };
    tx.execute(
        "INSERT INTO services (id, company_id, branch_id, name, synonyms, price_cents, currency, segments,
             buffer_before_minutes, buffer_after_minutes, slot_interval_minutes, min_notice_minutes,
             booking_horizon_days, calendar, connection_id, event_type_id, policy, active, revision, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)",
        args![
            service.id,
            company,
            service.branch,
            &service.name,
            json!(service.synonyms),
            service.price.map(|price| price.cents),
            service.price.map_or(Currency::EUR, |price| price.currency).code(),
            segments_json(&service.times.segments),
            service.times.buffer_before_minutes,
            service.times.buffer_after_minutes,
            service.times.slot_interval_minutes,
            service.times.min_notice_minutes,
            service.times.booking_horizon_days,
            service.calendar.calendar().word(),
            connection,
            event_type,
            policy::write(&service.policy),
            true,
            service.revision,
            now
        ],
    )?;
    for person in &service.staff {
        tx.execute(
            "INSERT INTO service_staff (company_id, service_id, staff_id) VALUES ($1, $2, $3)",
            args![company, service.id, *person],
        )?;
    }
    audit::add(tx, actor, &Entry::new("service.created", service.id), now)
}

pub(crate) const SERVICE: &str =
    "SELECT v.id, v.company_id, v.branch_id, v.name, v.synonyms, v.price_cents, v.currency, v.segments,
     v.buffer_before_minutes, v.buffer_after_minutes, v.slot_interval_minutes, v.min_notice_minutes,
     v.booking_horizon_days, v.calendar, v.connection_id, v.event_type_id, v.policy, v.revision, v.active
     FROM services v";

pub(crate) fn service(row: &Row) -> Result<Service> {
    let connection: Option<String> = row.get(14)?;
    let calendar = match (row.word(13, Calendar::parse)?, connection, row.get::<Option<i64>>(15)?) {
        (Calendar::Own, _, _) => CalendarOfRecord::Own,
        (Calendar::Calcom, Some(connection), Some(event_type_id)) => CalendarOfRecord::Calcom {
            connection: ConnectionId::parse(&connection)
                .ok_or_else(|| Error::Impossible("services.connection_id".into()))?,
            event_type_id,
        },
        _ => return Err(Error::Impossible("a service of Cal.com without its event type".into())),
    };
    let price_cents: Option<i64> = row.get(5)?;
    let currency = row.word(6, Currency::parse)?;
    Ok(Service {
        id: row.get(0)?,
        company: row.get(1)?,
        branch: row.get(2)?,
        name: row.get(3)?,
        synonyms: serde_json::from_value(row.get(4)?)
            .map_err(|_| Error::Impossible("services.synonyms".into()))?,
        price: price_cents.map(|cents| Money { cents, currency }),
        times: ServiceTimes {
            segments: segments(&row.get(7)?)?,
            buffer_before_minutes: row.get(8)?,
            buffer_after_minutes: row.get(9)?,
            slot_interval_minutes: row.get(10)?,
            min_notice_minutes: row.get(11)?,
            booking_horizon_days: row.get(12)?,
        },
        calendar,
        staff: Vec::new(),
        policy: policy::read(&row.get(16)?)?,
        revision: row.get(17)?,
    })
}

/// What the company offers, by id; without who does it.
pub fn services(tx: &mut CompanyTx<'_>) -> Result<Vec<Service>> {
    let rows = tx.query(
        &format!("{SERVICE} WHERE v.company_id = $1 AND v.active ORDER BY v.id LIMIT 1000"),
        args![tx.company_id()],
    )?;
    rows.iter().map(service).collect()
}

/// The services in use that the transaction may see, after `after`, by id, with who does them.
pub fn list_services(tx: &mut impl Reads, after: Option<ServiceId>, limit: u32) -> Result<Vec<Service>> {
    let wanted = Services { active: Some(true), after, ..Services::default() };
    Ok(wanted.list(tx, limit)?.into_iter().map(|one| one.of).collect())
}

/// One service in use; without who does it.
pub fn find_service(tx: &mut CompanyTx<'_>, id: ServiceId) -> Result<Option<Service>> {
    tx.first(
        &format!("{SERVICE} WHERE v.company_id = $1 AND v.id = $2 AND v.active"),
        args![tx.company_id(), id],
    )?
    .as_ref()
    .map(service)
    .transpose()
}

/// The service of an appointment, also where it is not offered any more.
pub fn service_of_appointment(tx: &mut CompanyTx<'_>, id: ServiceId) -> Result<Service> {
    tx.first(&format!("{SERVICE} WHERE v.company_id = $1 AND v.id = $2"), args![tx.company_id(), id])?
        .as_ref()
        .map(service)
        .transpose()?
        .ok_or_else(|| Error::Impossible("an appointment without its service".into()))
}

/// The branch of an id, where it is in use.
pub fn find_branch(tx: &mut CompanyTx<'_>, id: BranchId) -> Result<Option<Branch>> {
    Ok(branches(tx)?.into_iter().find(|branch| branch.id == id))
}

const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

fn times_json(times: &[WorkingTime]) -> Json {
    let clock = |minute: u16| format!("{:02}:{:02}", minute / 60, minute % 60);
    Json::Array(times.iter().map(|time| json!([clock(time.from), clock(time.to)])).collect())
}

fn times(json: &Json) -> Option<Vec<WorkingTime>> {
    let minute = |json: &Json| -> Option<u16> {
        let (hour, minute) = json.as_str()?.split_once(':')?;
        let total = hour.parse::<u16>().ok()?.checked_mul(60)?.checked_add(minute.parse().ok()?)?;
        (total <= 1440).then_some(total)
    };
    json.as_array()?
        .iter()
        .map(|pair| Some(WorkingTime { from: minute(pair.get(0)?)?, to: minute(pair.get(1)?)? }))
        .collect()
}

pub(crate) fn hours_json(hours: &WeeklyHours) -> Json {
    let days = WEEKDAYS.iter().zip(&hours.0).filter(|(_, times)| !times.is_empty());
    Json::Object(days.map(|(day, times)| ((*day).to_owned(), times_json(times))).collect())
}

fn hours(json: &Json) -> Result<WeeklyHours> {
    let mut hours = WeeklyHours::default();
    for (day, slot) in WEEKDAYS.iter().zip(&mut hours.0) {
        if let Some(listed) = json.get(day) {
            *slot = times(listed).ok_or_else(|| Error::Impossible("staff.hours".into()))?;
        }
    }
    Ok(hours)
}

pub(crate) fn overrides_json(overrides: &[HoursOverride]) -> Json {
    Json::Array(
        overrides
            .iter()
            .map(|one| json!({ "date": one.date.to_string(), "intervals": times_json(&one.times) }))
            .collect(),
    )
}

fn overrides(json: &Json) -> Result<Vec<HoursOverride>> {
    let read = |one: &Json| -> Option<HoursOverride> {
        let date: Date = one.get("date")?.as_str()?.parse().ok()?;
        Some(HoursOverride { date, times: times(one.get("intervals")?)? })
    };
    json.as_array()
        .and_then(|list| list.iter().map(read).collect())
        .ok_or_else(|| Error::Impossible("staff.overrides".into()))
}

pub(crate) fn segments_json(segments: &[Segment]) -> Json {
    Json::Array(
        segments
            .iter()
            .map(|one| json!({ "minutes": one.minutes, "staff_needed": one.staff_needed }))
            .collect(),
    )
}

fn segments(json: &Json) -> Result<Vec<Segment>> {
    let read = |one: &Json| -> Option<Segment> {
        let minutes = u32::try_from(one.get("minutes")?.as_u64()?).ok()?;
        Some(Segment { minutes, staff_needed: one.get("staff_needed")?.as_bool()? })
    };
    json.as_array()
        .and_then(|list| list.iter().map(read).collect::<Option<Vec<_>>>())
        .filter(|segments| !segments.is_empty())
        .ok_or_else(|| Error::Impossible("services.segments".into()))
}
