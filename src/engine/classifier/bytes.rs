//! Classifies the bytes of a text in one pass. The classifier has about fifty features for each value, and one pass for each of them would
//! be too slow.

use super::shape::PAIRS;

/// A small letter.
pub(super) const LOWER: u32 = 1;
/// A capital.
pub(super) const UPPER: u32 = 1 << 1;
pub(super) const DIGIT: u32 = 1 << 2;
/// Any other ASCII character that is printed.
pub(super) const SYMBOL: u32 = 1 << 3;
const BLANK: u32 = 1 << 4;
const BEYOND: u32 = 1 << 5;
const CONTROL: u32 = 1 << 6;
/// Exactly one of the classes above applies to each byte; this is their number.
const CLASSES: usize = 7;
pub(super) const LETTER: u32 = 1 << 7;
pub(super) const HEX: u32 = 1 << 8;
/// A letter, a digit or `_`.
pub(super) const IDENTIFIER: u32 = 1 << 9;
/// Characters of constants' names.
pub(super) const CONSTANT: u32 = 1 << 10;
pub(super) const BASE64: u32 = 1 << 11;
pub(super) const UNDERSCORE: u32 = 1 << 12;
pub(super) const DASH: u32 = 1 << 13;
pub(super) const DOT: u32 = 1 << 14;
pub(super) const SLASH: u32 = 1 << 15;
pub(super) const BACKSLASH: u32 = 1 << 16;
pub(super) const COLON: u32 = 1 << 17;
pub(super) const BRACKET: u32 = 1 << 18;
/// Special characters that password rules require.
pub(super) const SPECIAL: u32 = 1 << 19;

/// The classes of each byte.
const KINDS: [u32; 256] = {
    let mut kinds = [0; 256];
    let mut at = 0;
    while at < 256 {
        kinds[at] = kinds_of(at as u8);
        at += 1;
    }
    kinds
};

const fn kinds_of(byte: u8) -> u32 {
    let class = match byte {
        b'a'..=b'z' => LOWER,
        b'A'..=b'Z' => UPPER,
        b'0'..=b'9' => DIGIT,
        _ if byte.is_ascii_punctuation() => SYMBOL,
        _ if byte.is_ascii_whitespace() => BLANK,
        0x80.. => BEYOND,
        _ => CONTROL,
    };
    let mut kinds = class;
    let word = byte.is_ascii_alphanumeric();
    let all = [
        (byte.is_ascii_alphabetic(), LETTER),
        (byte.is_ascii_hexdigit(), HEX),
        (word || byte == b'_', IDENTIFIER),
        (byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_', CONSTANT),
        (word || matches!(byte, b'+' | b'/' | b'='), BASE64),
        (byte == b'_', UNDERSCORE),
        (byte == b'-', DASH),
        (byte == b'.', DOT),
        (byte == b'/', SLASH),
        (byte == b'\\', BACKSLASH),
        (byte == b':', COLON),
        (matches!(byte, b'(' | b')' | b'[' | b']' | b'{' | b'}' | b'<' | b'>'), BRACKET),
        (matches!(byte, b'!' | b'@' | b'#' | b'$' | b'%' | b'^' | b'&' | b'*' | b'~' | b'?' | b'+'), SPECIAL),
    ];
    let mut at = 0;
    while at < all.len() {
        if all[at].0 {
            kinds |= all[at].1;
        }
        at += 1;
    }
    kinds
}

/// Statistics of a text's bytes.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Bytes {
    /// Classes that occur.
    any: u32,
    /// Classes that some byte lacks.
    some_is_not: u32,
    counts: [u32; CLASSES],
    /// Number of changes of class (lower case, upper case, digit, other).
    pub(super) changes: u32,
    /// Number of bytes that are followed by their neighbour of the same class, as in `abcd` or `321`.
    pub(super) steps: u32,
    /// Whether a capital follows a lower-case letter.
    pub(super) camel: bool,
    /// The longest run of one byte.
    pub(super) longest_run: u32,
    /// Log-likelihood of its letter pairs in words relative to random text, summed, in nats.
    pub(super) likeness: f32,
    /// Number of letter pairs.
    pub(super) pairs: u32,
}

