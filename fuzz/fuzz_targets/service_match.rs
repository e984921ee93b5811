//! A catalogue and what is said to it: the first line is said, the others are names.
#![no_main]

use askpro_domain::service_match::{Catalogue, Service};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let mut lines = text.lines();
    let said = lines.next().unwrap_or_default();
    let services: Vec<Service<usize>> = lines
        .take(20)
        .enumerate()
        .map(|(id, name)| {
            let mut names = name.split('|').map(str::to_owned);
            Service {
                id,
                name: names.next().unwrap_or_default(),
                duration_minutes: 30,
                synonyms: names.take(3).collect(),
            }
        })
        .collect();
    let catalogue = Catalogue::new(&services);
    let _ = catalogue.find(said);
    for service in &services {
        let _ = catalogue.find(&service.name);
    }
});
