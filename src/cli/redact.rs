//! The arguments of `stanch redact`.

use super::environment;
use super::help;
use super::streams::{self, Input};
use crate::commands::{self, Exit, Failure, RedactOptions};
use crate::pipeline::Progress;
use crate::policy::{BaselineChoice, PolicyOptions};
use clap::builder::PossibleValuesParser;
use clap::{Args as ClapArgs, ValueHint};
use std::io::{self, Read, Write};
use std::path::PathBuf;

#[derive(Debug, ClapArgs)]
#[command(after_help = help::REDACT)]
pub(super) struct RedactArgs {
    /// Files to read instead of standard input
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    files: Vec<PathBuf>,
    /// Change the files themselves: each is written beside the old one, which it then replaces
    #[arg(long, requires = "files")]
    in_place: bool,
    /// Keep lines of JSON valid: a secret is replaced inside its string, a number by a string
    #[arg(long)]
    json_lines: bool,
    /// Put `stanch:RULE:FINGERPRINT` in place of a secret: the same for the same secret. One that could be guessed gets a number instead
    #[arg(long)]
    handles: bool,
    /// Replace the value of this environment variable, its base64 and its percent form, too (repeatable)
    #[arg(long, value_name = "NAME")]
    env: Vec<String>,

    /// Replace what has at least this confidence [default: medium]
    #[arg(long, value_name = "LEVEL", value_parser = PossibleValuesParser::new(["high", "medium", "low"]), help_heading = "What is replaced")]
    confidence: Option<String>,
    /// Read further rules from FILE (repeatable); docs/rules.md has the format
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "What is replaced")]
    rules: Vec<PathBuf>,
    /// Decode what is encoded (base64, escapes, …) up to N times, one inside the other; 0 decodes nothing [default: 5]
    #[arg(long, value_name = "N", help_heading = "What is replaced")]
    decode_depth: Option<u8>,
    /// Use this configuration and no other. Its exceptions do not hold here
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, conflicts_with = "no_config", help_heading = "What is replaced")]
    config: Option<PathBuf>,
    /// Do not look for stanch.toml files
    #[arg(long, help_heading = "What is replaced")]
    no_config: bool,
}

impl RedactArgs {
    /// Redacts what it names.
    pub(super) fn run(self, progress: &Progress, out: &mut dyn Write) -> Result<Exit, Failure> {
        let mut input: Box<dyn Read> = if self.files.is_empty() {
            streams::needs_input()?;
            Box::new(Input::open(progress.stop_flag())?.patient())
        } else {
            Box::new(io::empty())
        };
        commands::redact(&self.into_options(), &mut input, out, &mut io::stderr())
    }

    fn into_options(self) -> RedactOptions {
        RedactOptions {
            policy: PolicyOptions {
                config: self.config.or_else(|| environment::path("STANCH_CONFIG").filter(|_| !self.no_config)),
                no_config: self.no_config,
                confidence: self
                    .confidence
                    .or_else(|| environment::text("STANCH_CONFIDENCE"))
                    .and_then(|level| level.parse().ok()),
                rules: self.rules,
                decode_depth: self.decode_depth,
                no_ignores: true,
                baseline: BaselineChoice::Without,
                ..PolicyOptions::default()
            },
            files: self.files,
            in_place: self.in_place,
            json_lines: self.json_lines,
            handles: self.handles,
            variables: self.env,
        }
    }
}
