//! What people and programs read.

use std::time::Duration;

use askpro_domain::{
    access::Principal,
    actor::Actor,
    business::{Company, Service},
    ids::{AppointmentId, CallId, CompanyId, ServiceId, StaffId, UserId},
    secret::Secret,
};
use askpro_store::{
    Platform, Result,
    appointments::{Filter, Listed},
    audit::{self, Entry},
    calls, installation,
    lists::{
        self, Lists,
        people::{ListedToken, ListedUser, Tokens, Users},
    },
    people, schedule,
};

use crate::{App, Spooled};

/// How long reading may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long the database may take to show that it is there.
const PING_PATIENCE: Duration = Duration::from_millis(500);

/// For whom something is read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Scope {
    /// One company.
    Company(CompanyId),
    /// Every company.
    Platform,
}

const PEOPLE: Platform = Platform { because: "people belong to the installation" };

const LISTING: Platform = Platform { because: "a super admin lists across companies" };

/// Runs the same reading for a company or the platform.
macro_rules! scoped {
    ($app:expr, $scope:expr, $work:expr) => {
        match $scope {
            Scope::Company(company) => $app.store.read(askpro_store::Company(company), PATIENCE, $work).await,
            Scope::Platform => $app.store.platform_read(LISTING, PATIENCE, $work).await,
        }
    };
}

impl App {
    /// Who holds a token, if it is valid.
    pub async fn principal_of_token(&self, token: String) -> Result<Option<Principal>> {
        let hash = people::token_hash(&Secret::new(token));
        let now = self.clock.now();
        let platform = Platform { because: "a token names a person, not a company" };
        let holder = self
            .store
            .platform_read(platform, PATIENCE, move |tx| people::principal_of_token(tx, &hash, now))
            .await?;
        let Some(holder) = holder else { return Ok(None) };
        if holder.is_due
            && let Some(id) = holder.principal.token
        {
            self.store.platform_write(platform, PATIENCE, move |tx| people::token_used(tx, id, now)).await?;
        }
        Ok(Some(holder.principal))
    }

    /// What a list wants, for one company or for all; with an id in it, that one.
    pub async fn list<L: Lists>(&self, scope: Scope, wanted: L, limit: u32) -> Result<Vec<L::Row>> {
        scoped!(self, scope, move |tx| wanted.list(tx, limit))
    }

    /// People who sign in. Who asks for a company sees only that company's roles of them.
    pub async fn people(&self, wanted: Users, limit: u32) -> Result<Vec<ListedUser>> {
        self.store.platform_read(PEOPLE, PATIENCE, move |tx| lists::people::users(tx, &wanted, limit)).await
    }

    /// A person's own tokens.
    pub async fn tokens(&self, wanted: Tokens, limit: u32) -> Result<Vec<ListedToken>> {
        self.store.platform_read(PEOPLE, PATIENCE, move |tx| lists::people::tokens(tx, &wanted, limit)).await
    }

    /// Whose calendar a person has as their own, by company.
    pub async fn own_calendars(&self, user: UserId) -> Result<Vec<(CompanyId, StaffId)>> {
        self.store.platform_read(PEOPLE, PATIENCE, move |tx| lists::people::own_calendars(tx, user)).await
    }

    /// Companies after `after`, by id.
    pub async fn list_companies(
        &self,
        scope: Scope,
        after: Option<CompanyId>,
        limit: u32,
    ) -> Result<Vec<Company>> {
        scoped!(self, scope, move |tx| schedule::list_companies(tx, after, limit))
    }

    /// Services after `after`, by id.
    pub async fn list_services(
        &self,
        scope: Scope,
        after: Option<ServiceId>,
        limit: u32,
    ) -> Result<Vec<Service>> {
        scoped!(self, scope, move |tx| schedule::list_services(tx, after, limit))
    }

    /// Appointments by start and id.
    pub async fn list_appointments(&self, scope: Scope, filter: Filter, limit: u32) -> Result<Vec<Listed>> {
        self.list(scope, filter, limit).await
    }

    /// One appointment.
    pub async fn find_appointment(&self, scope: Scope, id: AppointmentId) -> Result<Option<Listed>> {
        let filter = Filter { id: Some(id), ..Filter::default() };
        Ok(self.list_appointments(scope, filter, 1).await?.pop())
    }

    /// Calls, the latest first.
    pub async fn list_calls(
        &self,
        scope: Scope,
        filter: calls::Filter,
        limit: u32,
    ) -> Result<Vec<calls::Call>> {
        self.list(scope, filter, limit).await
    }

    /// One call with the functions that were called in it.
    pub async fn find_call(
        &self,
        scope: Scope,
        id: CallId,
    ) -> Result<Option<(calls::Call, Vec<calls::FunctionCall>)>> {
        let filter = calls::Filter { id: Some(id), ..calls::Filter::default() };
        scoped!(self, scope, move |tx| {
            let Some(call) = calls::list(tx, &filter, 1)?.pop() else { return Ok(None) };
            let functions = calls::functions(tx, call.company, id)?;
            Ok(Some((call, functions)))
        })
    }

    /// What was said in a call of a company, as the provider's JSON. That somebody
    /// read it is on record, with their reason where they gave one.
    pub async fn read_transcript(
        &self,
        company: CompanyId,
        id: CallId,
        reader: Actor,
        reason: Option<String>,
    ) -> Result<Option<String>> {
        let now = self.clock.now();
        self.store
            .write(askpro_store::Company(company), PATIENCE, move |tx| {
                let found = calls::transcript(tx, id)?;
                if found.is_some() {
                    let entry = Entry::new("transcript.read", id).note(reason.as_deref());
                    audit::add(tx, &reader, &entry, now)?;
                }
                Ok(found)
            })
            .await
    }

    /// What this process must do without at the moment.
    pub async fn degraded(&self) -> Vec<&'static str> {
        let ping = self.store.platform_read(
            Platform { because: "health looks at the database" },
            PING_PATIENCE,
            |tx| installation::ping(tx),
        );
        let mut degraded = Vec::new();
        if ping.await.is_err() {
            degraded.push("database");
        }
        if self.spooled().map_or(true, |spooled| spooled != Spooled::default()) {
            degraded.push("spool");
        }
        if self.clock.in_doubt().is_some() {
            degraded.push("clock");
        }
        degraded
    }
}
