//! Names of images in registries: `registry.example.com:5000/team/app:1.2@sha256:…`.
//! Grammar and defaults: <https://github.com/distribution/reference/blob/main/reference.go> and `normalize.go` there (read 2026-12-01).

use crate::content::is_digest;

/// The registry that is meant when none is named, and the host that serves it.
const DEFAULT: (&str, &str) = ("docker.io", "registry-1.docker.io");

/// A name, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reference {
    /// The registry as it is named, for credentials.
    pub(super) registry: String,
    /// The host that is asked.
    pub(super) host: String,
    /// The path of the repository.
    pub(super) repository: String,
    pub(super) tag: String,
    pub(super) digest: Option<String>,
}

impl Reference {
    pub(super) fn parse(text: &str) -> Option<Reference> {
        let text = text.strip_prefix("docker://").unwrap_or(text);
        let (text, digest) = match text.split_once('@') {
            Some((name, digest)) => (name, Some(digest.to_owned()).filter(|digest| is_digest(digest))?.into()),
            None => (text, None),
        };
        let is_host = |part: &str| part.contains(['.', ':']) || part == "localhost";
        let (registry, path) = match text.split_once('/') {
            Some((first, rest)) if is_host(first) => (first, rest),
            _ => (DEFAULT.0, text),
        };
        let (path, tag) = match path.rsplit_once(':') {
            Some((path, tag)) => (path, tag),
            None => (path, "latest"),
        };
        let is_default = matches!(registry, "docker.io" | "index.docker.io" | "registry-1.docker.io");
        let path = if is_default && !path.contains('/') { format!("library/{path}") } else { path.to_owned() };
        let is_tag = !tag.is_empty() && tag.len() <= 128 && tag.bytes().all(is_word);
        let is_part = |part: &str| {
            !part.is_empty()
                && !part.starts_with('.')
                && part.bytes().all(|byte| is_word(byte) && !byte.is_ascii_uppercase())
        };
        let is_registry = registry.bytes().all(|byte| is_word(byte) || matches!(byte, b':' | b'[' | b']'));
        (is_tag && path.split('/').all(is_part) && is_registry).then(|| Reference {
            registry: if is_default { DEFAULT.0.to_owned() } else { registry.to_owned() },
            host: if is_default { DEFAULT.1.to_owned() } else { registry.to_owned() },
            repository: path,
            tag: tag.to_owned(),
            digest,
        })
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_taken_apart_as_engines_do() {
        let digest = format!("sha256:{}", "ab".repeat(32));
        for (text, host, repository, tag) in [
            ("alpine", "registry-1.docker.io", "library/alpine", "latest"),
            ("team/app:1", "registry-1.docker.io", "team/app", "1"),
            ("docker.io/alpine:3", "registry-1.docker.io", "library/alpine", "3"),
            ("localhost/a", "localhost", "a", "latest"),
            ("127.0.0.1:5000/a/b:c", "127.0.0.1:5000", "a/b", "c"),
            ("docker://ghcr.io/a/b", "ghcr.io", "a/b", "latest"),
        ] {
            for (more, wanted) in [(String::new(), None), (format!("@{digest}"), Some(digest.clone()))] {
                let read = Reference::parse(&format!("{text}{more}")).expect("a reference");
                assert_eq!((read.host.as_str(), read.repository.as_str(), read.tag.as_str()), (host, repository, tag));
                assert_eq!(read.digest, wanted);
            }
        }
        for bad in ["", "a:b:c/d e", "a/../b", "Upper/case", "a@sha256:1", "a:tag/", "host:80/", "a?b", "x.y/a#b"] {
            assert_eq!(Reference::parse(bad), None, "{bad}");
        }
    }
}
