//! `.stanchignore`: secrets that are not reported, each with an optional reason, owner and end date.
//!
//! The file is edited by hand. Its comments and order are kept: the program only adds and removes lines.

use super::digest::{LedgerKey, Salt, SaltId};
use super::entry::Entry;
use super::fault::{IGNORE, LedgerError, Line, sort};
use std::collections::{BTreeMap, HashMap};

/// Content of an ignore file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IgnoreFile {
    lines: Vec<String>,
    /// Entries by line index, from 0.
    entries: BTreeMap<usize, Entry>,
    /// Line indices of each secret's entries.
    index: HashMap<LedgerKey, Vec<usize>>,
    salts: BTreeMap<SaltId, Salt>,
}

impl IgnoreFile {
    /// Parses a file's text.
    ///
    /// # Errors
    /// Returns the first fault.
    pub fn parse(file: &str, text: &str) -> Result<IgnoreFile, LedgerError> {
        let mut read = IgnoreFile::default();
        for (at, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
            let fault = |message: String| LedgerError { file: file.to_owned(), line: at + 1, message };
            match sort(IGNORE, line).map_err(fault)? {
                Line::Blank | Line::Version | Line::Slot => {}
                Line::Salt(salt) => {
                    let salt = Salt::parse(salt).map_err(fault)?;
                    read.salts.insert(salt.id(), salt);
                }
                Line::Other(line) => {
                    let entry = Entry::parse(line).map_err(fault)?;
                    read.index.entry(entry.mark).or_default().push(at);
                    read.entries.insert(at, entry);
                }
            }
            read.lines.push(line.to_owned());
        }
        let lacks_salt = |entry: &Entry| entry.mark.salt.is_some_and(|id| !read.salts.contains_key(&id));
        if let Some((at, _)) = read.entries.iter().find(|(_, entry)| lacks_salt(entry)) {
            let message = "the `salt …` line is missing under which this digest was made; restore it".to_owned();
            return Err(LedgerError { file: file.to_owned(), line: at + 1, message });
        }
        Ok(read)
    }

    /// Entries with their lines, from 1, in the order of the file.
    pub fn entries(&self) -> impl Iterator<Item = (usize, &Entry)> {
        self.entries.iter().map(|(at, entry)| (at + 1, entry))
    }

    /// Entries of a secret with their lines, from 1.
    pub fn of(&self, mark: &LedgerKey) -> impl Iterator<Item = (usize, &Entry)> {
        let lines = self.index.get(mark).map_or(&[][..], Vec::as_slice);
        lines.iter().filter_map(|at| Some((at + 1, self.entries.get(at)?)))
    }

    /// The salts of slow digests.
    #[must_use]
    pub fn salts(&self) -> &BTreeMap<SaltId, Salt> {
        &self.salts
    }

    /// Whether a secret of this family has a slow digest.
    #[must_use]
    pub fn has_slow(&self, family: &str) -> bool {
        self.entries.values().any(|entry| entry.mark.salt.is_some() && entry.family == family)
    }

    /// Adds an entry, and its salt if the file lacks it. In a sorted file the entry keeps the order, so that two branches that each add one
    /// rarely conflict.
    pub fn add(&mut self, entry: Entry, salt: Option<&Salt>) {
        if self.lines.is_empty() {
            self.lines = vec![
                format!("{IGNORE} 1"),
                "# Secrets that `stanch` does not report: FINGERPRINT  FAMILY  owner=…  expires=YYYY-MM-DD  # reason"
                    .to_owned(),
            ];
        }
        if let Some(salt) = salt.filter(|salt| !self.salts.contains_key(&salt.id())) {
            let at = self.entries.keys().next().copied().unwrap_or(self.lines.len());
            self.insert(at, format!("salt {salt}"));
            self.salts.insert(salt.id(), *salt);
        }
        let marks = || self.entries.values().map(|entry| entry.mark);
        let is_sorted = marks().zip(marks().skip(1)).all(|(a, b)| a <= b);
        let next = self.entries.iter().find(|(_, other)| other.mark > entry.mark).map(|(at, _)| *at);
        let at = next
            .filter(|_| is_sorted)
            .unwrap_or_else(|| self.entries.keys().next_back().map_or(self.lines.len(), |last| last + 1));
        self.insert(at, entry.to_string());
        self.entries.insert(at, entry);
        self.reindex();
    }

