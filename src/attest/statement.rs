//! in-toto statements: what is said of which bytes.
//! Specification: <https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md> (read 2026-12-01).

use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// The type of a statement.
const TYPE: &str = "https://in-toto.io/Statement/v1";
/// That of the version before, which some still write.
const TYPE_BEFORE: &str = "https://in-toto.io/Statement/v0.1";
/// The algorithms that name a subject for us. Others are not trusted to.
const ACCEPTED: [&str; 6] = ["sha256", "sha512", "gitCommit", "gitTree", "dirHash", "dirHash1"];

/// A statement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Statement {
    #[serde(rename = "_type")]
    kind: String,
    /// What it is about: at least one.
    pub subject: Vec<Subject>,
    /// The type of the predicate, a URI.
    #[serde(rename = "predicateType")]
    pub predicate_type: String,
    /// What is said.
    #[serde(default)]
    pub predicate: Value,
}

/// Something that is spoken of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subject {
    /// How people call it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Its digests, by algorithm, in hexadecimal.
    pub digest: BTreeMap<String, String>,
}

impl Subject {
    /// A subject with one digest.
    #[must_use]
    pub fn new(name: impl Into<String>, digests: &[(&str, String)]) -> Subject {
        let digest = digests.iter().map(|(algorithm, digest)| ((*algorithm).to_owned(), digest.clone())).collect();
        Subject { name: Some(name.into()), digest }
    }

    /// Whether both are the same bytes: they share a digest of an algorithm that is accepted, and none of those that both have differs.
    #[must_use]
    pub fn is(&self, other: &Subject) -> bool {
        let shared = || {
            let accepted = self.digest.iter().filter(|(algorithm, _)| ACCEPTED.contains(&algorithm.as_str()));
            accepted.filter_map(|(algorithm, digest)| Some((digest, other.digest.get(algorithm)?)))
        };
        shared().next().is_some() && shared().all(|(one, other)| one == other)
    }

    /// One of its digests, for messages.
    #[must_use]
    pub fn shown(&self) -> String {
        self.digest.iter().next().map_or_else(String::new, |(algorithm, digest)| format!("{algorithm}:{digest:.16}"))
    }
}

impl Statement {
    /// A statement about these subjects.
    #[must_use]
    pub fn new(subject: Vec<Subject>, predicate_type: &str, predicate: Value) -> Statement {
        Statement { kind: TYPE.to_owned(), subject, predicate_type: predicate_type.to_owned(), predicate }
    }

    /// Reads one.
    ///
    /// # Errors
    /// Says in a clause why it is none.
    pub fn parse(text: &[u8]) -> Result<Statement, String> {
        let statement: Statement =
            serde_json::from_slice(text).map_err(|error| format!("it is no in-toto statement: {error}"))?;
        if statement.kind != TYPE && statement.kind != TYPE_BEFORE {
            return Err(format!("it is of the type {:?}, which is no in-toto statement", statement.kind));
        }
        if statement.subject.is_empty() {
            return Err("the statement is about nothing".to_owned());
        }
        Ok(statement)
    }

    /// The statement in JSON.
    #[must_use]
    pub fn json(&self) -> String {
        // Texts and numbers can always be written.
        serde_json::to_string(self).unwrap_or_default()
    }
}
