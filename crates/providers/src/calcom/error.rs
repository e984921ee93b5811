//! What a failure at Cal.com means for us.

use std::time::Duration;

use crate::resilience::{Failure, NotAsked};

/// Why Cal.com did not do what it was asked. Each says what to do next.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Error {
    /// The time is taken there: offer another one.
    #[error("Cal.com says that the time is taken")]
    SlotGone,
    /// It may or may not have happened: look before trying again, and not before
    /// the first attempt must have ended.
    #[error("Cal.com did not answer in time")]
    Unknown,
    /// It is in trouble and has certainly ended the request: look, then try again.
    #[error("Cal.com is in trouble: {0}")]
    Trouble(String),
    /// It was not reached at all: nothing happened there; try again.
    #[error("Cal.com cannot be reached")]
    Unreachable,
    /// We did not ask: it is being left alone, or our requests are used up. Nothing
    /// happened there; wait.
    #[error("Cal.com was not asked ({})", because.word())]
    NotAsked {
        /// Why.
        because: NotAsked,
        /// For how long there is no use in asking, where that is known.
        wait: Option<Duration>,
    },
    /// Too many requests: wait.
    #[error("Cal.com asks to wait")]
    Throttled {
        /// For how long, where it said so.
        retry_after: Option<Duration>,
    },
    /// It does not accept our key: a person must give a new one.
    #[error("Cal.com does not accept the key")]
    KeyRefused,
    /// It refuses this request for good: a person must look.
    #[error("Cal.com refuses the request with {status}")]
    Refused {
        /// The HTTP status.
        status: u16,
    },
}

/// Sentences of Cal.com that mean: this time cannot be had (any more). Lower case.
/// It has no code for that; every one was read in its source or its issues.
const SLOT_GONE: [&str; 6] = [
    "already has booking at this time or is not available",
    "can't be booked at the \"start\" time",
    "attempting to book a meeting in the past",
    "can't reserve a slot",
    "time slot is already reserved",
    "no longer available",
];

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::NotAsked { because, wait } => Self::NotAsked { because, wait },
            Failure::Unreachable => Self::Unreachable,
            Failure::Unanswered => Self::Unknown,
            Failure::Refused { status, retry_after, reply } => from_answer(status, retry_after, &reply.0),
        }
    }
}

/// Reads an answer that is not a success.
fn from_answer(status: u16, retry_after: Option<Duration>, body: &[u8]) -> Error {
    match status {
        429 => Error::Throttled { retry_after },
        401 | 403 => Error::KeyRefused,
        409 | 422 => Error::SlotGone,
        400 => {
            let text = String::from_utf8_lossy(&body[..body.len().min(4_096)]).to_lowercase();
            if SLOT_GONE
                .iter()
                .any(|sentence| text.contains(&sentence.replace('"', "\\\"")) || text.contains(sentence))
            {
                Error::SlotGone
            } else {
                Error::Refused { status }
            }
        }
        500..=599 | 408 => Error::Trouble(format!("status {status}")),
        _ => Error::Refused { status },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_mean_slot_gone_is_treated_as_that() {
        let refusal = |message: &str| {
            let body = serde_json::json!({"status":"error","error":{"message": message}}).to_string();
            from_answer(400, None, body.as_bytes())
        };
        for message in [
            "User either already has booking at this time or is not available",
            "One of the hosts either already has booking at this time or is not available",
            "The event type can't be booked at the \"start\" time provided.",
            "Attempting to book a meeting in the past.",
        ] {
            assert_eq!(refusal(message), Error::SlotGone, "{message}");
        }
        assert_eq!(refusal("attendee.email must be an email"), Error::Refused { status: 400 });
        assert_eq!(from_answer(409, None, b""), Error::SlotGone);
        assert_eq!(from_answer(503, None, b"<html>"), Error::Trouble("status 503".into()));
        assert_eq!(from_answer(401, None, b""), Error::KeyRefused);
    }
}
