//! Allowlists of gitleaks.

use super::pattern::Pattern;
use super::text_context::TextContext;
use std::collections::HashSet;
use std::sync::Arc;

/// The text that the regexes of an allowlist are matched against.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Target {
    /// The secret.
    #[default]
    Secret,
    /// The whole match of the rule's regex.
    Match,
    /// The lines that the match is on.
    Line,
}

/// An allowlist, of one rule or global.
#[derive(Debug, Default)]
pub struct Allowlist {
    /// File that contains it, for messages.
    pub file: String,
    /// The line of its header.
    pub line: usize,
    /// Description by its author.
    pub description: String,
    pub(super) needs_all: bool,
    pub(super) commits: HashSet<String>,
    pub(super) paths: Vec<Arc<Pattern>>,
    pub(super) regexes: Vec<Arc<Pattern>>,
    pub(super) target: Target,
    pub(super) stopwords: Vec<Vec<u8>>,
    /// Rules that a global allowlist is limited to, with their lines; empty for all.
    pub rules: Vec<(String, usize)>,
}

/// A match that may be exempt.
pub struct Subject<'a> {
    /// The secret.
    pub secret: &'a [u8],
    /// The whole match of the rule's regex.
    pub matched: &'a [u8],
    /// The lines that the match is on.
    pub line: &'a [u8],
    /// Path and commit of the text.
    pub place: &'a TextContext<'a>,
}

impl Allowlist {
    /// Whether it has no criteria and so exempts nothing.
    pub(super) fn is_empty(&self) -> bool {
        self.commits.is_empty() && self.paths.is_empty() && self.regexes.is_empty() && self.stopwords.is_empty()
    }

    /// Whether a global allowlist applies to a rule.
    #[must_use]
    pub fn is_for(&self, rule: &str) -> bool {
        self.rules.is_empty() || self.rules.iter().any(|(id, _)| id == rule)
    }

    /// Whether it exempts the subject: one of its kinds of criteria matches, or, with `AND`, all of them.
    #[must_use]
    pub fn covers(&self, subject: &Subject<'_>) -> bool {
        let commit = || subject.place.commit.is_some_and(|commit| self.commits.contains(&commit.to_ascii_lowercase()));
        let text = match self.target {
            Target::Secret => subject.secret,
            Target::Match => subject.matched,
            Target::Line => subject.line,
        };
        // A file that is found by its path alone has no text to match.
        let has_text = !subject.secret.is_empty();
        let checks: [(bool, &dyn Fn() -> bool); 4] = [
            (!self.commits.is_empty(), &commit),
            (!self.paths.is_empty(), &|| self.covers_path(subject.place)),
            (!self.regexes.is_empty(), &|| has_text && self.regexes.iter().any(|regex| regex.is_match(text))),
            (!self.stopwords.is_empty(), &|| {
                let secret = subject.secret.to_ascii_lowercase();
                has_text && self.stopwords.iter().any(|word| memchr::memmem::find(&secret, word).is_some())
            }),
        ];
        let mut asked = checks.iter().filter(|(is_there, _)| *is_there).map(|(_, is_met)| is_met()).peekable();
        asked.peek().is_some() && if self.needs_all { asked.all(|met| met) } else { asked.any(|met| met) }
    }

    fn covers_path(&self, place: &TextContext<'_>) -> bool {
        place.path.is_some_and(|path| self.paths.iter().any(|pattern| pattern.is_match(path.as_bytes())))
    }
}
