//! The record: what an owner of the database cannot do to it unnoticed.

use askpro_domain::{
    actor::Actor,
    ids::{Clock, CompanyId},
};
use askpro_store::{
    Company, Platform,
    audit::{
        self, Entry,
        chain::{self, Head},
        verify::{self, Chain, Finding},
    },
};
use askpro_testkit::{Ground, PATIENCE, Salon, SalonOptions};

const TEST: Platform = Platform { because: "test" };

/// Writes entries about things named `thing-0`, `thing-1`, … and links them.
async fn written(ground: &Ground, company: CompanyId, count: usize) {
    for thing in 0..count {
        ground.clock.advance(jiff::SignedDuration::from_millis(2));
        let now = ground.clock.now();
        ground
            .store
            .write(Company(company), PATIENCE, move |tx| {
                let entry = Entry::new("thing.changed", format!("thing-{thing}"))
                    .after(serde_json::json!({ "name": "Anna Geheim" }));
                audit::add(tx, &Actor::system("test").at("192.0.2.7"), &entry, now)
            })
            .await
            .unwrap();
    }
    link_all(ground).await;
}

async fn link_all(ground: &Ground) {
    let now = ground.clock.now();
    while ground.store.platform_write(TEST, PATIENCE, move |tx| chain::link(tx, now)).await.unwrap() > 0 {}
}

async fn looked_through(ground: &Ground, company: CompanyId, outside: Vec<Head>) -> Chain {
    ground
        .store
        .platform_read(TEST, PATIENCE, move |tx| verify::one(tx, Some(company), &outside))
        .await
        .unwrap()
}

/// Does something to the record as the owner of the database, past every trigger.
fn tamper(ground: &Ground, statements: &[&str]) {
    let mut all = if ground.url.starts_with("sqlite:") {
        vec![
            "PRAGMA foreign_keys = OFF",
            "DROP TRIGGER IF EXISTS audit_no_update",
            "DROP TRIGGER IF EXISTS audit_no_delete",
            "DROP TRIGGER IF EXISTS audit_links_no_update",
            "DROP TRIGGER IF EXISTS audit_links_no_delete",
        ]
    } else {
        vec!["SET session_replication_role = replica"]
    };
    all.extend(statements);
    ground.as_owner(&all).unwrap();
}

/// The id of the entry about a thing.
fn entry(ground: &Ground, thing: usize) -> String {
    let sql = format!("SELECT id FROM audit WHERE subject = 'thing-{thing}'");
    ground.as_owner(&[&sql]).unwrap()[0][0].clone()
}

fn named(found: &Chain) -> Vec<(&'static str, Option<String>)> {
    found.findings.iter().map(|one| (one.word(), one.entry().map(|id| id.to_string()))).collect()
}

