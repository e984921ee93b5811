use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use askpro_domain::{
    ids::{CompanyId, ConnectionId, SeededChance},
    secret::Secret,
};
use askpro_providers::{
    calcom::Client,
    resilience::{Asked, Budget, Failure, Limits, Line, LineId, Lines, Service, Terms, Unlimited},
    transport::{Lost, Reply, Request, Sending, Transport},
};

/// What comes back, and after how long.
#[derive(Clone)]
pub(crate) enum Play {
    Answer { status: u16, headers: Vec<(&'static str, String)>, body: Vec<u8>, after: Duration },
    Lose(Lost),
    Hang,
}

pub(crate) fn answer(status: u16, body: &str) -> Play {
    Play::Answer { status, headers: Vec::new(), body: body.into(), after: Duration::from_millis(1) }
}

/// Plays the same thing until told otherwise, and remembers what was asked.
pub(crate) struct Played {
    pub(crate) now: Mutex<Play>,
    pub(crate) asked: Mutex<Vec<Request>>,
    under_way: AtomicU32,
    pub(crate) most_at_once: AtomicU32,
}

struct Leaving<'a>(&'a AtomicU32);

impl Drop for Leaving<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Transport for Played {
    fn send(&self, request: Request) -> Sending<'_> {
        self.asked.lock().unwrap().push(request);
        let play = self.now.lock().unwrap().clone();
        Box::pin(async move {
            let count = self.under_way.fetch_add(1, Ordering::SeqCst) + 1;
            let _leaving = Leaving(&self.under_way);
            self.most_at_once.fetch_max(count, Ordering::SeqCst);
            match play {
                Play::Hang => std::future::pending().await,
                Play::Lose(lost) => Err(lost),
                Play::Answer { status, headers, body, after } => {
                    tokio::time::sleep(after).await;
                    let mut reply = Reply::new(body);
                    *reply.status_mut() = http::StatusCode::from_u16(status).unwrap();
                    for (name, value) in headers {
                        reply.headers_mut().insert(name, value.parse().unwrap());
                    }
                    Ok(reply)
                }
            }
        })
    }
}

pub(crate) struct Stage {
    pub(crate) played: Arc<Played>,
    pub(crate) lines: Lines,
    pub(crate) line: Arc<Line>,
}

impl Stage {
    pub(crate) fn playing(play: Play) -> Self {
        Self::with(play, Limits::default(), Arc::new(Unlimited))
    }

    pub(crate) fn with(play: Play, limits: Limits, budget: Arc<dyn Budget>) -> Self {
        let played = Arc::new(Played {
            now: Mutex::new(play),
            asked: Mutex::default(),
            under_way: AtomicU32::new(0),
            most_at_once: AtomicU32::new(0),
        });
        let lines = Lines::new(played.clone(), budget, Arc::new(SeededChance::new(1)));
        let line = lines.line(&id(1), Service::Calcom, "http://calendar.test", limits);
        Self { played, lines, line }
    }

    pub(crate) fn play(&self, play: Play) {
        *self.played.now.lock().unwrap() = play;
    }

    pub(crate) fn asked(&self) -> usize {
        self.played.asked.lock().unwrap().len()
    }

    pub(crate) async fn get(&self, terms: Terms) -> Result<(), Failure> {
        self.line.ask(terms, &asking(true), |_| Some(())).await
    }

    pub(crate) async fn post(&self, terms: Terms) -> Result<(), Failure> {
        self.line.ask(terms, &asking(false), |_| Some(())).await
    }

    pub(crate) fn client(&self) -> Client {
        Client::new(Arc::clone(&self.line), Secret::new("cal_secret".into()))
    }
}

pub(crate) fn id(number: u8) -> LineId {
    let chance = SeededChance::new(u64::from(number));
    LineId {
        company: CompanyId::new("2026-11-23T08:00:00Z".parse().unwrap(), &chance),
        connection: ConnectionId::new(&chance),
    }
}

pub(crate) fn asking(is_idempotent: bool) -> Asked {
    let request = http::Request::get("http://calendar.test/v2/me").body(Vec::new()).unwrap();
    Asked { request, is_idempotent }
}

pub(crate) const SECOND: Duration = Duration::from_secs(1);
