//! `.stanchignore`: exceptions that are bound to the secret.

use crate::project::{PASSWORD, Project, TOKEN, password, token};

fn line(number: u64) -> String {
    format!("token = \"{}\"\n", token(number))
}

/// Ignores the only finding of a rule.
fn ignore(project: &Project, rule: &str, more: &[&str]) {
    let id = project.scan(&["--no-ignores"]).fingerprint(rule);
    let ran = project.run(&[&["ignores", "add", &id[..8], "."], more].concat());
    assert_eq!(ran.code, 0, "{ran:?}");
}

#[test]
fn an_entry_follows_its_secret_and_hides_no_other() {
    let project = Project::new();
    project.write("a", line(1));
    ignore(&project, TOKEN, &["--owner", "ada", "--reason", "test fixture", "--expires", "9999-01-31"]);
    let report = project.scan(&[]);
    assert_eq!((report.1, report.suppressed()), (0, vec![format!("a:1 {TOKEN} ignored")]));
    let by = &report.list("suppressed")[0]["by"];
    assert_eq!((&by["place"], &by["owner"]), (&".stanchignore:3".into(), &"ada".into()));
    // Moved, renamed and copied it stays ignored.
    std::fs::remove_file(project.path("a")).expect("removes");
    project.write("sub/b", format!("# new\n\n{}", line(1)));
    project.write("c", line(1));
    assert_eq!(project.scan(&[]).suppressed(), [format!("c:1 {TOKEN} ignored"), format!("sub/b:3 {TOKEN} ignored")]);
    // Another one on the same line is another one.
    project.write("c", line(2));
    let report = project.scan(&[]);
    assert_eq!((report.1, report.found()), (1, vec![format!("c:1 {TOKEN}")]));
    assert_eq!(project.scan(&["--no-ignores"]).found().len(), 2);
    let explained = project.run(&["explain", "sub/b:3"]).out;
    let said = "suppressed, ignored by .stanchignore:3, owner ada, until 9999-01-31: test fixture";
    assert!(explained.contains(said), "{explained}");
}

#[test]
fn an_entry_that_expired_fires_again_and_says_so() {
    let project = Project::new();
    project.write("a", line(1));
    let id = project.scan(&[]).fingerprint(TOKEN);
    project.write(".stanchignore", format!("{id}  github  expires=2001-02-03\n"));
    let report = project.scan(&[]);
    assert_eq!((report.1, report.found()), (1, vec![format!("a:1 {TOKEN}")]));
    let note = format!(".stanchignore:1: expired on 2001-02-03, so that {TOKEN} in a counts again");
    assert_eq!(report.notes(), [note]);
    assert!(project.run(&["ignores", "list"]).out.contains("expires=2001-02-03  EXPIRED\n1 entries, 1 expired"));
    // It can be renewed.
    let ran = project.run(&["ignores", "add", &id, "--expires", "9999-01-01"]);
    assert!(ran.out.contains(": added, instead of one that had expired\n"), "{ran:?}");
    assert!(project.read(".stanchignore").ends_with(&format!("\n{id}  github  expires=9999-01-01\n")));
    assert_eq!(project.scan(&[]).1, 0);
}

#[test]
fn files_are_found_above_and_below_and_hold_for_their_sub_tree() {
    let project = Project::new();
    project.write("a/x", line(1));
    let id = project.scan(&[]).fingerprint(TOKEN);
    project.write("b/x", line(1));
    project.write("a/.stanchignore", format!("{id}  github\n"));
    assert_eq!(project.scan(&[]).found(), [format!("b/x:1 {TOKEN}")]);
    assert_eq!(project.scan(&["a/x"]).1, 0);
    project.write(".stanchignore", project.read("a/.stanchignore"));
    assert_eq!(project.scan(&["b"]).1, 0);
}

