//! Webhooks: stored as they came, answered at once, processed once.

use std::time::Duration;

use askpro_domain::ids::{CompanyId, ConnectionId, DeliveryId};
use askpro_providers::calcom;
use askpro_store::{
    Company, Error, Result,
    connections::ConnectionKind,
    deliveries::{self, Delivery, Stored},
    jobs::{self, End, JobKind, Leased},
};
use jiff::SignedDuration;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::{App, call_events, settle::apply_hint};

/// How long storing may take; past that the sender is told to repeat.
const STORE_PATIENCE: Duration = Duration::from_secs(5);

/// How long processing may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// The longest name of an event that is kept.
const EVENT_AT_MOST: usize = 64;

/// Looks at a hinted booking before it is a dead letter: about a day's worth.
const LOOKS_AT_MOST: u32 = 100;

/// The longest pause between two of them.
const LONGEST_PAUSE: SignedDuration = SignedDuration::from_mins(15);

/// Retell calls it `event`, Cal.com `triggerEvent`.
#[derive(Deserialize)]
struct Envelope {
    #[serde(default, alias = "triggerEvent")]
    event: String,
}

impl App {
    /// Stores a verified webhook. Afterwards it may be acknowledged: processing
    /// follows, however often the sender repeats it.
    pub async fn receive_delivery(
        &self,
        company: CompanyId,
        connection: ConnectionId,
        body: Vec<u8>,
    ) -> Result<Stored> {
        let event =
            serde_json::from_slice::<Envelope>(&body).map(|envelope| envelope.event).unwrap_or_default();
        let event: String = event.chars().filter(|c| c.is_ascii_graphic()).take(EVENT_AT_MOST).collect();
        let fingerprint: String = Sha256::digest(&body).iter().map(|byte| format!("{byte:02x}")).collect();
        let now = self.clock.now();
        self.store
            .write(Company(company), STORE_PATIENCE, move |tx| {
                let stored = deliveries::store(tx, &connection, &event, &fingerprint, &body, now)?;
                if let Stored::Fresh(id) = stored {
                    jobs::add(tx, JobKind::ProcessDelivery, id.0, SignedDuration::ZERO, now)?;
                }
                Ok(stored)
            })
            .await
    }

    /// Processes a stored delivery once. Retell's tell about a call; Cal.com's are
    /// hints to look at a booking. What means nothing to us is kept and marked.
    pub(crate) async fn process_delivery(&self, job: &Leased, worker: &str) -> Result<()> {
        let company = Company(job.company);
        let id =
            DeliveryId(job.subject.ok_or_else(|| Error::Impossible("a job without its delivery".into()))?);
        let waiting = self.store.read(company, PATIENCE, move |tx| deliveries::waiting(tx, id)).await?;
        let mut seen = None;
        if let Some(delivery) = &waiting
            && delivery.kind == ConnectionKind::Calcom
        {
            match self.follow_hint(company, delivery.connection.clone(), &delivery.payload).await {
                Ok(found) => seen = found,
                Err(error) => return self.look_again(job, worker, &error).await,
            }
        }
        let (now, job, worker) = (self.clock.now(), job.clone(), worker.to_owned());
        self.store
            .write(company, PATIENCE, move |tx| {
                if let Some(delivery) = &waiting {
                    let meant = match (delivery.kind, &seen) {
                        (ConnectionKind::Retell, _) => {
                            let Delivery { connection, event, payload, .. } = delivery;
                            call_events::record(tx, connection, event, payload, now)?
                        }
                        (ConnectionKind::Calcom, Some(seen)) => {
                            apply_hint(tx, &delivery.connection, seen, now)?
                        }
                        (ConnectionKind::Calcom, None) => false,
                    };
                    deliveries::processed(tx, id, !meant, now)?;
                }
                jobs::end(tx, job.id, &worker, &End::Done, now)
            })
            .await
    }

    /// Cal.com could not be asked: later, and less often each time.
    async fn look_again(&self, job: &Leased, worker: &str, error: &calcom::Error) -> Result<()> {
        let reason = error.to_string();
        let end = if job.attempts >= LOOKS_AT_MOST {
            End::Dead { reason }
        } else {
            let pause = (1..job.attempts).fold(self.pace.pause, |pause, _| (pause * 2).min(LONGEST_PAUSE));
            End::Again { pause, reason }
        };
        let (id, worker, now) = (job.id, worker.to_owned(), self.clock.now());
        self.store
            .write(Company(job.company), PATIENCE, move |tx| jobs::end(tx, id, &worker, &end, now))
            .await
    }
}
