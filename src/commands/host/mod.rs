//! `stanch host`: takes inventory of a host, and reports what lies unprotected on it.

mod schedule;
mod state;

pub use schedule::{ScheduleOptions, host_schedule};
pub use state::{StateOptions, default_state_file};

use super::report::deliver;
use super::{Exit, Failure, Reporting};
use crate::model::Severity;
use crate::pipeline::{Collector, HostScan, Progress};
use crate::policy::{PolicyOptions, Scopes};
use crate::sources::host::{Host, HostOptions, be_nice};
use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

/// What to sweep and how to say it.
#[derive(Clone, Debug)]
pub struct Options {
    /// What of the host is read.
    pub host: HostOptions,
    /// Policy. Files that lie on the host decide nothing: what is meant is named.
    pub policy: PolicyOptions,
    /// What the sweep may take, bytes.
    pub memory: u64,
    /// What it is compared with, if it is.
    pub state: Option<StateOptions>,
    /// Whether it takes the lowest priority.
    pub nice: bool,
    /// What becomes of the outcome.
    pub reporting: Reporting,
}

/// Sweeps a host, and writes the report.
///
/// # Errors
/// Fails when nothing could be read, or the report could not be written.
pub fn host(options: &Options, progress: &Arc<Progress>, out: &mut dyn Write) -> Result<Exit, Failure> {
    let destinations = options.reporting.open()?;
    if options.nice {
        be_nice();
    }
    let least = options.policy.severity.unwrap_or(Severity::Low);
    // Severity is compared when exposure is counted in.
    let policy = PolicyOptions { severity: Some(Severity::Low), ..options.policy.clone() };
    let scopes = Scopes::new(policy, &[PathBuf::from(".")])?;
    let host = Host::open(options.host.clone())?;
    let scan = HostScan::new(&host, &scopes, least, Arc::clone(progress));
    let mut outcome = scan.run(Collector::of_memory(options.memory))?;
    // Of a sweep that was stopped nobody knows what is gone.
    if let Some(state) = options.state.as_ref().filter(|_| !progress.is_stopped()) {
        let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        state::compare(state, &mut outcome, i64::try_from(since_1970.as_secs()).unwrap_or_default())?;
    }
    deliver(outcome, &options.reporting, &scopes, progress, destinations, out)
}
