use std::sync::Mutex;

use askpro_domain::ids::Clock;
use jiff::{SignedDuration, Timestamp};

/// A clock that stands still until it is moved.
pub struct HandClock(Mutex<Timestamp>);

impl HandClock {
    /// Shows `now`.
    pub fn at(now: Timestamp) -> Self {
        Self(Mutex::new(now))
    }

    /// Moves on.
    pub fn advance(&self, by: SignedDuration) {
        let mut now = self.0.lock().expect("no test panics while it moves the clock");
        *now = now.checked_add(by).expect("tests stay within the calendar");
    }
}

impl Clock for HandClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().expect("no test panics while it moves the clock")
    }
}