askpro_testkit::on_both_databases! {
    async fn an_untouched_record_verifies_and_every_entry_has_its_link(ground) {
        let salon = Salon::open(&ground, SalonOptions::default()).await;
        written(&ground, salon.company, 600).await;
        let found = looked_through(&ground, salon.company, Vec::new()).await;
        assert_eq!((found.findings.as_slice(), found.waiting), (&[][..], 0));
        assert!(found.entries >= 600);
        let all = ground.store.platform_read(TEST, PATIENCE, |tx| verify::all(tx, &[])).await.unwrap();
        assert!(all.iter().all(|chain| chain.found == 0), "{all:?}");
        assert_eq!(all.len(), 2, "the company's and the installation's");
    }

    async fn a_changed_entry_is_named(ground) {
        let salon = Salon::open(&ground, SalonOptions::default()).await;
        written(&ground, salon.company, 5).await;
        for column in ["actor", "action", "subject"] {
            let id = entry(&ground, 2);
            let was = ground.as_owner(&[&format!("SELECT {column} FROM audit WHERE id = '{id}'")]).unwrap()[0][0].clone();
            tamper(&ground, &[&format!("UPDATE audit SET {column} = 'nobody' WHERE id = '{id}'")]);
            let found = looked_through(&ground, salon.company, Vec::new()).await;
            assert_eq!(named(&found), [("changed", Some(id.clone()))], "{column}");
            tamper(&ground, &[&format!("UPDATE audit SET {column} = '{was}' WHERE id = '{id}'")]);
        }
        let id = entry(&ground, 2);
        let later = if ground.url.starts_with("sqlite:") { "at + 1" } else { "at + interval '1 microsecond'" };
        tamper(&ground, &[&format!("UPDATE audit SET at = {later}, detail_sealed = detail_sealed WHERE id = '{id}'")]);
        assert_eq!(named(&looked_through(&ground, salon.company, Vec::new()).await), [("changed", Some(id))]);
    }

    async fn exchanged_details_are_named(ground) {
        let salon = Salon::open(&ground, SalonOptions::default()).await;
        written(&ground, salon.company, 4).await;
        let (one, other) = (entry(&ground, 1), entry(&ground, 2));
        tamper(&ground, &[&format!(
            "UPDATE audit SET detail_sealed = (SELECT o.detail_sealed FROM audit o WHERE o.id = '{other}') WHERE id = '{one}'"
        )]);
        assert_eq!(named(&looked_through(&ground, salon.company, Vec::new()).await), [("changed", Some(one))]);
    }

    async fn a_removed_entry_is_named_with_and_without_its_link(ground) {
        let salon = Salon::open(&ground, SalonOptions::default()).await;
        written(&ground, salon.company, 5).await;
        let id = entry(&ground, 3);
        tamper(&ground, &[&format!("DELETE FROM audit WHERE id = '{id}'")]);
        assert_eq!(named(&looked_through(&ground, salon.company, Vec::new()).await), [("removed", Some(id.clone()))]);
        tamper(&ground, &[&format!("DELETE FROM audit_links WHERE audit_id = '{id}'")]);
        assert_eq!(named(&looked_through(&ground, salon.company, Vec::new()).await), [("missing", None)]);
        // Closing the gap by moving the rest up shows at every place that was moved.
        tamper(&ground, &["UPDATE audit_links SET seq = seq - 1 WHERE seq = (SELECT max(seq) FROM audit_links)"]);
        let found = looked_through(&ground, salon.company, Vec::new()).await;
        assert!(found.found > 0 && found.findings.iter().all(|one| one.word() == "reordered"), "{found:?}");
    }

    async fn exchanged_places_are_named(ground) {
        let salon = Salon::open(&ground, SalonOptions::default()).await;
        written(&ground, salon.company, 5).await;
        let (one, other) = (entry(&ground, 1), entry(&ground, 2));
        let nobody = "00000000-0000-0000-0000-000000000009";
        tamper(&ground, &[
            &format!("UPDATE audit_links SET audit_id = '{nobody}' WHERE audit_id = '{one}'"),
            &format!("UPDATE audit_links SET audit_id = '{one}' WHERE audit_id = '{other}'"),
            &format!("UPDATE audit_links SET audit_id = '{other}' WHERE audit_id = '{nobody}'"),
        ]);
        let found = looked_through(&ground, salon.company, Vec::new()).await;
        assert_eq!(named(&found), [("reordered", Some(other)), ("reordered", Some(one))]);
    }

    async fn an_inserted_entry_is_named_whether_it_is_linked_or_not(ground) {
        let salon = Salon::open(&ground, SalonOptions::default()).await;
        written(&ground, salon.company, 3).await;
        let id = "0199ffff-0000-7000-8000-000000000001";
        // A copy of a true entry's columns and stamp, under an id of its own.
        let copy = format!(
            "INSERT INTO audit (id, company_id, at, actor, action, subject, detail_sealed, row_hash)
             SELECT '{id}', company_id, at, actor, action, 'forged', NULL, row_hash FROM audit WHERE subject = 'thing-0'"
        );
        ground.as_owner(&[&copy]).unwrap();
        assert_eq!(named(&looked_through(&ground, salon.company, Vec::new()).await), [("inserted", Some(id.into()))]);
        link_all(&ground).await;
        assert_eq!(named(&looked_through(&ground, salon.company, Vec::new()).await), [("inserted", Some(id.into()))]);
        // Turning its mark round does not help either.
        let yes = if ground.url.starts_with("sqlite:") { "1" } else { "true" };
        tamper(&ground, &[&format!("UPDATE audit_links SET vouched = {yes} WHERE audit_id = '{id}'")]);
        assert_eq!(named(&looked_through(&ground, salon.company, Vec::new()).await), [("changed", Some(id.into()))]);
    }

    async fn an_entry_moved_to_another_company_is_named(ground) {
        let ours = Salon::open(&ground, SalonOptions::default()).await;
        let theirs = Salon::open(&ground, SalonOptions::default()).await;
        written(&ground, ours.company, 3).await;
        let id = entry(&ground, 1);
        tamper(&ground, &[&format!("UPDATE audit SET company_id = '{}' WHERE id = '{id}'", theirs.company)]);
        assert_eq!(named(&looked_through(&ground, ours.company, Vec::new()).await), [("changed", Some(id))]);
    }

    async fn a_cut_off_end_shows_against_the_heads_kept_outside(ground) {
        let salon = Salon::open(&ground, SalonOptions::default()).await;
        written(&ground, salon.company, 5).await;
        let heads = ground.store.platform_read(TEST, PATIENCE, chain::heads).await.unwrap();
        let ours: Vec<Head> = heads.iter().filter(|head| head.company == Some(salon.company)).cloned().collect();
        assert_eq!(looked_through(&ground, salon.company, heads.clone()).await.found, 0);
        let id = entry(&ground, 4);
        tamper(&ground, &[
            &format!("DELETE FROM audit_links WHERE audit_id = '{id}'"),
            &format!("DELETE FROM audit_unlinked WHERE audit_id = '{id}'"),
            &format!("DELETE FROM audit WHERE id = '{id}'"),
        ]);
        assert_eq!(looked_through(&ground, salon.company, Vec::new()).await.found, 0, "from inside nothing shows");
        let found = looked_through(&ground, salon.company, heads).await;
        assert_eq!(found.findings, [Finding::CutOff { seq: ours[0].seq }]);
    }

    async fn a_link_that_was_taken_from_an_entry_is_missed(ground) {
        let salon = Salon::open(&ground, SalonOptions::default()).await;
        written(&ground, salon.company, 3).await;
        let id = entry(&ground, 2);
        tamper(&ground, &[&format!("DELETE FROM audit_links WHERE audit_id = '{id}'")]);
        assert_eq!(named(&looked_through(&ground, salon.company, Vec::new()).await), [("unlinked", Some(id))]);
    }

    async fn entries_of_the_release_before_are_taken_over_once_and_never_later(ground) {
        let salon = Salon::open(&ground, SalonOptions::default()).await;
        let plain = |id: &str, company: CompanyId| {
            use sha2::{Digest, Sha256};
            let id = uuid::Uuid::parse_str(id).unwrap();
            let mut hash = Sha256::new();
            for part in [id.as_bytes().as_slice(), company.0.as_bytes(), &0_i64.to_be_bytes(), b"old", b"made", b"thing", b""] {
                hash.update((part.len() as u64).to_be_bytes());
                hash.update(part);
            }
            hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect::<String>()
        };
        let insert = |id: &str| {
            let (hash, company) = (plain(id, salon.company), salon.company);
            let (at, bytes) = if ground.url.starts_with("sqlite:") {
                ("0".to_owned(), format!("x'{hash}'"))
            } else {
                ("to_timestamp(0)".to_owned(), format!("'\\x{hash}'"))
            };
            ground.as_owner(&[&format!(
                "INSERT INTO audit (id, company_id, at, actor, action, subject, detail_sealed, row_hash)
                 VALUES ('{id}', '{company}', {at}, 'old', 'made', 'thing', NULL, {bytes})"
            )]).unwrap();
        };
        insert("00000000-0000-7000-8000-000000000001");
        link_all(&ground).await;
        assert_eq!(looked_through(&ground, salon.company, Vec::new()).await.found, 0);
        insert("00000000-0000-7000-8000-000000000002");
        link_all(&ground).await;
        assert_eq!(
            named(&looked_through(&ground, salon.company, Vec::new()).await),
            [("inserted", Some("00000000-0000-7000-8000-000000000002".into()))]
        );
    }

    async fn linkers_side_by_side_make_one_chain(ground) {
        let salon = Salon::open(&ground, SalonOptions::default()).await;
        let now = ground.clock.now();
        let stores = [ground.another_store(), ground.another_store(), ground.another_store()];
        let mut under_way = tokio::task::JoinSet::new();
        let company = salon.company;
        for (which, store) in stores.into_iter().enumerate() {
            under_way.spawn(async move {
                for round in 0..60 {
                    let subject = format!("{which}-{round}");
                    store.write(Company(company), PATIENCE, move |tx| {
                        audit::add(tx, &Actor::system("test"), &Entry::new("thing.changed", &subject), now)
                    }).await.unwrap();
                    store.platform_write(TEST, PATIENCE, move |tx| chain::link(tx, now)).await.unwrap();
                }
            });
        }
        while let Some(done) = under_way.join_next().await { done.unwrap(); }
        link_all(&ground).await;
        let found = looked_through(&ground, salon.company, Vec::new()).await;
        assert_eq!((found.found, found.waiting), (0, 0), "{found:?}");
        assert!(found.entries >= 180);
    }

    async fn a_record_under_another_key_ring_is_an_error_and_no_verdict(ground) {
        let salon = Salon::open(&ground, SalonOptions::default()).await;
        written(&ground, salon.company, 2).await;
        let stranger = askpro_store::Store::open(askpro_store::StoreOptions {
            url: ground.url.clone(),
            ring: askpro_store::seal::KeyRing::parse(&askpro_store::seal::KeyRing::generate(ground.chance.as_ref())).unwrap(),
            chance: ground.chance.clone(),
            connections: 1,
            time: askpro_store::SharedTime::Caller,
        }).unwrap();
        let company = salon.company;
        let verdict = stranger.platform_read(TEST, PATIENCE, move |tx| verify::one(tx, Some(company), &[])).await;
        assert!(verdict.is_err(), "{verdict:?}");
    }
}
