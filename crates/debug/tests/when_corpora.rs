//! The corpora of when, compared simply and strictly: every field that the case names.

use std::path::Path;

use askpro_debug::{Topic, answer};
use jiff::{Timestamp, civil::DateTime, tz::TimeZone};
use serde_json::{Value, json};

fn corpus(name: &str) -> Value {
    stored(&Path::new("../../corpora").join(name))
}

/// Phrases written for this project by somebody who had not seen the grammar.
fn fresh(name: &str) -> Value {
    stored(&Path::new("tests/data").join(name))
}

fn stored(path: &Path) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    serde_json::from_slice(&std::fs::read(path).expect("the file is in the repository")).expect("valid JSON")
}

/// Fails with every case that failed where less than `share` of them passed.
fn judge(name: &str, share: f64, total: usize, wrong: &[String]) {
    let passed = total - wrong.len();
    assert!(passed as f64 >= share * total as f64, "{name}: {passed} of {total}\n{}", wrong.join("\n"));
}

// Expressions

/// Wall time at the reference's offset.
fn local(text: &str, reference: &str) -> Option<DateTime> {
    let pieces = jiff::fmt::temporal::Pieces::parse(reference).ok()?;
    match text.parse::<Timestamp>() {
        Ok(instant) => Some(pieces.to_numeric_offset()?.to_datetime(instant)),
        Err(_) => text.parse().ok(),
    }
}

fn is_expression(expected: &Value, got: &Value, reference: &str) -> bool {
    let same_time = |field: &str| match expected[field].as_str() {
        Some(expected) => {
            got[field].as_str().and_then(|got| local(got, reference)) == local(expected, reference)
        }
        None => true,
    };
    let same_word = |field: &str| {
        let word = |value: &Value| value.as_str().unwrap_or_default().to_lowercase();
        word(&expected[field]) == word(&got[field])
    };
    let understood = got["from"].is_string();
    understood && same_time("from") && same_time("to") && same_word("grain") && same_word("direction")
}

/// The expected reading and those that are as good.
fn readings(case: &Value) -> impl Iterator<Item = &Value> {
    std::iter::once(&case["expected"]).chain(case["accept"].as_array().into_iter().flatten())
}

fn expressions(name: &str, lang: &str) {
    let corpus = corpus(name);
    let reference = corpus["reference"].as_str().expect("a reference");
    let cases = corpus["cases"].as_array().expect("cases");
    let mut wrong = Vec::new();
    for case in cases {
        let got = answer(Topic::When, &json!({ "text": case["text"], "reference": reference, "lang": lang }));
        if !is_expression(case, &got, reference) {
            wrong.push(format!("{case}\n    got {got}"));
        }
    }
    judge(name, 0.98, cases.len(), &wrong);
}

#[test]
fn german_expressions() {
    expressions("when-de.json", "de");
}

#[test]
fn english_expressions() {
    expressions("when-en.json", "en");
}

#[test]
fn fresh_expressions() {
    let corpus = fresh("when-fresh.json");
    let cases = corpus["cases"].as_array().expect("cases");
    let mut wrong = Vec::new();
    for case in cases {
        let got = answer(Topic::When, &case["input"]);
        let reference = case["input"]["reference"].as_str().expect("a reference");
        if !readings(case).any(|reading| is_expression(reading, &got, reference)) {
            wrong.push(format!("{case}\n    got {got}"));
        }
    }
    judge("when-fresh.json", 0.98, cases.len(), &wrong);
}

// Callers

type Rows = Vec<(Timestamp, Option<Timestamp>)>;

fn rows(windows: &Value, zone: &TimeZone) -> Option<Rows> {
    let instant = |text: &str| match text.parse::<Timestamp>() {
        Ok(instant) => Some(instant),
        Err(_) => zone.to_timestamp(text.parse().ok()?).ok(),
    };
    let mut rows: Rows = Vec::new();
    for row in windows.as_array()? {
        let to = match row["to"].as_str() {
            Some(to) => Some(instant(to)?),
            None => None,
        };
        rows.push((instant(row["from"].as_str()?)?, to));
    }
    rows.sort();
    Some(rows)
}

fn joined(rows: Rows) -> Rows {
    let mut joined: Rows = Vec::new();
    for (from, to) in rows {
        match joined.last_mut() {
            Some((_, end)) if end.is_none_or(|end| from <= end) => {
                *end = end.zip(to).map(|(one, other)| one.max(other));
            }
            _ => joined.push((from, to)),
        }
    }
    joined
}

fn fits(expected: &Value, got: &Value, zone: &TimeZone) -> bool {
    let got_rows = rows(&got["windows"], zone).filter(|rows| !rows.is_empty());
    if expected["windows"].is_null() {
        let refused = got["error"].as_str().is_some_and(|error| !error.is_empty());
        return got_rows.is_none()
            && match expected["needs"].as_str() {
                Some(needs) => got["needs"] == needs && !refused,
                None => refused,
            };
    }
    let (Some(expected_rows), Some(got_rows)) = (rows(&expected["windows"], zone), got_rows) else {
        return false;
    };
    if expected["exact"] != got["exact"] {
        return false;
    }
    if expected["exact"] == true {
        return expected_rows.iter().map(|row| row.0).eq(got_rows.iter().map(|row| row.0));
    }
    joined(expected_rows) == joined(got_rows)
}

fn callers(name: &str, corpus: &Value, share: f64) {
    let cases = corpus["cases"].as_array().expect("cases");
    let mut wrong = Vec::new();
    for case in cases {
        let zone =
            askpro_domain::calendar::zone(case["input"]["tz"].as_str().expect("a zone")).expect("known");
        let got = answer(Topic::CallersWhen, &case["input"]);
        if !readings(case).any(|reading| fits(reading, &got, &zone)) {
            wrong.push(format!("{case}\n    got {got}"));
        }
    }
    judge(name, share, cases.len(), &wrong);
}

#[test]
fn german_callers() {
    callers("callers-when-de.json", &corpus("callers-when-de.json"), 0.95);
}

#[test]
fn english_callers() {
    callers("callers-when-en.json", &corpus("callers-when-en.json"), 0.95);
}

#[test]
fn fresh_callers() {
    callers("callers-fresh.json", &fresh("callers-fresh.json"), 0.97);
}
