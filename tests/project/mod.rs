//! A project in a temporary directory, with the program to run in it.

use serde_json::Value;
use stanch::engine::selftest::secret;
use stanch::rules::RuleSet;
use stanch::rules::example::Random;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

/// A directory that is the root of a repository.
pub(crate) struct Project {
    dir: tempfile::TempDir,
}

/// What a run came to.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Project {
    /// In a repository without history, so that nothing above it counts.
    pub(crate) fn new() -> Project {
        let dir = tempfile::tempdir().expect("a directory");
        fs::create_dir(dir.path().join("work")).expect("mkdir");
        let project = Project { dir };
        project.git(&["init", "-q", "-b", "main", "--template="]);
        project
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join("work").join(name)
    }

    pub(crate) fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("mkdir");
        fs::write(path, text).expect("writes");
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).expect("reads")
    }

    /// Runs the program in the project's directory, away from the user's own cache.
    pub(crate) fn run(&self, args: &[&str]) -> Ran {
        self.run_in("", args)
    }

    /// The same in a directory below it.
    pub(crate) fn run_in(&self, dir: &str, args: &[&str]) -> Ran {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin("stanch"));
        command.args(args).current_dir(self.path(dir)).env("STANCH_CACHE_DIR", self.dir.path().join("cache"));
        let Output { status, stdout, stderr } = command.env_remove("NO_COLOR").output().expect("runs");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
        Ran { code: status.code().expect("no signal"), out: text(stdout), err: text(stderr) }
    }

    /// Runs a scan with these further arguments and reads its report.
    pub(crate) fn json(&self, args: &[&str]) -> Report {
        let ran = self.run(&[args, &["--format", "json"]].concat());
        assert!(ran.code == 0 || ran.code == 1, "{ran:?}");
        Report(serde_json::from_str(&ran.out).expect("JSON"), ran.code)
    }

    /// Scans everything, or what the arguments say.
    pub(crate) fn scan(&self, args: &[&str]) -> Report {
        self.json(&[&["scan"], args].concat())
    }

    pub(crate) fn git(&self, args: &[&str]) -> String {
        let out = Command::new("git")
            .args(["-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "commit.gpgsign=false"])
            .args(args)
            .current_dir(self.path(""))
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_SYSTEM", "/dev/null")
            .output()
            .expect("git runs");
        assert!(out.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&out.stderr));
        String::from_utf8_lossy(&out.stdout).into_owned()
    }

    pub(crate) fn commit(&self, message: &str) {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "--allow-empty", "-m", message]);
    }
}

/// A JSON report, and the exit code that came with it.
#[derive(Debug)]
pub(crate) struct Report(pub(crate) Value, pub(crate) i32);

impl Report {
    /// `PATH:LINE RULE` of every place that is reported, sorted.
    pub(crate) fn found(&self) -> Vec<String> {
        let mut all: Vec<String> = self.list("findings").iter().flat_map(places).collect();
        all.sort();
        all
    }

    /// `PATH:LINE RULE cause` of every place that is suppressed, sorted.
    pub(crate) fn suppressed(&self) -> Vec<String> {
        let of_one = |one: &Value| {
            let cause = one["by"]["cause"].as_str().expect("a cause").to_owned();
            places(one).into_iter().map(move |place| format!("{place} {cause}"))
        };
        let mut all: Vec<String> = self.list("suppressed").iter().flat_map(of_one).collect();
        all.sort();
        all
    }

    pub(crate) fn notes(&self) -> Vec<String> {
        self.list("notes").iter().map(|note| note.as_str().expect("a text").to_owned()).collect()
    }

    pub(crate) fn list(&self, key: &str) -> &Vec<Value> {
        self.0[key].as_array().expect("a list")
    }

    /// The fingerprint of the only finding of a rule.
    pub(crate) fn fingerprint(&self, rule: &str) -> String {
        let all = || self.list("findings").iter().filter(|one| one["rule"] == rule);
        assert_eq!(all().count(), 1, "{:?}", self.found());
        all().next().expect("one")["fingerprint"].as_str().expect("a text").to_owned()
    }
}

fn places(finding: &Value) -> Vec<String> {
    let of_place = |place: &Value| {
        let path = place["path"].as_str().unwrap_or("-");
        format!("{path}:{} {}", place["start"]["line"], finding["rule"].as_str().expect("a rule"))
    };
    finding["occurrences"].as_array().expect("a list").iter().map(of_place).collect()
}

/// The rule of [`token`]s.
pub(crate) const TOKEN: &str = "github-personal-access-token";
/// The rule of [`password`]s, when they are assigned to a `password`.
pub(crate) const PASSWORD: &str = "generic-password";

/// A random token of a provider; another one for each number.
pub(crate) fn token(number: u64) -> String {
    generated(TOKEN, number)
}

/// A password that people could have thought of; another one for each number.
pub(crate) fn password(number: u64) -> String {
    generated(PASSWORD, number)
}

fn generated(rule: &str, number: u64) -> String {
    let rules = RuleSet::builtin();
    let rule = rules.get(rule).expect("a built-in rule");
    String::from_utf8(secret(rule, &mut Random::new(number)).expect("a sound rule")).expect("ASCII")
}
