//! What a person or a program changes by hand: each change is a value with typed
//! inputs that is carried out in one transaction, together with its entry in the
//! record, or refused with a reason that a page can say.
//!
//! [`App::carry_out`] is how it is done; [`App::carry_out_once`] the same under a
//! key that its sender chose, so that sending it twice does it once. A new change
//! is a type here that implements [`Change`], and a route or a form.

mod appointments;
mod branches;
mod connections;
mod customers;
mod fields;
mod phone_numbers;
mod refusal;
mod services;
mod staff;
mod tasks;
mod tokens;

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use askpro_domain::{
    actor::{Actor, Who},
    ids::{Chance, CompanyId, UserId},
};
use askpro_store::{
    Company, CompanyTx, Error as Failure,
    lists::Lists,
    request_keys::{self, Claim},
};
use jiff::Timestamp;

pub use self::{
    appointments::{
        CancelAppointment, ForWhom, MoveAppointment, NewAppointment, UNDO_WITHIN, UndoAppointment,
    },
    branches::{ChangeBranch, NewBranch},
    connections::{NewConnection, NewConnectionMade, SwitchConnection},
    customers::{ChangeCustomer, MergeCustomers, NewCustomer, UnmergeCustomer},
    phone_numbers::{ChangePhoneNumber, NewPhoneNumber},
    refusal::{Because, Refusal, Rule},
    services::{ChangeService, NewService, Offer},
    staff::{ChangeStaff, NewStaff},
    tasks::{CloseTask, ReopenTask, TakeTask},
    tokens::{NewToken, NewTokenMade},
};
use crate::App;

/// How long a change may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// Who changes something, and when.
pub struct By {
    /// Who, for the record.
    pub actor: Actor,
    /// When.
    pub now: Timestamp,
    /// Where ids come from.
    pub chance: Arc<dyn Chance>,
}

impl By {
    /// The person who acts, or whose program does.
    fn user(&self) -> Option<UserId> {
        match self.actor.who {
            Who::Person(user) | Who::Token { user, .. } => Some(user),
            Who::Connection(_) | Who::System(_) => None,
        }
    }
}

/// Something that is changed by hand in one company.
pub trait Change: Clone + Send + Sync + 'static {
    /// What is there afterwards.
    type Done: Send + 'static;

    /// Loads, decides, records. May be run again after a collision, so it draws
    /// its ids anew and keeps nothing; where it is refused, nothing of it stays.
    fn carry_out(&self, tx: &mut CompanyTx<'_>, by: &By) -> Result<Self::Done, Stop>;
}

/// Why a change was not made.
#[derive(Debug, thiserror::Error)]
pub enum Stop {
    /// Something stands against it.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// It could not be written.
    #[error(transparent)]
    Failed(#[from] Failure),
}

impl From<Rule> for Stop {
    fn from(rule: Rule) -> Self {
        Self::Refused(Refusal::Rule(rule))
    }
}

/// A key that whoever sends a request chose for it.
#[derive(Clone, Debug)]
pub struct Once {
    /// The key.
    pub key: String,
    /// Whose keys they are.
    pub principal: String,
    /// A hash of the request: another one under the same key is refused.
    pub fingerprint: Vec<u8>,
}

/// What a change under a key was answered with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    /// The answer.
    pub answer: Vec<u8>,
    /// Whether it is that of an earlier request, and nothing was done now.
    pub is_replayed: bool,
}

impl App {
    /// Makes a change in a company.
    pub async fn carry_out<C: Change>(
        &self,
        actor: &Actor,
        company: CompanyId,
        change: C,
    ) -> Result<C::Done, Stop> {
        self.in_one(actor, company, move |tx, by| change.carry_out(tx, by)).await
    }

    /// Makes a change in a company, and keeps what `render` makes of it under the
    /// sender's key where there is one: the same request again gets the same
    /// answer for a day.
    pub async fn carry_out_once<C: Change>(
        &self,
        actor: &Actor,
        company: CompanyId,
        once: Option<Once>,
        change: C,
        render: impl Fn(&C::Done) -> Vec<u8> + Send + Sync + 'static,
    ) -> Result<Answered, Stop> {
        self.in_one(actor, company, move |tx, by| {
            if let Some(once) = &once {
                match request_keys::claim(tx, &once.principal, &once.key, &once.fingerprint, by.now)? {
                    Claim::Answered(answer) => return Ok(Answered { answer, is_replayed: true }),
                    Claim::Another => return Err(Refusal::KeyReused.into()),
                    Claim::Fresh => {}
                }
            }
            let answer = render(&change.carry_out(tx, by)?);
            if let Some(once) = &once {
                request_keys::record(tx, &once.principal, &once.key, &answer)?;
            }
            Ok(Answered { answer, is_replayed: false })
        })
        .await
    }

    async fn in_one<T: Send + 'static>(
        &self,
        actor: &Actor,
        company: CompanyId,
        work: impl Fn(&mut CompanyTx<'_>, &By) -> Result<T, Stop> + Send + 'static,
    ) -> Result<T, Stop> {
        let by = By { actor: actor.clone(), now: self.clock.now(), chance: Arc::clone(&self.chance) };
        // A refusal must take back what was written before it was noticed; only an
        // error does that, so the refusal leaves beside it.
        let refusal: Arc<Mutex<Option<Refusal>>> = Arc::default();
        let left = Arc::clone(&refusal);
        let written = self
            .store
            .write(Company(company), PATIENCE, move |tx| {
                let (refusal, failure) = match work(tx, &by) {
                    Ok(done) => return Ok(done),
                    Err(Stop::Refused(refusal)) => {
                        let word = refusal.to_string();
                        (Some(refusal), Failure::Unfit(word))
                    }
                    Err(Stop::Failed(failure)) => (None, failure),
                };
                if let Ok(mut left) = left.lock() {
                    *left = refusal;
                }
                Err(failure)
            })
            .await;
        written.map_err(|failure| match refusal.lock().ok().and_then(|mut refusal| refusal.take()) {
            Some(refusal) => Stop::Refused(refusal),
            None => refused_by_the_database(failure),
        })
    }
}

/// What the database itself refused, as a refusal where a person can do something about it.
fn refused_by_the_database(failure: Failure) -> Stop {
    match &failure {
        Failure::Conflict(rule) if rule.contains("phone_numbers") => Rule::NumberTaken.into(),
        _ => failure.into(),
    }
}

/// The one row that a filter with an id finds, at the revision that was seen.
fn found<L: Lists>(
    tx: &mut CompanyTx<'_>,
    wanted: &L,
    seen: Option<u32>,
    revision: impl Fn(&L::Row) -> u32,
) -> Result<L::Row, Stop> {
    let row = wanted.list(tx, 1)?.pop().ok_or(Refusal::NotFound)?;
    let known = revision(&row);
    match seen {
        Some(seen) if seen != known => Err(Refusal::Stale { revision: known }.into()),
        _ => Ok(row),
    }
}

/// The row as it is after a change.
fn after<L: Lists>(tx: &mut CompanyTx<'_>, wanted: &L) -> Result<L::Row, Stop> {
    let row = wanted.list(tx, 1)?.pop();
    Ok(row.ok_or_else(|| Failure::Impossible("what was just written is not there".into()))?)
}
