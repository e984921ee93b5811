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
