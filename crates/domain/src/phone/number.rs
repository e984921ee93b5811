use std::fmt;

use phonenumber::{Mode, country};

/// Longest text in which a number is looked for, in characters; longer ones hold
/// none. The same bound as in libphonenumber.
pub const MAX_LENGTH: usize = 250;

/// Most digits that a number with its prefixes can have.
const MAX_DIGITS: usize = 20;

/// The country whose habits a number without country code follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Region {
    /// Germany.
    De,
    /// Austria.
    At,
    /// Switzerland.
    Ch,
}

impl Region {
    /// The region of an ISO 3166 code in any case; `None` for other countries.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::De, Self::At, Self::Ch].into_iter().find(|region| region.code().eq_ignore_ascii_case(code))
    }

    /// The ISO 3166 code.
    pub fn code(self) -> &'static str {
        match self {
            Self::De => "DE",
            Self::At => "AT",
            Self::Ch => "CH",
        }
    }

    fn country(self) -> country::Id {
        match self {
            Self::De => country::DE,
            Self::At => country::AT,
            Self::Ch => country::CH,
        }
    }

    fn calling_code(self) -> u16 {
        match self {
            Self::De => 49,
            Self::At => 43,
            Self::Ch => 41,
        }
    }
}

/// A valid subscriber number. Emergency and other short numbers are none.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PhoneNumber {
    /// E.164.
    text: String,
}

impl PhoneNumber {
    /// The number in a text as people write it: with or without country code,
    /// with words before it, brackets, strokes and odd spaces. `None` where the
    /// text holds no valid number.
    pub fn parse(text: &str, region: Region) -> Option<Self> {
        let dialled = dialled(text)?;
        let parsed = phonenumber::parse(Some(region.country()), &dialled).ok()?;
        if !phonenumber::is_valid(&parsed) {
            return None;
        }
        Some(Self { text: parsed.format().mode(Mode::E164).to_string() })
    }

    /// E.164: a plus and at most 15 digits.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The groups in which the number is written at home or, for a number of
    /// another country, abroad; the first is the area or country code, `+49` or `030`.
    pub(super) fn groups(&self, home: Region) -> Vec<String> {
        let Ok(number) = phonenumber::parse(None, &self.text) else { return vec![self.text.clone()] };
        let at_home = number.country().code() == home.calling_code();
        let mode = if at_home { Mode::National } else { Mode::International };
        let written = number.format().mode(mode).to_string();
        written
            .split(|sign: char| !sign.is_ascii_digit() && sign != '+')
            .filter(|group| !group.is_empty())
            .map(str::to_owned)
            .collect()
    }
}

impl fmt::Display for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// A number is personal: logs of values that hold one show its end only.
impl fmt::Debug for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = self.text.len().saturating_sub(3);
        write!(f, "PhoneNumber(…{})", &self.text[shown..])
    }
}

/// Plus and digits of the first thing in the text that begins like a number.
/// Everything up to the first letter after it belongs to it, because people
/// group digits with whatever sign they like.
fn dialled(text: &str) -> Option<String> {
    if text.chars().nth(MAX_LENGTH).is_some() {
        return None;
    }
    let mut signs = text.chars().skip_while(|sign| digit(*sign).is_none() && !is_plus(*sign)).peekable();
    let mut dialled = String::with_capacity(MAX_DIGITS);
    if signs.next_if(|sign| is_plus(*sign)).is_some() {
        dialled.push('+');
    }
    for sign in signs.take_while(|sign| !sign.is_alphabetic()) {
        if let Some(digit) = digit(sign) {
            dialled.push(char::from(b'0' + digit));
        }
        if dialled.len() > MAX_DIGITS {
            return None;
        }
    }
    (!dialled.is_empty()).then_some(dialled)
}

fn is_plus(sign: char) -> bool {
    matches!(sign, '+' | '\u{FF0B}')
}

/// The value of a decimal digit in the scripts that keyboards of our callers write.
fn digit(sign: char) -> Option<u8> {
    let zero = match sign {
        '0'..='9' => '0',
        '\u{FF10}'..='\u{FF19}' => '\u{FF10}',
        '\u{0660}'..='\u{0669}' => '\u{0660}',
        '\u{06F0}'..='\u{06F9}' => '\u{06F0}',
        '\u{0966}'..='\u{096F}' => '\u{0966}',
        _ => return None,
    };
    u8::try_from(u32::from(sign) - u32::from(zero)).ok()
}
