//! Where this program is installed from: a repository's address, and a commit or a tag of it.
//!
//! No registry has a package of this name. What installs it by name alone would run a stranger's code, so everything that `init` and
//! `migrate` write installs from an address and a revision, and what knows none refuses to run.

use super::address::{is_plain, public_address};

/// How to say it, where nothing is known.
pub(in crate::commands) const HOW: &str = "git+https://HOST/OWNER/NAME@COMMIT";

/// A repository and a revision of it that does not move.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InstallOrigin {
    /// An https address.
    repository: String,
    /// A commit's full name, or the tag of a release.
    revision: String,
}

impl InstallOrigin {
    /// What the build knows: its repository, if that is a public address, and its commit, if the repository has it.
    #[must_use]
    pub fn of_build() -> Option<InstallOrigin> {
        let (repository, revision) = (option_env!("STANCH_BUILD_REPOSITORY")?, option_env!("STANCH_BUILD_COMMIT")?);
        Some(InstallOrigin { repository: repository.to_owned(), revision: revision.to_owned() })
    }

    /// Reads `git+https://HOST/OWNER/NAME@REVISION`.
    ///
    /// # Errors
    /// Says what is wrong: no address, no revision, or one that moves.
    pub fn parse(text: &str) -> Result<InstallOrigin, String> {
        let form = || format!("`{text}` is not of the form {HOW}");
        let rest = text.strip_prefix("git+").ok_or_else(form)?;
        let (address, revision) = rest.rsplit_once('@').ok_or_else(|| format!("{}: no commit and no tag", form()))?;
        let repository = public_address(address).ok_or_else(form)?;
        if !is_fixed(revision) {
            return Err(format!(
                "`{revision}` may move: give a commit's full name (40 digits), or the tag of a release such as v0.1.0"
            ));
        }
        Ok(InstallOrigin { repository, revision: revision.to_owned() })
    }

    /// What pip takes.
    pub(in crate::commands) fn requirement(&self) -> String {
        format!("stanch @ git+{}@{}", self.repository, self.revision)
    }

    /// Fills the two places of a template: values of YAML, or defaults of a shell's variables.
    pub(in crate::commands) fn fill(origin: Option<&InstallOrigin>, template: &str) -> String {
        let Some(InstallOrigin { repository, revision }) = origin else { return template.to_owned() };
        let mut text = template.to_owned();
        for (name, value) in [("STANCH_REPOSITORY", repository), ("STANCH_COMMIT", revision)] {
            text = text.replace(&format!("{name}: \"\""), &format!("{name}: \"{value}\""));
            text = text.replace(&format!("${{{name}:=}}"), &format!("${{{name}:={value}}}"));
        }
        text
    }

    /// What is left to do with a file that knows no origin.
    pub(in crate::commands) fn missing(file: &str) -> String {
        format!(
            "{file} refuses to run until it says where stanch is installed from: set STANCH_REPOSITORY and STANCH_COMMIT in it, \
             or write it anew with `--from {HOW}` (no registry has a package of this name)"
        )
    }
}

/// Whether a revision is a commit's full name, or looks like the tag of a release; branches move.
fn is_fixed(revision: &str) -> bool {
    let is_commit = matches!(revision.len(), 40 | 64) && revision.bytes().all(|byte| byte.is_ascii_hexdigit());
    let number = revision.strip_prefix('v').unwrap_or(revision);
    let is_tag = number.starts_with(|first: char| first.is_ascii_digit()) && number.contains('.');
    is_commit || (is_tag && is_plain(revision) && !revision.contains('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_public_and_without_credentials() {
        for (remote, address) in [
            ("https://example.org/a/b.git", Some("https://example.org/a/b")),
            ("https://me:word@example.org/a/b", Some("https://example.org/a/b")),
            ("git@example.org:a/b.git", Some("https://example.org/a/b")),
            ("ssh://git@example.org:2222/a/b/", Some("https://example.org/a/b")),
            ("/srv/git/b.git", None),
            ("../b", None),
            ("file:///srv/b", None),
            ("https://localhost/b", None),
            ("https://example.org/a b", None),
            ("https://example.org/$(x)", None),
        ] {
            assert_eq!(public_address(remote).as_deref(), address, "{remote}");
        }
    }

    #[test]
    fn a_revision_that_moves_is_refused() {
        let commit = "0123456789abcdef0123456789abcdef01234567";
        for good in [commit, "v0.1.0", "1.2.3-rc.1"] {
            let origin = InstallOrigin::parse(&format!("git+https://example.org/a/b@{good}")).expect("an origin");
            assert_eq!(origin.requirement(), format!("stanch @ git+https://example.org/a/b@{good}"));
        }
        for bad in ["main", "HEAD", "v1", "0123456", "", "v1.0/x", "v1.0;x"] {
            assert!(InstallOrigin::parse(&format!("git+https://example.org/a/b@{bad}")).is_err(), "{bad}");
        }
        for bad in ["stanch", "git+https://example.org/a/b", "https://example.org/a/b@v1.0", "git+/a/b@v1.0"] {
            assert!(InstallOrigin::parse(bad).is_err(), "{bad}");
        }
    }
}
