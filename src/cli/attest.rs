//! The arguments of `stanch attest` and `stanch gate`.

use super::help;
use super::policy::PolicyArgs;
use crate::attest::{Demands, Form, PredicateType};
use crate::commands::{self, AttestOptions, CoverageOptions, Exit, Failure, GateOptions, OutputForm, SubjectSpec};
use crate::config::parse_size;
use crate::pipeline::{MEMORY, Progress};
use crate::sources::{ImageOptions, Pull};
use clap::builder::PossibleValuesParser;
use clap::{Args as ClapArgs, Subcommand, ValueHint};
use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

#[derive(Debug, ClapArgs)]
#[command(after_help = help::ATTEST, args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(super) struct AttestArgs {
    #[command(subcommand)]
    command: Option<AttestCommand>,

    /// What to scan and to vouch for: a file, a folder, a commit with all that leads to it (git:REV), or an image (image:REF)
    #[arg(long, value_name = "FILE|DIR|git:REV|image:REF", required = true, value_hint = ValueHint::AnyPath)]
    subject: Option<String>,
    /// The private key: Ed25519 or ECDSA P-256 in PEM, plain or encrypted, or one of cosign
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Signing")]
    key: Option<PathBuf>,
    /// The file that holds the key's password [default: STANCH_KEY_PASSWORD or COSIGN_PASSWORD in the environment]
    #[arg(long, value_name = "FILE", requires = "key", value_hint = ValueHint::FilePath, help_heading = "Signing")]
    key_password_file: Option<PathBuf>,
    /// Sign this unsigned statement (of --statement-only) if it is about the subject as it is now, and scan nothing
    #[arg(long, value_name = "FILE", conflicts_with_all = ["coverage", "statement_only", "predicate_only"], value_hint = ValueHint::FilePath, help_heading = "Signing")]
    report: Option<PathBuf>,
    /// The statement's predicate: svr (a simple verification result) or test-result
    #[arg(long = "type", value_name = "TYPE", default_value = "svr", value_parser = PossibleValuesParser::new(["svr", "test-result"]), help_heading = "What is written")]
    kind: String,
    /// Write to this file, and not to standard output
    #[arg(long, short = 'o', value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "What is written")]
    output: Option<PathBuf>,
    /// Write a bare DSSE envelope, and not a sigstore bundle
    #[arg(long, conflicts_with_all = ["statement_only", "predicate_only"], help_heading = "What is written")]
    dsse: bool,
    /// Write the statement unsigned, for --report elsewhere
    #[arg(long, conflicts_with = "key", help_heading = "What is written")]
    statement_only: bool,
    /// Write the predicate alone, for another signer (actions/attest, cosign attest)
    #[arg(long, conflicts_with_all = ["key", "statement_only"], help_heading = "What is written")]
    predicate_only: bool,
    /// Write the list of all that was read, from which `attest coverage` makes proofs
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "What is written")]
    coverage: Option<PathBuf>,
    /// Put it beside the image, into its layout or with --pull into its registry: as a referrer and under the tag of cosign (.att)
    #[arg(long, requires = "key", help_heading = "What is written")]
    push: bool,
    /// About how much memory the scan may take [default: 256M]
    #[arg(long, value_name = "SIZE", value_parser = parse_size, help_heading = "What is read")]
    memory: Option<u64>,

    #[command(flatten)]
    place: PlaceArgs,
    #[command(flatten)]
    policy: PolicyArgs,
}

#[derive(Debug, Subcommand)]
enum AttestCommand {
    /// Prove that a file, a layer, a member or an object was read, or check such a proof
    #[command(after_help = help::COVERAGE)]
    Coverage(CoverageArgs),
}

#[derive(Debug, ClapArgs)]
struct CoverageArgs {
    /// What --coverage wrote
    #[arg(value_name = "FILE", required_unless_present = "check", value_hint = ValueHint::FilePath)]
    file: Option<PathBuf>,
    /// Print the proof for what has this name: a path, the end of one, a layer's digest, the name of a git object
    #[arg(long, value_name = "NAME")]
    prove: Option<String>,
    /// Check the proof in this file
    #[arg(long, value_name = "PROOF", conflicts_with_all = ["file", "prove"], value_hint = ValueHint::FilePath)]
    check: Option<PathBuf>,
    /// The signed statement that the file or the proof must belong to
    #[arg(long, value_name = "FILE", requires = "key", value_hint = ValueHint::FilePath)]
    bundle: Option<PathBuf>,
    /// The public key that signed it (repeatable: any of them)
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    key: Vec<PathBuf>,
}

/// Where subjects are found.
#[derive(Debug, ClapArgs)]
struct PlaceArgs {
    /// The repository of git:REV
    #[arg(long, value_name = "DIR", default_value = ".", value_hint = ValueHint::DirPath, help_heading = "Subject")]
    repository: PathBuf,
    /// Ask registries for image:REF: this alone uses the network
    #[arg(long, help_heading = "Subject")]
    pull: bool,
    /// Log in with what `docker login` and `podman login` keep, and run their credential helpers
    #[arg(long, requires = "pull", help_heading = "Subject")]
    registry_credentials: bool,
    /// Ask by HTTP without TLS. Registries on this machine are asked by it anyway
    #[arg(long, requires = "pull", help_heading = "Subject")]
    plain_http: bool,
    /// Only images of this name, where a place holds several: app:1.2 (repeatable)
    #[arg(long, value_name = "NAME", help_heading = "Subject")]
    name: Vec<String>,
}

impl PlaceArgs {
    fn subject(&self, text: &str) -> SubjectSpec {
        let pull = Pull { credentials: self.registry_credentials, plain_http: self.plain_http };
        let images =
            ImageOptions { names: self.name.clone(), pull: self.pull.then_some(pull), ..ImageOptions::default() };
        SubjectSpec::parse(text, &self.repository, images)
    }
}

