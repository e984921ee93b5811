//! The signature on everything that Retell sends: `v=<ms>,d=<hex>`, an
//! HMAC-SHA256 over the raw body followed by the decimal milliseconds, under the
//! workspace's API key. `contracts/retell.md` section 11 has vectors.

use askpro_domain::secret::Secret;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// The header that carries it.
pub const SIGNATURE_HEADER: &str = "x-retell-signature";

/// How far a signature's time may be from ours, in both directions, inclusive.
pub const TOLERANCE_MS: i64 = 300_000;

/// Why a signature is refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum SignatureError {
    /// No signature, or not of the form.
    #[error("the signature is missing or malformed")]
    Form,
    /// Too old, or from the future.
    #[error("the signature is too old or from the future")]
    Stale,
    /// Made with another key or over other bytes.
    #[error("the signature does not match")]
    Mismatch,
}

/// Signs a body at a time (milliseconds since 1970), as Retell does.
pub fn sign(key: &Secret, body: &[u8], at_ms: i64) -> String {
    let digest = mac(key, body, &at_ms.to_string()).finalize().into_bytes();
    let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("v={at_ms},d={hex}")
}

/// Accepts what both official libraries accept: lower-case hexadecimal, no
/// leading zeros, this order, no spaces.
pub fn verify(key: &Secret, body: &[u8], header: &str, now_ms: i64) -> Result<(), SignatureError> {
    let (version, digest) =
        header.strip_prefix("v=").and_then(|rest| rest.split_once(",d=")).ok_or(SignatureError::Form)?;
    let is_plain = !version.is_empty() && version.len() <= 16 && version.bytes().all(|b| b.is_ascii_digit());
    if !is_plain || (version.len() > 1 && version.starts_with('0')) {
        return Err(SignatureError::Form);
    }
    let at_ms: i64 = version.parse().map_err(|_| SignatureError::Form)?;
    let digest = unhex(digest).ok_or(SignatureError::Form)?;
    // The comparison is constant-time; the age is checked after it, so that an
    // answer tells a stranger nothing about a signature they cannot make.
    mac(key, body, version).verify_slice(&digest).map_err(|_| SignatureError::Mismatch)?;
    if (now_ms - at_ms).abs() <= TOLERANCE_MS { Ok(()) } else { Err(SignatureError::Stale) }
}

fn mac(key: &Secret, body: &[u8], version: &str) -> Hmac<Sha256> {
    let mut mac =
        Hmac::<Sha256>::new_from_slice(key.expose().as_bytes()).expect("HMAC takes keys of any length");
    mac.update(body);
    mac.update(version.as_bytes());
    mac
}

fn unhex(text: &str) -> Option<[u8; 32]> {
    let digits = text.as_bytes();
    if digits.len() != 64 || !digits.iter().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
        return None;
    }
    let mut bytes = [0; 32];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Made with npm retell-sdk 5.66.1 and reproduced by PyPI retell-sdk 6.2.13.
    const VECTORS: [(&str, &str, i64, &str); 3] = [
        (
            "key_test_0123456789abcdef",
            r#"{"event":"call_ended","call":{"call_id":"call_1"}}"#,
            1_767_225_600_000,
            "v=1767225600000,d=8e185b499f8b132509c1bf852cd1e06af7a534d018f0aff2ed7a2794ab5e907d",
        ),
        (
            "key_test_0123456789abcdef",
            r#"{"name":"book_appointment","call":{"call_id":"call_2"},"args":{"name":"Jürgen Müller-Weiß","note":"Zahnprothese prüfen – 14:30 Uhr €"}}"#,
            1_774_749_600_123,
            "v=1774749600123,d=11b9474574b781e36572e34a93434ef0807e2dad367c8ad4fcd1d17457789831",
        ),
        (
            "schlüssel_ä",
            "",
            1_700_000_000_000,
            "v=1700000000000,d=2353be51ea0ea64d3ca9628ae27d38943d6d31452bcc9d073482435df03e1fc1",
        ),
    ];

    #[test]
    fn the_official_libraries_signatures_are_made_and_accepted_within_five_minutes() {
        for (key, body, at, header) in VECTORS {
            let key = Secret::new(key.into());
            assert_eq!(sign(&key, body.as_bytes(), at), header);
            for (skew, expected) in [
                (0, Ok(())),
                (300_000, Ok(())),
                (-300_000, Ok(())),
                (300_001, Err(SignatureError::Stale)),
                (-300_001, Err(SignatureError::Stale)),
            ] {
                assert_eq!(verify(&key, body.as_bytes(), header, at + skew), expected, "{skew}");
            }
        }
    }

    #[test]
    fn everything_else_is_refused() {
        let (key, body, at, header) = VECTORS[0];
        let check = |header: &str| verify(&Secret::new(key.into()), body.as_bytes(), header, at);
        let (version, digest) = header.split_once(",d=").unwrap();
        for wrong in [
            String::new(),
            "v=,d=".into(),
            digest.to_owned(),
            format!("d={digest},{version}"),
            format!(" {header}"),
            format!("{header} "),
            header.replace("v=1", "v=01"),
            header.replace("v=1", "v=+1"),
            header.to_uppercase(),
            format!("{version},d={}", digest.to_uppercase()),
            header[..header.len() - 1].to_owned(),
            format!("{header}0"),
            header.replace("1767225600000", "99999999999999999999"),
        ] {
            assert_eq!(check(&wrong), Err(SignatureError::Form), "{wrong:?}");
        }
        assert_eq!(check(&header.replace("8e18", "8e19")), Err(SignatureError::Mismatch));
        assert_eq!(check(&header.replace("1767225600000", "1767225600001")), Err(SignatureError::Mismatch));
        assert_eq!(
            verify(&Secret::new("other".into()), body.as_bytes(), header, at),
            Err(SignatureError::Mismatch)
        );
    }
}
