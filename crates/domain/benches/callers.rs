//! What is worked out while a caller waits: services, numbers, names, series.

use askpro_domain::{
    calendar::zone,
    identity::names_agree,
    language::Language,
    phone::{PhoneNumber, Region},
    recurrence::{Rule, Series},
    service_match::{Catalogue, Service},
};
use divan::{Bencher, black_box};
use jiff::civil::date;

fn main() {
    divan::main();
}

/// 200 services: what is done to what, and how, with a synonym each.
fn services() -> Vec<Service<u32>> {
    let things =
        ["Haar", "Bart", "Nagel", "Fuß", "Gesichts", "Wimpern", "Rücken", "Bremsen", "Reifen", "Zahn"];
    let acts = ["schnitt", "pflege", "färbung", "massage", "behandlung"];
    let ways = ["klein", "groß mit Beratung", "Premium (Waschen, Föhnen)", "60 Minuten"];
    let mut services = Vec::new();
    for thing in things {
        for act in acts {
            for way in ways {
                services.push(Service {
                    id: services.len() as u32,
                    name: format!("{thing}{act} {way}"),
                    duration_minutes: 30,
                    synonyms: vec![format!("{act} für {thing}")],
                });
            }
        }
    }
    services
}

const SAID: [&str; 4] = [
    "ich hätte gern eine große Rückenmassage mit Beratung",
    "einmal Bart schneiden für meinen Mann, und danach die Haare färben, aber ohne Föhnen",
    "Gesichtz Behantlung bitte so wie das letzte Mal am Dienstag mit der netten Kollegin",
    "can I get my tyres and brakes looked after please",
];

#[divan::bench(args = SAID)]
fn match_200_services(bencher: Bencher, said: &str) {
    let catalogue = Catalogue::new(&services());
    bencher.bench(|| catalogue.find(black_box(said)));
}

/// A thousand bytes of words that nobody knows: the longest that is read.
#[divan::bench(args = ["qwertz ", "knabberzwiebelturm ", "donaudampfschifffahrtsgesellschaftskapitaenswitwe ", "aus ge zu "])]
fn match_unknown_words(bencher: Bencher, word: &str) {
    let catalogue = Catalogue::new(&services());
    let said = word.repeat(1_000 / word.len());
    bencher.bench(|| catalogue.find(black_box(&said)));
}

#[divan::bench]
fn prepare_200_services(bencher: Bencher) {
    let services = services();
    bencher.bench(|| Catalogue::new(black_box(&services)));
}

#[divan::bench]
fn read_a_number() -> Option<PhoneNumber> {
    PhoneNumber::parse(black_box("Mobil: 0151 / 23 45 67 89"), Region::De)
}

#[divan::bench]
fn speak_a_number(bencher: Bencher) {
    let number = PhoneNumber::parse("0151 23456789", Region::De).expect("valid");
    bencher.bench(|| black_box(&number).spoken(Language::De, Region::De));
}

#[divan::bench]
fn compare_names() -> bool {
    names_agree(black_box("Frau Dr. Meyer"), black_box("Prof. Dr. Annemarie Mayer-Lansky"))
}

#[divan::bench(args = ["FREQ=WEEKLY;COUNT=52", "FREQ=MONTHLY;BYDAY=-1FR;COUNT=24", "FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR;COUNT=250"])]
fn follow_a_series(bencher: Bencher, rule: &str) {
    let zone = zone("Europe/Berlin").expect("in the bundled data");
    let start = date(2026, 10, 30).at(9, 0, 0, 0);
    bencher.bench(|| {
        let rule: Rule = black_box(rule).parse().expect("valid");
        Series { start, zone: zone.clone(), rule, excluded: Vec::new() }.between(None, None, 300)
    });
}
