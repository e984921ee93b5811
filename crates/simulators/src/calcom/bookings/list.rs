//! The list of bookings. There is no filter by phone number.

use axum::Json;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    change::shown,
    record::{Booking, Status},
};
use crate::calcom::{
    account::{Caller, Params},
    answer::Failure,
};

const TAKEN: usize = 100;
const TAKEN_AT_MOST: usize = 250;

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::calcom) struct Wanted {
    /// Words of their own, not those of a booking's status.
    status: Option<String>,
    attendee_email: Option<String>,
    attendee_name: Option<String>,
    booking_uid: Option<String>,
    event_type_id: Option<i64>,
    event_type_ids: Option<String>,
    after_start: Option<Timestamp>,
    before_end: Option<Timestamp>,
    after_created_at: Option<Timestamp>,
    before_created_at: Option<Timestamp>,
    after_updated_at: Option<Timestamp>,
    before_updated_at: Option<Timestamp>,
    sort_start: Option<Direction>,
    sort_end: Option<Direction>,
    sort_created: Option<Direction>,
    sort_updated_at: Option<Direction>,
    take: Option<usize>,
    skip: Option<usize>,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Direction {
    Asc,
    Desc,
}

fn is_one(word: &str, booking: &Booking, now: Timestamp) -> Result<bool, Failure> {
    Ok(match word {
        "upcoming" => booking.is_live() && booking.end > now,
        "past" => booking.is_live() && booking.end <= now,
        "cancelled" => matches!(booking.status, Status::Cancelled | Status::Rejected),
        "unconfirmed" => booking.status == Status::Pending && booking.end > now,
        "recurring" => false,
        _ => {
            return Err(Failure::bad(
                "status must be one of upcoming, recurring, past, cancelled, unconfirmed",
            ));
        }
    })
}

impl Wanted {
    fn fits(&self, booking: &Booking, now: Timestamp) -> Result<bool, Failure> {
        let mut status_fits = self.status.is_none();
        for word in self.status.iter().flat_map(|words| words.split(',')) {
            status_fits |= is_one(word.trim(), booking, now)?;
        }
        let ids = self.event_type_ids.as_deref();
        let is_listed =
            ids.is_none_or(|ids| ids.split(',').any(|id| id.trim().parse() == Ok(booking.event_type)));
        let from = |bound: Option<Timestamp>, at: Timestamp| bound.is_none_or(|bound| at >= bound);
        let to = |bound: Option<Timestamp>, at: Timestamp| bound.is_none_or(|bound| at <= bound);
        let contains = |wanted: &Option<String>, text: &str| {
            wanted.as_ref().is_none_or(|wanted| text.to_lowercase().contains(&wanted.to_lowercase()))
        };
        Ok(status_fits
            && is_listed
            && self.event_type_id.is_none_or(|id| id == booking.event_type)
            && self.booking_uid.as_ref().is_none_or(|uid| *uid == booking.uid)
            && contains(&self.attendee_email, booking.attendee.email.as_deref().unwrap_or_default())
            && contains(&self.attendee_name, &booking.attendee.name)
            && from(self.after_start, booking.start)
            && to(self.before_end, booking.end)
            && from(self.after_created_at, booking.created_at)
            && to(self.before_created_at, booking.created_at)
            && from(self.after_updated_at, booking.updated_at)
            && to(self.before_updated_at, booking.updated_at))
    }

    fn sort(&self, bookings: &mut [Booking]) {
        type Key = fn(&Booking) -> Timestamp;
        let keys: [(Option<Direction>, Key); 4] = [
            (self.sort_start, |one| one.start),
            (self.sort_end, |one| one.end),
            (self.sort_created, |one| one.created_at),
            (self.sort_updated_at, |one| one.updated_at),
        ];
        for (direction, key) in keys {
            match direction {
                Some(Direction::Asc) => bookings.sort_by_key(key),
                Some(Direction::Desc) => bookings.sort_by_key(|one| std::cmp::Reverse(key(one))),
                None => {}
            }
        }
    }
}

pub(in crate::calcom) async fn list(
    caller: Caller,
    Params(wanted): Params<Wanted>,
) -> Result<Json<Value>, Failure> {
    let now = caller.now();
    let mut found = caller.with(|account| {
        let mut found = Vec::new();
        for booking in &account.bookings {
            if wanted.fits(booking, now)? {
                found.push(booking.clone());
            }
        }
        Ok::<_, Failure>(found)
    })?;
    wanted.sort(&mut found);
    let (skip, take) = (wanted.skip.unwrap_or(0), wanted.take.unwrap_or(TAKEN).clamp(1, TAKEN_AT_MOST));
    let page: Vec<Value> = found.iter().skip(skip).take(take).map(|one| shown(&caller, one)).collect();
    if !caller.speaks(super::VERSION) {
        return Ok(Json(json!({ "status": "success", "data": { "bookings": page, "nextCursor": null } })));
    }
    let remaining = found.len().saturating_sub(skip.saturating_add(page.len()));
    Ok(Json(json!({ "status": "success", "data": page, "pagination": {
        "totalItems": found.len(), "remainingItems": remaining, "returnedItems": page.len(), "itemsPerPage": take,
        "currentPage": skip / take + 1, "totalPages": found.len().div_ceil(take), "hasNextPage": remaining > 0,
        "hasPreviousPage": skip > 0 } })))
}
