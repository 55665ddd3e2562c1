//! Takes secrets out of texts that only name things: paths, references, authors, and messages that quote what people wrote.
//!
//! A report masks the secrets that it is about. The same value may stand in a file's name, a branch, an author or an address, and what somebody
//! pasted into a configuration by mistake is quoted where it is at fault. One place looks at all of them.

use crate::engine::{Engine, Scratch, Verdict};
use crate::model::{Confidence, Finding, Origin, Outcome, Outer, Secret, Step, Suppression};
use crate::rules::RuleSet;
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What stands for a secret.
const HIDDEN: &str = "********";
/// A shorter secret is not looked for in names: words would be.
const SHORTEST: usize = 8;
/// A secret of letters alone is a word, unless it is as long as this.
const LONG: usize = 16;
/// Words with letters and digits that are no secret.
const KNOWN: [&str; 10] =
    ["base64", "base32", "sha256", "sha512", "argon2id", "ed25519", "x25519", "oauth2", "pkcs12", "totp6"];

/// A message without the secrets that it may quote: passwords in addresses, what looks like one between quotes, and what a rule finds.
#[must_use]
pub fn conceal(message: &str) -> String {
    let text = without_random_words(&without_passwords(message));
    let names = Names::new(Vec::new(), text.as_bytes());
    names.text(&text).map_or_else(|| text.clone(), Cow::into_owned)
}

/// The outcome as it may be shown: no secret of it, nor any that a rule finds, stands in a name.
#[must_use]
pub fn conceal_names(mut outcome: Outcome) -> Outcome {
    let findings = shown(&outcome);
    let secrets = findings.filter(|finding| is_distinctive(finding.secret.expose())).map(|one| one.secret.clone());
    let mut names = Names::new(secrets.collect(), &all_names(&outcome));
    for finding in &mut outcome.findings {
        names.finding(finding);
    }
    for finding in &mut outcome.inventory {
        names.finding(finding);
    }
    for one in &mut outcome.suppressed {
        names.finding(&mut one.finding);
        names.suppression(&mut one.by);
    }
    names.keys(&mut outcome.repositories);
    for repository in outcome.repositories.values_mut() {
        repository.submodule.iter_mut().for_each(|path| names.replace_path(path));
    }
    let problems = outcome.problems.iter_mut().flat_map(|problem| [&mut problem.what, &mut problem.detail]);
    let skips = outcome.skips.iter_mut().map(|skip| &mut skip.what);
    for text in problems.chain(skips).chain(&mut outcome.notes) {
        *text = without_passwords(text);
        names.replace(text);
    }
    outcome
}

/// Takes out of names the secrets of an outcome, and what rules that know a format find in them.
pub struct NameMask(Names);

impl NameMask {
    /// For the names of an outcome and these more, a line each.
    #[must_use]
    pub fn new(outcome: &Outcome, more: &[u8]) -> NameMask {
        let findings = shown(outcome).filter(|finding| is_distinctive(finding.secret.expose()));
        NameMask(Names::new(findings.map(|one| one.secret.clone()).collect(), more))
    }

    /// The name as it may be shown; `None` when it holds no secret.
    #[must_use]
    pub fn hidden(&self, name: &str) -> Option<String> {
        self.0.text(name).map(Cow::into_owned)
    }

    /// Makes the name what may be shown.
    pub fn replace(&self, name: &mut String) {
        self.0.replace(name);
    }
}

/// All findings that a report shows.
fn shown(outcome: &Outcome) -> impl Iterator<Item = &Finding> {
    let suppressed = outcome.suppressed.iter().map(|one| &one.finding);
    outcome.findings.iter().chain(&outcome.inventory).chain(suppressed)
}

/// Whether a secret is one wherever it stands: not a word that a folder may well be called.
fn is_distinctive(secret: &[u8]) -> bool {
    secret.len() >= LONG || (secret.len() >= SHORTEST && !secret.iter().all(u8::is_ascii_alphabetic))
}

