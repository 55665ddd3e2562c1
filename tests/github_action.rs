//! The GitHub action's step, run as a runner would: what it scans for which event, what it passes on, and how it ends.

use crate::git_support::Repo;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A key that is put together here only.
fn key(last: &str) -> String {
    format!("key = \"{}{}{last}\"\n", "AKIA", "QYLPMN5HHHFPZA")
}

/// A repository on the way from `base` to `head`, each with a secret of its own, cloned as a checkout does.
struct Checkout {
    origin: Repo,
    base: String,
    head: String,
    runner: tempfile::TempDir,
    clone: PathBuf,
}

impl Checkout {
    fn new(clone_args: &[&str]) -> Checkout {
        let origin = Repo::init(&[]);
        let commit = |name: &str, text: &str| {
            fs::write(origin.path.join(name), text).expect("writes");
            origin.git(&["add", "."]);
            origin.git(&["-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "-q", "-m", name]);
            origin.git(&["rev-parse", "HEAD"])
        };
        let base = commit("old.py", &key("M2"));
        origin.git(&["checkout", "-q", "-b", "topic"]);
        commit("new.py", &key("M3"));
        let head = commit("plain.txt", "nothing\n");
        let runner = tempfile::tempdir().expect("a temporary directory");
        let clone = runner.path().join("work");
        let from = format!("file://{}", origin.path.display());
        let mut args = vec!["clone", "-q", "--branch", "topic"];
        args.extend(clone_args);
        args.extend([from.as_str(), clone.to_str().expect("a path")]);
        origin.git(&args);
        Checkout { origin, base, head, runner, clone }
    }

    /// Runs the step: the exit code, what it printed, and its outputs.
    fn step(&self, settings: &[(&str, &str)]) -> (i32, String, BTreeMap<String, String>) {
        let defaults = [
            ("STANCH_WHAT", "changes"),
            ("STANCH_RANGE", ""),
            ("STANCH_ARGS", ""),
            ("STANCH_SARIF", "stanch.sarif"),
            ("STANCH_ANNOTATIONS", "true"),
            ("STANCH_SUMMARY", "true"),
            ("STANCH_FAIL", "true"),
            ("STANCH_BASE", ""),
            ("STANCH_HEAD", ""),
            ("STANCH_DEFAULT_BRANCH", "main"),
        ];
        let program = assert_cmd::cargo::cargo_bin("stanch");
        let path = std::env::var("PATH").unwrap_or_default();
        let path = format!("{}:{path}", program.parent().expect("a folder").display());
        let file = |name: &str| self.runner.path().join(name);
        for name in ["output", "summary"] {
            fs::write(file(name), "").expect("writes");
        }
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("ci/github/scan.sh");
        let output = Command::new("bash")
            .arg(script)
            .current_dir(&self.clone)
            .envs(defaults)
            .envs(settings.iter().copied())
            .env("PATH", path)
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("RUNNER_TEMP", self.runner.path())
            .env("GITHUB_OUTPUT", file("output"))
            .env("GITHUB_STEP_SUMMARY", file("summary"))
            .output()
            .expect("bash runs");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let outputs = fs::read_to_string(file("output")).expect("reads");
        let outputs = outputs.lines().filter_map(|line| line.split_once('='));
        let outputs = outputs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        (output.status.code().unwrap_or(-1), text, outputs)
    }

    fn summary(&self) -> String {
        fs::read_to_string(self.runner.path().join("summary")).expect("reads")
    }
}

#[test]
fn a_pull_request_is_scanned_for_what_it_brings() {
    // As checkouts are by default: without history.
    for clone in [&["--depth", "1"][..], &["--no-single-branch"]] {
        let checkout = Checkout::new(clone);
        let event = [("STANCH_BASE", checkout.base.as_str()), ("STANCH_HEAD", checkout.head.as_str())];
        let (code, text, outputs) = checkout.step(&event);
        assert_eq!(code, 1, "{text}");
        assert!(text.contains("::warning file=new.py,line=1,") && !text.contains("old.py"), "{text}");
        assert_eq!((outputs["found"].as_str(), outputs["exit-code"].as_str()), ("true", "1"));
        let sarif = fs::read_to_string(checkout.clone.join(&outputs["sarif"])).expect("reads");
        assert!(sarif.contains("new.py") && !sarif.contains("old.py"));
        assert!(checkout.summary().contains("1 secret in 1 place"));
    }
}

#[test]
fn events_without_a_base_are_compared_with_the_default_branch_or_scanned_whole() {
    let checkout = Checkout::new(&["--no-single-branch"]);
    let zeros = "0".repeat(40);
    let head = checkout.head.as_str();
    let gone = "1".repeat(40);
    for base in [zeros.as_str(), gone.as_str(), ""] {
        let (code, text, _) = checkout.step(&[("STANCH_BASE", base), ("STANCH_HEAD", head)]);
        assert!(code == 1 && text.contains("new.py") && !text.contains("old.py"), "{base}: {text}");
    }
    // A schedule brings nothing: all of it.
    let (code, text, _) = checkout.step(&[]);
    assert!(code == 1 && text.contains("new.py") && text.contains("old.py"), "{text}");
    let (code, text, _) = checkout.step(&[("STANCH_WHAT", "history"), ("STANCH_HEAD", head)]);
    assert!(code == 1 && text.contains("old.py"), "{text}");
    // Nobody is left behind by an origin that is gone.
    drop(checkout.origin);
}

#[test]
fn inputs_are_obeyed_or_refused() {
    let checkout = Checkout::new(&["--no-single-branch"]);
    let (code, text, outputs) = checkout.step(&[("STANCH_WHAT", "files"), ("STANCH_FAIL", "false")]);
    assert_eq!((code, outputs["found"].as_str()), (0, "true"), "{text}");
    let quiet = [("STANCH_WHAT", "files"), ("STANCH_ANNOTATIONS", "false"), ("STANCH_SUMMARY", "false")];
    let (code, text, _) = checkout.step(&quiet);
    assert!(code == 1 && !text.contains("::warning"), "{text}");
    assert!(checkout.summary().is_empty());
    let range = format!("{}..{}", checkout.head, checkout.head);
    let (code, _, outputs) = checkout.step(&[("STANCH_RANGE", range.as_str())]);
    assert_eq!((code, outputs["found"].as_str()), (0, "false"));
    let args = "--exit-code=1\n\n--exclude=new file; touch pwned\n--exclude=*.py\n";
    let (code, text, _) = checkout.step(&[("STANCH_WHAT", "files"), ("STANCH_ARGS", args)]);
    assert_eq!(code, 0, "{text}");
    assert!(!checkout.clone.join("pwned").exists());
    for wrong in [("STANCH_WHAT", "everything"), ("STANCH_FAIL", "yes"), ("STANCH_HEAD", "no-such-commit")] {
        let (code, text, _) = checkout.step(&[wrong]);
        assert!(code == 2 && text.contains("::error title=stanch::"), "{wrong:?}: {code} {text}");
    }
    // Another exit code for findings is one of findings, whoever sets it.
    let files = ("STANCH_WHAT", "files");
    let (code, text, outputs) = checkout.step(&[files, ("STANCH_ARGS", "--exit-code=7")]);
    assert_eq!((code, outputs["found"].as_str(), outputs["exit-code"].as_str()), (7, "true", "7"), "{text}");
    let (code, _, outputs) = checkout.step(&[files, ("STANCH_ARGS", "--exit-code=7"), ("STANCH_FAIL", "false")]);
    assert_eq!((code, outputs["found"].as_str()), (0, "true"));
    fs::write(checkout.clone.join("stanch.toml"), "[report]\nexit_code = 9\n").expect("writes");
    let (code, text, outputs) = checkout.step(&[files]);
    assert_eq!((code, outputs["found"].as_str()), (9, "true"), "{text}");
    fs::remove_file(checkout.clone.join("stanch.toml")).expect("removes");
    // What cannot be scanned is not clean.
    let (code, text, outputs) = checkout.step(&[("STANCH_RANGE", "a..b"), ("STANCH_FAIL", "false")]);
    assert_eq!((code, outputs["found"].as_str()), (2, "false"), "{text}");
}

#[test]
fn a_checkout_of_another_user_is_scanned() {
    let checkout = Checkout::new(&["--no-single-branch"]);
    let clone = checkout.clone.to_str().expect("a path");
    // Only root can give files away.
    let given = Command::new("chown").args(["-R", "12345:12345", clone]).status().expect("chown runs");
    if !given.success() {
        return;
    }
    let event = [("STANCH_BASE", checkout.base.as_str()), ("STANCH_HEAD", checkout.head.as_str())];
    let (code, text, outputs) = checkout.step(&event);
    assert_eq!((code, outputs["found"].as_str()), (1, "true"), "{text}");
    assert!(text.contains("file=new.py") && !text.contains("old.py"), "{text}");
}
