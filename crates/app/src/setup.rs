//! Setting up: companies with what they offer, people, connections, tokens.

use std::time::Duration;

use askpro_domain::{
    access::{Membership, Role},
    availability::{Segment, ServiceTimes, WeeklyHours, WorkingTime},
    business::{Branch, CalendarOfRecord, Company, CompanySettings, Service, StaffMember},
    calendar::zone,
    identity::Level,
    ids::{
        BranchId, CompanyId, ConnectionId, PhoneNumberId, ServiceId, StaffId, TokenId, UserId, random_text,
    },
    language::Language,
    money::{Currency, Money},
    phone::Region,
    policy::{CutOff, Notice, Policy},
    secret::Secret,
    sign_in::{PASSWORD_AT_LEAST, PASSWORD_AT_MOST, Weakness, weakness},
};
use askpro_store::{
    Company as Scope, Error, Platform, Result,
    connections::{self, Connection, ConnectionKind},
    people::{self, User},
    phone_numbers::{self, PhoneNumber},
    schedule,
};
use jiff::{SignedDuration, civil::Time};
use serde::Deserialize;

use crate::App;

/// How long setting something up may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// Who is written into the record where a command line acts.
const ACTOR: &str = "command line";

const SETTING_UP: Platform = Platform { because: "setting up companies and people" };

/// A company with what it offers, as it is written in a file. `examples/salon.toml`
/// is one.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CompanyPlan {
    /// As people call it.
    pub name: String,
    /// `de` or `en`.
    #[serde(default = "german")]
    pub language: String,
    /// How early changes must come.
    #[serde(default)]
    pub policy: PolicyPlan,
    /// Whether finding, moving and cancelling need the reference, and not only a
    /// number that the network shows.
    #[serde(default)]
    pub requires_reference: bool,
    /// Whether a caller who is known by number is greeted by name.
    #[serde(default)]
    pub greets_by_name: bool,
    /// Its places of business; at least one.
    pub branches: Vec<BranchPlan>,
}

/// How early changes must come, of a company, a branch or a service; the special
/// goes before the general.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PolicyPlan {
    /// For booking.
    pub book: NoticePlan,
    /// For moving.
    pub reschedule: NoticePlan,
    /// For cancelling.
    pub cancel: NoticePlan,
}

/// `{ notice_minutes = 1440 }`, or `{ until = "18:00", days_before = 1 }`, or both.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct NoticePlan {
    /// Shortest time before the start.
    pub notice_minutes: Option<u32>,
    /// Latest time of day.
    pub until: Option<Time>,
    /// On which day before the appointment `until` counts; 0 is the same day.
    pub days_before: u16,
}

impl From<PolicyPlan> for Policy {
    fn from(plan: PolicyPlan) -> Self {
        let notice = |plan: NoticePlan| Notice {
            minutes: plan.notice_minutes,
            cut_off: plan.until.map(|at| CutOff { days_before: plan.days_before, at }),
        };
        Self { book: notice(plan.book), reschedule: notice(plan.reschedule), cancel: notice(plan.cancel) }
    }
}

fn german() -> String {
    "de".into()
}

fn berlin() -> String {
    "Europe/Berlin".into()
}

/// A branch in a plan.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BranchPlan {
    /// As people call it.
    pub name: String,
    /// IANA zone.
    #[serde(default = "berlin")]
    pub zone: String,
    /// Where a person can be reached.
    pub phone: Option<String>,
    /// Street and town.
    pub address: Option<String>,
    /// How early changes must come.
    #[serde(default)]
    pub policy: PolicyPlan,
    /// Who works there.
    pub staff: Vec<StaffPlan>,
    /// What can be booked there.
    pub services: Vec<ServicePlan>,
}

