//! Relaxed patterns: they match everything that the original matches, and more, and are faster to compile and run.

use super::compile::{CACHE, config};
use super::{regex_advice, window};
use regex_automata::hybrid::dfa::{self, DFA};
use regex_automata::meta::Regex;
use regex_automata::nfa::thompson::{self, WhichCaptures};
use regex_automata::{Anchored, Input, MatchKind};
use regex_syntax::hir::{Capture, Class, Hir, HirKind, Repetition};
use std::fmt::Display;

/// Repetitions whose upper bound exceeds the lower bound by at least this many lose the upper bound.
const LONG: u32 = 32;
/// A screen drops upper bounds of at least this,
const SCREENED: u32 = 4;
/// and reduces lower bounds to at most this.
const FEWEST: u32 = 24;
/// It keeps the bounds of repeated lines up to this: without them it would follow short lines through a whole window, for each keyword in it.
const MOST_LINES: u32 = 16;

/// A pattern without the upper bounds of its long repetitions. The bounds are expensive: unrolled, a private key's `{0,9000}` has nine
/// thousand states. Where the relaxed pattern does not match, the original does not match either; and most of its matches are matches of
/// the original: see [`RelaxedPattern::is_exact`].
#[derive(Debug)]
pub struct RelaxedPattern {
    /// The relaxed regex.
    pub regex: Regex,
    /// The bounds that were dropped.
    lost: Vec<Bound>,
}

/// Upper bound of a repetition.
#[derive(Debug)]
struct Bound {
    /// Largest number of repetitions, each at least one byte long.
    most: usize,
    /// Bytes that can occur in the repeated part.
    bytes: [bool; 256],
}

impl RelaxedPattern {
    /// Compiles the relaxed form of a pattern.
    ///
    /// # Errors
    /// Fails when the pattern is invalid.
    pub fn new(pattern: &str) -> Result<RelaxedPattern, String> {
        let mut lost = Vec::new();
        let hir = bounded(window::parse(pattern)?, &mut |repetition| {
            let is_long =
                |max: &u32| *max >= repetition.min + LONG && repetition.sub.properties().minimum_len() > Some(0);
            let long = repetition.max.filter(is_long);
            if let Some(max) = long {
                let mut bytes = [false; 256];
                mark(&repetition.sub, &mut bytes);
                lost.push(Bound { most: max as usize, bytes });
            }
            (repetition.min, if long.is_some() { None } else { repetition.max })
        });
        let regex = Regex::builder().configure(config()).build_from_hir(&hir);
        let regex = regex.map_err(|error| regex_advice::explain(pattern, &error.to_string()))?;
        Ok(RelaxedPattern { regex, lost })
    }

    /// Whether a match is certain to be a match of the original: no run of a repetition's bytes in it is longer than the bound.
    #[must_use]
    pub fn is_exact(&self, found: &[u8]) -> bool {
        let longest =
            |bytes: &[bool; 256]| found.split(|byte| !bytes[usize::from(*byte)]).map(<[u8]>::len).max().unwrap_or(0);
        self.lost.iter().all(|bound| found.len() <= bound.most || longest(&bound.bytes) <= bound.most)
    }
}

/// Sets all bytes that can occur in a match.
fn mark(hir: &Hir, bytes: &mut [bool; 256]) {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(literal) => literal.0.iter().for_each(|byte| bytes[usize::from(*byte)] = true),
        HirKind::Class(Class::Bytes(class)) => {
            let all = class.iter().flat_map(|range| range.start()..=range.end());
            all.for_each(|byte| bytes[usize::from(byte)] = true);
        }
        HirKind::Class(Class::Unicode(_)) => *bytes = [true; 256],
        HirKind::Capture(capture) => mark(&capture.sub, bytes),
        HirKind::Repetition(repetition) => mark(&repetition.sub, bytes),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => parts.iter().for_each(|part| mark(part, bytes)),
    }
}

/// A further relaxed pattern that only tells where there is no match. Most keywords occur where their rule does not match, and most rules
/// are tried only a few times; compiling a full regex, which finds groups and match starts, would then cost more time and memory than it
/// saves. The screen is a small forward automaton; the regex is compiled only where it matches.
#[derive(Debug)]
pub struct Screen {
    automaton: DFA,
    /// The bytes that a match can begin with.
    first: [bool; 256],
}

/// Whether it repeats a few lines.
fn repeats_lines(repetition: &Repetition) -> bool {
    let is_few = repetition.max.is_some_and(|max| max <= MOST_LINES);
    let HirKind::Concat(parts) = repetition.sub.kind() else { return false };
    let ends_line = |part: &Hir| matches!(part.kind(), HirKind::Literal(literal) if literal.0.ends_with(b"\n"));
    is_few && parts.last().is_some_and(ends_line)
}

