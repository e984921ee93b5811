//! A clock that does not believe every jump of the machine's.
//!
//! Somebody sets the clock, a virtual machine wakes up, a time server corrects an
//! hour: calls, leases and sessions must not notice. Time that has passed is
//! measured by the monotonic clock; the machine's is followed while both agree,
//! and after a jump only when it has stayed where it is for a while.

use std::sync::Mutex;

use askpro_domain::ids::Clock;
use jiff::{SignedDuration, Timestamp};
use tokio::time::Instant;

use crate::SystemClock;

/// A difference that is drift and no jump; time servers step by less.
const DRIFT: SignedDuration = SignedDuration::from_secs(5);

/// How long after a jump the machine's clock is believed again.
const BELIEVED_AFTER: SignedDuration = SignedDuration::from_mins(10);

/// The system's clock, without its jumps.
pub struct SteadyClock<C = SystemClock> {
    wall: C,
    known: Mutex<Option<Known>>,
}

#[derive(Clone, Copy)]
struct Known {
    /// What the time was, and when that was.
    time: Timestamp,
    at: Instant,
    /// Since when the machine's clock shows another time, and by how much.
    jumped: Option<(Instant, SignedDuration)>,
}

impl Default for SteadyClock {
    fn default() -> Self {
        Self::over(SystemClock)
    }
}

impl<C: Clock> SteadyClock<C> {
    /// Follows another clock.
    pub fn over(wall: C) -> Self {
        Self { wall, known: Mutex::new(None) }
    }

    /// The time, and by how much the machine's clock differs while that is in doubt.
    fn look(&self) -> (Timestamp, Option<SignedDuration>) {
        let (wall, at) = (self.wall.now(), Instant::now());
        let mut known = self.known.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let agreed = Known { time: wall, at, jumped: None };
        let Some(last) = *known else {
            *known = Some(agreed);
            return (wall, None);
        };
        let passed = SignedDuration::try_from(at.saturating_duration_since(last.at)).unwrap_or_default();
        let steady = last.time.checked_add(passed).unwrap_or(wall);
        let off = wall.duration_since(steady);
        if off.abs() <= DRIFT {
            *known = Some(agreed);
            return (wall, None);
        }
        // Another jump begins the wait anew.
        let is_same = |(_, before): &(Instant, SignedDuration)| (off - *before).abs() <= DRIFT;
        let (since, _) = last.jumped.filter(is_same).unwrap_or_else(|| {
            tracing::error!(seconds = off.as_secs(), "the machine's clock jumped; it is not believed yet");
            (at, off)
        });
        let waited = SignedDuration::try_from(at.saturating_duration_since(since)).unwrap_or_default();
        if waited >= BELIEVED_AFTER {
            tracing::warn!(
                seconds = off.as_secs(),
                "the machine's clock has kept its new time and is believed"
            );
            *known = Some(agreed);
            return (wall, None);
        }
        *known = Some(Known { jumped: Some((since, off)), ..last });
        (steady, Some(off))
    }
}

impl<C: Clock> Clock for SteadyClock<C> {
    fn now(&self) -> Timestamp {
        self.look().0
    }

    fn in_doubt(&self) -> Option<SignedDuration> {
        self.look().1
    }
}

#[cfg(test)]
mod tests {
    use std::{sync::Arc, time::Duration};

    use super::*;

    /// Shows the time that passes, and what it was set wrong by.
    struct Settable(Instant, Arc<Mutex<SignedDuration>>);

    impl Clock for Settable {
        fn now(&self) -> Timestamp {
            let passed = SignedDuration::try_from(self.0.elapsed()).unwrap();
            start() + passed + *self.1.lock().unwrap()
        }
    }

    fn start() -> Timestamp {
        "2026-11-23T08:00:00Z".parse().unwrap()
    }

    fn clock() -> (SteadyClock<Settable>, Arc<Mutex<SignedDuration>>) {
        let wrong_by = Arc::new(Mutex::new(SignedDuration::ZERO));
        let steady = SteadyClock::over(Settable(Instant::now(), wrong_by.clone()));
        assert_eq!(steady.now(), start());
        (steady, wrong_by)
    }

    async fn pass(seconds: u64) {
        tokio::time::advance(Duration::from_secs(seconds)).await;
    }

    #[tokio::test(start_paused = true)]
    async fn a_jump_in_either_direction_is_not_noticed_for_ten_minutes() {
        for hours in [1, -1, 24 * 365] {
            let (steady, wrong_by) = clock();
            pass(60).await;
            *wrong_by.lock().unwrap() = SignedDuration::from_hours(hours);
            assert_eq!(steady.now(), start() + SignedDuration::from_secs(60));
            assert_eq!(steady.in_doubt(), Some(SignedDuration::from_hours(hours)));
            pass(599).await;
            assert_eq!(steady.now(), start() + SignedDuration::from_secs(659));
            pass(1).await;
            let believed = start() + SignedDuration::from_secs(660) + SignedDuration::from_hours(hours);
            assert_eq!(steady.now(), believed);
            assert_eq!(steady.in_doubt(), None);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_clock_that_is_put_right_again_was_never_believed() {
        let (steady, wrong_by) = clock();
        *wrong_by.lock().unwrap() = SignedDuration::from_hours(5);
        pass(300).await;
        assert_eq!(steady.now(), start() + SignedDuration::from_secs(300));
        *wrong_by.lock().unwrap() = SignedDuration::ZERO;
        pass(900).await;
        assert_eq!((steady.now(), steady.in_doubt()), (start() + SignedDuration::from_secs(1_200), None));
    }

    #[tokio::test(start_paused = true)]
    async fn drift_is_followed_and_another_jump_begins_the_wait_anew() {
        let (steady, wrong_by) = clock();
        for second in 1..=20 {
            *wrong_by.lock().unwrap() = SignedDuration::from_secs(second);
            pass(10).await;
            assert_eq!(steady.in_doubt(), None, "{second} s drifted apart slowly");
        }
        *wrong_by.lock().unwrap() = SignedDuration::from_hours(1);
        let _ = steady.now();
        pass(500).await;
        *wrong_by.lock().unwrap() = SignedDuration::from_hours(2);
        let _ = steady.now();
        pass(500).await;
        assert!(steady.in_doubt().is_some(), "the second jump is 500 s old");
    }
}
