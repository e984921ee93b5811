use std::ops::Range;

/// Cells of equal length on one line of time, one bit each, lowest bit first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line(Vec<u64>);

impl Line {
    /// All bits set.
    pub(super) fn full(cells: usize) -> Self {
        Self(vec![u64::MAX; cells.div_ceil(64)])
    }

    pub(super) fn words(&self) -> usize {
        self.0.len()
    }

    /// Clears the cells of the range, as far as they are on the line.
    pub(super) fn clear(&mut self, cells: Range<usize>) {
        let end = cells.end.min(self.0.len() * 64);
        let mut at = cells.start;
        while at < end {
            let word = at / 64;
            let upto = end.min((word + 1) * 64);
            self.0[word] &= !(ones(upto - at) << (at % 64));
            at = upto;
        }
    }

    /// The line in which one cell stands for `of` cells of this one, set only
    /// where all of them are.
    pub(super) fn coarser(&self, of: usize) -> Self {
        let cells = self.0.len() * 64 / of;
        let mut line = Self(vec![0; cells.div_ceil(64)]);
        for cell in 0..cells {
            let all = (cell * of..(cell + 1) * of).all(|at| self.0[at / 64] >> (at % 64) & 1 == 1);
            line.0[cell / 64] |= u64::from(all) << (cell % 64);
        }
        line
    }

    /// Writes the words of the range to `into`; what lies beyond the line is clear.
    pub(super) fn copy(&self, words: Range<usize>, into: &mut Vec<u64>) {
        into.clear();
        into.extend(words.map(|word| self.0.get(word).copied().unwrap_or(0)));
    }
}

/// The lowest `count` bits, 1 to 64.
pub(super) fn ones(count: usize) -> u64 {
    u64::MAX >> (64 - count)
}

/// Leaves a bit set where it and the `length - 1` bits after it are set. Doubles
/// the length that is known to be set, so that an hour costs four passes.
pub(super) fn keep_runs(words: &mut [u64], length: usize) {
    let mut known = 1;
    while known < length {
        let by = known.min(length - known);
        and_ahead(words, by);
        known += by;
    }
}

/// `words[i] &= words[i + by]`, bit by bit; beyond the end all is clear.
fn and_ahead(words: &mut [u64], by: usize) {
    let (skip, shift) = (by / 64, by % 64);
    let count = words.len();
    if skip == 0 && shift > 0 {
        // The usual case, in a form that the compiler turns into wide instructions.
        for at in 0..count.saturating_sub(1) {
            words[at] &= words[at] >> shift | words[at + 1] << (64 - shift);
        }
        if let Some(last) = words.last_mut() {
            *last &= *last >> shift;
        }
        return;
    }
    for at in 0..count {
        words[at] &= bits_from(words, at + skip, shift);
    }
}

/// `into[i] &= from[i + by]` bit by bit, where `by` may be negative; beyond the
/// ends of `from` all is clear.
pub(super) fn and_shifted(into: &mut [u64], from: &[u64], by: isize) {
    let (skip, shift) = (by.div_euclid(64), by.rem_euclid(64) as usize);
    for (at, word) in into.iter_mut().enumerate() {
        let low = usize::try_from(at as isize + skip);
        *word &= match low {
            Ok(low) => bits_from(from, low, shift),
            // The word before the first: only its upper neighbour can be there.
            Err(_) if at as isize + skip == -1 && shift > 0 => {
                from.first().map_or(0, |first| first << (64 - shift))
            }
            Err(_) => 0,
        };
    }
}

fn bits_from(words: &[u64], word: usize, shift: usize) -> u64 {
    let low = words.get(word).copied().unwrap_or(0);
    if shift == 0 {
        return low;
    }
    low >> shift | words.get(word + 1).copied().unwrap_or(0) << (64 - shift)
}

/// Every `step`-th bit from the first bit of a range, as masks for whole words.
#[derive(Clone, Debug)]
pub(super) struct Comb {
    step: usize,
    /// Mask of a word by the place of its first tooth, for steps of at most a word.
    by_phase: Vec<u64>,
}

impl Comb {
    pub(super) fn new(step: usize) -> Self {
        let by_phase = if step <= 64 {
            (0..step).map(|phase| (phase..64).step_by(step).fold(0, |mask, bit| mask | 1 << bit)).collect()
        } else {
            Vec::new()
        };
        Self { step, by_phase }
    }

    /// Calls `word(index, mask)` for each word with the teeth `first, first + step, …`
    /// up to and including `last`.
    pub(super) fn masks(&self, first: usize, last: usize, mut word: impl FnMut(usize, u64)) {
        if first > last {
            return;
        }
        if self.by_phase.is_empty() {
            (first..=last).step_by(self.step).for_each(|bit| word(bit / 64, 1 << (bit % 64)));
            return;
        }
        let mut phase = first % 64 % self.step;
        let mut index = first / 64;
        let mut mask = self.by_phase[phase] & (u64::MAX << (first % 64));
        let on = 64 % self.step;
        while index < last / 64 {
            word(index, mask);
            index += 1;
            phase = if phase >= on { phase - on } else { phase + self.step - on };
            mask = self.by_phase[phase];
        }
        word(index, mask & ones(last % 64 + 1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bits(words: &[u64]) -> Vec<usize> {
        (0..words.len() * 64).filter(|bit| words[bit / 64] >> (bit % 64) & 1 == 1).collect()
    }

    #[test]
    fn a_cleared_range_may_cross_words_and_the_end() {
        let mut line = Line::full(128);
        line.clear(3..126);
        line.clear(127..900);
        assert_eq!(bits(&line.0), [0, 1, 2, 126]);
    }

    #[test]
    fn runs_shorter_than_the_length_disappear() {
        for length in [1, 2, 3, 5, 18, 64, 65, 100, 130] {
            let mut line = Line::full(256);
            line.clear(140..150);
            line.clear(60..64);
            let mut words = line.0.clone();
            keep_runs(&mut words, length);
            let free = bits(&line.0);
            let expected: Vec<usize> = (0..256)
                .filter(|start| (*start..start + length).all(|cell| free.binary_search(&cell).is_ok()))
                .collect();
            assert_eq!(bits(&words), expected, "length {length}");
        }
    }

    #[test]
    fn shifting_works_in_both_directions() {
        let mut from = vec![0; 4];
        let set = [0usize, 1, 63, 64, 130, 255];
        set.iter().for_each(|bit| from[bit / 64] |= 1 << (bit % 64));
        for by in [-200isize, -65, -64, -63, -1, 0, 1, 63, 64, 65, 200] {
            let mut into = vec![u64::MAX; 4];
            and_shifted(&mut into, &from, by);
            let expected: Vec<usize> =
                (0..256).filter(|at| set.iter().any(|bit| *bit as isize == *at as isize + by)).collect();
            assert_eq!(bits(&into), expected, "by {by}");
        }
    }

    #[test]
    fn a_comb_has_its_teeth_where_counting_puts_them() {
        for step in [1, 2, 3, 5, 7, 48, 64, 65, 100] {
            for (first, last) in [(0, 0), (3, 200), (63, 64), (70, 255), (9, 8)] {
                let mut words = vec![0; 4];
                Comb::new(step).masks(first, last, |index, mask| words[index] |= mask);
                let expected: Vec<usize> = (first..=last).step_by(step).collect();
                assert_eq!(bits(&words), expected, "step {step} from {first} to {last}");
            }
        }
    }
}
