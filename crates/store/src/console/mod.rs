//! What pages show: statements shaped to one page each, few and independent of how
//! many rows a page shows. They read and never change anything; what a person
//! changes goes through the aggregates' own modules.

mod frame;

pub use frame::{Counts, companies, counts};