/// What a screen says of one place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attempt {
    /// No match begins there, however the text goes on.
    Dead,
    /// No match begins there that ends in the window.
    Unfinished,
    /// A match may begin there.
    Possible,
}

impl Screen {
    /// Compiles the screen of a pattern.
    ///
    /// # Errors
    /// Fails when the pattern is invalid.
    pub fn new(pattern: &str) -> Result<Screen, String> {
        let hir = bounded(window::parse(pattern)?, &mut |repetition| {
            (repetition.min.min(FEWEST), repetition.max.filter(|max| *max < SCREENED || repeats_lines(repetition)))
        });
        let because = |error: &dyn Display| regex_advice::explain(pattern, &error.to_string());
        let nfa = thompson::Compiler::new()
            .configure(thompson::Config::new().utf8(false).which_captures(WhichCaptures::None))
            .build_from_hir(&hir)
            .map_err(|error| because(&error))?;
        let config =
            dfa::Config::new().match_kind(MatchKind::All).cache_capacity(CACHE).skip_cache_capacity_check(true);
        let automaton = DFA::builder().configure(config).build_from_nfa(nfa).map_err(|error| because(&error))?;
        let mut first = [false; 256];
        if mark_first(&hir, &mut first) {
            first = [true; 256];
        }
        Ok(Screen { automaton, first })
    }

    /// The cache that one thread needs to run it.
    #[must_use]
    pub fn cache(&self) -> dfa::Cache {
        self.automaton.create_cache()
    }

    /// Whether the pattern may match there.
    pub fn may_match(&self, cache: &mut dfa::Cache, input: Input<'_>) -> bool {
        // A search that gives up proves nothing.
        !matches!(self.automaton.try_search_fwd(cache, &input.earliest(true)), Ok(None))
    }

    /// Whether a match may begin at `start` and end at `end` or before.
    pub fn attempt(&self, cache: &mut dfa::Cache, text: &[u8], start: usize, end: usize) -> Attempt {
        if text.get(start).is_some_and(|byte| !self.first[usize::from(*byte)]) {
            return Attempt::Dead;
        }
        // A search that gives up proves nothing.
        self.follow(cache, text, start, end).unwrap_or(Attempt::Possible)
    }

    /// Whether all matches that may begin at `start` end before `end`, however the text goes on behind that.
    pub fn is_over(&self, cache: &mut dfa::Cache, text: &[u8], start: usize, end: usize) -> bool {
        let input = Input::new(text).span(start..end).anchored(Anchored::Yes);
        let Ok(mut state) = self.automaton.start_state_forward(cache, &input) else { return false };
        for byte in &text[start..end] {
            match self.automaton.next_state(cache, state, *byte) {
                Ok(next) if next.is_dead() => return true,
                Ok(next) if !next.is_quit() => state = next,
                _ => return false,
            }
        }
        false
    }

    fn follow(&self, cache: &mut dfa::Cache, text: &[u8], start: usize, end: usize) -> Option<Attempt> {
        let input = Input::new(text).span(start..end).anchored(Anchored::Yes);
        let mut state = self.automaton.start_state_forward(cache, &input).ok()?;
        for byte in &text[start..end] {
            state = self.automaton.next_state(cache, state, *byte).ok()?;
            if state.is_tagged() {
                if state.is_dead() {
                    return Some(Attempt::Dead);
                }
                if state.is_match() || state.is_quit() {
                    return None;
                }
            }
        }
        // A match shows at the byte behind it.
        let last = match text.get(end) {
            Some(byte) => self.automaton.next_state(cache, state, *byte),
            None => self.automaton.next_eoi_state(cache, state),
        };
        let last = last.ok()?;
        if last.is_match() || last.is_quit() { None } else { Some(Attempt::Unfinished) }
    }
}

/// Marks the bytes that a match can begin with; whether one can be empty, or begin with anything.
fn mark_first(hir: &Hir, first: &mut [bool; 256]) -> bool {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => true,
        HirKind::Literal(literal) => {
            literal.0.iter().take(1).for_each(|byte| first[usize::from(*byte)] = true);
            literal.0.is_empty()
        }
        HirKind::Class(_) => {
            mark(hir, first);
            false
        }
        HirKind::Capture(capture) => mark_first(&capture.sub, first),
        HirKind::Repetition(repetition) => mark_first(&repetition.sub, first) || repetition.min == 0,
        HirKind::Concat(parts) => parts.iter().all(|part| mark_first(part, first)),
        // All of them are marked, so none is left out when one is empty.
        HirKind::Alternation(parts) => parts.iter().filter(|part| mark_first(part, first)).count() > 0,
    }
}

