//! What people see on pages. Each page is one reading: what stands around it and
//! what it shows come from the same transaction.

mod around;

pub use around::{Around, Reader};
pub use askpro_store::console::Counts;

use std::time::Duration;

/// How long reading a page may take.
const PATIENCE: Duration = Duration::from_secs(5);
