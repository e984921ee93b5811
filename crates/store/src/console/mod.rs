//! What pages show: statements shaped to one page each, few and independent of how
//! many rows a page shows. They read and never change anything; what a person
//! changes goes through the aggregates' own modules.

mod calendar;
mod calls;
mod figures;
mod frame;
mod tasks;
mod wanted;

pub use calendar::{
    BLOCKS_AT_MOST, Block, CustomerFilter, CustomerRow, alike, block_of, blocks, customer_count, customer_page,
    foreign, history, made_by_phone, own_staff,
};
pub use calls::{
    Arrived, CallFilter, CallRow, Concerns, Made, arrived, call_page, call_row, calls_by_outcome, concerns,
    exchanges, neighbours, running,
};
pub use figures::{
    Heard, Slice, Waiting, calls_by_half_hour, connections, function_times, last_functions, waiting, wishes,
};
pub use frame::{Counts, companies, counts};
pub use tasks::{About, TaskFilter, TaskRow, task_page};
