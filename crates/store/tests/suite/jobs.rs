use askpro_domain::ids::Clock;
use askpro_store::{
    Company, CompanyTx, Error, Platform, Result, Store, incidents,
    jobs::{self, End, JobKind, Leased, Order},
    upkeep::{self, Kept},
};
use askpro_testkit::{Ground, PATIENCE, Salon, SalonOptions};
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

const SECOND: SignedDuration = SignedDuration::from_secs(1);
const EVERYTHING: u32 = 1_000;

fn order(limit: u32) -> Order {
    Order { limit, priority_at_most: EVERYTHING, lease: SECOND * 60, lease_settling: SECOND * 135 }
}

async fn lease(store: &Store, worker: &'static str, order: Order, now: Timestamp) -> Vec<Leased> {
    store
        .platform_write(Platform { because: "a test" }, PATIENCE, move |tx| {
            jobs::lease(tx, worker, order, now)
        })
        .await
        .unwrap()
}

async fn within<T: Send + 'static>(
    ground: &Ground,
    salon: &Salon,
    work: impl Fn(&mut CompanyTx<'_>, Timestamp) -> Result<T> + Send + 'static,
) -> Result<T> {
    let now = ground.clock.now();
    ground.store.write(Company(salon.company), PATIENCE, move |tx| work(tx, now)).await
}

async fn once(ground: &Ground, salon: &Salon, delay: SignedDuration) {
    within(ground, salon, move |tx, now| jobs::add_once(tx, JobKind::SyncCalendar, "k", delay, now))
        .await
        .unwrap();
}

