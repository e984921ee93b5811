//! From items in a row to what is wished: alternatives, exclusions, corrections.

use crate::spoken::{
    days::is_weekday,
    tree::{Clock, Connective, Day, Item, Length, Limit, Time, Unit, Which},
};

/// One alternative: everything in it holds together.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Clause {
    pub(super) days: Vec<Day>,
    pub(super) limits: Vec<(Limit, Day)>,
    pub(super) times: Vec<Time>,
    pub(super) moment: Option<(Length, Option<Limit>)>,
    pub(super) span: Option<((Day, Clock), (Day, Clock))>,
    pub(super) anytime: bool,
    /// A time was said before the first day ("nachmittags am Dienstag oder Mittwoch").
    time_first: bool,
    /// Joined to the one before by "oder".
    by_or: bool,
}

impl Clause {
    fn is_empty(&self) -> bool {
        !self.has_days()
            && self.times.is_empty()
            && self.moment.is_none()
            && self.span.is_none()
            && !self.anytime
    }

    pub(super) fn has_days(&self) -> bool {
        !self.days.is_empty() || !self.limits.is_empty()
    }

    fn only_weekdays(&self) -> bool {
        self.limits.is_empty() && !self.days.is_empty() && self.days.iter().all(is_weekday)
    }

    fn periods(&self) -> impl Iterator<Item = &Day> {
        self.days.iter().filter(|day| is_period(day))
    }

    /// Whether all that was said is a beginning, and the next item an end.
    fn begins_stretch_ended_by(&self, next: Option<&Item>) -> bool {
        let begins = |limit: &Limit| matches!(limit, Limit::After | Limit::From);
        let day_begins = self.limits.iter().any(|(limit, _)| begins(limit));
        let time_begins =
            self.times.iter().any(|time| matches!(time, Time::Limit { limit, .. } if begins(limit)));
        match next {
            Some(Item::DayLimit(limit, _)) => day_begins && !begins(limit),
            Some(Item::Time(Time::Limit { limit, .. })) => time_begins && !begins(limit),
            _ => false,
        }
    }

    fn add(&mut self, item: &Item) {
        match item {
            Item::Day(day) => self.days.push(day.clone()),
            Item::DayLimit(limit, day) => self.limits.push((*limit, day.clone())),
            Item::Time(time) => {
                self.time_first |= !self.has_days();
                self.times.push(*time);
            }
            Item::Moment { length, limit } => self.moment = Some((*length, *limit)),
            Item::Span { from, to } => self.span = Some((from.clone(), to.clone())),
            Item::Now | Item::Anytime { .. } => self.anytime = true,
            Item::Word(_) => {}
        }
    }
}

/// Weeks, months and other stretches in which a weekday can be meant.
fn is_period(day: &Day) -> bool {
    match day {
        Day::Relative { unit, .. } => *unit >= Unit::Week,
        Day::Date { day, .. } => day.is_none(),
        Day::Edge { .. }
        | Day::CalendarWeek { .. }
        | Day::WeekOf(_)
        | Day::WeekBeside { .. }
        | Day::Gap(..)
        | Day::RestOf(_)
        | Day::Quarter { .. }
        | Day::Season { .. }
        | Day::Range(..)
        | Day::Within(_)
        | Day::Following { .. } => true,
        Day::Shift { length, .. } => length.unit >= Unit::Week,
        _ => false,
    }
}

/// What is wished.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Wish {
    /// Any of these will do.
    pub(super) clauses: Vec<Clause>,
    /// None of these.
    pub(super) excluded: Vec<Clause>,
}

impl Wish {
    fn is_empty(&self) -> bool {
        self.clauses.is_empty() && self.excluded.is_empty()
    }
}

