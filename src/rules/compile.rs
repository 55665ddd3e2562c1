//! From a pattern to a regex that can be run.

use super::dialect;
use regex_automata::meta::Regex;
use regex_automata::util::syntax;

/// Bytes that the lazily built automaton of one rule may take in one thread.
const CACHE: usize = 256 << 10;

/// Compiles a pattern over bytes. This is dear (up to a millisecond): the engine does it at a rule's first hit.
///
/// # Errors
/// When the pattern is invalid or needs more memory than a rule may have.
pub fn compile(pattern: &str) -> Result<Regex, String> {
    Regex::builder()
        .syntax(syntax::Config::new().unicode(false).utf8(false))
        .configure(Regex::config().utf8_empty(false).hybrid_cache_capacity(CACHE).nfa_size_limit(Some(8 << 20)))
        .build(pattern)
        .map_err(|error| dialect::explain(pattern, &error.to_string()))
}
