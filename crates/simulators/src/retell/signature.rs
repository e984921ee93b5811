use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// `v=<ms>,d=<hex HMAC-SHA256(key, body ++ ms)>`, as both official libraries make it.
pub(super) fn sign(key: &str, body: &[u8], at_ms: i64) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).expect("HMAC takes keys of any length");
    mac.update(body);
    mac.update(at_ms.to_string().as_bytes());
    let digest = mac.finalize().into_bytes();
    format!("v={at_ms},d={}", digest.iter().map(|byte| format!("{byte:02x}")).collect::<String>())
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    /// The same vectors that both official clients are asked about.
    #[test]
    fn signatures_are_those_of_the_official_clients() {
        let vectors: Value = serde_json::from_str(include_str!("../../tests/sdk/signatures.json")).unwrap();
        for vector in vectors.as_array().unwrap() {
            let body = vector["body"].as_str().unwrap().as_bytes();
            let made = sign(vector["key"].as_str().unwrap(), body, vector["at"].as_i64().unwrap());
            assert_eq!(made, vector["signature"].as_str().unwrap());
        }
    }
}
