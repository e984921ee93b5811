//! How long it takes to read what a caller means by when. A spoken date must stay below 50 µs.

use std::hint::black_box;

use askpro_domain::calendar::zone;
use askpro_domain::language::Language;
use askpro_domain::spoken::{callers_when, literal_when, say_instant};
use divan::Bencher;
use jiff::{Timestamp, ToSpan};

const GERMAN: [&str; 6] = [
    "morgen um zehn",
    "nächsten Freitag um halb drei",
    "am Donnerstag, äh nee, Freitag so gegen drei",
    "nächste Woche außer Mittwoch, am liebsten nachmittags",
    "ich hätte gern einen Termin bei Frau März am achtundzwanzigsten elften um vierzehn Uhr dreißig",
    "erst nach Ostern",
];

const ENGLISH: [&str; 4] = [
    "next tuesday at three",
    "Monday or Tuesday, after five either way",
    "the first monday in december between nine and eleven",
    "today at five, no, sorry, tomorrow at five",
];

fn main() {
    divan::main();
}

fn now() -> Timestamp {
    "2025-11-18T10:20:00+01:00".parse().expect("valid")
}

#[divan::bench(args = GERMAN)]
fn german_callers(bencher: Bencher<'_, '_>, text: &str) {
    let zone = zone("Europe/Berlin").expect("bundled");
    bencher.bench(|| callers_when(black_box(text), now(), &zone, Language::De));
}

#[divan::bench(args = ENGLISH)]
fn english_callers(bencher: Bencher<'_, '_>, text: &str) {
    let zone = zone("Europe/Berlin").expect("bundled");
    bencher.bench(|| callers_when(black_box(text), now(), &zone, Language::En));
}

#[divan::bench(args = ["first week of october 2014", "from 9:30 - 11:00 on Thursday", "in half an hour"])]
fn expression(bencher: Bencher<'_, '_>, text: &str) {
    let reference = now().to_zoned_datetime(zone("Europe/Berlin").expect("bundled"));
    bencher.bench(|| literal_when(black_box(text), &reference, Language::En));
}

#[divan::bench]
fn read_back(bencher: Bencher<'_, '_>) {
    let zone = zone("Europe/Berlin").expect("bundled");
    let start = now().checked_add(200.hours()).expect("in range");
    bencher.bench(|| say_instant(black_box(start), &zone, now(), Language::De));
}

/// Only the beginning of a long text is read.
#[divan::bench]
fn a_megabyte(bencher: Bencher<'_, '_>) {
    let zone = zone("Europe/Berlin").expect("bundled");
    let text = "morgen oder ".repeat(90_000);
    bencher.bench(|| callers_when(black_box(&text), now(), &zone, Language::De));
}
