//! Runs the binary over repositories, and reads what it reports.

use super::isolated;
use serde_json::Value;
use std::path::Path;

/// What one run said.
pub(crate) struct Report {
    pub(crate) code: i32,
    pub(crate) json: Value,
    pub(crate) errors: String,
}

/// `stanch git ARGS… --format json --show-secrets` in a folder.
pub(crate) fn scan_in(folder: &Path, args: &[&str]) -> Report {
    let mut command = isolated(env!("CARGO_BIN_EXE_stanch"));
    command.current_dir(folder).arg("git").args(args).args(["--format", "json", "--show-secrets"]);
    let out = command.output().expect("stanch runs");
    let json = serde_json::from_slice(&out.stdout).unwrap_or(Value::Null);
    Report {
        code: out.status.code().expect("an exit code"),
        json,
        errors: String::from_utf8_lossy(&out.stderr).into_owned(),
    }
}

/// `stanch git PATH ARGS…`.
pub(crate) fn scan(path: &Path, args: &[&str]) -> Report {
    let path = path.to_str().expect("UTF-8");
    scan_in(Path::new("/"), &[&[path], args].concat())
}

impl Report {
    pub(crate) fn findings(&self) -> &[Value] {
        self.json["findings"].as_array().map_or(&[], Vec::as_slice)
    }

    /// The secrets that were found, sorted.
    pub(crate) fn secrets(&self) -> Vec<&str> {
        let mut secrets: Vec<&str> = self.findings().iter().filter_map(|one| one["secret"].as_str()).collect();
        secrets.sort_unstable();
        secrets
    }

    /// What was found of a secret.
    pub(crate) fn of(&self, secret: &str) -> &Value {
        let found = self.findings().iter().find(|one| one["secret"] == secret);
        found.unwrap_or_else(|| panic!("{secret} is not among {:?}; {}", self.secrets(), self.errors))
    }

    /// Its places: source, path or nothing, commit or nothing, and line.
    pub(crate) fn places(&self, secret: &str) -> Vec<(String, String, String, u64)> {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let places = self.of(secret)["occurrences"].as_array().expect("a list");
        let line = |one: &Value| one["start"]["line"].as_u64().expect("a line");
        places.iter().map(|one| (text(&one["source"]), text(&one["path"]), text(&one["commit"]), line(one))).collect()
    }

    /// The problems: what, kind, detail.
    pub(crate) fn problems(&self) -> Vec<(&str, &str, &str)> {
        let problems = self.json["problems"].as_array().map_or(&[][..], Vec::as_slice);
        fn field<'v>(one: &'v Value, name: &str) -> &'v str {
            one[name].as_str().unwrap_or_default()
        }
        problems.iter().map(|one| (field(one, "what"), field(one, "kind"), field(one, "detail"))).collect()
    }

    /// The kinds of the problems.
    pub(crate) fn kinds(&self) -> Vec<&str> {
        self.problems().into_iter().map(|(_, kind, _)| kind).collect()
    }

    #[track_caller]
    pub(crate) fn assert_clean(&self) {
        assert_eq!((self.code, self.secrets().len(), self.problems()), (0, 0, vec![]), "{}", self.errors);
    }

    /// Exit code 2, nothing on standard output, and a message that says this.
    #[track_caller]
    pub(crate) fn assert_refused(&self, message: &str) {
        assert_eq!((self.code, &self.json), (2, &Value::Null), "{}", self.errors);
        assert!(self.errors.contains(message), "`{}` does not say `{message}`", self.errors);
    }
}
