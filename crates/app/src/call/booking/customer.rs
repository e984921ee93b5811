//! For whom a booking is: the name and number that were given, and the record
//! they belong to.

use askpro_domain::{
    business::Customer,
    identity::names_agree,
    ids::{Chance, CustomerId},
    phone::{PhoneNumber, Region},
};
use askpro_store::{CompanyTx, Result, customers};
use jiff::Timestamp;

use crate::call::{Arguments, CallContext};

/// The longest name that is kept, in characters.
const NAME_AT_MOST: usize = 120;

/// Words that models write where they do not know the name. A name made of these
/// alone is none.
const STAND_INS: [&str; 26] = [
    "kunde",
    "kundin",
    "customer",
    "caller",
    "anrufer",
    "anruferin",
    "client",
    "user",
    "patient",
    "patientin",
    "name",
    "gast",
    "guest",
    "test",
    "der",
    "die",
    "the",
    "frau",
    "herr",
    "anonym",
    "anonymous",
    "unbekannt",
    "unknown",
    "ja",
    "bitte",
    "nn",
];

/// What people say before their name, and models take along.
const BEFORE_NAMES: [&str; 7] =
    ["mein name ist ", "ich heiße ", "ich bin ", "hier ist ", "my name is ", "this is ", "i am "];

/// The customer's name: without what was said around it, and none where the
/// model wrote a stand-in, a template or a number.
pub(in crate::call) fn name_given(arguments: &Arguments) -> Option<String> {
    let text = arguments.line("customer_name")?;
    let lower = text.to_lowercase();
    let start = BEFORE_NAMES.iter().find(|words| lower.starts_with(**words)).map_or(0, |words| words.len());
    let name = text.get(start..).unwrap_or(&text);
    // A birthday or an address behind a comma is not needed, so it is not kept.
    let name = match name.split_once(',') {
        Some((name, rest)) if rest.chars().any(|c| c.is_ascii_digit()) => name,
        _ => name,
    };
    let name = name.trim();
    let words: Vec<String> = name
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| word.chars().count() > 1)
        .map(str::to_lowercase)
        .collect();
    let is_template = name.starts_with(['[', '{']) || name.contains("{{");
    let is_stand_in = words.iter().all(|word| STAND_INS.contains(&word.as_str()));
    let letters = name.chars().filter(|c| c.is_alphabetic()).count();
    let is_name = letters >= 2 && name.chars().count() <= NAME_AT_MOST;
    (is_name && !is_template && !is_stand_in).then(|| name.to_owned())
}

/// Whether a booking under one name is for the person with the other: the names
/// agree, and neither has a first name that the other lacks. "Berger" and "Lisa
/// Berger" may be mother and daughter.
pub(super) fn is_same_person(said: &str, stored: &str) -> bool {
    let parts = |name: &str| -> Vec<String> {
        name.split_whitespace()
            .map(|word| word.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect::<String>())
            .filter(|word| !TITLES.contains(&word.as_str()))
            .collect()
    };
    let (said_parts, stored_parts) = (parts(said), parts(stored));
    said_parts == stored_parts || (said_parts.len() == stored_parts.len() && names_agree(said, stored))
}

/// What stands before a name and is no part of it.
const TITLES: [&str; 10] = ["frau", "herr", "herrn", "dr", "prof", "mr", "mrs", "ms", "miss", ""];

/// A customer, and whether the record was made just now.
pub(super) struct Resolved {
    pub(super) customer: Customer,
    pub(super) is_new: bool,
}

/// The customer with this number and name, or a new one. A record is never
/// changed: a number can be shared, and a name can be misheard.
pub(super) fn resolve_customer(
    tx: &mut CompanyTx<'_>,
    name: &str,
    phone: Option<&PhoneNumber>,
    email: Option<String>,
    chance: &dyn Chance,
    now: Timestamp,
) -> Result<Resolved> {
    if let Some(phone) = phone {
        let known = customers::with_phone(tx, phone.as_str())?;
        if let Some(customer) = known.into_iter().find(|one| is_same_person(name, &one.name)) {
            return Ok(Resolved { customer, is_new: false });
        }
    }
    let email = email
        .filter(|email| email.contains('@') && email.len() <= 254 && !email.contains(char::is_whitespace));
    let customer = Customer {
        id: CustomerId::new(now, chance),
        name: name.to_owned(),
        phone: phone.map(|number| number.as_str().to_owned()),
        email,
    };
    customers::insert(tx, &customer, now)?;
    Ok(Resolved { customer, is_new: true })
}

/// A number under which the customer can be reached: the one they said (models
/// put it into the name's field, too), else the one the network shows.
pub(in crate::call) fn phone_given(cx: &CallContext, arguments: &Arguments) -> Option<PhoneNumber> {
    let said = arguments
        .text("customer_phone")
        .filter(|text| !text.contains("://"))
        .and_then(|text| {
            PhoneNumber::parse(&text, Region::De).or_else(|| PhoneNumber::from_speech(&text, Region::De))
        })
        .or_else(|| PhoneNumber::parse(&arguments.text("customer_name")?, Region::De));
    said.or_else(|| cx.from.number().cloned())
}