/// A phone number to be added.
#[derive(Clone, Debug)]
pub struct NumberPlan {
    /// At which Retell workspace.
    pub connection: ConnectionId,
    /// As people write it.
    pub number: String,
    /// The branch's name; the first one where it is left out.
    pub branch: Option<String>,
    /// Which agent answers.
    pub agent: Option<String>,
    /// In which version: a number or `latest_published`.
    pub agent_version: Option<String>,
    /// Where calls go when no agent can take them.
    pub fallback: Option<String>,
}

/// A person in a plan.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StaffPlan {
    /// As customers call them; unique in the branch.
    pub name: String,
    /// Working times by weekday: `mon = ["09:00-12:00", "13:00-18:00"]`.
    pub hours: std::collections::BTreeMap<String, Vec<String>>,
}

/// A service in a plan.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServicePlan {
    /// As it stands in the price list.
    pub name: String,
    /// What callers also say for it.
    #[serde(default)]
    pub synonyms: Vec<String>,
    /// How long it takes; negative pieces of `segments` are waiting time.
    pub minutes: Vec<i64>,
    /// What it costs, in cents with VAT.
    pub price_cents: Option<i64>,
    /// Kept free before, in minutes.
    #[serde(default)]
    pub buffer_before_minutes: u32,
    /// Kept free after, in minutes.
    #[serde(default)]
    pub buffer_after_minutes: u32,
    /// Distance of offered starts, in minutes.
    #[serde(default = "quarter_of_an_hour")]
    pub slot_interval_minutes: u32,
    /// Shortest notice, in minutes.
    #[serde(default)]
    pub min_notice_minutes: u32,
    /// How far ahead can be booked, in days.
    #[serde(default = "two_months")]
    pub booking_horizon_days: u32,
    /// Who does it, by name; empty is everybody in the branch.
    #[serde(default)]
    pub staff: Vec<String>,
    /// How early changes must come.
    #[serde(default)]
    pub policy: PolicyPlan,
    /// Where it belongs to Cal.com: the event type's number. Its connection is
    /// given when the plan is carried out.
    pub calcom_event_type: Option<i64>,
}

fn quarter_of_an_hour() -> u32 {
    15
}

fn two_months() -> u32 {
    60
}

const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

impl StaffPlan {
    fn weekly_hours(&self) -> Result<WeeklyHours> {
        let mut hours = WeeklyHours::default();
        for (day, times) in &self.hours {
            let index = WEEKDAYS.iter().position(|known| known == day).ok_or_else(|| {
                Error::Unfit(format!(
                    "{}: {day:?} is no weekday; write mon, tue, wed, thu, fri, sat or sun",
                    self.name
                ))
            })?;
            for text in times {
                hours.0[index].push(working_time(text).ok_or_else(|| {
                    Error::Unfit(format!("{}: {text:?} is no working time; write 09:00-17:30", self.name))
                })?);
            }
        }
        Ok(hours)
    }
}

fn working_time(text: &str) -> Option<WorkingTime> {
    let minute = |text: &str| -> Option<u16> {
        let (hour, minute) = text.trim().split_once(':')?;
        let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
        (minute < 60 && hour * 60 + minute <= 1440).then_some(hour * 60 + minute)
    };
    let (from, to) = text.split_once('-')?;
    let time = WorkingTime { from: minute(from)?, to: minute(to)? };
    (time.from < time.to).then_some(time)
}

impl ServicePlan {
    fn times(&self) -> Result<ServiceTimes> {
        let segments: Vec<Segment> = self
            .minutes
            .iter()
            .map(|minutes| Segment {
                minutes: u32::try_from(minutes.unsigned_abs()).unwrap_or(0),
                staff_needed: *minutes > 0,
            })
            .collect();
        let total: u32 = segments.iter().map(|segment| segment.minutes).sum();
        let is_sound = segments.iter().all(|segment| segment.minutes > 0)
            && segments.iter().any(|segment| segment.staff_needed)
            && total <= 24 * 60
            && self.slot_interval_minutes > 0;
        if !is_sound {
            return Err(Error::Unfit(format!(
                "{}: minutes = [30] is a plain service, [30, -20, 15] has waiting time; none is 0, and a day is the most",
                self.name
            )));
        }
        Ok(ServiceTimes {
            segments,
            buffer_before_minutes: self.buffer_before_minutes,
            buffer_after_minutes: self.buffer_after_minutes,
            slot_interval_minutes: self.slot_interval_minutes,
            min_notice_minutes: self.min_notice_minutes,
            booking_horizon_days: self.booking_horizon_days,
        })
    }
}

