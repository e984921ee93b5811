//! How a provider does, by what its lines have seen. One company's line can fail
//! for reasons of its own; a provider is in trouble where more lines fail than
//! worked since they began to.

use std::time::Duration;

use askpro_domain::breaker::BreakerState;

use super::{Seen, Trouble};

/// A line that was not used for this long says nothing about a pause.
const RECENT: Duration = Duration::from_secs(60);

/// What is known of a provider.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Standing {
    /// As of a breaker.
    pub state: BreakerState,
    /// Failures in a row, over all lines.
    pub failures: u32,
    /// For how long lines have been failing, where the provider is in trouble.
    pub failing_for: Option<Duration>,
    /// What was wrong most often.
    pub trouble: Option<Trouble>,
    /// Lines there are, and how many of them are left alone.
    pub lines: usize,
    /// Those of them whose breaker is open or half open.
    pub failing: usize,
}

/// Reads it from what the lines of one provider have seen until `now`.
pub fn standing(lines: &[Seen], now: Duration) -> Standing {
    let is_failing = |line: &&Seen| matches!(line.state, BreakerState::Open | BreakerState::HalfOpen);
    let failing: Vec<&Seen> = lines.iter().filter(is_failing).collect();
    let since = failing.iter().filter_map(|line| line.failing_since).min();
    let healthy = lines
        .iter()
        .filter(|line| !is_failing(line))
        .filter(|line| line.last_ok.is_some_and(|at| since.is_none_or(|since| at >= since)))
        .count();
    let is_in_trouble = failing.len() > healthy;
    let state = if is_in_trouble {
        let trying = failing.iter().filter(|line| line.state == BreakerState::HalfOpen).count();
        if 2 * trying >= failing.len() { BreakerState::HalfOpen } else { BreakerState::Open }
    } else {
        let used: Vec<&Seen> =
            lines.iter().filter(|line| now.saturating_sub(line.last_used) < RECENT).collect();
        let paused = used.iter().filter(|line| line.state == BreakerState::Paused).count();
        if paused > 0 && paused == used.len() { BreakerState::Paused } else { BreakerState::Closed }
    };
    Standing {
        state,
        failures: lines.iter().map(|line| line.failures).fold(0, u32::saturating_add),
        failing_for: since.filter(|_| is_in_trouble).map(|since| now.saturating_sub(since)),
        trouble: is_in_trouble.then(|| most_frequent(&failing)).flatten(),
        lines: lines.len(),
        failing: failing.len(),
    }
}

fn most_frequent(lines: &[&Seen]) -> Option<Trouble> {
    let mut troubles: Vec<Trouble> = lines.iter().filter_map(|line| line.trouble).collect();
    troubles.sort();
    let count = |trouble: &Trouble| troubles.iter().filter(|other| *other == trouble).count();
    troubles.iter().copied().max_by_key(count)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resilience::Counts;

    const NOW: Duration = Duration::from_secs(1_000);

    fn line(state: BreakerState, failing_since: Option<u64>, last_ok: Option<u64>) -> Seen {
        Seen {
            state,
            failures: if failing_since.is_some() { 5 } else { 0 },
            failing_since: failing_since.map(Duration::from_secs),
            last_ok: last_ok.map(Duration::from_secs),
            last_used: NOW,
            trouble: failing_since.map(|_| Trouble::Status(503)),
            key_refused: false,
            counts: Counts::default(),
        }
    }

    fn state(lines: &[Seen]) -> BreakerState {
        standing(lines, NOW).state
    }

    #[test]
    fn one_line_of_many_that_work_is_no_outage() {
        let failing = line(BreakerState::Open, Some(950), Some(900));
        let works = line(BreakerState::Closed, None, Some(990));
        let idle = line(BreakerState::Closed, None, Some(940));
        assert_eq!(state(&[failing, works]), BreakerState::Closed);
        // Who worked only before the trouble began is no witness against it.
        assert_eq!(state(&[failing, idle]), BreakerState::Open);
        assert_eq!(state(&[failing]), BreakerState::Open);
        assert_eq!(state(&[failing, failing, works]), BreakerState::Open);
        assert_eq!(state(&[]), BreakerState::Closed);
    }

    #[test]
    fn trials_show_as_half_open_and_a_pause_as_a_pause() {
        let (open, trying) =
            (line(BreakerState::Open, Some(950), None), line(BreakerState::HalfOpen, Some(950), None));
        assert_eq!(state(&[open, trying]), BreakerState::HalfOpen);
        assert_eq!(state(&[open, open, trying]), BreakerState::Open);
        let (paused, works) =
            (line(BreakerState::Paused, None, Some(900)), line(BreakerState::Closed, None, Some(999)));
        assert_eq!(state(&[paused]), BreakerState::Paused);
        assert_eq!(state(&[paused, works]), BreakerState::Closed);
    }

    #[test]
    fn it_says_since_when_and_why() {
        let failing = line(BreakerState::Open, Some(950), None);
        let standing = standing(&[failing], NOW);
        assert_eq!(standing.failing_for, Some(Duration::from_secs(50)));
        assert_eq!(standing.trouble, Some(Trouble::Status(503)));
        assert_eq!((standing.failures, standing.failing), (5, 1));
    }
}
