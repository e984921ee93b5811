//! Which functions were called in which call: written down after the answer, many
//! at once, so that the caller does not wait for it.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
    time::Duration,
};

use askpro_domain::ids::{BranchId, CompanyId, ConnectionId};
use askpro_store::{
    Company, Result,
    calls::{self, FunctionCall, Told},
};
use tokio::sync::{Notify, watch};

use crate::App;

/// Entries that wait at most; beyond, the oldest are given up and counted.
const WAITING_AT_MOST: usize = 5_000;

/// Entries written in one transaction at most: bookings wait behind it.
const AT_ONCE: usize = 25;

/// How long writing may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long entries are collected before they are written.
const COLLECT: Duration = Duration::from_millis(100);

/// How long to rest when the database is away.
const AWAY: Duration = Duration::from_secs(2);

/// A function call with the call it was made in.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Whose.
    pub company: CompanyId,
    /// At which connection.
    pub connection: ConnectionId,
    /// In which call.
    pub provider_call_id: String,
    /// Who rings, as the network says.
    pub from_number: Option<String>,
    /// Which number was rung.
    pub to_number: Option<String>,
    /// Of which branch.
    pub branch: Option<BranchId>,
    /// What was called, and what came of it.
    pub function: FunctionCall,
}

/// Entries on their way to the database.
#[derive(Default)]
pub struct Journal {
    waiting: Mutex<VecDeque<Entry>>,
    more: Notify,
}

impl Journal {
    /// Takes an entry. Never waits.
    pub fn add(&self, entry: Entry) {
        if let Ok(mut waiting) = self.waiting.lock() {
            if waiting.len() >= WAITING_AT_MOST {
                waiting.pop_front();
                tracing::warn!("a function call is missing from its timeline: too many wait to be written");
            }
            waiting.push_back(entry);
        }
        self.more.notify_one();
    }

    /// The next entries of one company, in order.
    fn take(&self) -> Vec<Entry> {
        let Ok(mut waiting) = self.waiting.lock() else { return Vec::new() };
        let Some(company) = waiting.front().map(|entry| entry.company) else { return Vec::new() };
        let mut taken = Vec::new();
        let mut rest = VecDeque::with_capacity(waiting.len());
        while let Some(entry) = waiting.pop_front() {
            if entry.company == company && taken.len() < AT_ONCE {
                taken.push(entry);
            } else {
                rest.push_back(entry);
            }
        }
        *waiting = rest;
        taken
    }

    fn put_back(&self, entries: Vec<Entry>) {
        if let Ok(mut waiting) = self.waiting.lock() {
            for entry in entries.into_iter().rev() {
                waiting.push_front(entry);
            }
            waiting.truncate(WAITING_AT_MOST);
        }
    }
}

impl App {
    /// Writes what comes in until `stop` says so, and then what is left.
    pub async fn keep_journal(&self, mut stop: watch::Receiver<bool>) {
        loop {
            let stopping = *stop.borrow();
            let rest = match self.write_journal().await {
                Ok(()) => COLLECT,
                Err(error) => {
                    tracing::warn!(%error, "function calls cannot be written down; they wait");
                    AWAY
                }
            };
            if stopping {
                return;
            }
            tokio::select! {
                () = async { self.journal.more.notified().await; tokio::time::sleep(rest).await } => {}
                _ = stop.changed() => {}
            }
        }
    }

    /// Writes everything that waits now.
    pub async fn write_journal(&self) -> Result<()> {
        loop {
            let entries = Arc::new(self.journal.take());
            let Some(company) = entries.first().map(|entry| entry.company) else { return Ok(()) };
            let written = Arc::clone(&entries);
            let done = self
                .store
                .write(Company(company), PATIENCE, move |tx| {
                    for entry in written.iter() {
                        let told = Told {
                            from_number: entry.from_number.clone(),
                            to_number: entry.to_number.clone(),
                            branch: entry.branch,
                            ..Told::default()
                        };
                        let (connection, id) = (&entry.connection, &entry.provider_call_id);
                        let call = calls::open(tx, connection, id, &told, entry.function.at)?;
                        calls::add_function(tx, call, &entry.function)?;
                    }
                    Ok(())
                })
                .await;
            if let Err(error) = done {
                // What could never be written would block everything behind it.
                if error.is_passing() {
                    self.journal.put_back(entries.to_vec());
                }
                return Err(error);
            }
        }
    }
}
