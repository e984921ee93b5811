//! Every sentence that a caller may hear. One file per language, so that a
//! native speaker can read it as a whole; a sentence missing in one of them does
//! not compile.
//!
//! One or two short sentences, the important word first: a caller who interrupts
//! cuts off the rest.

mod de;
mod en;
#[cfg(test)]
mod samples;

use askpro_domain::{booking::Reference, calendar::Interval, language::Language, policy::Change};
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

/// An appointment that stands.
pub(crate) struct Agreed<'a> {
    pub(crate) start: Timestamp,
    /// Whether the calendar of record has accepted it.
    pub(crate) is_firm: bool,
    pub(crate) service: &'a str,
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
    /// Not every appointment of a row is free.
    RowTaken,
    /// The caller named a stretch of time, not a start.
    Choose,
}

/// What must be asked.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Missing<'a> {
    /// Which service; with some names to choose from.
    Service(&'a [String]),
    /// Which service: what was named is not offered.
    OtherService(&'a [String]),
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
    /// The reference and the name: nobody knows yet who calls.
    Reference,
    /// Which of these appointments is meant.
    WhichAppointment(&'a [Timestamp]),
    /// How many appointments, and how often.
    Repeat,
    /// No more than this many at once.
    FewerAppointments(u8),
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
    /// A row of appointments at the same time of day, every so many weeks; not yet
    /// `firm` where the calendar of record has not accepted all of them.
    Series {
        count: u8,
        every_weeks: u8,
        first: Timestamp,
        last: Timestamp,
        staff: &'a str,
        reference: &'a Reference,
        firm: bool,
        reachable: bool,
        spoken: Spoken<'a>,
    },
    /// A move that the calendar of record has not accepted yet.
    MoveNoted {
        start: Timestamp,
        reachable: bool,
        spoken: Spoken<'a>,
    },
    /// The appointment has this time now.
    Moved {
        start: Timestamp,
        staff: &'a str,
        spoken: Spoken<'a>,
    },
    /// What the caller has.
    Found {
        appointments: &'a [Agreed<'a>],
        spoken: Spoken<'a>,
    },
    /// Nothing is found under what was said.
    NoSuchAppointment,
    /// Too many wrong references were said.
    TooManyGuesses,
    /// The appointment is called off.
    Cancelled {
        start: Timestamp,
        spoken: Spoken<'a>,
    },
    /// It is called off here; the calendar of record does not know yet.
    CancelNoted {
        start: Timestamp,
        spoken: Spoken<'a>,
    },
    /// It was possible until then.
    TooLate {
        wish: Change,
        latest: Timestamp,
        spoken: Spoken<'a>,
    },
    /// The appointment has begun, is over or does not stand.
    AppointmentOver,
    /// The appointment is still on its way to the calendar of record.
    NotSettledYet,
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
    /// The first sentence of a call: that a machine speaks, and for whom.
    AiDisclosure {
        company: &'a str,
    },
    /// When it is open today.
    HoursToday {
        openings: &'a [Interval],
        spoken: Spoken<'a>,
    },
    /// Stands before what was last known while nobody can look.
    FromMemory,
    /// A person takes over.
    PutThrough,
    /// No person can take over now.
    NobodyThere,
    /// Only arguments were sent: nobody is on the phone.
    OnlyInACall,
    UnknownFunction,
    NotNow,
    /// The calendar cannot be reached, but a call-back can be noted.
    NoCalendarNow,
}

/// The sentence in a language.
pub(crate) fn say(language: Language, sentence: &Sentence<'_>) -> String {
    match language {
        Language::De => de::say(sentence),
        Language::En => en::say(sentence),
    }
}

/// How far a day is from today.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Day {
    Yesterday,
    Today,
    Tomorrow,
    Other,
}

impl Day {
    /// The near days have names of their own; nobody says their date.
    fn of(start: Timestamp, spoken: Spoken<'_>) -> Self {
        let date = |at| spoken.zone.to_datetime(at).date();
        let (day, today) = (date(start), date(spoken.now));
        match (day == today, today.tomorrow().ok() == Some(day), today.yesterday().ok() == Some(day)) {
            (true, _, _) => Self::Today,
            (_, true, _) => Self::Tomorrow,
            (_, _, true) => Self::Yesterday,
            _ => Self::Other,
        }
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
