use askpro_domain::ids::Clock;
use askpro_store::{
    Company,
    answers::{self, AnswerKey, Claim},
    occupancy::Taken,
};
use askpro_testkit::{PATIENCE, Salon, SalonOptions};
use jiff::SignedDuration;

use crate::occupancy::{book, ids};

fn key(is_exact: bool) -> AnswerKey {
    AnswerKey { text: format!("k-{is_exact}"), is_exact }
}

askpro_testkit::on_both_databases! {
    async fn a_second_claim_gets_the_first_answer(ground) {
        let salon = Salon::open(&ground, SalonOptions::default()).await;
        let now = ground.clock.now();
        let company = Company(salon.company);
        let first = ground.store.write(company, PATIENCE, move |tx| {
            let claim = answers::claim(tx, &key(true), now)?;
            answers::record(tx, &key(true), b"booked", None, true)?;
            Ok(claim)
        }).await.unwrap();
        assert_eq!(first, Claim::Fresh);
        let later = now + SignedDuration::from_mins(10);
        let second = ground.store.write(company, PATIENCE, move |tx| answers::claim(tx, &key(true), later)).await.unwrap();
        assert_eq!(second, Claim::Answered(b"booked".to_vec()));
    }

    async fn an_answer_without_effect_is_not_repeated_for_long_where_only_the_words_are_the_same(ground) {
        let salon = Salon::open(&ground, SalonOptions::default()).await;
        let now = ground.clock.now();
        let company = Company(salon.company);
        let claim = move |at| move |tx: &mut askpro_store::CompanyTx<'_>| {
            let claim = answers::claim(tx, &key(false), at)?;
            if claim == Claim::Fresh {
                answers::record(tx, &key(false), b"nothing free", None, true)?;
            }
            Ok(claim)
        };
        assert_eq!(ground.store.write(company, PATIENCE, claim(now)).await.unwrap(), Claim::Fresh);
        let soon = now + SignedDuration::from_secs(4);
        assert!(matches!(ground.store.write(company, PATIENCE, claim(soon)).await.unwrap(), Claim::Answered(_)));
        let later = now + SignedDuration::from_secs(6);
        assert_eq!(ground.store.write(company, PATIENCE, claim(later)).await.unwrap(), Claim::Fresh);
    }

    async fn once_its_effect_has_ended_the_same_words_are_done_again(ground) {
        let salon = Salon::open(&ground, SalonOptions::default()).await;
        let now = ground.clock.now();
        let company = Company(salon.company);
        let made = ids(&ground);
        let id = made.0;
        let start: jiff::Timestamp = "2026-11-24T10:00:00+01:00".parse().unwrap();
        let booked = salon.clone();
        ground.store.write(company, PATIENCE, move |tx| {
            answers::claim(tx, &key(false), now)?;
            let piece = askpro_domain::calendar::Interval::new(start, start + SignedDuration::from_mins(30));
            assert!(book(tx, &booked, booked.people[0], &[piece], made.clone(), Taken::Appointment, now)?);
            answers::record(tx, &key(false), b"booked", Some(id), true)
        }).await.unwrap();
        let later = now + SignedDuration::from_mins(3);
        let again = ground.store.write(company, PATIENCE, move |tx| answers::claim(tx, &key(false), later)).await.unwrap();
        assert!(matches!(again, Claim::Answered(_)), "its effect stands");
        let anew = ground.store.write(company, PATIENCE, move |tx| {
            answers::end_effects(tx, id)?;
            answers::claim(tx, &key(false), later)
        }).await.unwrap();
        assert_eq!(anew, Claim::Fresh);
    }

    async fn twins_at_the_same_moment_get_one_answer(ground) {
        let salon = Salon::open(&ground, SalonOptions::default()).await;
        let now = ground.clock.now();
        let company = Company(salon.company);
        let mut twins = Vec::new();
        for number in 0..16_u8 {
            let store = ground.store.clone();
            twins.push(tokio::spawn(async move {
                store.write(company, PATIENCE, move |tx| Ok(match answers::claim(tx, &key(true), now)? {
                    Claim::Fresh => {
                        answers::record(tx, &key(true), &[number], None, true)?;
                        vec![number]
                    }
                    Claim::Answered(answer) | Claim::UnderWay(answer) => answer,
                })).await.unwrap()
            }));
        }
        let mut answers = Vec::new();
        for twin in twins {
            answers.push(twin.await.unwrap());
        }
        answers.dedup();
        assert_eq!(answers.len(), 1, "one answer for all: {answers:?}");
    }
}
