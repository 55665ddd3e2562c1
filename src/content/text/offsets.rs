//! From places in a decoded text back to the bytes that they came from.

/// Leads from an offset in a text to the offset in the input that it was decoded from. Bytes that are text as they stand cost nothing; of
/// decoded text, one entry stands for every stretch whose characters are equally long.
#[derive(Clone, Debug, Default)]
pub struct Offsets {
    /// In ascending order. The first one begins at or before every offset that is asked for.
    stretches: Vec<Stretch>,
    /// Where the next stretch begins, in the text and in the input.
    text: usize,
    outer: u64,
}

/// Characters of one length.
#[derive(Clone, Copy, Debug)]
struct Stretch {
    text: usize,
    outer: u64,
    /// Bytes of a character in the text, and in the input.
    sizes: (u8, u8),
}

impl Offsets {
    /// Where in the input the byte of the text at `at` came from; of the byte behind a stretch, where the next one begins.
    #[must_use]
    pub fn outer(&self, at: usize) -> u64 {
        let before = self.stretches.partition_point(|stretch| stretch.text <= at);
        let Some(stretch) = before.checked_sub(1).map(|index| self.stretches[index]) else { return at as u64 };
        let (text, outer) = stretch.sizes;
        let inside = at - stretch.text;
        // Inside a character it is the character's beginning.
        stretch.outer + (inside / usize::from(text)) as u64 * u64::from(outer)
    }

    /// Notes that the input's next bytes, a byte-order mark, are not in the text.
    pub(super) fn skip(&mut self, bytes: usize) {
        self.outer += bytes as u64;
        if bytes > 0 {
            self.stretches.push(Stretch { text: self.text, outer: self.outer, sizes: (1, 1) });
        }
    }

    /// Notes that the text goes on with so many bytes of the input as they stand.
    pub(super) fn plain(&mut self, bytes: usize) {
        self.push((1, 1), bytes);
    }

    /// Notes that the text goes on with `count` characters of these sizes, in the text and in the input.
    pub(super) fn push(&mut self, sizes: (u8, u8), count: usize) {
        if count == 0 {
            return;
        }
        let last = self.stretches.last().map_or((1, 1), |stretch| stretch.sizes);
        if last != sizes {
            self.stretches.push(Stretch { text: self.text, outer: self.outer, sizes });
        }
        self.text += count * usize::from(sizes.0);
        self.outer += count as u64 * u64::from(sizes.1);
    }

    /// Forgets what is only needed for offsets before `at`.
    pub fn forget_before(&mut self, at: usize) {
        let before = self.stretches.partition_point(|stretch| stretch.text <= at);
        self.stretches.drain(..before.saturating_sub(1));
    }
}

#[cfg(test)]
mod tests {
    use super::Offsets;

    #[test]
    fn leads_back_through_marks_and_stretches() {
        let mut offsets = Offsets::default();
        assert_eq!(offsets.outer(7), 7);
        offsets.skip(2);
        for (sizes, count) in [((1, 2), 3), ((3, 2), 2), ((1, 1), 5), ((1, 2), 2)] {
            offsets.push(sizes, count);
        }
        let expected = [2, 4, 6, 8, 8, 8, 10, 10, 10, 12, 13, 14, 15, 16, 17, 19, 21];
        let outer = |offsets: &Offsets, from: usize| -> Vec<u64> { (from..17).map(|at| offsets.outer(at)).collect() };
        assert_eq!(outer(&offsets, 0), expected);
        offsets.forget_before(10);
        assert_eq!(outer(&offsets, 10), expected[10..]);
    }
}
