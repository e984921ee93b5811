//! What a line has seen: the breaker, counts, and why it was last in trouble.

use std::time::Duration;

use askpro_domain::breaker::{Breaker, BreakerConfig, BreakerState, CallOutcome, CallRefused, CallTicket};

use super::NotAsked;

/// What was wrong with the provider, last.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Trouble {
    /// No answer in time.
    Timeout,
    /// No connection.
    Unreachable,
    /// A connection that ended without an answer, or an answer that is none.
    Unreadable,
    /// A status from 500, or 408.
    Status(u16),
}

impl Trouble {
    /// A few words for it.
    pub fn words(self) -> String {
        match self {
            Self::Timeout => "no answer in time".into(),
            Self::Unreachable => "no connection".into(),
            Self::Unreadable => "no readable answer".into(),
            Self::Status(status) => format!("status {status}"),
        }
    }
}

/// How often what happened, since the process began.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Counts {
    /// The provider did it.
    pub ok: u64,
    /// It failed, or could not be reached or understood.
    pub failed: u64,
    /// It gave no answer in time.
    pub timed_out: u64,
    /// It refused what we asked.
    pub refused: u64,
    /// Among the refused: it did not accept our key.
    pub key_refused: u64,
    /// It asked us to slow down.
    pub throttled: u64,
    /// Not asked, in the order of [`NotAsked::ALL`].
    pub not_asked: [u64; 5],
    /// How often it was left alone.
    pub opened: u64,
}

/// What is shown of a line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Seen {
    /// The breaker's state.
    pub state: BreakerState,
    /// Failures since the last success.
    pub failures: u32,
    /// When the present row of failures began.
    pub failing_since: Option<Duration>,
    /// When it last did what was asked.
    pub last_ok: Option<Duration>,
    /// When it was last asked, or would have been.
    pub last_used: Duration,
    /// What was wrong last.
    pub trouble: Option<Trouble>,
    /// Whether the last answer was that our key is refused.
    pub key_refused: bool,
    /// Counts.
    pub counts: Counts,
}

/// That a breaker went from one state to another.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Change {
    /// Before.
    pub from: BreakerState,
    /// After.
    pub to: BreakerState,
    /// What was wrong last.
    pub trouble: Option<Trouble>,
}

pub(super) struct Gauge {
    breaker: Breaker,
    shown: BreakerState,
    failures: u32,
    failing_since: Option<Duration>,
    last_ok: Option<Duration>,
    last_used: Duration,
    trouble: Option<Trouble>,
    key_refused: bool,
    counts: Counts,
}

/// How a request ended, for the gauge.
pub(super) struct Ended {
    pub(super) outcome: CallOutcome,
    pub(super) trouble: Option<Trouble>,
    pub(super) key_refused: bool,
}

impl Gauge {
    pub(super) fn new(config: BreakerConfig) -> Self {
        Self {
            breaker: Breaker::new(config),
            shown: BreakerState::Closed,
            failures: 0,
            failing_since: None,
            last_ok: None,
            last_used: Duration::ZERO,
            trouble: None,
            key_refused: false,
            counts: Counts::default(),
        }
    }

    /// Whether asking is of any use now; takes no trial's place.
    pub(super) fn gate(&mut self, at: Duration) -> Result<(), CallRefused> {
        self.last_used = at;
        match self.breaker.state(at) {
            BreakerState::Closed | BreakerState::HalfOpen => Ok(()),
            // Nothing passes in these states, so no place is taken.
            BreakerState::Open | BreakerState::Paused => self.breaker.start(at).map(drop),
        }
    }

    pub(super) fn start(&mut self, at: Duration) -> Result<CallTicket, CallRefused> {
        self.last_used = at;
        self.breaker.start(at)
    }

    pub(super) fn end(&mut self, ticket: CallTicket, ended: &Ended, at: Duration) {
        self.breaker.end(ticket, ended.outcome, at);
        self.key_refused = ended.key_refused;
        match ended.outcome {
            CallOutcome::Ok => {
                (self.failures, self.failing_since, self.last_ok) = (0, None, Some(at));
                self.counts.ok += 1;
            }
            CallOutcome::Error | CallOutcome::Timeout => {
                self.failures = self.failures.saturating_add(1);
                self.failing_since.get_or_insert(at);
                self.trouble = ended.trouble;
                if ended.outcome == CallOutcome::Timeout {
                    self.counts.timed_out += 1;
                } else {
                    self.counts.failed += 1;
                }
            }
            CallOutcome::ClientError => {
                self.counts.refused += 1;
                self.counts.key_refused += u64::from(ended.key_refused);
            }
            CallOutcome::RateLimited { .. } => self.counts.throttled += 1,
        }
    }

    pub(super) fn not_asked(&mut self, because: NotAsked) {
        let index = NotAsked::ALL.iter().position(|one| *one == because).unwrap_or(0);
        self.counts.not_asked[index] += 1;
    }

    /// What changed since it was last looked; states that nobody saw in between
    /// are left out.
    pub(super) fn change(&mut self, at: Duration) -> Option<Change> {
        let (from, to) = (self.shown, self.breaker.state(at));
        self.shown = to;
        if from == to {
            return None;
        }
        self.counts.opened += u64::from(to == BreakerState::Open);
        Some(Change { from, to, trouble: self.trouble })
    }

    pub(super) fn seen(&self, at: Duration) -> Seen {
        Seen {
            state: self.breaker.state(at),
            failures: self.failures,
            failing_since: self.failing_since,
            last_ok: self.last_ok,
            last_used: self.last_used,
            trouble: self.trouble,
            key_refused: self.key_refused,
            counts: self.counts,
        }
    }
}