/// All names of an outcome, a line each.
fn all_names(outcome: &Outcome) -> Vec<u8> {
    let mut all = Vec::new();
    let mut line = |text: &[u8]| {
        all.extend_from_slice(text);
        all.push(b'\n');
    };
    let mut last: *const Origin = std::ptr::null();
    for finding in shown(outcome) {
        for occurrence in &finding.occurrences {
            if std::ptr::eq(last, Arc::as_ptr(&occurrence.origin)) {
                continue;
            }
            last = Arc::as_ptr(&occurrence.origin);
            occurrence.origin.path().iter().for_each(|path| line(path.as_os_str().as_encoded_bytes()));
            line(occurrence.origin.steps_text().as_bytes());
        }
        for history in finding.histories.values() {
            history.refs.iter().for_each(|name| line(name.as_bytes()));
            history.introduced.iter().chain(&history.removed).for_each(|commit| line(commit.author.as_bytes()));
            history.head_paths.iter().for_each(|path| line(path.as_os_str().as_encoded_bytes()));
        }
    }
    outcome.problems.iter().for_each(|problem| line(problem.what.as_bytes()));
    outcome.skips.iter().for_each(|skip| line(skip.what.as_bytes()));
    all
}

/// The secrets that must not stand in a name.
struct Names {
    /// Sorted, each once.
    secrets: Vec<Secret>,
    /// Origins that were changed, by the address of what they were, which is kept with them: nothing else comes to stand there.
    origins: HashMap<*const Origin, (Arc<Origin>, Arc<Origin>)>,
    /// The last one that needed no change.
    plain: *const Origin,
}

impl Names {
    /// These secrets, and what rules that know a format find in `text`.
    fn new(mut secrets: Vec<Secret>, text: &[u8]) -> Names {
        let mut matches = Vec::new();
        if !text.is_empty() {
            Engine::new(RuleSet::builtin()).matches(text, 0..text.len(), &mut Scratch::default(), &mut matches);
        }
        let is_sure = |confidence| confidence == Confidence::High;
        let sure = matches.iter().filter(|found| found.verdict == Verdict::Kept && is_sure(found.confidence));
        let found = sure.map(|found| &text[found.secret.clone()]).filter(|secret| is_distinctive(secret));
        secrets.extend(found.map(Secret::new));
        secrets.sort_unstable();
        secrets.dedup();
        Names { secrets, origins: HashMap::new(), plain: std::ptr::null() }
    }

    /// The longest secret that a text begins with.
    fn at(&self, text: &[u8]) -> Option<&Secret> {
        let head = text.get(..SHORTEST)?;
        let begin = self.secrets.partition_point(|secret| secret.expose() < head);
        let alike = self.secrets[begin..].iter().take_while(|secret| secret.expose().starts_with(head));
        alike.filter(|secret| text.starts_with(secret.expose())).max_by_key(|secret| secret.len())
    }

    /// A name without secrets; `None` when there is none in it.
    fn bytes(&self, text: &[u8]) -> Option<Vec<u8>> {
        if self.secrets.is_empty() {
            return None;
        }
        let mut out: Option<Vec<u8>> = None;
        let mut at = 0;
        while at < text.len() {
            match self.at(&text[at..]) {
                Some(secret) => {
                    out.get_or_insert_with(|| text[..at].to_vec()).extend_from_slice(secret.masked().as_bytes());
                    at += secret.len();
                }
                None => {
                    out.iter_mut().for_each(|out| out.push(text[at]));
                    at += 1;
                }
            }
        }
        out
    }

