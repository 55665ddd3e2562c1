//! How far around a keyword a match can reach, from the pattern's syntax tree.
//!
//! A regex only ever runs inside the window around a keyword's hit. For that the pattern is unfolded into *sequences*: every
//! way through its alternations, as a list of atoms, where an atom is either a small set of bytes (a literal, `[abp]`, a letter in
//! either case) or something opaque of bounded length. A keyword's window is what the sequences leave on its two sides. The same
//! unfolding proves that every match holds a keyword, without which a rule would silently miss matches.
//!
//! The build script includes this file too: it imports nothing of this crate but its sibling `dialect`.

use super::dialect;
use regex_syntax::hir::{Class, Hir, HirKind, Look};

/// The longest match of an ordinary pattern, in bytes.
pub const LONGEST: usize = 1024;
/// The longest match of a pattern with `multiline = true`, in bytes.
pub const LONGEST_MULTILINE: usize = 32 * 1024;
/// The longest value that a name can be assigned, in bytes.
pub const LONGEST_VALUE: usize = 512;
/// What an assignment's parser may look at around a keyword inside the name.
pub const ASSIGNMENT: Window = Window { before: 96, after: 192 + LONGEST_VALUE as u32 };

/// Least length of a run of token characters, in bytes, by which a token without a prefix is found.
pub const RUN: usize = 16;
/// How far before a value its words may begin.
pub const BEFORE_RUN: usize = 96;
/// How far before a run its value may begin: base64 is cut into runs by `+` and `/`.
pub const INSIDE: usize = 64;
/// Base64 of this length has a run in its first [`INSIDE`] characters but for one in a hundred.
const HOLDS_RUN: usize = 38;

/// A set with more members than this tells nothing: it is opaque.
const SMALL: usize = 16;
/// A pattern that unfolds into more ways than this is taken as opaque where it does.
const MOST_SEQUENCES: usize = 2048;
/// Look-around assertions see one byte beyond the match.
const LOOK: usize = 1;

/// Bytes around a keyword's hit: everything that can decide about a match lies in them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// Before the keyword's first byte.
    pub before: u32,
    /// After the keyword's last byte.
    pub after: u32,
}

/// A piece of a sequence.
#[derive(Debug, Clone)]
enum Atom {
    /// One byte out of a few.
    OneOf(Vec<u8>),
    /// Anything up to so many bytes.
    Opaque(usize),
}

/// The syntax tree of a pattern over bytes.
///
/// # Errors
/// When it is not valid `regex` syntax: what to write instead.
pub fn parse(pattern: &str) -> Result<Hir, String> {
    regex_syntax::ParserBuilder::new()
        .unicode(false)
        .utf8(false)
        .build()
        .parse(pattern)
        .map_err(|error| dialect::explain(pattern, &error.to_string()))
}

/// Checks the body of a `near` rule: finite, not longer than a value can be, and on one line, so that behind the end of the line nothing
/// decides about it.
///
/// # Errors
/// When it is not valid, or has no such bound.
pub fn check_body(body: &str) -> Result<(), String> {
    let hir = parse(body)?;
    if breaks_line(&hir) {
        return Err("`body` can match a line break: a value ends on its line".to_owned());
    }
    match hir.properties().maximum_len() {
        None => Err("`body` has no longest match: use bounded repetitions".to_owned()),
        Some(n) if n > LONGEST_VALUE => Err(format!("`body` can be {n} bytes long; {LONGEST_VALUE} is the limit")),
        Some(_) => Ok(()),
    }
}

/// Whether a text that a pattern matches can hold a line break.
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

