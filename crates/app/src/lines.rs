//! The lines to providers, with what they need of the application: requests are
//! counted in the database, a provider that was left alone is tried again without
//! waiting for a caller, and what changed becomes an event and an incident.

use std::{sync::Arc, time::Duration};

use askpro_domain::{
    breaker::{BreakerConfig, BreakerState},
    ids::Clock,
};
use askpro_providers::resilience::{
    Budget, Change, Grant, LEASE_VALID, Leasing, Limits, Line, LineId, Service, Terms, Urgency,
};
use askpro_store::{
    Company, Store, budgets,
    connections::ConnectionLimits,
    incidents::{self, IncidentKind},
};
use jiff::SignedDuration;
use tokio::sync::watch;

use crate::App;

/// How long counting may take: it stands between a caller and the calendar.
const COUNT_PATIENCE: Duration = Duration::from_secs(2);

/// When to ask again where the count cannot be read.
const COUNT_AGAIN: Duration = Duration::from_secs(1);

/// How often changes are looked for and half-open lines are tried.
const LOOK: Duration = Duration::from_millis(500);

/// How long a trial may take.
const TRIAL: Terms = Terms { patience: Duration::from_secs(5), urgency: Urgency::Background };

/// Writing an incident.
const PATIENCE: Duration = Duration::from_secs(10);

/// Counts requests in the database.
pub(crate) struct StoreBudget {
    store: Store,
    clock: Arc<dyn Clock>,
}

impl StoreBudget {
    pub(crate) fn new(store: Store, clock: Arc<dyn Clock>) -> Self {
        Self { store, clock }
    }

    async fn count(&self, line: &LineId, urgency: Urgency, per_minute: u32, wanted: u32) -> Grant {
        let at_most = match urgency {
            Urgency::Call => per_minute,
            Urgency::Background => per_minute / 2,
        };
        let (connection, now) = (line.connection.clone(), self.clock.now());
        let valid = SignedDuration::try_from(LEASE_VALID).unwrap_or(SignedDuration::ZERO);
        let counted = self
            .store
            .write(Company(line.company), COUNT_PATIENCE, move |tx| {
                budgets::lease(tx, &connection, at_most, wanted, valid, now)
            })
            .await;
        match counted {
            Ok(granted) => Grant { tokens: granted.tokens, again: granted.again },
            Err(error) => {
                tracing::warn!(%error, "requests to a provider cannot be counted, so none is made");
                Grant { tokens: 0, again: COUNT_AGAIN }
            }
        }
    }
}

impl Budget for StoreBudget {
    fn lease(&self, line: &LineId, urgency: Urgency, per_minute: u32, wanted: u32) -> Leasing<'_> {
        let line = line.clone();
        Box::pin(async move { self.count(&line, urgency, per_minute, wanted).await })
    }
}

/// A connection's limits, with the usual ones where it says nothing.
pub(crate) fn limits_of(own: ConnectionLimits) -> Limits {
    let usual = Limits::default();
    Limits {
        breaker: BreakerConfig {
            failure_threshold: own.failure_threshold.unwrap_or(usual.breaker.failure_threshold),
            open_for: own.open_ms.map_or(usual.breaker.open_for, Duration::from_millis),
            half_open_max_calls: usual.breaker.half_open_max_calls,
            success_threshold: own.success_threshold.unwrap_or(usual.breaker.success_threshold),
        },
        at_once: own.at_once.unwrap_or(usual.at_once),
        per_minute: own.per_minute.unwrap_or(usual.per_minute),
    }
}

impl App {
    /// Watches this process's lines until `stop` says so. Every process that asks
    /// providers does it, because a breaker is the process's own.
    pub async fn watch_lines(&self, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            self.watch_lines_once().await;
            tokio::select! {
                () = tokio::time::sleep(LOOK) => {}
                _ = stop.changed() => {}
            }
        }
    }

    /// Tells what changed, and tries what is half open.
    pub async fn watch_lines_once(&self) {
        for (id, service, change) in self.lines.changes() {
            tell(&id, service, change);
            self.note(&id, service, change).await;
        }
        let mut trials = tokio::task::JoinSet::new();
        for line in self.lines.due_for_trial() {
            let app = self.clone();
            trials.spawn(async move { app.try_line(&line).await });
        }
        while trials.join_next().await.is_some() {}
    }

    /// Asks the cheapest question: whether the provider is well does not wait for
    /// the next caller to find out.
    async fn try_line(&self, line: &Line) {
        // Retell's lines are not asked yet.
        if line.service() != Service::Calcom {
            return;
        }
        let LineId { company, connection } = line.id().clone();
        match self.calcom(Company(company), connection, PATIENCE).await {
            Ok(Some(client)) => client.try_out(TRIAL).await,
            Ok(None) => {}
            Err(error) => tracing::debug!(%error, "a trial needs the database"),
        }
    }

    /// Opens or closes the incident of a connection.
    async fn note(&self, id: &LineId, service: Service, change: Change) {
        let (connection, now) = (id.connection.clone(), self.clock.now());
        let why = change.trouble.map_or_else(String::new, |trouble| format!(": {}", trouble.words()));
        let detail = format!("{} is left alone{why}", service.word());
        let noted = self
            .store
            .write(Company(id.company), PATIENCE, move |tx| {
                let subject = connection.as_str();
                match change.to {
                    BreakerState::Open => {
                        incidents::open(tx, IncidentKind::ProviderTrouble, subject, &detail, now)
                    }
                    BreakerState::Closed => incidents::close(tx, IncidentKind::ProviderTrouble, subject, now),
                    BreakerState::HalfOpen | BreakerState::Paused => Ok(()),
                }
            })
            .await;
        if let Err(error) = noted {
            tracing::warn!(%error, "a provider's trouble could not be written down");
        }
    }
}

/// The event, for whoever reads logs.
fn tell(id: &LineId, service: Service, change: Change) {
    let (from, to, provider) = (change.from.word(), change.to.word(), service.word());
    let why = change.trouble.map(|trouble| trouble.words()).unwrap_or_default();
    match change.to {
        BreakerState::Open => tracing::error!(
            company.id = %id.company, connection.id = %id.connection, provider, from, to, why,
            "a provider is left alone"
        ),
        _ => tracing::info!(
            company.id = %id.company, connection.id = %id.connection, provider, from, to, why,
            "a provider's breaker changed"
        ),
    }
}
