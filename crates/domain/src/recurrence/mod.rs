//! Appointments that repeat: rules of RFC 5545, the instants they mean, and
//! plans of a series that say what does not fit.
//!
//! A series keeps its local wall time across clock changes. Where a day has no
//! such time, or has it twice, the reading of
//! [`local_to_instant`](crate::calendar::local_to_instant) holds, as for every
//! other local time of the product.

mod expand;
mod plan;
mod rule;

pub use expand::{Expansion, ExpansionError, MAX_YEARS, Occurrence, Series};
pub use plan::{Plan, Skipped, plan};
pub use rule::{End, Frequency, MAX_RULE_LENGTH, NthWeekday, Rule, RuleError};
