//! What earlier sweeps of a host saw: keyed digests with exposure and time, never a value or a path.
//!
//! A file of lines: `stanch-sweeps 1 KEY`, then `SECRET PLACE LEVEL FIRST RULE` each. The key is random and different in each file, so digests of two
//! hosts cannot be compared, and the file is for its owner alone.

use crate::model::{ExposureLevel, Fingerprint};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

const HEAD: &str = "stanch-sweeps 1 ";

/// What became of one place of a secret since the last sweep.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// The secret was nowhere.
    New,
    /// The secret was elsewhere.
    Moved,
    /// It was here, and is further open now.
    MoreExposed,
    /// It was here, and is less open now.
    LessExposed,
    /// It was here, as open as now.
    Persists,
}

impl Change {
    /// The word in reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Change::New => "new",
            Change::Moved => "moved",
            Change::MoreExposed => "more exposed",
            Change::LessExposed => "less exposed",
            Change::Persists => "persists",
        }
    }
}

/// A place of a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Known {
    level: ExposureLevel,
    /// When it was first seen here, seconds since 1970.
    first: i64,
    rule: String,
}

/// The sweeps of a host.
#[derive(Clone, Debug)]
pub struct Sweeps {
    key: String,
    known: BTreeMap<(String, String), Known>,
    now: BTreeMap<(String, String), Known>,
}

impl Sweeps {
    /// No sweep yet.
    ///
    /// # Errors
    /// Fails when the system provides no random numbers.
    pub fn fresh() -> std::io::Result<Sweeps> {
        let mut bytes = [0_u8; 16];
        getrandom::fill(&mut bytes).map_err(|error| std::io::Error::other(error.to_string()))?;
        Ok(Sweeps { key: hex(&bytes), known: BTreeMap::new(), now: BTreeMap::new() })
    }

    /// Parses what [`Sweeps::write`] wrote.
    ///
    /// # Errors
    /// Returns what is wrong, with its line.
    pub fn parse(text: &str) -> Result<Sweeps, String> {
        let mut lines = text.lines();
        let key = lines.next().and_then(|line| line.strip_prefix(HEAD)).ok_or("1: this is no state of sweeps")?;
        let mut known = BTreeMap::new();
        for (line, number) in lines.zip(2..) {
            let fields: Vec<&str> = line.splitn(5, ' ').collect();
            let [secret, place, level, first, rule] = fields[..] else {
                return Err(format!("{number}: five fields are expected"));
            };
            let level = ExposureLevel::from_word(level).ok_or_else(|| format!("{number}: `{level}` is no level"))?;
            let first = first.parse().map_err(|_| format!("{number}: `{first}` is no time"))?;
            known.insert((secret.to_owned(), place.to_owned()), Known { level, first, rule: rule.to_owned() });
        }
        Ok(Sweeps { key: key.to_owned(), known, now: BTreeMap::new() })
    }

    /// Sees a secret at a place at a time: what became of it, and since when it is there.
    pub fn see(
        &mut self,
        fingerprint: Fingerprint,
        rule: &str,
        place: &str,
        level: ExposureLevel,
        time: i64,
    ) -> (Change, i64) {
        let key = (self.digest(&fingerprint.bytes()), self.digest(place.as_bytes()));
        let before = self.known.get(&key);
        let change = match before {
            Some(before) if before.level < level => Change::MoreExposed,
            Some(before) if before.level > level => Change::LessExposed,
            Some(_) => Change::Persists,
            None if self.known.keys().any(|(secret, _)| *secret == key.0) => Change::Moved,
            None => Change::New,
        };
        let first = before.map_or(time, |before| before.first);
        let now = self.now.entry(key).or_insert_with(|| Known { level, first, rule: rule.to_owned() });
        now.level = now.level.max(level);
        (change, first)
    }

    /// The rules of the secrets that were somewhere and are nowhere now, one for each.
    #[must_use]
    pub fn gone(&self) -> Vec<&str> {
        let here: BTreeSet<&String> = self.now.keys().map(|(secret, _)| secret).collect();
        let mut gone: BTreeMap<&String, &str> = BTreeMap::new();
        for ((secret, _), known) in self.known.iter().filter(|((secret, _), _)| !here.contains(secret)) {
            gone.insert(secret, &known.rule);
        }
        gone.into_values().collect()
    }

    /// The text of the file after this sweep.
    #[must_use]
    pub fn write(&self) -> String {
        let mut text = format!("{HEAD}{}\n", self.key);
        for ((secret, place), Known { level, first, rule }) in &self.now {
            // Writing to a string does not fail.
            let _ = writeln!(text, "{secret} {place} {level} {first} {rule}");
        }
        text
    }

    fn digest(&self, bytes: &[u8]) -> String {
        #[expect(clippy::expect_used, reason = "HMAC takes keys of every length")]
        let mut mac = Hmac::<Sha256>::new_from_slice(self.key.as_bytes()).expect("HMAC takes keys of every length");
        mac.update(bytes);
        hex(&mac.finalize().into_bytes()[..16])
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_sweeps_are_told_apart() {
        /// Secret, path, level, what is told, since when.
        type Seen<'a> = (u8, &'a str, ExposureLevel, Change, i64);
        let secret = |number: u8| Fingerprint::from([number; 16]);
        let (world, kept) = (ExposureLevel::World, ExposureLevel::Kept);
        let mut sweeps = Sweeps::fresh().expect("random numbers");
        let steps: [(&[Seen<'_>], usize); 5] = [
            (&[(1, "a", kept, Change::New, 10), (2, "b", world, Change::New, 10)], 0),
            (&[(1, "a", world, Change::MoreExposed, 10), (2, "b", world, Change::Persists, 10)], 0),
            (&[(1, "a", kept, Change::LessExposed, 10), (2, "c", world, Change::Moved, 12)], 0),
            (&[(2, "c", world, Change::Persists, 12), (3, "d", kept, Change::New, 13)], 1),
            (&[], 2),
        ];
        for (step, time) in steps.iter().zip(10..) {
            for (number, place, level, change, first) in step.0 {
                assert_eq!(sweeps.see(secret(*number), "rule", place, *level, time), (*change, *first), "{time}");
            }
            assert_eq!(sweeps.gone().len(), step.1, "{time}");
            sweeps = Sweeps::parse(&sweeps.write()).expect("what was written is read");
        }
        assert!(Sweeps::parse("x").is_err());
        assert!(Sweeps::parse("stanch-sweeps 1 00\na b nowhere 1 r\n").is_err_and(|why| why.starts_with("2:")));
    }
}
