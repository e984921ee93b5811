//! What Retell calls: functions during a phone call, and call events.
//!
//! The signature over the raw bytes is checked before a byte of them is read as
//! anything else. The connection in the address says whose key that is.

mod envelope;
mod function;
pub(crate) mod gate;
mod signed;
mod webhook;

use axum::{http::Method, routing::post};

use crate::routes::{Access, Parts};

pub(crate) fn routes(parts: Parts) -> Parts {
    parts
        .add(
            Method::POST,
            "/retell/{connection}/functions/{function}",
            Access::SignedByRetell,
            post(function::call),
        )
        .add(Method::POST, "/retell/{connection}/webhook", Access::SignedByRetell, post(webhook::receive))
}
