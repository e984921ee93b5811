//! Text that opens something: keys, tokens, passwords.

use std::fmt;

use zeroize::Zeroizing;

/// A secret. It cannot be printed, compared or serialised; reading it takes a
/// call whose name a review finds. Its memory is wiped when it is dropped.
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes the text over.
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// The text itself, for the one place that must send or check it.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What people may see: the last four characters, where there are at least twelve.
    pub fn hint(&self) -> String {
        let count = self.0.chars().count();
        if count < 12 {
            "…".into()
        } else {
            format!("…{}", self.0.chars().skip(count - 4).collect::<String>())
        }
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_does_not_print() {
        let secret = Secret::new("key_0123456789abcdef".into());
        assert_eq!(format!("{secret:?}"), "Secret(…)");
        assert_eq!(secret.hint(), "…cdef");
        assert_eq!(Secret::new("short".into()).hint(), "…");
    }
}
