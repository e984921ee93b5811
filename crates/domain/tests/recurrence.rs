//! Series against a walk over every day, and rules against hostile text.

use askpro_domain::{
    availability::{
        Misfit, Person, Query, Segment, ServiceTimes, WeeklyHours, WorkingTime, fit, free_slots, occupancy,
    },
    calendar::{local_to_instant, zone},
    recurrence::{End, Expansion, Frequency, NthWeekday, Rule, RuleError, Series, plan},
};
use jiff::{
    ToSpan,
    civil::{Date, DateTime, Weekday, date},
};
use proptest::prelude::*;

/// The dates of one rule, found by asking of each day whether it belongs:
/// slow, and written from the RFC's table rather than from the code under test.
fn walked(rule: &Rule, start: Date, limit: usize) -> Vec<Date> {
    let limit = match rule.end {
        End::Count(count) => limit.min(count as usize),
        _ => limit,
    };
    let mut found = Vec::new();
    let mut day = first_of_period(rule, start);
    let mut period = 0i64;
    while found.len() < limit && day.year() <= start.year() + 20 {
        let next = next_period(rule, day);
        if period % i64::from(rule.interval) == 0 {
            let days: Vec<Date> = day
                .series(1.day())
                .take_while(|date| *date < next)
                .filter(|date| belongs(rule, start, *date))
                .collect();
            let chosen: Vec<Date> = days
                .iter()
                .enumerate()
                .filter(|(at, _)| {
                    let (at, count) = (*at as i16, days.len() as i16);
                    rule.by_set_pos.is_empty()
                        || rule.by_set_pos.iter().any(|place| *place == at + 1 || *place == at - count)
                })
                .map(|(_, date)| *date)
                // A week may begin in the last year and end after it.
                .filter(|date| *date >= start && date.year() <= start.year() + 20)
                .collect();
            found.extend(chosen);
        }
        day = next;
        period += 1;
    }
    found.truncate(limit);
    found
}

fn first_of_period(rule: &Rule, date: Date) -> Date {
    match rule.frequency {
        Frequency::Daily => date,
        Frequency::Weekly => date - (i64::from(date.weekday().since(rule.week_start))).days(),
        Frequency::Monthly => date.first_of_month(),
        Frequency::Yearly => date.first_of_year(),
    }
}

fn next_period(rule: &Rule, first: Date) -> Date {
    match rule.frequency {
        Frequency::Daily => first + 1.day(),
        Frequency::Weekly => first + 7.days(),
        Frequency::Monthly => first + 1.month(),
        Frequency::Yearly => first + 1.year(),
    }
}

fn belongs(rule: &Rule, start: Date, day: Date) -> bool {
    let from_end = day.day() - day.days_in_month() - 1;
    let in_year = rule.frequency == Frequency::Yearly && rule.by_month.is_empty();
    let (place, length) = if in_year {
        (day.day_of_year(), day.days_in_year())
    } else {
        (i16::from(day.day()), i16::from(day.days_in_month()))
    };
    let nth = |nth: i16| nth == (place - 1) / 7 + 1 || nth == -((length - place) / 7 + 1);
    let month = rule.by_month.is_empty() || rule.by_month.contains(&(day.month() as u8));
    let month_day = rule.by_month_day.is_empty()
        || rule.by_month_day.iter().any(|by| *by == day.day() || *by == from_end);
    let weekday = rule.by_day.is_empty()
        || rule.by_day.iter().any(|by| by.weekday == day.weekday() && by.nth.is_none_or(nth));
    // What no part says is as in the start.
    let no_days = rule.by_day.is_empty() && rule.by_month_day.is_empty();
    let implied = match rule.frequency {
        Frequency::Daily => true,
        Frequency::Weekly => !rule.by_day.is_empty() || day.weekday() == start.weekday(),
        Frequency::Monthly => !no_days || day.day() == start.day(),
        Frequency::Yearly if no_days && rule.by_month.is_empty() => {
            (day.month(), day.day()) == (start.month(), start.day())
        }
        Frequency::Yearly => !no_days || day.day() == start.day(),
    };
    month && month_day && weekday && implied
}

