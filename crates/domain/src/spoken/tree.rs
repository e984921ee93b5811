//! What was said, taken apart but not yet looked up in a calendar.
//!
//! Grammar makes these values, the two layers resolve them. Nothing here knows
//! today's date, so the same words always give the same tree.

use super::holiday::Holiday;

/// Units of the calendar and the clock, from small to large.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Unit {
    Second,
    Minute,
    Hour,
    Day,
    Week,
    Month,
    Quarter,
    Year,
}

/// Parts of a day that have a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// früh, morgens, in der Früh, first thing.
    Early,
    /// English "morning"; German has no word for the whole of it.
    Morning,
    /// Vormittag.
    Forenoon,
    /// mittags, lunchtime.
    Midday,
    /// nachmittags, afternoon.
    Afternoon,
    /// nach dem Mittagessen, after lunch.
    AfterLunch,
    /// nach Feierabend, after work.
    AfterWork,
    /// nach der Schule, after school.
    AfterSchool,
    /// abends, evening.
    Evening,
    /// nachts, night.
    Night,
    /// The small hours ("in the early hours").
    SmallHours,
}

/// Which end of a part of the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shade {
    Whole,
    Early,
    Late,
}

/// Which third of a week, month or year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Edge {
    Start,
    Middle,
    End,
}

/// Which one of several that bear the name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Which {
    /// No word, or "am".
    Bare,
    /// "freitags", "Fridays": a habit. Where one day is wanted it is the next one.
    Every,
    /// dieser, this.
    This,
    /// kommender, coming.
    Coming,
    /// nächster, next.
    Next,
    /// übernächster, after next.
    AfterNext,
    /// letzter, last.
    Last,
}

/// Seasons; winter is the one that begins in December.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Season {
    Spring,
    Summer,
    Autumn,
    Winter,
    /// "this season", whichever it is.
    Any,
}

/// A length of time in one unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Length {
    pub(super) count: i32,
    pub(super) unit: Unit,
}

/// What is counted in "the third … of October".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Counted {
    /// Monday is 0.
    Weekday(u8),
    Unit(Unit),
    Weekend,
    /// "erste Hälfte", "second half".
    Half,
}

/// What comes round again and again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Recurring {
    /// Monday is 0.
    Weekday(u8),
    Holiday(Holiday),
}

/// A day, or a stretch of days.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Day {
    /// heute, morgen, diese Woche, next month: whole units counted from the present one.
    Relative { unit: Unit, count: i32 },
    /// in drei Wochen, a month after Christmas: moved by a length from a day (today where none is named).
    Shift { length: Length, from: Option<Box<Day>> },
    /// the next three weeks, the last 2 months; negative counts lie in the past.
    Following { unit: Unit, count: i32 },
    /// within two weeks, in den nächsten Tagen: from now to so much later.
    Within(Length),
    /// Monday is 0. `more_weeks` is what "in acht Tagen" adds.
    Weekday { weekday: u8, which: Which, more_weeks: i32 },
    /// three Fridays from now (positive), two Fridays ago.
    NthWeekdayFromNow { weekday: u8, count: i32 },
    /// Any combination of year, month and day of the month that was said.
    Date { year: Option<i32>, month: Option<u8>, day: Option<u8>, which: Which },
    /// The middle of the month in the Roman calendar.
    Ides { month: u8 },
    /// By name; `after` is "thanksgiving in nine months".
    Holiday { holiday: Holiday, which: Which, year: Option<i32>, after: Option<Length> },
    /// The nth inside a stretch; counted from its end where negative (-1 is the last).
    Nth { count: i32, counted: Counted, within: Box<Day> },
    /// The nth after a day (before it where negative): "third Tuesday after Christmas".
    NthAfter { count: i32, weekday: u8, after: Box<Day> },
    /// The nth closest to a day, of all days of that weekday or holiday.
    Closest { count: i32, what: Recurring, to: Box<Day> },
    /// "March in a year": the next one once the length has gone by.
    NextAfter { length: Length, day: Box<Day> },
    /// Third of a stretch.
    Edge { edge: Edge, of: Box<Day> },
    /// KW 39.
    CalendarWeek { week: u8, year: Option<i32> },
    /// The week that holds a day.
    WeekOf(Box<Day>),
    /// The week before or after a day.
    WeekBeside { before: bool, of: Box<Day> },
    /// What lies between two days, both excluded ("zwischen Ostern und Pfingsten").
    Gap(Box<Day>, Box<Day>),
    /// What is left of the stretch.
    RestOf(Box<Day>),
    /// Quarter of a year.
    Quarter { quarter: u8, year: Option<i32> },
    /// Sommer, this winter.
    Season { season: Season, which: Which, year: Option<i32> },
    /// Saturday and Sunday.
    Weekend { which: Which },
    /// The weekend that a holiday makes longer.
    HolidayWeekend(Box<Day>),
    /// unter der Woche: Monday to Friday.
    Workdays,
    /// From the first to the last, both included.
    Range(Box<Day>, Box<Day>),
    /// So many days from a day, it included.
    RunFrom { from: Box<Day>, length: Length },
    /// Said, but no such day can exist (31 April).
    Impossible,
    /// Understood, but only people on the spot know when: school holidays, the day off between two others.
    Unknowable,
}

