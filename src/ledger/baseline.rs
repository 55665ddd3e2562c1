//! The baseline: the secrets that were there when somebody said "from here on".
//!
//! One line a secret, sorted, and nothing in it that changes without a secret coming or going: no place, no date. Git merges lines, and two
//! changes conflict when no unchanged line lies between them. So the file always has the same 16,384 *slots*: 4,096 lines of three
//! hexadecimal digits, and below each those of `4`, `8` and `c`, the digits at which a further slot begins. A secret's line stands in the slot
//! of its digest's first four digits. Digests are random: two branches meet in one slot as seldom as chance allows, and everywhere else a
//! line of a slot lies between them.
//!
//! Version 1 of the format had the lines of three digits only. It is read like version 2; what writes a baseline writes version 2.

use super::digest::{Mark, Salt, SaltId};
use super::entry::Entry;
use super::fault::{BASELINE, LedgerError, Line, sort};
use crate::model::{Confidence, Severity};
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

/// How many slots there are: the first fourteen bits of a digest. Of each four, one has a line of three digits, and three have one of a digit:
/// 41 kB in all.
const SLOTS: u16 = 1 << 14;
/// The version of the format that is written.
const VERSION: &str = "2";
const ABOUT: &str = "\
# The secrets that `stanch` knew when this file was made, by digest: only others fail the build. Kept by `stanch baseline`; docs/baseline.md
# says what can be learnt from it. The lines of digits keep merges apart.
";

/// What a baseline was made from, and so what may be taken off it when it is not found any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Covers {
    /// Whether everything that the repository remembers counts, beside the files of the tree.
    pub history: bool,
    /// The least confidence that was asked for.
    pub confidence: Confidence,
    /// The least severity that was asked for.
    pub severity: Severity,
}

impl Covers {
    /// What covers what either of two does.
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

/// A baseline's content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Baseline {
    /// What it was made from.
    pub covers: Covers,
    /// The salts of slow digests; a file has one, unless two were merged that were made apart.
    pub salts: BTreeMap<SaltId, Salt>,
    /// For each secret, its family.
    pub secrets: BTreeMap<Mark, String>,
}

impl Baseline {
    /// An empty one.
    #[must_use]
    pub fn new(covers: Covers) -> Baseline {
        Baseline { covers, salts: BTreeMap::new(), secrets: BTreeMap::new() }
    }

    /// Reads a file's text. Order and doubles do not matter: a merge by hand may leave both.
    ///
    /// # Errors
    /// At the first thing that is wrong.
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

    /// Whether a file's text is of an older version of the format, so that what is written next changes more lines than it has to say.
    #[must_use]
    pub fn is_old(text: &str) -> bool {
        let first = text.trim_start_matches('\u{feff}').lines().next().unwrap_or_default();
        first.split_whitespace().nth(1).is_some_and(|version| version != VERSION)
    }

    /// Whether a secret of this family could be known by a slow digest only.
    #[must_use]
    pub fn has_slow(&self, family: &str) -> bool {
        self.secrets.iter().any(|(mark, of)| mark.salt.is_some() && of == family)
    }
}

impl fmt::Display for Baseline {
    /// The file's text.
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
            let mut mark = Mark::plain(Fingerprint::new("generic", &[number]));
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
        let marks = (0..50_u8).map(|number| Mark::plain(Fingerprint::new("generic", &[number])));
        baseline.secrets.extend(marks.map(|mark| (mark, "generic".to_owned())));
        let text = baseline.to_string();
        let old: String = text.lines().filter(|line| line.len() != 1).map(|line| format!("{line}\n")).collect();
        let old = old.replacen("stanch-baseline 2", "stanch-baseline 1", 1);
        assert_eq!(Baseline::parse("b", &old), Ok(baseline));
        assert_eq!((Baseline::is_old(&old), Baseline::is_old(&text)), (true, false));
        assert_eq!(text.lines().filter(|line| line.len() == 1).count(), 3 << 12);
        // Each stands between its slot's line and the next one's.
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
        assert!(refused("stanch-ignore 1\n").contains("stanch-ignore"));
        assert!(refused("{\"version\": \"1.5.0\"}").contains("stanch migrate"));
        assert!(refused("").contains("empty"));
        assert!(refused(&format!("{}  generic\n", "0".repeat(32))).contains("first line"));
        let missing = format!("stanch-baseline 1\n{}  generic  argon2id:00000001\n", "0".repeat(32));
        assert!(refused(&missing).contains("salt 00000001"));
    }
}
