//! When a provider is left alone: the decision only, as a machine that is told
//! when calls start and end.
//!
//! Whoever makes calls keeps one [`Breaker`] per provider and connection, asks
//! [`Breaker::start`] before each call and reports its end with the ticket it
//! was given. The replay of recorded calls uses it in the same way.
//!
//! Times are durations since any fixed moment, the same for all calls of one
//! breaker; a monotonic clock since the start of the process is meant, so that
//! a clock that is set back neither shortens nor prolongs an outage. They must
//! not run backwards; a time before one already seen is answered as if nothing
//! had happened in between.

use std::time::Duration;

/// The numbers of a breaker. Zero counts as one everywhere but in `open_for`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BreakerConfig {
    /// Failures in a row that open it.
    pub failure_threshold: u32,
    /// How long it then lets nothing through.
    pub open_for: Duration,
    /// Trials under way at once while half open.
    pub half_open_max_calls: u32,
    /// Successful trials that close it again.
    pub success_threshold: u32,
}

impl Default for BreakerConfig {
    /// 5 failures, 60 seconds, 2 trials at once, 2 successes.
    fn default() -> Self {
        Self {
            failure_threshold: 5,
            open_for: Duration::from_secs(60),
            half_open_max_calls: 2,
            success_threshold: 2,
        }
    }
}

/// How a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallOutcome {
    /// The provider did what was asked.
    Ok,
    /// The provider failed (5xx, broken answer, no connection).
    Error,
    /// No answer in time.
    Timeout,
    /// Our request was at fault (4xx), or nobody waited for the answer: says
    /// nothing about the provider.
    ClientError,
    /// The provider asks us to slow down (429).
    RateLimited {
        /// How long it wants to be left alone; zero is no pause.
        retry_after: Duration,
    },
}

/// What is shown of a breaker at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BreakerState {
    /// Calls pass.
    Closed,
    /// The provider is in trouble; nothing passes.
    Open,
    /// A few trials pass.
    HalfOpen,
    /// The provider asked for a pause; nothing passes, and it is not in trouble.
    Paused,
}

impl BreakerState {
    /// The word for it in answers and pages.
    pub fn word(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::Open => "open",
            Self::HalfOpen => "half_open",
            Self::Paused => "paused",
        }
    }
}

/// Leave to make one call, to be given back with its outcome. It remembers the
/// period in which the call started: what ends in a later one no longer counts.
#[derive(Debug, PartialEq, Eq)]
#[must_use = "a trial's place stays taken until its call is ended"]
pub struct CallTicket {
    period: u64,
}

/// A call that was not let through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CallRefused {
    /// What was shown at that moment: open, paused, or half open with all places taken.
    pub state: BreakerState,
    /// Before this time no call will pass; `None` where it depends on trials under way.
    pub not_before: Option<Duration>,
}

/// Each entry into one of these begins a new period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Period {
    Closed { failures_in_a_row: u32 },
    Open { until: Duration },
    HalfOpen { under_way: u32, successes: u32 },
}

/// The state machine of one provider connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Breaker {
    config: BreakerConfig,
    period: Period,
    number: u64,
    paused_until: Duration,
}

impl Breaker {
    /// A closed breaker.
    pub fn new(config: BreakerConfig) -> Self {
        let period = Period::Closed { failures_in_a_row: 0 };
        Self { config, period, number: 0, paused_until: Duration::ZERO }
    }

    /// Asks to make a call at `at`.
    pub fn start(&mut self, at: Duration) -> Result<CallTicket, CallRefused> {
        self.settle(at);
        let state = self.state(at);
        let not_before = match self.period {
            Period::Open { until } => Some(until.max(self.paused_until)),
            _ if at < self.paused_until => Some(self.paused_until),
            Period::HalfOpen { under_way, .. } if under_way >= self.config.half_open_max_calls.max(1) => None,
            Period::HalfOpen { ref mut under_way, .. } => {
                *under_way += 1;
                return Ok(CallTicket { period: self.number });
            }
            Period::Closed { .. } => return Ok(CallTicket { period: self.number }),
        };
        Err(CallRefused { state, not_before })
    }

