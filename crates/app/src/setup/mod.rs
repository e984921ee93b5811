//! Setting up: companies with what they offer, people, connections, tokens.

mod plan;

use std::time::Duration;

use askpro_domain::{
    access::{Membership, Role},
    actor::Actor,
    business::{Branch, CalendarOfRecord, Company, CompanySettings, Service, StaffMember},
    calendar::zone,
    identity::Level,
    ids::{
        BranchId, CompanyId, ConnectionId, PhoneNumberId, ServiceId, StaffId, TokenId, UserId, random_text,
    },
    language::Language,
    money::{Currency, Money},
    phone::Region,
    secret::Secret,
    sign_in::{PASSWORD_AT_LEAST, PASSWORD_AT_MOST, Weakness, weakness},
};
use askpro_store::{
    Company as Scope, Error, Platform, Result,
    connections::{self, Connection, ConnectionKind},
    lists,
    people::{self, User},
    phone_numbers::{self, PhoneNumber},
    schedule,
};
use jiff::SignedDuration;

pub use self::plan::{BranchPlan, CompanyPlan, NoticePlan, NumberPlan, PolicyPlan, ServicePlan, StaffPlan};
use crate::App;

/// How long setting something up may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// Who is written into the record where a command line acts.
const ACTOR: Actor = Actor::system("command line");

const SETTING_UP: Platform = Platform { because: "setting up companies and people" };

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
                schedule::create_company(tx, &company, &ACTOR, now)
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
                schedule::change_settings(tx, settings, &ACTOR, now)?;
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
                    schedule::create_branch(tx, &branch, &ACTOR, now)?;
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
                        schedule::create_staff(tx, &member, &ACTOR, now)?;
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
                        schedule::create_service(tx, &service, &ACTOR, now)?;
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
                phone_numbers::insert(tx, &row, &ACTOR, now)
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
            previous: None,
        };
        let now = self.clock.now();
        self.store
            .write(Scope(company), PATIENCE, move |tx| connections::insert(tx, &connection, &ACTOR, now))
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
                people::create_user(tx, &user, &ACTOR, now)?;
                people::add_membership(tx, user.id, Membership::new(company, role), None, &ACTOR, now)
            })
            .await?;
        Ok(id)
    }

    /// Makes a calendar somebody's own: of a person who works in a company where they
    /// have the role of staff.
    pub async fn give_calendar(&self, user: UserId, company: CompanyId, staff: StaffId) -> Result<()> {
        self.store
            .platform_write(SETTING_UP, PATIENCE, move |tx| {
                if lists::people::give_calendar(tx, user, company, staff, Role::Staff)? {
                    Ok(())
                } else {
                    Err(Error::Unfit("they have no role of staff in that company".into()))
                }
            })
            .await
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
                people::create_token(tx, id, user.id, &name, &kept, expires_at, &ACTOR, now)
            })
            .await?;
        Ok(token)
    }

    /// Whether somebody may already do everything.
    pub async fn has_super_admin(&self) -> Result<bool> {
        self.store.platform_read(SETTING_UP, PATIENCE, people::has_super_admin).await
    }
}

pub(crate) const TOKEN_ALPHABET: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// 43 base62 characters are 256 bits.
pub(crate) const TOKEN_LENGTH: usize = 43;

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
