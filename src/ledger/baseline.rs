//! The baseline: the secrets that are accepted from a given scan on.
//!
//! The file has one sorted line for each secret and nothing else that changes: no location and no date. Git reports a conflict when two
//! branches change neighbouring lines. The file therefore always holds the same 16,384 *slot* lines: 4,096 lines of three hexadecimal
//! digits, and below each of them the lines `4`, `8` and `c`, the values of the fourth digit at which a further slot begins. A secret's
//! line stands in the slot of the first four digits of its digest. Digests are uniformly distributed, so two branches rarely add to the
//! same slot, and any other two additions have a slot line between them.
//!
//! Version 1 of the format has only the lines of three digits. It is read like version 2; a baseline is always written as version 2.

use super::digest::{LedgerKey, Salt, SaltId};
use super::entry::Entry;
use super::fault::{BASELINE, LedgerError, Line, sort};
use crate::model::{Confidence, Severity};
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

/// Number of slots: one for each value of the first fourteen bits of a digest. Of every four slot lines, one has three digits and three
/// have one digit: 41 kB in all.
const SLOTS: u16 = 1 << 14;
/// The version of the format that is written.
const VERSION: &str = "2";
const ABOUT: &str = "\
# The secrets that `stanch` knew when this file was made, by digest: only others fail the build. Kept by `stanch baseline`; docs/baseline.md
# says what can be learnt from it. The lines of digits keep merges apart.
";

/// Scope of the scan that made the baseline. Only secrets within this scope may be removed when they are no longer found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Covers {
    /// Whether the whole history was scanned, in addition to the files of the tree.
    pub history: bool,
    /// Lowest confidence that the scan reported.
    pub confidence: Confidence,
    /// Lowest severity that the scan reported.
    pub severity: Severity,
}

impl Covers {
    /// The smallest scope that includes both.
    #[must_use]
    pub(super) fn join(self, other: Covers) -> Covers {
        Covers {
            history: self.history || other.history,
            confidence: self.confidence.min(other.confidence),
            severity: self.severity.min(other.severity),
        }
    }
}

impl FromStr for Covers {
    type Err = String;

    fn from_str(text: &str) -> Result<Covers, String> {
        let usual = || "after `covers` come `tree` or `history`, a confidence and a severity".to_owned();
        let words: Vec<&str> = text.split_whitespace().collect();
        let [kind @ ("tree" | "history"), confidence, severity] = words[..] else { return Err(usual()) };
        let (Ok(confidence), Ok(severity)) = (confidence.parse(), severity.parse()) else { return Err(usual()) };
        Ok(Covers { history: kind == "history", confidence, severity })
    }
}

impl fmt::Display for Covers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", if self.history { "history" } else { "tree" }, self.confidence, self.severity)
    }
}

/// Content of a baseline file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Baseline {
    /// Scope of the scan that made it.
    pub covers: Covers,
    /// Salts of slow digests. A file has one salt, or several after a merge of baselines that were created independently.
    pub salts: BTreeMap<SaltId, Salt>,
    /// The rule family of each secret.
    pub secrets: BTreeMap<LedgerKey, String>,
}

impl Baseline {
    /// A baseline without secrets.
    #[must_use]
    pub fn new(covers: Covers) -> Baseline {
        Baseline { covers, salts: BTreeMap::new(), secrets: BTreeMap::new() }
    }

    /// Parses a file's text. The order of lines is free and duplicates are ignored, because a manual merge may leave both.
    ///
    /// # Errors
    /// Returns the first fault.
    pub fn parse(file: &str, text: &str) -> Result<Baseline, LedgerError> {
        let widest = Covers { history: false, confidence: Confidence::Low, severity: Severity::Low };
        let mut baseline = Baseline::new(widest);
        let mut is_ours = false;
        for (number, line) in (1..).zip(text.trim_start_matches('\u{feff}').lines()) {
            let fault = |message: String| LedgerError { file: file.to_owned(), line: number, message };
            match sort(BASELINE, line).map_err(fault)? {
                Line::Blank => {}
                Line::Version => is_ours = true,
                _ if !is_ours => {
                    return Err(fault(
                        "no baseline: the first line of one is `stanch-baseline 2`; `stanch baseline create` makes one"
                            .to_owned(),
                    ));
                }
                Line::Salt(salt) => {
                    let salt = Salt::parse(salt).map_err(fault)?;
                    baseline.salts.insert(salt.id(), salt);
                }
                Line::Slot => {}
                Line::Other(line) if line.starts_with("covers ") => {
                    baseline.covers = line["covers ".len()..].parse().map_err(fault)?;
                }
                Line::Other(line) => {
                    let entry = Entry::parse(line).map_err(fault)?;
                    baseline.secrets.insert(entry.mark, entry.family);
                }
            }
        }
        let fault = |message: String| LedgerError { file: file.to_owned(), line: 1, message };
        if !is_ours {
            return Err(fault("no baseline: it is empty; `stanch baseline create` makes one".to_owned()));
        }
        if let Some(salt) =
            baseline.secrets.keys().filter_map(|mark| mark.salt).find(|id| !baseline.salts.contains_key(id))
        {
            return Err(fault(format!(
                "the line `salt {salt}…` is missing, under which some of its digests were made; restore it"
            )));
        }
        Ok(baseline)
    }

