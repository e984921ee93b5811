//! Who works in a company's control center, looked after by whoever may. A company
//! decides about its own roles alone: the account behind them is the person's.

use askpro_domain::{
    access::{Membership, Role},
    actor::Actor,
    ids::{CompanyId, UserId},
};
use askpro_store::{
    Error, PlatformTx, Result,
    lists::{self, people::Users},
    people::{self, User},
    sessions, sign_in as doors,
};

use crate::{
    App,
    sign_in::{PATIENCE, SIGNING_IN},
};

/// People of one company that are shown at most.
pub const MEMBERS_AT_MOST: u32 = 200;

/// Longer names are cut.
const NAME_AT_MOST: usize = 80;

/// Somebody with a role in a company.
#[derive(Clone, Debug)]
pub struct Member {
    /// Who.
    pub user: UserId,
    /// As they are called.
    pub name: String,
    /// With what they sign in.
    pub email: String,
    /// As what they work here.
    pub role: Role,
    /// Whether they may sign in at all.
    pub is_active: bool,
    /// Whether they have chosen no password yet.
    pub is_invited: bool,
    /// Whether they have a second factor.
    pub has_second_factor: bool,
}

/// What came of a change.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Changed {
    /// It is so now.
    Done,
    /// They have no role in this company.
    Absent,
    /// Nobody takes their own rights away or gives themselves others.
    Oneself,
    /// This is no e-mail address, or no role of a company.
    Unfit,
    /// No mail is set up, and only a mail may carry an invitation.
    NoMail,
}

impl App {
    /// The people of a company, by when they came.
    pub async fn members(&self, company: CompanyId) -> Result<Vec<Member>> {
        self.store
            .platform_read(SIGNING_IN, PATIENCE, move |tx| {
                let wanted = Users { company: Some(company), id: None, after: None };
                let listed = lists::people::users(tx, &wanted, MEMBERS_AT_MOST)?;
                let mut members = Vec::with_capacity(listed.len());
                for one in listed {
                    let Some(membership) = one.memberships.first() else { continue };
                    let user = people::user_by_id(tx, one.id)?;
                    members.push(Member {
                        user: one.id,
                        role: membership.role,
                        is_active: one.is_active,
                        is_invited: user.is_some_and(|user| user.password_hash == people::NO_PASSWORD),
                        has_second_factor: doors::has_second_factor(tx, one.id)?,
                        name: one.name,
                        email: one.email,
                    });
                }
                Ok(members)
            })
            .await
    }

    /// Gives somebody a role in a company and lets the invitation leave. Whether the
    /// address was known before is not told: who has an account finds the company in
    /// it, who has none gets the mail.
    pub async fn invite_member(
        &self,
        company: CompanyId,
        (email, name): (&str, &str),
        role: Role,
        actor: &Actor,
    ) -> Result<Changed> {
        if self.mail.is_none() {
            return Ok(Changed::NoMail);
        }
        let email = email.trim().to_lowercase();
        let name: String = name.trim().chars().filter(|c| !c.is_control()).take(NAME_AT_MOST).collect();
        let is_address = email.contains('@')
            && email.len() <= 254
            && !email.contains(|c: char| c.is_whitespace() || c.is_control());
        if role.is_platform_wide() || !is_address || name.is_empty() {
            return Ok(Changed::Unfit);
        }
        let now = self.clock.now();
        let fresh = User {
            id: UserId::new(now, self.chance.as_ref()),
            email: email.clone(),
            name,
            password_hash: people::NO_PASSWORD.to_owned(),
            active: true,
        };
        let by = actor.clone();
        self.store
            .platform_write(SIGNING_IN, PATIENCE, move |tx| {
                let user = match people::find_user(tx, &fresh.email)? {
                    Some(known) => known.id,
                    None => {
                        people::create_user(tx, &fresh, &by, now)?;
                        fresh.id
                    }
                };
                // Whoever works here already keeps what they have: changing it is another form.
                let known = people::memberships(tx, user)?;
                let has_role =
                    known.iter().any(|one| one.company == Some(company) || one.role.is_platform_wide());
                if !has_role {
                    people::add_membership(tx, user, Membership::new(Some(company), role), None, &by, now)?;
                }
                Ok(())
            })
            .await?;
        self.send_invitation(&email, actor).await?;
        Ok(Changed::Done)
    }

    /// Gives a member another role; they sign in anew.
    pub async fn change_role(
        &self,
        company: CompanyId,
        user: UserId,
        role: Role,
        by: UserId,
        actor: &Actor,
    ) -> Result<Changed> {
        if role.is_platform_wide() {
            return Ok(Changed::Unfit);
        }
        let (now, actor) = (self.clock.now(), actor.clone());
        self.of_member(company, user, by, move |tx| people::set_role(tx, user, company, role, &actor, now))
            .await
    }

    /// Takes a member's role away; their account stays theirs.
    pub async fn remove_member(
        &self,
        company: CompanyId,
        user: UserId,
        by: UserId,
        actor: &Actor,
    ) -> Result<Changed> {
        let (now, actor) = (self.clock.now(), actor.clone());
        self.of_member(company, user, by, move |tx| people::remove_membership(tx, user, company, &actor, now))
            .await
    }

    /// Signs a member out everywhere.
    pub async fn end_sessions_of_member(
        &self,
        company: CompanyId,
        user: UserId,
        by: UserId,
        actor: &Actor,
    ) -> Result<Changed> {
        let (now, actor) = (self.clock.now(), actor.clone());
        self.of_member(company, user, by, move |tx| {
            sessions::revoke_all(tx, user, None, now)?;
            askpro_store::audit::add_platform(
                tx,
                &actor,
                &askpro_store::audit::Entry::new("sessions.revoked", user),
                now,
            )
        })
        .await
    }

    async fn of_member(
        &self,
        company: CompanyId,
        user: UserId,
        by: UserId,
        work: impl Fn(&mut PlatformTx<'_>) -> Result<()> + Send + 'static,
    ) -> Result<Changed> {
        if user == by {
            return Ok(Changed::Oneself);
        }
        self.store
            .platform_write(SIGNING_IN, PATIENCE, move |tx| {
                let known = people::memberships(tx, user)?;
                if !known.iter().any(|one| one.company == Some(company)) {
                    return Ok(Changed::Absent);
                }
                match work(tx) {
                    Ok(()) => Ok(Changed::Done),
                    Err(Error::Conflict(_)) => Ok(Changed::Unfit),
                    Err(error) => Err(error),
                }
            })
            .await
    }
}
