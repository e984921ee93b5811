//! The machine's clock, set wrong on purpose.

use std::sync::{Arc, Mutex};

use askpro_app::{SteadyClock, SystemClock};
use askpro_domain::ids::Clock;
use jiff::{SignedDuration, Timestamp};

/// What the product makes of a clock that somebody sets while it runs.
pub(in crate::commands) struct JumpingClock {
    wrong_by: Arc<Mutex<SignedDuration>>,
    steady: SteadyClock<Wall>,
}

/// What the machine shows.
struct Wall(Arc<Mutex<SignedDuration>>);

impl Clock for Wall {
    fn now(&self) -> Timestamp {
        let wrong_by = *self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        SystemClock.now().saturating_add(wrong_by).unwrap_or(Timestamp::MAX)
    }
}

impl Default for JumpingClock {
    fn default() -> Self {
        let wrong_by = Arc::default();
        Self { steady: SteadyClock::over(Wall(Arc::clone(&wrong_by))), wrong_by }
    }
}

impl JumpingClock {
    /// From now on the machine shows a time that is wrong by this much.
    pub(in crate::commands) fn set_wrong_by(&self, wrong_by: SignedDuration) {
        *self.wrong_by.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = wrong_by;
    }
}

impl Clock for JumpingClock {
    fn now(&self) -> Timestamp {
        self.steady.now()
    }

    fn in_doubt(&self) -> Option<SignedDuration> {
        self.steady.in_doubt()
    }
}