/// How much the hour that was said leaves open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Half {
    /// "um fünf": morning or afternoon.
    Open,
    /// "5:30" with digits and a colon: half open. German means the morning by
    /// it, English either, and a caller's model writes whatever it heard.
    Digital,
    /// "17 Uhr", "5 pm", "05:00": as said.
    Fixed,
}

/// A time of day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Clock {
    /// 0 to 24; 24:00 is the next midnight.
    pub(super) hour: u8,
    pub(super) minute: u8,
    pub(super) second: u8,
    /// The smallest unit that was said: hour, minute or second.
    pub(super) grain: Unit,
    pub(super) half: Half,
    /// Minutes east of Greenwich, where a zone was named.
    pub(super) offset: Option<i16>,
}

impl Clock {
    /// A whole hour.
    pub(super) fn hour(hour: u8, half: Half) -> Self {
        Self { hour, minute: 0, second: 0, grain: Unit::Hour, half, offset: None }
    }

    /// An hour and a minute.
    pub(super) fn minute(hour: u8, minute: u8, half: Half) -> Self {
        Self { hour, minute, second: 0, grain: Unit::Minute, half, offset: None }
    }

    /// Seconds since local midnight, as said.
    pub(super) fn seconds(self) -> i32 {
        (i32::from(self.hour) * 60 + i32::from(self.minute)) * 60 + i32::from(self.second)
    }
}

/// How exactly a clock time was meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fuzz {
    Exact,
    /// gegen, around, -ish.
    Around,
    /// kurz vor.
    JustBefore,
    /// kurz nach.
    JustAfter,
}

/// On which side of a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Limit {
    /// nach, after: later than the whole of it.
    After,
    /// ab, from: it included.
    From,
    /// vor, before: earlier than the whole of it.
    Before,
    /// bis, until: it included.
    Until,
    /// by: as until, but counted from now.
    By,
}

/// A time of day, or a stretch of the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Time {
    At {
        clock: Clock,
        fuzz: Fuzz,
    },
    Part {
        part: Part,
        shade: Shade,
    },
    Between {
        from: Clock,
        to: Clock,
        fuzz: Fuzz,
    },
    Limit {
        limit: Limit,
        clock: Clock,
    },
    /// "16h for 30 mins".
    RunFrom {
        from: Clock,
        length: Length,
    },
    /// Said, but no such time exists (25 Uhr).
    Impossible,
}

/// One thing in the order in which it was said.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Item {
    Day(Day),
    DayLimit(Limit, Day),
    Time(Time),
    /// "von Montag 18 Uhr bis Mittwoch 12 Uhr": from one instant to another.
    Span {
        from: (Day, Clock),
        to: (Day, Clock),
    },
    /// in half an hour; `limit` where "within" or "after" stood before it.
    Moment {
        length: Length,
        limit: Option<Limit>,
    },
    /// jetzt, right now.
    Now,
    /// egal wann, so bald wie möglich; `soon` is the latter.
    Anytime {
        soon: bool,
    },
    Word(Connective),
}

/// Words that join or part what was said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Connective {
    Or,
    And,
    Comma,
    /// aber, sondern, but.
    But,
    /// nicht, außer, kein: what follows is excluded.
    Not,
    /// geht nicht, is no good: what came before is excluded.
    NoGood,
    /// äh nee, no wait: what came before does not count.
    Correction,
    /// lieber: as a correction, unless it only narrows.
    Rather,
}
