//! Rules of a series, and the first of what they mean.
#![no_main]

use askpro_domain::{
    calendar::zone,
    recurrence::{Rule, Series},
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let Ok(rule) = text.parse::<Rule>() else { return };
    let start = jiff::civil::date(2026, 10, 24).at(2, 30, 0, 0);
    let zone = zone("Europe/Berlin").expect("in the bundled data");
    let _ = Series { start, zone, rule, excluded: Vec::new() }.between(None, None, 50);
});