impl Bytes {
    pub(super) fn of(text: &[u8]) -> Bytes {
        let mut out = Bytes::default();
        let Some((first, rest)) = text.split_first() else { return out };
        let likeness = &**PAIRS;
        let (mut before, mut kind_before, mut run) = (*first, KINDS[usize::from(*first)], 1);
        out.count(kind_before);
        out.longest_run = 1;
        for byte in rest {
            let kind = KINDS[usize::from(*byte)];
            out.count(kind);
            let is_change = class(kind) != class(kind_before);
            out.changes += u32::from(is_change);
            out.steps += u32::from(before.abs_diff(*byte) == 1 && !is_change);
            out.camel |= kind_before & LOWER != 0 && kind & UPPER != 0;
            if kind & kind_before & LETTER != 0 {
                let [one, two] = [before, *byte].map(|letter| usize::from((letter | 0x20) - b'a'));
                out.likeness += likeness[one][two];
                out.pairs += 1;
            }
            run = if before == *byte { run + 1 } else { 1 };
            out.longest_run = out.longest_run.max(run);
            (before, kind_before) = (*byte, kind);
        }
        out
    }

    fn count(&mut self, kinds: u32) {
        self.any |= kinds;
        self.some_is_not |= !kinds;
        self.counts[kinds.trailing_zeros() as usize % CLASSES] += 1;
    }

    /// Whether any byte has one of these classes.
    pub(super) fn any(&self, kinds: u32) -> bool {
        self.any & kinds != 0
    }

    /// Whether every byte has this class.
    pub(super) fn all(&self, kind: u32) -> bool {
        self.some_is_not & kind == 0
    }

    pub(super) fn lower(&self) -> u32 {
        self.counts[0]
    }

    pub(super) fn upper(&self) -> u32 {
        self.counts[1]
    }

    pub(super) fn digits(&self) -> u32 {
        self.counts[2]
    }

    pub(super) fn symbols(&self) -> u32 {
        self.counts[3]
    }

    pub(super) fn blanks(&self) -> u32 {
        self.counts[4]
    }

    /// Those beyond ASCII.
    pub(super) fn beyond(&self) -> u32 {
        self.counts[5]
    }
}

/// Small, capital, digit, or none of these.
fn class(kinds: u32) -> u32 {
    kinds & (LOWER | UPPER | DIGIT)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn plain_class(byte: u8) -> u8 {
        match byte {
            b'a'..=b'z' => 0,
            b'A'..=b'Z' => 1,
            b'0'..=b'9' => 2,
            _ => 3,
        }
    }

    proptest! {
        #[test]
        fn one_pass_says_what_a_pass_for_each_says(
            text in prop_oneof![
                proptest::collection::vec(any::<u8>(), 0..40),
                "[abyzABYZ019_@:/. -]{0,40}".prop_map(String::into_bytes),
            ]
        ) {
            let bytes = Bytes::of(&text);
            let count = |is: fn(&u8) -> bool| text.iter().filter(|byte| is(byte)).count() as u32;
            prop_assert_eq!(bytes.lower(), count(u8::is_ascii_lowercase));
            prop_assert_eq!(bytes.upper(), count(u8::is_ascii_uppercase));
            prop_assert_eq!(bytes.digits(), count(u8::is_ascii_digit));
            prop_assert_eq!(bytes.symbols(), count(u8::is_ascii_punctuation));
            prop_assert_eq!(bytes.blanks(), count(u8::is_ascii_whitespace));
            prop_assert_eq!(bytes.beyond(), count(|byte| !byte.is_ascii()));
            prop_assert_eq!(bytes.all(HEX), text.iter().all(u8::is_ascii_hexdigit));
            prop_assert_eq!(bytes.all(LETTER), text.iter().all(u8::is_ascii_alphabetic));
            prop_assert_eq!(bytes.any(DASH), text.contains(&b'-'));
            prop_assert_eq!(bytes.any(SLASH | COLON), text.contains(&b'/') || text.contains(&b':'));
            let pairs = || text.windows(2).map(|pair| (pair[0], pair[1]));
            prop_assert_eq!(bytes.changes, pairs().filter(|(a, b)| plain_class(*a) != plain_class(*b)).count() as u32);
            let is_step = |(a, b): &(u8, u8)| a.abs_diff(*b) == 1 && plain_class(*a) == plain_class(*b);
            prop_assert_eq!(bytes.steps, pairs().filter(is_step).count() as u32);
            prop_assert_eq!(bytes.camel, pairs().any(|(a, b)| a.is_ascii_lowercase() && b.is_ascii_uppercase()));
            prop_assert_eq!(
                bytes.longest_run as usize,
                text.chunk_by(|a, b| a == b).map(<[u8]>::len).max().unwrap_or(0)
            );
            let letters = pairs().filter(|(a, b)| a.is_ascii_alphabetic() && b.is_ascii_alphabetic());
            let place = |byte: u8| usize::from(byte.to_ascii_lowercase() - b'a');
            let likeness = letters.clone().fold(0.0, |sum, (a, b)| sum + PAIRS[place(a)][place(b)]);
            prop_assert_eq!(bytes.likeness, likeness);
            prop_assert_eq!(bytes.pairs, letters.count() as u32);
        }
    }
}
