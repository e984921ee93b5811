//! A company's calendars as bits, for questions that must cost microseconds.
//!
//! One line of time per person, one bit per five minutes, set while the person is
//! free. Where opening times, slot interval, buffers and segments are multiples of
//! five minutes, as they nearly always are, that is exact, whatever the busy times
//! are: a cell that is busy for one minute can serve no start.
//!
//! Every other question is answered to the minute, which is exact because starts,
//! buffers and segments are whole minutes. A line of minutes would be five times as
//! long and mostly nights; there are far fewer gaps between bookings, and few of
//! them are long enough. So the free gaps are kept, and a question sets the bits of
//! the starts that each of them allows.
//!
//! Lines run in elapsed time, not by local days, so that midnight and clock
//! changes need no care after opening times have become instants.

mod line;

use std::ops::Range;

use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};

use self::line::{Comb, Line, and_shifted, keep_runs, set};
use super::{
    Person, Query, ServiceTimes, Slot,
    free::{Window, joined},
    occupancy::{Piece, pieces},
    working::{LocalDay, Shift, shifts},
};
use crate::calendar::Interval;

const FINE: i64 = 60;
const COARSE: i64 = 300;
const DAY: i64 = 86_400;

/// Busy time is known for this long before the first and after the last shift:
/// services that reach further, buffers included, are answered by
/// [`free_slots`](super::free_slots) only.
const REACH: i64 = DAY;

/// Shifts of these dates around the covered ones are known as well, because
/// clock changes can carry a wall time over midnight.
const SPARE_DAYS: i32 = 2;

/// The longest stretch of dates that one index covers: two years.
pub const MAX_DAYS: u16 = 731;

/// The free time of some people over some dates.
#[derive(Clone, Debug)]
pub struct CalendarBits<Id> {
    zone: TimeZone,
    dates: Range<Date>,
    /// Start of every line, in seconds; a multiple of the coarse cell.
    origin: i64,
    cells: usize,
    /// Shifts begin and end on whole minutes. False only for zones of the past
    /// whose offset had seconds.
    on_minutes: bool,
    /// Shifts begin on multiples of five minutes, so that coarse cells are exact.
    on_coarse: bool,
    /// Ascending by id.
    rows: Vec<Row<Id>>,
}

#[derive(Clone, Debug)]
struct Row<Id> {
    id: Id,
    shifts: Vec<Shift>,
    /// When the person is free, in minutes from the origin, `[from, to)`, ascending.
    gaps: Gaps,
    /// The same in coarse cells that are free as a whole.
    coarse: Line,
}

impl<Id: Copy + Ord> CalendarBits<Id> {
    /// The calendars of `people`, each id once, for starts on the `days` (at most
    /// [`MAX_DAYS`]) local dates from `first` on. `None` at the ends of the calendar.
    pub fn new(zone: &TimeZone, first: Date, days: u16, people: &[Person<Id>]) -> Option<Self> {
        let spare = SPARE_DAYS.days();
        let from = first.checked_sub(spare).ok()?;
        let to = first.checked_add(i32::from(days.min(MAX_DAYS)).days()).ok()?.checked_add(spare).ok()?;
        let known: Vec<LocalDay> = from
            .series(1.day())
            .take_while(|date| *date < to)
            .map(|date| LocalDay::new(date, zone))
            .collect();
        let instant = |date: Date| zone.to_ambiguous_timestamp(date.at(0, 0, 0, 0)).compatible().ok();
        let origin = (instant(from)?.as_second() - REACH - DAY).div_euclid(COARSE) * COARSE;
        let end = instant(to)?.as_second() + REACH + DAY;
        let cells = usize::try_from((end - origin) / FINE).ok()?;

        let mut rows: Vec<Row<Id>> = people
            .iter()
            .map(|person| {
                let shifts = known.iter().flat_map(|day| shifts(person, day, zone)).collect();
                let (gaps, coarse) = free_time(origin, cells, &person.busy);
                Row { id: person.id, shifts, gaps, coarse }
            })
            .collect();
        rows.sort_by_key(|row| row.id);
        let all_shifts = || rows.iter().flat_map(|row| &row.shifts);
        let on_minutes = all_shifts().all(|shift| shift.from % FINE == 0);
        let on_coarse = all_shifts().all(|shift| shift.from % COARSE == 0);
        Some(Self { zone: zone.clone(), dates: from..to, origin, cells, on_minutes, on_coarse, rows })
    }

