use std::sync::Mutex;

use askpro_domain::ids::{Chance, Clock};
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

/// Bytes that repeat with the seed (SplitMix64).
pub struct SeededChance(Mutex<u64>);

impl SeededChance {
    /// Chance from a seed.
    pub fn new(seed: u64) -> Self {
        Self(Mutex::new(seed))
    }

    /// A number below `bound`.
    pub fn below(&self, bound: u64) -> u64 {
        let mut bytes = [0; 8];
        self.fill(&mut bytes);
        u64::from_be_bytes(bytes) % bound.max(1)
    }
}

impl Chance for SeededChance {
    fn fill(&self, bytes: &mut [u8]) {
        let mut state = self.0.lock().expect("no test panics while it draws");
        for chunk in bytes.chunks_mut(8) {
            *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut mixed = *state;
            mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            let value = (mixed ^ (mixed >> 31)).to_be_bytes();
            chunk.copy_from_slice(&value[..chunk.len()]);
        }
    }
}
