//! Numbers as written and as spoken.
#![no_main]

use askpro_domain::{
    language::Language,
    phone::{PhoneNumber, Region},
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let written = PhoneNumber::parse(text, Region::De);
    let said = PhoneNumber::from_speech(text, Region::De);
    for number in written.iter().chain(&said) {
        for language in [Language::De, Language::En] {
            let _ = number.spoken(language, Region::De);
        }
        assert_eq!(PhoneNumber::parse(number.as_str(), Region::De).as_ref(), Some(number));
    }
});
