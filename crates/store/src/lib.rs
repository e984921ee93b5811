//! Where everything durable lives.
//!
//! [`Store`] opens a database and runs transactions; the modules hold the
//! statements, one file per aggregate. A transaction is begun for a
//! [`Company`] or, with a stated reason, for the [`Platform`]; the
//! functions of the modules take the transaction and so cannot be called without
//! a scope. A new aggregate is a migration pair per engine, a module here, and a
//! test in `tests/` that runs on both engines.

pub mod answers;
pub mod appointments;
pub mod audit;
pub mod budgets;
pub mod business_changes;
pub mod calendar_entries;
pub mod calls;
pub mod connections;
pub mod console;
pub mod customers;
pub mod deliveries;
mod engine;
mod error;
pub mod identities;
pub mod incidents;
pub mod installation;
pub mod jobs;
pub mod limits;
pub mod lists;
pub mod mails;
pub mod migrate;
pub mod occupancy;
pub mod passkeys;
pub mod people;
pub mod phone_numbers;
mod policy;
pub mod request_keys;
pub mod rights;
pub mod schedule;
mod scope;
pub mod seal;
pub mod sessions;
pub mod sign_in;
mod store;
pub mod tasks;
mod tx;
pub mod undo;
pub mod upkeep;
pub mod value;

pub use engine::Engine;
pub use error::{Error, Result};
pub use scope::{Company, Platform};
pub use store::{Store, StoreOptions};
pub use tx::{CompanyTx, PlatformTx, Reads, SharedTime};
