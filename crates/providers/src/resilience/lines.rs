use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use askpro_domain::{
    breaker::BreakerState,
    ids::{Chance, CompanyId, ConnectionId},
};
use tokio::time::Instant;

use super::{
    Budget, Change, Limits, Line, Seen,
    evidence::{self, Standing},
    line::Shared,
};
use crate::transport::Transport;

/// Lines kept at most; beyond that those that nobody used for an hour go.
const LINES_AT_MOST: usize = 10_000;
const IDLE: Duration = Duration::from_secs(3_600);

/// Between two trials of one line at least.
const REST: Duration = Duration::from_millis(900);
const REST_REFUSED: Duration = Duration::from_secs(60);

/// A provider.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Service {
    /// Voice agents.
    Retell,
    /// Calendars.
    Calcom,
}

impl Service {
    /// Every provider.
    pub const ALL: [Self; 2] = [Self::Retell, Self::Calcom];

    /// The word in answers and metrics.
    pub fn word(self) -> &'static str {
        match self {
            Self::Retell => "retell",
            Self::Calcom => "calcom",
        }
    }
}

/// Whose line it is.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct LineId {
    /// The company.
    pub company: CompanyId,
    /// Its connection.
    pub connection: ConnectionId,
}

/// Every line of this process.
pub struct Lines {
    shared: Shared,
    lines: Mutex<HashMap<ConnectionId, Arc<Line>>>,
}

/// A line as it is shown.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Shown {
    /// Whose.
    pub id: LineId,
    /// To which provider.
    pub service: Service,
    /// What it has seen.
    pub seen: Seen,
}

impl Lines {
    /// None yet. All requests go through `transport` and are counted by `budget`.
    pub fn new(transport: Arc<dyn Transport>, budget: Arc<dyn Budget>, chance: Arc<dyn Chance>) -> Self {
        let shared = Shared { transport, budget, chance, began: Instant::now() };
        Self { shared, lines: Mutex::default() }
    }

    /// The line of a connection. It begins anew where its address or limits changed.
    pub fn line(&self, id: &LineId, service: Service, base: &str, limits: Limits) -> Arc<Line> {
        let base = base.trim_end_matches('/');
        let mut lines = self.all();
        if let Some(line) = lines.get(&id.connection)
            && line.base == base
            && line.limits == limits
        {
            return Arc::clone(line);
        }
        if lines.len() >= LINES_AT_MOST {
            let now = self.shared.began.elapsed();
            lines.retain(|_, line| now.saturating_sub(line.seen().last_used) < IDLE);
        }
        let line = Arc::new(Line::new(self.shared.clone(), id.clone(), service, base.to_owned(), limits));
        lines.insert(id.connection.clone(), Arc::clone(&line));
        line
    }

    /// What every line has seen.
    pub fn shown(&self) -> Vec<Shown> {
        let lines: Vec<Arc<Line>> = self.all().values().cloned().collect();
        lines
            .iter()
            .map(|line| Shown { id: line.id.clone(), service: line.service, seen: line.seen() })
            .collect()
    }

    /// How a provider does, as far as this process has evidence.
    pub fn standing(&self, service: Service) -> Standing {
        let seen: Vec<Seen> =
            self.shown().into_iter().filter(|one| one.service == service).map(|one| one.seen).collect();
        evidence::standing(&seen, self.shared.began.elapsed())
    }

    /// What changed since this was last asked, for events.
    pub fn changes(&self) -> Vec<(LineId, Service, Change)> {
        let lines: Vec<Arc<Line>> = self.all().values().cloned().collect();
        lines
            .iter()
            .filter_map(|line| line.change().map(|change| (line.id.clone(), line.service, change)))
            .collect()
    }

    /// Lines that are half open and that nobody uses: without a trial nobody would
    /// find out that the provider is well again. A key that is refused is tried
    /// less often: the answer says nothing.
    pub fn due_for_trial(&self) -> Vec<Arc<Line>> {
        let now = self.shared.began.elapsed();
        let is_due = |line: &Arc<Line>| {
            let seen = line.seen();
            let rest = if seen.key_refused { REST_REFUSED } else { REST };
            seen.state == BreakerState::HalfOpen && now.saturating_sub(seen.last_used) >= rest
        };
        self.all().values().filter(|line| is_due(line)).cloned().collect()
    }

    fn all(&self) -> MutexGuard<'_, HashMap<ConnectionId, Arc<Line>>> {
        self.lines.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl Line {
    /// Whose line it is.
    pub fn id(&self) -> &LineId {
        &self.id
    }

    /// To which provider.
    pub fn service(&self) -> Service {
        self.service
    }
}
