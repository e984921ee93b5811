//! What somebody on the phone means by when: windows of acceptable starts.

mod clauses;
mod exclusion;
mod windows;

use jiff::{Timestamp, tz::TimeZone};

use super::grammar::{Layer, read};
use crate::language::Language;

/// Acceptable starts, `[from, to)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Window {
    /// The earliest acceptable start.
    pub from: Timestamp,
    /// The first start that is too late; `None` where there is no end.
    pub to: Option<Timestamp>,
}

/// What a caller means by when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallersWhen {
    /// Acceptable starts.
    Windows {
        /// In ascending order, apart from each other, none before now; never empty.
        windows: Vec<Window>,
        /// Each window is one clock time, and a minute long.
        exact: bool,
    },
    /// Understood as far as it goes, but the day must be asked for.
    NeedsDate,
    /// No such day or time exists, or it is over, or there was nothing to understand.
    NotUnderstood,
}

/// Reads what a caller said at `now`, in `zone`, as windows of acceptable starts.
///
/// The text comes from speech recognition or from a language model: capitals and
/// punctuation are not needed. At most 2,000 characters and 500 words of it are
/// read. The windows are what the caller would accept; opening hours and what is
/// free are applied afterwards.
pub fn callers_when(text: &str, now: Timestamp, zone: &TimeZone, language: Language) -> CallersWhen {
    let said = read(text, language, Layer::Callers);
    if !said.any_word {
        return CallersWhen::NotUnderstood;
    }
    let wish = clauses::wish(&said.items);
    windows::Reader::new(now, zone, language).windows(&wish)
}
