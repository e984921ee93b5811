//! What callers mean by when.
//!
//! Two layers over one tokenizer, lexicon and grammar. The literal layer reads an
//! expression that is known to be a time ("first week of october 2014"); the
//! callers' layer reads what somebody says on the phone ("am Donnerstag, äh nee,
//! Freitag so gegen drei") and answers with windows of acceptable starts, or says
//! honestly that the day must be asked for or that there is no such time.
//!
//! The way of a text: `token` (normal form) → `lexicon` (meaning of words, a table
//! per language) → `grammar` (a `tree` of items, without a calendar) → `days` and
//! `clock` (dates and times of day, seen from now) → `literal` or `callers`.
//! `say` goes the other way. To teach it a word, add a row to the lexicon; to teach
//! it a way of speaking, add a rule to the grammar; a reading (what "Anfang März"
//! means) stands once in `days` or `clock`.
//!
//! At most 2,000 characters and 500 words of a text are considered; the rest is
//! not read. No text makes any function here panic.

mod callers;
mod clock;
mod days;
mod grammar;
mod holiday;
mod lexicon;
mod literal;
mod number;
mod say;
mod token;
mod tree;

#[cfg(test)]
mod tests;

pub use callers::{CallersWhen, Window, callers_when};
pub use literal::{Direction, Grain, NotUnderstood, When, literal_when};
pub use say::{say_date, say_instant, say_time, say_window};
