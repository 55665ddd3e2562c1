//! Several reports of one scan: where each goes, what happens to the others when one fails, and the exit code.

use assert_cmd::Command;
use predicates::prelude::*;
use predicates::str::contains;
use std::fs;
use std::path::Path;
use tempfile::TempDir;

/// A directory with one leaking file.
fn leaking() -> TempDir {
    let dir = tempfile::tempdir().expect("a temporary directory");
    // An access key id is `AKIA` and 16 characters of base 32; this one is made up, and put together here only.
    let key = format!("{}{}", "AKIA", "QYLPMN5HHHFPZAM2");
    fs::write(dir.path().join("config.py"), format!("# settings\nkey = \"{key}\"\n")).expect("writes");
    dir
}

fn clean() -> TempDir {
    let dir = tempfile::tempdir().expect("a temporary directory");
    fs::write(dir.path().join("notes.txt"), "nothing to see\n").expect("writes");
    dir
}

/// `stanch scan` in the directory, undisturbed by what surrounds the test.
fn scan(dir: &TempDir, args: &[&str]) -> Command {
    let mut command = Command::cargo_bin("stanch").expect("the binary");
    command.current_dir(dir).env_remove("CI_COMMIT_SHA").arg("scan").args(args);
    command
}

fn read(dir: &TempDir, name: &str) -> String {
    fs::read_to_string(dir.path().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

#[test]
fn reports_go_beside_the_one_for_people() {
    let dir = leaking();
    let args = ["config.py", "--report", "sarif=a.sarif", "--report", "junit=b.xml", "--report", "gitlab=c.json"];
    scan(&dir, &args).assert().code(1).stdout(contains("config.py\n").and(contains("1 secret in 1 place")));
    assert!(read(&dir, "a.sarif").contains("\"version\":\"2.1.0\""));
    assert!(read(&dir, "b.xml").contains("<testsuites"));
    assert!(read(&dir, "c.json").contains("\"secret_detection\""));
    let left: Vec<_> = fs::read_dir(&dir).expect("lists").map(|entry| entry.expect("an entry").file_name()).collect();
    assert_eq!(left.len(), 4, "nothing is left beside the reports: {left:?}");
}

#[test]
fn a_report_to_standard_output_takes_the_place_of_the_one_for_people() {
    let dir = leaking();
    let is_json = predicate::function(|text: &str| serde_json::from_str::<serde_json::Value>(text).is_ok());
    scan(&dir, &["config.py", "--report", "json=-"]).assert().code(1).stdout(is_json);
    // Annotations are made to stand among other output.
    let both = contains("1 secret in 1 place").and(contains("::warning file=config.py,line=2,"));
    scan(&dir, &["config.py", "--report", "github=-"]).assert().code(1).stdout(both);
    scan(&dir, &["config.py", "-o", "-", "-f", "csv"]).assert().code(1).stdout(contains("finding,medium,"));
}

#[test]
fn contradictions_are_named_before_anything_is_scanned() {
    let dir = leaking();
    for (args, message) in [
        (&["--report", "json=-", "--report", "sarif=-"][..], "two reports would go to standard output"),
        (&["-f", "json", "--report", "sarif=-"], "two reports would go to standard output"),
        (&["--report", "json=x", "--report", "sarif=./x"], "two reports would go to ./x"),
        (&["-o", "x", "--report", "sarif=x"], "two reports would go to x"),
        (&["--report", "sarif=no/such/dir/x"], "cannot write to no/such/dir/x"),
        (&["--report", "sarif=."], "cannot write to ."),
        (&["--report", "out.sarif"], "FORMAT=FILE"),
        (&["--report", "sarif="], "FORMAT=FILE"),
        (&["--report", "pdf=x"], "`pdf` is no format"),
        (&["-f", "template"], "--template FILE"),
        (&["-f", "json", "--template", "config.py"], "--report template=FILE"),
        (&["--template", "no-such-file"], "cannot read the template no-such-file"),
    ] {
        scan(&dir, args).assert().code(2).stdout("").stderr(contains(message));
    }
    assert!(!dir.path().join("x").exists());
}

#[test]
fn a_faulty_template_is_named_before_anything_is_scanned() {
    let dir = leaking();
    fs::write(dir.path().join("own.txt"), "line\n{% for f in findings %}{{ f.sevrity }}{% endfor %}\n")
        .expect("writes");
    let args = ["--template", "own.txt", "--report", "json=out.json"];
    scan(&dir, &args).assert().code(2).stdout("").stderr(contains("own.txt:2"));
    assert!(!dir.path().join("out.json").exists());
}

#[test]
fn a_template_alone_is_the_report() {
    let dir = leaking();
    let template = "{% for f in findings %}\n{{ f.rule }} {{ f.secret }}\n{% endfor %}\n";
    fs::write(dir.path().join("own.txt"), template).expect("writes");
    scan(&dir, &["config.py", "--template", "own.txt"]).assert().code(1).stdout("aws-access-key-id ********\n");
    let args = ["config.py", "--template", "own.txt", "--report", "template=out.txt"];
    scan(&dir, &args).assert().code(1).stdout(contains("1 secret in 1 place"));
    assert_eq!(read(&dir, "out.txt"), "aws-access-key-id ********\n");
}

#[test]
#[cfg(target_os = "linux")]
fn a_report_that_is_lost_does_not_lose_the_others() {
    // Writing to this device always fails: there is no space on it.
    let full = Path::new("/dev/full");
    if !full.exists() {
        return;
    }
    let args = ["--report", "sarif=/dev/full", "--report", "csv=b.csv", "--report", "junit=c.xml"];
    let lost = contains("cannot write the report to /dev/full: No space left");
    let dir = leaking();
    scan(&dir, &args).assert().code(1).stdout(contains("1 secret in")).stderr(lost.clone());
    assert!(read(&dir, "b.csv").contains("finding,medium") && read(&dir, "c.xml").contains("<failure"));
    // Without findings it is not clean either.
    let dir = clean();
    scan(&dir, &args).assert().code(3).stdout(contains("no secrets found")).stderr(lost);
    assert!(read(&dir, "b.csv").starts_with("type,severity"));
}

#[test]
fn what_stood_in_a_file_stays_when_the_scan_cannot_begin() {
    let dir = leaking();
    fs::write(dir.path().join("old.json"), "old").expect("writes");
    scan(&dir, &["no-such-path", "--report", "json=old.json"]).assert().code(2);
    assert_eq!(read(&dir, "old.json"), "old");
}

#[test]
fn gitlab_reports_name_the_commit_of_the_runner() {
    let dir = leaking();
    let commit = "0123456789".repeat(4);
    scan(&dir, &["config.py", "-f", "gitlab"]).env("CI_COMMIT_SHA", &commit).assert().stdout(contains(&commit));
    // What is no commit is not passed on.
    scan(&dir, &["config.py", "-f", "gitlab"]).env("CI_COMMIT_SHA", "\"x").assert().stdout(contains("0".repeat(40)));
}