/// Whether a byte may be part of a run of token characters.
#[must_use]
pub const fn in_run(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

/// Whether every text of a `near` rule's body begins with a run of at least [`RUN`] token characters: the body is then found by that
/// run, and its words are looked for only before it.
///
/// # Errors
/// When the body is not valid.
pub fn begins_with_run(body: &str) -> Result<bool, String> {
    Ok(leading(&parse(body)?).0 >= RUN)
}

/// Whether a byte may stand in a token beside those of a run: base64 and its kin, and the dots of web tokens.
#[must_use]
pub const fn in_token(byte: u8) -> bool {
    in_run(byte) || matches!(byte, b'+' | b'/' | b'=' | b'.')
}

/// Whether every text of a `near` rule's body is so long, and of such bytes, that a run stands somewhere near its beginning.
///
/// # Errors
/// When the body is not valid.
pub fn holds_run(body: &str) -> Result<bool, String> {
    let hir = parse(body)?;
    Ok(hir.properties().minimum_len().unwrap_or(0) >= HOLDS_RUN && is_of_tokens(&hir))
}

fn is_of_tokens(hir: &Hir) -> bool {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => true,
        HirKind::Literal(literal) => literal.0.iter().all(|byte| in_token(*byte)),
        HirKind::Class(Class::Bytes(class)) => class.iter().all(|range| (range.start()..=range.end()).all(in_token)),
        HirKind::Class(Class::Unicode(_)) => false,
        HirKind::Capture(capture) => is_of_tokens(&capture.sub),
        HirKind::Repetition(repetition) => is_of_tokens(&repetition.sub),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => parts.iter().all(is_of_tokens),
    }
}

/// A byte that stands in every match beside the keywords, such as the `@` of an address with a password: looking for it first saves most
/// runs of the regex. The one that is least like a letter or a blank.
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

/// Whether the group `secret` is the whole pattern, or there is none: then a match is the secret, and no groups need be found.
#[must_use]
pub fn is_secret_whole(pattern: &str) -> bool {
    parse(pattern).is_ok_and(|hir| match hir.kind() {
        HirKind::Capture(capture) => capture.name.as_deref() == Some("secret"),
        _ => !pattern.contains("?P<secret>") && !pattern.contains("?<secret>"),
    })
}

/// Whether every match begins, behind a boundary, with one of the keywords and with a run of at least [`RUN`] token characters: such a
/// token is found by its run, and its keywords are compared only where runs begin.
#[must_use]
pub fn is_run_with_head(pattern: &str, keywords: &[String]) -> bool {
    let Ok(hir) = parse(pattern) else { return false };
    let HirKind::Concat(parts) = hir.kind() else { return false };
    let Some((boundary, rest)) = parts.split_first() else { return false };
    if !is_boundary(boundary) {
        return false;
    }
    let rest = Hir::concat(rest.to_vec());
    let begins = |word: &String| word.bytes().all(in_run) && !word.starts_with('-');
    leading(&rest).0 >= RUN
        && keywords.iter().all(begins)
        && unfold(&rest).iter().all(|sequence| certain(sequence, keywords, false, &mut Vec::new()))
}

/// Whether what comes next cannot be in the middle of a word: `\b`, `^`, or a byte that is in no word.
fn is_boundary(hir: &Hir) -> bool {
    match hir.kind() {
        HirKind::Look(Look::WordAscii | Look::Start) => true,
        HirKind::Class(Class::Bytes(class)) => !class
            .iter()
            .any(|range| (range.start()..=range.end()).any(|byte| byte.is_ascii_alphanumeric() || byte == b'_')),
        HirKind::Alternation(branches) => branches.iter().all(is_boundary),
        _ => false,
    }
}

/// How many bytes at the beginning of every text are sure to be token characters, and whether all of them are.
fn leading(hir: &Hir) -> (usize, bool) {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => (0, true),
        HirKind::Literal(literal) => {
            let count = literal.0.iter().take_while(|byte| in_run(**byte)).count();
            (count, count == literal.0.len())
        }
        HirKind::Class(Class::Bytes(class)) => {
            let all = class.iter().all(|range| (range.start()..=range.end()).all(in_run));
            (usize::from(all), all)
        }
        HirKind::Class(Class::Unicode(_)) => (0, false),
        HirKind::Capture(capture) => leading(&capture.sub),
        HirKind::Repetition(repetition) => match leading(&repetition.sub) {
            (count, true) => (count * repetition.min as usize, true),
            (count, false) => (if repetition.min > 0 { count } else { 0 }, false),
        },
        HirKind::Concat(parts) => {
            let mut total = 0;
            for part in parts {
                let (count, all) = leading(part);
                total += count;
                if !all {
                    return (total, false);
                }
            }
            (total, true)
        }
        HirKind::Alternation(branches) => {
            branches.iter().map(leading).fold((usize::MAX, true), |least, one| (least.0.min(one.0), least.1 && one.1))
        }
    }
}