/// The same pattern with other repetition bounds.
fn bounded(hir: Hir, bounds: &mut impl FnMut(&Repetition) -> (u32, Option<u32>)) -> Hir {
    match hir.into_kind() {
        HirKind::Repetition(repetition) => {
            let (min, max) = bounds(&repetition);
            let sub = Box::new(bounded(*repetition.sub, bounds));
            Hir::repetition(Repetition { min, max, sub, ..repetition })
        }
        HirKind::Capture(capture) => {
            let sub = Box::new(bounded(*capture.sub, bounds));
            Hir::capture(Capture { sub, ..capture })
        }
        HirKind::Concat(parts) => Hir::concat(parts.into_iter().map(|part| bounded(part, bounds)).collect()),
        HirKind::Alternation(parts) => Hir::alternation(parts.into_iter().map(|part| bounded(part, bounds)).collect()),
        HirKind::Empty => Hir::empty(),
        HirKind::Literal(literal) => Hir::literal(literal.0),
        HirKind::Class(class) => Hir::class(class),
        HirKind::Look(look) => Hir::look(look),
    }
}

#[cfg(test)]
mod tests {
    use super::super::compile;
    use super::*;

    /// Where each short line may be the first of sixteen, none is followed for longer.
    #[test]
    fn repeated_lines_are_followed_for_a_few() {
        let screen = Screen::new(r"kind: Secret\n(?:[^\n]{0,160}\n){0,16}?data:").expect("a pattern");
        let text = "kind: Secret\n".repeat(40);
        assert_eq!(screen.attempt(&mut screen.cache(), text.as_bytes(), 0, text.len()), Attempt::Dead);
        let near = "kind: Secret\n".repeat(17) + "data:";
        assert_eq!(screen.attempt(&mut screen.cache(), near.as_bytes(), 0, near.len()), Attempt::Possible);
    }

    /// Several thousand texts of a few letters.
    fn texts() -> impl Iterator<Item = Vec<u8>> {
        (0..4000_u64).map(|seed| {
            let mut state = seed;
            let letter = |_| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                b"aaabbbcdx"[(state >> 33) as usize % if seed % 2 == 0 { 9 } else { 6 }]
            };
            (0..seed % 400).map(letter).collect()
        })
    }

    const PATTERNS: [&str; 5] = [
        "x(?P<secret>[a-c]{2,150})[b-d]",
        "(?:ab?){1,120}c|a{100,200}",
        "[ab]{0,300}?b",
        "[ab]{1,40}c{1,2}[a-d]{30,90}x",
        r"\b[a-d]{1,60}x\B",
    ];

    #[test]
    fn an_exact_match_of_a_loose_pattern_is_its_own() {
        for pattern in PATTERNS {
            let (loose, own) = (RelaxedPattern::new(pattern).expect("valid"), compile(pattern).expect("valid"));
            let mut exact = 0;
            for text in texts() {
                match (loose.regex.find(&text), own.find(&text)) {
                    (None, other) => assert_eq!(other, None, "{pattern}"),
                    (Some(found), other) if loose.is_exact(&text[found.range()]) => {
                        assert_eq!(other, Some(found), "{pattern}");
                        exact += 1;
                    }
                    _ => {}
                }
            }
            assert!(exact > 100, "{pattern}: {exact}");
        }
    }

    #[test]
    fn a_screen_lets_all_matches_through() {
        for pattern in PATTERNS {
            let (screen, own) = (Screen::new(pattern).expect("valid"), compile(pattern).expect("valid"));
            let mut cache = screen.cache();
            for text in texts() {
                for anchored in [Anchored::No, Anchored::Yes] {
                    let input = Input::new(&text).anchored(anchored);
                    let may_match = screen.may_match(&mut cache, input.clone());
                    assert!(may_match || own.find(input).is_none(), "{pattern}");
                }
            }
            assert!(!screen.may_match(&mut cache, Input::new("-")), "{pattern}");
            for text in texts().take(300) {
                let end = text.len() / 2;
                for start in 0..end {
                    let anchored = |end| own.find(Input::new(&text).span(start..end).anchored(Anchored::Yes));
                    match screen.attempt(&mut cache, &text, start, end) {
                        Attempt::Dead => assert_eq!(anchored(text.len()), None, "{pattern} at {start}"),
                        Attempt::Unfinished => assert_eq!(anchored(end), None, "{pattern} at {start}"),
                        Attempt::Possible => {}
                    }
                }
            }
        }
    }
}
