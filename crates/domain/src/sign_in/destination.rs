/// Where to go after signing in: a place inside this program, never elsewhere.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Destination(String);

/// Longer addresses are none of ours.
const LONGEST: usize = 512;

impl Destination {
    /// The front page.
    pub fn home() -> Self {
        Self("/".into())
    }

    /// Reads what a form or an address proposes. Browsers take `//host`, `/\host`
    /// and addresses with tabs or line ends inside for other sites, so only a
    /// path of plain characters passes; everything else leads home.
    pub fn read(text: &str) -> Self {
        let is_plain = |byte: u8| {
            byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'-' | b'_' | b'.' | b'?' | b'=' | b'&')
        };
        let is_ours = text.len() <= LONGEST
            && text.starts_with('/')
            && !text.starts_with("//")
            && text.bytes().all(is_plain)
            // Signing in again after signing in would go in a circle.
            && !["/login", "/logout"].iter().any(|circle| text.starts_with(circle));
        if is_ours { Self(text.to_owned()) } else { Self::home() }
    }

    /// As a path with its query.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_places_of_ours_are_followed() {
        for ours in ["/", "/profile", "/calls?from=2026-11-23&limit=50", "/api/v1/me"] {
            assert_eq!(Destination::read(ours).as_str(), ours);
        }
        for other in [
            "",
            "profile",
            "https://evil.example",
            "//evil.example",
            "/\\evil.example",
            "\\/evil.example",
            "/\t/evil.example",
            "/%2f/evil.example",
            "javascript:alert(1)",
            "/a\r\nSet-Cookie: x=1",
            "/login",
            "/logout",
            "/@evil.example",
            "/a:b",
            "/ä",
            &format!("/{}", "a".repeat(600)),
        ] {
            assert_eq!(Destination::read(other), Destination::home(), "{other:?}");
        }
    }
}