    fn text<'t>(&self, text: &'t str) -> Option<Cow<'t, str>> {
        self.bytes(text.as_bytes()).map(|bytes| Cow::Owned(String::from_utf8_lossy(&bytes).into_owned()))
    }

    fn replace(&self, text: &mut String) {
        if let Some(new) = self.text(text) {
            let new = new.into_owned();
            *text = new;
        }
    }

    fn replace_arc(&self, text: &mut Arc<str>) {
        if let Some(new) = self.text(text) {
            let new = Arc::from(&*new);
            *text = new;
        }
    }

    fn replace_path(&self, path: &mut PathBuf) {
        if let Some(new) = self.bytes(path.as_os_str().as_encoded_bytes()) {
            *path = path_of(&new);
        }
    }

    fn finding(&mut self, finding: &mut Finding) {
        for occurrence in &mut finding.occurrences {
            self.origin(&mut occurrence.origin);
        }
        for history in finding.histories.values_mut() {
            history.refs.iter_mut().for_each(|name| self.replace(name));
            history.head_paths.iter_mut().for_each(|path| self.replace_path(path));
            let commits = history.introduced.iter_mut().chain(&mut history.removed);
            commits.for_each(|commit| self.replace(&mut commit.author));
        }
        self.keys(&mut finding.histories);
    }

    /// Repositories are known by the same names everywhere.
    fn keys<T>(&self, by_repository: &mut BTreeMap<PathBuf, T>) {
        if by_repository.keys().any(|path| self.bytes(path.as_os_str().as_encoded_bytes()).is_some()) {
            let renamed = std::mem::take(by_repository).into_iter().map(|(mut path, value)| {
                self.replace_path(&mut path);
                (path, value)
            });
            *by_repository = renamed.collect();
        }
    }

    fn suppression(&self, by: &mut Suppression) {
        self.replace(&mut by.place);
        by.reason.iter_mut().chain(&mut by.owner).for_each(|text| self.replace(text));
    }

    /// Origins are shared by the findings of one file, and stay so.
    fn origin(&mut self, origin: &mut Arc<Origin>) {
        if self.secrets.is_empty() || std::ptr::eq(self.plain, Arc::as_ptr(origin)) {
            return;
        }
        if let Some((_, known)) = self.origins.get(&Arc::as_ptr(origin)) {
            *origin = Arc::clone(known);
            return;
        }
        let mut new = Origin::clone(origin);
        match &mut new.outer {
            Outer::File(path) => self.replace_path(path),
            Outer::Committed { repository, path, .. }
            | Outer::Staged { repository, path }
            | Outer::WorkTree { repository, path } => {
                self.replace_path(repository);
                self.replace_path(path);
            }
            Outer::Object { repository, .. } => self.replace_path(repository),
            Outer::Image { reference, .. } => self.replace_arc(reference),
            Outer::Stdin | Outer::Process { .. } => {}
        }
        for step in &mut new.steps {
            match step {
                Step::Member { path } => self.replace_path(path),
                Step::Layer { created_by, .. } => created_by.iter_mut().for_each(|text| self.replace_arc(text)),
                Step::Field { path } => self.replace_arc(path),
                Step::Decoded { .. } => {}
            }
        }
        if new == **origin {
            self.plain = Arc::as_ptr(origin);
            return;
        }
        let new = Arc::new(new);
        let old = std::mem::replace(origin, Arc::clone(&new));
        self.origins.insert(Arc::as_ptr(&old), (old, new));
    }
}

#[cfg(unix)]
fn path_of(bytes: &[u8]) -> PathBuf {
    Path::new(<std::ffi::OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(bytes)).to_owned()
}

#[cfg(not(unix))]
fn path_of(bytes: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(bytes).into_owned())
}

/// A text without what stands before the `@` of an address, behind the scheme or the user's name.
fn without_passwords(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_inclusive(char::is_whitespace) {
        let Some(at) = word.rfind('@') else {
            out.push_str(word);
            continue;
        };
        let head = &word[..at];
        let scheme =
            head.find(":/").map(|colon| colon + 1 + head[colon + 1..].bytes().take_while(|b| *b == b'/').count());
        // Behind a scheme all of it; otherwise what follows the user's name.
        let from = scheme.or_else(|| head.find(':').map(|colon| colon + 1)).filter(|from| *from < at);
        match from {
            Some(from) => {
                out.push_str(&head[..from]);
                out.push_str(HIDDEN);
                out.push_str(&word[at..]);
            }
            None => out.push_str(word),
        }
    }
    out
}

