//! Signing in: what a password must be, how long a session lasts, how long to
//! wait after a wrong attempt, one-time codes, and where a person may be sent
//! afterwards. Everything is decided from its arguments.

mod destination;
mod password;
mod throttle;
mod totp;

use jiff::{SignedDuration, Timestamp};

pub use destination::Destination;
pub use password::{PASSWORD_AT_LEAST, PASSWORD_AT_MOST, Weakness, weakness};
pub use throttle::{Failures, Patience};
pub use totp::{Code, Seed, Step};

/// How far somebody has come in signing in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stage {
    /// The password was right; the second factor's code is awaited.
    Code,
    /// The password was right; a second factor must be set up before anything else.
    Enrolment,
    /// Signed in.
    Full,
}

impl Stage {
    /// The word in the database.
    pub fn word(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Enrolment => "enrolment",
            Self::Full => "full",
        }
    }

    /// The stage of a word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Code, Self::Enrolment, Self::Full].into_iter().find(|stage| stage.word() == word)
    }

    /// How long a session of this stage lives at most, however busy it is. A
    /// working day; or as long as finding one's telephone takes.
    pub fn longest_life(self) -> SignedDuration {
        match self {
            Self::Code => SignedDuration::from_mins(10),
            Self::Enrolment => SignedDuration::from_mins(30),
            Self::Full => SignedDuration::from_hours(12),
        }
    }

    /// What somebody reaches whose password was right.
    pub fn after_password(has_second_factor: bool, needs_second_factor: bool) -> Self {
        match (has_second_factor, needs_second_factor) {
            (true, _) => Self::Code,
            (false, true) => Self::Enrolment,
            (false, false) => Self::Full,
        }
    }
}

/// After this long without a request a session is over.
pub const IDLE_AT_MOST: SignedDuration = SignedDuration::from_hours(2);

/// Sightings closer together than this are not written down: reading a page
/// shall not cost a write.
pub const SEEN_EVERY: SignedDuration = SignedDuration::from_mins(1);

/// Wrong codes after which the password must be given again.
pub const WRONG_CODES_AT_MOST: u32 = 5;

/// Whether a session still holds at `now`.
pub fn holds(last_seen_at: Timestamp, expires_at: Timestamp, now: Timestamp) -> bool {
    now < expires_at && now.duration_since(last_seen_at) < IDLE_AT_MOST
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_ends_by_idleness_and_by_age() {
        let start: Timestamp = "2026-11-23T08:00:00Z".parse().unwrap();
        let ends = start + Stage::Full.longest_life();
        assert!(holds(start, ends, start + SignedDuration::from_mins(119)));
        assert!(!holds(start, ends, start + SignedDuration::from_mins(120)), "idle");
        let busy = ends - SignedDuration::from_secs(1);
        assert!(holds(busy, ends, busy));
        assert!(!holds(busy, ends, ends), "too old, however busy");
    }

    #[test]
    fn words_of_stages_read_back() {
        for stage in [Stage::Code, Stage::Enrolment, Stage::Full] {
            assert_eq!(Stage::parse(stage.word()), Some(stage));
        }
        assert_eq!(Stage::parse("FULL"), None);
    }
}
