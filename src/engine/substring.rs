//! Is a word in a text? Both short: a value of a few dozen bytes, asked for a hundred words.

/// Whether `part`, which is not empty, stands in some bytes.
pub(super) fn contains(bytes: &[u8], part: &[u8]) -> bool {
    let Some((first, rest)) = part.split_first() else { return false };
    memchr::memchr_iter(*first, bytes).any(|at| bytes[at + 1..].starts_with(rest))
}

/// Which two letters follow each other somewhere in a text; this dismisses most words.
pub(super) struct Pairs([u32; 32]);

impl Pairs {
    pub(super) fn of(text: &[u8]) -> Pairs {
        let mut pairs = Pairs([0; 32]);
        text.windows(2).for_each(|pair| pairs.0[usize::from(pair[0] & 31)] |= 1 << (pair[1] & 31));
        pairs
    }

    /// Whether a word of at least two letters may stand in the text.
    pub(super) fn may_hold(&self, word: &[u8]) -> bool {
        self.0[usize::from(word[0] & 31)] >> (word[1] & 31) & 1 != 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn no_word_is_missed(text in "[a-d0_]{0,20}", word in "[a-d0_]{2,4}") {
            let holds = text.contains(&word);
            prop_assert_eq!(contains(text.as_bytes(), word.as_bytes()), holds);
            prop_assert!(!holds || Pairs::of(text.as_bytes()).may_hold(word.as_bytes()));
        }
    }
}
