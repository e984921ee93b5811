/// Where an appointment stands.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum AppointmentStatus {
    /// Kept here, not yet accepted by the calendar of record; settled within minutes.
    Provisional,
    /// Committed here and accepted by the calendar of record.
    Confirmed,
    /// Called off.
    Cancelled,
    /// The calendar of record did not accept it.
    Refused,
    /// It took place.
    Completed,
    /// The customer did not come.
    NoShow,
}

impl AppointmentStatus {
    /// Every status.
    pub const ALL: &[Self] =
        &[Self::Provisional, Self::Confirmed, Self::Cancelled, Self::Refused, Self::Completed, Self::NoShow];

    /// The word in the database and in answers.
    pub fn word(self) -> &'static str {
        match self {
            Self::Provisional => "provisional",
            Self::Confirmed => "confirmed",
            Self::Cancelled => "cancelled",
            Self::Refused => "refused",
            Self::Completed => "completed",
            Self::NoShow => "no_show",
        }
    }

    /// The status of a word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|status| status.word() == word)
    }

    /// Whether the appointment still takes up time.
    pub fn is_live(self) -> bool {
        matches!(self, Self::Provisional | Self::Confirmed)
    }
}

/// Whose word counts on whether an appointment stands: the calendar of record.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Calendar {
    /// Ours.
    Own,
    /// Cal.com's.
    Calcom,
}

impl Calendar {
    /// The word in the database.
    pub fn word(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Calcom => "calcom",
        }
    }

    /// The calendar of a word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Own, Self::Calcom].into_iter().find(|calendar| calendar.word() == word)
    }
}
