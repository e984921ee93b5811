//! Passkeys as a second factor, beside codes of an app.

mod verify;

use askpro_domain::{
    actor::Actor,
    ids::{PasskeyId, SessionId, UserId},
    secret::Secret,
    sign_in::{Patience, Stage, WRONG_CODES_AT_MOST},
};
pub use askpro_store::passkeys::Passkey;
use askpro_store::{
    Error, Result,
    audit::{self, Entry},
    passkeys, people, sessions, sign_in as doors,
};
use jiff::SignedDuration;

pub use self::verify::{Assertion, Refused, Registration, Site, asserted, base64, read_base64, registered};
use crate::{
    App,
    sign_in::{PATIENCE, SIGNING_IN, SecondStep, Visitor, key, needs_second_factor},
};

/// Longer names are cut; they are for their owner alone.
const NAME_AT_MOST: usize = 60;

/// What came of adding a passkey.
#[derive(Debug)]
pub enum Added {
    /// It opens from now on; the session's new secret, and recovery codes where the
    /// person had none.
    Done(Secret, Vec<Secret>),
    /// The browser's answer is not to our question.
    Refused(Refused),
    /// The authenticator is known already, or there are as many as there may be.
    Full,
}

/// What came of removing one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Removed {
    /// It is gone; the other sessions have ended.
    Done,
    /// It is not theirs.
    Absent,
    /// They must have a second factor, and it is the last one.
    Last,
}

impl App {
    /// A person's passkeys.
    pub async fn passkeys(&self, user: UserId) -> Result<Vec<Passkey>> {
        self.store.platform_read(SIGNING_IN, PATIENCE, move |tx| passkeys::list(tx, user)).await
    }

    /// Adds a passkey, whose browser answered `challenge` for `site`.
    pub async fn add_passkey(
        &self,
        (user, session): (UserId, SessionId),
        (site, challenge): (&Site, &str),
        registration: Registration,
        name: &str,
        visitor: &Visitor,
    ) -> Result<Added> {
        let (credential, counter) = match registered(site, challenge, &registration) {
            Ok(found) => found,
            Err(refused) => return Ok(Added::Refused(refused)),
        };
        let name: String = name.trim().chars().filter(|c| !c.is_control()).take(NAME_AT_MOST).collect();
        let (now, fresh, codes) = (self.clock.now(), self.fresh_secret(), self.fresh_recovery_codes());
        let passkey = Passkey {
            id: PasskeyId::new(now, self.chance.as_ref()),
            credential,
            public_key: registration.public_key,
            counter,
            name: if name.is_empty() { visitor.agent.clone() } else { name },
            created_at: now,
            last_used_at: None,
        };
        let actor = Actor::person(user).at(&visitor.address);
        self.store
            .platform_write(SIGNING_IN, PATIENCE, move |tx| {
                if !passkeys::add(tx, user, &passkey)? {
                    return Ok(Added::Full);
                }
                let has_codes = doors::recovery_codes_left(tx, user)? > 0;
                if !has_codes {
                    doors::replace_recovery_codes(tx, user, &codes, now)?;
                }
                audit::add_platform(tx, &actor, &Entry::new("passkey.created", passkey.id), now)?;
                sessions::revoke_all(tx, user, Some(session), now)?;
                if !sessions::rotate(tx, session, &fresh, Stage::Full, now)? {
                    // Ended in the meantime: whoever added it is signed in no longer.
                    return Err(Error::Contended);
                }
                Ok(Added::Done(fresh.clone(), if has_codes { Vec::new() } else { codes.clone() }))
            })
            .await
    }

    /// Takes a passkey's answer of a session that waits for a second factor.
    pub async fn passkey_step(
        &self,
        (user, session): (UserId, SessionId),
        (site, challenge): (&Site, &str),
        assertion: Assertion,
        visitor: &Visitor,
    ) -> Result<SecondStep> {
        let (now, fresh) = (self.clock.now(), self.fresh_secret());
        let guessing = key(&["code", &user.to_string()]);
        let (site, challenge) = (site.clone(), challenge.to_owned());
        let (address, actor) = (visitor.address.clone(), Actor::person(user).at(&visitor.address));
        self.store
            .platform_write(SIGNING_IN, PATIENCE, move |tx| {
                let wait = doors::claim_attempt(tx, &[(&guessing[..], Patience::ACCOUNT_AT_ADDRESS)], now)?;
                if !wait.is_zero() {
                    return Ok(SecondStep::Wait(wait.max(SignedDuration::from_secs(1))));
                }
                let known = passkeys::list(tx, user)?;
                let passkey = known.iter().find(|one| one.credential == assertion.credential);
                let opened = match passkey {
                    Some(one) => {
                        match asserted(&site, &challenge, &one.public_key, one.counter, &assertion) {
                            Ok(counter) => passkeys::used(tx, one.id, one.counter, counter, now)?,
                            Err(refused) => {
                                let what = refused.to_string();
                                let entry = Entry::new("passkey.refused", one.id).note(Some(&what));
                                audit::add_platform(tx, &actor, &entry, now)?;
                                false
                            }
                        }
                    }
                    None => false,
                };
                if opened {
                    doors::forgive(tx, &guessing)?;
                    if let Some(person) = people::user_by_id(tx, user)? {
                        doors::forgive(tx, &key(&["account at address", &person.email, &address]))?;
                    }
                    let rotated = sessions::rotate(tx, session, &fresh, Stage::Full, now)?;
                    return Ok(if rotated { SecondStep::Through(fresh.clone()) } else { SecondStep::Over });
                }
                if sessions::count_wrong_code(tx, session)? >= WRONG_CODES_AT_MOST {
                    sessions::revoke(tx, user, session, now)?;
                    return Ok(SecondStep::Over);
                }
                Ok(SecondStep::Wrong)
            })
            .await
    }

    /// Removes a passkey of a person, unless they must have a second factor and it
    /// is the last.
    pub async fn remove_passkey(
        &self,
        (user, session): (UserId, SessionId),
        passkey: PasskeyId,
        visitor: &Visitor,
    ) -> Result<Removed> {
        let (now, actor) = (self.clock.now(), Actor::person(user).at(&visitor.address));
        self.store
            .platform_write(SIGNING_IN, PATIENCE, move |tx| {
                let known = passkeys::list(tx, user)?;
                if !known.iter().any(|one| one.id == passkey) {
                    return Ok(Removed::Absent);
                }
                let is_last = known.len() == 1 && !doors::has_code_factor(tx, user)?;
                if is_last && needs_second_factor(tx, user)? {
                    return Ok(Removed::Last);
                }
                passkeys::remove(tx, user, passkey)?;
                audit::add_platform(tx, &actor, &Entry::new("passkey.removed", passkey), now)?;
                sessions::revoke_all(tx, user, Some(session), now)?;
                Ok(Removed::Done)
            })
            .await
    }
}
