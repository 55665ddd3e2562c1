//! Path patterns in `.gitignore` syntax.

use super::layer::At;
use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};
use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

/// Patterns relative to a directory, with a record of which have matched.
#[derive(Debug)]
pub struct Patterns {
    base: PathBuf,
    compiled: Gitignore,
    globs: Vec<(At<String>, AtomicBool)>,
}

/// A malformed pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadPattern {
    /// Line of the pattern.
    pub line: usize,
    /// What is wrong with it.
    pub message: String,
}

impl Patterns {
    /// Compiles patterns that are relative to `base`, an absolute directory.
    ///
    /// # Errors
    /// Fails when a pattern is malformed.
    pub fn new(base: &Path, globs: &[At<String>]) -> Result<Patterns, BadPattern> {
        let mut builder = GitignoreBuilder::new(base);
        // Git takes `[abc` literally; in this file it is a typing error.
        builder.allow_unclosed_class(false);
        for glob in globs {
            let bad = |message: String| BadPattern { line: glob.line, message: format!("`{}`: {message}", glob.value) };
            if is_windows_path(&glob.value) {
                let meant = slashed(&glob.value, true).into_owned();
                return Err(bad(format!("directories are separated by `/`, on Windows too: `{meant}`")));
            }
            // In a .gitignore file `#` begins a comment; in a list it does not.
            let value = from_here(&glob.value);
            let line = if value.starts_with('#') { format!("\\{value}") } else { value.into_owned() };
            builder.add_line(None, &line).map_err(|error| bad(detail(error)))?;
        }
        let compiled = builder.build().map_err(|error| BadPattern { line: 0, message: detail(error) })?;
        let globs = globs.iter().map(|glob| (glob.clone(), AtomicBool::new(false))).collect();
        Ok(Patterns { base: base.to_owned(), compiled, globs })
    }

    /// Whether the list is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.globs.is_empty()
    }

    /// Directory that the patterns are relative to.
    #[must_use]
    pub fn base(&self) -> &Path {
        &self.base
    }

    /// Decision of the last pattern that matches an absolute path: `true` for a match, `false` for one negated with `!`, `None` without a
    /// match. Parent directories are not considered.
    #[must_use]
    pub fn decide(&self, path: &Path, is_dir: bool) -> Option<bool> {
        let inside = path.strip_prefix(&self.base).ok().filter(|inside| !inside.as_os_str().is_empty())?;
        self.told(&self.compiled.matched(inside, is_dir))
    }

    /// Like [`Patterns::decide`] for a directory, also by the names of its parent directories.
    #[must_use]
    pub fn decide_dir(&self, path: &Path) -> Option<bool> {
        let inside = path.strip_prefix(&self.base).ok().filter(|inside| !inside.as_os_str().is_empty())?;
        self.told(&self.compiled.matched_path_or_any_parents(inside, true))
    }

    /// Like [`Patterns::decide`] for a file, also by the names of its parent directories.
    #[must_use]
    pub fn decide_file(&self, path: &Path) -> Option<bool> {
        let inside = path.strip_prefix(&self.base).ok().filter(|inside| !inside.as_os_str().is_empty())?;
        self.told(&self.compiled.matched_path_or_any_parents(inside, false))
    }

    /// Line of the pattern that matches a file.
    #[must_use]
    pub fn line_of(&self, path: &Path) -> Option<usize> {
        let inside = path.strip_prefix(&self.base).ok()?;
        match self.compiled.matched_path_or_any_parents(inside, false) {
            Match::Ignore(glob) => self.find(glob.original()).map(|(glob, _)| glob.line),
            _ => None,
        }
    }

    /// Patterns that have not matched yet.
    pub fn unmet(&self) -> impl Iterator<Item = &At<String>> {
        self.globs.iter().filter(|(_, met)| !met.load(Ordering::Relaxed)).map(|(glob, _)| glob)
    }

    fn find(&self, original: &str) -> Option<&(At<String>, AtomicBool)> {
        let escaped = original.strip_prefix('\\').unwrap_or(original);
        let is_it = |value: &str| value == original || value == escaped;
        self.globs.iter().rev().find(|(glob, _)| is_it(&glob.value) || is_it(&from_here(&glob.value)))
    }

    fn told(&self, found: &Match<&ignore::gitignore::Glob>) -> Option<bool> {
        let (glob, is_named) = match found {
            Match::None => return None,
            Match::Ignore(glob) => (glob, true),
            Match::Whitelist(glob) => (glob, false),
        };
        if let Some((_, met)) = self.find(glob.original()) {
            met.store(true, Ordering::Relaxed);
        }
        Some(is_named)
    }
}

