//! Until when an appointment may be booked, moved or cancelled.
//!
//! Notice runs to the start that the customer was told: buffers before it are
//! the staff's affair.

use jiff::{SignedDuration, Timestamp, ToSpan, civil::Time, tz::TimeZone};
use serde::{Deserialize, Serialize};

use crate::calendar::local_to_instant;

/// What somebody wants to do with an appointment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Make it.
    Book,
    /// Give it another time.
    Reschedule,
    /// Give it up.
    Cancel,
}

/// A time of day on a day before the appointment, in the branch's zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CutOff {
    /// How many local dates before that of the start; 0 is the same day.
    pub days_before: u16,
    /// The last moment of that day which is early enough.
    pub at: Time,
}

/// How early one kind of change must come. What is `None` is not said here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// Shortest time before the start, in minutes.
    pub minutes: Option<u32>,
    /// Latest time of day on a day before it.
    pub cut_off: Option<CutOff>,
}

/// The notices of a company, a branch or a service.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// For booking.
    pub book: Notice,
    /// For rescheduling: runs to the start that is given up.
    pub reschedule: Notice,
    /// For cancelling.
    pub cancel: Notice,
}

impl Notice {
    /// Nothing is said.
    pub const NONE: Self = Self { minutes: None, cut_off: None };
}

impl Policy {
    /// Nothing is said: every change may come until the start.
    pub const NONE: Self = Self { book: Notice::NONE, reschedule: Notice::NONE, cancel: Notice::NONE };

    /// This policy, completed by a more general one: a service's over its
    /// branch's over its company's. Each notice and each cut-off is taken from
    /// the first that states it.
    #[must_use]
    pub fn over(self, general: Self) -> Self {
        let merged = |special: Notice, general: Notice| Notice {
            minutes: special.minutes.or(general.minutes),
            cut_off: special.cut_off.or(general.cut_off),
        };
        Self {
            book: merged(self.book, general.book),
            reschedule: merged(self.reschedule, general.reschedule),
            cancel: merged(self.cancel, general.cancel),
        }
    }

    fn notice(&self, change: Change) -> Notice {
        match change {
            Change::Book => self.book,
            Change::Reschedule => self.reschedule,
            Change::Cancel => self.cancel,
        }
    }
}

/// Whether a change may be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PolicyDecision {
    /// It may.
    Granted,
    /// It may not, for this reason; a person in the console may do it still.
    Refused(PolicyRefusal),
}

/// Why a change may not be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PolicyRefusal {
    /// The appointment has begun or is over.
    AlreadyStarted,
    /// Too little time is left before it.
    NoticeTooShort {
        /// What is asked for.
        required_minutes: u32,
        /// The last moment at which it would have been granted.
        latest: Timestamp,
    },
    /// The hour of the day until which it is accepted is over.
    AfterCutOff {
        /// What is asked for.
        cut_off: CutOff,
        /// The last moment at which it would have been granted.
        latest: Timestamp,
    },
}

/// Decides over one change of an appointment that begins (or, when booking, is
/// to begin) at `start`. Exactly at the last moment it is granted. A move needs
/// two decisions: [`Change::Reschedule`] for the old start, [`Change::Book`] for
/// the new one.
pub fn decide(
    change: Change,
    policy: &Policy,
    start: Timestamp,
    zone: &TimeZone,
    now: Timestamp,
) -> PolicyDecision {
    if now >= start {
        return PolicyDecision::Refused(PolicyRefusal::AlreadyStarted);
    }
    let notice = policy.notice(change);
    let too_short = notice.minutes.and_then(|required_minutes| {
        let latest =
            start.saturating_sub(SignedDuration::from_mins(i64::from(required_minutes))).unwrap_or(start);
        (now > latest).then_some(PolicyRefusal::NoticeTooShort { required_minutes, latest })
    });
    let after_cut_off = notice.cut_off.and_then(|cut_off| {
        let day = zone.to_datetime(start).date().saturating_sub(i64::from(cut_off.days_before).days());
        let latest = local_to_instant(day.to_datetime(cut_off.at), zone)?;
        (now > latest).then_some(PolicyRefusal::AfterCutOff { cut_off, latest })
    });
    // The earlier deadline is the one to tell: keeping only the other would not have helped.
    let refusal = match (too_short, after_cut_off) {
        (Some(notice), Some(cut_off)) => {
            Some(if notice.latest() <= cut_off.latest() { notice } else { cut_off })
        }
        (one, other) => one.or(other),
    };
    refusal.map_or(PolicyDecision::Granted, PolicyDecision::Refused)
}

