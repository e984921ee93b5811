//! What lists show, page by page: one filter per kind of object, which is also how
//! a single one is found. Everything goes through [`Wanted`], which binds the
//! statement to what the transaction may see.

pub mod audit;
pub mod business;
pub mod customers;
pub mod operation;
pub mod people;
pub mod series;
pub mod tasks;

use jiff::Timestamp;
use uuid::Uuid;

use crate::{
    Reads,
    error::Result,
    value::{Row, Value},
};

/// What a list wants. With an id it wants that one or nothing.
pub trait Lists: Clone + Send + Sync + 'static {
    /// What it shows of each.
    type Row: Send + 'static;

    /// The rows that the transaction may see and the filter wants, in the list's
    /// order, at most `limit`.
    fn list<T: Reads>(&self, tx: &mut T, limit: u32) -> Result<Vec<Self::Row>>;
}

/// A place in a list that is in order of time.
pub type Behind = (Timestamp, Uuid);

/// In which direction a list in order of time goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Order {
    /// The earliest first.
    Rising,
    /// The latest first.
    Falling,
}

/// The conditions of one statement, collected.
pub(crate) struct Wanted {
    conditions: Vec<String>,
    arguments: Vec<Value>,
}

impl Wanted {
    /// Whatever the transaction may see, by the column that holds the company.
    pub(crate) fn seen(tx: &impl Reads, company_column: &str) -> Self {
        let mut wanted = Self { conditions: Vec::new(), arguments: Vec::new() };
        if let Some(company) = tx.company() {
            wanted.and(&format!("{company_column} = ?"), company);
        }
        wanted
    }

    /// One more condition; the question mark stands for the value.
    pub(crate) fn and(&mut self, condition: &str, value: impl Into<Value>) {
        self.arguments.push(value.into());
        self.conditions.push(condition.replace('?', &format!("${}", self.arguments.len())));
    }

    /// A condition that needs no value.
    pub(crate) fn and_always(&mut self, condition: &str) {
        self.conditions.push(condition.to_owned());
    }

    /// A condition where there is a value.
    pub(crate) fn and_if(&mut self, condition: &str, value: Option<impl Into<Value>>) {
        if let Some(value) = value {
            self.and(condition, value);
        }
    }

    /// What stands behind a place in a list in order of a time and an id.
    pub(crate) fn behind(&mut self, time: &str, id: &str, order: Order, place: Option<Behind>) {
        let Some((at, after)) = place else { return };
        let sign = match order {
            Order::Rising => '>',
            Order::Falling => '<',
        };
        // The first condition is for the index, the second for those of the same moment.
        self.and(&format!("{time} {sign}= ?"), at);
        self.arguments.extend([at.into(), after.into()]);
        let last = self.arguments.len();
        self.conditions.push(format!("({time} {sign} ${} OR {id} {sign} ${last})", last - 1));
    }

    /// The rows. `select` goes up to the tables, `rest` is grouping and order.
    pub(crate) fn rows(
        mut self,
        tx: &mut impl Reads,
        select: &str,
        rest: &str,
        limit: u32,
    ) -> Result<Vec<Row>> {
        self.arguments.push(limit.into());
        let conditions =
            if self.conditions.is_empty() { "1 = 1".to_owned() } else { self.conditions.join(" AND ") };
        let sql = format!("{select} WHERE {conditions} {rest} LIMIT ${}", self.arguments.len());
        tx.query(&sql, &self.arguments)
    }
}
