//! Keys: what is sealed opens only where it stands, the master key changes under
//! it, and what a customer's key sealed is gone with the key.

use askpro_domain::{
    actor::Actor,
    business::Customer,
    ids::{Clock, CompanyId, CustomerId},
};
use askpro_store::{
    Company, Error, Platform, SharedTime, Store, StoreOptions,
    audit::{self, Entry},
    connections, customers,
    seal::{
        KeyRing, SealError,
        rotation::{self, Keys},
    },
};
use askpro_testkit::{Ground, PATIENCE, Salon, SalonOptions};
use uuid::Uuid;

const TEST: Platform = Platform { because: "test" };

fn with_calcom() -> SalonOptions {
    SalonOptions { calcom: Some("http://127.0.0.1:1".into()), ..SalonOptions::default() }
}

fn under(ground: &Ground, ring: &str) -> Store {
    Store::open(StoreOptions {
        url: ground.url.clone(),
        ring: KeyRing::parse(ring).unwrap(),
        chance: ground.chance.clone(),
        connections: 2,
        time: SharedTime::Caller,
    })
    .unwrap()
}

async fn customer(ground: &Ground, company: CompanyId) -> CustomerId {
    let (now, chance) = (ground.clock.now(), ground.chance.clone());
    ground
        .store
        .write(Company(company), PATIENCE, move |tx| {
            let id = CustomerId::new(now, chance.as_ref());
            customers::insert(
                tx,
                &Customer { id, name: "Erika Muster".into(), phone: None, email: None },
                now,
            )?;
            Ok(id)
        })
        .await
        .unwrap()
}

/// Writes an entry whose detail is sealed under the customer's key.
async fn entry_about(ground: &Ground, company: CompanyId, customer: CustomerId) {
    let now = ground.clock.now();
    ground
        .store
        .write(Company(company), PATIENCE, move |tx| {
            let entry = Entry::new("customer.changed", customer).about(customer).note(Some("Allergie"));
            audit::add(tx, &Actor::system("test"), &entry, now)
        })
        .await
        .unwrap();
}

async fn readable(store: &Store, salon: &Salon) -> Result<String, Error> {
    let id = salon.calcom.clone();
    store
        .read(Company(salon.company), PATIENCE, move |tx| {
            Ok(connections::find(tx, &id)?.expect("it is there").key.expose().to_owned())
        })
        .await
}

/// Rotates everything; how many keys were written anew.
async fn rewrap(store: &Store, at_once: u32) -> u64 {
    let mut changed = 0;
    for keys in Keys::ALL {
        let mut after = Some(Uuid::nil());
        while let Some(from) = after {
            let step = store
                .platform_write(TEST, PATIENCE, move |tx| rotation::rewrap(tx, keys, from, at_once))
                .await
                .unwrap();
            changed += step.changed;
            after = step.next;
        }
    }
    changed
}

