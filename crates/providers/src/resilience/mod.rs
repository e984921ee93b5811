//! One policy around every request to a provider, whoever makes it.
//!
//! A [`Line`] is the way to one provider for one connection. A request passes, in
//! this order: the breaker's gate, a place among those under way, a token of the
//! connection's budget, the breaker's leave; then it is sent, for no longer than
//! its caller waits, and again where that can do no harm. [`Lines`] keeps them all
//! and says what they have seen; [`evidence`] reads from it how a provider does.
//!
//! Nothing here knows what is asked of a provider. Time is tokio's, so that a
//! simulation may pause and move it.

mod budget;
pub mod evidence;
mod gauge;
mod line;
mod lines;
mod retry;

use std::time::Duration;

use askpro_domain::breaker::BreakerConfig;

pub use self::{
    budget::{Budget, Grant, LEASE_VALID, Leasing, Unlimited},
    gauge::{Change, Counts, Seen, Trouble},
    line::{Asked, Line},
    lines::{LineId, Lines, Service, Shown},
};
use crate::transport::Reply;

/// For whom a request is made: whoever is on the phone comes first.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Urgency {
    /// Somebody on the phone waits for it.
    Call,
    /// Nobody waits.
    Background,
}

/// How long may be waited, and for whom.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Terms {
    /// Everything together: waiting for a place, sending, trying again.
    pub patience: Duration,
    /// For whom.
    pub urgency: Urgency,
}

impl Terms {
    /// For somebody on the phone.
    pub fn call(patience: Duration) -> Self {
        Self { patience, urgency: Urgency::Call }
    }

    /// For work that nobody waits for.
    pub fn background(patience: Duration) -> Self {
        Self { patience, urgency: Urgency::Background }
    }
}

/// The numbers of a connection's line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limits {
    /// When it is left alone.
    pub breaker: BreakerConfig,
    /// Requests under way at once.
    pub at_once: u32,
    /// Requests a minute, over all replicas. Background work may use half.
    pub per_minute: u32,
}

impl Default for Limits {
    /// Cal.com allows 120 a minute and key. Ten are kept for what arrives there
    /// later than it was sent.
    fn default() -> Self {
        Self { breaker: BreakerConfig::default(), at_once: 16, per_minute: 110 }
    }
}

/// Why a request was not made: nothing happened there.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum NotAsked {
    /// The provider is in trouble and left alone.
    Open,
    /// The provider asked for a pause.
    Paused,
    /// Too many requests are under way already.
    Crowded,
    /// The minute's requests are used up.
    Spent,
    /// Its caller had no time left.
    Late,
}

impl NotAsked {
    /// Every reason.
    pub const ALL: [Self; 5] = [Self::Open, Self::Paused, Self::Crowded, Self::Spent, Self::Late];

    /// The word for it in metrics and answers.
    pub fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Paused => "paused",
            Self::Crowded => "crowded",
            Self::Spent => "spent",
            Self::Late => "late",
        }
    }
}

/// Why there is no answer that could be used.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Failure {
    /// Nothing was sent.
    NotAsked {
        /// Why.
        because: NotAsked,
        /// For how long there is no use in asking again, where that is known.
        wait: Option<Duration>,
    },
    /// There was no connection: nothing happened there.
    Unreachable,
    /// It was sent, and nothing that can be read came back: it may have happened.
    Unanswered,
    /// It was answered, with a status that is no success.
    Refused {
        /// The HTTP status.
        status: u16,
        /// How long the provider asks to wait.
        retry_after: Option<Duration>,
        /// The answer.
        reply: Box<ReplyBody>,
    },
}

/// The bytes of an answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ReplyBody(pub Vec<u8>);

/// The longest pause that is believed.
const PAUSE_AT_MOST: Duration = Duration::from_secs(600);

/// The pause after a 429 that names none.
const PAUSE_UNNAMED: Duration = Duration::from_secs(30);

/// A reset time above this is a moment since 1970, below it a number of seconds.
const EPOCH_FROM: u64 = 1_000_000_000;

/// How long a provider asks to be left alone: `Retry-After` in seconds, else the
/// time until its window begins again. Both are claimed by different sources.
fn asked_to_wait(reply: &Reply) -> Option<Duration> {
    let number = |name: &str| -> Option<u64> {
        reply.headers().get(name).and_then(|value| value.to_str().ok()?.trim().parse().ok())
    };
    number("retry-after")
        .or_else(|| number("x-ratelimit-reset-default").filter(|seconds| *seconds < EPOCH_FROM))
        .map(|seconds| Duration::from_secs(seconds).min(PAUSE_AT_MOST))
}
