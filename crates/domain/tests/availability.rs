//! Free starts by literal counting, by intervals and by bits are the same.

use askpro_domain::{
    availability::{
        HoursOverride, Person, Query, Segment, ServiceTimes, Slot, WeeklyHours, WorkingTime,
        bits::CalendarBits, free_slots, occupancy,
    },
    calendar::{Interval, local_to_instant, zone},
};
use jiff::{
    SignedDuration, Timestamp, ToSpan,
    civil::{Date, Time, date},
    tz::TimeZone,
};
use proptest::prelude::*;

/// The rules word by word, with no thought for speed.
fn counted(query: &Query, now: Timestamp, service: &ServiceTimes, people: &[Person<u32>]) -> Vec<Slot<u32>> {
    let minutes = |count: u32| SignedDuration::from_mins(i64::from(count));
    let last_date = query.zone.to_datetime(now).date() + i64::from(service.booking_horizon_days).days();
    let mut slots = Vec::new();
    let dates = || {
        let first = query.zone.to_datetime(query.from).date() - 3.days();
        first.series(1.day()).take_while(|date| *date <= query.zone.to_datetime(query.to).date() + 3.days())
    };
    for (person, date) in people.iter().flat_map(|person| dates().map(move |date| (person, date))) {
        let weekly = &person.hours.0[date.weekday().to_monday_zero_offset() as usize];
        let times = person.overrides.iter().find(|o| o.date == date).map_or(weekly, |o| &o.times);
        for time in times {
            let (opens, closes) = (wall(date, time.from, &query.zone), wall(date, time.to, &query.zone));
            let mut start = opens;
            while start + minutes(service.total_minutes()) <= closes {
                let end = start + minutes(service.total_minutes());
                let taken = occupancy(start, service);
                let free = !person.busy.iter().any(|busy| taken.iter().any(|piece| piece.overlaps(*busy)));
                if free
                    && start >= now + minutes(service.min_notice_minutes)
                    && query.zone.to_datetime(start).date() <= last_date
                    && query.from <= start
                    && start < query.to
                {
                    slots.push(Slot { start, end, person: person.id });
                }
                start += minutes(service.slot_interval_minutes);
            }
        }
    }
    slots.sort();
    slots.dedup();
    slots
}

fn wall(date: Date, minute: u16, zone: &TimeZone) -> Timestamp {
    let local = if minute == 1440 {
        date.tomorrow().expect("not the last day of the calendar").to_datetime(Time::midnight())
    } else {
        date.at((minute / 60) as i8, (minute % 60) as i8, 0, 0)
    };
    local_to_instant(local, zone).expect("inside the calendar")
}

/// Places and days on which clocks do unusual things: at midnight, by half an
/// hour, back over the date line, twice in a fortnight; and a plain summer.
fn scenes() -> impl Strategy<Value = (TimeZone, Date)> {
    prop_oneof![
        Just(("Europe/Berlin", date(2026, 3, 28))),
        Just(("Europe/Berlin", date(2026, 10, 24))),
        Just(("Europe/Berlin", date(2026, 6, 12))),
        Just(("America/St_Johns", date(2010, 11, 6))),
        Just(("America/St_Johns", date(2011, 3, 12))),
        Just(("America/Sao_Paulo", date(2018, 2, 16))),
        Just(("America/Sao_Paulo", date(2018, 11, 3))),
        Just(("America/Havana", date(2026, 10, 31))),
        Just(("Pacific/Apia", date(2011, 12, 28))),
        Just(("Australia/Lord_Howe", date(2026, 4, 4))),
        Just(("Africa/Casablanca", date(2026, 2, 14))),
    ]
    .prop_map(|(name, date)| (zone(name).expect("a known zone"), date))
}

#[derive(Clone, Debug)]
struct Case {
    query: Query,
    now: Timestamp,
    service: ServiceTimes,
    people: Vec<Person<u32>>,
    first: Date,
}

