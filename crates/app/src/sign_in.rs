//! Signing in and out, second factors, and what people do with their own account.

use std::time::Duration;

use askpro_domain::{
    access::{Principal, Role},
    actor::Actor,
    ids::{SessionId, UserId, random_text},
    secret::Secret,
    sign_in::{Code, Patience, Seed, Stage, WRONG_CODES_AT_MOST, Weakness, weakness},
};
use askpro_store::{
    Error, Platform, PlatformTx,
    audit::{self, Entry},
    installation,
    migrate::Environment,
    passkeys,
    people::{self, User},
    schedule,
    sessions::{self, NewSession},
    sign_in::{self as doors, Purpose},
};
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};

use crate::{App, passwords::HashError};

/// How long the database may take.
pub(crate) const PATIENCE: Duration = Duration::from_secs(5);

pub(crate) const SIGNING_IN: Platform =
    Platform { because: "people sign in to the installation, not to a company" };

/// A session's secret and a link's: 43 base62 characters are 256 bits.
const SECRET_LENGTH: usize = 43;
const SECRET_ALPHABET: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// Recovery codes: ten, each of 16 characters of Crockford's base32 (80 bits).
const RECOVERY_CODES: usize = 10;
const RECOVERY_LENGTH: usize = 16;
const CROCKFORD: &[u8] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Longer texts are nobody's address.
pub(crate) const EMAIL_AT_MOST: usize = 254;

/// Where a request came from.
#[derive(Clone, Debug)]
pub struct Visitor {
    /// Its network address as people read it; what limits count by.
    pub address: String,
    /// What the browser calls itself.
    pub agent: String,
}

/// What came of giving a password.
#[derive(Debug)]
pub enum SignIn {
    /// The session's secret, and how far it reaches.
    Begun(Secret, Stage),
    /// Address or password is wrong. There is no telling which.
    Refused,
    /// Too many wrong attempts from here; the wait, at least a second.
    Wait(SignedDuration),
    /// Too many people sign in at once.
    Busy,
}

/// What came of giving a code.
#[derive(Debug)]
pub enum SecondStep {
    /// The session's new secret.
    Through(Secret),
    /// Not a code that opens now.
    Wrong,
    /// Too many wrong codes for this account, by whoever knows its password.
    Wait(SignedDuration),
    /// Too many wrong codes: the password is asked for again.
    Over,
}

/// A person as their own profile shows them.
#[derive(Clone, Debug)]
pub struct Profile {
    /// Who.
    pub user: User,
    /// Where they may do what, with the companies' names.
    pub roles: Vec<(Option<String>, Role)>,
    /// Where they are signed in.
    pub sessions: Vec<sessions::Listed>,
    /// Whether an app shows codes.
    pub has_second_factor: bool,
    /// Their passkeys, each of which is a second factor too.
    pub passkeys: Vec<passkeys::Passkey>,
    /// How many recovery codes are left.
    pub recovery_codes_left: u32,
}

/// What came of choosing a password.
#[derive(Debug)]
pub enum PasswordChange {
    /// It is changed; every other session has ended, and this one has a new secret.
    Changed(Secret),
    /// The present password is another one.
    WrongPassword,
    /// It is not good enough.
    Weak(Weakness),
    /// Too many wrong attempts; the wait.
    Wait(SignedDuration),
    /// Too many hashings at once.
    Busy,
}

/// What came of opening a link.
#[derive(Debug)]
pub enum LinkUse {
    /// The password stands; signing in comes next.
    Done,
    /// It is not good enough.
    Weak(Weakness),
    /// The link opens nothing (any more).
    Gone,
    /// Too many hashings at once.
    Busy,
}

fn failure(error: HashError) -> Error {
    Error::Unfit(error.to_string())
}

pub(crate) fn key(parts: &[&str]) -> Vec<u8> {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    hash.finalize().to_vec()
}

