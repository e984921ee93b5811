//! WebAuthn as far as a second factor needs it: whether an authenticator answered
//! our challenge, for our site, with the key it was registered with. Pure.
//!
//! Attestation is not asked for: what kind of authenticator somebody uses is theirs
//! to choose. The public key is taken as the browser gives it (SubjectPublicKeyInfo),
//! so nothing here reads CBOR; whoever registers could give any key of their own
//! anyway.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::signature::{
    ECDSA_P256_SHA256_ASN1, ED25519, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey, VerificationAlgorithm,
};
use serde::Deserialize;
use sha2::{Digest, Sha256};

/// Longer parts are no authenticator's.
const PART_AT_MOST: usize = 8 * 1024;

/// The site for which an authenticator answers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Site {
    /// The relying party: a host's name without port.
    pub id: String,
    /// `https://host[:port]`.
    pub origin: String,
}

/// What a browser sends when a passkey is made.
#[derive(Clone, Debug)]
pub struct Registration {
    /// What the browser was asked, as it signed it.
    pub client_data: Vec<u8>,
    /// What the authenticator says of itself.
    pub authenticator_data: Vec<u8>,
    /// SubjectPublicKeyInfo, in DER.
    pub public_key: Vec<u8>,
}

/// What a browser sends when a passkey is used.
#[derive(Clone, Debug)]
pub struct Assertion {
    /// Which passkey.
    pub credential: Vec<u8>,
    /// What the browser was asked.
    pub client_data: Vec<u8>,
    /// What the authenticator says of itself.
    pub authenticator_data: Vec<u8>,
    /// Over both.
    pub signature: Vec<u8>,
}

/// Why an answer opens nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Refused {
    /// Its parts have another form.
    #[error("it has another form")]
    Form,
    /// It answers another question, or somebody else's.
    #[error("it answers another question")]
    Question,
    /// It was given for another site.
    #[error("it was given for another site")]
    Site,
    /// Nobody touched the authenticator.
    #[error("nobody touched the authenticator")]
    Absent,
    /// The key is of a kind that is not asked for.
    #[error("the key is of an unknown kind")]
    Key,
    /// The signature is not the key's.
    #[error("the signature is another one's")]
    Signature,
    /// It counted backwards: there may be a copy of the authenticator.
    #[error("the authenticator counted backwards")]
    Counter,
}

#[derive(Deserialize)]
struct ClientData {
    #[serde(rename = "type")]
    kind: String,
    challenge: String,
    origin: String,
    #[serde(rename = "crossOrigin", default)]
    cross_origin: bool,
}

fn check_client(bytes: &[u8], kind: &str, challenge: &str, site: &Site) -> Result<(), Refused> {
    if bytes.len() > PART_AT_MOST {
        return Err(Refused::Form);
    }
    let client: ClientData = serde_json::from_slice(bytes).map_err(|_| Refused::Form)?;
    if client.kind != kind || client.challenge != challenge {
        return Err(Refused::Question);
    }
    if client.origin != site.origin || client.cross_origin {
        return Err(Refused::Site);
    }
    Ok(())
}

const PRESENT: u8 = 1;
const HAS_CREDENTIAL: u8 = 1 << 6;

/// Flags, counter, and what follows.
fn read_authenticator<'d>(bytes: &'d [u8], site: &Site) -> Result<(u8, u32, &'d [u8]), Refused> {
    let (place, rest) = bytes.split_first_chunk::<32>().ok_or(Refused::Form)?;
    let (flags, rest) = rest.split_first().ok_or(Refused::Form)?;
    let (counter, rest) = rest.split_first_chunk::<4>().ok_or(Refused::Form)?;
    if bytes.len() > PART_AT_MOST {
        return Err(Refused::Form);
    }
    if Sha256::digest(site.id.as_bytes()).as_slice() != place {
        return Err(Refused::Site);
    }
    if flags & PRESENT == 0 {
        return Err(Refused::Absent);
    }
    Ok((*flags, u32::from_be_bytes(*counter), rest))
}

/// A fresh passkey's credential id and counter, where the browser answered our
/// challenge for our site.
pub fn registered(
    site: &Site,
    challenge: &str,
    registration: &Registration,
) -> Result<(Vec<u8>, u32), Refused> {
    check_client(&registration.client_data, "webauthn.create", challenge, site)?;
    let (flags, counter, rest) = read_authenticator(&registration.authenticator_data, site)?;
    if flags & HAS_CREDENTIAL == 0 {
        return Err(Refused::Form);
    }
    // Sixteen bytes name the kind of authenticator; nobody asks.
    let (_, rest) = rest.split_first_chunk::<16>().ok_or(Refused::Form)?;
    let (length, rest) = rest.split_first_chunk::<2>().ok_or(Refused::Form)?;
    let credential = rest.get(..usize::from(u16::from_be_bytes(*length))).ok_or(Refused::Form)?;
    if credential.is_empty() || credential.len() > 1023 {
        return Err(Refused::Form);
    }
    key(&registration.public_key)?;
    Ok((credential.to_vec(), counter))
}

