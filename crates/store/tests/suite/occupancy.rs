use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

use askpro_domain::{
    booking::{AppointmentStatus, Calendar, Reference},
    business::{Appointment, Customer},
    calendar::{Interval, zone},
    ids::{AppointmentId, Clock, CustomerId, StaffId},
};
use askpro_store::{
    Company, CompanyTx, Result, appointments, customers,
    occupancy::{self, Taken},
};
use askpro_testkit::{Ground, PATIENCE, Salon, SalonOptions};
use jiff::{SignedDuration, Timestamp};

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn half_hour(start: Timestamp) -> Interval {
    Interval::new(start, start + SignedDuration::from_mins(30))
}

/// Everything an appointment needs, written the way the booking does it.
pub(crate) fn book(
    tx: &mut CompanyTx<'_>,
    salon: &Salon,
    person: StaffId,
    pieces: &[Interval],
    ids: (AppointmentId, CustomerId, Reference),
    taken: Taken,
    now: Timestamp,
) -> Result<bool> {
    let (id, customer, reference) = ids;
    occupancy::lock_resources(tx, &[person.into()])?;
    customers::insert(
        tx,
        &Customer { id: customer, name: "Erika Muster".into(), phone: None, email: None },
        now,
    )?;
    let start = pieces[0].from;
    let appointment = Appointment {
        id,
        company: salon.company,
        branch: salon.branch,
        service: salon.haircut,
        staff: person,
        customer,
        reference,
        status: if taken == Taken::Hold {
            AppointmentStatus::Provisional
        } else {
            AppointmentStatus::Confirmed
        },
        local_start: start.to_zoned_datetime(zone("Europe/Berlin").unwrap()).datetime(),
        zone: "Europe/Berlin".into(),
        start,
        end: pieces[pieces.len() - 1].to,
        calendar: Calendar::Own,
        calendar_uid: None,
        made_in: None,
        revision: 1,
    };
    appointments::insert(tx, &appointment, None, now)?;
    occupancy::occupy(tx, id, person.into(), pieces, taken, now)
}

pub(crate) fn ids(ground: &Ground) -> (AppointmentId, CustomerId, Reference) {
    let now = ground.clock.now();
    let chance = ground.chance.as_ref();
    (AppointmentId::new(now, chance), CustomerId::new(now, chance), Reference::new(chance))
}

/// Books or leaves no trace; whether it was booked.
async fn try_book(
    ground: &Ground,
    salon: &Salon,
    person: StaffId,
    pieces: Vec<Interval>,
    taken: Taken,
) -> bool {
    let (ids, salon, now) = (ids(ground), salon.clone(), ground.clock.now());
    let outcome = ground
        .store
        .write(Company(salon.company), PATIENCE, move |tx| {
            match book(tx, &salon, person, &pieces, ids.clone(), taken, now)? {
                true => Ok(()),
                false => Err(askpro_store::Error::Conflict("taken".into())),
            }
        })
        .await;
    match outcome {
        Ok(()) => true,
        Err(askpro_store::Error::Conflict(rule)) if rule == "taken" => false,
        Err(other) => panic!("{other}"),
    }
}

const OVERLAPS: &str = "SELECT count(*) FROM occupancy a JOIN occupancy b ON a.resource_id = b.resource_id
    AND a.id < b.id AND a.from_at < b.to_at AND b.from_at < a.to_at
    WHERE a.kind <> 'external' AND b.kind <> 'external'";