/// A grain of 5 makes what salons really have, 1 anything that can be entered.
fn cases() -> impl Strategy<Value = Case> {
    (scenes(), prop_oneof![Just(5u32), Just(1u32)]).prop_flat_map(|((zone, first), grain)| {
        let base = wall(first, 0, &zone);
        let at = move |second: i64| base + SignedDuration::from_secs(second);
        let time = (0..=1440 / grain, 0..=1440 / grain)
            .prop_map(move |(a, b)| WorkingTime { from: (a * grain) as u16, to: (b * grain) as u16 });
        let times = || prop::collection::vec(time.clone(), 0..3);
        let weekly = prop::collection::vec(times(), 7)
            .prop_map(|days| WeeklyHours(days.try_into().expect("seven were asked for")));
        let overrides = prop::collection::vec(
            (0i32..6, times())
                .prop_map(move |(day, times)| HoursOverride { date: first + day.days(), times }),
            0..2,
        );
        // Busy times are not on any grid, not even on whole minutes.
        let busy = prop::collection::vec(
            (-100_000i64..500_000, -100i64..30_000)
                .prop_map(move |(from, length)| Interval::new(at(from), at(from + length))),
            0..8,
        );
        let people = prop::collection::vec((weekly, overrides, busy), 0..4).prop_map(|people| {
            let numbered = people.into_iter().enumerate();
            numbered
                .map(|(id, (hours, overrides, busy))| Person { id: id as u32, hours, overrides, busy })
                .collect::<Vec<_>>()
        });
        let segment = (0..=90 / grain, any::<bool>())
            .prop_map(move |(count, staff_needed)| Segment { minutes: count * grain, staff_needed });
        let service = (
            prop::collection::vec(segment, 1..5),
            (0..=40 / grain, 0..=40 / grain, 1..=60 / grain),
            (0u32..3_000, 0u32..6),
        )
            .prop_map(move |(segments, (before, after, step), (notice, horizon))| ServiceTimes {
                segments,
                buffer_before_minutes: before * grain,
                buffer_after_minutes: after * grain,
                slot_interval_minutes: step * grain,
                min_notice_minutes: notice,
                booking_horizon_days: horizon,
            });
        (people, service, -50_000i64..20_000, -50_000i64..100_000, -1000i64..500_000).prop_map(
            move |(people, service, now, from, length)| Case {
                query: Query { from: at(from), to: at(from + length), zone: zone.clone() },
                now: at(now),
                service,
                people,
                first,
            },
        )
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn intervals_find_what_counting_finds(case in cases()) {
        let expected = if case.service.total_minutes() == 0 {
            Vec::new()
        } else {
            counted(&case.query, case.now, &case.service, &case.people)
        };
        prop_assert_eq!(free_slots(&case.query, case.now, &case.service, &case.people), expected);
    }

    #[test]
    fn bits_find_what_intervals_find(case in cases()) {
        let bits = CalendarBits::new(&case.query.zone, case.first - 5.days(), 20, &case.people).unwrap();
        let found = bits.free_starts(&case.query, case.now, &case.service).expect("within what is covered");
        let expected = free_slots(&case.query, case.now, &case.service, &case.people);
        prop_assert_eq!(found.count(), expected.len());
        prop_assert_eq!(found.iter().collect::<Vec<_>>(), expected);
    }

    #[test]
    fn a_booked_start_is_no_longer_free_and_only_takes_its_pieces(case in cases(), pick in any::<prop::sample::Index>()) {
        let mut people = case.people;
        let before = free_slots(&case.query, case.now, &case.service, &people);
        if before.is_empty() {
            return Ok(());
        }
        let booked = before[pick.index(before.len())];
        let taken = occupancy(booked.start, &case.service);
        for pair in taken.windows(2) {
            prop_assert!(pair[0].to < pair[1].from, "pieces keep a gap: {taken:?}");
        }
        let mut bits = CalendarBits::new(&case.query.zone, case.first - 5.days(), 20, &people).unwrap();
        people[booked.person as usize].busy.extend(&taken);
        let after = free_slots(&case.query, case.now, &case.service, &people);
        let still_free = |slot: &Slot<u32>| {
            slot.person != booked.person
                || !occupancy(slot.start, &case.service).iter().any(|a| taken.iter().any(|b| a.overlaps(*b)))
        };
        let expected: Vec<_> = before.into_iter().filter(still_free).collect();
        prop_assert_eq!(&after, &expected);

        prop_assert!(bits.set_busy(booked.person, &people[booked.person as usize].busy));
        let found: Vec<_> = bits.free_starts(&case.query, case.now, &case.service).unwrap().iter().collect();
        prop_assert_eq!(found, expected);
    }
}

fn plain(minutes: u32) -> ServiceTimes {
    ServiceTimes {
        segments: vec![Segment { minutes, staff_needed: true }],
        buffer_before_minutes: 0,
        buffer_after_minutes: 0,
        slot_interval_minutes: 15,
        min_notice_minutes: 0,
        booking_horizon_days: 60,
    }
}

#[test]
fn waiting_time_is_not_occupied_and_buffers_join_the_work_they_touch() {
    let start: Timestamp = "2026-06-16T09:00:00Z".parse().unwrap();
    let mut colour = plain(30);
    colour.segments.push(Segment { minutes: 30, staff_needed: false });
    colour.segments.push(Segment { minutes: 45, staff_needed: true });
    colour.buffer_before_minutes = 5;
    colour.buffer_after_minutes = 10;
    let pieces: Vec<String> =
        occupancy(start, &colour).iter().map(|piece| format!("{} {}", piece.from, piece.to)).collect();
    assert_eq!(
        pieces,
        ["2026-06-16T08:55:00Z 2026-06-16T09:30:00Z", "2026-06-16T10:00:00Z 2026-06-16T10:55:00Z"]
    );
    assert_eq!(colour.total_minutes(), 105);
}

#[test]
fn absurd_settings_are_answered_without_a_panic_or_long_work() {
    let zone = zone("Europe/Berlin").unwrap();
    let now: Timestamp = "2026-06-16T09:00:00Z".parse().unwrap();
    let query = Query { from: Timestamp::MIN, to: Timestamp::MAX, zone: zone.clone() };
    let person = Person {
        id: 1u32,
        hours: WeeklyHours(std::array::from_fn(|_| vec![WorkingTime { from: 9999, to: 0 }])),
        overrides: Vec::new(),
        busy: vec![Interval::new(Timestamp::MIN, Timestamp::MAX)],
    };
    let mut service = plain(u32::MAX);
    service.segments.push(Segment { minutes: u32::MAX, staff_needed: true });
    service.buffer_before_minutes = u32::MAX;
    service.buffer_after_minutes = u32::MAX;
    service.slot_interval_minutes = 0;
    service.booking_horizon_days = u32::MAX;
    assert_eq!(free_slots(&query, now, &service, std::slice::from_ref(&person)), []);
    assert_eq!(free_slots(&query, Timestamp::MAX, &plain(30), std::slice::from_ref(&person)), []);
    assert_eq!(free_slots(&query, Timestamp::MIN, &plain(30), std::slice::from_ref(&person)), []);
    assert!(occupancy(Timestamp::MAX, &service).len() < 2);
    let bits = CalendarBits::new(&zone, date(2026, 6, 1), u16::MAX, &[person]).unwrap();
    assert!(bits.free_starts(&query, now, &service).is_none());
}