/// A message without what looks like a password behind the first quote of a line: there stands what somebody wrote into a file, and may have
/// quotes of its own.
fn without_random_words(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut is_open = false;
    let mut word = String::new();
    for c in text.chars() {
        let is_quote = matches!(c, '`' | '"');
        if is_quote || c.is_whitespace() {
            end_word(&mut word, is_open, &mut out);
            out.push(c);
            is_open = c != '\n' && (is_open || is_quote);
        } else {
            word.push(c);
        }
    }
    end_word(&mut word, is_open, &mut out);
    out
}

fn end_word(word: &mut String, is_quoted: bool, out: &mut String) {
    out.push_str(if is_quoted && looks_random(word) { HIDDEN } else { word });
    word.clear();
}

/// Whether a word could be a password: letters and digits mixed, cases mixed as no name mixes them, or several signs.
fn looks_random(word: &str) -> bool {
    let signs = word.bytes().filter(|byte| matches!(byte, b'!' | b'@' | b'#' | b'$' | b'%' | b'^' | b'&')).count();
    if signs >= 2 && word.len() >= SHORTEST {
        return true;
    }
    word.split(|c: char| !c.is_ascii_alphanumeric()).filter(|run| run.len() >= 6 && !KNOWN.contains(run)).any(|run| {
        let bytes = run.as_bytes();
        let is_mixed = bytes.iter().any(u8::is_ascii_digit) && bytes.iter().any(u8::is_ascii_alphabetic);
        let is_lower = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_lowercase);
        // Names have words of two letters and more between their capitals.
        let stray =
            (1..bytes.len()).filter(|at| bytes[*at].is_ascii_uppercase() && is_lower(at - 1) && !is_lower(at + 2));
        is_mixed || run.len() >= 24 || (run.len() >= SHORTEST && stray.count() >= 2)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_keeps_its_host_alone() {
        for (text, shown) in [
            ("cannot read https://ada:pw@host/r.git: no", "cannot read https://********@host/r.git: no"),
            ("/here/https:/ada:p@ss@host/r", "/here/https:/********@host/r"),
            ("ada:pw@host:r.git", "ada:********@host:r.git"),
            ("git@host:r.git and a: b @c", "git@host:r.git and a: b @c"),
        ] {
            assert_eq!(without_passwords(text), shown);
        }
    }

    #[test]
    fn what_is_quoted_is_shown_if_it_is_a_name() {
        for name in
            ["`useDefault`", "`stanch-baseline 2`", "`github-pat-classic`", "\"sha256\"", "`src/v2/*.rs`", "x9y8z7w6"]
        {
            assert_eq!(without_random_words(name), name);
        }
        let random = ["qwert7yuiop2a", "QwErTyUiOpAs", "tr0ub4dor&3", "a!b@c#defg"];
        for word in random {
            assert_eq!(without_random_words(&format!("`x {word}` y")), "`x ********` y", "{word}");
        }
    }

    #[test]
    fn a_name_loses_its_secrets_and_nothing_else() {
        let secrets = ["longer-than-short", "longer-than", "12345678x"].map(|text| Secret::new(text.as_bytes()));
        let names = Names::new(secrets.to_vec(), b"");
        assert_eq!(names.bytes(b"a/longer-than-short.12345678x"), Some(b"a/********.********".to_vec()));
        assert_eq!(names.bytes(b"a/longer-th/12345678"), None);
        assert!(!is_distinctive(b"postgres") && is_distinctive(b"postgres!1"));
    }
}
