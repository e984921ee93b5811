//! An open transaction, with its scope.

use askpro_domain::ids::CompanyId;
use jiff::Timestamp;

use crate::{
    engine::{Engine, Statements},
    error::Result,
    scope::Company,
    seal::Seals,
    value::{Row, Value},
};

/// A transaction inside one company.
pub struct CompanyTx<'t> {
    statements: &'t mut dyn Statements,
    seals: &'t Seals,
    time: SharedTime,
    company: Company,
}

/// A transaction across companies.
pub struct PlatformTx<'t> {
    statements: &'t mut dyn Statements,
    seals: &'t Seals,
    time: SharedTime,
}

/// What both kinds of transaction can do. The statements themselves stay inside
/// this crate.
pub trait Reads: sealed::Raw {
    /// The company the transaction is bound to; `None` for the platform's.
    fn company(&self) -> Option<CompanyId>;
}

pub(crate) mod sealed {
    use super::{Engine, Result, Row, Seals, SharedTime, Value};

    /// Statements, out of reach of other crates.
    pub trait Raw {
        fn engine(&self) -> Engine;
        fn execute(&mut self, sql: &str, arguments: &[Value]) -> Result<u64>;
        fn query(&mut self, sql: &str, arguments: &[Value]) -> Result<Vec<Row>>;
        /// Runs a query as the last statement of the transaction, whose end is sent
        /// along: reading one thing costs one trip.
        fn last_query(&mut self, sql: &str, arguments: &[Value]) -> Result<Vec<Row>>;
        fn seals(&self) -> &Seals;
        fn time(&self) -> SharedTime;

        /// The first row of a query, if there is one.
        fn first(&mut self, sql: &str, arguments: &[Value]) -> Result<Option<Row>> {
            Ok(self.query(sql, arguments)?.into_iter().next())
        }
    }
}

macro_rules! raw {
    ($name:ident) => {
        impl sealed::Raw for $name<'_> {
            fn engine(&self) -> Engine {
                self.statements.engine()
            }
            fn execute(&mut self, sql: &str, arguments: &[Value]) -> Result<u64> {
                self.statements.execute(sql, arguments)
            }
            fn query(&mut self, sql: &str, arguments: &[Value]) -> Result<Vec<Row>> {
                self.statements.query(sql, arguments)
            }
            fn last_query(&mut self, sql: &str, arguments: &[Value]) -> Result<Vec<Row>> {
                self.statements.last_query(sql, arguments)
            }
            fn seals(&self) -> &Seals {
                self.seals
            }
            fn time(&self) -> SharedTime {
                self.time
            }
        }
    };
}

raw!(CompanyTx);
raw!(PlatformTx);

impl<'t> CompanyTx<'t> {
    pub(crate) fn new(
        statements: &'t mut dyn Statements,
        seals: &'t Seals,
        time: SharedTime,
        company: Company,
    ) -> Self {
        Self { statements, seals, time, company }
    }

    /// The company everything in this transaction belongs to.
    pub fn company_id(&self) -> CompanyId {
        self.company.0
    }
}

impl<'t> PlatformTx<'t> {
    pub(crate) fn new(statements: &'t mut dyn Statements, seals: &'t Seals, time: SharedTime) -> Self {
        Self { statements, seals, time }
    }
}

impl Reads for CompanyTx<'_> {
    fn company(&self) -> Option<CompanyId> {
        Some(self.company.0)
    }
}

impl Reads for PlatformTx<'_> {
    fn company(&self) -> Option<CompanyId> {
        None
    }
}

/// Whose time decides when a job is due and how long a lease runs.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum SharedTime {
    /// The database's, on which several machines agree. SQLite has one machine,
    /// so there it is the caller's.
    #[default]
    Database,
    /// The caller's, for tests that move time.
    Caller,
}

/// The time that all workers share.
pub(crate) fn shared_time(tx: &mut dyn sealed::Raw, ours: Timestamp) -> Result<Timestamp> {
    match (tx.engine(), tx.time()) {
        (Engine::Sqlite, _) | (_, SharedTime::Caller) => Ok(ours),
        (Engine::Postgres, SharedTime::Database) => match tx.first("SELECT clock_timestamp()", &[])? {
            Some(row) => row.get(0),
            None => Ok(ours),
        },
    }
}
