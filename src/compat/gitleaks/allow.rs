//! What a gitleaks allowlist exempts.

use super::pattern::Pattern;
use super::scan::Place;
use std::collections::HashSet;
use std::sync::Arc;

/// What the regexes of an allowlist are held against.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Target {
    /// The secret.
    #[default]
    Secret,
    /// All that the rule's regex matched.
    Match,
    /// The line, or lines, that the match stands on.
    Line,
}

/// An allowlist: of a rule, or of all.
#[derive(Debug, Default)]
pub struct Allowlist {
    /// The file that it stands in, for messages.
    pub file: String,
    /// The line of its header.
    pub line: usize,
    /// Why, as its author says.
    pub description: String,
    pub(super) needs_all: bool,
    pub(super) commits: HashSet<String>,
    pub(super) paths: Vec<Arc<Pattern>>,
    pub(super) regexes: Vec<Arc<Pattern>>,
    pub(super) target: Target,
    pub(super) stopwords: Vec<Vec<u8>>,
    /// The rules that a global one is for, with their lines; none for all.
    pub rules: Vec<(String, usize)>,
}

/// What is to be exempted, or not.
pub struct Subject<'a> {
    /// The secret.
    pub secret: &'a [u8],
    /// What the rule's regex matched.
    pub matched: &'a [u8],
    /// The lines that the match stands on.
    pub line: &'a [u8],
    /// Where that is.
    pub place: &'a Place<'a>,
}

impl Allowlist {
    /// Whether it can exempt nothing.
    pub(super) fn is_empty(&self) -> bool {
        self.commits.is_empty() && self.paths.is_empty() && self.regexes.is_empty() && self.stopwords.is_empty()
    }

    /// Whether a global list is about a rule.
    #[must_use]
    pub fn is_for(&self, rule: &str) -> bool {
        self.rules.is_empty() || self.rules.iter().any(|(id, _)| id == rule)
    }

    /// Whether it exempts: one of the kinds of criterion that it has is met, or with `AND` all of them.
    #[must_use]
    pub fn covers(&self, subject: &Subject<'_>) -> bool {
        let commit = || subject.place.commit.is_some_and(|commit| self.commits.contains(&commit.to_ascii_lowercase()));
        let text = match self.target {
            Target::Secret => subject.secret,
            Target::Match => subject.matched,
            Target::Line => subject.line,
        };
        // Of a file that is found by its path alone there is no text that could be asked.
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

    fn covers_path(&self, place: &Place<'_>) -> bool {
        place.path.is_some_and(|path| self.paths.iter().any(|pattern| pattern.is_match(path.as_bytes())))
    }
}