fn weekdays() -> impl Strategy<Value = Weekday> {
    (0i8..7).prop_map(|offset| Weekday::from_monday_zero_offset(offset).expect("0 to 6"))
}

fn rules() -> impl Strategy<Value = Rule> {
    let frequency = prop_oneof![
        Just(Frequency::Daily),
        Just(Frequency::Weekly),
        Just(Frequency::Monthly),
        Just(Frequency::Yearly)
    ];
    let some = |count| prop_oneof![3 => Just(0..=0usize), 2 => Just(1..=count)];
    let by_day = (some(4), prop::option::of(prop_oneof![1i16..=5, -5i16..=-1, Just(53), Just(-53)]))
        .prop_flat_map(|(count, nth)| {
            let nth = prop_oneof![Just(None), Just(nth)];
            prop::collection::vec(
                (nth, weekdays()).prop_map(|(nth, weekday)| NthWeekday { nth, weekday }),
                count,
            )
        });
    let month_days = prop_oneof![1i8..=31, -31i8..=-1];
    let by_month_day = some(5).prop_flat_map(move |count| prop::collection::vec(month_days.clone(), count));
    let by_month = some(4).prop_flat_map(|count| prop::collection::vec(1u8..=12, count));
    let places = prop_oneof![1i16..=6, -6i16..=-1];
    let by_set_pos = some(2).prop_flat_map(move |count| prop::collection::vec(places.clone(), count));
    (frequency, 1u16..=5, 1u32..40, by_day, by_month_day, by_month, by_set_pos, weekdays()).prop_map(
        |(frequency, interval, count, by_day, by_month_day, by_month, by_set_pos, week_start)| Rule {
            frequency,
            interval,
            end: End::Count(count),
            by_day,
            by_month_day,
            by_year_day: Vec::new(),
            by_week_no: Vec::new(),
            by_month,
            by_set_pos,
            week_start,
        },
    )
}

fn series(start: DateTime, zone_name: &str, rule: Rule) -> Series {
    Series { start, zone: zone(zone_name).expect("a known zone"), rule, excluded: Vec::new() }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_series_is_what_a_walk_over_every_day_finds(rule in rules(), day in 0i64..3000) {
        // Contradictory parts are refused when read; here only what can be read.
        let Ok(rule) = rule.to_string().parse::<Rule>() else { return Ok(()) };
        let begin = date(2020, 1, 1) + day.days();
        // A start on the rule, as every series has.
        let Some(start) = walked(&Rule { end: End::Never, ..rule.clone() }, begin, 400)
            .into_iter()
            .find(|start| walked(&rule, *start, 1) == [*start])
        else {
            return Ok(());
        };
        let expected = walked(&rule, start, 30);
        let series = series(start.at(9, 30, 0, 0), "Europe/Berlin", rule.clone());
        let found = series.between(None, None, expected.len()).map(|found| found.occurrences);
        let found = found.map(|all| all.iter().map(|one| one.local.date()).collect::<Vec<_>>());
        prop_assert_eq!(found, Ok(expected), "{} from {}", rule, start);
    }

    #[test]
    fn a_rule_survives_being_written_and_read(rule in rules()) {
        if let Ok(read) = rule.to_string().parse::<Rule>() {
            prop_assert_eq!(read.to_string(), rule.to_string());
        }
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in "\\PC{0,60}|[A-Z;=,0-9+\\-]{0,80}|(FREQ=(DAILY|WEEKLY|MONTHLY|YEARLY)(;(BYDAY|COUNT|UNTIL|BYSETPOS|INTERVAL|BYMONTHDAY|WKST)=[0-9A-ZÄ+\\-,]{0,12}){0,4})") {
        if let Ok(rule) = text.parse::<Rule>() {
            let series = series(date(2026, 1, 31).at(2, 30, 0, 0), "Europe/Berlin", rule);
            let _ = series.between(None, None, 20);
        }
    }
}

#[test]
fn rules_of_a_megabyte_are_refused_without_being_read() {
    let long = format!("FREQ=YEARLY;BYMONTHDAY={}", "1,".repeat(500_000));
    assert_eq!(long.parse::<Rule>(), Err(RuleError::TooLong));
    assert!("\u{0}".repeat(1_000_000).parse::<Rule>().is_err());
}