    /// Replaces what occupies one person. Whether the person is known.
    pub fn set_busy(&mut self, person: Id, busy: &[Interval]) -> bool {
        let (origin, cells) = (self.origin, self.cells);
        let Ok(at) = self.rows.binary_search_by_key(&person, |row| row.id) else { return false };
        (self.rows[at].gaps, self.rows[at].coarse) = free_time(origin, cells, busy);
        true
    }

    /// The same starts as [`free_slots`](super::free_slots) finds for these people.
    ///
    /// `None` where the question reaches beyond what is covered: another zone,
    /// other dates, or a service that reaches further than a day to either side.
    pub fn free_starts(
        &self,
        query: &Query,
        now: Timestamp,
        service: &ServiceTimes,
    ) -> Option<FreeStarts<'_, Id>> {
        if query.zone != self.zone || !self.on_minutes {
            return None;
        }
        let pieces = pieces(service);
        let total = i64::from(service.total_minutes()) * FINE;
        if total > REACH || pieces.iter().any(|piece| piece.from < -REACH || piece.to > REACH) {
            return None;
        }
        let step = i64::from(service.slot_interval_minutes.max(1)) * FINE;
        let coarse = self.on_coarse
            && step % COARSE == 0
            && pieces.iter().all(|piece| piece.from % COARSE == 0 && piece.to % COARSE == 0);
        let cell = if coarse { COARSE } else { FINE };
        let mut found = FreeStarts {
            rows: &self.rows,
            origin: self.origin,
            cells: self.cells,
            cell,
            total,
            words: 0..0,
            bits: Vec::new(),
        };
        let Some(window) = Window::new(query, now, service) else { return Some(found) };
        let dates = window.dates(query);
        if *dates.start() < self.dates.start || *dates.end() >= self.dates.end {
            return None;
        }
        found.search(&window, &pieces, step);
        Some(found)
    }
}

/// Free stretches, in minutes from the origin, `[start, end)`.
#[derive(Clone, Debug)]
struct Gaps {
    by_time: Vec<Range<i32>>,
    /// The longest first: those that are long enough come before the others.
    by_length: Vec<Range<i32>>,
}

impl Gaps {
    fn new(by_time: Vec<Range<i32>>) -> Self {
        let mut by_length = by_time.clone();
        by_length.sort_unstable_by_key(|gap| gap.start - gap.end);
        Self { by_time, by_length }
    }

    /// Those of at least `length` that reach into the range, and perhaps others.
    fn long_enough(&self, length: i32, range: &Range<i32>) -> &[Range<i32>] {
        let enough = self.by_length.partition_point(|gap| gap.end - gap.start >= length);
        let first = self.by_time.partition_point(|gap| gap.end <= range.start);
        let near = self.by_time[first..].partition_point(|gap| gap.start < range.end);
        if enough < near { &self.by_length[..enough] } else { &self.by_time[first..first + near] }
    }
}

