//! The paths that the user named: all of them must exist, and each is read once.

use crate::sources::SourceError;
use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// Roots of the walks.
#[derive(Debug)]
pub(super) struct Roots {
    paths: Vec<PathBuf>,
    /// Roots that are below another root, as that walk spells them.
    nested: HashSet<PathBuf>,
}

impl Roots {
    /// Takes the paths as given by the user, and the paths that another source reads.
    ///
    /// # Errors
    /// Fails when one does not exist.
    pub(super) fn new(paths: Vec<PathBuf>, elsewhere: &[PathBuf]) -> Result<Roots, SourceError> {
        if let Some(missing) = paths.iter().find(|path| is_missing(path)) {
            return Err(SourceError::NotFound { path: missing.to_string_lossy().into_owned() });
        }
        Ok(Roots::each_once(paths.into_iter().map(a_file_at_any_rate).collect(), elsewhere))
    }

    /// A nested root is kept, and the outer walk skips it: it was named by the user, and the outer walk might exclude it.
    fn each_once(paths: Vec<PathBuf>, elsewhere: &[PathBuf]) -> Roots {
        if paths.len() < 2 && elsewhere.is_empty() {
            return Roots { paths, nested: HashSet::new() };
        }
        let mut places: HashMap<PathBuf, PathBuf> = HashMap::new();
        let mut kept = Vec::with_capacity(paths.len());
        for path in paths {
            match path.canonicalize().map(|place| places.entry(place)) {
                Ok(Entry::Occupied(_)) => continue,
                Ok(Entry::Vacant(place)) => _ = place.insert(path.clone()),
                // A broken link cannot be resolved; the walk reports it.
                Err(_) => {}
            }
            kept.push(path);
        }
        let others: Vec<PathBuf> = elsewhere.iter().filter_map(|path| path.canonicalize().ok()).collect();
        let nested = places.keys().chain(&others).filter_map(|place| {
            let above = place.ancestors().skip(1).find(|above| places.contains_key(*above))?;
            Some(places.get(above)?.join(place.strip_prefix(above).ok()?))
        });
        Roots { nested: nested.collect(), paths: kept }
    }

    /// The paths in the given order.
    pub(super) fn paths(&self) -> &[PathBuf] {
        &self.paths
    }

    /// Whether a walked path is a root itself, which is read under the name that the user gave it.
    pub(super) fn is_read_elsewhere(&self, path: &Path) -> bool {
        !self.nested.is_empty() && self.nested.contains(path)
    }
}

/// Whether nothing exists under this name. A broken link or a path without permission exists: it is a problem of the scan, not a wrong
/// command line.
#[must_use]
pub fn is_missing(path: &Path) -> bool {
    path.symlink_metadata().is_err_and(|error| {
        matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory | ErrorKind::InvalidFilename)
    })
}

/// The walker reads `-` as standard input; a file of that name gets the prefix `./`.
fn a_file_at_any_rate(path: PathBuf) -> PathBuf {
    if path == Path::new("-") { Path::new(".").join(path) } else { path }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_called_dash_is_not_standard_input() {
        assert_eq!(a_file_at_any_rate("-".into()), Path::new(".").join("-"));
        assert_eq!(a_file_at_any_rate("a-".into()), Path::new("a-"));
    }
}
