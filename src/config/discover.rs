//! Finds configuration files and resolves `extends`.

use super::fault::ConfigError;
use super::layer::Layer;
use super::parse::parse;
use crate::policy_file::{self, NamedBy, is_repository};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Name of the configuration file.
pub const NAME: &str = "stanch.toml";
/// Longest chain of files that extend each other.
const MAX_EXTENDS_DEPTH: usize = 8;

/// Whether a directory contains a file of this name, or something in its place that would have to be read.
#[must_use]
pub fn exists_in(dir: &Path, name: &str) -> bool {
    policy_file::exists(&dir.join(name))
}

/// Directories that are searched for policy files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Above {
    /// The directory and its ancestors, outermost first, up to the root of the repository or else of the file system.
    pub dirs: Vec<PathBuf>,
    /// Policy files that are ignored because another user owns them.
    pub strangers: Vec<PathBuf>,
}

/// Directories that are searched for policy files of an absolute directory.
///
/// Outside of a repository the ancestors may be writable by anybody, as `/tmp` is. There, only files that belong to root or to the owner of
/// the directory are used.
#[must_use]
pub fn above(dir: &Path) -> Above {
    let mut above = Above::default();
    for one in dir.ancestors() {
        above.dirs.push(one.to_owned());
        if is_repository(one) {
            above.dirs.reverse();
            return above;
        }
    }
    above.dirs.reverse();
    above.dirs.retain(|one| {
        let of_others = if one == dir { Vec::new() } else { of_others(one, dir) };
        above.strangers.extend_from_slice(&of_others);
        of_others.is_empty()
    });
    above
}

/// Policy files in a directory that belong neither to root nor to the owner of `target`.
#[cfg(unix)]
fn of_others(dir: &Path, target: &Path) -> Vec<PathBuf> {
    use std::os::unix::fs::MetadataExt;
    let owner = |path: &Path| fs::metadata(path).map(|data| data.uid()).ok();
    let files = [NAME, ".stanchignore", ".stanch-baseline", ".gitleaksignore"].map(|name| dir.join(name)).into_iter();
    files.filter(|file| owner(file).is_some_and(|uid| uid != 0 && Some(uid) != owner(target))).collect()
}

#[cfg(not(unix))]
fn of_others(_: &Path, _: &Path) -> Vec<PathBuf> {
    Vec::new()
}

/// Reads a file and those that it extends, base files first. The path patterns of all of them are relative to `base`. `name` gives the name
/// of a file in messages; `by` is who named the first one.
///
/// # Errors
/// Fails when a file cannot be read or is malformed, or when the files extend each other in a circle.
pub fn load(
    path: &Path,
    base: &Path,
    by: NamedBy,
    name: &dyn Fn(&Path) -> String,
) -> Result<Vec<Arc<Layer>>, ConfigError> {
    let mut layers = Vec::new();
    gather(path, (base, by), name, &mut Vec::new(), &mut layers)?;
    Ok(layers)
}

fn gather(
    path: &Path,
    (base, by): (&Path, NamedBy),
    name: &dyn Fn(&Path) -> String,
    within: &mut Vec<PathBuf>,
    layers: &mut Vec<Arc<Layer>>,
) -> Result<(), ConfigError> {
    let file = name(path);
    let unreadable =
        |error: std::io::Error| ConfigError::one(&file, 0, format!("cannot read this configuration: {error}"));
    let text = policy_file::document(path, by).map_err(unreadable)?;
    let layer = parse(&file, &text)?;
    within.push(path.canonicalize().unwrap_or_else(|_| path.to_owned()));
    for extended in &layer.extends {
        let at = path.parent().unwrap_or(Path::new(".")).join(&extended.value);
        let fault = |message: String| {
            ConfigError::one(&file, extended.line, format!("extends `{}`: {message}", extended.value))
        };
        let place = at.canonicalize().map_err(|error| fault(format!("{error}; paths are relative to this file")))?;
        if within.contains(&place) {
            return Err(fault("the files extend each other in a circle".to_owned()));
        }
        if within.len() >= MAX_EXTENDS_DEPTH {
            return Err(fault(format!("more than {MAX_EXTENDS_DEPTH} files extend each other")));
        }
        gather(&at, (base, by), name, within, layers)?;
    }
    within.pop();
    layers.push(Arc::new(Layer { path: path.to_owned(), base: base.to_owned(), ..layer }));
    Ok(())
}
