//! A row of attempted calls, played through a breaker.

use std::time::Duration;

use askpro_domain::breaker::{Breaker, BreakerConfig, CallOutcome, CallTicket};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize)]
struct Input {
    config: ConfigInput,
    events: Vec<EventInput>,
}

#[derive(Deserialize)]
struct ConfigInput {
    failure_threshold: u32,
    open_seconds: u64,
    half_open_max_calls: u32,
    success_threshold: u32,
}

#[derive(Deserialize)]
struct EventInput {
    t: u64,
    outcome: Outcome,
    #[serde(default)]
    duration: u64,
    #[serde(default)]
    retry_after: u64,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Outcome {
    Ok,
    Error,
    Timeout,
    ClientError,
    RateLimited,
}

/// A call under way.
struct Call {
    end: Duration,
    event: usize,
    ticket: CallTicket,
    outcome: CallOutcome,
}

pub(crate) fn answer(input: &Value) -> Result<Value, String> {
    let Input { config, events } = crate::parse(input)?;
    let mut breaker = Breaker::new(BreakerConfig {
        failure_threshold: config.failure_threshold,
        open_for: Duration::from_secs(config.open_seconds),
        half_open_max_calls: config.half_open_max_calls,
        success_threshold: config.success_threshold,
    });
    let mut under_way: Vec<Call> = Vec::new();
    let mut last = Duration::ZERO;
    let mut steps = Vec::with_capacity(events.len());
    for (number, event) in events.iter().enumerate() {
        let at = Duration::from_secs(event.t);
        settle(&mut breaker, &mut under_way, at);
        let started = breaker.start(at);
        let allowed = started.is_ok();
        last = last.max(at);
        if let Ok(ticket) = started {
            let end = at.saturating_add(Duration::from_secs(event.duration));
            last = last.max(end);
            under_way.push(Call { end, event: number, ticket, outcome: outcome(event) });
            settle(&mut breaker, &mut under_way, at);
        }
        steps.push(json!({ "allowed": allowed, "state": breaker.state(at).word() }));
    }
    settle(&mut breaker, &mut under_way, last);
    Ok(json!({ "steps": steps, "final_state": breaker.state(last).word() }))
}

/// Reports every end up to `at`, in order of (end, event).
fn settle(breaker: &mut Breaker, under_way: &mut Vec<Call>, at: Duration) {
    let mut ended: Vec<Call> = under_way.extract_if(.., |call| call.end <= at).collect();
    ended.sort_by_key(|call| (call.end, call.event));
    for call in ended {
        breaker.end(call.ticket, call.outcome, call.end);
    }
}

fn outcome(event: &EventInput) -> CallOutcome {
    match event.outcome {
        Outcome::Ok => CallOutcome::Ok,
        Outcome::Error => CallOutcome::Error,
        Outcome::Timeout => CallOutcome::Timeout,
        Outcome::ClientError => CallOutcome::ClientError,
        Outcome::RateLimited => {
            CallOutcome::RateLimited { retry_after: Duration::from_secs(event.retry_after) }
        }
    }
}