impl App {
    /// Creates a company with an empty calendar: no branch yet.
    pub async fn create_company(&self, name: &str, language: Language) -> Result<CompanyId> {
        let now = self.clock.now();
        let company = Company {
            id: CompanyId::new(now, self.chance.as_ref()),
            name: name.to_owned(),
            language,
            settings: CompanySettings::default(),
            active: true,
            revision: 1,
        };
        let id = company.id;
        self.store
            .platform_write(SETTING_UP, PATIENCE, move |tx| {
                schedule::create_company(tx, &company, ACTOR, now)
            })
            .await?;
        Ok(id)
    }

    /// Adds a plan's branches with people and services to a company, all or
    /// nothing. `calcom` is the connection of services that belong to Cal.com.
    pub async fn furnish(
        &self,
        company: CompanyId,
        plan: CompanyPlan,
        calcom: Option<ConnectionId>,
    ) -> Result<()> {
        let language = Language::from_tag(&plan.language).ok_or_else(|| {
            Error::Unfit(format!("{:?} is no language of ours; write de or en", plan.language))
        })?;
        if plan.branches.is_empty() {
            return Err(Error::Unfit("the plan has no branch; callers would have nowhere to go".into()));
        }
        for branch in &plan.branches {
            zone(&branch.zone).map_err(|error| Error::Unfit(error.to_string()))?;
        }
        let (now, chance) = (self.clock.now(), self.chance.clone());
        self.store
            .write(Scope(company), PATIENCE, move |tx| {
                let settings = CompanySettings {
                    identity: if plan.requires_reference { Level::Reference } else { Level::Number },
                    greets_by_name: plan.greets_by_name,
                    policy: plan.policy.into(),
                    ..schedule::find_company(tx, company)?.map(|known| known.settings).unwrap_or_default()
                };
                schedule::change_settings(tx, settings, ACTOR, now)?;
                for (position, one) in plan.branches.iter().enumerate() {
                    // Ids of one millisecond are in no order; the first branch shall stay the first.
                    let made_at = now + SignedDuration::from_millis(i64::try_from(position).unwrap_or(0));
                    let branch = Branch {
                        id: BranchId::new(made_at, chance.as_ref()),
                        company,
                        name: one.name.clone(),
                        zone: one.zone.clone(),
                        language,
                        phone: one.phone.clone(),
                        address: one.address.clone(),
                        policy: one.policy.into(),
                        revision: 1,
                    };
                    schedule::create_branch(tx, &branch, ACTOR, now)?;
                    let mut people = Vec::new();
                    for person in &one.staff {
                        let member = StaffMember {
                            id: StaffId::new(now, chance.as_ref()),
                            branch: branch.id,
                            name: person.name.clone(),
                            hours: person.weekly_hours()?,
                            overrides: Vec::new(),
                            revision: 1,
                        };
                        schedule::create_staff(tx, &member, ACTOR, now)?;
                        people.push(member);
                    }
                    for service in &one.services {
                        let calendar = match (service.calcom_event_type, &calcom) {
                            (None, _) => CalendarOfRecord::Own,
                            (Some(event_type_id), Some(connection)) => {
                                CalendarOfRecord::Calcom { connection: connection.clone(), event_type_id }
                            }
                            (Some(_), None) => {
                                return Err(Error::Unfit(format!(
                                    "{} belongs to Cal.com; create that connection first and name it",
                                    service.name
                                )));
                            }
                        };
                        let staff = doing(&people, service)?;
                        let service = Service {
                            id: ServiceId::new(now, chance.as_ref()),
                            company,
                            branch: branch.id,
                            name: service.name.clone(),
                            synonyms: service.synonyms.clone(),
                            price: service.price_cents.map(|cents| Money { cents, currency: Currency::EUR }),
                            times: service.times()?,
                            calendar,
                            staff,
                            policy: service.policy.into(),
                            revision: 1,
                        };
                        schedule::create_service(tx, &service, ACTOR, now)?;
                    }
                }
                Ok(())
            })
            .await
    }

