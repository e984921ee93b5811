//! Sends a signed request and reads what is answered.

use std::time::Duration;

use reqwest::Method;
use serde_json::Value;
use tokio::time::Instant;

use crate::retell::{Retell, signature::sign};

/// What is read of an answer at most, in bytes.
const ANSWER_BYTES_AT_MOST: usize = 1 << 20;

/// A request that can be sent more than once; each time it is signed anew.
#[derive(Clone, Debug)]
pub(super) struct Outgoing {
    pub(super) method: Method,
    pub(super) url: String,
    pub(super) query: Vec<(String, String)>,
    pub(super) headers: Vec<(String, String)>,
    /// Absent for methods without one; the signature is then over nothing.
    pub(super) body: Option<String>,
    pub(super) timeout: Duration,
}

impl Outgoing {
    pub(super) fn post(url: String, body: String, timeout: Duration) -> Self {
        Self { method: Method::POST, url, query: Vec::new(), headers: Vec::new(), body: Some(body), timeout }
    }
}

/// What came back.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    /// 0 where nothing came in time.
    pub(super) status: u16,
    /// The body: JSON where it is, else text.
    pub(super) body: Value,
    pub(super) ms: u64,
}

impl Answer {
    /// Nothing came.
    pub(super) fn none() -> Self {
        Self { status: 0, body: Value::Null, ms: 0 }
    }

    pub(super) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

pub(super) async fn send(retell: &Retell, key: &str, outgoing: &Outgoing) -> Answer {
    let begun = Instant::now();
    let bytes = outgoing.body.as_deref().unwrap_or_default().as_bytes();
    let signature = sign(key, bytes, retell.now_ms());
    let mut request = retell
        .http
        .request(outgoing.method.clone(), &outgoing.url)
        .timeout(outgoing.timeout)
        .query(&outgoing.query)
        .header("x-retell-signature", signature);
    for (name, value) in &outgoing.headers {
        request = request.header(name, value);
    }
    if let Some(body) = &outgoing.body {
        request = request.header("content-type", "application/json").body(body.clone());
    }
    let (status, body) = match request.send().await {
        Ok(response) => (response.status().as_u16(), read(response).await),
        Err(_) => (0, None),
    };
    // A body that breaks off was no answer.
    let (status, body) = body.map_or((0, Value::Null), |body| (status, body));
    Answer { status, body, ms: u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX) }
}

async fn read(mut response: reqwest::Response) -> Option<Value> {
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.ok()? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > ANSWER_BYTES_AT_MOST {
            bytes.truncate(ANSWER_BYTES_AT_MOST);
            break;
        }
    }
    let text = String::from_utf8_lossy(&bytes).into_owned();
    Some(serde_json::from_str(&text).unwrap_or(Value::String(text)))
}
