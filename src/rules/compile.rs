//! From a pattern to a regex that can be run.

use super::regex_advice;
use super::window;
use regex_automata::meta::{Config, Regex};
use regex_automata::util::syntax;
use regex_syntax::hir::{Hir, HirKind};

/// Bytes that the lazily built automaton of one rule may take in one thread.
pub(super) const CACHE: usize = 256 << 10;
/// Bytes that a compiled pattern may take.
const LARGEST: usize = 8 << 20;
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
        .map_err(|error| regex_advice::explain(pattern, &error.to_string()))
}

pub(super) fn config() -> Config {
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
}
