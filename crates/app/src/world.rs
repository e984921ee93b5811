//! The one place where the system is asked for time and chance.

use askpro_domain::ids::{Chance, Clock};
use jiff::Timestamp;

/// The system's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the clock that everything else is given")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// The system's random bytes.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemChance;

impl Chance for SystemChance {
    fn fill(&self, bytes: &mut [u8]) {
        // Without random bytes there are no safe ids, keys or nonces: stopping is right.
        getrandom::fill(bytes).expect("the operating system gives random bytes");
    }
}
