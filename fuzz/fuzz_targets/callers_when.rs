//! What callers say about when, in both languages.
#![no_main]

use askpro_domain::{calendar::zone, language::Language, spoken::callers_when};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let zone = zone("Europe/Berlin").expect("in the bundled data");
    let now = "2026-10-24T09:30:00Z".parse().expect("an instant");
    for language in [Language::De, Language::En] {
        let _ = callers_when(text, now, &zone, language);
    }
});