    /// Removes the entries on these lines, from 1.
    pub fn remove(&mut self, lines: &[usize]) {
        let mut kept = IgnoreFile { salts: std::mem::take(&mut self.salts), ..IgnoreFile::default() };
        for (at, line) in std::mem::take(&mut self.lines).into_iter().enumerate() {
            let entry = self.entries.remove(&at);
            if entry.is_some() && lines.contains(&(at + 1)) {
                continue;
            }
            if let Some(entry) = entry {
                kept.entries.insert(kept.lines.len(), entry);
            }
            kept.lines.push(line);
        }
        kept.reindex();
        *self = kept;
    }

    /// Text of the file.
    #[must_use]
    pub fn text(&self) -> String {
        self.lines.iter().flat_map(|line| [line.as_str(), "\n"]).collect()
    }

    fn insert(&mut self, at: usize, line: String) {
        self.lines.insert(at, line);
        let moved = |place: usize| if place >= at { place + 1 } else { place };
        self.entries =
            std::mem::take(&mut self.entries).into_iter().map(|(place, entry)| (moved(place), entry)).collect();
    }

    fn reindex(&mut self) {
        self.index.clear();
        for (at, entry) in &self.entries {
            self.index.entry(entry.mark).or_default().push(*at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digest(letter: char) -> String {
        letter.to_string().repeat(32)
    }

    fn entry(letter: char) -> Entry {
        Entry::parse(&format!("{}  generic", digest(letter))).expect("an entry")
    }

    #[test]
    fn comments_and_order_stay() {
        let text =
            format!("# ours\n\n{}  generic  # one\n# about three\n{}  generic\n\n# end\n", digest('1'), digest('3'));
        let mut file = IgnoreFile::parse("f", &text).expect("reads");
        file.add(entry('2'), None);
        let with = text.replace("# about three\n", &format!("# about three\n{}  generic\n", digest('2')));
        assert_eq!(file.text(), with);
        file.add(entry('4'), None);
        assert_eq!(file.text(), with.replace("\n\n# end", &format!("\n{}  generic\n\n# end", digest('4'))));
        file.remove(&[5, 7]);
        assert_eq!(file.text(), text);
        assert_eq!(IgnoreFile::parse("f", &text), Ok(file));
    }

    #[test]
    fn an_unsorted_file_gets_its_entries_at_the_end() {
        let text = format!("{}  generic\n{}  generic\n", digest('3'), digest('1'));
        let mut file = IgnoreFile::parse("f", &text).expect("reads");
        file.add(entry('2'), None);
        assert_eq!(file.text(), format!("{text}{}  generic\n", digest('2')));
    }

    #[test]
    fn a_new_file_says_what_it_is() {
        let mut file = IgnoreFile::default();
        let salt = Salt::parse(&format!("{} argon2id m=8 t=1 p=1", digest('5'))).expect("a salt");
        file.add(Entry { mark: LedgerKey { salt: Some(salt.id()), ..entry('1').mark }, ..entry('1') }, Some(&salt));
        assert!(file.text().starts_with("stanch-ignore 1\n#"), "{}", file.text());
        assert_eq!(IgnoreFile::parse("f", &file.text()), Ok(file));
    }

    #[test]
    fn other_tools_files_are_known() {
        for text in ["cd5226711335c68be1e720b318b7bc3135a30eb2:cmd/a.go:aws:37", "a.go:aws:37", "{", "version: 2"] {
            let error = IgnoreFile::parse("f", text).expect_err(text).to_string();
            assert!(error.contains("stanch migrate"), "{error}");
        }
    }
}
