//! What is taken out of the windows: "außer Mittwoch", "nicht vormittags".

use jiff::Timestamp;

use super::{
    Window,
    clauses::Clause,
    windows::{DAYS_MAX, Hours, OPEN_DAYS, Reader, Windows},
};
use crate::spoken::{
    clock::DAY,
    days::{add_days, is_weekday, weekday_number},
    tree::{Day, Which},
};

impl Reader<'_> {
    pub(super) fn without(&self, mut windows: Windows, excluded: &[Clause]) -> Windows {
        for clause in excluded {
            for hole in self.holes(clause, &windows) {
                windows = windows.into_iter().flat_map(|window| cut_out(window, hole)).collect();
            }
        }
        windows
    }

    /// The windows that an exclusion takes out of `windows`.
    fn holes(&self, clause: &Clause, windows: &Windows) -> Vec<Window> {
        // "not this Friday" is about one day.
        let one = |day: &Day| {
            matches!(day, Day::Weekday { which: Which::This | Which::Coming | Which::Next, .. })
                && clause.days.len() == 1
        };
        let habit = clause.limits.is_empty() && clause.days.iter().all(|day| is_weekday(day) && !one(day));
        if !habit {
            return self
                .clause(clause)
                .map(|holes| holes.into_iter().map(|(hole, _)| hole).collect())
                .unwrap_or_default();
        }
        // "nicht montags", "nicht vormittags": every day in reach that fits.
        let zoned = |at: Timestamp| self.zone.to_datetime(at).date();
        let last = windows
            .iter()
            .map(|(window, _)| window.to.map(zoned))
            .try_fold(self.today, |last, to| to.map(|to| last.max(to)));
        let is_habit = clause
            .days
            .iter()
            .all(|day| matches!(day, Day::Weekday { which: Which::Every, .. } | Day::Workdays));
        // What has no end cannot lose every Monday there is: of a habit as many as are written
        // out anywhere, else the next one from where it begins.
        let first = match last {
            Some(_) => self.today,
            None => windows.iter().map(|(window, _)| zoned(window.from)).min().unwrap_or(self.today),
        };
        let days = match last {
            Some(last) => (last - first).get_days().clamp(0, DAYS_MAX),
            None if is_habit => OPEN_DAYS,
            None => 7,
        };
        let weekdays: Vec<u8> = clause
            .days
            .iter()
            .flat_map(|day| match day {
                Day::Weekday { weekday, .. } => vec![*weekday],
                _ => vec![0, 1, 2, 3, 4],
            })
            .collect();
        let hours = match clause.times.is_empty() {
            true => vec![Hours { from: 0, to: DAY, exact: false }],
            false => self.hours(&clause.times).unwrap_or_default(),
        };
        let mut holes = Vec::new();
        for ahead in 0..=days {
            let Ok(date) = add_days(first, ahead) else { break };
            // Today's own name is the day in a week.
            if date == self.today && last.is_none() && !weekdays.is_empty() && !is_habit {
                continue;
            }
            if weekdays.is_empty() || weekdays.contains(&weekday_number(date)) {
                holes.extend(
                    hours.iter().filter_map(|hours| self.window(date, *hours).ok()).map(|(hole, _)| hole),
                );
                // "ab nächster Woche, nur nicht am Freitag" is about one Friday.
                if last.is_none() && !is_habit && clause.days.len() == 1 {
                    break;
                }
            }
        }
        holes
    }
}

/// What is left of a window without a hole in it.
fn cut_out((window, exact): (Window, bool), hole: Window) -> Vec<(Window, bool)> {
    let Some(hole_to) = hole.to else {
        let to = window.to.map_or(hole.from, |to| to.min(hole.from));
        return if window.from < to { vec![(Window { to: Some(to), ..window }, exact)] } else { Vec::new() };
    };
    let apart = hole_to <= window.from || window.to.is_some_and(|to| to <= hole.from);
    if apart {
        return vec![(window, exact)];
    }
    let mut left = Vec::new();
    if window.from < hole.from {
        left.push((Window { from: window.from, to: Some(hole.from) }, exact));
    }
    if window.to.is_none_or(|to| hole_to < to) {
        left.push((Window { from: hole_to, to: window.to }, exact));
    }
    left
}