impl PolicyRefusal {
    /// The last moment at which it would have been granted, where there was one.
    pub fn latest(self) -> Option<Timestamp> {
        match self {
            Self::AlreadyStarted => None,
            Self::NoticeTooShort { latest, .. } | Self::AfterCutOff { latest, .. } => Some(latest),
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::time;

    use super::*;
    use crate::calendar::zone;

    const DAY: u32 = 1440;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn cancelling(minutes: Option<u32>, cut_off: Option<CutOff>) -> Policy {
        Policy { cancel: Notice { minutes, cut_off }, ..Policy::default() }
    }

    fn decided(policy: &Policy, now: &str) -> PolicyDecision {
        let berlin = zone("Europe/Berlin").unwrap();
        decide(Change::Cancel, policy, at("2026-10-26T09:00:00+01:00"), &berlin, at(now))
    }

    #[test]
    fn the_last_moment_is_early_enough_and_notice_is_elapsed_time() {
        let policy = cancelling(Some(DAY), None);
        // Clocks went back on the 25th: a day before is 09:00 standard time, not summer time.
        assert_eq!(decided(&policy, "2026-10-25T09:00:00+01:00"), PolicyDecision::Granted);
        let latest = at("2026-10-25T08:00:00Z");
        let refusal = PolicyRefusal::NoticeTooShort { required_minutes: DAY, latest };
        assert_eq!(decided(&policy, "2026-10-25T09:00:01+01:00"), PolicyDecision::Refused(refusal));
    }

    #[test]
    fn a_cut_off_is_a_wall_time_before_the_day() {
        let cut_off = CutOff { days_before: 1, at: time(18, 0, 0, 0) };
        let policy = cancelling(None, Some(cut_off));
        assert_eq!(decided(&policy, "2026-10-25T18:00:00+01:00"), PolicyDecision::Granted);
        let refusal = PolicyRefusal::AfterCutOff { cut_off, latest: at("2026-10-25T17:00:00Z") };
        assert_eq!(decided(&policy, "2026-10-25T18:00:01+01:00"), PolicyDecision::Refused(refusal));
    }

    #[test]
    fn of_two_missed_deadlines_the_earlier_is_told() {
        let cut_off = CutOff { days_before: 3, at: time(12, 0, 0, 0) };
        let policy = cancelling(Some(DAY), Some(cut_off));
        let PolicyDecision::Refused(refusal) = decided(&policy, "2026-10-26T08:00:00+01:00") else {
            panic!()
        };
        assert_eq!(refusal.latest(), Some(at("2026-10-23T12:00:00+02:00")));
    }

    #[test]
    fn what_has_begun_is_not_cancelled_even_without_notice() {
        let refused = PolicyDecision::Refused(PolicyRefusal::AlreadyStarted);
        assert_eq!(decided(&Policy::default(), "2026-10-26T09:00:00+01:00"), refused);
        assert_eq!(decided(&Policy::default(), "2026-10-26T08:59:59+01:00"), PolicyDecision::Granted);
    }

    #[test]
    fn the_special_goes_before_the_general_field_by_field() {
        let cut_off = CutOff { days_before: 0, at: time(8, 0, 0, 0) };
        let merged = cancelling(Some(60), None).over(cancelling(Some(DAY), Some(cut_off)));
        assert_eq!(merged.cancel, Notice { minutes: Some(60), cut_off: Some(cut_off) });
    }

    #[test]
    fn absurd_notices_refuse_without_overflow() {
        let cut_off = CutOff { days_before: u16::MAX, at: Time::MAX };
        let policy = cancelling(Some(u32::MAX), Some(cut_off));
        assert!(matches!(decided(&policy, "2026-10-01T00:00:00Z"), PolicyDecision::Refused(_)));
    }
}
