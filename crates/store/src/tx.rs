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
    company: Company,
}

/// A transaction across companies.
pub struct PlatformTx<'t> {
    statements: &'t mut dyn Statements,
    seals: &'t Seals,
}

/// What both kinds of transaction can do. The statements themselves stay inside
/// this crate.
pub trait Reads: sealed::Raw {
    /// The company the transaction is bound to; `None` for the platform's.
    fn company(&self) -> Option<CompanyId>;
}

pub(crate) mod sealed {
    use super::{Engine, Result, Row, Seals, Value};

    /// Statements, out of reach of other crates.
    pub trait Raw {
        fn engine(&self) -> Engine;
        fn execute(&mut self, sql: &str, arguments: &[Value]) -> Result<u64>;
        fn query(&mut self, sql: &str, arguments: &[Value]) -> Result<Vec<Row>>;
        fn seals(&self) -> &Seals;

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
            fn seals(&self) -> &Seals {
                self.seals
            }
        }
    };
}

raw!(CompanyTx);
raw!(PlatformTx);

impl<'t> CompanyTx<'t> {
    pub(crate) fn new(statements: &'t mut dyn Statements, seals: &'t Seals, company: Company) -> Self {
        Self { statements, seals, company }
    }

    /// The company everything in this transaction belongs to.
    pub fn company_id(&self) -> CompanyId {
        self.company.0
    }
}

impl<'t> PlatformTx<'t> {
    pub(crate) fn new(statements: &'t mut dyn Statements, seals: &'t Seals) -> Self {
        Self { statements, seals }
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

/// The database's time, for leases that several machines must agree on. SQLite
/// has one machine, whose time the caller passes.
pub(crate) fn database_time(tx: &mut dyn sealed::Raw, ours: Timestamp) -> Result<Timestamp> {
    match tx.engine() {
        Engine::Sqlite => Ok(ours),
        Engine::Postgres => match tx.first("SELECT clock_timestamp()", &[])? {
            Some(row) => row.get(0),
            None => Ok(ours),
        },
    }
}
