//! Webhooks: stored as they came, answered at once, processed once.

use std::time::Duration;

use askpro_domain::ids::{CompanyId, ConnectionId, DeliveryId};
use askpro_store::{
    Company, Error, Result,
    deliveries::{self, Stored},
    jobs::{self, End, JobKind, Leased},
};
use jiff::SignedDuration;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::App;

/// How long storing may take; past that the sender is told to repeat.
const STORE_PATIENCE: Duration = Duration::from_secs(5);

/// How long processing may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// The longest name of an event that is kept.
const EVENT_AT_MOST: usize = 64;

#[derive(Deserialize)]
struct Envelope {
    #[serde(default)]
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

    /// Processes a stored delivery once. Call events change nothing here yet
    /// beyond being kept; an unknown one is kept and marked as ignored.
    pub(crate) async fn process_delivery(&self, job: &Leased, worker: &str) -> Result<()> {
        let id =
            DeliveryId(job.subject.ok_or_else(|| Error::Impossible("a job without its delivery".into()))?);
        let (now, job, worker) = (self.clock.now(), job.clone(), worker.to_owned());
        self.store
            .write(Company(job.company), PATIENCE, move |tx| {
                if let Some((event, _payload)) = deliveries::waiting(tx, id)? {
                    let is_known = ["call_started", "call_ended", "call_analyzed"].contains(&event.as_str());
                    deliveries::processed(tx, id, !is_known, now)?;
                }
                jobs::end(tx, job.id, &worker, &End::Done, now)
            })
            .await
    }
}