askpro_testkit::on_both_databases! {
    async fn touching_pieces_stand_side_by_side_and_overlapping_ones_do_not(ground) {
        let salon = Salon::open(&ground, SalonOptions::default()).await;
        let ten = at("2026-11-24T10:00:00+01:00");
        let (anna, ben) = (salon.people[0], salon.people[1]);
        let minutes = |from: i64, to: i64| {
            Interval::new(ten + SignedDuration::from_mins(from), ten + SignedDuration::from_mins(to))
        };
        assert!(try_book(&ground, &salon, anna, vec![minutes(0, 30)], Taken::Appointment).await);
        assert!(try_book(&ground, &salon, anna, vec![minutes(30, 60)], Taken::Appointment).await, "touching after");
        assert!(try_book(&ground, &salon, anna, vec![minutes(-30, 0)], Taken::Appointment).await, "touching before");
        assert!(try_book(&ground, &salon, ben, vec![minutes(0, 30)], Taken::Appointment).await, "another person");
        for (from, to) in [(0, 30), (10, 20), (-10, 5), (25, 35), (-60, 120), (29, 30), (0, 1)] {
            let taken = try_book(&ground, &salon, anna, vec![minutes(from, to)], Taken::Hold).await;
            assert!(!taken, "{from} to {to} overlaps");
        }
        assert!(try_book(&ground, &salon, anna, vec![minutes(60, 90), minutes(120, 150)], Taken::Hold).await);
        assert!(try_book(&ground, &salon, anna, vec![minutes(90, 120)], Taken::Appointment).await, "waiting time");
        assert!(try_book(&ground, &salon, anna, vec![minutes(200, 230)], Taken::Appointment).await);
        let split = vec![minutes(160, 170), minutes(210, 220)];
        assert!(!try_book(&ground, &salon, anna, split, Taken::Appointment).await, "second piece overlaps");
        assert!(try_book(&ground, &salon, anna, vec![minutes(160, 170)], Taken::Appointment).await, "no piece was left behind");
    }

    async fn the_database_itself_refuses_overlaps_on_insert_and_update(ground) {
        let salon = Salon::open(&ground, SalonOptions { people: 1, ..SalonOptions::default() }).await;
        let ten = at("2026-11-24T10:00:00+01:00");
        let person = salon.people[0];
        for offset in [0, 60] {
            let piece = half_hour(ten + SignedDuration::from_mins(offset));
            assert!(try_book(&ground, &salon, person, vec![piece], Taken::Appointment).await);
        }
        let rows = ground.as_owner(&["SELECT id FROM occupancy ORDER BY from_at"]).unwrap();
        let copy = format!(
            "INSERT INTO occupancy SELECT '{}', company_id, resource_id, appointment_id, kind, from_at, to_at, expires_at
             FROM occupancy WHERE id = '{}'",
            askpro_domain::ids::uuid_v7(ten, ground.chance.as_ref()), rows[0][0]
        );
        assert!(ground.as_owner(&[&copy]).is_err(), "a raw insert past our code");
        let shift = format!(
            "UPDATE occupancy SET from_at = (SELECT from_at FROM occupancy WHERE id = '{0}'),
                 to_at = (SELECT to_at FROM occupancy WHERE id = '{0}') WHERE id = '{1}'",
            rows[1][0], rows[0][0]
        );
        assert!(ground.as_owner(&[&shift]).is_err(), "a raw update past our code");
        assert_eq!(ground.as_owner(&[OVERLAPS]).unwrap(), [["0"]]);
    }

    async fn an_expired_hold_gives_way_and_a_provisional_one_does_not(ground) {
        let salon = Salon::open(&ground, SalonOptions { people: 1, ..SalonOptions::default() }).await;
        let piece = half_hour(at("2026-11-24T10:00:00+01:00"));
        let person = salon.people[0];
        assert!(try_book(&ground, &salon, person, vec![piece], Taken::Hold).await);
        ground.clock.advance(SignedDuration::from_hours(2));
        assert!(!try_book(&ground, &salon, person, vec![piece], Taken::Appointment).await, "provisional: settled, not expired");
        let expires = match ground.url.starts_with("sqlite:") {
            true => "from_at - 86400000000",
            false => "from_at - interval '1 day'",
        };
        ground.as_owner(&[&format!("UPDATE occupancy SET expires_at = {expires}")]).unwrap();
        assert!(try_book(&ground, &salon, person, vec![piece], Taken::Appointment).await);
    }

    async fn thirty_two_writers_on_few_starts_never_overlap_and_never_stall(ground) {
        let salon = Salon::open(&ground, SalonOptions { people: 2, ..SalonOptions::default() }).await;
        let ground = Arc::new(ground);
        let first = at("2026-11-24T08:00:00+01:00");
        let booked = Arc::new(AtomicU32::new(0));
        let mut writers = Vec::new();
        for writer in 0..32_u64 {
            let (ground, salon, booked) = (ground.clone(), salon.clone(), booked.clone());
            writers.push(tokio::spawn(async move {
                let mut slowest = std::time::Duration::ZERO;
                for step in 0..10_u64 {
                    let start = first + SignedDuration::from_mins(i64::try_from((writer * 7 + step * 3) % 10 * 15).unwrap());
                    let person = salon.people[usize::try_from((writer + step) % 2).unwrap()];
                    let begun = tokio::time::Instant::now();
                    if try_book(&ground, &salon, person, vec![half_hour(start)], Taken::Appointment).await {
                        booked.fetch_add(1, Ordering::Relaxed);
                    }
                    slowest = slowest.max(begun.elapsed());
                }
                slowest
            }));
        }
        let mut slowest = std::time::Duration::ZERO;
        for writer in writers {
            slowest = slowest.max(writer.await.unwrap());
        }
        assert_eq!(ground.as_owner(&[OVERLAPS]).unwrap(), [["0"]]);
        let pieces = ground.as_owner(&["SELECT count(*) FROM occupancy"]).unwrap();
        assert_eq!(pieces, [[booked.load(Ordering::Relaxed).to_string()]]);
        let orphans = ground.as_owner(&["SELECT count(*) FROM appointments a LEFT JOIN occupancy o ON o.appointment_id = a.id WHERE o.id IS NULL"]).unwrap();
        assert_eq!(orphans, [["0"]], "a refused booking leaves nothing behind");
        assert!(slowest < std::time::Duration::from_secs(5), "the slowest booking took {slowest:?}");
    }
}
