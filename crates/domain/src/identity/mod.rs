//! How well it is known who calls, and what that allows.
//!
//! Nothing here tells a caller anything: whoever answers a call says only what
//! the caller said first. What kept a level from being reached is for logs and
//! for asking the right question.

mod name;

pub use name::{MAX_NAME, names_agree};
use serde::{Deserialize, Serialize};

use crate::phone::CallerNumber;

/// How well it is known who somebody is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Level {
    /// 0: nobody. The number is withheld, shared or unknown, or there is none.
    Nobody,
    /// 1: the network shows a number that belongs to exactly one customer, and
    /// the name agrees.
    Number,
    /// 2: the reference of an appointment and the name of its customer.
    Reference,
    /// 3: a person who is signed in to the console.
    Person,
}

impl Level {
    /// 0 to 3.
    pub fn number(self) -> u8 {
        self as u8
    }
}

/// A customer who may be the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Candidate<'a, Id> {
    /// Who.
    pub id: Id,
    /// The stored name.
    pub name: &'a str,
}

/// What a call shows.
#[derive(Clone, Debug)]
pub struct Evidence<'a, Id> {
    /// The number that the network shows. Never one that was said or that a
    /// language model filled in.
    pub number: &'a CallerNumber,
    /// The customers of this company with that number. Ignored where the number
    /// is withheld, whatever was found.
    pub with_that_number: &'a [Candidate<'a, Id>],
    /// The name that was said.
    pub name: Option<&'a str>,
    /// The customer of the appointment with the reference that was said, if
    /// there is such an appointment.
    pub with_that_reference: Option<Candidate<'a, Id>>,
}

/// Who calls, as far as is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Identity<Id> {
    /// Level 0.
    Nobody(Doubt),
    /// Level 1.
    ByNumber(Id),
    /// Level 2.
    ByReference(Id),
}

/// What is missing for level 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// The number is withheld or none.
    NoNumber,
    /// Nobody has that number.
    UnknownNumber,
    /// Several customers have it: a family, a practice, a switchboard.
    SharedNumber,
    /// No name was said yet.
    NoName,
    /// The name that was said is another.
    OtherName,
}

impl<Id> Identity<Id> {
    /// The level reached.
    pub fn level(&self) -> Level {
        match self {
            Self::Nobody(_) => Level::Nobody,
            Self::ByNumber(_) => Level::Number,
            Self::ByReference(_) => Level::Reference,
        }
    }

    /// The customer, if the level is one that the company asks for; never at
    /// level 0, whatever it asks for.
    pub fn customer(&self, required: Level) -> Option<&Id> {
        match self {
            Self::ByNumber(id) | Self::ByReference(id) if self.level() >= required => Some(id),
            _ => None,
        }
    }
}

/// Decides who calls. A reference goes before a number: somebody may ring from
/// another person's telephone.
pub fn identify<Id: Copy>(evidence: &Evidence<'_, Id>) -> Identity<Id> {
    let agrees = |stored: &str| evidence.name.is_some_and(|said| names_agree(said, stored));
    if let Some(customer) = evidence.with_that_reference.filter(|customer| agrees(customer.name)) {
        return Identity::ByReference(customer.id);
    }
    if evidence.number.number().is_none() {
        return Identity::Nobody(Doubt::NoNumber);
    }
    match (evidence.with_that_number, evidence.name) {
        ([], _) => Identity::Nobody(Doubt::UnknownNumber),
        ([_, _, ..], _) => Identity::Nobody(Doubt::SharedNumber),
        ([_], None) => Identity::Nobody(Doubt::NoName),
        ([one], Some(_)) if agrees(one.name) => Identity::ByNumber(one.id),
        ([_], Some(_)) => Identity::Nobody(Doubt::OtherName),
    }
}

/// Wrong references that one call may bring.
pub const WRONG_REFERENCES_PER_CALL: u32 = 5;

/// Wrong references that one number may bring within an hour.
pub const WRONG_REFERENCES_PER_NUMBER_AND_HOUR: u32 = 20;