#[test]
fn rules_that_never_apply_end_soon() {
    let begun = std::time::Instant::now();
    for rule in [
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=31",
        "FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=300",
        "FREQ=YEARLY;BYDAY=MO;BYSETPOS=300",
        "FREQ=DAILY;INTERVAL=65535;BYMONTH=2;BYMONTHDAY=2",
        "FREQ=WEEKLY;INTERVAL=65535;BYDAY=MO",
        "FREQ=YEARLY;INTERVAL=65535",
        "FREQ=WEEKLY;BYDAY=MO;BYSETPOS=7",
        "FREQ=DAILY;BYDAY=MO;BYSETPOS=2",
    ] {
        let series = series(date(2026, 2, 2).at(9, 0, 0, 0), "Europe/Berlin", rule.parse().unwrap());
        let found = series.between(None, None, 1000);
        assert!(found.is_err() || found.is_ok_and(|found| found.occurrences.len() < 100), "{rule}");
    }
    // Generous: unoptimised, on a busy machine.
    assert!(begun.elapsed().as_secs() < 20, "{:?}", begun.elapsed());
}

#[test]
fn the_limit_and_the_window_say_whether_there_is_more() {
    let daily =
        series(date(2026, 11, 2).at(9, 0, 0, 0), "Europe/Berlin", "FREQ=DAILY;COUNT=5".parse().unwrap());
    assert!(daily.between(None, None, 4).unwrap().more);
    assert!(!daily.between(None, None, 5).unwrap().more);
    assert_eq!(daily.between(None, None, 0).unwrap(), Expansion { occurrences: vec![], more: true });
    let third = daily.between(Some("2026-11-04T08:00:00Z".parse().unwrap()), None, 1).unwrap();
    assert_eq!(third.occurrences[0].number, 2);
}

#[test]
fn a_plan_says_what_does_not_fit_and_why() {
    let berlin = zone("Europe/Berlin").unwrap();
    let monday = date(2026, 10, 12).at(9, 0, 0, 0);
    let instant = |local: DateTime| local_to_instant(local, &berlin).unwrap();
    let service = ServiceTimes {
        segments: vec![Segment { minutes: 60, staff_needed: true }],
        buffer_before_minutes: 0,
        buffer_after_minutes: 15,
        slot_interval_minutes: 15,
        min_notice_minutes: 0,
        booking_horizon_days: 25,
    };
    let mut hours = WeeklyHours::default();
    hours.0[0] = vec![WorkingTime { from: 540, to: 1020 }];
    let closed = askpro_domain::availability::HoursOverride { date: date(2026, 10, 26), times: Vec::new() };
    let person = Person {
        id: 1,
        hours,
        overrides: vec![closed],
        busy: occupancy(instant(date(2026, 10, 19).at(10, 10, 0, 0)), &service),
    };
    let now = instant(date(2026, 10, 12).at(9, 30, 0, 0));
    let series = series(monday, "Europe/Berlin", Rule::every_weeks(1, 5));
    let found = series.between(None, None, 10).unwrap();
    let plan = plan(found.occurrences, |one| fit(one.at, now, &berlin, &service, &person));
    assert!(!plan.is_whole());
    let days: Vec<i8> = plan.fitting.iter().map(|one| one.local.day()).collect();
    assert_eq!(days, [2]);
    let reasons: Vec<(i8, Misfit)> =
        plan.skipped.iter().map(|skipped| (skipped.occurrence.local.day(), skipped.reason)).collect();
    assert_eq!(
        reasons,
        [
            (12, Misfit::TooSoon { earliest: now }),
            (19, Misfit::Occupied { by: person.busy[0] }),
            (26, Misfit::NotWorking),
            (9, Misfit::TooFarAhead),
        ]
    );
    // What fits is what would be offered.
    let start = plan.fitting[0].at;
    let query = Query { from: start, to: start + 1.second(), zone: berlin };
    assert_eq!(free_slots(&query, now, &service, &[person]).len(), 1);
}
