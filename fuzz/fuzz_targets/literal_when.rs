//! Expressions of time by themselves, in both languages.
#![no_main]

use askpro_domain::{language::Language, spoken::literal_when};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let now: jiff::ZonedDateTime = "2026-10-24T09:30:00+02:00[Europe/Berlin]".parse().expect("an instant");
    for language in [Language::De, Language::En] {
        let _ = literal_when(text, &now, language);
    }
});
