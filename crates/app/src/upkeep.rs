//! What is done again and again, and what people do with jobs that were given up.

use std::time::Duration;

use askpro_domain::{actor::Actor, ids::JobId};
use askpro_store::{
    Company, Platform, Result, audit,
    jobs::{self, JobKind, Leased},
    upkeep::{self, Kept},
};
use jiff::SignedDuration;

use crate::App;

const PATIENCE: Duration = Duration::from_secs(10);

/// How often a calendar at Cal.com is compared with ours. With two or three
/// requests each time that is far below the budget.
pub(crate) const SYNC_EVERY: SignedDuration = SignedDuration::from_mins(5);

/// How often a company is cleaned up.
const CLEAN_UP_EVERY: SignedDuration = SignedDuration::from_hours(1);

/// Batches of one clean-up; what is left waits for the next.
const BATCHES_AT_MOST: u32 = 20;

/// Periodic jobs that are added at a time.
const PLANNED_AT_ONCE: u32 = 500;

/// Dead jobs that are taken up at a time.
const REPLAYED_AT_ONCE: u32 = 1_000;

const UPKEEP: Platform = Platform { because: "periodic work is planned for every company" };

/// The key of a calendar's comparison.
pub(crate) fn sync_key(connection: &askpro_domain::ids::ConnectionId) -> String {
    format!("sync_calendar {connection}")
}

impl App {
    /// Sees to it that every periodic job is there, and that ended sessions go.
    pub async fn plan_upkeep(&self) {
        if let Err(error) = self.plan().await {
            tracing::warn!(%error, "periodic work could not be planned");
        }
    }

    async fn plan(&self) -> Result<()> {
        let now = self.clock.now();
        let (calendars, companies) = self
            .store
            .platform_read(UPKEEP, PATIENCE, |tx| {
                Ok((
                    upkeep::calendars_without_job(tx, PLANNED_AT_ONCE)?,
                    upkeep::companies_without_clean_up(tx, PLANNED_AT_ONCE)?,
                ))
            })
            .await?;
        for (company, connection) in calendars {
            let delay = self.spread(SYNC_EVERY);
            self.store
                .write(Company(company), PATIENCE, move |tx| {
                    jobs::add_once(tx, JobKind::SyncCalendar, &sync_key(&connection), delay, now)
                })
                .await?;
        }
        for company in companies {
            let delay = self.spread(CLEAN_UP_EVERY);
            self.store
                .write(Company(company), PATIENCE, move |tx| {
                    jobs::add_once(tx, JobKind::CleanUp, "clean_up", delay, now)
                })
                .await?;
        }
        self.store
            .platform_write(UPKEEP, PATIENCE, move |tx| upkeep::clean_up_sessions(tx, &Kept::default(), now))
            .await
            .map(drop)
    }

    /// A part of `every`, by chance: what begins together would come back together.
    fn spread(&self, every: SignedDuration) -> SignedDuration {
        let mut bytes = [0; 2];
        self.chance.fill(&mut bytes);
        every * i32::from(u16::from_be_bytes(bytes)) / i32::from(u16::MAX)
    }

    /// Deletes what a company no longer needs, batch by batch.
    pub(crate) async fn clean_up(&self, job: &Leased, worker: &str) -> Result<()> {
        let (company, now) = (Company(job.company), self.clock.now());
        for _ in 0..BATCHES_AT_MOST {
            let deleted = self
                .store
                .write(company, PATIENCE, move |tx| upkeep::clean_up(tx, &Kept::default(), now))
                .await?;
            if deleted == 0 {
                break;
            }
        }
        let (id, worker) = (job.id, worker.to_owned());
        self.store
            .write(company, PATIENCE, move |tx| {
                jobs::end_until_next(tx, id, &worker, CLEAN_UP_EVERY, None, now)
            })
            .await
    }

    /// Takes up a job that was given up; `false` where it is none.
    pub async fn replay_job(&self, company: Company, job: JobId, actor: &Actor) -> Result<bool> {
        let (actor, now) = (actor.clone(), self.clock.now());
        self.store
            .write(company, PATIENCE, move |tx| {
                let is_replayed = jobs::replay(tx, job, now)?;
                if is_replayed {
                    audit::add(tx, &actor, &audit::Entry::new("job.replayed", job), now)?;
                }
                Ok(is_replayed)
            })
            .await
    }

    /// Takes up what was given up in a company, of one kind or of any, the oldest
    /// first; how many jobs that were.
    pub async fn replay_jobs(&self, company: Company, kind: Option<JobKind>, actor: &Actor) -> Result<u32> {
        let (actor, now) = (actor.clone(), self.clock.now());
        self.store
            .write(company, PATIENCE, move |tx| {
                let mut replayed = 0;
                for job in jobs::dead(tx, kind, REPLAYED_AT_ONCE)? {
                    if jobs::replay(tx, job, now)? {
                        audit::add(tx, &actor, &audit::Entry::new("job.replayed", job), now)?;
                        replayed += 1;
                    }
                }
                Ok(replayed)
            })
            .await
    }
}
