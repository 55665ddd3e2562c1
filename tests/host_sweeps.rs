//! `stanch host --since-last`: what changed since the last sweep.

use crate::host_support::HostTree;
use crate::stanch_support::token;
use std::fs;
use std::os::unix::fs::PermissionsExt;

/// Secrets are added, opened, moved, closed and removed: each sweep says just that, and what it remembers holds no value.
#[test]
fn five_sweeps_say_what_changed() {
    let tree = HostTree::new();
    let state = tempfile::tempdir().expect("a directory");
    let state = state.path().join("host.state");
    let line = |seed: u64| format!("machine {seed}.example.org login ann password {}\n", token(seed));
    let sweep = || {
        let report = tree.report(&["--since-last", "--state", state.to_str().expect("a path")]);
        let all = ["findings", "inventory"].map(|list| report.json[list].as_array().cloned().unwrap_or_default());
        let occurrences =
            all.into_iter().flatten().flat_map(|one| one["occurrences"].as_array().cloned().unwrap_or_default());
        let mut changes: Vec<String> = occurrences
            .map(|one| {
                let path = one["path"].as_str().expect("a path").rsplit("home/").next().unwrap_or_default().to_owned();
                format!("{path} {}", one["exposure"]["change"].as_str().unwrap_or("none"))
            })
            .collect();
        changes.sort();
        (changes, report.json["notes"].to_string())
    };
    tree.write("home/ann/.netrc", 0o600, &line(1));
    assert_eq!(sweep().0, ["ann/.netrc new"]);
    tree.write("home/bob/.netrc", 0o600, &line(2));
    tree.chmod(&tree.path("home/ann/.netrc"), 0o644);
    assert_eq!(sweep().0, ["ann/.netrc more exposed", "bob/.netrc new"]);
    tree.chmod(&tree.path("home/ann/.netrc"), 0o600);
    assert_eq!(sweep().0, ["ann/.netrc less exposed", "bob/.netrc persists"]);
    fs::remove_file(tree.path("home/bob/.netrc")).expect("removes");
    tree.write("home/carl/.netrc", 0o600, &line(2));
    assert_eq!(sweep().0, ["ann/.netrc persists", "carl/.netrc moved"]);
    fs::remove_file(tree.path("home/carl/.netrc")).expect("removes");
    let (changes, notes) = sweep();
    assert_eq!(changes, ["ann/.netrc persists"]);
    assert!(notes.contains("gone: 1"), "{notes}");
    let kept = fs::read_to_string(&state).expect("reads");
    assert!(!kept.contains(&token(1)) && !kept.contains(&token(2)), "a value is remembered");
    assert_eq!(fs::metadata(&state).expect("is there").permissions().mode() & 0o777, 0o600);
}
