//! `stanch attest`: scans a subject and says what is true of it, in a signed statement.

mod coverage;
mod folder;
mod keys;
mod policies;
mod push;
mod scanned;
pub(super) mod subject;
mod unsigned;

pub use coverage::{CoverageOptions, coverage};
pub(super) use keys::public_keys;
pub(super) use policies::rules_digest;
pub use subject::SubjectSpec;

use super::{Exit, Failure};
use crate::attest::{
    Claims, Envelope, Form, PAYLOAD_TYPE, PredicateType, PrivateKey, Property, Statement, write_bundle,
};
use crate::model::Moment;
use crate::pipeline::Progress;
use crate::policy::PolicyOptions;
use crate::report::Destination;
use scanned::Scanned;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

/// What to vouch for, and how.
#[derive(Debug)]
pub struct AttestOptions {
    /// What it is about.
    pub subject: SubjectSpec,
    /// The key that signs.
    pub key: Option<PathBuf>,
    /// Where its password stands.
    pub password_file: Option<PathBuf>,
    /// Where the envelope goes; standard output when `None`.
    pub output: Option<PathBuf>,
    /// Where the leaves of the coverage tree go.
    pub coverage: Option<PathBuf>,
    /// How it is written.
    pub output_form: OutputForm,
    /// What is said.
    pub predicate_type: PredicateType,
    /// An unsigned statement to sign, and nothing is scanned.
    pub report: Option<PathBuf>,
    /// Puts it beside the image, into its registry or layout.
    pub push: bool,
    /// What the scan may take, bytes.
    pub memory: u64,
    /// The policy.
    pub policy: PolicyOptions,
}

/// How a statement is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutputForm {
    /// Signed, in a sigstore bundle or a bare envelope.
    Signed(Form),
    /// The statement, unsigned.
    Statement,
    /// The predicate alone, for another signer.
    Predicate,
}

/// Scans, and writes the statement.
///
/// # Errors
/// Fails when the subject, the key or a policy is at fault, or the statement could not be written.
pub fn attest(options: &AttestOptions, out: &mut dyn Write, progress: &Arc<Progress>) -> Result<Exit, Failure> {
    let key = options.signing_key()?;
    let output = options.output.as_deref().map(open).transpose()?;
    let coverage = options.coverage.as_deref().map(open).transpose()?;
    let (statement, exit) = match &options.report {
        Some(report) => unsigned::accept(report, &options.subject, options.predicate_type)?,
        None => {
            let scanned = scanned::scan(&options.subject, &options.policy, options.memory, progress)?;
            let (statement, exit) = said(options, &scanned)?;
            if let Some(file) = coverage {
                file.write(&Arc::default(), |file| scanned.coverage.write(file)).map_err(Failure::of_output)?;
            }
            (statement, exit)
        }
    };
    let text = match (&options.output_form, &key) {
        (OutputForm::Predicate, _) => pretty(&statement.predicate),
        (OutputForm::Signed(form), Some(key)) => {
            let envelope = Envelope::sign(PAYLOAD_TYPE, statement.json().as_bytes(), key);
            if options.push {
                push::push(&options.subject, &envelope, &statement, &key.public(), &mut io::stderr())?;
            }
            write_bundle(&envelope, &key.public(), *form)
        }
        (OutputForm::Statement | OutputForm::Signed(_), _) => pretty(&statement),
    };
    match output {
        Some(file) => {
            file.write(&Arc::default(), |file| file.write_all(text.as_bytes())).map_err(Failure::of_output)?
        }
        None => out.write_all(text.as_bytes()).map_err(Failure::of_output)?,
    }
    Ok(exit)
}

impl AttestOptions {
    fn signing_key(&self) -> Result<Option<PrivateKey>, Failure> {
        let is_signed = matches!(self.output_form, OutputForm::Signed(_));
        match &self.key {
            Some(path) => keys::private_key(path, self.password_file.as_deref()).map(Some),
            None if is_signed => {
                let why = "--key names the key that signs; --statement-only and --predicate-only need none";
                Err(Failure::Usage(why.to_owned()))
            }
            None => Ok(None),
        }
    }
}

/// What is true of what was scanned, with the exit code; it is summed up on standard error.
fn said(options: &AttestOptions, scanned: &Scanned) -> Result<(Statement, Exit), Failure> {
    let claims = Claims {
        time: now(),
        policies: scanned.policies.clone(),
        findings: scanned.outcome.findings.len() as u64,
        suppressed: scanned.outcome.suppressed.len() as u64,
        unread: scanned.outcome.problems.clone(),
        left_out: scanned.left_out.clone(),
        is_history: scanned.is_history,
        root: scanned.coverage.root(),
        leaves: scanned.coverage.len() as u64,
        bytes: scanned.bytes,
    };
    let properties = claims.properties();
    let names: Vec<&str> = properties.iter().map(|property| property.name()).collect();
    let mut told = format!(
        "stanch: {} and {} exempt of them; {} things not read, {} left out; claimed: {}\n",
        counted(claims.findings, "secret"),
        claims.suppressed,
        claims.unread.len(),
        claims.left_out.len(),
        if names.is_empty() { "nothing".to_owned() } else { names.join(", ") },
    );
    let shown = claims.unread.iter().map(|problem| format!("not read: {problem}"));
    let left =
        claims.left_out.iter().filter(|one| one.has_bytes).map(|one| format!("left out: {} ({})", one.what, one.why));
    shown.chain(left).take(20).for_each(|line| told.push_str(&format!("stanch: {line}\n")));
    // Errors of standard error are ignored.
    let _ = io::stderr().write_all(told.as_bytes());
    let statement = Statement::new(
        scanned.subjects.clone(),
        options.predicate_type.uri(),
        claims.predicate(options.predicate_type),
    );
    let exit = match () {
        () if claims.findings > 0 => Exit::Findings(1),
        () if !properties.contains(&Property::ScanComplete) => Exit::Incomplete,
        () => Exit::Clean,
    };
    Ok((statement, exit))
}

fn counted(count: u64, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}

fn pretty(value: &impl serde::Serialize) -> String {
    // Texts and numbers can always be written.
    serde_json::to_string_pretty(value).map(|text| text + "\n").unwrap_or_default()
}

fn open(path: &Path) -> Result<Destination, Failure> {
    Destination::open(path, false)
        .map_err(|error| Failure::Usage(format!("cannot write to {}: {error}", path.display())))
}

/// The time.
pub(super) fn now() -> Moment {
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Moment::nearest(i64::try_from(since_1970.as_secs()).unwrap_or(i64::MAX))
}
