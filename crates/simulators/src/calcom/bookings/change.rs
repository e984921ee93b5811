//! Moving a booking, calling it off, and what its host says to it.

use axum::{Json, extract::Path, response::Response};
use serde_json::Value;

use super::{
    create::check_time,
    record::{Booking, Status, length},
};
use crate::calcom::{
    account::{Account, Body, Caller},
    answer::{Failure, created, success, utc},
    event_types::find,
    webhooks::Trigger,
};

/// The account's own address: what it moves needs nobody's consent.
const OWNER: &str = "host@example.com";

fn not_found(uid: &str) -> Failure {
    Failure::missing(format!("Booking with uid={uid} was not found in the database"))
}

fn position(account: &Account, uid: &str) -> Result<usize, Failure> {
    account.bookings.iter().position(|one| one.uid == uid).ok_or_else(|| not_found(uid))
}

pub(super) fn shown(caller: &Caller, booking: &Booking) -> Value {
    if caller.speaks(super::VERSION) { booking.to_json() } else { booking.to_older_json() }
}

pub(in crate::calcom) async fn get(caller: Caller, Path(uid): Path<String>) -> Result<Json<Value>, Failure> {
    caller.with(|account| {
        let index = position(account, &uid)?;
        Ok(success(shown(&caller, &account.bookings[index])))
    })
}

/// Makes a new booking under a new uid; the old one is cancelled and names it.
pub(in crate::calcom) async fn reschedule(
    caller: Caller,
    Path(uid): Path<String>,
    body: Body,
) -> Result<Response, Failure> {
    let start = body.text("start").and_then(utc);
    let start = start.ok_or_else(|| Failure::bad("start must be a valid ISO 8601 date string"))?;
    let by = body.text("rescheduledBy").map(str::to_owned);
    let reason = body.text("reschedulingReason").map(str::to_owned);
    let (id, now) = (caller.calcom.next_booking(), caller.now());
    let (old, new) = caller.with(|account| {
        let index = position(account, &uid)?;
        let old = account.bookings[index].clone();
        if !old.is_live() {
            return Err(Failure::bad(
                "Can't reschedule booking because it has been cancelled or rescheduled already",
            ));
        }
        let bookable = find(account, Some(old.event_type), None)?;
        if !bookable.can_be_moved {
            return Err(Failure::bad("This event type does not allow rescheduling"));
        }
        let end = start.checked_add(length(&old)).map_err(|_| Failure::bad("start is out of range"))?;
        check_time(account, bookable, (start, end), Some(&uid), now)?;
        let waits = bookable.needs_confirmation && by.as_deref() != Some(OWNER);
        let new = Booking {
            id,
            uid: format!("bk{id:010}"),
            start,
            end,
            status: if waits { Status::Pending } else { Status::Accepted },
            created_at: now,
            updated_at: now,
            rescheduling_reason: reason,
            rescheduled_by: by,
            from_uid: Some(uid.clone()),
            sequence: old.sequence + 1,
            ..old.clone()
        };
        let kept = &mut account.bookings[index];
        kept.status = Status::Cancelled;
        kept.to_uid = Some(new.uid.clone());
        kept.touch(now);
        account.bookings.push(new.clone());
        Ok((old, new))
    })?;
    // A move that must be confirmed is announced like a new wish.
    let trigger = if new.status == Status::Pending { Trigger::Requested } else { Trigger::Rescheduled };
    caller.calcom.announce(&caller.key, trigger, &new, Some(&old));
    Ok(created(shown(&caller, &new)))
}

pub(in crate::calcom) async fn cancel(
    caller: Caller,
    Path(uid): Path<String>,
    body: Body,
) -> Result<Json<Value>, Failure> {
    let now = caller.now();
    let booking = caller.with(|account| {
        let index = position(account, &uid)?;
        let can_be = find(account, Some(account.bookings[index].event_type), None)
            .map_or(true, |bookable| bookable.can_be_cancelled);
        let booking = &mut account.bookings[index];
        if !booking.is_live() {
            return Err(Failure::bad("Can't cancel booking because it has been cancelled already"));
        }
        if !can_be {
            return Err(Failure::bad("This event type does not allow cancellations"));
        }
        booking.status = Status::Cancelled;
        booking.cancellation_reason = body.text("cancellationReason").map(str::to_owned);
        booking.touch(now);
        Ok(booking.clone())
    })?;
    caller.calcom.announce(&caller.key, Trigger::Cancelled, &booking, None);
    Ok(success(shown(&caller, &booking)))
}

/// What the host says to a booking that waits for it.
async fn decide(
    caller: Caller,
    uid: String,
    status: Status,
    reason: Option<String>,
) -> Result<Json<Value>, Failure> {
    let now = caller.now();
    let booking = caller.with(|account| {
        let index = position(account, &uid)?;
        let booking = &mut account.bookings[index];
        if booking.status != Status::Pending {
            return Err(Failure::bad("Booking is not pending"));
        }
        booking.status = status;
        booking.cancellation_reason = reason;
        booking.touch(now);
        Ok(booking.clone())
    })?;
    let trigger = if status == Status::Accepted { Trigger::Created } else { Trigger::Rejected };
    caller.calcom.announce(&caller.key, trigger, &booking, None);
    Ok(success(shown(&caller, &booking)))
}

pub(in crate::calcom) async fn confirm(
    caller: Caller,
    Path(uid): Path<String>,
) -> Result<Json<Value>, Failure> {
    decide(caller, uid, Status::Accepted, None).await
}

pub(in crate::calcom) async fn decline(
    caller: Caller,
    Path(uid): Path<String>,
    body: Body,
) -> Result<Json<Value>, Failure> {
    let reason = body.text("reason").map(str::to_owned);
    decide(caller, uid, Status::Rejected, reason).await
}

pub(in crate::calcom) async fn mark_absent(
    caller: Caller,
    Path(uid): Path<String>,
    body: Body,
) -> Result<Json<Value>, Failure> {
    let now = caller.now();
    let booking = caller.with(|account| {
        let index = position(account, &uid)?;
        let booking = &mut account.bookings[index];
        if let Some(host) = body.0.get("host").and_then(Value::as_bool) {
            booking.absent_host = host;
        }
        let listed = body.0.get("attendees").and_then(Value::as_array).and_then(|list| list.first());
        if let Some(absent) = listed.and_then(|one| one.get("absent")).and_then(Value::as_bool) {
            booking.attendee.absent = absent;
        }
        booking.touch(now);
        Ok::<_, Failure>(booking.clone())
    })?;
    caller.calcom.announce(&caller.key, Trigger::NoShowUpdated, &booking, None);
    Ok(success(shown(&caller, &booking)))
}