fn free_time(origin: i64, cells: usize, busy: &[Interval]) -> (Gaps, Line) {
    const CELL: usize = (COARSE / FINE) as usize;
    let mut gaps = Vec::new();
    let mut coarse = Line::full(cells / CELL);
    let mut free_from = 0;
    for stretch in joined(busy) {
        let from = (((stretch.from - origin).max(0) / FINE) as usize).min(cells);
        let to = (((stretch.to - origin + FINE - 1).max(0) / FINE) as usize).min(cells);
        coarse.clear(from / CELL..to.div_ceil(CELL));
        if free_from < from {
            gaps.push(free_from as i32..from as i32);
        }
        free_from = free_from.max(to);
    }
    if free_from < cells {
        gaps.push(free_from as i32..cells as i32);
    }
    (Gaps::new(gaps), coarse)
}

/// The starts that a question found, still as bits.
#[derive(Clone, Debug)]
pub struct FreeStarts<'a, Id> {
    rows: &'a [Row<Id>],
    origin: i64,
    /// Length of a line in minutes.
    cells: usize,
    /// Length of a cell in seconds.
    cell: i64,
    /// Length of the service in seconds.
    total: i64,
    /// Which words of the lines were looked at.
    words: Range<usize>,
    /// A bit per cell in which a start is free, the words of one person after
    /// those of the other, as long as `words` each.
    bits: Vec<u64>,
}

