use super::{PhoneNumber, Region};

/// The number that the network shows of a caller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallerNumber {
    /// None: withheld, a word in its place, or something that is no subscriber
    /// number. All these callers are strangers to each other: nothing may ever be
    /// looked up by it, because most callers withhold their number.
    Nobody,
    /// A valid number.
    Shown(PhoneNumber),
}

/// ANONYMOUS on a telephone's keys; some exchanges send it with a plus, which
/// makes it look like a number in Lesotho.
const ANONYMOUS_ON_KEYS: &str = "266696687";

impl CallerNumber {
    /// Reads what a telephony provider reports: a number, a SIP or tel address, a
    /// word such as `anonymous`, or nothing.
    pub fn read(reported: &str, region: Region) -> Self {
        let reported = reported.trim();
        let user = reported.split('@').next().unwrap_or_default();
        let address = ["sip:", "sips:", "tel:"].iter().find_map(|scheme| {
            user.get(..scheme.len())
                .filter(|begin| begin.eq_ignore_ascii_case(scheme))
                .map(|_| &user[scheme.len()..])
        });
        let number = address.unwrap_or(user);
        let digits = || number.chars().filter(char::is_ascii_digit);
        let repeated = digits().next().is_none_or(|first| digits().all(|digit| digit == first));
        // A word with digits in it is a name that somebody gave a line, not a number.
        let has_words = number.chars().any(char::is_alphabetic);
        if repeated || has_words || digits().eq(ANONYMOUS_ON_KEYS.chars()) {
            return Self::Nobody;
        }
        PhoneNumber::parse(number, region).map_or(Self::Nobody, Self::Shown)
    }

    /// The number, where there is one.
    pub fn number(&self) -> Option<&PhoneNumber> {
        match self {
            Self::Nobody => None,
            Self::Shown(number) => Some(number),
        }
    }
}
