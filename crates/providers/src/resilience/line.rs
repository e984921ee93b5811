use std::{
    sync::{
        Arc, Mutex, MutexGuard,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use askpro_domain::{
    breaker::{BreakerState, CallOutcome, CallRefused, CallTicket},
    ids::Chance,
};
use tokio::{
    sync::Semaphore,
    time::{Instant, timeout_at},
};

use super::{
    Budget, Change, Failure, Limits, LineId, NotAsked, PAUSE_UNNAMED, ReplyBody, Seen, Service, Terms,
    Trouble, Urgency, asked_to_wait,
    budget::Purse,
    gauge::{Ended, Gauge},
    retry,
};
use crate::transport::{Lost, Reply, Request, Transport};

/// Waiting for a place at most, per place: whoever comes beyond that is told at once.
const WAITING_PER_PLACE: u32 = 8;

/// A request that was given less than this and not answered says nothing about
/// the provider.
const FAIR_WAIT: Duration = Duration::from_secs(1);

/// What is asked, and whether asking twice could do harm.
#[derive(Clone, Debug)]
pub struct Asked {
    /// What is sent.
    pub request: Request,
    /// Whether a second request has no second effect.
    pub is_idempotent: bool,
}

/// What lines share.
#[derive(Clone)]
pub(super) struct Shared {
    pub(super) transport: Arc<dyn Transport>,
    pub(super) budget: Arc<dyn Budget>,
    pub(super) chance: Arc<dyn Chance>,
    pub(super) began: Instant,
}

/// The way to one provider for one connection.
pub struct Line {
    pub(super) id: LineId,
    pub(super) service: Service,
    pub(super) base: String,
    pub(super) limits: Limits,
    shared: Shared,
    gauge: Mutex<Gauge>,
    places: Semaphore,
    /// Background work never takes more than half of the places.
    background_places: Semaphore,
    waiting: AtomicU32,
    purses: [Purse; 2],
}

impl Line {
    pub(super) fn new(shared: Shared, id: LineId, service: Service, base: String, limits: Limits) -> Self {
        let places = limits.at_once.max(1) as usize;
        Self {
            id,
            service,
            base,
            limits,
            shared,
            gauge: Mutex::new(Gauge::new(limits.breaker)),
            places: Semaphore::new(places),
            background_places: Semaphore::new(places.div_ceil(2)),
            waiting: AtomicU32::new(0),
            purses: [Purse::default(), Purse::default()],
        }
    }

    /// The provider's root address on this line.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// Asks. `read` makes something of a success, or `None` of nonsense.
    pub async fn ask<T>(
        &self,
        terms: Terms,
        asked: &Asked,
        read: impl Fn(&[u8]) -> Option<T>,
    ) -> Result<T, Failure> {
        let deadline = Instant::now() + terms.patience;
        let mut tries = 1;
        loop {
            let failure = match self.ask_once(terms.urgency, deadline, asked, &read).await {
                Ok(answer) => return Ok(answer),
                Err(failure) => failure,
            };
            let is_harmless = match &failure {
                // Nothing happened there.
                Failure::Unreachable => true,
                Failure::Unanswered => asked.is_idempotent,
                Failure::Refused { status, .. } => asked.is_idempotent && is_trouble(*status),
                Failure::NotAsked { .. } => false,
            };
            tries += 1;
            let pause = retry::pause(tries, self.shared.chance.as_ref());
            if !is_harmless || tries > retry::TRIES_AT_MOST || Instant::now() + pause >= deadline {
                return Err(failure);
            }
            tokio::time::sleep(pause).await;
        }
    }

    async fn ask_once<T>(
        &self,
        urgency: Urgency,
        deadline: Instant,
        asked: &Asked,
        read: &impl Fn(&[u8]) -> Option<T>,
    ) -> Result<T, Failure> {
        // In two steps: what follows looks at the gauge as well.
        let passed = self.gauge().gate(self.now());
        passed.map_err(|refused| self.refused(refused))?;
        let _place =
            self.place(urgency, deadline).await.map_err(|because| self.passed_over(because, None))?;
        self.token(urgency, deadline).await?;
        // While it waited the provider may have been found in trouble.
        let started = self.gauge().start(self.now());
        let ticket = started.map_err(|refused| self.refused(refused))?;
        let under_way = UnderWay { line: self, ticket: Some(ticket), began: Instant::now() };
        let sent = timeout_at(deadline, self.shared.transport.send(asked.request.clone())).await;
        let (result, ended) = judged(sent.ok(), under_way.began.elapsed(), read);
        under_way.end(&ended);
        result
    }

    /// A place among those under way. The permit gives it back.
    async fn place(&self, urgency: Urgency, deadline: Instant) -> Result<Permits<'_>, NotAsked> {
        let limit = self.limits.at_once.max(1).saturating_mul(WAITING_PER_PLACE);
        let _waiting = Waiting::enter(&self.waiting, limit).ok_or(NotAsked::Crowded)?;
        let permits = async {
            let background = match urgency {
                Urgency::Background => Some(self.background_places.acquire().await),
                Urgency::Call => None,
            };
            (background, self.places.acquire().await)
        };
        let permits = timeout_at(deadline, permits).await.map_err(|_| NotAsked::Crowded)?;
        Ok(Permits(permits))
    }

    async fn token(&self, urgency: Urgency, deadline: Instant) -> Result<(), Failure> {
        let purse = &self.purses[usize::from(urgency == Urgency::Background)];
        loop {
            let taking = purse.take(self.shared.budget.as_ref(), &self.id, urgency, self.limits.per_minute);
            let again = match timeout_at(deadline, taking).await {
                Ok(Ok(())) => return Ok(()),
                Ok(Err(again)) => again.max(Duration::from_millis(50)),
                Err(_) => return Err(self.passed_over(NotAsked::Late, None)),
            };
            // Background work comes back later and keeps no place meanwhile.
            if urgency == Urgency::Background || Instant::now() + again >= deadline {
                return Err(self.passed_over(NotAsked::Spent, Some(again)));
            }
            tokio::time::sleep(again).await;
        }
    }

    fn refused(&self, refused: CallRefused) -> Failure {
        let because = match refused.state {
            BreakerState::Paused => NotAsked::Paused,
            _ => NotAsked::Open,
        };
        let wait = refused.not_before.map(|then| then.saturating_sub(self.now()));
        self.passed_over(because, wait)
    }

    fn passed_over(&self, because: NotAsked, wait: Option<Duration>) -> Failure {
        self.gauge().not_asked(because);
        Failure::NotAsked { because, wait }
    }

    /// What it has seen until now.
    pub fn seen(&self) -> Seen {
        self.gauge().seen(self.now())
    }

    /// What changed since this was last asked.
    pub(super) fn change(&self) -> Option<Change> {
        self.gauge().change(self.now())
    }

    fn now(&self) -> Duration {
        self.shared.began.elapsed()
    }

    fn gauge(&self) -> MutexGuard<'_, Gauge> {
        self.gauge.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

type Acquired<'a> = Result<tokio::sync::SemaphorePermit<'a>, tokio::sync::AcquireError>;

/// Held while a request is under way.
struct Permits<'a>(
    #[expect(dead_code, reason = "held for being dropped")] (Option<Acquired<'a>>, Acquired<'a>),
);

/// One that waits for a place, counted.
struct Waiting<'a>(&'a AtomicU32);

