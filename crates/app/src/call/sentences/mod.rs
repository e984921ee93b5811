//! Every sentence that a caller may hear. One file per language, so that a
//! native speaker can read it as a whole; a sentence missing in one of them does
//! not compile.
//!
//! One or two short sentences, the important word first: a caller who interrupts
//! cuts off the rest.

mod de;
mod en;

use askpro_domain::{booking::Reference, calendar::Interval, language::Language};
use jiff::{Timestamp, civil::Date, tz::TimeZone};

/// When something is, with what is needed to say it.
#[derive(Clone, Copy)]
pub(crate) struct Spoken<'a> {
    pub(crate) zone: &'a TimeZone,
    pub(crate) now: Timestamp,
}

/// An offered start with the person who is free.
pub(crate) struct Offer<'a> {
    pub(crate) start: Timestamp,
    pub(crate) staff: &'a str,
}

/// Why other times are offered.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Because {
    /// The wished time is not free.
    Taken,
    /// It was free a moment ago.
    JustTaken,
    /// The offer is too old.
    Expired,
    /// The caller named a stretch of time, not a start.
    Choose,
}

/// What must be asked.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Missing<'a> {
    /// Which service; with some names to choose from.
    Service(&'a [String]),
    /// Which of several that fit.
    OneService(&'a [String]),
    /// When.
    When,
    /// When; what was said was not understood.
    WhenUnclear,
    /// When; the day that was named is over.
    WhenPast,
    /// Whether this corrected start is meant.
    WhenCorrected(Timestamp),
    /// For whom.
    Name,
    /// Who shall be rung back.
    CallerName,
    /// Under which number.
    Phone,
    /// With whom: nobody, or more than one, of that name works there.
    Staff,
    /// In which branch: none has that name.
    Branch(&'a [String]),
}

/// Something to say.
pub(crate) enum Sentence<'a> {
    Missing(Missing<'a>, Spoken<'a>),
    /// Exactly the wished start is free.
    Free {
        offer: Offer<'a>,
        service: &'a str,
        spoken: Spoken<'a>,
    },
    /// These starts are free, or are free instead.
    Offers {
        because: Option<Because>,
        offers: &'a [Offer<'a>],
        spoken: Spoken<'a>,
    },
    /// Nothing is free.
    NothingFree,
    Confirmed {
        start: Timestamp,
        service: &'a str,
        staff: &'a str,
        reference: &'a Reference,
        spoken: Spoken<'a>,
    },
    /// Kept; settled in a few minutes. Without a number that reaches the caller
    /// it says when to ring again.
    Provisional {
        start: Timestamp,
        reference: &'a Reference,
        reachable: bool,
        ring_again: Timestamp,
        spoken: Spoken<'a>,
    },
    /// Somebody rings back by then.
    CallBackNoted {
        due: Timestamp,
        spoken: Spoken<'a>,
    },
    /// Where it is and when it is open: the opening under way or the next one.
    Business {
        address: Option<&'a str>,
        opening: Option<Interval>,
        spoken: Spoken<'a>,
    },
    /// A person takes over.
    PutThrough,
    /// No person can take over now.
    NobodyThere,
    /// Only arguments were sent: nobody is on the phone.
    OnlyInACall,
    /// Only single appointments can be made.
    NoSeries,
    UnknownFunction,
    NotNow,
}

/// The sentence in a language.
pub(crate) fn say(language: Language, sentence: &Sentence<'_>) -> String {
    match language {
        Language::De => de::say(sentence),
        Language::En => en::say(sentence),
    }
}

/// `a`, `a oder b`, `a, b oder c`.
fn listed(items: &[String], or: &str) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} {or} {last}", first.join(", ")),
    }
}

/// Three are as many as a listener keeps; the others stand in the data.
const SPOKEN_AT_MOST: usize = 3;

/// Offers as they are said: the day once, then its times.
fn offered(
    offers: &[Offer<'_>],
    spoken: Spoken<'_>,
    or: &str,
    day: impl Fn(Date, Date) -> String,
    time: impl Fn(Timestamp) -> String,
) -> String {
    let mut items: Vec<String> = Vec::new();
    let mut last_day = None;
    let today = spoken.zone.to_datetime(spoken.now).date();
    for offer in offers.iter().take(SPOKEN_AT_MOST) {
        let date = spoken.zone.to_datetime(offer.start).date();
        let text = if last_day == Some(date) {
            time(offer.start)
        } else {
            format!("{} {}", day(date, today), time(offer.start))
        };
        last_day = Some(date);
        items.push(text);
    }
    listed(&items, or)
}