impl App {
    /// Checks a password and begins a session. Text and time are the same whether
    /// the address exists or not; whoever tries too often from one place waits.
    pub async fn sign_in(&self, email: &str, password: Secret, visitor: Visitor) -> Result<SignIn, Error> {
        let email = email.trim().to_lowercase();
        if email.len() > EMAIL_AT_MOST
            || email.contains('\0')
            || password.expose().len() > 4 * askpro_domain::sign_in::PASSWORD_AT_MOST
        {
            return Ok(SignIn::Refused);
        }
        let now = self.clock.now();
        let at_account = key(&["account at address", &email, &visitor.address]);
        let at_address = key(&["address", &visitor.address]);
        let (wait, user) = {
            let (at_account, at_address, email) = (at_account.clone(), at_address.clone(), email.clone());
            self.store
                .platform_write(SIGNING_IN, PATIENCE, move |tx| {
                    let keys = [
                        (&at_account[..], Patience::ACCOUNT_AT_ADDRESS),
                        (&at_address[..], Patience::ADDRESS),
                    ];
                    let wait = doors::claim_attempt(tx, &keys, now)?;
                    let user = if wait.is_zero() { people::find_user(tx, &email)? } else { None };
                    Ok((wait, user))
                })
                .await?
        };
        if !wait.is_zero() {
            return Ok(SignIn::Wait(wait.max(SignedDuration::from_secs(1))));
        }
        let stored = user.as_ref().map(|user| user.password_hash.clone());
        let is_right = match self.passwords.verify(password.clone(), stored).await {
            Ok(is_right) => is_right,
            Err(HashError::Busy) => {
                // Nobody looked at the password, so nothing speaks against whoever gave it.
                self.store
                    .platform_write(SIGNING_IN, PATIENCE, move |tx| {
                        doors::take_back(tx, &at_account)?;
                        doors::take_back(tx, &at_address)
                    })
                    .await?;
                return Ok(SignIn::Busy);
            }
            Err(broken) => return Err(failure(broken)),
        };
        let known = user.as_ref().map(|user| user.id);
        let Some(user) = user.filter(|user| is_right && user.active) else {
            // Written for everybody alike, so that its time tells nothing.
            let subject = known.map_or_else(|| "unknown".to_owned(), |user| user.to_string());
            let actor = Actor::system("sign-in").at(&visitor.address);
            self.store
                .platform_write(SIGNING_IN, PATIENCE, move |tx| {
                    audit::add_platform(tx, &actor, &Entry::new("sign_in.refused", &subject), now)
                })
                .await?;
            return Ok(SignIn::Refused);
        };
        let renewed = if self.passwords.is_dated(&user.password_hash) {
            self.passwords.hash(password, self.chance.as_ref()).await.ok()
        } else {
            None
        };
        let (chance, id) = (self.chance.clone(), user.id);
        let actor = Actor::person(id).at(&visitor.address);
        self.store
            .platform_write(SIGNING_IN, PATIENCE, move |tx| {
                // It may have been changed, or the person disabled, while we were hashing.
                let known = people::user_by_id(tx, id)?;
                if !known.is_some_and(|known| known.active && known.password_hash == user.password_hash) {
                    return Ok(SignIn::Refused);
                }
                if let Some(renewed) = &renewed {
                    people::change_password(tx, id, &user.password_hash, renewed, &actor, now)?;
                }
                let stage = stage_of(tx, id)?;
                // With a second factor only the code proves that it was the right person.
                if stage != Stage::Code {
                    doors::forgive(tx, &at_account)?;
                }
                doors::take_back(tx, &at_address)?;
                let session = NewSession {
                    id: SessionId::new(now, chance.as_ref()),
                    user: id,
                    secret: Secret::new(random_text(chance.as_ref(), SECRET_ALPHABET, SECRET_LENGTH)),
                    stage,
                    address: visitor.address.clone(),
                    agent: visitor.agent.clone(),
                };
                sessions::insert(tx, &session, now)?;
                audit::add_platform(tx, &actor, &Entry::new("session.created", session.id), now)?;
                Ok(SignIn::Begun(session.secret, stage))
            })
            .await
    }

    /// The session that a browser holds, if it holds one that is valid now.
    pub async fn session(&self, secret: &Secret) -> Result<Option<sessions::Found>, Error> {
        let (hash, now) = (sessions::fingerprint(secret), self.clock.now());
        let found =
            self.store.platform_read(SIGNING_IN, PATIENCE, move |tx| sessions::find(tx, &hash, now)).await?;
        if let Some(found) = &found
            && found.is_due
        {
            let id = found.id;
            self.store.platform_write(SIGNING_IN, PATIENCE, move |tx| sessions::seen(tx, id, now)).await?;
        }
        Ok(found)
    }

