//! What people see on pages. Each page is one reading: what stands around it and
//! what it shows come from the same transaction.

mod around;
mod calls;
mod day;
mod live;
mod overview;

use std::time::Duration;

pub use around::{Around, Reader};
pub use askpro_store::{
    console::{
        About, Answered, Arrived, BLOCKS_AT_MOST, Block, CallFilter, CallRow, Concerns, Counts,
        CustomerFilter, CustomerRow, Heard, Made, Slice, TaskFilter, TaskRow, Topic, Waiting,
    },
    tasks::TaskKind,
};
pub use calls::{CallList, CallPage, Verdict};
pub use day::{CalendarPage, CustomerPage, Found, Search};
pub use live::{Change, Live};
pub use overview::{Overview, Running};

/// How long reading a page may take.
const PATIENCE: Duration = Duration::from_secs(5);