impl AttestArgs {
    pub(super) fn run(self, progress: &Arc<Progress>, out: &mut dyn Write) -> Result<Exit, Failure> {
        if let Some(AttestCommand::Coverage(args)) = self.command {
            let CoverageArgs { file, prove, check, bundle, key } = args;
            return commands::attest_coverage(&CoverageOptions { file, prove, check, bundle, keys: key }, out);
        }
        let output_form = match () {
            () if self.predicate_only => OutputForm::Predicate,
            () if self.statement_only => OutputForm::Statement,
            () if self.dsse => OutputForm::Signed(Form::Dsse),
            () => OutputForm::Signed(Form::Bundle),
        };
        let options = AttestOptions {
            subject: self.place.subject(self.subject.as_deref().unwrap_or(".")),
            key: self.key,
            password_file: self.key_password_file,
            output: self.output,
            coverage: self.coverage,
            output_form,
            predicate_type: if self.kind == "svr" { PredicateType::Svr } else { PredicateType::TestResult },
            report: self.report,
            push: self.push,
            memory: self.memory.unwrap_or(MEMORY),
            policy: self.policy.options(),
        };
        commands::attest(&options, out, progress)
    }
}

#[derive(Debug, ClapArgs)]
#[command(after_help = help::GATE)]
pub(super) struct GateArgs {
    #[command(subcommand)]
    command: GateCommand,
}

#[derive(Debug, Subcommand)]
enum GateCommand {
    /// Let a subject pass if a signed statement says what is asked for, and refuse it otherwise
    #[command(after_help = help::GATE)]
    Verify(Box<VerifyArgs>),
}

#[derive(Debug, ClapArgs)]
struct VerifyArgs {
    /// What is to pass: a file, a folder, a commit (git:REV), or an image (image:REF). Its digest is computed here
    #[arg(value_name = "FILE|DIR|git:REV|image:REF", value_hint = ValueHint::AnyPath)]
    subject: String,
    /// A sigstore bundle, a DSSE envelope, or a list of them, one a line (repeatable: one that satisfies is enough)
    #[arg(long, value_name = "FILE", required = true, value_hint = ValueHint::FilePath)]
    bundle: Vec<PathBuf>,
    /// The public key of whoever may vouch: Ed25519 or ECDSA P-256 in PEM (repeatable: any of them)
    #[arg(long, value_name = "FILE", required = true, value_hint = ValueHint::FilePath)]
    key: Vec<PathBuf>,
    /// Refuse a statement that is older: 90m, 24h, 7d
    #[arg(long, value_name = "AGE", value_parser = seconds, help_heading = "What is asked for")]
    max_age: Option<u64>,
    /// A property that the statement must claim (repeatable) [default: STANCH_NO_UNPROTECTED_SECRETS and STANCH_COVERAGE_COMPLETE]
    #[arg(long, value_name = "PROPERTY", help_heading = "What is asked for")]
    require: Vec<String>,
    /// The scan was made by this version of stanch or a later one (0.1.0), or with the very rules of this program (own)
    #[arg(long, value_name = "VERSION|own", value_parser = version, help_heading = "What is asked for")]
    rules_not_older_than: Option<String>,
    /// Take the statement of anybody who has the key, of any type: only signature, subject, age and --require count
    #[arg(long, conflicts_with = "rules_not_older_than", help_heading = "What is asked for")]
    any_predicate: bool,
    /// The type of the predicate, a URI
    #[arg(long = "type", value_name = "URI", help_heading = "What is asked for")]
    kind: Option<String>,
    /// Write the decision as JSON
    #[arg(long)]
    json: bool,

    #[command(flatten)]
    place: PlaceArgs,
}

impl GateArgs {
    pub(super) fn run(self, out: &mut dyn Write) -> Result<Exit, Failure> {
        let GateCommand::Verify(args) = self.command;
        let (version, own_rules) = match args.rules_not_older_than {
            Some(own) if own == "own" => (None, true),
            version => (version, false),
        };
        let demands = Demands {
            properties: args.require,
            max_age: args.max_age,
            any_predicate: args.any_predicate,
            predicate_type: args.kind,
            version,
            rules: None,
        };
        let (subject, name) = (args.place.subject(&args.subject), args.subject);
        let options =
            GateOptions { subject, name, bundles: args.bundle, keys: args.key, demands, own_rules, json: args.json };
        commands::gate_verify(options, out)
    }
}

/// `24h` in seconds.
fn seconds(text: &str) -> Result<u64, String> {
    let wrong = || "a number with s, m, h or d behind it: 24h".to_owned();
    let at = text.len().saturating_sub(1);
    let (count, unit) = text.split_at_checked(at).ok_or_else(wrong)?;
    let unit = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        "d" => 86_400,
        _ => return Err(wrong()),
    };
    count.parse::<u64>().ok().and_then(|count| count.checked_mul(unit)).ok_or_else(wrong)
}

/// A version, or `own`.
fn version(text: &str) -> Result<String, String> {
    let is_version = !text.is_empty() && text.split('.').all(|part| part.parse::<u64>().is_ok());
    if text == "own" || is_version { Ok(text.to_owned()) } else { Err("a version (0.1.0), or `own`".to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_have_a_unit() {
        assert_eq!(
            [seconds("90m"), seconds("24h"), seconds("7d"), seconds("0s")],
            [Ok(5400), Ok(86_400), Ok(604_800), Ok(0)]
        );
        for wrong in ["", "h", "24", "-1h", "1w", "99999999999999999999d", "1\u{e9}"] {
            assert!(seconds(wrong).is_err(), "{wrong}");
        }
    }
}
