//! `stanch git` reads everything that a repository remembers, and says where each secret came from and where it went.

use crate::git_support::planted::{private_key, snippet_of, token};
use crate::git_support::report::{Report, scan, scan_in};
use crate::git_support::{Random, Repo, isolated};
use serde_json::Value;
use std::collections::BTreeSet;

fn commit_of(value: &Value) -> &str {
    value["commit"].as_str().unwrap_or_default()
}

fn history<'r>(report: &'r Report, secret: &str) -> &'r Value {
    &report.of(secret)["history"]
}

fn refs<'r>(report: &'r Report, secret: &str) -> Vec<&'r str> {
    history(report, secret)["refs"].as_array().expect("a list").iter().filter_map(Value::as_str).collect()
}

/// A place in a file of a commit.
fn file(path: &str, commit: &str, line: u64) -> (String, String, String, u64) {
    ("commit".to_owned(), path.to_owned(), commit.to_owned(), line)
}

#[test]
fn an_empty_repository_and_a_branch_without_commits() {
    let repo = Repo::init(&[]);
    scan(&repo.path, &[]).assert_clean();
    scan(&repo.path, &["--unreachable"]).assert_clean();
    let bare = Repo::init(&["--bare"]);
    scan(&bare.path, &[]).assert_clean();
    // Something was committed, and then the branch was left for one that does not exist.
    repo.write("file", token(1));
    let first = repo.commit("first");
    repo.git(&["checkout", "-q", "--orphan", "other"]);
    let report = scan(&repo.path, &[]);
    assert_eq!(report.places(&token(1)), [file("file", &first, 1)]);
    assert_eq!(history(&report, &token(1))["at_head"], false);
}

#[test]
fn the_life_of_a_secret() {
    let repo = Repo::init(&[]);
    repo.write("conf/app.ini", "[app]\nname = shop\n");
    repo.commit("first");
    let secret = token(1);
    repo.write("conf/app.ini", format!("[app]\nname = shop\n\ntoken = {secret}\n"));
    let brought = repo.commit("second");
    repo.git(&["tag", "v1"]);
    repo.git(&["mv", "conf/app.ini", "app.ini"]);
    repo.write("app.ini", format!("[app]\nname = store\nsize = 1\ntoken = {secret}\n"));
    repo.commit("third");
    let report = scan(&repo.path, &[]);
    assert_eq!((report.code, report.secrets()), (1, vec![secret.as_str()]));
    assert_eq!(report.places(&secret), [file("conf/app.ini", &brought, 4)]);
    let told = history(&report, &secret);
    assert_eq!(commit_of(&told["introduced"]), brought);
    assert_eq!((&told["introduced"]["author"], told["removed"].is_null()), (&"Ada Author".into(), true));
    let time: i64 = repo.git(&["log", "-1", "--format=%at", &brought]).parse().expect("a number");
    assert_eq!(told["introduced"]["time"], time);
    assert_eq!((&told["at_head"], &told["versions"], &told["introductions"]), (&true.into(), &2.into(), &1.into()));
    assert_eq!(told["head_paths"], serde_json::json!(["app.ini"]));
    assert_eq!(refs(&report, &secret), ["HEAD", "refs/heads/main", "refs/tags/v1"]);

    repo.git(&["branch", "still"]);
    repo.write("app.ini", "[app]\n");
    let removed = repo.commit("fourth");
    let report = scan(&repo.path, &[]);
    let told = history(&report, &secret);
    assert_eq!((commit_of(&told["removed"]), &told["at_head"]), (removed.as_str(), &false.into()));
    assert_eq!(refs(&report, &secret), ["HEAD", "refs/heads/main", "refs/heads/still", "refs/tags/v1"]);

    repo.git(&["revert", "--no-edit", "HEAD"]);
    let report = scan(&repo.path, &[]);
    let told = history(&report, &secret);
    assert_eq!((&told["at_head"], &told["introductions"]), (&true.into(), &2.into()));
    assert_eq!((commit_of(&told["introduced"]), told["removed"].is_null()), (brought.as_str(), true));
}

