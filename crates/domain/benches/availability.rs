//! A salon of 20 people, two months, about two thirds booked.

use askpro_domain::{
    availability::{
        Person, Query, Segment, ServiceTimes, WeeklyHours, WorkingTime, bits::CalendarBits, free_slots,
    },
    calendar::{Interval, zone},
};
use divan::{Bencher, black_box};
use jiff::{SignedDuration, Timestamp, civil::date};

fn main() {
    divan::main();
}

const PEOPLE: u32 = 20;
const DAYS: i64 = 60;

fn now() -> Timestamp {
    "2026-09-14T06:00:00Z".parse().expect("a literal")
}

fn query() -> Query {
    let zone = zone("Europe/Berlin").expect("in the bundled data");
    Query { from: now(), to: now() + SignedDuration::from_hours(24 * DAYS), zone }
}

fn people() -> Vec<Person<u32>> {
    let day = vec![WorkingTime { from: 540, to: 780 }, WorkingTime { from: 840, to: 1140 }];
    (0..PEOPLE)
        .map(|id| Person {
            id,
            hours: WeeklyHours(std::array::from_fn(|at| if at < 6 { day.clone() } else { Vec::new() })),
            overrides: Vec::new(),
            busy: (0..DAYS)
                .flat_map(|day| (0..8).map(move |nth| (day, nth)))
                .map(|(day, nth)| {
                    // A fixed disorder: lengths of 20 to 75 minutes on a grid of five.
                    let length = 20 + 5 * ((day * 7 + nth * 5 + i64::from(id) * 3) % 12);
                    let begin = now() + SignedDuration::from_mins(day * 1440 + 60 + nth * 75);
                    Interval::new(begin, begin + SignedDuration::from_mins(length))
                })
                .collect(),
        })
        .collect()
}

fn service(composite: bool, slot_interval_minutes: u32) -> ServiceTimes {
    let work = Segment { minutes: 45, staff_needed: true };
    let wait = Segment { minutes: 30, staff_needed: false };
    ServiceTimes {
        segments: if composite { vec![work, wait, work] } else { vec![work] },
        buffer_before_minutes: 0,
        buffer_after_minutes: 5,
        slot_interval_minutes,
        min_notice_minutes: 60,
        booking_horizon_days: 60,
    }
}

fn bits(people: &[Person<u32>]) -> CalendarBits<u32> {
    CalendarBits::new(&query().zone, date(2026, 9, 14), DAYS as u16 + 2, people).expect("within the calendar")
}

#[divan::bench(args = [false, true])]
fn cold_all_slots(bencher: Bencher, composite: bool) {
    let (people, query, service) = (people(), query(), service(composite, 15));
    bencher.bench(|| free_slots(black_box(&query), now(), &service, &people));
}

#[divan::bench(args = [false, true])]
fn bits_two_months(bencher: Bencher, composite: bool) {
    let (bits, query, service) = (bits(&people()), query(), service(composite, 15));
    bencher.bench(|| bits.free_starts(black_box(&query), now(), &service).expect("covered").count());
}

/// A slot interval that is no multiple of five minutes needs the fine cells.
#[divan::bench]
fn bits_two_months_by_minutes(bencher: Bencher) {
    let (bits, query, service) = (bits(&people()), query(), service(false, 12));
    bencher.bench(|| bits.free_starts(black_box(&query), now(), &service).expect("covered").count());
}

#[divan::bench]
fn bits_two_months_first_five(bencher: Bencher) {
    let (bits, query, service) = (bits(&people()), query(), service(false, 15));
    bencher.bench(|| {
        let found = bits.free_starts(black_box(&query), now(), &service).expect("covered");
        found.iter().take(5).collect::<Vec<_>>()
    });
}

#[divan::bench]
fn bits_two_months_every_slot(bencher: Bencher) {
    let (bits, query, service) = (bits(&people()), query(), service(false, 15));
    bencher.bench(|| {
        let found = bits.free_starts(black_box(&query), now(), &service).expect("covered");
        found.iter().collect::<Vec<_>>()
    });
}

#[divan::bench]
fn bits_one_afternoon(bencher: Bencher) {
    let (bits, service) = (bits(&people()), service(false, 15));
    let mut query = query();
    query.from = now() + SignedDuration::from_hours(24 * 9 + 6);
    query.to = query.from + SignedDuration::from_hours(5);
    bencher.bench(|| bits.free_starts(black_box(&query), now(), &service).expect("covered").count());
}

#[divan::bench]
fn build_bits(bencher: Bencher) {
    let people = people();
    bencher.bench(|| bits(black_box(&people)));
}
