//! The call's events on their way to their receiver: triggered in order, but none
//! waits for another, so they arrive twice, late and in any order.

use std::{sync::Arc, time::Duration};

use serde_json::{Value, json};
use tokio::sync::{Mutex, oneshot};

use super::{
    script::{Delivery, Webhooks},
    send::{Outgoing, send},
};
use crate::retell::{Retell, versions::Fields};

/// After the first attempt.
const RETRIES: u32 = 3;

/// Between attempts, doubling.
const PAUSE_FIRST: Duration = Duration::from_millis(100);

/// How long the conversation waits for a receiver before it goes on.
const WAITS_FOR: Duration = Duration::from_secs(1);

/// How long the end of the call waits for attempts under way.
const ENDS_WITHIN: Duration = Duration::from_secs(2);

/// Duplicates of one event at most.
const DUPLICATES_AT_MOST: u32 = 20;

const TIMEOUT_DEFAULT_MS: u64 = 10_000;

/// What an agent sends where it says nothing.
const USUAL: [&str; 3] = ["call_started", "call_ended", "call_analyzed"];

/// Where events go, and how.
pub(super) struct Events {
    retell: Retell,
    key: String,
    url: Option<String>,
    wanted: Vec<String>,
    timeout: Duration,
    duplicates: u32,
    order: Option<Vec<String>>,
    held: Vec<(String, String)>,
    deliveries: Arc<Mutex<Vec<Delivery>>>,
    under_way: tokio::task::JoinSet<()>,
}

impl Events {
    pub(super) fn new(
        retell: Retell,
        key: String,
        agent: &Fields,
        account_url: Option<String>,
        how: Webhooks,
    ) -> Self {
        let own = agent.get("webhook_url").and_then(Value::as_str).filter(|url| !url.is_empty());
        let wanted = match agent.get("webhook_events").and_then(Value::as_array) {
            Some(events) => events.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
            None => USUAL.map(str::to_owned).into(),
        };
        let timeout = agent.get("webhook_timeout_ms").and_then(Value::as_u64).unwrap_or(TIMEOUT_DEFAULT_MS);
        Self {
            retell,
            key,
            url: own.map(str::to_owned).or(account_url),
            wanted,
            timeout: Duration::from_millis(timeout),
            duplicates: how.duplicates.min(DUPLICATES_AT_MOST),
            order: how.order,
            held: Vec::new(),
            deliveries: Arc::default(),
            under_way: tokio::task::JoinSet::new(),
        }
    }

    /// Fills variables into the address.
    pub(super) fn address(&mut self, fill: impl FnOnce(&str) -> String) {
        self.url = self.url.as_deref().map(fill);
    }

    /// Sends an event, or keeps it where the script wants another order.
    pub(super) async fn trigger(&mut self, event: &str, call: &Value, beside: &Value) {
        if !self.wanted.iter().any(|wanted| wanted == event) {
            return;
        }
        let mut body = json!({ "event": event, "event_timestamp": self.retell.now_ms(), "call": call });
        for (name, value) in beside.as_object().into_iter().flatten() {
            body[name] = value.clone();
        }
        if self.order.is_some() {
            self.held.push((event.to_owned(), body.to_string()));
        } else {
            self.deliver(event.to_owned(), body.to_string()).await;
        }
    }

    async fn deliver(&mut self, event: String, body: String) {
        let Some(url) = self.url.clone() else { return };
        let outgoing = Outgoing::post(url, body, self.timeout);
        let (retell, key) = (self.retell.clone(), self.key.clone());
        let (deliveries, duplicates) = (Arc::clone(&self.deliveries), self.duplicates);
        let (first, first_ended) = oneshot::channel();
        self.under_way.spawn(async move {
            let mut first = Some(first);
            let mut pause = PAUSE_FIRST;
            let mut attempt = 0;
            let mut accepted = 0;
            while (accepted == 0 && attempt <= RETRIES) || (accepted > 0 && accepted <= duplicates) {
                if attempt > 0 && accepted == 0 {
                    tokio::time::sleep(pause).await;
                    pause *= 2;
                }
                attempt += 1;
                let answer = send(&retell, &key, &outgoing).await;
                accepted += u32::from(answer.is_success() || accepted > 0);
                let delivery = Delivery { event: event.clone(), attempt, status: answer.status };
                deliveries.lock().await.push(delivery);
                if let Some(first) = first.take() {
                    let _ = first.send(());
                }
            }
        });
        let _ = tokio::time::timeout(WAITS_FOR, first_ended).await;
    }

    /// Sends what was kept, waits a moment, and tells what was delivered.
    pub(super) async fn end(mut self) -> Vec<Delivery> {
        let order = self.order.take().unwrap_or_default();
        let place = |event: &str| order.iter().position(|one| one == event).unwrap_or(order.len());
        let mut held = std::mem::take(&mut self.held);
        held.sort_by_key(|(event, _)| place(event));
        for (event, body) in held {
            self.deliver(event, body).await;
        }
        let all = async { while self.under_way.join_next().await.is_some() {} };
        let _ = tokio::time::timeout(ENDS_WITHIN, all).await;
        // What is still being tried goes on being tried.
        self.under_way.detach_all();
        self.deliveries.lock().await.clone()
    }
}
