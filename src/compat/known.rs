//! Ignore lists and baselines of other scanners: `.gitleaksignore` files, gitleaks reports used as baselines, `.secrets.baseline` files of
//! detect-secrets, and baselines of kingfisher.

use super::gitleaks::selects_ours;
use crate::config::ConfigError;
use crate::model::Secret;
use saphyr::{LoadableYamlNode, Yaml};
use serde_json::Value;
use sha1::{Digest, Sha1};
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// Kind of list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A `.gitleaksignore` file: locations.
    IgnoreFile,
    /// A gitleaks report: secrets, or locations where the report masks them.
    Report,
    /// A detect-secrets baseline: hashes of secrets, by file.
    DetectSecrets,
    /// A kingfisher baseline: locations. Its fingerprints are specific to kingfisher.
    Kingfisher,
}

/// An entry of a list.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Line in the list, from 1; 0 if unknown.
    pub at: usize,
    /// The commit that it is limited to.
    pub commit: Option<String>,
    /// File.
    pub path: String,
    /// Rule, or the type of detect-secrets.
    pub rule: String,
    /// Line in the file, from 1.
    pub line: Option<u64>,
    /// The secret, if the list contains it.
    secret: Option<Kept>,
}

/// How a list stores a secret.
#[derive(Clone, Debug)]
enum Kept {
    Plain(Secret),
    Sha1([u8; 20]),
}

/// Format of an ignore file's lines, for messages.
const EXPECTED: &str = "a line is commit:file:rule:line or file:rule:line";

/// A list.
#[derive(Debug)]
pub struct KnownList {
    /// Name in messages.
    pub file: String,
    /// Directory that its paths are relative to.
    pub base: PathBuf,
    /// Kind of list.
    pub kind: Kind,
    /// Entries.
    pub entries: Vec<Entry>,
    /// Lines without effect.
    pub notes: Vec<String>,
    by_path: HashMap<String, Vec<usize>>,
    by_secret: HashMap<Secret, Vec<usize>>,
}

/// A detected secret and its location.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// Path relative to [`KnownList::base`], with `/`.
    pub path: &'a str,
    /// Commit id.
    pub commit: Option<&'a str>,
    /// Lines where the secret and where the match begin.
    pub lines: (u64, u64),
    /// Rule id.
    pub rule: &'a str,
    /// Rule family.
    pub family: &'a str,
    /// Whether the rule comes from the other scanner's configuration.
    pub is_theirs: bool,
    /// The secret.
    pub secret: &'a [u8],
    /// All families of stanch.
    pub families: &'a [String],
}

impl KnownList {
    /// Parses a `.gitleaksignore` file, whose paths are relative to `base`.
    ///
    /// # Errors
    /// Fails when the text has another format.
    pub fn ignore_file(file: &str, base: &Path, text: &str) -> Result<KnownList, ConfigError> {
        let (mut entries, mut notes, mut faults) = (Vec::new(), Vec::new(), Vec::new());
        for (at, line) in (1..).zip(text.trim_start_matches('\u{feff}').lines()) {
            let line = line.split(" #").next().unwrap_or_default().trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            match fingerprint(line) {
                Some(entry) => entries.push(Entry { at, ..entry }),
                None if is_another_format(line) => faults.push((at, format!("{EXPECTED}; this is another format"))),
                // gitleaks ignores such lines; users often put paths there.
                None => notes.push(format!(
                    "{file}:{at}: {EXPECTED}; this line does nothing (paths go into `exclude` of stanch.toml)"
                )),
            }
        }
        if !faults.is_empty() {
            return Err(ConfigError { file: file.to_owned(), faults });
        }
        Ok(KnownList { notes, ..KnownList::of(file, base, Kind::IgnoreFile, entries) })
    }

    /// Whether a text is a list of another scanner and not a stanch baseline.
    #[must_use]
    pub fn is_list(text: &str) -> bool {
        let text = text.trim_start_matches('\u{feff}').trim_start();
        text.starts_with('[') || text.starts_with('{') || text.trim_end() == "null" || is_kingfisher(text)
    }

