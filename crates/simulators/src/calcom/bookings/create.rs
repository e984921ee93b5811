//! `POST /v2/bookings`: no idempotency key, no reservation, and a conflict is a
//! sentence.

use axum::response::Response;
use jiff::Timestamp;
use serde_json::Value;

use super::record::{Attendee, Booking, Status, is_taken};
use crate::calcom::{
    account::{Account, Body, Caller, Fields, THINGS_AT_MOST},
    answer::{Failure, created, utc},
    event_types::{Bookable, find},
    webhooks::Trigger,
};

/// Of metadata: keys, characters of a key, characters of a value.
const METADATA_AT_MOST: (usize, usize, usize) = (50, 40, 500);

fn attendee(body: &Body) -> Result<Attendee, Failure> {
    let text = |name: &str| {
        body.0
            .get("attendee")
            .and_then(|attendee| attendee.get(name))
            .and_then(Value::as_str)
            .map(str::to_owned)
    };
    let (Some(name), Some(zone)) = (text("name"), text("timeZone")) else {
        return Err(Failure::bad("attendee.name and attendee.timeZone must be strings"));
    };
    if jiff::tz::TimeZone::get(&zone).is_err() {
        return Err(Failure::bad("attendee.timeZone must be an IANA time zone"));
    }
    let email = text("email");
    if email.as_ref().is_some_and(|email| !is_email(email)) {
        return Err(Failure::bad("attendee.email must be an email"));
    }
    let phone = text("phoneNumber");
    let is_phone = |phone: &String| {
        phone.strip_prefix('+').is_some_and(|digits| {
            (7..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
        })
    };
    if phone.as_ref().is_some_and(|phone| !is_phone(phone)) {
        return Err(Failure::bad("attendee.phoneNumber must be a valid phone number in E.164"));
    }
    let language = text("language").unwrap_or_else(|| "en".into());
    Ok(Attendee { name, zone, email, phone, language, absent: false })
}

fn is_email(text: &str) -> bool {
    text.split_once('@')
        .is_some_and(|(name, host)| !name.is_empty() && host.contains('.') && !text.contains(' '))
}

fn metadata(body: &Body) -> Result<Fields, Failure> {
    let given = body.0.get("metadata").and_then(Value::as_object).cloned().unwrap_or_default();
    let (keys, key, value) = METADATA_AT_MOST;
    let fits = given.len() <= keys
        && given.iter().all(|(name, text)| {
            name.chars().count() <= key && text.as_str().is_some_and(|text| text.chars().count() <= value)
        });
    if fits {
        Ok(given)
    } else {
        Err(Failure::bad("metadata must have at most 50 keys of 40 characters and string values of 500"))
    }
}

/// Whether a stretch can be booked, said the way Cal.com says it.
pub(super) fn check_time(
    account: &Account,
    bookable: &Bookable,
    (start, end): (Timestamp, Timestamp),
    except: Option<&str>,
    now: Timestamp,
) -> Result<(), Failure> {
    if start <= now {
        return Err(Failure::bad("Attempting to book a meeting in the past."));
    }
    if !bookable.admits(start, now) {
        return Err(Failure::bad(
            "The event type can't be booked at the \"start\" time provided. This could be because it's too soon (violating the minimum booking notice) or too far in the future (outside the event's scheduling window).",
        ));
    }
    let is_open = account.schedule_of(bookable).is_some_and(|schedule| schedule.holds(start, end));
    let is_free = account.settings.double_booking || !is_taken(account, bookable, start, end, except);
    if is_open && is_free {
        return Ok(());
    }
    let who = if bookable.hosts > 1 { "One of the hosts" } else { "User" };
    Err(Failure::bad(format!("{who} either already has booking at this time or is not available")))
}

pub(in crate::calcom) async fn create(caller: Caller, body: Body) -> Result<Response, Failure> {
    if !caller.speaks(super::VERSION) {
        // The older controller knows other fields.
        return Err(Failure::bad("responses must be an object"));
    }
    let start = body.text("start").and_then(utc);
    let start = start.ok_or_else(|| Failure::bad("start must be a valid ISO 8601 date string"))?;
    let (attendee, metadata) = (attendee(&body)?, metadata(&body)?);
    if body.0.contains_key("recurrenceCount") {
        return Err(Failure::bad("the event type is not recurring"));
    }
    let whole = |name: &str| body.0.get(name).and_then(Value::as_i64);
    let answers =
        body.0.get("bookingFieldsResponses").and_then(Value::as_object).cloned().unwrap_or_default();
    let (id, now) = (caller.calcom.next_booking(), caller.now());
    let booking = caller.with(|account| {
        if account.bookings.len() >= THINGS_AT_MOST {
            return Err(Failure::bad("too many bookings"));
        }
        let bookable = find(account, whole("eventTypeId"), body.text("eventTypeSlug"))?;
        bookable.check_answers(
            attendee.email.as_deref(),
            attendee.phone.as_deref(),
            &answers,
            body.text("emailVerificationCode"),
        )?;
        let length = bookable.length_for(whole("lengthInMinutes"))?;
        let end = start.checked_add(length).map_err(|_| Failure::bad("start is out of range"))?;
        check_time(account, bookable, (start, end), None, now)?;
        let booking = Booking {
            id,
            uid: format!("bk{id:010}"),
            event_type: bookable.id,
            title: format!("{} between Host and {}", bookable.title, attendee.name),
            slug: bookable.slug.clone(),
            start,
            end,
            status: if bookable.needs_confirmation { Status::Pending } else { Status::Accepted },
            attendee,
            metadata,
            answers,
            guests: body.0.get("guests").and_then(Value::as_array).cloned().unwrap_or_default(),
            location: body.0.get("location").cloned().unwrap_or_else(|| Value::String(String::new())),
            created_at: now,
            updated_at: now,
            cancellation_reason: None,
            rescheduling_reason: None,
            rescheduled_by: None,
            from_uid: None,
            to_uid: None,
            absent_host: false,
            sequence: 0,
        };
        account.bookings.push(booking.clone());
        Ok(booking)
    })?;
    let trigger = if booking.status == Status::Pending { Trigger::Requested } else { Trigger::Created };
    caller.calcom.announce(&caller.key, trigger, &booking, None);
    Ok(created(booking.to_json()))
}
