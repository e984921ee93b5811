//! The workspace itself: whose key it is, and how many calls it may hold.

use axum::Json;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::request::Account;

/// Whether a key is valid, and whose it is.
pub(super) async fn key_info(account: Account) -> Json<Value> {
    let mut id: String =
        Sha256::digest(account.key.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
    id.truncate(16);
    let name = account.with(|workspace| workspace.settings.org_name.clone());
    let name = name.unwrap_or_else(|| format!("workspace {id}"));
    Json(json!({ "org_name": name, "api_key_name": null, "org_id": format!("org_{id}") }))
}

pub(super) async fn concurrency(account: Account) -> Json<Value> {
    let (current, limit) =
        account.with(|workspace| (workspace.calls.ongoing(), workspace.concurrency_limit()));
    Json(json!({ "current_concurrency": current, "concurrency_limit": limit, "base_concurrency": limit,
        "purchased_concurrency": 0, "concurrency_purchase_limit": 100, "remaining_purchase_limit": 100,
        "concurrency_burst_enabled": false, "concurrency_burst_limit": 0, "reserved_inbound_concurrency": 0 }))
}
