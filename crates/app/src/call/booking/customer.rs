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

/// What models write where they do not know the name.
const STAND_INS: [&str; 12] = [
    "kunde",
    "kundin",
    "customer",
    "caller",
    "anrufer",
    "anruferin",
    "client",
    "user",
    "patient",
    "name",
    "gast",
    "test",
];

/// The customer with this number and name, or a new one. A record is never
/// changed: a number can be shared, and a name can be misheard.
pub(super) fn resolve_customer(
    tx: &mut CompanyTx<'_>,
    name: &str,
    phone: Option<&PhoneNumber>,
    email: Option<String>,
    chance: &dyn Chance,
    now: Timestamp,
) -> Result<Customer> {
    if let Some(phone) = phone {
        let known = customers::with_phone(tx, phone.as_str())?;
        if let Some(customer) = known.into_iter().find(|one| names_agree(name, &one.name)) {
            return Ok(customer);
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
    Ok(customer)
}

/// The customer's name, unless the model wrote a stand-in or a number there.
pub(in crate::call) fn name_given(arguments: &Arguments) -> Option<String> {
    let name = arguments.text("customer_name")?;
    let is_stand_in = STAND_INS.iter().any(|word| name.eq_ignore_ascii_case(word));
    let letters = name.chars().filter(|c| c.is_alphabetic()).count();
    let is_name = letters >= 2 && name.chars().count() <= NAME_AT_MOST;
    (is_name && !is_stand_in).then_some(name)
}

/// A number under which the customer can be reached: the one they said (models
/// put it into the name's field, too), else the one the network shows.
pub(in crate::call) fn phone_given(cx: &CallContext, arguments: &Arguments) -> Option<PhoneNumber> {
    let said = arguments
        .text("customer_phone")
        .and_then(|text| {
            PhoneNumber::parse(&text, Region::De).or_else(|| PhoneNumber::from_speech(&text, Region::De))
        })
        .or_else(|| PhoneNumber::parse(&arguments.text("customer_name")?, Region::De));
    said.or_else(|| cx.from.number().cloned())
}
