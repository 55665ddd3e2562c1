//! From a pattern to a regex that can be run.

use super::dialect;
use super::window;
use regex_automata::meta::{Config, Regex};
use regex_automata::util::syntax;
use regex_syntax::hir::{Capture, Hir, HirKind, Repetition};

/// Bytes that the lazily built automaton of one rule may take in one thread.
const CACHE: usize = 256 << 10;
/// Bytes that a compiled pattern may take.
const LARGEST: usize = 8 << 20;
/// Repetitions with an upper bound of at least this lose it.
const LONG: u32 = 100;
/// A pattern with no more states than this is sure to be smaller.
const SURELY_SMALL: usize = 20_000;

/// Compiles a pattern over bytes. This is dear (up to a millisecond): the engine does it at a rule's first hit.
///
/// # Errors
/// When the pattern is invalid or needs more memory than a rule may have.
pub fn compile(pattern: &str) -> Result<Regex, String> {
    Regex::builder()
        .syntax(syntax::Config::new().unicode(false).utf8(false))
        .configure(config())
        .build(pattern)
        .map_err(|error| dialect::explain(pattern, &error.to_string()))
}

/// A pattern whose long repetitions have lost their upper bounds, which are dear: written out, a private key's `{0,9000}` is nine thousand
/// states. Where it matches nothing, the pattern does not either; and a match that is no longer than `exact` is the pattern's own, because
/// no repetition in it can be over its bound.
#[derive(Debug)]
pub struct Loose {
    /// What to run.
    pub regex: Regex,
    /// Up to which length, in bytes, a match is that of the pattern itself.
    pub exact: usize,
}

impl Loose {
    /// Compiles a pattern so.
    ///
    /// # Errors
    /// When the pattern is invalid.
    pub fn new(pattern: &str) -> Result<Loose, String> {
        let mut exact = usize::MAX;
        let hir = loosen(window::parse(pattern)?, &mut exact);
        let regex = Regex::builder().configure(config()).build_from_hir(&hir);
        let regex = regex.map_err(|error| dialect::explain(pattern, &error.to_string()))?;
        Ok(Loose { regex, exact })
    }
}

/// Takes away the upper bounds that are large, and lowers `exact` to the least of them.
fn loosen(hir: Hir, exact: &mut usize) -> Hir {
    match hir.into_kind() {
        HirKind::Repetition(repetition) => {
            let long = repetition.max.filter(|max| *max >= LONG && repetition.sub.properties().minimum_len() > Some(0));
            if let Some(max) = long {
                *exact = (*exact).min(max as usize);
            }
            let max = if long.is_some() { None } else { repetition.max };
            let sub = Box::new(loosen(*repetition.sub, exact));
            Hir::repetition(Repetition { max, sub, ..repetition })
        }
        HirKind::Capture(capture) => {
            let sub = Box::new(loosen(*capture.sub, exact));
            Hir::capture(Capture { sub, ..capture })
        }
        HirKind::Concat(parts) => Hir::concat(parts.into_iter().map(|part| loosen(part, exact)).collect()),
        HirKind::Alternation(parts) => Hir::alternation(parts.into_iter().map(|part| loosen(part, exact)).collect()),
        HirKind::Empty => Hir::empty(),
        HirKind::Literal(literal) => Hir::literal(literal.0),
        HirKind::Class(class) => Hir::class(class),
        HirKind::Look(look) => Hir::look(look),
    }
}

fn config() -> Config {
    // Most regexes are run some few times, at a place that is known: what would find places faster costs more to make than it saves.
    Regex::config()
        .utf8_empty(false)
        .auto_prefilter(false)
        .onepass(false)
        .hybrid_cache_capacity(CACHE)
        .nfa_size_limit(Some(LARGEST))
}

/// Makes sure that a pattern compiles. That is seldom in doubt, and then costs no compilation.
///
/// # Errors
/// When it does not.
pub(super) fn check(pattern: &str) -> Result<(), String> {
    if states(&window::parse(pattern)?) <= SURELY_SMALL {
        return Ok(());
    }
    let advice = "write its repetitions shorter, or make two rules of it";
    compile(pattern).map(drop).map_err(|error| format!("the pattern is too large ({error}); {advice}"))
}

/// About how many states a pattern has when its repetitions are written out; never much less.
fn states(hir: &Hir) -> usize {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => 1,
        HirKind::Literal(literal) => literal.0.len(),
        HirKind::Class(_) => 2,
        HirKind::Capture(capture) => states(&capture.sub).saturating_add(2),
        HirKind::Repetition(repetition) => {
            let times = repetition.max.unwrap_or(repetition.min.saturating_add(1)) as usize;
            states(&repetition.sub).saturating_add(1).saturating_mul(times)
        }
        HirKind::Concat(parts) | HirKind::Alternation(parts) => {
            parts.iter().fold(1, |sum, part| sum.saturating_add(states(part)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_taken_for_small_is_small() {
        // A thousand states over; each of many ranges.
        let pattern = "[acegikmoqsuwy02468ACEGIKMOQSUWY_-]{9900}";
        assert!((SURELY_SMALL / 2..=SURELY_SMALL * 3 / 2).contains(&states(&window::parse(pattern).expect("valid"))));
        assert_eq!(compile(pattern).map(drop), Ok(()));
    }

    #[test]
    fn a_pattern_that_does_not_fit_is_refused() {
        let pattern = "(?:[aceg]{1,180}\\n){1,180}|".repeat(40) + "x";
        assert!(check(&pattern).expect_err("too large").contains("too large"));
        assert_eq!(check("abc_[0-9a-f]{32}"), Ok(()));
    }

    #[test]
    fn short_matches_of_a_loose_pattern_are_its_own() {
        for pattern in ["x(?P<secret>[a-c]{2,150})[b-d]", "(?:ab?){1,120}c|a{100,200}", "[ab]{0,300}?b"] {
            let (loose, own) = (Loose::new(pattern).expect("valid"), compile(pattern).expect("valid"));
            for seed in 0..4000_u64 {
                let mut state = seed;
                let text: Vec<u8> = (0..seed % 400)
                    .map(|_| {
                        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                        b"aaabbbcdx"[(state >> 33) as usize % if seed % 2 == 0 { 9 } else { 6 }]
                    })
                    .collect();
                match (loose.regex.find(&text), own.find(&text)) {
                    (None, other) => assert_eq!(other, None, "{pattern}"),
                    (Some(found), other) if found.len() <= loose.exact => assert_eq!(other, Some(found), "{pattern}"),
                    _ => {}
                }
            }
        }
    }
}
