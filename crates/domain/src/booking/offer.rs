use jiff::Timestamp;

use crate::availability::Slot;

/// A caller can keep no more than a few times in mind.
pub const OFFERS_AT_MOST: usize = 5;

/// Which of the free starts are offered: at most `most`, one person per start,
/// spread over the whole range, and never two that overlap for one person.
///
/// `free` is sorted by start. The spread takes every n-th start, so that "next
/// week" yields several days instead of the first hour of Monday.
pub fn choose_offers<Id: Copy + Ord>(free: &[Slot<Id>], most: usize) -> Vec<Slot<Id>> {
    let one_each = one_person_per_start(free);
    if one_each.is_empty() || most == 0 {
        return Vec::new();
    }
    let step = one_each.len().div_ceil(most).max(1);
    let spread = one_each.iter().step_by(step).copied();
    let rest = one_each.iter().copied();
    let mut chosen: Vec<Slot<Id>> = Vec::with_capacity(most);
    for slot in spread.chain(rest) {
        if chosen.len() == most {
            break;
        }
        if chosen.iter().all(|other| !collides(other, &slot)) {
            chosen.push(slot);
        }
    }
    chosen.sort();
    chosen
}

/// The free starts closest to `wished`, at most `most`, in order of time.
pub fn nearest_offers<Id: Copy + Ord>(free: &[Slot<Id>], wished: Timestamp, most: usize) -> Vec<Slot<Id>> {
    let mut by_distance = one_person_per_start(free);
    by_distance.sort_by_key(|slot| (slot.start.duration_since(wished).abs(), slot.start));
    let mut chosen: Vec<Slot<Id>> = Vec::with_capacity(most);
    for slot in by_distance {
        if chosen.len() == most {
            break;
        }
        if chosen.iter().all(|other| !collides(other, &slot)) {
            chosen.push(slot);
        }
    }
    chosen.sort();
    chosen
}

fn one_person_per_start<Id: Copy + Ord>(free: &[Slot<Id>]) -> Vec<Slot<Id>> {
    let mut kept: Vec<Slot<Id>> = Vec::new();
    for slot in free {
        if kept.last().is_none_or(|last| last.start != slot.start) {
            kept.push(*slot);
        }
    }
    kept
}

fn collides<Id: Copy + Ord>(a: &Slot<Id>, b: &Slot<Id>) -> bool {
    a.start == b.start || (a.person == b.person && a.start < b.end && b.start < a.end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slot(person: u8, minute: i64) -> Slot<u8> {
        let start = Timestamp::from_second(minute * 60).unwrap();
        let end = Timestamp::from_second((minute + 30) * 60).unwrap();
        Slot { start, end, person }
    }

    #[test]
    fn offers_are_spread_and_never_overlap_for_one_person() {
        let free: Vec<_> = (0..40).map(|i| slot(1, i * 15)).collect();
        let offers = choose_offers(&free, 5);
        assert_eq!(offers.len(), 5);
        assert!(offers.windows(2).all(|pair| pair[0].end <= pair[1].start));
        assert!(offers[4].start > free[20].start, "the later half is offered too");
    }

    #[test]
    fn the_nearest_come_first_but_are_told_in_order() {
        let free: Vec<_> = (0..40).map(|i| slot(1, i * 30)).collect();
        let wished = free[20].start;
        let starts: Vec<_> = nearest_offers(&free, wished, 3).iter().map(|s| s.start).collect();
        assert_eq!(starts, [free[19].start, free[20].start, free[21].start]);
    }
}
