use std::{fmt, sync::Arc};

use jiff::Timestamp;

/// A stand-in's time: the system's, unless a test gives another one.
#[derive(Clone, Default)]
pub struct SimClock(Option<Arc<dyn Fn() -> Timestamp + Send + Sync>>);

impl SimClock {
    /// A clock that asks `read`.
    pub fn new(read: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(read)))
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "a stand-in plays the outside world, which has a clock of its own"
    )]
    pub(crate) fn now(&self) -> Timestamp {
        self.0.as_ref().map_or_else(Timestamp::now, |read| read())
    }
}

impl fmt::Debug for SimClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SimClock")
    }
}