    /// Parses a gitleaks report, or a baseline of detect-secrets or kingfisher.
    ///
    /// # Errors
    /// Fails when the text is none of these.
    pub fn list(file: &str, base: &Path, text: &str) -> Result<KnownList, ConfigError> {
        if is_kingfisher(text) {
            let entries = kingfisher(text).map_err(|why| ConfigError::one(file, 0, why))?;
            return Ok(KnownList::of(file, base, Kind::Kingfisher, entries));
        }
        let fault = |line: usize, why: &str| ConfigError::one(file, line, why);
        let document: Value = serde_json::from_str(text.trim_start_matches('\u{feff}'))
            .map_err(|error| fault(error.line(), &format!("no JSON: {error}")))?;
        match &document {
            Value::Null => Ok(KnownList::of(file, base, Kind::Report, Vec::new())),
            Value::Array(findings) => {
                let entries = findings.iter().zip(1..).map(|(finding, number)| {
                    reported(finding).ok_or_else(|| {
                        fault(0, &format!("finding {number} is none of gitleaks: RuleID, File or StartLine is missing"))
                    })
                });
                Ok(KnownList::of(file, base, Kind::Report, entries.collect::<Result<_, _>>()?))
            }
            Value::Object(_) => {
                let version = document["version"].as_str().unwrap_or_default();
                let Some(results) = document["results"].as_object() else {
                    let why = "neither a baseline of ours, nor a report of gitleaks (a list), nor a baseline of detect-secrets (with \
                               `results`); `stanch migrate` knows more";
                    return Err(fault(1, why));
                };
                if !(version.starts_with("0.") || version.starts_with("1.")) {
                    let why =
                        format!("a baseline of detect-secrets of version `{version:.20}`; versions 0 and 1 are known");
                    return Err(fault(1, &why));
                }
                let mut entries = Vec::new();
                for (path, secrets) in results {
                    for one in secrets.as_array().into_iter().flatten() {
                        entries.push(hashed(path, one).ok_or_else(|| {
                            fault(
                                0,
                                &format!(
                                    "`results` of {path}: an entry without a `hashed_secret` of 40 hexadecimal digits"
                                ),
                            )
                        })?);
                    }
                }
                Ok(KnownList::of(file, base, Kind::DetectSecrets, entries))
            }
            _ => Err(fault(1, "a list or an object was expected")),
        }
    }

    fn of(file: &str, base: &Path, kind: Kind, entries: Vec<Entry>) -> KnownList {
        let (mut by_path, mut by_secret) = (HashMap::new(), HashMap::new());
        for (number, entry) in entries.iter().enumerate() {
            match &entry.secret {
                Some(Kept::Plain(secret)) => by_secret.entry(secret.clone()).or_insert_with(Vec::new).push(number),
                _ => by_path.entry(entry.path.clone()).or_insert_with(Vec::new).push(number),
            }
        }
        KnownList { file: file.to_owned(), base: base.to_owned(), kind, entries, notes: Vec::new(), by_path, by_secret }
    }

    /// The entry that covers a detected secret.
    #[must_use]
    pub fn find(&self, subject: &Subject<'_>) -> Option<&Entry> {
        let by_secret = if self.by_secret.is_empty() { None } else { self.by_secret.get(&Secret::new(subject.secret)) };
        let entries = by_secret.into_iter().chain(self.by_path.get(subject.path)).flatten();
        entries.map(|number| &self.entries[*number]).find(|entry| entry.knows(subject))
    }
}

impl Entry {
    fn knows(&self, subject: &Subject<'_>) -> bool {
        match &self.secret {
            Some(Kept::Plain(_)) => self.is_of_rule(subject),
            Some(Kept::Sha1(hash)) => hashes(subject.secret).any(|one| one == *hash),
            None => {
                let is_here = self.line.is_some_and(|line| line == subject.lines.0 || line == subject.lines.1);
                let is_then = self.commit.is_none() || self.commit.as_deref() == subject.commit;
                is_here && is_then && self.is_of_rule(subject)
            }
        }
    }

    fn is_of_rule(&self, subject: &Subject<'_>) -> bool {
        if self.rule.is_empty() {
            return true;
        }
        if subject.is_theirs {
            return self.rule == subject.rule;
        }
        selects_ours(&self.rule, subject.rule, subject.family, subject.families.iter().map(String::as_str))
    }
}

/// SHA-1 hashes that detect-secrets may store for a secret. For a private key it hashes the text between the dashes of its first line.
fn hashes(secret: &[u8]) -> impl Iterator<Item = [u8; 20]> {
    let head = secret.strip_prefix(b"-----").and_then(|rest| Some(&rest[..memchr::memmem::find(rest, b"-----")?]));
    std::iter::once(secret).chain(head).map(|bytes| Sha1::digest(bytes).into())
}

/// Whether a text is a kingfisher baseline, by its first key.
fn is_kingfisher(text: &str) -> bool {
    let lines = text.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#') && *line != "---");
    lines.take(1).any(|line| line.trim_end() == "ExactFindings:") || is_second_kingfisher(text)
}

/// Whether it is one as version 2.14 writes it, with findings by repository.
fn is_second_kingfisher(text: &str) -> bool {
    let has = |key: &str| text.lines().any(|line| line.starts_with(key));
    has("version:")
        && has("repositories:")
        && text.lines().any(|line| line.starts_with("fingerprint_algorithm: kingfisher"))
}