#[cfg(unix)]
#[test]
fn a_file_that_was_asked_for_by_a_link_belongs_to_where_it_is() {
    let project = Project::new();
    project.write("a/x", line(1));
    let id = project.scan(&[]).fingerprint(TOKEN);
    project.write("a/.stanchignore", format!("{id}  github\n"));
    project.write("y", line(1));
    std::os::unix::fs::symlink("a/x", project.path("z")).expect("links");
    for files in [["y", "z"], ["z", "y"]] {
        let report = project.scan(&files);
        assert_eq!(report.found(), [format!("y:1 {TOKEN}")]);
        assert_eq!(report.suppressed(), [format!("z:1 {TOKEN} ignored")]);
    }
}

#[test]
fn what_can_be_guessed_is_written_slowly() {
    let project = Project::new();
    project.write("a", format!("password = \"{}\"\n", password(1)));
    let id = project.scan(&[]).fingerprint(PASSWORD);
    ignore(&project, PASSWORD, &[]);
    let text = project.read(".stanchignore");
    assert!(text.contains("  generic  argon2id:") && !text.contains(&id), "{text}");
    assert_eq!(project.scan(&[]).suppressed(), [format!("a:1 {PASSWORD} ignored")]);
    // By hand the fast digest works as well, and what is wrong with it is said.
    project.write(".stanchignore", format!("{id}  generic\n"));
    let report = project.scan(&[]);
    assert_eq!(report.suppressed(), [format!("a:1 {PASSWORD} ignored")]);
    assert!(
        report.notes()[0].starts_with(".stanchignore:1: whoever reads this entry can find the secret"),
        "{report:?}"
    );
}

