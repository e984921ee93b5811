use super::Occurrence;

/// An occurrence that does not fit, with the reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Skipped<Reason> {
    /// Which one.
    pub occurrence: Occurrence,
    /// Why.
    pub reason: Reason,
}

/// What of a series can be booked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan<Reason> {
    /// What fits, ascending.
    pub fitting: Vec<Occurrence>,
    /// What does not, ascending. Nothing is put in its place: what was skipped is
    /// said, and the caller decides.
    pub skipped: Vec<Skipped<Reason>>,
}

impl<Reason> Plan<Reason> {
    /// Whether everything fits and there is something to book: what a series that
    /// is booked all or nothing needs.
    pub fn is_whole(&self) -> bool {
        self.skipped.is_empty() && !self.fitting.is_empty()
    }
}

/// Sorts the occurrences of a series into those for which `check` has no
/// objection and those which it refuses, for instance with
/// [`availability::fit`](crate::availability::fit).
pub fn plan<Reason>(
    occurrences: impl IntoIterator<Item = Occurrence>,
    mut check: impl FnMut(&Occurrence) -> Result<(), Reason>,
) -> Plan<Reason> {
    let mut plan = Plan { fitting: Vec::new(), skipped: Vec::new() };
    for occurrence in occurrences {
        match check(&occurrence) {
            Ok(()) => plan.fitting.push(occurrence),
            Err(reason) => plan.skipped.push(Skipped { occurrence, reason }),
        }
    }
    plan
}