/// Reads the items; the last correction counts.
pub(super) fn wish(items: &[Item]) -> Wish {
    let mut wish: Option<Wish> = None;
    let mut segment = Segment::default();
    let mut narrows = false;
    for (at, item) in items.iter().enumerate() {
        let correction = match item {
            Item::Word(Connective::Correction) => true,
            // "nächste Woche, lieber Dienstag" narrows, "heute, lieber morgen" corrects;
            // "lieber nicht" and "oder lieber" are read with their neighbours.
            Item::Word(Connective::Rather) => !matches!(items.get(at + 1), Some(Item::Word(Connective::Not))),
            _ => false,
        };
        if correction {
            let done = std::mem::take(&mut segment).finish();
            if !done.is_empty() {
                wish = Some(corrected(wish, done, narrows));
                narrows = false;
            }
            narrows |= *item == Item::Word(Connective::Rather);
            continue;
        }
        segment.item(item, items.get(at + 1));
    }
    let done = segment.finish();
    let wish = if done.is_empty() { wish.unwrap_or_default() } else { corrected(wish, done, narrows) };
    shared(wish)
}

/// What stands between two corrections.
#[derive(Default)]
struct Segment {
    done: Wish,
    /// Alternatives since the last comma or "aber": what a negation behind them reaches.
    open: Vec<Clause>,
    current: Clause,
    /// Items of the current clause since the last comma.
    since_comma: Clause,
    excluding: bool,
}

impl Segment {
    fn item(&mut self, item: &Item, next: Option<&Item>) {
        match item {
            Item::Word(Connective::Or) => self.alternative(true),
            // "nicht vor dem zehnten und nicht nach dem fünfzehnten": two ends of one stretch.
            Item::Word(Connective::And | Connective::But)
                if !self.excluding && self.current.begins_stretch_ended_by(next) => {}
            Item::Word(Connective::And) => self.alternative(false),
            Item::Word(Connective::Comma) => {
                if self.excluding {
                    self.close();
                }
                self.since_comma = Clause::default();
                if !matches!(next, Some(Item::Word(Connective::Or | Connective::And))) {
                    let current = std::mem::take(&mut self.current);
                    self.settle_open();
                    self.current = current;
                }
            }
            Item::Word(Connective::But) => {
                if self.excluding {
                    self.close();
                } else {
                    let current = std::mem::take(&mut self.current);
                    self.settle_open();
                    self.current = current;
                    self.since_comma = Clause::default();
                }
            }
            Item::Word(Connective::Not) => {
                let excludes = matches!(next, Some(Item::Day(_) | Item::Time(_) | Item::DayLimit(..)));
                if excludes {
                    if !self.excluding {
                        let current = std::mem::take(&mut self.current);
                        self.push_open(current);
                        self.settle_open();
                    }
                    self.close();
                    self.excluding = true;
                } else if next.is_none() || matches!(next, Some(Item::Word(_))) {
                    self.no_good();
                }
            }
            // "I can't do Monday": before anything was said it refuses what follows.
            Item::Word(Connective::NoGood)
                if self.current.is_empty()
                    && self.open.is_empty()
                    && matches!(next, Some(Item::Day(_) | Item::Time(_) | Item::DayLimit(..))) =>
            {
                self.excluding = true;
            }
            Item::Word(Connective::NoGood) => self.no_good(),
            Item::Word(Connective::Correction | Connective::Rather) => {}
            _ => {
                if self.begins_another(item) {
                    self.alternative(false);
                }
                self.current.add(item);
                self.since_comma.add(item);
            }
        }
    }

    /// "Freitag um zehn, Samstag um elf": a second day of the same kind behind a day with
    /// its time begins another alternative, also without a word between them.
    fn begins_another(&self, item: &Item) -> bool {
        let Item::Day(day) = item else { return false };
        let same_kind =
            |other: &Day| is_weekday(other) == is_weekday(day) && is_period(other) == is_period(day);
        !self.current.times.is_empty() && !self.current.time_first && self.current.days.iter().any(same_kind)
    }

    fn alternative(&mut self, by_or: bool) {
        let current = std::mem::take(&mut self.current);
        self.push_open(current);
        self.current.by_or = by_or;
        self.since_comma = Clause::default();
    }