/// How many wrong references were said so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WrongReferences {
    /// In this call.
    pub in_call: u32,
    /// In the last hour from the number that the network shows; `None` where it
    /// shows none, for withheld callers have nothing in common.
    pub by_number_in_last_hour: Option<u32>,
}

/// Whether one more reference may be looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReferenceTry {
    /// It may.
    Allowed,
    /// This call has brought too many wrong ones.
    TooManyInCall,
    /// This number has, within an hour.
    TooManyByNumber,
}

/// Decides before a reference is looked up, so that a right one said too late
/// tells nothing either.
pub fn may_try_reference(wrong: WrongReferences) -> ReferenceTry {
    if wrong.in_call >= WRONG_REFERENCES_PER_CALL {
        ReferenceTry::TooManyInCall
    } else if wrong.by_number_in_last_hour.is_some_and(|count| count >= WRONG_REFERENCES_PER_NUMBER_AND_HOUR)
    {
        ReferenceTry::TooManyByNumber
    } else {
        ReferenceTry::Allowed
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phone::Region;

    const ANNA: Candidate<'_, u8> = Candidate { id: 1, name: "Anna Müller" };
    const PAUL: Candidate<'_, u8> = Candidate { id: 2, name: "Paul Müller" };

    fn identified(reported: &str, having: &[Candidate<'_, u8>], name: Option<&str>) -> Identity<u8> {
        let number = &CallerNumber::read(reported, Region::De);
        identify(&Evidence { number, with_that_number: having, name, with_that_reference: None })
    }

    #[test]
    fn a_number_counts_only_if_it_is_shown_and_belongs_to_one_with_that_name() {
        let shown = "+4930901820";
        assert_eq!(identified(shown, &[ANNA], Some("Frau Mueller")), Identity::ByNumber(1));
        assert_eq!(identified(shown, &[ANNA], Some("Schmidt")), Identity::Nobody(Doubt::OtherName));
        assert_eq!(identified(shown, &[ANNA], None), Identity::Nobody(Doubt::NoName));
        assert_eq!(identified(shown, &[], Some("Müller")), Identity::Nobody(Doubt::UnknownNumber));
        assert_eq!(
            identified(shown, &[ANNA, PAUL], Some("Anna Müller")),
            Identity::Nobody(Doubt::SharedNumber)
        );
    }

    #[test]
    fn a_withheld_number_never_matches_even_if_somebody_was_found_by_it() {
        for withheld in ["anonymous", "", "0000000000", "unknown", "+266696687"] {
            assert_eq!(identified(withheld, &[ANNA], Some("Anna Müller")), Identity::Nobody(Doubt::NoNumber));
        }
    }

    #[test]
    fn a_reference_needs_the_name_of_its_customer() {
        let number = &CallerNumber::Nobody;
        let with = |name| {
            identify(&Evidence { number, with_that_number: &[], name, with_that_reference: Some(PAUL) })
        };
        assert_eq!(with(Some("Paul Müller")), Identity::ByReference(2));
        assert_eq!(with(Some("Anna Schulze")), Identity::Nobody(Doubt::NoNumber));
        assert_eq!(with(None), Identity::Nobody(Doubt::NoNumber));
    }

    #[test]
    fn what_a_company_asks_for_is_the_least() {
        assert_eq!(Identity::ByNumber(1).customer(Level::Number), Some(&1));
        assert_eq!(Identity::ByNumber(1).customer(Level::Reference), None);
        assert_eq!(Identity::ByReference(1).customer(Level::Number), Some(&1));
        assert_eq!(Identity::<u8>::Nobody(Doubt::NoName).customer(Level::Nobody), None);
    }

    #[test]
    fn guessing_references_ends_after_five_in_a_call_and_twenty_an_hour() {
        let wrong = |in_call, by_number| WrongReferences { in_call, by_number_in_last_hour: by_number };
        assert_eq!(may_try_reference(wrong(4, Some(19))), ReferenceTry::Allowed);
        assert_eq!(may_try_reference(wrong(5, Some(5))), ReferenceTry::TooManyInCall);
        assert_eq!(may_try_reference(wrong(0, Some(20))), ReferenceTry::TooManyByNumber);
        assert_eq!(may_try_reference(wrong(4, None)), ReferenceTry::Allowed);
    }
}
