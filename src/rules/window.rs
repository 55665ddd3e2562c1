//! Computes how far around a keyword a match can reach, from the pattern's syntax tree.
//!
//! A regex only runs inside the window around a keyword's hit. The pattern is expanded into all its paths (`sequences`); a keyword's window
//! is the largest length on its two sides. The same expansion proves that every match contains a keyword; otherwise a rule would silently
//! miss matches.
//!
//! The build script also includes this file, so it imports nothing of this crate but its siblings `regex_advice` and `sequences`.

use super::regex_advice;
use super::sequences::{Atom, certain, fits, unfold};
use regex_syntax::hir::{Class, Hir, HirKind};

/// Longest match of an ordinary pattern, in bytes.
pub const LONGEST_WINDOW: usize = 1024;
pub use super::sequences::LONGEST_MULTILINE;
/// Longest value of an assignment, in bytes.
pub const LONGEST_VALUE: usize = 512;
/// The bytes that the parser of assignments may read around a keyword inside the name.
pub const ASSIGNMENT: Window = Window { before: 96, after: 192 + LONGEST_VALUE as u32 };

/// Look-around assertions read one byte beyond the match. A window of this size before the keyword therefore means that matches begin with
/// it.
pub const LOOK: usize = 1;

/// Numbers of bytes around a keyword's hit that can affect a match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// Before the keyword's first byte.
    pub before: u32,
    /// After the keyword's last byte.
    pub after: u32,
}

/// Parses a pattern over bytes.
///
/// # Errors
/// Fails when it is not valid `regex` syntax, and suggests a replacement.
pub fn parse(pattern: &str) -> Result<Hir, String> {
    regex_syntax::ParserBuilder::new()
        .unicode(false)
        .utf8(false)
        .build()
        .parse(pattern)
        .map_err(|error| regex_advice::explain(pattern, &error.to_string()))
}

/// Checks the body of a `near` rule: it must be finite, not longer than a value can be, and on one line, so that nothing after the end of
/// the line affects a match.
///
/// # Errors
/// Fails when it is invalid or not bounded so.
pub fn check_body(body: &str) -> Result<(), String> {
    let hir = parse(body)?;
    if breaks_line(&hir) {
        return Err("`body` can match a line break: a value cannot span lines".to_owned());
    }
    match hir.properties().maximum_len() {
        None => Err("`body` has no longest match: use bounded repetitions".to_owned()),
        Some(n) if n > LONGEST_VALUE => Err(format!("`body` can be {n} bytes long; {LONGEST_VALUE} is the limit")),
        Some(_) => Ok(()),
    }
}

/// Whether a match can contain a line break.
fn breaks_line(hir: &Hir) -> bool {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => false,
        HirKind::Literal(literal) => literal.0.contains(&b'\n'),
        HirKind::Class(Class::Bytes(class)) => class.iter().any(|range| (range.start()..=range.end()).contains(&b'\n')),
        HirKind::Class(Class::Unicode(class)) => {
            class.iter().any(|range| (range.start()..=range.end()).contains(&'\n'))
        }
        HirKind::Capture(capture) => breaks_line(&capture.sub),
        HirKind::Repetition(repetition) => breaks_line(&repetition.sub),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => parts.iter().any(breaks_line),
    }
}

/// A byte that occurs in every match outside of the keywords, such as the `@` of a URL with a password. A search for it saves most runs of
/// the regex. Of several candidates, it is the one least like a letter or a blank.
#[must_use]
pub fn required_byte(pattern: &str, keywords: &[String]) -> Option<u8> {
    let sequences = unfold(&parse(pattern).ok()?);
    let in_all = |byte: &u8| {
        sequences
            .iter()
            .all(|sequence| sequence.iter().any(|atom| matches!(atom, Atom::OneOf(members) if members == &[*byte])))
    };
    let is_rare =
        |byte: &u8| byte.is_ascii_punctuation() && !keywords.iter().any(|word| word.as_bytes().contains(byte));
    let common = |byte: &u8| b"\"'.,:;()=_/-".contains(byte);
    (0..=0x7F).filter(|byte| is_rare(byte) && !common(byte)).find(in_all)
}

/// Whether the group `secret` is the whole pattern or missing: a match is then the secret, and no groups need to be resolved.
#[must_use]
pub fn is_secret_whole(pattern: &str) -> bool {
    parse(pattern).is_ok_and(|hir| match hir.kind() {
        HirKind::Capture(capture) => capture.name.as_deref() == Some("secret"),
        _ => !pattern.contains("?P<secret>") && !pattern.contains("?<secret>"),
    })
}

