//! Use cases: what happens when a call books, a webhook arrives, a promise is
//! settled.
//!
//! Each loads, decides with the domain's functions, records in one transaction
//! and replies. Providers are asked before or after a transaction, never inside;
//! what must still happen is in the outbox before anything is promised.

pub mod availability;
mod away;
pub mod call;
mod call_events;
pub mod changes;
pub mod console;
mod directory;
mod figures;
mod inbound;
mod journal;
pub mod keys;
pub mod limits;
mod lines;
pub mod mail;
pub mod members;
pub mod passkeys;
pub mod passwords;
mod people;
mod reading;
pub mod record;
pub mod rights;
pub mod settle;
pub mod setup;
pub mod sign_in;
mod steady_clock;
mod upkeep;
pub mod webhook;
pub mod worker;
mod world;

use std::sync::Arc;

pub use askpro_domain::breaker::BreakerState;
use askpro_domain::ids::{Chance, Clock};
pub use askpro_providers::resilience::{NotAsked, Service as ProviderService, Shown};
pub use askpro_providers::{
    calcom::SIGNATURE_HEADER as CALCOM_SIGNATURE_HEADER, retell::SIGNATURE_HEADER as RETELL_SIGNATURE_HEADER,
};
use askpro_providers::{resilience::Lines, transport::Transport};
use askpro_store::Store;
pub use askpro_store::{
    Error as Failure, appointments, calls, connections::ConnectionKind, deliveries, jobs, lists,
    sign_in::Purpose, tasks,
};
pub use away::{LastKnown, Spooled, StateFolder};
pub use directory::{Directory, Known};
pub use figures::Figures;
pub use inbound::InboundAnswer;
use jiff::SignedDuration;
pub use journal::{Entry, Journal};
use lines::StoreBudget;
pub use reading::Scope;
pub use steady_clock::SteadyClock;
pub use world::{SystemChance, SystemClock};

/// What every use case works with. Cheap to clone.
#[derive(Clone)]
pub struct App {
    /// The database.
    pub store: Store,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Random bytes.
    pub chance: Arc<dyn Chance>,
    /// The ways to providers.
    pub lines: Arc<Lines>,
    /// How patient the background work is.
    pub pace: Pace,
    /// What companies offer, prepared for being asked.
    pub catalogues: Arc<call::Catalogues>,
    /// What businesses were like when the database last answered.
    pub last_known: Arc<LastKnown>,
    /// Where what must survive a restart without the database is kept; `None`
    /// keeps nothing, and then a call-back is not promised while it is away.
    pub state: Option<Arc<StateFolder>>,
    /// Function calls on their way to their timeline.
    pub journal: Arc<Journal>,
    /// What is counted for monitors.
    pub figures: Arc<Figures>,
    /// Hashing of passwords.
    pub passwords: Arc<passwords::Passwords>,
    /// Who sent how many requests lately.
    pub limits: Arc<limits::Limits>,
    /// Whoever has a page open.
    pub live: Arc<console::Live>,
    /// When connections were last used.
    pub uses: Arc<keys::Uses>,
    /// How mails leave, where that is set up.
    pub mail: Option<Arc<mail::Office>>,
}

impl App {
    /// Around a database, with nothing remembered yet.
    pub fn new(
        store: Store,
        clock: Arc<dyn Clock>,
        chance: Arc<dyn Chance>,
        transport: Arc<dyn Transport>,
        pace: Pace,
    ) -> Self {
        let budget = StoreBudget::new(store.clone(), Arc::clone(&clock));
        let lines = Arc::new(Lines::new(transport, Arc::new(budget), Arc::clone(&chance)));
        Self {
            store,
            clock,
            chance,
            lines,
            pace,
            catalogues: Arc::default(),
            last_known: Arc::default(),
            state: None,
            journal: Arc::default(),
            figures: Arc::default(),
            passwords: Arc::default(),
            limits: Arc::default(),
            live: Arc::default(),
            uses: Arc::default(),
            mail: None,
        }
    }

    /// The same, keeping its state in a folder.
    #[must_use]
    pub fn keeping_state_in(self, folder: StateFolder) -> Self {
        Self { state: Some(Arc::new(folder)), ..self }
    }

    /// Reads what the first caller would otherwise wait for: the numbering plans
    /// of all countries take longer to unpack than a call's answer may.
    pub fn warm_up() {
        use askpro_domain::phone::{CallerNumber, Region};
        let _ = CallerNumber::read("+4930123456", Region::De);
    }
}

/// How patient the background work is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// How long a request to Cal.com that timed out may still be running there:
    /// nothing is looked up or tried again before.
    pub uncertain: SignedDuration,
    /// The first pause after a failure that is certain; doubled each time.
    pub pause: SignedDuration,
    /// After this long without an answer a person is asked to look.
    pub give_up: SignedDuration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            uncertain: SignedDuration::from_secs(90),
            pause: SignedDuration::from_secs(2),
            give_up: SignedDuration::from_mins(10),
        }
    }
}