    /// Takes the second factor's code, or a recovery code, of a session that waits
    /// for one.
    pub async fn second_step(
        &self,
        session: SessionId,
        user: UserId,
        typed: &str,
        visitor: &Visitor,
    ) -> Result<SecondStep, Error> {
        let now = self.clock.now();
        let address = visitor.address.clone();
        // By account alone: only who has the password comes this far.
        let guessing = key(&["code", &user.to_string()]);
        let (code, recovery) = (Code::read(typed), recovery_code(typed));
        let fresh = self.fresh_secret();
        self.store
            .platform_write(SIGNING_IN, PATIENCE, move |tx| {
                let wait = doors::claim_attempt(tx, &[(&guessing[..], Patience::ACCOUNT_AT_ADDRESS)], now)?;
                if !wait.is_zero() {
                    return Ok(SecondStep::Wait(wait.max(SignedDuration::from_secs(1))));
                }
                let opened = match (code, &recovery) {
                    (Some(code), _) => opens(tx, user, code, true, now)?,
                    (None, Some(recovery)) => {
                        let used = doors::use_recovery_code(tx, user, recovery, now)?;
                        if used {
                            let actor = Actor::person(user).at(&address);
                            audit::add_platform(tx, &actor, &Entry::new("recovery_code.used", user), now)?;
                        }
                        used
                    }
                    (None, None) => false,
                };
                if opened {
                    doors::forgive(tx, &guessing)?;
                    if let Some(person) = people::user_by_id(tx, user)? {
                        doors::forgive(tx, &key(&["account at address", &person.email, &address]))?;
                    }
                    let rotated = sessions::rotate(tx, session, &fresh, Stage::Full, now)?;
                    return Ok(if rotated { SecondStep::Through(fresh.clone()) } else { SecondStep::Over });
                }
                let actor = Actor::person(user).at(&address);
                audit::add_platform(tx, &actor, &Entry::new("second_factor.refused", user), now)?;
                if sessions::count_wrong_code(tx, session)? >= WRONG_CODES_AT_MOST {
                    sessions::revoke(tx, user, session, now)?;
                    return Ok(SecondStep::Over);
                }
                Ok(SecondStep::Wrong)
            })
            .await
    }

    /// Ends a session of a person; false where it is not theirs.
    pub async fn end_session(&self, user: UserId, session: SessionId) -> Result<bool, Error> {
        let now = self.clock.now();
        self.store
            .platform_write(SIGNING_IN, PATIENCE, move |tx| {
                let ended = sessions::revoke(tx, user, session, now)?;
                if ended {
                    let actor = Actor::person(user);
                    audit::add_platform(tx, &actor, &Entry::new("session.revoked", session), now)?;
                }
                Ok(ended)
            })
            .await
    }

    /// A person's own data.
    pub async fn profile(&self, user: UserId) -> Result<Option<Profile>, Error> {
        let now = self.clock.now();
        self.store
            .platform_read(SIGNING_IN, PATIENCE, move |tx| {
                let Some(person) = people::user_by_id(tx, user)? else { return Ok(None) };
                let mut roles = Vec::new();
                for membership in people::memberships(tx, user)? {
                    let company = match membership.company {
                        Some(id) => schedule::find_company(tx, id)?.map(|company| company.name),
                        None => None,
                    };
                    roles.push((company, membership.role));
                }
                Ok(Some(Profile {
                    roles,
                    sessions: sessions::list(tx, user, now)?,
                    has_second_factor: doors::has_code_factor(tx, user)?,
                    passkeys: passkeys::list(tx, user)?,
                    recovery_codes_left: doors::recovery_codes_left(tx, user)?,
                    user: person,
                }))
            })
            .await
    }

    /// Changes a person's own password.
    pub async fn change_password(
        &self,
        user: UserId,
        session: SessionId,
        present: Secret,
        chosen: Secret,
        visitor: &Visitor,
    ) -> Result<PasswordChange, Error> {
        let now = self.clock.now();
        let actor = Actor::person(user).at(&visitor.address);
        // Whoever found an open browser must not try passwords without end.
        let guessing = key(&["own password", &user.to_string(), &visitor.address]);
        let (wait, person) = {
            let guessing = guessing.clone();
            self.store
                .platform_write(SIGNING_IN, PATIENCE, move |tx| {
                    let keys = [(&guessing[..], Patience::ACCOUNT_AT_ADDRESS)];
                    let wait = doors::claim_attempt(tx, &keys, now)?;
                    Ok((wait, people::user_by_id(tx, user)?))
                })
                .await?
        };
        if !wait.is_zero() {
            return Ok(PasswordChange::Wait(wait));
        }
        let Some(person) = person else { return Ok(PasswordChange::WrongPassword) };
        match self.passwords.verify(present, Some(person.password_hash.clone())).await {
            Ok(true) => {}
            Ok(false) => return Ok(PasswordChange::WrongPassword),
            Err(HashError::Busy) => return Ok(PasswordChange::Busy),
            Err(broken) => return Err(failure(broken)),
        }
        if let Some(weakness) = weakness(chosen.expose(), &person.email, &person.name) {
            return Ok(PasswordChange::Weak(weakness));
        }
        let hash = match self.passwords.hash(chosen, self.chance.as_ref()).await {
            Ok(hash) => hash,
            Err(HashError::Busy) => return Ok(PasswordChange::Busy),
            Err(broken) => return Err(failure(broken)),
        };
        let fresh = self.fresh_secret();
        self.store
            .platform_write(SIGNING_IN, PATIENCE, move |tx| {
                doors::forgive(tx, &guessing)?;
                let changed = people::change_password(tx, user, &person.password_hash, &hash, &actor, now)?;
                // Two changes side by side: the second one's present password is none any more.
                if !changed {
                    return Ok(PasswordChange::WrongPassword);
                }
                sessions::revoke_all(tx, user, Some(session), now)?;
                if !sessions::rotate(tx, session, &fresh, Stage::Full, now)? {
                    return Ok(PasswordChange::WrongPassword);
                }
                Ok(PasswordChange::Changed(fresh.clone()))
            })
            .await
    }

