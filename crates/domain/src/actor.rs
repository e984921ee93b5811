//! Who did something, as it stands in the record.

use std::{borrow::Cow, fmt};

use crate::ids::{ConnectionId, TokenId, UserId};

/// What kind of somebody acted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Who {
    /// A person in a browser.
    Person(UserId),
    /// A program of a person's, by its token.
    Token {
        /// The token.
        token: TokenId,
        /// Whose it is.
        user: UserId,
    },
    /// What rings or reports through a connection: the phone agent, a calendar.
    Connection(ConnectionId),
    /// This program itself; the word says which part of it.
    System(Cow<'static, str>),
}

/// Who acted, and from where: a network address, a call. The place is a person's
/// as well, so the record keeps it sealed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Actor {
    /// Who.
    pub who: Who,
    /// From where, as far as that is known; at most [`FROM_AT_MOST`] characters are kept.
    pub from: Option<String>,
}

/// Longer than any address with its port, and than a provider's id of a call.
pub const FROM_AT_MOST: usize = 100;

impl Actor {
    /// A person in a browser.
    pub const fn person(user: UserId) -> Self {
        Self { who: Who::Person(user), from: None }
    }

    /// A person's token.
    pub const fn token(token: TokenId, user: UserId) -> Self {
        Self { who: Who::Token { token, user }, from: None }
    }

    /// What came through a connection.
    pub const fn connection(connection: ConnectionId) -> Self {
        Self { who: Who::Connection(connection), from: None }
    }

    /// A part of this program: `command line`, `settling`.
    pub const fn system(part: &'static str) -> Self {
        Self { who: Who::System(Cow::Borrowed(part)), from: None }
    }

    /// The same, acting from a place.
    #[must_use]
    pub fn at(self, place: &str) -> Self {
        let place: String = place.chars().take(FROM_AT_MOST).collect();
        Self { from: (!place.is_empty()).then_some(place), ..self }
    }
}

impl fmt::Display for Who {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Person(user) => write!(f, "person:{user}"),
            Self::Token { token, user } => write!(f, "token:{token}/{user}"),
            Self::Connection(connection) => write!(f, "connection:{connection}"),
            Self::System(part) => write!(f, "system:{part}"),
        }
    }
}

impl Who {
    /// What the record holds, read again; a word of an older release is taken as
    /// the system's.
    pub fn parse(text: &str) -> Self {
        let system = || Self::System(Cow::Owned(text.strip_prefix("system:").unwrap_or(text).to_owned()));
        let (kind, rest) = text.split_once(':').unwrap_or(("person", text));
        match kind {
            "person" | "user" => UserId::parse(rest).map(Self::Person),
            "token" => rest.split_once('/').and_then(|(token, user)| {
                Some(Self::Token { token: TokenId::parse(token)?, user: UserId::parse(user)? })
            }),
            "connection" | "call" => ConnectionId::parse(rest).map(Self::Connection),
            _ => None,
        }
        .unwrap_or_else(system)
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::ids::SeededChance;

    #[test]
    fn whoever_acts_reads_back_from_the_record() {
        let chance = SeededChance::new(1);
        let user = UserId::new(Timestamp::UNIX_EPOCH, &chance);
        for actor in [
            Actor::person(user),
            Actor::token(TokenId::new(Timestamp::UNIX_EPOCH, &chance), user),
            Actor::connection(ConnectionId::new(&chance)),
            Actor::system("command line"),
        ] {
            assert_eq!(Who::parse(&actor.who.to_string()), actor.who);
        }
        // As earlier releases wrote them.
        assert_eq!(Who::parse(&user.to_string()), Who::Person(user));
        assert_eq!(Who::parse("calendar:calcom"), Who::System("calendar:calcom".into()));
    }

    #[test]
    fn a_place_is_kept_short() {
        assert_eq!(Actor::system("x").at(&"9".repeat(500)).from.map(|place| place.len()), Some(FROM_AT_MOST));
        assert_eq!(Actor::system("x").at("").from, None);
    }
}