impl<Id: Copy + Ord> FreeStarts<'_, Id> {
    fn search(&mut self, window: &Window, pieces: &[Piece], step: i64) {
        // A question without an end is bounded by the line.
        let end_of_line = self.cell_at(self.cells as i64).div_ceil(64);
        let word_of = |second: i64| self.cell_of(second.max(self.origin)) / 64;
        let first_word = word_of(window.first).min(end_of_line);
        self.words = first_word..(word_of(window.end) + 1).min(end_of_line);
        let count = self.words.len();
        self.bits = vec![0; self.rows.len() * count];

        let comb = Comb::new((step / self.cell) as usize);
        let (mut runs, mut free) = (Vec::new(), vec![0; count]);
        let (rows, mut bits) = (self.rows, std::mem::take(&mut self.bits));
        for (row, bits) in rows.iter().zip(bits.chunks_exact_mut(count.max(1))) {
            if self.cell == COARSE {
                self.free_in_cells(row, pieces, &mut runs, &mut free);
            } else {
                self.free_in_gaps(row, pieces, &mut runs, &mut free);
            }
            let from = row.shifts.partition_point(|shift| shift.to < window.first - DAY);
            for shift in &row.shifts[from..] {
                if shift.from > window.end + DAY {
                    break;
                }
                self.offer(shift, window, step, &comb, |index, mask| bits[index] |= free[index] & mask);
            }
        }
        self.bits = bits;
        self.apply_horizon(window);
    }

    /// Sets the cells of the words looked at in which every piece would be free.
    fn free_in_cells(&self, row: &Row<Id>, pieces: &[Piece], runs: &mut Vec<u64>, free: &mut [u64]) {
        const REACHED: usize = 2 + (REACH / COARSE) as usize / 64;
        // What pieces look at reaches beyond the starts: words before and after.
        let margin = REACHED.min(self.words.start);
        let seen = self.words.start - margin..self.words.end + REACHED;
        free.fill(u64::MAX);
        for piece in pieces {
            row.coarse.copy(seen.clone(), runs);
            keep_runs(runs, ((piece.to - piece.from) / COARSE) as usize);
            and_shifted(free, runs, (margin * 64) as isize + (piece.from / COARSE) as isize);
        }
    }

    /// The same to the minute: a gap allows a piece to begin from its own beginning
    /// until its end less the length of the piece.
    fn free_in_gaps(&self, row: &Row<Id>, pieces: &[Piece], allowed: &mut Vec<u64>, free: &mut [u64]) {
        let (begin, end) = ((self.words.start * 64) as i32, (self.words.end * 64) as i32);
        free.fill(if pieces.is_empty() { u64::MAX } else { 0 });
        for (nth, piece) in pieces.iter().enumerate() {
            let (from, to) = ((piece.from / FINE) as i32, (piece.to / FINE) as i32);
            let length = to - from;
            let reached = begin + from..end + to;
            let allow = |free: &mut [u64]| {
                for gap in row.gaps.long_enough(length, &reached) {
                    let first = (gap.start - from).max(begin);
                    let after = (gap.end - to + 1).min(end);
                    if first < after && gap.end - gap.start >= length {
                        set(free, (first - begin) as usize..(after - begin) as usize);
                    }
                }
            };
            if nth == 0 {
                allow(free);
            } else {
                allowed.clear();
                allowed.resize(free.len(), 0);
                allow(allowed);
                free.iter_mut().zip(allowed.iter()).for_each(|(free, allowed)| *free &= allowed);
            }
        }
    }

    /// The grid starts of one shift, as masks of the words looked at.
    fn offer(&self, shift: &Shift, window: &Window, step: i64, comb: &Comb, word: impl FnMut(usize, u64)) {
        let mut first = shift.from;
        if first < window.first {
            first += (window.first - first + step - 1) / step * step;
        }
        let last = (shift.to - self.total).min(window.end - 1);
        if first > last {
            return;
        }
        let skipped = self.words.start * 64;
        comb.masks(self.cell_of(first) - skipped, self.cell_of(last) - skipped, word);
    }

    /// The cell of an instant that is on the line. The lengths of cells are known
    /// where this is compiled, which is what makes it cheap.
    fn cell_of(&self, second: i64) -> usize {
        self.cell_at((second - self.origin) / FINE)
    }

    fn cell_at(&self, minute: i64) -> usize {
        (if self.cell == COARSE { minute / (COARSE / FINE) } else { minute }) as usize
    }

    /// Takes out starts on too late a date where that is not a matter of one
    /// instant: only where clocks change around the last midnight.
    fn apply_horizon(&mut self, window: &Window) {
        if window.limit.is_one_instant() {
            return;
        }
        let count = self.words.len();
        for word in 0..count {
            for bit in 0..64 {
                if !window.limit.allows(self.start_of(word, bit)) {
                    self.bits.iter_mut().skip(word).step_by(count).for_each(|bits| *bits &= !(1 << bit));
                }
            }
        }
    }

    /// Start of a cell, in seconds.
    fn start_of(&self, word: usize, bit: u32) -> i64 {
        self.origin + ((self.words.start + word) as i64 * 64 + i64::from(bit)) * self.cell
    }

    /// How many starts are free, over all people.
    pub fn count(&self) -> usize {
        // Most words have no start, and counting bits is dear without an instruction for it.
        let some = |words: &&[u64]| words.iter().fold(0, |any, bits| any | bits) != 0;
        self.bits.chunks(8).filter(some).flatten().map(|bits| bits.count_ones() as usize).sum()
    }

    /// The free starts, ascending by start, then person; nothing is worked out
    /// before it is asked for.
    pub fn iter(&self) -> impl Iterator<Item = Slot<Id>> + '_ {
        let count = self.words.len();
        let column = move |word: usize| self.bits.iter().skip(word).step_by(count.max(1));
        (0..count).flat_map(move |word| {
            let any = column(word).fold(0, |any, bits| any | bits);
            set_bits(any).flat_map(move |bit| {
                self.rows
                    .iter()
                    .zip(column(word))
                    .filter(move |(_, bits)| **bits >> bit & 1 == 1)
                    .filter_map(move |(row, _)| self.slot(row.id, self.start_of(word, bit)))
            })
        })
    }

    fn slot(&self, person: Id, start: i64) -> Option<Slot<Id>> {
        let end = Timestamp::from_second(start + self.total).ok()?;
        Some(Slot { start: Timestamp::from_second(start).ok()?, end, person })
    }
}

fn set_bits(mut word: u64) -> impl Iterator<Item = u32> {
    std::iter::from_fn(move || {
        let bit = (word != 0).then(|| word.trailing_zeros())?;
        word &= word - 1;
        Some(bit)
    })
}
