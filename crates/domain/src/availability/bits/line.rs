use std::ops::Range;

/// Cells of equal length on one line of time, one bit each, lowest bit first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line(Vec<u64>);

impl Line {
    /// All bits set.
    pub(super) fn full(cells: usize) -> Self {
        Self(vec![u64::MAX; cells.div_ceil(64)])
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

    /// Writes the words of the range to `into`; what lies beyond the line is clear.
    pub(super) fn copy(&self, words: Range<usize>, into: &mut Vec<u64>) {
        into.clear();
        into.extend(words.map(|word| self.0.get(word).copied().unwrap_or(0)));
    }
}

/// Sets the bits of the range, which is not empty and lies within the words.
pub(super) fn set(words: &mut [u64], bits: Range<usize>) {
    let (first, last) = (bits.start / 64, (bits.end - 1) / 64);
    let from = u64::MAX << (bits.start % 64);
    let upto = ones((bits.end - 1) % 64 + 1);
    if first == last {
        words[first] |= from & upto;
        return;
    }
    words[first] |= from;
    words[first + 1..last].fill(u64::MAX);
    words[last] |= upto;
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
    /// By how much the place of the first tooth moves back from word to word.
    on: usize,
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
        Self { step, on: 64 % step, by_phase }
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
        // Divided in 32 bits, which costs half of it in 64.
        let mut phase = ((first % 64) as u32 % self.step as u32) as usize;
        let mut index = first / 64;
        let mut mask = self.by_phase[phase] & (u64::MAX << (first % 64));
        while index < last / 64 {
            word(index, mask);
            index += 1;
            phase = if phase >= self.on { phase - self.on } else { phase + self.step - self.on };
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
    fn a_set_range_may_cross_words() {
        let mut words = vec![0; 3];
        set(&mut words, 3..5);
        set(&mut words, 62..66);
        set(&mut words, 127..192);
        assert_eq!(bits(&words), (3..5).chain(62..66).chain(127..192).collect::<Vec<_>>());
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