#[test]
fn one_finding_for_a_secret_in_many_places() {
    let repo = Repo::init(&[]);
    let secret = token(2);
    for n in 0..20 {
        repo.write(&format!("f{n:02}"), format!("{n}\n{secret}\n"));
    }
    repo.write("twice", format!("{secret}\n{secret}\n"));
    repo.commit("first");
    let report = scan(&repo.path, &[]);
    assert_eq!(report.findings().len(), 1);
    assert_eq!(report.places(&secret).len(), 16, "so many places are named");
    assert_eq!(history(&report, &secret)["versions"], 21);
}

#[test]
fn only_in_a_merge_and_in_an_octopus() {
    let repo = Repo::init(&[]);
    repo.write("file", "one");
    repo.commit("first");
    for name in ["x", "y", "z"] {
        repo.git(&["checkout", "-qb", name, "main"]);
        repo.write(name, name);
        repo.commit(name);
    }
    repo.git(&["checkout", "-q", "main"]);
    repo.git(&["merge", "-q", "--no-ff", "--no-commit", "x"]);
    repo.write("evil", format!("\n{}", token(3)));
    let merge = repo.commit("merge");
    repo.git(&["merge", "-q", "--no-commit", "y", "z"]);
    repo.write("octopus", token(4));
    let octopus = repo.commit("octopus");
    let report = scan(&repo.path, &[]);
    assert_eq!(report.places(&token(3)), [file("evil", &merge, 2)]);
    assert_eq!(report.places(&token(4)), [file("octopus", &octopus, 1)]);
    assert_eq!(commit_of(&history(&report, &token(4))["introduced"]), octopus);
}

#[test]
fn stashes_and_what_was_not_tracked_in_them() {
    let repo = Repo::init(&[]);
    repo.write("file", "clean");
    repo.commit("first");
    for n in 5..8 {
        repo.write("file", token(n));
        repo.write("new", format!("\n\n{}", token(n + 10)));
        repo.git(&["stash", "-q", "--include-untracked"]);
    }
    for loose in [true, false] {
        let report = scan(&repo.path, &[]);
        assert_eq!(report.findings().len(), 6, "loose: {loose}");
        assert_eq!(refs(&report, &token(7)), ["refs/stash"]);
        assert_eq!(refs(&report, &token(6)), ["refs/stash@{1}"]);
        assert_eq!(report.places(&token(15))[0].1, "new");
        repo.git(&["gc", "-q"]);
    }
    // A stash is dropped: what it held is reachable no more.
    repo.git(&["stash", "drop", "-q"]);
    assert_eq!(scan(&repo.path, &[]).findings().len(), 4);
}

#[test]
fn notes_and_messages() {
    let repo = Repo::init(&[]);
    repo.write("file", "clean");
    let first = repo.commit(&format!("first\n\nlook: {}\n", token(20)));
    repo.git(&["notes", "add", "-m", &format!("note {}", token(21)), &first]);
    repo.git(&["notes", "--ref=review", "add", "-m", &token(22), &first]);
    repo.git(&["tag", "-a", "-m", &format!("version\n\n{}", token(23)), "v1"]);
    repo.git(&["tag", "-a", "-m", &token(24), "v2", "v1"]);
    let report = scan(&repo.path, &[]);
    assert_eq!(report.findings().len(), 5);
    let said = |commit: &str, line| ("object".to_owned(), String::new(), commit.to_owned(), line);
    assert_eq!(report.places(&token(20)), [said(&first, 3)]);
    let told = history(&report, &token(20));
    assert_eq!((commit_of(&told["introduced"]), &told["versions"]), (first.as_str(), &1.into()));
    assert!(refs(&report, &token(20)).contains(&"refs/tags/v2"));
    assert_eq!(refs(&report, &token(21)), ["refs/notes/commits"]);
    assert_eq!(refs(&report, &token(22)), ["refs/notes/review"]);
    assert_eq!(
        (report.places(&token(23)), refs(&report, &token(23))),
        (vec![said("", 3)], vec!["refs/tags/v1", "refs/tags/v2"])
    );
    assert_eq!((report.places(&token(24)), refs(&report, &token(24))), (vec![said("", 1)], vec!["refs/tags/v2"]));

    // A tag that was deleted is reachable no more.
    repo.git(&["tag", "-d", "v2"]);
    assert_eq!(scan(&repo.path, &[]).findings().len(), 4);
    assert_eq!(scan(&repo.path, &["--unreachable"]).findings().len(), 5);
}

