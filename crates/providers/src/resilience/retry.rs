//! When something is tried again inside one request of a caller.

use std::time::Duration;

use askpro_domain::ids::Chance;

/// Tries of one idempotent request, the first included.
pub(super) const TRIES_AT_MOST: u32 = 3;

const FIRST_PAUSE: Duration = Duration::from_millis(100);

/// How long to wait before try `next` (from 2): full jitter, so that many callers
/// do not come back at the same moment. Between a tenth and all of a pause that
/// doubles.
pub(super) fn pause(next: u32, chance: &dyn Chance) -> Duration {
    let ceiling = FIRST_PAUSE * 2_u32.saturating_pow(next.saturating_sub(2).min(6));
    let mut byte = [0; 1];
    chance.fill(&mut byte);
    ceiling.mul_f64(0.1 + 0.9 * f64::from(byte[0]) / 255.0)
}

#[cfg(test)]
mod tests {
    use askpro_domain::ids::SeededChance;

    use super::*;

    #[test]
    fn pauses_double_and_differ() {
        let chance = SeededChance::new(7);
        for (next, ceiling) in [(2, 100), (3, 200), (4, 400)] {
            let drawn: Vec<Duration> = (0..50).map(|_| pause(next, &chance)).collect();
            let (least, most) = (drawn.iter().min().unwrap(), drawn.iter().max().unwrap());
            assert!(*most <= Duration::from_millis(ceiling), "{most:?}");
            assert!(*least >= Duration::from_millis(ceiling / 10), "{least:?}");
            assert!(*most > *least * 2, "many callers would come back together");
        }
    }
}