/// A path with `/` as separator. `\` is a separator only on Windows; elsewhere it is part of a name.
#[must_use]
pub fn slashed(path: &str, is_windows: bool) -> Cow<'_, str> {
    if is_windows && path.contains('\\') { Cow::Owned(path.replace('\\', "/")) } else { Cow::Borrowed(path) }
}

/// A pattern without the `./` that shells complete to: `./vendor` is `/vendor`, because it leads on from one place. As a line of a
/// `.gitignore` file it would match nothing.
#[must_use]
pub fn from_here(glob: &str) -> Cow<'_, str> {
    let (sign, rest) = glob.strip_prefix('!').map_or(("", glob), |rest| ("!", rest));
    match rest.strip_prefix("./").map(|rest| rest.trim_start_matches("./").trim_start_matches('/')) {
        Some(rest) if !rest.is_empty() => Cow::Owned(format!("{sign}/{rest}")),
        _ => Cow::Borrowed(glob),
    }
}

/// Whether a glob uses `\` as separator: before a letter it escapes nothing.
fn is_windows_path(glob: &str) -> bool {
    glob.as_bytes().windows(2).any(|pair| pair[0] == b'\\' && pair[1].is_ascii_alphanumeric())
}

fn detail(error: ignore::Error) -> String {
    match error {
        ignore::Error::Glob { err, .. } => err,
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn patterns(globs: &[&str]) -> Result<Patterns, BadPattern> {
        let globs: Vec<_> = globs.iter().zip(1..).map(|(glob, line)| At { value: (*glob).to_owned(), line }).collect();
        Patterns::new(&base(), &globs)
    }

    fn base() -> PathBuf {
        PathBuf::from(if cfg!(windows) { "C:\\repo" } else { "/repo" })
    }

    #[test]
    fn reads_them_as_git_does_and_remembers_what_matched() {
        let patterns = patterns(&["vendor/", "*.min.js", "!keep.min.js", "/top", "#*#", "never"]).expect("compiles");
        let file = |path: &str| patterns.decide_file(&base().join(path));
        assert_eq!(file("a/vendor/x.c"), Some(true));
        assert_eq!(file("a/b.min.js"), Some(true));
        assert_eq!(file("keep.min.js"), Some(false));
        assert_eq!(file("sub/top"), None);
        assert_eq!(file("top"), Some(true));
        assert_eq!(file("#x#"), Some(true));
        assert_eq!(patterns.decide_file(Path::new("/elsewhere/vendor/x")), None);
        assert_eq!(patterns.decide(&base().join("vendor"), true), Some(true));
        assert_eq!(patterns.decide(&base().join("vendor"), false), None);
        assert_eq!(patterns.unmet().map(|glob| glob.line).collect::<Vec<_>>(), [6]);
        assert_eq!(patterns.line_of(&base().join("a/b.min.js")), Some(2));
    }

    #[test]
    fn what_a_shell_completes_leads_on_from_the_directory() {
        let patterns = patterns(&["./vendor", "./a/b/", "!./vendor/keep", "./"]).expect("compiles");
        let file = |path: &str| patterns.decide_file(&base().join(path));
        assert_eq!(file("vendor/x"), Some(true));
        assert_eq!(file("vendor/keep"), Some(false));
        assert_eq!((file("sub/vendor/x"), file("a/b")), (None, None));
        assert_eq!(patterns.decide_dir(&base().join("a/b/c")), Some(true));
        assert_eq!(patterns.unmet().map(|glob| glob.line).collect::<Vec<_>>(), [4]);
    }

    #[test]
    fn separators_are_slashes_on_every_system() {
        assert_eq!(slashed("a\\b/c", true), "a/b/c");
        assert_eq!(slashed("a\\b/c", false), "a\\b/c");
        let error = patterns(&["ok", "src\\test"]).expect_err("a backslash");
        assert_eq!(error.line, 2);
        assert!(error.message.contains("`src/test`"), "{}", error.message);
        assert!(patterns(&["\\#x", "a\\ b", "\\!y"]).is_ok());
        assert!(patterns(&["[abc"]).is_err());
    }
}
