//! `stanch attest coverage`: proves that one thing was read, and checks such a proof.

use super::keys::public_keys;
use crate::attest::{Coverage, Demands, Proof, Refusal, Sha256Digest, admit, read_bundle};
use crate::commands::{Exit, Failure};
use std::fs::File;
use std::io::{BufReader, Write};
use std::path::{Path, PathBuf};

/// What to prove, or to check.
#[derive(Clone, Debug)]
pub struct CoverageOptions {
    /// The coverage file.
    pub file: Option<PathBuf>,
    /// The name of what was read.
    pub prove: Option<String>,
    /// A proof to check.
    pub check: Option<PathBuf>,
    /// The bundle whose statement has the root.
    pub bundle: Option<PathBuf>,
    /// The key that signed it.
    pub keys: Vec<PathBuf>,
}

/// Proves or checks.
///
/// # Errors
/// Fails when a file cannot be read, or the name is that of nothing or of several things.
pub fn coverage(options: &CoverageOptions, out: &mut dyn Write) -> Result<Exit, Failure> {
    let signed = match &options.bundle {
        Some(bundle) => Some(signed_root(bundle, &options.keys)?),
        None => None,
    };
    if let Some(path) = &options.check {
        return check(path, signed, out);
    }
    let path = options.file.as_deref().ok_or_else(|| Failure::Usage("name a coverage file".to_owned()))?;
    let fault = |why: &dyn std::fmt::Display| Failure::Usage(format!("{}: {why}", path.display()));
    let file = File::open(path).map_err(|error| fault(&error))?;
    let coverage = Coverage::read(BufReader::new(file)).map_err(|error| fault(&error))?;
    if let Some(other) = signed.map(|(root, _)| root).filter(|root| *root != coverage.root()) {
        let text =
            format!("refused: the statement is about the coverage {other}, and this file is {}", coverage.root());
        writeln!(out, "{text}").map_err(Failure::of_output)?;
        return Ok(Exit::Findings(1));
    }
    let Some(name) = &options.prove else {
        writeln!(out, "root {}\nleaves {}", coverage.root(), coverage.len()).map_err(Failure::of_output)?;
        return Ok(Exit::Clean);
    };
    let found = coverage.find(name);
    match found.as_slice() {
        [] => {
            writeln!(out, "refused: nothing of this name was read").map_err(Failure::of_output)?;
            Ok(Exit::Findings(1))
        }
        [at] => {
            let proof = coverage.prove(*at).map(|proof| proof.json()).unwrap_or_default();
            writeln!(out, "{proof}").map_err(Failure::of_output)?;
            Ok(Exit::Clean)
        }
        several => {
            let names: Vec<&str> = several.iter().take(5).filter_map(|at| coverage.leaf(*at)).collect();
            Err(Failure::Usage(format!("{name}: it may be one of {}: {}", several.len(), names.join("; "))))
        }
    }
}

fn check(path: &Path, signed: Option<(Sha256Digest, u64)>, out: &mut dyn Write) -> Result<Exit, Failure> {
    let text = std::fs::read(path).map_err(|error| Failure::Usage(format!("{}: {error}", path.display())))?;
    let proof = Proof::parse(&text).and_then(|proof| proof.check().map(|()| proof));
    let (line, exit) = match (proof, signed) {
        (Err(error), _) => (format!("refused: {error}"), Exit::Findings(1)),
        // The root does not say how many leaves there are, but the statement does.
        (Ok(proof), Some(signed)) if signed != (proof.root, proof.leaves) => {
            ("refused: the proof is of another coverage than the statement".to_owned(), Exit::Findings(1))
        }
        (Ok(proof), Some(_)) => (format!("covered: {}", proof.leaf), Exit::Clean),
        (Ok(proof), None) => (format!("leads to the root {}: {}", proof.root, proof.leaf), Exit::Clean),
    };
    writeln!(out, "{line}").map_err(Failure::of_output)?;
    Ok(exit)
}

/// The root in a signed statement, and the number of leaves.
fn signed_root(bundle: &Path, keys: &[PathBuf]) -> Result<(Sha256Digest, u64), Failure> {
    let fault = |why: &dyn std::fmt::Display| Failure::Usage(format!("{}: {why}", bundle.display()));
    let keys = public_keys(keys)?;
    let text = std::fs::read(bundle).map_err(|error| fault(&error))?;
    let signed = read_bundle(&text).map_err(|why| fault(&why))?;
    let mut told = "no key is given: --key names it".to_owned();
    for one in &signed {
        // The subject is not at hand: what the statement says of itself is all that is asked.
        let about = one.statement(&keys).map(|statement| statement.subject).map_err(Refusal);
        match about.and_then(|about| admit(one, &keys, &about, &Demands::default(), super::now())) {
            Ok(passed) => {
                let root = passed
                    .verdict
                    .and_then(|verdict| Some((Sha256Digest::parse(&verdict.coverage_root)?, verdict.coverage_leaves)));
                return root.ok_or_else(|| fault(&"its statement has no root"));
            }
            Err(refusal) => told = refusal.0,
        }
    }
    Err(fault(&told))
}
