//! The proof that one thing was read: its leaf, and the way from there to the root that a statement holds.

use super::digest::Sha256Digest;
use super::leaf::name_of;
use super::merkle::{Node, leaf_hash, root_of_path};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The type that a proof names.
const KIND: &str = "stanch-coverage-proof-v1";

/// A proof.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// The root.
    pub root: Sha256Digest,
    /// The leaf's line.
    pub leaf: String,
    /// Its position, from 0.
    pub at: u64,
    /// How many leaves there are. The path does not prove it: whoever has the statement compares it with that.
    pub leaves: u64,
    /// The audit path, lowest node first.
    pub path: Vec<[u8; 32]>,
}

/// As it is written.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ProofJson {
    #[serde(rename = "type")]
    kind: String,
    root: String,
    leaf: String,
    at: u64,
    leaves: u64,
    path: Vec<String>,
}

/// Why a proof proves nothing.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ProofError {
    /// It is no proof.
    #[error("it is no proof of coverage: {0}")]
    Malformed(String),
    /// The path does not lead from the leaf to the root.
    #[error("its path does not lead from its leaf to its root: it was changed")]
    Broken,
}

impl Proof {
    /// Reads one.
    ///
    /// # Errors
    /// Fails when it is none.
    pub fn parse(text: &[u8]) -> Result<Proof, ProofError> {
        let malformed = |why: &str| ProofError::Malformed(why.to_owned());
        let json: ProofJson = serde_json::from_slice(text).map_err(|error| ProofError::Malformed(error.to_string()))?;
        if json.kind != KIND {
            return Err(malformed("another type"));
        }
        let node = |text: &String| -> Option<Node> { STANDARD.decode(text).ok()?.try_into().ok() };
        let path: Option<Vec<Node>> = json.path.iter().map(node).collect();
        let root = Sha256Digest::parse(&json.root).ok_or_else(|| malformed("its root is no digest"))?;
        let path = path.ok_or_else(|| malformed("a node is no digest"))?;
        if name_of(&json.leaf).is_none() {
            return Err(malformed("its leaf is none"));
        }
        Ok(Proof { root, leaf: json.leaf, at: json.at, leaves: json.leaves, path })
    }

    /// The proof in JSON, on one line.
    #[must_use]
    pub fn json(&self) -> String {
        let json = ProofJson {
            kind: KIND.to_owned(),
            root: self.root.to_string(),
            leaf: self.leaf.clone(),
            at: self.at,
            leaves: self.leaves,
            path: self.path.iter().map(|node| STANDARD.encode(node)).collect(),
        };
        // Texts and numbers can always be written.
        serde_json::to_string(&json).unwrap_or_default()
    }

    /// Checks that the leaf is one of those of the root.
    ///
    /// # Errors
    /// Fails when it is not.
    pub fn check(&self) -> Result<(), ProofError> {
        match root_of_path(leaf_hash(self.leaf.as_bytes()), self.at, self.leaves, &self.path) {
            Some(root) if root == self.root.0 => Ok(()),
            _ => Err(ProofError::Broken),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::coverage::Coverage;
    use super::*;

    #[test]
    fn a_proof_of_one_in_many_is_short_and_any_change_breaks_it() {
        let lines = (0..100_000).map(|number| format!("file clean {number} sha256:{number:064x} src/{number}.rs"));
        let coverage = Coverage::new(lines.collect());
        let at = coverage.find("src/77777.rs")[0];
        let proof = coverage.prove(at).expect("a leaf");
        let json = proof.json();
        assert!(json.len() < 2000, "{}", json.len());
        assert_eq!(Proof::parse(json.as_bytes()), Ok(proof.clone()));
        assert_eq!((proof.check(), proof.root), (Ok(()), coverage.root()));
        for at in 0..json.len() {
            let mut changed = json.clone().into_bytes();
            changed[at] ^= 1;
            let is_good = Proof::parse(&changed).is_ok_and(|one| one.check().is_ok() && one.leaves == proof.leaves);
            assert!(!is_good, "{at}: {}", String::from_utf8_lossy(&changed));
        }
    }
}