    /// A fresh seed for somebody without a second factor; `None` where they have one.
    pub async fn propose_second_factor(&self, user: UserId) -> Result<Option<Seed>, Error> {
        let (now, seed) = (self.clock.now(), Seed::new(self.chance.as_ref()));
        self.store
            .platform_write(SIGNING_IN, PATIENCE, move |tx| {
                // Shown again unchanged, so that a page loaded twice does not spoil the first one's picture.
                match doors::second_factor(tx, user)? {
                    Some(known) if known.is_confirmed => Ok(None),
                    Some(known) => Ok(Some(known.seed)),
                    None => Ok(doors::propose_second_factor(tx, user, &seed, now)?.then(|| seed.clone())),
                }
            })
            .await
    }

    /// Confirms a proposed second factor by its first code; gives the session's new
    /// secret and the recovery codes, the only time they are seen.
    pub async fn confirm_second_factor(
        &self,
        user: UserId,
        session: SessionId,
        typed: &str,
    ) -> Result<Option<(Secret, Vec<Secret>)>, Error> {
        let Some(code) = Code::read(typed) else { return Ok(None) };
        let (now, fresh, codes) = (self.clock.now(), self.fresh_secret(), self.fresh_recovery_codes());
        self.store
            .platform_write(SIGNING_IN, PATIENCE, move |tx| {
                if doors::has_code_factor(tx, user)? || !opens(tx, user, code, false, now)? {
                    return Ok(None);
                }
                doors::replace_recovery_codes(tx, user, &codes, now)?;
                let actor = Actor::person(user);
                audit::add_platform(tx, &actor, &Entry::new("second_factor.created", user), now)?;
                sessions::revoke_all(tx, user, Some(session), now)?;
                let rotated = sessions::rotate(tx, session, &fresh, Stage::Full, now)?;
                Ok(rotated.then(|| (fresh.clone(), codes.clone())))
            })
            .await
    }

    /// New recovery codes in place of the old ones, against a code.
    pub async fn renew_recovery_codes(
        &self,
        user: UserId,
        typed: &str,
    ) -> Result<Option<Vec<Secret>>, Error> {
        let Some(code) = Code::read(typed) else { return Ok(None) };
        let (now, codes) = (self.clock.now(), self.fresh_recovery_codes());
        self.store
            .platform_write(SIGNING_IN, PATIENCE, move |tx| {
                let guessing = key(&["code", &user.to_string()]);
                let wait = doors::claim_attempt(tx, &[(&guessing[..], Patience::ACCOUNT_AT_ADDRESS)], now)?;
                if !wait.is_zero() || !opens(tx, user, code, true, now)? {
                    return Ok(None);
                }
                doors::forgive(tx, &guessing)?;
                doors::replace_recovery_codes(tx, user, &codes, now)?;
                let actor = Actor::person(user);
                audit::add_platform(tx, &actor, &Entry::new("recovery_codes.renewed", user), now)?;
                Ok(Some(codes.clone()))
            })
            .await
    }

    /// A link with which somebody chooses a password; the only time it is seen.
    pub async fn create_password_link(
        &self,
        email: &str,
        purpose: Purpose,
        actor: &Actor,
    ) -> Result<Secret, Error> {
        let (now, email, link) = (self.clock.now(), email.trim().to_lowercase(), self.fresh_secret());
        let actor = actor.clone();
        self.store
            .platform_write(SIGNING_IN, PATIENCE, move |tx| {
                let user = people::find_user(tx, &email)?
                    .ok_or_else(|| Error::Unfit(format!("there is no user {email}")))?;
                doors::create_link(tx, user.id, purpose, &link, &actor, now)?;
                Ok(link.clone())
            })
            .await
    }

