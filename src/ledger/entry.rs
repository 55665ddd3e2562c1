//! One entry of an ignore file: `DIGEST  FAMILY  [argon2id:SALT]  [owner=…]  [expires=YYYY-MM-DD]  [# reason]`.

use super::digest::{Digest, LedgerKey, SaltId};
use crate::model::Day;
use std::fmt;

/// A parsed entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The secret.
    pub mark: LedgerKey,
    /// Family of the rule that found it. Only for readers: the digest already covers the family.
    pub family: String,
    /// Who is responsible for the exception.
    pub owner: Option<String>,
    /// Last day on which the exception applies.
    pub expires: Option<Day>,
    /// Reason for the exception.
    pub reason: Option<String>,
}

impl Entry {
    /// Parses a line.
    ///
    /// # Errors
    /// Returns what is wrong.
    pub(super) fn parse(line: &str) -> Result<Entry, String> {
        let (words, reason) = match line.split_once('#') {
            Some((words, reason)) => (words, Some(reason.trim().to_owned()).filter(|text| !text.is_empty())),
            None => (line, None),
        };
        let mut words = words.split_whitespace();
        let digest = words.next().unwrap_or_default();
        // Nothing of the line is quoted: somebody may have put a secret there.
        let digest = Digest::parse(digest).ok_or(
            "the first word is not a fingerprint: a line begins with the 32 hexadecimal digits that reports print",
        )?;
        let family = words.next().ok_or("the family of the rule is missing after the fingerprint")?.to_owned();
        if !family.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_') {
            return Err(
                "the second word is not a family: after the fingerprint comes the family that reports print".to_owned()
            );
        }
        let mut entry = Entry { mark: LedgerKey { digest, salt: None }, family, owner: None, expires: None, reason };
        for word in words {
            if let Some(id) = word.strip_prefix("argon2id:") {
                let id = SaltId::parse(id).ok_or("after `argon2id:` come the 8 first digits of a salt")?;
                entry.mark.salt = Some(id);
                continue;
            }
            match word.split_once('=') {
                Some(("owner", owner)) if !owner.is_empty() => entry.owner = Some(owner.to_owned()),
                Some(("expires", day)) => {
                    entry.expires = Some(day.parse().map_err(|error| format!("expires: {error}"))?)
                }
                _ => {
                    return Err("a word is not understood: after the family come `owner=NAME`, `expires=YYYY-MM-DD` and `# a reason`".to_owned());
                }
            }
        }
        Ok(entry)
    }

    /// Whether the exception has ended before that day.
    #[must_use]
    pub fn is_expired(&self, today: Day) -> bool {
        self.expires.is_some_and(|last| last < today)
    }
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}  {}", self.mark.digest, self.family)?;
        if let Some(salt) = self.mark.salt {
            write!(f, "  argon2id:{salt}")?;
        }
        if let Some(owner) = &self.owner {
            write!(f, "  owner={owner}")?;
        }
        if let Some(expires) = self.expires {
            write!(f, "  expires={expires}")?;
        }
        self.reason.as_ref().map_or(Ok(()), |reason| write!(f, "  # {reason}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_comes_back_as_it_was() {
        let line =
            format!("{}  generic  argon2id:0a0b0c0d  owner=ada  expires=2027-01-31  # test fixture", "3f".repeat(16));
        let entry = Entry::parse(&line).expect("an entry");
        assert_eq!(entry.to_string(), line);
        assert!(!entry.is_expired("2027-01-31".parse().expect("a day")));
        assert!(entry.is_expired("2027-02-01".parse().expect("a day")));
    }

    #[test]
    fn what_is_wrong_is_said_and_nothing_of_it_shown() {
        let digest = "3f".repeat(16);
        for (line, part) in [
            ("hunter2-and-more generic".to_owned(), "not a fingerprint"),
            (digest.clone(), "family"),
            (format!("{digest} generic expires=tomorrow"), "YYYY-MM-DD"),
            (format!("{digest} generic severity=low"), "not understood"),
            (format!("{digest} generic argon2id:xyz"), "salt"),
        ] {
            let error = Entry::parse(&line).expect_err(&line);
            assert!(error.contains(part) && !error.contains("hunter"), "{error}");
        }
    }
}