/// The window of each keyword of a pattern.
///
/// # Errors
/// When the pattern is invalid, has no longest match or one over `longest`, or a match need not hold a keyword.
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
    for sequence in &sequences {
        if !(0..sequence.len()).any(|at| certain(&sequence[at..], keywords, ignore_case, &mut Vec::new())) {
            return Err(
                "a match need not hold one of the keywords: every way through the pattern must pass one".to_owned()
            );
        }
    }
    Ok(keywords.iter().map(|keyword| window(&sequences, keyword.as_bytes(), ignore_case, whole)).collect())
}

/// The widest window that any place of `keyword` in any sequence needs; the whole match's length when it has no certain place.
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

fn same(member: u8, byte: u8, ignore_case: bool) -> bool {
    member == byte || (ignore_case && member.eq_ignore_ascii_case(&byte))
}

/// Whether `keyword` can stand at the beginning of `atoms`.
fn fits(atoms: &[Atom], keyword: &[u8], ignore_case: bool) -> bool {
    atoms.len() >= keyword.len()
        && std::iter::zip(atoms, keyword).all(|(atom, byte)| match atom {
            Atom::OneOf(members) => members.iter().any(|member| same(*member, *byte, ignore_case)),
            Atom::Opaque(_) => false,
        })
}

/// Whether every text of `atoms`, after the bytes of `so_far`, begins with one of the keywords.
fn certain(atoms: &[Atom], keywords: &[String], ignore_case: bool, so_far: &mut Vec<u8>) -> bool {
    let begins =
        |keyword: &String, bytes: &[u8]| std::iter::zip(keyword.bytes(), bytes).all(|(k, b)| same(*b, k, ignore_case));
    if keywords.iter().any(|keyword| keyword.len() <= so_far.len() && begins(keyword, so_far)) {
        return true;
    }
    if !keywords.iter().any(|keyword| begins(keyword, so_far)) {
        return false;
    }
    let Some((Atom::OneOf(members), rest)) = atoms.split_first() else { return false };
    members.iter().all(|member| {
        so_far.push(*member);
        let is_certain = certain(rest, keywords, ignore_case, so_far);
        so_far.pop();
        is_certain
    })
}