/// The window of each keyword of a pattern.
///
/// # Errors
/// Fails when the pattern is invalid, has no longest match or one over `longest`, or can match without a keyword.
pub fn of_pattern(
    pattern: &str,
    keywords: &[String],
    ignore_case: bool,
    longest: usize,
) -> Result<Vec<Window>, String> {
    let hir = parse(pattern)?;
    let whole = match hir.properties().maximum_len() {
        None => return Err("the pattern has no longest match: use bounded repetitions, such as {0,64}".to_owned()),
        Some(n) if n > longest => return Err(format!("a match can be {n} bytes long; {longest} is the limit")),
        Some(n) => n,
    };
    let sequences = unfold(&hir);
    let words: Vec<&[u8]> = keywords.iter().map(|word| word.as_bytes()).collect();
    for sequence in &sequences {
        if !(0..sequence.len()).any(|at| certain(&sequence[at..], &words, 0, ignore_case)) {
            return Err(
                "a match need not contain one of the keywords: every alternative of the pattern must contain one"
                    .to_owned(),
            );
        }
    }
    Ok(keywords.iter().map(|keyword| window(&sequences, keyword.as_bytes(), ignore_case, whole)).collect())
}

/// The widest window that any position of `keyword` in any sequence needs, or the length of the whole match when the position is unknown.
fn window(sequences: &[Vec<Atom>], keyword: &[u8], ignore_case: bool, whole: usize) -> Window {
    let length =
        |atoms: &[Atom]| -> usize { atoms.iter().map(|atom| if let Atom::Opaque(n) = atom { *n } else { 1 }).sum() };
    let mut widest: Option<(usize, usize)> = None;
    for sequence in sequences {
        for at in 0..sequence.len() {
            if fits(&sequence[at..], keyword, ignore_case) {
                let (before, after) = widest.unwrap_or((0, 0));
                widest =
                    Some((before.max(length(&sequence[..at])), after.max(length(&sequence[at + keyword.len()..]))));
            }
        }
    }
    let (before, after) = widest.unwrap_or((whole, whole));
    let bytes = |n: usize| u32::try_from(n + LOOK).unwrap_or(u32::MAX);
    Window { before: bytes(before), after: bytes(after) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn windows(pattern: &str, keywords: &[&str], ignore_case: bool) -> Result<Vec<(u32, u32)>, String> {
        let keywords: Vec<String> = keywords.iter().map(|word| (*word).to_owned()).collect();
        of_pattern(pattern, &keywords, ignore_case, LONGEST_WINDOW)
            .map(|all| all.iter().map(|w| (w.before, w.after)).collect())
    }

    #[test]
    fn a_prefix_needs_nothing_before_but_the_look_around() {
        assert_eq!(windows(r"\b(?P<secret>abc_[0-9A-Za-z]{36})\b", &["abc_"], false), Ok(vec![(1, 37)]));
    }

    #[test]
    fn a_small_class_may_be_part_of_a_keyword() {
        assert_eq!(windows(r"xyz[ab]-[0-9]{10}", &["xyza-", "xyzb-"], false), Ok(vec![(1, 11), (1, 11)]));
        assert!(
            windows(r"xyz[abc]-[0-9]{10}", &["xyza-", "xyzb-"], false).is_err_and(|e| e.contains("need not contain"))
        );
    }

    #[test]
    fn a_keyword_in_the_middle_and_in_either_case() {
        assert_eq!(windows(r"[0-9]{1,5}(?i:word)[0-9]{2}", &["word"], true), Ok(vec![(6, 3)]));
        assert!(windows(r"[0-9]{1,5}(?i:word)[0-9]{2}", &["word"], false).is_err());
    }

    #[test]
    fn every_branch_must_hold_a_keyword() {
        assert_eq!(windows("(?:one[0-9]|two[0-9]{4})", &["one", "two"], false), Ok(vec![(1, 2), (1, 5)]));
        assert!(windows("(?:one[0-9]|two[0-9]{4})", &["one"], false).is_err());
        assert!(windows("(?:one)?[0-9]{4}", &["one"], false).is_err());
    }

    #[test]
    fn a_body_ends_somewhere_and_on_its_line() {
        assert_eq!(check_body("[0-9A-F]{32}"), Ok(()));
        for (body, what) in [
            ("[0-9]{8}\\n[0-9]{8}", "line break"),
            ("[^a]{20}", "line break"),
            ("(?:[0-9]|\\s){20}", "line break"),
            ("[0-9]+", "no longest match"),
            ("[0-9]{600}", "512 is the limit"),
        ] {
            assert!(check_body(body).is_err_and(|error| error.contains(what)), "{body}");
        }
    }

    #[test]
    fn without_a_longest_match_there_is_no_window() {
        assert!(windows("abc_[0-9]+", &["abc_"], false).is_err_and(|error| error.contains("bounded")));
        assert!(windows("abc_[0-9]{2000}", &["abc_"], false).is_err_and(|error| error.contains("2004")));
    }
}
