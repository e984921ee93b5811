//! Why a change is refused, in words that a page translates and a program reads.

use std::fmt;

use askpro_domain::calendar::Interval;
use jiff::Timestamp;

/// Why a change is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It does not exist in this company.
    #[error("There is nothing of this id.")]
    NotFound,
    /// It was changed since it was seen.
    #[error("It was changed in the meantime; look again. It is at revision {revision} now.")]
    Stale {
        /// What it is at now.
        revision: u32,
    },
    /// A field holds what cannot be.
    #[error("{field}: {because}")]
    Unfit {
        /// Which one.
        field: &'static str,
        /// What is wrong.
        because: Because,
    },
    /// A rule of the business stands against it.
    #[error("{0}")]
    Rule(Rule),
    /// The key was used for another request.
    #[error("This key was used for another request; choose a new one.")]
    KeyReused,
}

/// What is wrong with a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Because {
    /// Nothing stands there.
    Missing,
    /// It is longer than this many characters.
    TooLong(usize),
    /// It holds characters that nobody sees.
    Invisible,
    /// It is no phone number.
    NoPhoneNumber,
    /// It is no e-mail address.
    NoEmail,
    /// It is no IANA time zone.
    NoZone,
    /// It is a time at which nobody makes appointments.
    NoSensibleTime,
    /// It lies outside these bounds, which belong to it.
    OutOfRange(i64, i64),
    /// There are more of them than this.
    TooMany(usize),
    /// There is nothing of this id in the company.
    Unknown,
    /// Times run backwards or into one another.
    Overlapping,
    /// It stands there twice.
    Repeated,
    /// It is none of the words that are possible.
    NoSuchWord,
}

impl fmt::Display for Because {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("Something must stand here."),
            Self::TooLong(most) => write!(f, "Write at most {most} characters."),
            Self::Invisible => f.write_str("Leave out characters that nobody sees."),
            Self::NoPhoneNumber => f.write_str("Write a phone number as +493012345678."),
            Self::NoEmail => f.write_str("Write an e-mail address as name@example.com."),
            Self::NoZone => f.write_str("Write a time zone as Europe/Berlin."),
            Self::NoSensibleTime => f.write_str("Write a time within the next ten years."),
            Self::OutOfRange(least, most) => write!(f, "Write a number from {least} to {most}."),
            Self::TooMany(most) => write!(f, "At most {most} of them."),
            Self::Unknown => f.write_str("There is nothing of this id."),
            Self::Overlapping => f.write_str("Times must run forwards and not into one another."),
            Self::Repeated => f.write_str("It stands there twice."),
            Self::NoSuchWord => f.write_str("There is no such word."),
        }
    }
}

/// A rule of the business.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// The wished time is over already.
    InThePast,
    /// The person does not work then, or not for long enough.
    NotWorking,
    /// The person has something then.
    Occupied {
        /// The first thing in the way, where it is known.
        by: Option<Interval>,
    },
    /// The person does not do that service.
    DoesNotDoService,
    /// The appointment was called off, refused or is over.
    NotStanding,
    /// The calendar of record has not decided yet.
    NotSettled,
    /// It can be taken back only for a while.
    UndoOver {
        /// Until when it could.
        until: Timestamp,
    },
    /// Nothing was done that could be taken back, or something else came after it.
    NothingToUndo,
    /// Appointments are still to come.
    HasComingAppointments {
        /// How many.
        count: u32,
    },
    /// Another number of the workspace is the same.
    NumberTaken,
    /// Both are the same customer.
    SameCustomer,
    /// The customer was made one with another.
    Merged,
    /// The customer was not made one with another.
    NotMerged,
    /// The task is done.
    TaskDone,
    /// The task is not done.
    TaskOpen,
    /// It is not in use any more.
    NotInUse,
    /// Somebody cannot give away what they may not do themselves.
    MoreThanOneMay,
}

impl Rule {
    /// The rule's name, for programs.
    pub fn word(self) -> &'static str {
        match self {
            Self::InThePast => "in_the_past",
            Self::NotWorking => "not_working",
            Self::Occupied { .. } => "occupied",
            Self::DoesNotDoService => "does_not_do_service",
            Self::NotStanding => "not_standing",
            Self::NotSettled => "not_settled",
            Self::UndoOver { .. } => "undo_over",
            Self::NothingToUndo => "nothing_to_undo",
            Self::HasComingAppointments { .. } => "has_coming_appointments",
            Self::NumberTaken => "number_taken",
            Self::SameCustomer => "same_customer",
            Self::Merged => "merged",
            Self::NotMerged => "not_merged",
            Self::TaskDone => "task_done",
            Self::TaskOpen => "task_open",
            Self::NotInUse => "not_in_use",
            Self::MoreThanOneMay => "more_than_one_may",
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InThePast => f.write_str("That time is over already."),
            Self::NotWorking => f.write_str("Nobody works then, or not for long enough."),
            Self::Occupied { by: Some(by) } => {
                write!(f, "The person has something from {} to {}.", by.from, by.to)
            }
            Self::Occupied { by: None } => f.write_str("The person has something then."),
            Self::DoesNotDoService => f.write_str("The person does not do that service."),
            Self::NotStanding => f.write_str("The appointment does not stand any more."),
            Self::NotSettled => {
                f.write_str("Cal.com has not decided on the last change yet; try again in a minute.")
            }
            Self::UndoOver { until } => write!(f, "It could be taken back until {until}."),
            Self::NothingToUndo => f.write_str("There is nothing that could be taken back."),
            Self::HasComingAppointments { count } => {
                write!(f, "Appointments are still to come: {count}. Move or cancel them first.")
            }
            Self::NumberTaken => f.write_str("This number is there already."),
            Self::SameCustomer => f.write_str("Both are the same customer."),
            Self::Merged => f.write_str("This customer was made one with another."),
            Self::NotMerged => f.write_str("This customer was not made one with another."),
            Self::TaskDone => f.write_str("The task is done."),
            Self::TaskOpen => f.write_str("The task is not done."),
            Self::NotInUse => f.write_str("It is not in use any more."),
            Self::MoreThanOneMay => f.write_str("A token may do no more than whoever makes it."),
        }
    }
}
