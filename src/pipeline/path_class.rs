//! Classifies paths, to lower the confidence of secrets without a format.
//!
//! The engine does not see the path, so its result for some bytes does not depend on where they are. But in three kinds of files, text that
//! looks like an assigned secret hardly ever is one: translations (the word for a password under the key `password`), lock files (hashes),
//! and installed packages such as those in `node_modules`. There such a finding gets low confidence. Tokens with a format keep their
//! confidence everywhere, and tests and documentation count like any other file, because people leave real secrets in them.

use crate::model::{Confidence, Origin};
use crate::rules::{Form, Rule};
use std::path::Path;

/// A kind of file in which assignments are usually not secrets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PathClass {
    /// A translation.
    Translation,
    /// A lock file of a package manager: names, versions, hashes.
    LockFile,
    /// An installed package.
    Package,
}

/// Names of folders that contain translations.
const LANGUAGES: [&str; 11] = [
    "locale",
    "locales",
    "i18n",
    "l10n",
    "lang",
    "langs",
    "language",
    "languages",
    "translation",
    "translations",
    "lc_messages",
];
/// Extensions of translations in these folders, which may also contain code.
const TEXTS: [&str; 12] = ["json", "json5", "yml", "yaml", "properties", "php", "js", "ts", "toml", "ini", "xml", "rb"];
/// Extensions of translation formats, in any folder.
const TRANSLATIONS: [&str; 9] = ["po", "pot", "xlf", "xliff", "arb", "strings", "resx", "ftl", "mo"];
/// Names of lock files.
const LOCKS: [&str; 18] = [
    "package-lock.json",
    "npm-shrinkwrap.json",
    "yarn.lock",
    "pnpm-lock.yaml",
    "bun.lock",
    "composer.lock",
    "gemfile.lock",
    "cargo.lock",
    "poetry.lock",
    "pipfile.lock",
    "uv.lock",
    "pdm.lock",
    "go.sum",
    "mix.lock",
    "pubspec.lock",
    "podfile.lock",
    "packages.lock.json",
    "flake.lock",
];
/// Names of folders that contain installed packages.
const PACKAGES: [&str; 4] = ["node_modules", "bower_components", "site-packages", ".yarn"];

impl PathClass {
    /// The class of a path, if any.
    #[must_use]
    pub fn of(path: &Path) -> Option<PathClass> {
        let lower = |part: &std::ffi::OsStr| part.to_string_lossy().to_ascii_lowercase();
        let name = lower(path.file_name()?);
        let (stem, extension) = name.rsplit_once('.').unwrap_or((&name, ""));
        if LOCKS.contains(&name.as_str()) {
            return Some(PathClass::LockFile);
        }
        let folders = || path.parent().into_iter().flat_map(Path::components).map(|part| lower(part.as_os_str()));
        if folders().any(|folder| PACKAGES.contains(&folder.as_str())) {
            return Some(PathClass::Package);
        }
        let is_text = TEXTS.contains(&extension);
        let is_translation = TRANSLATIONS.contains(&extension)
            || (is_text && folders().any(|folder| LANGUAGES.contains(&folder.as_str())))
            // `messages_de.properties`, `devise.pt-BR.yml`: Java's and Rails' way.
            || (matches!(extension, "properties" | "yml" | "yaml" | "json") && ends_with_language(stem));
        is_translation.then_some(PathClass::Translation)
    }

    /// Name in messages.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            PathClass::Translation => "a translation",
            PathClass::LockFile => "a lock file",
            PathClass::Package => "an installed package",
        }
    }
}

/// Whether a stem ends with a language and region, such as `_de_AT` or `.pt-br`. A language alone could be any two letters, so it only
/// counts after `messages`.
fn ends_with_language(stem: &str) -> bool {
    let letters = |text: &str| text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_alphabetic());
    let Some((rest, last)) = stem.rsplit_once(['_', '-', '.']) else { return false };
    if !letters(last) {
        return false;
    }
    let is_region = rest.rsplit_once(['_', '-', '.']).is_some_and(|(_, language)| letters(language));
    is_region || matches!(rest, "messages" | "strings" | "labels" | "translations" | "texts")
}

/// The confidence in a finding of `rule`, adjusted for the path.
pub(super) fn adjusted(rule: &Rule, confidence: Confidence, path: Option<&Path>) -> Confidence {
    if confidence == Confidence::Low || !matches!(rule.form, Form::Names { .. }) {
        return confidence;
    }
    path.and_then(PathClass::of).map_or(confidence, |_| Confidence::Low)
}

/// The same by what the paths of a file and of the member in it say.
pub(super) fn adjusted_in(rule: &Rule, confidence: Confidence, origin: &Origin) -> Confidence {
    let confidence = adjusted(rule, confidence, origin.path());
    if origin.steps.is_empty() { confidence } else { adjusted(rule, confidence, origin.innermost_path()) }
}

#[cfg(test)]
mod tests {
    use super::PathClass;
    use std::path::Path;

    #[test]
    fn kinds_of_files() {
        for (path, kind) in [
            ("web/locales/cs-CZ/portal.json", Some(PathClass::Translation)),
            ("config/locales/en.yml", Some(PathClass::Translation)),
            ("po/de.po", Some(PathClass::Translation)),
            ("src/messages_de.properties", Some(PathClass::Translation)),
            ("src/Labels_de_AT.properties", Some(PathClass::Translation)),
            ("resources/lang/en/auth.php", Some(PathClass::Translation)),
            ("locales/load.go", None),
            ("config/app.yml", None),
            ("config/db.properties", None),
            ("deploy/app_eu.yml", None),
            ("tests/fixtures/config.json", None),
            ("a/Cargo.lock", Some(PathClass::LockFile)),
            ("a/node_modules/b/c.js", Some(PathClass::Package)),
            ("go.sum", Some(PathClass::LockFile)),
            ("", None),
        ] {
            assert_eq!(PathClass::of(Path::new(path)), kind, "{path}");
        }
    }
}
