//! Telephone numbers: read as people write and speak them, kept as E.164, read
//! back in groups.

mod caller;
mod number;
mod speech;

pub use caller::CallerNumber;
pub use number::{MAX_LENGTH, PhoneNumber, Region};
