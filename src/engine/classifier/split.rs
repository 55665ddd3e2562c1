//! Splits identifiers and texts into words: at characters that are neither letters nor digits, between a lower-case and an upper-case
//! letter, and before the last of several capitals that a lower-case letter follows.

use super::hash::Short;
use super::words::Group;
use smallvec::SmallVec;
use std::collections::HashMap;

/// Role of a byte in a word.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    None,
    Small,
    Capital,
    Digit,
}

const KINDS: [Kind; 256] = {
    let mut kinds = [Kind::None; 256];
    let mut byte = 0;
    while byte < 128 {
        kinds[byte] = match byte as u8 {
            b'a'..=b'z' => Kind::Small,
            b'A'..=b'Z' => Kind::Capital,
            b'0'..=b'9' => Kind::Digit,
            _ => Kind::None,
        };
        byte += 1;
    }
    kinds
};

/// Calls `each` with every word, unchanged.
pub(super) fn for_each_word<'t>(text: &'t [u8], mut each: impl FnMut(&'t [u8])) {
    let kind = |at: usize| text.get(at).map_or(Kind::None, |byte| KINDS[usize::from(*byte)]);
    let mut at = 0;
    while at < text.len() {
        let mut before = kind(at);
        let start = at;
        at += 1;
        if before == Kind::None {
            continue;
        }
        loop {
            let now = kind(at);
            let goes_on = match now {
                Kind::None => false,
                Kind::Capital => !(before == Kind::Small || (before == Kind::Capital && kind(at + 1) == Kind::Small)),
                Kind::Small | Kind::Digit => true,
            };
            if !goes_on {
                break;
            }
            before = now;
            at += 1;
        }
        each(&text[start..at]);
    }
}

/// A short text on the stack. Most names and values fit, and the classifier runs so often that heap memory would be expensive.
pub(super) type ShortText = SmallVec<[u8; 64]>;

/// The same in lower case.
pub(super) fn lowered(text: &[u8]) -> ShortText {
    let mut lower = ShortText::from_slice(text);
    lower.make_ascii_lowercase();
    lower
}

/// The words of an identifier, in lower case.
pub(super) struct Words {
    joined: ShortText,
    ends: SmallVec<[usize; 8]>,
}

impl Words {
    pub(super) fn of(text: &[u8]) -> Words {
        let (mut joined, mut ends) = (ShortText::new(), SmallVec::new());
        for_each_word(text, |word| {
            joined.extend_from_slice(word);
            ends.push(joined.len());
        });
        joined.make_ascii_lowercase();
        Words { joined, ends }
    }

    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// All words, concatenated.
    pub(super) fn joined(&self) -> &[u8] {
        &self.joined
    }

    pub(super) fn iter(&self) -> impl DoubleEndedIterator<Item = &[u8]> {
        (0..self.len()).map(|at| self.get(at))
    }

    /// A word counted from the end, if there are enough.
    pub(super) fn last_but(&self, count: usize) -> Option<&[u8]> {
        self.len().checked_sub(count + 1).map(|at| self.get(at))
    }

    fn get(&self, at: usize) -> &[u8] {
        let start = at.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.joined[start..self.ends[at]]
    }
}

/// A word list with the groups of each word.
pub(super) struct Index {
    words: HashMap<&'static [u8], (u32, u16), Short>,
    /// By the first two letters, as bits: how long the words are that begin so. Most words of a text are none of these, and are told by that.
    lengths: Box<[u32; 1 << 10]>,
}

/// Length of the longest listed word.
const LONGEST_WORD: usize = 31;

impl Index {
    pub(super) fn of(groups: &'static [Group]) -> Index {
        let mut index = Index { words: HashMap::default(), lengths: Box::new([0; 1 << 10]) };
        for (number, group) in groups.iter().enumerate() {
            for word in group.words.iter().map(|word| word.as_bytes()) {
                assert!((1..=LONGEST_WORD).contains(&word.len()), "a list has a word of {} letters", word.len());
                let next = u16::try_from(index.words.len()).unwrap_or(u16::MAX);
                index.words.entry(word).or_insert((0, next)).0 |= 1 << number;
                index.lengths[beginning(word)] |= 1 << word.len();
            }
        }
        index
    }

    /// The groups of a word, in whatever case, as bits, and a number of its own.
    pub(super) fn get(&self, word: &[u8]) -> Option<(u32, u16)> {
        if word.len() > LONGEST_WORD || word.is_empty() || self.lengths[beginning(word)] >> word.len() & 1 == 0 {
            return None;
        }
        let mut lower = [0; LONGEST_WORD];
        for (to, from) in lower.iter_mut().zip(word) {
            *to = from.to_ascii_lowercase();
        }
        self.words.get(&lower[..word.len()]).copied()
    }
}

/// The slot of the first two letters of a word, the same in either case.
fn beginning(word: &[u8]) -> usize {
    let low = |at: usize| usize::from(word.get(at).copied().unwrap_or(0) & 31);
    low(0) << 5 | low(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_end_where_case_or_kind_changes() {
        let text = b"myHTTPServer2_maxIdle--x  ABCd 9A\xC3\xA4z";
        let words = Words::of(text);
        let expected = ["my", "http", "server2", "max", "idle", "x", "ab", "cd", "9a", "z"];
        assert!(words.iter().eq(expected.map(str::as_bytes)));
        assert_eq!(words.last_but(0), Some(&b"z"[..]));
        assert_eq!(words.last_but(words.len()), None);
        assert!(Words::of(b"--").last_but(0).is_none());
    }

    #[test]
    fn an_index_finds_its_words_in_any_case_and_nothing_else() {
        static GROUPS: [Group; 2] =
            [Group { name: "one", words: &["key", "k", "token"] }, Group { name: "two", words: &["token"] }];
        let index = Index::of(&GROUPS);
        assert_eq!(index.get(b"TOKEN"), Some((3, 2)));
        assert_eq!(index.get(b"k"), Some((1, 1)));
        for word in ["tokes", "tok", "", "tokentokentokentokentokentokentoken"] {
            assert_eq!(index.get(word.as_bytes()), None, "{word}");
        }
    }
}
