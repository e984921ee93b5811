use std::{collections::HashSet, sync::LazyLock};

/// NIST SP 800-63B asks for 15 where a password stands alone, 8 with a second factor.
pub const PASSWORD_AT_LEAST: usize = 12;

/// More is no password any more, and hashing it would cost.
pub const PASSWORD_AT_MOST: usize = 200;

/// Different characters a password needs; fewer are a pattern on the keyboard.
const DIFFERENT_AT_LEAST: usize = 5;

/// Words from the top of the lists of stolen passwords, and words that a German
/// office thinks of. A long password is weak when nothing but such a word,
/// repeated or decorated, is left of it.
static COMMON: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| include_str!("common_passwords.txt").split_whitespace().collect());

/// Why a password is not taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Weakness {
    /// Fewer than [`PASSWORD_AT_LEAST`] characters.
    Short,
    /// More than [`PASSWORD_AT_MOST`] characters.
    Long,
    /// Among the first that somebody would try, or hardly any different characters.
    Common,
    /// Little else than the person's own name or address.
    Personal,
}

/// What is wrong with a password for the person with this address and name.
pub fn weakness(password: &str, email: &str, name: &str) -> Option<Weakness> {
    let length = password.chars().count();
    if length < PASSWORD_AT_LEAST {
        return Some(Weakness::Short);
    }
    if length > PASSWORD_AT_MOST {
        return Some(Weakness::Long);
    }
    let lower = password.to_lowercase();
    let different: HashSet<char> = lower.chars().collect();
    if different.len() < DIFFERENT_AT_LEAST || is_run(&lower) || is_common(&lower) {
        return Some(Weakness::Common);
    }
    let email = email.to_lowercase();
    let local = email.split('@').next().unwrap_or_default();
    let own: Vec<String> = name
        .to_lowercase()
        .split_whitespace()
        .map(str::to_owned)
        .chain([email.clone(), local.to_owned()])
        .filter(|word| word.chars().count() >= 3)
        .collect();
    let rest = own.iter().fold(lower.clone(), |rest, word| rest.replace(word.as_str(), ""));
    let is_personal = rest != lower && core(&rest).chars().count() < DIFFERENT_AT_LEAST;
    is_personal.then_some(Weakness::Personal)
}

/// Each character follows the one before, up or down, as in `abcdefghijkl`.
fn is_run(text: &str) -> bool {
    let codes: Vec<i64> = text.chars().map(|c| i64::from(u32::from(c))).collect();
    [1, -1]
        .iter()
        .any(|by| codes.windows(2).filter(|pair| pair[1] - pair[0] == *by).count() * 4 >= codes.len() * 3)
}

fn is_common(lower: &str) -> bool {
    if COMMON.contains(lower) {
        return true;
    }
    let bare = lower.trim_matches(|c: char| !c.is_alphabetic());
    let plain: String = bare.chars().map(unmasked).collect();
    [core(lower), core(&plain)].iter().any(|core| {
        COMMON.contains(core.as_str())
            || halves(core).is_some_and(|word| COMMON.contains(word))
            || is_made_of(core)
    })
}

/// What stands in for a letter in `p4$$w0rd`.
fn unmasked(c: char) -> char {
    match c {
        '0' => 'o',
        '1' | '!' => 'i',
        '3' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' => 't',
        other => other,
    }
}

/// Without the digits and signs at either end.
fn core(text: &str) -> String {
    text.trim_matches(|c: char| !c.is_alphabetic()).chars().filter(|c| c.is_alphanumeric()).collect()
}

/// The word that a text repeats, if it does.
fn halves(text: &str) -> Option<&str> {
    (1..=text.len() / 2)
        .filter(|length| text.len().is_multiple_of(*length) && text.is_char_boundary(*length))
        .find(|length| text.as_bytes().chunks(*length).all(|chunk| chunk == &text.as_bytes()[..*length]))
        .map(|length| &text[..length])
}

/// Two common words side by side.
fn is_made_of(core: &str) -> bool {
    core.char_indices().skip(1).any(|(at, _)| COMMON.contains(&core[..at]) && COMMON.contains(&core[at..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_everybody_would_try_first_is_refused() {
        let check = |password: &str| weakness(password, "anna.probe@example.com", "Anna Probe");
        for common in [
            "password1234",
            "Passwort2026!",
            "P4$$w0rd!!!!",
            "passwordpassword",
            "qwertzuiop123",
            "123456789012",
            "aaaaaaaaaaaa",
            "abcdefghijklm",
            "hallohallo123",
            "Sommer2026!!!!",
            "Willkommen123",
            "ichliebedich1",
            "987654321098",
            "letmeinplease",
            "askpro123456",
            "iloveyou2026",
        ] {
            assert_eq!(check(common), Some(Weakness::Common), "{common}");
        }
        for personal in ["anna.probe2026", "AnnaProbe1234", "probe@anna!12"] {
            assert_eq!(check(personal), Some(Weakness::Personal), "{personal}");
        }
        assert_eq!(check("kurz"), Some(Weakness::Short));
        assert_eq!(check(&"ab3dÖ".repeat(50)), Some(Weakness::Long));
        for good in [
            "a long enough password",
            "Vier Enten am Teich",
            "x7!kQ2mzP0wL",
            "Anna mag grüne Fahrräder",
            "mfq3 zt89 hgk2",
            "🦄🐢🌲🚲☂️🎺 sieben",
        ] {
            assert_eq!(check(good), None, "{good}");
        }
    }
}
