//! The arguments about policy: configuration, exceptions, baseline.

use super::environment;
use crate::policy::{BaselineChoice, GitleaksOptions, PolicyOptions};
use clap::builder::PossibleValuesParser;
use clap::{Args as ClapArgs, ValueHint};
use std::path::PathBuf;

/// What every command has that goes by a policy.
#[derive(Debug, ClapArgs)]
pub(super) struct PolicyArgs {
    /// Show findings of at least this confidence [default: medium]
    #[arg(long, value_name = "LEVEL", value_parser = PossibleValuesParser::new(["high", "medium", "low"]), help_heading = "What is reported")]
    confidence: Option<String>,
    /// Show findings of at least this severity [default: low]
    #[arg(long, value_name = "LEVEL", value_parser = PossibleValuesParser::new(["critical", "high", "medium", "low"]), help_heading = "What is reported")]
    severity: Option<String>,
    /// Read further rules from FILE (repeatable); docs/rules.md has the format
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "What is reported")]
    rules: Vec<PathBuf>,
    /// Decode what is encoded (base64, escapes, …) up to N times, one inside the other; 0 decodes nothing [default: 5]
    #[arg(long, value_name = "N", help_heading = "What is reported")]
    decode_depth: Option<u8>,
    /// Use this configuration and no other
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, conflicts_with = "no_config", help_heading = "Policy")]
    config: Option<PathBuf>,
    /// Do not look for stanch.toml files
    #[arg(long, help_heading = "Policy")]
    no_config: bool,
    /// Report only what this baseline does not know [default: the nearest .stanch-baseline]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Policy")]
    baseline: Option<PathBuf>,
    /// Go by no baseline
    #[arg(long, conflicts_with = "baseline", help_heading = "Policy")]
    no_baseline: bool,
    /// Do not look for .stanchignore files
    #[arg(long, help_heading = "Policy")]
    no_ignores: bool,
    /// Report what comments such as `stanch:allow` or `gitleaks:allow` allow
    #[arg(long, help_heading = "Policy")]
    no_inline: bool,
}

impl PolicyArgs {
    /// Plain options.
    pub(super) fn options(&self) -> PolicyOptions {
        // Values of variables have been checked.
        let named = |flag: &Option<PathBuf>, is_off: bool, variable| match flag {
            Some(file) => Some(file.clone()),
            None if is_off => None,
            None => environment::path(variable),
        };
        let level = |flag: &Option<String>, variable| flag.clone().or_else(|| environment::text(variable));
        PolicyOptions {
            config: named(&self.config, self.no_config, "STANCH_CONFIG"),
            no_config: self.no_config,
            confidence: level(&self.confidence, "STANCH_CONFIDENCE").and_then(|level| level.parse().ok()),
            severity: level(&self.severity, "STANCH_SEVERITY").and_then(|level| level.parse().ok()),
            rules: self.rules.clone(),
            no_inline: self.no_inline,
            no_ignores: self.no_ignores,
            baseline: match named(&self.baseline, self.no_baseline, "STANCH_BASELINE") {
                _ if self.no_baseline => BaselineChoice::Without,
                Some(file) => BaselineChoice::File(file),
                None => BaselineChoice::Found,
            },
            gitignore: None,
            max_file_size: None,
            decode_depth: self.decode_depth,
            gitleaks: GitleaksOptions::default(),
        }
    }
}
