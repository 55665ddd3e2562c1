//! An exempt place hides no other: however many copies of a secret are exempt, the one that is not is reported, in a history, in what is staged
//! and in a push; and what leaves an exempt place is news.

use crate::git_support::Repo;
use crate::git_support::planted::token;
use crate::git_support::report::{Report, scan, scan_in};
use crate::stanch_support::{Ran, stanch};
use std::io::Write;
use std::process::Stdio;

const ALLOW_TESTS: &str = "[[allow]]\npaths = [\"tests/\"]\nreason = \"fixtures\"\n";

fn line(seed: u64, comment: &str) -> String {
    format!("token = \"{}\"{comment}\n", token(seed))
}

/// A repository with a first commit, and a rule that exempts `tests/`.
fn repo() -> Repo {
    let repo = Repo::init(&[]);
    repo.write("stanch.toml", ALLOW_TESTS);
    repo.commit("base");
    repo
}

/// Where a secret is reported.
fn reported(report: &Report, seed: u64) -> Vec<String> {
    let secret = token(seed);
    if !report.secrets().contains(&secret.as_str()) {
        return Vec::new();
    }
    report.places(&secret).into_iter().map(|(_, path, ..)| path).collect()
}

fn staged(repo: &Repo, seed: u64) -> Vec<String> {
    repo.git(&["add", "-A"]);
    reported(&scan_in(&repo.path, &["--staged"]), seed)
}

