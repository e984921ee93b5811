//! Calls: their records, the filters of their list, and the endpoints.

mod batch;
mod criteria;
mod endpoints;
mod record;
mod transcript;

pub(super) use batch::create_batch;
pub(super) use endpoints::{
    create_phone_call, create_web_call, delete, get, list, listen_live, register, rerun_analysis, stop,
    take_over_live, update, update_live, variables,
};
pub(super) use record::{Brought, Call, Calls, Detail, Direction, Line, Status, ToolUse};
pub(super) use transcript::Role;