    /// Reports that a call ended at `at`. Ends are reported in the order in which
    /// they happened, and before a start at the same time.
    pub fn end(&mut self, ticket: CallTicket, outcome: CallOutcome, at: Duration) {
        self.settle(at);
        // What the provider asks for holds whenever it asked.
        if let CallOutcome::RateLimited { retry_after } = outcome {
            self.paused_until = self.paused_until.max(at.saturating_add(retry_after));
        }
        if ticket.period != self.number {
            return;
        }
        match &mut self.period {
            Period::Closed { failures_in_a_row } => match outcome {
                CallOutcome::Ok => *failures_in_a_row = 0,
                CallOutcome::Error | CallOutcome::Timeout => {
                    *failures_in_a_row += 1;
                    if *failures_in_a_row >= self.config.failure_threshold.max(1) {
                        self.open(at);
                    }
                }
                CallOutcome::ClientError | CallOutcome::RateLimited { .. } => {}
            },
            Period::HalfOpen { under_way, successes } => {
                *under_way = under_way.saturating_sub(1);
                match outcome {
                    CallOutcome::Ok => {
                        *successes += 1;
                        if *successes >= self.config.success_threshold.max(1) {
                            self.enter(Period::Closed { failures_in_a_row: 0 });
                        }
                    }
                    CallOutcome::Error | CallOutcome::Timeout => self.open(at),
                    CallOutcome::ClientError | CallOutcome::RateLimited { .. } => {}
                }
            }
            // No call starts in an open period.
            Period::Open { .. } => {}
        }
    }

    /// What is shown at `at`: open if open, else paused while a pause lasts.
    pub fn state(&self, at: Duration) -> BreakerState {
        match self.period {
            Period::Open { until } if at < until => BreakerState::Open,
            _ if at < self.paused_until => BreakerState::Paused,
            Period::Closed { .. } => BreakerState::Closed,
            Period::Open { .. } | Period::HalfOpen { .. } => BreakerState::HalfOpen,
        }
    }

    /// Failures in a row while closed, else 0.
    pub fn failures_in_a_row(&self) -> u32 {
        match self.period {
            Period::Closed { failures_in_a_row } => failures_in_a_row,
            _ => 0,
        }
    }

    /// Half open begins by the mere passing of time.
    fn settle(&mut self, at: Duration) {
        if let Period::Open { until } = self.period
            && until <= at
        {
            self.enter(Period::HalfOpen { under_way: 0, successes: 0 });
        }
    }

    fn open(&mut self, at: Duration) {
        self.enter(Period::Open { until: at.saturating_add(self.config.open_for) });
    }

    fn enter(&mut self, period: Period) {
        self.period = period;
        self.number += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn s(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    fn opened() -> Breaker {
        let mut breaker = Breaker::new(BreakerConfig::default());
        for second in 0..5 {
            let ticket = breaker.start(s(second)).unwrap();
            breaker.end(ticket, CallOutcome::Timeout, s(second));
        }
        breaker
    }

    #[test]
    fn a_refusal_says_when_to_come_back() {
        let mut breaker = opened();
        assert_eq!(
            breaker.start(s(10)),
            Err(CallRefused { state: BreakerState::Open, not_before: Some(s(64)) })
        );
        let (_one, _two) = (breaker.start(s(64)).unwrap(), breaker.start(s(64)).unwrap());
        assert_eq!(
            breaker.start(s(65)),
            Err(CallRefused { state: BreakerState::HalfOpen, not_before: None })
        );
    }

    #[test]
    fn a_call_from_before_the_outage_neither_closes_nor_reopens() {
        let mut breaker = Breaker::new(BreakerConfig::default());
        let (slow_ok, slow_error) = (breaker.start(s(0)).unwrap(), breaker.start(s(0)).unwrap());
        for _ in 0..5 {
            let ticket = breaker.start(s(1)).unwrap();
            breaker.end(ticket, CallOutcome::Error, s(1));
        }
        breaker.end(slow_ok, CallOutcome::Ok, s(62));
        breaker.end(slow_error, CallOutcome::Error, s(62));
        assert_eq!(breaker.state(s(62)), BreakerState::HalfOpen);
    }

    #[test]
    fn the_longest_pause_wins_and_is_no_failure() {
        let mut breaker = Breaker::new(BreakerConfig::default());
        let (one, two) = (breaker.start(s(0)).unwrap(), breaker.start(s(0)).unwrap());
        breaker.end(one, CallOutcome::RateLimited { retry_after: s(30) }, s(1));
        breaker.end(two, CallOutcome::RateLimited { retry_after: s(5) }, s(2));
        assert_eq!(breaker.state(s(30)), BreakerState::Paused);
        assert_eq!(breaker.state(s(31)), BreakerState::Closed);
        assert_eq!(breaker.failures_in_a_row(), 0);
    }

    #[test]
    fn absurd_times_do_not_overflow() {
        let mut breaker = Breaker::new(BreakerConfig {
            open_for: Duration::MAX,
            failure_threshold: 0,
            ..BreakerConfig::default()
        });
        let ticket = breaker.start(Duration::MAX).unwrap();
        breaker.end(ticket, CallOutcome::RateLimited { retry_after: Duration::MAX }, Duration::MAX);
        let ticket = breaker.start(Duration::MAX).unwrap();
        breaker.end(ticket, CallOutcome::Error, Duration::MAX);
        assert_eq!(breaker.state(s(1)), BreakerState::Open);
    }
}
