//! How many requests somebody may send: a budget a minute, told by the sender and
//! counted by all replicas together.

/// Whose requests are counted together.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Of {
    /// A network address, before anything else is known of it.
    Address,
    /// A person, in however many browsers and with however many tokens.
    Account,
    /// One token.
    Token,
    /// A provider's connection: function calls, webhooks and ringing calls.
    Connection,
}

impl Of {
    /// Requests a minute. Far above what anybody needs and far below what keeps the
    /// machine busy: a program that reads one page after the other without a pause
    /// stays within its token's, and behind one address may sit a whole company. A
    /// connection's is wide, because callers wait at its other end; how many of its
    /// calls run at once is bounded besides.
    pub fn per_minute(self) -> u32 {
        match self {
            Self::Address => 30_000,
            Self::Account => 12_000,
            Self::Token => 6_000,
            Self::Connection => 600_000,
        }
    }

    /// The word in keys, so that kinds do not mix.
    pub fn word(self) -> &'static str {
        match self {
            Self::Address => "address",
            Self::Account => "account",
            Self::Token => "token",
            Self::Connection => "connection",
        }
    }
}

/// What is known of one sender in this minute.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Which minute since 1970.
    pub minute: i64,
    /// What this process has seen.
    pub own: u32,
    /// Of that, what all have been told.
    pub told: u32,
    /// What the others had seen when they were last asked.
    pub others: u32,
}

impl Count {
    /// One more request in a minute; whether it is within the budget.
    pub fn admit(&mut self, minute: i64, per_minute: u32) -> bool {
        if self.minute != minute {
            *self = Self { minute, ..Self::default() };
        }
        let seen = self.own.saturating_add(self.others);
        if seen >= per_minute {
            return false;
        }
        self.own = self.own.saturating_add(1);
        true
    }

    /// What the others do not know yet.
    pub fn untold(&self) -> u32 {
        self.own.saturating_sub(self.told)
    }

    /// What all had seen together after `told` of ours were added.
    pub fn shared(&mut self, minute: i64, told: u32, altogether: u32) {
        if self.minute == minute {
            self.told = self.told.saturating_add(told);
            self.others = altogether.saturating_sub(self.told);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_budget_is_spent_once_and_comes_back_with_the_minute() {
        let mut count = Count::default();
        assert_eq!((0..10).filter(|_| count.admit(7, 4)).count(), 4);
        assert!(count.admit(8, 4));
    }

    #[test]
    fn what_others_saw_counts_and_what_we_told_does_not_count_twice() {
        let mut count = Count::default();
        for _ in 0..3 {
            assert!(count.admit(7, 10));
        }
        assert_eq!(count.untold(), 3);
        count.shared(7, 3, 8);
        assert_eq!((count.others, count.untold()), (5, 0));
        assert_eq!((0..10).filter(|_| count.admit(7, 10)).count(), 2);
        count.shared(6, 1, 100);
        assert_eq!(count.others, 5, "what is told of another minute changes nothing");
    }
}