/// Locations in a kingfisher baseline (<https://mongodb.github.io/kingfisher/usage/baseline>, read 2026-11-24), or in one that version
/// 2.14 writes (made with it on 2026-12-01).
fn kingfisher(text: &str) -> Result<Vec<Entry>, String> {
    let documents = Yaml::load_from_str(text).map_err(|error| format!("no YAML: {error}"))?;
    let document = documents.first();
    let old = document.and_then(|document| document.as_mapping_get("ExactFindings"));
    let repositories =
        document.and_then(|document| document.as_mapping_get("repositories")).and_then(Yaml::as_sequence);
    let of_repository = |repository| Yaml::as_mapping_get(repository, "findings");
    let lists = old.and_then(|old| old.as_mapping_get("matches")).into_iter();
    let lists = lists.chain(repositories.into_iter().flatten().filter_map(of_repository));
    let entry = |one: &Yaml<'_>| {
        let path = one.as_mapping_get("filepath").or_else(|| one.as_mapping_get("path"))?.as_str()?;
        let line = one.as_mapping_get("linenum").or_else(|| one.as_mapping_get("line"))?.as_integer()?;
        let path = tidy(path.trim_end_matches('/'));
        Some(Entry { at: 0, commit: None, path, rule: String::new(), line: u64::try_from(line).ok(), secret: None })
    };
    let bad = "an entry without a path and a line";
    let findings = lists.filter_map(Yaml::as_sequence).flatten();
    findings.map(|one| entry(one).ok_or_else(|| bad.to_owned())).collect()
}

/// Normalizes a path of a list: `/` as separator, no leading `./`.
fn tidy(path: &str) -> String {
    let path = path.replace('\\', "/");
    path.strip_prefix("./").unwrap_or(&path).to_owned()
}

/// Whether a line belongs to a file that is not an ignore file: JSON, YAML, or an unknown version.
fn is_another_format(line: &str) -> bool {
    let word = line.split([':', '=', ' ']).next().unwrap_or_default().to_ascii_lowercase();
    line.starts_with(['{', '[', '<']) || line == "---" || word.contains("version")
}