/// What the authenticator counted, where it answered our challenge for our site
/// with this key and has not counted backwards.
pub fn asserted(
    site: &Site,
    challenge: &str,
    public_key: &[u8],
    known_counter: u32,
    assertion: &Assertion,
) -> Result<u32, Refused> {
    check_client(&assertion.client_data, "webauthn.get", challenge, site)?;
    let (_, counter, _) = read_authenticator(&assertion.authenticator_data, site)?;
    let (algorithm, key) = key(public_key)?;
    let mut signed = assertion.authenticator_data.clone();
    signed.extend_from_slice(&Sha256::digest(&assertion.client_data));
    UnparsedPublicKey::new(algorithm, key)
        .verify(&signed, &assertion.signature)
        .map_err(|_| Refused::Signature)?;
    // Authenticators that are kept in several places count nothing and say 0 for ever.
    if (counter, known_counter) != (0, 0) && counter <= known_counter {
        return Err(Refused::Counter);
    }
    Ok(counter)
}

/// SubjectPublicKeyInfo of a P-256 key up to its point, and of an Ed25519 key.
const P256: [u8; 26] = [
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86,
    0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
];
const ED: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];
/// `rsaEncryption` with its absent parameters.
const RSA: [u8; 15] =
    [0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00];

fn key(info: &[u8]) -> Result<(&'static dyn VerificationAlgorithm, &[u8]), Refused> {
    if info.len() > PART_AT_MOST {
        return Err(Refused::Key);
    }
    if let Some(point) = info.strip_prefix(&P256) {
        // Uncompressed, as every browser gives it.
        let is_point = point.len() == 65 && point[0] == 4;
        return if is_point { Ok((&ECDSA_P256_SHA256_ASN1, point)) } else { Err(Refused::Key) };
    }
    if let Some(point) = info.strip_prefix(&ED) {
        return if point.len() == 32 { Ok((&ED25519, point)) } else { Err(Refused::Key) };
    }
    let inside = der(info, 0x30).ok_or(Refused::Key)?;
    let bits = inside.strip_prefix(&RSA).and_then(|rest| der(rest, 0x03)).ok_or(Refused::Key)?;
    let key = bits.strip_prefix(&[0]).ok_or(Refused::Key)?;
    Ok((&RSA_PKCS1_2048_8192_SHA256, key))
}

/// The content of one DER value with this tag, and nothing after it.
fn der(bytes: &[u8], tag: u8) -> Option<&[u8]> {
    let rest = bytes.strip_prefix(&[tag])?;
    let (length, content) = match *rest.first()? {
        short @ 0..=0x7f => (usize::from(short), &rest[1..]),
        0x81 => (usize::from(*rest.get(1)?), rest.get(2..)?),
        0x82 => (usize::from(u16::from_be_bytes([*rest.get(1)?, *rest.get(2)?])), rest.get(3..)?),
        _ => return None,
    };
    (content.len() == length).then_some(content)
}

/// Bytes as browsers write them into forms.
pub fn read_base64(text: &str) -> Option<Vec<u8>> {
    if text.len() > 2 * PART_AT_MOST {
        return None;
    }
    URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).ok()
}

/// The same, written.
pub fn base64(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_bytes_are_a_panic() {
        let site = Site { id: "localhost".into(), origin: "http://localhost".into() };
        let client = |kind: &str| {
            format!(r#"{{"type":"{kind}","challenge":"c","origin":"http://localhost"}}"#).into_bytes()
        };
        let mut whole = Sha256::digest(b"localhost").to_vec();
        whole.extend([0xff; 40]);
        for length in 0..whole.len() {
            let part = whole[..length].to_vec();
            let registration = Registration {
                client_data: client("webauthn.create"),
                authenticator_data: part.clone(),
                public_key: part.clone(),
            };
            assert!(registered(&site, "c", &registration).is_err());
            let assertion = Assertion {
                credential: part.clone(),
                client_data: client("webauthn.get"),
                authenticator_data: part.clone(),
                signature: part.clone(),
            };
            assert!(asserted(&site, "c", &part, 0, &assertion).is_err());
            for key_of in [&P256[..], &ED[..], &[0x30, 0x82, 0xff][..]] {
                let mut odd = key_of.to_vec();
                odd.extend(&part);
                let _ = key(&odd);
            }
        }
        assert_eq!(der(&[0x30, 0x01], 0x30), None);
        assert_eq!(der(&[0x30, 0x01, 7], 0x30), Some(&[7][..]));
        assert_eq!(der(&[0x30, 0x81, 1, 7, 8], 0x30), None, "nothing may follow");
    }
}
