//! The arguments that all scans have.

use super::environment;
use super::policy::PolicyArgs;
use super::reports::ReportArgs;
use super::streams;
use super::terminal::Terminal;
use crate::commands::{Failure, Reporting};
use crate::config::{ReportDefaults, parse_size};
use crate::report;
use clap::Args as ClapArgs;

/// More threads than this only cost memory, on any machine.
pub(super) const MOST_THREADS: u64 = 1024;

/// What all scans have.
#[derive(Debug, ClapArgs)]
pub(super) struct CommonArgs {
    #[command(flatten)]
    pub(super) policy: PolicyArgs,
    /// Exit code for findings; 0 lets them pass [default: 1]
    #[arg(long, value_name = "N", help_heading = "What is reported")]
    exit_code: Option<u8>,
    /// About how much memory all threads together may take; what needs more waits, or is named [default: 256M]
    #[arg(long, value_name = "SIZE", value_parser = parse_size, help_heading = "What is read")]
    pub(super) memory: Option<u64>,

    #[command(flatten)]
    reports: ReportArgs,
    /// Only findings and what could not be read: no progress bar, no summary. A clean scan says nothing (human)
    #[arg(long, short = 'q', help_heading = "Report")]
    pub(super) quiet: bool,
    /// Say on standard error which configuration, ignore files and baseline hold, name all that was left out, and count rejected matches by reason
    #[arg(long, short = 'v', conflicts_with = "quiet", help_heading = "Report")]
    verbose: bool,
    /// Exit with 0 and not 3 when nothing was found but something could not be read
    #[arg(long, help_heading = "Report")]
    allow_incomplete: bool,
}

impl CommonArgs {
    /// What all threads together may take, in bytes.
    pub(super) fn memory(&self) -> Option<u64> {
        self.memory.or_else(|| parse_size(&environment::text("STANCH_MEMORY")?).ok())
    }

    pub(super) fn reporting(&self, terminal: Terminal, defaults: &ReportDefaults) -> Result<Reporting, Failure> {
        let variable = || environment::text("STANCH_EXIT_CODE")?.parse().ok();
        let exit_code =
            self.exit_code.or_else(variable).or(defaults.exit_code.as_ref().map(|code| code.value)).unwrap_or(1);
        if matches!(exit_code, 2 | 3 | 130) {
            let why =
                "--exit-code: 2, 3 and 130 say that a scan failed, is incomplete or was interrupted; choose another";
            return Err(Failure::Usage(why.to_owned()));
        }
        let (deliveries, look) = self.reports.deliveries(terminal, defaults)?;
        if deliveries.iter().any(|delivery| delivery.to.is_none()) {
            streams::needs_output()?;
        }
        let look = report::Options { quiet: self.quiet, ..look };
        let allows = defaults.allow_incomplete.as_ref().is_some_and(|allowed| allowed.value);
        Ok(Reporting {
            deliveries,
            look,
            exit_code,
            allow_incomplete: self.allow_incomplete || allows,
            large_is_left_out: false,
            verbose: self.verbose,
        })
    }
}
