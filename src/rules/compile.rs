//! Compiles patterns.

use super::regex_advice;
use super::window;
use regex_automata::meta::{Config, Regex};
use regex_automata::util::syntax;
use regex_syntax::hir::{Hir, HirKind};

/// Cache of one rule's lazy automaton in one thread, in bytes.
pub(super) const CACHE: usize = 256 << 10;
/// Largest compiled pattern, in bytes.
const LARGEST: usize = 8 << 20;
/// A pattern with at most this many states is always below the limit.
const SURELY_SMALL: usize = 20_000;

/// Compiles a pattern over bytes. This takes up to a millisecond; the engine does it at a rule's first hit.
///
/// # Errors
/// Fails when the pattern is invalid or exceeds the memory limit.
pub fn compile(pattern: &str) -> Result<Regex, String> {
    Regex::builder()
        .syntax(syntax::Config::new().unicode(false).utf8(false))
        .configure(config())
        .build(pattern)
        .map_err(|error| regex_advice::explain(pattern, &error.to_string()))
}

pub(super) fn config() -> Config {
    // Most regexes run only a few times and at a known offset, so the optimizations for searching cost more than they save.
    Regex::config()
        .utf8_empty(false)
        .auto_prefilter(false)
        .onepass(false)
        .hybrid_cache_capacity(CACHE)
        .nfa_size_limit(Some(LARGEST))
}

/// Checks that a pattern compiles. Small patterns are not compiled for this.
///
/// # Errors
/// Fails when it does not compile.
pub(super) fn check(pattern: &str) -> Result<(), String> {
    if states(&window::parse(pattern)?) <= SURELY_SMALL {
        return Ok(());
    }
    let advice = "write its repetitions shorter, or make two rules of it";
    compile(pattern).map(drop).map_err(|error| format!("the pattern is too large ({error}); {advice}"))
}

/// Estimated number of states with all repetitions unrolled; never much too low.
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
        // Slightly above the limit of states; each state has many ranges.
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
