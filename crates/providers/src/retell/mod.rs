//! Retell AI.

mod signature;

pub use signature::{SIGNATURE_HEADER, SignatureError, TOLERANCE_MS, sign, verify};