    /// Whether a link opens now.
    pub async fn link_opens(&self, purpose: Purpose, link: Secret) -> Result<bool, Error> {
        let now = self.clock.now();
        self.store
            .platform_read(SIGNING_IN, PATIENCE, move |tx| {
                Ok(doors::find_link(tx, purpose, &link, now)?.is_some())
            })
            .await
    }

    /// Sets the password of whomever a link is for, and signs them out everywhere.
    pub async fn use_password_link(
        &self,
        purpose: Purpose,
        link: Secret,
        chosen: Secret,
    ) -> Result<LinkUse, Error> {
        let now = self.clock.now();
        let person = {
            let link = link.clone();
            self.store
                .platform_read(SIGNING_IN, PATIENCE, move |tx| {
                    let Some(user) = doors::find_link(tx, purpose, &link, now)? else { return Ok(None) };
                    people::user_by_id(tx, user)
                })
                .await?
        };
        let Some(person) = person else { return Ok(LinkUse::Gone) };
        if let Some(weakness) = weakness(chosen.expose(), &person.email, &person.name) {
            return Ok(LinkUse::Weak(weakness));
        }
        let hash = match self.passwords.hash(chosen, self.chance.as_ref()).await {
            Ok(hash) => hash,
            Err(HashError::Busy) => return Ok(LinkUse::Busy),
            Err(broken) => return Err(failure(broken)),
        };
        self.store
            .platform_write(SIGNING_IN, PATIENCE, move |tx| {
                let actor = Actor::person(person.id);
                if !doors::use_link(tx, &link, now)?
                    || !people::change_password(tx, person.id, &person.password_hash, &hash, &actor, now)?
                {
                    return Ok(LinkUse::Gone);
                }
                sessions::revoke_all(tx, person.id, None, now)?;
                Ok(LinkUse::Done)
            })
            .await
    }

    pub(crate) fn fresh_secret(&self) -> Secret {
        Secret::new(random_text(self.chance.as_ref(), SECRET_ALPHABET, SECRET_LENGTH))
    }

    pub(crate) fn fresh_recovery_codes(&self) -> Vec<Secret> {
        let code = |_| Secret::new(random_text(self.chance.as_ref(), CROCKFORD, RECOVERY_LENGTH));
        (0..RECOVERY_CODES).map(code).collect()
    }
}

/// How far a right password leads somebody: whoever may do everything needs a
/// second factor where real companies are, others where their company says so.
fn stage_of(tx: &mut PlatformTx<'_>, user: UserId) -> Result<Stage, Error> {
    Ok(Stage::after_password(doors::has_second_factor(tx, user)?, needs_second_factor(tx, user)?))
}

/// Whether somebody may not be without a second factor.
pub(crate) fn needs_second_factor(tx: &mut PlatformTx<'_>, user: UserId) -> Result<bool, Error> {
    let principal = Principal { user, token: None, memberships: people::memberships(tx, user)? };
    let mut must = false;
    for company in principal.memberships.iter().filter_map(|one| one.company) {
        must |= schedule::find_company(tx, company)?.is_some_and(|one| one.settings.requires_second_factor);
    }
    let is_powerful = principal.memberships.iter().any(|one| one.role.is_platform_wide());
    let is_production = installation::read(tx)?.environment == Environment::Production;
    Ok(must || (is_powerful && is_production))
}

/// Whether a code opens, and uses it up if so.
fn opens(
    tx: &mut PlatformTx<'_>,
    user: UserId,
    code: Code,
    must_be_confirmed: bool,
    now: Timestamp,
) -> Result<bool, Error> {
    let Some(factor) = doors::second_factor(tx, user)? else { return Ok(false) };
    if must_be_confirmed && !factor.is_confirmed {
        return Ok(false);
    }
    match factor.seed.step_of(code, now, factor.last_step) {
        Some(step) => doors::use_step(tx, user, step, now),
        None => Ok(false),
    }
}

/// What somebody typed, as a recovery code: case, spaces and hyphens do not
/// matter, and letters that are taken for digits are those digits.
fn recovery_code(typed: &str) -> Option<Secret> {
    if typed.len() > 64 {
        return None;
    }
    let code: String = typed
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '-')
        .map(|c| match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        })
        .collect();
    let is_code = code.len() == RECOVERY_LENGTH && code.bytes().all(|byte| CROCKFORD.contains(&byte));
    is_code.then(|| Secret::new(code))
}
