//! The policies of a command's targets, and how reports look by them.

use super::Failure;
use crate::config::ReportDefaults;
use crate::policy::{PolicyOptions, Scopes};
use std::path::{Path, PathBuf};

/// The scopes of some targets.
///
/// # Errors
/// Fails when a file that holds for one of them is at fault.
pub fn scopes(options: PolicyOptions, targets: &[PathBuf]) -> Result<Scopes, Failure> {
    Ok(Scopes::new(options, targets)?)
}

/// How reports look when no flag says otherwise: the first target's configuration decides.
///
/// # Errors
/// Fails when a file that holds for it is at fault, or names a format that there is not.
pub fn report_defaults(scopes: &Scopes, targets: &[PathBuf], formats: &[&str]) -> Result<ReportDefaults, Failure> {
    let target = targets.first().map_or(Path::new("."), PathBuf::as_path);
    let scope = scopes.of_target(target)?;
    let defaults = scope.report();
    if let Some(format) = defaults.format.as_ref().filter(|format| !formats.contains(&format.value.as_str())) {
        let file = scope.layers().filter(|layer| layer.report.format.as_ref() == Some(format)).last();
        let place = file.map_or_else(String::new, |layer| layer.place(format.line));
        let why = format!("{place}: format: `{}` is not one of {}", format.value, formats.join(", "));
        return Err(Failure::Usage(why));
    }
    Ok(defaults)
}
