//! People who ring all through a drill, what they hear, and what they are promised.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use tokio::{sync::watch, task::JoinSet};

use super::line::{Line, Reply};

/// Callers at the same time.
const CALLERS: usize = 4;

/// How long somebody thinks between two calls.
const THINKS: Duration = Duration::from_millis(250);

/// Every so many calls one is about Cal.com's service: an account there may send two
/// requests a second, and the drill is not about that.
const CALCOM_EVERY: usize = 12;

/// How long Retell's platform waits before it sends a function call again that
/// was not answered, and how often it does.
const TRIES_AGAIN: (Duration, u32) = (Duration::from_millis(500), 2);

/// A function call as it was heard.
#[derive(Clone, Debug)]
pub(super) struct Heard {
    /// Since the beginning of the drill.
    pub(super) at: Duration,
    pub(super) function: &'static str,
    /// The answer's status; `silence` where the caller heard nothing.
    pub(super) status: String,
    pub(super) say: String,
    pub(super) took: Duration,
    /// Whether it was about the service whose calendar is Cal.com's.
    pub(super) at_calcom: bool,
}

/// Something a caller relies on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Promise {
    /// An appointment, by its id.
    Appointment(String),
    /// That an appointment is called off, by its id.
    Cancelled(String),
    /// A call-back, by the id of its task.
    CallBack(String),
}

/// What was heard and promised so far.
#[derive(Default)]
pub(super) struct Book {
    pub(super) heard: Vec<Heard>,
    pub(super) promises: Vec<Promise>,
}

pub(super) struct Callers {
    begun: Instant,
    book: Arc<Mutex<Book>>,
    stop: watch::Sender<bool>,
    under_way: JoinSet<()>,
}

impl Callers {
    /// From now on people ring.
    pub(super) fn ring(line: &Line, begun: Instant) -> Self {
        let (stop, stopped) = watch::channel(false);
        let book: Arc<Mutex<Book>> = Arc::default();
        let next = Arc::new(AtomicUsize::new(0));
        let mut under_way = JoinSet::new();
        for _ in 0..CALLERS {
            let caller = Caller { line: line.clone(), begun, book: Arc::clone(&book) };
            let (next, stopped) = (Arc::clone(&next), stopped.clone());
            under_way.spawn(async move {
                while !*stopped.borrow() {
                    caller.call(next.fetch_add(1, Ordering::Relaxed)).await;
                    tokio::time::sleep(THINKS).await;
                }
            });
        }
        Self { begun, book, stop, under_way }
    }

    /// What was heard since a moment.
    pub(super) fn heard_since(&self, since: Duration) -> Vec<Heard> {
        let book = self.book.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        book.heard.iter().filter(|one| one.at >= since).cloned().collect()
    }

    pub(super) fn now(&self) -> Duration {
        self.begun.elapsed()
    }

    /// The calls under way end, and nobody rings any more.
    pub(super) async fn hang_up(mut self) -> Book {
        let _ = self.stop.send(true);
        while self.under_way.join_next().await.is_some() {}
        let mut book = self.book.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        std::mem::take(&mut book)
    }
}

#[derive(Clone)]
struct Caller {
    line: Line,
    begun: Instant,
    book: Arc<Mutex<Book>>,
}

impl Caller {
    /// Asks for a time, books it, and perhaps calls it off again; where nothing can
    /// be booked, asks to be rung back.
    async fn call(&self, number: usize) {
        let call = format!("drill_{number}");
        let at_calcom = number % CALCOM_EVERY == 1;
        let service = if at_calcom { "Beratung" } else { "Haarschnitt" };
        // Every call has its own day and time, so that most find it free.
        let (day, quarter) = (1 + number % 50, (number / 50) % 24);
        let when = format!("in {day} Tagen um {}:{:02} Uhr", 8 + quarter / 4 * 2, 15 * (quarter % 4));
        let ask = json!({ "service": service, "when": when });
        self.function(&call, number, "check_availability", &ask, at_calcom).await;
        if number % 5 == 4 {
            self.function(&call, number, "get_business_info", &json!({}), at_calcom).await;
        }
        let name = format!("Erika Muster {}", spelled(number));
        let wish = json!({ "service": service, "when": when, "customer_name": name });
        let booked = self.function(&call, number, "book_appointment", &wish, at_calcom).await;
        let appointment = booked["data"]["appointment"]["id"].as_str().map(str::to_owned);
        match (booked["status"].as_str(), appointment) {
            (Some("confirmed" | "provisional"), Some(id)) => {
                self.promised(Promise::Appointment(id.clone()));
                if number % 3 == 1 {
                    let which = json!({ "appointment_id": id, "customer_name": name });
                    let off = self.function(&call, number, "cancel_appointment", &which, at_calcom).await;
                    if matches!(off["status"].as_str(), Some("cancelled" | "provisional")) {
                        self.promised(Promise::Cancelled(id));
                    }
                }
            }
            (Some("unavailable"), _) => {
                let note = json!({ "customer_name": name, "topic": "Termin" });
                let noted = self.function(&call, number, "request_callback", &note, at_calcom).await;
                if let Some(id) = noted["data"]["task_id"].as_str() {
                    self.promised(Promise::CallBack(id.to_owned()));
                }
            }
            _ => {}
        }
    }

    /// Calls a function as Retell does: once more where there was no answer.
    async fn function(
        &self,
        call: &str,
        number: usize,
        function: &'static str,
        args: &Value,
        at_calcom: bool,
    ) -> Value {
        let (pause, tries) = TRIES_AGAIN;
        let mut tried = 0;
        loop {
            let at = self.begun.elapsed();
            let Reply { http_status, body, took } = self.line.function(call, number, function, args).await;
            let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
            let is_answer = http_status == Some(200) && !text("say").is_empty();
            let status = if is_answer { text("status") } else { "silence".to_owned() };
            let heard = Heard { at, function, status, say: text("say"), took, at_calcom };
            self.book.lock().unwrap_or_else(std::sync::PoisonError::into_inner).heard.push(heard);
            if is_answer || tried == tries {
                return body;
            }
            tried += 1;
            tokio::time::sleep(pause).await;
        }
    }

    /// A caller relies on the last thing that was said about an appointment.
    fn promised(&self, promise: Promise) {
        let mut book = self.book.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Promise::Cancelled(id) = &promise {
            let given_up = Promise::Appointment(id.clone());
            book.promises.retain(|one| *one != given_up);
        }
        book.promises.push(promise);
    }
}

/// A name of letters alone: callers are told apart by number and name.
fn spelled(mut number: usize) -> String {
    let mut letters = String::new();
    loop {
        letters.push(char::from(b"bdfgklmnprst"[number % 12]));
        letters.push('a');
        number /= 12;
        if number == 0 {
            return letters;
        }
    }
}