    fn push_open(&mut self, clause: Clause) {
        if clause.is_empty() {
            return;
        }
        // "am Montag, und zwar um zehn": a time joined to a day without one belongs to it.
        if !clause.has_days()
            && clause.moment.is_none()
            && let Some(before) = self.open.last_mut()
            && before.times.is_empty()
            && before.has_days()
        {
            before.times = clause.times;
            return;
        }
        // "nächste Woche außer Mittwoch, am liebsten nachmittags": it belongs to all days said before.
        let loose_time = !clause.has_days()
            && clause.moment.is_none()
            && clause.span.is_none()
            && !clause.times.is_empty();
        let days_wait = !self.done.clauses.is_empty()
            && self.done.clauses.iter().all(|before| before.has_days() && before.times.is_empty());
        if loose_time && days_wait && !clause.by_or && !self.excluding && self.open.is_empty() {
            for before in &mut self.done.clauses {
                before.times.clone_from(&clause.times);
            }
            return;
        }
        self.open.push(clause);
    }

    /// What has been said up to here stands: a later negation does not reach it.
    fn settle_open(&mut self) {
        let open = std::mem::take(&mut self.open);
        if self.excluding {
            self.done.excluded.extend(open);
        } else {
            self.done.clauses.extend(open);
        }
    }

    /// Ends an exclusion (or a plain clause).
    fn close(&mut self) {
        let current = std::mem::take(&mut self.current);
        self.push_open(current);
        self.settle_open();
        self.since_comma = Clause::default();
        self.excluding = false;
    }

    /// "Montag geht nicht": what was said last is excluded.
    fn no_good(&mut self) {
        if self.excluding {
            return self.close(); // "nicht Montag, das passt nicht" says it twice
        }
        let last = std::mem::take(&mut self.since_comma);
        let mut current = std::mem::take(&mut self.current);
        let behind_comma = !last.is_empty() && last != current;
        let mut refused = std::mem::take(&mut self.open);
        if behind_comma {
            // "nächste Woche, Montag geht nicht": the week stands.
            current.days.truncate(current.days.len() - last.days.len().min(current.days.len()));
            current.limits.truncate(current.limits.len() - last.limits.len().min(current.limits.len()));
            current.times.truncate(current.times.len() - last.times.len().min(current.times.len()));
            refused.push(last);
            self.done.clauses.extend((!current.is_empty()).then_some(current));
        } else if !current.is_empty() {
            refused.push(current);
        }
        self.done.excluded.append(&mut refused);
    }

    fn finish(mut self) -> Wish {
        self.close();
        self.done
    }
}

/// Puts a correction in the place of what it corrects: a new day keeps the time, a new
/// time keeps the day ("Dienstag um drei, nein, um vier").
fn corrected(before: Option<Wish>, after: Wish, narrows: bool) -> Wish {
    let Some(before) = before else { return after };
    if after.clauses.is_empty() {
        // Only something excluded: it is taken out of what was said.
        let mut wish = before;
        wish.excluded.extend(after.excluded);
        return wish;
    }
    let Some(last) = before.clauses.last() else { return after };
    let mut wish = after;
    for clause in &mut wish.clauses {
        let had_days = clause.has_days();
        if clause.moment.is_some() || clause.span.is_some() {
            continue;
        }
        if !had_days && !clause.times.is_empty() {
            clause.days = last.days.clone();
            clause.limits = last.limits.clone();
        } else if had_days && clause.times.is_empty() && !narrows_only(last, clause) {
            clause.times = last.times.clone();
        }
        if had_days && clause.only_weekdays() {
            let keeps_period = narrows || last.days.iter().any(is_weekday);
            if keeps_period {
                clause.days.extend(last.periods().cloned().collect::<Vec<_>>());
            }
        }
    }
    if narrows {
        wish.excluded.extend(before.excluded);
    }
    wish
}

/// A stretch of days in place of another leaves nothing of the time ("morgen um drei, ach nein, nächste Woche").
fn narrows_only(before: &Clause, after: &Clause) -> bool {
    after.periods().next().is_some() && before.periods().next().is_none()
}

