//! The line around a match: what a person put beside a secret.
//!
//! Bounded like everything that decides: at most a kilobyte to each side of the secret, and the end of the line before. So the answer is
//! the same whether an input is seen whole or in windows.

use std::ops::Range;

/// How much of its line is seen before and after a secret, and how much of the line before it, in bytes.
pub(super) const LINE: usize = 1024;
/// How far before a secret the surroundings reach.
pub(super) const BEFORE: usize = 2 * LINE + 1;

/// The text around a secret.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Surroundings {
    bytes: Vec<u8>,
    /// Where the secret's own lines begin in `bytes`; before it stands the line before, with its end.
    line: usize,
    /// Where the secret stands in `bytes`.
    secret: Range<usize>,
}

impl Surroundings {
    /// What is around `secret` in a text.
    #[must_use]
    pub fn of(text: &[u8], secret: &Range<usize>) -> Surroundings {
        let earliest = secret.start.saturating_sub(LINE);
        let begins = memchr::memrchr(b'\n', &text[earliest..secret.start]).map(|at| earliest + at + 1);
        let latest = (secret.end + LINE).min(text.len());
        let end = memchr::memchr(b'\n', &text[secret.end..latest]).map_or(latest, |at| secret.end + at);
        // Whether a line's beginning is too far away to be seen, or the text's, there is no line before it.
        let line = begins.unwrap_or(earliest);
        let start = begins.map_or(line, |begin| {
            let earliest = (begin - 1).saturating_sub(LINE);
            memchr::memrchr(b'\n', &text[earliest..begin - 1]).map_or(earliest, |at| earliest + at + 1)
        });
        Surroundings {
            bytes: text[start..end].to_vec(),
            line: line - start,
            secret: secret.start - start..secret.end - start,
        }
    }

    /// The line that the secret stands on, with the secret; of a secret over several lines, all of them.
    #[must_use]
    pub fn line(&self) -> &[u8] {
        &self.bytes[self.line..]
    }

    /// What stands before the secret on its line, and after it.
    #[must_use]
    pub fn beside(&self) -> (&[u8], &[u8]) {
        (&self.bytes[self.line..self.secret.start], &self.bytes[self.secret.end..])
    }

    /// The line before; empty when there is none, or it is too far away.
    #[must_use]
    pub fn line_before(&self) -> &[u8] {
        let before = &self.bytes[..self.line];
        before.strip_suffix(b"\n").unwrap_or(before)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str, secret: &str) -> (String, String, String) {
        let at = text.find(secret).expect("stands there");
        let around = Surroundings::of(text.as_bytes(), &(at..at + secret.len()));
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let (before, after) = around.beside();
        assert_eq!(text(around.line()), format!("{}{secret}{}", text(before), text(after)));
        (text(around.line_before()), text(before), text(after))
    }

    #[test]
    fn is_the_line_and_the_one_before() {
        let told = |a: &str, b: &str, c: &str| (a.to_owned(), b.to_owned(), c.to_owned());
        assert_eq!(of("one\ntwo\na=XX; # b\nfour", "XX"), told("two", "a=", "; # b"));
        assert_eq!(of("a=XX\r\n", "XX"), told("", "a=", "\r"));
        assert_eq!(of("\nXX", "XX"), told("", "", ""));
        assert_eq!(of("XX", "XX"), told("", "", ""));
        assert_eq!(of("k=X\nX # b\n# c", "X\nX"), told("", "k=", " # b"));
    }

    #[test]
    fn is_bounded() {
        let long = "y".repeat(3000);
        let (line_before, before, after) = of(&format!("{long}\n{long}XX{long}\n"), "XX");
        assert_eq!((line_before.len(), before.len(), after.len()), (0, LINE, LINE));
        let (line_before, before, _) = of(&format!("{long}\nXX{long}\n"), "XX");
        assert_eq!((line_before.len(), before.len()), (LINE, 0));
    }
}