askpro_testkit::on_both_databases! {
    async fn a_sealed_value_moved_by_the_owner_does_not_open(ground) {
        let ours = Salon::open(&ground, with_calcom()).await;
        let theirs = Salon::open(&ground, with_calcom()).await;
        let original = readable(&ground.store, &ours).await.unwrap();
        let (here, there) = (ours.calcom.as_str(), theirs.calcom.as_str());
        let bytes = |hex: &str| if ground.url.starts_with("sqlite:") { format!("x'{hex}'") } else { format!("'\\x{hex}'") };
        let keep = if ground.url.starts_with("sqlite:") {
            "CREATE TABLE kept AS SELECT id, key_sealed, webhook_secret_sealed FROM connections"
        } else {
            "CREATE TABLE kept AS TABLE connections"
        };
        ground.as_owner(&[keep]).unwrap();
        let head = if ground.url.starts_with("sqlite:") { "substr(key_sealed, 1, 40)" } else { "substring(key_sealed from 1 for 40)" };
        let moved = [
            // Another row of another company, another row of ours, another column, cut off, another version.
            format!("UPDATE connections SET key_sealed = (SELECT k.key_sealed FROM kept k WHERE k.id = '{there}') WHERE id = '{here}'"),
            format!("UPDATE connections SET key_sealed = (SELECT k.key_sealed FROM kept k WHERE k.id = '{}') WHERE id = '{here}'", ours.retell),
            format!("UPDATE connections SET key_sealed = (SELECT k.webhook_secret_sealed FROM kept k WHERE k.id = '{here}') WHERE id = '{here}'"),
            format!("UPDATE connections SET key_sealed = {head} WHERE id = '{here}'"),
            format!("UPDATE connections SET key_sealed = {} WHERE id = '{here}'", bytes("ff00")),
            format!("UPDATE connections SET key_sealed = {} WHERE id = '{here}'", bytes("")),
        ];
        for change in &moved {
            ground.as_owner(&[change]).unwrap();
            let opened = readable(&ground.another_store(), &ours).await;
            assert!(matches!(opened, Err(Error::Sealed(_))), "{change}: {opened:?}");
            ground.as_owner(&[&format!(
                "UPDATE connections SET key_sealed = (SELECT k.key_sealed FROM kept k WHERE k.id = '{here}') WHERE id = '{here}'"
            )]).unwrap();
            assert_eq!(readable(&ground.another_store(), &ours).await.unwrap(), original);
        }
    }

    async fn the_master_key_changes_in_steps_that_may_stop_anywhere(ground) {
        let salon = Salon::open(&ground, with_calcom()).await;
        for _ in 0..25 {
            let one = customer(&ground, salon.company).await;
            entry_about(&ground, salon.company, one).await;
        }
        let original = readable(&ground.store, &salon).await.unwrap();
        let renewed = KeyRing::renewed(&ground.ring, ground.chance.as_ref()).unwrap();
        let store = under(&ground, &renewed);
        // Stopped after every step: everything is readable under the renewed ring.
        let mut after = Uuid::nil();
        let mut steps = 0;
        loop {
            let step = store.platform_write(TEST, PATIENCE, move |tx| rotation::rewrap(tx, Keys::Customers, after, 4)).await.unwrap();
            assert_eq!(readable(&under(&ground, &renewed), &salon).await.unwrap(), original);
            steps += 1;
            match step.next { Some(next) => after = next, None => break }
        }
        assert!(steps > 5, "it went in steps: {steps}");
        // Begun again from the start, it finds the rest; a third time there is nothing to do.
        assert!(rewrap(&store, 3).await >= 2);
        assert_eq!(rewrap(&store, 3).await, 0);
        let shares = store.platform_read(TEST, PATIENCE, rotation::shares).await.unwrap();
        let active = KeyRing::parse(&renewed).unwrap().active_id();
        assert!(shares.iter().all(|share| share.master == active), "{shares:?}");
        assert_eq!(shares.iter().find(|share| share.keys == Keys::Customers).unwrap().count, 25);
        // The retired key is not needed any more.
        let alone: String = renewed.lines().filter(|line| !line.starts_with("retired")).map(|line| format!("{line}\n")).collect();
        assert_eq!(readable(&under(&ground, &alone), &salon).await.unwrap(), original);
        let old = readable(&under(&ground, &ground.ring), &salon).await;
        assert!(matches!(old, Err(Error::Sealed(SealError::MissingMaster(_)))), "{old:?}");
    }

    async fn rotations_side_by_side_leave_everything_readable(ground) {
        let salon = Salon::open(&ground, with_calcom()).await;
        for _ in 0..40 {
            let one = customer(&ground, salon.company).await;
            entry_about(&ground, salon.company, one).await;
        }
        let original = readable(&ground.store, &salon).await.unwrap();
        let renewed = KeyRing::renewed(&ground.ring, ground.chance.as_ref()).unwrap();
        let (one, other) = (under(&ground, &renewed), under(&ground, &renewed));
        let both = tokio::join!(rewrap(&one, 3), rewrap(&other, 5));
        assert!(both.0 + both.1 >= 42, "each key is written anew by one of them: {both:?}");
        assert_eq!(rewrap(&one, 100).await, 0);
        assert_eq!(readable(&under(&ground, &renewed), &salon).await.unwrap(), original);
    }

    async fn a_running_process_follows_when_the_master_key_changes(ground) {
        let salon = Salon::open(&ground, with_calcom()).await;
        let renewed = KeyRing::renewed(&ground.ring, ground.chance.as_ref()).unwrap();
        let running = ground.another_store();
        let file = renewed.clone();
        running.seals().reread_with(move || KeyRing::parse(&file).ok());
        rewrap(&under(&ground, &renewed), 100).await;
        assert!(readable(&running, &salon).await.is_ok());
        assert_eq!(running.seals().ring().active_id(), KeyRing::parse(&renewed).unwrap().active_id());
        let tag = under(&ground, &renewed).seals().sign("slot", b"offer");
        assert!(running.seals().verifies("slot", b"offer", &tag));
    }

    async fn which_master_keys_a_database_needs_is_known_before_it_is_opened(ground) {
        let _salon = Salon::open(&ground, SalonOptions::default()).await;
        let url = ground.url.clone();
        let needed = tokio::task::spawn_blocking(move || rotation::masters_in_use(&url)).await.unwrap().unwrap();
        assert_eq!(needed, [KeyRing::parse(&ground.ring).unwrap().active_id()]);
    }

}