    /// Writes down that a phone number rings at a branch, by the branch's name, and
    /// which agent answers it.
    pub async fn add_phone_number(&self, company: CompanyId, plan: NumberPlan) -> Result<()> {
        let number = askpro_domain::phone::PhoneNumber::parse(&plan.number, Region::De).ok_or_else(|| {
            Error::Unfit(format!("{:?} is no phone number; write +493012345678", plan.number))
        })?;
        if plan.agent_version.as_deref() == Some("latest") {
            return Err(Error::Unfit(
                "latest may be a draft; name a version's number, or latest_published".into(),
            ));
        }
        let (now, chance) = (self.clock.now(), self.chance.clone());
        self.store
            .write(Scope(company), PATIENCE, move |tx| {
                let branches = schedule::branches(tx)?;
                let branch = match &plan.branch {
                    Some(name) => branches.iter().find(|branch| branch.name == *name),
                    None => branches.first(),
                };
                let branch = branch.ok_or_else(|| {
                    Error::Unfit("there is no such branch; see the company's plan for its branches".into())
                })?;
                let row = PhoneNumber {
                    id: PhoneNumberId::new(now, chance.as_ref()),
                    connection: plan.connection.clone(),
                    branch: branch.id,
                    number: number.as_str().to_owned(),
                    agent: plan.agent.clone(),
                    agent_version: plan.agent_version.clone(),
                    fallback: plan.fallback.clone(),
                };
                phone_numbers::insert(tx, &row, ACTOR, now)
            })
            .await
    }

    /// Adds a connection to a provider; its id stands in the addresses that the
    /// provider calls. With it comes the secret for Cal.com's webhooks, the only
    /// time it is seen.
    pub async fn create_connection(
        &self,
        company: CompanyId,
        kind: ConnectionKind,
        name: &str,
        key: Secret,
        base_url: Option<String>,
        attendee_email: Option<String>,
    ) -> Result<(ConnectionId, Option<Secret>)> {
        let id = ConnectionId::new(self.chance.as_ref());
        let webhook_secret = (kind == ConnectionKind::Calcom)
            .then(|| Secret::new(random_text(self.chance.as_ref(), TOKEN_ALPHABET, TOKEN_LENGTH)));
        let connection = Connection {
            id: id.clone(),
            company,
            kind,
            name: name.to_owned(),
            key,
            base_url,
            attendee_email,
            webhook_secret: webhook_secret.clone(),
        };
        let now = self.clock.now();
        self.store
            .write(Scope(company), PATIENCE, move |tx| connections::insert(tx, &connection, ACTOR, now))
            .await?;
        Ok((id, webhook_secret))
    }

    /// Adds a person with one role.
    pub async fn create_user(
        &self,
        email: &str,
        name: &str,
        password: &Secret,
        role: Role,
        company: Option<CompanyId>,
    ) -> Result<UserId> {
        self.add_user(email, name, Some(password), role, company).await
    }

    /// Adds a person with one role who chooses their password by a link.
    pub async fn create_user_without_password(
        &self,
        email: &str,
        name: &str,
        role: Role,
        company: Option<CompanyId>,
    ) -> Result<UserId> {
        self.add_user(email, name, None, role, company).await
    }

