//! Numbers read, spoken and understood again.

use askpro_domain::{
    language::Language,
    phone::{CallerNumber, PhoneNumber, Region},
};
use proptest::prelude::*;

fn heard(text: &str) -> Option<String> {
    PhoneNumber::from_speech(text, Region::De).map(|number| number.as_str().to_owned())
}

#[test]
fn spoken_numbers_are_understood() {
    for (text, expected) in [
        ("null eins fünf eins zwei drei vier fünf sechs sieben acht neun", "+4915123456789"),
        ("meine Nummer ist die 0151 23456789", "+4915123456789"),
        ("null einundfünfzig, ach nein", ""),
        ("null dreißig, neunzig, achtzehn, zwanzig", "+4930901820"),
        ("null drei null neun null eins acht zwo null", "+4930901820"),
        ("null hundert", ""),
        (
            "null eins fünf eins, dreiundzwanzig, fünfundvierzig, siebenundsechzig, neun und achtzig",
            "+4915123456789",
        ),
        ("oh one five one twenty three forty five sixty seven eighty nine", "+4915123456789"),
        ("plus vier neun drei null neun null eins acht zwei null", "+4930901820"),
        ("plus forty nine thirty ninety eighteen twenty", "+4930901820"),
        ("0 8 9 double two one three double oh", "+4989221300"),
        ("null acht neun, zweimal die zwei, eins drei, doppel null", "+4989221300"),
        ("", ""),
        ("ich weiß sie nicht", ""),
        ("eins eins null", ""),
    ] {
        assert_eq!(heard(text).unwrap_or_default(), expected, "{text}");
    }
}

#[test]
fn numbers_are_read_back_in_groups() {
    let number = |text| PhoneNumber::parse(text, Region::De).unwrap();
    assert_eq!(
        number("030901820").spoken(Language::De, Region::De),
        "null drei null, neun null, eins acht, zwei null"
    );
    assert_eq!(
        number("+41446681800").spoken(Language::En, Region::De),
        "plus four one, four four, six six eight, one eight, zero zero"
    );
}

#[test]
fn a_withheld_number_is_nobody() {
    for reported in [
        "anonymous",
        "Anonymous",
        "unknown",
        "restricted",
        "private",
        "unavailable",
        "",
        "  ",
        "null",
        "0",
        "0000",
        "+0000000000",
        "00000000000",
        "+266696687",
        "266696687",
        "sip:anonymous@anonymous.invalid",
        "111111111",
        "Kunde 030 901820",
        "110",
        "116117",
        "+49",
        "call_1",
        "\u{202e}",
        "1".repeat(100_000).as_str(),
    ] {
        assert_eq!(CallerNumber::read(reported, Region::De), CallerNumber::Nobody, "{reported:?}");
    }
    for reported in ["+4930901820", "sip:+4930901820@10.0.0.1", "tel:+49-30-901820", " 030 901820 "] {
        let read = CallerNumber::read(reported, Region::De);
        assert_eq!(read.number().map(PhoneNumber::as_str), Some("+4930901820"), "{reported:?}");
    }
}

#[test]
fn a_number_shows_its_end_only_where_values_are_logged() {
    let number = PhoneNumber::parse("030 901820", Region::De).unwrap();
    assert_eq!(format!("{number:?}"), "PhoneNumber(…820)");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_read_back_is_understood(national in "(0151|030|089|0664|079|07118)[0-9]{6,8}", home in 0usize..3) {
        let region = [Region::De, Region::At, Region::Ch][home];
        let Some(number) = PhoneNumber::parse(&national, region) else { return Ok(()) };
        for language in [Language::De, Language::En] {
            for home in [Region::De, Region::At, Region::Ch] {
                let spoken = number.spoken(language, home);
                prop_assert_eq!(PhoneNumber::from_speech(&spoken, home), Some(number.clone()), "{}", spoken);
            }
        }
    }

    #[test]
    fn reading_again_changes_nothing(text in "[+0-9 ()/-]{5,20}") {
        if let Some(number) = PhoneNumber::parse(&text, Region::De) {
            prop_assert_eq!(PhoneNumber::parse(number.as_str(), Region::Ch), Some(number));
        }
    }

    #[test]
    fn no_text_makes_the_readers_panic(text in any::<String>(), pieces in prop::collection::vec("[+0-9]{1,4}|und|plus|zwei|\\PC", 0..40)) {
        for text in [text, pieces.join(" "), pieces.concat()] {
            let _ = PhoneNumber::parse(&text, Region::At);
            let _ = PhoneNumber::from_speech(&text, Region::De);
            let _ = CallerNumber::read(&text, Region::Ch);
        }
    }
}

#[test]
fn a_megabyte_is_no_number() {
    for piece in ["0", "+", "null ", "\u{FF10}", "ß", "\u{0}", "zweimal "] {
        let text = piece.repeat(1_000_000 / piece.len());
        assert_eq!(PhoneNumber::parse(&text, Region::De), None);
        assert_eq!(PhoneNumber::from_speech(&text, Region::De), None);
        assert_eq!(CallerNumber::read(&text, Region::De), CallerNumber::Nobody);
    }
}
