//! What both candidates share: the world they book in, and the stopwatch.

use std::{
    future::Future,
    sync::Arc,
    time::{Duration, Instant},
};

use jiff::{SignedDuration, Timestamp};

pub const NAME: &str = "Erika Mustermann";
pub const NOTES: &str = "Kommt etwas früher.";
pub const ACTOR: &str = "call:con_bench";
/// About as long as a confirmed booking's answer.
pub const ANSWER: &[u8] = &[b'a'; 600];
const WARM_UP: Duration = Duration::from_secs(1);

pub fn now() -> Timestamp {
    "2026-11-23T08:00:00Z".parse().expect("a time")
}

/// Each client books its own two people, one appointment a day: nobody is in
/// anybody's way, and looking up what is busy costs the same all along.
pub fn start_of(number: u32) -> Timestamp {
    let morning: Timestamp = "2026-11-24T09:00:00Z".parse().expect("a time");
    morning + SignedDuration::from_hours(24 * i64::from(number / 2))
}

pub fn phone_of(client: usize, number: u32) -> String {
    format!("+4915{client:02}{number:07}")
}

pub fn key_of(client: usize, number: u32) -> String {
    format!("{:064x}", (client as u128) << 64 | u128::from(number))
}

/// Runs the clients and prints one line: label, bookings per second, p50 and p99
/// in milliseconds, and how many bookings were acknowledged in all.
pub async fn measure<B, F>(label: &str, clients: usize, seconds: u64, book: B)
where
    B: Fn(usize, u32) -> F + Send + Sync + 'static,
    F: Future<Output = ()> + Send,
{
    let book = Arc::new(book);
    let begin = Instant::now() + WARM_UP;
    let end = begin + Duration::from_secs(seconds);
    let tasks: Vec<_> = (0..clients)
        .map(|client| {
            let book = Arc::clone(&book);
            tokio::spawn(async move {
                let (mut latencies, mut all) = (Vec::new(), 0_u32);
                loop {
                    let asked = Instant::now();
                    if asked >= end {
                        return (latencies, all);
                    }
                    book(client, all).await;
                    all += 1;
                    let answered = Instant::now();
                    if answered >= begin && answered < end {
                        latencies.push(answered - asked);
                    }
                }
            })
        })
        .collect();
    let (mut latencies, mut all) = (Vec::new(), 0);
    for task in tasks {
        let (some, count) = task.await.expect("a client does not panic");
        latencies.extend(some);
        all += count;
    }
    latencies.sort();
    let at = |share: f64| latencies[((latencies.len() - 1) as f64 * share) as usize].as_secs_f64() * 1e3;
    let rate = latencies.len() as f64 / seconds as f64;
    println!("{label} {rate:.0} {:.2} {:.2} {all}", at(0.5), at(0.99));
}
