//! Takes a statement that a scan elsewhere made (`--statement-only`), to sign it here.

use super::subject::SubjectSpec;
use crate::attest::{Demands, PredicateType, Statement, Subject, check_unsigned};
use crate::commands::{Exit, Failure};
use std::path::Path;

/// A statement is not longer, bytes.
const LONGEST: u64 = 64 << 20;

/// The statement of a file, if it is ours, of this type, and about this subject as it stands now.
pub(super) fn accept(path: &Path, spec: &SubjectSpec, kind: PredicateType) -> Result<(Statement, Exit), Failure> {
    let fault = |why: &dyn std::fmt::Display| Failure::Usage(format!("--report {}: {why}", path.display()));
    let length = std::fs::metadata(path).map_err(|error| fault(&error))?.len();
    if length > LONGEST {
        return Err(fault(&"it is too long for a statement"));
    }
    let text = std::fs::read(path).map_err(|error| fault(&error))?;
    let statement = Statement::parse(&text).map_err(|why| {
        fault(&format!(
            "{why}; `stanch attest --statement-only` writes one, with the digest and the coverage that a report lacks"
        ))
    })?;
    let subjects: Vec<Subject> = spec.subjects().map_err(|why| fault(&why))?;
    let demands = Demands { predicate_type: Some(kind.uri().to_owned()), ..Demands::default() };
    let verdict = check_unsigned(&statement, &subjects, &demands, super::now()).map_err(|refusal| fault(&refusal))?;
    let exit = match () {
        () if verdict.findings > 0 => Exit::Findings(1),
        () if verdict.unread > 0 => Exit::Incomplete,
        () => Exit::Clean,
    };
    Ok((statement, exit))
}
