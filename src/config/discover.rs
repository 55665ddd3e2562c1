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

/// An absolute directory and those above it, outermost first, up to the repository's root or else the file system's. Outside of a
/// repository what is above belongs to others: directories end where neither root nor the owner of `dir` owns them.
#[must_use]
pub fn above(dir: &Path) -> Vec<PathBuf> {
    let mut dirs: Vec<PathBuf> = Vec::new();
    for one in dir.ancestors() {
        dirs.push(one.to_owned());
        if is_repository(one) {
            dirs.reverse();
            return dirs;
        }
    }
    dirs.retain(|one| is_trusted(one, dir));
    dirs.reverse();
    dirs
}

/// Whether a `stanch.toml` in a directory could have been put there by somebody else than whoever owns the target: `/tmp` is everybody's.
#[cfg(unix)]
fn is_trusted(dir: &Path, target: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let owner = |path: &Path| fs::metadata(path).map(|data| data.uid()).ok();
    let file = [NAME, ".stanchignore", ".stanch-baseline"].iter().filter_map(|name| owner(&dir.join(name)));
    dir == target || file.into_iter().all(|uid| uid == 0 || Some(uid) == owner(target))
}

#[cfg(not(unix))]
fn is_trusted(_: &Path, _: &Path) -> bool {
    true
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
