//! Phone calls: how far one is told, and what came of it.

/// The furthest that a call's events have told.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum CallStage {
    /// It runs, as far as is known.
    Ongoing,
    /// It is over.
    Ended,
    /// It is over and was looked at by the provider.
    Analyzed,
}

impl CallStage {
    /// Every stage, in order.
    pub const ALL: &[Self] = &[Self::Ongoing, Self::Ended, Self::Analyzed];

    /// The word in the database and in answers.
    pub fn word(self) -> &'static str {
        match self {
            Self::Ongoing => "ongoing",
            Self::Ended => "ended",
            Self::Analyzed => "analyzed",
        }
    }

    /// The stage of a word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|stage| stage.word() == word)
    }
}

/// What came of a call for the caller; the later in this list, the more.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum CallOutcome {
    /// Nothing that we know of.
    None,
    /// Questions were answered.
    Informed,
    /// A person took over.
    Transferred,
    /// Somebody rings back.
    CallBack,
    /// A time is kept that the calendar of record has not accepted yet.
    Provisional,
    /// An appointment was called off.
    Cancelled,
    /// An appointment was moved.
    Moved,
    /// An appointment was made.
    Booked,
}

impl CallOutcome {
    /// Every outcome, in order.
    pub const ALL: &[Self] = &[
        Self::None,
        Self::Informed,
        Self::Transferred,
        Self::CallBack,
        Self::Provisional,
        Self::Cancelled,
        Self::Moved,
        Self::Booked,
    ];

    /// The word in the database and in answers.
    pub fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Informed => "informed",
            Self::Transferred => "transferred",
            Self::CallBack => "call_back",
            Self::Provisional => "provisional",
            Self::Cancelled => "cancelled",
            Self::Moved => "moved",
            Self::Booked => "booked",
        }
    }

    /// The outcome of a word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|outcome| outcome.word() == word)
    }

    /// What one answered function contributes.
    pub fn of(function: &str, status: &str) -> Self {
        match (function, status) {
            ("book_appointment", "confirmed") => Self::Booked,
            ("reschedule_appointment", "confirmed") => Self::Moved,
            ("cancel_appointment", "cancelled") => Self::Cancelled,
            (_, "provisional") => Self::Provisional,
            ("request_callback", "noted") => Self::CallBack,
            ("transfer_target", "ok") => Self::Transferred,
            (_, "available" | "alternatives" | "found" | "none" | "ok") => Self::Informed,
            _ => Self::None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_booking_is_more_than_a_question_that_was_answered() {
        let outcome = ["check_availability available", "book_appointment confirmed", "get_business_info ok"]
            .into_iter()
            .filter_map(|text| text.split_once(' '))
            .map(|(function, status)| CallOutcome::of(function, status))
            .max();
        assert_eq!(outcome, Some(CallOutcome::Booked));
        assert_eq!(CallOutcome::of("book_appointment", "refused"), CallOutcome::None);
        assert_eq!(CallOutcome::of("cancel_appointment", "provisional"), CallOutcome::Provisional);
        for outcome in CallOutcome::ALL {
            assert_eq!(CallOutcome::parse(outcome.word()), Some(*outcome));
        }
    }
}
