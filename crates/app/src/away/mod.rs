//! While the database is away: what businesses were like when it last answered
//! ([`LastKnown`]), kept sealed in the state directory so that it holds after a
//! restart too ([`snapshot`]), and call-backs that are kept there until it is
//! back ([`spool`]).

mod folder;
mod last_known;
mod snapshot;
mod spool;

pub use folder::StateFolder;
pub use last_known::LastKnown;
pub(crate) use last_known::{Business, Seen};
pub(crate) use spool::Kept;
pub use spool::Spooled;