#[test]
fn a_secret_in_a_message_and_in_a_file() {
    let repo = Repo::init(&[]);
    repo.write("file", token(25));
    let first = repo.commit(&token(25));
    let report = scan(&repo.path, &[]);
    let message = ("object".to_owned(), String::new(), first.clone(), 1);
    assert_eq!(report.places(&token(25)), [file("file", &first, 1), message]);
    assert_eq!(history(&report, &token(25))["versions"], 2);
}

/// A commit of the selection that only says what was there before: the file is not its doing.
#[test]
fn a_secret_that_is_only_said_again() {
    let repo = Repo::init(&[]);
    repo.write("file", token(27));
    repo.commit("first");
    let second = repo.commit(&token(27));
    let report = scan(&repo.path, &["--since", "HEAD~1"]);
    assert_eq!(report.places(&token(27)), [("object".to_owned(), String::new(), second, 1)]);
    assert_eq!(history(&report, &token(27))["head_paths"], serde_json::json!(["file"]));
}

#[test]
fn a_tag_that_a_merge_took_in() {
    let repo = Repo::init(&[]);
    let tree = repo.git_with(&["mktree"], b"");
    let tag = format!(
        "object {}\ntype commit\ntag v1\ntagger T <t@example.org> 1 +0000\n\nsays {}",
        "1".repeat(40),
        token(26)
    );
    let embedded = tag.replace('\n', "\n ");
    let commit = format!(
        "tree {tree}\nauthor A <a@example.org> 1 +0000\ncommitter A <a@example.org> 1 +0000\nmergetag {embedded}\n\nmerge\n"
    );
    let id = repo.git_with(&["hash-object", "-t", "commit", "-w", "--stdin"], commit.as_bytes());
    repo.git(&["update-ref", "refs/heads/main", &id]);
    let report = scan(&repo.path, &[]);
    assert_eq!(report.secrets(), [token(26)]);
}

#[test]
fn what_was_dropped_is_found_only_when_asked_for() {
    let repo = Repo::init(&[]);
    repo.write("file", "clean");
    repo.commit("first");
    repo.write("file", token(30));
    let dropped = repo.commit("second");
    repo.git(&["reset", "-q", "--hard", "HEAD^"]);
    // Staged, and then unstaged: a blob that no tree leads to.
    repo.write("other", token(31));
    repo.git(&["add", "other"]);
    repo.git(&["rm", "-q", "--cached", "other"]);
    scan(&repo.path, &[]).assert_clean();
    for packed in [false, true] {
        let report = scan(&repo.path, &["--unreachable"]);
        assert_eq!((report.code, report.findings().len()), (1, 2), "packed: {packed}");
        assert_eq!(report.places(&token(30)), [file("file", &dropped, 1)]);
        assert_eq!(report.places(&token(31)), [("object".into(), String::new(), String::new(), 1)]);
        assert_eq!(refs(&report, &token(30)), [""; 0]);
        repo.git(&["repack", "-adkfq"]);
    }
    repo.git(&["branch", "again", &dropped]);
    assert_eq!(scan(&repo.path, &[]).secrets(), [token(30)]);
}

