use jiff::{SignedDuration, Timestamp};

use super::ServiceTimes;
use crate::calendar::Interval;

/// A stretch in which the person is needed, in seconds from the start of the
/// service; negative before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) from: i64,
    pub(super) to: i64,
}

/// What a service takes from a person, ascending: each segment with the person,
/// the buffer before the whole and the buffer after it. Pieces that touch are
/// one, so that an appointment never stands in its own way.
pub(super) fn pieces(service: &ServiceTimes) -> Vec<Piece> {
    let before = i64::from(service.buffer_before_minutes) * 60;
    let after = i64::from(service.buffer_after_minutes) * 60;
    let mut pieces = Vec::with_capacity(service.segments.len() + 2);
    add(&mut pieces, -before, 0);
    let mut at = 0;
    for segment in &service.segments {
        let end = at + i64::from(segment.minutes) * 60;
        if segment.staff_needed {
            add(&mut pieces, at, end);
        }
        at = end;
    }
    add(&mut pieces, at, at + after);
    pieces
}

fn add(pieces: &mut Vec<Piece>, from: i64, to: i64) {
    if from >= to {
        return;
    }
    match pieces.last_mut() {
        Some(last) if last.to >= from => last.to = last.to.max(to),
        _ => pieces.push(Piece { from, to }),
    }
}

/// What an appointment that starts at `start` takes from the person: one piece
/// per stretch in which the person is needed, the buffers before and after the
/// whole service included, ascending, with gaps between them. Waiting time in
/// between belongs to nobody and can be booked by others.
///
/// A start is free exactly when none of these pieces overlaps busy time. A piece
/// that would reach beyond the calendar (year 9999) ends there.
pub fn occupancy(start: Timestamp, service: &ServiceTimes) -> Vec<Interval> {
    pieces(service)
        .into_iter()
        .map(|piece| Interval::new(shifted(start, piece.from), shifted(start, piece.to)))
        .filter(|piece| !piece.is_empty())
        .collect()
}

fn shifted(start: Timestamp, seconds: i64) -> Timestamp {
    start.saturating_add(SignedDuration::from_secs(seconds)).unwrap_or(start)
}
