//! Reads the few settings that change how a repository is read.
//!
//! Only the repository's own file is read, and `include`s are not followed: they can name any file, and nothing they
//! could say matters here. Syntax after <https://git-scm.com/docs/git-config#_syntax>, read 2026-11-23.

use super::read;
use std::path::Path;

/// A longer file, bytes, is not read.
const MAX_CONFIG_BYTES: u64 = 1 << 20;

/// A repository's configuration file, as far as it could be understood.
#[derive(Debug, Default)]
pub struct Config {
    /// Section (with its subsection after a dot), key, value; in file order.
    entries: Vec<(String, String, String)>,
}

impl Config {
    /// Reads the file at `path`; a repository without one has no settings.
    pub fn read(path: &Path) -> Config {
        // Lossy is enough: the settings asked for are ASCII.
        read::limited(path, MAX_CONFIG_BYTES)
            .map(|bytes| Config::parse(&String::from_utf8_lossy(&bytes)))
            .unwrap_or_default()
    }

    /// Parses a configuration file's text. Lines that make no sense are passed over.
    pub fn parse(text: &str) -> Config {
        let mut config = Config::default();
        let mut section = String::new();
        let joined = text.replace("\\\r\n", "").replace("\\\n", "");
        for line in joined.lines() {
            let mut line = line.trim();
            if let Some((name, rest)) = line.strip_prefix('[').and_then(|header| header.split_once(']')) {
                section = section_name(name);
                line = rest.trim();
            }
            if line.is_empty() || line.starts_with(['#', ';']) {
                continue;
            }
            let (key, value) = match line.split_once('=') {
                Some((key, value)) => (key.trim(), unquote(value.trim())),
                None => (line, "true".to_owned()),
            };
            config.entries.push((section.clone(), key.to_ascii_lowercase(), value));
        }
        config
    }

    /// The last value of a key (in lower case) in a section, e.g. `get("core", "bare")`.
    pub fn get(&self, section: &str, key: &str) -> Option<&str> {
        let found = self.entries.iter().rev().find(|(s, k, _)| s == section && k == key);
        found.map(|(_, _, value)| value.as_str())
    }

    /// All values of a key in sections of the kind `section`, whatever their subsections, in file order.
    pub fn all<'c>(&'c self, section: &'c str, key: &'c str) -> impl Iterator<Item = &'c str> {
        let found = self.entries.iter().filter(move |(s, k, _)| s.split('.').next() == Some(section) && k == key);
        found.map(|(_, _, value)| value.as_str())
    }

    /// The name of the remote that has this address.
    pub fn remote_of(&self, address: &str) -> Option<&str> {
        let is_address = |key: &str| key == "url" || key == "pushurl";
        self.entries.iter().find_map(|(section, key, value)| {
            section.strip_prefix("remote.").filter(|_| is_address(key) && value == address)
        })
    }

    /// Whether any section of the kind `section` (whatever its subsection) has this key with a true value.
    pub fn any_true(&self, section: &str, key: &str) -> bool {
        self.entries.iter().any(|(s, k, value)| {
            s.split('.').next() == Some(section) && k == key && ["true", "yes", "on", "1"].contains(&value.as_str())
        })
    }
}

/// `remote "origin"` as `remote.origin`. The section's own name has no case, a subsection has.
fn section_name(header: &str) -> String {
    match header.split_once('"') {
        Some((name, sub)) => format!("{}.{}", name.trim().to_ascii_lowercase(), sub.trim_end_matches('"')),
        None => header.trim().to_ascii_lowercase(),
    }
}

/// A value without quotes, escapes and a comment behind it.
fn unquote(value: &str) -> String {
    let mut plain = String::new();
    let mut quoted = false;
    let mut kept = 0;
    let mut chars = value.chars();
    while let Some(c) = chars.next() {
        match c {
            '"' => quoted = !quoted,
            '#' | ';' if !quoted => break,
            '\\' => match chars.next() {
                Some('n') => plain.push('\n'),
                Some('t') => plain.push('\t'),
                Some(other) => plain.push(other),
                None => {}
            },
            _ => plain.push(c),
        }
        if quoted || !c.is_whitespace() {
            kept = plain.len();
        }
    }
    plain.truncate(kept);
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_values_and_comments() {
        let text = "[core]\n\tbare = true ; why\n[Remote \"Or.igin\"] promisor\n url = \"a # b\"  # c\n [extensions]\n\
                    objectFormat = sha\\\n256\n";
        let config = Config::parse(text);
        assert_eq!(config.get("core", "bare"), Some("true"));
        assert_eq!(config.get("remote.Or.igin", "url"), Some("a # b"));
        assert!(config.any_true("remote", "promisor"));
        assert!(!config.any_true("remote", "url"));
        assert_eq!(config.get("extensions", "objectformat"), Some("sha256"));
        assert_eq!(config.get("core", "absent"), None);
    }
}
