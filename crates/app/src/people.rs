//! What is done with people by whoever looks after them.

use askpro_domain::{
    access::Membership,
    actor::Actor,
    business::CompanySettings,
    ids::{CompanyId, UserId},
    secret::Secret,
    sign_in::{Seed, Step},
};
use askpro_store::{
    Error,
    audit::{self, Entry},
    people::{self, User},
    schedule, sessions, sign_in as doors,
};

use crate::{
    App,
    sign_in::{PATIENCE, SIGNING_IN},
};

impl App {
    /// Lets somebody in or keeps them out, by their address.
    pub async fn set_user_active(&self, email: &str, active: bool, actor: &Actor) -> Result<(), Error> {
        let (now, email, actor) = (self.clock.now(), email.trim().to_lowercase(), actor.clone());
        self.store
            .platform_write(SIGNING_IN, PATIENCE, move |tx| {
                let user = people::find_user(tx, &email)?
                    .ok_or_else(|| Error::Unfit(format!("there is no user {email}")))?;
                people::set_active(tx, user.id, active, &actor, now)
            })
            .await
    }

    /// Gives somebody a second factor that is on from the start, as whoever sets a
    /// demonstration up does; its key as apps take it.
    pub async fn give_second_factor(&self, user: UserId, actor: &Actor) -> Result<Secret, Error> {
        let (now, seed, actor) = (self.clock.now(), Seed::new(self.chance.as_ref()), actor.clone());
        self.store
            .platform_write(SIGNING_IN, PATIENCE, move |tx| {
                // No code was used yet, so the next one opens, whenever that is.
                if !doors::propose_second_factor(tx, user, &seed, now)?
                    || !doors::use_step(tx, user, Step(1), now)?
                {
                    return Err(Error::Unfit("this person has a second factor already".into()));
                }
                audit::add_platform(tx, &actor, &Entry::new("second_factor.created", user), now)?;
                Ok(Secret::new(seed.base32()))
            })
            .await
    }

    /// Takes somebody's second factor away, by their address: their telephone is lost.
    pub async fn remove_second_factor(&self, email: &str, actor: &Actor) -> Result<(), Error> {
        let (now, email, actor) = (self.clock.now(), email.trim().to_lowercase(), actor.clone());
        self.store
            .platform_write(SIGNING_IN, PATIENCE, move |tx| {
                let user = people::find_user(tx, &email)?
                    .ok_or_else(|| Error::Unfit(format!("there is no user {email}")))?;
                doors::remove_second_factor(tx, user.id, &actor, now)?;
                sessions::revoke_all(tx, user.id, None, now)?;
                Ok(())
            })
            .await
    }

    /// Whether a company's people must have a second factor. Who is signed in signs
    /// in anew.
    pub async fn require_second_factor(
        &self,
        company: CompanyId,
        required: bool,
        actor: &Actor,
    ) -> Result<(), Error> {
        let (now, actor) = (self.clock.now(), actor.clone());
        self.store
            .write(askpro_store::Company(company), PATIENCE, move |tx| {
                let known = schedule::find_company(tx, company)?.ok_or_else(|| {
                    Error::Unfit("there is no such company; see `askpro company list`".into())
                })?;
                let settings = CompanySettings { requires_second_factor: required, ..known.settings };
                schedule::change_settings(tx, settings, &actor, now)
            })
            .await?;
        self.store
            .platform_write(SIGNING_IN, PATIENCE, move |tx| sessions::revoke_members(tx, company, now))
            .await?;
        Ok(())
    }

    /// Whether a company's people must have a second factor.
    pub async fn requires_second_factor(&self, company: CompanyId) -> Result<bool, Error> {
        self.store
            .read(askpro_store::Company(company), PATIENCE, move |tx| {
                let known = schedule::find_company(tx, company)?;
                Ok(known.is_some_and(|company| company.settings.requires_second_factor))
            })
            .await
    }

    /// People by address, after `after`, with their memberships.
    pub async fn list_users(&self, after: String, limit: u32) -> Result<Vec<(User, Vec<Membership>)>, Error> {
        self.store
            .platform_read(SIGNING_IN, PATIENCE, move |tx| {
                let users = people::list_users(tx, &after, limit)?;
                users
                    .into_iter()
                    .map(|user| Ok((people::memberships(tx, user.id)?, user)))
                    .map(|found: Result<_, Error>| found.map(|(memberships, user)| (user, memberships)))
                    .collect()
            })
            .await
    }
}
