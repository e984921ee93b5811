//! The background worker: leases what is due and does it, in this process or in
//! another one. Whatever it does may be done twice.

use std::time::Duration;

use askpro_store::{
    Company, Platform, Result,
    jobs::{self, End, JobKind, Leased},
};
use jiff::SignedDuration;
use tokio::sync::watch;

use crate::App;

/// How many jobs one look takes at most.
const JOBS_AT_ONCE: u32 = 16;

/// How long a job belongs to its worker; longer than any job takes.
const LEASE: SignedDuration = SignedDuration::from_secs(60);

/// How long the worker rests when nothing is due.
const REST: Duration = Duration::from_millis(250);

/// How long the worker rests when the database is away.
const AWAY: Duration = Duration::from_secs(1);

/// How long one statement of the worker may take.
const PATIENCE: Duration = Duration::from_secs(10);

impl App {
    /// Works until `stop` says so.
    pub async fn work(&self, worker: &str, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            let rest = match self.work_once(worker).await {
                Ok(0) => REST,
                Ok(_) => continue,
                Err(error) => {
                    tracing::warn!(%error, "the worker cannot reach the database");
                    AWAY
                }
            };
            tokio::select! {
                () = tokio::time::sleep(rest) => {}
                _ = stop.changed() => {}
            }
        }
    }

    /// Does what is due now; how many jobs that were.
    pub async fn work_once(&self, worker: &str) -> Result<usize> {
        let (name, now) = (worker.to_owned(), self.clock.now());
        let leased = self
            .store
            .platform_write(Platform { because: "the worker serves every company" }, PATIENCE, move |tx| {
                jobs::lease(tx, &name, JOBS_AT_ONCE, LEASE, now)
            })
            .await?;
        let count = leased.len();
        let mut under_way = tokio::task::JoinSet::new();
        for job in leased {
            let (app, worker) = (self.clone(), worker.to_owned());
            under_way.spawn(async move { app.do_job(&job, &worker).await });
        }
        while under_way.join_next().await.is_some() {}
        Ok(count)
    }

    async fn do_job(&self, job: &Leased, worker: &str) {
        let done = match job.kind {
            JobKind::SettleBooking => self.settle_booking(job, worker).await,
            JobKind::ProcessDelivery => self.process_delivery(job, worker).await,
        };
        let Err(error) = done else { return };
        tracing::warn!(job.id = %job.id, company.id = %job.company, %error, "a job failed");
        // Passing trouble is tried again; anything else would fail the same way for ever.
        let now = self.clock.now();
        let end = if error.is_passing() {
            End::Again { pause: self.pace.pause, reason: error.to_string() }
        } else {
            End::Dead { reason: error.to_string() }
        };
        let (id, worker) = (job.id, worker.to_owned());
        let ended = self
            .store
            .write(Company(job.company), PATIENCE, move |tx| jobs::end(tx, id, &worker, &end, now))
            .await;
        if let Err(error) = ended {
            // Its lease runs out, and then somebody takes it up again.
            tracing::warn!(job.id = %job.id, %error, "how a job ended could not be written down");
        }
    }
}