    /// Whether the text is of an older version of the format, so that the next write also adds slot lines.
    #[must_use]
    pub fn is_old(text: &str) -> bool {
        let first = text.trim_start_matches('\u{feff}').lines().next().unwrap_or_default();
        first.split_whitespace().nth(1).is_some_and(|version| version != VERSION)
    }

    /// Whether a secret of this family has a slow digest.
    #[must_use]
    pub fn has_slow(&self, family: &str) -> bool {
        self.secrets.iter().any(|(mark, of)| mark.salt.is_some() && of == family)
    }
}

impl fmt::Display for Baseline {
    /// Writes the text of the file.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{BASELINE} {VERSION}")?;
        f.write_str(ABOUT)?;
        writeln!(f, "covers {}", self.covers)?;
        for salt in self.salts.values() {
            writeln!(f, "salt {salt}")?;
        }
        let mut secrets = self.secrets.iter().peekable();
        for slot in 0..SLOTS {
            match slot % 4 {
                0 => writeln!(f, "{:03x}", slot / 4)?,
                part => writeln!(f, "{:x}", part * 4)?,
            }
            while let Some((mark, family)) = secrets.next_if(|(mark, _)| mark.digest.first_bits() >> 2 == slot) {
                write!(f, "{}  {family}", mark.digest)?;
                match mark.salt {
                    Some(salt) => writeln!(f, "  argon2id:{salt}")?,
                    None => writeln!(f)?,
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Fingerprint;

    #[test]
    fn a_file_comes_back_as_it_was_in_any_order() {
        let mut baseline = Baseline::new("history medium low".parse().expect("sound"));
        let salt = Salt::parse(&format!("{} argon2id m=8 t=1 p=1", "5".repeat(32))).expect("a salt");
        baseline.salts.insert(salt.id(), salt);
        for number in 0..200_u8 {
            let mut mark = LedgerKey::plain(Fingerprint::new("generic", &[number]));
            mark.salt = (number % 3 == 0).then(|| salt.id());
            baseline.secrets.insert(mark, "generic".to_owned());
        }
        let text = baseline.to_string();
        assert_eq!(Baseline::parse("b", &text), Ok(baseline.clone()));
        let mut lines: Vec<&str> = text.lines().collect();
        lines[3..].reverse();
        assert_eq!(Baseline::parse("b", &lines.join("\r\n")), Ok(baseline));
    }

    #[test]
    fn a_file_of_the_first_version_is_read_and_written_anew() {
        let mut baseline = Baseline::new("tree medium low".parse().expect("sound"));
        let marks = (0..50_u8).map(|number| LedgerKey::plain(Fingerprint::new("generic", &[number])));
        baseline.secrets.extend(marks.map(|mark| (mark, "generic".to_owned())));
        let text = baseline.to_string();
        let old: String = text.lines().filter(|line| line.len() != 1).map(|line| format!("{line}\n")).collect();
        let old = old.replacen("stanch-baseline 2", "stanch-baseline 1", 1);
        assert_eq!(Baseline::parse("b", &old), Ok(baseline));
        assert_eq!((Baseline::is_old(&old), Baseline::is_old(&text)), (true, false));
        assert_eq!(text.lines().filter(|line| line.len() == 1).count(), 3 << 12);
        let slots: Vec<&str> = text.lines().skip_while(|line| *line != "000").collect();
        let mut slot = String::new();
        for line in slots {
            match line.len() {
                3 => slot = format!("{line}0"),
                1 => slot.replace_range(3.., line),
                _ => assert!(
                    line[..3] == slot[..3] && (0..4).contains(&(digit(&line[3..4]) - digit(&slot[3..]))),
                    "{line}"
                ),
            }
        }
    }

    fn digit(text: &str) -> i32 {
        i32::from_str_radix(text, 16).expect("a digit")
    }

    #[test]
    fn what_is_wrong_is_named_by_its_line() {
        let refused = |text: &str| Baseline::parse("b", text).expect_err(text).to_string();
        assert!(refused("stanch-baseline 1\n<<<<<<< HEAD\n").starts_with("b:2: a merge marker"));
        assert!(refused("stanch-baseline 3\n").contains("upgrade"));
        assert!(refused("stanch-ignore 1\n").contains("another kind"));
        assert!(refused("{\"version\": \"1.5.0\"}").contains("stanch migrate"));
        assert!(refused("").contains("empty"));
        assert!(refused(&format!("{}  generic\n", "0".repeat(32))).contains("first line"));
        let missing = format!("stanch-baseline 1\n{}  generic  argon2id:00000001\n", "0".repeat(32));
        assert!(refused(&missing).contains("salt 00000001"));
    }
}