    async fn add_user(
        &self,
        email: &str,
        name: &str,
        password: Option<&Secret>,
        role: Role,
        company: Option<CompanyId>,
    ) -> Result<UserId> {
        let email = email.trim().to_lowercase();
        if !email.contains('@') || email.len() > 254 || email.contains(char::is_whitespace) {
            return Err(Error::Unfit(format!("{email:?} is no e-mail address")));
        }
        if role.is_platform_wide() != company.is_none() {
            return Err(Error::Unfit(format!(
                "{} {}",
                role.word(),
                if company.is_none() {
                    "needs a company; add --company ID"
                } else {
                    "holds for all companies; leave --company out"
                }
            )));
        }
        if let Some(weakness) = password.and_then(|password| weakness(password.expose(), &email, name)) {
            return Err(Error::Unfit(match weakness {
                Weakness::Short => format!("a password has at least {PASSWORD_AT_LEAST} characters"),
                Weakness::Long => format!("a password has at most {PASSWORD_AT_MOST} characters"),
                Weakness::Common => "this password is among the first that are tried; take another".into(),
                Weakness::Personal => {
                    "this password is little else than the person's name; take another".into()
                }
            }));
        }
        let password_hash = match password {
            Some(password) => self
                .passwords
                .hash(password.clone(), self.chance.as_ref())
                .await
                .map_err(|error| Error::Unfit(error.to_string()))?,
            None => people::NO_PASSWORD.to_owned(),
        };
        let now = self.clock.now();
        let user = User {
            id: UserId::new(now, self.chance.as_ref()),
            email,
            name: name.to_owned(),
            password_hash,
            active: true,
        };
        let id = user.id;
        self.store
            .platform_write(SETTING_UP, PATIENCE, move |tx| {
                if people::find_user(tx, &user.email)?.is_some() {
                    return Err(Error::Unfit(format!("{} exists already", user.email)));
                }
                people::create_user(tx, &user, ACTOR, now)?;
                people::add_membership(tx, user.id, Membership { company, role }, None, ACTOR, now)
            })
            .await?;
        Ok(id)
    }

    /// Makes a token; the only time it is seen.
    pub async fn create_token(&self, email: &str, name: &str, life: SignedDuration) -> Result<Secret> {
        let now = self.clock.now();
        let expires_at = people::token_expiry(now, life)?;
        let text = format!("askpro_{}", random_text(self.chance.as_ref(), TOKEN_ALPHABET, TOKEN_LENGTH));
        let token = Secret::new(text);
        let (id, kept) = (TokenId::new(now, self.chance.as_ref()), token.clone());
        let (email, name) = (email.trim().to_lowercase(), name.to_owned());
        self.store
            .platform_write(SETTING_UP, PATIENCE, move |tx| {
                let user = people::find_user(tx, &email)?.ok_or_else(|| {
                    Error::Unfit(format!("there is no user {email}; see `askpro user list`"))
                })?;
                people::create_token(tx, id, user.id, &name, &kept, expires_at, ACTOR, now)
            })
            .await?;
        Ok(token)
    }

    /// Whether somebody may already do everything.
    pub async fn has_super_admin(&self) -> Result<bool> {
        self.store.platform_read(SETTING_UP, PATIENCE, people::has_super_admin).await
    }
}

const TOKEN_ALPHABET: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// 43 base62 characters are 256 bits.
const TOKEN_LENGTH: usize = 43;

fn doing(people: &[StaffMember], service: &ServicePlan) -> Result<Vec<StaffId>> {
    if service.staff.is_empty() {
        return Ok(people.iter().map(|member| member.id).collect());
    }
    service
        .staff
        .iter()
        .map(|name| {
            people.iter().find(|member| member.name == *name).map(|member| member.id).ok_or_else(|| {
                Error::Unfit(format!("{}: nobody in the branch is called {name:?}", service.name))
            })
        })
        .collect()
}