impl<'a> Waiting<'a> {
    fn enter(count: &'a AtomicU32, limit: u32) -> Option<Self> {
        let waiting = Self(count);
        (count.fetch_add(1, Ordering::Relaxed) < limit).then_some(waiting)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A request on its way. Given up, it says nothing about the provider and frees
/// its place as a trial.
struct UnderWay<'a> {
    line: &'a Line,
    ticket: Option<CallTicket>,
    began: Instant,
}

impl UnderWay<'_> {
    fn end(mut self, ended: &Ended) {
        if let Some(ticket) = self.ticket.take() {
            self.line.gauge().end(ticket, ended, self.line.now());
        }
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        if let Some(ticket) = self.ticket.take() {
            let nothing = Ended { outcome: CallOutcome::ClientError, trouble: None, key_refused: false };
            self.line.gauge().end(ticket, &nothing, self.line.now());
        }
    }
}

fn is_trouble(status: u16) -> bool {
    status >= 500 || status == 408
}

/// What came back, for the caller and for the gauge. `sent` is `None` where the
/// time was up.
fn judged<T>(
    sent: Option<Result<Reply, Lost>>,
    waited: Duration,
    read: &impl Fn(&[u8]) -> Option<T>,
) -> (Result<T, Failure>, Ended) {
    let ended = |outcome, trouble| Ended { outcome, trouble, key_refused: false };
    let reply = match sent {
        None if waited < FAIR_WAIT => {
            return (Err(Failure::Unanswered), ended(CallOutcome::ClientError, None));
        }
        None => return (Err(Failure::Unanswered), ended(CallOutcome::Timeout, Some(Trouble::Timeout))),
        Some(Err(Lost::NotSent)) => {
            return (Err(Failure::Unreachable), ended(CallOutcome::Error, Some(Trouble::Unreachable)));
        }
        Some(Err(Lost::Unanswered | Lost::TooLong)) => {
            return (Err(Failure::Unanswered), ended(CallOutcome::Error, Some(Trouble::Unreadable)));
        }
        Some(Ok(reply)) => reply,
    };
    let status = reply.status().as_u16();
    if reply.status().is_success() {
        return match read(reply.body()) {
            Some(answer) => (Ok(answer), ended(CallOutcome::Ok, None)),
            // A success that cannot be read may still have taken effect.
            None => (Err(Failure::Unanswered), ended(CallOutcome::Error, Some(Trouble::Unreadable))),
        };
    }
    let retry_after = asked_to_wait(&reply);
    let judged = match status {
        429 => ended(CallOutcome::RateLimited { retry_after: retry_after.unwrap_or(PAUSE_UNNAMED) }, None),
        status if is_trouble(status) => ended(CallOutcome::Error, Some(Trouble::Status(status))),
        // A redirect is no answer of an API: something stands before the provider.
        300..=399 => ended(CallOutcome::Error, Some(Trouble::Status(status))),
        _ => Ended {
            outcome: CallOutcome::ClientError,
            trouble: None,
            key_refused: matches!(status, 401 | 403),
        },
    };
    let reply = Box::new(ReplyBody(reply.into_body()));
    (Err(Failure::Refused { status, retry_after, reply }), judged)
}
