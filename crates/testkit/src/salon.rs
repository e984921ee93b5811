use askpro_domain::{
    actor::Actor,
    availability::{Segment, ServiceTimes, WeeklyHours, WorkingTime},
    business::{Branch, CalendarOfRecord, Company, CompanySettings, Service, StaffMember},
    ids::{BranchId, Clock, CompanyId, ConnectionId, ServiceId, StaffId},
    language::Language,
    money::{Currency, Money},
    policy::Policy,
    secret::Secret,
};
use askpro_store::{
    Company as Scope, Platform,
    connections::{self, Connection, ConnectionKind},
    schedule,
};

use crate::{Ground, PATIENCE};

/// Budgets that no busy machine exceeds: tests of time name their own.
pub const UNHURRIED: CompanySettings =
    CompanySettings { budget_ms: 30_000, calcom_budget_ms: 40_000, ..CompanySettings::DEFAULT };

/// What signs the webhooks of a salon's Cal.com.
pub const CALCOM_SECRET: &str = "whsec_salon_probe";

/// What a salon is made with.
#[derive(Clone, Debug)]
pub struct SalonOptions {
    /// How many people work there, 08:00 to 18:00 on weekdays.
    pub people: usize,
    /// The address of a Cal.com stand-in; then there is a second service, "Bartpflege", that belongs to it.
    pub calcom: Option<String>,
    /// The company's name.
    pub name: String,
    /// What the company chose.
    pub settings: CompanySettings,
    /// Minutes from one offered start to the next.
    pub interval_minutes: u32,
}

impl Default for SalonOptions {
    fn default() -> Self {
        Self {
            people: 2,
            calcom: None,
            name: "Salon Probe".into(),
            settings: UNHURRIED,
            interval_minutes: 30,
        }
    }
}

/// A hairdresser's with one branch in Berlin and a 30-minute "Herrenhaarschnitt".
#[derive(Clone, Debug)]
pub struct Salon {
    /// The company.
    pub company: CompanyId,
    /// Its branch.
    pub branch: BranchId,
    /// Its people.
    pub people: Vec<StaffId>,
    /// "Herrenhaarschnitt", 30 minutes, in our own calendar.
    pub haircut: ServiceId,
    /// "Bartpflege", 30 minutes, in Cal.com.
    pub beard: Option<ServiceId>,
    /// The Retell workspace.
    pub retell: ConnectionId,
    /// Its key.
    pub retell_key: String,
    /// The Cal.com account.
    pub calcom: ConnectionId,
}

impl Salon {
    /// Opens a salon.
    pub async fn open(ground: &Ground, options: SalonOptions) -> Self {
        let now = ground.clock.now();
        let chance = ground.chance.clone();
        let company = Company {
            id: CompanyId::new(now, chance.as_ref()),
            name: options.name.clone(),
            language: Language::De,
            settings: options.settings,
            active: true,
            revision: 1,
        };
        let id = company.id;
        ground
            .store
            .platform_write(Platform { because: "a test makes a company" }, PATIENCE, move |tx| {
                schedule::create_company(tx, &company, &Actor::system("test"), now)
            })
            .await
            .expect("a company can be made");

        let retell_key =
            format!("key_{}", askpro_domain::ids::random_text(chance.as_ref(), b"0123456789abcdef", 24));
        let retell = ConnectionId::new(chance.as_ref());
        let salon = Self {
            company: id,
            branch: BranchId::new(now, chance.as_ref()),
            people: (0..options.people).map(|_| StaffId::new(now, chance.as_ref())).collect(),
            haircut: ServiceId::new(now, chance.as_ref()),
            beard: options.calcom.as_ref().map(|_| ServiceId::new(now, chance.as_ref())),
            retell,
            retell_key,
            calcom: ConnectionId::new(chance.as_ref()),
        };
        let calcom = salon.calcom.clone();
        let made = salon.clone();
        ground
            .store
            .write(Scope(id), PATIENCE, move |tx| {
                let branch = Branch {
                    id: made.branch,
                    company: id,
                    name: "Mitte".into(),
                    zone: "Europe/Berlin".into(),
                    language: Language::De,
                    phone: Some("+493012345678".into()),
                    address: Some("Lindenstraße 12, Berlin".into()),
                    policy: Policy::NONE,
                    revision: 1,
                };
                schedule::create_branch(tx, &branch, &Actor::system("test"), now)?;
                for (index, person) in made.people.iter().enumerate() {
                    let mut hours = WeeklyHours::default();
                    for day in &mut hours.0[..5] {
                        day.push(WorkingTime { from: 8 * 60, to: 18 * 60 });
                    }
                    let member = StaffMember {
                        id: *person,
                        branch: made.branch,
                        name: format!("Person {index}"),
                        hours,
                        overrides: Vec::new(),
                        revision: 1,
                    };
                    schedule::create_staff(tx, &member, &Actor::system("test"), now)?;
                }
                let connection = Connection {
                    id: made.retell.clone(),
                    company: id,
                    kind: ConnectionKind::Retell,
                    name: "Retell".into(),
                    key: Secret::new(made.retell_key.clone()),
                    base_url: None,
                    attendee_email: None,
                    webhook_secret: None,
                    previous: None,
                };
                connections::insert(tx, &connection, &Actor::system("test"), now)?;
                let mut service = Service {
                    id: made.haircut,
                    company: id,
                    branch: made.branch,
                    name: "Herrenhaarschnitt".into(),
                    synonyms: vec!["Haare schneiden".into(), "haircut".into()],
                    price: Some(Money { cents: 3_200, currency: Currency::EUR }),
                    times: ServiceTimes {
                        segments: vec![Segment { minutes: 30, staff_needed: true }],
                        buffer_before_minutes: 0,
                        buffer_after_minutes: 0,
                        slot_interval_minutes: options.interval_minutes,
                        min_notice_minutes: 0,
                        booking_horizon_days: 60,
                    },
                    calendar: CalendarOfRecord::Own,
                    staff: made.people.clone(),
                    policy: Policy::NONE,
                    revision: 1,
                };
                schedule::create_service(tx, &service, &Actor::system("test"), now)?;
                if let (Some(beard), Some(url)) = (made.beard, &options.calcom) {
                    let connection = Connection {
                        id: calcom.clone(),
                        kind: ConnectionKind::Calcom,
                        name: "Cal.com".into(),
                        key: Secret::new("cal_test_0123456789".into()),
                        base_url: Some(url.clone()),
                        attendee_email: Some("termine@salon-probe.example".into()),
                        webhook_secret: Some(Secret::new(CALCOM_SECRET.into())),
                        previous: None,
                        ..connection
                    };
                    connections::insert(tx, &connection, &Actor::system("test"), now)?;
                    service.id = beard;
                    service.name = "Bartpflege".into();
                    service.synonyms = vec!["Bart".into(), "beard trim".into()];
                    service.calendar =
                        CalendarOfRecord::Calcom { connection: calcom.clone(), event_type_id: 101 };
                    schedule::create_service(tx, &service, &Actor::system("test"), now)?;
                }
                Ok(())
            })
            .await
            .expect("a salon can be opened");
        salon
    }
}
