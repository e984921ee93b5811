//! The corpora of calendars, breakers, numbers and services against the answers
//! of their topics. Expected values come from elsewhere; none is ours.

use std::{collections::BTreeSet, path::Path};

use askpro_debug::{Topic, answer};
use jiff::Timestamp;
use serde_json::{Value, json};

/// What failed in a corpus, and how many cases it has.
fn run(file: &str, topic: &str, passes: impl Fn(&Value, &Value, &Value) -> bool) -> (Vec<String>, usize) {
    run_at(&Path::new("../../corpora").join(file), topic, passes)
}

fn run_at(file: &Path, topic: &str, passes: impl Fn(&Value, &Value, &Value) -> bool) -> (Vec<String>, usize) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    let text = std::fs::read_to_string(path).expect("the corpus is part of the repository");
    let corpus: Value = serde_json::from_str(&text).expect("a corpus is JSON");
    let (_, topic) = Topic::ALL.iter().find(|(word, _)| *word == topic).expect("a known topic");
    let cases = corpus["cases"].as_array().expect("a corpus has cases");
    let mut failed = Vec::new();
    for case in cases {
        let mut input = case["input"].clone();
        // A catalogue is named in the case and stands once in the file.
        if let Some(catalogue) = input["catalogue"].as_str() {
            input["catalogue"] = corpus["catalogues"][catalogue].clone();
        }
        let got = answer(*topic, &input);
        if !passes(case, &case["expected"], &got) {
            failed.push(format!(
                "{} {}\n  expected {}\n  got {got}\n",
                case["id"], case["input"], case["expected"]
            ));
        }
    }
    (failed, cases.len())
}

/// Equal, where two texts that are instants may be written differently.
fn same(expected: &Value, got: &Value) -> bool {
    match (expected, got) {
        (Value::String(one), Value::String(other)) => {
            one == other
                || matches!(
                    (one.parse::<Timestamp>(), other.parse::<Timestamp>()), (Ok(one), Ok(other)) if one == other
                )
        }
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            one.iter().all(|(key, value)| other.get(key).is_some_and(|other| same(value, other)))
        }
        _ => expected == got,
    }
}

/// An error is expected as an error, whatever its words.
fn same_or_refused(_: &Value, expected: &Value, got: &Value) -> bool {
    if expected.get("error").is_some() {
        got["error"].as_str().is_some_and(|problem| !problem.is_empty())
    } else {
        same(expected, got)
    }
}

fn assert_share((failed, all): (Vec<String>, usize), percent: usize) {
    let passed = all - failed.len();
    assert!(all > 0 && passed * 100 >= all * percent, "{passed} of {all}:\n{}", failed.concat());
}

#[test]
fn every_free_slot_is_found_and_no_other() {
    assert_share(run("availability.json", "availability", same_or_refused), 100);
}

#[test]
fn every_series_takes_place_when_it_should() {
    assert_share(run("recurrence.json", "recurrence", same_or_refused), 100);
}

#[test]
fn every_breaker_opens_and_closes_when_it_should() {
    assert_share(run("breaker.json", "breaker", same_or_refused), 100);
}

#[test]
fn numbers_are_read_as_libphonenumber_reads_them() {
    assert_share(run("phone.json", "phone", same_or_refused), 98);
}

fn is_the_service(case: &Value, expected: &Value, got: &Value) -> bool {
    let set = |value: &Value| -> Option<BTreeSet<String>> {
        value.as_array()?.iter().map(|id| id.as_str().map(str::to_owned)).collect()
    };
    let fits = |expected: &Value| match (set(&expected["ambiguous"]), set(&got["ambiguous"])) {
        (Some(needed), Some(found)) => {
            let may = set(&case["may"]).unwrap_or_default();
            needed.is_subset(&found) && found.difference(&needed).all(|id| may.contains(id))
        }
        _ if expected["services"].is_array() => set(&expected["services"]) == set(&got["services"]),
        _ => same(expected, got),
    };
    fits(expected) || case["accept"].as_array().is_some_and(|others| others.iter().any(fits))
}

#[test]
fn services_are_recognised_in_what_callers_say() {
    assert_share(run("services.json", "service-match", is_the_service), 98);
}

#[test]
fn services_of_other_companies_are_recognised() {
    let file = Path::new("tests/data/services-fresh.json");
    assert_share(run_at(file, "service-match", is_the_service), 95);
}

#[test]
fn services_of_hairdressers_dentists_workshops_and_naturopaths_are_recognised() {
    let file = Path::new("tests/data/services-dev.json");
    assert_share(run_at(file, "service-match", is_the_service), 95);
}

#[test]
fn services_of_physiotherapists_vets_garages_barbers_and_opticians_are_recognised() {
    let file = Path::new("tests/data/services-more.json");
    assert_share(run_at(file, "service-match", is_the_service), 86);
}

#[test]
fn lines_are_answered_in_order_and_a_bad_one_does_not_stop_the_next() {
    let case = json!({ "dtstart": "2026-01-05T09:00:00", "tzid": "UTC", "rrule": "FREQ=DAILY", "limit": 1 });
    let input = format!("{case}\n\n{{\"dtstart\": 5}}\nno json\n\u{1}\n{case}\n");
    let (_, topic) = Topic::ALL.iter().find(|(word, _)| *word == "recurrence").expect("a known topic");
    let mut output = Vec::new();
    askpro_debug::json_lines(*topic, input.as_bytes(), &mut output).expect("memory can be written");
    let answers: Vec<Value> = String::from_utf8(output)
        .expect("JSON is UTF-8")
        .lines()
        .map(|line| serde_json::from_str(line).expect("each answer is JSON"))
        .collect();
    assert_eq!(answers.len(), 5);
    assert!(answers[1..4].iter().all(|answer| answer["error"].is_string()));
    assert_eq!(answers[0], answers[4]);
    assert_eq!(answers[0]["occurrences"][0], "2026-01-05T09:00:00Z");
}
