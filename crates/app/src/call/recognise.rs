//! Who is on the phone, and which appointment is meant. Nothing is told that the
//! caller did not say first: a wrong reference, another's reference and a wrong
//! name sound alike.

use askpro_domain::{
    booking::Reference,
    business::Appointment,
    identity::{
        Candidate, Evidence, Identity, Level, ReferenceTry, identify, may_try_reference, names_agree,
    },
    ids::{AppointmentId, ConnectionId, CustomerId},
};
use askpro_store::{
    CompanyTx, Result,
    appointments::{self, Listed},
    customers, identities,
};
use jiff::Timestamp;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::{
    Answer, Arguments, CallContext, Status,
    booking::name_given,
    check_availability::needs_input,
    sentences::{Missing, Sentence},
    wish::Place,
};

/// Appointments told at most; nobody keeps more in mind.
pub(super) const TOLD_AT_MOST: u32 = 5;

/// What is known of the caller.
pub(super) enum Recognised {
    /// This customer; with the appointment whose reference they said.
    Customer(CustomerId, Option<AppointmentId>),
    /// Something must be said first.
    Ask(Missing<'static>),
    /// What was said fits nothing.
    Nobody,
    /// Too much was guessed.
    TooManyGuesses,
}

/// Which call it is, for counting and remembering. Outside a call all share one.
fn call_of(cx: &CallContext) -> (ConnectionId, String) {
    (cx.connection.clone(), cx.call_id.clone().unwrap_or_default())
}

/// Tells numbers apart without naming them. Where there is no call, all guesses
/// of the connection count together.
fn number_hash(cx: &CallContext) -> Option<String> {
    let number = match (&cx.call_id, cx.from.number()) {
        (None, _) => "no call",
        (Some(_), Some(number)) => number.as_str(),
        (Some(_), None) => return None,
    };
    let mut hash = Sha256::new();
    hash.update(cx.company.0.as_bytes());
    hash.update(number);
    Some(hash.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect())
}

/// Recognises the caller from the number that the network shows, from what they
/// say, and from what this call has shown already.
pub(super) fn recognise(
    tx: &mut CompanyTx<'_>,
    cx: &CallContext,
    arguments: &Arguments,
    now: Timestamp,
) -> Result<Recognised> {
    let (call, name) = (call_of(cx), name_given(arguments));
    let required = cx.settings.identity;
    let with_that_number = match cx.from.number() {
        Some(number) => customers::with_phone(tx, number.as_str())?,
        None => Vec::new(),
    };
    let with_that_number: Vec<Candidate<'_, CustomerId>> =
        with_that_number.iter().map(|customer| Candidate { id: customer.id, name: &customer.name }).collect();
    let known = match &cx.call_id {
        Some(_) => identities::shown(tx, &call, required)?,
        None => Vec::new(),
    };

    let Some(said) = arguments.text("reference") else {
        let evidence = Evidence {
            number: &cx.from,
            with_that_number: &with_that_number,
            name: name.as_deref(),
            with_that_reference: None,
        };
        let identity = identify(&evidence);
        if let Some(customer) = identity.customer(required) {
            remember(tx, cx, &call, *customer, identity.level(), now)?;
            return Ok(Recognised::Customer(*customer, None));
        }
        return Ok(match (known.first(), identity, &name) {
            (Some(customer), _, None) => Recognised::Customer(*customer, None),
            (Some(customer), _, Some(name)) if is_named(tx, *customer, name)? => {
                Recognised::Customer(*customer, None)
            }
            // Asked alike, whether or not anybody has that number.
            (None, Identity::Nobody(_), None) => Recognised::Ask(Missing::CallerName),
            _ => Recognised::Ask(Missing::Reference),
        });
    };

    let hash = number_hash(cx);
    let mut wrong = identities::wrong_references(tx, &call, hash.as_deref(), now)?;
    if cx.call_id.is_none() {
        wrong.in_call = 0;
    }
    if may_try_reference(wrong) != ReferenceTry::Allowed {
        return Ok(Recognised::TooManyGuesses);
    }
    let found = match Reference::parse(&said) {
        Some(reference) => appointments::with_reference(tx, &reference)?,
        None => None,
    };
    let evidence = Evidence {
        number: &cx.from,
        with_that_number: &with_that_number,
        name: name.as_deref(),
        with_that_reference: found
            .as_ref()
            .map(|one| Candidate { id: one.appointment.customer, name: &one.customer_name }),
    };
    let identity = identify(&evidence);
    if let Some(found) = &found {
        let (customer, id) = (found.appointment.customer, found.appointment.id);
        let is_proven = identity.customer(required) == Some(&customer) || known.contains(&customer);
        if is_proven || is_made_in(&found.appointment, &call) {
            remember(tx, cx, &call, customer, identity.level(), now)?;
            return Ok(Recognised::Customer(customer, Some(id)));
        }
    }
    if name.is_none() {
        return Ok(Recognised::Ask(Missing::CallerName));
    }
    identities::add_wrong_reference(tx, &call, hash.as_deref(), now)?;
    Ok(Recognised::Nobody)
}

fn is_named(tx: &mut CompanyTx<'_>, customer: CustomerId, name: &str) -> Result<bool> {
    let customer = customers::find(tx, customer)?;
    Ok(customer.is_some_and(|customer| names_agree(name, &customer.name)))
}

fn remember(
    tx: &mut CompanyTx<'_>,
    cx: &CallContext,
    call: &(ConnectionId, String),
    customer: CustomerId,
    level: Level,
    now: Timestamp,
) -> Result<()> {
    if cx.call_id.is_none() || level == Level::Nobody {
        return Ok(());
    }
    identities::remember(tx, call, customer, level, now)
}

fn is_made_in(appointment: &Appointment, call: &(ConnectionId, String)) -> bool {
    !call.1.is_empty() && appointment.made_in.as_ref() == Some(call)
}

/// What this call has made and what is still to come, for the name that is said.
pub(super) fn made_in_this_call(
    tx: &mut CompanyTx<'_>,
    cx: &CallContext,
    arguments: &Arguments,
    now: Timestamp,
) -> Result<Vec<Listed>> {
    let call = call_of(cx);
    if call.1.is_empty() {
        return Ok(Vec::new());
    }
    let mut made = appointments::coming_of_call(tx, &call, now, TOLD_AT_MOST)?;
    if let Some(name) = name_given(arguments) {
        made.retain(|one| names_agree(&name, &one.customer_name));
    }
    Ok(made)
}

/// The appointment that shall be changed; the inner `Err` is the answer where the
/// caller must say more or may not.
pub(super) fn appointment_meant(
    tx: &mut CompanyTx<'_>,
    cx: &CallContext,
    arguments: &Arguments,
    now: Timestamp,
) -> Result<std::result::Result<Listed, Answer>> {
    let call = call_of(cx);
    let selected = match arguments.text("appointment_id").as_deref().and_then(AppointmentId::parse) {
        Some(id) => appointments::find(tx, id)?,
        None => None,
    };
    // What this call made, it may change: nobody else is on the phone.
    if let Some(selected) = &selected
        && is_made_in(&selected.appointment, &call)
    {
        return Ok(Ok(selected.clone()));
    }
    let names_nothing = selected.is_none() && arguments.text("reference").is_none();
    if names_nothing && !call.1.is_empty() {
        let mut made = made_in_this_call(tx, cx, arguments, now)?;
        if made.len() == 1
            && let Some(only) = made.pop()
        {
            return Ok(Ok(only));
        }
    }
    let customer = match recognise(tx, cx, arguments, now)? {
        Recognised::Customer(_, Some(id)) => {
            return match appointments::find(tx, id)? {
                Some(found) => Ok(Ok(found)),
                None => not_found(tx, cx).map(Err),
            };
        }
        Recognised::Customer(customer, None) => customer,
        Recognised::Ask(missing) => {
            return Ok(Err(needs_input(&Place::find(tx, cx, None)?, missing, now)));
        }
        Recognised::Nobody => return not_found(tx, cx).map(Err),
        Recognised::TooManyGuesses => return too_many_guesses(tx, cx).map(Err),
    };
    match selected {
        Some(found) if found.appointment.customer == customer => return Ok(Ok(found)),
        // An id that is not theirs, or none at all: a model made it up.
        Some(_) => return not_found(tx, cx).map(Err),
        None => {}
    }
    let mut coming = appointments::coming(tx, customer, now, TOLD_AT_MOST)?;
    if coming.len() <= 1 {
        return match coming.pop() {
            Some(only) => Ok(Ok(only)),
            None => not_found(tx, cx).map(Err),
        };
    }
    let place = Place::find(tx, cx, coming.first().map(|one| one.appointment.branch))?;
    let starts: Vec<Timestamp> = coming.iter().map(|one| one.appointment.start).collect();
    Ok(Err(needs_input(&place, Missing::WhichAppointment(&starts), now)))
}

/// Nothing was found under what was said.
pub(super) fn not_found(tx: &mut CompanyTx<'_>, cx: &CallContext) -> Result<Answer> {
    let place = Place::find(tx, cx, None)?;
    Ok(Answer::new(Status::Refused, place.language, &Sentence::NoSuchAppointment, json!({})))
}

/// Nothing more is looked up in this call.
pub(super) fn too_many_guesses(tx: &mut CompanyTx<'_>, cx: &CallContext) -> Result<Answer> {
    let place = Place::find(tx, cx, None)?;
    Ok(Answer::new(Status::Refused, place.language, &Sentence::TooManyGuesses, json!({})))
}
