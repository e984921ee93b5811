//! Ids: one type per kind, so that a staff id cannot stand where a customer id
//! belongs. All are UUIDv7 (RFC 9562), lower case; a connection's id is a random
//! public name, because it stands in addresses that providers call.

use std::{fmt, sync::Mutex};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Where random bytes come from; the application's comes from the system, a
/// test's or simulation's from a seed.
pub trait Chance: Send + Sync {
    /// Fills `bytes` with random values.
    fn fill(&self, bytes: &mut [u8]);
}

/// Where the time comes from; the application's is the system's, a test's is moved by hand.
pub trait Clock: Send + Sync {
    /// The present instant.
    fn now(&self) -> Timestamp;

    /// By how much the machine shows another time, where that is in doubt because
    /// its clock jumped a short while ago.
    fn in_doubt(&self) -> Option<SignedDuration> {
        None
    }
}

/// Chance that repeats with its seed, for tests, demonstrations and simulations;
/// never for anything that must not be guessed. SplitMix64 (Steele, Lea, Flood:
/// "Fast splittable pseudorandom number generators", OOPSLA 2014).
pub struct SeededChance(Mutex<u64>);

impl SeededChance {
    /// Chance from a seed.
    pub fn new(seed: u64) -> Self {
        Self(Mutex::new(seed))
    }

    /// A number below `bound`.
    pub fn below(&self, bound: u64) -> u64 {
        let mut bytes = [0; 8];
        self.fill(&mut bytes);
        u64::from_be_bytes(bytes) % bound.max(1)
    }
}

impl Chance for SeededChance {
    fn fill(&self, bytes: &mut [u8]) {
        let mut state = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        for chunk in bytes.chunks_mut(8) {
            *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut mixed = *state;
            mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            let value = (mixed ^ (mixed >> 31)).to_be_bytes();
            chunk.copy_from_slice(&value[..chunk.len()]);
        }
    }
}

/// A new UUIDv7: 48 bits of `now` in milliseconds, 74 random bits.
pub fn uuid_v7(now: Timestamp, chance: &dyn Chance) -> Uuid {
    let mut random = [0; 10];
    chance.fill(&mut random);
    let millis = u64::try_from(now.as_millisecond()).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub struct $name(pub Uuid);

        impl $name {
            /// A fresh id.
            pub fn new(now: Timestamp, chance: &dyn Chance) -> Self {
                Self(uuid_v7(now, chance))
            }

            /// The id written as text; `None` where it is not a UUID.
            pub fn parse(text: &str) -> Option<Self> {
                Uuid::try_parse(text).ok().map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    )*};
}

ids! {
    /// A passkey of a person.
    PasskeyId;
    /// A mail that leaves or has left.
    MailId;
    /// A company (tenant).
    CompanyId;
    /// A place of business of a company.
    BranchId;
    /// What can be occupied; a person's resource id is the person's staff id.
    ResourceId;
    /// A person who works for a company.
    StaffId;
    /// Something that can be booked.
    ServiceId;
    /// Somebody who books.
    CustomerId;
    /// An appointment; made with its intent, and the metadata key at Cal.com.
    AppointmentId;
    /// A piece of background work.
    JobId;
    /// An inbound webhook.
    DeliveryId;
    /// Something that a person must do.
    TaskId;
    /// A phone call.
    CallId;
    /// A phone number of a company.
    PhoneNumberId;
    /// A person who signs in.
    UserId;
    /// A sign-in that lasts.
    SessionId;
    /// An API token.
    TokenId;
}

impl From<StaffId> for ResourceId {
    fn from(staff: StaffId) -> Self {
        Self(staff.0)
    }
}

/// A company's credential at a provider: `conn_` and 22 base62 characters
/// (131 bits). Public, never a secret.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct ConnectionId(String);

const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

impl ConnectionId {
    /// A fresh id.
    pub fn new(chance: &dyn Chance) -> Self {
        Self(format!("conn_{}", random_text(chance, BASE62, 22)))
    }

    /// The id written as text; `None` where it does not have the form.
    pub fn parse(text: &str) -> Option<Self> {
        let rest = text.strip_prefix("conn_")?;
        (rest.len() == 22 && rest.bytes().all(|b| b.is_ascii_alphanumeric())).then(|| Self(text.to_owned()))
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ConnectionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a person reads out to find a failure again: `E-` and 10 characters of
/// Crockford's base32, which has no I, L, O and U to be misheard.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ErrorId(String);

const CROCKFORD: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

impl ErrorId {
    /// A fresh id.
    pub fn new(chance: &dyn Chance) -> Self {
        Self(format!("E-{}", random_text(chance, CROCKFORD, 10)))
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ErrorId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// `length` characters drawn evenly from `alphabet` (at most 256 ASCII characters):
/// bytes past the last whole multiple are drawn again, so no character is favoured.
pub fn random_text(chance: &dyn Chance, alphabet: &[u8], length: usize) -> String {
    let limit = 256 - 256 % alphabet.len();
    let mut text = String::with_capacity(length);
    let mut pool = [0_u8; 64];
    while text.len() < length {
        chance.fill(&mut pool);
        for byte in pool {
            if text.len() < length && usize::from(byte) < limit {
                text.push(char::from(alphabet[usize::from(byte) % alphabet.len()]));
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Counting;
    impl Chance for Counting {
        fn fill(&self, bytes: &mut [u8]) {
            for (i, byte) in bytes.iter_mut().enumerate() {
                *byte = u8::try_from(i * 37 % 256).unwrap();
            }
        }
    }

    #[test]
    fn ids_carry_their_time_and_version() {
        let id = CompanyId::new(Timestamp::from_millisecond(1_767_225_600_123).unwrap(), &Counting);
        assert_eq!(id.0.get_version_num(), 7);
        let (seconds, nanos) = id.0.get_timestamp().unwrap().to_unix();
        assert_eq!((seconds, nanos / 1_000_000), (1_767_225_600, 123));
        assert_eq!(CompanyId::parse(&id.to_string()), Some(id));
    }

    #[test]
    fn connection_and_error_ids_have_their_form() {
        let connection = ConnectionId::new(&Counting);
        assert_eq!(connection.as_str().len(), 27);
        assert_eq!(ConnectionId::parse(connection.as_str()), Some(connection));
        assert_eq!(ConnectionId::parse("conn_short"), None);
        assert_eq!(ConnectionId::parse("conn_0123456789abcdefghij/."), None);
        assert_eq!(ErrorId::new(&Counting).as_str().len(), 12);
    }
}