/// Every way through the tree.
fn unfold(hir: &Hir) -> Vec<Vec<Atom>> {
    let opaque = || opaque_of(hir);
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => vec![Vec::new()],
        HirKind::Literal(literal) => vec![literal.0.iter().map(|byte| Atom::OneOf(vec![*byte])).collect()],
        HirKind::Class(Class::Bytes(class)) => {
            let count: usize = class.iter().map(|range| range.len()).sum();
            if count > SMALL {
                return opaque();
            }
            vec![vec![Atom::OneOf(class.iter().flat_map(|range| range.start()..=range.end()).collect())]]
        }
        HirKind::Class(Class::Unicode(_)) => opaque(),
        HirKind::Capture(capture) => unfold(&capture.sub),
        HirKind::Concat(parts) => {
            let mut unfolded: Vec<Vec<Vec<Atom>>> = parts.iter().map(unfold).collect();
            // Too many ways: the parts that have the most of them say least about where a keyword is.
            while unfolded.iter().map(Vec::len).try_fold(1, usize::checked_mul).is_none_or(|ways| ways > MOST_SEQUENCES)
            {
                let Some(most) = (0..parts.len()).max_by_key(|at| unfolded[*at].len()) else { break };
                unfolded[most] = opaque_of(&parts[most]);
            }
            unfolded.iter().fold(vec![Vec::new()], |ways, part| cross(&ways, part))
        }
        HirKind::Alternation(branches) => {
            let ways: Vec<Vec<Atom>> = branches.iter().flat_map(unfold).collect();
            if ways.len() > MOST_SEQUENCES { opaque() } else { ways }
        }
        HirKind::Repetition(repetition) if is_opaque(&unfold(&repetition.sub)) => opaque(),
        HirKind::Repetition(repetition) => match (repetition.min, repetition.max) {
            (min, Some(max)) if min == max && max <= 8 => {
                let turn = unfold(&repetition.sub);
                if turn.len().pow(max) > MOST_SEQUENCES {
                    return opaque();
                }
                (0..max).fold(vec![Vec::new()], |ways, _| cross(&ways, &turn))
            }
            // None, or some of which the last turn is known.
            (0, Some(max)) => {
                let length = repetition.sub.properties().maximum_len().unwrap_or(LONGEST_MULTILINE);
                let before =
                    if max > 1 { vec![vec![Atom::Opaque((max - 1) as usize * length)]] } else { vec![Vec::new()] };
                let mut ways = cross(&before, &unfold(&repetition.sub));
                ways.push(Vec::new());
                ways
            }
            // A long one: its first and its last turn are still known.
            (min, Some(max)) if min >= 1 => {
                let turn = unfold(&repetition.sub);
                if turn.len().pow(2) > MOST_SEQUENCES {
                    return opaque();
                }
                let length = repetition.sub.properties().maximum_len().unwrap_or(LONGEST_MULTILINE);
                let known = if min == 1 { 1 } else { 2 };
                let middle = vec![vec![Atom::Opaque((max - known) as usize * length)]];
                let up_to_last = if min == 1 { middle } else { cross(&turn, &middle) };
                cross(&up_to_last, &turn)
            }
            _ => opaque(),
        },
    }
}

/// Whether the ways say nothing of any byte.
fn is_opaque(ways: &[Vec<Atom>]) -> bool {
    ways.iter().flatten().all(|atom| matches!(atom, Atom::Opaque(_)))
}

/// Nothing is known of it but its length.
fn opaque_of(hir: &Hir) -> Vec<Vec<Atom>> {
    vec![vec![Atom::Opaque(hir.properties().maximum_len().unwrap_or(LONGEST_MULTILINE))]]
}

/// Every way of `first` followed by every way of `second`.
fn cross(first: &[Vec<Atom>], second: &[Vec<Atom>]) -> Vec<Vec<Atom>> {
    first.iter().flat_map(|head| second.iter().map(move |tail| [head.as_slice(), tail.as_slice()].concat())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn windows(pattern: &str, keywords: &[&str], ignore_case: bool) -> Result<Vec<(u32, u32)>, String> {
        let keywords: Vec<String> = keywords.iter().map(|word| (*word).to_owned()).collect();
        of_pattern(pattern, &keywords, ignore_case, LONGEST)
            .map(|all| all.iter().map(|w| (w.before, w.after)).collect())
    }

    #[test]
    fn a_prefix_needs_nothing_before_but_the_look_around() {
        assert_eq!(windows(r"\b(?P<secret>abc_[0-9A-Za-z]{36})\b", &["abc_"], false), Ok(vec![(1, 37)]));
    }

    #[test]
    fn a_small_class_may_be_part_of_a_keyword() {
        assert_eq!(windows(r"xyz[ab]-[0-9]{10}", &["xyza-", "xyzb-"], false), Ok(vec![(1, 11), (1, 11)]));
        assert!(windows(r"xyz[abc]-[0-9]{10}", &["xyza-", "xyzb-"], false).is_err_and(|e| e.contains("need not hold")));
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
    fn without_a_longest_match_there_is_no_window() {
        assert!(windows("abc_[0-9]+", &["abc_"], false).is_err_and(|error| error.contains("bounded")));
        assert!(windows("abc_[0-9]{2000}", &["abc_"], false).is_err_and(|error| error.contains("2004")));
    }
}