#[test]
fn a_report_will_do_instead_of_a_scan() {
    let project = Project::new();
    project.write("a", line(1));
    project.write("b", format!("password = \"{}\"\n", password(1)));
    for format in ["json", "jsonl"] {
        let report = project.run(&["scan", "--format", format, "--no-ignores", "-o", "report"]);
        assert_eq!(report.code, 1);
        let all = project.scan(&["a", "b", "--no-ignores"]);
        for rule in [TOKEN, PASSWORD] {
            let ran = project.run(&["ignores", "add", &all.fingerprint(rule)[..10], "--report", "report"]);
            assert_eq!(ran.code, 0, "{ran:?}");
        }
        assert_eq!(project.scan(&[]).suppressed().len(), 2);
        std::fs::remove_file(project.path(".stanchignore")).expect("removes");
    }
    project.write("report", "[{\"RuleID\": \"aws\"}]");
    let ran = project.run(&["ignores", "add", "0123456789", "--report", "report"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("report: no report of stanch"), "{ran:?}");
}

#[test]
fn what_cannot_be_added_is_named() {
    let project = Project::new();
    project.write("a", line(1));
    let id = project.scan(&[]).fingerprint(TOKEN);
    let refused = |args: &[&str], part: &str| {
        let ran = project.run(&[&["ignores", "add"], args].concat());
        assert_eq!((ran.code, ran.err.contains(part)), (2, true), "{ran:?}");
    };
    refused(&["abc"], "at least the first 8");
    refused(&["hunter2-hunter2"], "32 hexadecimal digits");
    refused(&["00000000"], "in what is staged there, or in its history has this fingerprint");
    refused(&[&id, "--expires", "2001-01-01"], "2001-01-01 is over");
    refused(&[&id, "--expires", "soon"], "YYYY-MM-DD");
    refused(&[&id, "--owner", "Ada L"], "without blanks");
    refused(&[&id, "--reason", "a\nb"], "one line");
    assert!(!project.path(".stanchignore").exists());
    ignore(&project, TOKEN, &[]);
    refused(&[&id], ".stanchignore:3: this secret is ignored already");
}

#[test]
fn prune_takes_away_what_occurs_no_more_and_leaves_the_rest_as_it_is() {
    let project = Project::new();
    project.write("a", line(1));
    project.write("b/x", line(2));
    project.commit("one");
    project.write("a", line(3));
    let id = |path: &str| project.scan(&[path, "--no-ignores"]).fingerprint(TOKEN);
    let (now, nested) = (id("a"), id("b"));
    let before = project.json(&["git", "--no-ignores"]);
    let past = before.list("findings").iter().find(|one| one["occurrences"][0]["path"] == "a").expect("in the past");
    let past = past["fingerprint"].as_str().expect("a text");
    let never = "0".repeat(32);
    let text = format!(
        "# ours\n{never}  github  # gone\n\n# the next one is in the history only\n{past}  github\n{now}  github # as it stands\n"
    );
    project.write(".stanchignore", &text);
    project.write("b/.stanchignore", format!("{nested}  github\n{never}  github\n"));
    let ran = project.run(&["ignores", "prune", "--dry-run"]);
    assert!(
        ran.out.contains(".stanchignore:2: does not occur any more") && ran.out.contains("b/.stanchignore:2:"),
        "{ran:?}"
    );
    assert!(ran.out.ends_with("2 entries of secrets that do not occur any more\n"), "{ran:?}");
    assert_eq!(project.read(".stanchignore"), text);
    assert_eq!(project.run(&["ignores", "prune"]).code, 0);
    assert_eq!(project.read(".stanchignore"), text.replace(&format!("{never}  github  # gone\n"), ""));
    assert_eq!(project.read("b/.stanchignore"), format!("{nested}  github\n"));
    let ran = project.run(&["ignores", "prune", "--no-history"]);
    assert!(ran.out.contains(past), "{ran:?}");
}

#[cfg(unix)]
#[test]
fn nothing_is_pruned_when_not_all_could_be_read() {
    let project = Project::new();
    let text = format!("{}  github\n", "0".repeat(32));
    project.write(".stanchignore", &text);
    project.write("large", "x".repeat(100));
    project.write("stanch.toml", "max_file_size = 10\nexclude = [\".stanchignore\", \"stanch.toml\"]\n");
    let ran = project.run(&["ignores", "prune"]);
    assert_eq!(ran.code, 3, "{ran:?}");
    assert!(ran.out.contains("not read: large") && ran.out.contains("nothing was taken away"), "{ran:?}");
    assert_eq!(project.read(".stanchignore"), text);
}

#[test]
fn files_of_others_and_of_the_future_are_refused_with_what_to_do() {
    let project = Project::new();
    project.write("a", line(1));
    let digest = "0".repeat(32);
    for (text, part) in [
        ("# x\ncmd/a.go:aws-key:37\n".to_owned(), ".stanchignore:2: a line of a .gitleaksignore file"),
        ("{\n".to_owned(), "JSON: a baseline or report of another tool; `stanch migrate`"),
        ("stanch-ignore 2\n".to_owned(), "another version of the format; this stanch reads version 1: upgrade it"),
        ("stanch-baseline 1\n".to_owned(), "a file of another kind, where a stanch-ignore file was expected"),
        (format!("{digest}  github\n<<<<<<< HEAD\n"), ".stanchignore:2: a merge marker"),
        (format!("{digest}  github  until=2027-01-01\n"), "a word is not understood"),
        (format!("{digest}  github  argon2id:00000000\n"), "the `salt …` line is missing"),
        ("hunter2\n".to_owned(), "the first word is not a fingerprint"),
    ] {
        project.write(".stanchignore", &text);
        let ran = project.run(&["scan"]);
        assert_eq!((ran.code, ran.err.contains(part)), (2, true), "{text}: {ran:?}");
    }
    project.write(".stanchignore", [0xFF, 0xFE, 0x00]);
    let ran = project.run(&["scan"]);
    assert_eq!((ran.code, ran.err.contains("no UTF-8")), (2, true), "{ran:?}");
}

#[test]
fn histories_know_them_too() {
    let project = Project::new();
    project.write("a", line(1));
    project.commit("one");
    std::fs::remove_file(project.path("a")).expect("removes");
    project.commit("two");
    // Found in the history, because it stands nowhere else any more.
    let id = project.json(&["git"]).fingerprint(TOKEN);
    assert_eq!(project.run(&["ignores", "add", &id[..12], "--reason", "rotated"]).code, 0);
    let report = project.json(&["git"]);
    assert_eq!((report.1, report.suppressed()), (0, vec![format!("a:1 {TOKEN} ignored")]));
    assert_eq!(report.list("suppressed")[0]["history"]["at_head"], false);
}
