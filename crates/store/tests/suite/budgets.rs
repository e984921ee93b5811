use askpro_domain::ids::ConnectionId;
use askpro_store::{Company, Store, budgets};
use askpro_testkit::{PATIENCE, Salon, SalonOptions};
use jiff::{SignedDuration, Timestamp};

const VALID: SignedDuration = SignedDuration::from_secs(5);

async fn lease(store: &Store, salon: &Salon, at_most: u32, wanted: u32, now: Timestamp) -> u32 {
    let connection: ConnectionId = salon.retell.clone();
    store
        .write(Company(salon.company), PATIENCE, move |tx| {
            budgets::lease(tx, &connection, at_most, wanted, VALID, now)
        })
        .await
        .unwrap()
        .tokens
}

askpro_testkit::on_both_databases! {
    async fn no_minute_holds_more_than_it_may_whoever_asks(ground) {
        let salon = Salon::open(&ground, SalonOptions::default()).await;
        let stores = [ground.store.clone(), ground.another_store()];
        let mut used: Vec<(Timestamp, u32)> = Vec::new();
        let start = askpro_domain::ids::Clock::now(ground.clock.as_ref());
        for step in 0..300_i32 {
            let now = start + SignedDuration::from_millis(700) * step;
            let (store, wanted) = (&stores[usize::from(step % 2 == 0)], 1 + u32::try_from(step % 7).unwrap());
            let got = lease(store, &salon, 50, wanted, now).await;
            // The last moment at which these may still be used.
            used.push((now + VALID, got));
        }
        for (end, _) in &used {
            // A lease is used between its beginning and its end: whatever touches the minute counts.
            let touching = used.iter().filter(|(other, _)| *other > *end - SignedDuration::from_secs(60) && *other - VALID <= *end);
            let sum: u32 = touching.map(|(_, got)| got).sum();
            assert!(sum <= 50, "{sum} within the minute until {end}");
        }
        let all: u32 = used.iter().map(|(_, got)| got).sum();
        assert!(all >= 120, "what is allowed is given as well: {all} in three and a half minutes");
    }

    async fn two_at_the_same_moment_share_what_is_left(ground) {
        let salon = Salon::open(&ground, SalonOptions::default()).await;
        let now = askpro_domain::ids::Clock::now(ground.clock.as_ref());
        let stores: Vec<Store> = (0..4).map(|_| ground.another_store()).collect();
        let mut asking = tokio::task::JoinSet::new();
        for store in stores {
            let (connection, company) = (salon.retell.clone(), Company(salon.company));
            asking.spawn(async move {
                let mut sum = 0;
                for _ in 0..10 {
                    let connection = connection.clone();
                    let lease = store.write(company, PATIENCE, move |tx| {
                        budgets::lease(tx, &connection, 30, 3, VALID, now)
                    });
                    sum += lease.await.unwrap().tokens;
                }
                sum
            });
        }
        let sum: u32 = asking.join_all().await.iter().sum();
        assert_eq!(sum, 30);
        // Background work asks for half of what calls may have, and finds none here.
        assert_eq!(lease(&ground.store, &salon, 15, 1, now).await, 0);
        assert_eq!(lease(&ground.store, &salon, 31, 5, now).await, 1);
        let later = now + SignedDuration::from_secs(71);
        assert_eq!(lease(&ground.store, &salon, 30, 30, later).await, 30);
    }
}