askpro_testkit::on_both_databases! {
    async fn what_was_promised_goes_before_what_happened_and_before_upkeep(ground) {
        let salon = Salon::open(&ground, SalonOptions::default()).await;
        within(&ground, &salon, |tx, now| {
            jobs::add_once(tx, JobKind::CleanUp, "a", SignedDuration::ZERO, now)?;
            jobs::add_once(tx, JobKind::SyncCalendar, "b", SignedDuration::ZERO, now)?;
            jobs::add(tx, JobKind::ProcessDelivery, Uuid::nil(), SignedDuration::ZERO, now)?;
            jobs::add(tx, JobKind::SettleBooking, Uuid::nil(), SignedDuration::ZERO, now).map(drop)
        }).await.unwrap();
        let now = ground.clock.now();
        let urgent = Order { priority_at_most: jobs::UPKEEP - 1, ..order(10) };
        let kinds = |leased: Vec<Leased>| leased.iter().map(|job| job.kind).collect::<Vec<_>>();
        assert_eq!(kinds(lease(&ground.store, "a", order(1), now).await), [JobKind::SettleBooking]);
        assert_eq!(kinds(lease(&ground.store, "a", urgent, now).await), [JobKind::ProcessDelivery]);
        assert_eq!(kinds(lease(&ground.store, "a", urgent, now).await), []);
        assert_eq!(kinds(lease(&ground.store, "a", order(1), now).await), [JobKind::SyncCalendar]);
        // A worker died: whatever may still run at Cal.com is left alone longer.
        let later = now + SECOND * 61;
        assert_eq!(kinds(lease(&ground.store, "b", order(10), later).await).len(), 3);
        let later = now + SECOND * 136;
        assert!(kinds(lease(&ground.store, "b", order(10), later).await).contains(&JobKind::SettleBooking));
    }

    async fn a_job_with_a_key_is_there_once_and_runs_again_where_it_was_wanted_meanwhile(ground) {
        let salon = Salon::open(&ground, SalonOptions::default()).await;
        once(&ground, &salon, SECOND * 100).await;
        once(&ground, &salon, SECOND * 10).await;
        once(&ground, &salon, SECOND * 50).await;
        assert!(lease(&ground.store, "w", order(10), ground.clock.now() + SECOND * 9).await.is_empty());
        ground.clock.advance(SECOND * 10);
        let leased = lease(&ground.store, "w", order(10), ground.clock.now()).await;
        assert_eq!((leased.len(), leased[0].key.as_deref()), (1, Some("k")));
        once(&ground, &salon, SignedDuration::ZERO).await;
        assert!(lease(&ground.store, "v", order(10), ground.clock.now()).await.is_empty(), "somebody has it");
        let id = leased[0].id;
        within(&ground, &salon, move |tx, now| jobs::end_until_next(tx, id, "w", SECOND * 300, None, now)).await.unwrap();
        let again = lease(&ground.store, "w", order(10), ground.clock.now()).await;
        assert_eq!((again.len(), again[0].attempts), (1, 1), "it was wanted while it ran");
        within(&ground, &salon, move |tx, now| jobs::end_until_next(tx, id, "w", SECOND * 300, None, now)).await.unwrap();
        assert!(lease(&ground.store, "w", order(10), ground.clock.now() + SECOND * 299).await.is_empty());
        assert_eq!(lease(&ground.store, "w", order(10), ground.clock.now() + SECOND * 300).await.len(), 1);
        assert_eq!(ground.as_owner(&["SELECT count(*) FROM jobs"]).unwrap()[0][0], "1");
    }

    async fn what_was_tried_too_often_is_dead_with_its_reason_until_somebody_takes_it_up(ground) {
        let salon = Salon::open(&ground, SalonOptions::default()).await;
        let most = JobKind::ProcessDelivery.attempts_at_most().unwrap();
        within(&ground, &salon, |tx, now| {
            jobs::add(tx, JobKind::ProcessDelivery, Uuid::nil(), SignedDuration::ZERO, now)
        }).await.unwrap();
        for tries in 1..=most {
            let leased = lease(&ground.store, "w", order(1), ground.clock.now()).await;
            assert_eq!(leased[0].attempts, tries);
            let id = leased[0].id;
            let stranger = within(&ground, &salon, move |tx, now| jobs::end(tx, id, "x", &End::Done, now)).await;
            assert!(matches!(stranger, Err(Error::Contended)), "who lost the lease ends nothing");
            within(&ground, &salon, move |tx, now| {
                jobs::end(tx, id, "w", &End::Again { pause: SECOND, reason: "no luck".into() }, now)
            }).await.unwrap();
            ground.clock.advance(SECOND * 2);
        }
        assert!(lease(&ground.store, "w", order(1), ground.clock.now()).await.is_empty());
        let noted = within(&ground, &salon, |tx, _| incidents::newest(tx, 5)).await.unwrap();
        assert_eq!(noted[0].detail, format!("given up after {most} tries: no luck"));
        let dead = within(&ground, &salon, |tx, _| jobs::dead(tx, Some(JobKind::ProcessDelivery), 10)).await.unwrap();
        assert_eq!(dead.len(), 1);
        assert_eq!(within(&ground, &salon, |tx, _| jobs::dead(tx, None, 10)).await.unwrap(), dead);
        assert!(within(&ground, &salon, |tx, _| jobs::dead(tx, Some(JobKind::CleanUp), 10)).await.unwrap().is_empty());
        let id = dead[0];
        assert!(within(&ground, &salon, move |tx, now| jobs::replay(tx, id, now)).await.unwrap());
        assert!(!within(&ground, &salon, move |tx, now| jobs::replay(tx, id, now)).await.unwrap());
        assert_eq!(lease(&ground.store, "w", order(1), ground.clock.now()).await[0].attempts, 1);
        let noted = within(&ground, &salon, |tx, _| incidents::newest(tx, 5)).await.unwrap();
        assert!(noted[0].closed_at.is_some());
    }

    async fn many_workers_never_share_a_job(ground) {
        let salon = Salon::open(&ground, SalonOptions::default()).await;
        within(&ground, &salon, |tx, now| {
            for _ in 0..200 {
                jobs::add(tx, JobKind::ProcessDelivery, Uuid::nil(), SignedDuration::ZERO, now)?;
            }
            Ok(())
        }).await.unwrap();
        let now = ground.clock.now();
        let mut working = tokio::task::JoinSet::new();
        for worker in ["a", "b", "c", "d"] {
            let store = ground.another_store();
            working.spawn(async move {
                let mut ids = Vec::new();
                loop {
                    let leased = lease(&store, worker, order(7), now).await;
                    if leased.is_empty() {
                        return ids;
                    }
                    ids.extend(leased.iter().map(|job| job.id));
                }
            });
        }
        let mut all: Vec<_> = working.join_all().await.concat();
        assert_eq!(all.len(), 200);
        all.sort();
        all.dedup();
        assert_eq!(all.len(), 200);
    }

    async fn what_nobody_needs_goes_in_bounded_batches_and_what_is_young_stays(ground) {
        let salon = Salon::open(&ground, SalonOptions::default()).await;
        let many = upkeep::ROWS_AT_A_TIME + 100;
        within(&ground, &salon, move |tx, now| {
            for _ in 0..many {
                jobs::add(tx, JobKind::ProcessDelivery, Uuid::nil(), SignedDuration::ZERO, now)?;
            }
            jobs::finish_for(tx, JobKind::ProcessDelivery, Uuid::nil(), now)
        }).await.unwrap();
        let clean = |tx: &mut CompanyTx<'_>, now| upkeep::clean_up(tx, &Kept::default(), now);
        assert_eq!(within(&ground, &salon, clean).await.unwrap(), 0);
        ground.clock.advance(SignedDuration::from_hours(24 * 8));
        within(&ground, &salon, |tx, now| jobs::add_once(tx, JobKind::CleanUp, "k", SignedDuration::ZERO, now)).await.unwrap();
        assert_eq!(within(&ground, &salon, clean).await.unwrap(), u64::from(upkeep::ROWS_AT_A_TIME));
        assert_eq!(within(&ground, &salon, clean).await.unwrap(), 100);
        assert_eq!(within(&ground, &salon, clean).await.unwrap(), 0);
        assert_eq!(ground.as_owner(&["SELECT count(*) FROM jobs"]).unwrap()[0][0], "1");
    }
}
