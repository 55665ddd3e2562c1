//! Sweeps of a host that are compared with the last, and what schedules them.

use crate::host_support::{HostTree, Report};
use crate::stanch_support::{run, token};
use std::fs;
use std::os::unix::fs::PermissionsExt;

/// What became of each place, with the note that counts.
fn changes(report: &Report) -> (Vec<String>, String) {
    let mut all = Vec::new();
    for list in ["findings", "inventory"] {
        for finding in report.json[list].as_array().into_iter().flatten() {
            for one in finding["occurrences"].as_array().expect("occurrences") {
                let path = one["path"].as_str().expect("a path").rsplit('/').nth(1).expect("a home").to_owned();
                let exposure = &one["exposure"];
                assert!(exposure["first_seen"].is_string(), "{exposure}");
                all.push(format!("{path} {}", exposure["change"].as_str().expect("a change")));
            }
        }
    }
    all.sort();
    all.dedup();
    let notes = report.json["notes"].as_array().expect("notes");
    let note = notes.iter().filter_map(|note| note.as_str()).find(|note| note.starts_with("since the last sweep"));
    (all, note.expect("a summary").to_owned())
}

#[test]
fn five_sweeps_say_what_changed_and_keep_no_value() {
    let tree = HostTree::new();
    let outside = tempfile::tempdir().expect("a directory");
    let (state, told) = (outside.path().join("made/host.state"), outside.path().join("told"));
    let on_new = format!("cat >> '{}'; echo >> '{0}'", told.display());
    let args = ["--since-last", "--state", state.to_str().expect("a path"), "--on-new", &on_new];
    let netrc = |seed| format!("machine a.example.org login ann password {}\n", token(seed));
    let sweep = |expected: &[&str], summary: &str, tellings: usize| {
        let report = tree.report(&args);
        let (all, note) = changes(&report);
        assert_eq!(all, expected);
        assert_eq!(note, format!("since the last sweep, by place: {summary}"));
        let text = fs::read_to_string(&told).unwrap_or_default();
        assert_eq!(text.matches("\"findings\"").count(), tellings, "{text}");
        let kept = fs::read_to_string(&state).expect("a state");
        assert_eq!(fs::metadata(&state).expect("a state").permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(state.parent().expect("a parent")).expect("lists").count(), 1, "something lies beside");
        for seed in [1, 2, 3] {
            assert!(!kept.contains(&token(seed)) && !text.contains(&token(seed)), "a value leaves");
        }
        assert!(!kept.contains("home") && !kept.contains("netrc\n/"), "a path is kept: {kept}");
    };
    tree.write("home/ann/.netrc", 0o644, &netrc(1));
    tree.write("home/bob/.netrc", 0o600, &netrc(2));
    sweep(&["ann new", "bob new"], "2 new; secrets gone: 0", 1);
    sweep(&["ann persists", "bob persists"], "2 persists; secrets gone: 0", 1);
    tree.chmod(&tree.path("home/ann/.netrc"), 0o600);
    tree.chmod(&tree.path("home/bob/.netrc"), 0o644);
    sweep(&["ann less exposed", "bob more exposed"], "1 more exposed, 1 less exposed; secrets gone: 0", 2);
    fs::remove_file(tree.path("home/ann/.netrc")).expect("removes");
    tree.write("home/eve/.netrc", 0o644, &netrc(1));
    tree.write("home/bob/.netrc", 0o644, &netrc(3));
    sweep(&["bob new", "eve moved"], "1 new, 1 moved; secrets gone: 1", 3);
    fs::remove_file(tree.path("home/eve/.netrc")).expect("removes");
    fs::remove_file(tree.path("home/bob/.netrc")).expect("removes");
    sweep(&[], "nothing is there; secrets gone: 2", 3);
}

#[test]
fn a_file_that_is_no_state_stays_as_it_is() {
    let tree = HostTree::new();
    let file = tree.path("notes");
    fs::write(&file, "mine\n").expect("writes");
    let ran = tree.sweep(&["--since-last", "--state", file.to_str().expect("a path")]);
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(ran.err.contains("this is no state of sweeps"), "{ran:?}");
    assert_eq!(fs::read_to_string(&file).expect("reads"), "mine\n");
}

#[test]
fn a_schedule_is_printed_and_only_written_when_asked() {
    let dir = tempfile::tempdir().expect("a directory");
    let printed = run(dir.path(), &["host", "schedule", "--on-new", "echo \"$STANCH_NEW\" 5%"]);
    assert_eq!(printed.code, 0, "{printed:?}");
    assert!(printed.out.contains("--on-new \"echo \\\"$$STANCH_NEW\\\" 5%%\"\n"), "{}", printed.out);
    assert_eq!(fs::read_dir(dir.path()).expect("lists").count(), 0);
    let cron = run(dir.path(), &["host", "schedule", "--cron", "--on-new", "echo 'a' 5%"]);
    assert!(cron.out.ends_with(" --on-new 'echo '\\''a'\\'' 5\\%'\n"), "{}", cron.out);
    assert_eq!(run(dir.path(), &["host", "schedule", "--when", "daily\nUser=x"]).code, 2);
    let install = ["host", "schedule", "--install", dir.path().to_str().expect("a path")];
    assert_eq!(run(dir.path(), &install).code, 0);
    let service = fs::read_to_string(dir.path().join("stanch-host.service")).expect("a service");
    assert!(service.contains("\nExecStart=/") && service.contains("\nPrivateNetwork=yes\n"), "{service}");
    assert!(dir.path().join("stanch-host.timer").exists());
    assert_eq!(run(dir.path(), &install).code, 2, "nothing is overwritten");
}
