//! One case a line in, one answer a line out.
//!
//! Each topic reads the `input` object of a corpus case and writes the fields
//! of `expected`. What cannot be answered is `{"error": "..."}` on its line, and
//! the next line goes on. Used by `askpro debug` and by the corpus tests only.

mod availability;
mod breaker;
mod callers_when;
mod fields;
mod phone;
mod recurrence;
mod service_match;
mod when;

use std::io::{self, BufRead, Write};

use serde_json::{Value, json};

/// What can be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Topic {
    /// Which starts are free.
    Availability,
    /// When a provider is left alone.
    Breaker,
    /// Which telephone number is meant.
    Phone,
    /// When a series takes place.
    Recurrence,
    /// An expression by itself.
    When,
    /// What somebody on the phone means by when.
    CallersWhen,
    /// Which service of a catalogue is meant.
    ServiceMatch,
}

impl Topic {
    /// Every topic with the word that names it on the command line.
    pub const ALL: &[(&str, Topic)] = &[
        ("availability", Topic::Availability),
        ("breaker", Topic::Breaker),
        ("phone", Topic::Phone),
        ("recurrence", Topic::Recurrence),
        ("when", Topic::When),
        ("callers-when", Topic::CallersWhen),
        ("service-match", Topic::ServiceMatch),
    ];
}

/// The answer to one case.
pub fn answer(topic: Topic, input: &Value) -> Value {
    let answered = match topic {
        Topic::Availability => availability::answer(input),
        Topic::Breaker => breaker::answer(input),
        Topic::Phone => phone::answer(input),
        Topic::Recurrence => recurrence::answer(input),
        Topic::When => when::answer(input),
        Topic::CallersWhen => callers_when::answer(input),
        Topic::ServiceMatch => service_match::answer(input),
    };
    answered.unwrap_or_else(|problem| json!({ "error": problem }))
}

/// The input of a topic, or what is wrong with it.
fn parse<'a, T: serde::Deserialize<'a>>(input: &'a Value) -> Result<T, String> {
    T::deserialize(input).map_err(|problem| problem.to_string())
}

/// Answers every line of `input` on `output`, in order. Fails only where reading
/// or writing fails.
pub fn json_lines(topic: Topic, input: impl BufRead, mut output: impl Write) -> io::Result<()> {
    for line in input.split(b'\n') {
        let line = line?;
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let reply = match serde_json::from_slice(&line) {
            Ok(case) => answer(topic, &case),
            Err(problem) => json!({ "error": format!("not a JSON object: {problem}") }),
        };
        serde_json::to_writer(&mut output, &reply)?;
        output.write_all(b"\n")?;
    }
    output.flush()
}
