//! What pages show: statements shaped to one page each, few and independent of how
//! many rows a page shows. They read and never change anything; what a person
//! changes goes through the aggregates' own modules.

mod calendar;
mod calls;
mod figures;
mod frame;
mod live;
mod tasks;
mod wanted;

pub use calendar::{
    BLOCKS_AT_MOST, Block, CustomerFilter, CustomerRow, alike, block_of, blocks, customer_count,
    customer_page, foreign, history, made_by_phone, own_staff,
};
pub use calls::{
    Arrived, CallFilter, CallRow, Concerns, Made, arrived, call_page, call_row, calls_by_outcome, concerns,
    exchanges, neighbours, running,
};
pub use figures::{Answered, Heard, Slice, Waiting, answered, calls_by_half_hour, connections, waiting};
pub use frame::{Counts, counts, reader};
pub use live::{LOOK_BACK, Topic, changes};
pub use tasks::{About, TaskFilter, TaskRow, task_page};