/// Lets alternatives share what was said once for all of them.
fn shared(mut wish: Wish) -> Wish {
    // "anything but Monday next week, mornings only": the week is wished.
    if wish
        .clauses
        .iter()
        .all(|clause| !clause.has_days() && clause.moment.is_none() && clause.span.is_none())
    {
        let days: Vec<Day> = wish.excluded.iter().flat_map(Clause::periods).cloned().collect();
        let all_have_weekdays = wish.excluded.iter().all(|clause| clause.days.iter().any(is_weekday));
        if !days.is_empty() && all_have_weekdays {
            if wish.clauses.is_empty() {
                wish.clauses.push(Clause::default());
            }
            for clause in &mut wish.clauses {
                clause.days.clone_from(&days);
            }
        }
    }
    // "bis Donnerstag kann ich nicht": any time after it.
    if wish.clauses.is_empty()
        && !wish.excluded.is_empty()
        && wish
            .excluded
            .iter()
            .all(|clause| clause.days.is_empty() && !clause.limits.is_empty() && clause.times.is_empty())
    {
        wish.clauses = vec![Clause { anytime: true, ..Clause::default() }];
    }
    share(&mut wish.clauses);
    share(&mut wish.excluded);
    wish
}

fn share(clauses: &mut [Clause]) {
    // Backwards: "Dienstag oder Mittwoch Nachmittag", "Montag oder Dienstag nächste Woche".
    for at in (1..clauses.len()).rev() {
        let (head, tail) = clauses.split_at_mut(at);
        let (Some(earlier), Some(later)) = (head.last_mut(), tail.first()) else { continue };
        if earlier.times.is_empty()
            && earlier.has_days()
            && later.has_days()
            && earlier.moment.is_none()
            && !later.time_first
        {
            earlier.times = later.times.clone();
        }
        if !earlier.has_days() && !earlier.times.is_empty() && later.has_days() {
            earlier.days = later.days.clone();
            earlier.limits = later.limits.clone();
        }
        let later_has_both = later.periods().next().is_some() && later.days.iter().any(is_weekday);
        if earlier.only_weekdays() && later_has_both {
            earlier.days.extend(later.periods().cloned().collect::<Vec<_>>());
        }
        share_month(earlier, later);
    }
    // Forwards: "Montag um zehn oder um elf", "nächste Woche Montag oder Dienstag".
    for at in 1..clauses.len() {
        let (head, tail) = clauses.split_at_mut(at);
        let (Some(earlier), Some(later)) = (head.last(), tail.first_mut()) else { continue };
        if !later.has_days() && !later.times.is_empty() {
            later.days = earlier.days.clone();
            later.limits = earlier.limits.clone();
        }
        if later.times.is_empty() && later.has_days() && earlier.time_first && later.moment.is_none() {
            later.times = earlier.times.clone();
            later.time_first = true;
        }
        let earlier_has_both = earlier.periods().next().is_some() && earlier.days.iter().any(is_weekday);
        if later.only_weekdays() && earlier_has_both {
            later.days.extend(earlier.periods().cloned().collect::<Vec<_>>());
        }
        share_month(later, earlier);
    }
    // A first time decides the half of the day of the next: "nachmittags um drei oder um vier".
    for at in 1..clauses.len() {
        let (head, tail) = clauses.split_at_mut(at);
        let (Some(earlier), Some(later)) = (head.last(), tail.first_mut()) else { continue };
        let part = earlier.times.iter().find(|time| matches!(time, Time::Part { .. }));
        let only_clocks =
            later.times.iter().all(|time| matches!(time, Time::At { .. })) && !later.times.is_empty();
        if let (Some(part), true, true) = (part, only_clocks, earlier.days == later.days)
            && earlier.times.iter().any(|time| matches!(time, Time::At { .. }))
        {
            later.times.push(*part);
        }
    }
}

/// "am dritten oder vierten Mai": one month for both.
fn share_month(without: &mut Clause, with: &Clause) {
    let month_of = |day: &Day| match day {
        Day::Date { month: Some(month), day: Some(_), year, .. } => Some((*month, *year)),
        _ => None,
    };
    let Some((month, year)) = with.days.iter().find_map(month_of) else { return };
    for day in &mut without.days {
        if let Day::Date { month: None, day: Some(number), .. } = day {
            *day = Day::Date { year, month: Some(month), day: Some(*number), which: Which::Bare };
        }
    }
}
