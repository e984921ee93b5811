//! The background worker: leases what is due and does it, in this process or in
//! another one. Whatever it does may be done twice.

use std::{panic::AssertUnwindSafe, time::Duration};

use askpro_store::{
    Company, Error, Platform, Result,
    jobs::{self, End, JobKind, Leased, Order},
};
use futures_util::FutureExt;
use jiff::SignedDuration;
use tokio::{
    sync::watch,
    task::JoinSet,
    time::{Instant, timeout},
};

use crate::App;

/// How many jobs are done at once.
const JOBS_AT_ONCE: u32 = 32;

/// How many of them are upkeep: nobody waits for it.
const UPKEEP_AT_ONCE: u32 = 4;

/// Leased once this many places are free, so that a lease is worth its transaction.
const WORTH_LEASING: u32 = 8;

/// How long a job belongs to its worker; longer than any job takes.
const LEASE: SignedDuration = SignedDuration::from_secs(60);

/// A worker that dies may leave a request at Cal.com that goes on running; what is
/// added here is longer than the job itself takes.
const SETTLING_TAKES: SignedDuration = SignedDuration::from_secs(45);

/// How long the worker rests when nothing is due.
const REST: Duration = Duration::from_millis(250);

/// How long the worker rests when the database is away.
const AWAY: Duration = Duration::from_secs(1);

/// How long one statement of the worker may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// How often it is looked whether every periodic job is there.
const UPKEEP_EVERY: Duration = Duration::from_secs(60);

/// How long jobs under way may take to end once the process was told to stop.
const LAST_WORDS: Duration = Duration::from_secs(8);

impl App {
    /// Works until `stop` says so, then lets what is under way end.
    pub async fn work(&self, worker: &str, mut stop: watch::Receiver<bool>) {
        let mut under_way: JoinSet<bool> = JoinSet::new();
        let (mut upkeep_under_way, mut upkeep_due) = (0_u32, Instant::now());
        while !*stop.borrow() {
            while let Some(ended) = under_way.try_join_next() {
                upkeep_under_way -= u32::from(ended.unwrap_or(false));
            }
            if Instant::now() >= upkeep_due {
                upkeep_due = Instant::now() + UPKEEP_EVERY;
                self.plan_upkeep().await;
            }
            let free = JOBS_AT_ONCE.saturating_sub(u32::try_from(under_way.len()).unwrap_or(JOBS_AT_ONCE));
            let mut rest = REST;
            if free >= WORTH_LEASING {
                match self.lease(worker, free, UPKEEP_AT_ONCE.saturating_sub(upkeep_under_way)).await {
                    Ok(leased) if leased.is_empty() => {}
                    Ok(leased) => {
                        for job in leased {
                            let is_upkeep = job.kind.priority() >= jobs::UPKEEP;
                            upkeep_under_way += u32::from(is_upkeep);
                            let (app, worker) = (self.clone(), worker.to_owned());
                            under_way.spawn(async move {
                                app.do_job(&job, &worker).await;
                                is_upkeep
                            });
                        }
                        continue;
                    }
                    Err(error) => {
                        tracing::warn!(%error, "the worker cannot reach the database");
                        rest = AWAY;
                    }
                }
            }
            tokio::select! {
                Some(ended) = under_way.join_next(), if free < WORTH_LEASING => {
                    upkeep_under_way -= u32::from(ended.unwrap_or(false));
                }
                () = tokio::time::sleep(rest) => {}
                _ = stop.changed() => {}
            }
        }
        // What does not end in time keeps its lease: a request of it may be running.
        let ending = async { while under_way.join_next().await.is_some() {} };
        if timeout(LAST_WORDS, ending).await.is_err() {
            tracing::warn!(jobs = under_way.len(), "jobs did not end in time and are taken up later");
        }
    }

    /// Does what is due now; how many jobs that were.
    pub async fn work_once(&self, worker: &str) -> Result<usize> {
        let leased = self.lease(worker, JOBS_AT_ONCE, JOBS_AT_ONCE).await?;
        let count = leased.len();
        let mut under_way = JoinSet::new();
        for job in leased {
            let (app, worker) = (self.clone(), worker.to_owned());
            under_way.spawn(async move { app.do_job(&job, &worker).await });
        }
        while under_way.join_next().await.is_some() {}
        Ok(count)
    }

    /// Leases up to `free` jobs, at most `upkeep` of them without anybody waiting.
    async fn lease(&self, worker: &str, free: u32, upkeep: u32) -> Result<Vec<Leased>> {
        let (worker, now) = (worker.to_owned(), self.clock.now());
        let lease_settling = self.pace.uncertain + SETTLING_TAKES;
        self.store
            .platform_write(Platform { because: "the worker serves every company" }, PATIENCE, move |tx| {
                let urgent =
                    Order { limit: free, priority_at_most: jobs::UPKEEP - 1, lease: LEASE, lease_settling };
                let mut leased = jobs::lease(tx, &worker, urgent, now)?;
                let left = free.saturating_sub(u32::try_from(leased.len()).unwrap_or(free)).min(upkeep);
                if left > 0 {
                    let rest = Order { limit: left, priority_at_most: u32::from(u16::MAX), ..urgent };
                    leased.extend(jobs::lease(tx, &worker, rest, now)?);
                }
                Ok(leased)
            })
            .await
    }

    async fn do_job(&self, job: &Leased, worker: &str) {
        let doing = async {
            match job.kind {
                JobKind::SettleBooking => self.settle_booking(job, worker).await,
                JobKind::ProcessDelivery => self.process_delivery(job, worker).await,
                JobKind::SyncCalendar => self.sync_calendar(job, worker).await,
                JobKind::CleanUp => self.clean_up(job, worker).await,
            }
        };
        let done = AssertUnwindSafe(doing).catch_unwind().await;
        let Err(error) = done.unwrap_or_else(|_| Err(Error::Impossible("a job panicked".into()))) else {
            return;
        };
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
