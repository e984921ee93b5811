//! What providers call: functions during a phone call, ringing calls, call events,
//! and hints about bookings.
//!
//! The signature over the raw bytes is checked before a byte of them is read as
//! anything else. The connection in the address says whose key that is.

mod envelope;
mod function;
pub(crate) mod gate;
mod inbound;
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
        .add(Method::POST, "/retell/{connection}/webhook", Access::SignedByRetell, post(webhook::of_retell))
        .add(Method::POST, "/retell/{connection}/inbound", Access::SignedByRetell, post(inbound::ring))
        .add(Method::POST, "/calcom/{connection}/webhook", Access::SignedByCalcom, post(webhook::of_calcom))
}
