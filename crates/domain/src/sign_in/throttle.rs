use jiff::{SignedDuration, Timestamp};

/// Wrong attempts that were counted under one key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Failures {
    /// How many in a row.
    pub count: u32,
    /// When the last one was.
    pub last_at: Timestamp,
}

/// How much is forgiven before somebody has to wait, and how long then. There is
/// no lock: waiting always ends, and it concerns only whoever made the attempts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Patience {
    free: u32,
    first: SignedDuration,
    longest: SignedDuration,
    /// After this long without another attempt everything is forgotten.
    forgets: SignedDuration,
}

impl Patience {
    /// With one account from one address: five attempts, then fifteen seconds,
    /// doubled each time up to fifteen minutes.
    pub const ACCOUNT_AT_ADDRESS: Self = Self {
        free: 5,
        first: SignedDuration::from_secs(15),
        longest: SignedDuration::from_mins(15),
        forgets: SignedDuration::from_hours(12),
    };

    /// With all accounts from one address, which an office shares: generous, and
    /// a minute at most, so that one visitor cannot keep the others out.
    pub const ADDRESS: Self = Self {
        free: 50,
        first: SignedDuration::from_secs(2),
        longest: SignedDuration::from_mins(1),
        forgets: SignedDuration::from_hours(1),
    };

    /// Mails with a link for one account, whoever asks for them: three in a row,
    /// then pauses of up to an hour, so that nobody's mailbox is filled.
    pub const LINKS_OF_ACCOUNT: Self = Self {
        free: 3,
        first: SignedDuration::from_mins(2),
        longest: SignedDuration::from_hours(1),
        forgets: SignedDuration::from_hours(12),
    };

    /// How long to wait from `now` before the next attempt is looked at.
    pub fn wait(self, failures: Option<Failures>, now: Timestamp) -> SignedDuration {
        let Some(failures) = failures.filter(|failures| self.counts(*failures, now)) else {
            return SignedDuration::ZERO;
        };
        let Some(over) = failures.count.checked_sub(self.free) else { return SignedDuration::ZERO };
        let doubled =
            self.first.checked_mul(1_i32.checked_shl(over).filter(|_| over < 16).unwrap_or(i32::MAX));
        let pause = doubled.unwrap_or(self.longest).min(self.longest);
        // A clock that was set back must not make the wait longer than the pause.
        (pause - now.duration_since(failures.last_at)).clamp(SignedDuration::ZERO, pause)
    }

    /// The count after one more attempt.
    pub fn after_another(self, failures: Option<Failures>, now: Timestamp) -> Failures {
        let before = failures.filter(|failures| self.counts(*failures, now)).map_or(0, |one| one.count);
        Failures { count: before.saturating_add(1).min(1_000), last_at: now }
    }

    fn counts(self, failures: Failures, now: Timestamp) -> bool {
        now.duration_since(failures.last_at) < self.forgets
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_grows_ends_and_is_forgotten() {
        let patience = Patience::ACCOUNT_AT_ADDRESS;
        let start: Timestamp = "2026-11-23T08:00:00Z".parse().unwrap();
        let mut now = start;
        let mut failures = None;
        let mut waits = Vec::new();
        for _ in 0..16 {
            let wait = patience.wait(failures, now);
            waits.push(wait.as_secs());
            now += wait;
            failures = Some(patience.after_another(failures, now));
        }
        assert_eq!(waits, [0, 0, 0, 0, 0, 15, 30, 60, 120, 240, 480, 900, 900, 900, 900, 900]);
        let endless = Some(Failures { count: u32::MAX, last_at: now });
        assert_eq!(patience.wait(endless, now).as_secs(), 900, "never longer");
        assert_eq!(patience.wait(endless, start).as_secs(), 900, "a clock set back does no harm");
        assert_eq!(patience.wait(failures, now + SignedDuration::from_hours(12)), SignedDuration::ZERO);
        assert_eq!(patience.after_another(failures, now + SignedDuration::from_hours(12)).count, 1);
    }
}
