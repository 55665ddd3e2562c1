//! Where configuration is found, and how files extend each other.

use super::fault::ConfigError;
use super::layer::Layer;
use super::parse::parse;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The file's name.
pub const NAME: &str = "stanch.toml";
/// A file may extend one that extends one, and so on, up to here.
const DEEPEST: usize = 8;
/// No configuration is larger, in bytes.
const LARGEST: u64 = 4 << 20;

/// Whether a directory holds a file of this name.
#[must_use]
pub fn exists_in(dir: &Path, name: &str) -> bool {
    dir.join(name).is_file()
}

/// Whether a directory is the root of a repository: its work tree, or a bare one.
#[must_use]
pub fn is_repository(dir: &Path) -> bool {
    dir.join(".git").exists()
        || (dir.join("HEAD").is_file() && dir.join("objects").is_dir() && dir.join("refs").is_dir())
}

/// Where policy of a directory may be found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Above {
    /// The directory and those above it, outermost first, up to the repository's root or else the file system's.
    pub dirs: Vec<PathBuf>,
    /// Files that would count, but belong to somebody else.
    pub strangers: Vec<PathBuf>,
}

/// Where policy of an absolute directory may be found.
///
/// Outside of a repository what lies above may be anybody's: in `/tmp` everybody can write. There only files count that belong to root or to
/// the owner of the directory.
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

/// The files of policy in a directory that belong neither to root nor to the owner of `target`.
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

/// Reads a file and those that it extends: those first, because it refines them. Path patterns of all of them belong to `base`. `name` is
/// what messages call a file.
///
/// # Errors
/// When one cannot be read or is malformed, or when they extend each other in a circle.
pub fn load(path: &Path, base: &Path, name: &dyn Fn(&Path) -> String) -> Result<Vec<Arc<Layer>>, ConfigError> {
    let mut layers = Vec::new();
    gather(path, base, name, &mut Vec::new(), &mut layers)?;
    Ok(layers)
}

fn gather(
    path: &Path,
    base: &Path,
    name: &dyn Fn(&Path) -> String,
    within: &mut Vec<PathBuf>,
    layers: &mut Vec<Arc<Layer>>,
) -> Result<(), ConfigError> {
    let file = name(path);
    let text = read(path).map_err(|error| ConfigError::one(&file, 0, error))?;
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
        if within.len() >= DEEPEST {
            return Err(fault(format!("more than {DEEPEST} files extend each other")));
        }
        gather(&at, base, name, within, layers)?;
    }
    within.pop();
    layers.push(Arc::new(Layer { path: path.to_owned(), base: base.to_owned(), ..layer }));
    Ok(())
}

/// A text file of reasonable size: a device or a pipe would block, or never end.
fn read(path: &Path) -> Result<String, String> {
    let data = fs::metadata(path).map_err(|error| format!("cannot read this configuration: {error}"))?;
    if !data.is_file() || data.len() > LARGEST {
        return Err(format!("a configuration is a regular file of at most {LARGEST} bytes"));
    }
    let bytes = fs::read(path).map_err(|error| format!("cannot read this configuration: {error}"))?;
    let text = String::from_utf8(bytes).map_err(|_| "a configuration is UTF-8 text".to_owned())?;
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}
