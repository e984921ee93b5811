use jiff::Timestamp;

/// A stretch of time `[from, to)`: the start belongs to it, the end does not.
/// Where `to <= from` it is empty and meets nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Interval {
    /// First instant inside.
    pub from: Timestamp,
    /// First instant after.
    pub to: Timestamp,
}

impl Interval {
    /// The interval from `from` up to, but not including, `to`.
    pub fn new(from: Timestamp, to: Timestamp) -> Self {
        Self { from, to }
    }

    /// Whether it holds no instant.
    pub fn is_empty(self) -> bool {
        self.to <= self.from
    }

    /// Whether both share an instant. Touching is not overlapping, and an empty
    /// interval overlaps nothing.
    pub fn overlaps(self, other: Self) -> bool {
        !self.is_empty() && !other.is_empty() && self.from < other.to && other.from < self.to
    }

    /// Whether `instant` lies inside.
    pub fn contains(self, instant: Timestamp) -> bool {
        self.from <= instant && instant < self.to
    }
}

/// The same instants as `intervals` cover, in as few intervals as possible,
/// ascending; touching ones are joined.
pub fn joined(mut intervals: Vec<Interval>) -> Vec<Interval> {
    intervals.retain(|one| !one.is_empty());
    intervals.sort();
    let mut joined: Vec<Interval> = Vec::with_capacity(intervals.len());
    for next in intervals {
        match joined.last_mut() {
            Some(last) if next.from <= last.to => last.to = last.to.max(next.to),
            _ => joined.push(next),
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_touches_is_joined_and_what_is_empty_vanishes() {
        let span = |from: i64, to: i64| {
            Interval::new(Timestamp::from_second(from).unwrap(), Timestamp::from_second(to).unwrap())
        };
        let given = vec![span(5, 7), span(0, 3), span(9, 9), span(3, 4), span(6, 8)];
        assert_eq!(joined(given), [span(0, 4), span(5, 8)]);
    }
}