#[test]
fn a_reference_to_a_blob_or_a_tree() {
    let repo = Repo::init(&[]);
    repo.write("file", "clean");
    repo.commit("first");
    let blob = repo.git_with(&["hash-object", "-w", "--stdin"], token(32).as_bytes());
    repo.git(&["update-ref", "refs/keys/one", &blob]);
    let inner = repo.git_with(&["hash-object", "-w", "--stdin"], token(33).as_bytes());
    let tree = repo.git_with(&["mktree"], format!("100644 blob {inner}\tname\n").as_bytes());
    repo.git(&["tag", "-a", "-m", "a tree", "trees", &tree]);
    let report = scan(&repo.path, &[]);
    assert_eq!(report.findings().len(), 2);
    assert_eq!(
        (refs(&report, &token(32)), refs(&report, &token(33))),
        (vec!["refs/keys/one"], vec!["refs/tags/trees"])
    );
    assert!(history(&report, &token(32))["introduced"].is_null());
    assert_eq!(report.places(&token(33)), [("object".into(), String::new(), String::new(), 1)]);
}

#[test]
fn encodings() {
    let repo = Repo::init(&[]);
    let secrets: Vec<String> = (40..44).map(token).collect();
    let utf16 = |text: &str, unit: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(unit).collect::<Vec<u8>>();
    repo.write("little", [vec![0xFF, 0xFE], utf16(&format!("a\r\nkey {}\r\n", secrets[0]), u16::to_le_bytes)].concat());
    repo.write("big", utf16(&format!("no mark\n\nkey {}\n", secrets[1]), u16::to_be_bytes));
    repo.write("marked", format!("\u{feff}{}\n", secrets[2]));
    repo.write("latin", [b"\xE9t\xE9 ".as_slice(), secrets[3].as_bytes()].concat());
    let first = repo.commit("first");
    let report = scan(&repo.path, &[]);
    for (secret, name, line) in [(0, "little", 2), (1, "big", 3), (2, "marked", 1), (3, "latin", 1)] {
        assert_eq!(report.places(&secrets[secret]), [file(name, &first, line)]);
    }
    // The same place as in a scan of the file: the mark is no part of the text.
    assert_eq!(report.of(&secrets[2])["occurrences"][0]["start"]["column"], 1);
    // Later versions, as deltas, in which the encoding changes.
    repo.write(
        "little",
        [vec![0xFF, 0xFE], utf16(&format!("b\r\n\r\nkey {}\r\n", secrets[0]), u16::to_le_bytes)].concat(),
    );
    repo.write("marked", format!("{}\n", secrets[2]));
    repo.commit("second");
    repo.git(&["repack", "-adfq"]);
    let report = scan(&repo.path, &[]);
    assert_eq!(report.findings().len(), 4);
    assert_eq!(history(&report, &secrets[2])["versions"], 2);
}

/// Keys are found however a delta cuts them, and are read anew where what they see has changed.
#[test]
fn private_keys_in_versions() {
    let repo = Repo::init(&[]);
    let mut random = Random::new(1);
    let (mut before, after): (Vec<String>, Vec<String>) =
        ((0..300).map(|_| random.line()).collect(), (0..300).map(|_| random.line()).collect());
    let key = private_key(50);
    for n in 0..10 {
        before[n * 20] = random.line();
        repo.write("file", [before.concat(), key.clone(), after.concat()].concat());
        repo.commit("a line far away");
    }
    let broken = key.replacen("PRIVATE", "PUBLIC", 1);
    repo.write("file", [before.concat(), broken, after.concat()].concat());
    let removed = repo.commit("no private key any more");
    repo.git(&["repack", "-adfq", "--depth=250", "--window=250"]);
    let report = scan(&repo.path, &[]);
    assert_eq!(report.findings().len(), 1);
    let told = &report.findings()[0]["history"];
    assert_eq!((&told["versions"], commit_of(&told["removed"])), (&10.into(), removed.as_str()));
}

