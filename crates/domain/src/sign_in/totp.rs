//! One-time codes by time: RFC 6238 with what every authenticator app speaks,
//! SHA-1, thirty seconds, six digits.

use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use sha1::Sha1;
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::ids::Chance;

const STEP_SECONDS: i64 = 30;

/// How many steps a clock may be off, either way.
const SKEW: i64 = 1;

/// Thirty seconds counted from 1970. A code is used once: a later one must be of
/// a later step.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Step(pub i64);

/// What a person and we share: 160 random bits, as RFC 4226 recommends. Wiped
/// when dropped; never printed.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Seed([u8; 20]);

/// Six digits that somebody typed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Code(u32);

impl Code {
    /// Reads six digits, with spaces wherever an app shows them.
    pub fn read(text: &str) -> Option<Self> {
        if text.len() > 32 {
            return None;
        }
        let digits: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        let is_code = digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_digit());
        is_code.then(|| digits.parse().ok().map(Self)).flatten()
    }
}

impl Code {
    /// As an app shows it.
    pub fn digits(self) -> String {
        format!("{:06}", self.0)
    }
}

impl Seed {
    /// A fresh one.
    pub fn new(chance: &dyn Chance) -> Self {
        let mut bytes = [0; 20];
        chance.fill(&mut bytes);
        Self(bytes)
    }

    /// From stored bytes; `None` where they are not twenty.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// The bytes, for the one place that seals them.
    pub fn expose(&self) -> &[u8] {
        &self.0
    }

    /// As people type it into an app that cannot read the picture: base32, which
    /// comes out even for twenty bytes (32 characters).
    pub fn base32(&self) -> String {
        const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        let mut text = String::with_capacity(32);
        for chunk in self.0.chunks(5) {
            let bits = chunk.iter().fold(0_u64, |bits, byte| (bits << 8) | u64::from(*byte));
            for place in (0..8).rev() {
                let index = usize::try_from((bits >> (place * 5)) & 31).unwrap_or(0);
                text.push(char::from(ALPHABET[index]));
            }
        }
        text
    }

    /// The code of a step.
    pub fn code_at(&self, step: Step) -> Code {
        let mut mac = Hmac::<Sha1>::new_from_slice(&self.0).expect("HMAC takes keys of any length");
        mac.update(&step.0.to_be_bytes());
        let tag = mac.finalize().into_bytes();
        let offset = usize::from(tag[19] & 15);
        let word = u32::from_be_bytes([tag[offset], tag[offset + 1], tag[offset + 2], tag[offset + 3]]);
        Code((word & 0x7fff_ffff) % 1_000_000)
    }

    /// Which step `code` is of, one step around `now`, where it is later than
    /// `last`. Every candidate is compared, in constant time.
    pub fn step_of(&self, code: Code, now: Timestamp, last: Option<Step>) -> Option<Step> {
        let present = Step::at(now).0;
        let mut found = None;
        for step in (present - SKEW..=present + SKEW).map(Step) {
            let agrees = bool::from(self.code_at(step).0.ct_eq(&code.0));
            if agrees && last.is_none_or(|last| step > last) {
                found = Some(step);
            }
        }
        found
    }
}

impl Step {
    /// The step of an instant.
    pub fn at(now: Timestamp) -> Self {
        Self(now.as_second().div_euclid(STEP_SECONDS))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seed() -> Seed {
        Seed::from_bytes(b"12345678901234567890").unwrap()
    }

    #[test]
    fn the_rfcs_examples_come_out() {
        // RFC 6238, appendix B, SHA-1, the last six of eight digits.
        for (second, code) in [
            (59, 287_082),
            (1_111_111_109, 81_804),
            (1_111_111_111, 50_471),
            (1_234_567_890, 5_924),
            (2_000_000_000, 279_037),
            (20_000_000_000, 353_130),
        ] {
            let now = Timestamp::from_second(second).unwrap();
            assert_eq!(seed().code_at(Step::at(now)), Code(code), "{second}");
        }
        assert_eq!(seed().base32(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    }

    #[test]
    fn a_clock_may_be_one_step_off_and_a_code_opens_once() {
        let now = Timestamp::from_second(2_000_000_000).unwrap();
        let present = Step::at(now);
        for (off, opens) in [(-2, false), (-1, true), (0, true), (1, true), (2, false)] {
            let code = seed().code_at(Step(present.0 + off));
            assert_eq!(seed().step_of(code, now, None).is_some(), opens, "{off}");
        }
        let code = seed().code_at(present);
        assert_eq!(seed().step_of(code, now, Some(present)), None, "used");
        assert_eq!(seed().step_of(seed().code_at(Step(present.0 - 1)), now, Some(present)), None, "older");
    }

    #[test]
    fn only_six_digits_are_a_code() {
        assert_eq!(Code::read(" 012 345 "), Some(Code(12_345)));
        for wrong in ["", "12345", "1234567", "12345a", "１２３４５６", "-12345", &"1 ".repeat(40)] {
            assert_eq!(Code::read(wrong), None, "{wrong}");
        }
    }
}
