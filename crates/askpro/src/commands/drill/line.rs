//! How Retell's side of a call reaches the server: signed requests.

use std::time::{Duration, Instant};

use askpro_app::SystemClock;
use askpro_domain::{
    ids::{Clock, ConnectionId},
    secret::Secret,
};
use askpro_providers::retell;
use serde_json::{Value, json};

/// The way into the server under test.
#[derive(Clone)]
pub(in crate::commands) struct Line {
    pub(in crate::commands) http: reqwest::Client,
    pub(in crate::commands) base: String,
    pub(in crate::commands) connection: ConnectionId,
    pub(in crate::commands) key: Secret,
}

/// What came back.
pub(in crate::commands) struct Reply {
    /// `None` where there was no answer at all.
    pub(in crate::commands) http_status: Option<u16>,
    pub(in crate::commands) body: Value,
    pub(in crate::commands) took: Duration,
}

impl Line {
    /// Sends what an agent's model calls during a call.
    pub(in crate::commands) async fn function(
        &self,
        call: &str,
        number: usize,
        function: &str,
        args: &Value,
    ) -> Reply {
        let body = json!({ "name": function, "args": args, "call": {
            "call_id": call, "call_type": "phone_call", "call_status": "ongoing",
            "from_number": format!("+49151{number:08}"), "to_number": "+493012345678",
            "retell_llm_dynamic_variables": { "language": "de" },
            "transcript_with_tool_calls": [{ "role": "tool_call_invocation",
                "tool_call_id": format!("{call}_{function}"), "name": function, "arguments": args.to_string() }] } });
        self.post(&format!("functions/{function}"), body.to_string().into_bytes()).await
    }

    /// Sends a call's event.
    pub(in crate::commands) async fn event(&self, event: &str, call: &str) -> Reply {
        let body = json!({ "event": event, "call": { "call_id": call, "call_type": "phone_call",
            "call_status": "ended", "from_number": "+4915112345678", "to_number": "+493012345678" } });
        self.post("webhook", body.to_string().into_bytes()).await
    }

    /// Sends a body with its signature.
    pub(in crate::commands) async fn post(&self, path: &str, body: Vec<u8>) -> Reply {
        let signature = retell::sign(&self.key, &body, SystemClock.now().as_millisecond());
        let begun = Instant::now();
        let sent = self
            .http
            .post(format!("{}/retell/{}/{path}", self.base, self.connection))
            .header(retell::SIGNATURE_HEADER, signature)
            .header("content-type", "application/json")
            .body(body)
            .send()
            .await;
        match sent {
            Ok(answer) => {
                let http_status = Some(answer.status().as_u16());
                let body = answer.json().await.unwrap_or_default();
                Reply { http_status, body, took: begun.elapsed() }
            }
            Err(_) => Reply { http_status: None, body: Value::Null, took: begun.elapsed() },
        }
    }
}
