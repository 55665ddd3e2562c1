//! Writes origins for programs: as a path and as a URI.

use super::Options;
use crate::model::{Origin, Outer, ScannedRepository};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// A path's bytes; on Windows, its UTF-8.
pub(super) fn bytes(path: &Path) -> Vec<u8> {
    path.as_os_str().as_encoded_bytes().to_vec()
}

/// What a code host may call the place: a path relative to the directory that it knows, if the place has one.
pub(super) fn host_path<'p>(origin: &'p Origin, options: &Options) -> Option<Cow<'p, str>> {
    match &origin.outer {
        Outer::File(path) => match below(path, &options.base) {
            Some(path) => Some(Cow::Owned(Origin::from(Outer::File(path.to_owned())).portable_path()?.into_owned())),
            None => origin.portable_path(),
        },
        _ => origin.portable_path(),
    }
}

/// What to call the place when it need not be a file.
pub(super) fn host_name<'p>(origin: &'p Origin, options: &Options) -> Cow<'p, str> {
    let outer = match (host_path(origin, options), &origin.outer) {
        (Some(path), _) => path,
        (None, Outer::Object { what, id, .. }) => Cow::Owned(format!("{what} {id:.12}")),
        (None, Outer::Image { reference, .. }) => Cow::Borrowed(&**reference),
        (None, Outer::Process { pid, field }) => Cow::Owned(format!("process {pid}, {field}")),
        (None, _) => Cow::Borrowed("stdin"),
    };
    if origin.steps.is_empty() { outer } else { Cow::Owned(format!("{outer}{}", origin.steps_text())) }
}

/// A place as a URI reference (RFC 3986): separators are `/`, every byte survives, and what lies below the directory that
/// the repository's top is relative to it. A submodule's files stand below its path.
pub(super) fn uri(origin: &Origin, options: &Options, repositories: &BTreeMap<PathBuf, ScannedRepository>) -> String {
    match &origin.outer {
        Outer::File(path) => {
            let path = match below(path, &options.base) {
                Some(path) => Cow::Owned(options.below_top.join(path)),
                None if path.is_relative() && !path.starts_with("..") => Cow::Owned(options.below_top.join(path)),
                None => Cow::Borrowed(path.as_path()),
            };
            uri_of(&bytes(&path), cfg!(windows))
        }
        Outer::Committed { repository, path, .. }
        | Outer::Staged { repository, path }
        | Outer::WorkTree { repository, path } => {
            let submodule = repositories.get(repository).and_then(|one| one.submodule.as_ref());
            uri_of(&bytes(&submodule.map_or_else(|| path.clone(), |submodule| submodule.join(path))), false)
        }
        Outer::Object { id, .. } => format!("git-object/{id}"),
        Outer::Image { reference, .. } => {
            uri_of(&origin.innermost_path().map_or_else(|| reference.as_bytes().to_vec(), bytes), false)
        }
        Outer::Process { pid, .. } => format!("process/{pid}"),
        Outer::Stdin => "stdin".to_owned(),
    }
}

/// An absolute path made relative to a directory, or a relative one without its `./`; `None` when neither fits.
fn below<'p>(path: &'p Path, base: &Path) -> Option<&'p Path> {
    let rest = if path.is_absolute() && !base.as_os_str().is_empty() {
        path.strip_prefix(base)
    } else {
        path.strip_prefix(".")
    };
    rest.ok().filter(|rest| !rest.as_os_str().is_empty())
}

fn uri_of(path: &[u8], is_windows: bool) -> String {
    let mut out = String::with_capacity(path.len());
    let is_separator = |byte: &u8| *byte == b'/' || is_windows && *byte == b'\\';
    let has_drive = is_windows && path.len() > 1 && path[0].is_ascii_alphabetic() && path[1] == b':';
    let is_share = is_windows && path.len() > 1 && path[..2].iter().all(is_separator);
    if is_share {
        out.push_str("file:");
    } else if path.first().is_some_and(is_separator) {
        out.push_str("file://");
    } else if has_drive {
        out.push_str("file:///");
    }
    for (at, byte) in path.iter().enumerate() {
        match byte {
            b'\\' if is_windows => out.push('/'),
            b':' if has_drive && at == 1 => out.push(':'),
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => out.push(char::from(*byte)),
            other => {
                // Writing to a string does not fail.
                let _ = write!(out, "%{other:02X}");
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uris_keep_every_byte() {
        assert_eq!(uri_of(b"src/a b#c.rs", false), "src/a%20b%23c.rs");
        assert_eq!(uri_of(b"/tmp/\xFF", false), "file:///tmp/%FF");
        assert_eq!(uri_of(b"a\\b", false), "a%5Cb");
        assert_eq!(uri_of(b"src\\main.rs", true), "src/main.rs");
        assert_eq!(uri_of(b"C:\\src\\main.rs", true), "file:///C:/src/main.rs");
        assert_eq!(uri_of(b"\\\\server\\share\\main.rs", true), "file://server/share/main.rs");
    }

    #[test]
    fn hosts_get_paths_below_the_directory_they_know() {
        let options = Options { base: "/work/repo".into(), ..Options::default() };
        let name = |path: &str| host_name(&Outer::File(path.into()).into(), &options).into_owned();
        assert_eq!(name("/work/repo/src/a.rs"), "src/a.rs");
        assert_eq!(name("/work/other/a.rs"), "/work/other/a.rs");
        assert_eq!(name("./src/a.rs"), "src/a.rs");
        assert_eq!(name("src/a.rs"), "src/a.rs");
        assert_eq!(uri(&Outer::File("/work/repo/src/a.rs".into()).into(), &options, &BTreeMap::new()), "src/a.rs");
        let options = Options { below_top: "service".into(), ..options };
        let relative = |path: &str| uri(&Outer::File(path.into()).into(), &options, &BTreeMap::new());
        assert_eq!(relative("a.rs"), "service/a.rs");
        assert_eq!(relative("./a.rs"), "service/a.rs");
        assert_eq!(relative("../a.rs"), "../a.rs");
    }
}
