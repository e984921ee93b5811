//! Candidate A: the store as it is, driven through its public functions in the
//! order of `crates/app/src/call/book_appointment.rs`.
//!
//! `bench-ours prepare URL WORLD` makes a database; `bench-ours run URL WORLD CLIENTS SECONDS LABEL` measures.

#[path = "../../common.rs"]
mod common;

use std::{sync::Arc, time::Duration};

use askpro_domain::{
    availability::{Segment, ServiceTimes, WeeklyHours, WorkingTime},
    booking::{AppointmentStatus, Calendar, Reference},
    business::{
        Appointment, Branch, CalendarOfRecord, Company, CompanySettings, Customer, Service, StaffMember,
    },
    calendar::{Interval, zone},
    ids::{
        AppointmentId, BranchId, Chance, CompanyId, ConnectionId, CustomerId, SeededChance, ServiceId,
        StaffId,
    },
    language::Language,
    money::{Currency, Money},
    secret::Secret,
};
use askpro_store::{
    Company as Scope, CompanyTx, Error, Platform, Result, SharedTime, Store, StoreOptions,
    answers::{self, AnswerKey, Claim},
    appointments::{self, Taken},
    audit,
    connections::{self, Connection, ConnectionKind},
    customers,
    migrate::{self, Environment},
    schedule,
    seal::KeyRing,
};
use common::{ACTOR, ANSWER, NAME, NOTES, key_of, measure, now, phone_of, start_of};
use jiff::SignedDuration;
use serde_json::{Value as Json, json};

const PATIENCE: Duration = Duration::from_secs(10);
const CLIENTS_AT_MOST: usize = 16;
/// As the program itself has it.
const CONNECTIONS: usize = 16;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let words: Vec<&str> = arguments[1..].iter().map(String::as_str).collect();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime");
    match words[..] {
        ["prepare", url, world] => runtime.block_on(prepare(url, world)),
        ["run", url, world, clients, seconds, label] => runtime.block_on(run(
            url,
            world,
            clients.parse().expect("a number of clients"),
            seconds.parse().expect("a number of seconds"),
            label,
        )),
        _ => panic!("prepare URL WORLD | run URL WORLD CLIENTS SECONDS LABEL"),
    }
}

fn open(url: &str, ring: &str, chance: Arc<dyn Chance>) -> Store {
    Store::open(StoreOptions {
        url: url.into(),
        ring: KeyRing::parse(ring).expect("a key ring"),
        chance,
        connections: CONNECTIONS,
        time: SharedTime::Database,
    })
    .expect("the database opens")
}

async fn prepare(url: &str, world: &str) {
    let chance = Arc::new(SeededChance::new(1));
    let ring = KeyRing::generate(chance.as_ref());
    migrate::up(url, Environment::Scratch, now(), chance.as_ref()).expect("the schema is made");
    let store = open(url, &ring, chance.clone());
    let id = CompanyId::new(now(), chance.as_ref());
    let company = Company {
        id,
        name: "Salon Probe".into(),
        language: Language::De,
        settings: CompanySettings::default(),
        active: true,
        revision: 1,
    };
    store
        .platform_write(Platform { because: "a measurement makes a company" }, PATIENCE, move |tx| {
            schedule::create_company(tx, &company, "bench", now())
        })
        .await
        .expect("a company");
    let branch = BranchId::new(now(), chance.as_ref());
    let connection = ConnectionId::new(chance.as_ref());
    let clients: Vec<(ServiceId, [StaffId; 2])> = (0..CLIENTS_AT_MOST)
        .map(|_| {
            let staff = || StaffId::new(now(), chance.as_ref());
            (ServiceId::new(now(), chance.as_ref()), [staff(), staff()])
        })
        .collect();
    let listed: Vec<Json> = clients
        .iter()
        .map(|(service, staff)| json!({ "service": service.to_string(), "staff": staff.map(|id| id.to_string()) }))
        .collect();
    let text = json!({ "ring": ring, "company": id.to_string(), "branch": branch.to_string(),
        "connection": connection.as_str(), "clients": listed });
    store
        .write(Scope(id), PATIENCE, move |tx| furnish(tx, branch, &connection, &clients))
        .await
        .expect("a salon");
    std::fs::write(world, text.to_string()).expect("the world is noted");
}

fn furnish(
    tx: &mut CompanyTx<'_>,
    branch: BranchId,
    connection: &ConnectionId,
    clients: &[(ServiceId, [StaffId; 2])],
) -> Result<()> {
    let company = tx.company_id();
    let made = Branch {
        id: branch,
        company,
        name: "Mitte".into(),
        zone: "Europe/Berlin".into(),
        language: Language::De,
        phone: Some("+493012345678".into()),
        address: Some("Lindenstraße 12, Berlin".into()),
        revision: 1,
    };
    schedule::create_branch(tx, &made, "bench", now())?;
    let made = Connection {
        id: connection.clone(),
        company,
        kind: ConnectionKind::Retell,
        name: "Retell".into(),
        key: Secret::new("key_0123456789abcdef".into()),
        base_url: None,
        attendee_email: None,
    };
    connections::insert(tx, &made, "bench", now())?;
    for (service, staff) in clients {
        for person in staff {
            let mut hours = WeeklyHours::default();
            for day in &mut hours.0 {
                day.push(WorkingTime { from: 8 * 60, to: 18 * 60 });
            }
            let made = StaffMember {
                id: *person,
                branch,
                name: "Anna Beispiel".into(),
                hours,
                overrides: Vec::new(),
                revision: 1,
            };
            schedule::create_staff(tx, &made, "bench", now())?;
        }
        let made = Service {
            id: *service,
            company,
            branch,
            name: "Herrenhaarschnitt".into(),
            synonyms: vec!["Haare schneiden".into(), "haircut".into()],
            price: Some(Money { cents: 3_200, currency: Currency::EUR }),
            times: ServiceTimes {
                segments: vec![Segment { minutes: 30, staff_needed: true }],
                buffer_before_minutes: 0,
                buffer_after_minutes: 0,
                slot_interval_minutes: 30,
                min_notice_minutes: 0,
                booking_horizon_days: 60,
            },
            calendar: CalendarOfRecord::Own,
            staff: staff.to_vec(),
            revision: 1,
        };
        schedule::create_service(tx, &made, "bench", now())?;
    }
    Ok(())
}