/// Parses `commit:file:rule:line` or `file:rule:line`.
fn fingerprint(text: &str) -> Option<Entry> {
    let (rest, line) = text.rsplit_once(':')?;
    let (rest, rule) = rest.rsplit_once(':')?;
    let line = line.parse().ok()?;
    let is_commit = |text: &str| matches!(text.len(), 40 | 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let (commit, path) = match rest.split_once(':') {
        Some((commit, path)) if is_commit(commit) => (Some(commit.to_ascii_lowercase()), path),
        _ => (None, rest),
    };
    let is_sound = !path.is_empty() && !rule.is_empty() && !path.starts_with(['{', '[', '"']);
    is_sound.then(|| Entry { at: 0, commit, path: tidy(path), rule: rule.to_owned(), line: Some(line), secret: None })
}

/// An entry from a finding of a gitleaks report.
fn reported(finding: &Value) -> Option<Entry> {
    let text = |key: &str| finding[key].as_str();
    let secret = text("Secret").unwrap_or_default();
    // `--redact` writes `REDACTED`; `--redact=N` writes a prefix and three dots.
    let is_masked =
        secret.is_empty() || secret.contains("REDACTED") || secret.ends_with("...") || secret.contains("****");
    Some(Entry {
        at: 0,
        commit: text("Commit").filter(|commit| !commit.is_empty()).map(str::to_ascii_lowercase),
        path: tidy(text("File")?),
        rule: text("RuleID")?.to_owned(),
        line: Some(finding["StartLine"].as_u64()?),
        secret: (!is_masked).then(|| Kept::Plain(Secret::new(secret.as_bytes()))),
    })
}

/// An entry from a detect-secrets baseline.
fn hashed(path: &str, entry: &Value) -> Option<Entry> {
    let digits = entry["hashed_secret"].as_str()?;
    let mut hash = [0; 20];
    if digits.len() != 40 || !digits.is_ascii() {
        return None;
    }
    for (at, byte) in hash.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&digits[2 * at..2 * at + 2], 16).ok()?;
    }
    Some(Entry {
        at: 0,
        commit: None,
        path: tidy(entry["filename"].as_str().unwrap_or(path)),
        rule: entry["type"].as_str().unwrap_or_default().to_owned(),
        line: entry["line_number"].as_u64(),
        secret: Some(Kept::Sha1(hash)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn subject<'a>(path: &'a str, rule: &'a str, line: u64, secret: &'a [u8]) -> Subject<'a> {
        let (commit, families) = (None, &[][..]);
        Subject { path, commit, lines: (line, line), rule, family: rule, is_theirs: true, secret, families }
    }

    #[test]
    fn fingerprints_are_read_from_their_end() {
        let commit = "c".repeat(40);
        let text = format!("# why\n\n{commit}:a/b.go:my-rule:12\na:b.go:my-rule:3\nwin\\dir\\c.go:my-rule:4 # x\n");
        let known = KnownList::ignore_file(".gitleaksignore", Path::new("/r"), &text).expect("reads");
        assert_eq!(known.entries.len(), 3);
        assert!(known.find(&Subject { commit: Some(&commit), ..subject("a/b.go", "my-rule", 12, b"x") }).is_some());
        assert!(known.find(&subject("a/b.go", "my-rule", 12, b"x")).is_none());
        assert_eq!(known.find(&subject("a:b.go", "my-rule", 3, b"x")).map(|entry| entry.at), Some(4));
        assert!(known.find(&subject("win/dir/c.go", "my-rule", 4, b"x")).is_some());
        assert!(known.find(&subject("win/dir/c.go", "other", 4, b"x")).is_none());
        for text in ["version: 2\n", "{\"a\": 1}\n", "gitleaksignore-version = 2\na.go:r:1\n"] {
            let error = KnownList::ignore_file("f", Path::new("/"), text).expect_err(text).to_string();
            assert!(error.starts_with("f:1: ") && error.contains("commit:file:rule:line"), "{error}");
        }
        let odd = KnownList::ignore_file("f", Path::new("/"), "docs/*.md\na.go:my-rule\n").expect("reads");
        assert_eq!((odd.entries.len(), odd.notes.len()), (0, 2));
    }

    #[test]
    fn reports_know_secrets_and_where_they_are_masked_places() {
        let finding = |secret: &str| {
            format!("{{\"RuleID\":\"r\",\"File\":\"a\",\"StartLine\":2,\"Commit\":\"\",\"Secret\":\"{secret}\"}}")
        };
        let text = format!("[{},{}]", finding("swordfish"), finding("REDACTED"));
        let known = KnownList::list("f", Path::new("/"), &text).expect("reads");
        assert!(known.find(&subject("elsewhere", "r", 9, b"swordfish")).is_some());
        assert!(known.find(&subject("elsewhere", "s", 9, b"swordfish")).is_none());
        assert!(known.find(&subject("a", "r", 2, b"another")).is_some());
        assert!(known.find(&subject("a", "r", 3, b"another")).is_none());
        assert!(KnownList::list("f", Path::new("/"), "[{\"a\":1}]").is_err());
    }

    #[test]
    fn kingfisher_knows_places() {
        let text = "ExactFindings:\n  matches:\n  - filepath: src/a.rb/\n    fingerprint: '389162583612032034'\n    linenum: 52\n    lastupdated: x\n";
        assert!(KnownList::is_list(text));
        let known = KnownList::list("f", Path::new("/"), text).expect("reads");
        assert!(known.find(&subject("src/a.rb", "r", 52, b"x")).is_some());
        assert!(known.find(&subject("src/a.rb", "r", 53, b"x")).is_none());
        assert!(KnownList::list("f", Path::new("/"), "ExactFindings:\n  matches:\n  - a: 1\n").is_err());
        // As version 2.14 writes it.
        let text = "version: 2\nfingerprint_algorithm: kingfisher-v1\nrepositories:\n- id: local:///x\n  findings:\n  - path: src/a.rb\n    fingerprint: '680'\n    rule_id: r\n    line: 7\n";
        assert!(KnownList::is_list(text));
        let known = KnownList::list("f", Path::new("/"), text).expect("reads");
        assert!(known.find(&subject("src/a.rb", "r", 7, b"x")).is_some());
        assert!(known.find(&subject("src/a.rb", "r", 8, b"x")).is_none());
    }

    #[test]
    fn hashes_of_detect_secrets_are_those_of_the_secret() {
        let hex = |text: &str| Sha1::digest(text).iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        let entry = |text: &str| format!("{{\"type\":\"T\",\"filename\":\"a\",\"hashed_secret\":\"{}\"}}", hex(text));
        let list = format!("{},{}", entry("swordfish"), entry("BEGIN RSA PRIVATE KEY"));
        let text = format!("{{\"version\":\"1.5.0\",\"results\":{{\"a\":[{list}]}}}}");
        let known = KnownList::list("f", Path::new("/"), &text).expect("reads");
        assert!(known.find(&subject("a", "r", 9, b"swordfish")).is_some());
        assert!(known.find(&subject("b", "r", 9, b"swordfish")).is_none());
        let key = ["-----BEGIN RSA PRIVATE", " KEY-----\nMII"].concat();
        assert!(known.find(&subject("a", "r", 9, key.as_bytes())).is_some());
        assert!(KnownList::list("f", Path::new("/"), "{\"version\":\"2.0\",\"results\":{}}").is_err());
    }
}
