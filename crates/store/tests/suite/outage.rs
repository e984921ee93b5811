use askpro_store::{
    Company, Platform,
    migrate::{self, Fitness, Outage},
    schedule,
};
use askpro_testkit::{PATIENCE, Salon, SalonOptions};

askpro_testkit::on_both_databases! {
    async fn a_database_that_is_taken_away_answers_nothing_and_comes_back_whole(ground) {
        let salon = Salon::open(&ground, SalonOptions::default()).await;
        let branches = || ground.store.read(Company(salon.company), PATIENCE, schedule::branches);
        let before = (branches().await.unwrap(), migrate::snapshot(&ground.url).unwrap().rows);
        let outage = Outage::begin(&ground.url).unwrap();
        assert!(branches().await.is_err());
        let writing = ground.store.write(Company(salon.company), PATIENCE, schedule::branches);
        assert!(writing.await.is_err());
        let platform = Platform { because: "a test" };
        let listing =
            ground.store.platform_read(platform, PATIENCE, |tx| schedule::list_companies(tx, None, 1));
        assert!(listing.await.is_err());
        // What a killed process leaves is brought back by the next one, however often.
        std::mem::forget(outage);
        for _ in 0..2 {
            Outage::end(&ground.url).unwrap();
            assert_eq!((branches().await.unwrap(), migrate::snapshot(&ground.url).unwrap().rows), before);
        }
        drop(Outage::begin(&ground.url).unwrap());
        assert_eq!(branches().await.unwrap(), before.0);
        assert_eq!(migrate::fitness(&ground.url).unwrap(), Fitness::Current);
    }

    async fn only_a_database_that_may_be_emptied_is_taken_away(ground) {
        let salon = Salon::open(&ground, SalonOptions::default()).await;
        ground.as_owner(&["UPDATE installation SET environment = 'production'"]).unwrap();
        let refused = Outage::begin(&ground.url).unwrap_err();
        assert!(refused.to_string().contains("only a demo or scratch database"), "{refused}");
        ground.store.read(Company(salon.company), PATIENCE, schedule::branches).await.unwrap();
    }
}