struct World {
    company: CompanyId,
    branch: BranchId,
    connection: ConnectionId,
    clients: Vec<(ServiceId, [StaffId; 2])>,
    chance: Arc<dyn Chance>,
}

async fn run(url: &str, world: &str, clients: usize, seconds: u64, label: &str) {
    let text: Json = serde_json::from_str(&std::fs::read_to_string(world).expect("a world")).expect("JSON");
    let word = |json: &Json| json.as_str().expect("a text").to_owned();
    let staff = |json: &Json| StaffId::parse(&word(json)).expect("an id");
    let chance: Arc<dyn Chance> = Arc::new(SeededChance::new(2));
    let world = Arc::new(World {
        company: CompanyId::parse(&word(&text["company"])).expect("an id"),
        branch: BranchId::parse(&word(&text["branch"])).expect("an id"),
        connection: ConnectionId::parse(&word(&text["connection"])).expect("an id"),
        clients: text["clients"]
            .as_array()
            .expect("clients")
            .iter()
            .map(|one| {
                let service = ServiceId::parse(&word(&one["service"])).expect("an id");
                (service, [staff(&one["staff"][0]), staff(&one["staff"][1])])
            })
            .collect(),
        chance: chance.clone(),
    });
    let store = open(url, &word(&text["ring"]), chance);
    measure(label, clients, seconds, move |client, number| {
        let (store, world) = (store.clone(), Arc::clone(&world));
        async move {
            let company = Scope(world.company);
            store
                .write(company, PATIENCE, move |tx| book(tx, &world, client, number))
                .await
                .expect("a booking");
        }
    })
    .await;
}

fn book(tx: &mut CompanyTx<'_>, world: &World, client: usize, number: u32) -> Result<()> {
    let chance = world.chance.as_ref();
    let key = AnswerKey { text: key_of(client, number), is_exact: true };
    if answers::claim(tx, &key, now())? != Claim::Fresh {
        return Err(Error::Impossible("a key that was used before".into()));
    }
    let (service, people) = world.clients[client];
    let person = people[(number % 2) as usize];
    let start = start_of(number);
    let service = schedule::find_service(tx, service)?.ok_or(Error::Contended)?;
    let branch = schedule::find_branch(tx, world.branch)?.ok_or(Error::Contended)?;
    schedule::staff_of_service(tx, service.id)?;
    appointments::lock_resources(tx, &[person.into()])?;
    let phone = phone_of(client, number);
    if !customers::with_phone(tx, &phone)?.is_empty() {
        return Err(Error::Impossible("a customer of another booking".into()));
    }
    let customer =
        Customer { id: CustomerId::new(now(), chance), name: NAME.into(), phone: Some(phone), email: None };
    customers::insert(tx, &customer, now())?;
    let made_in = (world.connection.clone(), format!("call_{client}_{number}"));
    if appointments::made_in_call(tx, &made_in, customer.id, service.id, start)?.is_some() {
        return Err(Error::Impossible("a call that was made before".into()));
    }
    schedule::staff_of_service(tx, service.id)?;
    let wide =
        Interval::new(start - SignedDuration::from_hours(24), start + SignedDuration::from_hours(14 * 24));
    schedule::busy_of_service(tx, service.id, wide, now())?;
    let mut reference = Reference::new(chance);
    while appointments::has_reference(tx, &reference)? {
        reference = Reference::new(chance);
    }
    let end = start + SignedDuration::from_mins(30);
    let zone = zone(&branch.zone).map_err(|error| Error::Impossible(error.to_string()))?;
    let appointment = Appointment {
        id: AppointmentId::new(now(), chance),
        company: world.company,
        branch: branch.id,
        service: service.id,
        staff: person,
        customer: customer.id,
        reference,
        status: AppointmentStatus::Confirmed,
        local_start: start.to_zoned_datetime(zone).datetime(),
        zone: branch.zone,
        start,
        end,
        calendar: Calendar::Own,
        calendar_uid: None,
        made_in: Some(made_in),
        revision: 1,
    };
    appointments::insert(tx, &appointment, Some(NOTES), now())?;
    if !appointments::occupy(
        tx,
        appointment.id,
        person.into(),
        &[Interval::new(start, end)],
        Taken::Appointment,
        now(),
    )? {
        return Err(Error::Impossible("an own slot that is taken".into()));
    }
    audit::add(tx, ACTOR, "appointment.booked", &appointment.id.to_string(), None, now())?;
    answers::record(tx, &key, ANSWER, Some(appointment.id), true)
}