/// `stanch hook run pre-push` for all commits behind `base`.
fn pushed(repo: &Repo, base: &str) -> Ran {
    let mut command = stanch(&repo.path, &["hook", "run", "pre-push", "origin", "x"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("runs");
    let line = format!("refs/heads/main {} refs/heads/main {base}\n", repo.git(&["rev-parse", "HEAD"]));
    child.stdin.take().expect("a pipe").write_all(line.as_bytes()).expect("write");
    child.wait_with_output().expect("ends").into()
}

#[test]
fn many_exempt_copies_hide_no_other() {
    for (folder, comment, config) in [
        ("docs", "", "[[allow]]\npaths = [\"docs/\"]\nreason = \"made up\"\n"),
        ("docs", "", "exclude = [\"docs/\"]\n"),
        ("docs", " # stanch:allow", ""),
        ("zdocs", "", "exclude = [\"zdocs/\"]\n"),
    ] {
        let repo = Repo::init(&[]);
        let base = repo.commit("base");
        for n in 0..40 {
            repo.write(&format!("{folder}/f{n}"), format!("{}# {}\n", line(1, comment), n % 20));
        }
        repo.write("src/config", line(1, ""));
        repo.write("stanch.toml", config);
        assert_eq!(staged(&repo, 1), ["src/config"], "{folder} {comment}");
        repo.commit("all");
        assert_eq!(reported(&scan(&repo.path, &[]), 1), ["src/config"], "{folder} {comment}");
        let ran = pushed(&repo, &base);
        assert_eq!(ran.code, 1, "{ran:?}");
        assert!(ran.err.contains("src/config"), "{ran:?}");
    }
}

/// Folders with the same content: what is exempt in one is not in the other.
#[test]
fn identical_folders_are_judged_by_their_paths() {
    for (one, other) in [("tests/a", "src/a"), ("src/a", "tests/a"), ("tests", "z/tests2")] {
        let repo = repo();
        let base = repo.git(&["rev-parse", "HEAD"]);
        for folder in [one, other] {
            repo.write(&format!("{folder}/inner/key"), line(1, ""));
        }
        repo.commit("both");
        let counts = if one.starts_with("tests") { other } else { one };
        let expected = [format!("{counts}/inner/key")];
        let ran = pushed(&repo, &base);
        assert!(ran.code == 1 && ran.err.contains(&expected[0]), "{ran:?}");
        assert_eq!(reported(&scan(&repo.path, &[]), 1), expected);
        assert_eq!(reported(&scan(&repo.path, &["--range", &format!("{base}..HEAD")]), 1), expected);
    }
}

/// By move, by copy, and because the comment goes.
#[test]
fn what_leaves_an_exempt_place_is_news() {
    type Change = fn(&Repo);
    let changes: [(&str, &str, Change, &str); 4] = [
        ("tests/key", "", |repo| drop(repo.git(&["mv", "tests/key", "key"])), "key"),
        ("tests/key", "", |repo| repo.write("src/copy", line(1, "")), "src/copy"),
        ("config", "  # stanch:allow", |repo| repo.write("config", line(1, "")), "config"),
        ("tests/deep/key", "", |repo| drop(repo.git(&["mv", "tests/deep", "deep"])), "deep/key"),
    ];
    for (path, comment, change, expected) in changes {
        let repo = repo();
        repo.write(path, line(1, comment));
        let base = repo.commit("exempt");
        assert_eq!(reported(&scan(&repo.path, &[]), 1), [""; 0], "{expected}");
        change(&repo);
        assert_eq!(staged(&repo, 1), [expected]);
        let commit = repo.commit("change");
        repo.write("other", "unrelated");
        repo.commit("later");
        let report = scan(&repo.path, &[]);
        assert_eq!(reported(&report, 1), [expected]);
        assert_eq!(report.of(&token(1))["history"]["introduced"]["commit"], commit);
        assert_eq!(reported(&scan(&repo.path, &["--range", &format!("{base}..HEAD")]), 1), [expected]);
        assert_eq!(reported(&scan(&repo.path, &["--range", "HEAD~1..HEAD"]), 1), [""; 0], "that brought nothing");
        assert_eq!(pushed(&repo, &base).code, 1, "{expected}");
        // What has counted stays known when it moves on.
        repo.git(&["mv", expected, "moved"]);
        assert_eq!(staged(&repo, 1), [""; 0]);
    }
}

/// A message that allows its secret, and a later one that does not.
#[test]
fn messages_count_by_themselves() {
    let repo = repo();
    repo.commit(&line(1, " # stanch:allow"));
    assert_eq!(scan(&repo.path, &[]).secrets(), [""; 0]);
    let said = repo.commit(&line(1, ""));
    assert_eq!(scan(&repo.path, &[]).places(&token(1))[0].2, said);
}

/// A secret in a file that is doubted by its path, and later in one that is not, which is gone from `HEAD`.
#[test]
fn a_place_with_too_little_confidence_hides_no_other() {
    let password = "db_password = \"tr0ub4dor&3x\"\n"; // stanch:allow
    let repo = Repo::init(&[]);
    repo.write("node_modules/x/config.json", password);
    repo.commit("doubted");
    assert_eq!(scan(&repo.path, &[]).findings().len(), 0);
    repo.write("config.json", password);
    repo.commit("not doubted");
    repo.git(&["rm", "-q", "config.json"]);
    repo.commit("gone");
    let report = scan(&repo.path, &[]);
    assert_eq!(report.findings().len(), 1, "{}", report.errors);
    assert_eq!(report.findings()[0]["occurrences"][0]["path"], "config.json");
}

/// More matches in a file than are remembered of a version.
#[test]
fn the_last_of_very_many_places_counts() {
    let repo = Repo::init(&[]);
    repo.write("many", line(1, " # stanch:allow").repeat(66_000) + &line(1, ""));
    repo.commit("many");
    let report = scan(&repo.path, &[]);
    assert_eq!(
        report.places(&token(1)),
        [("commit".to_owned(), "many".to_owned(), repo.git(&["rev-parse", "HEAD"]), 66_001)]
    );
}

#[test]
fn a_secret_has_one_rule_however_it_is_found() {
    let repo = Repo::init(&[]);
    let password = "Xk9vTq2mLw7z"; // stanch:allow
    let text = format!(
        "mysql://root:{password}@sql.corp.net:3306/main\nServer=sql.corp.net;Database=x;User Id=sa;Password={password};\n"
    );
    repo.write("a.txt", text);
    repo.git(&["add", "-A"]);
    let rules = |report: &serde_json::Value| {
        let found = report["findings"].as_array().expect("a list").iter();
        found.map(|one| (one["secret"].clone(), one["rule"].clone(), one["severity"].clone())).collect::<Vec<_>>()
    };
    let staged = rules(&scan_in(&repo.path, &["--staged"]).json);
    repo.commit("one");
    let tree = stanch(&repo.path, &["scan", ".", "--format", "json", "--show-secrets"]).output().expect("runs");
    let tree = rules(&serde_json::from_slice(&tree.stdout).expect("a report"));
    assert!(!tree.is_empty());
    assert_eq!((&rules(&scan(&repo.path, &[]).json), &staged), (&tree, &tree));
}

/// What is counted depends on what is stored, not on how it is packed or on threads; and nothing unreachable is made up.
#[test]
fn counts_do_not_depend_on_packing_or_threads() {
    let repo = Repo::init(&[]);
    for n in 0..12 {
        let unsure =
            format!("password = changeme\napi_key = \"${{VAR}}\"\npasswd = \"hello world\"\nsecret = \"{n}abcd\"\n");
        let filler: String = (0..500).map(|n| format!("{n}\n")).collect();
        repo.write("file", format!("{unsure}{filler}{}", "x\n".repeat(n)));
        repo.write("other", line(n as u64 % 3, ""));
        repo.commit("next");
    }
    let run = |threads: &str, args: &[&str]| {
        let args = [&["git", "--format", "json"][..], args].concat();
        let out = stanch(&repo.path, &args).env("RAYON_NUM_THREADS", threads).output().expect("runs");
        let report: serde_json::Value = serde_json::from_slice(&out.stdout).expect("a report");
        (report["summary"].clone(), report["findings"].clone())
    };
    let summary = |args: &[&str]| run("2", args);
    let loose = run("1", &[]);
    assert!(loose.0["rejected"].as_object().is_some_and(|rejected| !rejected.is_empty()), "{}", loose.0);
    assert_eq!(summary(&["--unreachable"]), loose, "nothing is unreachable");
    repo.git(&["repack", "-dq"]);
    repo.git(&["gc", "-q", "--aggressive"]);
    assert_eq!((run("1", &[]), run("8", &[])), (loose.clone(), loose.clone()));
    let pack = std::fs::read(repo.packs().remove(0)).expect("read");
    repo.git_raw(&["unpack-objects", "-q"], &pack);
    repo.git(&["repack", "-q"]);
    assert_eq!(summary(&[]), loose, "twice stored");
}

/// What no commit brings has a reference all the same, and where a shallow clone ends nothing is said to have been brought.
#[test]
fn what_leads_to_a_secret_is_said() {
    let repo = repo();
    repo.git(&["tag", "-a", "-m", &token(1), "message"]);
    let blob = repo.git_with(&["hash-object", "-w", "--stdin"], token(2).as_bytes());
    repo.git(&["tag", "blob", &blob]);
    let inner = repo.git_with(&["hash-object", "-w", "--stdin"], token(3).as_bytes());
    let tree = repo.git_with(&["mktree"], format!("100644 blob {inner}\tfile\n").as_bytes());
    repo.git(&["tag", "tree", &tree]);
    let report = scan(&repo.path, &[]);
    for (seed, name) in [(1, "refs/tags/message"), (2, "refs/tags/blob"), (3, "refs/tags/tree")] {
        assert_eq!(report.of(&token(seed))["history"]["refs"], serde_json::json!([name]));
    }
    let ran = stanch(&repo.path, &["git"]).output().expect("runs");
    let said = String::from_utf8_lossy(&ran.stdout).into_owned();
    assert!(!said.contains("no reference leads to it"), "{said}");
    assert!(said.contains("no commit brought it; refs/tags/message leads to it"), "{said}");
}

#[test]
fn a_shallow_boundary_brings_nothing() {
    let repo = Repo::init(&[]);
    repo.write("old", line(1, ""));
    repo.commit("first");
    repo.write("new", "nothing");
    let last = repo.commit("second");
    let url = format!("file://{}", repo.path.display());
    repo.git(&["clone", "-q", "--depth", "1", &url, "../shallow"]);
    let report = scan(&repo.dir.path().join("shallow"), &[]);
    let history = &report.of(&token(1))["history"];
    assert_eq!((&history["introduced"], &history["introductions"]), (&serde_json::Value::Null, &serde_json::json!(0)));
    assert_eq!(history["came_before"]["commit"], last);
}
