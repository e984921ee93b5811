//! The signature on Cal.com's webhooks: lower-case hexadecimal HMAC-SHA256 over
//! the raw body, under a secret of the webhook's own. It carries no time, so the
//! same bytes may come again at any time. `contracts/calcom-v2.md` has a vector.

use askpro_domain::secret::Secret;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// The header that carries it.
pub const SIGNATURE_HEADER: &str = "x-cal-signature-256";

/// Signs a body as Cal.com does.
pub fn sign(secret: &Secret, body: &[u8]) -> String {
    mac(secret, body).finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Whether a body was signed with this secret; compared in constant time.
pub fn verify(secret: &Secret, body: &[u8], header: &str) -> bool {
    let is_hex = header.len() == 64 && header.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    let digest: Option<Vec<u8>> = (0..header.len() / 2)
        .map(|at| u8::from_str_radix(header.get(2 * at..2 * at + 2)?, 16).ok())
        .collect();
    match digest {
        Some(digest) if is_hex => mac(secret, body).verify_slice(&digest).is_ok(),
        _ => false,
    }
}

fn mac(secret: &Secret, body: &[u8]) -> Hmac<Sha256> {
    let mut mac =
        Hmac::<Sha256>::new_from_slice(secret.expose().as_bytes()).expect("HMAC takes keys of any length");
    mac.update(body);
    mac
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vector_of_the_contract_holds_and_nothing_else() {
        let secret = Secret::new("whsec_test".into());
        let body = r#"{"triggerEvent":"BOOKING_CREATED","createdAt":"2026-01-01T00:00:00.000Z","payload":{"uid":"bk_1","title":"Prüfung"}}"#;
        let right = "2194cc1f9933496f6edb3835b4d3a0106356b87f266af4bf064435ffa9c5838b";
        assert_eq!(sign(&secret, body.as_bytes()), right);
        assert!(verify(&secret, body.as_bytes(), right));
        for wrong in ["", "no-secret-provided", &right.to_uppercase(), &right[..62], &format!("{right}0")] {
            assert!(!verify(&secret, body.as_bytes(), wrong), "{wrong}");
        }
        assert!(!verify(&Secret::new("other".into()), body.as_bytes(), right));
        assert!(!verify(&secret, b"{}", right));
    }
}