#[test]
fn binary_files_and_odd_names() {
    let repo = Repo::init(&[]);
    repo.write("b.bin", [&[0, 1, 2, 0xFF][..], token(60).as_bytes(), &[0, 0]].concat());
    repo.write("tab\tand \"quote\" and ünï", token(61));
    let first = repo.commit("first");
    let report = scan(&repo.path, &[]);
    assert_eq!(report.places(&token(60)), [file("b.bin", &first, 1)]);
    assert_eq!(report.places(&token(61)), [file("tab\tand \"quote\" and ünï", &first, 1)]);
}

#[test]
fn several_repositories_at_once() {
    let (one, two) = (Repo::init(&[]), Repo::init(&["--bare"]));
    one.write("file", format!("{}\n{}", token(62), token(63)));
    one.commit("first");
    one.git(&["push", "-q", two.path.to_str().expect("UTF-8"), "main"]);
    let (first, second) = (one.path.to_str().expect("UTF-8"), two.path.to_str().expect("UTF-8"));
    let report = scan_in(one.dir.path(), &[first, second]);
    assert_eq!((report.code, report.findings().len()), (1, 2), "one secret is one finding");
    for finding in report.findings() {
        let histories = finding["histories"].as_object().expect("a map");
        assert_eq!(histories.keys().collect::<BTreeSet<_>>(), BTreeSet::from([&first.to_owned(), &second.to_owned()]));
    }
    // One of them is no repository: it is named, and the others are scanned.
    let empty = one.dir.path().join("empty");
    std::fs::create_dir(&empty).expect("mkdir");
    let report = scan_in(one.dir.path(), &[first, "empty"]);
    assert_eq!((report.code, report.findings().len()), (1, 2));
    assert!(report.json["problems"].to_string().contains("not a git repository"));
    scan_in(one.dir.path(), &["empty"]).assert_refused("not a git repository");
}

#[test]
fn what_is_no_repository() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    scan(dir.path(), &[]).assert_refused("not a git repository");
    scan(&dir.path().join("absent"), &[]).assert_refused("No such file");
    std::fs::create_dir(dir.path().join(".git")).expect("mkdir");
    scan(dir.path(), &[]).assert_refused("not a git repository");
    std::fs::write(dir.path().join("file"), "text").expect("write");
    scan(&dir.path().join("file"), &[]).assert_refused("not a git repository");
    for url in ["https://example.invalid/shop.git", "git@example.invalid:shop.git", "ssh://example.invalid/shop"] {
        scan_in(dir.path(), &[url]).assert_refused("git clone --mirror");
    }
}

#[test]
fn from_a_folder_inside() {
    let repo = Repo::init(&[]);
    repo.write("deep/down/file", token(64));
    repo.commit("first");
    assert_eq!(scan_in(&repo.path.join("deep/down"), &[]).secrets(), [token(64)]);
    assert_eq!(scan(&repo.path.join(".git"), &[]).secrets(), [token(64)]);
}

/// The report masks, whatever its format.
#[test]
fn secrets_are_masked() {
    let repo = Repo::init(&[]);
    let mut random = Random::new(65);
    repo.write("file", [snippet_of("generic-password", &mut random), token(65).into_bytes()].concat());
    repo.commit(&token(66));
    for format in ["human", "json", "jsonl", "sarif"] {
        let mut command = isolated(env!("CARGO_BIN_EXE_stanch"));
        let out = command.args(["git", "-f", format]).current_dir(&repo.path).output().expect("stanch runs");
        let (out, errors) = (String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr));
        assert!(out.len() > 100, "{errors}");
        for secret in [token(65), token(66)] {
            assert!(!out.contains(&secret) && !errors.contains(&secret), "{format} shows a secret");
        }
    }
}
