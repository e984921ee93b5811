use super::{HoursOverride, WeeklyHours, WorkingTime};

/// When a branch is open, whoever works there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Opening {
    /// Weekly opening times; `None` says nothing, and it is open whenever somebody works.
    pub hours: Option<WeeklyHours>,
    /// Holidays and other dates on which other times apply.
    pub exceptions: Vec<HoursOverride>,
}

impl Opening {
    /// A person's working times, cut at when the branch is open.
    pub fn bound(
        &self,
        hours: &WeeklyHours,
        overrides: &[HoursOverride],
    ) -> (WeeklyHours, Vec<HoursOverride>) {
        let weekly = match &self.hours {
            None => hours.clone(),
            Some(open) => {
                let mut both = WeeklyHours::default();
                for (day, both) in both.0.iter_mut().enumerate() {
                    *both = shared(&hours.0[day], &open.0[day]);
                }
                both
            }
        };
        let mut dates: Vec<_> =
            overrides.iter().chain(&self.exceptions).map(|exception| exception.date).collect();
        dates.sort_unstable();
        dates.dedup();
        let exceptions = dates
            .into_iter()
            .map(|date| {
                let day = usize::from(date.weekday().to_monday_zero_offset().unsigned_abs());
                let on = |exceptions: &[HoursOverride]| {
                    exceptions.iter().find(|one| one.date == date).map(|one| one.times.clone())
                };
                let works = on(overrides).unwrap_or_else(|| hours.0[day].clone());
                let is_open =
                    on(&self.exceptions).or_else(|| self.hours.as_ref().map(|open| open.0[day].clone()));
                let times = is_open.map_or_else(|| works.clone(), |open| shared(&works, &open));
                HoursOverride { date, times }
            })
            .collect();
        (weekly, exceptions)
    }
}

/// The stretches that lie in both.
fn shared(one: &[WorkingTime], other: &[WorkingTime]) -> Vec<WorkingTime> {
    let mut shared: Vec<WorkingTime> = one
        .iter()
        .flat_map(|a| other.iter().map(move |b| WorkingTime { from: a.from.max(b.from), to: a.to.min(b.to) }))
        .filter(|both| both.from < both.to)
        .collect();
    shared.sort_unstable_by_key(|time| time.from);
    shared
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn time(from: u16, to: u16) -> WorkingTime {
        WorkingTime { from: from * 60, to: to * 60 }
    }

    #[test]
    fn nobody_can_be_booked_while_the_branch_is_closed() {
        let mut works = WeeklyHours::default();
        works.0[0] = vec![time(8, 12), time(13, 18)];
        let mut open = WeeklyHours::default();
        open.0[0] = vec![time(9, 16)];
        let monday = date(2026, 11, 23);
        let next = date(2026, 11, 30);
        let vacation = HoursOverride { date: next, times: vec![time(10, 20)] };
        let holiday = HoursOverride { date: monday, times: Vec::new() };

        let silent = Opening::default();
        let unbound = silent.bound(&works, std::slice::from_ref(&vacation));
        assert_eq!(unbound, (works.clone(), vec![vacation.clone()]));

        let opening = Opening { hours: Some(open), exceptions: vec![holiday.clone()] };
        let (weekly, exceptions) = opening.bound(&works, &[vacation]);
        assert_eq!(weekly.0[0], [time(9, 12), time(13, 16)]);
        let late = HoursOverride { date: next, times: vec![time(10, 16)] };
        assert_eq!(exceptions, [holiday, late], "closed on the holiday, cut on the other date");
    }
}
