//! Enumerates the paths through a pattern.
//!
//! A pattern is expanded into *sequences*: each path through its alternations, as a list of atoms. An atom is either a small set of bytes
//! (a literal, `[abp]`, a letter in either case) or an opaque part of bounded length.
//!
//! The build script also includes this file, so it imports nothing of this crate.

use regex_syntax::hir::{Class, Hir, HirKind};

/// A set with more members than this is opaque.
const SMALL: usize = 16;
/// A part of a pattern that expands into more sequences than this is opaque.
const MOST_SEQUENCES: usize = 2048;
/// Longest match of a pattern with `multiline = true`, in bytes.
pub const LONGEST_MULTILINE: usize = 32 * 1024;

/// Part of a sequence.
#[derive(Debug, Clone)]
pub(super) enum Atom {
    /// One byte of a small set.
    OneOf(Vec<u8>),
    /// Any bytes, at most this many.
    Opaque(usize),
}

fn same(member: u8, byte: u8, ignore_case: bool) -> bool {
    member == byte || (ignore_case && member.eq_ignore_ascii_case(&byte))
}

/// Whether `keyword` can occur at the beginning of `atoms`. The build script calls this millions of times without optimization, so it uses
/// plain loops, and the first byte rejects most calls.
pub(super) fn fits(atoms: &[Atom], keyword: &[u8], ignore_case: bool) -> bool {
    if atoms.len() < keyword.len() {
        return false;
    }
    for (at, byte) in keyword.iter().enumerate() {
        let Atom::OneOf(members) = &atoms[at] else { return false };
        let mut is_one = false;
        for member in members {
            is_one |= same(*member, *byte, ignore_case);
        }
        if !is_one {
            return false;
        }
    }
    true
}

/// Whether every text of `atoms` begins with one of the keywords, whose first `known` bytes are known to precede them.
pub(super) fn certain(atoms: &[Atom], keywords: &[&[u8]], known: usize, ignore_case: bool) -> bool {
    let Some((Atom::OneOf(members), rest)) = atoms.split_first() else { return false };
    for member in members {
        let mut left = Vec::new();
        let mut is_whole = false;
        for keyword in keywords {
            if same(*member, keyword[known], ignore_case) {
                is_whole |= keyword.len() == known + 1;
                left.push(*keyword);
            }
        }
        if !is_whole && (left.is_empty() || !certain(rest, &left, known + 1, ignore_case)) {
            return false;
        }
    }
    !members.is_empty()
}

/// All sequences of the tree.
pub(super) fn unfold(hir: &Hir) -> Vec<Vec<Atom>> {
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
            // With too many sequences, the parts that have the most become opaque: they tell least about keywords.
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
            // Absent, or present with its last repetition known.
            (0, Some(max)) => {
                let length = repetition.sub.properties().maximum_len().unwrap_or(LONGEST_MULTILINE);
                let before =
                    if max > 1 { vec![vec![Atom::Opaque((max - 1) as usize * length)]] } else { vec![Vec::new()] };
                let mut ways = cross(&before, &unfold(&repetition.sub));
                ways.push(Vec::new());
                ways
            }
            // A long repetition: its first and last repetitions are known.
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

/// Whether the sequences determine no byte.
fn is_opaque(ways: &[Vec<Atom>]) -> bool {
    ways.iter().flatten().all(|atom| matches!(atom, Atom::Opaque(_)))
}

/// An opaque sequence with the length bounds of the tree.
fn opaque_of(hir: &Hir) -> Vec<Vec<Atom>> {
    vec![vec![Atom::Opaque(hir.properties().maximum_len().unwrap_or(LONGEST_MULTILINE))]]
}

/// Each sequence of `first` followed by each of `second`.
fn cross(first: &[Vec<Atom>], second: &[Vec<Atom>]) -> Vec<Vec<Atom>> {
    first.iter().flat_map(|head| second.iter().map(move |tail| [head.as_slice(), tail.as_slice()].concat())).collect()
}
